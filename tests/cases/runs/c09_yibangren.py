"""c09_yibangren: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"promise": "14 天", "capacity": "18", "late_pay_yuan": "20", "visits_per_day": "30"},
        ["开工 18 件，每天来 10.2 单", "这样一天净收入 2,108 元", "最高的是答应 7 天、开工 16 件，4,004 元"],
    ),
]


def flaws(case):
    """Are 25 rows copies, 12 shippings -9, 45 unknown, the promises drawn evenly, and did measurers gain practice?"""
    orders = case.orders.drop_duplicates()
    assert len(case.orders) - len(orders) == 25
    assert (orders["ship_d"] == -9).sum() + orders["ship_d"].isna().sum() == 57
    assert (orders["ship_d"] == -9).sum() in {11, 12}
    assert case.visits["promise_days"].value_counts().eq(600).all()
    assert not orders.duplicated(["measurer", "piece_no"]).any()
    assert orders.loc[orders["piece_no"] <= 40, "measurer"].nunique() == 8
    assert (orders["queue_d"] >= 0).all()
