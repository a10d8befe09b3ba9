"""Two editors on one thing: each one's change is kept, and a clash is shown, not decided."""

from copy import deepcopy

from hypothesis import given
from hypothesis import strategies as st

from conditions.merging import Conflict, merge

BASE = {
    "rule": "do",
    "minutes": 20,
    "reason": {"nl": "daarom", "en": "because"},
    "dose": {"nl": "", "en": ""},
    "provenance": "convention",
    "sources": ["book"],
}


def test_changes_to_different_keys_are_both_kept():
    merged = merge(BASE, BASE | {"minutes": 30}, BASE | {"rule": "caution"})
    assert merged.data == BASE | {"minutes": 30, "rule": "caution"}
    assert merged.conflicts == ()


def test_the_two_languages_of_a_text_are_merged_apart():
    mine = BASE | {"reason": {"nl": "mijn", "en": "because"}}
    theirs = BASE | {"reason": {"nl": "daarom", "en": "theirs"}}
    merged = merge(BASE, mine, theirs)
    assert merged.data["reason"] == {"nl": "mijn", "en": "theirs"}
    assert merged.conflicts == ()


def test_two_changes_to_the_same_are_a_conflict_that_holds_all_three():
    mine = BASE | {"minutes": 30, "reason": {"nl": "mijn", "en": "mine"}}
    theirs = BASE | {"minutes": 10, "reason": {"nl": "hun", "en": "because"}}
    merged = merge(BASE, mine, theirs)
    assert merged.data == mine
    assert merged.conflicts == (
        Conflict("minutes", "", 20, 30, 10),
        Conflict("reason", "nl", "daarom", "mijn", "hun"),
    )


def test_the_same_change_on_both_sides_is_no_conflict():
    mine = BASE | {"sources": ["film"]}
    assert merge(BASE, mine, deepcopy(mine)).conflicts == ()
    assert merge(BASE, mine, deepcopy(mine)).data == mine


def test_a_change_that_one_side_takes_back_to_nothing_is_kept():
    merged = merge(BASE, BASE | {"minutes": None}, BASE)
    assert merged.data["minutes"] is None
    assert merge(BASE, BASE, BASE | {"minutes": None}).data["minutes"] is None


def test_a_key_that_a_side_leaves_out_is_unchanged_there():
    mine = {"minutes": 30}
    theirs = BASE | {"rule": "dont", "rules": [{"activity": "walking"}]}
    merged = merge(BASE, mine, theirs)
    assert merged.data == theirs | {"minutes": 30}
    assert merged.conflicts == ()


TEXTS = st.fixed_dictionaries({"nl": st.sampled_from("abc"), "en": st.sampled_from("abc")})
THINGS = st.fixed_dictionaries(
    {"reason": TEXTS, "minutes": st.sampled_from([None, 1, 2]), "sources": st.just(["book"])}
)


@given(THINGS, THINGS, THINGS)
def test_merging_is_the_same_from_both_sides_but_for_conflicts(base, mine, theirs):
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    assert [(each.key, each.language) for each in one.conflicts] == [
        (each.key, each.language) for each in other.conflicts
    ]
    if not one.conflicts:
        assert one.data == other.data
    assert {(each.mine, each.theirs) for each in one.conflicts} == {
        (each.theirs, each.mine) for each in other.conflicts
    }


@given(THINGS, THINGS)
def test_a_side_that_changed_nothing_gives_way(base, theirs):
    assert merge(base, base, theirs).data == theirs == merge(base, theirs, base).data
    assert merge(base, base, theirs).conflicts == ()
