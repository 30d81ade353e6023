"""c03_yili: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"tag": "助眠", "baseline_months": "14", "intent_share": "1", "margin_yuan": "300"},
        ["和没关系分不出来", "没有一个月跳出平常的范围", "1,163 万元（1,020 到 1,305 万元）"],
    ),
]


def flaws(case):
    """Are 240 texts the system's, 120 copied and 90 buyer types missing, and do the buyers add up?"""
    texts = case.reviews["text"]
    assert (texts == "此用户没有填写评价").sum() == 240
    assert (texts == "高蛋白，口感顺滑，强烈推荐，全家都说好").sum() == 120
    assert texts[texts.str.len() >= 15].value_counts().iloc[1] < 30
    missing = case.reviews["buyer_type"].isna()
    assert missing.sum() == 90
    assert case.buyers["buyers"].sum() == 500_000
    assert set(case.reviews.loc[~missing, "buyer_type"]) == set(case.buyers["buyer_type"])
