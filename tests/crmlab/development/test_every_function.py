"""What holds for every public function of the topic: inputs untouched, row order without meaning, documented."""

import dataclasses
import inspect
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

from crmlab import development

RNG = np.random.default_rng(31)
N = 80
CUSTOMERS = pd.DataFrame(
    {
        "score": RNG.random(N),
        "months": RNG.integers(1, 40, N),
        "left": RNG.integers(0, 2, N),
        "mailed": RNG.integers(0, 2, N),
        "plan": RNG.choice(["月付", "年付"], N),
        "cause": RNG.choice(["质量", "价格", "服务"], N),
        "p_success": RNG.random(N),
        "value_yuan": RNG.gamma(2, 300, N),
        "cost_yuan": RNG.gamma(2, 10, N),
        "size": RNG.integers(1, 6, N),
        "match": RNG.integers(1, 6, N),
    },
    index=RNG.permutation(1000)[:N],
)
ORDERS = pd.DataFrame(
    {
        "customer_id": RNG.integers(0, 20, N),
        "date": pd.Timestamp("2026-01-01") + pd.to_timedelta(RNG.integers(0, 180, N), unit="D"),
    },
    index=CUSTOMERS.index,
)
CARD = pd.DataFrame({"column": ["months", "plan"], "value": [None, "年付"], "low": [12, None], "points": [10, 20]})
D = development


def model(table, **options):
    rng = np.random.default_rng(1)
    fitted = D.churn_model(table, target="left", features=["score", "months", "plan"], rng=rng, **options)
    return dataclasses.asdict(fitted) | {"pipeline": None}


# name: (call, its inputs, may the rows of the first input be shuffled without consequence?)
CALLS = {
    "auc": (lambda t: D.auc(t["score"], t["left"]), [CUSTOMERS], True),
    "churn_backtest": (
        lambda t: D.churn_backtest(t, cut="2026-03-31", horizon_days=60, thresholds=[20, 40]),
        [ORDERS],
        True,
    ),
    "churn_label": (lambda t: D.churn_label(t, as_of="2026-07-31"), [ORDERS], True),
    "churn_model": (model, [CUSTOMERS], False),
    "churn_pareto": (lambda t: D.churn_pareto(t, amount="value_yuan"), [CUSTOMERS], True),
    "compare_survival": (
        lambda t: D.compare_survival(t, duration="months", event="left", by="plan"),
        [CUSTOMERS],
        True,
    ),
    "gains_table": (
        lambda t: D.gains_table(t["score"], t["left"], value=t["value_yuan"], contact_cost=30),
        [CUSTOMERS],
        True,
    ),
    "lead_score": (D.lead_score, [CUSTOMERS, CARD], True),
    "lift": (lambda t: D.lift(t["score"], t["left"]), [CUSTOMERS], True),
    "lookalike": (
        lambda t: D.lookalike(t, sorted(CUSTOMERS.index)[:5], features=["score", "value_yuan"]),
        [CUSTOMERS],
        True,
    ),
    "selection_matrix": (
        lambda t: D.selection_matrix(t, attractiveness={"size": 1}, fit={"match": 1}),
        [CUSTOMERS],
        True,
    ),
    "survival_curve": (lambda t: D.survival_curve(t, duration="months", event="left"), [CUSTOMERS], True),
    "uplift_table": (
        lambda t: D.uplift_table(t["score"], t["left"], t["mailed"], bins=4, value=50, contact_cost=2),
        [CUSTOMERS],
        True,
    ),
    "whale_curve": (lambda t: D.whale_curve(t["value_yuan"] - 300), [CUSTOMERS], True),
    "winback_triage": (lambda t: D.winback_triage(t, key_min=900, ordinary_min=300), [CUSTOMERS], True),
    "winback_value": (lambda t: D.winback_value(t, budget=300), [CUSTOMERS], True),
}
TOPIC, NO_TABLE = development, {"auc", "lift", "gains_table", "uplift_table", "whale_curve"}
FUNCTIONS = {name: f for name in TOPIC.__all__ if inspect.isfunction(f := getattr(TOPIC, name))}
RESULTS = {name: c for name in TOPIC.__all__ if dataclasses.is_dataclass(c := getattr(TOPIC, name))}


def settled(result):
    """Bring a result into a form in which only its content counts, not the order of its rows."""
    if isinstance(result, pd.DataFrame):
        return result.sort_values(list(result.columns)) if result.index.is_unique else result
    if isinstance(result, pd.Series):
        return result.sort_index()
    if dataclasses.is_dataclass(result):
        return {f.name: settled(getattr(result, f.name)) for f in dataclasses.fields(result)}
    if isinstance(result, dict):
        return {key: settled(value) for key, value in result.items()}
    return result


def assert_same(one, other):
    assert type(one) is type(other)
    if isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other)
    elif isinstance(one, pd.Series):
        pd.testing.assert_series_equal(one, other)
    elif isinstance(one, np.ndarray):
        np.testing.assert_allclose(one, other)
    elif isinstance(one, dict):
        assert list(one) == list(other)
        for key in one:
            assert_same(one[key], other[key])
    else:
        assert one == (pytest.approx(other, nan_ok=True) if isinstance(one, float) else other)


def test_every_public_function_is_listed_here():
    """Does a new function get these checks too?"""
    assert set(CALLS) == set(FUNCTIONS)


@pytest.mark.parametrize("name", CALLS)
def test_inputs_stay_as_they_were_and_outputs_repeat(name):
    """Are the tables that go in untouched, and is nothing random or remembered between two calls?"""
    call, inputs, _ = CALLS[name]
    before = [table.copy(deep=True) for table in inputs]
    first = settled(call(*inputs))
    assert_same(settled(call(*inputs)), first)
    for table, copy in zip(inputs, before, strict=True):
        assert_same(table, copy)


@pytest.mark.parametrize("name", [name for name, (_, _, shuffle) in CALLS.items() if shuffle])
def test_order_of_rows_has_no_meaning(name):
    """Does the same data in another order give the same result?"""
    call, (first, *rest), _ = CALLS[name]
    result = settled(call(first, *rest))
    for seed in range(2):
        assert_same(settled(call(first.sample(frac=1, random_state=seed), *rest)), result)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_docstring_has_what_shift_tab_should_show(name):
    """Does the docstring name every parameter, and have Returns, Raises and an example?"""
    doc = inspect.getdoc(FUNCTIONS[name])
    for heading in ("Parameters", "Returns", "Raises", "Examples"):
        assert f"\n{heading}\n---" in doc, f"{name}: {heading}"
    named = doc.split("\nReturns\n")[0]
    for parameter in inspect.signature(FUNCTIONS[name]).parameters:
        assert parameter in named, f"{name}: {parameter}"


@pytest.mark.parametrize("name", sorted(RESULTS))
def test_result_documents_its_fields(name):
    """Is every field of a result named in its docstring, and the result frozen and readable?"""
    result = RESULTS[name]
    for field in dataclasses.fields(result):
        assert field.name in result.__doc__, f"{name}: {field.name}"
    assert result.__dataclass_params__.frozen
    assert result.__repr__ is result.__str__ is not object.__str__


@pytest.mark.parametrize("name", [n for n in CALLS if n not in NO_TABLE])
@pytest.mark.parametrize("made", ["no rows", "not a table"])
def test_empty_or_wrong_input_is_refused_in_chinese(name, made):
    """Does an empty table, or a list in its place, raise our own message instead of a traceback from pandas?"""
    call, (first, *rest), _ = CALLS[name]
    bad = first[:0] if made == "no rows" else [1, 2, 3]
    with pytest.raises((ValueError, TypeError)) as caught:
        call(bad, *rest)
    assert str(caught.value).endswith("。")


def test_importing_the_topic_loads_nothing_heavy():
    """Does the import pull in no scipy, statsmodels or scikit-learn?"""
    probe = f"import sys, {TOPIC.__name__}; print([m for m in ('scipy', 'statsmodels', 'sklearn') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_half_a_million_customers_are_no_problem():
    """Do the main functions work on whole columns: half a million rows in seconds of computing, not minutes?"""
    rng, n = np.random.default_rng(9), 500_000
    score, left, months = rng.random(n), rng.integers(0, 2, n), rng.integers(0, 60, n)
    table = pd.DataFrame({"months": months, "left": left, "plan": months % 3})
    orders = pd.DataFrame({"customer_id": rng.integers(0, n // 5, n)})
    orders["date"] = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 500, n), unit="D")
    start = time.process_time()
    assert development.auc(score, left).auc == pytest.approx(0.5, abs=0.01)
    assert development.gains_table(score, left)["n"].sum() == n
    assert development.survival_curve(table, duration="months", event="left").n == n
    assert development.compare_survival(table, duration="months", event="left", by="plan").df == 2
    assert development.churn_label(orders, as_of="2026-12-31").n == orders["customer_id"].nunique()
    assert time.process_time() - start < 15
