"""What of a lead tells who it is, and the texts it can be found under."""

import unicodedata
from collections import Counter
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.mapping.load import load
from connector.core.match.blocks import COUNTED, MOST, blocks, full_name
from connector.core.match.identity import ROLES, Identity, identity, identity_of, name_of
from connector.core.match.keys import COUNTERPART, KINDS, keys_of
from connector.core.match.sounds import sound
from connector.core.match.words import PLACEHOLDERS
from tests.core.match.people import ADA, identities, only, person_like

MAPPING = load(
    "mapping: lead\nowner: salesforce\nminimum: []\n"
    "match: {email: email, first_name: first, last_name: last, company: company}\nrules:\n"
    "  email: {salesforce: Email, operate: emailaddress}\n"
    "  first: {salesforce: FirstName, operate: firstname}\n"
    "  last: {salesforce: LastName, operate: lastname, required: {salesforce: Nobody Yet}}\n"
    "  company: {salesforce: Company, operate: ud_company}\n",
    "test.yaml",
)

NOBODY = Identity()

FILLERS = ("Unknown", "n/a", "N.A.", "TBC", "(unknown)", "-", "test", "Unknown Unknown")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("text", FILLERS)
def test_a_placeholder_says_nothing(role: str, text: str) -> None:
    """Whichever role it stands in."""
    assert only(**{role: text}) == NOBODY


@pytest.mark.parametrize("text", sorted(PLACEHOLDERS - {"k a"}))
def test_no_placeholder_is_a_name_or_a_company(text: str) -> None:
    """With a title, a legal form or by itself."""
    assert only(first_name=f"Mr {text}", last_name=text.title(), company=f"{text.title()} Ltd") == NOBODY


def test_what_we_invented_is_nobody() -> None:
    """The filler of a required field, in any case, is no surname; elsewhere the same words are."""
    invented = identity_of(MAPPING, {"first": "Ada", "last": "NOBODY yet"})
    assert (invented.given, invented.surname) == ("ada", "")
    assert identity_of(MAPPING, {"company": "Nobody Yet"}).company == "nobody yet"


def test_a_rule_without_a_role_tells_nobody() -> None:
    """Only the roles of the head are looked at, and a rule that was not shown is missing."""
    assert identity_of(MAPPING, {"else": "Ada"}) == NOBODY
    assert identity_of(MAPPING, {}) == NOBODY


def test_somebody_who_said_everything() -> None:
    """Every part is in its place."""
    ada = identity(ADA)
    assert (ada.given, ada.surname, ada.email) == ("ada", "thornbury", "ada.thornbury@acme.example")
    assert (ada.phone, ada.mobile) == ("442079460171", "447700900171")
    assert (ada.company, ada.domains) == ("acme instruments", ("acme.example",))
    assert (ada.number, ada.street, ada.building) == ("112", "carfaxroad", "rosehouse")
    assert (ada.city, ada.postcode) == ("leeds", "ls14ap")


def test_a_shared_mailbox_is_no_email_of_a_person() -> None:
    """It tells the company still."""
    team = only(email="info@acme.example")
    assert (team.email, team.mailbox, team.domains) == ("", "info@acme.example", ("acme.example",))


def test_a_website_and_an_address_may_tell_two_domains() -> None:
    """Both are kept, in no order."""
    both = only(email="ada@acme.example", website="zenith.example")
    assert both.domains == only(email="ada@zenith.example", website="acme.example").domains


SAME = {
    "capitals": {role: text.upper() for role, text in ADA.items()},
    "small letters": {role: text.lower() for role, text in ADA.items()},
    "blanks around": {role: f"  {text} " for role, text in ADA.items()},
    "accents": {"last_name": "Thörnbury", "company": "Àcmé Instruments", "city": "Léeds"},
    "a title": {"first_name": "Dr. Ada"},
    "a middle initial": {"first_name": "Ada M."},
    "a degree": {"last_name": "Thornbury PhD"},
    "no legal form": {"company": "Acme Instruments"},
    "another legal form": {"company": "ACME Instruments Limited"},
    "a plus-tag": {"email": "ada.thornbury+news@acme.example"},
    "an extension": {"phone": "+44 20 7946 0171 ext. 3"},
    "a short form of the street": {"street": "Rose House, 112 Carfax Rd."},
    "a postcode without its blank": {"postcode": "ls14ap"},
    "the bare domain": {"website": "acme.example"},
}


@pytest.mark.parametrize("changed", SAME.values(), ids=SAME)
def test_one_person_in_another_spelling_is_found_under_the_same_texts(changed: dict[str, str]) -> None:
    """What makes no difference to a reader makes none to the index."""
    assert blocks(person_like(**changed)) == blocks(person_like())


MOST_TEXTS = 33

FOUND = {
    "a nickname": ({"first_name": "Robert"}, {"first_name": "Bob"}, "name"),
    "names the wrong way round": ({}, {"first_name": "Thornbury", "last_name": "Ada"}, "name"),
    "a nickname, the names the wrong way round": (
        {"first_name": "Sandra"}, {"first_name": "Thornbury", "last_name": "Alexandra"}, "name"
    ),
    "a title, the names the wrong way round": ({}, {"first_name": "Thornbury", "last_name": "Dr Ada"}, "name"),
    "two surnames, the names the wrong way round": (
        {"last_name": "de Vries Smit"}, {"first_name": "de Vries-Smit", "last_name": "Ada"}, "name"
    ),
    "a slip in the surname": ({}, {"last_name": "Thornbery"}, "sound"),
    "the first of two surnames": ({"last_name": "García Lopez"}, {"last_name": "Garcia"}, "sound"),
    "the last of two surnames": ({"last_name": "Longwell-Reynolds"}, {"last_name": "Reynolds"}, "sound"),
    "a second name": ({"first_name": "Ada Bertha"}, {}, "sound"),
    "a slip that is heard": ({"last_name": "Ashhurst"}, {"last_name": "Ashhust"}, "sound"),
    "the surname of before, in the mailbox": (
        {"last_name": "Wood", "email": ""}, {"last_name": "Edwards", "email": "awood@home.example"}, "sound"
    ),
    "no surname but in the mailbox": (
        {"last_name": "Lewis", "email": ""}, {"last_name": "", "email": "alewis44843@home.example"}, "sound"
    ),
    "no given name but in the mailbox": ({"email": ""}, {"first_name": "", "email": "ada@home.example"}, "sound"),
    "a firm by its domain alone": (
        {"company": "Blue Brewing Ltd", "email": "", "website": "", "city": "", "postcode": ""},
        {"company": "", "email": "a@bluebrewing-group.example", "website": "", "city": "", "postcode": ""},
        "surname_area",
    ),
    "a dropped particle": ({"last_name": "van Dyke"}, {"last_name": "Dyke"}, "name"),
    "a changed phone": ({}, {"phone": "", "mobile": "+44 7700 900999"}, "email"),
    "the mobile in the other field": ({"phone": ""}, {"mobile": "", "phone": ADA["mobile"]}, "phone"),
    "a number as it is dialled at home": ({"phone": ""}, {"mobile": "07700 900171", "phone": ""}, "phone"),
    "a slip in the street": ({}, {"street": "112 Carfaxx Road"}, "house"),
    "another company": ({}, {"company": "Zenith", "email": "", "website": ""}, "surname_area"),
    "another surname": ({}, {"last_name": "Marlowe"}, "given_area"),
    "a shared mailbox": ({"email": "info@acme.example"}, {"email": "INFO@acme.example"}, "email"),
}  # fmt: skip


@pytest.mark.parametrize(("here", "there", "kind"), FOUND.values(), ids=FOUND)
def test_one_person_is_found(here: dict[str, str], there: dict[str, str], kind: str) -> None:
    """Both records carry a text of that kind."""
    assert set(blocks(person_like(**here))[kind]) & set(blocks(person_like(**there))[kind])


@given(identities)
def test_a_record_has_few_texts_and_no_empty_one(who: Identity) -> None:
    """Each kind is known, and the index stays small."""
    found = blocks(who)
    assert found.keys() <= set(KINDS) == {*MOST, *COUNTED}
    assert all(texts and all(text.strip("\x1f") for text in texts) for texts in found.values())
    assert sum(map(len, found.values())) <= MOST_TEXTS


def test_in_a_town_full_of_namesakes_a_slip_is_found_by_its_street_and_postcode() -> None:
    """Every narrower text is carried by too many there."""
    town = {"first_name": "John", "city": "Leeds"}
    postcodes = [f"LS6 {digit}A{letter}" for digit in range(1, 10) for letter in "ABCDEFGHJK"]
    namesakes = [only(**town, last_name="Smith", postcode=each) for each in postcodes]
    carried = Counter((kind, text) for who in namesakes for kind, texts in blocks(who).items() for text in texts)
    home = {**town, "street": "Rose Cottage, Old Tannery Yard", "postcode": "LS6 3QJ"}
    here, there = (blocks(only(**home, last_name=name)) for name in ("Smith", "Smiht"))
    shared = {(kind, text) for kind, texts in here.items() for text in texts if text in there.get(kind, ())}
    assert {kind for kind, text in shared if carried[kind, text] <= MOST.get(kind, 0)} == {"street", "postcode"}


_case = st.sampled_from([str.upper, str.lower, str.title, str.strip, lambda text: f" {text}\t"])
_letters = st.text(alphabet="abcdefghilmnoprstuéöñçøß' -", min_size=2, max_size=12)


@given(_letters, _letters, _letters, _case)
def test_case_blanks_and_the_form_of_accents_change_no_text(first: str, last: str, firm: str, change: object) -> None:
    """Neither do a title and a legal form."""
    assert callable(change)
    one = only(first_name=first, last_name=last, company=firm)
    decomposed = {
        "first_name": unicodedata.normalize("NFD", change(first)),
        "last_name": unicodedata.normalize("NFD", change(last)),
        "company": unicodedata.normalize("NFD", change(firm)),
    }
    assert blocks(identity(decomposed)) == blocks(one)


def test_nobody_is_found_under_nothing() -> None:
    """Who says nothing carries no text, and an initial is no given name."""
    assert blocks(NOBODY) == {}
    assert set(blocks(only(first_name="J.", last_name="Smith"))) == {"surname"}


def test_a_full_name_has_no_order() -> None:
    """Whatever form the given name has."""
    assert full_name(only(first_name="Bob", last_name="Smith")) == full_name(
        only(first_name="Smith", last_name="Robert")
    )


SOUNDS = {
    "vowels": ("meier", "mayer"),
    "doubled letters": ("thornbury", "thornburry"),
    "ph and f": ("stephens", "stefens"),
    "ck and k": ("becker", "beker"),
    "th and t": ("thomas", "tomas"),
    "d and t": ("schmidt", "schmitt"),
}


@pytest.mark.parametrize(("one", "other"), SOUNDS.values(), ids=SOUNDS)
def test_names_that_sound_alike(one: str, other: str) -> None:
    """Most slips of the pen leave the sound as it is."""
    assert sound(one) == sound(other)


def test_names_that_sound_apart() -> None:
    """The sound of a name tells it from most."""
    assert len({sound(name) for name in ("smith", "jones", "meier", "thornbury", "ada")}) == 5


def test_the_keys_of_a_record_are_its_texts_and_its_counterpart() -> None:
    """The other side's id is kept where the record has one."""
    values = {"email": "ada@acme.example", "first": "Ada", "last": "Nobody Yet"}
    keys = keys_of(MAPPING, values, "7")
    assert keys[COUNTERPART] == ("7",)
    assert COUNTERPART not in keys_of(MAPPING, values)
    assert keys["email"] == ("ada@acme.example",)
    assert "surname" not in keys


def test_an_identity_is_text_only() -> None:
    """It is compared by its values, so that two readings of one record are one."""
    assert all(isinstance(getattr(person_like(), each.name), str | tuple) for each in fields(Identity))
    assert person_like() == person_like()


def test_who_says_everything_has_the_most_texts() -> None:
    """Two phones, houses and domains; names of several words, and a mailbox of four others."""
    names = {"first_name": "Ada Berta", "last_name": "Thornbury Marlowe Hale", "email": "alpha.beta.gamma@acme.example"}
    who = person_like(website="zenith.example", **names)
    assert sum(map(len, blocks(who).values())) == MOST_TEXTS


SAID = {
    "first": ("", "A.", "Ada", "Ada Thornbury", "Dr Ada"),
    "last": ("", "Thornbury", "Nobody Yet", "van Thornbury", "unknown"),
    "email": ("", "ada.thornbury@acme.example", "amarlowe@acme.example", "info@acme.example", "none"),
}


@given(st.fixed_dictionaries({name: st.sampled_from(texts) for name, texts in SAID.items()}))
def test_the_names_alone_are_those_of_the_identity(values: dict[str, str]) -> None:
    """Whatever tells them, the fields of the names or the mailbox, and whoever invented some."""
    whole, name = identity_of(MAPPING, values), name_of(MAPPING, values)
    assert (name.given, name.surname) == (whole.given, whole.surname)
    assert (name.given_words, name.surname_words) == (whole.given_words, whole.surname_words)
    assert name.also == whole.also
