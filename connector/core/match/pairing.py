"""The verdict about one stranger, given everybody who looks like it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from connector.core.model import Side, Stranger


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that shares something with a stranger.

    `linked` is the link that it already belongs to (0: a stranger itself). `evidence` is what they share.
    `counterpart_id` is what the candidate itself carries; `created` decides who of two doubles came first. `ignored`: a
    person decided to leave it alone.
    """

    side: Side
    record_id: str
    evidence: str
    linked: int = 0
    counterpart_id: str = ""
    created: int = 0
    ignored: bool = False


class Answer(StrEnum):
    """What is known about a stranger."""

    PAIR = "pair"
    NEW = "new"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, the partner's record id for a pair, and for a review the reason in words and the candidates."""

    answer: Answer
    partner: str = ""
    reason: str = ""
    candidates: tuple[str, ...] = ()


def judge(stranger: Stranger, pointed: Sequence[Candidate], alike: Sequence[Candidate]) -> Verdict:
    """What to do with a stranger.

    `pointed` are records connected by a counterpart id (the one it names, and those that name it); `alike` are
    records with the same e-mail and name, or with the same e-mail where one of the two has no full name.
    """
    if stranger.counterpart_id or pointed:
        return _by_counterpart(stranger, pointed)
    return _by_person(stranger, alike)


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
    return Verdict(Answer.PAIR, partner.record_id)


def _by_person(stranger: Stranger, alike: Sequence[Candidate]) -> Verdict:
    linked = [c for c in alike if c.linked]
    twins = [c for c in alike if not c.linked and c.side is stranger.side]
    across = [c for c in alike if not c.linked and c.side is stranger.side.other]
    if linked:
        return _review("looks like a lead that is already linked: a duplicate?", _ids(linked))
    if not across:
        first = min((c.created, c.record_id) for c in (*twins, _itself(stranger)))
        if first == (stranger.created, stranger.record_id):
            return Verdict(Answer.NEW)
        return _review(f"entered more than once in {stranger.side}: a duplicate?", _ids(twins))
    if len(across) > 1 or twins:
        return _review("more than one lead has this e-mail and name", _ids(alike))
    if across[0].evidence != "person":
        return _review(f"same e-mail as a lead in {across[0].side}, but not the full name", _ids(across))
    if across[0].counterpart_id not in ("", stranger.record_id):
        return _review("the lead like it names another counterpart", _ids(across))
    if across[0].ignored:
        return _review("the lead like it was left alone by decision", _ids(across))
    return Verdict(Answer.PAIR, across[0].record_id)


def _itself(stranger: Stranger) -> Candidate:
    return Candidate(stranger.side, stranger.record_id, "", created=stranger.created)


def _review(reason: str, candidates: Sequence[str]) -> Verdict:
    return Verdict(Answer.REVIEW, reason=reason, candidates=tuple(candidates))


def _ids(candidates: Sequence[Candidate]) -> tuple[str, ...]:
    return tuple(f"{c.side}:{c.record_id}" for c in candidates)
