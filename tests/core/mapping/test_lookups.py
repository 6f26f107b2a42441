"""The transforms between Operate's ids and the words that people know."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.mapping.model import Unfit
from connector.core.model import Side
from tests.core.mapping.frame import mapping_of, rule_of

LOCATION = rule_of("{salesforce: Operate_Location__c, operate: locationname, transform: location}")
TABLES = {
    "operate.location": {"4": "7th Avenue", "5": "Euston ", "6": "Twin", "7": "twin", "8": "Bank", "9": "Bank"},
    "operate.user": {
        "27": "Ann@Example.com",
        "28": "ben@example.com",
        "30": "twice@example.com",
        "31": "twice@example.com",
    },
    "salesforce.User": {"005A": "ann@example.com", "005B": "Ben@example.com", "005C": "carol@example.com"},
}
OWNER = rule_of("{salesforce: OwnerId, operate: user_id, direction: on_create, transform: user}")
NAMED = rule_of(
    "{salesforce: OwnerId, operate: user_id, direction: on_create, transform: {user: {table: "
    '{Carol@example.com: "40", 00GQ: "41", 005D: "42", dan@example.com: "42"}}}}'
)


@pytest.mark.parametrize(
    ("native", "value"),
    [
        ({"locationname": "4"}, "7th Avenue"),
        ({"locationname": "5"}, "Euston"),
        ({"locationname": "0"}, ""),
        ({"locationname": ""}, ""),
        ({"locationname": "99", "outputvalue_locationname": "Brand new "}, "Brand new"),
        ({"locationname": "7TH avenue"}, "7TH avenue"),
        ({"locationname": "99"}, None),
        ({}, None),
    ],
)
def test_a_location_is_read_by_its_label(native: dict[str, str], value: str | None) -> None:
    """By the table, else by the twin field; an id that nobody can name was not shown."""
    assert LOCATION.read(Side.OPERATE, native, TABLES) == value


def test_a_label_is_written_as_its_id() -> None:
    """Exactly, else in any case; Salesforce receives the label itself."""
    assert LOCATION.write(Side.OPERATE, "euston", TABLES) == {"locationname": "5"}
    assert LOCATION.write(Side.OPERATE, "twin", TABLES) == {"locationname": "7"}
    assert LOCATION.write(Side.OPERATE, "", TABLES) == {"locationname": ""}
    assert LOCATION.write(Side.SALESFORCE, "Euston", TABLES) == {"Operate_Location__c": "Euston"}
    assert LOCATION.is_form_of(Side.OPERATE, "euston", "Euston", TABLES)


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        ("Eustone", r"no location named 'Eustone'; nearest: 'Euston'"),
        ("Bank", "more than one location named 'Bank'"),
        ("TWIN", "more than one location named 'TWIN'"),
    ],
)
def test_an_unknown_or_ambiguous_label_does_not_fit(label: str, reason: str) -> None:
    """The reason names the nearest labels."""
    with pytest.raises(Unfit, match=reason) as refused:
        LOCATION.write(Side.OPERATE, label, TABLES)
    assert refused.value.code == "unknown_label"


def test_a_table_in_the_mapping_comes_before_the_tenants() -> None:
    """It also serves where the tenant shows no table at all."""
    rule = rule_of(
        '{salesforce: Kind__c, operate: clienttype, transform: {lookup: {table: {Residential: "1", Virtual: "2"}}}}'
    )
    assert rule.read(Side.OPERATE, {"clienttype": "1"}, {}) == "Residential"
    assert rule.write(Side.OPERATE, "virtual", {}) == {"clienttype": "2"}


def test_a_generic_lookup_asks_for_its_own_table() -> None:
    """`lookup` names the table, and the mapping lists what has to be fetched, each once."""
    mapping = mapping_of(
        """
        kind: {salesforce: Kind__c, operate: leadtype, transform: {lookup: {operate: leadtype}}}
        location: {salesforce: Where__c, operate: locationname, transform: location}
        owner: {salesforce: OwnerId, operate: user_id, direction: on_create, transform: user}
        """
    )
    assert mapping.lookups == (
        (Side.OPERATE, "leadtype"),
        (Side.OPERATE, "location"),
        (Side.SALESFORCE, "User"),
        (Side.OPERATE, "user"),
    )
    assert mapping.rules["kind"].write(Side.OPERATE, "Hot Lead", {"operate.leadtype": {"568": "Hot Lead "}}) == {
        "leadtype": "568"
    }


@given(st.sampled_from(["4", "5", "6", "7"]))
def test_every_unambiguous_location_survives_the_way_there_and_back(number: str) -> None:
    """Id to label to id."""
    label = LOCATION.read(Side.OPERATE, {"locationname": number}, TABLES)
    assert label is not None
    assert LOCATION.write(Side.OPERATE, label, TABLES) == {"locationname": number}


def test_an_owner_is_known_by_the_e_mail_address_on_both_sides() -> None:
    """Ids differ, the address in lower case is the value."""
    assert OWNER.read(Side.SALESFORCE, {"OwnerId": "005A"}, TABLES) == "ann@example.com"
    assert OWNER.read(Side.OPERATE, {"user_id": "27"}, TABLES) == "ann@example.com"
    assert OWNER.write(Side.OPERATE, "ben@example.com", TABLES) == {"user_id": "28"}
    assert OWNER.write(Side.SALESFORCE, "Ben@Example.com", TABLES) == {"OwnerId": "005B"}
    assert OWNER.read(Side.SALESFORCE, {}, TABLES) is None


def test_queues_and_strangers_are_left_to_the_crm() -> None:
    """They are no blank, which somebody else would fill; nothing is written where a person is unknown or a choice."""
    assert OWNER.read(Side.SALESFORCE, {"OwnerId": "00GQ"}, TABLES) == "00GQ"
    assert OWNER.read(Side.OPERATE, {"user_id": "0"}, TABLES) == ""
    assert OWNER.read(Side.OPERATE, {"user_id": "99"}, TABLES) == "99"
    assert OWNER.write(Side.SALESFORCE, "99", TABLES) == {}
    for value in ("", "00GQ", "nobody@example.com", "twice@example.com", "carol@example.com"):
        assert OWNER.write(Side.OPERATE, value, TABLES) == {}
    assert OWNER.write(Side.OPERATE, "ann@example.com", {}) == {}


def test_the_mappings_own_table_names_users_and_queues() -> None:
    """By e-mail address or by Salesforce id, in both directions."""
    assert NAMED.write(Side.OPERATE, "carol@example.com", TABLES) == {"user_id": "40"}
    assert NAMED.read(Side.OPERATE, {"user_id": "40"}, TABLES) == "carol@example.com"
    assert NAMED.write(Side.SALESFORCE, "carol@example.com", TABLES) == {"OwnerId": "005C"}
    assert NAMED.read(Side.SALESFORCE, {"OwnerId": "00GQ"}, TABLES) == "00GQ"
    assert NAMED.write(Side.OPERATE, "00GQ", TABLES) == {"user_id": "41"}
    assert NAMED.write(Side.SALESFORCE, "00GQ", TABLES) == {"OwnerId": "00GQ"}
    assert NAMED.write(Side.SALESFORCE, "dan@example.com", TABLES) == {"OwnerId": "005D"}
    assert NAMED.write(Side.SALESFORCE, "005X", TABLES) == {}
