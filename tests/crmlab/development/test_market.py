"""Elasticity, seasons, association, concentration."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab.development import elasticity, market_concentration, preference_table, seasonal_index

quick = settings(max_examples=30, deadline=None, derandomize=True, database=None)


@quick
@given(
    rows=st.lists(st.tuples(st.floats(1, 50), st.floats(1, 500)), min_size=4, max_size=30),
    times=st.sampled_from([0.01, 8]),
)
def test_elasticity_is_that_of_scipy(rows, times):
    """Are slope, interval and R² those of scipy's linregress on logarithms, and units of no account?"""
    from scipy import stats

    x, y = map(np.array, zip(*rows, strict=True))
    if np.ptp(np.log(x)) < 1e-3 or np.ptp(np.log(y)) < 1e-3:
        return
    result = elasticity(x, y)
    known = stats.linregress(np.log(x), np.log(y))
    half = stats.t.ppf(0.975, len(x) - 2) * known.stderr
    assert [result.elasticity, result.high - result.elasticity] == pytest.approx(
        [known.slope, half],
        rel=1e-6,
        abs=1e-6,  # where all points lie on a line, scipy's own error shows
    )
    assert result.r2 == pytest.approx(known.rvalue**2, abs=1e-9)
    assert elasticity(x * times, y / times).elasticity == pytest.approx(result.elasticity, abs=1e-8)


def test_exact_power_and_gaps():
    """Is a pure power law found without an interval, and a point with a gap left out?"""
    result = elasticity([1, 2, 4, None, 8], [1, 0.25, 1 / 16, 3, 1 / 64])
    assert (result.elasticity, result.n) == (pytest.approx(-2), 4)
    assert result.high - result.low == pytest.approx(0, abs=1e-9)
    assert np.isnan(elasticity([1, 2, 3], [5, 5, 5]).r2)


@pytest.mark.parametrize("period", [4, 7, 12])
def test_seasons_of_a_known_pattern(period):
    """Is a pattern times a straight trend found again, for even and odd periods?"""
    rng = np.random.default_rng(period)
    pattern = rng.uniform(0.6, 1.4, period)
    pattern /= pattern.mean()
    table = seasonal_index(np.tile(pattern, 6) * 100, period=period)
    assert table["index"].to_numpy() == pytest.approx(pattern)
    assert table["high"].to_numpy() - table["low"].to_numpy() == pytest.approx(0, abs=1e-9)
    assert table["index"].mean() == pytest.approx(1)
    assert (table["n"] == (5 if period % 2 == 0 else np.r_[[5] * (period // 2), [6], [5] * (period // 2)])).all()


def test_seasons_are_those_of_statsmodels():
    """With noise and trend, is the index that of statsmodels' classical decomposition?"""
    from statsmodels.tsa.seasonal import seasonal_decompose

    rng = np.random.default_rng(7)
    sales = (100 + np.arange(48)) * np.tile(rng.uniform(0.5, 1.5, 12), 4) * rng.uniform(0.9, 1.1, 48)
    known = seasonal_decompose(sales, model="multiplicative", period=12).seasonal[:12]
    assert seasonal_index(sales, period=12)["index"].to_numpy() == pytest.approx(known)


pairs = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), min_size=4, max_size=60).filter(
    lambda rows: len({a for a, _ in rows}) > 1 and len({b for _, b in rows}) > 1
)


@quick
@given(rows=pairs)
def test_association_is_that_of_scipy(rows):
    """Are chi-square, p value and Cramér's V those of scipy, the residuals those of statsmodels?"""
    from scipy.stats import chi2_contingency
    from scipy.stats.contingency import association
    from statsmodels.stats.contingency_tables import Table

    result = preference_table(pd.DataFrame(rows, columns=["age", "scene"]), rows="age", columns="scene")
    known = chi2_contingency(result.counts, correction=False)
    assert [result.chi2, result.p_value, result.df] == pytest.approx(
        [known.statistic, known.pvalue, known.dof], abs=1e-9
    )
    assert result.cramers_v == pytest.approx(association(result.counts), abs=1e-9)
    assert result.residuals.to_numpy() == pytest.approx(
        Table(result.counts, shift_zeros=False).standardized_resids.to_numpy()
    )
    assert 0 <= result.low <= result.cramers_v <= result.high <= 1
    assert result.small_cells == (known.expected_freq < 5).sum()


@pytest.mark.slow
def test_interval_of_v_covers():
    """Over 300 samples of 200 with a true V of 0.2, is it inside nearly 95 % of the time?"""
    rng, inside = np.random.default_rng(8), 0
    cells = np.array([0.25 + 0.05, 0.25 - 0.05, 0.25 - 0.05, 0.25 + 0.05])
    for _ in range(300):
        drawn = rng.choice(4, 200, p=cells)
        result = preference_table(pd.DataFrame({"a": drawn // 2, "b": drawn % 2}), rows="a", columns="b")
        inside += result.low <= 0.2 <= result.high
    assert inside / 300 == pytest.approx(0.95, abs=0.03)


def test_no_relation_and_full_relation():
    """Is V 0 without relation and 1 with a one-to-one one, and are thin cells told?"""
    flat = preference_table(pd.DataFrame({"a": [0, 0, 1, 1] * 10, "b": [0, 1] * 20}), rows="a", columns="b")
    assert (flat.chi2, flat.p_value, flat.low) == (0, 1, 0)
    same = preference_table(pd.DataFrame({"a": [0, 1], "b": [0, 1]}), rows="a", columns="b")
    assert same.cramers_v == 1
    assert str(same).endswith("；有 4 格期望人数不到 5，p 值只当参考")


@quick
@given(sales=st.lists(st.integers(0, 1000), min_size=1, max_size=20).filter(sum), top=st.integers(1, 25))
def test_concentration_laws(sales, top):
    """Is HHI between 10000 / n and 10000, the shares 1 in all, and a merger never less concentrated?"""
    table = pd.DataFrame({"firm": [f"f{i:02d}" for i in range(len(sales))], "sales_yuan": sales})
    result = market_concentration(table, top=top)
    assert result["share"].sum() == pytest.approx(1)
    assert 10_000 / len(sales) - 1e-6 <= result["hhi"].iloc[0] <= 10_000 + 1e-6
    assert result["top_share"].iloc[0] == pytest.approx(sum(sorted(sales)[::-1][:top]) / sum(sales))
    merged = market_concentration(table.replace({"firm": {"f00": "f01"}}))
    assert merged["hhi"].iloc[0] >= result["hhi"].iloc[0] - 1e-6


PEOPLE = pd.DataFrame({"age": ["青年", "中年"], "scene": ["聚会", "聚会"]})


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: elasticity([1, 0, 2], [1, 2, 3]),
            ValueError,
            "参数 cause 应大于 0 才能取对数，第 2 行是 0。请先去掉这些行。",
        ),
        (
            lambda: elasticity([1, 2], [1, 2]),
            ValueError,
            "两边都有值的只有 2 个点，至少要 3 个才能估弹性。请先收集更多数据。",
        ),
        (
            lambda: elasticity([2, 2, 2], [1, 2, 3]),
            ValueError,
            "参数 cause 全一样，看不出它变了结果会怎样。请收集不同价格下的数据。",
        ),
        (
            lambda: elasticity([2, 2, 2], [1, 2]),
            ValueError,
            "cause 有 3 行，outcome 有 2 行，应一样长。请检查它们是不是取自同一张表。",
        ),
        (
            lambda: seasonal_index([1, 2, 3], period=2),
            ValueError,
            "一圈 2 期，至少要两整圈（4 个值），现在只有 3 个。请先收集更多数据。",
        ),
        (
            lambda: seasonal_index([1, 0, 3, 4], period=2),
            ValueError,
            "参数 values 应大于 0，第 2 行是 0。没有销量的期请先核对。",
        ),
        (
            lambda: preference_table(PEOPLE, rows="age", columns="scene"),
            ValueError,
            "列“scene”只有 1 种值，没有别的可比。请检查筛选条件。",
        ),
        (
            lambda: preference_table(PEOPLE, rows="age", columns="age"),
            ValueError,
            "参数 rows 和 columns 都是“age”，请给两个不同的列。",
        ),
        (
            lambda: market_concentration(pd.DataFrame({"firm": ["a"], "sales_yuan": [0]})),
            ValueError,
            "列“sales_yuan”合计是 0，没有份额可分。请检查数据。",
        ),
        (
            lambda: market_concentration(pd.DataFrame({"firm": [None], "sales_yuan": [5]})),
            ValueError,
            "列“firm”不能有缺失值，第 1 行是空的。请先补上或删去这一行。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
