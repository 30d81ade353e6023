"""c09_leyou: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"rule": "首次接触", "order_margin_yuan": "300", "push_cost_yuan": "0.5", "service_pct": "99"},
        [
            "按首次接触，推送每 100 位会员带来 3.0 张订单",
            "按抽签算 +1,064 元（+197 到 +1,929），区间都在 0 的上面，值得",
            "羽绒服只从 315 件省到 268 件",
        ],
    ),
]


def flaws(case):
    """Are 40 touches copies, 8 demands -1 and 5 orders of 0 yuan, and was a push opened only where it was drawn?"""
    touches = case.touches.drop_duplicates()
    assert (len(case.touches) - len(touches), (case.demand["demand"] == -1).sum()) == (40, 8)
    assert (case.orders["amount_yuan"] == 0).sum() == 5
    assert 0.04 < case.members["baby_month"].isna().mean() < 0.08
    assert case.members["push"].value_counts().nunique() == 1
    pushed = case.members.set_index("path_id")["push"]
    assert pushed.loc[touches.loc[touches["channel"] == "App 推送", "path_id"]].eq(1).all()
    assert set(case.orders["path_id"]) == set(case.members.loc[case.members["bought"] == 1, "path_id"])
    assert not touches.duplicated(["path_id", "step"]).any()
