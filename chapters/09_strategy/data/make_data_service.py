"""Hotline, process, experience and brand tables of chapter 9; make_data.py writes them."""

import heapq

import numpy as np
import pandas as pd
from make_data_words import BRANDS, ELEMENTS, REALMS, STORES, TOUCHPOINTS

TIER_SHARE = {"A": 0.12, "B": 0.28, "C": 0.60}


def make_calls(rng: np.random.Generator) -> pd.DataFrame:
    """Run the hotline for 14 days of 8 hours: odd days first come first served, even days A before B before C."""
    rows, number = [], 0
    for day in range(14):
        rule = "先来先办" if day % 2 == 0 else "分级优先"
        arrive = np.cumsum(rng.exponential(60 / 46, 900))
        arrive = arrive[arrive < 480]
        tier = rng.choice(list(TIER_SHARE), len(arrive), p=list(TIER_SHARE.values()))
        talk = rng.exponential(5.4, len(arrive))
        free, queue, waits, at = [0.0] * 5, [], np.zeros(len(arrive)), 0
        heapq.heapify(free)
        while at < len(arrive) or queue:
            now = heapq.heappop(free)
            if not queue:
                now = max(now, arrive[at])
            while at < len(arrive) and arrive[at] <= now:
                heapq.heappush(queue, (tier[at] if rule == "分级优先" else "", at))
                at += 1
            _, caller = heapq.heappop(queue)
            waits[caller] = now - arrive[caller]
            heapq.heappush(free, now + talk[caller])
        date = np.datetime64("2026-06-01") + day
        for k in range(len(arrive)):
            number += 1
            stamp = date + np.timedelta64(9 * 3600 + int(arrive[k] * 60), "s")
            rows.append((f"H{number:05d}", rule, stamp, tier[k], round(waits[k], 2), round(talk[k], 2)))
    return pd.DataFrame(rows, columns=["call_id", "rule", "started_at", "tier", "wait_min", "talk_min"])


def make_flow(rng: np.random.Generator) -> pd.DataFrame:
    """Draw the five steps of 240 made-to-order bicycles; feedback is missing for a third of them."""
    steps = ["采集", "设计", "生产", "交付", "反馈"]
    wait, work = [0.0, 20.0, 70.0, 18.0, 168.0], [1.5, 6.0, 20.0, 2.0, 0.3]
    rows = []
    for order in range(1, 241):
        now = np.datetime64("2026-01-05T09:00") + np.timedelta64(int(rng.integers(0, 150 * 24 * 60)), "m")
        for k, step in enumerate(steps):
            if step == "反馈" and rng.random() < 0.35:
                continue
            pause = 168.0 + rng.uniform(-12, 12) if step == "反馈" else rng.exponential(wait[k])
            start = now + np.timedelta64(int(60 * pause), "m")
            now = start + np.timedelta64(max(5, int(60 * rng.gamma(4, work[k] / 4))), "m")
            rows.append((f"D{order:03d}", step, start, now))
    return pd.DataFrame(rows, columns=["order_id", "step", "start_at", "end_at"])


def make_touchpoints(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw the emotions of 220 customers along seven touchpoints and their overall score afterwards."""
    level = np.array([0.4, 1.0, 1.9, 0.8, -1.2, 2.2, 0.3])
    expect = np.array([0.5, 1.0, 1.2, 0.8, 0.6, 1.6, 1.0])
    weight = np.array([2, 3, 5, 4, 5, 5, 3])
    rows, people = [], []
    for person in range(1, 221):
        mood, seen = rng.normal(0, 0.5), []
        for k, name in enumerate(TOUCHPOINTS):
            emotion = int(np.clip(np.rint(level[k] + mood + rng.normal(0, 1.0)), -3, 3))
            hope = int(np.clip(np.rint(expect[k] + rng.normal(0, 0.7)), -3, 3))
            care = int(np.clip(np.rint(weight[k] + rng.normal(0, 0.7)), 1, 5))
            rows.append((f"J{person:03d}", k + 1, name, emotion if rng.random() > 0.02 else None, hope, care))
            seen.append(emotion)
            if rng.random() < (0.02 if emotion >= 0 else 0.12):
                break
        peak = max(seen, key=lambda e: (abs(e), -e))
        peak_end, mean = (peak + seen[-1]) / 2, float(np.mean(seen))
        overall = int(np.clip(np.rint(6.0 + 0.95 * peak_end + 0.35 * mean + rng.normal(0, 1.1)), 0, 10))
        people.append((f"J{person:03d}", len(seen), overall))
    columns = ["customer_id", "step", "touchpoint", "emotion", "expectation", "importance"]
    ratings = pd.DataFrame(rows, columns=columns).astype({"emotion": "Int64"})
    return ratings, pd.DataFrame(people, columns=["customer_id", "steps", "overall"])


def make_experience(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw the randomised test-ride corner (600 visitors) and 420 visitors of four kinds of activity."""
    n = 600
    group = rng.permutation(np.repeat(["原来的陈列", "试骑体验区"], n // 2))
    new = group == "试骑体验区"
    stay = np.round(rng.lognormal(np.log(11) + np.log(1.3) * new, 0.62, n), 1)
    bought = rng.random(n) < 0.22 + 0.02 * new
    spend = np.where(bought, np.round(rng.lognormal(6.3, 0.8, n), 0), 0)
    score = np.clip(np.rint(7.3 + 0.35 * new + rng.normal(0, 1.9, n)), 0, 10)
    ab = pd.DataFrame({"visitor_id": [f"V{i:03d}" for i in range(1, n + 1)], "group": group, "stay_min": stay})
    ab["spend_yuan"] = spend
    ab["recommend"] = pd.Series(np.where(rng.random(n) < 0.72, score, np.nan)).astype("Int64")
    ab.loc[[77, 301, 455], "stay_min"] = [540.0, 612.5, -4.0]  # the counter at the door failed
    m = 420
    realm = rng.choice(REALMS, m, p=[0.34, 0.26, 0.16, 0.24])
    active = pd.Series(realm).map({"娱乐": 2.1, "教育": 3.9, "逃避": 4.4, "审美": 1.8}).to_numpy()
    deep = pd.Series(realm).map({"娱乐": 2.2, "教育": 2.4, "逃避": 4.3, "审美": 4.0}).to_numpy()
    back = pd.Series(realm).map({"娱乐": 0.20, "教育": 0.34, "逃避": 0.31, "审美": 0.24}).to_numpy()
    events = pd.DataFrame({"visit_id": [f"E{i:03d}" for i in range(1, m + 1)], "realm": realm})
    events["participation"] = np.clip(np.rint(active + rng.normal(0, 0.8, m)), 1, 5).astype(int)
    events["immersion"] = np.clip(np.rint(deep + rng.normal(0, 0.8, m)), 1, 5).astype(int)
    events["back_60d"] = (rng.random(m) < back).astype(int)
    return ab, events


def make_environment(rng: np.random.Generator) -> pd.DataFrame:
    """Draw 320 ratings of the eight elements of the surroundings in four shops."""
    n = 320
    store = rng.choice(STORES, n)
    shift = {"河滨店": 0.3, "老城店": -0.2, "大学店": 0.0, "高铁店": 0.1}
    base = dict(zip(ELEMENTS, [4.1, 3.6, 3.9, 4.0, 3.5, 2.9, 3.2, 3.7], strict=True))
    weight = dict.fromkeys(ELEMENTS, 0.06) | {"layout": 0.30, "atmosphere": 0.28, "location": 0.12}
    taste = rng.normal(0, 0.35, n)
    frame = pd.DataFrame({"rater_id": [f"R{i:03d}" for i in range(1, n + 1)], "store": store})
    total = np.zeros(n)
    for element in ELEMENTS:
        score = base[element] + frame["store"].map(shift).to_numpy() + taste + rng.normal(0, 0.8, n)
        frame[element] = np.clip(np.rint(score), 1, 5).astype(int)
        total += weight[element] * (frame[element] - base[element])
    frame["overall"] = np.clip(np.rint(3.6 + total + rng.normal(0, 0.55, n)), 1, 5).astype(int)
    return frame


def make_brands(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Draw the brand survey (450 people x 4 brands), a year of brand watch, and the staff attitude survey."""
    n = 450
    steps = {
        "禾轮": (0.56, 0.68, 0.52, 0.58),
        "风追": (0.86, 0.50, 0.48, 0.36),
        "远足者": (0.70, 0.62, 0.26, 0.50),
        "城骑": (0.48, 0.44, 0.55, 0.30),
    }
    place = {"禾轮": (3.3, 4.2), "风追": (4.3, 3.4), "远足者": (4.5, 4.0), "城骑": (2.1, 2.7)}
    rows = []
    for person in range(1, n + 1):
        for brand in BRANDS:
            aware, like, buy, loyal = steps[brand]
            a = int(rng.random() < aware)
            k = int(a and rng.random() < like)
            b = int(k and rng.random() < buy)
            s = int(b and rng.random() < loyal)
            marks = [int(np.clip(np.rint(m + rng.normal(0, 0.8)), 1, 5)) if a else None for m in place[brand]]
            rows.append((f"S{person:03d}", brand, a, k, b, s, *marks))
    columns = ["person_id", "brand", "aware", "like", "bought", "loyal", "price_view", "service_view"]
    survey = pd.DataFrame(rows, columns=columns).astype({"price_view": "Int64", "service_view": "Int64"})
    weeks = np.datetime64("2025-09-01") + 7 * np.arange(52)
    fake_rate = np.where((np.arange(52) >= 38) & (np.arange(52) <= 41), 14.0, 4.0)
    watch = pd.DataFrame({"week_date": weeks, "mentions": rng.poisson(380 + 60 * np.sin(np.arange(52) / 8.3))})
    watch["negative"] = rng.binomial(watch["mentions"], 0.06 + 0.05 * (fake_rate > 4))
    watch["fakes"] = rng.poisson(fake_rate)
    staff = 84
    before = np.clip(np.round(3.2 + rng.normal(0, 0.6, staff), 1), 1, 5)
    after = np.clip(np.round(before + 0.35 + rng.normal(0, 0.55, staff), 1), 1, 5)
    people = pd.DataFrame({"staff_id": [f"P{i:02d}" for i in range(1, staff + 1)], "before": before})
    people["after"] = np.where(rng.random(staff) < 0.12, np.nan, after)
    return survey, watch, people


def make_hours(rng: np.random.Generator) -> pd.DataFrame:
    """Draw eight weeks of one shop: four weeks 9-18, then four weeks 9-21; a part of the evening moved from 16-18."""
    usual = dict(zip(range(9, 21), [4, 6, 7, 6, 5, 5, 6, 9, 10, 8, 6, 3], strict=True))
    rows = []
    for day in range(56):
        late = day >= 28
        date = np.datetime64("2026-04-06") + day
        busy = 1.5 if day % 7 >= 5 else 1.0
        for hour in range(9, 21 if late else 18):
            mean = usual[hour] * busy * (0.8 if late and hour >= 16 and hour < 18 else 1.0)
            visitors = int(rng.poisson(mean))
            buyers = int(rng.binomial(visitors, 0.24))
            margin = round(float(rng.gamma(1.2, 120, buyers).sum()), 1)
            rows.append((date, "延长" if late else "原来", hour, visitors, buyers, margin))
    return pd.DataFrame(rows, columns=["date", "phase", "hour", "visitors", "buyers", "margin_yuan"])
