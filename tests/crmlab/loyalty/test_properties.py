"""Laws that hold for every input: bounds, invariances, agreement of two ways to one number."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from crmlab import loyalty

pytestmark = pytest.mark.slow

# Fixed by derandomize: a red test today is the same red test tomorrow.
PHASES = (Phase.explicit, Phase.generate, Phase.shrink)
quick = settings(max_examples=25, deadline=None, derandomize=True, database=None, phases=PHASES)
START = pd.Timestamp("2026-01-01")
purchases = st.lists(
    st.tuples(st.integers(-3, 4), st.integers(0, 90), st.integers(0, 500)), min_size=1, max_size=40
).map(
    lambda rows: pd.DataFrame(
        {
            "customer_id": [c for c, _, _ in rows],
            "date": [START + pd.Timedelta(days=d) for _, d, _ in rows],
            "amount": [float(a) for _, _, a in rows],
        }
    )
)
rate = st.floats(0.01, 0.99)
shape = st.floats(0.05, 20)


@quick
@given(table=purchases, wait=st.integers(0, 400))
def test_summary_knows_its_bounds_and_the_end_moves_only_the_age(table, wait):
    """Is 0 <= recency <= T, recency 0 without repeats, and does a later end add to T and nothing else?"""
    one = loyalty.rfm_summary(table)
    assert ((one["recency"] >= 0) & (one["recency"] <= one["T"])).all()
    assert ((one["recency"] == 0) == (one["frequency"] == 0)).all()
    later = loyalty.rfm_summary(table, observation_end=table["date"].max() + pd.Timedelta(days=wait))
    pd.testing.assert_frame_equal(later.assign(T=later["T"] - wait), one)


@quick
@given(table=purchases)
def test_names_of_customers_do_not_matter(table):
    """Do text ids that sort alike give the same numbers as integer ids?"""
    named = table.assign(customer_id=table["customer_id"].map(lambda c: f"客户{c + 10:02d}"))
    one, other = loyalty.rfm_summary(table), loyalty.rfm_summary(named)
    pd.testing.assert_frame_equal(one.drop(columns="customer_id"), other.drop(columns="customer_id"))


@quick
@given(table=purchases)
def test_money_is_neither_lost_nor_made(table):
    """Do first-day amounts and repeat amounts add up to the total?"""
    summary, values = loyalty.rfm_summary(table), loyalty.rfm_values(table)
    first = table.groupby("customer_id")["date"].transform("min") == table["date"]
    repeats = (summary["frequency"] * summary["monetary_value"]).sum()
    assert table.loc[first, "amount"].sum() + repeats == pytest.approx(table["amount"].sum())
    assert values["total_amount"].sum() == pytest.approx(table["amount"].sum())


@quick
@given(table=purchases)
def test_cohorts_partition_the_customers(table):
    """Do the cohort sizes add up to all customers, and no cell exceed its cohort?"""
    result = loyalty.cohort_retention(table)
    assert result.counts[0].sum() == table["customer_id"].nunique()
    retention = result.retention.to_numpy()
    assert ((retention >= 0) & (retention <= 1) | np.isnan(retention)).all()
    assert loyalty.repeat_purchase_rate(table).n == table["customer_id"].nunique()


@quick
@given(r=rate, i=st.floats(0.0, 0.9), g=st.floats(-0.5, 0.0), m=st.floats(1, 1e4))
def test_two_timings_are_one_value(r, i, g, m):
    """Is the value with a margin now that margin plus (1+g) times the value at the period's end?"""
    names = {"discount_rate": i, "time_unit": "year", "growth": g}
    end = loyalty.customer_lifetime_value(m, r, timing="end_of_period", **names).value
    now = loyalty.customer_lifetime_value(m, r, timing="first_margin_now", **names).value
    assert now == pytest.approx(m + (1 + g) * end)


@quick
@given(r=shape, alpha=shape, a=shape, b=shape, x=st.integers(0, 60), t_x=st.floats(0.1, 50), wait=st.floats(0, 50))
def test_predictions_are_sane_for_every_parameter(r, alpha, a, b, x, t_x, wait):
    """For both models: is P(alive) in 0-1 and the expectation between nothing and that of one who is surely alive?"""
    person = pd.DataFrame({"frequency": [x], "recency": [t_x if x else 0.0], "T": [t_x + wait]})
    for model in (
        loyalty.BetaGeoModel(r=r, alpha=alpha, a=a, b=b, time_unit="week"),
        loyalty.ParetoNBD(r=r, alpha=alpha, s=a, beta=b, time_unit="week"),
    ):
        row = model.predict(person, 10).iloc[0]
        assert 0 <= row["p_alive"] <= 1
        most = row["p_alive"] * (r + x) / (alpha + t_x + wait) * 10
        assert -1e-9 <= row["expected_purchases"] <= most * (1 + 1e-9) + 1e-12


@quick
@given(cells=st.lists(st.integers(1, 40), min_size=9, max_size=9))
def test_steady_state_stays(cells):
    """Is the steady state left unchanged by one more step, whatever the matrix?"""
    counts = np.array(cells, dtype=float).reshape(3, 3)
    matrix = counts / counts.sum(axis=1, keepdims=True)
    steady = loyalty.steady_state(matrix)
    assert (steady.to_numpy() @ matrix).tolist() == pytest.approx(steady.tolist())
    assert steady.sum() == pytest.approx(1)


@quick
@given(values=st.lists(st.integers(0, 30), min_size=1, max_size=40), bins=st.integers(2, 9))
def test_scores_follow_the_values(values, bins):
    """Do scores stay in 1..bins, keep ties together and never reverse an order?"""
    table = pd.DataFrame({"customer_id": range(len(values)), "days_since_last": values, "orders": values})
    scores = loyalty.rfm_scores(table.assign(total_amount=0), bins=bins).sort_values("orders")
    assert scores["f_score"].is_monotonic_increasing
    assert scores["r_score"].is_monotonic_decreasing
    assert scores[["r_score", "f_score", "m_score"]].stack().between(1, bins).all()
    assert scores.groupby("orders")[["f_score", "r_score"]].nunique().max().max() == 1
