"""The transform of amounts of money (numbers are in test_transforms.py)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.mapping.model import Rule, Unfit
from connector.core.model import SIDES, Side
from connector.errors import MappingError
from tests.core.mapping.frame import rule_of

FIELDS = "salesforce: Budget__c, operate: budget"
MONEY = rule_of(f"{{{FIELDS}, transform: money}}")
POUNDS = rule_of(f"{{{FIELDS}, transform: {{money: {{currency: £}}}}}}")
STERLING = rule_of(f"{{{FIELDS}, transform: {{money: {{currency: GBP, decimals: 0}}}}}}")
FINE = rule_of(f"{{{FIELDS}, transform: {{money: {{decimals: 4}}}}}}")


def read(rule: Rule, side: Side, text: str) -> str | None:
    """The value of a record that shows this text."""
    return rule.read(side, {rule.fields[side][0]: text}, {})


@pytest.mark.parametrize(
    ("rule", "typed", "value"),
    [
        (MONEY, "£1,200.50", "1200.50"),
        (MONEY, "1200.5 GBP", "1200.50"),
        (MONEY, "GBP 1,200", "1200.00"),
        (MONEY, "1\u00a0EUR", "1.00"),
        (MONEY, "-£5", "-5.00"),
        (MONEY, "£-5", "-5.00"),
        (MONEY, "-0.00", "0.00"),
        (MONEY, "1000000.0", "1000000.00"),
        (MONEY, "0.500", "0.50"),
        (MONEY, "1200.5550", "1200.555"),
        (MONEY, "", ""),
        (MONEY, "1.200", "1.200"),
        (MONEY, "1.200,50", "1.200,50"),
        (MONEY, "12,00", "12,00"),
        (MONEY, "£5k", "£5k"),
        (MONEY, "max 100", "max 100"),
        (MONEY, "£100-200", "£100-200"),
        (MONEY, "£5 EUR", "£5 EUR"),
        (MONEY, "-£-5", "-£-5"),
        (POUNDS, "GBP 5", "5.00"),
        (POUNDS, "€5", "€5"),
        (STERLING, "£1,200.00", "1200"),
        (STERLING, "1200.50", "1200.5"),
        (FINE, "1.200", "1.2000"),
        (FINE, "0.12345", "0.12345"),
    ],
)
def test_an_amount_is_read_from_either_side(rule: Rule, typed: str, value: str) -> None:
    """As a plain number with the rule's decimals; what is not one amount, or in another currency, stays text."""
    assert [read(rule, side, typed) for side in SIDES] == [value, value]


def test_operate_is_written_the_currency_in_front() -> None:
    """A symbol stands at the number, a code has a blank; Salesforce takes the number alone."""
    written = [rule.write(Side.OPERATE, "£1,200.00", {})["budget"] for rule in (MONEY, POUNDS, STERLING, FINE)]
    assert written == ["1200.00", "£1200.00", "GBP 1200", "1200.0000"]
    assert POUNDS.write(Side.SALESFORCE, "£1,200", {}) == {"Budget__c": "1200.00"}
    assert POUNDS.write(Side.OPERATE, "-5", {}) == {"budget": "£-5.00"}
    assert MONEY.write(Side.SALESFORCE, "", {}) == {"Budget__c": ""}


def test_nothing_is_rounded() -> None:
    """More decimals than the rule keeps fit neither side, and the amounts differ as long as a person leaves them."""
    for side in SIDES:
        for amount in ("1200.555", "1.200"):
            with pytest.raises(Unfit, match=f"'{amount}' has more than 2 decimals, and nothing is rounded") as refused:
                MONEY.write(side, amount, {})
            assert refused.value.code == "unreadable"
    assert MONEY.same("1200.5550", "£1,200.555")
    assert not MONEY.same("1200.555", "1200.55")
    assert not MONEY.same("1.200", "1.2")


def test_text_goes_to_operate_only() -> None:
    """Operate's budget is free text, a Salesforce currency field is not."""
    assert POUNDS.write(Side.OPERATE, "to be discussed", {}) == {"budget": "to be discussed"}
    with pytest.raises(Unfit, match="'to be discussed' is not one amount in £, and Budget__c takes only amounts"):
        POUNDS.write(Side.SALESFORCE, "to be discussed", {})
    with pytest.raises(Unfit, match="'€5' is not one amount in £"):
        POUNDS.write(Side.SALESFORCE, "€5", {})


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ("currency: pounds", "a symbol or a code, such as £ or GBP"),
        ("currency: '5'", "a symbol or a code"),
        ("decimals: 5", "a whole number from 0 to 4"),
        ("decimals: two", "a whole number from 0 to 4"),
        ("decimals: 2.0", "a whole number from 0 to 4"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_a_finding(params: str, reason: str) -> None:
    """In words, at the parameter."""
    with pytest.raises(MappingError, match=reason):
        rule_of(f"{{{FIELDS}, transform: {{money: {{{params}}}}}}}")


@given(st.decimals(-(10**12), 10**12, places=2), st.sampled_from([MONEY, POUNDS, FINE]))
def test_any_amount_keeps_its_worth_on_the_way(amount: Decimal, rule: Rule) -> None:
    """From Salesforce to Operate and back, with thousands marked or not, it is the same number."""
    value = read(rule, Side.OPERATE, f"£{amount:,}".replace("£-", "-£"))
    assert value is not None
    assert value == read(rule, Side.SALESFORCE, str(amount))
    there = read(rule, Side.OPERATE, rule.write(Side.OPERATE, value, {})["budget"])
    assert there == value
    assert Decimal(rule.write(Side.SALESFORCE, there, {})["Budget__c"]) == amount


def test_a_number_that_may_mean_thousands_is_parked() -> None:
    """People type 1.200 for twelve hundred; what Salesforce shows is a number."""
    rule = rule_of("{salesforce: NumberOfEmployees, operate: numberofpeople, transform: number}")
    typed = rule.read(Side.OPERATE, {"numberofpeople": "1.200"}, {})
    assert typed == "1.200"
    with pytest.raises(Unfit, match="may mean thousands"):
        rule.write(Side.SALESFORCE, "1.200", {})
    assert rule.read(Side.SALESFORCE, {"NumberOfEmployees": "1.200"}, {}) == "1.2"
    assert rule.read(Side.OPERATE, {"numberofpeople": "1,200.500"}, {}) == "1200.5"
