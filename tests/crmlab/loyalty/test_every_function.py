"""What holds for every public function of the package: inputs untouched, row order without meaning, documented."""

import dataclasses
import inspect

import numpy as np
import pandas as pd
import pytest

from crmlab import loyalty
from tests.crmlab.loyalty import brute_force

RNG = np.random.default_rng(71)
N = 200
ORDERS = pd.DataFrame(
    {
        "customer_id": RNG.integers(0, 60, N),
        "date": pd.Timestamp("2026-01-01") + pd.to_timedelta(RNG.integers(0, 200, N), unit="D"),
        # Whole cents of a power of two add up exactly in any order.
        "amount": RNG.integers(1, 400, N) / 4,
    },
    index=RNG.permutation(1000)[:N],
)
SUMMARY = loyalty.rfm_summary(ORDERS, time_unit="week")
MODEL = loyalty.BetaGeoModel(r=0.8, alpha=6.0, a=0.8, b=2.5, time_unit="week")
SPEND = loyalty.GammaGamma(p=6.25, q=3.74, v=15.44)
HOLDOUT = loyalty.calibration_holdout(ORDERS, calibration_end="2026-04-30", time_unit="week")
PEOPLE = pd.DataFrame(
    {
        "attitude": RNG.integers(1, 6, N),
        "behaviour": np.where(RNG.random(N) < 0.1, np.nan, RNG.integers(0, 20, N)),
        "overall": RNG.integers(1, 6, N),
        "repurchase": RNG.integers(0, 2, N),
        "engagement": RNG.integers(0, 30, N),
        "retained": RNG.integers(0, 2, N),
        "spend": RNG.integers(0, 400, N) / 4,
        "tier": RNG.choice(["普通", "金卡"], N),
        "invites": RNG.integers(3, 9, N),
        "joined": RNG.integers(0, 3, N),
    },
    index=RNG.permutation(1000)[:N],
).assign(wallet=lambda t: t["spend"] * 2 + 1)
BENEFITS = pd.DataFrame({"tier": ["普通", "金卡"], "fixed_cost": [0, 50], "reward_rate": [0, 0.02]})
POINTS = pd.DataFrame({"customer_id": range(9), "earn": 100, "burn": range(9), "expire": 5})
CLUB = pd.DataFrame(
    {"member_id": range(9), "fee": 260, "renew": [1, 0, 1] * 3, "visits": range(9), "spend": range(9), "gm": 0.125}
)
PANEL = pd.DataFrame(
    {"household_id": RNG.integers(0, 9, N), "brand": RNG.choice(["A", "B"], N), "week": RNG.permutation(N)}
)
MATRIX = pd.DataFrame([[0.9, 0.1], [0.2, 0.8]])
YEARS = pd.DataFrame({"year": [1, 2, 3], "base": [50, 40, 60], "referral": [5, 0, 20]})
VALUES = loyalty.rfm_values(ORDERS)
L = loyalty

# name: (call, its inputs, may the rows of the first input be shuffled without consequence?)
CALLS = {
    "assign_tiers": (lambda t: L.assign_tiers(t, {"普通": 0, "金卡": 50}), [PEOPLE["spend"]], True),
    "brand_switching": (lambda t: L.brand_switching(t, order="week"), [PANEL], True),
    "calibration_holdout": (
        lambda t: L.calibration_holdout(t, calibration_end="2026-04-30", observation_end="2026-12-31"),
        [ORDERS],
        True,
    ),
    "club_economics": (lambda t: L.club_economics(t, fixed_cost=50), [CLUB], True),
    "cohort_retention": (L.cohort_retention, [ORDERS], True),
    "customer_lifetime_value": (
        lambda t: L.customer_lifetime_value(*t, discount_rate=0.1, time_unit="month", timing="end_of_period"),
        [pd.Series([100, 0.8])],
        False,
    ),
    "engagement_retention": (L.engagement_retention, [PEOPLE], True),
    "growth_value": (lambda t: L.growth_value(t, {"spend": 0.5, "engagement": 2}), [PEOPLE], True),
    "holdout_table": (lambda t: L.holdout_table(MODEL, t), [HOLDOUT], False),
    "k_factor": (L.k_factor, [PEOPLE], True),
    "loyalty_index": (lambda t: L.loyalty_index(t, {"attitude": 1, "overall": 3}), [PEOPLE], True),
    "loyalty_matrix": (L.loyalty_matrix, [PEOPLE], True),
    "points_account": (lambda t: L.points_account(t, yuan_per_point=0.01, expected_breakage=0), [POINTS], True),
    "predicted_clv": (
        lambda t: L.predicted_clv(t, MODEL, SPEND, horizon=52, discount_rate=0.1, margin_share=0.3),
        [SUMMARY],
        True,
    ),
    "profit_by_tenure": (lambda t: L.profit_by_tenure(t, acquisition_cost=70), [YEARS], True),
    "project_shares": (lambda t: L.project_shares(t, [0.5, 0.5], 3), [MATRIX], False),
    "repeat_purchase_rate": (L.repeat_purchase_rate, [ORDERS], True),
    "retention_rate": (lambda t: L.retention_rate(*t), [pd.Series([100, 90, 10])], False),
    "rfm_scores": (L.rfm_scores, [VALUES], True),
    "rfm_segments": (L.rfm_segments, [L.rfm_scores(VALUES)], True),
    "rfm_summary": (L.rfm_summary, [ORDERS], True),
    "rfm_values": (L.rfm_values, [ORDERS], True),
    "satisfaction_loyalty_curve": (
        lambda t: L.satisfaction_loyalty_curve(t, satisfied_min=4, loyal_min=1, market="tier"),
        [PEOPLE],
        True,
    ),
    "sbg_retention": (L.sbg_retention, [pd.Series([1000, 869, 743, 653])], False),
    "share_of_wallet": (lambda t: L.share_of_wallet(t, average="money"), [PEOPLE], True),
    "steady_state": (L.steady_state, [MATRIX], False),
    "tier_cost": (lambda t, b: L.tier_cost(t, b, margin_share=0.25), [PEOPLE, BENEFITS], True),
    "tier_migration": (
        lambda t: L.tier_migration(t["tier"], t["tier"][::-1], ["普通", "金卡"]),
        [PEOPLE],
        False,
    ),
    "tracking_data": (lambda t: L.tracking_data(MODEL, t, calibration_end="2026-04-30"), [ORDERS], True),
    "viral_growth": (lambda t: L.viral_growth(*t, cycles=5), [pd.Series([100, 0.5])], False),
}
FUNCTIONS = {name: f for name in L.__all__ if inspect.isfunction(f := getattr(L, name))}
RESULTS = {name: c for name in L.__all__ if dataclasses.is_dataclass(c := getattr(L, name))}
METHODS = [
    (name, method)
    for name, cls in RESULTS.items()
    for method, f in inspect.getmembers(cls, callable)
    if not method.startswith("_")
]


def settled(result):
    """Bring a result into a form in which only its content counts, not the order of its rows."""
    if isinstance(result, pd.DataFrame | pd.Series):
        return result.sort_index()
    if dataclasses.is_dataclass(result):
        return {f.name: settled(getattr(result, f.name)) for f in dataclasses.fields(result)}
    return result


def assert_same(one, other):
    assert type(one) is type(other)
    if isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other)
    elif isinstance(one, pd.Series):
        pd.testing.assert_series_equal(one, other)
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
def test_inputs_stay_as_they_were(name):
    """Are the tables that go in untouched, values, types, index, names and notes, and is a second call the same?"""
    call, inputs, _ = CALLS[name]
    before = [table.copy(deep=True) for table in inputs]
    notes = [dict(table.attrs) for table in inputs]
    once = settled(call(*inputs))
    for table, copy, note in zip(inputs, before, notes, strict=True):
        assert_same(table, copy)
        assert table.attrs == note
    assert_same(settled(call(*inputs)), once)


@pytest.mark.parametrize("name", [name for name, (_, _, shuffle) in CALLS.items() if shuffle])
def test_order_of_rows_has_no_meaning(name):
    """Does the same data in another order give the same result?"""
    call, (first, *rest), _ = CALLS[name]
    result = settled(call(first, *rest))
    for seed in range(3):
        shuffled = first.sample(frac=1, random_state=seed)
        assert_same(settled(call(shuffled, *rest)), result)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_docstring_has_what_shift_tab_should_show(name):
    """Does the docstring name every parameter, and have Returns, Raises and an example?"""
    doc = inspect.getdoc(FUNCTIONS[name])
    for heading in ("Parameters", "Returns", "Raises", "Examples"):
        assert f"\n{heading}\n---" in doc, f"{name}: {heading}"
    named = doc.split("\nReturns\n")[0]
    for parameter in inspect.signature(FUNCTIONS[name]).parameters:
        assert parameter in named, f"{name}: {parameter}"


@pytest.mark.parametrize(("name", "method"), METHODS)
def test_methods_are_documented_too(name, method):
    """Does every public method name its parameters and what it returns and raises?"""
    f = getattr(RESULTS[name], method)
    doc = inspect.getdoc(f)
    for heading in ("Parameters", "Returns", "Raises"):
        assert f"\n{heading}\n---" in doc, f"{name}.{method}: {heading}"
    for parameter in inspect.signature(f).parameters:
        assert parameter == "self" or parameter in doc.split("\nReturns\n")[0], f"{name}.{method}: {parameter}"


@pytest.mark.parametrize("name", sorted(RESULTS))
def test_result_documents_its_fields(name):
    """Is every field of a result named in its docstring, and the result frozen and readable?"""
    result = RESULTS[name]
    for field in dataclasses.fields(result):
        assert field.name in result.__doc__, f"{name}: {field.name}"
    assert result.__dataclass_params__.frozen
    assert result.__repr__ is result.__str__ is not object.__str__


# tier_migration takes two columns; the table is only how its check here hands them over.
TABLES = [n for n, (_, i, _) in CALLS.items() if isinstance(i[0], pd.DataFrame) and n != "tier_migration"]


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("made", ["no rows", "not a table"])
def test_empty_or_wrong_input_is_refused_in_chinese(name, made):
    """Does an empty table, or a text in its place, raise our own message instead of a traceback from pandas?"""
    call, (first, *rest), _ = CALLS[name]
    with pytest.raises((ValueError, TypeError)) as caught:
        call(first[:0] if made == "no rows" else "表", *rest)
    assert str(caught.value).endswith("。")


def test_frequency_of_the_simulated_customers_is_stable():
    """Does the simulation that the models are held against still give what it gave (its own check)?"""
    people = brute_force.simulate_bgnbd(0.8, 6, 0.8, 2.5, np.full(2000, 30.0), 10, np.random.default_rng(1))
    expected = MODEL.expected_purchases(30)["expected"].iloc[0]
    assert people["frequency"].mean() == pytest.approx(expected, rel=0.1)
