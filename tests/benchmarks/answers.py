"""The answers of the matcher to two sides in memory, as `connector.strangers` finds them, and what they are worth."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from connector.core.match.frequencies import Frequencies
from connector.core.match.identity import Identity
from connector.core.match.names import bear_other_names
from connector.core.match.pairing import NOBODY, Answer, Candidate, Verdict, is_sure, judge
from connector.core.match.score import Score, Scorer
from connector.core.match.weights import Weights
from connector.core.model import SIDES, Side, Stranger
from tests.benchmarks.index import Index

Pair = tuple[str, str]
"""A record of the left side and one of the right."""


@dataclass(frozen=True, slots=True)
class Quality:
    """How many of the answers are right, and how many of the true pairs are among them."""

    answered: int
    right: int
    true: int

    @property
    def precision(self) -> float:
        """The share of answers that are right."""
        return self.right / self.answered if self.answered else 1.0

    @property
    def recall(self) -> float:
        """The share of true pairs that were answered."""
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.right / (self.answered + self.true)

    def __str__(self) -> str:
        """All three, and the two kinds of mistakes."""
        wrong, missed = self.answered - self.right, self.true - self.right
        return (
            f"precision {self.precision:.4f} recall {self.recall:.4f} F1 {self.f1:.4f} ({wrong} wrong, {missed} missed)"
        )


def quality(found: Collection[Pair], true: Collection[Pair]) -> Quality:
    """What answers are worth."""
    return Quality(len(found), len(set(found) & set(true)), len(true))


def best_threshold(scored: Mapping[Pair, float], true: Collection[Pair]) -> tuple[float, Quality]:
    """The threshold with the best F1, where every pair from there on is an answer."""
    best, right = (0.0, Quality(0, 0, len(true))), 0
    ranked = sorted(scored.items(), key=lambda each: -each[1])
    for at, (pair, bits) in enumerate(ranked, 1):
        right += pair in true
        if at < len(ranked) and ranked[at][1] == bits:
            continue
        here = Quality(at, right, len(true))
        best = (bits, here) if here.f1 > best[1].f1 else best
    return best


def best_for_both(scored: Mapping[Pair, float]) -> dict[Pair, float]:
    """The pairs whose members have no better one."""
    top: dict[tuple[int, str], float] = {}
    for pair, bits in scored.items():
        for key in enumerate(pair):
            top[key] = max(top.get(key, bits), bits)
    return {pair: bits for pair, bits in scored.items() if all(bits == top[key] for key in enumerate(pair))}


class Matcher:
    """Candidates and scores of two sides, with the frequencies that an index of both tells."""

    def __init__(self, left: Mapping[str, Identity], right: Mapping[str, Identity], weights: Weights) -> None:
        self.sides = (left, right)
        self.index = Index(self.sides)
        counted = len(left) + len(right)
        frequencies = Frequencies(weights, counted, self.index.size, self.index.shares)
        known: dict[tuple[str, str], float] = {}

        def share(kind: str, text: str) -> float:
            if (kind, text) not in known:
                known[(kind, text)] = frequencies.share(kind, text)
            return known[(kind, text)]

        self.scorer = Scorer(weights, frequencies.size, share, frequencies.carriers)

    def alike(self, side: int, record: str, other: int) -> dict[str, Score]:
        """Everybody on the other side (or the same) who may be the same person as a record of `side`."""
        who, others = self.sides[side][record], self.sides[other]
        scores = {
            each: self.scorer.score(who, others[each])
            for each, kind in self.index.find(other, who)
            if (side != other or each != record)
            and not (self.scorer.is_lone(kind) and bear_other_names(who, others[each]))
            and not self.scorer.is_hopeless(who, others[each])
        }
        return {each: score for each, score in scores.items() if self.scorer.is_worth_asking(score)}

    def pairs(self) -> dict[Pair, float]:
        """The bits of every pair across that shares a text."""
        left, right = self.sides
        return {
            (one, other): self.scorer.score(who, right[other]).total
            for one, who in left.items()
            for other, _ in self.index.find(1, who)
        }


@dataclass(slots=True)
class Answers:
    """The pairs that are linked without a person, and the verdicts of whom a person is asked about."""

    links: set[Pair] = field(default_factory=set)
    reviews: dict[tuple[int, str], Verdict] = field(default_factory=dict)

    def asked_about(self, pair: Pair) -> bool:
        """Whether a review of one of the two names the other, or the lead that the other is linked with."""
        return any(
            not named.isdisjoint(verdict.candidates)
            for side in (0, 1)
            if (verdict := self.reviews.get((side, pair[side])))
            and (named := {f"{SIDES[1 - side]}:{pair[1 - side]}", self._partner(1 - side, pair[1 - side])})
        )

    def _partner(self, side: int, record: str) -> str:
        return next((f"{SIDES[1 - side]}:{link[1 - side]}" for link in self.links if link[side] == record), "")


def answers(matcher: Matcher) -> Answers:
    """Judge everybody on the left, then everybody on the right who is left over."""
    found, linked = Answers(), [set[str](), set[str]()]
    sure = matcher.scorer.link_bits
    known: dict[tuple[int, str, int], dict[str, Score]] = {}

    def alike(side: int, record: str, other: int) -> dict[str, Score]:
        key = (side, record, other)
        if key not in known:
            known[key] = matcher.alike(side, record, other)
        return known[key]

    def rival(side: int, record: str, best: str) -> float:
        others = alike(1 - side, best, side).items()
        return max((s.total for each, s in others if each != record and each not in linked[side]), default=NOBODY)

    for side in (0, 1):
        for record in matcher.sides[side]:
            if record in linked[side]:
                continue
            candidates = [
                Candidate(SIDES[there], each, score, linked=each in linked[there])
                for there in (0, 1)
                for each, score in alike(side, record, there).items()
            ]
            across = [each for each in candidates if each.side is SIDES[1 - side] and not each.linked]
            best = max(across, key=lambda each: each.bits, default=None)
            if best is not None and is_sure(best, sure, alone=True):
                candidates.remove(best)
                bits = rival(side, record, best.record_id)
                candidates.append(Candidate(best.side, best.record_id, best.score, bits))
            verdict = judge(_stranger(SIDES[side], record), (), candidates, sure)
            if verdict.answer is Answer.PAIR:
                found.links.add((record, verdict.partner) if side == 0 else (verdict.partner, record))
                linked[side].add(record)
                linked[1 - side].add(verdict.partner)
            elif verdict.answer is Answer.REVIEW:
                found.reviews[(side, record)] = verdict
    return found


def _stranger(side: Side, record: str) -> Stranger:
    return Stranger(side, record, 0, 0, {})
