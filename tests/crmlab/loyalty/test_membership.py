"""Growth value, tiers, their cost and migration, points, the paid club, the community."""

import numpy as np
import pandas as pd
import pytest

from crmlab import loyalty

TIERS = {"普通": 0, "银卡": 500, "金卡": 2000}
MEMBERS = pd.DataFrame({"tier": ["普通", "金卡", "普通", "银卡"], "spend": [100.0, 3000, 0, 800]}, index=[4, 2, 9, 1])
BENEFITS = pd.DataFrame({"tier": ["普通", "银卡", "金卡"], "fixed_cost": [0, 20, 100], "reward_rate": [0, 0.01, 0.03]})
POINTS = pd.DataFrame(
    {
        "customer_id": [1, 1, 2],
        "earn": [600, 400, 500],
        "burn": [0, 400, 0],
        "expire": [0, 100, 200],
        "paid": [600, 400, 0],
    }
)
CLUB = pd.DataFrame(
    {
        "member_id": [1, 2, 3, 4],
        "fee": 260,
        "renew": [1, 1, 1, 0],
        "visits": [20, 10, 5, 1],
        "spend": [9000, 4000, 1500, 100],
    }
).assign(gm=0.08)
CROWD = pd.DataFrame({"invites": [0, 2, 5, 1], "joined": [0, 1, 1, 0]})
BUSY = pd.DataFrame({"engagement": [0, 0, 0, 3, 8, 9], "retained": [0, 0, 1, 1, 1, 1]})


def test_growth_value_caps_each_activity():
    """Does a cap stop at its value, and a missing activity leave the member without a value?"""
    members = pd.DataFrame({"spend": [1200, 300, None], "comments": [2, 50, 1]}, index=[5, 6, 7])
    value = loyalty.growth_value(members, {"spend": 0.5, "comments": 10}, caps={"comments": 20})
    assert value[:2].tolist() == [620, 350]
    assert value.isna().tolist() == [False, False, True]
    assert value.index.tolist() == [5, 6, 7]


def test_the_threshold_itself_is_in_the_higher_tier():
    """Is 500 silver and 499.99 not, and do tiers have an order?"""
    tiers = loyalty.assign_tiers(pd.Series([0, 499.99, 500, 2000, np.nan]), TIERS)
    assert tiers[:4].tolist() == ["普通", "普通", "银卡", "金卡"]
    assert tiers.isna().tolist() == [False] * 4 + [True]
    assert tiers.max() == "金卡"


def test_tier_cost_adds_up():
    """Is every line margin minus cost, the last line the sum, and a tier without spending without a rate?"""
    table = loyalty.tier_cost(MEMBERS, BENEFITS, margin_share=0.3).set_index("tier")
    assert table.loc["金卡", ["margin", "benefit_cost", "net"]].tolist() == pytest.approx([900, 190, 710])
    assert table.loc["合计", "net"] == pytest.approx(table["net"][:-1].sum())
    assert table.loc["合计", "member_share"] == 1
    nobody = loyalty.tier_cost(MEMBERS[MEMBERS["tier"] != "银卡"], BENEFITS, margin_share=0.3)
    assert np.isnan(nobody.set_index("tier").loc["银卡", "cost_rate"])


def test_tier_cost_takes_the_tiers_that_assign_tiers_gives():
    """Do categorical tiers work?"""
    members = MEMBERS.assign(tier=loyalty.assign_tiers(MEMBERS["spend"], TIERS))
    expected = loyalty.tier_cost(MEMBERS, BENEFITS, margin_share=0.3)
    pd.testing.assert_frame_equal(loyalty.tier_cost(members, BENEFITS, margin_share=0.3), expected)


def test_migration_counts_moves_and_leavers():
    """Are up, stay and down counted among those who stayed, and a tier without members without shares?"""
    before, after = ["普通", "普通", "金卡", "金卡", None], ["银卡", "普通", "普通", None, "金卡"]
    result = loyalty.tier_migration(before, after, list(TIERS))
    assert result.table["n"].tolist() == [1, 1, 1]
    assert (result.n, result.n_left) == (3, 1)
    assert result.shares.loc["银卡"].isna().all()
    assert result.shares.loc["普通"].tolist() == [0.5, 0.5, 0]
    assert result.counts.loc["金卡", "普通"] == 1


def test_points_are_balanced_by_customer():
    """Is what is outstanding issued minus used minus lapsed, and the liability without the part never used?"""
    account = loyalty.points_account(POINTS, yuan_per_point=0.01, expected_breakage=0.25, spend="paid")
    assert (account.earned, account.outstanding, account.n) == (1500, 800, 2)
    assert account.liability_yuan == pytest.approx(800 * 0.01 * 0.75)
    assert account.reward_rate == pytest.approx(4 / 1000)
    assert str(account).endswith("负债 6.00 元，实际返利率 0.40%（n = 2）")


def test_club_profit_and_break_even():
    """Is the profit fees plus margin minus costs, and does the break-even number just cover the fixed cost?"""
    result = loyalty.club_economics(CLUB, fixed_cost=1500, service_cost=50)
    assert result.profit_yuan == pytest.approx(1040 + 14600 * 0.08 - 200 - 1500)
    each = (1040 + 1168) / 4 - 50
    assert result.break_even_members == np.ceil(1500 / each)
    assert result.fee_share == pytest.approx(1040 / 2208)
    assert result.spend_per_visit == pytest.approx(14600 / 36)


def test_a_club_that_loses_on_everyone_never_breaks_even():
    """Is the break-even number infinite when each member costs more than he brings?"""
    result = loyalty.club_economics(CLUB.assign(fee=0, visits=0), fixed_cost=10, service_cost=9999)
    assert np.isinf(result.break_even_members)
    assert np.isnan(result.spend_per_visit)
    assert str(result).endswith("利润 −38,838 元，卖得越多亏得越多")


def test_k_factor_is_invites_times_conversion():
    """Is K the product, and without any invitation 0 with no conversion?"""
    result = loyalty.k_factor(CROWD)
    assert result.k == pytest.approx(result.invites * result.conversion)
    nobody = loyalty.k_factor(CROWD * 0)
    assert (nobody.k, nobody.low, nobody.high) == (0, 0, 0)
    assert np.isnan(nobody.conversion)


def test_growth_stops_at_the_geometric_sum_or_at_the_market():
    """Below 1 is the end 1/(1-K) times the start, above 1 is the market never exceeded?"""
    assert loyalty.viral_growth(100, 0.5, cycles=60)["members"].iloc[-1] == pytest.approx(200)
    boom = loyalty.viral_growth(10, 3, cycles=40, market=1000)
    assert boom["members"].max() <= 1000
    assert boom["members"].is_monotonic_increasing
    assert boom["new"].sum() == pytest.approx(boom["members"].iloc[-1])


def test_engagement_groups_never_split_equal_values():
    """Are the three who did nothing together, and are fewer groups made when values tie?"""
    table = loyalty.engagement_retention(BUSY, bins=4)
    assert table["n"].sum() == 6
    assert (table["to"].shift() < table["from"])[1:].all()
    assert table["n"].iloc[0] == 3
    assert len(loyalty.engagement_retention(BUSY.assign(engagement=1))) == 1


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: loyalty.growth_value(MEMBERS, {"spend": 1}, caps={"login": 3}),
            ValueError,
            "参数 caps 里的 login 不在 weights 里。weights 里有：spend。",
        ),
        (
            lambda: loyalty.growth_value(MEMBERS, ["spend"]),
            TypeError,
            '参数 weights 应是“列名 → 权重”的字典，例如 {"spend": 1, "comments": 10}。',
        ),
        (
            lambda: loyalty.growth_value(MEMBERS, {"spend": 1}, caps=5),
            TypeError,
            '参数 caps 应是“列名 → 上限”的字典，例如 {"comments": 20}。',
        ),
        (
            lambda: loyalty.growth_value(MEMBERS, {"spend": -1}),
            ValueError,
            '参数 weights["spend"] 不能小于 0，你给的是 -1。',
        ),
        (
            lambda: loyalty.assign_tiers([5], {"银卡": 500, "普通": 0}),
            ValueError,
            "参数 thresholds 的门槛应从低到高、各不相同，你给的是 500、0。",
        ),
        (
            lambda: loyalty.assign_tiers([600, 5], {"银卡": 500}),
            ValueError,
            "第 2 行的值 5 不到最低一级“银卡”的门槛 500。请把最低一级的门槛改低，例如 0。",
        ),
        (
            lambda: loyalty.assign_tiers([5], [0, 500]),
            TypeError,
            '参数 thresholds 应是“等级 → 门槛”的字典，例如 {"普通": 0, "银卡": 500}。',
        ),
        (
            lambda: loyalty.tier_cost(MEMBERS.assign(tier="钻石"), BENEFITS, margin_share=0.3),
            ValueError,
            "列“tier”的第 1 行（索引 4）是“钻石”。可用的值：普通、银卡、金卡。",
        ),
        (
            lambda: loyalty.tier_cost(MEMBERS, BENEFITS.assign(tier="普通"), margin_share=0.3),
            ValueError,
            "表 benefits 的等级“普通”出现了不止一次。请每级只写一行。",
        ),
        (
            lambda: loyalty.tier_cost(MEMBERS, BENEFITS, margin_share=30),
            ValueError,
            "参数 margin_share 应在 0–1 之间，你给的是 30。毛利率 30% 请写成 0.3。",
        ),
        (
            lambda: loyalty.tier_migration(["普通"], ["普通", "金卡"], list(TIERS)),
            ValueError,
            "参数 before 和 after 应一一对应，现在是 1 个和 2 个。",
        ),
        (
            lambda: loyalty.tier_migration(["普通"], ["金卡"], ["普通"]),
            ValueError,
            "参数 tiers 应是至少两个、不重复的等级，从低到高，你给的是 普通。",
        ),
        (
            lambda: loyalty.tier_migration(["普通"], [None], list(TIERS)),
            ValueError,
            "没有一位会员两期都有等级。请检查两列是不是同一批会员。",
        ),
        (
            lambda: loyalty.points_account(POINTS.assign(burn=700), yuan_per_point=0.01, expected_breakage=0),
            ValueError,
            "客户“1”兑换和过期的积分 1500 多于发出的 1000，共 2 位。请补上期初的积分，或核对流水。",
        ),
        (
            lambda: loyalty.points_account(
                POINTS.assign(earn=0, burn=0, expire=0), yuan_per_point=0.01, expected_breakage=0
            ),
            ValueError,
            "列“earn”合计是 0，没有发出过积分，算不出兑换率。请检查列名或筛选条件。",
        ),
        (
            lambda: loyalty.club_economics(CLUB.assign(member_id=[1, 2, 2, 3]), fixed_cost=0),
            ValueError,
            "列“member_id”第 3 行的“2”重复了。请每位会员只留一行。",
        ),
        (
            lambda: loyalty.club_economics(CLUB.assign(renew=0.5), fixed_cost=0),
            ValueError,
            "列“renew”只能是 0（没有续费）或 1（续费）。请先整理这一列。",
        ),
        (
            lambda: loyalty.club_economics(CLUB.assign(gm=8), fixed_cost=0),
            ValueError,
            "列“gm”应在 0–1 之间，第 1 行是 8，共 4 处。毛利率 8% 请写成 0.08。",
        ),
        (
            lambda: loyalty.k_factor(CROWD.assign(joined=3)),
            ValueError,
            "列“joined”不能大于列“invites”，第 1 行是 3 和 0。请核对这一行。",
        ),
        (
            lambda: loyalty.viral_growth(100, 1, cycles=3, market=50),
            ValueError,
            "参数 market（50）不能小于 start（100）。",
        ),
        (
            lambda: loyalty.engagement_retention(BUSY, bins=1),
            ValueError,
            "参数 bins 至少是 2，你给的是 1。",
        ),
        (
            lambda: loyalty.engagement_retention(BUSY.assign(retained=0.5)),
            ValueError,
            "列“retained”只能是 0（没有留下）或 1（留下）。请先整理这一列。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
