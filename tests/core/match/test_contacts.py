"""E-mail addresses, telephone numbers and web domains in their comparable form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.match.contacts import company_domain, digits, is_shared, mailbox, web_domain
from connector.core.match.words import FREE_MAIL, NOBODY, SHARED

ADDRESSES = {
    "case and blanks": (" Ada@Acme.Example ", "ada@acme.example"),
    "angle brackets": ("<ada@acme.example>", "ada@acme.example"),
    "a link": ("mailto:ada@acme.example", "ada@acme.example"),
    "a final dot": ("ada@acme.example.", "ada@acme.example"),
    "wide letters": ("ａda@acme.example", "ada@acme.example"),
    "a plus-tag": ("ada+crm@acme.example", "ada@acme.example"),
    "nothing but a plus-tag": ("+crm@acme.example", "+crm@acme.example"),
    "dots where they count": ("a.da@acme.example", "a.da@acme.example"),
    "dots where they do not": ("a.da@gmail.com", "ada@gmail.com"),
    "the other name of that provider": ("a.da+x@googlemail.com", "ada@gmail.com"),
    "no domain": ("ada@", ""),
    "two of them": ("ada@acme.example;bob@acme.example", ""),
    "n/a": ("n/a", ""),
    "nobody reads it": ("no-reply@acme.example", ""),
    "nobody, with a tag": ("test+1@acme.example", ""),
    "unknown": ("Unknown@acme.example", ""),
}

SHARED_ONES = {
    "info": ("info@acme.example", True),
    "a team and its country": ("sales.uk@acme.example", True),
    "a team and a number": ("office2@acme.example", True),
    "a team twice": ("sales-team@acme.example", True),
    "a person": ("ada@acme.example", False),
    "a person who begins like a team": ("infantino@acme.example", False),
    "a person in a team": ("sam.sales@acme.example", False),
    "a number": ("1234@acme.example", False),
    "no address": ("", False),
}

WEBSITES = {
    "scheme, www and path": ("https://www.Acme.example/team?x=1", "acme.example"),
    "only the domain": ("acme.example", "acme.example"),
    "a port": ("www.acme.example:8080", "acme.example"),
    "an anchor": ("http://acme.example#top", "acme.example"),
    "an address instead": ("ada@acme.example", "acme.example"),
    "a provider of mailboxes": ("gmail.com", ""),
    "n/a": ("N.A.", ""),
    "words": ("see our page. thanks", ""),
    "nothing": ("", ""),
}

NUMBERS = {
    "international": ("+44 20 7946 0991", "442079460991"),
    "with the double zero": ("0044 20 7946 0991", "442079460991"),
    "with a trunk zero": ("+44 (0)20 7946 0991", "442079460991"),
    "national": ("020 7946 0991", "2079460991"),
    "with an extension": ("+44 20 7946 0991 ext. 12", "442079460991"),
    "with a short extension": ("+1 (555) 010-0199 x7", "15550100199"),
    "with words": ("Tel. 020 7946 0991", "2079460991"),
    "too short": ("12345", ""),
    "one digit over and over": ("+44 7000000000", ""),
    "counted": ("01234567", ""),
    "unknown": ("Unknown", ""),
}


@pytest.mark.parametrize(("text", "expected"), ADDRESSES.values(), ids=ADDRESSES)
def test_an_address(text: str, expected: str) -> None:
    """As its provider delivers it; "" where nobody would get it."""
    assert mailbox(text) == expected


@pytest.mark.parametrize(("address", "expected"), SHARED_ONES.values(), ids=SHARED_ONES)
def test_a_mailbox_of_a_team(address: str, expected: bool) -> None:
    """It tells a company, and no person."""
    assert is_shared(address) is expected


@pytest.mark.parametrize(("text", "expected"), WEBSITES.values(), ids=WEBSITES)
def test_a_website(text: str, expected: str) -> None:
    """Its domain."""
    assert web_domain(text) == expected


@pytest.mark.parametrize(("text", "expected"), NUMBERS.values(), ids=NUMBERS)
def test_a_telephone_number(text: str, expected: str) -> None:
    """Its digits; "" for invented ones."""
    assert digits(text) == expected


@pytest.mark.parametrize("local", sorted(SHARED))
def test_every_shared_mailbox_is_known(local: str) -> None:
    """In any case, and with a country."""
    assert is_shared(mailbox(f"{local.title()}@acme.example"))
    assert is_shared(mailbox(f"{local}.uk@acme.example"))


@pytest.mark.parametrize("local", sorted(NOBODY))
def test_nobody_reads_these(local: str) -> None:
    """No company's domain is told by them either."""
    assert mailbox(f"{local}@acme.example") == ""


def test_a_provider_is_no_company() -> None:
    """Anybody may have a mailbox there."""
    assert company_domain("ada@acme.example") == "acme.example"
    assert {company_domain(f"ada@{domain}") for domain in FREE_MAIL} == {""}


@given(st.emails())
def test_the_address_of_an_address_is_itself(address: str) -> None:
    """Its own form is delivered to the same mailbox."""
    assert mailbox(mailbox(address)) == mailbox(address)


@given(st.text())
def test_any_text_is_taken(text: str) -> None:
    """Nothing raises, and nothing that is no number has digits."""
    assert mailbox(text) == "" or "@" in mailbox(text)
    assert web_domain(text) == "" or "." in web_domain(text)
    assert digits(text) == "" or digits(text).isdigit()
