"""Rebuild the simulated data of chapter 8 (fictional maker of small appliances 云杉小家电), byte for byte.

Usage: ``python make_data.py [TARGET_FOLDER]``; without an argument the files are written next to this script.
Every table draws from its own seeded stream, so changing one table leaves the others as they are.
The effect sizes set here are listed in datasheet.md.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from make_data_base import AS_OF, DAYS, FIRST_DAY, chance, minutes, numbered, stream
from make_data_crisis import make_actions, make_posts, make_risks, make_strategies
from make_data_people import make_compensation, make_recovery, make_survey
from make_data_quality import make_difficult, make_mystery, make_replies, make_standards
from make_data_texts import make_texts

# cause: side, type, share of the tickets, typical loss in yuan
CAUSES = {
    "送货迟": ("企业", "服务", 0.22, 18),
    "质量故障": ("企业", "产品", 0.17, 150),
    "商品破损": ("企业", "产品", 0.15, 85),
    "安装维修": ("企业", "服务", 0.09, 60),
    "退款慢": ("企业", "服务", 0.08, 12),
    "客服态度": ("企业", "服务", 0.07, 15),
    "描述不符": ("企业", "诚信", 0.07, 120),
    "刚买就降价": ("企业", "价格", 0.05, 40),
    "使用不当": ("客户", "产品", 0.05, 28),
    "期望过高": ("客户", "产品", 0.03, 22),
    "天气路况": ("其他", "服务", 0.02, 18),
}
CHANNELS = {"电话": (0.4, 8.0), "网络": (0.38, 15.0), "现场": (0.16, 2.5), "信函": (0.06, 70.0)}
TIERS = {"紧急": (0.12, 0.14), "一般": (0.7, 1.0), "疑难": (0.18, 4.5)}
STEPS = ["发泄", "判定", "方案", "跟踪"]


def make_daily() -> pd.DataFrame:
    """Draw orders and complaints of 183 days: more orders in June, a larger share of complaints from 17 August."""
    rng = stream(1)
    day = FIRST_DAY + pd.to_timedelta(np.arange(DAYS), unit="D")
    level = np.where(day.day_of_week >= 5, 360, 290) * (1 + 0.05 * np.sin(np.arange(DAYS) / 29))
    level = level * np.where((day >= "2026-06-15") & (day <= "2026-06-21"), 2.6, 1.0)
    orders = rng.poisson(level * rng.gamma(400, 1 / 400, DAYS))
    share = np.where(day < "2026-08-17", 0.024, 0.034)
    return pd.DataFrame({"date": day.strftime("%Y-%m-%d"), "orders": orders, "complaints": rng.binomial(orders, share)})


def make_tickets(daily: pd.DataFrame) -> pd.DataFrame:
    """Draw a ticket for every complaint of ``daily``, with a few errors that a system really has."""
    rng = stream(2)
    date = pd.to_datetime(daily["date"]).repeat(daily["complaints"]).reset_index(drop=True)
    n = len(date)
    opened = date + minutes(np.clip(rng.normal(14.5, 3.4, n), 8, 21.9))
    opened = opened.where(opened <= AS_OF - pd.Timedelta(minutes=10), AS_OF - pd.Timedelta(minutes=10))
    shares = np.array([row[2] for row in CAUSES.values()])
    late = (date >= "2026-08-17").to_numpy()
    cause = rng.choice(list(CAUSES), n, p=shares)
    cause = np.where(late & (rng.random(n) < 0.27), "送货迟", cause)
    kind = pd.Series(cause).map({name: row[1] for name, row in CAUSES.items()})
    channel = rng.choice(list(CHANNELS), n, p=[row[0] for row in CHANNELS.values()])
    tier = rng.choice(list(TIERS), n, p=[row[0] for row in TIERS.values()])
    serious = rng.random(n) < kind.map({"产品": 0.24, "服务": 0.12, "价格": 0.06, "诚信": 0.38}).to_numpy()
    typical = pd.Series(channel).map({name: row[1] for name, row in CHANNELS.items()}).to_numpy()
    slow = pd.Series(tier).map({name: row[1] for name, row in TIERS.items()}).to_numpy()
    hours = rng.lognormal(np.log(typical * slow), 0.85)
    first = np.minimum(hours * rng.beta(1.4, 5.5, n), rng.lognormal(np.log(0.25 * typical), 0.6))
    stuck = rng.random(n) < np.where(tier == "疑难", 0.12, 0.012)
    closed, answered = opened + minutes(hours), opened + minutes(first)
    open_now = stuck | (closed > AS_OF).to_numpy()
    logit = -2.9 + kind.map({"产品": 0.25, "服务": 0.0, "价格": -0.4, "诚信": 1.1}).to_numpy() + 1.2 * serious
    score = 4.3 - 0.42 * np.log1p(first) - 0.33 * np.log1p(hours / 6) + rng.normal(0, 0.8, n)
    reopened = (rng.random(n) < np.where(tier == "疑难", 0.2, 0.09)).astype(float)
    loss = rng.lognormal(np.log(pd.Series(cause).map({name: row[3] for name, row in CAUSES.items()})), 0.7)
    paid = np.where(rng.random(n) < 0.55, np.round(loss * rng.uniform(0.4, 1.1, n) / 5) * 5, 0.0)
    paid = paid * pd.Series(channel).map({"现场": 1.15, "电话": 1.0, "网络": 0.8, "信函": 1.3}).to_numpy()
    table = pd.DataFrame({"opened_at": opened, "first_at": answered.where((answered <= AS_OF).to_numpy())})
    table["closed_at"] = closed.where(~open_now)
    table["channel"], table["tier"] = channel, tier
    table["cause"], table["type"] = cause, kind
    table["side"] = pd.Series(cause).map({name: row[0] for name, row in CAUSES.items()})
    table["severity"] = np.where(serious, "严重", "一般")
    table["escalated"] = (rng.random(n) < chance(logit)).astype(int)
    table["loss_yuan"] = np.round(loss, 1)
    table["compensation_yuan"] = np.where(open_now, np.nan, np.round(paid))
    table["reopened"] = pd.array(np.where(open_now, np.nan, reopened)).astype("Int64")
    csat = np.where(open_now | (rng.random(n) < 0.38), np.nan, np.clip(np.round(score), 1, 5))
    table["csat"] = pd.array(csat).astype("Int64")
    table = table.sort_values("opened_at", kind="stable", ignore_index=True)
    table.insert(0, "ticket_id", numbered("T", n))
    table.loc[rng.choice(n, 30, replace=False), "cause"] = None
    wrong = table.index[table["closed_at"].notna()][[40, 333, 702, 1011]]
    table.loc[wrong, "closed_at"] = table.loc[wrong, "opened_at"] - pd.Timedelta(hours=5)
    return pd.concat([table, table.iloc[[88, 240, 391, 655, 910, 1202]]], ignore_index=True)


def make_events(tickets: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw what was done, step by step, for 420 closed tickets, and whether the customer bought again."""
    rng = stream(3)
    fine = tickets.drop_duplicates("ticket_id").query("closed_at >= opened_at")
    chosen = fine.sample(420, random_state=int(rng.integers(2**31))).sort_values("ticket_id")
    done = rng.random((420, 4)) < [0.94, 0.9, 0.97, 0.6]
    swapped = rng.random(420) < 0.12
    gap = rng.lognormal(np.log([0.1, 0.6, 3.0, 30.0]), 0.5, (420, 4))
    rows = []
    for i, (ticket, opened) in enumerate(zip(chosen["ticket_id"], chosen["opened_at"], strict=True)):
        at = opened + minutes(np.cumsum(gap[i]))
        order = [1, 0, 2, 3] if swapped[i] else [0, 1, 2, 3]
        rows += [(ticket, STEPS[k], at[place]) for place, k in enumerate(order) if done[i, k]]
    logit = -0.75 + 0.55 * done[:, 0] + 0.25 * done[:, 1] + 0.5 * done[:, 2] + 0.75 * done[:, 3]
    again = (rng.random(420) < chance(logit)).astype(int)
    bought = pd.DataFrame({"ticket_id": chosen["ticket_id"].to_numpy(), "repurchased": again})
    return pd.DataFrame(rows, columns=["ticket_id", "step", "done_at"]), bought


def main(folder: Path) -> None:
    """Write every table into ``folder``."""
    daily = make_daily()
    tickets = make_tickets(daily)
    events, bought = make_events(tickets)
    tables = {
        "daily": daily,
        "tickets": tickets,
        "events": events,
        "bought": bought,
        "survey": make_survey(),
        "recovery": make_recovery(),
        "compensation": make_compensation(),
        "texts": make_texts(),
        "replies": make_replies(),
        "difficult": make_difficult(),
        "standards": make_standards(),
        "mystery": make_mystery(),
        "posts": make_posts(),
        "actions": make_actions(),
        "risks": make_risks(),
        "strategies": make_strategies(),
    }
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
