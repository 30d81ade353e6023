"""c06_afu: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    ({"gift_cost": "8"}, ["送 8 元的赠品", "每单净收益 +2.55 元（95% 区间 +0.09 到 +5.02），是赚的"]),
    (
        {"gift_cost": "12", "margin_yuan": "20", "monthly_orders": "1"},
        ["毛利 20 元时，三档里 3 元档每单净收益最高（−1.9 元）", "是亏的"],
    ),
]


def flaws(case):
    """Are 40 rows copies and 15 orders tests, and are the arms equal?"""
    orders = case.orders
    unique = orders.drop_duplicates()
    assert (orders.duplicated().sum(), (unique["amount_yuan"] == 0.01).sum()) == (40, 15)
    assert unique["gift_cost_yuan"].value_counts().to_dict() == {0: 2500, 3: 2500, 6: 2500, 12: 2500}
    assert unique["order_id"].is_unique
