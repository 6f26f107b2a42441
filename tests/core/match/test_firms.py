"""The comparable name of a company."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.match.firms import company
from connector.core.match.words import LEGAL_FORMS, LEGAL_STARTS

NAMES = {
    "a legal form": ("Acme Ltd", "acme"),
    "the same in full": ("ACME LIMITED", "acme"),
    "with dots and a comma": ("Acme, Inc.", "acme"),
    "several forms": ("A.C.M.E. GmbH & Co. KG", "acme"),
    "a form with blanks between its letters": ("Acme S. A.", "acme"),
    "letters with blanks between them": ("A C M E", "acme"),
    "the article in front": ("The Acme Company", "acme"),
    "the form in front": ("ООО Ромашка", "ромашка"),
    "the sign for and": ("Smith & Sons Ltd", "smith and sons"),
    "plus": ("Smith + Sons", "smith and sons"),
    "and": ("Smith and Sons", "smith and sons"),
    "and company": ("Smith & Co", "smith"),
    "a country stays": ("Acme (UK) Ltd", "acme uk"),
    "nothing but a form": ("Ltd", "ltd"),
    "nothing but an article and a form": ("The Co", "co"),
    "a placeholder": ("Unknown", ""),
    "a placeholder with a legal form": ("Unknown Ltd", ""),
    "a placeholder that ends like a firm": ("No company Ltd", ""),
    "a placeholder with a hyphen": ("Self-Employed", ""),
    "n/a": ("N/A", ""),
    "nothing": ("", ""),
}


@pytest.mark.parametrize(("text", "expected"), NAMES.values(), ids=NAMES)
def test_the_comparable_name(text: str, expected: str) -> None:
    """Without what some write and others leave out."""
    assert company(text) == expected


names = st.lists(
    st.from_regex(r"[a-z]{4,9}", fullmatch=True).filter(lambda word: word not in LEGAL_FORMS | LEGAL_STARTS),
    min_size=1,
    max_size=3,
).map(" ".join)


@given(names, st.sampled_from(sorted(LEGAL_FORMS)))
def test_a_legal_form_changes_no_name(name: str, form: str) -> None:
    """Whichever it is, in any case."""
    assert company(f"{name.title()}, {form.upper()}") == company(name)


@given(st.text())
def test_any_text_has_a_comparable_name(text: str) -> None:
    """The name of that name is itself."""
    assert company(company(text)) == company(text)
