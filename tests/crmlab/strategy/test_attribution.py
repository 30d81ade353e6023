"""Attribution: adds up, agrees with walks on the chain, and tells channels apart where it can."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab.strategy import attribution
from crmlab.strategy.attribution import removal_effects

quick = settings(max_examples=25, deadline=None, derandomize=True, database=None)
paths = st.lists(
    st.tuples(st.lists(st.sampled_from("abcd"), min_size=1, max_size=5), st.booleans()), min_size=1, max_size=15
).filter(lambda rows: any(won for _, won in rows))


def touches(rows):
    return pd.DataFrame(
        [(i, k, channel, int(won)) for i, (path, won) in enumerate(rows) for k, channel in enumerate(path)],
        columns=["path_id", "step", "channel", "converted"],
    )


@quick
@given(rows=paths, seed=st.integers(0, 3))
def test_credit_adds_up_to_the_conversions(rows, seed):
    """Do all rules share out exactly the conversions, none negative, whatever the order of the rows?"""
    table = touches(rows)
    result = attribution(table)
    won = sum(won for _, won in rows)
    assert result.groupby("method")["credit"].sum().to_numpy() == pytest.approx(won)
    assert (result["credit"] >= 0).all()
    pd.testing.assert_frame_equal(attribution(table.sample(frac=1, random_state=seed)), result)


@quick
@given(rows=paths)
def test_single_touch_paths_make_all_rules_agree(rows):
    """When nobody has more than one touch, is there nothing to argue about?"""
    result = attribution(touches([(path[:1], won) for path, won in rows]))
    shares = result.pivot(index="channel", columns="method", values="share")
    for method in ("last", "linear", "markov"):
        np.testing.assert_allclose(shares[method], shares["first"], atol=1e-9)


def test_rules_by_hand():
    """On two paths, are first, last and linear those counted by hand, repeated touches each with a part?"""
    result = attribution(touches([("abb", True), ("ca", True), ("b", False)])).set_index(["method", "channel"])[
        "credit"
    ]
    assert result["first"].to_dict() == {"a": 1, "b": 0, "c": 1}
    assert result["last"].to_dict() == {"a": 1, "b": 1, "c": 0}
    assert result["linear"].to_dict() == pytest.approx({"a": 1 / 3 + 1 / 2, "b": 2 / 3, "c": 1 / 2})


def test_removal_effect_is_what_random_walks_lose():
    """Over 40,000 walks on the chain, is the share of conversions through a channel its removal effect?"""
    moves = np.array([[0, 3, 1, 2, 4], [2, 0, 2, 3, 3], [1, 1, 0, 5, 3], [4, 3, 3, 0, 0]], dtype=float)
    rng, chance = np.random.default_rng(2), (moves / moves.sum(axis=1, keepdims=True)).cumsum(axis=1)
    state, seen = np.full(40_000, 3), np.zeros((40_000, 5), dtype=bool)
    # Columns: three channels, conversion, nothing; a walk that has ended stays where it is.
    ended = np.full(40_000, -1)
    while (ended < 0).any():
        going = np.flatnonzero(ended < 0)
        to = (rng.random(len(going))[:, None] > chance[state[going]]).sum(axis=1)
        seen[going, to] = True
        state[going] = np.minimum(to, 2)
        ended[going[to >= 3]] = to[to >= 3]
    won = ended == 3
    expected = [seen[won, c].mean() for c in range(3)]
    full = np.column_stack([moves[:, :3], np.zeros(4), moves[:, 3:]])
    assert removal_effects(full).tolist() == pytest.approx(expected, abs=0.015)


def test_interval_narrows_with_more_paths_and_holds_the_share():
    """Do resampled intervals hold their share, and shrink about by half with four times the paths?"""
    rows = [("ab", True), ("a", False), ("b", True), ("ba", False), ("ca", True), ("c", False)] * 10
    small, large = (attribution(touches(r), rng=np.random.default_rng(1)) for r in (rows, rows * 4))
    for table in (small, large):
        assert (table["low"] <= table["share"] + 1e-9).all()
        assert (table["share"] <= table["high"] + 1e-9).all()
    ratio = (large["high"] - large["low"]).sum() / (small["high"] - small["low"]).sum()
    assert ratio == pytest.approx(0.5, abs=0.1)


def test_a_channel_that_never_helps_gets_nothing():
    """Is the removal effect of a channel whose visitors never buy zero?"""
    result = attribution(touches([("a", True), ("b", False), ("a", False)]), methods="markov").set_index("channel")
    assert result["credit"].to_dict() == {"a": 1, "b": 0}


def test_dates_as_order():
    """May the order be a date, and may text numbers stand for paths?"""
    table = touches([("ab", True)]).assign(step=pd.to_datetime(["2026-01-02", "2026-01-05"]), path_id="K1")
    assert attribution(table, methods=["last"])["credit"].tolist() == [0, 1]
