"""The tables of chapter 8 about quality: written replies, difficult customers, standards and mystery visits."""

import numpy as np
import pandas as pd
from make_data_base import chance, numbered, stream

PARTS = {
    "道歉": (["非常抱歉，给您添了麻烦", "对不起，这件事是我们没有做好", "真诚地向您致歉"], 0.72, 0.3),
    "共情": (["换了我也会着急", "让您久等了，我理解您的心情", "理解您等着用的着急"], 0.48, 0.4),
    "原因": (["经查，是仓库漏放了配件", "由于中转站爆仓，包裹停了两天", "经核实，是电源线接触不良"], 0.55, 0.15),
    "方案": (["我们为您更换一台新的", "已安排补发，旧件不用寄回", "全额退款，运费由我们承担"], 0.66, 0.55),
    "时限": (["今天 18 点前给您单号", "三天内办好", "明天上午师傅到家"], 0.42, 0.45),
    "联系": (["有事请打 400 专线找我", "我的工号是 07，可以直接回电给我"], 0.38, 0.1),
}
EMPTY = ["您反映的情况已收到，我们高度重视", "公司规定就是这样，敬请谅解", "经判断属于您自己使用的问题"]
TYPES = ["以自我为中心", "毒嘴巴", "脾气暴躁", "自以为是", "爱占便宜"]
WAYS = ["不受制于人", "尽快移走", "暂时稳住", "必要的惩罚"]
STANDARDS = {
    "电话接听（秒）": (20, 14, 0.55, 400),
    "首次响应（小时）": (2, 1.1, 0.7, 60),
    "判定责任（小时）": (24, 15, 0.6, 300),
    "给出方案（小时）": (24, 21, 0.5, 300),
    "办结后回访（小时）": (72, 76, 0.6, 900),
    "补发出库（小时）": (12, 6.5, 0.4, 60),
}
ITEMS = [
    "主动招呼",
    "投诉电话贴在明处",
    "先听完再说",
    "道歉",
    "当场记录",
    "说清办法",
    "说清时限",
    "留联系方式",
    "不推给别人",
    "送到门口",
]


def make_replies() -> pd.DataFrame:
    """Draw 240 written replies from parts, and the customer's score of each."""
    rng, n = stream(31), 240
    there = rng.random((n, len(PARTS))) < [row[1] for row in PARTS.values()]
    taboo = rng.random(n) < 0.22
    score = 2.1 + there @ np.array([row[2] for row in PARTS.values()]) - 0.9 * taboo + rng.normal(0, 0.75, n)
    texts = []
    for i in range(n):
        said = [rng.choice(row[0]) for row, done in zip(PARTS.values(), there[i], strict=True) if done]
        said += [rng.choice(EMPTY)] if taboo[i] or not said else []
        texts.append("您好：" + "。".join(said) + "。")
    csat = np.where(rng.random(n) < 0.1, np.nan, np.clip(np.round(score), 1, 5))
    return pd.DataFrame({"reply_id": numbered("R", n), "text": texts, "csat": pd.array(csat).astype("Int64")})


def make_difficult() -> pd.DataFrame:
    """Draw 480 incidents with uncooperative customers: which kind, what was done, cost, time, how others felt."""
    rng, n = stream(32), 480
    kind = rng.choice(TYPES, n, p=[0.3, 0.17, 0.2, 0.18, 0.15])
    way = rng.choice(WAYS, n, p=[0.35, 0.25, 0.32, 0.08])
    best = {
        "以自我为中心": "不受制于人",
        "毒嘴巴": "尽快移走",
        "脾气暴躁": "尽快移走",
        "自以为是": "暂时稳住",
        "爱占便宜": "不受制于人",
    }
    fits = pd.Series(kind).map(best).to_numpy() == way
    long = np.log(22) - 0.45 * fits + 0.5 * (way == "必要的惩罚") + rng.normal(0, 0.5, n)
    cost = rng.lognormal(np.log(45), 0.6, n) * np.where(fits, 0.7, 1.0) * np.where(kind == "爱占便宜", 1.5, 1.0)
    others = 3.2 + 0.55 * fits + 0.3 * (way == "尽快移走") - 0.35 * (way == "必要的惩罚") + rng.normal(0, 0.85, n)
    return pd.DataFrame(
        {
            "incident_id": numbered("D", n, 3),
            "type": kind,
            "way": way,
            "minutes": np.round(np.exp(long), 1),
            "cost_yuan": np.round(cost),
            "onlookers": np.clip(np.round(others), 1, 5).astype(int),
            "escalated": (rng.random(n) < chance(-1.3 - 0.7 * fits + 0.5 * (way == "必要的惩罚"))).astype(int),
        }
    )


def make_standards() -> pd.DataFrame:
    """Draw 26 weeks of spot checks: six standards, five cases a week each."""
    rng = stream(33)
    rows = []
    for week in range(1, 27):
        for name, (target, typical, spread, longest) in STANDARDS.items():
            better = 0.8 if name.startswith("给出方案") and week > 13 else 1.0
            for took in np.minimum(rng.lognormal(np.log(typical * better), spread, 5), longest):
                rows.append((week, name, target, round(float(took), 1)))
    table = pd.DataFrame(rows, columns=["week", "step", "target", "actual"])
    table.loc[rng.choice(len(table), 9, replace=False), "actual"] = np.nan
    return table


def make_mystery() -> pd.DataFrame:
    """Draw 26 weeks of mystery visits, two a week with ten items each; weeks 18 to 21 are worse."""
    rng = stream(34)
    usual = np.array([0.95, 0.9, 0.9, 0.93, 0.84, 0.88, 0.72, 0.86, 0.9, 0.94])
    rows = []
    for week in range(1, 27):
        for visit in (1, 2):
            passed = rng.random(10) < usual - (0.24 if 18 <= week <= 21 else 0.0)
            rows += [
                (f"M{2 * week - 2 + visit:02d}", week, item, int(ok)) for item, ok in zip(ITEMS, passed, strict=True)
            ]
    return pd.DataFrame(rows, columns=["visit_id", "week", "item", "passed"])
