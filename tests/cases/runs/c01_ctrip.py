"""c01_ctrip: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"promise_h": "0.5", "margin_share": "0.02", "speedup_yuan": "2000"},
        ["现在 95% 的方案晚于它", "每百份多成交 15.5 份（12.4 到 18.4）", "不划算"],
    ),
]


def flaws(case):
    """Are 50 rows copies, 18 reply times -1 and 14 quotes ten times too high, and has no unanswered request a quote?"""
    unique = case.requests.drop_duplicates()
    assert len(case.requests) - len(unique) == 50
    assert (unique["reply_h"] == -1).sum() == 18
    assert (unique["quote_yuan"] > 5 * unique["package_yuan"]).sum() == 14
    assert unique.loc[unique["reply_h"].isna(), ["plans", "picked", "closed"]].sum().sum() == 0
    assert unique["request_id"].is_unique
