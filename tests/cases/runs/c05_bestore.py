"""c05_bestore: parameters with what the page must then say, and the flaws of its data."""

import pandas as pd

RUNS = [
    (
        {"weeks": "3", "bad_stars": "2", "theme": "口味太甜"},
        [
            "前后各看 3 周，改版的两款涨 0.32 星",
            "区间含 0，还说不准",
            "“口味太甜”提得最多的是原味瓜子",
            "28 种挑法里排第 5",
        ],
    )
]


def flaws(case):
    """Are 70 rows copies, 80 praises paid and 15 stars 0, and are new bags only where and when they may be?"""
    reviews = case.reviews.drop_duplicates()
    assert len(case.reviews) - len(reviews) == 70
    paid = reviews[reviews["text"].fillna("").str.contains("返现")]
    assert (len(paid), set(paid["stars"]), (reviews["stars"] == 0).sum()) == (80, {5}, 15)
    assert 0.14 < reviews["text"].isna().mean() < 0.2
    new = reviews[reviews["version"] == 2]
    assert set(new["sku"]) == {"每日坚果", "海苔脆片"}
    assert new["date"].min() >= pd.Timestamp("2026-03-30")
    assert reviews["text"].fillna("").str.contains("没有漏气|没漏气|没有受潮").sum() > 200
