"""Who is whose counterpart: counterpart ids first, then the person; doubt goes to a person."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.match import COUNTERPART, EMAIL, NAMELESS, PERSON, Candidate, judge, keys_of
from connector.core.match.pairing import Answer
from connector.core.model import Stranger
from tests.core.leads import OP, SF
from tests.core.mapping.frame import mapping_of

MAPPING = mapping_of(
    "email: {salesforce: Email, operate: emailaddress}\n"
    "first: {salesforce: FirstName, operate: firstname}\n"
    "last: {salesforce: LastName, operate: lastname}\n",
    "mapping: lead\nowner: salesforce\nminimum: []\n"
    "match: {email: email, first_name: first, last_name: last}\nrules:\n",
)


def keys(email: str = "", first: str = "", last: str = "", counterpart: str = "") -> dict[str, str]:
    """The keys of one record."""
    return dict(keys_of(MAPPING, {"email": email, "first": first, "last": last}, counterpart))


def ada(counterpart: str = "", created: int = 5) -> Stranger:
    """Ada in Salesforce."""
    return Stranger(SF, "00Q1", created, created, {}, counterpart)


def there(record_id: str = "7", evidence: str = PERSON, *, linked: int = 0, counterpart: str = "") -> Candidate:
    """Somebody in Operate."""
    return Candidate(OP, record_id, evidence, linked, counterpart, 5)


def here(record_id: str = "00Q2", evidence: str = PERSON, *, created: int = 9, linked: int = 0) -> Candidate:
    """Somebody else in Salesforce."""
    return Candidate(SF, record_id, evidence, linked, "", created)


@dataclass(frozen=True)
class Row:
    """A situation and its verdict: the partner's id for a pair, or words of the reason for a review."""

    what: str
    stranger: Stranger
    pointed: tuple[Candidate, ...]
    alike: tuple[Candidate, ...]
    answer: Answer
    partner: str = ""
    reason: str = ""


ROWS = (
    Row("nobody like it", ada(), (), (), Answer.NEW),
    Row("the same person there", ada(), (), (there(),), Answer.PAIR, "7"),
    Row("the same person there, who names us", ada(), (), (there(counterpart="00Q1"),), Answer.PAIR, "7"),
    Row(
        "the same person there, who names another",
        ada(),
        (),
        (there(counterpart="00Q9"),),
        Answer.REVIEW,
        reason="another",
    ),
    Row("two of them there", ada(), (), (there(), there("8")), Answer.REVIEW, reason="more than one"),
    Row("one there, a double here", ada(), (), (there(), here()), Answer.REVIEW, reason="more than one"),
    Row("same e-mail, no full name", ada(), (), (there(evidence=NAMELESS),), Answer.REVIEW, reason="full name"),
    Row("already linked there", ada(), (), (there(linked=3),), Answer.REVIEW, reason="already linked"),
    Row("already linked here", ada(), (), (here(linked=3),), Answer.REVIEW, reason="already linked"),
    Row("a linked one and a free one", ada(), (), (there(), there("8", linked=3)), Answer.REVIEW, reason="linked"),
    Row("a younger double here", ada(), (), (here(),), Answer.NEW),
    Row("an older double here", ada(), (), (here(created=1),), Answer.REVIEW, reason="more than once"),
    Row("a double of the same second", ada(), (), (here(created=5),), Answer.NEW),
    Row("it names a free record", ada("7"), (there(evidence=COUNTERPART),), (), Answer.PAIR, "7"),
    Row("it is named by a free record", ada(), (there(counterpart="00Q1"),), (), Answer.PAIR, "7"),
    Row("each names the other", ada("7"), (there(counterpart="00Q1"),), (), Answer.PAIR, "7"),
    Row("an id outweighs a look-alike", ada("7"), (there(),), (there("8"),), Answer.PAIR, "7"),
    Row("it names nobody", ada("7"), (), (there("8"),), Answer.REVIEW, reason="does not exist"),
    Row("it names a linked record", ada("7"), (there(linked=2),), (), Answer.REVIEW, reason="already linked"),
    Row(
        "it names one that names another",
        ada("7"),
        (there(counterpart="00Q9"),),
        (),
        Answer.REVIEW,
        reason="contradict",
    ),
    Row(
        "named by another than it names",
        ada("7"),
        (there("8", counterpart="00Q1"),),
        (),
        Answer.REVIEW,
        reason="contradict",
    ),
    Row(
        "two name it",
        ada(),
        (there(counterpart="00Q1"), there("8", counterpart="00Q1")),
        (),
        Answer.REVIEW,
        reason="several",
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.what)
def test_the_verdict(row: Row) -> None:
    """Each row: who looks like the stranger, and what follows."""
    verdict = judge(row.stranger, row.pointed, row.alike)
    assert (verdict.answer, verdict.partner) == (row.answer, row.partner)
    assert row.reason in verdict.reason
    assert bool(verdict.reason) == (row.answer is Answer.REVIEW)


candidates = st.lists(
    st.builds(
        Candidate,
        st.sampled_from([SF, OP]),
        st.sampled_from(["00Q2", "7", "8"]),
        st.sampled_from([PERSON, EMAIL, NAMELESS]),
        st.integers(0, 1),
        st.sampled_from(["", "00Q1", "00Q9"]),
        st.integers(0, 9),
    ),
    max_size=3,
    unique_by=lambda each: (each.side, each.record_id),
)


@given(st.sampled_from(["", "7", "8"]), candidates, candidates)
def test_a_pair_is_always_somebody_free_on_the_other_side(
    counterpart: str, pointed: list[Candidate], alike: list[Candidate]
) -> None:
    """Whatever is found: nobody is linked twice, to their own side, or to one who names another."""
    verdict = judge(ada(counterpart), pointed, alike)
    if verdict.answer is Answer.PAIR:
        found = [each for each in (*pointed, *alike) if each.record_id == verdict.partner and each.side is OP]
        assert any(not each.linked and each.counterpart_id in ("", "00Q1") for each in found)
    elif verdict.answer is Answer.NEW:
        assert all(not each.linked and each.side is SF for each in alike)


@given(candidates)
def test_the_order_of_the_index_does_not_matter(alike: list[Candidate]) -> None:
    """The same people give the same answer."""
    one, other = judge(ada(), (), alike), judge(ada(), (), alike[::-1])
    assert (one.answer, one.partner) == (other.answer, other.partner)


def test_a_full_name_is_a_person() -> None:
    """Case, width and runs of blanks make no difference; accents do."""
    assert keys("Ada@Example.com", "ADA", "Love  lace")[PERSON] == keys("ada@example.com", "Ada", "love lace")[PERSON]
    assert keys("a@example.com", "Ａda", "L")[PERSON] == keys("a@example.com", "ada", "l")[PERSON]
    assert keys("a@example.com", "Ádá", "L")[PERSON] != keys("a@example.com", "ada", "l")[PERSON]


def test_somebody_without_a_full_name_may_be_anybody() -> None:
    """The e-mail alone is kept apart, as weak evidence."""
    assert set(keys("a@example.com", "", "L")) == {EMAIL, PERSON, NAMELESS}
    assert set(keys("a@example.com")) == {EMAIL, NAMELESS}
    assert set(keys("a@example.com", "A", "L")) == {EMAIL, PERSON}


def test_without_an_address_nobody_is_recognised_by_name() -> None:
    """Names alone are no evidence; a counterpart id is."""
    assert keys("", "Ada", "Lovelace") == {}
    assert keys("", "Ada", "Lovelace", "7") == {COUNTERPART: "7"}
