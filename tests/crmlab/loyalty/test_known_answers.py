"""Numbers from the literature or another program: known_answers.json against the functions that claim them."""

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crmlab import data, loyalty
from tests import needs
from tests.crmlab.known_answers import EveryAnswer, KnownAnswers

answers = KnownAnswers(__file__)


class TestKnownAnswers(EveryAnswer):
    """All entries of the file."""

    answers = answers


def cdnow(time_unit):
    """Return the purchase summary of the CDNOW sample that the literature uses: until 1997-09-30."""
    needs.package("lifetimes", "data")
    sample = data.load_real("cdnow_sample")
    early = sample[sample["date"] <= "1997-09-30"]
    return loyalty.rfm_summary(early, amount="amount_usd", observation_end="1997-09-30", time_unit=time_unit)


def rounded_as_published(summary):
    """The literature's table has recency and T in weeks with two digits."""
    return summary.assign(recency=summary["recency"].round(2), T=summary["T"].round(2))


def check_parameters(model, outputs, near, entry):
    assert {name: getattr(model, name) for name in model.names} == near({k: outputs[k] for k in model.names})
    assert model.log_likelihood == pytest.approx(outputs["log_likelihood"], rel=1e-6)
    published = dict(answers.entries[entry]["published"])
    for name in model.names:
        digits = len(str(published[name]).split(".")[1])
        assert getattr(model, name) == pytest.approx(published[name], abs=1.5 * 10**-digits)


@answers("bgnbd_cdnow_params")
def check_bgnbd(_, outputs, near):
    summary = cdnow("week")
    model = loyalty.BetaGeoModel.fit(rounded_as_published(summary), time_unit="week")
    check_parameters(model, outputs, near, "bgnbd_cdnow_params")
    assert model.n == outputs["n"]
    # The unrounded weeks give the same model.
    assert loyalty.BetaGeoModel.fit(summary, time_unit="week").values == pytest.approx(model.values, rel=2e-3)


@answers("paretonbd_cdnow_params")
def check_paretonbd(_, outputs, near):
    model = loyalty.ParetoNBD.fit(rounded_as_published(cdnow("week")), time_unit="week")
    check_parameters(model, outputs, near, "paretonbd_cdnow_params")


def lifetimes_table(name):
    """Return a table that comes with lifetimes, without importing the package."""
    needs.package("lifetimes", "data")
    folder = Path(importlib.util.find_spec("lifetimes").submodule_search_locations[0]) / "datasets"
    return pd.read_csv(folder / name, encoding="utf-8")


@answers("bgbb_donations_params")
def check_bgbb(_, outputs, near):
    donors = lifetimes_table("donations.csv").rename(columns={"periods": "n_periods"})
    model = loyalty.BetaGeoBetaBinomial.fit(donors, weights="weights")
    assert {name: getattr(model, name) for name in model.names} == near(outputs)
    # Printed in the paper: log-likelihood -33,225.6, and 3.75 donations expected in five years of who gave in all six.
    assert model.log_likelihood == pytest.approx(-33225.6, abs=0.05)
    best = donors[(donors["frequency"] == 6) & (donors["recency"] == 6)]
    assert model.predict(best, 5)["expected_purchases"].iloc[0] == pytest.approx(3.75, abs=0.005)


@answers("gammagamma_cdnow_params")
def check_gammagamma(_, outputs, near):
    table = lifetimes_table("cdnow_customers_summary_with_transactions.csv")
    model = loyalty.GammaGamma.fit(table.rename(columns={"x": "frequency", "zbar": "monetary_value"}))
    assert {k: getattr(model, k) for k in "pqv"} == near({k: outputs[k] for k in "pqv"})
    assert (model.log_likelihood, model.n) == (pytest.approx(outputs["log_likelihood"], rel=1e-6), outputs["n"])


@answers("bgnbd_expected_purchases_new_customer")
def check_bgnbd_new(inputs, outputs, near):
    model = loyalty.BetaGeoModel(**inputs["params"], time_unit="week")
    assert model.expected_purchases(inputs["t_weeks"])["expected"].tolist() == near(outputs["E_X_t"])


@answers("bgnbd_conditional_expected_purchases")
def check_bgnbd_conditional(inputs, outputs, near):
    model = loyalty.BetaGeoModel(**inputs["params"], time_unit="week")
    table = model.predict(pd.DataFrame(inputs["customers"]), inputs["t_weeks"])
    assert table["expected_purchases"].tolist() == near(outputs["E_Y"])


@answers("rfm_summary_cdnow_sample")
def check_rfm_cdnow(_, outputs, near):
    summary = cdnow("day")
    again = summary[summary["frequency"] > 0]
    assert len(summary) == outputs["n_customers"]
    assert len(again) == outputs["n_repeat_customers"]
    assert summary["frequency"].max() == outputs["max_frequency"]
    assert len(data.load_real("cdnow_sample")) == outputs["n_transactions_rows"]
    assert again["monetary_value"].mean() == near(outputs["mean_monetary_value_repeaters"])
    sums = summary[["frequency", "recency", "T"]].sum().tolist()
    assert sums == near([outputs["sum_frequency"], outputs["sum_recency_days"], outputs["sum_T_days"]])


@answers("rfm_summary_small")
def check_rfm_small(inputs, outputs, near):
    rows = pd.DataFrame(inputs["rows"]).assign(date=lambda t: pd.to_datetime(t["date"]))
    end = inputs["observation_period_end"]
    summary = loyalty.rfm_summary(rows, customer="id", amount="sales", observation_end=end)
    assert summary["customer_id"].tolist() == outputs["id"]
    for column in ("frequency", "recency", "T", "monetary_value"):
        assert summary[column].tolist() == near(outputs[column])


@answers("sbg_retention_high_end")
def check_sbg(inputs, outputs, near):
    seen = inputs["survival_years_0_7"]
    result = loyalty.sbg_retention(seen, horizon=5, customers=inputs["customers"])
    assert (result.alpha, result.beta) == near((outputs["alpha"], outputs["beta"]))
    assert result.log_likelihood == near(outputs["log_likelihood"])
    table = result.table.set_index("period")
    assert table["survival"].loc[8:12].tolist() == near(outputs["projected_survival_year_8_12"])
    assert table["retention_rate"].loc[1:7].tolist() == near(outputs["retention_rate_year_1_7"])


def clv(margin, r, i, timing, **more):
    return loyalty.customer_lifetime_value(margin, r, discount_rate=i, time_unit="year", timing=timing, **more).value


@answers("clv_margin_multiple")
def check_clv_multiple(inputs, outputs, near):
    for key, timing in (("clv_end_of_period", "end_of_period"), ("clv_first_margin_now", "first_margin_now")):
        assert [clv(inputs["margin"], **case, timing=timing) for case in inputs["cases"]] == near(outputs[key])


@answers("clv_margin_growth")
def check_clv_growth(inputs, outputs, near):
    result = clv(inputs["margin"], inputs["r"], inputs["i"], "end_of_period", growth=inputs["g"])
    assert result == near(outputs["clv"])


@answers("clv_finite_horizon")
def check_clv_finite(inputs, outputs, near):
    for key, timing in (("end_of_period", "end_of_period"), ("first_margin_now", "first_margin_now")):
        result = clv(inputs["margin"], inputs["r"], inputs["i"], timing, periods=inputs["n_periods"])
        assert result == near(outputs[key])


@answers("retention_basics")
def check_retention(inputs, outputs, near):
    result = loyalty.retention_rate(inputs["customers_start"], inputs["customers_end"], inputs["new_customers"])
    assert result.retention == near(outputs["retention_rate"])
    assert (result.churn, result.lifetime) == near((outputs["churn_rate"], outputs["expected_lifetime_periods"]))


@answers("markov_brand_switching")
def check_markov(inputs, outputs, near):
    assert loyalty.steady_state(inputs["P2"]).tolist() == near(outputs["steady2"])
    steady = loyalty.steady_state(inputs["P3"])
    assert steady.tolist() == near(outputs["steady3"])
    assert (1 / steady).tolist() == near(outputs["mean_recurrence3"])
    shares = loyalty.project_shares(inputs["P3"], inputs["share0"], 3)
    assert shares.loc[1].tolist() == near(outputs["share1"])
    assert shares.loc[3].tolist() == near(outputs["share3"])


@answers("cohort_retention_small")
def check_cohort(inputs, outputs, near):
    rows = pd.DataFrame(inputs["rows"]).assign(date=lambda t: pd.to_datetime(t["date"]))
    result = loyalty.cohort_retention(rows, period=inputs["period"])
    for table, known in ((result.counts, outputs["counts"]), (result.retention, outputs["retention"])):
        assert list(table.index) == list(known)
        expected = np.array([[np.nan if v is None else v for v in row] for row in known.values()], dtype=float)
        assert np.isnan(table.to_numpy()).tolist() == np.isnan(expected).tolist()
        assert table.to_numpy()[~np.isnan(expected)].tolist() == near(expected[~np.isnan(expected)].tolist())
