"""Data of lab06_satisfaction: one quarter's questionnaires of a fictional shop, drawn anew for every student.

Stated effects: the five shops' latent satisfaction differs with a standard deviation of 0.35 (customers: 1),
one of six questions is worded in reverse, one month lies 7-11 points under the others. A draw on which a task
would have no single answer (a tie, an empty group, a value on a cut) is thrown away and drawn again.
"""

import numpy as np
import pandas as pd

from crmlab.labdata._draws import apart, well_posed

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
        "raw": well_posed(lambda: _raw(rng), _raw_is_clear),
        "rules": _rules(),
        "survey": well_posed(lambda: _survey(rng, reversed_item), lambda t: _survey_is_clear(t, reversed_item)),
        "monthly": well_posed(lambda: _monthly(rng), _monthly_is_clear),
        "dimensions": well_posed(lambda: _dimensions(rng), _dimensions_are_clear),
        "attributes": well_posed(lambda: _attributes(rng), _attributes_are_clear),
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


def _raw(rng: np.random.Generator) -> pd.DataFrame:
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
    table = pd.DataFrame({"response_id": [f"W{i:04d}" for i in range(1, n + 1)]} | columns)
    # People who press "submit" twice: the same row again, right behind the first.
    twice = sorted(next(rows) for _ in range(int(rng.integers(4, 11))))
    doubled = table.iloc[np.sort(np.append(np.arange(n), twice))].reset_index(drop=True)
    return doubled.astype({"store": "str"})


def _raw_is_clear(table: pd.DataFrame) -> bool:
    csat, nps, minutes = table["csat"], table["nps"], table["minutes"]
    counts = sorted(
        [
            int((~table["store"].isin(STORES)).sum()),
            int((~minutes.between(0.5, 60)).sum()),
            int((~csat.isin([1, 2, 3, 4, 5])).sum()),
            int((nps.notna() & ~nps.between(0, 10)).sum()),
        ]
    )
    return counts[-1] - counts[-2] >= 2


def _steps(latent: np.ndarray, cuts: tuple[float, ...]) -> np.ndarray:
    """Turn a latent value into a grade 1, 2, ... by cut points."""
    return np.searchsorted(np.asarray(cuts), latent) + 1.0


# --- survey ---------------------------------------------------------------------------------------------------


def _survey(rng: np.random.Generator, reversed_item: str) -> pd.DataFrame:
    n = int(rng.integers(560, 681))
    shares = rng.dirichlet([12.0] * len(STORES))
    store = rng.choice(len(STORES), size=n, p=shares)
    z = rng.normal(0, 0.35, len(STORES))[store] + rng.normal(size=n)
    loyal = rng.normal(0, 0.5, len(STORES))[store] + 0.6 * z + rng.normal(0, 0.6, n)
    expect = np.clip(np.round(rng.normal(7.6, 1.2, n)), 1, 10).astype(int)
    columns: dict[str, np.ndarray] = {
        "csat": _steps(z + 0.9 + rng.normal(0, 0.3, n), (-1.1, -0.4, 0.5, 1.5)),
        "nps": np.clip(np.round(7.6 + 1.9 * loyal), 0, 10),
        "expect": expect,
        "perceive": np.clip(np.round(0.4 * expect + 4.6 + 1.1 * z + rng.normal(0, 0.7, n)), 1, 10).astype(int),
    }
    for item in QUESTIONS:
        grade = _steps(0.75 * z + rng.normal(0, 0.8, n), (-1.7, -0.9, 0.0, 0.9))
        columns[item] = 6 - grade if item == reversed_item else grade
    for column, share in ({"csat": 0.04, "nps": 0.05} | dict.fromkeys(QUESTIONS, 0.015)).items():
        columns[column][rng.random(n) < share] = np.nan
    names = {"response_id": [f"R{i:04d}" for i in range(1, n + 1)], "store": np.asarray(STORES)[store]}
    return pd.DataFrame(names | columns)


def cronbach(items: pd.DataFrame) -> float:
    """Cronbach's alpha of complete rows, computed here so that the lab does not check a function with itself."""
    values = items.to_numpy(dtype=float)
    values = values[~np.isnan(values).any(axis=1)]
    k = values.shape[1]
    return float(k / (k - 1) * (1 - values.var(axis=0, ddof=1).sum() / values.sum(axis=1).var(ddof=1)))


def _survey_is_clear(table: pd.DataFrame, reversed_item: str) -> bool:
    gap = (table["perceive"] - table["expect"]).groupby(table["store"]).mean().sort_values()
    csat = _net_share(table, "csat", 4, 0)
    # The cheap conditions come first: most draws fail one of them.
    return bool(
        len(gap) == len(STORES)
        and table["store"].value_counts().min() >= 60
        and gap.iloc[1] - gap.iloc[0] >= 0.05
        and apart(csat, 0.4)
        and apart(_net_share(table, "nps", 9, 6), 0.6)
        and table["csat"].isna().sum() >= 10
        and table["nps"].isna().sum() >= 10
        and _one_odd_item(table[list(QUESTIONS)], reversed_item)
    )


def _net_share(table: pd.DataFrame, column: str, top: int, bottom: int) -> pd.Series:
    """Percent of a shop's answers at or above ``top`` less percent at or below ``bottom``."""
    answered = table.dropna(subset=column)
    net = (answered[column] >= top).astype(float) - (answered[column] <= bottom)
    return 100 * net.groupby(answered["store"]).mean()


def _one_odd_item(items: pd.DataFrame, reversed_item: str) -> bool:
    deleted = pd.Series({q: cronbach(items.drop(columns=q)) for q in QUESTIONS}).sort_values()
    return bool(
        0.2 <= cronbach(items) <= 0.7
        and deleted.index[-1] == reversed_item
        and deleted.iloc[-1] - deleted.iloc[-2] >= 0.1
    )


# --- small tables ---------------------------------------------------------------------------------------------


def _monthly(rng: np.random.Generator) -> pd.DataFrame:
    months = [f"2026-{m:02d}" for m in range(1, 10)]
    pct = 79 + np.cumsum(rng.normal(0.2, 0.8, len(months)))
    pct[int(rng.integers(1, len(months) - 1))] -= rng.uniform(7, 11)
    return pd.DataFrame({"month": months, "csat_pct": np.round(pct, 1), "n": rng.integers(60, 150, size=len(months))})


def _monthly_is_clear(table: pd.DataFrame) -> bool:
    lowest = table["csat_pct"].nsmallest(2)
    return bool(lowest.iloc[1] - lowest.iloc[0] >= 3 and table["csat_pct"].is_unique)


def _dimensions(rng: np.random.Generator) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "dimension": DIMENSIONS,
            "mean_score": np.round(rng.uniform(2.8, 4.6, len(DIMENSIONS)), 2),
            "weight": rng.integers(2, 10, size=len(DIMENSIONS)),
        }
    )


def _dimensions_are_clear(table: pd.DataFrame) -> bool:
    # The plain mean must not pass for the weighted one.
    weighted = float(np.average(table["mean_score"], weights=table["weight"]))
    return bool(abs(weighted - table["mean_score"].mean()) >= 0.05 and table["weight"].nunique() >= 3)


def _attributes(rng: np.random.Generator) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "attribute": ATTRIBUTES,
            "importance": np.round(rng.uniform(5.5, 9.5, len(ATTRIBUTES)), 1),
            "performance": np.round(rng.uniform(5.0, 9.2, len(ATTRIBUTES)), 1),
        }
    )


def _attributes_are_clear(table: pd.DataFrame) -> bool:
    x, y = (table[column].to_numpy() for column in ("performance", "importance"))
    first = (y > y.mean()) & (x < x.mean())
    away = min(np.abs(x - x.mean()).min(), np.abs(y - y.mean()).min())
    # The cuts may be drawn at the mean or at the median: both must give the same answer.
    median = (y > np.median(y)) & (x < np.median(x))
    return bool(away >= 0.15 and first.sum() in (2, 3) and (median == first).all())
