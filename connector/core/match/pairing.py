"""The verdict about one stranger, given everybody who looks like it. Pure: the caller has looked them up and scored."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from connector.core.match.score import Score
from connector.core.model import Side, Stranger

EVEN = 0.0
"""The bits of a probability of one half: from there on, a record that is taken may be the same person once more, and
another one may be a colleague or relative of that name."""
NOBODY = float("-inf")
"""The bits of somebody who does not exist, or of whom a person said that it is somebody else."""
CERTAIN = float("inf")
"""The bits of somebody of whom a person said that it is the same."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that a stranger may belong to.

    `score` tells how alike they are (None: a candidate by a counterpart id, or by decision). `rival` are the bits of
    the record of the stranger's own side that looks most like it, besides the stranger; `namesake` are the same, also
    of one that a person told apart from it. `linked` is the link that it already belongs to (0: a stranger itself).
    `counterpart_id` is what the candidate itself carries; `created` decides who of two doubles came first. `ignored`:
    a person decided to leave it alone. `accepted`: one decided that the two belong together. `rejected`: one decided
    that they do not, so that it only tells that somebody else is alike.
    """

    side: Side
    record_id: str
    score: Score | None = None
    rival: float = NOBODY
    namesake: float = NOBODY
    linked: int = 0
    counterpart_id: str = ""
    created: int = 0
    ignored: bool = False
    accepted: bool = False
    rejected: bool = False

    @property
    def bits(self) -> float:
        """How alike the two are."""
        return self.score.total if self.score is not None else NOBODY

    @property
    def is_relative(self) -> bool:
        """Whether nobody need be asked about it: it only tells that somebody else is alike."""
        return self.score is not None and self.score.relatives


class Answer(StrEnum):
    """What is known about a stranger."""

    PAIR = "pair"
    NEW = "new"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, the partner's record id and what a pair rests on, and for a review the reason and the candidates."""

    answer: Answer
    partner: str = ""
    reason: str = ""
    candidates: tuple[str, ...] = ()


def judge(stranger: Stranger, pointed: Sequence[Candidate], alike: Sequence[Candidate], sure: float) -> Verdict:
    """What to do with a stranger.

    `pointed` are records connected by a counterpart id (the one it names, and those that name it); `alike` are records
    of both sides that look like it, and those that were accepted. Whoever a person decided to be somebody else is not
    among the `pointed`, and only a namesake among the `alike`. `sure` are the bits that a link without a person needs,
    and by which the best candidate has to be ahead.
    """
    if accepted := [each for each in alike if each.accepted and each.side is stranger.side.other]:
        return _accepted(accepted)
    if stranger.counterpart_id or pointed:
        return _by_counterpart(stranger, pointed)
    return _by_person(stranger, alike, sure)


def _accepted(accepted: Sequence[Candidate]) -> Verdict:
    if any(each.linked for each in accepted):
        return _review("the lead that was accepted as its counterpart is linked to another one", _ids(accepted))
    if len(accepted) > 1:
        return _review("more than one lead was accepted as its counterpart", _ids(accepted))
    return Verdict(Answer.PAIR, accepted[0].record_id, "accepted by decision")


def _by_counterpart(stranger: Stranger, pointed: Sequence[Candidate]) -> Verdict:
    other = stranger.side.other
    free = {c.record_id: c for c in pointed if c.side is other and not c.linked}
    named = stranger.counterpart_id
    if not pointed:
        return _review(f"it names {other} record {named}, which does not exist", (named,))
    if any(c.linked for c in pointed):
        return _review(f"its {other} counterpart is already linked to another lead", _ids(pointed))
    if len(free) > 1:
        return _review(f"several {other} records claim to be its counterpart", tuple(sorted(free)))
    partner = next(iter(free.values()), None)
    if partner is None or (named and partner.record_id != named):
        return _review("the two counterpart ids contradict each other", _ids(pointed))
    if partner.counterpart_id not in ("", stranger.record_id):
        return _review("the two counterpart ids contradict each other", _ids(pointed))
    if partner.ignored:
        return _review(f"its {other} counterpart was left alone by decision", _ids(pointed))
    return Verdict(Answer.PAIR, partner.record_id, "counterpart id")


def _by_person(stranger: Stranger, alike: Sequence[Candidate], sure: float) -> Verdict:
    ranked = sorted((each for each in alike if not each.rejected), key=_best_first)
    across = [each for each in ranked if not each.linked and each.side is stranger.side.other]
    taken = [each for each in ranked if each.linked and each.bits >= EVEN and not each.is_relative]
    if across and is_sure(across[0], sure, alone=_is_alone(across[0], alike, sure)):
        return _with_partner(stranger, across[0], ranked, sure)
    likely = [each for each in across if not each.is_relative]
    if taken:
        named = [each for each in ranked if each in taken or each in likely]
        return _review("looks like a lead that is already linked: a duplicate?", _ids(named))
    if likely:
        return _review(_not_sure(likely[0]), _ids(across))
    return _alone(stranger, [each for each in ranked if not each.linked and is_sure(each, sure)])


def _with_partner(stranger: Stranger, best: Candidate, ranked: Sequence[Candidate], sure: float) -> Verdict:
    """Somebody on the other side is the same person, unless somebody else is nearly as likely."""
    close = [each for each in ranked if each.bits > best.bits - sure and each.side is best.side]
    twins = [each for each in ranked if each.side is stranger.side and is_sure(each, sure)]
    if any(each.linked for each in (*close, *twins)):
        return _review("looks like a lead that is already linked: a duplicate?", _ids([*close, *twins]))
    if len(close) > 1 or best.rival > best.bits - sure:
        return _review("more than one lead looks like this person", _ids([*close, *twins]))
    if best.counterpart_id not in ("", stranger.record_id):
        return _review("the lead like it names another counterpart", _ids(close))
    if best.ignored:
        return _review("the lead like it was left alone by decision", _ids(close))
    return Verdict(Answer.PAIR, best.record_id, f"the same person ({percent(best)})")


def _alone(stranger: Stranger, twins: Sequence[Candidate]) -> Verdict:
    """Nobody on the other side: a new lead, unless the same person was entered on this side before."""
    itself = Candidate(stranger.side, stranger.record_id, created=stranger.created)
    first = min((each.created, each.record_id) for each in (*twins, itself))
    if first == (stranger.created, stranger.record_id):
        return Verdict(Answer.NEW)
    return _review(f"entered more than once in {stranger.side}: a duplicate?", _ids(twins))


def is_sure(candidate: Candidate, sure: float, *, alone: bool = False) -> bool:
    """Whether the two are alike enough to be linked without a person; `alone` tells that nobody else is like them."""
    return candidate.score is not None and candidate.score.is_sure(sure, alone=alone)


def _is_alone(best: Candidate, alike: Sequence[Candidate], sure: float) -> bool:
    """Whether nobody else is like the two or near to it, linked or rejected or neither, on either side."""
    others = [each.bits for each in alike if each is not best]
    return max(best.rival, best.namesake, *others) < min(EVEN, best.bits - sure)


def percent(candidate: Candidate) -> str:
    """How likely it is the same person, in words."""
    share = candidate.score.probability if candidate.score is not None else 0.0
    return "over 99.9 %" if share > 0.999 else f"{share:.1%}".replace("%", " %")


def _not_sure(best: Candidate) -> str:
    doubts = (*best.score.doubts, *best.score.beside_others) if best.score is not None else ()
    if doubts:
        return f"much like a lead in {best.side}, but {' and '.join(doubts)}"
    if best.score is not None and best.score.rests_on_names:
        return f"bears the name of a lead in {best.side}, and nothing else agrees ({percent(best)})"
    return f"may be the same person as a lead in {best.side} ({percent(best)})"


def _best_first(candidate: Candidate) -> tuple[float, str, str]:
    return -candidate.bits, candidate.side, candidate.record_id


def _review(reason: str, candidates: Sequence[str]) -> Verdict:
    return Verdict(Answer.REVIEW, reason=reason, candidates=tuple(candidates))


def _ids(candidates: Sequence[Candidate]) -> tuple[str, ...]:
    return tuple(f"{each.side}:{each.record_id}" for each in candidates)
