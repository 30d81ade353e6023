"""Build members.csv and touches.csv (a baby-food chain, its guides and their messages). Simulated, same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 20537
WATCHED, DRAWN = 2_400, 4_000
DAYS = 60
FIRST = {"旧批次": pd.Timestamp("2026-01-05"), "抽签批次": pd.Timestamp("2026-03-16")}
# Buying again within the cycle: log odds.
BASE, LIVELY, GROWN = -0.20, 1.05, -0.35
GUIDE_SPREAD = 0.20
CYCLE, CYCLE_SPREAD = 28, 0.45  # days until a member who buys again does so: median, spread of the logarithm
TOUCHES_PER_DAY = {"普通": 0.022, "活跃": 0.050}
AFTER_BUYING = 3.5  # guides write this many times as often to those who have just bought again
BLOCK_FIRST, BLOCK_MORE = 0.008, 0.007  # chance that the first message is the last, and what each further one adds
PLANS = ["不提醒", "第7天", "第18天", "第28天"]
REMINDED_ON = {"第7天": 7, "第18天": 18, "第28天": 28}
WON_OVER = {"不提醒": 0.0, "第7天": 0.02, "第18天": 0.22, "第28天": 0.09}
STORE_SHARE = {"": 0.55, "小程序券": 0.36, "到店试吃": 0.75}
BASKET = {"门店": 148, "小程序": 128}
KINDS = ["问候", "育儿知识", "促销"]


def members_of(batch: str, n: int, start: int, guide: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Return members with guide, tag, baby and whether and when they would buy again of themselves."""
    share = rng.dirichlet(np.full(len(guide), 2.0))
    who = rng.choice(len(guide), n, p=share)
    month = np.clip(np.round(rng.gamma(4.2, 3.4, n)), 5, 36).astype(int)
    lively = rng.random(n) < 0.36
    odds = BASE + LIVELY * lively + GROWN * (month >= 18) + guide[who]
    again = rng.random(n) < 1 / (1 + np.exp(-odds))
    day = np.maximum(np.round(CYCLE * np.exp(rng.normal(0, CYCLE_SPREAD, n))), 2)
    joined = FIRST[batch] + pd.to_timedelta(rng.integers(0, 28, n), unit="D")
    return pd.DataFrame(
        {
            "member_id": [f"M{start + i}" for i in range(n)],
            "batch": batch,
            "joined_at": joined.strftime("%Y-%m-%d"),
            "guide": [f"G{g + 1:02d}" for g in who],
            "tag": np.where(lively, "活跃", "普通"),
            "baby_month": month,
            "plan": "",
            "invite": "",
            "again_day": np.where(again, day, np.nan),
        }
    )


def written(member: str, lively: str, again: float, rng: np.random.Generator) -> tuple[list[dict[str, object]], float]:
    """Return the messages one member got from its guide, and the day it blocked the guide (NaN: never)."""
    rows: list[dict[str, object]] = []
    for day in range(1, DAYS + 1):
        rate = TOUCHES_PER_DAY[lively] * (AFTER_BUYING if again < day else 1.0)
        if rng.random() < rate:
            rows.append({"member_id": member, "day": day, "kind": KINDS[rng.integers(3)]})
            if rng.random() < BLOCK_FIRST + BLOCK_MORE * (len(rows) - 1):
                return rows, day
    return rows, np.nan


def remind(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Draw a plan for each member; a reminder wins some over and brings others forward."""
    n = len(table)
    plan = np.array(PLANS)[rng.permutation(n) % 4]
    invite = np.where(plan == "不提醒", "", np.where(rng.random(n) < 0.5, "小程序券", "到店试吃"))
    at = np.array([REMINDED_ON.get(p, np.inf) for p in plan])
    own = table["again_day"].fillna(np.inf).to_numpy()
    waiting = own > at
    soon = at + 1 + np.round(rng.exponential(4, n))
    taken = waiting & (rng.random(n) < np.array([WON_OVER[p] for p in plan]))
    day = np.where(taken, np.minimum(soon, own), own)
    return table.assign(plan=plan, invite=invite, again_day=np.where(np.isfinite(day), day, np.nan))


def make(folder: Path) -> None:
    """Write members.csv and touches.csv into `folder`."""
    rng = np.random.default_rng(SEED)
    guide = rng.normal(0, GUIDE_SPREAD, 24)
    old = members_of("旧批次", WATCHED, 10_000, guide, rng)
    new = remind(members_of("抽签批次", DRAWN, 20_000, guide, rng), rng)
    rows: list[dict[str, object]] = []
    blocked = np.full(WATCHED, np.nan)
    for i, (member, tag, again) in enumerate(zip(old["member_id"], old["tag"], old["again_day"], strict=True)):
        got, blocked[i] = written(member, tag, again, rng)
        rows += got
    table = pd.concat([old.assign(blocked_day=blocked), new.assign(blocked_day=np.nan)], ignore_index=True)
    table.loc[table["again_day"] > DAYS, "again_day"] = np.nan
    bought = table["again_day"].notna().to_numpy()
    # Who bought again before the reminder never got the coupon or the invitation.
    got = table["invite"].where(table["again_day"] > table["plan"].map(REMINDED_ON), "")
    in_store = rng.random(len(table)) < got.map(STORE_SHARE).to_numpy()
    channel = np.where(in_store, "门店", "小程序")
    paid = np.round([BASKET[c] for c in channel] * np.exp(rng.normal(-0.08, 0.4, len(table))), 1)
    table["channel"] = np.where(bought, channel, "")
    table["amount_yuan"] = np.where(bought, paid, np.nan)
    for column in ("again_day", "blocked_day"):
        table[column] = table[column].astype("Int64")
    table.loc[rng.choice(len(table), 36, replace=False), "baby_month"] = 99
    touches = pd.DataFrame(rows)
    touches.loc[rng.choice(len(touches), 40, replace=False), "day"] = -1
    copies = touches[touches["day"] > 0].sample(150, random_state=rng)
    touches = pd.concat([touches, copies]).sort_values(["member_id", "day"], kind="stable")
    for name, frame in (("members", table), ("touches", touches)):
        frame.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
