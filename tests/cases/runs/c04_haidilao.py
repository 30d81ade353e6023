"""c04_haidilao: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"quote": "报短", "limit": "120 元", "visit_margin_yuan": "60", "cost_rate": "0.8"},
        ["等满 30 分钟还没走的 73%（区间 69% 到 76%）", "感觉是实际的 1.18 倍", "每 100 桌净收入 -2,346 元", "不值"],
    ),
]


def flaws(case):
    """Are 9 waits -1 and 20 rows copies, did nobody who left say how long it felt, and stays every gift in its limit?"""
    queue, visits = case.queue, case.visits.drop_duplicates()
    assert ((queue["waited_min"] == -1).sum(), len(case.visits) - len(visits)) == (9, 20)
    assert queue.loc[queue["left"] == 1, "felt_min"].isna().all()
    assert queue.loc[queue["quote"] == "不报", "quoted_min"].isna().all()
    assert 0.18 < visits["score"].isna().mean() < 0.26
    assert (visits["gift_yuan"] <= visits["limit_yuan"]).all()
    assert case.contacts["visit_id"].nunique() == 700
    assert case.contacts.groupby("visit_id").size().eq(4).all()
