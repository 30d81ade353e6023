"""Data of lab06_satisfaction: one quarter's questionnaires of a fictional shop, drawn anew for every student.

Stated effects: the five shops' latent satisfaction differs with a standard deviation of 0.35 (customers: 1), what their
customers expect with one of 0.5 (customers: 1.1; grades of 1-10), one of six questions is worded in reverse, one month
lies 7-11 points under the others. A draw on which a task would have no single answer (a tie, an empty group, a value on
a cut), or on which the shop with the lowest perception has the lowest gap too, is thrown away and drawn again.
"""

import numpy as np
import pandas as pd

from crmlab.labdata._draws import Columns, apart, well_posed

STORES = ("城南", "城北", "城东", "城西", "中心")
ATTRIBUTES = ("商品质量", "商品齐全", "价格实惠", "店员态度", "结账速度", "环境整洁", "会员优惠", "退换方便")
DIMENSIONS = ("产品", "服务", "环境", "价格", "便利")
# Each question in its plain and its reversed wording.
QUESTIONS = {
    "q1": ("店员会主动打招呼", "店员对我爱理不理"),
    "q2": ("想买的东西很好找", "想买的东西常常找不到"),
    "q3": ("结账很快", "结账排队让我不耐烦"),
    "q4": ("店里干净整洁", "店里有不干净的角落"),
    "q5": ("买到的商品新鲜", "我买到过不新鲜的商品"),
    "q6": ("有问题能当场解决", "有问题会被推来推去"),
}


def make(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """生成一名学生的全部数据表。

    Parameters
    ----------
    rng : numpy.random.Generator
        随机数发生器；同样的状态得到同样的表。

    Returns
    -------
    dict of str to DataFrame
        ``raw`` 原始导出（有坏值和重复）；``rules`` 检查规则；``survey`` 清理好的问卷；
        ``monthly`` 每月满意率（%）；``dimensions`` 五个维度的均分（1–5）和权重；
        ``attributes`` 八项属性的重要度和表现（1–10）；``questions`` 六道量表题的题干。

    Examples
    --------
    >>> tables = make(np.random.default_rng(1))
    >>> sorted(tables)
    ['attributes', 'dimensions', 'monthly', 'questions', 'raw', 'rules', 'survey']
    """
    reversed_item = str(rng.choice(list(QUESTIONS)))
    return {
        "raw": pd.DataFrame(well_posed(lambda: _raw(rng), _raw_is_clear)).astype({"store": "str"}),
        "rules": _rules(),
        "survey": pd.DataFrame(_survey(rng, reversed_item)),
        "monthly": pd.DataFrame(well_posed(lambda: _monthly(rng), _monthly_is_clear)),
        "dimensions": pd.DataFrame(well_posed(lambda: _dimensions(rng), _dimensions_are_clear)),
        "attributes": pd.DataFrame(well_posed(lambda: _attributes(rng), _attributes_are_clear)),
        "questions": pd.DataFrame(
            {"item": list(QUESTIONS), "text": [two[item == reversed_item] for item, two in QUESTIONS.items()]}
        ),
    }


# --- raw export -----------------------------------------------------------------------------------------------


def _rules() -> pd.DataFrame:
    rules = [
        ("response_id", "text", None, None, None, True),
        ("store", "choice", None, None, "|".join(STORES), True),
        ("minutes", "float", 0.5, 60, None, True),
        ("csat", "int", 1, 5, None, True),
        ("nps", "int", 0, 10, None, False),
    ]
    return pd.DataFrame(rules, columns=["column", "kind", "low", "high", "choices", "required"])


def _raw(rng: np.random.Generator) -> Columns:
    n = int(rng.integers(170, 221))
    z = rng.normal(size=n)
    nps = np.clip(np.round(7.3 + 1.8 * z + rng.normal(0, 1, n)), 0, 10)
    columns: dict[str, np.ndarray] = {
        "store": rng.choice(STORES, size=n).astype(object),
        "minutes": np.round(np.clip(rng.lognormal(1.2, 0.45, n), 0.6, 40), 1),
        "csat": _steps(z + 0.9, (-1.1, -0.4, 0.5, 1.5)),
        "nps": np.where(rng.random(n) < 0.04, np.nan, nps),
    }
    bad: dict[str, list[float | str | None]] = {
        "store": ["城男", "城南店", "总店", None],
        "minutes": [0.1, 0.2, 300.0, 1440.0],
        "csat": [0.0, 6.0, 55.0, 3.5, np.nan],
        "nps": [11.0, -1.0, 99.0, 12.0],
    }
    rows = iter(rng.permutation(n))
    for column, values in bad.items():
        for _ in range(int(rng.integers(3, 14))):
            columns[column][next(rows)] = values[int(rng.integers(len(values)))]
    # People who press "submit" twice: the same row again, right behind the first.
    twice = sorted(next(rows) for _ in range(int(rng.integers(4, 11))))
    order = np.sort(np.append(np.arange(n), twice))
    names = np.array([f"W{i:04d}" for i in range(1, n + 1)], dtype=object)
    return {name: column[order] for name, column in ({"response_id": names} | columns).items()}


def _raw_is_clear(drawn: Columns) -> bool:
    csat, nps, minutes = drawn["csat"], drawn["nps"], drawn["minutes"]
    counts = sorted(
        [
            sum(store not in STORES for store in drawn["store"]),
            int((~((minutes >= 0.5) & (minutes <= 60))).sum()),
            int((~np.isin(csat, [1, 2, 3, 4, 5])).sum()),
            int(((nps < 0) | (nps > 10)).sum()),
        ]
    )
    return counts[-1] - counts[-2] >= 2


def _steps(latent: np.ndarray, cuts: tuple[float, ...]) -> np.ndarray:
    """Turn a latent value into a grade 1, 2, ... by cut points."""
    return np.searchsorted(np.asarray(cuts), latent) + 1.0


# --- survey ---------------------------------------------------------------------------------------------------


def _survey(rng: np.random.Generator, reversed_item: str) -> Columns:
    """Draw the questionnaires in three steps, each until it is clear: redrawing all of them for one would be dear."""
    visits = well_posed(lambda: _visits(rng), _visits_are_clear)
    shops, z = visits.pop("shop"), visits.pop("z")
    grades = well_posed(lambda: _grades(rng, shops, z), lambda drawn: _grades_are_clear(shops, drawn))
    items = well_posed(lambda: _items(rng, z, reversed_item), lambda drawn: _one_odd_item(drawn, reversed_item))
    names = np.array([f"R{i:04d}" for i in range(1, len(z) + 1)], dtype=object)
    return {"response_id": names, "store": np.array(STORES, dtype=object)[shops]} | grades | visits | items


def _visits(rng: np.random.Generator) -> Columns:
    """Draw each customer's shop, latent satisfaction, expectation (1-10) and perception (1-10)."""
    n = int(rng.integers(560, 681))
    shop = rng.choice(len(STORES), size=n, p=rng.dirichlet([12.0] * len(STORES)))
    z = rng.normal(0, 0.35, len(STORES))[shop] + rng.normal(size=n)
    expect = np.clip(np.round(7.6 + rng.normal(0, 0.5, len(STORES))[shop] + rng.normal(0, 1.1, n)), 1, 10)
    perceive = np.clip(np.round(0.4 * expect + 4.6 + 1.1 * z + rng.normal(0, 0.7, n)), 1, 10)
    return {"shop": shop, "z": z, "expect": expect.astype(int), "perceive": perceive.astype(int)}


def _visits_are_clear(drawn: Columns) -> bool:
    people = np.bincount(drawn["shop"], minlength=len(STORES))
    if people.min() < 60:
        return False
    perceived = np.bincount(drawn["shop"], drawn["perceive"]) / people
    gap = perceived - np.bincount(drawn["shop"], drawn["expect"]) / people
    lowest = np.sort(gap)
    # Neither the shop with the lowest perception nor the share of the delighted may pass for the right answer.
    return bool(
        perceived.argmin() != gap.argmin()
        and lowest[1] - lowest[0] >= 0.05
        and lowest[0] <= -0.05
        and abs(np.sign(drawn["perceive"] - drawn["expect"]).mean()) >= 0.005
    )


def _grades(rng: np.random.Generator, shops: np.ndarray, z: np.ndarray) -> Columns:
    """Draw the grades of satisfaction (1-5) and of recommendation (0-10), some of them left open."""
    loyal = rng.normal(0, 0.5, len(STORES))[shops] + 0.6 * z + rng.normal(0, 0.6, len(z))
    grades = {
        "csat": _steps(z + 0.9 + rng.normal(0, 0.3, len(z)), (-1.1, -0.4, 0.5, 1.5)),
        "nps": np.clip(np.round(7.6 + 1.9 * loyal), 0, 10),
    }
    grades["csat"][rng.random(len(z)) < 0.04] = np.nan
    grades["nps"][rng.random(len(z)) < 0.05] = np.nan
    return grades


def _grades_are_clear(shops: np.ndarray, drawn: Columns) -> bool:
    return bool(
        np.isnan(drawn["csat"]).sum() >= 10
        and np.isnan(drawn["nps"]).sum() >= 10
        and apart(_net_share(shops, drawn["csat"], 4, 0), 0.4)
        and apart(_net_share(shops, drawn["nps"], 9, 6), 0.6)
    )


def _net_share(shops: np.ndarray, grades: np.ndarray, top: int, bottom: int) -> np.ndarray:
    """Percent of a shop's answers at or above ``top`` less percent at or below ``bottom``."""
    answered = ~np.isnan(grades)
    net = (grades >= top).astype(float) - (grades <= bottom)
    return 100 * np.bincount(shops[answered], net[answered]) / np.bincount(shops[answered])


def _items(rng: np.random.Generator, z: np.ndarray, reversed_item: str) -> Columns:
    """Draw the six questions (1-5), one of them worded in reverse."""
    items = {}
    for item in QUESTIONS:
        grade = _steps(0.75 * z + rng.normal(0, 0.8, len(z)), (-1.7, -0.9, 0.0, 0.9))
        grade[rng.random(len(z)) < 0.015] = np.nan
        items[item] = 6 - grade if item == reversed_item else grade
    return items


def _alpha(covariance: np.ndarray) -> float:
    """Cronbach's alpha of the items' covariances, computed here so that the lab does not check a function with itself."""
    k = len(covariance)
    return float(k / (k - 1) * (1 - np.trace(covariance) / covariance.sum()))


def _one_odd_item(drawn: Columns, reversed_item: str) -> bool:
    items = np.column_stack([drawn[item] for item in QUESTIONS])
    covariance = np.cov(items[~np.isnan(items).any(axis=1)], rowvar=False)
    deleted = [
        _alpha(np.delete(np.delete(covariance, place, axis=0), place, axis=1)) for place in range(len(QUESTIONS))
    ]
    second, first = np.argsort(deleted)[-2:]
    return bool(
        0.2 <= _alpha(covariance) <= 0.7
        and list(QUESTIONS)[first] == reversed_item
        and deleted[first] - deleted[second] >= 0.1
    )


# --- small tables ---------------------------------------------------------------------------------------------


def _monthly(rng: np.random.Generator) -> Columns:
    months = np.array([f"2026-{m:02d}" for m in range(1, 10)], dtype=object)
    pct = 79 + np.cumsum(rng.normal(0.2, 0.8, len(months)))
    pct[int(rng.integers(1, len(months) - 1))] -= rng.uniform(7, 11)
    return {"month": months, "csat_pct": np.round(pct, 1), "n": rng.integers(60, 150, size=len(months))}


def _monthly_is_clear(drawn: Columns) -> bool:
    steps = np.diff(np.sort(drawn["csat_pct"]))
    return bool(steps[0] >= 3 and (steps > 0).all())


def _dimensions(rng: np.random.Generator) -> Columns:
    return {
        "dimension": np.array(DIMENSIONS, dtype=object),
        "mean_score": np.round(rng.uniform(2.8, 4.6, len(DIMENSIONS)), 2),
        "weight": rng.integers(2, 10, size=len(DIMENSIONS)),
    }


def _dimensions_are_clear(drawn: Columns) -> bool:
    # The plain mean must not pass for the weighted one.
    weighted = float(np.average(drawn["mean_score"], weights=drawn["weight"]))
    return bool(abs(weighted - drawn["mean_score"].mean()) >= 0.05 and len(np.unique(drawn["weight"])) >= 3)


def _attributes(rng: np.random.Generator) -> Columns:
    return {
        "attribute": np.array(ATTRIBUTES, dtype=object),
        "importance": np.round(rng.uniform(5.5, 9.5, len(ATTRIBUTES)), 1),
        "performance": np.round(rng.uniform(5.0, 9.2, len(ATTRIBUTES)), 1),
    }


def _attributes_are_clear(drawn: Columns) -> bool:
    x, y = drawn["performance"], drawn["importance"]
    if min(np.abs(x - x.mean()).min(), np.abs(y - y.mean()).min()) < 0.15:
        return False  # most draws
    matters, weak = y > y.mean(), x < x.mean()
    first = matters & weak
    # The cuts may be drawn at the mean or at the median: both must give the same answer. One of the two is not enough.
    median = (y > np.median(y)) & (x < np.median(x))
    return bool(first.sum() in (2, 3) and min(matters.sum(), weak.sum()) > first.sum() and (median == first).all())
