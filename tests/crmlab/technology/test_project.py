"""Critical path and PERT, against every path counted out and a simulation."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab.technology import critical_path

quick = settings(max_examples=40, deadline=None, derandomize=True, database=None)
TASKS = pd.DataFrame(
    {"task": list("ABCDEF"), "days": [3, 5, 2, 4, 1, 2], "after": [None, "", "A", "A、B", ["C"], "D，E"]},
    index=[6, 5, 4, 3, 2, 1],
)
THREE = pd.DataFrame(
    {
        "task": ["a", "b"],
        "after": ["", "a"],
        "optimistic_days": [2, 4],
        "likely_days": [5, 6],
        "pessimistic_days": [14, 8],
    }
)


def test_by_hand():
    """B-D-F takes 11 days; A may slip by 2, C and E by 3."""
    result = critical_path(TASKS)
    assert (result.days, result.path) == (11, ["B", "D", "F"])
    assert result.tasks["slack_days"].tolist() == [2, 0, 3, 0, 3, 0]
    assert result.tasks["earliest_start"].tolist() == [0, 0, 3, 5, 5, 9]
    assert result.tasks["latest_end"].tolist() == [5, 5, 8, 9, 9, 11]
    assert np.isnan([result.low, result.sd_days, result.on_time]).all()


def test_three_points_by_hand():
    """Means 6 and 6, variances 4 and 4/9: 12 days with a standard deviation of 2.108, done by day 14 with 83 %."""
    result = critical_path(THREE, deadline=14)
    assert (result.days, result.sd_days) == (12, pytest.approx(np.sqrt(4 + 4 / 9)))
    assert [result.low, result.high] == pytest.approx([12 - 1.959964 * result.sd_days, 12 + 1.959964 * result.sd_days])
    assert str(result) == "总工期 12.0 天（95% 区间 7.9–16.1），关键路径 a→b；按期完成的概率 83%"


def test_single_chain_against_a_simulation():
    """For a chain, do simulated beta-PERT days have this mean and standard deviation, within the limits of the method?"""
    rng = np.random.default_rng(8)
    low, mode, high = (THREE[f"{c}_days"].to_numpy() for c in ("optimistic", "likely", "pessimistic"))
    alpha, beta = 1 + 4 * (mode - low) / (high - low), 1 + 4 * (high - mode) / (high - low)
    total = (low + (high - low) * rng.beta(alpha, beta, (100_000, 2))).sum(axis=1)
    result = critical_path(THREE)
    assert total.mean() == pytest.approx(result.days, rel=0.005)
    assert total.std() == pytest.approx(result.sd_days, rel=0.1)


def test_of_equal_paths_the_uncertain_one_counts():
    """Of two paths of 6 days, is the standard deviation that of the riskier one?"""
    tasks = pd.DataFrame(
        {
            "task": ["safe", "wild"],
            "after": ["", ""],
            "optimistic_days": [6, 0],
            "likely_days": [6, 6],
            "pessimistic_days": [6, 12],
        }
    )
    assert (critical_path(tasks).path, critical_path(tasks).sd_days) == (["wild"], 2)
    sure = critical_path(tasks.iloc[:1], deadline=6)
    assert (sure.sd_days, sure.on_time) == (0, 1)


@st.composite
def projects(draw):
    n = draw(st.integers(1, 7))
    days = draw(st.lists(st.integers(0, 9), min_size=n, max_size=n))
    after = [[f"t{j}" for j in range(i) if draw(st.booleans())] for i in range(n)]
    return pd.DataFrame({"task": [f"t{i}" for i in range(n)], "days": days, "after": after})


def longest(tasks):
    """Return the length of the longest chain ending with each task, by walking every chain."""
    days, after = tasks["days"].tolist(), tasks["after"].tolist()

    def to(i):
        return days[i] + max((to(int(j[1:])) for j in after[i]), default=0)

    return [to(i) for i in range(len(days))]


@quick
@given(tasks=projects(), seed=st.integers(0, 3))
def test_laws(tasks, seed):
    """Against every chain: is the total the longest, slack what a task may slip, and the order of rows of no account?"""
    result = critical_path(tasks)
    assert result.days == max(longest(tasks))
    assert result.tasks["earliest_end"].tolist() == longest(tasks)
    lengths = dict(zip(tasks["task"], tasks["days"], strict=True))
    assert sum(lengths[name] for name in result.path) == result.days
    for i, slack in enumerate(result.tasks["slack_days"]):
        late = tasks.assign(days=tasks["days"] + (np.arange(len(tasks)) == i) * slack)
        assert critical_path(late).days == result.days
        later = tasks.assign(days=tasks["days"] + (np.arange(len(tasks)) == i) * (slack + 1))
        assert critical_path(later).days == result.days + 1
    mixed = critical_path(tasks.sample(frac=1, random_state=seed))
    assert (
        mixed.tasks.sort_values("task", ignore_index=True)["slack_days"].tolist() == result.tasks["slack_days"].tolist()
    )


@pytest.mark.parametrize(
    ("tasks", "error", "message"),
    [
        (TASKS.assign(task="A"), ValueError, "列“task”的名称应不重复、不空，第 2 行（索引 5）是“A”。"),
        (
            TASKS.assign(after="安装"),
            ValueError,
            "任务“A”要等“安装”，任务表里没有它。现有的任务：A、B、C、D、E、F。",
        ),
        (
            TASKS.assign(after=["B", "A", "", "", "", ""]),
            ValueError,
            "这些任务互相等待，谁也开始不了：A、B。请检查 after 列。",
        ),
        (TASKS.assign(days=-1), ValueError, "列“days”应不小于 0，第 1 行（索引 6）是 -1，共 6 处。请先核对这些行。"),
        (
            THREE.assign(likely_days=[1, 6]),
            ValueError,
            "任务“a”的三个估计应从小到大（乐观、最可能、悲观），你给的是 2、1、14。",
        ),
        (
            THREE.drop(columns="likely_days"),
            ValueError,
            "表 tasks 里没有列“likely_days”。现有的列：task、after、optimistic_days、pessimistic_days。",
        ),
        (
            TASKS.drop(columns="days"),
            ValueError,
            "表 tasks 里没有列“days”。你是不是想写“task”？现有的列：task、after。",
        ),
    ],
)
def test_refusal(tasks, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        critical_path(tasks)
    assert str(caught.value) == message
