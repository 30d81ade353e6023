"""c01_antforest: parameters with what the page must then say, and the flaws of its data."""

import pandas as pd

RUNS = [
    (
        {"goal_g": "2000", "day_n": "14", "tree_yuan": "200"},
        [
            "多 14.2 个百分点（95% 区间 6.4 到 21.7）",
            "到最后也没有一半人达标，达标的占 33%",
            "500 元（327 到 1100 元）",
        ],
    ),
]


def flaws(case):
    """Are 80 rows copies, 15 energies impossible and 30 missing, and are the groups equal?"""
    users, actions = case.users, case.actions
    unique = actions.drop_duplicates()
    energy = unique["energy_g"]
    assert (len(actions) - len(unique), (energy >= 20_000).sum(), energy.isna().sum()) == (80, 15, 30)
    assert users["group"].value_counts().to_dict() == {"只记步数": 240, "种树": 240, "种树加好友": 240}
    assert not unique.duplicated(["user_id", "action_date"]).any()
    assert actions["action_date"].max() == pd.Timestamp("2026-05-31")
