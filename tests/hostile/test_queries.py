"""Values with quotes, brackets, percent signs, line ends or fragments of a query neither break nor inject one."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connector.core.model import Side, Write
from connector.crm.operate import OperateCrm
from connector.crm.port import State
from connector.crm.salesforce import SalesforceCrm
from connector.crm.salesforce.queries import IN_LIST, among, changed_since, select
from connector.errors import ConnectorError
from connector.sandbox.salesforce.soql import Among, parse
from tests.crm.operate_world import COMPLETE, OperateWorld, operate_world
from tests.crm.salesforce_world import SalesforceWorld, create, salesforce_world, update

HOSTILE = (
    "O'Hara",
    'say "hi"',
    "back\\slash",
    "\\",
    "\\'",
    "' OR Id != '",
    "x') OR (Name LIKE '%",
    "x' LIMIT 1 --",
    "[leadid]='1'AND[lastname]='x'",
    "a]b[c",
    "100% %27 %00 %s {0} {}",
    "two\nlines\r\nand a tab\t",
    "\x00\x07\x1b[31m\x7f",
    "a&b=c;d#e?f/g+h",
    "<script>alert(1)</script>",
    '{"leads": [{"leadid": "1"}]}',
    "名前 😀 \u202eabc",
    "=1+1",
)
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
texts = st.one_of(st.text(), st.sampled_from(HOSTILE), st.text(alphabet="\\'\"%_[]()\n\r\t\b\f", max_size=20))


def literals(soql: str) -> tuple[list[str], str]:
    """The string literals of a statement, and what is left of it: a reader of SOQL's quoting and nothing else."""
    found, rest, place = [], "", 0
    for quoted in re.finditer(r"'((?:[^'\\]|\\.)*)'", soql, re.DOTALL):
        found.append(re.sub(r"\\(.)", lambda sign: ESCAPES.get(sign[1], sign[1]), quoted[1], flags=re.DOTALL))
        rest += soql[place : quoted.start()] + "?"
        place = quoted.end()
    return found, rest + soql[place:]


@given(st.lists(texts, min_size=1, max_size=5))
@example(list(HOSTILE))
def test_every_text_comes_out_of_a_statement_as_it_went_in(values: list[str]) -> None:
    """The literals are the values; the rest of the statement is the same for all values."""
    statement = select(("Id",), "Lead", among("Operate_Lead_Id__c", values), changed_since(0))
    found, rest = literals(statement)
    assert found == values
    before, _, after = rest.partition(" IN (")
    assert before == "SELECT Id FROM Lead WHERE Operate_Lead_Id__c"
    assert after == ",".join("?" for _ in values) + ") AND SystemModstamp >= 1970-01-01T00:00:00Z"


@given(st.lists(texts, min_size=1, max_size=5))
@example(list(HOSTILE))
def test_the_stand_in_reads_the_same_statement(values: list[str]) -> None:
    """Its parser is another one: one condition, with these values."""
    parsed = parse(select(("Id",), "Lead", among("Company", values)))
    assert isinstance(parsed.where, Among)
    assert [value.value for value in parsed.where.values] == values
    assert (parsed.where.negated, parsed.order, parsed.limit) == (False, (), None)


@pytest.fixture(scope="module")
def salesforce() -> Iterator[tuple[SalesforceWorld, SalesforceCrm]]:
    """An org with a lead that nobody may find by a trick."""
    with salesforce_world() as world:
        world.add({"LastName": "Secret", "Company": "x"}, counterpart_id="701")
        yield world, world.client()


@pytest.fixture(scope="module")
def operate() -> Iterator[tuple[OperateWorld, OperateCrm]]:
    """A tenant with a lead that nobody may find by a trick."""
    with operate_world() as world, world.client() as crm:
        world.add({**COMPLETE, "lastname": "Secret"}, counterpart_id="00Q1")
        yield world, crm


def test_no_counterpart_id_finds_somebody_else_in_salesforce(
    salesforce: tuple[SalesforceWorld, SalesforceCrm],
) -> None:
    """Alone, all at once, and where they are too many for a URL."""
    _, crm = salesforce
    for hostile in HOSTILE:
        assert crm.find([hostile]) == []
    many = [f"{hostile}{number}" for number in range(IN_LIST // len(HOSTILE)) for hostile in HOSTILE]
    found = crm.find([*HOSTILE, *many, "701"])
    assert [record.counterpart_id for record in found] == ["701"]


def test_what_no_field_can_hold_is_not_searched_for(salesforce: tuple[SalesforceWorld, SalesforceCrm]) -> None:
    """Half a surrogate pair fits into no address, and a NUL into no literal."""
    before = salesforce[1].calls
    assert salesforce[1].find(["\ud800", "a\0b", ""]) == []
    assert salesforce[1].calls == before


def test_no_record_id_finds_somebody_else(
    salesforce: tuple[SalesforceWorld, SalesforceCrm], operate: tuple[OperateWorld, OperateCrm]
) -> None:
    """What cannot be an id is not asked for at all."""
    for crm in (salesforce[1], operate[1]):
        before = crm.calls
        assert crm.get([*HOSTILE, "1' OR '1'='1", "../1", "00Q' OR Id != ''"]) == {}
        assert crm.calls == before


@given(texts)
def test_no_counterpart_id_breaks_a_filter_of_operate(operate: tuple[OperateWorld, OperateCrm], value: str) -> None:
    """How Operate reads a quote is not documented, so none is ever sent: letters and digits, or a refusal."""
    world, crm = operate
    world.server.reset_journal()
    try:
        found = crm.find([value])
    except ConnectorError:
        assert not value.isalnum() or not value.isascii()
        assert world.server.journal == []
    else:
        assert {record.counterpart_id for record in found} <= {value}
        wheres = {entry.query["where"] for entry in world.server.journal.calls("GET", "/lead")}
        assert wheres == {f"[ud_salesforceid]='{value}'"}


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_is_stored_as_it_is_or_refused_in_salesforce(
    salesforce: tuple[SalesforceWorld, SalesforceCrm], value: str
) -> None:
    """Created, read back, changed and found among the changes; nobody else is touched."""
    world, crm = salesforce
    (made,) = crm.write([create(1, {"Company": value})])
    if made.state is State.REFUSED:
        assert "\0" in value
        return
    stored = world.leads()[made.record_id]["Company"]
    assert stored.split() == value.split(), "a field of one line has no line ends"
    assert crm.get([made.record_id])[made.record_id].native["Company"] == stored
    (changed,) = crm.write([update(2, made.record_id, {"Description": value})])
    assert changed.state is State.LANDED
    assert world.leads()[made.record_id]["Description"].splitlines() == value.strip().splitlines()
    assert sum(row["LastName"] == "Secret" for row in world.leads().values()) == 1


@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_value_is_stored_as_it_is_in_operate(operate: tuple[OperateWorld, OperateCrm], value: str) -> None:
    """The form around the JSON, and the JSON itself, carry every text; nobody else is touched."""
    world, crm = operate
    minimum = {"minimum": {**COMPLETE, "leadname": value}}
    (made,) = crm.write([Write(1, Side.OPERATE, None, "", stamp=False, rules=minimum)])
    assert made.state is State.LANDED
    assert world.leads()[made.record_id]["leadname"] == value
    assert crm.get([made.record_id])[made.record_id].native["leadname"] == value
    assert sum(row["lastname"] == "Secret" for row in world.leads().values()) == 1


@given(texts)
def test_a_form_brings_every_text_back(value: str) -> None:
    """What `data=` carries is one field, whatever is in it."""
    body = httpx.Request("PUT", "http://127.0.0.1/lead", data={"data": value}).content.decode()
    assert parse_qs(body, keep_blank_values=True, strict_parsing=True) == {"data": [value]}
