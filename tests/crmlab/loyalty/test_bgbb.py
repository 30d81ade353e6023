"""BG/BB: at most one purchase a period."""

import numpy as np
import pandas as pd
import pytest

from crmlab import loyalty
from tests.crmlab.loyalty import brute_force

MODEL = loyalty.BetaGeoBetaBinomial(alpha=1.2, beta=0.75, gamma=0.66, delta=2.8)
DONORS = brute_force.simulate_bgbb(1.2, 0.75, 0.66, 2.8, 6, 5, 20_000, np.random.default_rng(3))


def test_simulated_donors_give_as_often_as_predicted():
    """For every history of frequency and recency, are later gifts and survival what the model says?"""
    predicted = MODEL.predict(DONORS, 5)
    groups = predicted.groupby(["frequency", "recency"])
    table = groups[["later", "expected_purchases", "alive", "p_alive"]].mean()
    error = groups["later"].std() / np.sqrt(groups.size())
    assert len(table) == 22
    assert (np.abs(table["later"] - table["expected_purchases"]) < 4.5 * error).all()
    spread = np.sqrt(table["p_alive"] * (1 - table["p_alive"]) / groups.size())
    assert (np.abs(table["alive"] - table["p_alive"]) < 4.5 * spread).all()


def test_fit_finds_the_parameters_with_or_without_weights():
    """Are the true parameters in 99.9 % intervals, and do counted histories fit as the single donors do?"""
    single = loyalty.BetaGeoBetaBinomial.fit(DONORS, confidence=0.999)
    table = single.parameters.set_index("parameter")
    for name in MODEL.names:
        assert table.loc[name, "low"] < getattr(MODEL, name) < table.loc[name, "high"]
    counted = DONORS.groupby(["frequency", "recency", "n_periods"], as_index=False).size()
    grouped = loyalty.BetaGeoBetaBinomial.fit(counted, weights="size")
    assert [getattr(grouped, n) for n in MODEL.names] == pytest.approx([getattr(single, n) for n in MODEL.names])
    assert grouped.n == single.n == 20_000


def test_probabilities_of_all_histories_add_up_to_one():
    """Is the likelihood one of a distribution: over the 64 histories of six chances?"""
    from crmlab.loyalty.bgbb import _log_likelihood

    bits = np.array([[code >> i & 1 for i in range(6)] for code in range(64)])
    last = np.where(bits.any(axis=1), 6 - np.argmax(bits[:, ::-1], axis=1), 0).astype(float)
    values = np.array([1.2, 0.75, 0.66, 2.8])
    chances = np.exp(_log_likelihood(values, bits.sum(axis=1).astype(float), last, np.full(64, 6.0)))
    assert chances.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: MODEL.predict(DONORS.assign(recency=7), 1),
            ValueError,
            "列“recency”不能大于同一行的 n_periods，第 1 行是 7。请核对这一行。",
        ),
        (
            lambda: MODEL.predict(pd.DataFrame({"frequency": [3], "recency": [2], "n_periods": [6]}), 1),
            ValueError,
            "列“frequency”不能大于同一行的 recency：每期至多一次，第 1 行是 3。请核对这一行。",
        ),
        (
            lambda: MODEL.predict(pd.DataFrame({"frequency": [0], "recency": [2], "n_periods": [6]}), 1),
            ValueError,
            "列“recency”在 frequency 是 0 时也应是 0，第 1 行是 2。请核对这一行。",
        ),
        (
            lambda: MODEL.predict(pd.DataFrame({"frequency": [1], "recency": [2.5], "n_periods": [6]}), 1),
            ValueError,
            "列“recency”数的是期，应是整数，第 1 行是 2.5。",
        ),
        (
            lambda: loyalty.BetaGeoBetaBinomial.fit(DONORS[:5]),
            ValueError,
            "拟合 BG/BB 模型至少要 10 位客户，现在只有 5 位。请先收集更多数据。",
        ),
        (
            lambda: loyalty.BetaGeoBetaBinomial.fit(DONORS.assign(frequency=0, recency=0)),
            ValueError,
            "没有一位客户再买过，拟合不了 BG/BB 模型。请加长观察期。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
