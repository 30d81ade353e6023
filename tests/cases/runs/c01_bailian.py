"""c01_bailian: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"min_orders": "4", "margin_share": "0.6", "cost_yuan": "1"},
        ["（上半段至少 4 次），是 1.40 倍", "半年多花 282 元（95% 区间 115 到 448 元）", "半年里划算"],
    ),
]


def flaws(case):
    """Are there 60 copies, 40 returns, 300 orders without an account and 90 online accounts without a phone?"""
    orders, accounts = case.orders, case.accounts
    unique = orders.drop_duplicates()
    assert (orders.duplicated().sum(), (unique["amount_yuan"] < 0).sum()) == (60, 40)
    assert unique["account_id"].isna().sum() == 300
    assert accounts.loc[accounts["phone_token"].isna(), "account_type"].value_counts().to_dict() == {"线上账号": 90}
    assert unique["order_id"].is_unique
    assert accounts["account_id"].is_unique
    assert set(unique["account_id"].dropna()) <= set(accounts["account_id"])
