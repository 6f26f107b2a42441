"""A mapping with very many mistakes, all over the file: each is found in one go, in its own line."""

import textwrap

import pytest

from connector.core.mapping.load import load
from connector.errors import MappingError

WRONG = textwrap.dedent(
    """\
    mapping: lead
    owner: salesforce
    counterpart:
      salesforce: Lead_Id  # 1: no custom field
      operate: ud_salesforceid
    default_location: first
    locatoins: []  # 2: no such key
    locations:
      - {when: {country: UK}, location: London}
      - {when: {contry: UK}, location: Leeds}  # 3: no such rule
      - {when: {country: Eire}, loction: Hull, location: Hull}  # 4: no such key
      - {location: York}  # 5: no condition
    scope:
      salesforce:
        status: {not: []}  # 6: no texts
        budget: "*"  # 7: has no field on that side
      hubspot: {country: UK}  # 8: no such side
    not_mapped:
      salesforce:
        Jigsav: not used  # 9: no such field
        City: not used  # 10: mapped below
        Rating: ""  # 11: no reason
    minimum:
      - locationname
      - leadnam  # 12: no such field
    match:
      email: e_mail  # 13: no such rule
    rules:
      country: {salesforce: Country, operate: country}
      location: {salesforce: Operate_Location__c, operate: locationname, transform: location}
      company: {salesforce: Company, operate: leadname}
      city:
        salesforce: City
        operate: town
        directoin: both  # 14: no such key
        conflict: oldest  # 15: no such word
      email: {salesforce: Email, operate: email, transform: email}  # 16: no such field
      phone: {salesforce: Phone, operate: phoneno, transform: {phone: {region: UK}}}  # 17: no such country
      budget: {operate: budget, default: {operate: 2000}}  # 18: a number without quotes
      county:
        salesforce: State
        operate: county
        when:
          contry: Ireland  # 19: no such rule
      status:
        salesforce: Status
        operate: leadstatusid
        transform:
          values:
            table:
              - {salesforce: [New, Open], operate: "1"}
              - {salesforce: Working}  # 20: one side only
              - {salesforce: Closed, operat: "5", operate: "5"}  # 21: no such key
            others: {to_operate: leave}  # 22: no such word
      source:
        salesforce: LeadSource
        operate: leadsource
        transform:
          values: {table: [{salesforce: Web, operate: Web}, {salesforce: web, operate: Site}]}  # 23: twice
      town: {salesforce: MailingCity__c, operate: town}  # 24: written by city already
      created: {salesforce: CreatedDate, operate: enquirydate, transform: instant}  # 25: read-only
      note: {salesforce: Description, operate: otherneeds, transform: tekst}  # 26: no such transform
      city: {salesforce: City__c, operate: ud_city}  # 27: a name that stands there already
      first: {salesforce: [FirstName, LastName], operate: [firstname, lastname], transform: name}  # 28: two and two
    examples:
      - {name: A lead, salesforce: {Citty: Ghent}, becomes: {operate: {town: Ghent}}}  # 29: no such field
      - {name: Another, operate: {town: Ghent}, becomes: {operate: {town: Ghent}}}  # 30: its own side
      - {name: A third, salesforce: {City: Ghent}, becoms: {operate: {town: Ghent}}, values: {city: Ghent}}  # 31: key
      - {name: A fourth, salesforce: {City: 12}, parked: [city]}  # 32: a number without quotes
      - {name: A fifth, becomes: {operate: {town: Ghent}}}  # 33: no lead
      - {name: A sixth, salesforce: {City: Ghent}}  # 34: nothing to compare
      - name: A seventh
        operate: {town: Ghent}
        values: {citty: Ghent}  # 35: no such rule
        parked:
          - towwn  # 36: no such rule
    """
)


def test_every_mistake_is_found_in_one_go_and_in_its_own_line() -> None:
    """Each marked line has exactly one finding, and no other line has any."""
    with pytest.raises(MappingError) as refused:
        load(WRONG, "lead.yaml")
    marked = [number for number, line in enumerate(WRONG.splitlines(), 1) if "  # " in line]
    assert [finding.line for finding in refused.value.findings] == marked
    assert len(marked) >= 25


def test_every_mistake_points_at_the_word_that_is_wrong() -> None:
    """The column leads to the key or the value itself, and a near name is offered where there is one."""
    with pytest.raises(MappingError) as refused:
        load(WRONG, "lead.yaml")
    rows = WRONG.splitlines()
    found = [(rows[at.line - 1][at.column - 1 :].split("  # ")[0], at.nearest) for at in refused.value.findings]
    assert [(word, near[:1]) for word, near in found if near] == [
        ("locatoins: []", ("locations",)),
        ("contry: UK}, location: Leeds}", ("country",)),
        ("loction: Hull, location: Hull}", ("location",)),
        ("Jigsav: not used", ("Jigsaw",)),
        ("leadnam", ("leadname",)),
        ("e_mail", ("email",)),
        ("directoin: both", ("direction",)),
        ("email, transform: email}", ("agentemail",)),
        ("contry: Ireland", ("country",)),
        ('operat: "5", operate: "5"}', ("operate",)),
        ("tekst}", ("text",)),
        ("Citty: Ghent}, becomes: {operate: {town: Ghent}}}", ("City",)),
        ("becoms: {operate: {town: Ghent}}, values: {city: Ghent}}", ("becomes",)),
        ("citty: Ghent}", ("city",)),
        ("towwn", ("town",)),
    ]
    assert {word for word, near in found if not near} >= {"Lead_Id", "hubspot: {country: UK}", "2000}}", "oldest"}
