"""What a commission plan pays."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab.development import commission

quick = settings(max_examples=30, deadline=None, derandomize=True, database=None)
PLAN = pd.DataFrame({"from_yuan": [0, 100, 200], "rate": [0.02, 0.03, 0.05]}, index=[3, 4, 5])
TEAM = pd.DataFrame({"sales_yuan": [0, 80, 100, 250]}, index=list("abcd"))


def test_by_hand():
    """Is each stretch paid at its own rate, and the whole at the rate reached?"""
    parts = commission(TEAM, PLAN)
    assert parts.table["commission_yuan"].tolist() == pytest.approx([0, 1.6, 2, 2 + 3 + 2.5])
    assert parts.table["to_next_yuan"].tolist() == pytest.approx([100, 20, 100, np.nan], nan_ok=True)
    assert parts.table["effective_rate"].tolist() == pytest.approx([np.nan, 0.02, 0.02, 0.03], nan_ok=True)
    whole = commission(TEAM, PLAN, method="whole", base=10)
    assert whole.table["pay_yuan"].tolist() == pytest.approx([10, 11.6, 13, 22.5])
    assert (whole.cost, whole.cost_share) == pytest.approx((17.1, 17.1 / 430))


def test_gini_and_nobody_sells():
    """Is 0 equal pay, (n - 1) / n one who takes all, and nothing said where nothing is paid?"""
    assert commission(TEAM.assign(sales_yuan=50), PLAN).gini == pytest.approx(0)
    assert commission(TEAM.assign(sales_yuan=[0, 0, 0, 9]), PLAN).gini == pytest.approx(0.75)
    assert str(commission(TEAM[:1], PLAN)) == "1 人提成合计 0 元"


@quick
@given(sold=st.lists(st.floats(0, 1e4), min_size=1, max_size=20))
def test_laws(sold):
    """Does paying by stretches never jump or fall, and one rate make both methods equal?"""
    team = pd.DataFrame({"sales_yuan": sorted(sold)})
    got = commission(team, PLAN).table["commission_yuan"]
    assert (got.diff().dropna() <= 0.05 * team["sales_yuan"].diff().dropna() + 1e-6).all()
    assert (got.diff().dropna() >= -1e-9).all()
    assert (got <= commission(team, PLAN, method="whole").table["commission_yuan"] + 1e-9).all()
    flat = PLAN.assign(rate=0.04)
    assert commission(team, flat).cost == pytest.approx(commission(team, flat, method="whole").cost)


@pytest.mark.parametrize(
    ("plan", "options", "message"),
    [
        (PLAN[1:], {}, "列“from_yuan”的第一档应从 0 起，现在是 100。请加上从 0 起的一档，比例可以是 0。"),
        (
            PLAN.assign(from_yuan=[0, 200, 200]),
            {},
            "列“from_yuan”应从低到高、不重复，第 3 行（索引 5）是 200，上一档是 200。请先排好。",
        ),
        (
            PLAN.assign(rate=3),
            {},
            "列“rate”应在 0–1 之间，第 1 行（索引 3）是 3，共 3 处。3% 请写成 0.03。",
        ),
        (
            PLAN,
            {"method": "hole"},
            "参数 method 不能是“hole”。你是不是想写“whole”？可用的值：marginal、whole。",
        ),
        (PLAN, {"base": -1}, "参数 base 不能小于 0，你给的是 -1。"),
    ],
)
def test_refusal(plan, options, message):
    """Does the whole message help to go on?"""
    with pytest.raises(ValueError) as caught:
        commission(TEAM, plan, **options)
    assert str(caught.value) == message
