"""The `lifecycle` of a mapping: what is kept and what is marked, and what would mark nothing."""

import textwrap

import pytest

from connector.core.lifecycle import told
from connector.core.mapping.live import against
from connector.core.mapping.live_tables import with_tables
from connector.core.mapping.load import load
from connector.core.mapping.model import Mapping
from connector.core.mapping.policies import End
from connector.core.model import Side
from connector.crm.port import Field
from connector.errors import MappingError

SF, OP = Side.SALESFORCE, Side.OPERATE
FILE = """
mapping: lead
owner: salesforce
minimum: []
match: {email: email, last_name: last_name}
LIFECYCLE
scope: {operate: {stage: {not: Gone}}}
rules:
  last_name: {salesforce: LastName, operate: lastname, required: {salesforce: Unknown}}
  email: {salesforce: Email, operate: emailaddress}
  rating: {salesforce: Rating, operate: ud_rating}
  fax: {salesforce: Fax, operate: faxno, when: {rating: Hot}}
  stage: {operate: ud_stage, direction: none}
  short: {operate: postcode, direction: none}
  days: {operate: daysopen, direction: none}
  number: {operate: leadstatusid, direction: none}
  reason: {operate: deadreason, direction: none, transform: {lookup: {operate: deadleadreason}}, optional: true}
  street: {salesforce: Street, operate: [addressline1, addressline2], transform: lines}
  size: {operate: ud_size, direction: none, optional: true}
"""


def mapping(lifecycle: str) -> Mapping:
    """A mapping with this `lifecycle`."""
    block = "lifecycle:\n" + textwrap.indent(textwrap.dedent(lifecycle).strip(), "  ")
    return load(FILE.replace("LIFECYCLE", block), "test.yaml")


def wrong(lifecycle: str) -> list[str]:
    """What such a mapping has wrong."""
    with pytest.raises(MappingError) as refused:
        mapping(lifecycle)
    return [finding.text for finding in refused.value.findings]


def test_a_mapping_without_policies_keeps_every_partner() -> None:
    """So does one that says `keep`: there is nothing to carry out, and nothing that could change."""
    silent = load(FILE.replace("LIFECYCLE", ""), "test.yaml")
    keeping = mapping("salesforce: {converted: keep, deleted: keep, merged: keep}\noperate: {deleted: keep}")
    for each in (silent, keeping):
        assert (each.lifecycle, each.lifecycle_fingerprint, list(told(each))) == ({}, "", [])


def test_a_mark_names_rules_and_what_they_are_to_hold() -> None:
    """It is told in words, for whoever checks the mapping."""
    converted = "salesforce: {converted: {mark: {stage: Won, rating: Hot}}}"
    made = mapping(f"{converted}\noperate: {{deleted: {{mark: {{rating: Cold}}}}}}")
    policy = made.policy(SF, End.CONVERTED)
    assert policy is not None
    assert policy.marks == {"stage": "Won", "rating": "Hot"}
    assert made.policy(SF, End.DELETED) is None
    assert list(told(made)) == [
        "when a lead is converted in Salesforce, its partner in Operate is marked once: stage 'Won', rating 'Hot'",
        "when a lead is deleted in Operate, its partner in Salesforce is marked once: rating 'Cold'",
    ]


@pytest.mark.parametrize(
    ("lifecycle", "reason"),
    [
        ("salesforce: {deleted: {mark: {stag: Won}}}", "there is no rule 'stag'"),
        ("operate: {deleted: {mark: {stage: Won}}}", "a mark is written to one field, and rule stage has no field in"),
        ("salesforce: {deleted: {mark: {street: x}}}", "a mark is written to one field, and rule street has 2 fields"),
        ("salesforce: {deleted: {mark: {days: '3'}}}", "daysopen is read-only in Operate"),
        ("salesforce: {deleted: {mark: {fax: '3'}}}", "rule fax does not apply to every lead (when:)"),
        ("salesforce: {deleted: {mark: {email: x@example.com}}}", "rule email says who somebody is (match:)"),
        ("salesforce: {deleted: {mark: {stage: ' '}}}", "a blank text marks nothing: stage needs another one"),
        ("salesforce: {deleted: {mark: {number: Won}}}", "leadstatusid in Operate is of type int"),
        ("salesforce: {deleted: {mark: {short: Somewhere else}}}", "postcode takes 10 characters"),
        ("salesforce: {deleted: {mark: {stage: Gone}}}", "a lead marked so stands outside the scope of Operate"),
        ("salesforce: {deleted: {mark: {}}}", "a mark names at least one rule and its text"),
        ("salesforce: {deleted: {mrak: {stage: x}}}", "unknown key 'mrak' in lifecycle.salesforce.deleted"),
        ("salesforce: {deleted: forget}", "deleted takes keep, delete, mark: {rule: text}, not 'forget'"),
        ("salesforce: {deletd: keep}", "unknown key 'deletd' in lifecycle.salesforce"),
        ("operate: {merged: keep}", "unknown key 'merged' in lifecycle.operate"),
        ("hubspot: {deleted: keep}", "lifecycle takes salesforce, operate, not 'hubspot'"),
        ("salesforce: {deleted: {mark: {stage: 3}}}", "should be text: '3' needs quotes"),
    ],
)
def test_a_policy_that_could_not_be_carried_out_is_a_mistake(lifecycle: str, reason: str) -> None:
    """One finding, which names what is wrong."""
    (text,) = wrong(lifecycle)
    assert reason in text


def test_a_policy_means_something_else_when_its_rule_does() -> None:
    """The fingerprint covers the side, the end, the values, and the rules that they are written under."""
    first = mapping("salesforce: {deleted: {mark: {rating: Cold}}}")
    same = mapping("salesforce:\n  deleted: {mark: {rating: Cold}}\n  merged: keep")
    assert first.lifecycle_fingerprint == same.lifecycle_fingerprint
    others = [
        mapping("salesforce: {deleted: {mark: {rating: Hot}}}"),
        mapping("salesforce: {merged: {mark: {rating: Cold}}}"),
        mapping("salesforce: {deleted: {mark: {stage: Cold}}}"),
        mapping("salesforce: {deleted: {mark: {rating: Cold}}, merged: {mark: {rating: Cold}}}"),
        load(
            FILE.replace("LIFECYCLE", "lifecycle: {salesforce: {deleted: {mark: {rating: Cold}}}}").replace(
                "operate: ud_rating}", "operate: ud_rating, blank: clear}"
            ),
            "test.yaml",
        ),
    ]
    assert len({first.lifecycle_fingerprint, *(each.lifecycle_fingerprint for each in others)}) == len(others) + 1


def live(made: Mapping, *fields: Field) -> tuple[Mapping, list[str]]:
    """The mapping against an Operate with these fields besides those that a rule needs, and what is wrong."""
    known = [Field(name) for name in ("ud_rating", "ud_stage") if name not in {each.name for each in fields}]
    carried, findings = against(made, {OP: {each.name: each for each in (*known, *fields)}})
    return carried, [finding.text for finding in findings]


def test_a_mark_that_the_live_field_does_not_take_is_found_before_the_first_lead() -> None:
    """A picklist without the value, a field that is too short, one that the connector's user may not change."""
    made = mapping("salesforce: {deleted: {mark: {stage: Abandoned}}}")
    assert live(made)[1] == []
    picklist = live(made, Field("ud_stage", values=("Open", "Won")))[1]
    assert picklist == ["ud_stage in Operate is a picklist that does not have 'Abandoned'."]
    assert live(made, Field("ud_stage", length=5))[1] == ["ud_stage takes 5 characters, the value has 9."]
    (denied,) = live(made, Field("ud_stage", updateable=False))[1]
    assert denied.startswith("the connector's user may not update ud_stage in Operate")


def test_a_mark_of_a_rule_that_is_left_out_is_left_out_with_a_word() -> None:
    """The rest of the policy counts; a policy with nothing left keeps the partner."""
    both = mapping("salesforce: {deleted: {mark: {size: Big, stage: Won}}, merged: {mark: {size: Big}}}")
    carried, findings = live(both)
    assert findings == []
    assert {end: dict(policy.marks) for end, policy in carried.lifecycle[SF].items()} == {End.DELETED: {"stage": "Won"}}
    assert "lifecycle of Salesforce, merged: size is left out, so nothing is marked by it" in carried.notices


def test_a_label_that_the_table_lacks_is_a_mistake_once_the_table_is_known() -> None:
    """Until then it is believed."""
    made = mapping("salesforce: {deleted: {mark: {reason: No budget}}}")
    assert with_tables(made, {"operate.deadleadreason": {"7": "No Budget"}}).lifecycle == made.lifecycle
    with pytest.raises(MappingError) as refused:
        with_tables(made, {"operate.deadleadreason": {"7": "Too far away"}})
    (finding,) = refused.value.findings
    assert (finding.line, "No budget" in finding.text) == (7, True)
