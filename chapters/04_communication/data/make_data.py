"""Rebuild the simulated data of chapter 4 (fictional furniture shop 暖木家居), byte for byte.

Usage: ``python make_data.py [TARGET_FOLDER]``; without an argument the files are written next to this script.
Every table draws from its own seeded stream, so changing one table leaves the others as they are.
The effect sizes set here are listed in datasheet.md.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from make_data_base import chance, numbered, stream
from make_data_process import (
    make_behavior,
    make_deals,
    make_encounters,
    make_needs,
    make_objections,
    make_receptions,
    make_styles,
    make_training,
    make_waits,
)
from make_data_talk import make_calls, make_chats, make_messages

CHANNELS = ["电话", "短信", "微信", "邮件", "门店"]
CONTENTS = ["信息", "情感", "理念", "意见", "政策"]


def make_contacts() -> pd.DataFrame:
    """Draw 1,500 contacts of one quarter, in both directions."""
    rng, n = stream(1), 1500
    inbound = rng.random(n) < 0.38
    channel = np.where(
        inbound,
        rng.choice(CHANNELS, n, p=[0.34, 0.02, 0.36, 0.06, 0.22]),
        rng.choice(CHANNELS, n, p=[0.1, 0.4, 0.3, 0.14, 0.06]),
    )
    content = np.where(
        inbound,
        rng.choice(CONTENTS, n, p=[0.36, 0.05, 0.01, 0.4, 0.18]),
        rng.choice(CONTENTS, n, p=[0.66, 0.09, 0.07, 0.03, 0.15]),
    )
    day = rng.integers(0, 92, n)
    hour = np.clip(rng.normal(14.5, 3.2, n), 9, 20.98)
    at = (
        pd.Timestamp("2026-07-01")
        + pd.to_timedelta(day, unit="D")
        + pd.to_timedelta((hour * 60).astype(int), unit="min")
    ).floor("min")
    typical = pd.Series(channel).map({"电话": 3.0, "短信": 240.0, "微信": 22.0, "邮件": 420.0, "门店": 1.2}).to_numpy()
    reach = pd.Series(channel).map({"电话": 0.71, "短信": 0.95, "微信": 0.9, "邮件": 0.55, "门店": 1.0}).to_numpy()
    answer = pd.Series(channel).map({"电话": 0.97, "短信": 0.2, "微信": 0.72, "邮件": 0.3, "门店": 0.99}).to_numpy()
    cost = pd.Series(channel).map({"电话": 4.2, "短信": 0.06, "微信": 1.6, "邮件": 0.9, "门店": 9.5}).to_numpy()
    reached = rng.random(n) < np.where(inbound, 1.0, reach)
    heard = reached & (rng.random(n) < np.where(inbound, 0.97, answer))
    table = pd.DataFrame(
        {
            "contact_id": numbered("T", n),
            "at": at,
            "direction": np.where(inbound, "客户找企业", "企业找客户"),
            "channel": channel,
            "content": content,
            "reached": reached.astype(int),
            "response_min": np.where(heard, np.round(rng.lognormal(np.log(typical), 0.8), 1), np.nan),
            "minutes": np.round(rng.gamma(2.2, 1.9, n) + 0.3, 1),
            "cost_yuan": np.round(cost * rng.uniform(0.8, 1.2, n), 2),
        }
    ).sort_values("at", kind="stable", ignore_index=True)
    return pd.concat([table, table.iloc[[70, 612, 1007, 1311]]], ignore_index=True)


def make_customers() -> pd.DataFrame:
    """Draw 800 members: how often they were contacted in 90 days, their score, whether they bought again."""
    rng, n = stream(2), 800
    times = np.minimum(rng.negative_binomial(2.2, 0.3, n), 18)
    score = 3.05 + 0.34 * times - 0.028 * times**2 + rng.normal(0, 0.85, n)
    again = rng.random(n) < chance(-1.5 + 0.26 * times - 0.018 * times**2)
    csat = np.clip(np.round(score), 1, 5)
    return pd.DataFrame(
        {
            "customer_id": numbered("K", n),
            "contacts": times,
            "csat": pd.array(np.where(rng.random(n) < 0.11, np.nan, csat)).astype("Int64"),
            "bought_again": again.astype(int),
            "unsubscribed": (rng.random(n) < chance(-4.2 + 0.24 * times)).astype(int),
        }
    )


def make_tickets() -> pd.DataFrame:
    """Draw 600 matters that customers raised, by the way they came in."""
    rng, n = stream(3), 600
    way = rng.choice(["热线", "小程序", "意见箱", "邮箱"], n, p=[0.46, 0.34, 0.08, 0.12])
    asked = pd.Timestamp("2026-08-01") + pd.to_timedelta(rng.integers(0, 60 * 24 * 60, n), unit="min")
    promised_h = rng.choice([24, 48, 72], n, p=[0.5, 0.35, 0.15])
    slow = pd.Series(way).map({"热线": 1.0, "小程序": 1.1, "意见箱": 2.6, "邮箱": 1.5}).to_numpy()
    took = rng.lognormal(np.log(17 * slow), 0.62)
    first = pd.Series(way).map({"热线": 28.0, "小程序": 55.0, "意见箱": 90000.0, "邮箱": 9000.0}).to_numpy()
    done = asked + pd.to_timedelta(np.round(took * 60).astype(int), unit="min")
    open_now = (done > pd.Timestamp("2026-09-30 18:00")) | (rng.random(n) < 0.02)
    table = pd.DataFrame({"ticket_id": numbered("G", n), "way": way, "asked_at": asked})
    table["promise_at"] = asked + pd.to_timedelta(promised_h, unit="h")
    table["done_at"] = pd.Series(done).where(~open_now)
    table["first_response_s"] = np.round(rng.lognormal(np.log(first), 0.7)).astype(int)
    table["error"] = (rng.random(n) < 0.06).astype(int)
    return table.sort_values("asked_at", kind="stable", ignore_index=True)


def make_visits() -> pd.DataFrame:
    """Draw 720 visits to the shop: how soon someone greeted, how long the talk, and whether it sold."""
    rng, n = stream(4), 720
    busy = rng.random(n) < 0.35
    greet = np.round(rng.gamma(2.2, np.where(busy, 34, 14)) + 2)
    distance = np.round(np.clip(rng.normal(1.5, 0.55, n), 0.3, 3.5), 1)
    talk = np.round(rng.lognormal(np.log(320), 0.6, n))
    logit = -0.75 - 0.011 * greet + 0.0011 * np.minimum(talk, 900) - 0.55 * (distance < 0.8) - 0.2 * busy
    table = pd.DataFrame(
        {
            "visit_id": numbered("V", n),
            "busy": busy.astype(int),
            "greet_s": greet,
            "distance_m": distance,
            "talk_s": talk,
            "bought": (rng.random(n) < chance(logit)).astype(int),
        }
    )
    table.loc[[101, 404, 707], "greet_s"] = [3600.0, 5400.0, 7200.0]  # the timer was left running
    return table


def make_mail() -> pd.DataFrame:
    """Draw 4,000 e-mails sent at randomly drawn hours, to two kinds of customers, with one of two subject lines."""
    rng, n = stream(5), 4000
    business = rng.random(n) < 0.4
    day, hour = rng.integers(0, 28, n), rng.choice([8, 10, 12, 15, 18, 20], n)
    sent = pd.Timestamp("2026-08-03") + pd.to_timedelta(day, unit="D") + pd.to_timedelta(hour, unit="h")
    weekday = day % 7
    clear = rng.random(n) < 0.5
    logit = -1.45 + 0.16 * clear
    logit = logit + np.where(business, 0.55 * (hour == 8) + 0.3 * np.isin(weekday, [1, 2]) - 0.7 * (weekday >= 5), 0.0)
    logit = logit + np.where(
        ~business, 0.6 * (hour == 20) + 0.25 * (hour == 18) + 0.25 * np.isin(weekday, [4, 5, 6]), 0.0
    )
    opened = rng.random(n) < chance(logit)
    return pd.DataFrame(
        {
            "sent_at": sent,
            "segment": np.where(business, "企业客户", "个人客户"),
            "subject": np.where(clear, "B 写明一件事", "A 限时钜惠"),
            "opened": opened.astype(int),
            "clicked": (opened & (rng.random(n) < 0.17)).astype(int),
        }
    ).sort_values("sent_at", kind="stable", ignore_index=True)


def make_ads() -> pd.DataFrame:
    """Draw 40 weeks of advertising in four channels with diminishing returns."""
    rng, rows = stream(6), []
    # name: ceiling of orders a week, half spend, cost of 1000 views, clicks per view, yuan per order
    ways = {
        "搜索": (60, 1800, 42, 0.032, 640),
        "短视频": (130, 7000, 16, 0.012, 560),
        "社群": (34, 900, 9, 0.02, 610),
        "户外屏": (26, 6000, 11, 0.0015, 700),
    }
    usual = {"搜索": 3400, "短视频": 4200, "社群": 900, "户外屏": 3600}
    for name, (ceiling, half, cpm, ctr, basket) in ways.items():
        spend = np.round(usual[name] * rng.lognormal(0, 0.6, 40), -1)
        orders = rng.poisson(ceiling * spend / (spend + half))
        views = np.round(spend / cpm * 1000 * rng.uniform(0.9, 1.1, 40)).astype(int)
        clicks = np.maximum(rng.binomial(views, ctr), orders)
        revenue = np.round(orders * basket * rng.uniform(0.85, 1.15, 40), 0)
        rows += [
            (f"2026-W{w:02d}", name, *r)
            for w, r in enumerate(zip(spend, views, clicks, orders, revenue, strict=True), 1)
        ]
    return pd.DataFrame(
        rows, columns=["week", "channel", "spend_yuan", "impressions", "clicks", "orders", "revenue_yuan"]
    )


def make_self_service() -> pd.DataFrame:
    """Draw 900 transactions at the self-service terminal before and after tracking was added (drawn by lot)."""
    rng, n = stream(7), 900
    task = rng.choice(["查物流", "开发票", "改地址", "退换货"], n, p=[0.4, 0.25, 0.2, 0.15])
    tracked = rng.random(n) < 0.5
    base = pd.Series(task).map({"查物流": 2.0, "开发票": 1.5, "改地址": 0.7, "退换货": -0.4}).to_numpy()
    success = rng.random(n) < chance(base + 0.6 * tracked)
    fallback = ~success & (rng.random(n) < np.where(tracked, 0.85, 0.55))
    return pd.DataFrame(
        {
            "txn_id": numbered("Z", n),
            "task": task,
            "tracked": tracked.astype(int),
            "success": success.astype(int),
            "fallback": fallback.astype(int),
        }
    )


def make_tools() -> pd.DataFrame:
    """Draw 500 questions put to three fictional shopping sites through their service tools."""
    rng, n = stream(8), 500
    site = rng.choice(["网店甲", "网店乙", "网店丙"], n)
    tool = rng.choice(["在线聊天", "热线电话", "邮件", "留言板"], n, p=[0.5, 0.2, 0.15, 0.15])
    typical = pd.Series(tool).map({"在线聊天": 1.0, "热线电话": 3.0, "邮件": 300.0, "留言板": 700.0}).to_numpy()
    typical = typical * pd.Series(site).map({"网店甲": 0.8, "网店乙": 1.0, "网店丙": 2.2}).to_numpy()
    reached = (
        rng.random(n) < pd.Series(tool).map({"在线聊天": 0.97, "热线电话": 0.82, "邮件": 0.7, "留言板": 0.5}).to_numpy()
    )
    cost = pd.Series(tool).map({"在线聊天": 2.1, "热线电话": 5.6, "邮件": 1.8, "留言板": 1.2}).to_numpy()
    return pd.DataFrame(
        {
            "site": site,
            "tool": tool,
            "reached": reached.astype(int),
            "response_min": np.where(reached, np.round(rng.lognormal(np.log(typical), 0.7), 1), np.nan),
            "cost_yuan": np.round(cost * rng.uniform(0.8, 1.2, n), 2),
        }
    )


def make_fixed() -> dict[str, pd.DataFrame]:
    """Return the tables without chance."""
    channels = pd.DataFrame(
        [
            ("面对面", 1, 2, 5, 5),
            ("信函", 3, 1, 4, 1),
            ("电子邮件", 5, 4, 4, 2),
            ("网站", 5, 4, 4, 2),
            ("电话", 2, 5, 1, 4),
        ],
        columns=["channel", "cheap", "fast", "rich", "interactive"],
    )
    touch = pd.DataFrame(
        [
            ("门店迎接", 8.4, 7.9), ("导购讲解", 8.8, 7.2), ("网店聊天", 8.6, 6.3), ("订单短信", 6.1, 8.0), ("送货电话", 8.9, 5.8),
            ("上门安装", 9.1, 7.8), ("保养邮件", 4.2, 6.9), ("生日祝福", 3.6, 7.4), ("退换货热线", 9.0, 5.5), ("自助查询机", 5.2, 5.1),
        ],
        columns=["attribute", "importance", "performance"],
    )  # fmt: skip
    items = pd.DataFrame(
        {
            "item": [f"q{i}" for i in range(1, 13)],
            "axis": ["assertiveness", "responsiveness"] * 6,
            "reverse": [0] * 8 + [1] * 4,
        }
    )
    items["statement"] = [
        "我说话快，先说结论", "聊天时我爱讲自己的感受", "意见不同，我会当场说", "我容易和陌生人热络", "我喜欢自己拿主意", "我的表情手势很多",
        "我不怕还价", "我先看人，再看事", "我常等别人先开口", "我只谈事，不谈心情", "我做决定要想很久", "我不爱让人看出情绪",
    ]  # fmt: skip
    return {"channels": channels, "touchpoints": touch, "style_items": items}


def make_tables() -> dict[str, pd.DataFrame]:
    """Return every table by file stem."""
    receptions, steps = make_receptions()
    encounters, empowerment = make_encounters()
    turns, calls = make_calls(stream(30))
    chats, dialogs = make_chats(stream(31))
    return {
        "contacts": make_contacts(), "customers": make_customers(), "tickets": make_tickets(), "visits": make_visits(), "mail": make_mail(),
        "ads": make_ads(), "self_service": make_self_service(), "tools": make_tools(), "behavior": make_behavior(), "training": make_training(),
        "styles": make_styles(), "receptions": receptions, "steps": steps, "needs": make_needs(), "objections": make_objections(),
        "deals": make_deals(), "waits": make_waits(), "encounters": encounters, "empowerment": empowerment, "turns": turns, "calls": calls,
        "chats": chats, "dialogs": dialogs, "messages": make_messages(stream(32)), **make_fixed(),
    }  # fmt: skip


def main(target: Path) -> None:
    """Write every table to the target folder."""
    for name, table in make_tables().items():
        text = table.to_csv(index=False, lineterminator="\n")
        (target / f"{name}.csv").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
