"""c03_miniso: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"category": "美妆工具", "price_change": "150", "cost_share": "0.1"},
        ["毛利从 90.0 变成 82.4（74.9 到 90.6）", "这个价格没有试过", "贴着范围的边"],
    ),
]


def flaws(case):
    """Are 110 quantities, 15 prices and 70 groups missing, and has each tested article its five prices?"""
    assert (case.weekly["qty"].isna().sum(), (case.weekly["price_yuan"] == 0).sum()) == (110, 15)
    assert case.buyers["group"].isna().sum() == 70
    assert case.price_test["sku"].value_counts().unique().tolist() == [5]
    assert set(case.price_test["sku"]) < set(case.weekly["sku"])
