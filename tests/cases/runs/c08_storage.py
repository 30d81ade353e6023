"""c08_storage: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"promise_min": "90", "site": "北仓", "cause": "破损"},
        [
            "北仓的 534 件里，80.3% 在 90 分钟以内",
            "快响台高 0.53 分（0.28 到 0.79，区间不含 0）",
            "“破损”从每千票 5.12 件到 5.37 件，没有低的一侧报警，说不上降了",
        ],
    )
]


def flaws(case):
    """Are 12 rows copies, 8 answers before the complaint, 15 causes missing, and is the quick desk new in week 27?"""
    tickets = case.tickets.drop_duplicates()
    assert len(case.tickets) - len(tickets) == 12
    assert (tickets["first_at"] < tickets["opened_at"]).sum() == 8
    assert tickets["cause"].isna().sum() == 15
    assert 0.3 < tickets["csat"].isna().mean() < 0.4
    assert tickets.loc[tickets["desk"] == "快响台", "week"].min() == 27
