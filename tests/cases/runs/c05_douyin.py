"""c05_douyin: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"top_k": "10", "liked_cut": "0.8", "measure": "jaccard", "epsilon": "0.4"},
        ["推 10 条，推中 6% 的人", "协同过滤推中 35%", "口味变之前喜欢 25.2%，变之后 20.4%"],
    ),
]


def flaws(case):
    """Are 80 rows copies and 25 ratios -1, have 4 videos no label, and does searching take about 28 %?"""
    views = case.views.drop_duplicates()
    assert (len(case.views) - len(views), (views["watch_ratio"] == -1).sum()) == (80, 25)
    assert case.items["category"].isna().sum() == 4
    assert case.items["item_id"].is_unique
    assert set(views["item_id"]) <= set(case.items["item_id"])
    assert 0.25 < (views["shown_by"] == "搜索").mean() < 0.34
    assert views["day"].between(1, 28).all()
