"""Cohorts, repeat rate, retention of contracts, lifetime value, holdout and tracking."""

import numpy as np
import pandas as pd
import pytest

from crmlab import loyalty
from tests.crmlab.loyalty import brute_force

RNG = np.random.default_rng(4)
ORDERS = pd.DataFrame(
    {
        "customer_id": RNG.integers(0, 80, 500),
        "date": pd.Timestamp("2026-01-03") + pd.to_timedelta(RNG.integers(0, 200, 500), unit="D"),
        "amount": RNG.gamma(2, 30, 500),
    }
)
MODEL = loyalty.BetaGeoModel(r=0.8, alpha=6.0, a=0.8, b=2.5, time_unit="week")
SPEND = loyalty.GammaGamma(p=6.25, q=3.74, v=15.44)
PEOPLE = pd.DataFrame(
    {"frequency": [0, 2, 9], "recency": [0, 30.4, 38.0], "T": 38.9, "monetary_value": [0, 20.0, 90]}, index=[7, 3, 5]
)
YEARS = pd.DataFrame({"year": [2, 1, 3], "base": [50, 40, 60], "referral": [5, 0, 20]})


@pytest.mark.parametrize("period", ["week", "month", "quarter"])
def test_cohorts_are_what_a_groupby_says(period):
    """Are the counts those of customers by first period and period since, NaN only after the end?"""
    result = loyalty.cohort_retention(ORDERS, period=period)
    when = ORDERS["date"].dt.to_period({"week": "W-SUN", "month": "M", "quarter": "Q"}[period])
    first = when.groupby(ORDERS["customer_id"]).transform("min")
    ages = pd.Series([(a - b).n for a, b in zip(when, first, strict=True)])
    plain = ORDERS.groupby([first.astype(str), ages])["customer_id"].nunique().unstack(fill_value=0)
    last = when.max()
    for cohort in plain.index:
        row = result.counts.loc[cohort]
        seen = (last - pd.Period(cohort, freq=when.dt.freq)).n
        assert row.notna().tolist() == [age <= seen for age in result.counts.columns]
        expected = plain.loc[cohort].reindex(range(seen + 1), fill_value=0)
        assert row[: seen + 1].tolist() == expected.tolist()
    assert list(result.counts.index) == list(plain.index)
    assert (result.retention[0] == 1).all()


def test_many_weeks_and_few_visits_are_counted_alike():
    """Are sparse visits (more customer-weeks than the flag array is worth) counted as in the dense way, repeats once?"""
    customer = np.repeat(np.arange(600), 3)
    day = np.concatenate([[3 * i % 1800, 3 * i % 1800, (3 * i + 700) % 1800] for i in range(600)])
    orders = pd.DataFrame(
        {"customer_id": customer, "date": pd.Timestamp("2021-01-01") + pd.to_timedelta(day, unit="D")}
    )
    result = loyalty.cohort_retention(orders, period="week")
    cells = orders.assign(week=orders["date"].dt.to_period("W-SUN")).drop_duplicates(["customer_id", "week"])
    assert result.counts.sum().sum() == len(cells) < len(orders)
    born = cells.groupby("customer_id")["week"].min()
    assert result.counts[0].to_dict() == born.astype("str").value_counts().to_dict()


def test_last_period_may_be_partial():
    """Is a month that is not over told, and left out on request with everything that happened in it?"""
    result = loyalty.cohort_retention(ORDERS)
    assert ORDERS["date"].max() == pd.Timestamp("2026-07-21")
    assert result.last_is_partial
    assert str(result).endswith("；最后一期没有观察完")
    whole = loyalty.cohort_retention(ORDERS, partial="drop")
    until_june = loyalty.cohort_retention(ORDERS[ORDERS["date"] < "2026-07-01"], observation_end="2026-06-30")
    assert not until_june.last_is_partial
    pd.testing.assert_frame_equal(whole.counts, until_june.counts)


def test_observation_end_adds_empty_periods():
    """Are periods without any purchase zeros up to the end of observation?"""
    result = loyalty.cohort_retention(ORDERS[ORDERS["date"] < "2026-02-01"], observation_end="2026-03-31")
    assert result.counts.loc["2026-01"].iloc[1:].tolist() == [0, 0]


def test_pooled_curve_uses_only_cohorts_seen_that_long():
    """Is each point of the curve the sum over the cohorts observed at that age?"""
    result = loyalty.cohort_retention(ORDERS)
    for row in result.curve.itertuples():
        seen = result.counts[row.age].notna()
        assert row.size == result.counts.loc[seen, 0].sum()
        assert row.active == result.counts[row.age].sum()
        assert row.low <= row.retention <= row.high


def test_one_customer_one_purchase():
    """Is the smallest table a cohort of one?"""
    result = loyalty.cohort_retention(ORDERS[:1], observation_end="2026-12-31")
    assert result.retention.iloc[0, 0] == 1
    assert len(result.counts) == 1


def test_repeat_rate_counts_days_and_waits_for_everyone():
    """Does a second purchase on the same day not count, and does within_days leave out customers who are too new?"""
    table = pd.DataFrame(
        {
            "customer_id": [1, 1, 2, 2, 3, 3, 4],
            "date": pd.to_datetime(["2026-01-01"] * 3 + ["2026-01-31", "2026-01-01", "2026-03-01", "2026-02-20"]),
        }
    )
    everyone = loyalty.repeat_purchase_rate(table)
    assert (everyone.repeaters, everyone.n, everyone.n_too_new) == (2, 4, 0)
    soon = loyalty.repeat_purchase_rate(table, within_days=30)
    assert (soon.repeaters, soon.n, soon.n_too_new) == (1, 3, 1)
    assert loyalty.repeat_purchase_rate(table, within_days=29).repeaters == 0


def test_retention_without_loss_has_no_end():
    """Is the lifetime infinite when nobody left, and 1 when everybody did?"""
    assert str(loyalty.retention_rate(5, 5, 0)).endswith("流失率 0.0%，没有人流失")
    assert loyalty.retention_rate(5, 2, 2).lifetime == 1


def test_sbg_recovers_simulated_contracts():
    """Do contracts simulated with alpha 0.8, beta 2.4 give these back, and a survival the interval of which holds the truth?"""
    theta = np.random.default_rng(6).beta(0.8, 2.4, 50_000)
    counts = [len(theta)]
    rng = np.random.default_rng(7)
    for _ in range(7):
        theta = theta[rng.random(len(theta)) >= theta]
        counts.append(len(theta))
    result = loyalty.sbg_retention(counts[:5], horizon=3, confidence=0.999)
    assert (result.alpha, result.beta) == pytest.approx((0.8, 2.4), rel=0.1)
    later = result.table[result.table["period"] >= 5]
    truth = np.array(counts[5:]) / counts[0]
    assert (later["low"].to_numpy() < truth).all()
    assert (truth < later["high"].to_numpy()).all()
    assert result.table["observed"].isna().tolist() == [False] * 5 + [True] * 3


def test_sbg_where_everybody_leaves_at_once_has_no_answer():
    """Is 100 % churn in the first period refused, because no mix of customers is the most likely one?"""
    with pytest.raises(ValueError, match="没有确定的解") as caught:
        loyalty.sbg_retention([100, 0, 0])
    assert str(caught.value).startswith("sBG 模型在这批数据上没有确定的解：参数 ")


def test_sbg_with_shares_is_sbg_with_counts():
    """Do shares with customers= give the same as counts?"""
    counts = loyalty.sbg_retention([1000, 869, 743, 653])
    shares = loyalty.sbg_retention([1, 0.869, 0.743, 0.653], customers=1000)
    pd.testing.assert_frame_equal(counts.table, shares.table)


def clv(margin=100, retention=0.8, rate=0.1, timing="end_of_period", unit="year", **more):
    return loyalty.customer_lifetime_value(margin, retention, discount_rate=rate, time_unit=unit, timing=timing, **more)


def test_clv_of_many_periods_tends_to_the_endless_one():
    """Is the finite sum the plain sum, and does it approach the closed form?"""
    for timing, first in (("end_of_period", 1), ("first_margin_now", 0)):
        terms = [100 * 1.02 ** (t - first) * 0.8**t / 1.1**t for t in range(first, first + 12)]
        assert clv(timing=timing, growth=0.02, periods=12).value == pytest.approx(sum(terms))
        assert clv(timing=timing, growth=0.02, periods=999).value == pytest.approx(
            clv(timing=timing, growth=0.02).value
        )


def test_clv_in_months_discounts_an_annual_rate():
    """Do twelve months discount as one year, and is the rate 1.1^(1/12) - 1?"""
    assert clv(unit="month").period_rate == pytest.approx(1.1 ** (1 / 12) - 1)
    assert clv(unit="quarter").period_rate == pytest.approx(1.1**0.25 - 1)


def test_clv_at_the_edges():
    """Nobody stays: nothing, or the one margin in hand. Everybody stays: a perpetuity. No discount: years of lifetime."""
    assert clv(retention=0).value == 0
    assert clv(retention=0, timing="first_margin_now").value == 100
    assert clv(retention=1).value == pytest.approx(1000)
    assert clv(rate=0).value == pytest.approx(400)
    assert clv(retention=1, rate=0, periods=7).value == 700
    assert np.isnan(clv(margin=0).multiple)


def test_predicted_clv_is_the_sum_over_short_steps():
    """Is the value that of purchases in short steps, each discounted at its middle?"""
    table = loyalty.predicted_clv(PEOPLE, MODEL, SPEND, horizon=52, discount_rate=0.15, margin_share=0.3)
    grid = np.linspace(0, 52, 209)
    bought = np.array([MODEL.predict(PEOPLE, t)["expected_purchases"] for t in grid])
    middle = (grid[1:] + grid[:-1]) / 2
    discounted = (np.diff(bought, axis=0) * (1.15 ** (-middle * 7 / 365.25))[:, None]).sum(axis=0)
    assert table["clv"].to_numpy() == pytest.approx(0.3 * table["expected_amount"].to_numpy() * discounted, rel=1e-5)
    assert table.index.tolist() == [7, 3, 5]


def test_predicted_clv_without_discount_is_purchases_times_amount():
    """Is a rate of 0 no discount?"""
    table = loyalty.predicted_clv(PEOPLE, MODEL, SPEND, horizon=10, discount_rate=0, margin_share=1)
    assert table["clv"].tolist() == pytest.approx((table["expected_purchases"] * table["expected_amount"]).tolist())


def test_profit_by_tenure_counts_survivors():
    """Is the cumulative profit that of the plain sum, in whatever order the years come?"""
    table = loyalty.profit_by_tenure(YEARS, acquisition_cost=70, retention=0.5, discount_rate=0.1)
    expected = np.cumsum([40 / 1.1, 55 * 0.5 / 1.21, 80 * 0.25 / 1.331]) - 70
    assert table["cumulative"].tolist() == pytest.approx(expected.tolist())
    assert table["paid_back"].tolist() == [False, False, True]


def test_calibration_and_holdout_are_two_filters():
    """Is the first part the summary of the early rows, the second a count of the late days, customer by customer?"""
    table = loyalty.calibration_holdout(ORDERS, calibration_end="2026-04-30", time_unit="week")
    early = loyalty.rfm_summary(ORDERS[ORDERS["date"] <= "2026-04-30"], observation_end="2026-04-30", time_unit="week")
    pd.testing.assert_frame_equal(table[early.columns], early)
    late = ORDERS[ORDERS["date"] > "2026-04-30"].groupby("customer_id")
    days, money = late["date"].nunique(), late["amount"].sum()
    assert table["holdout_frequency"].tolist() == [days.get(c, 0) for c in table["customer_id"]]
    assert table["holdout_amount"].tolist() == pytest.approx([money.get(c, 0) for c in table["customer_id"]])
    assert table["holdout_T"].unique() == pytest.approx([82 / 7])


def test_holdout_table_on_simulated_customers_holds_the_model():
    """Is the prediction of the true model inside wide intervals, group by group?"""
    people = brute_force.simulate_bgnbd(*MODEL.values, np.linspace(20, 40, 3000).round(), 30, np.random.default_rng(8))
    table = people.assign(holdout_frequency=people["later"], holdout_T=30.0)
    result = loyalty.holdout_table(MODEL, table, max_frequency=5, confidence=0.9999)
    assert result["frequency"].tolist() == ["0", "1", "2", "3", "4", "5+"]
    assert result["n"].sum() == 3000
    assert (result["low"] < result["predicted"]).all()
    assert (result["predicted"] < result["high"]).all()


def test_tracking_counts_every_repeat_and_expects_each_from_his_own_start():
    """Are the actual totals the repeat days, the expected ones the sum over customers of the new-customer curve?"""
    table = loyalty.tracking_data(MODEL, ORDERS, calibration_end="2026-03-31", observation_end="2026-07-22")
    first = ORDERS.groupby("customer_id")["date"].min()
    first = first[first <= "2026-03-31"]
    days = ORDERS[["customer_id", "date"]].drop_duplicates()
    days = days[days["customer_id"].isin(first.index)]
    for row in table.iloc[[0, 5, -1]].itertuples():
        repeats = days[days["date"] <= row.end]
        born = first[first <= row.end]
        assert row.actual_cumulative == len(repeats) - len(born)
        ages = (row.end - born).dt.days.to_numpy() / 7
        assert row.expected_cumulative == pytest.approx(MODEL.expected_purchases(ages)["expected"].sum())
    assert table["actual"].sum() == table["actual_cumulative"].iloc[-1]
    assert table["in_calibration"].sum() == 12


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: loyalty.cohort_retention(ORDERS, period="day"),
            ValueError,
            "参数 period 不能是“day”。可用的值：week、month、quarter。",
        ),
        (
            lambda: loyalty.cohort_retention(ORDERS[:1], partial="drop"),
            ValueError,
            '只有一期，而且没有观察完，去掉以后没有数据。请写 partial="keep"，或加长观察期。',
        ),
        (
            lambda: loyalty.repeat_purchase_rate(ORDERS, within_days=999),
            ValueError,
            "没有一位客户观察满 999 天，最久的才 199 天。请减小 within_days，或等一等再算。",
        ),
        (
            lambda: loyalty.repeat_purchase_rate(ORDERS, within_days=1.5),
            ValueError,
            "参数 within_days 应是整数，你给的是 1.5。",
        ),
        (
            lambda: loyalty.retention_rate(0, 5, 5),
            ValueError,
            "参数 start 应大于 0，你给的是 0。没有期初客户，就没有保持率。",
        ),
        (
            lambda: loyalty.retention_rate(100, 50, 60),
            ValueError,
            "参数 new（60）不能大于 end（50）：期末人数里含新客户。",
        ),
        (
            lambda: loyalty.retention_rate(100, 150, 20),
            ValueError,
            "期末减去新增是 130 人，多于期初的 100 人。请核对 start、end 和 new。",
        ),
        (
            lambda: loyalty.sbg_retention([1, 0.8, 0.7]),
            ValueError,
            "参数 active 像是比例。请同时写 customers=期初人数，否则不知道误差有多大。",
        ),
        (
            lambda: loyalty.sbg_retention([100, 80, 70], customers=100),
            ValueError,
            "参数 active 是比例时第一个应是 1，你给的是 100。给的是人数就不要写 customers。",
        ),
        (
            lambda: loyalty.sbg_retention([100, 80, 85]),
            ValueError,
            "参数 active 应一期比一期少（或不变），第 3 个数 85 大于前一个 80。新加入的客户不要算进这一批。",
        ),
        (
            lambda: loyalty.sbg_retention([100, 100, 100]),
            ValueError,
            "这批客户没有一位流失，拟合不了 sBG 模型。请观察更久。",
        ),
        (
            lambda: loyalty.sbg_retention([100, 80]),
            ValueError,
            "参数 active 至少要有 3 个有效的值，现在只有 2 个。请先收集更多数据。",
        ),
        (
            lambda: clv(retention=85),
            ValueError,
            "参数 retention 应在 0–1 之间，你给的是 85。保持率 85% 请写成 0.85。",
        ),
        (
            lambda: clv(rate=12),
            ValueError,
            "参数 discount_rate 是每年的比例，应小于 1，你给的是 12。12% 请写成 0.12。",
        ),
        (
            lambda: clv(timing="now"),
            ValueError,
            "参数 timing 不能是“now”。可用的值：end_of_period、first_margin_now。",
        ),
        (
            lambda: clv(retention=0.9, growth=0.25),
            ValueError,
            "保持率 ×（1 + 增长率）= 1.125，不小于 1 + 每期折现率 = 1.1，一直算下去没有尽头。请写 periods=期数，或核对这几个数。",
        ),
        (
            lambda: clv(growth=-1),
            ValueError,
            "参数 growth 应大于 −1，你给的是 −1。每期少一成请写 −0.1。",
        ),
        (
            lambda: clv(periods=2.5),
            ValueError,
            "参数 periods 应是整数，你给的是 2.5。",
        ),
        (
            lambda: loyalty.predicted_clv(PEOPLE, "BG", SPEND, horizon=1, discount_rate=0, margin_share=1),
            TypeError,
            "参数 purchases 应是 BetaGeoModel 或 ParetoNBD，你给的是 str。",
        ),
        (
            lambda: loyalty.predicted_clv(PEOPLE, MODEL, MODEL, horizon=1, discount_rate=0, margin_share=1),
            TypeError,
            "参数 spend 应是 GammaGamma，你给的是 BetaGeoModel。",
        ),
        (
            lambda: loyalty.profit_by_tenure(YEARS.assign(year=[1, 2, 4]), acquisition_cost=1),
            ValueError,
            "列“year”应是 1、2、3……连续的年份，现在是 1、2、4。",
        ),
        (
            lambda: loyalty.profit_by_tenure(YEARS[["year"]], acquisition_cost=1),
            ValueError,
            "表 profits 里除了年份没有别的列。请给出各项来源的利润。",
        ),
        (
            lambda: loyalty.calibration_holdout(ORDERS, calibration_end="2026-12-31"),
            ValueError,
            "校准期末 2026-12-31 应早于观察期末 2026-07-21，否则没有保留期。",
        ),
        (
            lambda: loyalty.calibration_holdout(ORDERS, calibration_end="2025-12-31"),
            ValueError,
            "校准期末 2025-12-31 以前没有交易，第一笔在 2026-01-03。请改 calibration_end。",
        ),
        (
            lambda: loyalty.holdout_table(MODEL, PEOPLE.assign(holdout_frequency=1, holdout_T=[1, 2, 3])),
            ValueError,
            "列“holdout_T”应全都一样，现在有几种。请用 loyalty.calibration_holdout() 重新切分。",
        ),
        (
            lambda: loyalty.tracking_data(SPEND, ORDERS, calibration_end="2026-03-31"),
            TypeError,
            "参数 model 应是 BetaGeoModel 或 ParetoNBD，你给的是 GammaGamma。",
        ),
        (
            lambda: loyalty.tracking_data(MODEL, ORDERS, calibration_end="2026-03-31", step=0.1),
            ValueError,
            "参数 step 太小：一期至少要一天，现在是 0.7 天。",
        ),
        (
            lambda: loyalty.tracking_data(MODEL, ORDERS, calibration_end="2026-03-31", step=99),
            ValueError,
            "观察期只有 200 天，不满一期（693 天）。请改小 step。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
