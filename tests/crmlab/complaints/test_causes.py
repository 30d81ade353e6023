"""Causes, escalation, procedure and risk matrix."""

import numpy as np
import pandas as pd
import pytest

from crmlab.complaints import RISK_LEVELS, cause_pareto, escalation_table, risk_matrix, step_conformance


def causes(**counts):
    return pd.DataFrame({"cause": [name for name, n in counts.items() for _ in range(n)]})


def test_the_vital_few_are_the_fewest_that_reach_the_cut():
    """Is a cause vital exactly while those before it are below 80 %?"""
    table = cause_pareto(causes(a=1, b=50, c=30, d=19))
    assert table["cause"].tolist() == ["b", "c", "d", "a"]
    assert table["vital"].tolist() == [True, True, False, False]
    assert cause_pareto(causes(a=10))["vital"].tolist() == [True]


def test_rounding_does_not_add_a_cause():
    """Do ten equal causes need eight for 80 %, although 0.1 is not exact in binary?"""
    assert cause_pareto(causes(**{c: 3 for c in "abcdefghij"}))["vital"].sum() == 8


def test_by_loss_the_order_changes():
    """Does one costly complaint outrank many cheap ones, with the counts kept beside it?"""
    table = causes(cheap=9, dear=1).assign(loss=[10.0] * 9 + [500.0])
    assert cause_pareto(table)["cause"].tolist() == ["cheap", "dear"]
    by_loss = cause_pareto(table, amount="loss")
    assert by_loss["cause"].tolist() == ["dear", "cheap"]
    assert by_loss["n"].tolist() == [1, 9]
    assert by_loss["amount"].tolist() == [500, 90]


def test_a_missing_cause_is_a_cause():
    """Is 未填写 counted like any other cause rather than dropped?"""
    table = cause_pareto(pd.DataFrame({"cause": ["a", None, None, np.nan]}))
    assert table[["cause", "n"]].values.tolist() == [["未填写", 3], ["a", 1]]


def test_escalation_over_two_columns():
    """Are all combinations counted, unknown outcomes left out, and bool taken as 0/1?"""
    table = pd.DataFrame(
        {"type": ["a", "a", "b", None], "severity": ["重", "重", "轻", "轻"], "escalated": [True, None, False, True]}
    )
    result = escalation_table(table, by=["type", "severity"])
    assert result[["type", "severity", "n", "escalated"]].values.tolist() == [
        ["a", "重", 1, 1],
        ["未填写", "轻", 1, 1],
        ["b", "轻", 1, 0],
    ]


EVENTS = pd.DataFrame(
    {
        "ticket_id": [7, 7, 7, 8, 8, 8, 9],
        "step": ["方案", "倾听", "判定", "倾听", "方案", "判定", "倾听"],
        "ts": pd.to_datetime(
            ["2026-03-03", "2026-03-01", "2026-03-02", "2026-03-01", "2026-03-02", "2026-03-03", "2026-03-01"]
        ),
    }
)
STEPS = ["倾听", "判定", "方案"]


def test_a_procedure_is_read_by_time_not_by_row():
    """Is a shuffled log put in order, a wrong order noticed, and a missing step counted?"""
    result = step_conformance(EVENTS, steps=STEPS)
    cases = result.cases.set_index("case_id")
    assert cases.loc[7, "variant"] == "倾听→判定→方案"
    assert cases["complete"].to_dict() == {7: True, 8: True, 9: False}
    assert cases["in_order"].to_dict() == {7: True, 8: False, 9: True}
    assert result.steps["missed"].tolist() == [0, 1, 1]
    assert result.variants["share"].sum() == pytest.approx(1)


def test_a_step_done_twice_is_shown_twice_but_missed_by_nobody():
    """Does doing a step again leave completeness alone?"""
    again = pd.concat([EVENTS[:3], EVENTS[1:2].assign(ts=pd.Timestamp("2026-03-04"))])
    result = step_conformance(again, steps=STEPS)
    assert result.cases["variant"].tolist() == ["倾听→判定→方案→倾听"]
    assert result.cases["complete"].all()
    assert str(result) == "1 件投诉，1 种走法；100.0% 步骤齐全且次序正确；没有漏掉任何一步"


def test_risk_levels_follow_the_cuts():
    """Do the cut points belong to the higher level, on any scale?"""
    risks = pd.DataFrame({"event": list("abcd"), "probability": [1, 2, 3, 3], "impact": [3, 2, 3, 5]})
    result = risk_matrix(risks).set_index("event")
    assert result["score"].to_dict() == {"a": 3, "b": 4, "c": 9, "d": 15}
    assert [result.loc[e, "level"] for e in "abcd"] == list(RISK_LEVELS)
    ten = risks.assign(probability=risks["probability"] * 2, impact=risks["impact"] * 2)
    assert risk_matrix(ten, scale=10).set_index("event")["level"].equals(result["level"])


RISKS = pd.DataFrame({"event": ["a", "b"], "probability": [1, 2], "impact": [3, 2]})


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: cause_pareto(causes(a=3), cause="casue"),
            ValueError,
            "表 complaints 里没有列“casue”。你是不是想写“cause”？现有的列：cause。",
        ),
        (
            lambda: cause_pareto(causes(a=3), cut=80),
            ValueError,
            "参数 cut 应在 0–1 之间（不含两端），你给的是 80。80% 请写成 0.8。",
        ),
        (
            lambda: cause_pareto(causes(a=2).assign(loss=[1, -1]), amount="loss"),
            ValueError,
            "列“loss”应不小于 0，第 2 行是 -1。请先核对这些行。",
        ),
        (
            lambda: cause_pareto(causes(a=2).assign(loss=0), amount="loss"),
            ValueError,
            "列“loss”的合计是 0，排不出次序。请改按件数排（不写 amount）。",
        ),
        (
            lambda: escalation_table(causes(a=2).assign(escalated=[0, 0.5]), by="cause"),
            ValueError,
            "列“escalated”只能是 0 和 1，第 2 行是 0.5。",
        ),
        (
            lambda: escalation_table(causes(a=2).assign(escalated=[0, 2]), by="cause"),
            ValueError,
            "列“escalated”应在 0–1 之间，第 2 行是 2。这一列只能是 0 和 1（或 True 和 False）。",
        ),
        (lambda: escalation_table(causes(a=2), by=[]), ValueError, "参数 by 至少要写一个列名。"),
        (
            lambda: step_conformance(EVENTS, steps=["倾听", "判断", "方案"]),
            ValueError,
            "列“step”的第 3 行是“判定”。你是不是想写“判断”？可用的值：倾听、判断、方案。",
        ),
        (
            lambda: step_conformance(EVENTS, steps="倾听"),
            ValueError,
            "参数 steps 应是至少两步的列表，你给的是 '倾听'。",
        ),
        (lambda: step_conformance(EVENTS, steps=["倾听", "倾听"]), ValueError, "参数 steps 里有重复的步骤：倾听。"),
        (
            lambda: step_conformance(EVENTS.assign(ts=EVENTS["ts"].where(EVENTS["ticket_id"] != 8)), steps=STEPS),
            ValueError,
            "列“ts”不能有缺失值，第 4 行是空的。请先补上或删去这一行。",
        ),
        (
            lambda: risk_matrix(RISKS.assign(impact=[6, 2])),
            ValueError,
            "列“impact”应在 1–5 之间，第 1 行是 6。请先核对这些行。",
        ),
        (
            lambda: risk_matrix(RISKS.assign(event="a")),
            ValueError,
            "列“event”的名称不能重复，第 2 行又是“a”。",
        ),
        (
            lambda: risk_matrix(RISKS, cuts=(0.6, 0.3, 0.1)),
            ValueError,
            "参数 cuts 应是 0–1 之间从小到大的三个数，例如 (0.16, 0.36, 0.6)，你给的是 (0.6, 0.3, 0.1)。",
        ),
        (lambda: risk_matrix(RISKS, scale=1), ValueError, "参数 scale 应是不小于 2 的整数，你给的是 1。"),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
