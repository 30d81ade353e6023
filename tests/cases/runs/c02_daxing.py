"""c02_daxing: parameters with what the page must then say, and the flaws of its data."""

import pandas as pd

RUNS = [
    (
        {"threshold": "72", "arrivals_per_hour": "1200", "within_s": "120"},
        [
            "门槛 72 分：误拒 35.5%（儿童 59%），误放 0.00%（95% 区间 0.00% 到 0.15%）",
            "每小时 1200 位、九成 120 秒内轮到，人工要 8 条；刷脸，门槛 70 分，要 6 条",
        ],
    ),
]


def flaws(case):
    """Are 45 rows copies, 30 services 0 s, 20 over half an hour, 55 waits and 24 scores missing, 14 days of each plan?"""
    gate = case.gate_times.drop_duplicates()
    assert len(case.gate_times) - len(gate) == 45
    assert gate["pax_id"].is_unique
    assert ((gate["proc_s"] == 0).sum(), (gate["proc_s"] > 1_800).sum(), gate["wait_s"].isna().sum()) == (30, 20, 55)
    assert case.match_scores["score"].isna().sum() == 24
    assert (gate["fallback"].isna() == (gate["mode"] == "人工")).all()
    days = gate.groupby(gate["arrived_at"].dt.normalize())["plan"].agg(["nunique", "first"])
    assert (days["nunique"] == 1).all()
    day = (days.index - pd.Timestamp("2026-03-02")).days
    assert (days["first"].groupby(day // 14 * 7 + day % 7).nunique() == 2).all()
    old = gate[gate["age_group"] == "老年"]
    assert (old.loc[old["plan"] == "刷脸日", "mode"] == "人工").mean() > 0.15
