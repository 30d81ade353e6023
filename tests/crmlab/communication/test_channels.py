"""Channels, advertisements, promises, funnels and agreement."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.inter_rater import cohens_kappa

from crmlab.communication import ad_kpis, channel_kpis, cohen_kappa, funnel, funnel_counts, promise_kpis


def contacts(minutes, reached=1, cost=1.0, channel="电话"):
    return pd.DataFrame({"channel": channel, "reached": reached, "response_min": minutes, "cost_yuan": cost})


def test_silence_is_the_longest_wait_not_a_missing_value():
    """With 4 of 10 unanswered, is the median that of ten, and the 90th percentile unknown?"""
    row = channel_kpis(contacts([1, 2, 3, 4, 5, 6, None, None, None, None])).iloc[0]
    assert (row["answered"], row["median_response_min"]) == (6, 5)
    assert np.isnan(row["p90_response_min"])
    assert row["median_low"] == 2
    assert np.isnan(row["median_high"])


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
@pytest.mark.parametrize("n", [8, 15, 40, 101])
def test_the_interval_of_the_median_is_the_binomial_one(n, confidence):
    """Is it the narrowest symmetric pair of order statistics with at least the coverage asked for?"""
    row = channel_kpis(contacts(np.arange(1.0, n + 1)), confidence=confidence).iloc[0]
    low, high = int(row["median_low"]), int(row["median_high"])
    assert stats.binom.cdf(high - 1, n, 0.5) - stats.binom.cdf(low - 1, n, 0.5) >= confidence
    assert stats.binom.cdf(high - 2, n, 0.5) - stats.binom.cdf(low, n, 0.5) < confidence
    assert low + high == n + 1


def test_too_few_contacts_have_no_interval():
    """Is the interval of the median NaN with five contacts, and nothing reached costs NaN per contact reached?"""
    row = channel_kpis(contacts([1, 2, 3, 4, 5], reached=0)).iloc[0]
    assert np.isnan(row[["median_low", "median_high", "cost_per_reached"]].astype(float)).all()
    assert row["reach"] == 0


def test_no_answer_at_all():
    """Is a channel that nobody answered described, not refused?"""
    row = channel_kpis(contacts([None, None])).iloc[0]
    assert (row["answered"], row["contacts"]) == (0, 2)
    assert np.isnan(row["median_response_min"])


ADS = pd.DataFrame(
    {
        "channel": ["a", "a", "b"],
        "spend_yuan": [100.0, 300, 0],
        "impressions": [1000, 3000, 500],
        "clicks": [50, 30, 0],
        "orders": [5, 3, 0],
        "revenue_yuan": [900.0, 300, 0],
    }
)


def test_ratios_are_of_sums_not_means_of_ratios():
    """Is the click share of two days their clicks over their impressions, and 0 / 0 unknown?"""
    a, b = ad_kpis(ADS).to_dict("records")
    assert (a["ctr"], a["cvr"], a["cpm_yuan"], a["cpa_yuan"], a["roas"]) == (0.02, 0.1, 100, 50, 3)
    assert a["ctr_low"] < 0.02 < a["ctr_high"]
    assert np.isnan([b["cvr"], b["cpa_yuan"], b["roas"]]).all()
    assert b["ctr"] == 0


PROMISES = pd.DataFrame(
    {
        "promise_at": pd.to_datetime(["2026-03-01", "2026-03-02", "2026-03-09", None]),
        "done_at": pd.to_datetime(["2026-03-01", "2026-03-03", "2026-03-01", None]),
        "first_response_s": [10, 20, 30, None],
        "error": [0, 1, None, 0],
    }
)


def test_a_promise_not_yet_due_does_not_count():
    """Are kept early promises left out until they are due, and each measure has its own n?"""
    table = promise_kpis(PROMISES, as_of="2026-03-05").set_index("measure")
    assert table["n"].tolist() == [2, 3, 3]
    assert table.loc["承诺兑现率", "value"] == 0.5
    assert promise_kpis(PROMISES, as_of="2026-03-10").loc[0, "n"] == 3
    assert table.loc["首次响应 P90", "value"] == 30
    assert np.isnan(promise_kpis(PROMISES, as_of="2020-01-01").loc[0, "value"])


def test_funnel_by_hand():
    """Are shares, losses and the weakest step those of the arithmetic, from a Series or a table?"""
    counts = pd.Series({"看到": 100, "点击": 40, "下单": 10})
    table = funnel(counts)
    assert table["step_share"].tolist()[1:] == [0.4, 0.25]
    assert table["lost"].tolist() == [0, 60, 30]
    assert table["weakest"].tolist() == [False, False, True]
    pd.testing.assert_frame_equal(funnel(counts.rename_axis("step").reset_index(name="n")), table)


def test_funnel_after_nobody():
    """Is the step after an empty one NaN and never the weakest?"""
    table = funnel(pd.Series({"a": 10, "b": 0, "c": 0}))
    assert table["weakest"].tolist() == [False, True, False]
    assert np.isnan(table.loc[2, "step_share"])


def test_funnel_counts_people_not_clicks():
    """Do repeats count once, and does a skipped step stop a person there?"""
    events = pd.DataFrame({"customer_id": [1, 1, 1, 2, 2, 3], "step": ["a", "a", "b", "a", "c", "别的"]})
    assert funnel_counts(events, steps=["a", "b", "c"]).tolist() == [2, 1, 0]


def test_kappa_is_that_of_statsmodels():
    """Are kappa and its standard error those of another program?"""
    rng = np.random.default_rng(8)
    a = rng.choice(list("xyz"), 200)
    b = np.where(rng.random(200) < 0.6, a, rng.choice(list("xyz"), 200))
    result = cohen_kappa(a, b, confidence=0.9)
    theirs = cohens_kappa(pd.crosstab(a, b).to_numpy())
    assert result.kappa == pytest.approx(theirs.kappa)
    assert result.high - result.low == pytest.approx(2 * 1.6448536 * theirs.std_kappa)
    assert result.table.to_numpy().sum() == result.n == 200


def test_kappa_extremes():
    """Is full agreement 1, one label only unknown, opposite labels -1, and a missing label left out?"""
    assert cohen_kappa(["a", "b"], ["a", "b"]).kappa == 1
    assert np.isnan(cohen_kappa(["a", "a"], ["a", "a"]).kappa)
    assert cohen_kappa(["a", "b"], ["b", "a"]).kappa == -1
    assert cohen_kappa(["a", "b", None], ["a", "b", "b"]).n == 2


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: channel_kpis(contacts([1.0, -2])),
            ValueError,
            "列“response_min”应不小于 0，第 2 行是 -2。请先核对这些行。",
        ),
        (
            lambda: channel_kpis(contacts([1.0, 2], channel=["电话", None])),
            ValueError,
            "列“channel”不能有缺失值，第 2 行是空的。请先补上或删去这一行。",
        ),
        (
            lambda: channel_kpis(contacts([1.0]), channel="chanel"),
            ValueError,
            "表 contacts 里没有列“chanel”。你是不是想写“channel”？现有的列：channel、reached、response_min、cost_yuan。",
        ),
        (
            lambda: ad_kpis(ADS.assign(clicks=[50, 30, 900])),
            ValueError,
            "第 3 行的“clicks”（900）比“impressions”（500）还多。请核对这一行。",
        ),
        (
            lambda: promise_kpis(PROMISES.astype({"done_at": str}), as_of="2026-03-05"),
            TypeError,
            "列“done_at”应是日期时间。请先用 pd.to_datetime() 转换这一列。",
        ),
        (
            lambda: promise_kpis(PROMISES, as_of=3),
            TypeError,
            '参数 as_of 应是一个日期时间，例如 "2026-03-01 18:00"，你给的是 3。',
        ),
        (
            lambda: funnel(pd.Series({"看到": 5, "点击": 9})),
            ValueError,
            "“点击”有 9 人，比上一步“看到”的 5 人还多。请检查步骤的次序，或先按人去重。",
        ),
        (lambda: funnel(pd.Series({"看到": 5})), ValueError, "漏斗至少要有两步，现在只有一步。"),
        (lambda: funnel(pd.Series([0, 0], index=["a", "b"])), ValueError, "第一步“a”是 0 人，算不出比例。"),
        (lambda: funnel(pd.Series([5, 3], index=["a", "a"])), ValueError, "步骤不能重名：a。"),
        (lambda: funnel(pd.Series({"a": 5, "b": 2.5})), ValueError, "“b”的人数应是整数，现在是 2.5。"),
        (
            lambda: funnel([5, 3]),
            TypeError,
            "参数 counts 应是一列人数（Series）或有 step、n 两列的表，你给的是 list。",
        ),
        (
            lambda: funnel_counts(pd.DataFrame({"customer_id": [1], "step": ["看道"]}), steps=["看到", "下单"]),
            ValueError,
            "列“step”的第 1 行是“看道”。你是不是想写“看到”？可用的值：看到、下单。",
        ),
        (
            lambda: cohen_kappa(["a"], ["a", "b"]),
            ValueError,
            "参数 label_a 有 1 条，label_b 有 2 条，长短不一。两列要一一对应：请从同一张表里取。",
        ),
        (
            lambda: cohen_kappa([None], ["a"]),
            ValueError,
            "没有一条是两人都标了的，算不出一致性。请检查数据是否为空。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
