"""Examples of a mapping file: what they compare, and what they say where something is not as written."""

import pytest

from connector.core.mapping.load import load
from connector.core.trial import Difference, try_example
from connector.errors import MappingError

RULES = """\
mapping: lead
owner: salesforce
default_location: first
minimum: [locationname, leadname]
scope: {salesforce: {status: {not: Junk}}}
rules:
  company: {salesforce: Company, operate: leadname, required: {salesforce: Unknown}}
  email: {salesforce: Email, operate: emailaddress, transform: email}
  status: {salesforce: Status, direction: none}
  website: {salesforce: Website, operate: website, direction: to_salesforce}
  postcode: {salesforce: PostalCode, operate: postcode}
  floor: {salesforce: Floor__c, operate: floor, direction: to_operate, when: {status: Open}}
  street: {salesforce: Street, operate: [addressline1, addressline2], transform: lines}
  location: {salesforce: Where__c, operate: locationname, transform: location}
examples:
"""


def differences(example: str) -> tuple[Difference, ...]:
    """What is not as this one example says."""
    mapping = load(f"{RULES}  - {example}\n", "lead.yaml")
    return try_example(mapping, mapping.examples[0]).differences


@pytest.mark.parametrize(
    "example",
    [
        "{salesforce: {Email: A@example.com}, becomes: {operate: {emailaddress: A@example.com}}}",
        "{salesforce: {Email: A@example.com}, becomes: {operate: {website: ''}}}",
        "{salesforce: {Website: a.example}, becomes: {operate: {floor: ''}}, values: {website: a.example}}",
        "{operate: {addressline1: a}, becomes: {salesforce: {Street: a, Company: Unknown}}}",
        "{salesforce: {PostalCode: EC1A 1BB (rear)}, parked: postcode}",
        "{salesforce: {Floor__c: '3', Status: open}, becomes: {operate: {floor: '3'}}}",
        "{salesforce: {Where__c: b}, tables: {operate.location: {'9': B}}, becomes: {operate: {locationname: '9'}}}",
        "{salesforce: {}, tables: {operate.location: {'9': A, '4': B}}, becomes: {operate: {locationname: '4'}}}",
        "{operate: {locationname: '7', outputvalue_locationname: Dock}, becomes: {salesforce: {Where__c: Dock}}}",
    ],
)
def test_an_example_that_is_right_has_no_difference(example: str) -> None:
    """Fields that are not given are blank, fields that are not named are not compared."""
    assert differences(example) == ()


@pytest.mark.parametrize(
    ("example", "difference"),
    [
        (
            "{salesforce: {Company: A}, becomes: {operate: {leadname: B}}}",
            Difference("operate leadname", "B", "A"),
        ),
        (
            "{salesforce: {PostalCode: EC1A 1BB (rear)}, becomes: {operate: {postcode: EC1A 1BB}}}",
            Difference("operate postcode", "EC1A 1BB", "", "parked: postcode takes 10 characters, the value has 15"),
        ),
        (
            "{salesforce: {Floor__c: '3', Status: New}, becomes: {operate: {floor: '3'}}}",
            Difference("operate floor", "3", "", "rule floor does not apply (when:)"),
        ),
        (
            "{salesforce: {Company: A, Status: junk}, becomes: {operate: {leadname: A}}}",
            Difference("operate leadname", "A", "", "no lead is made of it: outside the scope in salesforce"),
        ),
        (
            "{salesforce: {Company: ''}, becomes: {operate: {leadname: A}}}",
            Difference("operate leadname", "A", "", "nothing would be written"),
        ),
        (
            "{salesforce: {PostalCode: EC1A 1BB}, parked: [postcode]}",
            Difference("rule postcode", "parked", "not parked"),
        ),
        (
            "{salesforce: {Email: A@example.com}, values: {email: a@example.com}}",
            Difference("value of email", "a@example.com", "A@example.com"),
        ),
        (
            "{salesforce: {Floor__c: '3'}, values: {floor: '3'}}",
            Difference("value of floor", "3", "", "it is not read, or the rule does not apply here"),
        ),
    ],
)
def test_an_example_that_is_wrong_says_what_and_why(example: str, difference: Difference) -> None:
    """What was expected, what would be written, and the reason where there is one."""
    assert differences(example) == (difference,)


@pytest.mark.parametrize(
    ("example", "part"),
    [
        ("{salesforce: {Company: A}, operate: {leadname: A}, parked: []}", "starts from one side"),
        ("{salesforce: {Company: A}, becomes: {operate: {budget: A}}}", "no rule writes budget"),
        ("{salesforce: {Company: A}, becomes: {operate: {leadnam: A}}}", "has no lead field 'leadnam'"),
        ("{salesforce: {Company: A}, tables: {operate.locations: {}}, parked: []}", "in a table 'operate.locations'"),
        ("{salesforce: A, parked: []}", "should hold keys with values"),
        ("A lead", "should hold keys with values"),
    ],
)
def test_an_example_that_cannot_be_tried_is_a_mistake_in_the_file(example: str, part: str) -> None:
    """It has its line, like every mistake."""
    with pytest.raises(MappingError) as refused:
        differences(example)
    (finding,) = refused.value.findings
    assert part in finding.text
    assert finding.line == RULES.count("\n") + 1
