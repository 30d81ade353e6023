"""c08_supermarket: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"late_min": "15", "good_score": "95", "post_yuan": "30000", "card_yuan": "15000"},
        ["95 分以上的 72 件，闹到网上的 1%", "一家店四个月净得 +27,224 元（−37,811 到 +92,259）", "算钱还说不准"],
    ),
]


def flaws(case):
    """Are 22 steps copies and 9 without a time, is a mood in thirty missing, and was the card drawn by store?"""
    steps, incidents = case.steps, case.incidents
    unique = steps.drop_duplicates()
    assert (len(steps) - len(unique), (unique["t_min"] == -1).sum()) == (22, 9)
    assert 0.02 < case.mood["mood"].isna().mean() < 0.04
    assert case.mood.groupby("incident_id").size().eq(10).all()
    assert incidents.groupby("store")["drawn"].nunique().eq(1).all()
    assert incidents.groupby("store")["drawn"].first().sum() == 12
    assert not unique.duplicated(["incident_id", "step"]).any()
    last = unique[unique["t_min"] >= 0].sort_values("t_min").groupby("incident_id")["step"].last()
    followed = unique[(unique["step"] == "跟踪") & (unique["t_min"] >= 0)]["incident_id"]
    assert last.loc[followed].eq("跟踪").all()
