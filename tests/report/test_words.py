"""Words: what is shown of a text from outside, and how the two CRMs are called."""

import pytest

from connector.report.words import minute, plain, sentence

PERSIAN = "\u0646\u06cc\u0645\u200c\u0641\u0627\u0635\u0644\u0647"
FAMILY = "\U0001f469\u200d\U0001f467"


@pytest.mark.parametrize("name", [PERSIAN, FAMILY, "soft\u00adware", "O\u2060K", "\u0b95\u0bcd\u200c\u0bb7"])
def test_format_characters_that_only_join_letters_stay(name: str) -> None:
    """A name is shown as its owner writes it."""
    assert plain(name) == name


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb", "a\\u202eb"),
        ("a\u2066b\u2069", "a\\u2066b\\u2069"),
        ("a\u200fb", "a\\u200fb"),
        ("\x1b[31m", "\\x1b[31m"),
        ("\x852e", "\\x852e"),
        ("\U000e0041", "\\U000e0041"),
        ("\udcff", "\\udcff"),
        ("one\ntwo", "one⏎two"),
    ],
)
def test_what_steers_a_terminal_or_turns_the_reading_direction_is_shown_as_an_escape(text: str, shown: str) -> None:
    """With as many digits as its kind of escape has, so that the letters behind it do not join in."""
    assert plain(text) == shown


def test_what_only_looks_like_an_escape_is_told_from_one() -> None:
    """Somebody who typed a backslash sees two where one could be mistaken, and others stay alone."""
    assert plain("\\u202e") != plain("\u202e")
    assert plain("\\u202e") == "\\\\u202e"
    assert plain("C:\\Leads") == "C:\\Leads"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("edited in operate, cleared in salesforce", "edited in Operate, cleared in Salesforce"),
        ("edited on both sides: salesforce owns it", "edited on both sides: Salesforce owns it"),
        ("salesforce could not be read: away", "Salesforce could not be read: away"),
        ("entered more than once in operate: a duplicate?", "entered more than once in Operate: a duplicate?"),
        ("the value keeps changing back on operate: why?", "the value keeps changing back on Operate: why?"),
        ("look at operate:64 and operate.location", "look at operate:64 and operate.location"),
        ("'salesforce' is not a number", "'salesforce' is not a number"),
        ("you cannot operate on this", "you cannot operate on this"),
        ("decided for operate:64", "decided for operate:64"),
        ("no label '\\x1b[31m'\x1b", "no label '\\x1b[31m'\\x1b"),
    ],
)
def test_both_crms_are_called_by_their_names_in_sentences(text: str, said: str) -> None:
    """Ids, tables, quoted values and a verb stay as they are."""
    assert sentence(text) == said


def test_a_time_in_a_column_is_short() -> None:
    """Without seconds and zone; a dash for none."""
    assert minute(1_750_000_000_000_000) == "2025-06-15 15:06"
    assert minute(0) == "–"
