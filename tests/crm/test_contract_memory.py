"""The contract of a CRM client, held by the in-memory fake in both its characters."""

from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from connector.core.model import SECOND, Native, Side
from connector.crm.memory import MemoryCrm
from connector.crm.memory_faults import Lost
from connector.crm.port import Field
from connector.errors import RetryLater
from tests.crm.contract import CrmContract, Subject

FIELDS = {
    field.name: field
    for field in (
        Field("company", required=True),
        Field("first", length=40),
        Field("last", length=80),
        Field("postcode", length=10),
    )
}


@dataclass
class HandClock:
    """A clock that stands still until it is moved."""

    now: int = 1_700_000_000 * SECOND

    def __call__(self) -> int:
        """The time in microseconds."""
        return self.now


class MemoryWorld:
    """People and faults around a fake; a fault strikes the next write only."""

    def __init__(self, crm: MemoryCrm, clock: HandClock) -> None:
        self.crm = crm
        self.clock = clock
        self.loses = ""
        self.is_away = False
        crm.on_io = self.on_io

    def on_io(self, method: str, phase: str) -> None:
        """Strike as arranged."""
        if self.is_away and phase == "before":
            raise RetryLater("not now")
        if method == "write" and phase == self.loses:
            self.loses = ""
            raise Lost

    def add(self, native: Native, *, counterpart_id: str = "") -> str:
        """Somebody enters a lead."""
        return self.crm.person_creates(native, counterpart_id=counterpart_id)

    def edit(self, record_id: str, native: Native) -> None:
        """Somebody edits a lead."""
        self.crm.person_edits(record_id, native)

    def remove(self, record_id: str) -> None:
        """Somebody deletes a lead."""
        self.crm.person_deletes(record_id)

    def leads(self) -> Mapping[str, Mapping[str, str]]:
        """Every live lead."""
        return {record_id: record.native for record_id, record in self.crm.records().items()}

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.now += int(seconds * SECOND)

    def lose_request(self) -> None:
        """Lose the next write."""
        self.loses = "before"

    def lose_answer(self) -> None:
        """Lose the answer to the next write."""
        self.loses = "after"

    def away(self) -> None:
        """Answer nothing from now on."""
        self.is_away = True

    def back(self) -> None:
        """Answer again."""
        self.is_away = False


def memory_subject(side: Side) -> Subject:
    """A fake of one side, ready for the contract."""
    clock = HandClock()
    crm = MemoryCrm(side, clock=clock, fields=FIELDS, tables={"location": {"4": "7th Avenue"}})
    return Subject(
        crm,
        MemoryWorld(crm, clock),
        complete={"company": "Example Ltd"},
        text="first",
        other_text="last",
        refused={"postcode": "much too long for it"},
        unknown_id="00Q000000000009999" if side is Side.SALESFORCE else "9999",
        lookup="location",
        shows_deleted=side is Side.SALESFORCE,
        unique_counterpart=side is Side.SALESFORCE,
    )


class TestMemorySalesforce(CrmContract):
    """The fake as Salesforce."""

    @pytest.fixture
    def subject(self) -> Subject:
        """A fake Salesforce."""
        return memory_subject(Side.SALESFORCE)


class TestMemoryOperate(CrmContract):
    """The fake as Operate."""

    @pytest.fixture
    def subject(self) -> Subject:
        """A fake Operate."""
        return memory_subject(Side.OPERATE)
