"""Rebuild the simulated data of chapter 1 (fictional appliance chain 南枝电器), byte for byte.

Usage: ``python make_data.py [TARGET_FOLDER]``; without an argument the files are written next to this script.
Every table draws from its own seeded stream, so changing one table leaves the others as they are.
The tables about customers are in make_data_customers.py. The effect sizes set here are listed in datasheet.md.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from make_data_customers import STORES, make_customer_tables, stream

HOURS = list(range(9, 22))
HOUR_RATE = np.array([9, 13, 19, 27, 26, 16, 13, 15, 24, 41, 46, 36, 15], dtype=float)
STORE_RATE = {"河东": 1.00, "河西": 0.80, "老街": 0.95, "新区": 1.00, "大学城": 0.85, "车站": 1.15}
STORE_SERVICE_S = {"河东": 240, "河西": 230, "老街": 285, "新区": 240, "大学城": 225, "车站": 205}
SEATS = 3

# way: (weight, share of services that are about attitude, share done at the customer's place, typical minutes)
WAYS = {
    "广告宣传": (5, 0.00, 0.00, 12),
    "布置销售环境": (6, 0.10, 0.00, 40),
    "提供便利服务": (7, 0.10, 0.00, 6),
    "技术咨询和指导": (6, 0.03, 0.05, 14),
    "开通业务电话": (4, 0.00, 0.00, 5),
    "产品咨询服务": (10, 0.04, 0.00, 11),
    "社会公关服务": (2, 0.30, 0.60, 90),
    "传递产品信息": (9, 0.05, 0.00, 8),
    "帮客户挑选产品": (11, 0.25, 0.00, 16),
    "满足客户的合理要求": (6, 0.45, 0.05, 10),
    "提供代办服务": (5, 0.10, 0.05, 15),
    "示范产品的使用方法": (8, 0.15, 0.10, 13),
    "送货、上门安装": (13, 0.05, 0.97, 65),
    "产品包装服务": (4, 0.05, 0.00, 7),
    "维修和检修服务": (9, 0.04, 0.75, 55),
    "回访服务": (8, 0.50, 0.10, 7),
    "咨询和指导服务": (8, 0.12, 0.15, 12),
    "建立客户档案": (5, 0.00, 0.00, 6),
    "妥善处理客户投诉": (5, 0.45, 0.15, 28),
}
STAGE_OF = dict(zip(WAYS, ["售前"] * 7 + ["售中"] * 5 + ["售后"] * 7, strict=True))

LEVEL_ITEMS = {
    "基础": ["价格标清楚", "开对发票", "货没发错", "按时送到"],
    "附加": ["旧机搬走", "免费测水压电压", "装完擦干净", "教会再走"],
    "超值": ["提前提醒换滤芯", "给老人贴大字说明", "记得上次说过的事"],
}
LEVEL_DONE = {
    "河东": (0.985, 0.88, 0.60),
    "河西": (0.985, 0.66, 0.64),
    "老街": (0.84, 0.86, 0.66),
    "新区": (0.99, 0.90, 0.36),
    "大学城": (0.89, 0.66, 0.24),
    "车站": (0.97, 0.87, 0.20),
}
PROMISES = {"质量保证": 0.97, "时限保证": None, "附加值保证": 0.80}
BELIEFS = {
    "客服": (1.7, 1.7, 2.0, 2.3, 2.6),
    "销售": (2.2, 3.2, 3.2, 2.6, 3.4),
    "技术": (2.6, 3.3, 3.6, 2.7, 2.5),
    "行政": (2.5, 3.4, 3.7, 2.6, 2.7),
}


def lost_share(rate: np.ndarray, service_s: np.ndarray, staff: np.ndarray) -> np.ndarray:
    """Return the share turned away by a queue with ``staff`` desks and SEATS places to wait (M/M/c/K)."""
    offered = rate * service_s / 3600
    weight = np.ones_like(offered)
    total = weight.copy()
    for k in range(1, int(staff.max()) + SEATS + 1):
        more = weight * offered / np.minimum(k, staff)
        weight = np.where(k <= staff + SEATS, more, weight)
        total = np.where(k <= staff + SEATS, total + more, total)
    return weight / total


def make_store_hours() -> pd.DataFrame:
    """Draw four weeks of every store, hour by hour; one store moves its staff to the evening."""
    rng = stream(1)
    dates = pd.date_range("2026-09-01", periods=28)
    frame = pd.MultiIndex.from_product([STORES, dates, HOURS], names=["store", "date", "hour"]).to_frame(index=False)
    at = frame["hour"].to_numpy() - HOURS[0]
    weekend = (frame["date"].dt.day_of_week >= 5).to_numpy()
    rate = HOUR_RATE[at] * frame["store"].map(STORE_RATE).to_numpy() * np.where(weekend, 1.30, 1.0)
    flexible = np.array([2, 2, 3, 3, 3, 2, 2, 2, 3, 4, 5, 5, 3])  # 39 staff hours a day, as 3 in every hour
    staff = np.where(frame["store"] == "新区", flexible[at], 3)
    service_s = frame["store"].map(STORE_SERVICE_S).to_numpy() * rng.lognormal(0, 0.07, len(frame))
    visitors = rng.poisson(rate)
    lost = rng.binomial(visitors, lost_share(rate, service_s, staff))
    frame = frame.assign(visitors=visitors, staff=staff, service_s=np.rint(service_s).astype(int), lost=lost)
    broken = (frame["store"] == "老街") & (frame["date"] == "2026-09-10") & (frame["hour"] >= 14)
    frame["visitors"] = frame["visitors"].astype("Int64").mask(broken)
    frame.loc[frame.index[(frame["store"] == "车站") & (frame["hour"] == 19)][6], "staff"] = 33
    again = frame[(frame["store"] == "河西") & (frame["date"] == "2026-09-15")].head(6)
    return pd.concat([frame, again], ignore_index=True).astype({"date": str})


def make_visits() -> pd.DataFrame:
    """Draw timed services at the counter: with a written routine the times are even, without they are not."""
    rng = stream(2)
    n = 960
    store = rng.choice(STORES, n)
    clerk = [f"{s}{k}号" for s, k in zip(store, rng.integers(1, 5, n), strict=True)]
    routine = np.isin(store, ["河东", "新区", "车站"])
    shape = np.where(routine, 9.0, 2.2)
    steps = {
        c: rng.gamma(shape, m / shape) for c, m in {"greet_s": 20, "need_s": 65, "demo_s": 105, "pay_s": 50}.items()
    }
    seconds = {c: np.maximum(np.rint(v), 1).astype(int) for c, v in steps.items()}
    done = np.clip(np.rint(np.where(routine, 6.6, 5.2) + rng.normal(0, 1.2, n)), 0, 8).astype(int)
    mood = rng.normal(0, 0.85, n)
    csat = np.clip(np.rint(3.75 + 0.14 * (done - 6) + mood), 1, 5).astype(int)
    frame = pd.DataFrame({"visit_id": [f"V{i:04d}" for i in range(1, n + 1)], "store": store, "clerk": clerk})
    frame = frame.assign(routine=np.where(routine, "有流程", "没有流程"), **seconds)
    frame["service_s"] = sum(seconds.values())
    frame = frame.assign(checklist_done=done, csat=csat)
    frame.loc[[57, 333, 610, 871], "service_s"] = [14400, 9120, 28800, 11700]  # the clock was left running
    frame["csat"] = frame["csat"].astype("Int64").mask(pd.Series(rng.random(n) < 0.08))
    return frame


def make_journeys() -> pd.DataFrame:
    """Draw what became of the people reached by one campaign, and what each stage cost."""
    rng = stream(3)
    n = 1600
    keep = np.ones(n, dtype=bool)
    frame = pd.DataFrame({"person_id": [f"P{i:04d}" for i in range(1, n + 1)]})
    for step, share in {"asked": 0.44, "visited": 0.68, "tried": 0.52, "bought": 0.61, "called_back": 0.45}.items():
        keep = keep & (rng.random(n) < share)
        frame[step] = keep.astype(int)
    again = 0.26 + 0.12 * frame["called_back"].to_numpy()
    bought = frame["bought"].to_numpy() == 1
    frame["bought_again"] = pd.Series((rng.random(n) < again).astype(int)).astype("Int64").mask(pd.Series(~bought))
    frame["cost_pre_yuan"] = np.round(1.5 + frame["asked"] * rng.gamma(3, 2.0, n), 1)
    frame["cost_in_yuan"] = np.round(frame["visited"] * rng.gamma(3, 6.0, n) + frame["tried"] * rng.gamma(3, 4.0, n), 1)
    frame["cost_after_yuan"] = np.round(frame["bought"] * rng.gamma(3, 22.0, n) + frame["called_back"] * 4.0, 1)
    return frame


def make_service_log() -> pd.DataFrame:
    """Draw a quarter of the service log; the clerk's own note of the stage is sometimes wrong."""
    rng = stream(4)
    n = 1500
    weight = np.array([w[0] for w in WAYS.values()], dtype=float)
    way = rng.choice(list(WAYS), n, p=weight / weight.sum())
    about = np.array([WAYS[w][1:] for w in way])
    stage = np.array([STAGE_OF[w] for w in way])
    wrong = rng.random(n) < np.where(np.isin(way, ["产品包装服务", "建立客户档案", "提供代办服务"]), 0.30, 0.015)
    shifted = np.array([{"售前": "售中", "售中": "售前", "售后": "售中"}[s] for s in stage])
    minutes = np.maximum(np.rint(rng.gamma(4, about[:, 2] / 4)), 1)
    frame = pd.DataFrame(
        {
            "event_id": [f"E{i:04d}" for i in range(1, n + 1)],
            "date": np.sort(rng.choice(pd.date_range("2026-07-01", "2026-09-30"), n)),
            "store": rng.choice(STORES, n),
            "way": way,
            "stage_noted": np.where(wrong, shifted, stage),
            "nature": np.where(rng.random(n) < about[:, 0], "态度性", "功能性"),
            "place": np.where(rng.random(n) < about[:, 1], "巡回", "定点"),
            "minutes": minutes,
        }
    )
    travel = np.where(frame["place"] == "巡回", 18.0, 0.0)
    frame["cost_yuan"] = np.round(minutes * 0.8 + travel + rng.gamma(2, 1.5, n), 1)
    frame["minutes"] = frame["minutes"].astype("Int64").mask(pd.Series(rng.random(n) < 0.02))
    return frame.astype({"date": str})


def make_levels() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw 720 checked orders: one item of each level, and what the customer said."""
    rng = stream(5)
    n = 720
    store = np.repeat(STORES, n // len(STORES))
    ids = [f"L{i:04d}" for i in range(1, n + 1)]
    done = {
        level: (rng.random(n) < [LEVEL_DONE[s][k] for s in store]).astype(int) for k, level in enumerate(LEVEL_ITEMS)
    }
    parts = [
        pd.DataFrame(
            {
                "check_id": ids,
                "store": store,
                "level": level,
                "item": rng.choice(LEVEL_ITEMS[level], n),
                "delivered": done[level],
            }
        )
        for level in LEVEL_ITEMS
    ]
    latent = 3.75 - 1.45 * (1 - done["基础"]) + 0.25 * done["附加"] + 0.45 * done["超值"] * done["基础"]
    csat = np.clip(np.rint(latent + rng.normal(0, 0.75, n)), 1, 5).astype(int)
    levels = pd.concat(parts, ignore_index=True).sort_values("check_id", kind="stable", ignore_index=True)
    levels["delivered"] = levels["delivered"].astype("Int64").mask(pd.Series(rng.random(len(levels)) < 0.012))
    return levels, pd.DataFrame({"check_id": ids, "store": store, "csat": csat})


def make_promises() -> pd.DataFrame:
    """Draw promises made before the sale: the shorter the promised time, the more often it is broken."""
    rng = stream(6)
    n = 660
    kind = rng.choice(list(PROMISES), n, p=[0.3, 0.45, 0.25])
    timed = kind == "时限保证"
    promise_h = np.where(timed, rng.choice([4, 12, 24, 48], n, p=[0.2, 0.3, 0.35, 0.15]), np.nan)
    actual_h = np.where(timed, np.round(rng.lognormal(np.log(9), 0.75, n), 1), np.nan)
    plain = rng.random(n) < np.array([PROMISES[k] or 0.0 for k in kind])
    kept = np.where(timed, actual_h <= np.nan_to_num(promise_h), plain).astype(int)
    refund = np.where((kept == 0) & (rng.random(n) < 0.62), np.round(rng.gamma(4, 12, n)), 0)
    frame = pd.DataFrame({"promise_id": [f"M{i:04d}" for i in range(1, n + 1)], "kind": kind})
    hours = pd.Series(promise_h).astype("Int64")
    return frame.assign(promise_h=hours, actual_h=actual_h, kept=kept, refund_yuan=refund.astype(int))


def make_convenience() -> pd.DataFrame:
    """Draw 600 attempts to get something done, before and after the four kinds of convenience were offered."""
    rng = stream(7)
    rows = []
    table = {
        "进入": ((6, 38), (4, 21)),
        "搜寻": ((9, 26), (5, 11)),
        "占有": ((8, 55), (4, 18)),
        "交易": ((11, 17), (5, 6)),
    }
    for kind, pair in table.items():
        for mode, (steps, minutes) in zip(("改之前", "改之后"), pair, strict=True):
            taken = np.maximum(rng.poisson(steps, 75), 2)
            spent = np.round(rng.gamma(5, minutes / 5, 75), 1)
            logit = 3.1 - 0.17 * taken - 0.018 * spent
            rows.append(pd.DataFrame({"kind": kind, "mode": mode, "steps": taken, "minutes": spent, "logit": logit}))
    frame = pd.concat(rows, ignore_index=True).sample(frac=1, random_state=701, ignore_index=True)
    finished = (rng.random(len(frame)) < 1 / (1 + np.exp(-frame.pop("logit").to_numpy()))).astype(int)
    return frame.assign(finished=finished)


def make_stores() -> pd.DataFrame:
    """Draw 96 stores along the service-profit chain; a good place lifts sales and staff alike."""
    rng = stream(8)
    n = 96
    place = rng.normal(size=n)
    inside = rng.normal(size=n)
    staff = 0.60 * inside + 0.25 * place + rng.normal(0, 0.75, n)
    stay = 0.60 * staff + rng.normal(0, 0.75, n)
    value = 0.60 * stay + rng.normal(0, 0.75, n)
    customer = 0.65 * value + rng.normal(0, 0.75, n)
    loyal = 0.65 * customer + rng.normal(0, 0.75, n)
    profit = 0.55 * loyal + 0.45 * place + rng.normal(0, 0.70, n)
    frame = pd.DataFrame({"store_id": [f"S{i:03d}" for i in range(1, n + 1)]})
    scaled = {
        "location": (6.0 + 1.3 * place, 1), "internal_quality": (3.6 + 0.45 * inside, 2), "employee_sat": (3.5 + 0.45 * staff, 2),
        "employee_stay_pct": (74 + 8 * stay, 1), "service_value": (3.7 + 0.35 * value, 2), "customer_sat": (3.9 + 0.28 * customer, 2),
        "retention_pct": (68 + 6 * loyal, 1), "profit_wan": (42 + 11 * profit, 1),
    }  # fmt: skip
    for column, (values, digits) in scaled.items():
        frame[column] = np.round(values, digits)
    frame.loc[[11, 70], "employee_stay_pct"] = np.nan
    return frame


def make_checklist() -> pd.DataFrame:
    """Draw the staff survey on five mistaken beliefs about service (1 disagree, 5 agree)."""
    rng = stream(9)
    n = 300
    dept = rng.choice(list(BELIEFS), n, p=[0.25, 0.4, 0.2, 0.15])
    frame = pd.DataFrame({"staff_id": [f"T{i:03d}" for i in range(1, n + 1)], "dept": dept})
    for j in range(5):
        mean = np.array([BELIEFS[d][j] for d in dept])
        frame[f"b{j + 1}"] = np.clip(np.rint(mean + rng.normal(0, 0.95, n)), 1, 5).astype(int)
    return frame


def main(target: Path) -> None:
    """Write every table of the chapter."""
    levels, checks = make_levels()
    tables = {
        "store_hours": make_store_hours(), "visits": make_visits(), "journeys": make_journeys(),
        "service_log": make_service_log(), "levels": levels, "checks": checks, "promises": make_promises(),
        "convenience": make_convenience(), "stores": make_stores(), "checklist": make_checklist(),
    }  # fmt: skip
    for name, table in {**tables, **make_customer_tables()}.items():
        text = table.to_csv(index=False, lineterminator="\n")
        (target / f"{name}.csv").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
