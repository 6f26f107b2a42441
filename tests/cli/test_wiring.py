"""Putting a pair together: which mapping, which login, how many requests, and what is closed in the end."""

from contextlib import ExitStack, chdir
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from connector.core.model import Side
from connector.core.result import Scope, Status
from connector.cycle import backfill, sync
from connector.errors import MappingError, Misconfigured, RetryLater, Unreadable
from connector.sandbox.http import Fault
from connector.sandbox.operate import OperateConfig
from connector.sandbox.salesforce import SalesforceConfig
from connector.sandbox.serve import Sandbox, serving
from connector.settings import Settings, load
from connector.wiring import open_ledger, open_pair, read_mapping, refreshed
from tests.cli.conftest import PACE


def _settings(sandbox: Sandbox, place: Path, **more: str) -> Settings:
    ledger = f"sqlite:///{place / 'connector.db'}"
    return load({**sandbox.settings, **PACE, "CONNECTOR_LEDGER": ledger, **more}, place)


def test_the_mapping_of_the_settings_goes_before_the_working_directory_and_that_before_ours(place: Path) -> None:
    """CONNECTOR_MAPPING, then mappings/lead.yaml here, then the one that came along."""
    assert len(read_mapping(load({}, place)).rules) > 10
    text = "mapping: lead\nowner: {owner}\nminimum: []\nrules:\n  email: {{salesforce: Email, operate: emailaddress}}\n"
    (place / "mappings").mkdir()
    (place / "mappings/lead.yaml").write_text(text.format(owner="operate"))
    (place / "mine.yaml").write_text(text.format(owner="salesforce"))
    assert read_mapping(load({}, place)).owner is Side.OPERATE
    assert read_mapping(load({"CONNECTOR_MAPPING": "mine.yaml"}, place)).owner is Side.SALESFORCE
    with pytest.raises(Misconfigured, match="CONNECTOR_MAPPING"):
        read_mapping(load({"CONNECTOR_MAPPING": "absent.yaml"}, place))


def test_without_a_field_for_our_id_a_new_operate_lead_carries_who_it_is(place: Path) -> None:
    """E-mail and last name join the minimum, so that a create whose answer was lost can be recognised."""
    without = read_mapping(load({}, place))
    assert {"emailaddress", "lastname"} <= set(without.minimum)
    with_field = read_mapping(load({"OPERATE_COUNTERPART_FIELD": "ud_sfid"}, place))
    assert with_field.counterpart[Side.OPERATE] == "ud_sfid"
    assert "emailaddress" not in with_field.minimum


def test_a_tenant_without_a_field_for_our_id_is_brought_into_step_too(place: Path) -> None:
    """The whole first run, and a quiet cycle after it."""
    with serving(count=20, messy=False, operate_config=OperateConfig(counterpart_field=None)) as sandbox:
        assert "OPERATE_COUNTERPART_FIELD" not in sandbox.settings
        with open_pair(_settings(sandbox, place)) as pair:
            assert backfill(pair, Scope()).status in {Status.DONE, Status.PARKED}
            assert sync(pair).writes == 0
        assert len(sandbox.operate.leads()) == len(sandbox.salesforce.leads())


def test_a_quiet_sync_asks_little(sandbox: Sandbox, place: Path) -> None:
    """Login, schema, look-ups and one poll a side; in the hosted job, which keeps the pair open, the polls alone."""
    settings = _settings(sandbox, place)
    with open_pair(settings) as pair:
        backfill(pair, Scope())
        sandbox.salesforce_server.reset_journal()
        sandbox.operate_server.reset_journal()
        assert sync(pair).writes == 0
        assert (len(sandbox.salesforce_server.journal), len(sandbox.operate_server.journal)) == (1, 1)
    sandbox.salesforce_server.reset_journal()
    sandbox.operate_server.reset_journal()
    with open_pair(settings) as pair:
        assert sync(pair).writes == 0
    lists = [side for side, _ in pair.mapping.lookups]
    assert len(sandbox.salesforce_server.journal) <= 3 + lists.count(Side.SALESFORCE)
    assert len(sandbox.operate_server.journal) <= 7 + lists.count(Side.OPERATE)


def test_what_a_client_learnt_about_its_tenant_is_there_in_the_next_process(place: Path) -> None:
    """Leads without a change stamp are asked for by creation date from then on."""
    with serving(count=12, messy=False, operate_config=OperateConfig(updatedate_on_create=False)) as sandbox:
        settings = _settings(sandbox, place)
        with open_pair(settings) as pair:
            backfill(pair, Scope())
            learnt = dict(pair.crms[Side.OPERATE].notes)
        with open_pair(settings, readonly=True) as pair:
            assert pair.crms[Side.OPERATE].notes == learnt != {}


def test_a_look_up_that_the_tenant_refuses_is_a_notice(place: Path) -> None:
    """Owners are then left to the CRM; everything else goes on."""
    with (
        serving(count=10, messy=False, operate_config=OperateConfig(users_endpoint=False)) as sandbox,
        open_pair(_settings(sandbox, place)) as pair,
    ):
        assert any("user" in notice for notice in pair.notices)
        assert "operate.user" not in pair.tables
        assert backfill(pair, Scope()).status in {Status.DONE, Status.PARKED}


def test_an_org_without_the_optional_fields_goes_without_their_rules(place: Path) -> None:
    """The default location still reaches new Operate leads."""
    config = SalesforceConfig()
    lean = replace(
        config, custom_fields=tuple(each for each in config.custom_fields if each.name == "Operate_Lead_Id__c")
    )
    with (
        serving(count=0, salesforce_config=lean) as sandbox,
        open_pair(_settings(sandbox, place)) as pair,
    ):
        assert "people" not in pair.mapping.rules
        assert pair.mapping.notices
        sandbox.salesforce.add({"LastName": "Vale", "Company": "Lean Ltd"})
        backfill(pair, Scope())
        assert [row["locationname"] for row in sandbox.operate.leads().values()] == [
            next(iter(sandbox.operate.others("location")))
        ]


def test_a_field_that_the_org_lacks_stops_before_anything_is_written(sandbox: Sandbox, place: Path) -> None:
    """Every finding in one error."""
    text = (Path(__file__).parents[2] / "mappings/lead.yaml").read_text(encoding="utf-8")
    (place / "mine.yaml").write_text(text.replace("salesforce: City", "salesforce: Town__c"), encoding="utf-8")
    with (
        pytest.raises(MappingError, match="Town__c"),
        open_pair(_settings(sandbox, place, CONNECTOR_MAPPING="mine.yaml")),
    ):
        pass


def test_a_private_key_logs_in_as_the_named_user(place: Path) -> None:
    """The JWT bearer flow with the key of a file."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (place / "key.pem").write_bytes(pem)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    config = SalesforceConfig(username="integration@acme.example", public_key=public)
    with serving(count=3, salesforce_config=config) as sandbox:
        given = {name: text for name, text in sandbox.settings.items() if name != "SALESFORCE_CLIENT_SECRET"}
        settings = load(
            {**given, **PACE, "SALESFORCE_USERNAME": config.username or "", "SALESFORCE_PRIVATE_KEY_FILE": "key.pem"},
            place,
        )
        with open_pair(settings, readonly=True) as pair:
            assert pair.crms[Side.SALESFORCE].calls > 0


def test_look_up_tables_are_read_again_when_asked_to(sandbox: Sandbox, place: Path) -> None:
    """A location that was added in Operate is known afterwards."""
    with open_pair(_settings(sandbox, place), readonly=True) as pair:
        sandbox.operate.add_other("location", {"locationname": "Harbour Loft"})
        assert "Harbour Loft" not in pair.tables["operate.location"].values()
        assert "Harbour Loft" in refreshed(pair).tables["operate.location"].values()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("html", method="GET", path="/location\\?", status=200, times=0), Unreadable),
        (Fault("status", method="GET", path="/location\\?", status=503, times=0, retry_after="3600"), RetryLater),
        (Fault("status", method="GET", path="/location\\?", status=403, times=0), Misconfigured),
    ],
    ids=["a page", "away", "forbidden"],
)
def test_locations_that_are_not_shown_are_no_mistake_of_the_mapping(
    sandbox: Sandbox, place: Path, fault: Fault, error: type[Exception]
) -> None:
    """What is wrong is said as it is: it passes by itself, or the rights are missing."""
    sandbox.operate_server.fault(fault)
    with pytest.raises(error), open_pair(_settings(sandbox, place), readonly=True):
        pass
    sandbox.operate_server.clear_faults()


def test_everything_is_closed_when_the_start_fails_half_way(sandbox: Sandbox, place: Path) -> None:
    """A wrong password of one side leaves no connection and no lock behind; a relative ledger stays where it is."""
    with chdir(place), ExitStack() as stack:
        with pytest.raises(Misconfigured, match="OPERATE_PASSWORD"):
            stack.enter_context(open_pair(_settings(sandbox, place, OPERATE_PASSWORD="wrong")))
        with open_ledger(_settings(sandbox, place)) as ledger, ledger.cycle_lock():
            assert ledger.links.counts().live == 0
