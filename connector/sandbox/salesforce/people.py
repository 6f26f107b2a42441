"""Users, queues, lead statuses and the organization: generated, so that nobody real is among them."""

import random
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from . import ids
from .fields import CONVERTED_STATUS, STATUSES

_FIRST = "Ada Bruno Carla Dmitri Elena Farid Grete Hugo Ines Jonas Kemi Lars Mina Noor Oskar Priya"
_LAST = "Abbott Brandt Castell Dorsey Engel Fairley Gomez Harlow Ivers Jansen Keller Lindqvist Moreau"
PEOPLE = 7


class People:
    """Who works in the org; the first user is the integration user the connector logs in as."""

    def __init__(self, seed: int, now: datetime, org_id: str, username: str | None) -> None:
        self._users = ids.Sequence(ids.USER)
        self._groups = ids.Sequence(ids.GROUP)
        self._now = now.replace(microsecond=0)
        self.rows: dict[str, Mapping[str, Any]] = {}
        rng = random.Random(seed)
        self.integration_user = self.add_user("Operate Integration", "integration@salesforce.example", username)
        for first, last in zip(rng.sample(_FIRST.split(), PEOPLE), rng.sample(_LAST.split(), PEOPLE), strict=True):
            self.add_user(f"{first} {last}", f"{first}.{last}@salesforce.example".lower())
        self.tables: dict[str, list[Mapping[str, Any]]] = {
            "LeadStatus": self._statuses(),
            "Organization": [self._organization(org_id)],
        }

    @property
    def users(self) -> list[Mapping[str, Any]]:
        """The users, in the order they were added."""
        return [row for row in self.rows.values() if row["Id"].startswith(ids.USER)]

    def table(self, name: str) -> list[Mapping[str, Any]]:
        """The rows of an object other than Lead."""
        if name in self.tables:
            return self.tables[name]
        prefix = {"User": ids.USER, "Group": ids.GROUP}[name]
        return [row for row in self.rows.values() if row["Id"].startswith(prefix)]

    def add_user(self, name: str, email: str, username: str | None = None) -> str:
        """Add an active user; returns the id."""
        first, _, last = name.rpartition(" ")
        row: dict[str, Any] = {"Name": name, "FirstName": first or None, "LastName": last, "Email": email.lower()}
        row |= {"Username": username or email.lower(), "Alias": last[:8].lower(), "IsActive": True, "Type": "User"}
        return self._add(self._users.next(), row)

    def add_queue(self, name: str) -> str:
        """Add a queue of leads; returns the id."""
        developer_name = "".join(letter if letter.isalnum() else "_" for letter in name)
        row = {"Name": name, "DeveloperName": developer_name, "Type": "Queue", "Email": None}
        return self._add(self._groups.next(), row)

    def deactivate(self, user: str) -> None:
        """Let a user be inactive from now on: nothing can be given to them any more."""
        self.rows[user] = {**self.rows[user], "IsActive": False}

    def set_record_types(self, names: Iterable[str]) -> None:
        """Let these be the record types of Lead, by developer name."""
        self.tables["RecordType"] = [
            {
                **self._system(id_),
                "Name": name.replace("_", " "),
                "DeveloperName": name,
                "SobjectType": "Lead",
                "IsActive": True,
            }
            for id_, name in ids.record_types(names).items()
        ]

    def find(self, wanted: str) -> str:
        """The id of a user or queue given by id or name. Raises `KeyError`."""
        if wanted in self.rows:
            return wanted
        for row in self.rows.values():
            if row["Name"] == wanted:
                return str(row["Id"])
        raise KeyError(f"no user or queue is called {wanted!r}")

    def _add(self, id_: str, row: Mapping[str, Any]) -> str:
        self.rows[id_] = {**row, **self._system(id_)}
        return id_

    def _system(self, id_: str) -> dict[str, Any]:
        stamps = dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), self._now)
        author = next(iter(self.rows), id_)
        return {"Id": id_, **stamps, "CreatedById": author, "LastModifiedById": author}

    def _statuses(self) -> list[Mapping[str, Any]]:
        sequence = ids.Sequence("01J")
        return [
            {
                **self._system(sequence.next()),
                "MasterLabel": label,
                "ApiName": label,
                "SortOrder": order,
                "IsDefault": order == 1,
                "IsConverted": label == CONVERTED_STATUS,
            }
            for order, label in enumerate(STATUSES, start=1)
        ]

    def _organization(self, org_id: str) -> Mapping[str, Any]:
        return {
            **self._system(org_id),
            "Name": "Sandbox Workspaces",
            "InstanceName": "SBX1",
            "OrganizationType": "Enterprise Edition",
            "TimeZoneSidKey": "Europe/London",
            "LanguageLocaleKey": "en_US",
            "IsSandbox": True,
        }
