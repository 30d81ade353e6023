"""c07_biostime: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"stage": "0–6 月", "margin_yuan": "12", "message_yuan": "6", "breakage": "0.5"},
        ["响应率 20.4%（17.3% 到 23.9%）", "区间含 0，看不出", "发 121 条，净收入 -540 元", "负债 2,535 元"],
    ),
]


def flaws(case):
    """Are 40 orders and 18 mails copies, 50 birthdays missing, and no more points gone than given?"""
    members, orders = case.members, case.orders.drop_duplicates()
    assert members["baby_birth"].isna().sum() == 50
    assert (~members["member_id"].isin(orders["member_id"])).sum() == 89
    assert len(case.orders) - len(orders) == 40
    assert len(case.campaign) - len(case.campaign.drop_duplicates()) == 18
    assert (members["burn"] + members["expire"] <= members["earn"]).all()
    assert set(orders["member_id"]) <= set(members["member_id"])
    assert set(case.campaign["arm"]) == {"不发", "通用券", "按月龄"}
    assert case.campaign["baby_m"].between(-4, 35).all()
