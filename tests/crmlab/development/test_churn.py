"""Churn labels, their threshold put to the test, and causes sorted."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab import data
from crmlab.development import churn_backtest, churn_label, churn_pareto
from tests import needs

quick = settings(max_examples=25, deadline=None, derandomize=True, database=None)


def orders_of(**days):
    """Build orders from day numbers: one keyword a customer."""
    rows = [(who, pd.Timestamp("2026-01-01") + pd.Timedelta(days=d)) for who, when in days.items() for d in when]
    return pd.DataFrame(rows, columns=["customer_id", "date"])


ORDERS = orders_of(a=[0, 10, 10, 30, 40], b=[4, 88], c=[31])


def test_threshold_is_the_quantile_of_the_gaps():
    """Are the gaps 10, 20, 10, 84 (two orders a day count once), the limit their quantile, and who is beyond churned?"""
    labels = churn_label(ORDERS, as_of="2026-04-30", quantile=0.5)
    assert (labels.n_gaps, labels.threshold_days, labels.single) == (4, 15, 1)
    assert labels.table["inactive_days"].tolist() == [79, 31, 88]
    assert labels.table["churned"].tolist() == [1, 1, 1]
    assert labels.late_share == 0.5


def test_own_threshold_is_judged_by_the_gaps():
    """With 60 days given, is one of four past gaps longer, and only the silent ones churned, exactly 60 days not?"""
    labels = churn_label(orders_of(a=[0, 10], b=[0, 84], c=[30]), as_of="2026-03-31", threshold_days=59)
    assert labels.table["churned"].tolist() == [1, 0, 0]
    text = "超过 59 天没买算流失：3 人中占 33.3%；以往 2 个间隔有 50.0% 更长，1 人只买过一天"
    assert str(labels) == text


def test_interval_of_the_threshold_covers():
    """With independent exponential gaps, does the order-statistic interval hold the true quantile 93-99 %?"""
    rng, hits = np.random.default_rng(3), 0
    for _ in range(100):
        gaps = np.ceil(rng.exponential(30, (60, 3))).astype(int).cumsum(axis=1)
        table = pd.DataFrame({"customer_id": np.repeat(range(60), 4), "day": np.c_[np.zeros(60, int), gaps].ravel()})
        table["date"] = pd.Timestamp("2020-01-01") + pd.to_timedelta(table["day"], unit="D")
        labels = churn_label(table, as_of="2030-01-01", quantile=0.8)
        hits += labels.low <= np.ceil(-30 * np.log(0.2)) <= labels.high
    assert 0.93 <= hits / 100 <= 1


def test_few_gaps_cannot_bound_a_high_quantile():
    """Is an end of the interval that lies beyond the sample NaN and said so?"""
    labels = churn_label(ORDERS, as_of="2026-04-30")
    assert np.isnan(labels.high)
    assert "区间算不出" in str(labels)


def test_one_time_customers_only():
    """Without any gap, is a given limit enough, and the missing evidence said?"""
    labels = churn_label(orders_of(a=[0], b=[50]), as_of="2026-03-01", threshold_days=30)
    assert str(labels) == "超过 30 天没买算流失：2 人中占 50.0%；没有间隔可查，2 人只买过一天"


@quick
@given(
    days=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 90)), min_size=1, max_size=40),
    limit=st.integers(1, 90),
    seed=st.integers(0, 3),
)
def test_label_laws(days, limit, seed):
    """Does a longer limit never flag more, does the order of rows not matter, is time of day ignored?"""
    table = pd.DataFrame(days, columns=["customer_id", "day"])
    table["date"] = pd.Timestamp("2026-01-01") + pd.to_timedelta(table["day"], unit="D")
    one = churn_label(table, as_of="2026-04-10", threshold_days=limit)
    assert churn_label(table, as_of="2026-04-10", threshold_days=limit + 7).churn_rate <= one.churn_rate
    mixed = table.sample(frac=1, random_state=seed)
    mixed["date"] += pd.Timedelta(hours=13)
    pd.testing.assert_frame_equal(churn_label(mixed, as_of="2026-04-10", threshold_days=limit).table, one.table)


def test_backtest_by_hand():
    """At day 50, with 30 days to watch, are the flags compared with what happened after, and only with that?"""
    orders = orders_of(a=[0, 60], b=[40], c=[10], d=[45, 70], e=[55, 80])
    table = churn_backtest(orders, cut="2026-02-20", horizon_days=30, thresholds=[30, 5])
    assert table["threshold_days"].tolist() == [5, 30]
    assert table["n"].tolist() == [4, 4]
    assert table["gone"].tolist() == [2, 2]
    assert table["flagged"].tolist() == [3, 2]
    assert table["hits"].tolist() == [2, 1]
    assert table["f1"].tolist() == pytest.approx([4 / 5, 1 / 2])
    assert table["best"].tolist() == [True, False]
    assert table["f1_flag_all"].tolist() == pytest.approx([4 / 6] * 2)


def test_backtest_when_all_are_gone():
    """With everybody gone, is recall the share flagged and precision 1?"""
    orders = pd.concat([orders_of(a=[0], b=[5]), orders_of(z=[100])])
    table = churn_backtest(orders, cut="2026-01-20", horizon_days=60, thresholds=[15, 90])
    assert table["precision"].tolist()[0] == 1
    assert np.isnan(table["precision"].iloc[1])
    assert table["recall"].tolist() == [0.5, 0]


def test_pareto_by_count_and_by_amount():
    """Is the cause that reaches the cut still vital, ties sorted by name, money able to turn the order?"""
    causes = pd.DataFrame({"cause": ["质量", "质量", "价格", "服务", None], "yuan": [1, 1, 90, 8, 5]})
    table = churn_pareto(causes)
    assert table["cause"].tolist() == ["质量", "价格", "服务"]
    assert table["cumulative_share"].tolist() == pytest.approx([0.5, 0.75, 1])
    assert table["vital"].tolist() == [True, True, True]
    assert "amount" not in table
    money = churn_pareto(causes, amount="yuan")
    assert money["cause"].tolist() == ["价格", "服务", "质量"]
    assert money["vital"].tolist() == [True, False, False]
    assert money["n_share"].tolist() == pytest.approx([0.25, 0.25, 0.5])


def test_cdnow_threshold_is_known_by_its_evidence():
    """On the real CD buyers, does the 90 % quantile leave about a tenth of the gaps beyond it, inside its interval?"""
    needs.package("lifetimes", "data")
    orders = data.load_real("cdnow_sample")
    labels = churn_label(orders, as_of="1998-06-30")
    days = orders.groupby("customer_id")["date"].nunique()
    assert (labels.n, labels.single, labels.n_gaps) == (2357, (days == 1).sum(), (days - 1).sum())
    assert labels.late_share == pytest.approx(0.1, abs=0.005)
    assert labels.low <= labels.threshold_days <= labels.high
    assert labels.high - labels.low < 25
