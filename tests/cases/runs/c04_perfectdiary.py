"""c04_perfectdiary: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"budget_yuan": "30000", "margin_rate": "0.9", "money": "不扣退款"},
        [
            "一周 30,000 元，换一种分法多换回 9%",
            "头部由 15,811 元改为 5,620 元",
            "一周花 75,000 元利润最高（72.7 千元）",
        ],
    ),
]


def flaws(case):
    """Are 25 rows copies, 60 posts watched by robots and 7 without a cost, and does nothing exceed what it stems from?"""
    posts = case.kol.drop_duplicates()
    assert len(case.kol) - len(posts) == 25
    assert ((posts["clicks"] / posts["views"] < 0.008).sum(), (posts["cost_yuan"] == 0).sum()) == (60, 7)
    assert (posts["orders"] <= posts["clicks"]).all()
    assert (posts["clicks"] <= posts["views"]).all()
    assert (posts["refund_yuan"] <= posts["gmv_yuan"]).all()
