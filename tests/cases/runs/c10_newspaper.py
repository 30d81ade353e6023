"""c10_newspaper: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"commission_pct": "32", "offer": "八折", "call_yuan": "30", "budget_yuan": "4000"},
        ["发行费率 32% 时，34 个小区赔钱", "五年值 239 元；用“八折”，每位到期的多挣 −21 元", "用掉 4,000 元"],
    ),
]


def flaws(case):
    """Are 40 rows twice, 150 channels and 12 fees missing, 9 tickets turned round, and 60 people left out of the lots?"""
    once = case.subscribers.drop_duplicates()
    assert (len(case.subscribers) - len(once), len(once)) == (40, 10_000)
    assert once["sub_id"].is_unique
    assert (once["channel"].isna().sum(), (once["paid_yuan"] == 0).sum()) == (150, 12)
    assert not (once["end_date"] <= once["start_date"]).any()
    tickets = case.complaints
    assert (tickets["closed_at"] < tickets["opened_at"]).sum() == 9
    assert tickets["closed_at"].isna().any()
    lost = case.winback.merge(once[["sub_id", "end_date"]], on="sub_id")
    quiet, new = lost["contact_ok"] == 0, lost["end_date"] > "2026-03-31"
    assert quiet.sum() == 60
    assert (lost["arm"].isna() == (quiet | new)).all()
    assert set(tickets["sub_id"]) | set(case.renewal_test["sub_id"]) <= set(once["sub_id"])
