"""Rebuild the simulated data of chapter 2 (fictional online retailer 远山优选), byte for byte.

Usage: ``python make_data.py [TARGET_FOLDER]``; without an argument the files are written next to this script.
Every table draws from its own seeded stream, so changing one table leaves the others as they are.
The effect sizes set here are listed in datasheet.md.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from make_data_centre import make_centre_tables

SEED = 2026_02
LANDINGS = ["首页", "商品页", "活动页", "帮助页"]
PAYLOADS = ["点击", "文字", "图片", "语音"]


def stream(table: int) -> np.random.Generator:
    """Return the table's own random stream."""
    return np.random.default_rng([SEED, table])


def blank(values: pd.Series, rng: np.random.Generator, share: float) -> pd.Series:
    """Leave out a random share of the values."""
    return values.mask(rng.random(len(values)) < share)


def make_events() -> pd.DataFrame:
    """Draw visits page by page over three days, with a burst at 20:00 of the second day."""
    rng = stream(1)
    rows: list[tuple[str, pd.Timestamp, str, str, str, int]] = []
    bounce = {"首页": 0.35, "商品页": 0.30, "活动页": 0.58, "帮助页": 0.45}
    useful = {"点击": 0.03, "文字": 0.30, "图片": 0.22, "语音": 0.25}
    for visit in range(860):
        user = f"U{rng.integers(1, 430):04d}"
        day = int(rng.integers(0, 3))
        if visit % 5 == 0:
            day, second = 1, 20 * 3600 + rng.gamma(2.0, 110)
        else:
            second = np.clip(rng.choice([rng.normal(11, 2.2), rng.normal(20.5, 1.8)]), 6, 23.4) * 3600
        start = pd.Timestamp("2026-05-18") + pd.Timedelta(days=day) + pd.Timedelta(seconds=int(second))
        page = str(rng.choice(LANDINGS, p=[0.4, 0.3, 0.2, 0.1]))
        more = 0 if rng.random() < bounce[page] else 1 + int(rng.geometric(0.32))
        channel = str(rng.choice(["小程序", "网页", "App"], p=[0.55, 0.2, 0.25]))
        for _ in range(1 + more):
            kind = str(rng.choice(PAYLOADS, p=[0.76, 0.14, 0.06, 0.04]))
            rows.append((user, start, channel, page, kind, int(rng.random() < useful[kind])))
            start = start + pd.Timedelta(seconds=int(5 + rng.exponential(45)))
            page = str(rng.choice(LANDINGS, p=[0.15, 0.6, 0.15, 0.1]))
    frame = pd.DataFrame(rows, columns=["user_id", "viewed_at", "channel", "page", "payload_type", "useful"])
    frame = frame.sort_values(["viewed_at", "user_id"], kind="stable").reset_index(drop=True)
    frame.insert(0, "event_id", [f"E{i:05d}" for i in range(1, len(frame) + 1)])
    frame["channel"] = blank(frame["channel"], rng, 0.03)
    return pd.concat([frame, frame.iloc[rng.choice(len(frame), 60, replace=False)]], ignore_index=True)


def make_customers() -> pd.DataFrame:
    """Draw customers and their answer to one coupon; recency, frequency and age drive the answer."""
    rng = stream(2)
    n = 2000
    age = rng.choice(["18–25", "26–35", "36–45", "46+"], n, p=[0.22, 0.36, 0.26, 0.16])
    days = np.clip(rng.exponential(110, n), 1, 720).round().astype(int)
    orders = rng.geometric(0.28, n)
    spend = (orders * rng.lognormal(4.6, 0.55, n)).round(1)
    interest = rng.choice(["露营", "厨房", "母婴", "宠物"], n, p=[0.3, 0.35, 0.2, 0.15])
    chance = 0.03 + 0.10 * np.exp(-days / 60) + 0.010 * np.minimum(orders, 8) + 0.03 * (interest == "母婴")
    frame = pd.DataFrame(
        {
            "customer_id": [f"C{i:04d}" for i in range(1, n + 1)],
            "age_group": age,
            "interest": interest,
            "days_since": days,
            "orders_12m": orders,
            "spend_12m_yuan": spend,
            "half": rng.choice(["挑规则", "验规则"], n),
            "responded": (rng.random(n) < chance).astype(int),
        }
    )
    frame["age_group"] = blank(frame["age_group"], rng, 0.05)
    frame["interest"] = blank(frame["interest"], rng, 0.04)
    return frame


def make_orders() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw order lines (the fact table) and products (a dimension); camping sells best in May to September."""
    rng = stream(3)
    goods = {
        "露营": ["帐篷", "睡袋", "炉具", "折叠椅"],
        "厨房": ["炒锅", "刀具", "保温杯", "砧板"],
        "母婴": ["纸尿裤", "奶瓶", "湿巾"],
    }
    goods["宠物"] = ["猫粮", "狗粮", "猫砂"]
    price = [399, 189, 159, 89, 139, 99, 69, 59, 109, 49, 25, 129, 139, 39]
    products = pd.DataFrame([(c, g) for c, names in goods.items() for g in names], columns=["category", "product"])
    products.insert(0, "product_id", [f"P{i:02d}" for i in range(1, len(products) + 1)])
    products["price_yuan"] = price
    n = 1500
    month = rng.integers(1, 13, n)
    summer = (month >= 5) & (month <= 9)
    kinds = np.where(
        summer,
        rng.choice(list(goods), n, p=[0.42, 0.28, 0.17, 0.13]),
        rng.choice(list(goods), n, p=[0.2, 0.4, 0.22, 0.18]),
    )
    pick = [str(rng.choice(goods[k])) for k in kinds]
    qty = rng.geometric(0.7, n)
    by_name = products.set_index("product")
    orders = pd.DataFrame(
        {
            "order_id": [f"O{i:05d}" for i in range(1, n + 1)],
            "customer_id": [f"C{i:04d}" for i in rng.integers(1, 2001, n)],
            "order_date": [f"2025-{m:02d}-{d:02d}" for m, d in zip(month, rng.integers(1, 29, n), strict=True)],
            "product_id": by_name.loc[pick, "product_id"].to_numpy(),
            "channel": rng.choice(["小程序", "网页", "App", "直播间"], n, p=[0.4, 0.15, 0.25, 0.2]),
            "qty": qty,
            "amount_yuan": (
                by_name.loc[pick, "price_yuan"].to_numpy() * qty * rng.choice([1, 0.9, 0.8], n, p=[0.6, 0.25, 0.15])
            ).round(2),
        }
    )
    return orders.sort_values("order_date", kind="stable").reset_index(drop=True), products


def make_chats() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw chat sessions (bot or agent answered first) and the marks of repeated test questions."""
    rng = stream(4)
    n = 2000
    intent = rng.choice(["查物流", "退换货", "发票", "用法", "投诉"], n, p=[0.38, 0.24, 0.12, 0.16, 0.10])
    ease = pd.Series(intent).map({"查物流": 1.2, "退换货": 0.2, "发票": 0.7, "用法": -0.2, "投诉": -1.3}).to_numpy()
    sure = 1 / (1 + np.exp(-(ease + rng.normal(0.5, 1.0, n))))
    hour = np.clip(np.where(rng.random(n) < 0.55, rng.normal(20.5, 2, n), rng.normal(11, 2.5, n)), 0, 23.9).astype(int)
    late = rng.random(n) < 0.12
    hour = np.where(late, rng.choice([0, 1, 2, 3, 4, 5, 6, 23], n), hour)
    bot = rng.random(n) < np.where((hour >= 22) | (hour < 8), 0.93, 0.5)
    reply = np.where(bot, rng.gamma(4, 0.4, n), rng.lognormal(3.9, 0.9, n)).round(1)
    chats = pd.DataFrame(
        {
            "session_id": [f"S{i:04d}" for i in range(1, n + 1)],
            "hour": hour,
            "intent": intent,
            "first_by": np.where(bot, "机器人", "人工"),
            "first_reply_s": reply,
            "bot_confidence": sure.round(3),
            "bot_correct": (rng.random(n) < 0.12 + 0.83 * sure).astype(int),
        }
    )
    chats["first_reply_s"] = blank(chats["first_reply_s"], rng, 0.02)
    rows = []
    for question, bot_mean in {
        "几天能到": 8.8,
        "怎么退货": 8.4,
        "能开发票吗": 8.6,
        "漏水怎么办": 6.2,
        "想投诉": 4.6,
    }.items():
        for who, mean, sd in (("机器人", bot_mean, 0.25), ("人工", 8.1, 1.25)):
            marks = np.clip(rng.normal(mean, sd, 40), 0, 10).round(1)
            rows += [(question, who, mark) for mark in marks]
    return chats, pd.DataFrame(rows, columns=["question", "who", "score"])


def make_hotline() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw two days of hotline tickets with three time limits, and a test of complaint recognition by speaker group."""
    rng = stream(5)
    n = 1500
    hour = np.clip(rng.normal(11.5, 3.4, n), 0, 23.9)
    calm = rng.random(n) < 0.72
    bot = ~calm & (rng.random(n) < 0.62)
    answered = calm | bot
    limit = rng.choice([2, 24, 168], n, p=[0.12, 0.56, 0.32])
    used = limit * rng.lognormal(-0.75, 0.62, n) * np.where(limit == 2, 1.25, 1)
    frame = pd.DataFrame(
        {
            "call_id": [f"H{i:04d}" for i in range(1, n + 1)],
            "called_at": pd.Timestamp("2026-05-18") + pd.to_timedelta((hour * 3600).astype(int), unit="s"),
            "answered_by": np.select([calm, bot], ["人工", "机器人"], "没有接起"),
            "limit_h": np.where(answered, limit, np.nan),
            "used_h": np.where(answered, used.round(2), np.nan),
        }
    ).sort_values("called_at", kind="stable")
    frame["used_h"] = frame["used_h"].mask(frame["used_h"].notna() & (rng.random(n) < 0.03))
    m = 1500
    group = rng.choice(["普通话", "带口音", "老年人"], m, p=[0.66, 0.2, 0.14])
    actual = (rng.random(m) < 0.25).astype(int)
    hit = pd.Series(group).map({"普通话": 0.93, "带口音": 0.80, "老年人": 0.74}).to_numpy()
    chance = np.where(actual == 1, hit, 0.05)
    tests = pd.DataFrame({"case_id": [f"T{i:04d}" for i in range(1, m + 1)], "group": group, "actual": actual})
    tests["predicted"] = (rng.random(m) < chance).astype(int)
    return frame.reset_index(drop=True), tests


def make_media() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Draw posts on four platforms, an A/B test by tag, and paths of touches before an order."""
    rng = stream(6)
    n = 800
    platform = rng.choice(["微博", "微信公众号", "短视频", "种草社区"], n, p=[0.3, 0.25, 0.28, 0.17])
    form = np.where(platform == "短视频", "视频", rng.choice(["图文", "长文", "视频"], n, p=[0.6, 0.22, 0.18]))
    at = pd.Timestamp("2026-03-01") + pd.to_timedelta(rng.integers(0, 91, n), unit="D")
    hour = rng.choice([8, 12, 16, 20, 22], n, p=[0.2, 0.25, 0.2, 0.25, 0.1])
    reach = pd.Series(platform).map({"微博": 7.9, "微信公众号": 7.4, "短视频": 8.6, "种草社区": 7.5}).to_numpy()
    views = rng.lognormal(reach + 0.35 * (hour == 20) - 0.25 * (hour == 16), 0.9).astype(int) + 20
    rate = pd.Series(platform).map({"微博": 0.025, "微信公众号": 0.035, "短视频": 0.045, "种草社区": 0.075}).to_numpy()
    rate = rate * np.where(form == "视频", 1.25, 1.0) * rng.lognormal(0, 0.25, n)
    acts = rng.binomial(views, np.clip(rate, 0, 0.6))
    likes = rng.binomial(acts, 0.72)
    comments = rng.binomial(acts - likes, 0.55)
    follows = rng.binomial(views, 0.004)
    orders = rng.binomial(
        follows + acts,
        pd.Series(platform).map({"微博": 0.03, "微信公众号": 0.07, "短视频": 0.025, "种草社区": 0.06}).to_numpy(),
    )
    wait = pd.Series(platform).map({"微博": 3.3, "微信公众号": 2.2, "短视频": 4.2, "种草社区": 3.7}).to_numpy()
    posts = pd.DataFrame(
        {
            "post_id": [f"M{i:04d}" for i in range(1, n + 1)],
            "platform": platform,
            "format": form,
            "posted_at": at + pd.to_timedelta(hour, unit="h"),
            "views": views,
            "likes": likes,
            "comments": comments,
            "shares": acts - likes - comments,
            "follows": follows,
            "orders": orders,
            "mobile_views": rng.binomial(views, np.where(platform == "微信公众号", 0.93, 0.88)),
            "reply_min": rng.lognormal(wait, 0.8).round(1),
        }
    )
    posts["reply_min"] = blank(posts["reply_min"], rng, 0.06)
    k = 2200
    tag = rng.choice(["新客", "老客"], k, p=[0.55, 0.45])
    variant = rng.choice(["A", "B"], k)
    chance = np.select(
        [(tag == "新客") & (variant == "A"), (tag == "新客") & (variant == "B"), (tag == "老客") & (variant == "A")],
        [0.06, 0.11, 0.12],
        0.10,
    )
    test = pd.DataFrame({"person_id": [f"N{i:04d}" for i in range(1, k + 1)], "tag": tag, "variant": variant})
    test["clicked"] = (rng.random(k) < chance).astype(int)
    rows = []
    for path in range(1, 701):
        names = ["种草笔记", "短视频", "搜索", "公众号"]
        steps = [str(rng.choice(names, p=[0.36, 0.34, 0.14, 0.16]))]
        while rng.random() < 0.55 and len(steps) < 5:
            steps.append(str(rng.choice(names, p=[0.14, 0.16, 0.42, 0.28])))
        score = (
            0.05
            + 0.10 * ("种草笔记" in steps)
            + 0.04 * ("短视频" in steps)
            + 0.08 * ("搜索" in steps)
            + 0.06 * ("公众号" in steps)
        )
        won = int(rng.random() < score)
        rows += [(f"J{path:04d}", i, step, won) for i, step in enumerate(steps, 1)]
    return posts, test, pd.DataFrame(rows, columns=["path_id", "step", "channel", "converted"])


def make_crm() -> pd.DataFrame:
    """Draw tickets before and after a CRM went live, in the pilot line and in a line that had none."""
    rng = stream(7)
    rows = []
    for line, period, scale, dup, follow in [
        ("试点线", "上线前", 9.0, 0.16, 0.52),
        ("试点线", "上线后", 5.6, 0.06, 0.74),
        ("对照线", "上线前", 9.2, 0.15, 0.53),
        ("对照线", "上线后", 8.2, 0.15, 0.55),
    ]:
        hours = rng.lognormal(np.log(scale), 0.75, 170).round(2)
        rows += [(line, period, h, int(rng.random() < dup), int(rng.random() < follow)) for h in hours]
    frame = pd.DataFrame(rows, columns=["line", "period", "resp_h", "duplicate", "followed"])
    frame.insert(0, "ticket_id", [f"W{i:04d}" for i in range(1, len(frame) + 1)])
    frame["resp_h"] = blank(frame["resp_h"], rng, 0.03)
    return frame


def main(folder: Path) -> None:
    """Write every table into ``folder``."""
    orders, products = make_orders()
    chats, answers = make_chats()
    hotline, bot_tests = make_hotline()
    posts, ab_test, touches = make_media()
    tables = {
        "events": make_events(),
        "customers": make_customers(),
        "orders": orders,
        "products": products,
        "chats": chats,
        "answers": answers,
        "hotline": hotline,
        "bot_tests": bot_tests,
        "posts": posts,
        "ab_test": ab_test,
        "touches": touches,
        "crm_tickets": make_crm(),
        **make_centre_tables(),
    }
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
