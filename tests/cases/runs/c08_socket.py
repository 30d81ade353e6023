"""c08_socket: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"threshold": "72", "concept": "五孔排插", "unit_cost_yuan": "24", "really_share": "0.1"},
        ["净赚和 60 分比 −891 万元（−1381 到 −447）", "五孔排插，成本 24 元，卖 49 元", "每 100 人赚 32 元"],
    ),
]


def flaws(case):
    """Are 25 rows copies and 12 without words, was only the middle drawn by lot, and is every idea made or blank?"""
    complaints, ideas = case.complaints, case.ideas
    unique = complaints.drop_duplicates()
    assert (len(complaints) - len(unique), unique["text"].isna().sum()) == (25, 12)
    assert 880 <= unique["label"].notna().sum() <= 900
    assert ideas["score"].between(40, 59).eq(ideas["lottery"] == 1).all()
    assert (ideas.loc[ideas["score"] >= 60, "adopted"] == 1).all()
    assert (ideas.loc[ideas["score"] < 40, "adopted"] == 0).all()
    assert (ideas["margin_12m_yuan"].notna() == (ideas["adopted"] == 1)).all()
    assert 0.01 < case.concept["would_buy"].isna().mean() < 0.06
