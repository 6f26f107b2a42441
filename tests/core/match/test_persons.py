"""The comparable name of a person, and the forms of given names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.match.nicknames import root, stands_for
from connector.core.match.persons import core_words, named_by, person
from connector.core.match.words import DEGREES, GENERATIONS, TITLES

NAMES = {
    "a plain name": (("Ada", "Lovelace"), ("ada", "lovelace")),
    "case and accents": (("JOSÉ", "núñez"), ("jose", "nunez")),
    "a title before the given name": (("Dr. Ada", "Lovelace"), ("ada", "lovelace")),
    "several titles": (("Frau Prof. Dr. Ada", "Meier"), ("ada", "meier")),
    "a title alone is no given name": (("Mr", "Smith"), ("", "smith")),
    "two titles alone": (("Mr & Mrs", "Smith"), ("", "smith")),
    "a short form that is a title elsewhere": (("Don", "Smith"), ("don", "smith")),
    "the same title before a given name": (("Don Diego", "Vega"), ("diego", "vega")),
    "a title before a given name, the names the wrong way round": (("Benaro", "Dña. Andrés"), ("benaro", "andres")),
    "a title before a given name in the surname's field": (("Lovelace", "Dr. Ada"), ("lovelace", "ada")),
    "a surname that is a title": (("Ada", "Major"), ("ada", "major")),
    "a double surname that begins like a title": (("Chris", "Lord-Alge"), ("chris", "lordalge")),
    "two surnames that begin like a title": (("Anna", "Pan Nowak"), ("anna", "pannowak")),
    "a degree behind the surname": (("Ada", "Lovelace PhD, MBA"), ("ada", "lovelace")),
    "a surname that is a degree": (("Anna", "Ba"), ("anna", "ba")),
    "a middle initial": (("Anna M.", "Meier"), ("anna", "meier")),
    "a leading initial": (("J. Edgar", "Hoover"), ("edgar", "hoover")),
    "only an initial": (("J.", "Hoover"), ("j", "hoover")),
    "two initials": (("A. B.", "Ng"), ("a", "ng")),
    "a hyphen or a blank": (("Jean-Paul", "Smith Jones"), ("jeanpaul", "smithjones")),
    "two initials that may be a title and one": (("M. J.", "Dupont"), ("", "dupont")),
    "the same behind a title": (("Dr. M. J.", "Dupont"), ("", "dupont")),
    "the same with the surname, in one field": (("", "M. J. Dupont"), ("", "dupont")),
    "the same with the surname, behind a title alone": (("Mr", "M. J. Dupont"), ("", "dupont")),
    "the same before two surnames": (("M. J.", "Smith Jones"), ("", "smithjones")),
    "the same before a given name": (("M. J. Robert", "Dupont"), ("robert", "dupont")),
    "that title before a given name": (("M. Jean", "Dupont"), ("jean", "dupont")),
    "that letter alone": (("M.", "Dupont"), ("m", "dupont")),
    "that letter alone before a surname with a letter of its own": (("M", "O Brien"), ("m", "obrien")),
    "a post behind the whole name": (("", "Mary Hepcombe, Director"), ("mary", "hepcombedirector")),
    "initials of a father behind a given name": (("", "Rajesh K V"), ("rajesh", "kv")),
    "an apostrophe": (("Sean", "O'Brien"), ("sean", "obrien")),
    "the whole name in the surname's field": (("", "Ada Lovelace"), ("ada", "lovelace")),
    "the whole name with a title there": (("", "Mr John Smith"), ("john", "smith")),
    "a title and the whole name": (("Mr", "John Smith"), ("john", "smith")),
    "a double given name in one field": (("", "Jean-Paul Thornbury"), ("jeanpaul", "thornbury")),
    "a double surname alone": (("", "Smith-Jones"), ("", "smithjones")),
    "a double surname with a title": (("Mr", "Smith-Jones"), ("", "smithjones")),
    "a surname of two words alone": (("", "van Dyke"), ("", "vandyke")),
    "an unknown given name": (("Unknown", "Smith"), ("", "smith")),
    "an unknown surname": (("Ada", "n/a"), ("ada", "")),
    "unknown with a title": (("", "Mr Unknown"), ("", "")),
    "unknown twice in one field": (("", "Unknown Unknown"), ("", "")),
    "unknown of a generation": (("Ada", "Unknown Jr"), ("ada", "")),
    "nothing": (("", ""), ("", "")),
}

GENERATION = {
    "nobody said": ("Smith", ""),
    "Jr.": ("Smith Jr.", "junior"),
    "Junior after a comma": ("Smith, Junior", "junior"),
    "Senior": ("Smith Sr", "senior"),
    "the third": ("Smith III", "3"),
    "with a degree behind it": ("Smith Jr. PhD", "junior"),
    "a surname that is called so": ("Junior", ""),
}

ONLY_IN_MAILBOX = {
    "the name of before a wedding, behind an initial": (("Ken", "Edwards"), "kwood", "wood"),
    "the name of before a wedding, alone": (("Piotr", "Piotrowski"), "nowak", "nowak"),
    "the name of before a wedding, behind a short form": (("Debbie", "Hall"), "deborah_blackwood88", "blackwood"),
    "the name of before a wedding, before the given name": (("Ada", "Marlowe"), "thornburyada", "thornbury"),
    "the surname that was left out, behind an initial": (("Edmund", ""), "elewis44843", "lewis"),
    "the given name that was left out": (("", "Goodford"), "dorothy", "dorothy"),
    "the given name that was left out, before an initial": (("", "Lewis"), "daniell", "daniel"),
}
NOTHING_MORE = {
    "both names": (("Ada", "Thornbury"), "ada.thornbury"),
    "the surname": (("Ada", "Thornbury"), "a.thornbury2"),
    "one of two surnames": (("Ada", "Thornbury-Marlowe"), "amarlowe"),
    "the given name": (("Saskia", "Wateraar"), "saskia51"),
    "a short form": (("Robert", "Hamilton"), "bob"),
    "initials": (("Ada", "Thornbury"), "at1815"),
    "the names, the wrong way round": (("Lindhurst", "Heather"), "hlindhurst"),
    "a surname that is told already": (("Marie", ""), "marie.dupont"),
    "no mailbox": (("Ada", "Thornbury"), ""),
}

FORMS = {
    "a short form": ("bob", "robert", True),
    "another spelling": ("alison", "alyson", True),
    "another language": ("john", "johann", True),
    "two short forms of one name": ("bob", "rob", True),
    "a short form of two names, one": ("alex", "alexandra", True),
    "a short form of two names, the other": ("alex", "alexander", True),
    "those two names": ("alexandra", "alexander", False),
    "two names": ("ada", "bob", False),
}

words = st.from_regex(r"[a-z]{2,9}", fullmatch=True).filter(
    lambda word: word not in TITLES | DEGREES and word not in GENERATIONS
)


@pytest.mark.parametrize(("fields", "expected"), NAMES.values(), ids=NAMES)
def test_the_comparable_name(fields: tuple[str, str], expected: tuple[str, str]) -> None:
    """Given name and surname without what does not belong to them."""
    found = person(*fields)
    assert (found.given, found.surname) == expected


@pytest.mark.parametrize(("last", "expected"), GENERATION.values(), ids=GENERATION)
def test_what_tells_father_and_son_apart(last: str, expected: str) -> None:
    """It is no part of the surname, and is kept."""
    assert person("John", last).generation == expected


@pytest.mark.parametrize(("one", "other", "expected"), FORMS.values(), ids=FORMS)
def test_forms_of_one_given_name(one: str, other: str, expected: bool) -> None:
    """Whichever is which."""
    assert stands_for(one, other) is stands_for(other, one) is expected


def test_most_forms_share_a_root() -> None:
    """A name nobody listed is its own."""
    assert root("bob") == root("rob") == root("robert")
    assert root("xanthippe") == "xanthippe"


def test_the_words_that_carry_a_surname() -> None:
    """Small words are dropped by some forms."""
    assert core_words(person("", "van der Berg").surname_words) == {"berg"}
    assert core_words(person("Ana", "Silva e Costa").surname_words) == {"silva", "costa"}


@pytest.mark.parametrize(("fields", "mailbox", "name"), ONLY_IN_MAILBOX.values(), ids=ONLY_IN_MAILBOX)
def test_a_mailbox_tells_a_name_that_stands_in_no_field(fields: tuple[str, str], mailbox: str, name: str) -> None:
    """Names change with a wedding, and forms leave one out; the mailbox stays. It is kept apart from the names."""
    found = named_by(mailbox, person(*fields))
    assert name in found.also
    assert (found.given, found.surname) == (person(*fields).given, person(*fields).surname)


SURNAME_IN_MAILBOX = {
    "the name as it is": ("Nat", "nat.douglas", "Douglas"),
    "behind it": ("Nat", "douglas-nat", "Douglas"),
    "a longer form": ("Nat", "natalie_douglas22", "Douglas"),
    "another form": ("Bob", "robert.douglas", "Douglas"),
    "a surname that begins like the name": ("Al", "al.alvarez", "Alvarez"),
    "two words that do": ("Al", "alvarez.alberto", ""),
}


@pytest.mark.parametrize(("first", "mailbox", "last"), SURNAME_IN_MAILBOX.values(), ids=SURNAME_IN_MAILBOX)
def test_a_mailbox_tells_the_surname_behind_the_given_name(first: str, mailbox: str, last: str) -> None:
    """Or behind a form of it, where something stands between the two; nobody can tell which of two forms is which."""
    assert named_by(mailbox, person(first, "")) == person(first, last)


@pytest.mark.parametrize(("fields", "mailbox"), NOTHING_MORE.values(), ids=NOTHING_MORE)
def test_a_mailbox_of_ones_own_name_tells_no_other(fields: tuple[str, str], mailbox: str) -> None:
    """Whole, cut short or by its initials."""
    assert named_by(mailbox, person(*fields)).also == ()


@given(words, words, st.from_regex(r"[a-z0-9._\-]{0,40}", fullmatch=True))
def test_whatever_a_mailbox_says_it_tells_few_names(first: str, last: str, mailbox: str) -> None:
    """None of them is one of the fields', and none is so short that it could be anybody's."""
    found = named_by(mailbox, person(first, last))
    assert len(found.also) <= 4
    assert all(len(name) >= 3 and name not in {found.given, found.surname} for name in found.also)


@given(words, words, st.sampled_from(sorted(TITLES - {"m"})), st.sampled_from(sorted(DEGREES)))
def test_titles_and_degrees_change_no_name(first: str, last: str, title: str, degree: str) -> None:
    """Whichever they are."""
    assert person(f"{title}. {first}", f"{last}, {degree.upper()}") == person(first, last)


@given(st.text(), st.text())
def test_any_text_has_a_comparable_name(first: str, last: str) -> None:
    """Without blanks, and made of its words."""
    found = person(first, last)
    assert found.given == "".join(found.given_words)
    assert found.surname == "".join(found.surname_words)
    assert not set(found.given + found.surname) & set(" \t\n")
