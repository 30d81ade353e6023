"""c06_watsons: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    ({"radius_km": "0.5", "limit_min": "15"}, ["半径 0.5 公里", "连 0.5 公里也守不住"]),
    (
        {"radius_km": "6", "limit_min": "60", "central_yuan": "30", "on_time_floor": "0.5"},
        ["半径 6 公里", "最大能画到 6 公里"],
    ),
]


def flaws(case):
    """Have 30 orders no place, and do the shops deliver within 6 km only?"""
    orders = case.orders
    assert (orders["x_km"] == 999).sum() == 30
    assert orders.loc[orders["store"] == "总仓", "minutes"].isna().all()
