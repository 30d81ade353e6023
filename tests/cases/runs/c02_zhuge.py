"""c02_zhuge: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"same_cut": "0.8", "price_cut": "0.3", "points_cut": "3", "wrong_yuan": "300"},
        [
            "像到 0.8 算同一套，查准率 99%，查全率 29%；3,946 个帖子约 3,469 套房",
            "够 3 分下架，查准率 97%（95% 区间 84% 到 99%），查全率 30%，F1 0.46",
            "老小区 0.0%，新小区 0.2%",
        ],
    ),
]


def flaws(case):
    """Are 50 rows copies, 80 listings without a photo, 30 rents too low, and the reported mostly fake?"""
    listings, audit = case.listings.drop_duplicates(), case.audit
    assert len(case.listings) - len(listings) == 50
    assert listings["listing_id"].is_unique
    assert (listings["photo_hash"].isna().sum(), (listings["rent_yuan"] < 300).sum()) == (80, 30)
    assert audit["listing_id"].is_unique
    assert set(audit["listing_id"]) <= set(listings["listing_id"])
    assert (audit["flat_id"].isna() == (audit["is_fake"] == 1)).all()
    fake = audit.groupby("how")["is_fake"].mean()
    assert fake["抽查"] < 0.15 < 0.5 < fake["举报"]
    doors = audit[audit["how"] == "抽查"].merge(listings, on="listing_id")["community"]
    assert doors.nunique() == 12
    assert listings["community"].isin(doors.unique()).sum() == len(doors)
