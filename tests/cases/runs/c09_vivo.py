"""c09_vivo: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"zone": "新机柜台", "lead_value_yuan": "400", "zone_cost_yuan": "1", "days_seen": "20"},
        [
            "每 100 位到场的人多 1.5 条线索",
            "净收入 +498 元（−836 到 +1,784），区间盖住 0",
            "站在第 20 天，估一共 16,689 人",
        ],
    ),
]


def flaws(case):
    """Are 18 visitors copies, 14 stays 480 minutes, the titles drawn evenly, and was nobody in a zone that was shut?"""
    visitors = case.visitors.drop_duplicates()
    assert len(case.visitors) - len(visitors) == 18
    assert (case.zones["stay_min"] == 480).sum() == 14
    assert case.clips["revealed_pct"].value_counts().eq(1200).all()
    assert case.clips.loc[case.clips["seen_end"] == 0, "kept_promise"].isna().all()
    assert case.clips.loc[case.clips["opened"] == 0, "seen_end"].eq(0).all()
    inside = case.zones.merge(visitors[["visitor_id", "shut"]], on="visitor_id")
    assert not any(zone in shut for zone, shut in zip(inside["zone"], inside["shut"], strict=True))
    assert visitors.groupby(["day", "hour"])["shut"].nunique().eq(1).all()
    assert len(case.topic) == 40
