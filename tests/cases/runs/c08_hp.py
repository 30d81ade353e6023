"""c08_hp: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"check_months": "3", "extend_months": "20", "repair_yuan": "60", "margin_yuan": "2000"},
        ["一批也没有报警；这样查，视频出来以前不会知道", "合毛利 1,281 万元", "“问题批次主动换”花得最少，337 万元"],
    ),
]


def flaws(case):
    """Are 14 owners copies and 3 days without posts, do late batches stop early, and add the months up?"""
    pilot, batches = case.pilot, case.batches
    owners = pilot.drop_duplicates()
    assert (len(pilot) - len(owners), case.daily["posts"].isna().sum()) == (14, 3)
    assert 0.02 < owners["rebuy_12m"].isna().mean() < 0.06
    oldest = batches.groupby("batch")["age_month"].max()
    assert (oldest < 36).sum() == 6
    assert batches.loc[batches["supplier"] == "乙", "batch"].unique().tolist() == ["P05", "P06", "P07", "P08"]
    first = batches[batches["age_month"] == 1]
    assert (first["at_risk"] == first["units"]).all()
    assert (batches["failed"] <= batches["at_risk"]).all()
