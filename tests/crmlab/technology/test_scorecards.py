"""Appraisal sheet of agents and the choice of a CRM system."""

import numpy as np
import pandas as pd
import pytest

from crmlab import technology

AGENTS = pd.DataFrame(
    {"agent": ["周", "李", "王"], "aht_s": [240, 180, 500], "qa": [90.0, 81, np.nan], "fcr": [0.8, 0.6, 0.72]}
)
SHEET = pd.DataFrame(
    {
        "kpi": ["aht_s", "qa", "fcr"],
        "weight": [20, 50, 30],
        "target": [200, 90, 0.8],
        "direction": ["down", "up", "up"],
    }
)


def test_scores_by_hand():
    """Is 20 % x 80 + 50 % x 100 + 30 % x 100 = 96, a missing KPI left out and the rest rescaled, and below 0 cut?"""
    table = technology.agent_scorecard(AGENTS, SHEET).set_index("agent")
    assert table["score"].round(9).to_dict() == {"周": 96, "李": 87.5, "王": 54}
    assert table.loc["王", "weight_covered"] == 50
    assert table.loc["王", "aht_s"] == 0
    assert table["rank"].to_dict() == {"周": 1, "李": 2, "王": 3}


def test_cap_lets_strength_count():
    """Does 120 let a fast agent earn more than 100 on one line?"""
    capped = technology.agent_scorecard(AGENTS, SHEET).set_index("agent")
    free = technology.agent_scorecard(AGENTS, SHEET, cap_pct=120).set_index("agent")
    assert (capped.loc["李", "aht_s"], free.loc["李", "aht_s"]) == pytest.approx((100, 110))


def test_equal_scores_share_a_rank():
    """Do two equal agents both come first and the next third?"""
    same = pd.DataFrame({"agent": ["b", "a", "c"], "aht_s": [200, 200, 300], "qa": 90.0, "fcr": 0.8})
    table = technology.agent_scorecard(same, SHEET)
    assert table["agent"].tolist() == ["a", "b", "c"]
    assert table["rank"].tolist() == [1, 1, 3]


VENDORS = pd.DataFrame(
    {"vendor": ["甲", "乙", "丙"], "定制": [5, 3, 4], "易用": [2, 5, 4], "价格": [4.0, 2, 3], "扩展": [3, 4, 5]}
)
WEIGHTS = {"定制": 4, "易用": 3, "价格": 2, "扩展": 1}


def test_room_of_each_weight_by_search():
    """Inside the stated range of a weight does the winner stay, and a hair outside does the named rival win?"""
    result = technology.crm_scorecard(VENDORS, WEIGHTS)
    start = pd.Series(WEIGHTS) / 10
    for row in result.sensitivity.itertuples():
        others = start.drop(row.criterion) / start.drop(row.criterion).sum()

        def best(weight, name=row.criterion, rest=others):
            return technology.crm_scorecard(VENDORS, {**(rest * (1 - weight)).to_dict(), name: weight}).best

        for weight in np.linspace(row.low + 1e-6, row.high - 1e-6, 9):
            assert best(weight) == result.best
        if isinstance(row.rival_low, str):
            assert best(row.low - 1e-6) == row.rival_low
        else:
            assert row.low == 0
        if isinstance(row.rival_high, str):
            assert best(row.high + 1e-6) == row.rival_high
        else:
            assert row.high == 1


def test_score_is_the_weighted_mean_and_lower_may_be_better():
    """Is the total the mean by weight, and does a flipped criterion count 6 minus the points on 1-5?"""
    result = technology.crm_scorecard(VENDORS, pd.Series(WEIGHTS), lower_is_better=["价格"])
    by_hand = (4 * VENDORS["定制"] + 3 * VENDORS["易用"] + 2 * (6 - VENDORS["价格"]) + VENDORS["扩展"]) / 10
    assert result.scores.set_index("vendor")["score"].to_dict() == pytest.approx(
        dict(zip(VENDORS["vendor"], by_hand, strict=True))
    )


def test_one_vendor_one_criterion_all_weight():
    """Do the smallest inputs give an answer: one vendor, one criterion, all weight on one of two?"""
    alone = technology.crm_scorecard(VENDORS[:1], {"定制": 1})
    assert str(alone) == "只有“甲”一个系统，5.00 分"
    assert alone.sensitivity.iloc[0][["low", "high"]].tolist() == [0, 1]
    clear = technology.crm_scorecard(pd.DataFrame({"vendor": ["甲", "乙"], "x": [5, 3], "y": [4, 4]}), {"x": 1, "y": 1})
    assert repr(clear) == "选“甲”，4.50 分；第二是“乙”，3.50 分。任何一条标准的权重怎么变，第一名都不变"
    heavy = technology.crm_scorecard(VENDORS, {"定制": 1, "易用": 0}).sensitivity.set_index("criterion")
    assert heavy.loc["定制", "low"] == pytest.approx(2 / 3)
    assert heavy.loc["定制", "rival_low"] == "丙"


def test_a_tie_goes_to_the_first_name_and_has_no_room():
    """Is the winner of a tie settled by name, and its room zero in the direction that helps the other?"""
    tie = technology.crm_scorecard(pd.DataFrame({"vendor": ["乙", "甲"], "x": [5, 3], "y": [3, 5]}), {"x": 1, "y": 1})
    assert tie.best == min("甲", "乙")
    assert tie.scores["rank"].tolist() == [1, 1]
    assert tie.sensitivity["weight"].tolist() == [0.5, 0.5]
    x = tie.sensitivity.iloc[0]
    assert (x["low"], x["high"], x["rival_low"]) == (0.5, 1, "甲")


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: technology.agent_scorecard(AGENTS, SHEET.assign(weight=[20, 50, 20])),
            ValueError,
            "列“weight”合计应是 100，现在是 90。请调整各指标的权重。",
        ),
        (
            lambda: technology.agent_scorecard(AGENTS, SHEET.assign(target=[200, 0, 1])),
            ValueError,
            "列“target”应大于 0，第 2 行是 0。",
        ),
        (
            lambda: technology.agent_scorecard(AGENTS, SHEET.assign(direction=["down", "UP", "up"])),
            ValueError,
            "列“direction”的第 2 行是“UP”。你是不是想写“up”？可用的值：up、down。",
        ),
        (
            lambda: technology.agent_scorecard(AGENTS, SHEET.assign(kpi=["aht", "qa", "fcr"])),
            ValueError,
            "表 agents 里没有列“aht”。你是不是想写“aht_s”？现有的列：agent、aht_s、qa、fcr。",
        ),
        (
            lambda: technology.agent_scorecard(AGENTS, SHEET.assign(kpi=["rank", "qa", "fcr"])),
            ValueError,
            "指标不能叫“rank”，结果表里已有这个列名。请先改名。",
        ),
        (
            lambda: technology.agent_scorecard(AGENTS.assign(agent=["周", "周", "王"]), SHEET),
            ValueError,
            "列“agent”的名称应不重复、不空，第 2 行是“周”。",
        ),
        (
            lambda: technology.agent_scorecard(AGENTS.assign(aht_s=[1, 2, np.nan], fcr=[1, 1, np.nan]), SHEET),
            ValueError,
            "坐席“王”一个有权重的指标也没有，算不出总分。请补上数据或删去这一行。",
        ),
        (
            lambda: technology.agent_scorecard(AGENTS, SHEET, cap_pct=90),
            ValueError,
            "参数 cap_pct 不能小于 100，你给的是 90。",
        ),
        (
            lambda: technology.crm_scorecard(VENDORS.assign(价格=[40000, 2, 3]), WEIGHTS),
            ValueError,
            "列“价格”应在 1–5 之间，第 1 行是 40000。金额之类请先折成分数；别的量表请写 scale=(最低分, 最高分)。",
        ),
        (
            lambda: technology.crm_scorecard(VENDORS, {"定制": 0.0}),
            ValueError,
            "参数 weights 的合计是 0，请至少给一条标准权重。",
        ),
        (
            lambda: technology.crm_scorecard(VENDORS, {"定制": 1, "易用": -1}),
            ValueError,
            "参数 weights 应不小于 0，第 2 行（索引 易用）是 -1。请先核对这些行。",
        ),
        (
            lambda: technology.crm_scorecard(VENDORS, pd.Series([1, 2], index=["定制", "定制"])),
            ValueError,
            "参数 weights 里有重复的标准，请每条标准只写一次。",
        ),
        (
            lambda: technology.crm_scorecard(VENDORS, [1, 2]),
            TypeError,
            "参数 weights 应是“标准 → 权重”的字典或 Series，你给的是 list。",
        ),
        (
            lambda: technology.crm_scorecard(VENDORS, WEIGHTS, lower_is_better=["价"]),
            ValueError,
            "lower_is_better 里的“价”不在 weights 里。你是不是想写“价格”？现有的：定制、易用、价格、扩展。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
