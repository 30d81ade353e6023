"""What holds for every public function on complaints: inputs untouched, order of rows, documentation, refusals."""

import dataclasses
import inspect
import time

import numpy as np
import pandas as pd
import pytest

from crmlab import complaints as C  # noqa: N812

RNG = np.random.default_rng(81)
N = 80
AS_OF = pd.Timestamp("2026-03-31")
OPENED = AS_OF - pd.to_timedelta(RNG.uniform(1, 400, N).round(2), unit="h")
CLOSED = pd.Series(OPENED + pd.to_timedelta(RNG.gamma(1, 30, N).round(2), unit="h"))
TICKETS = pd.DataFrame(
    {
        "ticket_id": np.arange(N) // 4,
        "step": RNG.choice(["倾听", "判定", "方案"], N),
        "ts": OPENED,
        "opened_at": OPENED,
        "closed_at": CLOSED.where(CLOSED <= AS_OF).to_numpy(),
        "tier": RNG.choice(["紧急", "一般"], N),
        "cause": RNG.choice(["送货迟", "破损", "态度"], N),
        "escalated": RNG.integers(0, 2, N),
        "group": RNG.choice(["补救成功", "没出过事"], N),
        "again": RNG.integers(0, 2, N),
        "compensation_yuan": RNG.choice([0, 20, 50], N),
        "repurchased": RNG.integers(0, 2, N),
    },
    index=RNG.permutation(1000)[:N],
)
COUNTS = pd.Series(RNG.poisson(12, 20), index=pd.date_range("2026-01-01", periods=20))
SIZES = pd.Series(RNG.integers(100, 300, 20), index=COUNTS.index)
TREE = pd.DataFrame(
    [["甲", None, None, 5], ["a", "甲", 0.4, 10], ["b", "甲", 0.6, 0], ["乙", None, None, 8]],
    columns=["node", "parent", "probability", "loss_yuan"],
)
RISKS = pd.DataFrame({"event": list("abc"), "probability": [1, 5, 3], "impact": [3, 2, 5]})
DAILY = pd.DataFrame(
    {
        "strategy": ["道歉"] * 6 + ["否认"] * 6,
        "day": [*range(6)] * 2,
        "sentiment": RNG.normal(size=12),
        "cost_yuan": 5.0,
    }
)
TEXTS = pd.Series([f"{w}{i}" for i in range(12) for w in ("快递迟", "破损了")])
LABELS = pd.Series(["物流", "质量"] * 12)
SIR = {"population": 1000, "contact_rate": 1.0, "quiet_rate": 0.4}

# name: (call, its inputs, may the rows of the first input be shuffled without consequence?)
CALLS = {
    "c_chart": (lambda t: C.c_chart(t, rules="nelson"), [COUNTS], False),
    "cause_pareto": (C.cause_pareto, [TICKETS], True),
    "classify_complaints": (
        lambda t, y: C.classify_complaints(t, y, rng=np.random.default_rng(1)).held_out,
        [TEXTS, LABELS],
        False,
    ),
    "compensation_levels": (lambda t: C.compensation_levels(t, margin_yuan=90), [TICKETS], True),
    "crisis_spread": (lambda t: C.crisis_spread(t[0], contact_rate=1, quiet_rate=0.4), [pd.Series([1000])], False),
    "doubling_time": (C.doubling_time, [COUNTS], False),
    "escalation_table": (lambda t: C.escalation_table(t, by=["cause", "tier"]), [TICKETS], True),
    "expected_loss": (C.expected_loss, [TREE], True),
    "iceberg": (lambda t: C.iceberg(t[0], claim="one_in_27"), [pd.Series([10])], False),
    "p_chart": (lambda t, n: C.p_chart(t, n, rules="nelson"), [COUNTS, SIZES], False),
    "recovery_days": (lambda t: C.recovery_days(t, level=0.0, hold=1), [DAILY], True),
    "recovery_effect": (
        lambda t: C.recovery_effect(t, outcome="again", recovered="补救成功", reference="没出过事"),
        [TICKETS],
        True,
    ),
    "response_delay": (lambda t: C.response_delay(t, **SIR), [pd.Series([1, 3, 9])], False),
    "risk_matrix": (C.risk_matrix, [RISKS], True),
    "run_rules": (lambda t: C.run_rules(t, centre=12, sigma=1, rules="nelson"), [COUNTS], False),
    "sla_report": (lambda t: C.sla_report(t, tiers={"紧急": 2, "一般": 24}, as_of=AS_OF), [TICKETS], True),
    "step_conformance": (lambda t: C.step_conformance(t, steps=["倾听", "判定", "方案"]), [TICKETS], True),
    "time_to_resolution": (lambda t: C.time_to_resolution(t, as_of=AS_OF, by="cause"), [TICKETS], True),
    "u_chart": (lambda t, n: C.u_chart(t, n, rules="nelson"), [COUNTS, SIZES], False),
    "xmr_chart": (lambda t: C.xmr_chart(t, rules="nelson"), [COUNTS], False),
}
FUNCTIONS = {name: f for name in C.__all__ if inspect.isfunction(f := getattr(C, name))}
RESULTS = {name: c for name in C.__all__ if dataclasses.is_dataclass(c := getattr(C, name))}


def assert_same(one, other):
    assert type(one) is type(other)
    if isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other)
    elif isinstance(one, pd.Series):
        pd.testing.assert_series_equal(one, other)
    elif dataclasses.is_dataclass(one):
        for field in dataclasses.fields(one):
            assert_same(getattr(one, field.name), getattr(other, field.name))
    else:
        assert one == (pytest.approx(other, nan_ok=True) if isinstance(one, float) else other)


def test_every_public_function_is_listed_here():
    """Does a new function get these checks too?"""
    assert set(CALLS) == set(FUNCTIONS)


@pytest.mark.parametrize("name", CALLS)
def test_inputs_stay_as_they_were_and_nothing_is_remembered(name):
    """Are the inputs untouched, and does a second call give the same?"""
    call, inputs, _ = CALLS[name]
    before = [given.copy(deep=True) for given in inputs]
    first = call(*inputs)
    for given, copy in zip(inputs, before, strict=True):
        assert_same(given, copy)
    assert_same(first, call(*inputs))


@pytest.mark.parametrize("name", [name for name, (_, _, shuffle) in CALLS.items() if shuffle])
def test_order_of_rows_has_no_meaning(name):
    """Does the same table in another order give the same result?"""
    call, (first, *rest), _ = CALLS[name]
    expected = call(first, *rest)
    for seed in range(3):
        assert_same(call(first.sample(frac=1, random_state=seed), *rest), expected)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_docstring_has_what_shift_tab_should_show(name):
    """Does the docstring name every parameter, and have Returns, Raises, Notes and an example?"""
    doc = inspect.getdoc(FUNCTIONS[name])
    for heading in ("Parameters", "Returns", "Raises", "Notes", "Examples"):
        assert f"\n{heading}\n---" in doc, heading
    named = doc.split("\nReturns\n")[0]
    for parameter in inspect.signature(FUNCTIONS[name]).parameters:
        assert parameter in named, parameter


@pytest.mark.parametrize("name", sorted(RESULTS))
def test_result_documents_its_fields(name):
    """Is every field of a result named in its docstring, and the result frozen and readable?"""
    result = RESULTS[name]
    for field in dataclasses.fields(result):
        assert field.name in result.__doc__, field.name
    assert result.__dataclass_params__.frozen
    assert result.__repr__ is result.__str__ is not object.__str__


TABLES = [name for name, (_, inputs, _) in CALLS.items() if isinstance(inputs[0], pd.DataFrame)]


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("made", ["no rows", "not a table"])
def test_empty_or_wrong_input_is_refused_in_chinese(name, made):
    """Does an empty table, or a list in its place, raise our own message instead of a traceback from pandas?"""
    call, (first, *rest), _ = CALLS[name]
    with pytest.raises((ValueError, TypeError)) as caught:
        call(first[:0] if made == "no rows" else [1, 2, 3], *rest)
    assert str(caught.value).endswith("。")


def test_one_row_is_enough_or_refused_in_chinese():
    """Does every table function answer for a single row, or say what it lacks?"""
    for name in TABLES:
        call, (first, *rest), _ = CALLS[name]
        try:
            call(first[:1], *rest)
        except ValueError as error:
            assert str(error).endswith("。"), name


def test_a_million_complaints_are_no_problem():
    """Do the main functions work on whole columns: seconds of computing for a million rows, not minutes?"""
    rng, n = np.random.default_rng(9), 1_000_000
    opened = AS_OF - pd.to_timedelta(rng.integers(1, 5_000, n), unit="h")
    table = pd.DataFrame({"opened_at": opened, "cause": rng.choice(list("abcdef"), n), "tier": "一般"})
    table["closed_at"] = np.where(rng.random(n) < 0.9, AS_OF, pd.NaT)
    table["closed_at"] = pd.to_datetime(table["closed_at"])
    start = time.process_time()
    assert C.cause_pareto(table)["n"].sum() == n
    assert C.sla_report(table, tiers={"一般": 24}, as_of=AS_OF).loc[0, "n"] == n
    assert C.time_to_resolution(table, as_of=AS_OF).table.loc[0, "n"] == n
    assert len(C.p_chart(rng.binomial(50, 0.1, n), 50, rules="nelson").table) == n
    assert time.process_time() - start < 20
