"""The tables of chapter 8 about customers: a survey, who came back, and an experiment with compensation."""

import numpy as np
import pandas as pd
from make_data_base import numbered, stream

GROUPS = {"没出过事": 600, "有事没投诉": 220, "投诉没解决": 110, "解决得慢": 120, "解决得快": 150}


def make_survey() -> pd.DataFrame:
    """Draw 900 customers asked whether they had a problem, told anyone, and if not why."""
    rng, n = stream(11), 900
    problem = rng.random(n) < 0.29
    kind = np.where(rng.random(n) < 0.55, "钱上吃亏", "态度或服务差")
    told = problem & (rng.random(n) < np.where(kind == "钱上吃亏", 0.36, 0.12))
    reason = rng.choice(
        ["太麻烦", "说了也没用", "不知道找谁", "损失不大", "不好意思"], n, p=[0.34, 0.27, 0.17, 0.15, 0.07]
    )
    return pd.DataFrame(
        {
            "resp_id": numbered("W", n),
            "problem": problem.astype(int),
            "kind": np.where(problem, kind, None),
            "complained": pd.array(np.where(problem, told, np.nan)).astype("Int64"),
            "why_not": np.where(problem & ~told, reason, None),
        }
    )


def make_recovery() -> pd.DataFrame:
    """Draw 1,200 customers in five groups: score before and after, and whether they bought again in 180 days."""
    rng = stream(12)
    group = np.repeat(list(GROUPS), list(GROUPS.values()))
    n = len(group)
    again = {"没出过事": 0.68, "有事没投诉": 0.37, "投诉没解决": 0.42, "解决得慢": 0.6, "解决得快": 0.7}
    start = {"没出过事": 7.0, "有事没投诉": 6.8, "投诉没解决": 7.6, "解决得慢": 7.6, "解决得快": 7.7}
    change = {"没出过事": 0.0, "有事没投诉": -1.9, "投诉没解决": -2.8, "解决得慢": -0.9, "解决得快": -0.15}
    label = pd.Series(group)
    before = label.map(start).to_numpy() + rng.normal(0, 1.2, n)
    after = before + label.map(change).to_numpy() + rng.normal(0, 1.1, n)
    answered = rng.random(n) > label.map({"投诉没解决": 0.3}).fillna(0.1).to_numpy()
    table = pd.DataFrame(
        {
            "group": group,
            "score_before": np.clip(np.round(before), 1, 10).astype(int),
            "score_after": pd.array(np.where(answered, np.clip(np.round(after), 1, 10), np.nan)).astype("Int64"),
            "repurchased": (rng.random(n) < label.map(again).to_numpy()).astype(int),
        }
    )
    table = table.iloc[rng.permutation(n)].reset_index(drop=True)
    table.insert(0, "customer_id", numbered("K", n))
    return table


def make_compensation() -> pd.DataFrame:
    """Draw 1,200 closed complaints whose compensation, first handler and follow-up were drawn by lot."""
    rng, n = stream(13), 1200
    paid = rng.permutation(np.repeat([0, 20, 50, 100, 200], n // 5))
    front, followed = rng.random(n) < 0.5, rng.random(n) < 0.5
    share = pd.Series(paid).map({0: 0.3, 20: 0.42, 50: 0.53, 100: 0.58, 200: 0.6}).to_numpy()
    again = rng.random(n) < share + 0.08 * front + 0.06 * followed - 0.07
    return pd.DataFrame(
        {
            "case_id": numbered("B", n),
            "compensation_yuan": paid,
            "frontline": front.astype(int),
            "followed": followed.astype(int),
            "repurchased": again.astype(int),
        }
    )
