"""What holds for every public function of the topic: inputs untouched, row order without meaning, documented."""

import dataclasses
import inspect
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

from crmlab import strategy

RNG = np.random.default_rng(91)
N = 60
CUSTOMERS = pd.DataFrame(
    {
        "tier": RNG.choice(list("ABC"), N),
        "revenue_yuan": RNG.gamma(2, 300, N),
        "service_cost_yuan": RNG.gamma(2, 40, N),
        "need": RNG.integers(1, 11, N),
    },
    index=RNG.permutation(1000)[:N],
)
WALK = pd.DataFrame(
    {
        "customer_id": np.repeat(range(15), 4),
        "step": [1, 2, 3, 4] * 15,
        "touchpoint": list("abcd") * 15,
        "emotion": RNG.integers(-3, 4, N),
        "expect": RNG.integers(-3, 4, N),
    },
    index=CUSTOMERS.index,
)
TOUCHES = pd.DataFrame(
    {
        "path_id": np.repeat(range(20), 3),
        "step": [1, 2, 3] * 20,
        "channel": RNG.choice(["门店", "小程序", "直播"], N),
        "converted": np.repeat(RNG.integers(0, 2, 20), 3),
    },
    index=CUSTOMERS.index,
)
TIERS = pd.DataFrame({"tier": ["VIP", "普通"], "arrivals_per_hour": [10, 20]})
MODULES = pd.DataFrame({"module": ["面料", "领型"], "variants": [4, 2], "optional": [0, 1]})
STEPS = pd.DataFrame({"step": ["量体", "生产"], "mean_days": [2, 3], "sd_days": [1, 1], "capacity_per_day": [None, 6]})
WIDE = pd.DataFrame({"price.a": RNG.random(N), "price.b": RNG.random(N), "pick": RNG.choice(list("ab"), N)})
LONG = strategy.stack_choices(WIDE, choice="pick", attributes=["price"])
OFFERS = pd.DataFrame({"alternative": ["b", "a"], "price": [0.4, 0.5]}, index=[7, 3])
MODEL = strategy.choice_model(LONG, price="price")
S = strategy


def rng():
    return np.random.default_rng(5)


# name: (call, its inputs, may the rows of the first input be shuffled without consequence?)
CALLS = {
    "abc_tiers": (lambda t: S.abc_tiers(t["revenue_yuan"], crossing="before"), [CUSTOMERS], True),
    "attribution": (lambda t: S.attribution(t, rng=rng(), resamples=20), [TOUCHES], True),
    "choice_model": (lambda t: S.choice_model(t, price="price"), [LONG], True),
    "choice_share": (lambda t: S.choice_share(MODEL, t), [OFFERS], True),
    "choose_k": (
        lambda t: S.choose_k(t, features=["revenue_yuan"], rng=rng(), ks=[2, 3], n_resamples=2),
        [CUSTOMERS],
        False,
    ),
    "customization_curve": (
        lambda t: S.customization_curve(
            t["degree"],
            price_yuan=400,
            max_premium=0.8,
            premium_half=0.4,
            cost_yuan=240,
            cost_growth=0.9,
            cost_power=2,
            lead_days=3,
            extra_lead_days=12,
            units=1000,
            lost_per_day=0.02,
        ),
        [pd.DataFrame({"degree": [0, 0.5, 1]})],
        False,
    ),
    "customization_grid": (
        lambda t: S.customization_grid(t, value="revenue_yuan", need="need", cuts=(500, 5)),
        [CUSTOMERS],
        True,
    ),
    "gini": (lambda t: S.gini(t["revenue_yuan"]), [CUSTOMERS], True),
    "journey": (lambda t: S.journey(t, neutral=0, expectation="expect"), [WALK], True),
    "kmeans_segments": (
        lambda t: S.kmeans_segments(t, features=["revenue_yuan", "need"], k=3, rng=rng(), n_resamples=2),
        [CUSTOMERS],
        False,
    ),
    "lorenz": (lambda t: S.lorenz(t["revenue_yuan"]), [CUSTOMERS], True),
    "module_combinations": (S.module_combinations, [MODULES], False),
    "order_to_delivery": (
        lambda t: S.order_to_delivery(t, orders_per_day=5, days=30, runs=2, rng=rng()),
        [STEPS],
        False,
    ),
    "priority_queue": (lambda t: S.priority_queue(t, agents=3, service_min=5), [TIERS], False),
    "stack_choices": (lambda t: S.stack_choices(t, choice="pick", attributes=["price"]), [WIDE], False),
    "tier_service_cost": (S.tier_service_cost, [CUSTOMERS], True),
    "top_share": (lambda t: S.top_share(t["revenue_yuan"]), [CUSTOMERS], True),
}
TOPIC, NO_TABLE = strategy, {"abc_tiers", "gini", "lorenz", "top_share", "customization_curve"}
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


def test_many_customers_are_no_problem():
    """Do the main functions work on whole columns: 300,000 rows in seconds of computing, not minutes?"""
    source, n = np.random.default_rng(9), 300_000
    spend = source.gamma(0.5, 100, n)
    table = pd.DataFrame({"path_id": np.arange(n) // 3, "step": np.arange(n) % 3, "channel": source.integers(0, 6, n)})
    table["converted"] = (table["path_id"] % 5 == 0).astype(int)
    start = time.process_time()
    assert strategy.abc_tiers(spend, crossing="before")["tier"].nunique() == 3
    assert strategy.gini(spend).gini == pytest.approx(2 / np.pi, abs=0.01)
    shares = strategy.attribution(table)["share"]
    assert shares.to_numpy() == pytest.approx(1 / 6, abs=0.02)
    assert time.process_time() - start < 10
