"""The made-up people: nobody real, nobody twice unless asked for, and the same ones for the same seed."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.sandbox import names
from connector.sandbox.http import Clock
from connector.sandbox.operate import Operate, OperateConfig
from connector.sandbox.people import SPAN, Enquiry, generate, latin, rewritten
from connector.sandbox.population import Population, populate
from connector.sandbox.salesforce import Salesforce, SalesforceConfig

MANY = generate(3000, seed=4)
SAFE_MAIL = re.compile(r"[a-z0-9._-]+@(example\.com|example\.org|[a-z0-9-]+\.example)", re.IGNORECASE)


def _pair(**salesforce: object) -> tuple[Salesforce, Operate]:
    clock = Clock()
    config = SalesforceConfig(**salesforce)  # type: ignore[arg-type] # the caller's own keywords
    return Salesforce(clock=clock, config=config), Operate(clock=clock)


def _digits(text: str) -> str:
    return "".join(letter for letter in text.split(" ext")[0] if letter.isdecimal())


def _national(name: str, number: str) -> str:
    """The country and the digits of a number that are in one of its fictional ranges; "" if none are."""
    country = next(country for country in names.COUNTRIES if country.name == name)
    for pattern in country.landlines + country.mobiles:
        found = re.search(pattern.replace(" ", "").replace("#", r"\d") + "$", _digits(number))
        if found:
            return f"{name} {found[0]}"
    return ""


def test_the_same_seed_makes_the_same_people_and_another_seed_others() -> None:
    """A finding can be reproduced by its seed alone."""
    assert generate(50, seed=7) == generate(50, seed=7)
    assert generate(50, seed=7) != generate(50, seed=8)


@given(count=st.integers(0, 120), seed=st.integers(0, 10_000), messy=st.booleans())
@settings(max_examples=20, deadline=None)
def test_as_many_enquiries_as_asked_for_each_with_its_own_number(count: int, seed: int, messy: bool) -> None:
    """Any count works, oldest first, and a twin always names an enquiry that came before it."""
    found = generate(count, seed=seed, messy=messy)
    assert sorted(one.number for one in found) == list(range(1, count + 1))
    assert [one.created for one in found] == sorted(one.created for one in found)
    by_number = {one.number: one for one in found}
    assert all(by_number[one.twin_of].created < one.created for one in found if one.twin_of)


def test_every_e_mail_and_website_belongs_to_a_domain_reserved_for_examples() -> None:
    """No mail can ever reach anybody (RFC 2606)."""
    assert all(SAFE_MAIL.fullmatch(one.email) for one in MANY if one.email)
    assert all(one.website.rstrip("/").endswith(".example") for one in MANY if one.website)


def test_every_telephone_number_comes_from_a_fictional_range() -> None:
    """However it is written, a number ends in the digits of one of the ranges set aside."""
    for one in MANY:
        assert all(_national(one.country, number) for number in (one.phone, one.mobile) if number), one


def test_enquiries_are_spread_over_eighteen_months_before_now() -> None:
    """None lies in the future, and the first and the last quarter both have some."""
    now = datetime(2025, 5, 1, 12, 30, 15, 999, tzinfo=UTC)
    found = generate(400, now=now)
    assert all(now - SPAN <= one.created < now for one in found)
    assert found[0].created < now - SPAN * 3 / 4
    assert found[-1].created > now - SPAN / 4
    assert all(one.created.microsecond == 0 for one in found)


def test_people_come_from_ten_countries_and_mostly_from_britain() -> None:
    """Every country occurs, and names keep their own letters."""
    countries = Counter(one.country for one in MANY if one.country)
    assert set(countries) == {country.name for country in names.COUNTRIES}
    assert countries.most_common(1)[0][0] == "United Kingdom"
    letters = set("".join(one.first_name + one.last_name for one in MANY))
    assert set("éßłŁöñΕ田ó") <= letters


def test_values_are_as_messy_as_people_type_them() -> None:
    """Line breaks, emoji, quotes, ranges and several ways to write a number all occur."""
    notes = "".join(one.notes for one in MANY)
    assert all(mark in notes for mark in ("\n", "\r\n", "🐕", '"', "'", "\\", "\t"))
    assert {one.street.count("\n") + 1 for one in MANY if one.street} == {1, 2, 3}
    assert any(not one.people.isdecimal() for one in MANY if one.people)
    phones = [one.phone for one in MANY if one.phone]
    for mark in ("(0)", ".", " ext 12", "-", "00"):
        assert any(mark in phone for phone in phones)


def test_gaps_are_as_common_as_in_real_lists() -> None:
    """Each of the fields is missing in some enquiries and given in most of those that are not nearly empty."""
    for field in ("first_name", "company", "email", "phone"):
        blank = sum(not getattr(one, field) for one in MANY)
        assert 0 < blank < len(MANY) / 3
    empty = [one for one in MANY if one.area]
    assert empty
    assert all(not (one.last_name or one.email or one.company or one.phone) for one in empty)


def test_everything_fits_into_the_fields_of_both_crms() -> None:
    """The narrowest field of either side is wide enough (reference tables of Lead)."""
    widths = {"first_name": 40, "last_name": 80, "company": 255, "email": 80, "phone": 40, "mobile": 40, "street": 255}
    widths |= {"town": 40, "county": 80, "postcode": 10, "country": 80, "website": 255, "notes": 4000, "people": 255}
    for one in MANY:
        assert all(len(getattr(one, field)) <= width for field, width in widths.items()), one


def test_without_mess_nobody_is_there_twice() -> None:
    """No e-mail, no telephone number and no last name with company is shared; nothing needs a person's eye."""
    found = generate(3000, seed=2, messy=False)
    assert not any(one.twin_of or one.area for one in found)
    assert all(one.people.isdecimal() for one in found if one.people)
    for key in (_email, _person):
        keys = [key(one) for one in found if key(one)]
        assert len(keys) == len(set(keys))
    numbers = [_national(one.country, number) for one in found for number in (one.phone, one.mobile) if number]
    assert len(numbers) == len(set(numbers))


def _email(one: Enquiry) -> str:
    return one.email.casefold()


def _person(one: Enquiry) -> tuple[str, str] | None:
    return (one.last_name.casefold(), one.company.casefold()) if one.last_name and one.company else None


def test_near_duplicates_are_few_and_of_every_kind() -> None:
    """One or two in a hundred: other spelling, other e-mail case, other name, other e-mail, other person."""
    originals = {one.number: one for one in MANY}
    twins = [(originals[one.twin_of], one) for one in MANY if one.twin_of]
    assert 0.01 <= len(twins) / len(MANY) <= 0.02
    assert any(first.email != second.email and _email(first) == _email(second) for first, second in twins)
    assert any(first.email == second.email and first.first_name != second.first_name for first, second in twins)
    assert any(first.first_name == second.first_name and first.last_name != second.last_name for first, second in twins)
    assert any(_email(first) != _email(second) and first.last_name == second.last_name for first, second in twins)
    assert any(first.phone != second.phone and second.phone for first, second in twins)
    assert all(first != second for first, second in twins)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Groß", "gross"), ("Łęcka", "lecka"), ("O'Neill", "oneill"), ("Nørre", "norre"), ("van den Berg", "vandenberg")],
)
def test_a_name_in_an_address_keeps_only_latin_letters(name: str, expected: str) -> None:
    """Mailboxes are plain ASCII."""
    assert latin(name) == expected


@given(st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_a_number_written_differently_is_still_the_same_number(rng: object) -> None:
    """The last digits stay, whatever stands before and between them."""
    written = rewritten("+44 20 7946 0123", rng)  # type: ignore[arg-type] # Hypothesis' own Random
    assert _digits(written).endswith("2079460123")
    assert rewritten("020 7946 0123 ext 9", rng) == "020 7946 0123 ext 9"  # type: ignore[arg-type] # the same


def test_both_stand_ins_are_filled_as_asked() -> None:
    """The three groups have their sizes, and each record exists where the population says."""
    salesforce, operate = _pair()
    population = populate(salesforce, operate, count=200, seed=3, shared=0.5, operate_only=0.2)
    assert (len(population.shared), len(population.operate_only), len(population.salesforce_only)) == (100, 40, 60)
    assert set(salesforce.leads()) == {here for here, _ in population.shared} | set(population.salesforce_only)
    assert set(operate.leads()) == {there for _, there in population.shared} | set(population.operate_only)
    assert population.enquiries.keys() == salesforce.leads().keys() | operate.leads().keys()


def test_shared_people_are_recognisable_and_yet_not_equal() -> None:
    """Same e-mail and last name on both sides; some other fields are blank or written differently."""
    salesforce, operate = _pair()
    population = populate(salesforce, operate, count=300)
    here, there = salesforce.leads(), operate.leads()
    pairs = [(here[first], there[second]) for first, second in population.shared]
    for first, second in pairs:
        assert str(first["Email"]).casefold() == str(second["emailaddress"]).casefold()
        assert first["LastName"] == second["lastname"]
    for ours, theirs in (("Phone", "phoneno"), ("Street", "addressline1"), ("Description", "otherneeds")):
        assert any(first[ours] and not second[theirs] for first, second in pairs)
        assert any(second[theirs] and not first[ours] for first, second in pairs)
    assert any(first["Phone"] and second["phoneno"] and first["Phone"] != second["phoneno"] for first, second in pairs)


def test_records_use_only_labels_and_buildings_that_operate_knows() -> None:
    """Nothing is refused later because a look-up lacks it."""
    salesforce, operate = _pair()
    populate(salesforce, operate, count=300)
    buildings = {str(row["locationname"]).strip() for row in operate.others("location").values()}
    sources = {str(row["leadsource"]).strip() for row in operate.others("leadsource").values()}
    industries = {str(row["industry"]).strip() for row in operate.others("industry").values()}
    leads = list(salesforce.leads().values())
    assert {lead["Operate_Location__c"] for lead in leads} - {None} <= buildings
    assert {lead["LeadSource"] for lead in leads} - {None} <= sources
    assert {lead["Industry"] for lead in leads} - {None} <= industries
    assert all(lead["locationname"] in operate.others("location") for lead in operate.leads().values())


def test_some_say_what_they_want_and_some_come_from_a_broker() -> None:
    """Space, events, brokers and dead leads: a demo shows more than names and addresses."""
    salesforce, operate = _pair()
    populate(salesforce, operate, count=300)
    leads = list(operate.leads().values())
    for name in ("budget", "size", "leadtype", "region_id", "eventname", "broker", "deadreason", "campaign_id"):
        filled = [lead for lead in leads if lead[name] not in (None, "", "0")]
        assert 0 < len(filled) < len(leads) / 2, name
    assert all(lead["brokerlastname"] for lead in leads if lead["broker"] != "0")
    assert any(lead["Operate_Budget__c"] for lead in salesforce.leads().values())


def test_records_carry_the_time_the_enquiry_came_and_no_later_stamp() -> None:
    """A first listing meets old leads, not ones that were all written a moment ago."""
    salesforce, operate = _pair()
    population = populate(salesforce, operate, count=100)
    for id_ in population.operate_only:
        born = population.enquiries[id_].created.isoformat()
        assert operate.leads()[id_]["creationdate"] == operate.leads()[id_]["updatedate"] == born
    limit = salesforce.clock.now() - timedelta(minutes=9)
    assert all(lead["SystemModstamp"] == lead["CreatedDate"] < limit for lead in salesforce.leads().values())


def test_lookalikes_are_told_apart_from_the_rest() -> None:
    """A demo shows a handful of reviews; without mess there are none."""
    population = populate(*_pair(), count=500)
    assert 5 <= len({population.enquiries[id_].number for id_ in population.lookalikes}) <= 10
    assert populate(*_pair(), count=200, messy=False).lookalikes == ()


def _all_there(population: Population) -> int:
    return 2 * len(population.shared) + len(population.salesforce_only) + len(population.operate_only)


def test_a_plain_org_and_one_with_picklists_are_filled_too() -> None:
    """Orgs without the custom fields, with country picklists or a restricted lead source take the same people."""
    for options in ({"plain_org": True}, {"state_country_picklists": True}, {"restricted_picklists": ("LeadSource",)}):
        population = populate(*_pair(**options), count=100, operate_only=0)
        assert _all_there(population) == len(population.enquiries)
        assert not population.operate_only


def test_a_tenant_without_a_counterpart_field_is_filled_too() -> None:
    """The generator writes no id of the other side."""
    clock = Clock()
    operate = Operate(clock=clock, config=OperateConfig(counterpart_field=None))
    salesforce = Salesforce(clock=clock)
    populate(salesforce, operate, count=50)
    assert all(lead["Operate_Lead_Id__c"] is None for lead in salesforce.leads().values())
