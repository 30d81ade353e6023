"""BG/NBD, Pareto/NBD, Gamma-Gamma: formulas against integrals and simulated customers, fits, refusals."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import hyp2f1

from crmlab import loyalty
from crmlab.loyalty import bgnbd, gammagamma, paretonbd
from tests.crmlab.loyalty import brute_force

BG = loyalty.BetaGeoModel(r=0.8, alpha=6.0, a=0.8, b=2.5, time_unit="week")
PARETO = loyalty.ParetoNBD(r=0.8, alpha=6.0, s=0.9, beta=12.0, time_unit="week")
GG = loyalty.GammaGamma(p=6.25, q=3.74, v=15.44)
BG_PEOPLE = brute_force.simulate_bgnbd(*BG.values, np.linspace(20, 40, 4000).round(), 30, np.random.default_rng(1))
PARETO_PEOPLE = brute_force.simulate_paretonbd(
    *PARETO.values, np.linspace(20, 40, 6000).round(), 30, np.random.default_rng(2)
)
CASES = [(BG, BG_PEOPLE), (PARETO, PARETO_PEOPLE)]
ROWS = pd.DataFrame({"frequency": [0, 2, 1], "recency": [0.0, 30.43, 3.0], "T": [38.86, 38.86, 12.0]})


def within(actual, expected, errors=4):
    """Is the mean of simulated customers within so many standard errors of what is expected of each?"""
    gap = np.asarray(actual, float) - np.asarray(expected, float)
    return abs(gap.mean()) <= errors * gap.std() / np.sqrt(len(gap))


@pytest.mark.parametrize(("model", "people"), CASES, ids=["bgnbd", "paretonbd"])
def test_simulated_customers_do_what_the_formulas_say(model, people):
    """Do customers simulated from the assumptions buy, and stay, as often as predicted, in every group by frequency?"""
    predicted = model.predict(people, 30)
    for low, high in ((0, 0), (1, 1), (2, 4), (5, 999)):
        group = people["frequency"].between(low, high)
        assert group.sum() > 100
        assert within(people.loc[group, "later"], predicted.loc[group, "expected_purchases"])
        if low or model is PARETO:
            assert within(people.loc[group, "alive"], predicted.loc[group, "p_alive"])
    expected = model.expected_purchases(people["T"].to_numpy())["expected"]
    assert within(people["frequency"], expected)


@pytest.mark.parametrize(("model", "people"), CASES, ids=["bgnbd", "paretonbd"])
def test_fit_finds_the_parameters_it_was_simulated_from(model, people):
    """Are the true parameters inside 99.9 % intervals, and is the likelihood above that of the truth?"""
    fitted = type(model).fit(people, time_unit="week", confidence=0.999)
    table = fitted.parameters.set_index("parameter")
    for name in model.names:
        assert table.loc[name, "low"] < getattr(model, name) < table.loc[name, "high"]
    objective = {loyalty.BetaGeoModel: bgnbd, loyalty.ParetoNBD: paretonbd}[type(model)]._objective
    columns = [people[c].to_numpy(float) for c in ("frequency", "recency", "T")]
    truth = -objective(*columns, np.ones(len(people)))(np.log(model.values))[0]
    assert fitted.log_likelihood >= truth
    assert fitted.log_likelihood - truth < 12
    assert fitted.n == len(people)


def slopes(objective, point, step=1e-6):
    shifts = np.eye(len(point)) * step
    return [(objective(point + s)[0] - objective(point - s)[0]) / (2 * step) for s in shifts]


@pytest.mark.parametrize("seed", range(4))
def test_gradients_are_those_of_the_likelihood(seed):
    """Is every analytic gradient the slope of its own function, at random parameters?"""
    rng = np.random.default_rng(seed)
    people = BG_PEOPLE.sample(50, random_state=seed)
    columns = [people[c].to_numpy(float) for c in ("frequency", "recency", "T")]
    weight = rng.integers(1, 4, 50).astype(float)
    amounts = rng.gamma(3, 20, 50)
    for objective, k in (
        (bgnbd._objective(*columns, weight), 4),
        (paretonbd._objective(*columns, weight), 4),
        (gammagamma._objective(columns[0] + 1, amounts), 3),
        (loyalty.retention._objective(np.array([100.0, 80, 70, 65])), 2),
    ):
        point = rng.normal(0.5, 1, k)
        assert objective(point)[1] == pytest.approx(slopes(objective, point), rel=1e-5, abs=1e-4)


@pytest.mark.parametrize(
    ("x", "t_x", "age"),
    [(0, 0, 38.9), (2, 30.4, 38.9), (29, 5, 39), (29, 39, 39), (300, 20, 39), (3000, 30, 39), (1, 0.01, 500)],
)
@pytest.mark.parametrize(
    "values", [(0.55, 10.6, 0.61, 11.7), (0.55, 11.7, 0.61, 10.6), (2, 0.05, 1, 8), (2, 8, 1, 0.05)]
)
def test_paretonbd_likelihood_is_the_integral(x, t_x, age, values):
    """From no purchase to thousands, alpha above or below beta: is the log-likelihood that of adaptive integration?"""
    columns = [np.array([v], dtype=float) for v in (x, t_x, age, 1)]
    found = -paretonbd._objective(*columns)(np.log(values))[0]
    assert found == pytest.approx(brute_force.paretonbd_likelihood(*values, x, t_x, age), rel=1e-9)


def test_paretonbd_alive_is_the_published_formula():
    """Is P(alive) that of the two hypergeometric functions?"""
    model = loyalty.ParetoNBD(r=0.553, alpha=11.7, s=0.606, beta=10.6, time_unit="week")
    expected = [brute_force.paretonbd_alive(*model.values, *row) for row in ROWS.to_numpy()]
    assert model.p_alive(ROWS).tolist() == pytest.approx(expected, rel=1e-9)


def test_bgnbd_alive_is_the_published_formula():
    """Is P(alive) that of Fader, Hardie & Lee (2008), and 1 without a repeat?"""
    r, alpha, a, b = BG.values
    x, t_x, age = ROWS.loc[1]
    odds = a / (b + x - 1) * ((alpha + age) / (alpha + t_x)) ** (r + x)
    assert BG.p_alive(ROWS).tolist()[:2] == pytest.approx([1, 1 / (1 + odds)])


@pytest.mark.parametrize("a", [0.3, 0.9985, 1.0, 1.000001, 2.5])
def test_bgnbd_has_no_hole_where_a_is_one(a):
    """Is the expectation that of the published form on both sides of a = 1, and smooth across it?"""
    model = loyalty.BetaGeoModel(r=0.243, alpha=4.414, a=a, b=2.426, time_unit="week")
    around = [brute_force.bgnbd_expected(0.243, 4.414, a + e, 2.426, 39.0) for e in (-1e-3, 1e-3)]
    assert model.expected_purchases(39)["expected"].iloc[0] == pytest.approx(np.mean(around), rel=1e-6)


def test_bgnbd_where_a_plus_b_is_one():
    """Is the pole of the hypergeometric function at a + b = 1 removed?"""
    at, near = (
        loyalty.BetaGeoModel(r=0.5, alpha=5, a=0.4, b=b, time_unit="week").expected_purchases(20)["expected"].iloc[0]
        for b in (0.6, 0.6001)
    )
    assert at == pytest.approx(near, rel=1e-3)


def test_paretonbd_has_no_hole_where_s_is_one():
    """Is s = 1 the limit of its neighbours?"""
    values = [
        loyalty.ParetoNBD(r=0.5, alpha=10, s=s, beta=11, time_unit="week").predict(ROWS, 39)["expected_purchases"]
        for s in (1 - 1e-4, 1, 1 + 1e-4)
    ]
    assert values[1].to_numpy() == pytest.approx((values[0] + values[2]).to_numpy() / 2, rel=1e-7)


@pytest.mark.parametrize("model", [BG, PARETO], ids=["bgnbd", "paretonbd"])
def test_many_purchases_neither_overflow_nor_mislead(model):
    """Does a customer who bought 5,000 times till yesterday keep his pace, as the published form can no longer say?"""
    busy = pd.DataFrame({"frequency": [5000.0], "recency": [99.99], "T": [100.0]})
    row = model.predict(busy, 1).iloc[0]
    assert row["p_alive"] > 0.9
    assert row["expected_purchases"] == pytest.approx(5000 / 106 * row["p_alive"], rel=0.03)
    assert np.isnan(hyp2f1(5000.8, 5002.5, 5002.3, 0.99)) or np.isinf(hyp2f1(5000.8, 5002.5, 5002.3, 0.99))


@pytest.mark.parametrize("model", [BG, PARETO], ids=["bgnbd", "paretonbd"])
def test_laws_of_the_predictions(model):
    """Is nothing expected in no time, more in more time, and is P(alive) lower the longer the silence?"""
    assert model.predict(ROWS, 0)["expected_purchases"].tolist() == [0, 0, 0]
    grid = model.expected_purchases(range(0, 200, 10))
    assert grid["expected"].is_monotonic_increasing
    assert grid[["low", "high"]].isna().all().all()
    silence = pd.DataFrame({"frequency": 5, "recency": 10.0, "T": np.arange(10.0, 200, 5)})
    assert model.p_alive(silence).is_monotonic_decreasing


@pytest.mark.parametrize(("model", "people"), CASES, ids=["bgnbd", "paretonbd"])
def test_days_and_weeks_are_the_same_model(model, people):
    """Does a fit in days give the same shape parameters and scales seven times as large?"""
    few = people[:600]
    weekly = type(model).fit(few, time_unit="week")
    daily = type(model).fit(few.assign(recency=few["recency"] * 7, T=few["T"] * 7), time_unit="day")
    factor = [7 if name in ("alpha", "beta") else 1 for name in model.names]
    assert daily.values == pytest.approx(weekly.values * factor, rel=1e-6)
    ahead = weekly.predict(few, 10)["expected_purchases"]
    again = daily.predict(few.assign(recency=few["recency"] * 7, T=few["T"] * 7), 70)["expected_purchases"]
    assert again.to_numpy() == pytest.approx(ahead.to_numpy(), rel=1e-6)


def test_interval_of_the_expectation_covers_the_truth_and_grows_with_confidence():
    """Does the delta interval hold the true expectation, and is it wider at 99 %?"""
    fitted = loyalty.BetaGeoModel.fit(BG_PEOPLE, time_unit="week")
    truth = BG.expected_purchases([10, 50])["expected"]
    wide, narrow = fitted.expected_purchases([10, 50], confidence=0.999), fitted.expected_purchases([10, 50])
    assert (wide["low"] < truth).all()
    assert (truth < wide["high"]).all()
    assert (wide["low"] < narrow["low"]).all()


def test_standard_errors_are_those_of_repeated_samples():
    """Over 60 samples, is the spread of the estimates what the standard errors say, within a third?"""
    rng = np.random.default_rng(3)
    fits = []
    for _ in range(60):
        amounts = pd.DataFrame({"frequency": rng.integers(1, 9, 400)})
        each = rng.gamma(3.0, 1 / rng.gamma(4.0, 1 / 20, 400))
        mean = [rng.gamma(3.0, g / 3.0, n).mean() for g, n in zip(each, amounts["frequency"], strict=True)]
        fits.append(loyalty.GammaGamma.fit(amounts.assign(monetary_value=mean)).mean_amount(confidence=0.6826895))
    means = np.array(fits)
    assert (means[:, 2] - means[:, 1]).mean() / 2 == pytest.approx(means[:, 0].std(), rel=1 / 3)


def test_gammagamma_shrinks_towards_the_mean():
    """Is the estimate between own and overall mean, nearer to the own with more purchases, the overall without any?"""
    people = pd.DataFrame({"frequency": [0, 1, 5, 500], "monetary_value": [0.0, 80, 80, 80]})
    own = GG.predict(people)["expected_amount"]
    mean, low, high = GG.mean_amount()
    assert own.iloc[0] == pytest.approx(mean)
    assert own.is_monotonic_increasing
    assert own.iloc[3] == pytest.approx(80, rel=0.01)
    assert np.isnan([low, high]).all()


def test_text_of_the_models():
    """Do the results read as sentences, with the sample where there is one?"""
    fitted = loyalty.BetaGeoModel.fit(BG_PEOPLE[:600], time_unit="week")
    values = "，".join(f"{n} = {v:.4g}" for n, v in zip("r alpha a b".split(), fitted.values, strict=True))
    ending = f"；对数似然 −{-fitted.log_likelihood:,.1f}，n = 600"
    assert str(fitted) == f"BG/NBD 模型（时间单位：周）：{values}{ending}"
    endless = loyalty.GammaGamma(p=1, q=0.5, v=3)
    assert str(endless) == "Gamma-Gamma 模型：p = 1，q = 0.5，v = 3；全体的平均客单价不存在（q ≤ 1）"


SPENT = pd.DataFrame({"frequency": [1, 2] * 10, "monetary_value": np.arange(20.0) + 1})


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: loyalty.BetaGeoModel.fit(BG_PEOPLE[:9], time_unit="week"),
            ValueError,
            "拟合 BG/NBD 模型至少要 10 位客户，现在只有 9 位。请先收集更多数据。",
        ),
        (
            lambda: loyalty.ParetoNBD.fit(BG_PEOPLE.assign(frequency=0, recency=0), time_unit="week"),
            ValueError,
            "没有一位客户重复购买，拟合不了 Pareto/NBD 模型。请加长观察期。",
        ),
        (
            lambda: loyalty.BetaGeoModel.fit(BG_PEOPLE.assign(frequency=3, recency=5, T=9), time_unit="week"),
            ValueError,
            "所有客户的购买次数和观察时间都一样，拟合不了 BG/NBD 模型：看不出客户之间的差别。",
        ),
        (
            lambda: BG.p_alive(ROWS.assign(recency=50)),
            ValueError,
            "列“recency”不能大于同一行的 T：末次购买不会晚于观察期末，第 1 行是 50。这张表应由 loyalty.rfm_summary() 算出。",
        ),
        (
            lambda: BG.p_alive(ROWS.assign(frequency=[0, 2, 0])),
            ValueError,
            "列“recency”在 frequency 是 0 时也应是 0：没有重复购买，首次就是末次，第 3 行是 3。"
            "这张表应由 loyalty.rfm_summary() 算出。",
        ),
        (
            lambda: BG.p_alive(ROWS.assign(frequency=1.5)),
            ValueError,
            "列“frequency”应是整数（重复购买的天数），第 1 行是 1.5。这张表应由 loyalty.rfm_summary() 算出。",
        ),
        (
            lambda: BG.predict(ROWS.assign(frequency=2), 3),
            ValueError,
            "列“recency”在 frequency 大于 0 时应大于 0：重复购买在首次之后，第 1 行是 0。"
            "这张表应由 loyalty.rfm_summary() 算出。",
        ),
        (
            lambda: BG.predict(ROWS, -1),
            ValueError,
            "参数 t 不能小于 0，你给的是 -1。",
        ),
        (
            lambda: loyalty.BetaGeoModel(r=0, alpha=1, a=1, b=1, time_unit="week"),
            ValueError,
            "参数 r 应大于 0，你给的是 0。",
        ),
        (
            lambda: loyalty.ParetoNBD(r=1, alpha=1, s=1, beta=1, time_unit="weeks"),
            ValueError,
            "参数 time_unit 不能是“weeks”。你是不是想写“week”？可用的值：day、week、month、year。",
        ),
        (
            lambda: loyalty.GammaGamma.fit(SPENT[:9]),
            ValueError,
            "拟合 Gamma-Gamma 模型至少要 10 位有重复购买的客户，现在只有 9 位。请加长观察期。",
        ),
        (
            lambda: loyalty.GammaGamma.fit(SPENT.assign(monetary_value=5)),
            ValueError,
            "所有客户的平均金额都一样，拟合不了 Gamma-Gamma 模型：看不出客户之间的差别。",
        ),
        (
            lambda: loyalty.GammaGamma.fit(SPENT.assign(monetary_value=[0.0, *[3.0] * 19])),
            ValueError,
            "列“monetary_value”在有重复购买时应大于 0，第 1 行是 0，共 1 处。请先去掉只有赠品或全额退款的客户。",
        ),
        (
            lambda: loyalty.GammaGamma(p=1, q=0.5, v=3).mean_amount(),
            ValueError,
            "参数 q 应大于 1，现在是 0.5：金额的分布尾巴太厚，没有平均值。请检查有没有极端的大额订单。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


def test_another_unit_of_time_is_noticed():
    """Is a summary in days refused by a model in weeks, at the fit and at the prediction?"""
    days = pd.DataFrame({"customer_id": [1, 1], "date": pd.to_datetime(["2026-01-01", "2026-01-09"])})
    summary = loyalty.rfm_summary(days, amount=None)
    message = '这张表的时间单位是 "day"，模型用的是 "week"。请用 rfm_summary(..., time_unit="week") 重新汇总。'
    for call in (lambda: BG.predict(summary, 5), lambda: loyalty.ParetoNBD.fit(summary, time_unit="week")):
        with pytest.raises(ValueError, match="时间单位") as caught:
            call()
        assert str(caught.value) == message


def test_data_that_do_not_hold_the_parameters_are_refused():
    """Do customers who all buy like clockwork end in a sentence instead of a meaningless fit?"""
    clockwork = pd.DataFrame({"frequency": [19, 20] * 30, "recency": [19.0, 20] * 30, "T": [19.5, 20.5] * 30})
    with pytest.raises(ValueError, match="没有确定的解") as caught:
        loyalty.BetaGeoModel.fit(clockwork, time_unit="week")
    assert str(caught.value).startswith("BG/NBD 模型在这批数据上没有确定的解：")
    assert str(caught.value).endswith("。")
