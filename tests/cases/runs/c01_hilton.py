"""c01_hilton: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"rec_cost_yuan": "100", "post_value_yuan": "1", "store": "南湖店"},
        ["一条花 1383 元（1113 到 1793 元）", "不划算", "南湖店得到补偿的占比，会员减散客是 +0 个百分点"],
    ),
]


def flaws(case):
    """Are 45 rows copies, 260 scores missing and 20 zero, and do labels and complaints belong to stays?"""
    stays = case.stays.drop_duplicates()
    assert (len(case.stays) - len(stays), stays["score"].isna().sum(), (stays["score"] == 0).sum()) == (45, 260, 20)
    assert stays["stay_id"].is_unique
    assert stays["arm"].value_counts().to_dict() == {"不推荐": 1300, "统一推荐": 1300, "个性推荐": 1300}
    reviewed = set(stays.loc[stays["review"].notna(), "stay_id"])
    assert set(case.labels["stay_id"]) <= reviewed
    assert set(case.complaints["stay_id"]) <= set(stays.loc[stays["basic_failed"] == 1, "stay_id"])
