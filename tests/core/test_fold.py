"""What an observation teaches: echoes of our own writes, edits of people, stale reads, late requests, fillers."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from connector.core.fold import STALE, Folded, fold, forget_old, landed, taken_back
from connector.core.model import SECOND, Link, Sent, Side
from tests.core.leads import OP, SF, Two, lead, one_rule
from tests.core.mapping.frame import mapping_of

LONG = "Castrop-Rauxel"
NOW = 1000 * SECOND
CITY = one_rule("fit: cut")
CITY = replace(CITY, rules={"it": replace(CITY.rules["it"], sizes={OP: {"town": 6}})})
EMAIL = mapping_of("it: {salesforce: Email, operate: emailaddress, transform: email}\n")


def sent(value: str, source: str = "", *, at: int = NOW - 60 * SECOND, unknown: bool = True) -> Sent:
    """A value on its way to Operate."""
    return Sent(value, source or value, at, unknown)


def writing(seen: Two, base: Two, *values: Sent) -> Link:
    """A link with values on their way to Operate, whose record was last changed at second 900."""
    return replace(lead(seen, base), sent={OP: {"it": values}} if values else {}, stamps={OP: 900 * SECOND})


def read(link: Link, value: str, *, side: Side = OP, stamp: int = 950, answered: bool = False) -> Folded:
    """This value is read."""
    return fold(link, side, stamp * SECOND, {"it": value}, CITY, {}, NOW, answered=answered)


def values(link: Link) -> tuple[str | None, str | None, str | None, str | None]:
    """Seen and base: Salesforce, Operate."""
    return (
        link.seen[SF].get("it"),
        link.seen[OP].get("it"),
        link.base[SF].get("it"),
        link.base[OP].get("it"),
    )


def test_a_plain_read_is_only_seen() -> None:
    """Without anything on its way, a value is what a person typed."""
    assert values(read(writing(("a", "a"), ("a", "a")), "b").link) == ("a", "b", "a", "a")


def test_an_echo_is_the_new_base_of_both_sides() -> None:
    """What was sent has arrived: no edit is left on either side."""
    folded = read(writing(("b", "a"), ("a", "a"), sent("b")), "b")
    assert values(folded.link) == ("b", "b", "b", "b")
    assert folded.link.sent[OP] == {}
    assert folded.overwritten == ()


def test_an_echo_of_an_older_source_leaves_the_newer_edit() -> None:
    """The source was edited while the write was on its way: its base is what was sent, so it is ahead still."""
    assert values(read(writing(("c", "a"), ("a", "a"), sent("b")), "b").link) == ("c", "b", "b", "b")


def test_a_cut_value_is_an_echo() -> None:
    """Cut at exactly the size of the field: the side keeps the copy, the source the original."""
    assert values(read(writing((LONG, ""), ("", ""), sent(LONG)), LONG[:6]).link) == (LONG, LONG[:6], LONG, LONG[:6])


def test_a_value_cut_elsewhere_is_somebodys_edit() -> None:
    """Five letters are not what a field of six stores."""
    link = read(writing((LONG, ""), ("", ""), sent(LONG)), LONG[:5]).link
    assert values(link) == (LONG, LONG[:5], "", "")
    assert link.sent[OP]["it"], "our request may still arrive"


def test_a_lower_cased_address_is_an_echo() -> None:
    """Salesforce stores addresses in lower case."""
    link = replace(lead(("", "Ada@Example.com"), ("", "")), sent={SF: {"it": (sent("Ada@Example.com"),)}})
    after = fold(link, SF, NOW, {"it": "ada@example.com"}, EMAIL, {}, NOW).link
    assert after.sent[SF] == {}
    assert after.base[SF]["it"] == after.seen[SF]["it"]


def test_a_blank_is_never_an_echo_of_a_value() -> None:
    """A record that does not hold our value yet has not stored it."""
    link = read(writing(("b", ""), ("", ""), sent("b")), "").link
    assert values(link) == ("b", "", "", "")
    assert link.sent[OP]["it"]


def test_an_edit_on_top_of_an_answered_write() -> None:
    """The write is certain, so another value was typed after it: only that edit is ahead."""
    link = read(writing(("b", "b"), ("b", "b"), sent("b", unknown=False)), "c").link
    assert values(link) == ("b", "c", "b", "b")
    assert link.sent[OP] == {}


def test_a_stale_read_is_not_an_edit() -> None:
    """Right after a write the old row may still be shown, with its old stamp."""
    link = writing(("b", "b"), ("b", "b"), sent("b", unknown=False, at=NOW - SECOND))
    assert values(read(link, "a", stamp=900).link) == ("b", "b", "b", "b")


def test_an_old_row_is_believed_when_it_stays_old() -> None:
    """After a while a stamp of before the write is no reason any more."""
    link = writing(("b", "b"), ("b", "b"), sent("b", unknown=False, at=NOW - STALE))
    assert values(read(link, "a", stamp=900).link) == ("b", "a", "b", "b")


def test_the_answer_to_a_write_is_never_stale() -> None:
    """Operate answers with the stored record, whatever its stamp."""
    link = writing(("b", "b"), ("b", "b"), sent("b", unknown=False, at=NOW - SECOND))
    assert values(read(link, "c", stamp=900, answered=True).link) == ("b", "c", "b", "b")


def test_an_older_request_that_lands_late_is_ours() -> None:
    """Two requests were unanswered; the newer one was seen, then the older one overwrites it: no person did that."""
    link = writing(("c", "a"), ("a", "a"), sent("b"), sent("c"))
    newer = read(link, "c").link
    assert values(newer) == ("c", "c", "c", "c")
    assert [each.value for each in newer.sent[OP]["it"]] == ["b"]
    late = read(newer, "b", stamp=960)
    assert values(late.link) == ("c", "b", "b", "b"), "the newer value is planned again"
    assert late.overwritten == ()


def test_a_late_request_over_a_persons_value_is_told() -> None:
    """What the person typed was seen, and our own late write is over it: the loser is named."""
    typed = read(writing(("b", "a"), ("a", "a"), sent("b")), "mine").link
    (told,) = read(typed, "b", stamp=960).overwritten
    assert (told.rule, told.lost, told.value) == ("it", "mine", "b")


def test_a_filler_is_read_as_blank() -> None:
    """What we invented is no value: it neither counts as an edit nor flows back."""
    link = replace(lead(("", ""), ("", "")), fillers={SF: {"City": "Unknown"}})
    after = read(link, "Unknown", side=SF).link
    assert values(after) == ("", "", "", "")
    assert after.fillers[SF] == {"City": "Unknown"}


def test_a_persons_value_replaces_a_filler_for_good() -> None:
    """Once somebody typed a value, even the same text is theirs."""
    link = replace(lead(("", ""), ("", "")), fillers={SF: {"City": "Unknown"}})
    typed = read(link, "Lovelace", side=SF).link
    assert typed.fillers[SF] == {}
    assert values(read(typed, "Unknown", side=SF).link) == ("Unknown", "", "", "")


def test_a_real_value_with_the_text_of_a_filler_is_real() -> None:
    """Somebody typed on the other side what we had invented here: it has arrived, and is no blank."""
    link = replace(writing(("Bonn", ""), ("", ""), sent("Bonn")), fillers={OP: {"town": "Bonn"}})
    after = read(link, "Bonn").link
    assert values(after) == ("Bonn", "Bonn", "Bonn", "Bonn")
    assert after.fillers[OP] == {}
    answered = landed(link, OP, ["it"], CITY)
    assert values(read(answered, "Bonn").link) == values(read(replace(answered, sent={}), "Bonn").link)
    assert answered.fillers[OP] == {}


def test_a_filler_is_known_by_where_it_stands() -> None:
    """Somebody renames the rule, or changes how its texts are read: what we invented is still nobody's."""
    table = "[{salesforce: [NA, None], operate: NA}]"
    renamed = mapping_of(f"place: {{salesforce: City, operate: town, transform: {{values: {{table: {table}}}}}}}")
    link = Link(fillers={SF: {"City": "None"}})
    after = fold(link, SF, NOW, {"place": "NA"}, renamed, {}, NOW, native={"City": "None"}).link
    assert after.seen[SF] == {"place": ""}
    typed = fold(link, SF, NOW, {"place": "NA"}, renamed, {}, NOW, native={"City": "NA"}).link
    assert typed.seen[SF] == {"place": "NA"}


WHEN = mapping_of(
    """
    kind: {salesforce: Kind__c, operate: ud_kind}
    floor: {salesforce: Floor__c, operate: floor, when: {kind: A}}
    """
)


def test_a_rule_that_applies_no_more_is_not_seen() -> None:
    """What the record holds there is its own; a filler makes no rule apply."""
    link = Link(seen={SF: {"kind": "A", "floor": "1"}}, base={SF: {"kind": "A", "floor": "1"}})
    after = fold(link, SF, NOW, {"kind": "", "floor": "own"}, WHEN, {}, NOW).link
    assert after.seen[SF] == {"kind": ""}
    assert after.base[SF] == {"kind": "A", "floor": "1"}
    invented = replace(link, fillers={SF: {"Kind__c": "A"}})
    assert fold(invented, SF, NOW, {"kind": "A", "floor": "1"}, WHEN, {}, NOW).link.seen[SF] == {"kind": ""}


def test_what_is_not_shown_stays_as_it_was_seen() -> None:
    """A missing key is not a blank, and a rule that is not in the mapping is nobody's business."""
    link = fold(writing(("a", "a"), ("a", "a")), OP, NOW, {"other": "x"}, CITY, {}, NOW).link
    assert values(link) == ("a", "a", "a", "a")
    assert "other" not in link.seen[OP]


def test_the_newest_stamp_is_kept() -> None:
    """Re-delivery of an older page does not turn the clock back."""
    assert read(writing(("a", "a"), ("a", "a")), "a", stamp=800).link.stamps[OP] == 900 * SECOND


def test_an_answer_without_the_record_is_certain() -> None:
    """It counts as seen and as base; its stored form is learnt with the next read."""
    link = landed(writing(("b", "a"), ("a", "a"), sent("b")), OP, ["it"], CITY)
    assert values(link) == ("b", "b", "b", "b")
    assert not link.sent[OP]["it"][0].unknown


def test_a_refused_write_never_was() -> None:
    """Only the newest value goes; an older unanswered one may still arrive."""
    link = taken_back(writing(("c", "a"), ("a", "a"), sent("b"), sent("c")), OP, ["it"])
    assert [each.value for each in link.sent[OP]["it"]] == ["b"]
    assert taken_back(link, OP, ["it"]).sent[OP] == {}


def test_old_requests_are_forgotten() -> None:
    """What can no longer arrive is no excuse for a value any more."""
    link = writing(("c", "a"), ("a", "a"), sent("b", at=10), sent("c", at=20))
    assert [each.value for each in forget_old(link, OP, 20).sent[OP]["it"]] == ["c"]
    assert forget_old(link, OP, 21).sent[OP] == {}


texts = st.sampled_from(["", "a", "b", "c", LONG, LONG[:6]])
pending = st.lists(st.builds(lambda value, unknown: sent(value, unknown=unknown), texts, st.booleans()), max_size=3)


@given(texts, texts, texts, texts, pending, texts)
def test_folding_twice_is_folding_once(s: str, o: str, bs: str, bo: str, under_way: list[Sent], value: str) -> None:
    """Re-delivery is normal: the same read again teaches nothing about a link without anything under way."""
    once = read(writing((s, o), (bs, bo), *under_way), value).link
    assert once.seen[OP]["it"] == value
    if not once.sent[OP]:
        assert read(once, value).link == once


@given(texts, texts, texts, texts, pending, texts)
def test_a_read_never_touches_what_the_other_side_shows(
    s: str, o: str, bs: str, bo: str, under_way: list[Sent], value: str
) -> None:
    """Only bases are learnt about the other side, and only values that were sent from there."""
    after = read(writing((s, o), (bs, bo), *under_way), value).link
    assert after.seen[SF]["it"] == s
    assert after.base[SF]["it"] in {bs, *(each.source for each in under_way)}
