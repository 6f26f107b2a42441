"""Loading a mapping file: what it becomes, and every mistake with its line and column."""

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.core.mapping.load import load
from connector.core.mapping.model import Blank, Conflict, Direction, Fit
from connector.core.model import SIDES, Side
from connector.errors import Finding, MappingError
from tests.core.mapping.frame import HEAD, mapping_of, rule_of

WRONG = textwrap.dedent(
    """\
    mapping: Lead 1
    ownr: salesforce
    owner: salesfroce
    counterpart: {salesforce: Email, operate: salesforceid}
    default_location: first
    minimum: [ledname, town]
    match: {email: e_mail, emial: email}
    rules:
      email: {salesforce: Emial, operate: emailaddress, transform: emial}
      phone: {salesforce: Phone, operate: phoneno, transform: {phone: {regoin: GB}}}
      fax: {salesforce: Fax, operate: faxno, transform: {phone: {region: England}}}
      company: {salesforce: Company, operate: leadname, direction: bothh, fit: chop, required: {operat: x}}
      stamp: {salesforce: CreatedDate, operate: creationdate, transform: instant}
      street: {salesforce: Street, operate: [addressline1, addressline1]}
      people: {salesforce: P__c, operate: numberofpeople, transform: number, default: {salesforce: many}}
      # a comment
      first: {salesforce: FirstName, operat: firstname, to: operate, optional: maybe}
      source: {operate: leadsource, transform: {constant: {value: 012}}}
      web: {salesforce: 12, operate: website}
      company: {salesforce: Company}
      City: town
      last: {salesforce: LastName, operate: lastname, direction: to_salesforce, required: {operate: Unknown}}
      again:
        salesforce: LastName
        operate: term
        default: {operate: " "}
    """
)


def findings_of(text: str) -> tuple[Finding, ...]:
    """What is wrong with a text that has mistakes."""
    with pytest.raises(MappingError) as refused:
        load(text, "test.yaml")
    return refused.value.findings


def test_every_mistake_is_listed_in_one_go_with_line_and_column() -> None:
    """From top to bottom, each at its key or value, with the nearest right names."""
    found = [(at.line, at.column, at.text.split(" ")[0], at.nearest) for at in findings_of(WRONG)]
    assert found == [
        (1, 10, "mapping", ()),
        (2, 1, "unknown", ("owner",)),
        (3, 8, "owner", ("salesforce",)),
        (4, 27, "the", ()),
        (4, 43, "the", ()),
        (5, 19, "default_location", ()),
        (6, 11, "Operate", ("leadname",)),
        (6, 20, "minimum", ()),
        (7, 16, "there", ("email",)),
        (7, 24, "unknown", ("email",)),
        (9, 23, "Salesforce", ("Email",)),
        (9, 64, "there", ("email",)),
        (10, 68, "unknown", ("region",)),
        (11, 70, "rules.fax.transform.phone.region:", ()),
        (12, 64, "rules.company.direction", ("both",)),
        (12, 76, "rules.company.fit", ()),
        (12, 93, "rules.company.required", ("operate",)),
        (13, 23, "CreatedDate", ()),
        (13, 45, "creationdate", ()),
        (14, 41, "transform", ()),
        (14, 56, "'addressline1'", ()),
        (15, 96, "'many'", ()),
        (17, 34, "unknown", ("operate",)),
        (17, 57, "to:", ()),
        (17, 76, "rules.first.optional", ()),
        (18, 63, "rules.source.transform.constant.value", ()),
        (19, 21, "rules.web.salesforce", ()),
        (20, 3, "'company'", ()),
        (21, 3, "rule", ()),
        (21, 9, "rules.City", ()),
        (22, 97, "the", ()),
        (24, 17, "LastName", ()),
        (26, 24, "a", ()),
    ]


def test_the_message_names_file_line_and_the_nearest_name() -> None:
    """A finding reads as one line that an editor can jump to."""
    (finding,) = findings_of(HEAD + "  email: {salesforce: Emial, operate: emailaddress}\n")
    assert str(finding) == (
        "test.yaml:5:23: Salesforce has no lead field 'Emial' (custom fields end in __c). Did you mean Email?"
    )


@pytest.mark.parametrize(
    ("text", "line", "column", "part"),
    [
        ("", 1, 1, "the file is empty"),
        ("mapping: [", 1, 11, "not valid YAML"),
        ("mapping: lead\n\towner: salesforce\n", 2, 1, "not valid YAML"),
        ("mapping: \x00", 1, 1, "not valid YAML"),
        ("- mapping\n", 1, 1, "should hold keys with values"),
        ("a: " + "[" * 700, 1, 1, "not valid YAML"),
    ],
)
def test_a_file_that_is_no_yaml_is_one_finding(text: str, line: int, column: int, part: str) -> None:
    """A syntax error has its place too, and nothing else is guessed."""
    (finding,) = findings_of(text)
    assert (finding.line, finding.column) == (line, column)
    assert part in finding.text


@pytest.mark.parametrize(
    "text",
    [
        "a: &x [*x]\n",
        "a: &a [1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\n"
        "d: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e]\n",
    ],
)
def test_an_anchor_cannot_blow_a_file_up(text: str) -> None:
    """One that contains itself, or that is repeated beyond all measure, is a finding."""
    assert any("nested too deeply" in finding.text for finding in findings_of(text))


@pytest.mark.parametrize(
    ("rule", "part"),
    [
        ("{}", "names no field"),
        ("{salesforce: Email}", "has a field in salesforce only"),
        ("{operate: budget, direction: to_salesforce, default: {operate: x}}", "no field on that side"),
        ("{salesforce: Email, operate: [emailaddress, agentemail]}", "one field a side, not 2"),
        ("{salesforce: Email, operate: emailaddress, transform: [email]}", "a name, or one name"),
        ("{salesforce: Email, operate: emailaddress, transform: {email: {}, text: {}}}", "a name, or one name"),
        ("{salesforce: Email, operate: emailaddress, transform: {email: [x]}}", "should hold keys"),
        ("{salesforce: Kind__c, operate: leadtype, transform: lookup}", "needs operate:"),
        ("{salesforce: S__c, operate: startdate, transform: {instant: {timezone: Mars}}}", "name of a time zone"),
        ("{salesforce: S__c, operate: budget, transform: {constant: {value: x}}}", "writes one side"),
        ("{operate: budget, direction: both, transform: {constant: {value: x}}}", "is on_create"),
        ("{operate: budget, default: {operate: y}, transform: {constant: {value: x}}}", "its own text"),
        ("{operate: budget, transform: constant}", "constant needs value"),
        ("{salesforce: Email, operate: emailaddress, required: {operate: a}, default: {operate: b}}", "keep one"),
        ("{operate: budget, to: salesforce, direction: on_create, default: {operate: a}}", "no field on the side"),
        ("{operate: budget, default: {salesforce: a}}", "nothing can be filled there"),
        ("{salesforce: City, operate: postcode, default: {operate: 12345678901}}", "needs quotes"),
        ('{salesforce: City, operate: postcode, default: {operate: "12345678901"}}', "takes 10 characters"),
        ("{salesforce: Name, operate: leadname}", "Name is read-only in Salesforce; use direction: to_operate"),
        ("{salesforce: Id, operate: ud_x, direction: on_create}", "Id is read-only in Salesforce; use to: operate"),
        ("{salesforce: Email, operate: outputvalue_email}", "Operate has no lead field"),
        ("{salesforce: Account.Name, operate: leadname}", "Salesforce has no lead field"),
    ],
)
def test_a_rule_that_cannot_work_is_refused(rule: str, part: str) -> None:
    """Each with a reason in words."""
    assert part in " | ".join(finding.text for finding in findings_of(f"{HEAD}  it: {rule}\n"))


def test_two_rules_cannot_write_one_field_but_may_read_one() -> None:
    """Writing twice is refused, also against the counterpart id; a field that is only read may be shared."""
    (finding,) = findings_of(
        HEAD + "  one: {salesforce: City, operate: town}\n  two: {salesforce: State, operate: town}\n"
    )
    assert (finding.line, finding.column) == (6, 37)
    assert "already written by rule one" in finding.text
    shared = mapping_of(
        """
        one: {salesforce: City, operate: town}
        two: {salesforce: City, operate: county, direction: to_operate}
        """
    )
    assert list(shared.rules) == ["one", "two"]
    taken = HEAD.replace("rules:", "counterpart: {operate: ud_x}\nrules:") + "  it: {salesforce: City, operate: ud_x}\n"
    assert "needs a field of its own" in findings_of(taken)[0].text


def test_a_rule_has_the_documented_defaults() -> None:
    """Both ways, the head's owner, keep, park; `first_link` follows `conflict`."""
    rule = rule_of("{salesforce: City, operate: town}")
    assert (rule.direction, rule.blank, rule.fit, rule.optional) == (Direction.BOTH, Blank.KEEP, Fit.PARK, False)
    assert (rule.conflict, rule.first_link) == (Conflict.SALESFORCE, Conflict.SALESFORCE)
    assert rule.sizes == {Side.SALESFORCE: {"City": 40}, Side.OPERATE: {"town": 255}}
    assert rule.line == 5
    other = mapping_of("it: {salesforce: City, operate: town}", HEAD.replace("salesforce", "operate")).rules["it"]
    assert (other.conflict, other.first_link) == (Conflict.OPERATE, Conflict.OPERATE)
    assert rule_of("{salesforce: City, operate: town, conflict: newest}").first_link is Conflict.NEWEST


def test_a_rule_that_fills_one_side_only_never_flows_back() -> None:
    """With a field on one side and a default, it writes that side and nothing else."""
    rule = rule_of("{operate: budget, default: {operate: to be discussed}}")
    assert [rule.goes_into_create(side) for side in SIDES] == [False, True]
    assert [rule.flows_to(side) for side in SIDES] == [False, True]


def test_the_fingerprint_covers_the_meaning_and_nothing_else() -> None:
    """Comments, order, places and quotes do not count; every word that changes what happens does."""
    plain = rule_of("{salesforce: City, operate: town}")
    same = mapping_of(
        """
        other: {salesforce: State, operate: county}
        # a comment
        it:
          operate: [town]
          optional: true
          salesforce: "City"
          transform: {text: {}}
          conflict: salesforce
        """
    ).rules["it"]
    assert same.fingerprint == plain.fingerprint
    changed = [
        "{salesforce: State, operate: town}",
        "{salesforce: City, operate: county}",
        "{salesforce: City, operate: town, direction: to_operate}",
        "{salesforce: City, operate: town, direction: on_create}",
        "{salesforce: City, operate: town, direction: on_create, to: operate}",
        "{salesforce: City, operate: town, conflict: review}",
        "{salesforce: City, operate: town, first_link: review}",
        "{salesforce: City, operate: town, blank: clear}",
        "{salesforce: City, operate: town, fit: cut}",
        "{salesforce: City, operate: town, transform: label}",
        "{salesforce: City, operate: town, transform: {phone: {region: US}}}",
        "{salesforce: City, operate: town, transform: phone}",
        "{salesforce: City, operate: town, required: {operate: x}}",
    ]
    prints = [rule_of(rule).fingerprint for rule in changed]
    assert len({plain.fingerprint, *prints}) == len(changed) + 1


def test_the_head_is_carried_into_the_mapping() -> None:
    """Name, owner, counterparts, minimum, match."""
    mapping = load(
        textwrap.dedent(
            """
            mapping: lead
            owner: operate
            counterpart: {salesforce: Operate_Lead_Id__c, operate: ud_salesforceid}
            default_location: Euston
            minimum: [locationname]
            match: {email: mail}
            rules:
              mail: {salesforce: Email, operate: emailaddress, transform: email}
              where: {salesforce: Where__c, operate: locationname, transform: location}
            """
        ),
        "test.yaml",
    )
    assert (mapping.name, mapping.owner, mapping.minimum) == ("lead", Side.OPERATE, ("locationname",))
    assert mapping.counterpart == {Side.SALESFORCE: "Operate_Lead_Id__c", Side.OPERATE: "ud_salesforceid"}
    assert mapping.match == {"email": "mail"}
    assert mapping.rules["where"].fillers == {Side.OPERATE: "Euston"}
    assert mapping.fields(Side.OPERATE) == ("emailaddress", "locationname")


@given(st.text(max_size=200))
def test_no_text_breaks_the_loader(text: str) -> None:
    """Whatever stands in a file, the answer is findings with places inside it."""
    for finding in findings_of(text):
        assert finding.line >= 1
        assert finding.column >= 1


@given(st.dictionaries(st.text(max_size=8), st.recursive(st.text(max_size=8), st.lists, max_leaves=4), max_size=4))
def test_no_rule_breaks_the_loader(rule: dict[str, object]) -> None:
    """Odd keys and odd shapes under a rule are findings as well."""
    lines = "".join(f"    {key!r}: {value!r}\n" for key, value in rule.items())
    assert findings_of(f"{HEAD}  it:\n    salesforce: Nothing\n{lines}")


def test_a_file_that_is_no_mapping_by_its_size_is_refused_at_once() -> None:
    """Reading megabytes of YAML would take minutes."""
    (finding,) = findings_of("# " + "x" * 600_000)
    assert "is it the right file?" in finding.text


@pytest.mark.parametrize("transform", ["number", "money", "date", "instant", "email", "phone", "label", "choices"])
def test_what_cannot_be_shortened_may_not_be_cut(transform: str) -> None:
    """Half a number is another number."""
    with pytest.raises(MappingError, match=f"transform {transform} cannot be shortened"):
        rule_of(f"{{salesforce: Budget__c, operate: budget, transform: {transform}, fit: cut}}")
    assert rule_of("{salesforce: Description, operate: otherneeds, fit: cut}").fit is Fit.CUT
