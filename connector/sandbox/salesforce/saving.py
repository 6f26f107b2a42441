"""One save of one lead: every rule between the fields somebody sends and the row that is stored.

Order as in the Apex guide, "Triggers and Order of Execution": system validation, validation rules, duplicate
rules, save, assignment rules, automations. Other sources are named at the functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from . import geography, ids, values
from .config import DuplicateRule
from .errors import Problem, Refused, refused
from .fields import CONVERTED_STATUS
from .schema import Field, SObject

if TYPE_CHECKING:
    from .org import Org


@dataclass(frozen=True)
class Caller:
    """On whose behalf something is saved, and what the request's headers ask for.

    `whole` sees and writes every field (people, automations); the integration user has field-level security.
    Sources: REST guide, "Duplicate Rule Header" and "Assignment Rule Header".
    """

    user: str
    allow_save: bool = False
    assign: bool = True
    whole: bool = False


def create(org: Org, fields: Mapping[str, Any], caller: Caller, *, created: datetime | None = None) -> str:
    """Store a new lead and return its id. Raises `Refused`."""
    changes = _changes(org, fields, caller, creating=True)
    stamp = created or org.now()
    blank = {one.name: one.default for one in org.lead.fields.values() if not one.computed}
    row = {
        **blank,
        "OwnerId": caller.user,
        "IsDeleted": False,
        "IsConverted": False,
        **changes,
        "CreatedDate": stamp,
        "CreatedById": caller.user,
    }
    _finish(org, {}, row, frozenset(changes), caller, stamp)
    return str(row["Id"])


def update(org: Org, id_: str, fields: Mapping[str, Any], caller: Caller, *, stamp: datetime | None = None) -> None:
    """Change a stored lead. Raises `Refused`."""
    old = org.writable(id_)
    changes = _changes(org, fields, caller, creating=False)
    _finish(org, old, {**old, **changes}, frozenset(changes), caller, stamp or org.now())


def _changes(org: Org, fields: Mapping[str, Any], caller: Caller, *, creating: bool) -> dict[str, Any]:
    """The values to store for the fields that were sent; all problems of values are told together."""
    sobject = org.lead if caller.whole else org.visible_lead
    known = _known(sobject, fields)
    forbidden = [one.name for one in known.values() if not (one.createable if creating else one.updateable)]
    if forbidden:
        message = (
            f"Unable to create/update fields: {', '.join(forbidden)}. Please check the security settings of this "
            "field and verify that it is read/write for your profile or permission set."
        )
        raise refused("INVALID_FIELD_FOR_INSERT_UPDATE", message, *forbidden)
    changes: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, one in known.items():
        try:
            changes[one.name] = values.cleaned(one, fields[name])
        except Refused as refusal:
            problems += refusal.problems
    if problems:
        raise Refused(problems)
    return changes


def _known(sobject: SObject, fields: Mapping[str, Any]) -> dict[str, Field]:
    known = {}
    for name in fields:
        one = sobject.find(name)
        if one is None:
            raise refused("INVALID_FIELD", f"No such column '{name}' on sobject of type {sobject.name}")
        known[name] = one
    return known


def _finish(
    org: Org,
    old: Mapping[str, Any],
    row: dict[str, Any],
    changed: frozenset[str],
    caller: Caller,
    stamp: datetime,
) -> None:
    if org.config.state_country_picklists:
        geography.keep_in_step(row, changed)
    _check_required(org, row)
    _check_status(old, row)
    if "OwnerId" in changed:
        _check_owner(org, row["OwnerId"])
    if "RecordTypeId" in changed:
        _check_record_type(org, row)
    _check_unique(org, row)
    _check_validation_rules(org, row)
    _check_duplicates(org, old, row, caller)
    if not old:
        row["Id"] = org.lead_ids.next()
    owner = org.config.assignment_rule_owner
    if caller.assign and owner is not None:
        row["OwnerId"] = org.people.find(owner)
    row |= {"LastModifiedDate": stamp, "LastModifiedById": caller.user, "SystemModstamp": stamp}
    _automate(org, row)
    org.commit(row)


def _check_required(org: Org, row: Mapping[str, Any]) -> None:
    missing = [
        one.name
        for one in org.lead.fields.values()
        if one.createable and not one.nillable and row.get(one.name) is None
    ]
    if missing:
        message = f"Required fields are missing: [{', '.join(missing)}]"
        raise refused("REQUIRED_FIELD_MISSING", message, *missing)


def _check_status(old: Mapping[str, Any], row: Mapping[str, Any]) -> None:
    """Conversion is an action (SOAP guide, "convertLead()"); what a mere write of its status does is not said."""
    if row["Status"] == CONVERTED_STATUS and old.get("Status") != CONVERTED_STATUS:
        message = f"Status: a lead gets the status '{CONVERTED_STATUS}' only by conversion"
        raise refused("FIELD_INTEGRITY_EXCEPTION", message, "Status")


def _check_owner(org: Org, owner: str) -> None:
    known = org.people.rows.get(owner)
    if known is None:
        raise refused("INVALID_CROSS_REFERENCE_KEY", f"Owner ID: owner cannot be found: {owner}", "OwnerId")
    if owner.startswith(ids.USER) and not known["IsActive"]:
        message = f"operation performed with inactive user [{owner[:15]}] as owner of lead"
        raise refused("OPERATION_WITH_INACTIVE_USER", message, "OwnerId")


def _check_record_type(org: Org, row: Mapping[str, Any]) -> None:
    """An unknown record type is a bad reference (REST guide, status codes: INVALID_CROSS_REFERENCE_KEY)."""
    chosen = row.get("RecordTypeId")
    if chosen and chosen not in ids.record_types(org.config.record_types):
        message = f"Record Type ID: this ID value isn't valid for the user: {chosen}"
        raise refused("INVALID_CROSS_REFERENCE_KEY", message, "RecordTypeId")


def _check_unique(org: Org, row: Mapping[str, Any]) -> None:
    for one in org.unique_fields:
        others = org.store.find(one.name, row)
        if others:
            message = f"duplicate value found: {one.name} duplicates value on record with id: {others[0][:15]}"
            raise refused("DUPLICATE_VALUE", message)


def _check_validation_rules(org: Org, row: Mapping[str, Any]) -> None:
    problems = [
        Problem("FIELD_CUSTOM_VALIDATION_EXCEPTION", rule.message, (rule.field,) if rule.field else ())
        for rule in org.config.validation_rules
        if rule.broken(row)
    ]
    if problems:
        raise Refused(problems)


def _check_duplicates(org: Org, old: Mapping[str, Any], row: Mapping[str, Any], caller: Caller) -> None:
    """Source: REST guide, "Duplicate Rule Header": only rules in alert mode give way to allowSave."""
    for rule in org.config.duplicate_rules:
        if old and all(old.get(name) == row.get(name) for name in rule.fields):
            continue
        if rule.mode == "alert" and caller.allow_save:
            continue
        found = org.store.find(rule.name, row)
        if found:
            details = {"duplicateResut": _duplicate_result(rule, found)}
            raise Refused([Problem("DUPLICATES_DETECTED", rule.message, details=details)])


def _duplicate_result(rule: DuplicateRule, found: list[str]) -> dict[str, Any]:
    """The body's key is misspelt by Salesforce (seen in restforce#570, jsforce and the JavaScript toolkit)."""
    records = [
        {
            "additionalInformation": [],
            "fieldDiffs": [],
            "matchConfidence": 100.0,
            "record": {
                "attributes": {"type": "Lead", "url": f"/services/data/v67.0/sobjects/Lead/{id_}"},
                "Id": id_,
            },
        }
        for id_ in found
    ]
    match = {
        "entityType": "Lead",
        "errors": [],
        "matchEngine": "FuzzyMatchEngine",
        "matchRecords": records,
        "rule": "Standard_Lead_Match_Rule_v1_0",
        "size": len(records),
        "success": True,
    }
    return {
        "allowSave": rule.mode == "alert",
        "duplicateRule": rule.name,
        "duplicateRuleEntityType": "Lead",
        "errorMessage": rule.message,
        "matchResults": [match],
    }


def _automate(org: Org, row: dict[str, Any]) -> None:
    """Automations run as the user who saved, in the same transaction: stamps and author are the save's."""
    for automation in org.config.automations:
        changes = automation.change(dict(row))
        known = _known(org.lead, changes)
        row |= {one.name: values.cleaned(one, changes[name]) for name, one in known.items()}
