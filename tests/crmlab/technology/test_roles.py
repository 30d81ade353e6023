"""A RACI chart checked, a list of features scored, a stream of events measured."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab.technology import CRM_TYPES, crm_type_scores, four_vs, raci_check

quick = settings(max_examples=40, deadline=None, derandomize=True, database=None)
GOOD = pd.DataFrame({"task": ["排班", "质检"], "班长": ["A/R", "A"], "组员": ["i", "R"]})


def test_a_good_chart():
    """Is a chart without a fault told so, with what each role holds?"""
    report = raci_check(GOOD)
    assert str(report) == "2 项任务都没有毛病：每项一个 A，至少一个 R"
    assert report.roles.to_dict("list") == {
        "role": ["班长", "组员"],
        "R": [1, 1],
        "A": [2, 0],
        "C": [0, 0],
        "I": [0, 1],
        "tasks": [2, 2],
    }


@pytest.mark.parametrize(
    ("change", "rule", "message"),
    [
        (
            {"组员": ["A", "R"]},
            "accountable",
            "“排班”有 2 个 A（班长、组员）。只能一个人最终负责，请留一个，其余改成 C 或 I。",
        ),
        ({"班长": ["R", "A"]}, "accountable", "“排班”没有 A。请定一个人最终负责。"),
        ({"班长": ["A", "A"]}, "responsible", "“排班”没有 R，没有人做。请至少定一个人执行（可以写 A/R）。"),
        ({"组员": ["X", "R"]}, "letter", "“排班”的“组员”写了“X”。只能写 R、A、C、I，两样写成 A/R。"),
        ({"组员": ["I R", "R"]}, "cell", "“排班”的“组员”又做事又只是知会。做事的人当然知道，请去掉 I。"),
        ({"主管": [None, ""]}, "idle", "“主管”一项任务也不参与。请补上，或去掉这一列。"),
    ],
)
def test_each_rule(change, rule, message):
    """Does each fault get its rule and its advice?"""
    found = raci_check(GOOD.assign(**change)).problems
    assert found["rule"].tolist() == [rule]
    assert found["message"].tolist() == [message]


@quick
@given(
    rows=st.lists(
        st.lists(st.sampled_from(["R", "A", "C", "I", "", "AR"]), min_size=3, max_size=3), min_size=1, max_size=6
    )
)
def test_a_task_is_fine_when_it_has_one_a_and_an_r(rows):
    """Is the number of good tasks the one a plain count gives?"""
    table = pd.DataFrame(rows, columns=["甲", "乙", "丙"])
    table.insert(0, "task", [f"t{i}" for i in range(len(rows))])
    fine = sum(sum("A" in cell for cell in row) == 1 and any("R" in cell for cell in row) for row in rows)
    report = raci_check(table)
    assert (report.n, report.n_ok) == (len(rows), fine)
    assert report.roles[list("RACI")].sum().sum() == sum(len(cell) for row in rows for cell in row)


FEATURES = pd.DataFrame(
    {
        "feature": ["a", "b", "c"],
        "operational": [3, 0, 1],
        "analytical": [0, 2, 1],
        "collaborative": [1, 0, 1],
        "have": [1, 1, 0],
        "w": [1, 2, 5],
    },
    index=[3, 1, 2],
)


def test_scores_by_hand():
    """Plain 4 : 3 : 2; with weights 8 : 9 : 6; only what we have 3 : 2 : 1; a tie belongs to no type."""
    plain = crm_type_scores(FEATURES)
    assert plain.table["score"].tolist() == [4, 3, 2]
    assert plain.features["crm_type"].fillna("-").tolist() == ["operational", "analytical", "-"]
    assert plain.table["features"].tolist() == [1, 1, 0]
    weighted = crm_type_scores(FEATURES, weight="w")
    assert (weighted.table["score"].tolist(), weighted.kind) == ([8, 9, 6], "analytical")
    have = crm_type_scores(FEATURES, use="have")
    assert (have.table["score"].tolist(), have.n) == ([3, 2, 1], 2)
    tied = crm_type_scores(FEATURES.iloc[[2]])
    assert str(tied) == "最像运营型和分析型和协作型：运营型 33%，分析型 33%，协作型 33%（1 项功能）"
    assert str(have) == "最像运营型：运营型 50%，分析型 33%，协作型 17%（2 项功能）"


@quick
@given(
    rows=st.lists(st.tuples(*[st.integers(0, 5)] * 3), min_size=1, max_size=9).filter(lambda r: any(map(any, r))),
    times=st.sampled_from([0.1, 3]),
)
def test_score_laws(rows, times):
    """Do shares add up to 1, and does the scale of the points not matter?"""
    table = pd.DataFrame(rows, columns=list(CRM_TYPES)).assign(feature=range(len(rows)))
    result = crm_type_scores(table)
    assert result.table["share"].sum() == pytest.approx(1)
    scaled = crm_type_scores(table.assign(**{t: table[t] * times for t in CRM_TYPES}))
    assert scaled.table["share"].tolist() == pytest.approx(result.table["share"].tolist())
    assert scaled.kind == result.kind


START = pd.Timestamp("2026-03-01 09:00:00")
EVENTS = pd.DataFrame(
    {
        "ts": START + pd.to_timedelta([0, 0, 1, 59, 60, 86400], unit="s"),
        "payload_type": ["点击", "点击", "点击", "文字", None, "语音"],
        "useful": [1, 0, None, 1, 0, 0],
    },
    index=[5, 3, 1, 0, 2, 4],
)


def test_four_vs_by_hand():
    """Six a day, two in the busiest second, four in the busiest minute, shares 3 : 1 : 1, two of five useful."""
    result = four_vs(EVENTS, useful="useful")
    assert (result.n, result.days, result.events_per_day, result.peak_per_s) == (6, 1, 6, 2)
    assert result.peak_at == START
    assert result.entropy_bits == pytest.approx(-(0.6 * np.log2(0.6) + 0.4 * np.log2(0.2)))
    assert result.useful_share == 0.4
    minute = four_vs(EVENTS, window_s=60)
    assert minute.peak_per_s == pytest.approx(4 / 60)
    assert np.isnan(minute.useful_share)


def test_four_vs_of_one_moment():
    """Is a pace not claimed when all happens at once, and the entropy of one kind 0?"""
    result = four_vs(EVENTS.iloc[:2])
    assert np.isnan([result.events_per_day, result.mean_per_s]).all()
    assert str(result) == "2 件；高峰每秒 2 件（2026-03-01 09:00:00 起）；1 种类型，熵 0.00 比特（最多 0.00）"


@quick
@given(seconds=st.lists(st.integers(0, 300), min_size=1, max_size=40), window=st.sampled_from([1, 5, 60]))
def test_four_vs_laws(seconds, window):
    """Is the peak at least the mean of the windows and at most all at once, the entropy that of scipy, at most log2 K?"""
    from scipy.stats import entropy

    kinds = [f"k{s % 4}" for s in seconds]
    events = pd.DataFrame({"ts": START + pd.to_timedelta(seconds, unit="s"), "payload_type": kinds})
    result = four_vs(events, window_s=window)
    whole = pd.Series(seconds) // window
    assert result.peak_per_s * window == pytest.approx(whole.value_counts().max())
    assert result.entropy_bits == pytest.approx(entropy(pd.Series(kinds).value_counts(), base=2), abs=1e-9)
    assert 0 <= result.entropy_bits <= result.max_entropy_bits + 1e-9


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: raci_check(GOOD[["task"]]),
            ValueError,
            "表 matrix 里除了“task”没有别的列。请一个岗位写一列。",
        ),
        (
            lambda: raci_check(GOOD.assign(task="排班")),
            ValueError,
            "列“task”的名称应不重复、不空，第 2 行是“排班”。",
        ),
        (
            lambda: crm_type_scores(FEATURES.assign(operational=0, analytical=0, collaborative=0)),
            ValueError,
            "三型的得分合计是 0，看不出像哪一型。请检查打分、权重，或至少选一项功能。",
        ),
        (
            lambda: crm_type_scores(FEATURES, use="w"),
            ValueError,
            "列“w”应在 0–1 之间，第 2 行是 2，共 2 处。这一列只能是 0 和 1（或 True 和 False）。",
        ),
        (
            lambda: four_vs(EVENTS.assign(ts="早上")),
            TypeError,
            "列“ts”应是日期时间。请先用 pd.to_datetime() 转换这一列。",
        ),
        (
            lambda: four_vs(EVENTS.assign(payload_type=None)),
            ValueError,
            "列“payload_type”全是缺失值，数不出类型。请检查数据。",
        ),
        (lambda: four_vs(EVENTS, window_s=0), ValueError, "参数 window_s 应大于 0，你给的是 0。"),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
