"""c06_logistics: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    ({"promise_h": "60", "region": "乡镇"}, ["在乡镇地区承诺 60 小时，准时率 79%", "1,176 单"]),
    ({"promise_h": "12", "warm_cut": "5", "region": "城区"}, ["在城区地区承诺 12 小时，准时率 3%"]),
]


def flaws(case):
    """Are 8 times negative and 25 the mark 999, and is about 30 % of satisfaction missing?"""
    table = case.deliveries
    assert ((table["actual_h"] < 0).sum(), (table["actual_h"] == 999).sum()) == (8, 25)
    assert 0.25 < table["csat"].isna().mean() < 0.35
