"""Who is whose counterpart: decisions first, then counterpart ids, then the person; doubt goes to a person."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.match.levels import FIELDS, Comparison, Level
from connector.core.match.pairing import NOBODY, Answer, Candidate, is_sure, judge, percent
from connector.core.match.score import Score
from connector.core.model import Stranger
from tests.core.leads import OP, SF
from tests.core.match.people import ADA, only, person_like, scorer

SURE = 6.6
LEVELS = Comparison(*[Level.MISSING] * len(FIELDS))


def score(bits: float, *doubts: str) -> Score:
    """Somebody so much alike."""
    return Score(bits, -12.0, bits + 12, 0.0, 0.0, LEVELS, (0.0,) * len(FIELDS), doubts)


def ada(counterpart: str = "", created: int = 5) -> Stranger:
    """Ada in Salesforce."""
    return Stranger(SF, "00Q1", created, created, {}, counterpart)


THERE = Candidate(OP, "7", score(20), created=5)
"""The same person in Operate."""
HERE = Candidate(SF, "00Q2", score(20), created=9)
"""The same person once more in Salesforce, younger."""
OTHER = replace(THERE, record_id="8")
NAMED = Candidate(OP, "7")
"""A record in Operate that is connected by an id, whoever it is."""
MAYBE = score(3)
BY_NAME = replace(
    score(-5),
    levels=LEVELS._replace(given=Level.ALIAS, surname=Level.EXACT),
    bits=(5.0, 8.0, *(-1.0,) * (len(FIELDS) - 2)),
)
NEARLY = replace(score(4), seen=True)
FAMILY = score(20, "their given names differ")
NAMESAKE = replace(score(20), beside_others=("colleagues may bear this name",))
RELATIVE = replace(FAMILY, relatives=True)


@dataclass(frozen=True)
class Row:
    """A situation and its verdict: the partner's id for a pair, or words of the reason for a review."""

    what: str
    answer: Answer
    alike: tuple[Candidate, ...] = ()
    pointed: tuple[Candidate, ...] = ()
    stranger: Stranger = ada()  # noqa: RUF009 # frozen
    partner: str = ""
    reason: str = ""


PAIR, NEW, REVIEW = Answer.PAIR, Answer.NEW, Answer.REVIEW

PEOPLE = (
    Row("nobody like it", NEW),
    Row("the same person there", PAIR, (THERE,), partner="7", reason="the same person"),
    Row("one who names us", PAIR, (replace(THERE, counterpart_id="00Q1"),), partner="7"),
    Row("one who names another", REVIEW, (replace(THERE, counterpart_id="00Q9"),), reason="another"),
    Row("one left alone by decision", REVIEW, (replace(THERE, ignored=True),), reason="left alone"),
    Row("two of them there", REVIEW, (THERE, OTHER), reason="more than one"),
    Row("another just within the margin", REVIEW, (THERE, replace(OTHER, score=score(13.5))), reason="more than one"),
    Row("another far behind", PAIR, (THERE, replace(OTHER, score=score(13))), partner="7"),
    Row("another close, but doubtful", REVIEW, (THERE, replace(OTHER, score=FAMILY)), reason="more than one"),
    Row("somebody else here as close to it", REVIEW, (replace(THERE, rival=19.0),), reason="more than one"),
    Row("somebody else here far behind", PAIR, (replace(THERE, rival=13.0),), partner="7"),
    Row("one there and a double here", PAIR, (THERE, HERE), partner="7"),
    Row("one there and a taken double here", REVIEW, (THERE, replace(HERE, linked=3)), reason="already linked"),
    Row("likely, not sure", REVIEW, (replace(THERE, score=MAYBE),), reason="may be the same person"),
    Row("of the same name, and nothing else", REVIEW, (replace(THERE, score=BY_NAME),), reason="nothing else agrees"),
    Row("of nearly the same name, and nothing else", REVIEW,
        (replace(THERE, score=replace(BY_NAME, levels=LEVELS._replace(given=Level.NEAR, surname=Level.EXACT))),),
        reason="may be the same person"),
    Row("of the same name and town", REVIEW, (replace(THERE, score=replace(BY_NAME, bits=(*BY_NAME.bits[:-1], 2.0))),),
        reason="may be the same person"),
    Row("sure but for a doubt", REVIEW, (replace(THERE, score=FAMILY),), reason="their given names differ"),
    Row("nearly sure, and nobody else is like it", PAIR, (replace(THERE, score=NEARLY),), partner="7", reason="94.1 %"),
    Row("nearly sure, whoever else there may be", REVIEW, (replace(THERE, score=replace(NEARLY, seen=False)),),
        reason="may be the same person"),
    Row("nearly sure but for a doubt", REVIEW, (replace(THERE, score=replace(FAMILY, total=4.0, seen=True)),),
        reason="their given names differ"),
    Row("nearly sure, another far behind", PAIR, (replace(THERE, score=NEARLY), replace(OTHER, score=score(-3))),
        partner="7"),
    Row("nearly sure, another just within the margin", REVIEW,
        (replace(THERE, score=NEARLY), replace(OTHER, score=score(-2), linked=3)), reason="may be the same person"),
    Row("nearly sure, a rival just within the margin", REVIEW, (replace(THERE, score=NEARLY, rival=-2.0),),
        reason="may be the same person"),
    Row("nearly sure beside another here", REVIEW, (replace(THERE, score=NEARLY), replace(HERE, score=MAYBE)),
        reason="may be the same person"),
    Row("an older double here, nearly sure", NEW, (replace(HERE, created=1, score=NEARLY),)),
    Row("sure where nobody else is like it", PAIR, (replace(THERE, score=NAMESAKE),), partner="7"),
    Row("the same beside a weak likeness", PAIR, (replace(THERE, score=NAMESAKE), replace(OTHER, score=score(-1))),
        partner="7"),
    Row("the same beside another there", REVIEW, (replace(THERE, score=NAMESAKE), replace(OTHER, score=MAYBE)),
        reason="colleagues"),
    Row("the same beside another here", REVIEW, (replace(THERE, score=NAMESAKE), replace(HERE, score=MAYBE)),
        reason="colleagues"),
    Row("the same beside somebody linked", REVIEW,
        (replace(THERE, score=NAMESAKE), replace(HERE, score=MAYBE, linked=3)), reason="already linked"),
    Row("the same with a rival far behind", REVIEW, (replace(THERE, score=NAMESAKE, rival=3.0),), reason="colleagues"),
    Row("the same beside one who was rejected", REVIEW,
        (replace(THERE, score=NAMESAKE), replace(OTHER, score=MAYBE, rejected=True)), reason="colleagues"),
    Row("the same with a rival who was rejected", REVIEW, (replace(THERE, score=NAMESAKE, namesake=3.0),),
        reason="colleagues"),
    Row("sure beside one who was rejected", PAIR, (THERE, replace(OTHER, rejected=True)), partner="7"),
    Row("sure with a rival who was rejected", PAIR, (replace(THERE, namesake=19.0),), partner="7"),
    Row("nobody but one who was rejected", NEW, (replace(THERE, rejected=True),)),
    Row("nobody but a rejected one who is linked", NEW, (replace(THERE, rejected=True, linked=3),)),
    Row("nobody but an older double who was rejected", NEW, (replace(HERE, created=1, rejected=True),)),
    Row("nobody but a relative there", NEW, (replace(THERE, score=RELATIVE),)),
    Row("nobody but a relative who is linked", NEW, (replace(THERE, score=RELATIVE, linked=3),)),
    Row("a relative and somebody likely", REVIEW,
        (replace(THERE, score=RELATIVE), replace(OTHER, score=MAYBE)), reason="may be the same person"),
    Row("a relative and one who is taken", REVIEW,
        (replace(THERE, score=RELATIVE), replace(OTHER, score=MAYBE, linked=3)), reason="already linked"),
    Row("sure beside a relative", PAIR, (THERE, replace(OTHER, score=replace(RELATIVE, total=3.0))), partner="7"),
    Row("sure where nobody else is, beside a relative", REVIEW,
        (replace(THERE, score=NAMESAKE), replace(OTHER, score=replace(RELATIVE, total=3.0))), reason="colleagues"),
    Row("a relative just within the margin", REVIEW, (THERE, replace(OTHER, score=replace(RELATIVE, total=13.5))),
        reason="more than one"),
    Row("exactly sure", PAIR, (replace(THERE, score=score(SURE)),), partner="7"),
    Row("already linked there", REVIEW, (replace(THERE, linked=3),), reason="already linked"),
    Row("already linked here", REVIEW, (replace(HERE, linked=3),), reason="already linked"),
    Row("hardly like one that is taken", NEW, (replace(THERE, linked=3, score=score(-1)),)),
    Row("a taken one and a free one", REVIEW, (THERE, replace(OTHER, linked=3)), reason="linked"),
    Row("a taken one far behind", PAIR, (THERE, replace(OTHER, linked=3, score=score(5))), partner="7"),
    Row("a younger double here", NEW, (HERE,)),
    Row("an older double here", REVIEW, (replace(HERE, created=1),), reason="more than once"),
    Row("a double of the same second", NEW, (replace(HERE, created=5),)),
    Row("the older of a family here", NEW, (replace(HERE, created=1, score=FAMILY),)),
)  # fmt: skip

IDS = (
    Row("it names a free record", PAIR, (), (NAMED,), ada("7"), "7", "counterpart id"),
    Row("it is named by a free record", PAIR, (), (replace(NAMED, counterpart_id="00Q1"),), partner="7"),
    Row("each names the other", PAIR, (), (replace(NAMED, counterpart_id="00Q1"),), ada("7"), "7"),
    Row("an id outweighs a look-alike", PAIR, (OTHER,), (NAMED,), ada("7"), "7"),
    Row("it names nobody", REVIEW, (OTHER,), (), ada("7"), reason="does not exist"),
    Row("it names a linked record", REVIEW, (), (replace(NAMED, linked=2),), ada("7"), reason="already linked"),
    Row("it names one that names another", REVIEW, (), (replace(NAMED, counterpart_id="00Q9"),), ada("7"),
        reason="contradict"),
    Row("named by another than it names", REVIEW, (), (replace(NAMED, record_id="8", counterpart_id="00Q1"),),
        ada("7"), reason="contradict"),
    Row("two name it", REVIEW, (), (replace(NAMED, counterpart_id="00Q1"), replace(OTHER, counterpart_id="00Q1")),
        reason="several"),
    Row("it names one left alone", REVIEW, (), (replace(NAMED, ignored=True),), ada("7"), reason="left alone"),
)  # fmt: skip

ACCEPTED = replace(NAMED, accepted=True)

DECISIONS = (
    Row("a decision for one not alike", PAIR, (ACCEPTED,), partner="7", reason="decision"),
    Row("a decision outweighs a look-alike", PAIR, (OTHER, ACCEPTED), partner="7"),
    Row("a decision outweighs a doubt", PAIR, (replace(ACCEPTED, score=FAMILY),), partner="7"),
    Row("a decision outweighs an id", PAIR, (ACCEPTED,), (replace(NAMED, record_id="8"),), ada("8"), "7"),
    Row("the accepted one is taken", REVIEW, (replace(ACCEPTED, linked=4),), reason="linked to another"),
    Row("two were accepted", REVIEW, (ACCEPTED, replace(ACCEPTED, record_id="8")), reason="more than one"),
    Row("accepted on its own side says nothing", NEW, (replace(HERE, accepted=True),)),
)


def test_a_free_lead_is_shown_beside_the_one_that_is_taken() -> None:
    """Father and son of one name, the father is linked: the son's own counterpart is shown, too, the likest first."""
    son, father = replace(THERE, score=score(32, "Junior")), replace(OTHER, score=score(25), linked=3)
    verdict = judge(ada(), (), (father, replace(HERE, score=score(24), linked=3), son), SURE)
    assert verdict.answer is REVIEW
    assert verdict.candidates == ("operate:7", "operate:8", "salesforce:00Q2")


def test_a_relative_is_not_shown_beside_one_that_is_taken() -> None:
    """Nobody need be asked about it."""
    taken = replace(OTHER, linked=3)
    assert judge(ada(), (), (replace(THERE, score=RELATIVE), taken), SURE).candidates == ("operate:8",)


@pytest.mark.parametrize("row", PEOPLE + IDS + DECISIONS, ids=lambda row: row.what)
def test_the_verdict(row: Row) -> None:
    """Each row: who looks like the stranger, and what follows."""
    verdict = judge(row.stranger, row.pointed, row.alike, SURE)
    assert (verdict.answer, verdict.partner) == (row.answer, row.partner)
    assert row.reason in verdict.reason
    assert bool(verdict.reason) == (row.answer is not NEW)
    assert bool(verdict.candidates) == (row.answer is REVIEW)


scores = st.one_of(
    st.none(),
    st.builds(score, st.sampled_from([-3.0, 0.0, 3.0, 6.6, 13.0, 20.0])),
    *(st.just(each) for each in (FAMILY, NAMESAKE, NEARLY, RELATIVE)),
)
candidates = st.lists(
    st.builds(
        Candidate,
        side=st.sampled_from([SF, OP]),
        record_id=st.sampled_from(["00Q2", "7", "8"]),
        score=scores,
        rival=st.sampled_from([NOBODY, 3.0, 19.0]),
        namesake=st.sampled_from([NOBODY, 3.0, 19.0]),
        linked=st.integers(0, 1),
        counterpart_id=st.sampled_from(["", "00Q1", "00Q9"]),
        created=st.integers(0, 9),
        ignored=st.booleans(),
        accepted=st.sampled_from([False, False, True]),
        rejected=st.sampled_from([False, False, True]),
    ).map(lambda each: replace(each, rejected=each.rejected and not each.accepted)),
    max_size=4,
    unique_by=lambda each: (each.side, each.record_id),
)


@given(st.sampled_from(["", "7", "8"]), candidates, candidates)
def test_a_pair_is_always_somebody_free_on_the_other_side(
    counterpart: str, pointed: list[Candidate], alike: list[Candidate]
) -> None:
    """Whatever is found: nobody is linked twice, to their own side, to who was rejected, or to who names another."""
    pointed = [each for each in pointed if not each.rejected]
    verdict = judge(ada(counterpart), pointed, alike, SURE)
    if verdict.answer is PAIR:
        found = [each for each in (*pointed, *alike) if each.record_id == verdict.partner and each.side is OP]
        free = [each for each in found if not (each.linked or each.rejected)]
        assert any(each.accepted or each.counterpart_id in ("", "00Q1") for each in free)
    elif verdict.answer is NEW:
        among = [each for each in alike if not each.rejected]
        assert not any(is_sure(each, SURE) and (each.linked or each.side is OP) for each in among)


@given(candidates, st.data())
def test_the_order_of_the_candidates_does_not_matter(alike: list[Candidate], data: st.DataObject) -> None:
    """The same people give the same answer."""
    one, other = judge(ada(), (), alike, SURE), judge(ada(), (), data.draw(st.permutations(alike)), SURE)
    assert (one.answer, one.partner) == (other.answer, other.partner)
    assert set(one.candidates) == set(other.candidates)


PEOPLE_THERE = {
    "7": person_like(first_name="Adah"),
    "8": person_like(first_name="Bob", last_name="Smith", email="bob@acme.example", mobile=""),
    "9": only(last_name="Thornbury", city="Leeds"),
    "10": person_like(email="info@acme.example", mobile=""),
}


@given(st.permutations(sorted(PEOPLE_THERE)), st.sets(st.sampled_from(sorted(PEOPLE_THERE))))
def test_with_frozen_frequencies_the_answer_does_not_depend_on_the_order(order: list[str], asked: set[str]) -> None:
    """A scorer gives a pair one score, whoever was scored before it, and the verdict is the same."""
    judging, fresh = scorer(), scorer()
    stranger = only(**ADA)
    found = [Candidate(OP, each, judging.score(stranger, PEOPLE_THERE[each])) for each in order if each in asked]
    alone = [Candidate(OP, each, fresh.score(PEOPLE_THERE[each], stranger)) for each in sorted(asked)]
    assert judge(ada(), (), found, SURE) == judge(ada(), (), alone, SURE)


def test_how_likely_in_words() -> None:
    """A probability is never called certain."""
    assert percent(replace(THERE, score=score(0))) == "50.0 %"
    assert percent(replace(THERE, score=score(60))) == "over 99.9 %"
    assert percent(NAMED) == "0.0 %"
