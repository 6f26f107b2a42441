"""The comparable form of a postal address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.match.addresses import Address, address, postcode

ADDRESSES = {
    "the number first": ("12 High Street", Address("12", "high street")),
    "the number last": ("High Street 12", Address("12", "high street")),
    "a short form": ("12 High St.", Address("12", "high street")),
    "a saint": ("5 St. Albans Rd", Address("5", "saint albans road")),
    "a street and a direction": ("12 Main St N", Address("12", "main street north")),
    "a German street": ("Hauptstr. 5a", Address("5a", "hauptstrasse")),
    "the same in full": ("Hauptstraße 5A", Address("5a", "hauptstrasse")),
    "a flat before the house": ("Flat 3, 12 High Street", Address("12", "high street", unit="3")),
    "a flat behind the street": ("12 High Street, Flat 3", Address("12", "high street", unit="3")),
    "a flat on the same line": ("1205 North Avenue Apt 3B", Address("1205", "north avenue", unit="3b")),
    "a building's name": ("Rose House\n12 High Street", Address("12", "high street", "rose house")),
    "a building without a number": ("Rose House\nHigh Street", Address("", "high street", "rose house")),
    "the number on a line of its own": ("12\nHigh Street", Address("12", "high street")),
    "several houses": ("12-14 High Street", Address("12", "high street")),
    "several houses with letters": ("12a – 12c High Street", Address("12a", "high street")),
    "no row of houses": ("37-12 High Street", Address("37", "12 high street")),
    "a post office box": ("P.O. Box 12", Address(unit="12")),
    "a floor alone": ("Floor 2", Address(unit="2")),
    "a placeholder": ("Unknown", Address()),
    "a placeholder on one line": ("n/a, 12 High Street", Address("12", "high street")),
    "nothing": ("", Address()),
}

POSTCODES = {
    "a blank": ("W1A 1AA", "w1a1aa"),
    "no blank": ("w1a1aa", "w1a1aa"),
    "a hyphen": ("SW1A-1AA", "sw1a1aa"),
    "ZIP": ("12345", "12345"),
    "ZIP+4": ("12345-6789", "12345"),
    "a placeholder": ("n/a", ""),
}


@pytest.mark.parametrize(("text", "expected"), ADDRESSES.values(), ids=ADDRESSES)
def test_an_address(text: str, expected: Address) -> None:
    """Its parts, wherever they stand."""
    assert address(text) == expected


@pytest.mark.parametrize(("text", "expected"), POSTCODES.values(), ids=POSTCODES)
def test_a_postcode(text: str, expected: str) -> None:
    """Without blanks and hyphens."""
    assert postcode(text) == expected


@given(st.text(alphabet="12ab -/.,\nfltsr", max_size=30))
def test_any_text_has_parts(text: str) -> None:
    """Case makes no difference to them."""
    assert address(text) == address(text.upper())
