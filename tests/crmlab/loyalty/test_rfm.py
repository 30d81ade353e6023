"""RFM summary, raw values, scores and segments."""

import itertools

import numpy as np
import pandas as pd
import pytest

from crmlab import loyalty
from tests.crmlab.loyalty.brute_force import rfm_by_groupby

DAY = pd.Timestamp("2026-01-01")


def orders(n, seed=0, customers=40, days=120, ids=None):
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, customers, n)
    return pd.DataFrame(
        {
            "customer_id": codes if ids is None else np.asarray(ids)[codes],
            "date": DAY + pd.to_timedelta(rng.integers(0, days * 24, n), unit="h"),
            "amount": rng.gamma(2, 30, n).round(2),
        }
    )


SMALL = orders(60, customers=6)
VALUES = loyalty.rfm_values(orders(400))
IDS = [f"客户{i:03d}" for i in range(40)]


@pytest.mark.parametrize(
    "ids",
    [
        None,
        IDS,
        pd.array(IDS, dtype="string"),
        pd.Categorical(IDS),
        np.arange(40) * 10**12 - 7,
        np.arange(40).astype("int8"),
        np.arange(40) + 0.5,
    ],
    ids=["counted", "text", "string", "categorical", "sparse", "int8", "float"],
)
@pytest.mark.parametrize("seed", [0, 1])
def test_summary_is_what_a_groupby_says(ids, seed):
    """Whatever the type of the customer ids, are the numbers those of the plain way?"""
    table = orders(400, seed, ids=ids)
    expected = rfm_by_groupby(table.assign(customer_id=table["customer_id"].astype(object)), "2026-06-01")
    found = loyalty.rfm_summary(table, observation_end="2026-06-01")
    assert found["customer_id"].tolist() == expected["customer_id"].tolist()
    for column in ("frequency", "recency", "T", "monetary_value"):
        assert found[column].to_numpy(float) == pytest.approx(expected[column].to_numpy(float), rel=1e-12)


def test_several_purchases_a_day_count_as_one_and_their_amounts_add_up():
    """Is a day with two purchases one purchase with the sum, whether first day or repeat?"""
    table = pd.DataFrame(
        {
            "customer_id": 1,
            "date": pd.to_datetime(["2026-01-01 09:00", "2026-01-01 20:00", "2026-01-05 08:00", "2026-01-05 23:59"]),
            "amount": [1.0, 2.0, 10.0, 20.0],
        }
    )
    row = loyalty.rfm_summary(table).iloc[0]
    assert row.tolist() == [1, 1, 4, 4, 30.0]


@pytest.mark.parametrize(("unit", "days"), [("day", 1), ("week", 7), ("month", 30.4375), ("year", 365.25)])
def test_time_unit_divides_recency_and_age_only(unit, days):
    """Does the unit scale recency and T, leave the rest, and stay with the table?"""
    daily, other = loyalty.rfm_summary(SMALL), loyalty.rfm_summary(SMALL, time_unit=unit)
    assert other.attrs == {"time_unit": unit}
    assert (other["T"] * days).tolist() == pytest.approx(daily["T"].tolist())
    assert (other["recency"] * days).tolist() == pytest.approx(daily["recency"].tolist())
    assert other["monetary_value"].tolist() == daily["monetary_value"].tolist()


def test_one_row_and_zero_amounts_are_fine():
    """Is a single purchase a customer without repeats, and a free repeat a repeat worth 0?"""
    one = loyalty.rfm_summary(SMALL[:1])
    assert one.drop(columns="customer_id").iloc[0].tolist() == [0, 0, 0, 0]
    free = loyalty.rfm_summary(SMALL.assign(amount=0))
    assert (free["monetary_value"] == 0).all()


def test_rows_after_the_end_may_be_dropped():
    """Does later="drop" give what a filter gives?"""
    cut = "2026-02-15"
    kept = loyalty.rfm_summary(SMALL[SMALL["date"] < "2026-02-16"], observation_end=cut)
    pd.testing.assert_frame_equal(loyalty.rfm_summary(SMALL, observation_end=cut, later="drop"), kept)


def test_time_zone_keeps_the_local_day():
    """Is half past midnight in Shanghai that day, not the day before in UTC?"""
    table = pd.DataFrame({"customer_id": [1, 1], "date": pd.to_datetime(["2026-01-01 00:30", "2026-01-03 23:30"])})
    local = table.assign(date=table["date"].dt.tz_localize("Asia/Shanghai"))
    plain = loyalty.rfm_summary(table, amount=None)
    assert plain["recency"].tolist() == [2]
    pd.testing.assert_frame_equal(loyalty.rfm_summary(local, amount=None), plain)


def test_dates_before_1970_and_one_day_only():
    """Do old dates work, and a table whose purchases are all on one day?"""
    old = pd.DataFrame({"customer_id": [1, 1, 2], "date": pd.to_datetime(["1965-03-01", "1965-03-11", "1965-03-11"])})
    assert loyalty.rfm_summary(old, amount=None)[["recency", "T"]].to_numpy().tolist() == [[10, 10], [0, 0]]
    assert loyalty.rfm_summary(old.assign(date=DAY), amount=None)["frequency"].tolist() == [0, 0]


def test_values_count_the_first_purchase_too():
    """Are orders = frequency + 1, days since last = T - recency, and is the total the sum of all amounts?"""
    summary, values = loyalty.rfm_summary(SMALL), loyalty.rfm_values(SMALL)
    assert values["orders"].tolist() == (summary["frequency"] + 1).tolist()
    assert values["days_since_last"].tolist() == (summary["T"] - summary["recency"]).tolist()
    sums = SMALL.groupby("customer_id")["amount"].sum()
    assert values["total_amount"].to_numpy() == pytest.approx(sums.to_numpy())


def test_equal_customers_get_equal_scores_and_better_ones_no_less():
    """Are ties never torn apart, and does a better value never score lower?"""
    scores = loyalty.rfm_scores(VALUES)
    for value, score, sign in (
        ("days_since_last", "r_score", -1),
        ("orders", "f_score", 1),
        ("total_amount", "m_score", 1),
    ):
        assert scores.groupby(value)[score].nunique().max() == 1
        assert scores.sort_values(value)[score].mul(sign).is_monotonic_increasing
        assert set(scores[score]) <= {1, 2, 3, 4, 5}
    assert scores["rfm"].tolist() == [f"{r}{f}{m}" for r, f, m in scores[["r_score", "f_score", "m_score"]].to_numpy()]


def test_without_ties_the_classes_are_of_equal_size():
    """Are five classes of ten distinct customers two each?"""
    table = pd.DataFrame({"customer_id": range(10), "days_since_last": range(10), "orders": range(10)})
    scores = loyalty.rfm_scores(table.assign(total_amount=range(10)))
    assert scores["f_score"].tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert scores["r_score"].tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]


def test_all_equal_is_the_middle():
    """Do identical customers all get the middle score, and no segment above average?"""
    table = pd.DataFrame({"customer_id": range(7), "days_since_last": 3, "orders": 1, "total_amount": 9.9})
    scores = loyalty.rfm_scores(table)
    assert set(scores["rfm"]) == {"333"}
    assert set(loyalty.rfm_segments(scores)["segment"]) == {"一般挽留客户"}


def test_own_cuts_are_reached_from_both_sides():
    """Does a value on the cut belong to the better class: 30 days still recent, 2 orders already frequent?"""
    table = pd.DataFrame(
        {
            "customer_id": range(4),
            "days_since_last": [30, 31, 90, 91],
            "orders": [1, 2, 3, 4],
            "total_amount": [0, 99, 100, 500],
        }
    )
    cuts = {"r": [30, 90], "f": [2, 4], "m": [100, 500]}
    scores = loyalty.rfm_scores(table, bins=3, cuts=cuts)
    assert scores["r_score"].tolist() == [3, 2, 2, 1]
    assert scores["f_score"].tolist() == [1, 2, 2, 3]
    assert scores["m_score"].tolist() == [1, 1, 2, 3]


def test_eight_segments_cover_every_combination():
    """Does each of the eight combinations of high and low have its own name?"""
    rows = [[5 if high else 1 for high in combination] for combination in itertools.product([True, False], repeat=3)]
    scores = pd.DataFrame(rows, columns=["r_score", "f_score", "m_score"])
    for cut in ("mean", 3):
        result = loyalty.rfm_segments(scores, cut=cut)
        assert result["segment"].tolist() == [
            loyalty.RFM_SEGMENTS[k] for k in itertools.product([True, False], repeat=3)
        ]
    assert result["segment"].nunique() == 8


BAD_DATE = SMALL.assign(date=SMALL["date"].astype(str))
GAP = SMALL.assign(date=SMALL["date"].where(SMALL.index != 3))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: loyalty.rfm_summary(SMALL, customer="custmer_id"),
            ValueError,
            "表 transactions 里没有列“custmer_id”。你是不是想写“customer_id”？现有的列：customer_id、date、amount。",
        ),
        (
            lambda: loyalty.rfm_summary(SMALL, amount="money"),
            ValueError,
            "表 transactions 里没有列“money”。金额列请写 amount=列名；没有金额请写 amount=None。",
        ),
        (
            lambda: loyalty.rfm_summary(BAD_DATE),
            TypeError,
            '列“date”应是日期，现在的类型是 str。请先转换：表["date"] = pd.to_datetime(表["date"])。',
        ),
        (
            lambda: loyalty.rfm_summary(GAP),
            ValueError,
            "列“date”不能有缺失值，第 4 行是空的。请先补上或删去这一行。",
        ),
        (
            lambda: loyalty.rfm_summary(SMALL.assign(customer_id=["甲", None] * 30)),
            ValueError,
            "列“customer_id”不能有缺失值，第 2 行是空的。不知道是谁的交易，请先补上或删去。",
        ),
        (
            lambda: loyalty.rfm_summary(SMALL.assign(customer_id=pd.Series(["甲", 1] * 30, dtype=object))),
            TypeError,
            "列“customer_id”里混着几种类型（例如数字和文字），排不了序。"
            '请先统一：表["customer_id"] = 表["customer_id"].astype(str)。',
        ),
        (
            lambda: loyalty.rfm_summary(SMALL.assign(amount=-5.0)),
            ValueError,
            "列“amount”应不小于 0，第 1 行是 -5，共 60 处。退款请先从原订单的金额里减掉，再算。",
        ),
        (
            lambda: loyalty.rfm_summary(SMALL.assign(amount=[None, *[1.0] * 59])),
            ValueError,
            "列“amount”不能有缺失值，第 1 行是空的。请先补上或删去这一行。",
        ),
        (
            lambda: loyalty.rfm_summary(SMALL.assign(amount="12 元")),
            TypeError,
            "列“amount”应全是数字，第 1 行是“12 元”。请先清理这一列。",
        ),
        (
            lambda: loyalty.rfm_summary(
                SMALL.assign(date=DAY).assign(date=[DAY] * 59 + [DAY + pd.Timedelta("9D")]), observation_end=DAY
            ),
            ValueError,
            "列“date”有 1 行晚于观察期末 2026-01-01，第 60 行是 2026-01-10。"
            'observation_end 写错了就改；确实要截断，请写 later="drop"。',
        ),
        (
            lambda: loyalty.rfm_summary(SMALL, observation_end="2025-01-01", later="drop"),
            ValueError,
            "所有交易都晚于观察期末 2025-01-01，没有数据可用。请检查参数 observation_end。",
        ),
        (
            lambda: loyalty.rfm_summary(SMALL, observation_end="六月底"),
            ValueError,
            '参数 observation_end 应是一个日期，例如 "2026-06-30"，你给的是“六月底”。',
        ),
        (
            lambda: loyalty.rfm_summary(SMALL, observation_end=20260630),
            TypeError,
            '参数 observation_end 应是一个日期，例如 "2026-06-30"，你给的是 int（20260630）。',
        ),
        (
            lambda: loyalty.rfm_summary(SMALL, time_unit="weeks"),
            ValueError,
            "参数 time_unit 不能是“weeks”。你是不是想写“week”？可用的值：day、week、month、year。",
        ),
        (
            lambda: loyalty.rfm_summary(SMALL, date="customer_id"),
            ValueError,
            "参数 customer 和 date 都是“customer_id”，请给两个不同的列。",
        ),
        (
            lambda: loyalty.rfm_scores(VALUES, bins=3.5),
            ValueError,
            "参数 bins 应是整数，你给的是 3.5。",
        ),
        (
            lambda: loyalty.rfm_scores(VALUES, cuts={"r": [1]}),
            ValueError,
            '参数 cuts 应写成 {"r": [...], "f": [...], "m": [...]}，三项都要有，也只有这三项。',
        ),
        (
            lambda: loyalty.rfm_scores(VALUES, bins=3, cuts={"r": [30, 10], "f": [2, 3], "m": [1, 2]}),
            ValueError,
            '参数 cuts["r"] 应是 2 个从小到大的数（打 3 档分），你给的是 [30, 10]。',
        ),
        (
            lambda: loyalty.rfm_segments(loyalty.rfm_scores(VALUES), cut="means"),
            ValueError,
            "参数 cut 不能是“means”。你是不是想写“mean”？可用的值：mean。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
