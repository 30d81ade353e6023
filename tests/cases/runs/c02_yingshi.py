"""c02_yingshi: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"window": "25", "baby": "小月龄", "margin_pct": "55", "gift_yuan": "3"},
        [
            "地标摆在第 25 天，2 次以上与 0 次相比，普通会员 −1、活跃会员 −2 个百分点",
            "时机（小月龄）：第18天提醒，复购率 +11.9 个百分点",
            "第18天＋小程序券每人多赚 9.1 元（3.7 到 14.5），可以做",
        ],
    )
]


def flaws(case):
    """Are 150 touches copies, 40 without a day, 36 babies 99 months old, and is nobody written to after blocking?"""
    touches, members = case.touches, case.members
    assert (touches.duplicated().sum(), (touches["day"] == -1).sum()) == (150, 40)
    assert (members["baby_month"] == 99).sum() == 36
    assert members["batch"].value_counts().to_dict() == {"抽签批次": 4000, "旧批次": 2400}
    drawn = members[members["batch"] == "抽签批次"]
    assert set(drawn["plan"].value_counts()) == {1000}
    assert drawn["blocked_day"].isna().all()
    assert (drawn["invite"].isna() == (drawn["plan"] == "不提醒")).all()
    assert (members["again_day"].isna() == members["amount_yuan"].isna()).all()
    early = drawn["again_day"] <= drawn["plan"].map({"第7天": 7, "第18天": 18, "第28天": 28})
    in_store = drawn[early].groupby("invite")["channel"].agg(lambda part: (part == "门店").mean())
    assert abs(in_store["到店试吃"] - in_store["小程序券"]) < 0.15
    blocked = touches["member_id"].map(members.set_index("member_id")["blocked_day"])
    assert not (touches["day"] > blocked).any()
    size = drawn["guide"].value_counts()
    assert (len(size), size.min(), size.max()) == (24, 20, 490)
