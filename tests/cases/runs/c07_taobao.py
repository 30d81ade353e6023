"""c07_taobao: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"buy_points": "20", "interact_points": "20", "credit_points": "1", "interact_cap": "25"},
        ["金树 853 位，9.6% 是刷的，67.9% 下一年又来", "金树 765 位，2.0% 是刷的"],
    ),
]


def flaws(case):
    """Are 20 users listed twice, 25 amounts -1, some credit missing, and is every heavy reviewer in the audit?"""
    users = case.users
    assert users["user_id"].duplicated().sum() == 20
    once = users.drop_duplicates("user_id")
    assert (len(once), (once["spend_yuan"] == -1).sum()) == (5_000, 25)
    assert 0.03 < once["credit"].isna().mean() < 0.05
    heavy = once[once["reviews"] >= 60].merge(case.audit, on="user_id", how="left")
    assert len(heavy) == 150
    assert heavy["paid_reviewer"].eq(1).all()
