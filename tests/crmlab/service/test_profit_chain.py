"""Service-profit chain: known coefficients come back, another program agrees, loops are refused."""

import numpy as np
import pandas as pd
import pytest

from crmlab import service

STEPS = [("内部服务", "员工满意"), ("员工满意", "客户满意"), ("客户满意", "利润")]
BETAS = (0.6, 0.5, 0.4)


def stores(n, rng, direct=0.0):
    """Simulate standardised variables along the chain, each coefficient as stated."""
    table = {"内部服务": rng.standard_normal(n)}
    for (cause, effect), beta in zip(STEPS, BETAS, strict=True):
        table[effect] = beta * table[cause] + np.sqrt(1 - beta**2) * rng.standard_normal(n)
    table["利润"] += direct * table["内部服务"]
    return pd.DataFrame(table)


def test_coefficients_come_back_and_their_product():
    """In 20,000 stores, are the three coefficients and their product 0.12 found, and no other way to the end?"""
    result = service.service_profit_chain(stores(20_000, np.random.default_rng(1)), STEPS)
    assert result.paths["beta"].tolist() == pytest.approx(BETAS, abs=0.02)
    assert result.paths["r_squared"].tolist() == pytest.approx([0.36, 0.25, 0.16], abs=0.02)
    assert result.indirect == pytest.approx(0.12, abs=0.01)
    assert result.chain == ("内部服务", "员工满意", "客户满意", "利润")
    assert result.direct_low < 0 < result.direct_high


def test_a_way_past_the_chain_is_seen():
    """If good service pays directly as well, does the direct part stand out from 0?"""
    result = service.service_profit_chain(stores(2000, np.random.default_rng(2), direct=0.5), STEPS)
    assert result.direct_low > 0.3


def test_intervals_cover():
    """Over 200 samples of 80 stores, do the 95 % intervals hold the true values nearly that often?"""
    rng, paths, products = np.random.default_rng(3), [], []
    for _ in range(200):
        result = service.service_profit_chain(stores(80, rng), STEPS)
        paths.append(((result.paths["low"] <= list(BETAS)) & (result.paths["high"] >= list(BETAS))).mean())
        products.append(result.indirect_low <= 0.12 <= result.indirect_high)
    assert np.mean(paths) == pytest.approx(0.95, abs=0.04)
    assert np.mean(products) == pytest.approx(0.95, abs=0.05)


def test_statsmodels_agrees():
    """Are coefficient, interval and R² of an effect with two causes those of statsmodels' OLS on z scores?"""
    import statsmodels.api as sm

    data = stores(60, np.random.default_rng(4), direct=0.3)
    result = service.service_profit_chain(data, [*STEPS, ("内部服务", "利润")])
    z = (data - data.mean()) / data.std()
    fit = sm.OLS(z["利润"], sm.add_constant(z[["客户满意", "内部服务"]])).fit()
    rows = result.paths[result.paths["effect"] == "利润"].set_index("cause")
    for cause in ("客户满意", "内部服务"):
        low, high = fit.conf_int().loc[cause]
        assert rows.loc[cause, ["beta", "low", "high", "r_squared"]].tolist() == pytest.approx(
            [fit.params[cause], low, high, fit.rsquared]
        )
    assert np.isnan(result.direct)


def test_units_and_missing_rows_do_not_matter():
    """Are profits in yuan or ten thousand yuan the same, and incomplete rows left out?"""
    data = stores(50, np.random.default_rng(5))
    one = service.service_profit_chain(data, STEPS)
    gaps = pd.concat([data.assign(利润=data["利润"] * 10_000 + 7), data[:3].assign(利润=np.nan)])
    other = service.service_profit_chain(gaps, STEPS)
    assert other.n == one.n == 50
    pd.testing.assert_frame_equal(one.paths, other.paths)


def test_one_step_is_a_correlation():
    """Is the shortest chain the correlation, with nothing to go past?"""
    data = stores(40, np.random.default_rng(6))
    result = service.service_profit_chain(data, STEPS[:1])
    assert result.indirect == pytest.approx(data["内部服务"].corr(data["员工满意"]))
    assert np.isnan([result.direct, result.direct_low]).all()


DATA = stores(12, np.random.default_rng(7))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: service.service_profit_chain(DATA, [("利润", "内部服务"), *STEPS]),
            ValueError,
            "路径绕成了圈：利润、内部服务、员工满意、客户满意。请去掉一条，让每一环只在它的结果前面。",
        ),
        (
            lambda: service.service_profit_chain(DATA, [("利润", "利润")]),
            ValueError,
            "路径“利润 → 利润”的原因和结果相同。",
        ),
        (
            lambda: service.service_profit_chain(DATA, [STEPS[0], STEPS[0]]),
            ValueError,
            "路径“内部服务 → 员工满意”写了两次，请删去一次。",
        ),
        (
            lambda: service.service_profit_chain(DATA, []),
            TypeError,
            '参数 paths 应是路径的列表，例如 [("员工满意", "客户满意"), ("客户满意", "利润")]。',
        ),
        (
            lambda: service.service_profit_chain(DATA, ["利润"]),
            TypeError,
            "每条路径应写成（原因, 结果）两个列名，你给的是 '利润'。",
        ),
        (
            lambda: service.service_profit_chain(DATA, [("员工满意", "利闰")]),
            ValueError,
            "表 data 里没有列“利闰”。你是不是想写“利润”？现有的列：内部服务、员工满意、客户满意、利润。",
        ),
        (
            lambda: service.service_profit_chain(DATA[:3], STEPS),
            ValueError,
            "每一环都有值的行只有 3 行，至少要 4 行。请补充数据，或减少路径。",
        ),
        (
            lambda: service.service_profit_chain(DATA.assign(利润=3), STEPS),
            ValueError,
            "列 利润 的值全都一样，看不出它与别的环节的关系。请去掉这一环。",
        ),
        (
            lambda: service.service_profit_chain(
                DATA.assign(副本=DATA["客户满意"] * 2), [("客户满意", "利润"), ("副本", "利润")]
            ),
            ValueError,
            "“利润”的几个原因里有一个可以由别的算出来（完全共线）：客户满意、副本。请去掉重复的一个。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
