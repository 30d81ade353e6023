"""Least agents, lines, the square-root rule: nothing too many, nothing too few."""

import math
from fractions import Fraction
from itertools import product

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab import technology
from crmlab._queueing.least import inverse_blocking

quick = settings(max_examples=40, deadline=None, derandomize=True, database=None)
CALLS = (1, 5, 10, 15, 20, 30, 40, 50, 60, 80, 100, 120, 150, 200, 250, 300, 400, 600, 1000)
GRID = list(product(CALLS, (60, 180, 300, 600), ((0.3, 20), (0.8, 10), (0.8, 20)), (1.0, 0.9, 0.7)))


def poisson_c(load, agents):
    """Return Erlang C from Poisson terms in logarithms: no recursion, no gamma function, nothing of ours."""
    logs = [k * math.log(load) - math.lgamma(k + 1) for k in range(agents + 1)]
    top = max(logs)
    terms = [math.exp(v - top) for v in logs]
    last = terms[-1] * agents / (agents - load)
    return last / (sum(terms[:-1]) + last)


def meets(load, agents, aht_s, goal, within, most_busy):
    if agents <= load or load / agents > most_busy + 1e-12:
        return False
    reached = 1 - poisson_c(load, agents) * math.exp(-(agents - load) * within / aht_s)
    return reached >= goal


def test_the_grid_has_684_cases():
    """Is the grid as large as it says?"""
    assert len(GRID) == 684


@pytest.mark.parametrize("aht_s", (60, 180, 300, 600))
def test_least_agents_on_the_whole_grid(aht_s):
    """Is every answer the first number of agents that meets all targets, tried one by one from 1?"""
    for calls, handle, (goal, within), most_busy in GRID:
        if handle != aht_s:
            continue
        load = calls * handle / 1800
        found = technology.required_agents(
            calls, interval_s=1800, aht_s=handle, service_level=goal, answer_within_s=within, max_occupancy=most_busy
        )
        tried = 1
        while not meets(load, tried, handle, goal, within, most_busy):
            tried += 1
        assert found.agents == tried, (calls, handle, goal, within, most_busy)
        assert found.p_wait == pytest.approx(poisson_c(load, tried), rel=1e-9)


@quick
@given(
    load=st.floats(0.05, 300),
    extra=st.integers(1, 15),
    within=st.sampled_from([0, 5, 20, 60]),
    aht=st.sampled_from([30, 180, 900]),
)
def test_a_target_just_reached_is_reached_by_just_these_agents(load, extra, within, aht):
    """If the goal is what n agents achieve, are n agents the answer, neither n + 1 nor n - 1?"""
    n = int(load) + extra
    goal = technology.service_level(load, n, aht_s=aht, answer_within_s=within)
    if 1e-6 < goal < 1 - 1e-6:
        options = {"interval_s": aht, "aht_s": aht, "answer_within_s": within}
        assert technology.required_agents(load, service_level=goal, **options).agents == n
        assert technology.required_agents(load, service_level=min(goal + 1e-9, 0.9999999), **options).agents >= n
    wait = technology.average_speed_of_answer(load, n, aht_s=aht)
    if wait > 1e-9 * aht:
        assert technology.required_agents(load, interval_s=aht, aht_s=aht, asa_s=wait).agents == n
    assert technology.required_agents(load, interval_s=aht, aht_s=aht, max_occupancy=load / n).agents == n


@quick
@given(calls=st.floats(0.1, 500), aht=st.floats(10, 900))
def test_all_targets_together_take_the_largest_single_answer(calls, aht):
    """Are three targets met by exactly the most demanding one's agents?"""
    options = {"interval_s": 1800, "aht_s": aht}
    alone = [
        technology.required_agents(calls, service_level=0.85, answer_within_s=15, **options).agents,
        technology.required_agents(calls, asa_s=8, **options).agents,
        technology.required_agents(calls, max_occupancy=0.82, **options).agents,
    ]
    together = technology.required_agents(
        calls, service_level=0.85, answer_within_s=15, asa_s=8, max_occupancy=0.82, **options
    )
    assert together.agents == max(alone)


def test_shrinkage_rounds_up_but_never_an_exact_quotient():
    """Is agents / (1 - shrinkage) rounded up in exact fractions, for each percent and up to 300 agents?"""
    for percent, agents in product(range(0, 96, 5), range(1, 301)):
        exact = math.ceil(Fraction(agents) / (1 - Fraction(percent, 100)))
        load = agents - 0.5
        found = technology.required_agents(
            load, interval_s=1, aht_s=1, max_occupancy=load / agents, shrinkage=percent / 100
        )
        assert (found.agents, found.scheduled) == (agents, exact)


def test_occupancy_that_is_met_exactly_is_met():
    """Does 102 calls of 150 s in half an hour, 8.5 erlangs, at 85 % need 10 agents and not 11?"""
    assert technology.required_agents(102, interval_s=1800, aht_s=150, max_occupancy=0.85).agents == 10


def test_no_calls_need_nobody():
    """Are zero agents scheduled where no call comes?"""
    nobody = technology.required_agents(0, interval_s=1800, aht_s=180, service_level=0.8, answer_within_s=20)
    assert (nobody.agents, nobody.scheduled, nobody.service_level, nobody.asa_s) == (0, 0, 1, 0)
    assert str(nobody) == "没有来电，不需要坐席"
    assert math.isnan(technology.required_agents(0, interval_s=1800, aht_s=180, asa_s=5).service_level)


def test_limit_is_reported_without_being_a_target():
    """If only the ASA is wanted, does answer_within_s still show the service level?"""
    found = technology.required_agents(100, interval_s=1800, aht_s=180, asa_s=30, answer_within_s=20)
    assert str(found) == "要 13 名坐席在线（10 爱尔兰）：20 秒内接起 79.6%，平均应答 17.1 秒，利用率 76.9%"
    without = technology.required_agents(100, interval_s=1800, aht_s=180, asa_s=30)
    assert repr(without) == "要 13 名坐席在线（10 爱尔兰）：平均应答 17.1 秒，利用率 76.9%"


@pytest.mark.parametrize("goal", [0.05, 0.01, 0.001])
@pytest.mark.parametrize("load", [0.3, 3, 17.5, 120])
def test_least_lines(load, goal):
    """Does one line less block more than allowed?"""
    lines = technology.required_lines(load, max_blocking=goal)
    assert technology.erlang_b(load, lines) <= goal < technology.erlang_b(load, lines - 1)


def test_lines_at_the_edges():
    """Is a blocking met exactly enough, and does no traffic still need one line?"""
    assert technology.required_lines(1, max_blocking=0.5) == 1
    assert technology.required_lines(0, max_blocking=0.01) == 1


def test_square_root_rule():
    """Does the rule hit Erlang C within two points in a large centre, and is beta found back from its probability?"""
    for beta in (0.5, 1, 1.5, 2):
        rule = technology.square_root_staffing(400, beta=beta)
        assert rule.p_wait == pytest.approx(rule.p_wait_approx, abs=0.02)
        assert technology.square_root_staffing(400, p_wait=rule.p_wait_approx).beta == pytest.approx(beta)
    assert technology.square_root_staffing(100, beta=1).agents == 110
    assert technology.square_root_staffing(400, beta=1).agents == 420


def test_square_root_rule_is_always_above_the_load():
    """Does a tiny margin still leave a queue that does not grow for ever?"""
    assert technology.square_root_staffing(9, beta=1e-15).agents == 10
    assert technology.square_root_staffing(0.2, p_wait=0.999).agents == 1


def test_half_the_calls_waiting_is_about_half_a_root():
    """Does P = 1/2 give the beta of 0.506 that Halfin and Whitt's function has there?"""
    assert technology.square_root_staffing(50, p_wait=0.5).beta == pytest.approx(0.5061, abs=1e-4)


def test_table_follows_both_formulas():
    """Do the rows agree with Erlang C, and with Erlang A when patience is given?"""
    options = {"interval_s": 1800, "aht_s": 180, "answer_within_s": 20}
    table = technology.staffing_table(100, **options)
    assert table["agents"].tolist() == list(range(11, 21))
    assert table["service_level"].is_monotonic_increasing
    row = table.set_index("agents").loc[14]
    assert row["service_level"] == pytest.approx(0.888350019179)
    assert row["abandonment_rate"] == 0
    patient = technology.staffing_table(100, agents=[8, 14], patience_s=120, **options)
    known = technology.erlang_a(10, 8, aht_s=180, patience_s=120, answer_within_s=20)
    first = patient.iloc[0]
    assert (first["service_level"], first["abandonment_rate"]) == (known.service_level_of_offered, known.p_abandon)


HALF_HOUR = {"interval_s": 1800, "aht_s": 180}


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: technology.required_agents(100, **HALF_HOUR),
            ValueError,
            "一个目标也没有给。请至少给一个：service_level 和 answer_within_s（例如 0.8 和 20）、asa_s 或 max_occupancy。",
        ),
        (
            lambda: technology.required_agents(100, service_level=0.8, **HALF_HOUR),
            ValueError,
            "给了 service_level，还要给时限 answer_within_s。“80/20”的时限是 20 秒。",
        ),
        (
            lambda: technology.required_agents(100, service_level=80, answer_within_s=20, **HALF_HOUR),
            ValueError,
            "参数 service_level 应在 0–1 之间（不含两端），你给的是 80。80% 请写成 0.8。",
        ),
        (
            lambda: technology.required_agents(100, max_occupancy=85, **HALF_HOUR),
            ValueError,
            "参数 max_occupancy 不能大于 1，你给的是 85。85% 请写成 0.85。",
        ),
        (
            lambda: technology.required_agents(100, asa_s=0, **HALF_HOUR),
            ValueError,
            "参数 asa_s 应大于 0，你给的是 0。",
        ),
        (
            lambda: technology.required_agents(100, asa_s=10, shrinkage=30, **HALF_HOUR),
            ValueError,
            "参数 shrinkage 应不小于 0、小于 1，你给的是 30。30% 请写成 0.3。",
        ),
        (
            lambda: technology.required_agents(100, asa_s=10, shrinkage=float("nan"), **HALF_HOUR),
            ValueError,
            "参数 shrinkage 应不小于 0、小于 1，你给的是 nan。",
        ),
        (
            lambda: technology.required_agents("100", asa_s=10, **HALF_HOUR),
            TypeError,
            "参数 calls 应是一个数，你给的是 str（'100'）。",
        ),
        (
            lambda: technology.required_agents(1e9, asa_s=10, **HALF_HOUR),
            ValueError,
            "话务量是 1e+08 爱尔兰，要一百万人以上。请检查 interval_s 和 aht_s 是不是都以秒计。",
        ),
        (
            lambda: technology.required_lines(10, max_blocking=1),
            ValueError,
            "参数 max_blocking 应在 0–1 之间（不含两端），你给的是 1。",
        ),
        (
            lambda: technology.square_root_staffing(10),
            ValueError,
            "beta 和 p_wait 要给且只给一个：给 beta 算人数，或给想要的排队概率 p_wait 反推 beta。",
        ),
        (
            lambda: technology.staffing_table(10, answer_within_s=20, agents=[], **HALF_HOUR),
            ValueError,
            "参数 agents 是空的，请至少给一种坐席数。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


def test_one_table_for_the_whole_grid():
    """Are 684 intervals at once, each with its own terms, what required_agents says one by one?"""
    calls, handle, goals, busy = (list(column) for column in zip(*GRID, strict=True))
    table = technology.required_agents_table(
        calls,
        interval_s=1800,
        aht_s=handle,
        service_level=[goal for goal, _ in goals],
        answer_within_s=[within for _, within in goals],
        max_occupancy=busy,
        shrinkage=0.3,
    )
    for row, (n, aht, (goal, within), most) in zip(table.itertuples(), GRID, strict=True):
        one = technology.required_agents(
            n, interval_s=1800, aht_s=aht, service_level=goal, answer_within_s=within, max_occupancy=most, shrinkage=0.3
        )
        assert (row.agents, row.scheduled, row.erlangs) == (one.agents, one.scheduled, one.erlangs)
        assert row.p_wait == pytest.approx(one.p_wait, rel=1e-12)
        assert row.service_level == pytest.approx(one.service_level, rel=1e-12)
        assert row.asa_s == pytest.approx(one.asa_s, rel=1e-12)
        assert row.occupancy == one.occupancy


def test_table_keeps_the_index_and_knows_quiet_intervals():
    """Does an interval without calls need nobody, and is the service level missing where no limit is given?"""
    calls = pd.Series([0, 100], index=["早", "晚"])
    table = technology.required_agents_table(calls, interval_s=1800, aht_s=180, asa_s=30)
    assert table["agents"].to_dict() == {"早": 0, "晚": 13}
    assert table["service_level"].isna().all()
    timed = technology.required_agents_table(calls, interval_s=1800, aht_s=180, asa_s=30, answer_within_s=20)
    assert timed.loc["早", ["scheduled", "p_wait", "service_level", "asa_s", "occupancy"]].tolist() == [0, 0, 1, 0, 0]


@pytest.mark.parametrize(
    ("calls", "changed", "message"),
    [
        (100, {}, "参数 calls 应是一列数据（Series 或列表），你给的是 int。"),
        ([3, -1], {}, "参数 calls 应不小于 0，第 2 行是 -1。请先核对这些行。"),
        ([3, 4], {"aht_s": [180]}, "参数 aht_s 有 1 个数，calls 有 2 个。请给一样长的一列，或只给一个数。"),
        ([3, 4], {"aht_s": [180, 0]}, "第 2 行：参数 aht_s 应大于 0，你给的是 0。"),
        ([3, 4], {"service_level": 80}, "参数 service_level 应在 0–1 之间（不含两端），你给的是 80。80% 请写成 0.8。"),
        (
            [3, 4e9],
            {},
            "第 2 行：话务量是 4e+08 爱尔兰，要一百万人以上。请检查 interval_s 和 aht_s 是不是都以秒计。",
        ),
    ],
)
def test_table_says_which_row_is_wrong(calls, changed, message):
    """Is a wrong argument named, with its row when it is a column?"""
    options = {"interval_s": 1800, "aht_s": 180, "service_level": 0.8, "answer_within_s": 20} | changed
    with pytest.raises((TypeError, ValueError)) as caught:
        technology.required_agents_table(calls, **options)
    assert str(caught.value) == message


def test_true_is_no_number_even_when_one_was_asked_for():
    """Are terms that were checked before told apart from True, which equals 1?"""
    options = {"interval_s": 1800, "aht_s": 180, "service_level": 0.8}
    technology.required_agents(10, answer_within_s=1, **options)
    for wrong, kind in ((True, "bool（True）"), ([20], "list（[20]）")):
        with pytest.raises(TypeError) as caught:
            technology.required_agents(10, answer_within_s=wrong, **options)
        assert str(caught.value) == f"参数 answer_within_s 应是一个数，你给的是 {kind}。"


@pytest.mark.parametrize("load", [0.3, 3, 9.4, 29.9, 60.5, 99.5, 101, 640.2])
def test_the_search_begins_where_the_recursion_would_be(load):
    """Is 1 / Erlang B right below, at and far above the load, by exact fractions?"""
    for lines in (int(load), int(load) + 1, int(load * 1.5) + 9):
        inverse, exact = Fraction(1), Fraction(load)
        for n in range(1, lines + 1):
            inverse = 1 + inverse * n / exact
        assert inverse_blocking(load, lines) == pytest.approx(float(inverse), rel=1e-12)
    assert inverse_blocking(load, 20_000) == math.inf


@quick
@given(
    loads=st.lists(st.floats(1e-6, 3000), min_size=1, max_size=20),
    goal=st.floats(0.01, 0.999),
    busy=st.floats(0.05, 1),
)
def test_many_at_once_is_one_by_one(loads, goal, busy):
    """Do the two forms of the search, for floats and for arrays, agree on any load and target?"""
    terms = {"interval_s": 60, "aht_s": 60, "service_level": goal, "answer_within_s": 10, "max_occupancy": busy}
    table = technology.required_agents_table(loads, **terms)
    ones = [technology.required_agents(load, **terms) for load in loads]
    assert table["agents"].tolist() == [one.agents for one in ones]
    assert table["p_wait"].tolist() == pytest.approx([one.p_wait for one in ones], rel=1e-11, abs=1e-300)
