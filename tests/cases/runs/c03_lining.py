"""c03_lining: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"indicator": "成交均价", "last_months": "8"},
        [
            "+30.64，前后一比是 +56.57，多算了",
            "成交均价 +25.0%",
            "说得最清的是门店：+6.12（95% 区间 +4.85 到 +7.39，12 座城）",
        ],
    ),
]


def flaws(case):
    """Are 30 answers copies, 110 without a cause, 10 churn cells empty, 6 prices 0, and do two towns keep old shops?"""
    survey = case.exit_survey.drop_duplicates()
    assert (len(case.exit_survey) - len(survey), survey["cause"].isna().sum()) == (30, 110)
    track = case.brand_track
    assert (track["churn_pct"].isna().sum(), (track["price_yuan"] == 0).sum()) == (10, 6)
    assert not track.duplicated(["town", "month"]).any()
    renewed = track.groupby("town")["store_up"].max()
    assert set(renewed[renewed == 0].index) == {"石桥", "长滩"}
    assert track.groupby("month")[["product_up", "marketing_up"]].nunique().eq(1).all().all()
