"""Laws that hold for every input."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from crmlab import information

pytestmark = pytest.mark.slow

quick = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
)
cells = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 3)), min_size=1, max_size=40)
words = st.text("王小明晓红ab12", max_size=5)
pairs = st.lists(st.tuples(st.integers(0, 8), st.sampled_from("abcde")), min_size=1, max_size=50)


@quick
@given(rows=cells)
def test_more_background_knowledge_never_protects_better(rows):
    """Does one quasi-identifier more leave k and l as they are or lower, and k x classes <= n?"""
    table = pd.DataFrame(rows, columns=["a", "b", "s"])
    one, two = (information.k_anonymity(table, q) for q in (["a"], ["a", "b"]))
    assert 1 <= two.k <= one.k <= len(rows)
    assert two.k * two.n_classes <= len(rows)
    for definition in ("distinct", "entropy"):
        few, more = (information.l_diversity(table, q, "s", definition=definition) for q in (["a"], ["a", "b"]))
        assert 1 - 1e-9 <= more.l
        if definition == "distinct":
            assert more.l <= few.l <= one.n


@quick
@given(values=st.lists(st.one_of(st.none(), st.text(max_size=25)), min_size=1, max_size=10))
def test_any_text_is_masked_and_full_hides_all(values):
    """Does no text break the mask, and `full` leave nothing of it?"""
    for kind in information.MASK_KINDS:
        masked = information.mask(values, kind)
        assert masked.isna().tolist() == [v is None for v in values]
        assert masked.dropna().str.contains("*", regex=False).all()
        assert set(information.mask(values, kind, level="full").dropna()) <= {"****"}


@quick
@given(values=st.lists(st.text("0123456789Xx +-86", max_size=20), min_size=1, max_size=10))
def test_a_number_is_right_or_has_a_reason(values):
    """Is exactly one of valid and problem said for any text, and what is normalised valid again?"""
    for check in (information.check_mobile, information.check_resident_id):
        table = check(values)
        assert (table["valid"] == table["problem"].isna()).all()
        assert (table["problem"].isna() == table["message"].isna()).all()
    mobiles = information.check_mobile(values)["normalised"].dropna()
    assert information.check_mobile(mobiles)["valid"].all()


@quick
@given(
    names=st.lists(st.tuples(words, words), min_size=2, max_size=25), threshold=st.sampled_from([0.0, 0.5, 0.8, 1.0])
)
def test_pairs_are_blocked_scored_and_grouped(names, threshold):
    """Is every pair within a block, its score at least the threshold, and both its ends in one group?"""
    table = pd.DataFrame(names, columns=["name", "key"]).assign(customer_id=range(len(names)))
    compare = {"name": "jaro_winkler", "key": "exact"}
    result = information.find_duplicates(
        table, compare=compare, block=["key"], threshold=threshold, weights={"name": 2, "key": 1}
    )
    key, group = table["key"].str.casefold(), result.groups.set_index("customer_id")["group"]
    for a, b, score in result.pairs[["id_a", "id_b", "score"]].itertuples(index=False):
        assert a < b
        assert key[a] == key[b] != ""
        assert threshold - 1e-9 <= score <= 1
        assert group[a] == group[b]
    assert set(group.index) == {*result.pairs["id_a"], *result.pairs["id_b"]}
    exact = information.duplicate_quality(result.pairs, group.reindex(table["customer_id"]))
    assert exact.n_right == exact.n_found


@quick
@given(
    rows=st.lists(
        st.tuples(st.integers(0, 4), st.one_of(st.none(), words), st.integers(-5, 9)), min_size=1, max_size=25
    )
)
def test_merging_loses_nobody_and_no_points(rows):
    """Is one row left a group, the sum of points the same, and a second merge without effect?"""
    table = pd.DataFrame(rows, columns=["g", "name", "points"]).assign(customer_id=range(len(rows)))
    groups = table[["customer_id"]].assign(group=table["g"])
    customers = table.drop(columns="g")
    result = information.merge_duplicates(customers, groups, rules={"points": "sum"})
    assert result.n_after == table["g"].nunique()
    assert result.customers["points"].sum() == customers["points"].sum()
    known = set(table.dropna(subset="name")["g"])
    assert result.customers["name"].notna().sum() == len(known)
    left = groups[groups["customer_id"].isin(result.customers["customer_id"])]
    again = information.merge_duplicates(result.customers, left, rules={"points": "sum"})
    pd.testing.assert_frame_equal(again.customers, result.customers)


@quick
@given(rows=pairs, measure=st.sampled_from(information.SIMILARITIES))
def test_likeness_is_a_share_and_mutual(rows, measure):
    """Is 0 < similarity <= 1, the same both ways, and 1 only for items with the same users?"""
    views = pd.DataFrame(rows, columns=["user_id", "item_id"])
    table = information.similar_items(views, measure=measure, top=10)
    assert table["similarity"].between(0, 1 + 1e-12, inclusive="right").all()
    both = table.set_index(["item_id", "similar_item"])["similarity"]
    assert all(np.isclose(both[a, b], both[b, a]) for a, b in both.index)


@quick
@given(rows=pairs)
def test_rules_are_bounded(rows):
    """Is support <= confidence <= 1, support <= either share, and 0 <= entropy <= log2 of the categories?"""
    orders = pd.DataFrame(rows, columns=["order_id", "item_id"])
    rules = information.association_rules(orders, max_items=4)
    assert (rules["support"] <= rules["confidence"] + 1e-12).all()
    assert rules["confidence"].between(0, 1).all()
    assert (rules["n_both"] <= rules[["n_antecedent", "n_consequent"]].min(axis=1)).all()
    entropy = information.category_entropy(orders, category="item_id", by="order_id")
    assert entropy["entropy"].between(0, np.log2(entropy["n_categories"]) + 1e-9).all()
    assert entropy["effective_categories"].between(1, entropy["n_categories"] + 1e-9).all()
