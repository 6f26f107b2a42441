"""Every transform that goes both ways, with whatever people put into a field: nothing bounces, nothing is lost.

One rule (or a few, where parameters matter) stands for each name in `NAMES`. A name without a rule here fails.
"""

from collections.abc import Mapping as Map
from dataclasses import replace

import pycountry
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.fold import fold
from connector.core.mapping.model import Fit, Mapping, Rule, Unfit
from connector.core.mapping.transforms import NAMES
from connector.core.merge import decide
from connector.core.model import SIDES, Link, Sent, Side
from tests.core.mapping.frame import mapping_of

ONE_WAY = {"constant": "{operate: budget, transform: {constant: {value: To be discussed}}}"}

LINE_FIELDS = "salesforce: Street, operate: [addressline1, addressline2, addressline3]"
EVENT = "salesforce: Event__c, operate: eventstartdate"
PLACE = "salesforce: State, operate: county"
RULES = {
    "text": ["{salesforce: City, operate: town}"],
    "label": ["{salesforce: Industry, operate: industry, transform: label}"],
    "email": ["{salesforce: Email, operate: emailaddress, transform: email}"],
    "phone": [
        "{salesforce: Phone, operate: phoneno, transform: phone}",
        "{salesforce: Phone, operate: phoneno, transform: {phone: {region: US, salesforce: national}}}",
        "{salesforce: Phone, operate: phoneno, transform: {phone: {salesforce: national, operate: national}}}",
    ],
    "lines": [f"{{{LINE_FIELDS}, transform: lines}}"],
    "name": [
        "{salesforce: [FirstName, LastName], operate: ud_contact, transform: name}",
        "{salesforce: Contact__c, operate: [firstname, lastname], transform: name}",
        "{salesforce: Contact__c, operate: ud_contact, transform: name}",
    ],
    "parts": [
        "{salesforce: Wish__c, operate: [size, term, floor], transform: parts}",
        "{salesforce: [Size__c, Term__c], operate: budget, transform: {parts: {separator: ' - '}}}",
        "{salesforce: Wish__c, operate: [size, term], transform: {parts: {separator: ';'}}}",
        "{salesforce: Wish__c, operate: [size, term], transform: {parts: {separator: ' and/or'}}}",
        "{salesforce: [Size__c, Term__c], operate: budget, transform: {parts: {separator: ',, '}}}",
    ],
    "choices": [
        "{salesforce: Wishes__c, operate: ud_wishes, transform: choices}",
        "{salesforce: Wishes__c, operate: ud_wishes, transform: {choices: {salesforce: ',', operate: '|'}}}",
    ],
    "number": ["{salesforce: Desks__c, operate: numberofpeople, transform: number}"],
    "money": [
        "{salesforce: Budget__c, operate: budget, transform: money}",
        "{salesforce: Budget__c, operate: budget, transform: {money: {currency: £, decimals: 0}}}",
        "{salesforce: Budget__c, operate: budget, transform: {money: {currency: GBP, decimals: 4}}}",
    ],
    "boolean": ["{salesforce: Tour__c, operate: ud_tour, transform: boolean}"],
    "instant": [
        f"{{{EVENT}, transform: instant}}",
        f"{{{EVENT}, transform: {{instant: {{timezone: Europe/London}}}}}}",
        f"{{{EVENT}, transform: {{instant: {{timezone: Asia/Tokyo}}}}}}",
    ],
    "date": [f"{{{EVENT}, transform: date}}"],
    "country": [
        "{salesforce: Country, operate: country, transform: country}",
        "{salesforce: CountryCode, operate: country, transform: {country: {salesforce: code}}}",
        "{salesforce: Country, operate: country, transform: {country: {names: {US: The States, XK: Kosova}}}}",
    ],
    "state": [
        f"{{{PLACE}, transform: {{state: {{countries: [US, CA]}}}}}}",
        "{salesforce: StateCode, operate: county, transform: {state: {countries: [BR, US, CA], salesforce: code}}}",
        f"{{{PLACE}, transform: {{state: {{countries: [ES, TW], operate: code}}}}}}",
    ],
    "location": ["{salesforce: Where__c, operate: locationname, transform: location}"],
    "lookup": [
        "{salesforce: Kind__c, operate: leadtype, transform: {lookup: {operate: leadtype}}}",
        "{salesforce: Kind__c, operate: clienttype, transform: {lookup: {table: {Home: '1', Flat: '10', Loft: '05'}}}}",
    ],
    "values": [
        "{salesforce: Status, operate: leadstatusid, transform: {values: {table: "
        "[{salesforce: [A, a b], operate: '1'}, {salesforce: B, operate: ['3', A]}]}}}",
        "{salesforce: Kind__c, operate: leadtype, transform: {values: {operate: leadtype, table: "
        "[{salesforce: Hot, operate: [Hot Lead, Zoë]}], others: {to_operate: keep, to_salesforce: copy}}}}",
    ],
    "user": [
        "{salesforce: OwnerId, operate: user_id, transform: user}",
        "{salesforce: OwnerId, operate: user_id, transform: {user: {table: {Carol@example.com: '40', 00GQ: '41'}}}}",
    ],
}
TABLES = {
    "operate.location": {"4": "7th Avenue", "05": "Euston ", "6": "Twin", "7": "twin", "8": "Bank", "9": "Bank"},
    "operate.leadtype": {"568": "Hot Lead ", "5": "Çold; lead", "50": "Zoë"},
    "operate.user": {
        "27": "Ann@Example.com",
        "28": "ben@example.com",
        "30": "two@example.com",
        "31": "two@example.com",
    },
    "salesforce.User": {"005A": "ann@example.com", "005B": "Ben@example.com", "005C": "carol@example.com"},
}
CASES = {f"{name}-{at}": mapping_of(f"it: {rule}") for name, rules in RULES.items() for at, rule in enumerate(rules)}

WORDS = (
    "a b Zoë Zoe\u0308 İ ẞ O'Neil Jean-Luc \u0301 \u0338 \\ \\; ; , ,, | - / ' - ' and/or 0 1 -0 .5 1,000 1.200 £ $ "
    "GBP true NO x12 \x00 \ud800 \x1c 🙂"
)
words = st.sampled_from(WORDS.split(" "))
blanks = st.sampled_from(["", " ", "  ", "\n", "\r\n", "\t", "\u00a0", ", ", "; ", " - "])
sentences = st.lists(st.tuples(words, blanks).map("".join), max_size=9).map("".join)
dates = st.one_of(
    st.datetimes().map(str),
    st.datetimes().map(lambda at: f"{at:%d/%m/%Y %H:%M}"),
    st.dates().map(str),
    st.from_regex(
        r"(19|20)\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d(\.000\+0000|Z|[+-]0[0-9]:[03]0)?", fullmatch=True
    ),
    st.sampled_from(["1899-12-31T00:00:00Z", "01/01/1900", "2001-01-01T00:00:00+00:00", "2026-10-25T01:30:00Z"]),
    st.sampled_from(["31/02/2026", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "29/02/2024 24:00"]),
)
phones = st.one_of(
    st.sampled_from(["020 7946 0018", "+44 (0)20 7946 0018 ext. 12", "0044 20 7946 0018", "(202) 555-0143", "911"]),
    st.sampled_from(["+49 30 901820", "+1 800 555 0199", "01534 496 000", "+442079460018 x7", "07700 900123#1"]),
    st.text("+0123456789 ()-x", max_size=20),
)
numbers = st.from_regex(r"-?(£|€|GBP )?-?[0-9]{1,4}(,[0-9]{3})?(\.[0-9]{1,5})?( ?EUR)?", fullmatch=True)
places = st.one_of(
    st.sampled_from([country.name for country in pycountry.countries]),
    st.sampled_from([country.alpha_2.lower() for country in pycountry.countries]),
    st.sampled_from([each.name for each in pycountry.subdivisions if each.code[:2] in ("US", "CA", "BR", "ES", "TW")]),
    st.sampled_from([each.code for each in pycountry.subdivisions if each.code[:2] in ("US", "CA", "BR", "ES", "TW")]),
    st.sampled_from(["UK", "u.s.", "The States", "KOSOVA", "England ", "al", "PA", "Chiayi", "ES-RI", "S", "Korea"]),
)
known = st.sampled_from(
    [
        *(each for table in TABLES.values() for pair in table.items() for each in pair),
        *("home", "Flat", "1", "10", "05", "40", "41", "00GQ", "99", "0"),
    ]
)
longs = st.text("ab ,;-\n9é", min_size=200, max_size=400)
texts = st.one_of(st.text(max_size=40), sentences, dates, phones, numbers, places, known, st.just(""), longs)
LIKELY = {
    "phone": phones,
    "number": numbers,
    "money": numbers,
    "boolean": st.sampled_from(["true", "False", "yes", "N", "1", "0", "on", ""]),
    "instant": dates,
    "date": dates,
    "country": places,
    "state": places,
    "location": known,
    "lookup": known,
    "user": known,
}
sides = st.sampled_from(SIDES)
cases = pytest.mark.parametrize("mapping", CASES.values(), ids=CASES)


def shown(data: st.DataObject, rule: Rule, side: Side) -> str:
    """The value of a record whose fields hold what people type there, or anything at all."""
    likely = next((LIKELY[name] for name in LIKELY if isinstance(rule.transform, NAMES[name])), sentences)
    native = {name: data.draw(st.one_of(likely, texts), label=name) for name in rule.fields[side]}
    return rule.read(side, native, TABLES) or ""


def written(rule: Rule, side: Side, value: str) -> dict[str, str]:
    """What the rule writes; nothing where it says that the value does not fit, or where nobody knows it."""
    try:
        return rule.write(side, value, TABLES)
    except Unfit as unfit:
        if unfit.code in {"unreadable", "unknown_label", "too_long"} and len(unfit.text) < 250:
            return {}
        raise


def back(rule: Rule, side: Side, native: Map[str, str]) -> str:
    """The value that the side shows after it stored this."""
    value = rule.read(side, native, TABLES)
    assert value is not None
    return value


def after_echo(mapping: Mapping, side: Side, value: str, stored: str) -> Link:
    """The link after `value` was carried to a side that now shows `stored`."""
    seen = {side.other: {"it": value}, side: {"it": "before"}}
    link = Link(seen=seen, base={each: {} for each in SIDES}, sent={side: {"it": (Sent(value, value, 0),)}})
    return fold(link, side, 1, {"it": stored}, mapping, TABLES, 0, answered=True).link


def test_every_transform_is_tried() -> None:
    """A new name needs a rule in this file; the ones that go one way only never carry an edit."""
    assert set(RULES) | set(ONE_WAY) == set(NAMES)
    for text in ONE_WAY.values():
        rule = mapping_of(f"it: {text}").rules["it"]
        assert not any(rule.flows_to(side) for side in SIDES)


@cases
@given(st.data())
def test_what_is_written_reads_back_as_the_same_value(mapping: Mapping, data: st.DataObject) -> None:
    """On both sides, whichever side it came from; and what is read back would be written in exactly the same form."""
    rule, target = mapping.rules["it"], data.draw(sides)
    value = shown(data, rule, data.draw(sides))
    native = written(rule, target, value)
    if not native:
        return
    stored = back(rule, target, native)
    assert rule.same(value, stored)
    assert rule.is_form_of(target, value, stored, TABLES)
    assert rule.write(target, stored, TABLES) == native


@cases
@given(st.data())
def test_a_carried_value_never_comes_back_changed(mapping: Mapping, data: st.DataObject) -> None:
    """After one side wrote to the other and read it again there is nothing to do, in either direction."""
    rule, target = mapping.rules["it"], data.draw(sides)
    value = shown(data, rule, target.other)
    native = written(rule, target, value)
    if not native:
        return
    stored = back(rule, target, native)
    link = after_echo(mapping, target, value, stored)
    assert decide(rule, link, Side.SALESFORCE, TABLES) is None
    assert link.base == link.seen
    returned = written(rule, target.other, stored)
    assert not returned or rule.same(value, back(rule, target.other, returned))


@cases
@given(st.data(), st.integers(1, 30))
def test_a_shortened_value_is_recognised_and_never_flows_back(mapping: Mapping, data: st.DataObject, size: int) -> None:
    """With `fit: cut` the side that has less keeps less, and the other keeps all; nothing blank is mistaken for it."""
    whole, target = mapping.rules["it"], data.draw(sides)
    rule = replace(whole, fit=Fit.CUT, sizes={target: dict.fromkeys(whole.fields[target], size)})
    value = shown(data, rule, target.other)
    stored = rule.read(target, written(rule, target, value), TABLES)
    if stored is None:  # nothing was written, or half an id, which is nobody's
        return
    assert rule.is_form_of(target, value, stored, TABLES)
    link = after_echo(replace(mapping, rules={"it": rule}), target, value, stored)
    assert decide(rule, link, Side.SALESFORCE, TABLES) is None


@cases
@given(st.data())
def test_normalising_and_reading_twice_change_nothing(mapping: Mapping, data: st.DataObject) -> None:
    """The normal form is stable, and a side that is written its own value shows that value."""
    rule, side = mapping.rules["it"], data.draw(sides)
    for text in (data.draw(texts), shown(data, rule, side)):
        normal = rule.transform.normal(text)
        assert rule.transform.normal(normal) == normal
    native = written(rule, side, shown(data, rule, side))
    if native:
        once = back(rule, side, native)
        assert back(rule, side, written(rule, side, once)) == once
