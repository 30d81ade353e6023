"""The crisis of chapter 8: a kettle that smoked, the posts about it, what the firm did, and other risks."""

import numpy as np
import pandas as pd
from make_data_base import stream

START = pd.Timestamp("2026-09-05 20:00")
ACTIONS = [
    (0.0, "顾客", "视频", "顾客发出视频：电水壶冒烟"),
    (15.0, "企业", "沉默", "客服群里看到视频，没有上报"),
    (26.0, "企业", "否认", "发声明：系个别用户操作不当"),
    (50.0, "企业", "道歉", "负责人出面道歉，该批次停售，公布专线"),
    (74.0, "企业", "召回", "宣布召回同批次，退款并承担运费"),
    (170.0, "企业", "公开检测", "公布第三方检测：温控片批次缺陷"),
    (338.0, "企业", "回访", "召回完成八成，逐户回访，公布整改"),
]
RISKS = [
    ("电器起火冒烟", 2, 5, 2, 5, "24 小时停售、召回预案、送检"),
    ("客户资料泄露", 1, 5, 2, 5, "断开、上报、逐户通知"),
    ("批量质量缺陷", 3, 4, 3, 4, "批次追溯、免费更换"),
    ("大促爆仓晚到", 5, 2, 4, 3, "限量、提前说明、补偿券"),
    ("客服不当言论", 3, 3, 3, 4, "两小时内道歉、停岗核查"),
    ("虚假宣传被查", 2, 4, 2, 3, "页面复核、法务把关"),
    ("供应商断供", 2, 3, 3, 3, "两家供应商、备货四周"),
    ("系统停机", 3, 3, 2, 3, "备用下单、公告恢复时间"),
    ("网络谣言", 3, 4, 4, 3, "事实说明、证据、必要时报警"),
    ("员工在店受伤", 1, 4, 1, 4, "急救、报告、保险"),
    ("价格标错", 4, 2, 4, 1, "先兑现或道歉补偿、复核制度"),
    ("配送车辆事故", 1, 4, 2, 4, "救人、报警、告知收件人"),
]


def make_posts() -> pd.DataFrame:
    """Draw the posts that name the shop, from five days before the video to 25 days after."""
    rng = stream(41)
    hour = np.arange(-5 * 24, 25 * 24)
    wave = np.select([hour < 0, hour < 60], [0.0, 0.75 * np.exp(np.log(2) * np.minimum(hour, 60) / 11.0)], 0.0)
    after = np.where(hour >= 60, 0.75 * 2 ** (60 / 11) * np.exp(-(hour - 60) / 58), 0.0)
    again = np.where(hour >= 26, 4.0 * np.exp(-np.abs(hour - 34) / 9), 0.0)
    clock = (START + pd.to_timedelta(hour, unit="h")).hour
    awake = np.select([clock < 7, clock < 10, clock >= 19], [0.25, 0.9, 1.55], 1.1)
    counts = rng.poisson((0.4 + wave + after + again) * awake)
    at = np.repeat(hour, counts) + rng.random(counts.sum())
    n = len(at)
    mood = np.interp(
        at,
        [-120, 0, 1, 24, 27, 40, 52, 75, 100, 172, 340, 600],
        [0.25, 0.25, -0.4, -0.5, -0.55, -0.78, -0.6, -0.38, -0.28, -0.02, 0.18, 0.25],
    )
    score = np.clip(np.tanh(mood + rng.normal(0, 0.38, n)), -1, 1)
    share = np.floor(rng.pareto(1.25, n) * np.where(score < -0.3, 2.2, 1.0))
    when = START + pd.to_timedelta(np.round(at * 60).astype(int), unit="min")
    table = pd.DataFrame(
        {"posted_at": when, "sentiment": np.round(score, 2), "reposts": np.minimum(share, 4000).astype(int)}
    )
    table = table.sort_values("posted_at", kind="stable", ignore_index=True)
    return pd.concat([table, table.iloc[[300, 620, 941]]], ignore_index=True)


def make_actions() -> pd.DataFrame:
    """List what happened, hour by hour after the video."""
    table = pd.DataFrame(ACTIONS, columns=["hour", "actor", "action", "what"])
    table.insert(0, "acted_at", START + pd.to_timedelta(table["hour"], unit="h"))
    return table


def make_risks() -> pd.DataFrame:
    """List twelve risks as two people rated them."""
    return pd.DataFrame(RISKS, columns=["event", "probability", "impact", "probability_2", "impact_2", "plan"])


def make_strategies() -> pd.DataFrame:
    """Draw five imagined ways of answering the same crisis: mood and cost of 30 days each."""
    rng = stream(42)
    shapes = {
        "否认": ([-0.5, -0.72, -0.8, -0.66, -0.45, -0.22], 8_000),
        "拖着不说": ([-0.5, -0.62, -0.66, -0.5, -0.28, -0.05], 3_000),
        "只道歉": ([-0.5, -0.42, -0.3, -0.12, 0.08, 0.22], 15_000),
        "道歉加补偿": ([-0.5, -0.36, -0.12, 0.12, 0.25, 0.3], 90_000),
        "主动召回": ([-0.5, -0.28, 0.02, 0.22, 0.3, 0.32], 260_000),
    }
    rows = []
    for name, (levels, total) in shapes.items():
        mood = np.interp(np.arange(30), [0, 2, 6, 12, 20, 29], levels) + rng.normal(0, 0.03, 30)
        spread = np.exp(-np.arange(30) / 6)
        cost = np.round(total * spread / spread.sum(), -1)
        rows += [(name, day, round(float(mood[day]), 2), float(cost[day])) for day in range(30)]
    return pd.DataFrame(rows, columns=["strategy", "day", "sentiment", "cost_yuan"])
