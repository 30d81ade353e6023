"""c07_sephora: parameters with what the page must then say, and the flaws of its data."""

RUNS = [
    (
        {"gate": "丽卡 1000 元", "window_yuan": "850", "margin_rate": "0.25", "perk_yuan": "300"},
        [
            "凑单（丽卡门槛）：有进度条，刚过线的是差一点的 7.0 倍；刚过线 100 元以内的人，17%",
            "区间都在 0 的下面，不值",
        ],
    ),
]


def flaws(case):
    """Are 30 rows copies, 14 years spoilt, and do people with the bar crowd right above both gates?"""
    members = case.members.drop_duplicates()
    assert (len(members), len(case.members)) == (14_000, 14_030)
    assert members["member_id"].is_unique
    assert (members["spend_2025"] == -1).sum() == 14
    for gate, name in ((1_000, "丽卡"), (3_000, "华卡")):
        gap = members["spend_2024"] - gate
        above, below = gap.between(0, 99), gap.between(-100, -1)
        assert (members.loc[above, "tier_2025"] == name).all()
        counts = [(side & (members["bar"] == bar)).sum() for bar in (0, 1) for side in (below, above)]
        assert counts[3] > 2 * counts[2]
        assert 0.75 < counts[1] / counts[0] < 1.5
    risen = members[(members["spend_2024"] >= 3_000) & (members["spend_2024"] - members["returned_jan"] < 3_000)]
    assert (risen["tier_2025"] == "华卡").all()
    assert len(risen) > 30
