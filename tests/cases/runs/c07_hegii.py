"""c07_hegii: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"focus": "报修两日上门", "min_orders": "45", "repeat_margin_yuan": "100", "train_yuan": "2500"},
        [
            "报修两日上门：兑现 73.9%（区间 70.0% 到 77.5%）",
            "19 位上榜，垫底的是 M08、M13、M34",
            "从 46% 升到 53%",
            "全部当真，半年也回不了本",
        ],
    ),
]


def flaws(case):
    """Are 25 rows copies, 12 prices 0, 90 promises without a record, and refunds only where a promise was broken?"""
    orders = case.orders.drop_duplicates()
    assert len(case.orders) - len(orders) == 25
    assert (orders["price_yuan"] == 0).sum() == 12
    assert orders["order_id"].is_unique
    assert case.promises["kept"].isna().sum() == 90
    assert (case.promises.loc[case.promises["refund_yuan"] > 0, "kept"] == 0).all()
    assert set(case.promises["order_id"]) <= set(orders["order_id"])
    assert orders.groupby("master")["trained"].nunique().eq(1).all()
    early = orders[orders["install_date"].astype(str) < "2025-01-01"]
    volume = early.groupby("master").size()
    assert (volume.min(), volume.max()) == (7, 125)
    broken = case.promises[case.promises["kept"] == 0].groupby("order_id").size()
    twice = orders["order_id"].map(broken).fillna(0) >= 2
    assert 0.30 < orders.loc[~twice, "trust"].isna().mean() < 0.40
    assert 0.48 < orders.loc[twice, "trust"].isna().mean() < 0.62
