"""Single leads over REST: describe, values, rules, conditional requests, upsert."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from connector.sandbox.salesforce import (
    Automation,
    CustomField,
    DuplicateRule,
    Salesforce,
    SalesforceConfig,
    ValidationRule,
)
from connector.sandbox.salesforce.config import DEFAULT_FIELDS

from .salesforce_client import LEAD, Caller, codes

EXTERNAL = "sobjects/Lead/Operate_Lead_Id__c"


def described(caller: Caller) -> dict[str, dict[str, Any]]:
    """The fields of Lead as describe tells them, by name."""
    answer = caller.call("GET", "sobjects/Lead/describe")
    return {field["name"]: field for field in answer.body["fields"]}


def refused(caller: Caller, fields: Mapping[str, Any], **headers: str) -> list[dict[str, Any]]:
    """The problems of a create that must be refused."""
    answer = caller.call("POST", "sobjects/Lead", {**LEAD, **fields}, **headers)
    assert answer.status == 400, answer.body
    return list(answer.body)


def test_describe_tells_what_a_create_needs() -> None:
    """Required = createable, not nillable, not defaulted; lengths are those of the reference."""
    fields = described(Caller())
    required = [
        name
        for name, one in fields.items()
        if one["createable"] and not one["nillable"] and not one["defaultedOnCreate"]
    ]
    assert sorted(required) == ["Company", "LastName"]
    assert [fields[name]["length"] for name in ("LastName", "Company", "Email", "Street")] == [80, 255, 80, 255]
    key = fields["Operate_Lead_Id__c"]
    assert key["externalId"]
    assert key["unique"]
    assert key["caseSensitive"]
    assert key["length"] == 64
    assert fields["OwnerId"]["referenceTo"] == ["Group", "User"]
    assert not fields["Description"]["filterable"]
    assert not fields["Name"]["createable"]
    assert [one["value"] for one in fields["Status"]["picklistValues"] if one["defaultValue"]] == [
        "Open - Not Contacted"
    ]


def test_describe_is_not_sent_again_when_nothing_changed() -> None:
    """304 until an administrator changes the object."""
    caller = Caller()
    since = caller.call("GET", "sobjects/Lead/describe").headers["Last-Modified"]
    assert caller.call("GET", "sobjects/Lead/describe", If_Modified_Since=since).status == 304
    caller.clock.advance(5)
    caller.org.reconfigure(hidden_fields=("Phone",))
    answer = caller.call("GET", "sobjects/Lead/describe", If_Modified_Since=since)
    assert answer.status == 200
    assert "Phone" not in described(caller)


def test_a_plain_org_has_only_the_external_id() -> None:
    """The other custom fields are missing, and naming them is refused."""
    caller = Caller(SalesforceConfig(plain_org=True))
    assert [name for name in described(caller) if name.endswith("__c")] == ["Operate_Lead_Id__c"]
    assert refused(caller, {"Operate_Location__c": "North"})[0]["errorCode"] == "INVALID_FIELD"


def test_a_created_lead_reads_back_with_its_system_fields() -> None:
    """Defaults are filled, ids have 18 characters, datetimes the JSON form."""
    caller = Caller()
    id_ = caller.create(FirstName="Ada", NumberOfEmployees=12, AnnualRevenue=1000000, Operate_People__c=4)
    row = caller.read(id_)
    user = caller.org.users[0]["Id"]
    assert len(id_) == 18
    assert id_.startswith("00Q")
    assert row["Status"] == "Open - Not Contacted"
    assert row["Name"] == "Ada Marlow"
    assert (row["OwnerId"], row["CreatedById"], row["LastModifiedById"]) == (user, user, user)
    assert row["CreatedDate"] == row["SystemModstamp"]
    assert row["CreatedDate"].endswith(".000+0000")
    assert (row["NumberOfEmployees"], row["AnnualRevenue"], row["Operate_People__c"]) == (12, 1000000.0, 4.0)
    assert isinstance(row["Operate_People__c"], float)
    assert row["IsConverted"] is False
    assert row["attributes"]["type"] == "Lead"


def test_a_lead_is_found_by_15_and_18_characters() -> None:
    """A wrong checksum is no id."""
    caller = Caller()
    id_ = caller.create()
    assert caller.read(id_[:15])["Id"] == id_
    wrong = id_[:15] + ("AAB" if id_[15:] != "AAB" else "AAC")
    assert caller.call("GET", f"sobjects/Lead/{wrong}").status == 404


def test_only_the_asked_fields_are_shown() -> None:
    """`fields=` limits the answer; an unknown one is an error."""
    caller = Caller()
    id_ = caller.create()
    answer = caller.call("GET", f"sobjects/Lead/{id_}?fields=LastName,City")
    assert sorted(answer.body) == ["City", "Id", "LastName", "attributes"]
    assert codes(caller.call("GET", f"sobjects/Lead/{id_}?fields=Nope")) == ["INVALID_FIELD"]


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ({"Email": "Ada.Marlow@Example.COM"}, {"Email": "ada.marlow@example.com"}),
        ({"City": "  Leeds \t"}, {"City": "Leeds"}),
        ({"City": ""}, {"City": None}),
        ({"City": "   "}, {"City": None}),
        ({"Street": "1 High St\nFloor 2\n"}, {"Street": "1 High St\r\nFloor 2"}),
        ({"Street": "1 High St\r\nFloor 2"}, {"Street": "1 High St\r\nFloor 2"}),
        ({"LeadSource": "Pigeon"}, {"LeadSource": "Pigeon"}),
        ({"phone": "+44 20 7946 0000"}, {"Phone": "+44 20 7946 0000"}),
        ({"DoNotCall": True}, {"DoNotCall": True}),
        ({"Operate_People__c": 4.4}, {"Operate_People__c": 4.0}),
        ({"LastName": "Łukasiewicz 東京"}, {"LastName": "Łukasiewicz 東京"}),
    ],
)
def test_values_are_stored_as_salesforce_stores_them(sent: dict[str, Any], stored: dict[str, Any]) -> None:
    """E-mails are lower-cased, text is trimmed, blank is null, line breaks are CRLF."""
    caller = Caller()
    row = caller.read(caller.create(**sent))
    assert {name: row[name] for name in stored} == stored


@pytest.mark.parametrize(
    ("fields", "code", "named"),
    [
        ({"LastName": None, "Company": ""}, "REQUIRED_FIELD_MISSING", ["LastName", "Company"]),
        ({"LastName": "x" * 81}, "STRING_TOO_LONG", ["LastName"]),
        ({"Email": "not an address"}, "INVALID_EMAIL_ADDRESS", ["Email"]),
        ({"Email": "a@localhost"}, "INVALID_EMAIL_ADDRESS", ["Email"]),
        ({"Nope__c": 1}, "INVALID_FIELD", None),
        ({"Name": "Ada"}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["Name"]),
        ({"SystemModstamp": "2026-01-01T00:00:00Z"}, "INVALID_FIELD_FOR_INSERT_UPDATE", ["SystemModstamp"]),
        ({"Status": None}, "REQUIRED_FIELD_MISSING", ["Status"]),
        ({"Status": "Closed - Converted"}, "FIELD_INTEGRITY_EXCEPTION", ["Status"]),
        ({"NumberOfEmployees": "12"}, "JSON_PARSER_ERROR", ["NumberOfEmployees"]),
        ({"NumberOfEmployees": 1.5}, "JSON_PARSER_ERROR", ["NumberOfEmployees"]),
        ({"LastName": 5}, "JSON_PARSER_ERROR", ["LastName"]),
        ({"DoNotCall": "true"}, "JSON_PARSER_ERROR", ["DoNotCall"]),
        ({"DoNotCall": None}, "JSON_PARSER_ERROR", ["DoNotCall"]),
        ({"AnnualRevenue": 1e20}, "NUMBER_OUTSIDE_VALID_RANGE", ["AnnualRevenue"]),
        ({"OwnerId": "003Sb00000000GD"}, "MALFORMED_ID", ["OwnerId"]),
        ({"OwnerId": "somebody"}, "MALFORMED_ID", ["OwnerId"]),
        ({"OwnerId": "005Sb00000ZZZZZ"}, "INVALID_CROSS_REFERENCE_KEY", ["OwnerId"]),
        ({"Id": "00QSb00000000GD"}, "INVALID_FIELD", None),
    ],
)
def test_a_bad_value_is_refused_with_its_code(fields: dict[str, Any], code: str, named: list[str] | None) -> None:
    """The code says the class of the error, `fields` the culprit; nothing is stored."""
    caller = Caller()
    problem = refused(caller, fields)[0]
    assert (problem["errorCode"], problem.get("fields")) == (code, named)
    assert caller.org.leads() == {}


def test_every_bad_value_is_told_at_once() -> None:
    """Two bad fields give two problems; the wording names label and limit."""
    problems = refused(Caller(), {"City": "x" * 41, "Email": "nope"})
    assert [problem["errorCode"] for problem in problems] == ["STRING_TOO_LONG", "INVALID_EMAIL_ADDRESS"]
    assert problems[0]["message"] == f"City: data value too large: {'x' * 41} (max length=40)"


def test_a_restricted_picklist_takes_only_its_values() -> None:
    """Unrestricted ones take anything."""
    caller = Caller(SalesforceConfig(restricted_picklists=("Rating",)))
    assert refused(caller, {"Rating": "Tepid"})[0]["errorCode"] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    assert caller.read(caller.create(Rating="hot"))["Rating"] == "Hot"


def test_a_lead_can_be_given_to_users_and_queues_but_not_to_those_who_left() -> None:
    """The owner is one of the org's, and active."""
    caller = Caller()
    queue = caller.org.add_queue("Web leads")
    user = caller.org.add_user("Nils Berg", "nils.berg@salesforce.example")
    assert caller.read(caller.create(OwnerId=queue[:15]))["OwnerId"] == queue
    assert caller.read(caller.create(OwnerId=user))["OwnerId"] == user
    caller.org.deactivate_user(user)
    assert refused(caller, {"OwnerId": user})[0]["errorCode"] == "OPERATION_WITH_INACTIVE_USER"


def test_hidden_and_read_only_fields_are_closed_to_the_integration_user() -> None:
    """Hidden: absent and unknown. Read-only: shown and not writable. People still write both."""
    caller = Caller(SalesforceConfig(hidden_fields=("Phone",), read_only_fields=("Title",)))
    assert described(caller)["Title"]["updateable"] is False
    assert refused(caller, {"Phone": "1"})[0]["errorCode"] == "INVALID_FIELD"
    assert refused(caller, {"Title": "CEO"})[0]["errorCode"] == "INVALID_FIELD_FOR_INSERT_UPDATE"
    id_ = caller.org.add({**LEAD, "Phone": "+44 20 7946 0000", "Title": "CEO"})
    row = caller.read(id_)
    assert "Phone" not in row
    assert row["Title"] == "CEO"


def test_a_field_made_mandatory_must_be_there() -> None:
    """On create and on update."""
    caller = Caller()
    id_ = caller.create()
    caller.org.reconfigure(required_fields=("Industry",))
    assert refused(caller, {})[0]["fields"] == ["Industry"]
    answer = caller.call("PATCH", f"sobjects/Lead/{id_}", {"City": "York"})
    assert codes(answer) == ["REQUIRED_FIELD_MISSING"]


def test_an_update_changes_only_what_it_names() -> None:
    """204 without a body; null clears; stamps and author follow."""
    caller = Caller()
    id_ = caller.org.add({**LEAD, "City": "Leeds", "Title": "CEO"})
    before = caller.read(id_)
    caller.clock.advance(10)
    answer = caller.call("PATCH", f"sobjects/Lead/{id_}", {"City": None})
    assert (answer.status, answer.body) == (204, None)
    after = caller.read(id_)
    assert (after["City"], after["Title"]) == (None, "CEO")
    assert after["SystemModstamp"] > before["SystemModstamp"]
    assert after["LastModifiedById"] == caller.org.users[0]["Id"] != before["LastModifiedById"]
    assert after["CreatedDate"] == before["CreatedDate"]


def test_a_deleted_lead_is_gone_but_in_the_bin() -> None:
    """Reads are 404, further writes ENTITY_IS_DELETED; only queryAll finds it."""
    caller = Caller()
    id_ = caller.create()
    assert caller.call("DELETE", f"sobjects/Lead/{id_}").status == 204
    assert codes(caller.call("GET", f"sobjects/Lead/{id_}")) == ["NOT_FOUND"]
    for method in ("DELETE", "PATCH"):
        answer = caller.call(method, f"sobjects/Lead/{id_}", {"City": "York"})
        assert (answer.status, codes(answer)) == (404, ["ENTITY_IS_DELETED"])
    assert caller.ids("SELECT Id FROM Lead") == []
    assert caller.ids("SELECT Id FROM Lead WHERE IsDeleted = true", "queryAll") == [id_]


def test_a_write_is_refused_when_the_lead_was_modified_since() -> None:
    """If-Unmodified-Since: 412 and nothing written; a nonsense date is 400 on a write."""
    caller = Caller()
    id_ = caller.create()
    since = format_datetime(caller.clock.now(), usegmt=True)
    caller.clock.advance(5)
    caller.org.edit(id_, {"City": "York"})
    path = f"sobjects/Lead/{id_}"
    answer = caller.call("PATCH", path, {"City": "Leeds"}, If_Unmodified_Since=since)
    assert answer.status == 412
    assert caller.read(id_)["City"] == "York"
    now = format_datetime(caller.clock.now(), usegmt=True)
    assert caller.call("PATCH", path, {"City": "Leeds"}, If_Unmodified_Since=now).status == 204
    assert caller.call("PATCH", path, {"City": "Hull"}, If_Unmodified_Since="yesterday").status == 400
    assert caller.call("GET", path, If_Modified_Since=now).status == 304


def test_an_upsert_creates_then_updates() -> None:
    """201 with created:true, then 200 with created:false; a slash in the key is no path."""
    caller = Caller()
    first = caller.call("PATCH", f"{EXTERNAL}/a%2Fb%20c", dict(LEAD))
    assert (first.status, first.body["created"]) == (201, True)
    second = caller.call("PATCH", f"{EXTERNAL}/a%2Fb%20c", {"City": "York"})
    assert (second.status, second.body["created"], second.body["id"]) == (200, False, first.body["id"])
    row = caller.call("GET", f"{EXTERNAL}/a%2Fb%20c").body
    assert (row["Operate_Lead_Id__c"], row["City"]) == ("a/b c", "York")


def test_an_upsert_may_be_forbidden_to_create() -> None:
    """updateOnly=true answers 404 and stores nothing."""
    caller = Caller()
    assert caller.call("PATCH", f"{EXTERNAL}/64?updateOnly=true", dict(LEAD)).status == 404
    assert caller.org.leads() == {}


def test_an_upsert_takes_the_key_from_the_path_only() -> None:
    """The key in the body, or a field that is no External ID, is an error."""
    caller = Caller()
    answer = caller.call("PATCH", f"{EXTERNAL}/64", {**LEAD, "Operate_Lead_Id__c": "64"})
    assert codes(answer) == ["INVALID_FIELD"]
    assert caller.call("PATCH", "sobjects/Lead/City/York", dict(LEAD)).status == 404


def test_several_leads_with_one_key_are_listed_instead_of_written() -> None:
    """300 with their addresses, where the External ID is not unique."""
    loose = replace(DEFAULT_FIELDS[0], unique=False)
    caller = Caller(SalesforceConfig(custom_fields=(loose,)))
    found = [caller.create(Operate_Lead_Id__c="64") for _ in range(2)]
    answer = caller.call("PATCH", f"{EXTERNAL}/64", {"City": "York"})
    assert answer.status == 300
    assert [url.rsplit("/", 1)[1] for url in answer.body] == found


def test_a_unique_value_names_the_lead_that_has_it() -> None:
    """DUPLICATE_VALUE with the other id; case matters in a case-sensitive key; the bin does not count."""
    caller = Caller()
    id_ = caller.create(Operate_Lead_Id__c="a64")
    problem = refused(caller, {"Operate_Lead_Id__c": "a64"})[0]
    assert problem["errorCode"] == "DUPLICATE_VALUE"
    assert problem["message"] == (
        f"duplicate value found: Operate_Lead_Id__c duplicates value on record with id: {id_[:15]}"
    )
    caller.create(Operate_Lead_Id__c="A64")
    caller.org.remove(id_)
    caller.create(Operate_Lead_Id__c="a64")


def test_an_alert_rule_gives_way_to_allow_save_and_a_block_rule_does_not() -> None:
    """DUPLICATES_DETECTED carries the match and whether a resend can succeed."""
    caller = Caller(SalesforceConfig(duplicate_rules=(DuplicateRule(),)))
    id_ = caller.create(Email="ada@example.com")
    problem = refused(caller, {"Email": "ADA@example.com"})[0]
    result = problem["duplicateResut"]
    assert (problem["errorCode"], result["allowSave"]) == ("DUPLICATES_DETECTED", True)
    assert result["matchResults"][0]["matchRecords"][0]["record"]["Id"] == id_
    header = {"Sforce_Duplicate_Rule_Header": "allowSave=true; includeRecordDetails=false"}
    answer = caller.call("POST", "sobjects/Lead", {**LEAD, "Email": "ada@example.com"}, **header)
    assert answer.status == 201
    caller.org.reconfigure(duplicate_rules=(DuplicateRule(mode="block"),))
    assert refused(caller, {"Email": "ada@example.com"}, **header)[0]["duplicateResut"]["allowSave"] is False


def test_a_duplicate_rule_leaves_updates_of_other_fields_alone() -> None:
    """It acts on an update only when a matching field changes."""
    caller = Caller()
    first, second = (caller.create(Email="ada@example.com") for _ in range(2))
    caller.org.reconfigure(duplicate_rules=(DuplicateRule(),))
    assert caller.call("PATCH", f"sobjects/Lead/{first}", {"City": "York"}).status == 204
    caller.call("PATCH", f"sobjects/Lead/{second}", {"Email": "other@example.com"})
    answer = caller.call("PATCH", f"sobjects/Lead/{second}", {"Email": "ada@example.com"})
    assert codes(answer) == ["DUPLICATES_DETECTED"]


def test_a_validation_rule_speaks_of_a_field_or_of_the_page() -> None:
    """The error has `fields` only where the rule names one."""
    rules = (
        ValidationRule(lambda row: row["City"] == "Atlantis", "No such city.", "City"),
        ValidationRule(lambda row: row["LastName"] == "Nobody", "Who?"),
    )
    caller = Caller(SalesforceConfig(validation_rules=rules))
    by_field = refused(caller, {"City": "Atlantis"})[0]
    assert by_field == {
        "message": "No such city.",
        "errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION",
        "fields": ["City"],
    }
    assert "fields" not in refused(caller, {"LastName": "Nobody"})[0]


def test_an_automation_changes_what_was_saved_in_the_name_of_who_saved() -> None:
    """The row read back differs from the row sent, and no other user shows."""
    flow = Automation(lambda row: {"Rating": "Hot"} if (row["NumberOfEmployees"] or 0) > 100 else {})
    caller = Caller(SalesforceConfig(automations=(flow,)))
    row = caller.read(caller.create(NumberOfEmployees=500, Rating="Cold"))
    assert row["Rating"] == "Hot"
    assert row["LastModifiedById"] == caller.org.users[0]["Id"]
    assert caller.read(caller.create(NumberOfEmployees=5, Rating="Cold"))["Rating"] == "Cold"


def test_assignment_rules_run_unless_told_not_to() -> None:
    """On creates and on updates; Sforce-Auto-Assign: FALSE switches them off."""
    caller = Caller()
    queue = caller.org.add_queue("Inbound")
    caller.org.reconfigure(assignment_rule_owner="Inbound")
    assert caller.read(caller.create())["OwnerId"] == queue
    quiet = caller.call("POST", "sobjects/Lead", dict(LEAD), Sforce_Auto_Assign="FALSE").body["id"]
    assert caller.read(quiet)["OwnerId"] == caller.org.users[0]["Id"]
    caller.call("PATCH", f"sobjects/Lead/{quiet}", {"City": "York"}, Sforce_Auto_Assign="FALSE")
    assert caller.read(quiet)["OwnerId"] == caller.org.users[0]["Id"]
    caller.call("PATCH", f"sobjects/Lead/{quiet}", {"City": "Hull"})
    assert caller.read(quiet)["OwnerId"] == queue


def test_a_lead_has_the_default_record_type_or_one_that_exists() -> None:
    """An id of another kind, or of none, is refused."""
    caller = Caller(SalesforceConfig(record_types=("Enquiry", "Press")))
    statement = "SELECT Id, DeveloperName FROM RecordType WHERE SobjectType = 'Lead'"
    kinds = {row["DeveloperName"]: row["Id"] for row in caller.rows(statement)}
    assert caller.read(caller.create())["RecordTypeId"] == kinds["Enquiry"]
    assert caller.read(caller.create(RecordTypeId=kinds["Press"][:15]))["RecordTypeId"] == kinds["Press"]
    unknown = kinds["Press"][:14] + "z"
    assert refused(caller, {"RecordTypeId": unknown})[0]["errorCode"] == "INVALID_CROSS_REFERENCE_KEY"
    assert refused(caller, {"RecordTypeId": "00Q000000000001"})[0]["errorCode"] == "MALFORMED_ID"


def test_country_picklists_keep_code_and_text_in_step() -> None:
    """Either is understood; the state must be one of the country."""
    caller = Caller(SalesforceConfig(state_country_picklists=True))
    row = caller.read(caller.create(Country="united states", StateCode="CA"))
    assert (row["CountryCode"], row["Country"], row["State"]) == ("US", "United States", "California")
    row = caller.read(caller.create(CountryCode="GB"))
    assert (row["Country"], row["State"]) == ("United Kingdom", None)
    assert row["Address"]["countryCode"] == "GB"
    codes_ = [one["value"] for one in described(caller)["CountryCode"]["picklistValues"]]
    assert "DE" in codes_


@pytest.mark.parametrize(
    "fields",
    [
        {"Country": "Atlantis"},
        {"CountryCode": "XX"},
        {"Country": "United Kingdom", "State": "Kent"},
        {"Country": "United States", "State": "Ontario"},
        {"State": "California"},
        {"Country": "Germany", "CountryCode": "FR"},
    ],
)
def test_country_picklists_refuse_the_whole_lead(fields: dict[str, Any]) -> None:
    """FIELD_INTEGRITY_EXCEPTION, whatever else the lead holds."""
    caller = Caller(SalesforceConfig(state_country_picklists=True))
    assert refused(caller, fields)[0]["errorCode"] == "FIELD_INTEGRITY_EXCEPTION"


def test_clearing_the_country_clears_the_state() -> None:
    """And changing it to one without that state is refused."""
    caller = Caller(SalesforceConfig(state_country_picklists=True))
    id_ = caller.create(CountryCode="US", StateCode="NY")
    assert codes(caller.call("PATCH", f"sobjects/Lead/{id_}", {"CountryCode": "DE"})) == ["FIELD_INTEGRITY_EXCEPTION"]
    assert caller.call("PATCH", f"sobjects/Lead/{id_}", {"CountryCode": None}).status == 204
    row = caller.read(id_)
    assert (row["Country"], row["State"], row["StateCode"]) == (None, None, None)


def test_a_converted_lead_cannot_be_written() -> None:
    """It stays readable, with the ids of what it became."""
    caller = Caller()
    id_ = caller.create()
    caller.org.convert(id_)
    answer = caller.call("PATCH", f"sobjects/Lead/{id_}", {"City": "York"})
    assert codes(answer) == ["CANNOT_UPDATE_CONVERTED_LEAD"]
    row = caller.read(id_)
    assert row["IsConverted"]
    assert row["ConvertedAccountId"].startswith("001")
    assert row["ConvertedOpportunityId"] is None


def test_custom_fields_of_every_type_can_be_configured() -> None:
    """Dates, datetimes, checkboxes and restricted picklists behave like their standard kin."""
    made = (
        CustomField("Move_In__c", "Move In", type="Date"),
        CustomField("Tour__c", "Tour", type="DateTime"),
        CustomField("Vip__c", "VIP", type="Checkbox"),
        CustomField("Notes__c", "Notes", type="LongText", length=1000),
    )
    caller = Caller(SalesforceConfig(custom_fields=made))
    row = caller.read(caller.create(Move_In__c="2026-02-28", Tour__c="2026-01-02T05:04:05+02:00", Notes__c="a"))
    assert (row["Move_In__c"], row["Tour__c"]) == ("2026-02-28", "2026-01-02T03:04:05.000+0000")
    assert row["Vip__c"] is False
    assert refused(caller, {"Move_In__c": "2026-02-30"})[0]["errorCode"] == "JSON_PARSER_ERROR"


def test_a_configuration_that_names_unknown_fields_is_an_error() -> None:
    """A typing error in a test's configuration must not pass silently."""
    caller = Caller()
    with pytest.raises(ValueError, match="Emial"):
        Salesforce(clock=caller.clock, config=SalesforceConfig(hidden_fields=("Emial",)))


def test_stamps_are_whole_seconds() -> None:
    """Two saves within a second can share a stamp."""
    caller = Caller()
    id_ = caller.org.add(LEAD, created=caller.clock.now() - timedelta(days=3))
    row = caller.org.leads()[id_]
    assert row["SystemModstamp"].microsecond == 0
    assert row["SystemModstamp"] == row["CreatedDate"]
