"""What a new customer costs, and what kind of churn the lost ones are."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab.development import acquisition_kpis, churn_types

quick = settings(max_examples=30, deadline=None, derandomize=True, database=None)
CHANNELS = pd.DataFrame({"channel": ["b", "a"], "spend_yuan": [9000, 1000], "new": [60, 20], "retained": [30, 15]})


def test_by_hand():
    """50 and 150 yuan a customer, 125 in all; worth 300 that is 6, 2 and 2.4 times; 66.7 yuan a retained one."""
    table = acquisition_kpis(CHANNELS, clv_yuan=300)
    assert table["channel"].tolist() == ["a", "b", "合计"]
    assert table["cac_yuan"].tolist() == [50, 150, 125]
    assert table["clv_to_cac"].tolist() == pytest.approx([6, 2, 2.4])
    assert table["cost_per_retained_yuan"].tolist() == pytest.approx([1000 / 15, 300, 10000 / 45])
    assert table["retained_share"].tolist() == pytest.approx([0.75, 0.5, 45 / 80])
    by_channel = acquisition_kpis(CHANNELS, clv_yuan=pd.Series({"a": 200, "b": 600}))
    assert by_channel["clv_yuan"].tolist() == pytest.approx([200, 600, 500])


def test_interval_is_the_exact_one_of_scipy():
    """Is 1000 yuan over 20 customers between 1000 / upper and 1000 / lower exact Poisson end?"""
    from scipy.stats import chi2

    row = acquisition_kpis(CHANNELS).iloc[0]
    low, high = chi2.ppf(0.025, 40) / 2, chi2.ppf(0.975, 42) / 2
    assert [row["cac_low"], row["cac_high"]] == pytest.approx([1000 / high, 1000 / low])


def test_nobody_came():
    """Is the cost infinite with money spent and unknown without, its low end finite?"""
    table = acquisition_kpis(pd.DataFrame({"channel": ["x", "y"], "spend_yuan": [500, 0], "new": [0, 0]}), clv_yuan=10)
    x = table.set_index("channel").loc["x"]
    assert (x["cac_yuan"], x["cac_high"]) == (np.inf, np.inf)
    assert x["cac_low"] == pytest.approx(500 / 3.688879)
    assert x["clv_to_cac"] == 0
    y = table.set_index("channel").loc["y"]
    assert y[["cac_yuan", "clv_to_cac"]].isna().all()


@quick
@given(
    rows=st.lists(st.tuples(st.integers(0, 9999), st.integers(1, 500)), min_size=1, max_size=8),
    times=st.sampled_from([0.01, 7, 100]),
)
def test_laws(rows, times):
    """Does the interval hold the estimate, the total lie between the channels, and the currency only change the unit?"""
    table = pd.DataFrame(rows, columns=["spend_yuan", "new"])
    table.insert(0, "channel", [f"c{i}" for i in range(len(rows))])
    result = acquisition_kpis(table)
    assert (result["cac_low"] <= result["cac_yuan"] + 1e-9).all()
    assert (result["cac_yuan"] <= result["cac_high"] + 1e-9).all()
    each, total = result["cac_yuan"].iloc[:-1], result["cac_yuan"].iloc[-1]
    assert each.min() - 1e-9 <= total <= each.max() + 1e-9
    other = acquisition_kpis(table.assign(spend_yuan=table["spend_yuan"] * times))
    assert other["cac_yuan"].to_numpy() == pytest.approx(result["cac_yuan"].to_numpy() * times)


LOST = pd.DataFrame(
    {"arrears": [120, 0, 0, 120], "moved": [1, 1, 0, None], "yuan": [100, 200, 300, None]}, index=[4, 3, 2, 1]
)
RULES = pd.DataFrame(
    [["恶意", "arrears", ">", 90], ["恶意", "yuan", ">", 0], ["自然", "moved", "==", 1]],
    columns=["churn_type", "column", "op", "value"],
)


def test_first_rule_wins_and_gaps_meet_none():
    """Does a customer with both marks go to the first type, and one with gaps to the rest?"""
    result = churn_types(LOST, RULES, amount="yuan")
    assert result.customers["churn_type"].tolist() == ["恶意", "自然", "其他", "其他"]
    assert result.table["amount_yuan"].tolist() == [100, 200, 300]
    assert result.table["amount_share"].tolist() == pytest.approx([1 / 6, 2 / 6, 3 / 6])
    assert str(result) == "恶意 25.0%，自然 25.0%，其他 50.0%（n = 4）"
    swapped = churn_types(LOST, RULES.iloc[[2, 0, 1]])
    assert swapped.customers["churn_type"].tolist() == ["自然", "自然", "其他", "其他"]


@quick
@given(days=st.lists(st.one_of(st.none(), st.integers(0, 200)), min_size=1, max_size=30), cut=st.integers(0, 200))
def test_types_are_a_partition(days, cut):
    """Is every customer in one type, and the counts those of the column?"""
    table = pd.DataFrame({"arrears": pd.Series(days, dtype=float), "moved": 0, "yuan": 1})
    rules = pd.DataFrame([["欠费", "arrears", ">", cut]], columns=RULES.columns)
    result = churn_types(table, rules)
    assert result.table["n"].tolist() == [
        sum(d is not None and d > cut for d in days),
        sum(d is None or d <= cut for d in days),
    ]
    assert ((result.table["low"] <= result.table["share"]) & (result.table["share"] <= result.table["high"])).all()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: acquisition_kpis(CHANNELS.assign(channel=["a", "合计"])),
            ValueError,
            "渠道不能叫“合计”，结果的最后一行就是合计。请先去掉这一行。",
        ),
        (
            lambda: acquisition_kpis(CHANNELS.assign(retained=99)),
            ValueError,
            "渠道“b”留下的有 99 位，多于新客户 60 位。请核对这一行。",
        ),
        (
            lambda: acquisition_kpis(CHANNELS, clv_yuan=pd.Series({"a": 1})),
            ValueError,
            "参数 clv_yuan 里没有渠道“b”。请给每个渠道一个终身价值，或只给一个数。",
        ),
        (lambda: acquisition_kpis(CHANNELS, clv_yuan=0), ValueError, "参数 clv_yuan 应大于 0，你给的是 0。"),
        (
            lambda: acquisition_kpis(CHANNELS.assign(new="很多")),
            TypeError,
            "列“new”应全是数字，第 1 行是“很多”。请先清理这一列。",
        ),
        (
            lambda: churn_types(LOST, RULES, other="自然"),
            ValueError,
            "参数 other 是“自然”，规则里已有这一类。请换一个名字。",
        ),
        (
            lambda: churn_types(LOST, RULES.assign(value="多")),
            ValueError,
            "类型“恶意”：列“arrears”是数字，value 不能是“多”。",
        ),
        (
            lambda: churn_types(LOST, RULES.assign(column="arrear")),
            ValueError,
            "表 customers 里没有列“arrear”。你是不是想写“arrears”？现有的列：arrears、moved、yuan。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
