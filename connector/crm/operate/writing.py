"""A write to Operate: what is sent, and what its answer means.

May import the session, the envelope and the port. Source: API reference, HTTP Methods and Lead (PUT creates, the
record as `data={"leads":[{…}]}`, DELETE takes `itemid`); the page of common questions (POST updates, fields are added
afterwards). Whether an update's id stands in the path or in the body is not documented: it is sent in both.
"""

import json
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace

from connector.core.model import Record, Write
from connector.crm.http import Answer
from connector.crm.operate.envelope import RECORD_ID, Failure, Row, is_page, named_field, open_envelope, without_people
from connector.crm.operate.lists import Lists
from connector.crm.operate.session import Session
from connector.crm.port import Outcome, State
from connector.errors import ConnectorError, Misconfigured, Refusal, RetryLater, Unknown, Unreadable

LEADS = "leads"
PATH = "/lead"

_MISSING = re.compile(r"not exist|not found|no longer exist|no such|cannot find|could not find", re.IGNORECASE)
"""Words of a refusal that may mean that the record is gone; believed after a look."""
_ERROR = re.compile(r"error|wrong|invalid|required|mandatory|must|cannot|can't|could not|not allowed", re.IGNORECASE)
NO_SUCH_ADDRESS = (404, 405)
GATEWAY = (502, 503, 504)
"""Statuses that come from something in between: the write may have been passed on."""


class Unusable(Misconfigured):
    """What an answer shows concerns every write: a wrong verb, an unknown counterpart field, an update elsewhere."""


@dataclass(slots=True)
class Place:
    """Where the id of an update stands: in both places, until a tenant turned out to take it in one only."""

    in_path: bool = True
    in_body: bool = True


@dataclass(frozen=True, slots=True)
class Writer:
    """Sends single writes. Safe to use from any thread.

    `read` makes a record of an answer's row; `look` reads one lead, None for one that is not there.
    """

    session: Session
    counterpart_field: str
    update_verb: str
    read: Callable[[Row], Record]
    look: Callable[[str], Record | None]
    lists: Lists
    place: Place = field(default_factory=Place)

    def write(self, write: Write) -> Outcome:
        """Send a write once and say how it ended.

        Raises only `Misconfigured` (no login) and `Unusable`.
        """
        native = self._native(write)
        if write.record_id is not None and not RECORD_ID.fullmatch(write.record_id):
            return _outcome(write, State.GONE)
        if write.record_id is not None and not native and not write.deletes:
            return _outcome(write, State.LANDED)
        try:
            return self._deleted(write) if write.deletes else self._tried(write, self.lists.as_taken(native))
        except RetryLater as error:
            return _outcome(write, State.LATER, after=error.after)
        except Unreadable:  # the login's answer: the write itself was not sent
            return _outcome(write, State.LATER)
        except Unknown:
            return _outcome(write, State.UNKNOWN)

    def _tried(self, write: Write, native: dict[str, str]) -> Outcome:
        """Send once; where an id of a list may be what is refused, once more with its label."""
        place = replace(self.place)
        outcome = self._judge(write, native, self._send(write, native, place), place)
        named = outcome.refusals[0].field if outcome.refusals else ""
        if outcome.state is State.REFUSED and self.lists.worth_a_try(native, named):
            labelled = self.lists.with_labels(native)
            if labelled != native:
                again = self._judge(write, labelled, self._send(write, labelled, place), place)
                if again.state is State.LANDED:
                    self.lists.landed(labelled, labels=True)
                return again if again.state is not State.REFUSED else outcome
        if outcome.state is State.LANDED:
            self.lists.landed(native, labels=False)
        return outcome

    def _deleted(self, write: Write) -> Outcome:
        """Delete once. What the answer says is believed after a look, since nobody can take a delete back."""
        answer = self.session.delete(PATH, write.record_id or "")
        opened = open_envelope(answer, LEADS)
        if isinstance(opened, Failure) and not _says_no(answer, opened, ()):
            return self._not_understood(write, answer, opened)
        gone = State.GONE if isinstance(opened, Failure) else State.LANDED
        try:
            there = self.look(write.record_id or "")
        except ConnectorError:
            return replace(_outcome(write, State.UNCLEAR), refusals=(Refusal("", "", "it could not be looked at"),))
        if there is None:
            return _outcome(write, gone)
        words = opened.message if isinstance(opened, Failure) else "it answered OK, but the lead is still there"
        return replace(_outcome(write, State.REFUSED), refusals=(Refusal("", "", words),), whole=True)

    def _native(self, write: Write) -> dict[str, str]:
        native = {name: text for fields in write.rules.values() for name, text in fields.items()}
        if write.stamp and self.counterpart_field:
            native[self.counterpart_field] = write.counterpart_id
        return native

    def _send(self, write: Write, native: dict[str, str], place: Place) -> Answer:
        if write.record_id is None:
            return self.session.write("PUT", PATH, json.dumps({LEADS: [native]}))
        row = {"leadid": write.record_id, **native} if place.in_body else native
        path = f"{PATH}/{write.record_id}" if place.in_path else PATH
        return self.session.write(self.update_verb, path, json.dumps({LEADS: [row]}))

    def _judge(self, write: Write, native: dict[str, str], answer: Answer, tried: Place) -> Outcome:
        """What an answer means. A gateway's page in place of one leaves open whether the write was passed on."""
        opened = open_envelope(answer, LEADS)
        if not isinstance(opened, Failure):
            return self._landed(write, opened.rows)
        if not _says_no(answer, opened, native):
            return self._not_understood(write, answer, opened)
        if write.record_id is not None and (answer.status in NO_SUCH_ADDRESS or _MISSING.search(opened.message)):
            ended = self._missing(write)
            if ended is not None:
                return ended
            if answer.status in NO_SUCH_ADDRESS:
                return self._elsewhere(write, tried, Place(in_path=False)) or self._refused(
                    write, native, answer, opened
                )
        if write.record_id is not None and re.search(r"\bleadid\b", opened.message, re.IGNORECASE):
            return self._elsewhere(write, tried, Place(in_body=False)) or self._refused(write, native, answer, opened)
        return self._refused(write, native, answer, opened)

    def _elsewhere(self, write: Write, tried: Place, other: Place) -> Outcome | None:
        """Send an update with its id in one place only, where the tenant does not take it in both; None: as before.

        Nothing was written, since the first answer was a no. What lands is the tenant's habit from then on.
        """
        if tried != Place():
            return None
        answer = self._send(write, self._native(write), other)
        again = self._judge(write, self._native(write), answer, other)
        if again.state is State.LANDED:
            self.place.in_path, self.place.in_body = other.in_path, other.in_body
        return again if again.state is not State.REFUSED else None

    def _not_understood(self, write: Write, answer: Answer, failure: Failure) -> Outcome:
        """An answer that is neither a yes nor a no. Only one of the API itself says that the write cannot come any
        more; a create that may have been carried out is settled like one without an answer.
        """
        blank = is_page(answer) or not failure.message
        if answer.status in (408, *GATEWAY) or (blank and answer.status < 500) or (write.creates and answer.fine):
            return _outcome(write, State.UNKNOWN)
        words = failure.message or f"status {answer.status} without a word"
        return replace(_outcome(write, State.UNCLEAR), refusals=(Refusal("", "", words),))

    def _refused(self, write: Write, native: dict[str, str], answer: Answer, failure: Failure) -> Outcome:
        if answer.status == 405:
            verb, setting = ("PUT", "OPERATE_URL") if write.creates else (self.update_verb, "OPERATE_UPDATE_VERB")
            raise Unusable(f"Operate at {self.session.host} does not take {verb} here (status 405): check {setting}")
        named = named_field(failure.message, native)
        if self.counterpart_field and named == self.counterpart_field:
            words = without_people(failure.message)
            raise Unusable(f"Operate at {self.session.host} does not take {named} (OPERATE_COUNTERPART_FIELD): {words}")
        refusal = Refusal(named, "", failure.message)
        return replace(_outcome(write, State.REFUSED), refusals=(refusal,), whole=answer.status == 403)

    def _landed(self, write: Write, rows: Sequence[Row]) -> Outcome:
        record = self._stored(rows)
        if write.record_id is None:
            if record is None:
                return _outcome(write, State.UNKNOWN)
            return Outcome(write.key, State.LANDED, record.record_id, record, created=True)
        if record is not None and record.record_id != write.record_id:
            raise Unusable(
                f"Operate at {self.session.host} answered an update of lead {write.record_id} with lead "
                f"{record.record_id}: it may make new leads of updates, check OPERATE_UPDATE_VERB"
            )
        if record is None:
            words = "it answered OK, but its lead does not hold the value"
            return replace(_outcome(write, State.UNCLEAR), refusals=(Refusal("", "", words),))
        return replace(_outcome(write, State.LANDED), record=record)

    def _stored(self, rows: Sequence[Row]) -> Record | None:
        """The stored record, or None where the answer does not show it in a readable form: it is read back then."""
        if len(rows) != 1 or not rows[0].get("leadid"):
            return None
        try:
            return self.read(rows[0])
        except Unreadable:
            return None

    def _missing(self, write: Write) -> Outcome | None:
        """Ask for the record itself, since the words may mean another one: gone, or later when it cannot be asked."""
        try:
            return None if self.look(write.record_id or "") else _outcome(write, State.GONE)
        except ConnectorError:
            return _outcome(write, State.LATER)


def _says_no(answer: Answer, failure: Failure, native: Collection[str]) -> bool:
    """Whether a failed answer is the API's own no, so that nothing was written.

    Its status and form are not documented, so beside the clear cases a text counts that names a field we sent, or,
    with a status of success, one that reads like an error ("Wrong input parameters" of the reference). A page of
    HTML never does: it is a gateway's.
    """
    if answer.status == 408 or is_page(answer):
        return 400 <= answer.status < 500 and answer.status != 408
    if 400 <= answer.status < 500 or (failure.spoken and answer.fine):
        return True
    if answer.status in GATEWAY:
        return False
    return bool(named_field(failure.message, native)) or (answer.fine and _ERROR.search(failure.message) is not None)


def _outcome(write: Write, state: State, *, after: float | None = None) -> Outcome:
    return Outcome(write.key, state, record_id=write.record_id or "", after=after)
