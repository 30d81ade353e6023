"""Utilization, lost customers, variability."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab import service, technology

VISITS = pd.DataFrame(
    {"visitors": [30, 60, 0, 10], "staff": [2, 3, 2, 0], "service_s": [120, 200, 150, 100], "lost": [0, 6, 0, 10]}
)
quick = settings(max_examples=40, deadline=None, derandomize=True, database=None)


def test_utilization_by_hand():
    """Is the served time over the staffed time, the rest idle, and no staff no utilization?"""
    table = service.utilization(VISITS)
    assert table["utilization"].tolist() == pytest.approx([0.5, 1.0, 0, np.nan], nan_ok=True)
    assert table["idle_h"].tolist() == [1, 0, 2, 0]
    assert table["lost_share"].tolist() == pytest.approx([0, 0.1, np.nan, 1], nan_ok=True)
    assert (table["lost_low"] <= table["lost_share"])[[0, 1, 3]].all()
    assert np.isnan(table["lost_high"][2])


def test_nobody_counted_as_lost_without_the_column():
    """Does a table without lost customers still give utilization?"""
    table = service.utilization(VISITS.drop(columns="lost").assign(visitors=[30, 54, None, 0]))
    assert table["utilization"].tolist() == pytest.approx([0.5, 1.0, np.nan, np.nan], nan_ok=True)
    assert table["lost_share"].tolist() == pytest.approx([0, 0, np.nan, np.nan], nan_ok=True)


def test_without_a_seat_the_loss_is_erlang_b():
    """Is the shop without seats Erlang's telephone exchange, and does each seat keep customers?"""
    shop = {"visitors_per_hour": 40, "service_s": 180, "staff": 3}
    lost = [service.lost_customers(**shop, seats=seats).lost_share for seats in range(6)]
    assert lost[0] == pytest.approx(technology.erlang_b(2, 3))
    assert lost == sorted(lost, reverse=True)
    assert service.lost_customers(**shop).lost_rate == pytest.approx(40 * lost[0])


def pairs_gini(values):
    """Return the Gini coefficient straight from its definition, all pairs."""
    values = np.asarray(values, dtype=float)
    return np.abs(values[:, None] - values[None, :]).mean() / (2 * values.mean())


@quick
@given(values=st.lists(st.integers(0, 50), min_size=3, max_size=25).filter(lambda v: sum(v) > max(v)))
def test_spread_and_its_jackknife_from_the_definitions(values):
    """Are CV, Gini and both intervals those of a plain loop that leaves one value out at a time?"""
    row = service.variability(pd.DataFrame({"g": "x", "v": values}), by="g", column="v").iloc[0]
    n, known = len(values), np.array(values, dtype=float)
    assert row["gini"] == pytest.approx(pairs_gini(known), abs=1e-12)
    assert row["cv"] == pytest.approx(known.std(ddof=1) / known.mean(), abs=1e-12)
    t = technology_t(n - 1)
    for name, measure in (("gini", pairs_gini), ("cv", lambda v: v.std(ddof=1) / v.mean())):
        without = np.array([measure(np.delete(known, i)) for i in range(n)])
        half = t * np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum())
        assert row[f"{name}_low"] == pytest.approx(max(row[name] - half, 0), abs=1e-7)
        high = row[name] + half
        assert row[f"{name}_high"] == pytest.approx(min(high, 1) if name == "gini" else high, abs=1e-7)


def technology_t(df):
    from scipy.special import stdtrit

    return float(stdtrit(df, 0.975))


@quick
@given(values=st.lists(st.integers(1, 50), min_size=2, max_size=20), times=st.sampled_from([0.5, 3.0, 60.0]))
def test_no_unit(values, times):
    """Are CV and Gini the same in seconds and in minutes, and 0 <= Gini < 1?"""
    one, other = (
        service.variability(pd.DataFrame({"g": 1, "v": np.array(values) * k}), by="g", column="v").iloc[0]
        for k in (1, times)
    )
    assert (one["cv"], one["gini"]) == pytest.approx((other["cv"], other["gini"]))
    assert -1e-12 <= one["gini"] < 1


def test_gini_of_known_distributions():
    """Is the Gini of an exponential 1/2, of Pareto 1/(2a - 1), and the CV of an exponential 1?"""
    rng = np.random.default_rng(2)
    data = pd.DataFrame({"exponential": rng.exponential(3, 60_000), "pareto": rng.pareto(4, 60_000) + 1})
    table = service.variability(data.melt(), by="variable", column="value").set_index("group")
    assert table.loc["exponential", ["gini", "cv"]].tolist() == pytest.approx([0.5, 1], abs=0.01)
    assert table.loc["pareto", "gini"] == pytest.approx(1 / 7, abs=0.005)
    assert table.loc["pareto", "gini_low"] < 1 / 7 < table.loc["pareto", "gini_high"]


def test_degenerate_groups():
    """Are one value, all zeros, all equal and missing values answered?"""
    data = pd.DataFrame({"g": ["one", "zero", "zero", "same", "same", "same", None], "v": [5, 0, 0, 7, 7, 7, 1]})
    table = service.variability(data, by="g", column="v").set_index("group")
    assert table["n"].to_dict() == {"one": 1, "zero": 2, "same": 3}
    assert table.loc["one", ["sd", "cv", "gini"]].isna().all()
    assert table.loc["zero", ["cv", "gini"]].isna().all()
    assert table.loc["same", ["cv", "cv_low", "cv_high", "gini"]].tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: service.utilization(VISITS.assign(lost=31)),
            "列“lost”不能大于来客数，第 1 行流失 31、来客 30。请先核对这些行。",
        ),
        (
            lambda: service.utilization(VISITS.rename(columns={"staff": "stuff"})),
            "表 visits 里没有列“staff”。你是不是想写“stuff”？现有的列：visitors、stuff、service_s、lost。",
        ),
        (
            lambda: service.lost_customers(visitors_per_hour=5, service_s=100, staff=0),
            "参数 staff 是员工数，应是不小于 1 的整数，你给的是 0。",
        ),
        (
            lambda: service.variability(VISITS, by="staff", column="staff"),
            "参数 by 和 column 都是“staff”，请给两个不同的列。",
        ),
        (
            lambda: service.variability(VISITS.assign(lost=[1.0, 2, -3, 4]), by="staff", column="lost"),
            "列“lost”应不小于 0，第 3 行是 -3。请先核对这些行。",
        ),
        (
            lambda: service.variability(pd.DataFrame({"g": [None, "a"], "v": [1, None]}), by="g", column="v"),
            "列“g”和“v”都有值的行一行也没有。请检查数据。",
        ),
    ],
)
def test_refusal(call, message):
    """Does the whole message help to go on?"""
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == message
