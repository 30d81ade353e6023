"""c02_hotline12345: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"staff": "40", "seat_yuan": "60", "bot_yuan": "1", "miss_yuan": "40"},
        [
            "40 席，平日一天 27,629 元、溢出 99 通，高峰日 40,014 元、溢出 846 通",
            "最省的是平日 37 席、高峰日 49 席（没办成一通算 40 元）",
            "高峰日 24.4% 由机器人接",
        ],
    )
]


def flaws(case):
    """Are 60 rows copies, 15 waits and 25 handling times wrong, and are the published figures met?"""
    calls, orders = case.calls.drop_duplicates(), case.orders
    assert len(case.calls) - len(calls) == 60
    assert ((calls["wait_s"] == 9999).sum(), (calls["handle_s"] == 0).sum()) == (15, 25)
    assert calls["call_id"].is_unique and orders["call_id"].is_unique
    assert calls["called_at"].dt.day.value_counts().to_dict() == {13: 5063, 18: 7118}
    assert set(calls["handler"]) == {"人工", "机器人"}
    assert round(orders["used_h"].notna().mean(), 3) == 0.979
    assert (calls["bot_solved"].isna() == (calls["handler"] == "人工")).all()
    assert calls.loc[calls["wait_s"] != 9999, "wait_s"].max() == 20
    requests = calls[calls["kind"] == "诉求"]
    registered = requests["bot_solved"] != 0
    assert set(requests.loc[registered, "call_id"]) == set(orders["call_id"])
    assert 0.33 < calls["rating"].notna().mean() < 0.37
