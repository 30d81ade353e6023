"""c05_database: parameters with what the page must then say, and the flaws of its data."""

import pandas as pd

RUNS = [
    (
        {"sleep_days": "90", "ahead_days": "60", "margin_yuan": "20", "loss_yuan": "0"},
        ["今天命中 1,132 人次，291 人次没有同意", "到期 +1.66 元", "群发 +0.05 元", "30 天上限不限最划算"],
    ),
]


def flaws(case):
    """Are 45 rows copies, do birthdays crowd on the default, and did a few messages go out without consent?"""
    log = case.crm_triggers.drop_duplicates()
    assert len(case.crm_triggers) - len(log) == 45
    assert log["trigger_id"].is_unique
    births = case.customers["birth_date"]
    assert 0.04 < (births == pd.Timestamp("1990-01-01")).mean() < 0.06
    assert 0.05 < births.isna().mean() < 0.09
    missing = case.customers[["consume_view", "buy_motive", "risk_attitude"]].isna().mean().tolist()
    assert [round(share, 1) for share in missing] == [0.7, 0.6, 0.4]
    sent = log[log["sent"] == 1].merge(case.customers[["customer_id", "consent"]], on="customer_id")
    assert 20 <= (sent["consent"] == 0).sum() <= 60
    assert (log.loc[log["sent"] == 0, "unsubscribed"] == 0).all()
