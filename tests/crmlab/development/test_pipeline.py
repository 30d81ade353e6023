"""What the open deals will bring, and who is matched with whom."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab.development import pipeline_forecast, stable_matching

quick = settings(max_examples=40, deadline=None, derandomize=True, database=None)
DEALS = pd.DataFrame({"stage": ["报价", "谈判", "报价"], "amount_yuan": [100, 50, 30]}, index=[8, 2, 5])
CHANCES = {"接洽": 0.1, "报价": 0.5, "谈判": 0.8}


def forecast(deals=DEALS, chances=CHANCES, seed=1, **options):
    return pipeline_forecast(deals, chances, rng=np.random.default_rng(seed), **options)


def test_by_hand():
    """65 of two quotes and 40 of one negotiation are 105; the target of 130 needs 100 and one of the others, or more."""
    result = forecast(target=130)
    assert result.expected_yuan == 105
    assert result.stages["n"].tolist() == [0, 2, 1]
    assert result.stages["weighted_yuan"].tolist() == [0, 65, 40]
    assert result.target_chance == pytest.approx(0.5 * (1 - 0.5 * 0.2), abs=0.02)
    assert (result.low, result.high) == (0, 180)
    assert str(result).startswith("3 个商机共 180 元，预计成交 105 元（95% 预测区间 0–180）；达到目标的概率 4")


def test_interval_is_that_of_the_exact_distribution():
    """For 400 equal deals, are the ends those of the binomial distribution, and wider when the chance is itself uncertain?"""
    from scipy.stats import betabinom, binom

    deals = pd.DataFrame({"stage": "报价", "amount_yuan": [1.0] * 400})
    sure = forecast(deals, runs=20_000)
    assert [sure.low, sure.high] == pytest.approx(binom.ppf([0.025, 0.975], 400, 0.5).tolist(), abs=2)
    history = pd.DataFrame({"stage": ["报价"], "n": [40], "won": [20]})
    unsure = forecast(deals, history, runs=20_000)
    assert [unsure.low, unsure.high] == pytest.approx(betabinom.ppf([0.025, 0.975], 400, 20.5, 20.5).tolist(), abs=5)


def test_certain_and_hopeless_stages():
    """Do chances of 0 and 1 give a sum without an interval?"""
    result = forecast(chances={"报价": 1, "谈判": 0})
    assert (result.expected_yuan, result.low, result.high) == (130, 130, 130)


@quick
@given(
    amounts=st.lists(st.integers(0, 1000), min_size=1, max_size=12),
    chance=st.floats(0, 1),
    seed=st.integers(0, 5),
)
def test_laws(amounts, chance, seed):
    """Is the expected sum exact and inside the range, and the order of the deals of no account?"""
    deals = pd.DataFrame({"stage": "报价", "amount_yuan": amounts})
    result = forecast(deals, {"报价": chance}, seed, runs=1000)
    assert result.expected_yuan == pytest.approx(sum(amounts) * chance)
    assert 0 <= result.low <= result.high <= sum(amounts)
    other = forecast(deals[::-1], {"报价": chance}, seed, runs=1000)
    assert (other.low, other.high) == (result.low, result.high)


def stable(pairs, one, other):
    """Is there no pair who both like each other better than whom they have?"""
    of, to = dict(pairs), {b: a for a, b in pairs}
    for a, wishes in one.items():
        for b in wishes:
            if b == of.get(a):
                break
            if a in other[b] and (b not in to or other[b].index(a) < other[b].index(to[b])):
                return False
    return True


@st.composite
def two_sides(draw):
    sizes = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    names = [[f"{letter}{i}" for i in range(size)] for letter, size in zip("fc", sizes, strict=True)]

    def side(own, others):
        return {n: draw(st.permutations(others))[: draw(st.integers(0, len(others)))] for n in own}

    return side(*names), side(*names[::-1])


@quick
@given(sides=two_sides())
def test_stable_and_best_for_those_who_ask(sides):
    """Against every possible matching, is the result stable, and has no proposer a better partner in any stable one?"""
    one, other = sides
    result = stable_matching(one, other)
    found = dict(zip(result.pairs["proposer"], result.pairs["receiver"], strict=True))
    assert stable(found.items(), one, other)
    assert set(one) == set(found) | set(result.unmatched_proposers)
    assert set(other) == set(found.values()) | set(result.unmatched_receivers)
    receivers = [*other, *[None] * len(one)]
    for chosen in set(itertools.permutations(receivers, len(one))):
        pairs = [(a, b) for a, b in zip(one, chosen, strict=True) if b is not None]
        if all(b in one[a] and a in other[b] for a, b in pairs) and stable(pairs, one, other):
            assert len(pairs) == len(found)
            assert all(one[a].index(found[a]) <= one[a].index(b) for a, b in pairs)


def test_the_asking_side_gains():
    """Two firms and two customers who cross: does whoever asks get the first choice, the other side the last?"""
    firms, customers = {"甲": ["x", "y"], "乙": ["y", "x"]}, {"x": ["乙", "甲"], "y": ["甲", "乙"]}
    assert stable_matching(firms, customers).pairs["proposer_rank"].tolist() == [1, 1]
    assert stable_matching(firms, customers).pairs["receiver_rank"].tolist() == [2, 2]
    assert stable_matching(customers, firms).pairs["proposer_rank"].tolist() == [1, 1]


def test_nobody_wants_anybody():
    """Is an empty list of wishes an answer: no pair, all left over?"""
    result = stable_matching({"甲": []}, {"x": ["甲"]})
    assert str(result) == "一对也没有，没配上：甲、x"
    assert str(stable_matching({"甲": ["x"]}, {"x": ["甲"]})) == "甲–x（1 对，都配上了）"


HISTORY = pd.DataFrame({"stage": ["报价"], "n": [10], "won": [11]})


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: forecast(DEALS.assign(stage="报 价")),
            ValueError,
            "第 1 行（索引 8）的阶段“报 价”没有成交概率。你是不是想写“报价”？有概率的阶段：接洽、报价、谈判。",
        ),
        (
            lambda: forecast(chances={}),
            ValueError,
            '参数 probabilities 是空的。请写每个阶段的成交概率，例如 {"报价": 0.4}。',
        ),
        (
            lambda: forecast(chances={"报价": 40}),
            ValueError,
            "参数 probabilities['报价'] 应在 0–1 之间，你给的是 40。",
        ),
        (lambda: forecast(chances=HISTORY), ValueError, "阶段“报价”成交的（won）多于有结果的（n）。请核对这一行。"),
        (
            lambda: forecast(chances=HISTORY.assign(n=0, won=0)),
            ValueError,
            "阶段“报价”一个有结果的商机也没有（n 是 0）。请核对这一行。",
        ),
        (lambda: forecast(runs=10), ValueError, "参数 runs 应是不小于 1000 的整数，你给的是 10。"),
        (
            lambda: pipeline_forecast(DEALS, CHANCES, rng=1),
            TypeError,
            "参数 rng 应是 np.random.default_rng(种子)，你给的是 int。",
        ),
        (lambda: stable_matching({}, {"x": []}), ValueError, "参数 proposers 里一个名字也没有，没法配。"),
        (
            lambda: stable_matching([1], {"x": []}),
            TypeError,
            '参数 proposers 应是字典（名字 → 从最中意到最不中意的名单），例如 {"甲": ["大客户"]}，你给的是 list。',
        ),
        (
            lambda: stable_matching({"甲": "x"}, {"x": []}),
            TypeError,
            "参数 proposers 里“甲”的名单应是列表，你给的是 str。",
        ),
        (
            lambda: stable_matching({"甲": ["x", "x"]}, {"x": []}),
            ValueError,
            "参数 proposers 里“甲”的名单写了两次“x”。请每个名字只写一次。",
        ),
        (
            lambda: stable_matching({"甲": ["大客户"]}, {"大客": ["甲"]}),
            ValueError,
            "参数 proposers 里“甲”的名单有“大客户”，receivers 里没有。你是不是想写“大客”？现有的：大客。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
