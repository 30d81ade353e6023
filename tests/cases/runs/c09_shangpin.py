"""c09_shangpin: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"std": "80%", "versions": "1", "batch": "40 单", "board_yuan": "65"},
        [
            "成交 26.2%，九成在 37 天内",
            "来一户净收入 555 元（420 到 691）",
            "免费 1 版：就是比较的起点",
            "利用率 99.2%，比一单一单开每单省板 1,373 元",
        ],
    ),
]


def flaws(case):
    """Are 20 rows copies, 11 yields 0, the versions and the weekly standard drawn evenly, and who answered what?"""
    leads = case.leads.drop_duplicates()
    assert (len(case.leads) - len(leads), (leads["util_pct"] == 0).sum()) == (20, 11)
    assert leads["allowed"].value_counts().eq(1500).all()
    assert (leads["designs"] <= leads["allowed"]).all()
    assert leads.groupby("week")["std_target"].nunique().eq(1).all()
    assert leads.groupby("std_target")["week"].nunique().eq(9).all()
    assert leads["lead_d"].notna().eq(leads["closed"] == 1).all()
    assert 0.35 < leads["product_change"].isna().mean() < 0.41
    assert case.panels["order_id"].nunique() == 120
    assert case.panels["length_mm"].le(2400).all()
    assert not case.moods.duplicated(["order_id", "step"]).any()
