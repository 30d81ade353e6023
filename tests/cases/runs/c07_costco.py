"""c07_costco: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"fee_yuan": "500", "markup_pct": "3", "fixed_wan": "600", "card": "家庭卡"},
        ["现在：家庭卡会员续费率 74.5%", "年费 500 元、加价 3%：估计续费率 71%", "2.74 万元", "出了试验的范围"],
    ),
]


def flaws(case):
    """Are 30 members listed twice, 14 visit counts -1, and is nobody who joined after September due yet?"""
    members = case.members
    assert members["member_id"].duplicated().sum() == 30
    once = members.drop_duplicates("member_id")
    assert (len(once), (once["visits"] == -1).sum()) == (4_000, 14)
    assert 0.05 < once["saved_yuan"].isna().mean() < 0.07
    late = once["joined_date"] >= "2025-10-01"
    assert once.loc[late, "renewed"].isna().all()
    assert once.loc[~late, "renewed"].notna().all()
    assert case.fee_test["joined"].isna().sum() == 53
