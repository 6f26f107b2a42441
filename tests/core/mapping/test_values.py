"""The transform values: many texts of one side to one of the other, and back without bouncing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.mapping.model import Unfit
from connector.core.model import SIDES, Side
from connector.errors import MappingError
from tests.core.mapping.frame import rule_of

ROWS = "[{salesforce: [Open, New], operate: '1'}, {salesforce: Working, operate: ['3', '4']}]"
STATUS = rule_of(f"{{salesforce: Status, operate: leadstatusid, transform: {{values: {{table: {ROWS}}}}}}}")
KIND = rule_of(
    "{salesforce: RecordTypeId, operate: leadtype, transform: {values: {salesforce: RecordType, operate: leadtype, "
    "others: {to_operate: keep, to_salesforce: copy}, table: [{salesforce: Workspace, operate: [Hot Desk, Office]}]}}}"
)
TABLES = {
    "operate.leadtype": {"1": "Hot Desk ", "2": "Office", "3": "Event", "4": "Partner"},
    "salesforce.RecordType": {"012A": "Workspace", "012B": "Partner", "012C": "Press"},
}
NATIVE = {Side.SALESFORCE: "Status", Side.OPERATE: "leadstatusid"}


@pytest.mark.parametrize(
    ("side", "text", "value"),
    [
        (Side.SALESFORCE, "open", "Open"),
        (Side.SALESFORCE, "New", "Open"),
        (Side.OPERATE, "1", "Open"),
        (Side.OPERATE, "4", "Working"),
        (Side.SALESFORCE, "Lost", "Lost"),
        (Side.OPERATE, "", ""),
    ],
)
def test_texts_of_one_row_are_one_value(side: Side, text: str, value: str) -> None:
    """In any case; a text without a row stands for itself."""
    assert STATUS.read(side, {NATIVE[side]: text}, {}) == value


def test_the_first_text_of_a_row_is_written() -> None:
    """On either side; a blank stays blank."""
    assert STATUS.write(Side.OPERATE, "Working", {}) == {"leadstatusid": "3"}
    assert STATUS.write(Side.SALESFORCE, "Open", {}) == {"Status": "Open"}
    assert STATUS.write(Side.OPERATE, "", {}) == {"leadstatusid": ""}


def test_a_text_without_a_row_is_parked_unless_told_otherwise() -> None:
    """With a reason that names it."""
    with pytest.raises(Unfit, match="no salesforce value 'Lost'; add a row"):
        STATUS.write(Side.OPERATE, "Lost", {})
    assert KIND.write(Side.OPERATE, "Press", TABLES) == {}
    assert KIND.write(Side.SALESFORCE, "Partner", TABLES) == {"RecordTypeId": "012B"}
    with pytest.raises(Unfit, match="no RecordType named 'Event'"):
        KIND.write(Side.SALESFORCE, "Event", TABLES)


def test_ids_are_read_and_written_by_the_labels_of_their_lists() -> None:
    """Trailing blanks of Operate's labels do not count."""
    assert KIND.read(Side.OPERATE, {"leadtype": "1"}, TABLES) == "Workspace"
    assert KIND.read(Side.SALESFORCE, {"RecordTypeId": "012A"}, TABLES) == "Workspace"
    assert KIND.write(Side.OPERATE, "Workspace", TABLES) == {"leadtype": "1"}
    assert KIND.read(Side.OPERATE, {"leadtype": "9"}, TABLES) is None
    assert KIND.read(Side.OPERATE, {"leadtype": "0"}, TABLES) == ""


def test_a_text_that_looks_like_another_rows_name_is_not_taken_for_it() -> None:
    """Operate's own "Open", which has no row, is not Salesforce's "Open"."""
    value = STATUS.read(Side.OPERATE, {"leadstatusid": "Open"}, {})
    assert value == "Open (operate)"
    with pytest.raises(Unfit, match="no operate value 'Open'"):
        STATUS.write(Side.SALESFORCE, value, {})


@given(st.sampled_from(SIDES), st.sampled_from(["Open", "New", "Working", "1", "3", "4", "Open (operate)", "x"]))
def test_what_is_written_reads_back_as_the_same_value(side: Side, text: str) -> None:
    """Whatever is shown on one side and can be written to the other is equal there, so nothing bounces."""
    value = STATUS.read(side, {NATIVE[side]: text}, {})
    assert value is not None
    try:
        native = STATUS.write(side.other, value, {})
    except Unfit:
        return
    back = STATUS.read(side.other, native, {})
    assert back is not None
    assert STATUS.same(back, value)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("[]", "at least 1 item"),
        ("[{salesforce: A, operate: []}]", "at least one text on each side"),
        ("[{salesforce: A, operate: x}, {salesforce: B, operate: X}]", "'x' stands in the table twice for operate"),
        ("[{salesforce: A, oprate: x}]", "unknown key 'oprate'"),
    ],
)
def test_a_table_with_a_mistake_is_refused(table: str, reason: str) -> None:
    """In words, at its line."""
    with pytest.raises(MappingError, match=reason):
        rule_of(f"{{salesforce: Status, operate: leadstatusid, transform: {{values: {{table: {table}}}}}}}")


def test_an_unknown_list_is_named_with_the_nearest() -> None:
    """Operate's lists are documented, Salesforce's are two."""
    with pytest.raises(MappingError, match=r"no look-up list 'leadtypes'") as refused:
        rule_of("{salesforce: Kind__c, operate: leadtype, transform: {lookup: {operate: leadtypes}}}")
    assert refused.value.findings[0].nearest == ("leadtype", "clienttype")


def test_a_copied_text_is_not_taken_for_another_row() -> None:
    """What would be read back as something else is set aside instead."""
    table = "[{salesforce: Working, operate: '3'}]"
    rule = rule_of(
        "{salesforce: Status, operate: leadstatusid, "
        f"transform: {{values: {{table: {table}, others: {{to_operate: copy, to_salesforce: copy}}}}}}}}"
    )
    with pytest.raises(Unfit, match="there '3' means 'Working'"):
        rule.write(Side.OPERATE, "3", {})
    assert rule.write(Side.OPERATE, "4", {}) == {"leadstatusid": "4"}


def test_a_filler_is_written_as_its_side_shows_it() -> None:
    """The text of the side's own column; Salesforce's is understood, too."""
    table = "[{salesforce: Working, operate: '3'}]"
    for filler in ("'3'", "Working"):
        rule = rule_of(
            "{salesforce: Status, operate: leadstatusid, "
            f"default: {{operate: {filler}}}, transform: {{values: {{table: {table}}}}}}}"
        )
        assert rule.write(Side.OPERATE, rule.filler(Side.OPERATE, {}), {}) == {"leadstatusid": "3"}
