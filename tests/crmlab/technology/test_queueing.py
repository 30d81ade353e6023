"""Erlang B, C, A, M/M/c, M/M/c/K against sums written out from the definitions, and against each other."""

import math
from decimal import Decimal, getcontext
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab import technology
from crmlab._queueing.erlang import blocking
from crmlab._queueing.least import inverse_blocking

quick = settings(max_examples=30, deadline=None, derandomize=True, database=None)
loads = st.floats(0.01, 60)


def states(load, servers, capacity):
    """Return the exact state probabilities of M/M/c/K as fractions: the balance equations, no recursion for B or C."""
    weight = [Fraction(1)]
    for n in range(1, capacity + 1):
        weight.append(weight[-1] * Fraction(load) / min(n, servers))
    return [w / sum(weight) for w in weight]


@pytest.mark.parametrize(("load", "lines"), [(0.1, 1), (3, 2), (7.5, 9), (20, 20), (30, 45)])
def test_erlang_b_is_the_full_state_of_the_balance_equations(load, lines):
    """Does the recursion agree with exact fractions to fifteen digits?"""
    assert technology.erlang_b(load, lines) == pytest.approx(float(states(load, lines, lines)[-1]), rel=1e-14)


@pytest.mark.parametrize(("load", "agents"), [(0.1, 1), (1.9, 2), (7.5, 9), (18, 20)])
def test_erlang_c_is_the_limit_of_ever_more_places(load, agents):
    """Is C the share of time that all agents are busy when the queue may be a thousand long?"""
    steps = load / np.minimum(np.arange(1, agents + 1001), agents)
    weight = np.concatenate([[1.0], np.cumprod(steps)])
    p = weight / weight.sum()
    assert technology.erlang_c(load, agents) == pytest.approx(p[agents:].sum(), rel=1e-12)
    queue = technology.mmc(load, 1, agents)
    assert queue.Lq == pytest.approx((p[agents:] * np.arange(1001)).sum(), rel=1e-9)
    assert queue.p0 == pytest.approx(p[0], rel=1e-12)


@pytest.mark.parametrize("load", [30.0, 31.7, 99.5, 250.0, 1234.5])
def test_start_of_the_search_has_all_digits(load):
    """Does the closed form of 1/B agree with forty decimal digits and with the recursion?"""
    getcontext().prec = 40
    n = int(load)
    total = term = Decimal(1)
    for k in range(n, 0, -1):
        term = term * k / Decimal(load)
        total += term
    assert inverse_blocking(load, n) == pytest.approx(float(total), rel=2e-15)
    assert 1 / blocking(load, n) == pytest.approx(float(total), rel=2e-14)


@quick
@given(load=loads, agents=st.integers(1, 80))
def test_more_agents_never_hurt_and_more_calls_never_help(load, agents):
    """Are B, C and ASA falling in agents and rising in load, and is B <= C?"""
    for measure in (
        technology.erlang_b,
        technology.erlang_c,
        lambda a, n: technology.average_speed_of_answer(a, n, aht_s=100),
        lambda a, n: 1 - technology.service_level(a, n, aht_s=100, answer_within_s=20),
    ):
        here = measure(load, agents)
        assert measure(load, agents + 1) <= here <= measure(load * 1.1, agents)
    assert 0 <= technology.erlang_b(load, agents) <= technology.erlang_c(load, agents) <= 1


@quick
@given(load=st.floats(0.1, 0.99), servers=st.integers(1, 30))
def test_little_and_the_parts_of_a_visit(load, servers):
    """Is L = λW, Lq = λWq, W = Wq + 1/μ, L = Lq + λ/μ, and Wq the ASA of the call centre formula?"""
    rate = load * servers * 2
    queue = technology.mmc(rate, 2, servers)
    assert queue.L == pytest.approx(rate * queue.W)
    assert queue.Lq == pytest.approx(rate * queue.Wq)
    assert queue.W == pytest.approx(queue.Wq + 0.5)
    assert queue.Wq == pytest.approx(technology.average_speed_of_answer(rate / 2, servers, aht_s=0.5))
    assert queue.wait_over(0) == queue.p_wait
    reached = technology.service_level(rate / 2, servers, aht_s=0.5, answer_within_s=0.3)
    assert 1 - queue.wait_over(0.3) == pytest.approx(reached)


@quick
@given(load=st.floats(0.1, 40), agents=st.integers(1, 40), patience=st.floats(0.05, 20))
def test_erlang_a_from_its_balance_equations(load, agents, patience):
    """Do the waiting and hanging-up probabilities agree with states summed one by one?"""
    result = technology.erlang_a(load, agents, aht_s=1, patience_s=patience, answer_within_s=0.2)
    weight, total, at = [1.0], 1.0, 0
    while at < agents + 5 or weight[-1] > 1e-18 * total:
        at += 1
        weight.append(weight[-1] * load / (min(at, agents) + max(at - agents, 0) / patience))
        total += weight[-1]
    p = np.array(weight) / total
    queue = float((p * np.maximum(np.arange(len(p)) - agents, 0)).sum())
    assert result.p_wait == pytest.approx(p[agents:].sum(), rel=1e-9, abs=1e-15)
    assert result.p_abandon == pytest.approx(queue / patience / load, rel=1e-9, abs=1e-15)
    assert result.queue_length == pytest.approx(queue, rel=1e-9, abs=1e-15)
    assert result.wait_s == pytest.approx(queue / load, rel=1e-9, abs=1e-15)
    assert result.occupancy == pytest.approx(load * (1 - result.p_abandon) / agents)
    assert 0 <= result.service_level_of_offered <= result.service_level_of_answered <= 1 + 1e-12


def test_erlang_a_in_time_agrees_with_the_wait_integrated_numerically():
    """Is the share answered within T the integral of the hypoexponential wait, caller by caller ahead?"""
    load, n, patience, within = 9.0, 8, 0.6, 0.15
    result = technology.erlang_a(load, n, aht_s=1, patience_s=patience, answer_within_s=within)
    rng = np.random.default_rng(4)
    p = states(Fraction(9), n, n)  # up to n; beyond, with hanging up
    weight = [float(q) for q in p]
    for k in range(1, 200):
        weight.append(weight[-1] * load / (n + k / patience))
    weight = np.array(weight) / sum(weight)
    draws = 400_000
    ahead = rng.choice(200, draws, p=weight[n:] / weight[n:].sum())
    wait = np.zeros(draws)
    for k in range(ahead.max() + 1):
        wait += np.where(ahead >= k, rng.exponential(1 / (n + k / patience), draws), 0)
    served = wait < rng.exponential(patience, draws)
    share = weight[:n].sum() + weight[n:].sum() * (served & (wait <= within)).mean()
    assert result.service_level_of_offered == pytest.approx(share, abs=0.004)
    answered = weight[:n].sum() + weight[n:].sum() * served.mean()
    assert result.asa_s == pytest.approx(weight[n:].sum() * (wait * served).mean() / answered, abs=0.002)


def test_endless_patience_is_erlang_c_and_none_is_erlang_b():
    """Does Erlang A lie between the two, and reach both ends?"""
    patient = technology.erlang_a(10, 12, aht_s=180, patience_s=1e9, answer_within_s=20)
    assert patient.service_level_of_offered == pytest.approx(
        technology.service_level(10, 12, aht_s=180, answer_within_s=20), abs=1e-6
    )
    assert patient.asa_s == pytest.approx(technology.average_speed_of_answer(10, 12, aht_s=180), rel=1e-5)
    hasty = technology.erlang_a(10, 12, aht_s=180, patience_s=1e-6, answer_within_s=20)
    assert hasty.p_abandon == pytest.approx(technology.erlang_b(10, 12), rel=1e-5)


@pytest.mark.parametrize(("servers", "capacity"), [(1, 1), (2, 2), (2, 7), (5, 9)])
def test_loss_queue_from_exact_fractions(servers, capacity):
    """Do loss, utilization and queue of M/M/c/K agree with the balance equations, overloaded too?"""
    for load in (0.3, 2.0, 11.0):
        p = states(Fraction(load).limit_denominator(10), servers, capacity)
        result = technology.mmck(load * 6, 6, servers, capacity)
        queue = float(sum((k - servers) * q for k, q in enumerate(p) if k > servers))
        assert result.lost_share == pytest.approx(float(p[-1]), rel=1e-12)
        assert result.Lq == pytest.approx(queue, rel=1e-12, abs=1e-15)
        assert result.utilization == pytest.approx(load * (1 - float(p[-1])) / servers, rel=1e-12)
        assert result.Wq == pytest.approx(queue / (load * 6 * (1 - float(p[-1]))), rel=1e-9, abs=1e-15)
    assert technology.mmck(6, 2, 4, 4).lost_share == pytest.approx(technology.erlang_b(3, 4))


def test_overload_has_a_stated_answer():
    """Is a load that is not below the agents told as it is: everybody waits, for ever?"""
    assert technology.erlang_c(10, 10) == technology.erlang_c(11, 10) == 1
    assert technology.service_level(10, 10, aht_s=60, answer_within_s=20) == 0
    assert technology.average_speed_of_answer(10, 10, aht_s=60) == math.inf
    queue = technology.mmc(6, 2, 3)
    assert (queue.rho, queue.p0, queue.p_wait, queue.Lq, queue.W) == (1, 0, 1, math.inf, math.inf)
    assert (queue.stable, queue.wait_over(5)) == (False, 1)


def test_no_traffic_has_a_stated_answer():
    """Does nobody wait where nobody calls, even without agents?"""
    assert technology.erlang_b(0, 3) == technology.erlang_c(0, 0) == technology.erlang_c(0, 3) == 0
    assert technology.erlang_b(0, 0) == technology.erlang_b(5, 0) == 1
    assert technology.service_level(0, 0, aht_s=60, answer_within_s=0) == 1
    assert technology.average_speed_of_answer(0, 0, aht_s=60) == 0
    assert technology.traffic_erlangs(0, interval_s=1800, aht_s=180) == 0
    assert technology.mmc(0, 2, 3).Lq == technology.mmck(0, 2, 3, 4).lost_share == 0
    idle = technology.erlang_a(0, 3, aht_s=60, patience_s=60, answer_within_s=20)
    assert (idle.p_wait, idle.p_abandon, idle.service_level_of_offered, idle.occupancy) == (0, 0, 1, 0)
    alone = technology.erlang_a(3, 0, aht_s=60, patience_s=30, answer_within_s=20)
    assert (alone.p_abandon, alone.wait_s, alone.queue_length, alone.service_level_of_offered) == (1, 30, 1.5, 0)
    assert math.isnan(alone.asa_s)


def test_extreme_numbers_stay_finite():
    """Do a thousand lines and a vanishing load give a probability and no overflow?"""
    assert technology.erlang_b(1e-300, 200) == 0
    assert technology.erlang_b(1e300, 5) == 1
    assert technology.mmck(1e9, 1, 2, 3).utilization == pytest.approx(1)
    assert technology.mmc(900, 1, 1000).p0 == 0
    assert 0 < technology.erlang_a(5000, 4990, aht_s=1, patience_s=100, answer_within_s=1).p_abandon < 0.01


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (technology.mmc(6, 2, 3), "3 个服务台，负荷 100.0%：来的人不比能服务的少，队伍会越来越长"),
        (technology.mmc(3, 1, 4), "4 个服务台，利用率 75.0%：50.9% 的人要等，平均等 0.509，平均 1.53 人在等"),
        (
            technology.mmck(30, 12, 2, 2),
            "2 个服务台、2 个位子：流失 47.2%（单位时间 14.2 位），利用率 66.0%，平均等 0",
        ),
        (
            technology.erlang_a(12, 10, aht_s=180, patience_s=60, answer_within_s=20),
            "10 名坐席、12 爱尔兰：20 秒内接起来电的 56.9%，挂断 24.4%，利用率 90.7%",
        ),
    ],
)
def test_a_result_reads_as_one_chinese_line(result, text):
    """Does the last line of a cell show a sentence, the same for str and repr?"""
    assert (str(result), repr(result)) == (text, text)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: technology.erlang_c(-1, 3), ValueError, "参数 erlangs 不能小于 0，你给的是 -1。"),
        (lambda: technology.erlang_c(2, 3.5), ValueError, "参数 agents 是坐席数，应是不小于 0 的整数，你给的是 3.5。"),
        (lambda: technology.erlang_b(2, -1), ValueError, "参数 lines 是线路数，应是不小于 0 的整数，你给的是 -1。"),
        (lambda: technology.erlang_b("2", 1), TypeError, "参数 erlangs 应是一个数，你给的是 str（'2'）。"),
        (
            lambda: technology.erlang_b(float("nan"), 1),
            ValueError,
            "参数 erlangs 应是一个有限的数，你给的是 nan。",
        ),
        (
            lambda: technology.traffic_erlangs(10, interval_s=0, aht_s=60),
            ValueError,
            "参数 interval_s 应大于 0，你给的是 0。",
        ),
        (
            lambda: technology.service_level(1, 2, aht_s=60, answer_within_s=-5),
            ValueError,
            "参数 answer_within_s 不能小于 0，你给的是 -5。",
        ),
        (lambda: technology.mmc(1, 0, 2), ValueError, "参数 service_rate 应大于 0，你给的是 0。"),
        (lambda: technology.mmc(1, 1, 0), ValueError, "参数 servers 是服务台数，应是不小于 1 的整数，你给的是 0。"),
        (lambda: technology.mmc(1, 2, 1).wait_over(-1), ValueError, "参数 t 不能小于 0，你给的是 -1。"),
        (
            lambda: technology.mmck(1, 1, 3, 2),
            ValueError,
            "参数 capacity 是一共容得下的人数（2），不能小于服务台数（3）。请把正在服务的人也算进去。",
        ),
        (
            lambda: technology.erlang_a(20, 10, aht_s=1, patience_s=1e9, answer_within_s=1),
            ValueError,
            "平均耐心是处理时长的 1e+09 倍，几乎没有人挂断，爱尔兰 A 算不动。请改用 technology.erlang_c()。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
