"""Time limits and time to resolution, held against statsmodels."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from crmlab.complaints import sla_report, time_to_resolution

AS_OF = pd.Timestamp("2026-03-10 00:00")


def cases(hours_ago, took, **columns):
    opened = AS_OF - pd.to_timedelta(hours_ago, unit="h")
    closed = [o + pd.Timedelta(hours=t) if t is not None else pd.NaT for o, t in zip(opened, took, strict=True)]
    return pd.DataFrame({"opened_at": opened, "closed_at": pd.to_datetime(closed), **columns})


def report(table, tiers=None, **options):
    return sla_report(table.assign(tier="一般"), tiers=tiers or {"一般": 24}, as_of=AS_OF, **options).iloc[0]


def test_an_open_case_past_its_limit_counts_as_missed():
    """Does a case open for 30 h count against a limit of 24 h?"""
    row = report(cases([100, 30], [3, None]))
    assert (row["n"], row["due"], row["met"], row["overdue_open"], row["not_due"]) == (2, 2, 1, 1, 0)
    assert row["attainment"] == 0.5


def test_a_young_case_is_not_counted_even_when_closed():
    """Are cases whose limit has not passed left out of the denominator, closed or not?"""
    row = report(cases([5, 5, 100], [1, None, 30]))
    assert (row["due"], row["met"], row["not_due"]) == (1, 0, 2)
    assert row["attainment"] == 0


def test_the_limit_itself_is_kept():
    """Is exactly 24 h within 24 h, and is a case due at the very moment its limit ends?"""
    assert report(cases([24], [24]))[["due", "met"]].tolist() == [1, 1]


def test_nothing_due_is_unknown_not_perfect():
    """Is the attainment NaN rather than 0 or 100 % when no limit has passed?"""
    row = report(cases([5], [1]))
    assert np.isnan(row[["attainment", "low", "high"]].astype(float)).all()


def test_tiers_keep_their_order_and_add_up():
    """Are tiers in the given order, one without cases included, and the last row their sum?"""
    table = cases([200, 200, 200], [1, 30, 100], tier=["紧急", "一般", "一般"])
    result = sla_report(table, tiers={"紧急": 2, "一般": 24, "疑难": 168}, as_of=AS_OF)
    assert result["tier"].tolist() == ["紧急", "一般", "疑难", "全部"]
    assert result["n"].tolist() == [1, 2, 0, 3]
    assert result["met"].tolist() == [1, 0, 0, 1]
    assert np.isnan(result.loc[2, "attainment"])
    assert np.isnan(result.loc[3, "limit_h"])


def random_cases(seed, n=300):
    rng = np.random.default_rng(seed)
    ago = rng.uniform(1, 200, n)
    took = rng.gamma(1.5, 20, n).round(1)
    table = cases(ago, [t if t <= a else None for t, a in zip(took, ago, strict=True)])
    return table.assign(channel=rng.choice(["电话", "网络"], n)), ago


def test_the_curve_is_that_of_statsmodels():
    """Do curve, band, risk sets and median with its interval agree with SurvfuncRight?"""
    table, ago = random_cases(1)
    done = table["closed_at"].notna().to_numpy()
    took = np.where(done, (table["closed_at"] - table["opened_at"]).dt.total_seconds() / 3600, ago)
    theirs = SurvfuncRight(took, done.astype(int))
    ours = time_to_resolution(table, as_of=AS_OF)
    np.testing.assert_allclose(ours.curve["hours"], theirs.surv_times)
    np.testing.assert_allclose(ours.curve["open_share"], theirs.surv_prob)
    np.testing.assert_array_equal(ours.curve["at_risk"], theirs.n_risk)
    row = ours.table.iloc[0]
    assert row["median_h"] == pytest.approx(theirs.quantile(0.5))
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = theirs.quantile_ci(0.5, method="cloglog")
    assert (row["low"], row["high"]) == (pytest.approx(low), pytest.approx(high))


def test_dropping_open_cases_makes_the_median_too_short():
    """Does the honest median recover the true 33.3 h while the naive one is well below it?"""
    rng = np.random.default_rng(8)
    ago, took = rng.uniform(1, 120, 4000), rng.exponential(33.3 / np.log(2), 4000)
    table = cases(ago, [t if t <= a else None for t, a in zip(took, ago, strict=True)])
    row = time_to_resolution(table, as_of=AS_OF).table.iloc[0]
    assert row["low"] <= 33.3 <= row["high"]
    assert row["naive_median_h"] < 28


def test_groups_are_tested_by_log_rank():
    """Is p small when one channel takes three times as long, and NaN with one group?"""
    table, _ = random_cases(2)
    slow = table.assign(closed_at=table["closed_at"].where(table["channel"] == "电话"))
    assert time_to_resolution(slow, as_of=AS_OF, by="channel").p_value < 1e-6
    assert np.isnan(time_to_resolution(table, as_of=AS_OF).p_value)


def test_missing_group_is_shown():
    """Do cases without a channel form a group of their own rather than vanish?"""
    table = cases([9, 9, 9], [1, 2, 3], channel=["电话", None, "电话"])
    assert time_to_resolution(table, as_of=AS_OF, by="channel").table["group"].tolist() == ["未填写", "电话"]


def test_all_open():
    """Is the median unknown, not zero, when nothing has been closed?"""
    result = time_to_resolution(cases([9, 5], [None, None]), as_of=AS_OF)
    assert np.isnan(result.table.loc[0, "median_h"])
    assert len(result.curve) == 0
    assert str(result) == "解决时长中位数：全部 算不出（95% 区间 算不出–算不出，n = 2，未办结 2）"


def test_time_zones_are_fine_when_both_have_them():
    """Do aware columns work with an aware as_of?"""
    table = cases([9], [1])
    aware = table.apply(lambda c: c.dt.tz_localize("Asia/Shanghai"))
    assert time_to_resolution(aware, as_of=AS_OF.tz_localize("Asia/Shanghai")).table.loc[0, "median_h"] == 1


GOOD = cases([9, 9], [1, 2])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: time_to_resolution(GOOD.astype({"closed_at": str}), as_of=AS_OF),
            TypeError,
            "列“closed_at”应是日期时间，第 1 行是“2026-03-09 16:00:00”。请先用 pd.to_datetime() 转换这一列。",
        ),
        (
            lambda: time_to_resolution(cases([9, 9], [1, -2]), as_of=AS_OF),
            ValueError,
            "第 2 行的“closed_at”（2026-03-09 13:00:00）早于“opened_at”（2026-03-09 15:00:00）。请核对这一行。",
        ),
        (
            lambda: time_to_resolution(cases([9, 9], [1, 20]), as_of=AS_OF),
            ValueError,
            "列“closed_at”第 2 行是 2026-03-10 11:00:00，晚于 as_of（2026-03-10 00:00:00）。"
            "那时还没有发生：请核对日期，或把 as_of 改到数据导出的时刻。",
        ),
        (
            lambda: time_to_resolution(GOOD.assign(opened_at=[AS_OF, pd.NaT]), as_of=AS_OF),
            ValueError,
            "列“opened_at”不能有缺失值，第 2 行是空的。没有开始时间就算不出时长。",
        ),
        (
            lambda: time_to_resolution(GOOD, as_of="昨天"),
            TypeError,
            "参数 as_of 应是一个日期时间，例如 \"2026-03-01 18:00\"，你给的是 '昨天'。",
        ),
        (
            lambda: time_to_resolution(GOOD, as_of=AS_OF.tz_localize("UTC")),
            ValueError,
            "列“opened_at”和 as_of 一个带时区、一个不带，没法比较。请统一。",
        ),
        (
            lambda: time_to_resolution(GOOD, as_of=AS_OF, by="chanel"),
            ValueError,
            "表 tickets 里没有列“chanel”。现有的列：opened_at、closed_at。",
        ),
        (
            lambda: report(GOOD, tiers={"一斑": 24}),
            ValueError,
            "列“tier”的第 1 行是“一般”。你是不是想写“一斑”？可用的值：一斑。",
        ),
        (lambda: report(GOOD, tiers={"一般": 0}), ValueError, "参数 tiers 里“一般”的时限应大于 0 小时，你给的是 0。"),
        (
            lambda: report(GOOD, tiers=[24]),
            TypeError,
            '参数 tiers 应是级别到小时数的字典，例如 {"紧急": 2, "一般": 24}，你给的是 [24]。',
        ),
        (
            lambda: time_to_resolution(GOOD[:0], as_of=AS_OF),
            ValueError,
            "表 tickets 一行数据也没有。请先检查数据文件是否为空，或筛选条件是否太严。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
