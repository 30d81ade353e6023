"""Build incidents.csv, steps.csv and mood.csv (a complaint at the till, and in which order it is handled). Simulated.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 8383
N_INCIDENTS = 960
N_STORES = 24
DAYS = pd.date_range("2026-01-01", "2026-08-31")
CARD_FROM = pd.Timestamp("2026-05-01")
STEPS = ["安抚", "倾听", "核查", "下架", "方案", "跟踪"]
MISSED = np.array([0.14, 0.10, 0.10, 0.32, 0.03, 0.42])
ISSUES = {"变质": 0.34, "过期": 0.28, "异物": 0.14, "价签不符": 0.24}
GRAVE = {"变质": 0.35, "过期": 0.15, "异物": 0.55, "价签不符": 0.03}
CARD_SKILL = 1.1
TIMES = np.arange(0, 181, 20)


def _handle(rng: np.random.Generator, skill: float) -> list[tuple[str, float]]:
    """Return the steps that were taken, in time order: the better the skill, the fewer missed or out of place."""
    place = np.arange(5) + rng.normal(0, 1.35 * np.exp(-0.45 * skill), 5)
    done = rng.random(6) > MISSED * np.exp(-0.55 * skill)
    t, rows = 0.0, []
    for k in np.argsort(place):
        if not done[k]:
            continue
        t += rng.gamma(2.0, {0: 1.8, 1: 4.0, 2: 6.5, 3: 7.0, 4: 5.5}[int(k)] * np.exp(-0.12 * skill))
        rows.append((STEPS[k], t))
    if done[5]:
        rows.append((STEPS[5], t + 20 + rng.gamma(2.0, 55)))
    return rows


def _lifts(steps: list[tuple[str, float]]) -> list[tuple[float, float]]:
    """Return when and by how much each step moved the customer's mood: a step out of place does little, or harm."""
    seen: set[str] = set()
    lifts = []
    for name, t in steps:
        calm, heard, checked = "安抚" in seen, "倾听" in seen, "核查" in seen
        lift = {
            "安抚": 0.55 if not checked else 0.15,
            "倾听": 0.65 if calm else 0.40,
            "核查": 0.30 if heard else -0.55,
            "下架": 0.35,
            "方案": 0.95 if heard and checked else 0.60 if heard else -0.20,
            "跟踪": 0.30,
        }[name]
        lifts.append((t, lift))
        seen.add(name)
    return lifts


def _tables(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Return incidents, steps and mood."""
    n = N_INCIDENTS
    day = np.sort(rng.integers(0, len(DAYS), n))
    store = rng.integers(0, N_STORES, n)
    drawn = np.zeros(N_STORES, bool)
    drawn[rng.permutation(N_STORES)[: N_STORES // 2]] = True
    level = rng.normal(0, 0.45, N_STORES)
    issue = rng.choice(list(ISSUES), n, p=list(ISSUES.values()))
    grave = rng.random(n) < np.array([GRAVE[i] for i in issue])
    evening = rng.random(n) < 0.45
    card = drawn[store] & (DAYS[day] >= CARD_FROM)
    skill = level[store] + CARD_SKILL * card - 0.65 * grave - 0.35 * evening + rng.normal(0, 0.5, n)
    names = [f"K{4000 + i}" for i in range(n)]
    steps, moods, posted, paid = [], [], [], []
    for i in range(n):
        taken = _handle(rng, skill[i])
        lifts = _lifts(taken)
        who = {"安抚": "店员", "倾听": "店员", "核查": "值班长", "下架": "值班长", "方案": "店长", "跟踪": "客服"}
        steps += [(names[i], name, who[name], round(t)) for name, t in taken]
        start = rng.normal(-1.15 - 0.35 * grave[i], 0.35)
        line = np.array([start + 0.05 * t / 60 + sum(x for at, x in lifts if at <= t) for t in TIMES])
        seen = np.clip(np.round(line + rng.normal(0, 0.15, len(TIMES)), 1), -2, 2)
        moods += [(names[i], t, m) for t, m in zip(TIMES, seen, strict=True)]
        odds = -1.75 + 0.55 * grave[i] - 1.15 * line[1:5].mean()
        posted.append(int(rng.random() < 1 / (1 + np.exp(-odds))))
        order = [name for name, _ in taken]
        hasty = "方案" in order and ("核查" not in order or order.index("方案") < order.index("核查"))
        paid.append(round(np.exp(rng.normal(3.9 + 0.5 * grave[i] + 0.45 * hasty, 0.5))) if "方案" in order else 0)
    incidents = pd.DataFrame(
        {
            "incident_id": names,
            "date": DAYS[day].strftime("%Y-%m-%d"),
            "store": [f"S{s + 1:02d}" for s in store],
            "drawn": drawn[store].astype(int),
            "period": np.where(DAYS[day] >= CARD_FROM, "发卡后", "发卡前"),
            "issue": issue,
            "grave": grave.astype(int),
            "evening": evening.astype(int),
            "posted": posted,
            "paid_yuan": paid,
        }
    )
    return {
        "incidents": incidents,
        "steps": pd.DataFrame(steps, columns=["incident_id", "step", "actor", "t_min"]),
        "mood": pd.DataFrame(moods, columns=["incident_id", "t_min", "mood"]),
    }


def make(folder: Path) -> None:
    """Write the three files into `folder`."""
    rng = np.random.default_rng(SEED)
    tables = _tables(rng)
    steps = tables["steps"]
    steps.loc[rng.choice(len(steps), 9, replace=False), "t_min"] = -1
    again = steps[steps["t_min"] >= 0].sample(22, random_state=3)
    tables["steps"] = pd.concat([steps, again]).sort_values(["incident_id", "t_min", "step"])
    mood = tables["mood"]
    mood.loc[rng.random(len(mood)) < 0.03, "mood"] = np.nan
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
