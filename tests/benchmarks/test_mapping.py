"""What the mapping costs: compiling the default one, and reading one fully filled lead of either side."""

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from connector.core.mapping import regions, transforms
from connector.core.mapping.load import load
from connector.core.mapping.model import Mapping, Rule, Unfit
from connector.core.mapping.regions import Country, State
from connector.core.mapping.transforms import Phone
from connector.core.model import SIDES, Side
from tests.core.mapping import full
from tests.core.mapping.frame import DEFAULT_TEXT, default_mapping, mapping_of, rule_of
from tests.core.mapping.test_shipped import FULL

COMPILE_SECONDS = 0.1
RULE_SECONDS = 3e-6
TABLES = {**full.TABLES, "operate.leadtype": {"568": "Hot Lead ", "569": "7th Avenue"}}
FILLED = ("1200.50", "Kent and Sussex", "2026-11-24T10:15:00Z", "7th Avenue", "ann@example.com", "true")
EVERY = mapping_of(
    """
    text: {salesforce: City, operate: town}
    label: {salesforce: Industry, operate: industry, transform: label}
    email: {salesforce: Email, operate: emailaddress, transform: email}
    lines: {salesforce: Street, operate: [addressline1, addressline2, addressline3], transform: lines}
    name: {salesforce: [FirstName, LastName], operate: ud_contact, transform: name}
    parts: {salesforce: Wish__c, operate: [size, term], transform: parts}
    choices: {salesforce: Wishes__c, operate: ud_wishes, transform: choices}
    number: {salesforce: Desks__c, operate: numberofpeople, transform: number}
    money: {salesforce: Budget__c, operate: budget, transform: {money: {currency: £}}}
    boolean: {salesforce: Tour__c, operate: ud_tour, transform: boolean}
    instant: {salesforce: Event__c, operate: eventstartdate, transform: {instant: {timezone: Europe/London}}}
    date: {salesforce: Start__c, operate: startdate, transform: date}
    location: {salesforce: Where__c, operate: locationname, transform: location}
    lookup: {salesforce: Kind__c, operate: leadtype, transform: {lookup: {operate: leadtype}}}
    user: {salesforce: OwnerId, operate: user_id, transform: user}
    """
)
"""One rule for every transform but phones, countries and states."""


def _without_slow(mapping: Mapping) -> Mapping:
    rules = mapping.rules.items()
    return replace(
        mapping, rules={name: rule for name, rule in rules if not isinstance(rule.transform, Phone | Country | State)}
    )


def _filled(mapping: Mapping, side: Side) -> dict[str, str]:
    """A record of one side in which every rule holds something."""
    native: dict[str, str] = {}
    for rule in mapping.rules.values():
        native |= _some(rule, side)
    return native


def _some(rule: Rule, side: Side) -> dict[str, str]:
    shown = rule.read(Side.SALESFORCE, FULL, TABLES) or ""
    for value in (shown, *FILLED):
        try:
            native = rule.write(side, value, TABLES)
        except Unfit:
            continue
        if rule.read(side, native, TABLES):
            return native
    raise AssertionError(f"no value fits rule {rule.name}")


def test_compiling_the_default_mapping(benchmark: Any) -> None:
    """Less than 100 ms, from the text of the file to its rules."""
    mapping = benchmark(load, DEFAULT_TEXT, "lead.yaml")
    assert len(mapping.rules) >= 20
    assert benchmark.stats.stats.mean < COMPILE_SECONDS


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("mapping", [default_mapping(), EVERY], ids=["default", "every transform"])
def test_reading_a_full_lead(benchmark: Any, capsys: pytest.CaptureFixture[str], mapping: Mapping, side: Side) -> None:
    """At most 3 µs a filled rule; phones and countries are apart."""
    mapping = _without_slow(mapping)
    native = _filled(mapping, side)
    filled = [name for name, value in mapping.read(side, native, TABLES).items() if value]
    assert len(filled) == len(mapping.rules)
    benchmark(mapping.read, side, native, TABLES)
    each = benchmark.stats.stats.median / len(filled)
    with capsys.disabled():
        sys.stdout.write(f"\n{side}: {len(filled)} filled rules, {each * 1e6:.2f} µs each ")
    assert each <= RULE_SECONDS


PHONE = rule_of("{salesforce: Phone, operate: phoneno, transform: phone}")
COUNTRY = rule_of("{salesforce: Country, operate: country, transform: country}")
STATE = rule_of("{salesforce: State, operate: county, transform: {state: {countries: [US, CA]}}}")


@pytest.mark.parametrize(
    ("rule", "text", "forget"),
    [
        (PHONE, "020 7946 0018", transforms._international.cache_clear),
        (COUNTRY, "United Kingdom", regions._code.cache_clear),
        (STATE, "California", regions._code.cache_clear),
    ],
    ids=["phone", "country", "state"],
)
@pytest.mark.parametrize("new", [True, False], ids=["a new text", "a known text"])
def test_reading_what_is_apart(benchmark: Any, rule: Rule, text: str, forget: Callable[[], None], new: bool) -> None:
    """Phones, countries and states are looked up once for every text, and remembered."""
    native = {rule.fields[Side.SALESFORCE][0]: text}
    rule.read(Side.SALESFORCE, native, {})
    setup = forget if new else None
    benchmark.pedantic(rule.read, (Side.SALESFORCE, native, {}), setup=setup, rounds=20_000)
