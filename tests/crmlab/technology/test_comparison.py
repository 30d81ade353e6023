"""Before and after, recognition, visits."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab.technology import before_after, recognition_quality, site_visits

quick = settings(max_examples=30, deadline=None, derandomize=True, database=None)
numbers = st.lists(st.integers(-100, 100).map(float), min_size=2, max_size=25)


@quick
@given(one=numbers, other=numbers)
def test_means_are_those_of_scipy(one, other):
    """Are the ends those of scipy's Welch test, and of its paired test for pairs?"""
    from scipy import stats

    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return
    result = before_after(one, other)
    interval = stats.ttest_ind(other, one, equal_var=False).confidence_interval(0.95)
    assert [result.low, result.high] == pytest.approx(list(interval), rel=1e-9, abs=1e-9)
    n = min(len(one), len(other))
    if np.ptp(np.subtract(other[:n], one[:n])) == 0:
        return
    pairs = before_after(one[:n], other[:n], paired=True)
    interval = stats.ttest_rel(other[:n], one[:n]).confidence_interval(0.95)
    assert [pairs.low, pairs.high] == pytest.approx(list(interval), rel=1e-9, abs=1e-9)


def test_median_by_hand():
    """Is the difference that of the medians?"""
    rng = np.random.default_rng(3)
    result = before_after([1, 2, 9], [5, 6, 7, 100], statistic="median", rng=rng)
    assert (result.before, result.after, result.difference) == (2, 6.5, 4.5)
    assert str(result).startswith("中位数由 2.00 变为 6.50（+225.0%），差 +4.50（95% 区间 ")


@pytest.mark.slow
def test_interval_of_the_median_covers():
    """Is the true difference (2.77) inside nearly 95 % of the time?"""
    rng = np.random.default_rng(3)
    truth, inside = (8 - 4) * np.log(2), 0
    for _ in range(200):
        one, other = rng.exponential(4, 60), rng.exponential(8, 60)
        found = before_after(one, other, statistic="median", rng=rng, resamples=300)
        inside += found.low <= truth <= found.high
    assert 0.9 <= inside / 200 <= 0.99


def test_paired_median_is_that_of_the_gaps():
    """Is the median of the differences taken, and a pair with a gap left out?"""
    rng = np.random.default_rng(4)
    result = before_after([1, 10, 5, None], [2, 20, 5, 9], statistic="median", paired=True, rng=rng)
    assert (result.difference, result.n_before) == (1, 3)


def test_before_after_at_its_ends():
    """Is one value each a difference without interval, no spread an interval of no width, a start of 0 without percent?"""
    assert str(before_after([3], [4])) == "平均由 3.00 变为 4.00（+33.3%），差 +1.00（区间算不出，n = 1 和 1）"
    still = before_after([2, 2], [3, 3])
    assert (still.low, still.high) == (1, 1)
    assert np.isnan(before_after([0, 0], [1, 2]).change_pct)
    single = before_after([3], [4], statistic="median", rng=np.random.default_rng(1))
    assert np.isnan([single.low, single.high]).all()


CASES = pd.DataFrame(
    {"predicted": [1, 1, 1, 0, 0, 0, 1, None], "actual": [1, 1, 0, 0, 0, 1, 1, 1], "g": list("aaaabbbb")},
    index=range(8, 0, -1),
)


def test_recognition_by_hand():
    """Of four flagged three right, of four true three found, one of three others a false alarm; group b finds one of two."""
    table = recognition_quality(CASES, by="g").set_index("group")
    total = table.loc["合计"]
    assert (total["n"], total["precision"], total["recall"]) == (7, 0.75, 0.75)
    assert total["false_alarm"] == pytest.approx(1 / 3)
    assert total["accuracy"] == pytest.approx(5 / 7)
    assert table["recall_gap"].tolist() == pytest.approx([0.25, -0.25, 0])


@quick
@given(rows=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 1)), min_size=1, max_size=40))
def test_recognition_is_that_of_scikit_learn(rows):
    """Do precision, recall and F1 agree with scikit-learn, and with NaN where nothing can be said?"""
    from sklearn.metrics import accuracy_score, precision_recall_fscore_support

    said, true = map(list, zip(*rows, strict=True))
    row = recognition_quality(pd.DataFrame({"predicted": said, "actual": true})).iloc[0]
    known = precision_recall_fscore_support(true, said, average="binary", zero_division=np.nan)
    assert row["accuracy"] == pytest.approx(accuracy_score(true, said))
    assert [row["precision"], row["recall"]] == pytest.approx(list(known[:2]), nan_ok=True)
    if sum(said) + sum(true):
        assert row["f1"] == pytest.approx(known[2])
    else:
        assert np.isnan(row["f1"])


START = pd.Timestamp("2026-03-01 09:00")


def views(*rows):
    table = pd.DataFrame(rows, columns=["user_id", "ts", "page"])
    return table.assign(ts=START + pd.to_timedelta(table["ts"], unit="min"))


def test_visits_by_hand():
    """Is a pause of just 30 minutes the same visit, a longer one another, and each visit's length and entry right?"""
    result = site_visits(views(("a", 30, "商品"), ("a", 0, "首页"), ("a", 61, "首页"), ("b", 5, "活动")))
    assert result.visits["pages"].tolist() == [2, 1, 1]
    assert result.visits["minutes"].tolist() == [30, 0, 0]
    assert result.visits["landing"].tolist() == ["首页", "首页", "活动"]
    assert result.visits["visit"].tolist() == [1, 2, 1]
    assert (result.bounce_rate, result.n, result.n_users) == (pytest.approx(2 / 3), 3, 2)
    assert result.landings["bounce_rate"].tolist() == [0.5, 1]
    assert site_visits(views(("a", 0, "x"), ("a", 10, "x")), gap_min=5).n == 2


@quick
@given(
    rows=st.lists(
        st.tuples(st.sampled_from("ab"), st.integers(0, 300), st.sampled_from("xy")), min_size=1, max_size=30
    ),
    gap=st.integers(1, 90),
)
def test_visit_laws(rows, gap):
    """Do pages add up, does a longer pause never make more visits, and every visit keep its pauses?"""
    table = views(*rows)
    result = site_visits(table, gap_min=gap)
    assert result.visits["pages"].sum() == len(rows)
    assert site_visits(table, gap_min=gap + 30).n <= result.n
    pauses = [
        later - earlier
        for user in "ab"
        for times in [sorted(t for u, t, _ in rows if u == user)]
        for earlier, later in itertools.pairwise(times)
    ]
    assert result.n == sum(p > gap for p in pauses) + len({u for u, _, _ in rows})


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: before_after([1, 2], [1], paired=True),
            ValueError,
            "配对时一一对应：before 有 2 个，after 有 1 个。请从同一张表里取两列。",
        ),
        (
            lambda: before_after([1, None], [None, 2], paired=True),
            ValueError,
            "没有一对前后都有值。请检查两列是否来自同一批对象。",
        ),
        (
            lambda: before_after([1, 2], [1, 2], statistic="median"),
            TypeError,
            "参数 rng 应是 np.random.default_rng(种子)，比中位数要用它重抽样，你给的是 NoneType。",
        ),
        (
            lambda: before_after([1, 2], [1, 2], statistic="中位数"),
            ValueError,
            "参数 statistic 不能是“中位数”。可用的值：mean、median。",
        ),
        (
            lambda: before_after([], [1]),
            ValueError,
            "参数 before 一个值也没有。请检查数据是否为空，或筛选条件是否太严。",
        ),
        (
            lambda: recognition_quality(CASES.assign(predicted="是")),
            TypeError,
            '列“predicted”只能是 0 和 1，第 1 行（索引 8）是“是”。请先换成 0/1，例如 (这一列 == "是").astype(int)。',
        ),
        (
            lambda: recognition_quality(CASES.assign(g="合计"), by="g"),
            ValueError,
            "分组不能叫“合计”，结果的最后一行就是合计。请先改名。",
        ),
        (
            lambda: recognition_quality(CASES.assign(actual=None)),
            ValueError,
            "没有一行同时有“predicted”和“actual”。请检查数据是否为空。",
        ),
        (lambda: site_visits(views(("a", 0, "x")), gap_min=0), ValueError, "参数 gap_min 应大于 0，你给的是 0。"),
        (
            lambda: site_visits(views(("a", 0, None))),
            ValueError,
            "列“page”不能有缺失值，第 1 行是空的。请先补上或删去这一行。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
