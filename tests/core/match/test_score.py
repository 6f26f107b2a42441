"""How likely two records are one person: who is linked without a person, and who never is."""

from collections.abc import Mapping

import pytest
from hypothesis import given

from connector.core.match.blocks import MOST, SEVERAL, blocks, full_name, is_lone, weighed
from connector.core.match.identity import Identity, identity
from connector.core.match.levels import FIELDS, Level
from connector.core.match.names import bear_other_names, names_of
from connector.core.match.score import GROUPS, Score, Scorer
from connector.core.match.weights import Names, Weights
from tests.core.match.people import ADA, identities, only, person_like, scorer

Said = dict[str, str]


def name(**more: str) -> Said:
    """Somebody with a name and this, nothing else."""
    return {"first_name": "Ada", "last_name": "Thornbury", **more}


def like(**changed: str) -> Said:
    """Ada, but for this."""
    return {**ADA, **changed}


HOME = {"street": "112 Carfax Road", "city": "Leeds", "postcode": "LS1 4AP"}
DESK = {"company": "Acme Instruments", "phone": "+44 20 7946 0171", "website": "acme.example", **HOME}
MAIL, OTHER_MAIL = {"email": "ada.thornbury@zenith.example"}, {"email": "at1815@gmail.com"}
MOBILE, OTHER_MOBILE = {"mobile": "+44 7700 900171"}, {"mobile": "+44 7700 900855"}

FIRM = {"company": "Acme Instruments"}
TEAM = {"email": "info@acme.example", "website": "acme.example", "company": "Acme Instruments"}

SAME = {
    "the same in every field": (like(), like()),
    "a slip in the surname": (like(), like(last_name="Thornbery")),
    "a slip in the given name": (like(), like(first_name="Adda")),
    "a slip in the e-mail": (name(email="ada.thornbury@x.example"), name(email="ada.thornbery@x.example")),
    "a nickname": (like(first_name="Robert"), like(first_name="Bob")),
    "no given name, but a mailbox that tells it": (name(**MAIL), {"last_name": "Thornbury", **MAIL}),
    "a plus-tag": (name(**MAIL), name(email="ada.thornbury+news@zenith.example")),
    "changed telephones": (like(), like(mobile="+44 7700 900855", phone="+44 20 7946 0888")),
    "a changed e-mail at one desk, with her mobile": (
        name(**DESK, **MOBILE, **MAIL), name(**DESK, **MOBILE, **OTHER_MAIL)
    ),
    "another firm, the same mobile": (like(), name(**MOBILE, company="Zenith", email="ada@zenith.example")),
    "a number in her mailbox at the firm, her mobile": (
        name(**DESK, **MOBILE, email="ada.thornbury2@acme.example"), name(**DESK, **MOBILE)
    ),
    "names the wrong way round": (like(), like(first_name="Thornbury", last_name="Ada")),
    "no given name on one side, her own e-mail and mobile": (
        name(**MAIL, **MOBILE), {"last_name": "Thornbury", **MAIL, **MOBILE}
    ),
    "only an initial, her own e-mail": (name(**MAIL), name(**MAIL, first_name="A.")),
    "another surname since she married, her own e-mail": (like(), like(last_name="Marlowe")),
    "no surname but in her mailbox at the firm, her mobile": (
        name(**DESK, **MOBILE), {"first_name": "Ada", "email": "athornbury@acme.example", **DESK, **MOBILE}
    ),
    "a double surname": (like(last_name="Thornbury-Marlowe"), like()),
    "name, firm and switchboard": (name(**DESK), name(**DESK)),
    "name and home": (name(**HOME), name(**HOME)),
    "name and the mailbox of a team": (name(email="info@acme.example"), name(email="info@acme.example")),
    "the mobile in the field of the phone": (name(**MOBILE), name(phone=MOBILE["mobile"])),
}  # fmt: skip

SURE_ALONE = {
    "one name at two companies": (name(**HOME, company="Acme"), name(**HOME, company="Zenith")),
    "a short form of the name at one firm": (
        {"first_name": "Rachel", "last_name": "Evans", **TEAM}, {"first_name": "Rach", "last_name": "Evans", **TEAM}
    ),
    "a short form of the name at one firm and its office": (
        name(**DESK, first_name="Rachel"), name(**DESK, first_name="Rach")
    ),
    "an initial on the mailbox of a team": (name(**TEAM), name(**TEAM, first_name="A.")),
    "another surname since she married, her own mobile": (
        name(**DESK, **MOBILE, **MAIL), name(**DESK, **MOBILE, **OTHER_MAIL, last_name="Marlowe")
    ),
    "two mailboxes at one company, her own mobile": (
        name(**DESK, **MOBILE, email="ada.thornbury@acme.example"), name(**DESK, **MOBILE, email="at@acme.example")
    ),
    "a nickname and an address only": (name(**HOME, first_name="Robert"), name(**HOME, first_name="Bob")),
}  # fmt: skip

BOSS = {"email": "jm@acme.example", "company": "Acme Instruments"}
FAMILY = {"email": "blackwood@gmail.com"}

NOT_SURE = {
    "an assistant in the boss's mailbox, one of whose names is the other's other": (
        {"last_name": "Martin", **BOSS}, {"first_name": "Martin", "last_name": "Jones", **BOSS}
    ),
    "half a name that is the other's other, one e-mail and mobile": (
        {"first_name": "Thomas", **MAIL, **MOBILE}, {"first_name": "Anna", "last_name": "Thomas", **MAIL, **MOBILE}
    ),
    "mother and daughter in the mailbox of one, mobiles of their own": (
        {"first_name": "Ann", "last_name": "Woods", **FAMILY, **MOBILE},
        {"first_name": "Anna", "last_name": "Blackwood", **FAMILY, **OTHER_MOBILE},
    ),
    "one mailbox, called by the surname of one, at two firms": (
        {"first_name": "Mary", "last_name": "Woods", **FAMILY, **MOBILE, "company": "Acme"},
        {"first_name": "Maria", "last_name": "Blackwood", **FAMILY, **OTHER_MOBILE, "company": "Zenith"},
    ),
    "an initial of a surname, and other given names": (
        {"first_name": "Kate", "email": "katherine.wood@acme.example", **MOBILE, "company": "Acme"},
        {"first_name": "Maria", "last_name": "W.", "email": "katherine.wood@acme.example", **MOBILE, "company": "Acme"},
    ),
    "an initial of a surname, and other given names in full": (
        {"first_name": "Kate", "last_name": "Wood", "email": "kwood@acme.example", "company": "Acme"},
        {"first_name": "Bob", "last_name": "W.", "email": "kwood@acme.example", "company": "Acme"},
    ),
    "nothing but a name": (name(), name()),
    "no given name on one side, one private e-mail": (
        name(**OTHER_MAIL), {"last_name": "Thornbury", **OTHER_MAIL}
    ),
    "a name with two e-mails": (name(**MAIL), name(**OTHER_MAIL)),
    "two of a family on one phone": (name(**HOME, **MOBILE), name(**HOME, **MOBILE, first_name="Berta")),
    "two of a family with one e-mail": (name(**HOME, **MAIL), name(**HOME, **MAIL, first_name="Berta")),
    "a couple with everything in common": (
        name(**HOME, **MAIL, **MOBILE), {**HOME, **MAIL, **MOBILE, "first_name": "Karl", "last_name": "Marlowe"}
    ),
    "brother and sister of nearly one name, on one phone": (
        name(**HOME, **MOBILE, first_name="Alexander"), name(**HOME, **MOBILE, first_name="Alexandra")
    ),
    "one of a family, whoever": (name(**HOME, **MOBILE), {"last_name": "Thornbury", **HOME, **MOBILE}),
    "an initial at one address": (name(**HOME), name(**HOME, first_name="A.")),
    "father and son of one name, one a Junior": (name(**HOME), name(**HOME) | {"last_name": "Thornbury Jr"}),
    "father and son with all in common": (like(), like(last_name="Thornbury Jr")),
    "father and son, each with an e-mail": (name(**HOME, **MAIL), name(**HOME, **OTHER_MAIL)),
    "father and son, each with a mobile": (name(**HOME, **MOBILE), name(**HOME, **OTHER_MOBILE)),
    "father and son, with two of each": (name(**HOME, **MAIL, **MOBILE), name(**HOME, **OTHER_MAIL, **OTHER_MOBILE)),
    "two colleagues": (
        name(**DESK, email="ada@acme.example"),
        {**DESK, "first_name": "Karl", "last_name": "Marlowe", "email": "karl@acme.example"},
    ),
    "two colleagues of one surname": (
        name(**DESK, email="ada@acme.example"), name(**DESK, email="karl@acme.example", first_name="Karl")
    ),
    "two colleagues of one name": (
        name(**DESK, email="ada.thornbury@acme.example"), name(**DESK, email="ada.thornbury2@acme.example")
    ),
    "a second of the name at the firm": (name(**DESK, email="ada.thornbury2@acme.example"), name(**DESK)),
    "a second of the name, and a private mailbox": (
        name(**DESK, email="athornbury31@acme.example"), name(**DESK, **OTHER_MAIL)
    ),
    "a colleague who said no name": (name(**DESK), DESK),
    "two on the mailbox of a team": (name(**TEAM), {**TEAM, "first_name": "Karl", "last_name": "Marlowe"}),
    "nobody's name on the mailbox of a team": (TEAM, TEAM),
    "one name on the mailbox of a team": (name(**TEAM), TEAM),
    "nothing but an e-mail": (MAIL, MAIL),
    "nothing but a mobile": (MOBILE, MOBILE),
    "two colleagues, the whole name and the post of each in one field": (
        {"last_name": "Mark Hepcombe, Director", **FIRM}, {"last_name": "Mary Hepcombe, Director", **FIRM}
    ),
    "two colleagues with the initials of their fathers": (
        {"last_name": "Rajesh K V", **FIRM}, {"last_name": "Rajesh M V", **FIRM}
    ),
    "initials that begin with M, and a colleague of the second one": (
        {"first_name": "M. J.", "last_name": "Thornbury", **FIRM},
        {"first_name": "Jane", "last_name": "Thornbury", **FIRM},
    ),
    "the same with a title": (
        {"first_name": "Dr M J", "last_name": "Thornbury", **FIRM},
        {"first_name": "Jane", "last_name": "Thornbury", **FIRM},
    ),
    "Monsieur J., and a colleague who begins with M": (
        {"last_name": "M. J. Thornbury", **FIRM}, {"first_name": "Marie", "last_name": "Thornbury", **FIRM}
    ),
    "placeholders for names": (
        {**DESK, "first_name": "Unknown", "last_name": "Unknown"}, {**DESK, "first_name": "n/a", "last_name": "n/a"}
    ),
}  # fmt: skip

BROKER = {"email": "jo@broker.example", "mobile": "+44 20 7946 0555", "phone": "+44 20 7946 0555"}
"""The address and number of somebody who enters leads for others."""
CARRIED = {("email", "jo@broker.example"): 12, ("phone", "079460555"): 12, ("domain", "broker.example"): 12}

BROKERS = {
    "two people": (name(**BROKER), {**BROKER, "first_name": "Karl", "last_name": "Marlowe"}),
    "two of one surname": (name(**BROKER), name(**BROKER, first_name="Karl")),
    "one without a given name": (name(**BROKER), {**BROKER, "last_name": "Thornbury"}),
    "one with an initial": (name(**BROKER), name(**BROKER, first_name="A.")),
    "one name at two companies": (name(**BROKER, company="Acme"), name(**BROKER, company="Zenith")),
    "nobody's name": (BROKER, BROKER),
}


def linked(found: Score, *, alone: bool = True) -> bool:
    """Whether the pair would be linked without a person; `alone`: where nobody else looks like it."""
    return found.is_sure(scorer().link_bits, alone=alone)


@pytest.mark.parametrize("records", [50, 4000, 1_000_000])
@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_one_person_is_linked(one: Said, other: Said, records: int) -> None:
    """Among few leads and among many."""
    found = scorer(records).score(identity(one), identity(other))
    assert linked(found, alone=False), found


@pytest.mark.parametrize("records", [50, 4000, 1_000_000])
@pytest.mark.parametrize(("one", "other"), SURE_ALONE.values(), ids=SURE_ALONE)
def test_some_are_one_person_where_nobody_else_is_like_them(one: Said, other: Said, records: int) -> None:
    """Beside a colleague or relative who looks alike, a person is asked."""
    found = scorer(records).score(identity(one), identity(other))
    assert linked(found), found
    assert not linked(found, alone=False), found


LARGE_FIRM = {("company", "acmeinstruments"): 300, ("given", "ada"): 40, ("surname", "thornbury"): 60}


def test_who_is_a_little_too_unlikely_is_linked_where_nobody_else_is_like_them() -> None:
    """Two colleagues of that name would each have a counterpart as a rule, who would be alike as well."""
    one, other = identity(name(**FIRM, **MAIL)), identity(name(**FIRM, **OTHER_MAIL))
    judging = scorer(carried=LARGE_FIRM)
    found = judging.score(one, other)
    assert found.total < judging.link_bits
    assert linked(found)
    assert not linked(found, alone=False)


def test_where_the_index_does_not_answer_for_a_name_nobody_is_known_to_be_alone() -> None:
    """A thousand bear it: its bearers at this firm were never looked at."""
    one, other = (identity(name(**DESK, first_name=given)) for given in ("Robert", "Bob"))
    texts = {("name", full_name(one)): 1000, ("company", "acmeinstruments"): 60}
    assert not linked(scorer(1_000_000, carried=texts).score(one, other))
    assert linked(scorer(1_000_000).score(one, other))


@pytest.mark.parametrize("records", [50, 4000, 1_000_000])
@pytest.mark.parametrize(("one", "other"), NOT_SURE.values(), ids=NOT_SURE)
def test_two_people_are_never_linked(one: Said, other: Said, records: int) -> None:
    """Families, colleagues, father and son, shared mailboxes: a doubt or a score that is too low."""
    found = scorer(records).score(identity(one), identity(other))
    assert not linked(found), found


@pytest.mark.parametrize(("one", "other"), BROKERS.values(), ids=BROKERS)
def test_the_address_of_a_broker_links_nobody(one: Said, other: Said) -> None:
    """A dozen leads carry it, so it is no one's own."""
    found = scorer(carried=CARRIED).score(identity(one), identity(other))
    assert not linked(found), found


KARL = {"first_name": "Karl", "email": "karl@home.example", "mobile": "", "phone": ""}

RELATIVES = {
    "sister and brother": KARL,
    "colleagues": {**KARL, "email": "karl@acme.example"},
    "mobiles of their own": {**KARL, "email": "", "mobile": "+44 7700 900999"},
    "a slip in the surname": {**KARL, "last_name": "Thornburry"},
}
PERHAPS_ONE = {
    "one e-mail": {**KARL, "email": ADA["email"], "mobile": "+44 7700 900999"},
    "one mobile": {**KARL, "mobile": ADA["mobile"]},
    "nothing of one's own": {**KARL, "email": ""},
    "the mailbox of a team": {**KARL, "email": "info@acme.example"},
    "the same first letter": {**KARL, "first_name": "Andreas"},
    "a second name alike": {**KARL, "first_name": "Karl Adam"},
    "a mailbox after the other's name": {**KARL, "email": "ada1815@home.example"},
    "a mailbox after the other's initial": {**KARL, "email": "athornbury@home.example"},
    "a mailbox of somebody else's name": {**KARL, "email": "gerald.hepcombe@home.example"},
    "one telephone": {**KARL, "phone": ADA["phone"]},
    "a slip in the given name": {**KARL, "first_name": "Adda"},
    "another surname": {**KARL, "first_name": "Ada", "last_name": "Marlowe"},
    "both names": {**KARL, "last_name": "Marlowe"},
    "no given name": {**KARL, "first_name": ""},
}


@pytest.mark.parametrize("said", RELATIVES.values(), ids=RELATIVES)
def test_nobody_need_be_asked_about_relatives(said: Said) -> None:
    """One surname, and nothing in common that is their own, given names least: people of a home or a firm."""
    one, other = identity(like()), identity(like(**said))
    assert scorer().score(one, other).relatives
    assert scorer().score(other, one).relatives
    assert not linked(scorer().score(one, other))
    assert not scorer(weights=Weights(names=Names.EVIDENCE)).score(one, other).relatives


@pytest.mark.parametrize("said", PERHAPS_ONE.values(), ids=PERHAPS_ONE)
def test_who_may_be_one_person_is_asked_about(said: Said) -> None:
    """Where less is known, or where given names may be two forms of one."""
    one, other = identity(like()), identity(like(**said))
    assert not scorer().score(one, other).relatives
    assert not scorer().score(other, one).relatives


NAMESAKES: Mapping[str, tuple[Said, int]] = {
    "one name": ({}, 200),
    "one name, the wrong way round": ({"first_name": "Thornbury", "last_name": "Ada"}, 20),
    "one of two surnames": ({"last_name": "Thornbury-Marlowe"}, 100),
    "a surname in the mailbox only": ({"last_name": "Marlowe", "email": "athornbury@home.example"}, 200),
}


@pytest.mark.parametrize(("said", "carriers"), NAMESAKES.values(), ids=NAMESAKES)
def test_two_of_one_name_are_asked_about_although_all_else_differs(said: Said, carriers: int) -> None:
    """Seldom are they one, but whoever sees both in two lists wonders why nobody asked; where many bear it, nobody."""
    here = name(**MOBILE, company="Acme Instruments", postcode="LS1 4AP")
    there = name(**{"email": "at@home.example", **OTHER_MOBILE, "company": "Zenith", "postcode": "YO1 7HH", **said})

    def among(several: int) -> Scorer:
        names = (("given", "ada"), ("surname", "thornbury"), ("surname", "marlowe"))
        return scorer(4000, carried=dict.fromkeys(names, several))

    few, many = among(carriers), among(10 * carriers)
    found = few.score(identity(here), identity(there))
    assert found.total < few.review_bits
    assert few.is_worth_asking(found)
    assert not found.is_sure(few.link_bits, alone=True)
    assert not many.is_worth_asking(many.score(identity(here), identity(there)))


def test_the_name_in_a_mailbox_that_both_have_counts_once() -> None:
    """As the mailbox: a surname that is another one stays that, and one that was left out says nothing."""
    at, mail = FIELDS.index("surname"), {"email": "athornbury@gmail.com"}
    married = scorer().score(identity(name(**mail)), identity(name(**mail, last_name="Marlowe")))
    other = scorer().score(identity(name(**OTHER_MAIL)), identity(name(**OTHER_MAIL, last_name="Marlowe")))
    half = scorer().score(identity(name(**mail)), identity({"first_name": "Ada", **mail}))
    assert married.levels.surname is half.levels.surname is Level.IN_MAIL
    assert married.bits[at] == other.bits[at] < 0 == half.bits[at]


def test_a_common_name_in_a_mailbox_tells_less_than_a_rare_one() -> None:
    """As common as it is in the index."""
    here, there = identity(name(**MOBILE)), identity(name(last_name="Marlowe", email="athornbury@gmail.com"))
    assert scorer(carried={("surname", "thornbury"): 900}).score(here, there).names < scorer().score(here, there).names


def test_a_telephone_of_several_tells_nothing_of_relatives() -> None:
    """The switchboard of a firm, the line of a home: a share of it is no reason to ask."""
    one, other = identity(like()), identity(like(**{**KARL, "phone": ADA["phone"]}))
    assert scorer(carried={("phone", "079460171"): 6}).score(one, other).relatives


def test_where_names_are_evidence_like_any_other_they_need_not_agree() -> None:
    """Only the names' own conditions go; Junior is told apart still."""
    free = scorer(weights=Weights(names=Names.EVIDENCE))
    assert linked(free.score(person_like(), person_like(first_name="Berta")))
    assert not linked(scorer().score(person_like(), person_like(first_name="Berta")))
    assert not linked(free.score(person_like(), person_like(last_name="Thornbury Jr")))


def test_a_rare_name_is_worth_more_than_a_common_one() -> None:
    """As many carry it in the index."""
    who = only(**name(**HOME))
    common = {("given", "ada"): 400, ("surname", "thornbury"): 300}
    assert scorer().score(who, who).names > scorer(carried=common).score(who, who).names


def test_all_that_is_known_of_a_place_narrows_to_its_people() -> None:
    """Firm, house, switchboard and postcode together are no more than an office of two."""
    desk = only(**DESK)
    found = scorer().score(desk, desk)
    assert found.total == pytest.approx(-1.0)


@given(identities, identities)
def test_a_score_is_the_same_whichever_way_round(one: Identity, other: Identity) -> None:
    """Levels, bits, doubts and all."""
    for each in (scorer(), scorer(50, carried={("domain", "acme.example"): 9, ("email", "info@acme.example"): 5})):
        here, there = each.score(one, other), each.score(other, one)
        assert here.levels == there.levels
        assert here.bits == pytest.approx(there.bits)
        assert here.total == pytest.approx(there.total)
        assert here.doubts == there.doubts
        assert here.beside_others == there.beside_others
        assert here.relatives == there.relatives


def test_a_name_in_two_spellings_scores_the_same_whichever_way_round() -> None:
    """Many bear the one with a blank: the pair is worth no more than that, whoever is asked about."""
    here, there = only(first_name="Jan", last_name="van Dijk"), only(first_name="Jan", last_name="Vandijk")
    each = scorer(carried={("name", full_name(here)): 400})
    assert full_name(here) != full_name(there)
    assert each.score(here, there).total == each.score(there, here).total
    assert each.score(here, there).total < scorer().score(here, there).total


def test_a_mobile_that_several_carry_is_nobodys_own_in_whichever_field() -> None:
    """One of them wrote it into the field of the phone, and nothing into the other."""
    here, there = only(phone="0770 090 0171"), only(mobile="+44 7700 900171")
    number = blocks(there)["phone"][0]
    assert blocks(here)["phone"] == (number,)
    one, few, many = (scorer(carried={("phone", number): carriers}) for carriers in (1, 4, 40))
    scores = [each.score(*pair).total for each in (one, few, many) for pair in ((here, there), (there, here))]
    assert scores[::2] == scores[1::2]
    assert scores[0] > scores[2] > scores[4]


@given(identities, identities)
def test_a_score_asks_of_no_other_kinds_how_common_they_are(one: Identity, other: Identity) -> None:
    """The texts of these kinds are looked up for everybody who is compared, of the others none."""
    asked = set[str]()

    def share(kind: str, _: str) -> float:
        asked.add(kind)
        return 0.0

    weights = Weights(link=0.02)  # whoever has a name in common is looked at for doubts, too
    Scorer(weights, 5000, share, share).score(one, other)
    assert asked <= weighed(person_like()).keys()


@given(identities, identities)
def test_who_is_hopeless_is_not_worth_asking_about(one: Identity, other: Identity) -> None:
    """Leaving such a pair out before it is compared changes no answer, with any weights that a mapping may have."""
    for each in (scorer(), scorer(50), scorer(1_000_000, Weights(crowd=0.001, shared=0.9, review=0.001))):
        if each.is_hopeless(one, other):
            assert not each.is_worth_asking(each.score(one, other))


@given(identities, identities)
def test_who_shares_a_street_or_a_firm_alone_is_not_compared_under_another_name(one: Identity, other: Identity) -> None:
    """Such a pair would never be linked without a person, and nobody is asked about it; equal names are compared."""
    each, there = scorer(50), blocks(other)
    shared = [kind for kind, texts in blocks(one).items() if kind in MOST and set(texts) & set(there.get(kind, ()))]
    if len(shared) == 1 and is_lone(shared[0]) and bear_other_names(one, other):
        assert not each.score(one, other).is_sure(each.link_bits, alone=True)
    assert not bear_other_names(one, one)
    assert bear_other_names(one, other) is not {Level.DIFFERENT, Level.SIMILAR}.isdisjoint(names_of(one, other))
    assert bear_other_names(one, other) == bear_other_names(other, one)


@pytest.mark.parametrize("kind", [*MOST, SEVERAL])
def test_where_names_are_evidence_everybody_is_compared(kind: str) -> None:
    """Two forms of one person may agree in nothing but a house; where names have to agree, that is no reason."""
    assert scorer().is_lone(kind) is is_lone(kind)
    assert not scorer(weights=Weights(names=Names.EVIDENCE)).is_lone(kind)


@given(identities, identities)
def test_nobody_is_more_like_somebody_else_than_like_themselves(one: Identity, other: Identity) -> None:
    """Exact agreement in every field is never worth less than what two records have in common."""
    each = scorer()
    assert each.score(one, other).total <= max(each.score(who, who).total for who in (one, other)) + 1e-9


@given(identities, identities)
def test_a_score_is_the_sum_of_its_evidence(one: Identity, other: Identity) -> None:
    """What nobody said is worth nothing."""
    found = scorer().score(one, other)
    assert found.total == pytest.approx(found.prior + found.names + found.contact + found.where)
    assert {field for group in GROUPS.values() for field in group} == set(FIELDS)
    assert all(bits == 0 for bits, level in zip(found.bits, found.levels, strict=True) if level is Level.MISSING)


SLIPS = ("given", "surname", "email", "mobile", "company", "city", "postcode", "street")
WRITTEN = {
    "given": ("first_name", "Adelinde", "Adelinda"),
    "surname": ("last_name", "Thornbury", "Thornbery"),
    "email": ("email", "ada.thornbury@x.example", "ada.thornbery@x.example"),
    "mobile": ("mobile", "+44 7700 900171", "+44 7700 910171"),
    "company": ("company", "Zenith Press", "Zenit Press"),
    "city": ("city", "Sheffield", "Shefield"),
    "postcode": ("postcode", "LS1 4AP", "LS1 4PA"),
    "street": ("street", "112 Carfax Road", "112 Carfex Road"),
}


@pytest.mark.parametrize("carriers", [0, 2, 40, 2000])
@pytest.mark.parametrize("field", SLIPS)
def test_exact_agreement_is_never_worth_less_than_a_slip(field: str, carriers: int) -> None:
    """However many carry the value."""
    role, right, wrong = WRITTEN[field]
    one, slip = only(**{role: right}), only(**{role: wrong})
    at = FIELDS.index(field)
    kinds = ("given", "surname", "email", "phone", "company", "city", "postcode", "street")
    texts = {text for who in (one, slip) for text in (who.given, who.surname, who.email, who.mobile, who.city)}
    texts |= {text for who in (one, slip) for text in (who.company.replace(" ", ""), who.postcode, who.street)}
    each = scorer(carried={(kind, text): carriers for kind in kinds for text in texts})
    exact, near = each.score(one, one), each.score(one, slip)
    assert (exact.levels[at], near.levels[at]) == (Level.EXACT, Level.NEAR)
    assert exact.bits[at] >= near.bits[at]
