"""Score card, selection matrix, look-alikes, whale curve."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics.pairwise import cosine_similarity

from crmlab.development import lead_score, lookalike, selection_matrix, whale_curve

quick = settings(max_examples=25, deadline=None, derandomize=True, database=None)
LEADS = pd.DataFrame({"source": ["展会", "官网", None], "visits": [3, 2.9, None]})
CARD = pd.DataFrame(
    {
        "column": ["source", "visits", "visits"],
        "value": ["展会", None, None],
        "low": [None, 3, None],
        "high": [None, None, 3],
        "points": [20, 30, -5],
    }
)


def test_lead_score_by_hand():
    """Is a lower limit inclusive and an upper one not, is an open end open, and does a gap earn nothing and count?"""
    table = lead_score(LEADS, CARD)
    assert table["score"].tolist() == [50, -5, 0]
    assert table["unscored"].tolist() == [0, 0, 2]
    assert table["source_points"].tolist() == [20, 0, 0]


def test_card_without_ranges_or_without_values():
    """Does a card need only the columns it uses?"""
    assert lead_score(LEADS, CARD[:1].drop(columns=["low", "high"]))["score"].tolist() == [20, 0, 0]
    assert lead_score(LEADS, CARD[1:].drop(columns="value"))["score"].tolist() == [30, -5, 0]


def test_selection_cells_and_margin():
    """Is a segment on the line high, is the margin the distance to the nearer line, do weights work as shares?"""
    table = pd.DataFrame({"size": [5, 1, 3, 1], "match": [5, 5, 3, 1]})
    result = selection_matrix(table, attractiveness={"size": 4}, fit={"match": 2})
    assert result["cell"].tolist() == ["target", "serve", "target", "skip"]
    assert result["margin"].tolist() == pytest.approx([50, 50, 0, 50])
    assert selection_matrix(table, attractiveness={"size": 1}, fit={"size": 1, "match": 0})["fit"].tolist() == [
        100,
        0,
        50,
        0,
    ]


@quick
@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=12), st.sampled_from([0.5, 3, 40])
)
def test_selection_knows_no_unit_of_weight(rows, times):
    """Are scores within 0-100 and the same when all weights are multiplied?"""
    table = pd.DataFrame(rows, columns=["a", "b"])
    one = selection_matrix(table, attractiveness={"a": 1, "b": 2}, fit={"b": 1})
    other = selection_matrix(table, attractiveness={"a": times, "b": 2 * times}, fit={"b": times})
    np.testing.assert_allclose(one["attractiveness"], other["attractiveness"])
    assert one["attractiveness"].between(-1e-9, 100 + 1e-9).all()


def test_lookalike_is_the_cosine_of_scikit_learn():
    """Are similarities those of cosine_similarity on standardised features, and seeds left out?"""
    rng = np.random.default_rng(2)
    table = pd.DataFrame(rng.gamma(2, [3, 50, 1], (40, 3)), columns=list("abc"), index=range(100, 140))
    seeds = [101, 107, 120]
    result = lookalike(table, seeds, features=list("abc"), n=10)
    scaled = (table - table.mean()) / table.std(ddof=0)
    theirs = cosine_similarity(scaled, scaled.loc[seeds].mean().to_frame().T)[:, 0]
    expected = pd.Series(theirs, index=table.index).drop(seeds).nlargest(10)
    np.testing.assert_allclose(result["similarity"], expected)
    assert result.index.tolist() == expected.index.tolist()


def test_lookalike_finds_its_own_kind():
    """With two kinds of customers, are the first on the list of the kind of the seeds, beyond chance?"""
    rng = np.random.default_rng(9)
    kind = np.repeat([0, 1], 50)
    table = pd.DataFrame({"spend": rng.normal(100 + 80 * kind, 30), "visits": rng.normal(3 + 4 * kind, 2)})
    found = lookalike(table, [50, 51, 52, 53, 54], features=["spend", "visits"], n=20)
    assert (found.index >= 50).mean() >= 0.9


def test_whale_curve_by_hand():
    """Is the top of the curve where the profit turns negative, and what is left the sum?"""
    curve = whale_curve([-250, 300, 10, 500, -80, 120])
    assert (curve.peak_profit, curve.total_profit, curve.peak_share) == (930, 600, pytest.approx(4 / 6))
    assert curve.table["cumulative_profit"].tolist() == [500, 800, 920, 930, 850, 600]


@pytest.mark.parametrize(("profits", "peak"), [([0, 0], 0), ([-5, -1], 0), ([3], 3)])
def test_whale_curve_at_its_ends(profits, peak):
    """All nil, all at a loss, one customer: is the peak right and the loss share counted?"""
    curve = whale_curve(profits)
    assert curve.peak_profit == peak
    assert curve.loss_share == np.mean(np.array(profits) < 0)


def test_whale_curve_that_ends_in_debt_reads_well():
    """Does the sentence carry a proper minus sign?"""
    text = str(whale_curve([100, -400]))
    assert text == "前 50.0% 的客户累计赚 100，全部客户只剩 −300；亏损客户占 50.0%（95% 区间 9.5%–90.5%，n = 2）"
