"""The match index and the decisions beside it, as every ledger keeps them (`connector.ledger.port`)."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector.core.model import SIDES, Side
from connector.ledger.port import Ledger, MatchDecision
from tests.ledger.samples import NOON, OP, SF, carriers, link, stranger

ADA = "ada@example.com"
many = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
few = st.sampled_from(["a", "b", "c", ""])
records = st.dictionaries(
    st.sampled_from(["1", "2", "3"]), st.dictionaries(few.filter(bool), st.lists(few, max_size=3)), max_size=3
)


# --- who carries a text


def test_records_are_found_by_their_keys(ledger: Ledger) -> None:
    """Under the same kind only; several records of a text come sorted, an unknown text is left out."""
    ledger.keys.put(SF, {"00Q2": {"email": [ADA], "phone": [""]}, "00Q1": {"email": [ADA]}})
    ledger.keys.put(OP, {"7": {"email": [ADA], "name": ["ada"]}})
    found = carriers(ledger, "email", [ADA, "grace@example.com", ""])
    assert found == {ADA: [(OP, "7"), (SF, "00Q1"), (SF, "00Q2")]}
    assert carriers(ledger, "name", [ADA]) == {}
    assert carriers(ledger, "phone", [""]) == {}


def test_new_keys_replace_all_keys_of_a_record(ledger: Ledger) -> None:
    """An address that was changed leads nowhere any more; other records keep theirs."""
    ledger.keys.put(
        SF, {"00Q1": {"email": ["old@example.com"], "name": ["ada"]}, "00Q2": {"email": ["old@example.com"]}}
    )
    ledger.keys.put(SF, {"00Q1": {"email": ["new@example.com"]}})
    assert carriers(ledger, "email", ["old@example.com"]) == {"old@example.com": [(SF, "00Q2")]}
    assert carriers(ledger, "name", ["ada"]) == {}
    ledger.keys.drop(SF, ["00Q2"])
    assert carriers(ledger, "email", ["old@example.com"]) == {}


def test_a_kind_and_its_text_cannot_run_into_each_other(ledger: Ledger) -> None:
    """ "a" + "bc" is not "ab" + "c"."""
    ledger.keys.put(SF, {"00Q1": {"a": ["bc"]}})
    assert carriers(ledger, "ab", ["c"]) == {}


def test_half_a_character_can_be_a_key(ledger: Ledger) -> None:
    """A CRM can send it; it is hashed like anything else."""
    ledger.keys.put(SF, {"00Q1": {"name": ["\ud83d"]}})
    assert carriers(ledger, "name", ["\ud83d"]) == {"\ud83d": [(SF, "00Q1")]}


def test_a_record_has_several_texts_of_a_kind(ledger: Ledger) -> None:
    """It is found by each; given twice, a text is carried once."""
    ledger.keys.put(SF, {"00Q1": {"phone": ["+4420", "+4421", "+4420"], "email": [ADA]}})
    assert carriers(ledger, "phone", ["+4420", "+4421", "+4422"]) == {"+4420": [(SF, "00Q1")], "+4421": [(SF, "00Q1")]}
    ledger.keys.put(SF, {"00Q1": {"phone": ["+4421", "+4422"]}})
    assert carriers(ledger, "phone", ["+4420", "+4421", "+4422"]).keys() == {"+4421", "+4422"}
    assert carriers(ledger, "email", [ADA]) == {}


@many
@given(history=st.lists(st.tuples(st.sampled_from(SIDES), records, st.booleans()), max_size=6))
def test_any_history_of_the_index_is_what_was_put_last(
    ledger: Ledger, history: list[tuple[Side, dict[str, dict[str, list[str]]], bool]]
) -> None:
    """However often records are replaced and dropped, the index says the same as a plain table of them."""
    with ledger.scratch() as scratch:
        plain: dict[tuple[Side, str], dict[str, list[str]]] = {}
        for side, rows, dropped in history:
            if dropped:
                scratch.keys.drop(side, list(rows))
                plain = {key: texts for key, texts in plain.items() if key[0] is not side or key[1] not in rows}
            else:
                scratch.keys.put(side, rows)
                plain |= {(side, record_id): texts for record_id, texts in rows.items()}
        for kind in "abc":
            wanted = {
                text: sorted(key for key, texts in plain.items() if text in texts.get(kind, ())) for text in "abc"
            }
            assert carriers(scratch, kind, "abc") == {text: found for text, found in wanted.items() if found}
        assert scratch.keys.known(SF, "123") == {key for side, key in plain if side is SF}


def test_a_text_of_too_many_records_tells_nobody_apart(ledger: Ledger) -> None:
    """Whoever is of that side is not found by it; the other side and other texts of the same question are answered."""
    ledger.keys.put(SF, {f"00Q{n}": {"phone": ["switchboard", f"+44{n}"]} for n in range(3)})
    ledger.keys.put(OP, {"7": {"phone": ["switchboard"]}})
    there, own = {"switchboard": [(OP, "7")]}, {"+441": [(SF, "00Q1")]}
    assert carriers(ledger, "phone", ["switchboard", "+441"], most=2) == there | own
    assert carriers(ledger, "phone", ["switchboard", "+441"], most=2, sides=[SF]) == own
    assert len(carriers(ledger, "phone", ["switchboard"], most=3)["switchboard"]) == 4
    assert len(carriers(ledger, "phone", ["switchboard"])["switchboard"]) == 4


def test_texts_of_several_kinds_are_looked_up_at_once(ledger: Ledger) -> None:
    """Each answer says of which kind it is: one text may be a name here and a street there."""
    ledger.keys.put(SF, {"00Q1": {"surname": ["carfax"]}, "00Q2": {"street": ["carfax"]}})
    found = ledger.keys.find([("surname", "carfax"), ("street", "carfax"), ("city", "carfax"), ("city", "")])
    assert found == {("surname", "carfax"): [(SF, "00Q1")], ("street", "carfax"): [(SF, "00Q2")]}


def test_one_side_is_asked_alone(ledger: Ledger) -> None:
    """Then its records alone are found, and its records alone make a text common."""
    ledger.keys.put(SF, {f"00Q{n}": {"email": [ADA]} for n in range(3)})
    ledger.keys.put(OP, {"7": {"email": [ADA]}})
    assert carriers(ledger, "email", [ADA], sides=[OP]) == {ADA: [(OP, "7")]}
    assert carriers(ledger, "email", [ADA], most=1, sides=[OP]) == {ADA: [(OP, "7")]}
    assert carriers(ledger, "email", [ADA], most=2, sides=[SF]) == {}
    assert len(carriers(ledger, "email", [ADA], most=3, sides=[SF])[ADA]) == 3


def test_thousands_of_texts_are_looked_up_at_once(ledger: Ledger) -> None:
    """More than fit into one statement."""
    ledger.keys.put(OP, {str(n): {"email": [f"{n}@example.com"]} for n in range(1300)})
    found = carriers(ledger, "email", [f"{n}@example.com" for n in range(1400)], most=5)
    assert found == {f"{n}@example.com": [(OP, str(n))] for n in range(1300)}


def test_a_record_with_hundreds_of_texts_keeps_the_first(ledger: Ledger) -> None:
    """Somebody pasted an address book: the lead is found by 128 of its texts, and its neighbours keep theirs."""
    ledger.keys.put(SF, {"00Q1": {"email": [str(n) for n in range(300)]}, "00Q2": {"email": ["x"]}})
    assert carriers(ledger, "email", [str(n) for n in range(300)]).keys() == {str(n) for n in range(128)}
    ledger.keys.put(SF, {"00Q1": {"email": [str(n) for n in range(100, 300)]}})
    assert carriers(ledger, "email", [str(n) for n in range(300)]).keys() == {str(n) for n in range(100, 228)}
    assert carriers(ledger, "email", ["x"]) == {"x": [(SF, "00Q2")]}


def test_a_record_without_texts_is_known(ledger: Ledger) -> None:
    """It counts as a record; one that was dropped does not."""
    ledger.keys.put(SF, {"00Q1": {}, "00Q2": {"email": [ADA]}})
    ledger.keys.drop(SF, ["00Q2", "00Q3"])
    assert ledger.keys.known(SF, ["00Q1", "00Q2", "00Q3"]) == {"00Q1"}
    assert ledger.keys.known(OP, ["00Q1"]) == set()


# --- how common a text is


def test_shares_stand_still_until_they_are_frozen_anew(ledger: Ledger) -> None:
    """A common text has its share of the records of both sides; what came since does not move it."""
    assert ledger.keys.frozen() == {SF: 0, OP: 0}
    ledger.keys.put(SF, {f"00Q{n}": {"last": ["smith"] if n < 4 else [f"name {n}"]} for n in range(10)})
    ledger.keys.put(OP, {str(n): {"last": ["smith"]} for n in range(10)})
    ledger.keys.freeze(["last"])
    before = {("last", "smith"): 0.7, ("last", "name 7"): 0.1, ("last", "unheard of"): 0.1}
    assert ledger.keys.shares(list(before)) == before
    ledger.keys.put(SF, {f"00Q{n}": {"last": ["smith"]} for n in range(100)})
    ledger.keys.drop(OP, [str(n) for n in range(10)])
    assert ledger.keys.shares(list(before)) == before
    assert ledger.keys.frozen() == {SF: 10, OP: 10}
    ledger.keys.freeze(["last"])
    assert ledger.keys.shares([("last", "smith")]) == {("last", "smith"): 1.0}
    assert ledger.keys.frozen() == {SF: 100, OP: 0}


@pytest.mark.parametrize(("here", "there", "share"), [(1, 1, 0.1), (2, 1, 0.15), (0, 3, 0.15), (3, 3, 0.3)])
def test_both_sides_count_together(ledger: Ledger, here: int, there: int, share: float) -> None:
    """One record on each side is what a person has; a third carrier shows in the share."""
    for side, many in ((SF, here), (OP, there)):
        ledger.keys.put(side, {f"{n}": {"mail": ["x"] if n < many else [f"{side} {n}"]} for n in range(10)})
    ledger.keys.freeze(["mail"])
    assert ledger.keys.shares([("mail", "x")]) == {("mail", "x"): share}


def test_only_the_named_kinds_are_counted(ledger: Ledger) -> None:
    """The same text of another kind is another text, and freezing forgets the kinds of before."""
    ledger.keys.put(SF, {f"00Q{n}": {"first": ["grace"], "last": ["grace"]} for n in range(8)})
    ledger.keys.freeze(["first"])
    both = [("first", "grace"), ("last", "grace")]
    assert list(ledger.keys.shares(both).values()) == [1, 2 / 8]
    ledger.keys.freeze(["last", "last"])
    assert list(ledger.keys.shares(both).values()) == [2 / 8, 1]


def test_before_anything_was_counted_everybody_carries_everything(ledger: Ledger) -> None:
    """Nothing counts as rare without having been counted."""
    ledger.keys.put(SF, {"00Q1": {"last": ["okonkwo"]}})
    assert ledger.keys.shares([("last", "okonkwo")]) == {("last", "okonkwo"): 1}
    assert ledger.keys.shares([]) == {}


# --- what people decided


ONE, TWO, THREE = (SF, "00Q1"), (SF, "00Q2"), (OP, "00Q1")
APART, SAME = MatchDecision(same=False, at=NOON), MatchDecision(same=True, at=NOON)


def test_two_records_are_apart_by_decision(ledger: Ledger) -> None:
    """Whichever way round it is said and asked; across the sides and within one; with the time it was said first."""
    ledger.decisions.put([frozenset({ONE, THREE}), frozenset({TWO, ONE})], NOON)
    ledger.decisions.put([frozenset({THREE, ONE})], NOON + 1)
    assert ledger.decisions.about([THREE]) == {frozenset({ONE, THREE}): APART}
    assert ledger.decisions.about([ONE]) == {frozenset({ONE, THREE}): APART, frozenset({ONE, TWO}): APART}
    assert ledger.decisions.about([(OP, "00Q2")]) == ledger.decisions.about([]) == {}


def test_people_may_change_their_mind(ledger: Ledger) -> None:
    """The newest decision about two records counts."""
    ledger.decisions.put([frozenset({ONE, THREE})], NOON - 1)
    ledger.decisions.put([frozenset({ONE, THREE})], NOON, same=True)
    assert ledger.decisions.about([ONE]) == {frozenset({ONE, THREE}): SAME}


def test_a_decision_ends_by_hand_only(ledger: Ledger) -> None:
    """Strangers are linked, links are dropped, records leave the index: it stands."""
    ledger.decisions.put([frozenset({ONE, THREE}), frozenset({ONE, TWO})], NOON)
    ledger.strangers.keep([stranger("00Q1", SF), stranger("00Q2", SF)])
    ledger.strangers.drop(SF, ["00Q1", "00Q2"])
    ledger.links.save([link("00Q1", "00Q1")])
    ledger.keys.drop(SF, ["00Q1"])
    assert len(ledger.decisions.about([ONE])) == 2
    ledger.decisions.drop([frozenset({THREE, ONE})])
    assert ledger.decisions.about([ONE]).keys() == {frozenset({ONE, TWO})}


def test_a_decision_is_about_two_records(ledger: Ledger) -> None:
    """A record cannot be apart from itself."""
    with pytest.raises(ValueError, match="unpack"):
        ledger.decisions.put([frozenset({ONE})], NOON)
