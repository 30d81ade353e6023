"""c04_carsales: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"group": "看中别家", "margin_yuan": "2000", "drive_cost_yuan": "700", "cap": "6 次"},
        ["看中别家的客户，929 位", "抽签邀请多 2.5 个", "净收入 -24,786 元", "最多 6 次，成交 15.9%"],
    ),
]


def flaws(case):
    """Are 15 rows copies and 7 minutes 999, do managers tick more than was heard, and do contacts stay in the cap?"""
    leads = case.leads.drop_duplicates()
    assert (len(case.leads) - len(leads), (leads["minutes"] == 999).sum()) == (15, 7)
    assert leads["lead_id"].is_unique
    assert 0.04 < leads["minutes"].isna().mean() < 0.065
    heard = case.labels.merge(leads, on="lead_id", suffixes=("", "_ticked"))
    assert all(heard[f"{s}_ticked"].mean() > heard[s].mean() for s in ("seat", "chat", "plan", "compare"))
    last = case.followups.groupby("lead_id")["nth"].max()
    assert (last <= leads.set_index("lead_id")["max_contacts"].loc[last.index]).all()
    assert set(case.followups["lead_id"]) <= set(leads.loc[leads["consent"] == 1, "lead_id"])
    assert case.talks.loc[case.talks["speaker"] == "客服", "text"].str.contains("沙发|没法比").any()
