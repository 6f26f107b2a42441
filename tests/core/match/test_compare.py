"""How well two identities agree, field by field, and the conditions of a link by themselves."""

from dataclasses import replace

import pytest
from hypothesis import given

from connector.core.match.compare import compare
from connector.core.match.doubts import Doubts, Sight, doubts, is_numbered, same_firm
from connector.core.match.identity import Identity, identity
from connector.core.match.levels import FIELDS, Comparison, Level
from tests.core.match.people import identities, only, person_like

EXACT, NEAR, SIMILAR, DIFFERENT, MISSING = Level.EXACT, Level.NEAR, Level.SIMILAR, Level.DIFFERENT, Level.MISSING
ALIAS, INITIAL, PART, SWAPPED = Level.ALIAS, Level.INITIAL, Level.PART, Level.SWAPPED
IN_MAIL = Level.IN_MAIL

ONE_FIELD = {
    "given: the same": ("first_name", "Ada", "ADA", EXACT),
    "given: a slip": ("first_name", "Adelinde", "Adelinda", NEAR),
    "given: a nickname": ("first_name", "Bob", "Robert", ALIAS),
    "given: an initial": ("first_name", "A.", "Ada", INITIAL),
    "given: another initial": ("first_name", "B.", "Ada", DIFFERENT),
    "given: one of two": ("first_name", "Jean", "Jean-Paul", PART),
    "given: a nickname and a second name": ("first_name", "Bob James", "Robert", ALIAS),
    "given: short names a letter apart": ("first_name", "Jo", "Bo", DIFFERENT),
    "given: nobody said": ("first_name", "Unknown", "Ada", MISSING),
    "surname: a slip": ("last_name", "Thornbury", "Thornbery", NEAR),
    "surname: letters the wrong way round": ("last_name", "Thornbury", "Thronbury", NEAR),
    "surname: a figure for a letter": ("last_name", "O'Brien", "0'Brien", NEAR),
    "surname: a double name": ("last_name", "Smith", "Smith-Jones", PART),
    "surname: a dropped particle": ("last_name", "van Dyke", "Dyke", PART),
    "surname: an initial": ("last_name", "S.", "Smith", INITIAL),
    "surname: another": ("last_name", "Smith", "Marlowe", DIFFERENT),
    "email: a slip": ("email", "thornbury@x.example", "thornbery@x.example", NEAR),
    "email: another digit is another mailbox": ("email", "thornbury1@x.example", "thornbury2@x.example", DIFFERENT),
    "email: another first letter is another person": ("email", "athorn@x.example", "bthorn@x.example", DIFFERENT),
    "email: another provider": ("email", "thornbury@x.example", "thornbury@gmail.com", SIMILAR),
    "email: a slip in the domain": ("email", "thornbury@zenith.example", "thornbury@zenit.example", NEAR),
    "email: a short name elsewhere": ("email", "ada@x.example", "ada@gmail.com", DIFFERENT),
    "mailbox: of another team": ("email", "info@x.example", "sales@x.example", DIFFERENT),
    "mobile: with and without its country": ("mobile", "+44 7700 900171", "07700 900171", EXACT),
    "mobile: a digit off": ("mobile", "+44 7700 900171", "+44 7700 910171", NEAR),
    "mobile: the last digit off": ("mobile", "+44 7700 900171", "+44 7700 900172", DIFFERENT),
    "phone: another line of a switchboard": ("phone", "+44 20 7946 0171", "+44 20 7946 0172", DIFFERENT),
    "company: a blank": ("company", "Face Time", "Facetime", EXACT),
    "company: a slip": ("company", "Zenith Press", "Zenit Press", NEAR),
    "company: its first word": ("company", "Zenith", "Zenith Press Leeds", PART),
    "company: another": ("company", "Zenith", "Acme", DIFFERENT),
    "domain: another": ("website", "zenith.example", "acme.example", DIFFERENT),
    "number: two digits the wrong way round": ("street", "12 Low Lane", "21 Low Lane", NEAR),
    "number: another": ("street", "12 Low Lane", "13 Low Lane", DIFFERENT),
    "number: the first of several": ("street", "12-14 Low Lane", "12 Low Lane", EXACT),
    "street: a slip": ("street", "12 Carfax Road", "12 Carfex Road", NEAR),
    "street: short and in full": ("street", "12 Carfax Rd", "Carfax Road 12", EXACT),
    "city: a slip": ("city", "Sheffield", "Shefield", NEAR),
    "postcode: a blank": ("postcode", "LS1 4AP", "ls14ap", EXACT),
    "postcode: two letters the wrong way round": ("postcode", "LS1 4AP", "LS1 4PA", NEAR),
    "postcode: the same area": ("postcode", "LS1 4AP", "LS1 5BB", PART),
    "postcode: another area": ("postcode", "LS1 4AP", "YO1 7HH", DIFFERENT),
    "state: two letters have no slips": ("state", "TX", "TN", DIFFERENT),
    "state: a slip": ("state", "Yorkshire", "Yorkshre", NEAR),
}


@pytest.mark.parametrize(("what", "row"), ONE_FIELD.items(), ids=ONE_FIELD)
def test_the_level_of_one_field(what: str, row: tuple[str, str, str, Level]) -> None:
    """Whichever is which."""
    role, one, other, level = row
    field = what.partition(":")[0]
    assert getattr(compare(only(**{role: one}), only(**{role: other})), field) is level
    assert getattr(compare(only(**{role: other}), only(**{role: one})), field) is level


def test_names_the_wrong_way_round() -> None:
    """Both names say so; where one is missing, only one of them."""
    one = only(first_name="Ada", last_name="Thornbury")
    found = compare(one, only(first_name="Thornbury", last_name="Ada"))
    assert (found.given, found.surname) == (SWAPPED, SWAPPED)


IN_THE_MAILBOX = {
    "another surname": (("Kenneth", "Wood", ""), ("Ken", "Edwards", "kwood"), (ALIAS, IN_MAIL)),
    "another surname, with a slip": (("Neil", "Redhom", ""), ("Neil", "Griffiths", "nredham"), (EXACT, IN_MAIL)),
    "no surname": (("Edmund", "Lewis", ""), ("Edmund", "", "elewis"), (EXACT, IN_MAIL)),
    "no given name": (("Dorothy", "Goodford", ""), ("", "Goodford", "dorothy"), (IN_MAIL, EXACT)),
    "no given name, and another surname": (("Alice", "Kingswood", ""), ("", "Hall", "alice"), (IN_MAIL, DIFFERENT)),
    "another given name": (("Berta", "Lewis", ""), ("Edmund", "", "elewis"), (DIFFERENT, IN_MAIL)),
    "a surname much like its own": (("Ada", "Blackwoods", ""), ("Ada", "Blackstone", "ablackwoods"), (EXACT, IN_MAIL)),
    "another one's name, a letter apart": (("Ivo", "Falk", ""), ("Ivo", "Quist", "walk"), (EXACT, DIFFERENT)),
    "another one's name": (("Ken", "Marlowe", ""), ("Ken", "Edwards", "kwood"), (EXACT, DIFFERENT)),
    "a given name besides its own": (("Dorothy", "Ford", ""), ("Ada", "Ford", "dorothy"), (DIFFERENT, EXACT)),
}  # fmt: skip


@pytest.mark.parametrize(("one", "other", "levels"), IN_THE_MAILBOX.values(), ids=IN_THE_MAILBOX)
def test_a_name_that_only_the_mailbox_bears(
    one: tuple[str, str, str], other: tuple[str, str, str], levels: tuple[Level, Level]
) -> None:
    """It makes up for a name that is missing, or for a surname that has changed; whichever is which."""
    here, there = (
        only(first_name=first, last_name=last, email=f"{mailbox}@acme.example" if mailbox else "")
        for first, last, mailbox in (one, other)
    )
    assert compare(here, there)[:2] == compare(there, here)[:2] == levels


@pytest.mark.parametrize(("one", "other"), [("Tester1", "Tester2"), ("Tester 1", "Tester 2"), ("Test 12", "Test 13")])
@pytest.mark.parametrize("mailbox", ["", "tester1@acme.example", "ada@acme.example"])
def test_names_that_are_numbered_are_two(one: str, other: str, mailbox: str) -> None:
    """However they are written, and whatever their mailboxes say."""
    here = only(first_name="Ada", last_name=one, email=mailbox)
    there = only(first_name="Ada", last_name=other, email=mailbox.replace("1", "2"))
    assert compare(here, there).surname is compare(there, here).surname is DIFFERENT


def test_a_short_form_in_the_field_of_the_surname() -> None:
    """The surname stands in the other's field, and what is left are two forms of one given name."""
    here, there = only(first_name="Brown", last_name="Jen"), only(first_name="Jennifer", last_name="Brown")
    assert compare(here, there)[:2] == compare(there, here)[:2] == (ALIAS, SWAPPED)


def test_the_lines_of_an_address_change_places() -> None:
    """The building's name stands before the street or behind it."""
    found = compare(only(street="Rose House\nCarfax Road"), only(street="Carfax Road\nRose House"))
    assert (found.street, found.building) == (SWAPPED, SWAPPED)


def test_a_mobile_counts_in_the_field_of_the_phone() -> None:
    """Equal only: a phone that differs says nothing about a mobile."""
    mobile = only(mobile="+44 7700 900171")
    assert compare(mobile, only(phone="+44 7700 900171")).mobile is EXACT
    assert compare(mobile, only(phone="+44 20 7946 0171")).mobile is MISSING
    assert compare(mobile, only(mobile="+44 7700 900855", phone="+44 7700 900171")).mobile is EXACT


def test_a_domain_may_spell_the_company() -> None:
    """Where the other record has no domain of its own, or another one."""
    assert compare(only(website="zenithpress.example"), only(company="Zenith Press Ltd")).domain is PART
    assert compare(only(website="zenithpress.example"), only(company="Acme")).domain is MISSING


def test_one_domain_of_several_is_enough() -> None:
    """An address and a website may tell two."""
    one = only(email="info@acme.example", website="zenith.example")
    assert compare(one, only(website="zenith.example")).domain is EXACT


@given(identities, identities)
def test_it_makes_no_difference_which_is_which(one: Identity, other: Identity) -> None:
    """In every field."""
    assert compare(one, other) == compare(other, one)


@given(identities)
def test_everybody_is_like_themselves(who: Identity) -> None:
    """What is said agrees exactly, what is not is missing."""
    assert set(compare(who, who)) <= {EXACT, MISSING}


def sight(
    *,
    own_email: bool = False,
    own_mobile: bool = False,
    firm_mail: bool = False,
    two_kinds: bool = False,
    two_names: bool = False,
    several: bool = False,
    own_phone: bool = False,
    seen: bool = True,
    **levels: Level,
) -> Sight:
    """Names that agree and a firm or place that does, but for these levels."""
    agreeing = {"given": EXACT, "surname": EXACT, **levels}
    full = Comparison(**{name: agreeing.get(name, MISSING) for name in FIELDS})
    firm = full.company is EXACT or full.domain is EXACT
    home = full.street is EXACT
    return Sight(
        full,
        own_email=own_email,
        own_mobile=own_mobile,
        firm_mail=firm_mail,
        firm=firm,
        elsewhere=home or firm or full.city is EXACT,
        somewhere=home or firm,
        home=home,
        several=several,
        own_phone=own_phone,
        seen=seen,
        two_kinds=two_kinds,
        two_names=two_names,
    )


DOUBTS = {
    "names and a home": (sight(street=EXACT), ""),
    "names and an own e-mail": (sight(own_email=True, email=EXACT), ""),
    "names and an own mobile": (sight(own_mobile=True, mobile=EXACT), ""),
    "nothing but names": (sight(), "nothing but the name"),
    "names and a town": (sight(city=EXACT), "perhaps the town"),
    "an e-mail that many carry": (sight(email=EXACT), "nothing but the name"),
    "another given name": (sight(given=DIFFERENT, own_email=True, email=EXACT), "given names differ"),
    "another surname": (sight(surname=DIFFERENT, own_email=True, email=EXACT), "surnames differ"),
    "a given name only similar": (sight(given=SIMILAR, own_email=True, email=EXACT), "given names differ"),
    "an initial": (sight(given=INITIAL, street=EXACT), "only the initial"),
    "an initial and an own mobile": (sight(given=INITIAL, own_mobile=True, mobile=EXACT), ""),
    "no given name": (sight(given=MISSING, street=EXACT), "no full name"),
    "no given name, an own mobile": (sight(given=MISSING, own_mobile=True, mobile=EXACT), "no full name"),
    "no given name, an own e-mail": (sight(given=MISSING, own_email=True, email=EXACT), "no full name"),
    "no given name, an own e-mail at a firm": (
        sight(given=MISSING, own_email=True, firm_mail=True, email=EXACT),
        "",
    ),
    "no surname, an own e-mail": (sight(surname=MISSING, own_email=True, email=EXACT), ""),
    "no surname, an own mobile": (sight(surname=MISSING, own_mobile=True, mobile=EXACT), "no full name"),
    "no surname, an own mobile at one firm": (
        sight(surname=MISSING, own_mobile=True, mobile=EXACT, company=EXACT),
        "",
    ),
    "no given name, an own e-mail and mobile": (
        sight(given=MISSING, own_email=True, own_mobile=True, email=EXACT, mobile=EXACT),
        "",
    ),
    "a short form of the name at one firm": (sight(given=ALIAS, company=EXACT), "may bear this name"),
    "a slip in the surname at one firm": (sight(surname=NEAR, company=EXACT), ""),
    "a name that several bear at one firm": (sight(company=EXACT, several=True), "may bear this name"),
    "a short form of the name, at one firm and its office": (
        sight(given=ALIAS, company=EXACT, street=EXACT),
        "may bear this name",
    ),
    "a short form of the name in one house": (sight(given=ALIAS, street=EXACT), "may bear this name"),
    "a name that several bear in one house": (sight(street=EXACT, several=True), ""),
    "no names, an own e-mail": (sight(given=MISSING, surname=MISSING, own_email=True), "no full name"),
    "two common names": (sight(given=NEAR, two_names=True, street=EXACT), "a letter apart"),
    "two common names, an own mobile": (sight(given=NEAR, two_names=True, own_mobile=True, mobile=EXACT), ""),
    "other e-mails at one home": (sight(email=DIFFERENT, street=EXACT), "e-mails differ"),
    "a short form of the name, a work and a private e-mail": (
        sight(given=ALIAS, email=DIFFERENT, two_kinds=True, own_mobile=True, mobile=EXACT),
        "",
    ),
    "a short form of the name, and two private e-mails": (
        sight(given=ALIAS, email=DIFFERENT, own_mobile=True, mobile=EXACT),
        "differ alike",
    ),
    "a letter off in name and e-mail": (sight(given=NEAR, email=NEAR, company=EXACT), "differ alike"),
    "she married, her own e-mail and mobile": (
        sight(surname=DIFFERENT, own_email=True, own_mobile=True, email=EXACT, mobile=EXACT),
        "",
    ),
    "another surname and a slip, her own e-mail": (
        sight(given=NEAR, surname=DIFFERENT, own_email=True, email=EXACT, company=EXACT),
        "surnames differ",
    ),
    "other e-mails at one firm": (sight(email=DIFFERENT, company=EXACT), ""),
    "other e-mails, one mobile": (sight(email=DIFFERENT, own_mobile=True, mobile=EXACT), ""),
    "other mobiles at one home": (sight(mobile=DIFFERENT, street=EXACT), "mobiles differ"),
    "other mobiles, one e-mail": (sight(mobile=DIFFERENT, own_email=True, email=EXACT), ""),
    "other e-mails and mobiles": (sight(mobile=DIFFERENT, email=DIFFERENT, company=EXACT), "both differ"),
    "a letter off in the e-mail, and another mobile": (
        sight(mobile=DIFFERENT, email=NEAR, company=EXACT),
        "both differ",
    ),
    "other companies at one place": (sight(company=DIFFERENT, street=EXACT), "different companies"),
    "other companies, but one's e-mail is of the other": (sight(company=DIFFERENT, domain=PART, street=EXACT), ""),
    "other companies, one mobile": (sight(company=DIFFERENT, own_mobile=True, mobile=EXACT), ""),
}


def words(found: Doubts) -> tuple[str, ...]:
    """All conditions, whether they hold always or only beside others."""
    return (*found.always, *found.beside_others)


@pytest.mark.parametrize(("seen", "doubt"), DOUBTS.values(), ids=DOUBTS)
def test_what_an_automatic_link_fails(seen: Sight, doubt: str) -> None:
    """In words for a salesperson; no words where nothing speaks against it."""
    found = words(doubts(person_like(email=""), person_like(email=""), seen))
    assert bool(found) == bool(doubt)
    assert not doubt or any(doubt in each for each in found)


def test_a_generation_is_a_doubt_of_its_own() -> None:
    """Whatever else agrees, and whether names have to agree or not."""
    everything = sight(own_email=True, own_mobile=True, email=EXACT, mobile=EXACT)
    for names in (True, False):
        found = doubts(person_like(), person_like(last_name="Thornbury Jr"), everything, names=names)
        assert len(found.always) == 1
        assert "Junior" in found.always[0]


def test_colleagues_have_mailboxes_of_their_own() -> None:
    """At a company's domain, not at a provider's."""
    seen = sight(email=DIFFERENT, company=EXACT)
    firm = [identity({"email": f"{local}@acme.example"}) for local in ("ada", "adah")]
    free = [identity({"email": f"{local}@gmail.com"}) for local in ("ada", "adah")]
    assert any("one company" in each for each in doubts(firm[0], firm[1], seen).always)
    assert not any("one company" in each for each in words(doubts(free[0], free[1], seen)))


def test_a_colleague_of_one_name_has_no_mobile_in_common() -> None:
    """Two mailboxes at one company, and one mobile: feared only where somebody else looks alike."""
    one, other = (person_like(email=f"{local}@acme.example") for local in ("ada", "adah"))
    found = doubts(one, other, sight(email=DIFFERENT, own_mobile=True, mobile=EXACT, company=EXACT))
    assert not found.always
    assert any("one company" in each for each in found.beside_others)


def test_a_number_in_a_mailbox_at_a_firm_tells_of_another_one_of_that_name() -> None:
    """Unless something of their own agrees; a number is no such sign behind other words, nor at a provider."""
    one, other = person_like(), person_like(email="")
    firm = sight(company=EXACT)
    assert any("number" in each for each in doubts(one, other, replace(firm, numbered=True)).always)
    assert not words(doubts(one, other, replace(firm, numbered=True, own_mobile=True)))
    assert is_numbered(person_like(email="ada.thornbury2@acme.example"))
    assert is_numbered(person_like(email="a_thornbury31@acme.example"))
    assert not is_numbered(person_like(email="ada.thornbury@acme.example"))
    assert not is_numbered(person_like(email="ada2@acme.example"))
    assert not is_numbered(person_like(email="2thornbury@acme.example"))
    assert not is_numbered(identity({"email": "desk4@acme.example"}))


def test_names_of_a_man_and_a_woman_are_no_slip() -> None:
    """Jan and Jana share a mobile and a home; Mark is no woman's name."""
    seen = sight(given=PART, own_mobile=True, mobile=EXACT, street=EXACT)
    for one, other in (("Jan", "Jana"), ("Simon", "Simone"), ("Mario", "Maria"), ("Juan", "Juana")):
        two = doubts(person_like(first_name=one), person_like(first_name=other), seen)
        assert two.always == ("their given names differ",)
    assert not words(doubts(person_like(first_name="Kath"), person_like(first_name="Kathlee"), seen))


def test_twins_of_nearly_one_name_are_asked_about() -> None:
    """Marie writes from home and Maria from work: two forms of one name, or two people."""
    seen = sight(given=ALIAS, email=DIFFERENT, two_kinds=True, own_mobile=True, company=EXACT)
    twins = doubts(person_like(first_name="Marie", email=""), person_like(first_name="Maria", email=""), seen)
    short = doubts(person_like(first_name="Robert", email=""), person_like(first_name="Bob", email=""), seen)
    assert (twins.always, words(short)) == (("their names and their e-mails differ alike",), ())


def test_few_slips_are_in_a_first_letter() -> None:
    """Landdijk and Zanddijk at one firm are two people, unless something of their own agrees."""
    one, other = (person_like(last_name=name, email="") for name in ("Landdijk", "Zanddijk"))
    assert any("colleagues" in each for each in words(doubts(one, other, sight(surname=NEAR, company=EXACT))))
    assert not words(doubts(one, other, sight(surname=NEAR, own_mobile=True, mobile=EXACT, company=EXACT)))


def test_two_known_names_are_no_slip() -> None:
    """Alexander and Alexandra share a mobile and a home."""
    seen = sight(given=NEAR, own_mobile=True, mobile=EXACT, street=EXACT)
    two = doubts(person_like(first_name="Alexander"), person_like(first_name="Alexandra"), seen)
    slip = doubts(person_like(first_name="Alexander"), person_like(first_name="Alexsander"), seen)
    assert two.always == ("their given names differ",)
    assert not words(slip)


BESIDE = {
    "a name that several bear at one firm": (sight(company=EXACT, several=True), True),
    "a short form of it at one firm": (sight(given=ALIAS, company=EXACT), True),
    "a short form of it at one firm, and several bear it": (sight(given=ALIAS, company=EXACT, several=True), False),
    "an initial at one firm": (sight(given=INITIAL, company=EXACT), True),
    "an initial at one firm, and mailboxes a letter apart": (sight(given=INITIAL, email=NEAR, company=EXACT), False),
    "an initial in one house": (sight(given=INITIAL, street=EXACT), False),
    "no given name, an own mobile at one firm": (
        sight(given=MISSING, own_mobile=True, mobile=EXACT, company=EXACT, surname=PART),
        True,
    ),
    "no given name, an own mobile": (sight(given=MISSING, own_mobile=True, mobile=EXACT), False),
    "other companies, one direct line": (sight(company=DIFFERENT, own_phone=True, street=EXACT, several=True), True),
    "other companies in one house": (sight(company=DIFFERENT, street=EXACT), True),
    "other companies in one house, and several bear the name": (
        sight(company=DIFFERENT, street=EXACT, several=True),
        False,
    ),
    "work and private e-mail, work and private mobile, at one firm": (
        sight(email=DIFFERENT, two_kinds=True, mobile=DIFFERENT, company=EXACT),
        True,
    ),
    "two private e-mails and two mobiles at one firm": (sight(email=DIFFERENT, mobile=DIFFERENT, company=EXACT), False),
    "another given name with her own mailbox at a firm": (
        sight(given=DIFFERENT, own_email=True, firm_mail=True, email=EXACT),
        True,
    ),
    "another surname, her own mobile": (sight(surname=DIFFERENT, own_mobile=True, mobile=EXACT), True),
    "another surname and a slip, her own mobile": (
        sight(given=NEAR, surname=DIFFERENT, own_mobile=True, mobile=EXACT),
        False,
    ),
    "another surname at one firm": (sight(surname=DIFFERENT, company=EXACT), False),
    "another given name with one private mailbox": (sight(given=DIFFERENT, own_email=True, email=EXACT), False),
}


@pytest.mark.parametrize(("seen", "beside"), BESIDE.values(), ids=BESIDE)
def test_what_is_feared_only_beside_others(seen: Sight, beside: bool) -> None:
    """Of two colleagues of one name one is seldom unseen; but where the index does not answer, nobody is seen."""
    who = person_like(email="")
    found = doubts(who, who, seen)
    unseen = doubts(who, who, replace(seen, seen=False))
    assert (bool(found.beside_others), bool(found.always)) == (beside, not beside)
    assert (set(unseen.always), unseen.beside_others) == (set(words(found)), ())


def test_brothers_have_names_a_letter_apart() -> None:
    """Mark and Marc of one house are asked about whoever else is there, Robert and Bob are not."""
    seen = sight(given=ALIAS, street=EXACT)
    mark, marc, robert, bob = (person_like(first_name=name, email="") for name in ("Mark", "Marc", "Robert", "Bob"))
    assert doubts(mark, marc, seen).always
    assert not doubts(robert, bob, seen).always
    assert doubts(robert, bob, seen).beside_others


def test_the_second_linda_of_an_office_gets_an_initial_in_her_mailbox() -> None:
    """linda@ and lindav@ of Linda de Vries are two; lindda@ is a slip."""
    seen = sight(email=NEAR, company=EXACT)
    linda, second, slip = (
        person_like(first_name="Linda", last_name="de Vries", email=f"{local}@acme.example")
        for local in ("linda", "lindav", "lindda")
    )
    assert "each has a mailbox of their own at one company" in doubts(linda, second, seen).always
    assert not words(doubts(linda, slip, seen))


def test_an_initial_in_a_mailbox_that_a_family_may_share() -> None:
    """thewrights@ is no more Sebastian's than S.'s; sebastian.wright@ is."""
    seen = sight(given=INITIAL, own_email=True, email=EXACT)
    for local, asked in (("thewrights", True), ("sebastian.wright7", False)):
        full, initial = (
            person_like(first_name=name, last_name="Wright", email=f"{local}@gmail.com") for name in ("Sebastian", "S.")
        )
        assert bool(doubts(replace(full, given="sebastian"), replace(initial, given="s"), seen).always) is asked


NAMED_AFTER = {
    "a company of its own name": ("Acme Instruments", "Acme Instruments", True),
    "the surname alone": ("Thornbury & Co Ltd", "Thornbury", False),
    "the whole name": ("Ada Thornbury", "Ada Thornbury", False),
    "the surname, and then another word each": ("Thornbury Design", "Thornbury Group", False),
    "the surname and one word more": ("Thornbury Design", "Thornbury Design Ltd", True),
}


@pytest.mark.parametrize(("here", "there", "expected"), NAMED_AFTER.values(), ids=NAMED_AFTER)
def test_a_company_called_after_its_owner_is_no_evidence(here: str, there: str, expected: bool) -> None:
    """Two namesakes both call their company after themselves."""
    one, other = (person_like(company=text, email="", website="") for text in (here, there))
    assert same_firm(one, other, company=True, domain=False) is expected


def test_a_domain_called_after_its_owner_is_no_evidence() -> None:
    """thornbury.example is Ada's, whoever Ada is."""
    for website, expected in (("thornbury.example", False), ("acme.example", True)):
        who = person_like(email="", company="", website=website)
        assert same_firm(who, who, company=False, domain=True) is expected
