"""c07_xiaomi: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"threshold": "10", "margin_yuan": "30", "seat_yuan": "60", "top_wishes": "5"},
        ["净推荐值 79（区间 64 到 94，n = 38）", "净收入 -4,363 元", "区间都在 0 的下面，不值", "相同的 2 项"],
    ),
]


def flaws(case):
    """Are 22 rows copies, 9 accounts adverts that never buy, and are only applicants drawn?"""
    users = case.users.drop_duplicates()
    assert len(case.users) - len(users) == 22
    adverts = users[users["posts_q1"] >= 400]
    assert (len(adverts), adverts["bought_q2"].sum(), adverts["nps"].notna().sum()) == (9, 0, 0)
    assert adverts["posts_q1"].min() >= 420
    assert users.loc[users["applied"] == 0, "drawn"].isna().all()
    assert users.loc[users["applied"] == 1, "drawn"].notna().all()
    assert (users["feedback_q1"] <= users["posts_q1"]).all()
    assert 0.55 < users["nps"].isna().mean() < 0.68
    assert case.weeks.groupby("user_id").size().eq(17).all()
    votes = case.wishes[case.wishes["source"] == "论坛投票"]
    assert (len(votes), votes["user_id"].nunique()) == (1400, 520)
    assert case.wishes.loc[case.wishes["source"] == "随机抽样", "user_id"].is_unique
