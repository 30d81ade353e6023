"""c06_miniso: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    ({"launches_per_week": "32", "batch_qty": "20"}, ["每周上 32 款", "剩 0 件，售罄率 100%"]),
    ({"success_qty": "300", "shelf_slots": "20"}, ["区间含 0，按这个成功标准分不出高下"]),
]


def flaws(case):
    """Are 10 quantities negative, and do slow sellers have no row after week 8?"""
    assert (case.weekly_sales["qty"] < 0).sum() == 10
    assert set(case.weekly_sales.groupby("sku")["week"].max()) == {8, 16}
    assert set(case.new_sku["sku"]) == set(case.weekly_sales["sku"])
    assert (case.new_sku["launch_date"].dt.day_of_week == 0).all()
