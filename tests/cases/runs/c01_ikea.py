"""c01_ikea: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"zone": "餐厅", "margin_share": "0.7", "visits_per_day": "50", "cost_day_yuan": "50000"},
        ["从餐厅出来，下一站最多的是灯具（40%）", "净赚 -47,198 元（-50,221 到 -44,175 元），不值得办"],
    ),
]


def flaws(case):
    """Are 35 stays 999, 12 negative, 25 spendings and 60 purposes missing, and were the days drawn half and half?"""
    stays, visits = case.paths["stay_min"], case.visits
    assert ((stays == 999).sum(), (stays < 0).sum()) == (35, 12)
    assert visits[["spend_yuan", "purpose"]].isna().sum().tolist() == [25, 60]
    days = visits.groupby("visit_date")["trial_day"].agg(["min", "max"]).reset_index()
    weekend = days["visit_date"].dt.day_of_week >= 5
    assert (days["min"] == days["max"]).all()
    assert days.groupby(weekend)["max"].agg(["sum", "size"]).to_numpy().tolist() == [[20, 40], [8, 16]]
