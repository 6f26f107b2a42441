"""The group `connector mapping`: what its commands print, and their exit codes."""

from pathlib import Path
from typing import Any

from connector.sandbox.salesforce import SalesforceConfig
from connector.sandbox.salesforce.config import CustomField
from connector.sandbox.serve import Sandbox, serving
from tests.cli.conftest import Connector, Ran, proposed, write_env

SMALL = """\
mapping: lead
owner: salesforce
minimum: [leadname]
rules:
  company: {salesforce: Company, operate: leadname}
  postcode: {salesforce: PostalCode, operate: postcode}
"""
EXAMPLES = """\
examples:
  - {name: Right, salesforce: {Company: A}, becomes: {operate: {leadname: A}}}
  - name: Wrong
    salesforce: {Company: "A\\e[31m", PostalCode: EC1A 1BB (rear)}
    becomes: {operate: {leadname: B, postcode: EC1A 1BB}}
"""


def test_the_shipped_examples_come_out_as_written(place: Path, connector: Connector) -> None:
    """One line each, and exit code 0."""
    ran = connector("mapping", "test")
    assert ran.code == 0
    assert ran.out.count("ok    ") >= 3
    assert "came out as written" in ran.out
    assert connector("mapping", "test", "--json").json["ok"] is True


def test_an_example_that_fails_is_shown_with_what_would_be_written(place: Path, connector: Connector) -> None:
    """Exit code 1, the line of the example, both texts, and why; nothing in the file steers the terminal."""
    (place / "m.yaml").write_text(SMALL + EXAMPLES, encoding="utf-8")
    ran = connector("mapping", "test", "m.yaml")
    assert ran.code == 1
    assert ran.out.splitlines() == [
        "ok    Right",
        "FAIL  Wrong  m.yaml:9",
        "        operate leadname",
        "          expected  B",
        "          would be  A\\x1b[31m",
        "        operate postcode",
        "          expected  EC1A 1BB",
        "          would be  (blank)",
        "          because   parked: postcode takes 10 characters, the value has 15",
        "1 of 2 examples came out as written.",
    ]
    told = connector("mapping", "test", "m.yaml", "--json")
    assert told.code == 1
    assert [each["ok"] for each in told.json["examples"]] == [True, False]
    assert told.json["examples"][1]["differences"][1]["found"] == ""


def test_a_broken_file_and_one_without_examples(place: Path, connector: Connector) -> None:
    """2 for the one, with its findings; 0 for the other, with where to read on."""
    (place / "m.yaml").write_text(SMALL, encoding="utf-8")
    ran = connector("mapping", "test", "m.yaml")
    assert ran.code == 0
    assert "has no examples" in ran.out
    (place / "m.yaml").write_text(SMALL + "exmples: []\n", encoding="utf-8")
    ran = connector("mapping", "test", "m.yaml", "--json")
    assert ran.code == 2
    assert ran.json["findings"][0]["nearest"] == ["examples"]
    assert connector("mapping", "test", "absent.yaml").code == 2


def test_the_schema_is_printed_as_json(place: Path, connector: Connector) -> None:
    """Nothing but the schema on stdout, so that it can be kept in a file."""
    ran = connector("mapping", "schema")
    assert ran.code == 0
    assert ran.json["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def _rules(ran: Ran) -> dict[str, Any]:
    (lead,) = ran.json["leads"]
    return {rule["rule"]: rule for rule in lead["rules"]}


def test_explain_shows_a_linked_lead_rule_by_rule(sandbox: Sandbox, connector: Connector) -> None:
    """Live: native texts, values, what would be written and why; found by each of its names; nothing is written."""
    connector("backfill", "--apply")
    here, row = next((i, row) for i, row in sandbox.salesforce.leads().items() if row["Operate_Lead_Id__c"])
    sandbox.salesforce.edit(here, {"City": "\x1b[31mGhent", "PostalCode": "EC2A 4NE (rear)"})
    ran = connector("mapping", "explain", here)
    assert ran.code == 0
    assert "Read live from Salesforce and Operate." in ran.out
    assert "would be written to Operate: edited in salesforce" in ran.out
    assert "parked: postcode takes 10 characters" in ran.out
    assert "edited on both sides: Salesforce wins; when first linked: Salesforce wins" in " ".join(ran.out.split())
    assert "\x1b" not in ran.out
    link = connector("show", here, "--json").json["links"][0]["link"]
    for name in (here[:15], row["Operate_Lead_Id__c"], link):
        rules = _rules(connector("mapping", "explain", name, "--json"))
        assert rules["city"]["writes"] == {"town": "\x1b[31mGhent"}
        assert rules["city"]["sides"]["salesforce"]["native"] == {"City": "\x1b[31mGhent"}
        assert rules["email"]["verdict"] in {"equal", "blank"}
        assert rules["industry"]["in_words"]["edited on both sides"] == "Operate wins"
        assert rules["owner"]["verdict"] in {"on_create", "equal", "blank", "kept"}
    assert connector("preview", "--json").json["counts"]["updates"]["operate"] == 1


def test_explain_falls_back_to_what_was_last_seen(place: Path, connector: Connector) -> None:
    """Without the CRMs it says so, shows values without native texts, and judges no look-up."""
    with serving(count=10, messy=False) as served:
        write_env(place, served.settings)
        connector("backfill", "--apply")
        here = next(i for i, row in served.salesforce.leads().items() if row["Operate_Lead_Id__c"])
        served.salesforce.edit(here, {"City": "Ghent"})
        offline = connector("mapping", "explain", here, "--offline", "--json")
        assert _rules(offline)["city"]["verdict"] in {"equal", "blank"}
    (place / ".env").write_text("", encoding="utf-8")
    ran = connector("mapping", "explain", here)
    assert ran.code == 0
    assert "Last seen values from the ledger: " in ran.out
    assert "SALESFORCE_URL" in ran.out
    assert "holds" not in ran.out
    assert connector("mapping", "explain", "L999").code == 2
    assert connector("mapping", "explain", "nobody").code == 2


def test_explain_finds_a_lead_that_no_cycle_has_seen(sandbox: Sandbox, connector: Connector) -> None:
    """While a mapping is written there is no ledger yet: the CRM is asked for the record."""
    here = sandbox.salesforce.add({"LastName": "Miles", "Company": "Miles Ltd", "PostalCode": "EC2A 4NE (rear)"})
    ran = connector("mapping", "explain", here)
    assert ran.code == 0
    assert "no counterpart in Operate yet" in ran.out
    rules = _rules(connector("mapping", "explain", here, "--json"))
    assert rules["company"]["writes"] == {"leadname": "Miles Ltd"}
    assert rules["postcode"]["verdict"] == "parked"
    there = next(iter(sandbox.operate.leads()))
    assert _rules(connector("mapping", "explain", there, "--json"))["company"]["to"] == "salesforce"


def test_explain_names_what_befell_the_lead(sandbox: Sandbox, connector: Connector) -> None:
    """A record that is gone, and a link that has ended."""
    connector("backfill", "--apply")
    here, row = next((i, row) for i, row in sandbox.salesforce.leads().items() if row["Operate_Lead_Id__c"])
    sandbox.operate.remove(str(row["Operate_Lead_Id__c"]))
    assert "Operate does not have the record any more" in connector("mapping", "explain", here).out


def test_check_live_lists_what_only_the_crms_show(place: Path, connector: Connector) -> None:
    """Fields, picklists and locations in one go, each with its line; without --live the same file is right."""
    (place / "m.yaml").write_text(
        "mapping: lead\nowner: salesforce\ndefault_location: Nowhere\nlocations:\n"
        "  - {when: {city: London}, location: Nowhere Else}\n"
        "rules:\n"
        "  last: {salesforce: LastName, operate: lastname, required: {salesforce: Unknown}}\n"
        "  company: {salesforce: Company, operate: leadname, required: {salesforce: Unknown}}\n"
        "  budget: {salesforce: Budget__c, operate: budget}\n"
        "  city: {salesforce: City, operate: town}\n"
        "  country: {salesforce: CountryCode, operate: country, default: {salesforce: XX}}\n"
        "  location: {salesforce: Operate_Location__c, operate: locationname, transform: location}\n",
        encoding="utf-8",
    )
    assert connector("mapping", "check", "m.yaml").code == 0
    with serving(count=3, salesforce_config=SalesforceConfig(state_country_picklists=True)) as served:
        write_env(place, served.settings)
        right = connector("mapping", "check", "--live")
        wrong = connector("mapping", "check", "m.yaml", "--live", "--json")
    assert right.code == 0
    assert "It fits the live fields of both CRMs." in right.out
    assert wrong.code == 2
    assert [(each["line"], each["text"].split(" ")[0]) for each in wrong.json["findings"]] == [
        (3, "Operate"),
        (5, "Operate"),
        (9, "Salesforce"),
        (11, "CountryCode"),
    ]


def test_check_live_without_settings_says_what_is_missing(place: Path, connector: Connector) -> None:
    """--live asks the CRMs, so it needs to know where they are."""
    ran = connector("mapping", "check", "--live")
    assert ran.code == 2
    assert "SALESFORCE_URL" in ran.err


def test_init_writes_a_mapping_that_passes_the_checks_and_syncs(place: Path, connector: Connector) -> None:
    """From both live schemas: checked by itself and live, applied, and the leads arrive."""
    with serving(count=30, messy=False) as served:
        before = len(served.salesforce.leads()), len(served.operate.leads())
        _init(served, place, connector)
        assert len(served.salesforce.leads()) > before[0]
        assert len(served.operate.leads()) > before[1]


def test_init_fits_an_org_that_is_set_up_in_another_way(place: Path, connector: Connector) -> None:
    """Hidden and read-only fields, mandatory ones, State and Country picklists: the leads arrive all the same."""
    config = SalesforceConfig(
        custom_fields=(*SalesforceConfig().custom_fields, CustomField("Timeline__c", "Timeline")),
        required_fields=("Title",),
        hidden_fields=("Fax", "Operate_Location__c"),
        read_only_fields=("Website",),
        state_country_picklists=True,
    )
    with serving(count=0, salesforce_config=config) as served:
        there = served.operate.add({"leadname": "Oldman Ltd", "lastname": "Oldman", "locationname": "4"})
        _init(served, place, connector)
        (old,) = [row for row in served.salesforce.leads().values() if row["LastName"] == "Oldman"]
        assert (old["Operate_Lead_Id__c"], old["Title"]) == (there, "To be completed")


def _init(served: Sandbox, place: Path, connector: Connector) -> None:
    """Draft a mapping, check it, apply it, and see a new lead arrive and nothing flow back."""
    write_env(place, {**served.settings, "CONNECTOR_MAPPING": "new.yaml"})
    ran = connector("mapping", "init", "--output", "new.yaml")
    assert (ran.code, "new.yaml" in ran.err) == (0, True)
    assert proposed(ran.err, "mapping") == [["mapping", "check", "new.yaml", "--live"]]
    for words in (("check",), ("check", "--live"), ("test",)):
        ran = connector("mapping", *words)
        assert ran.code == 0, ran.out
    assert connector("backfill", "--apply").code in {0, 4}
    here = served.salesforce.add({"LastName": "Newman", "Company": "Newman Ltd", "Title": "Ms"})
    assert connector("sync").code in {0, 4}
    arrived = [row for row in served.operate.leads().values() if row["leadname"] == "Newman Ltd"]
    assert [row["ud_salesforceid"] for row in arrived] == [here]
    again = connector("sync", "--json").json
    assert (again["salesforce"]["updated"], again["operate"]["updated"]) == (0, 0)


def test_init_overwrites_no_file(sandbox: Sandbox, connector: Connector, place: Path) -> None:
    """Exit code 2, and the file stays; without --output the text goes to stdout."""
    (place / "mine.yaml").write_text("mine", encoding="utf-8")
    ran = connector("mapping", "init", "--output", "mine.yaml")
    assert ran.code == 2
    assert "not overwritten" in ran.err
    assert (place / "mine.yaml").read_text(encoding="utf-8") == "mine"
    assert connector("mapping", "init", "--output", "no/such/folder.yaml").code == 2
    spaced = connector("mapping", "init", "--output", "my own.yaml")
    assert proposed(spaced.err, "mapping") == [["mapping", "check", "my own.yaml", "--live"]]
    printed = connector("mapping", "init")
    assert printed.code == 0
    assert "\nmapping: lead\n" in printed.out
    assert "sandbox-password" not in printed.out
