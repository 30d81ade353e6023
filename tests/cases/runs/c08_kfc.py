"""c08_kfc: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"post_yuan": "150000", "gift_yuan": "40", "leave_yuan": "0", "when": "满座时"},
        [
            "满座时的 568 次里，上网一次按 150,000 元、不满一位按 0 元算，请一方让平均损失最小，4,246 元",
            "没人管、只劝说、两边都照顾和它还分不出高下",
            "请一方让打 2.15 分，两边都照顾打 3.48 分",
            "每千人次的争座少 0.34 次（0.27 到 0.42）",
        ],
    )
]


def flaws(case):
    """Are 10 rows copies, 7 times 999 and 4 weeks without a count, and do the unhappy leave without an answer more often?"""
    quarrels, weeks = case.incidents.drop_duplicates(), case.store_weeks
    assert len(case.incidents) - len(quarrels) == 10
    assert (quarrels["arrive_min"] == 999).sum() == 7
    assert (weeks["visits"] == 0).sum() == 4
    assert 0.1 < quarrels["csat_seated"].isna().mean() < 0.2 < quarrels["csat_later"].isna().mean() < 0.35
    by_way = quarrels.groupby("way")["csat_later"].apply(lambda score: score.isna().mean())
    assert by_way["没人管"] > by_way["两边都照顾"]
    full = quarrels["full_share"] >= 0.9
    nobody = quarrels["way"] == "没人管"
    assert nobody[full].mean() > nobody[~full].mean() + 0.1
