"""c03_fastfood: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"margin_rate": "0.25", "window_days": "60", "depth": "浅睡"},
        [
            "第 60 天也有 14.2% 的人回来",
            "看满 90 天是 5.6 个（1.4 到 9.5）",
            "区间含 0，还说不准赚",
            "15 元券每人 -1.88 元",
        ],
    ),
]


def flaws(case):
    """Are 55 rows copies, 12 days -1 and 9 sums staff meals, and are the arms equal?"""
    table = case.sleepers.drop_duplicates()
    assert len(case.sleepers) - len(table) == 55
    assert ((table["last_days"] == -1).sum(), (table["spend_90d"] >= 2000).sum()) == (12, 9)
    assert set(table["arm"].value_counts()) == {1800}
    assert (table["return_day"].isna() == (table["orders_90d"] == 0)).all()
    assert (table.loc[table["redeemed"] == 1, "coupon_yuan"] > 0).all()
