"""c02_midea: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"window_days": "21", "channel": "应用", "revisit_yuan": "300", "video_yuan": "5"},
        [
            "（窗口 21 天，从应用开始的事）：各数各的 82.4%，合起来 60.0%",
            "633 件事",
            "值得的毛病：主板、电机；不值的：没有",
        ],
    ),
]


def flaws(case):
    """Are 70 rows copies, 25 replies before the contact, 45 failed visits without a reason, and 480 customers read?"""
    contacts = case.contacts.drop_duplicates()
    assert len(case.contacts) - len(contacts) == 70
    assert contacts["contact_id"].is_unique
    assert (contacts["replied_at"] < contacts["opened_at"]).sum() == 25
    assert 0.02 < contacts["replied_at"].isna().mean() < 0.06
    assert contacts.loc[contacts["checked_matter"].notna(), "customer_token"].nunique() == 480
    visits = case.visits
    assert visits.loc[visits["solved"] == 0, "reason"].isna().sum() == 45
    assert not visits.duplicated(["ticket_id", "visit_n"]).any()
    first = visits[visits["visit_n"] == 1]
    assert (len(first), first["video_call"].sum()) == (2_600, 1_300)
    assert visits.groupby("ticket_id")["solved"].max().eq(0).sum() > 0
