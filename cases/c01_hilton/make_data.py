"""Build stays.csv, labels.csv and complaints.csv: recommendations, posts and complaints of a hotel. Simulated.

Same bytes every run. Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 1501
N = 3_900
N_LABELS = 300
ARMS = {"不推荐": -2.25, "统一推荐": -1.75, "个性推荐": -1.75}  # log odds of going to the suggested place
# what a personal recommendation adds to the log odds of the general one, by what the guest likes
LIKES = {"美食": 0.75, "跑步": 0.95, "亲子": 0.70, "看展": 0.55, "安静工作": 0.0}
STORES = ["东港店", "南湖店", "西山店", "北苑店", "中央店"]
FAIR, UNFAIR = 0.64, 0.34  # share of complaints compensated; the second for guests without card in one store
TOUCHES = {
    "美食": ["前台按我爱吃辣画了一张手绘美食地图", "照着小纸条找到的面馆真香", "管家手写了三家小店，家家好吃"],
    "跑步": ["房间里放着沿湖的跑步地图", "前台递来跑步路线卡，还借了手环", "早上照着跑步地图跑了五公里"],
    "亲子": ["孩子进门看见小帐篷，高兴得跳起来", "给孩子准备了寻宝卡片", "管家手写卡片欢迎我家小朋友"],
    "看展": ["桌上有一张附近看展的手绘小册", "前台替我留了展览的票，还附一张手写卡片", "照着小册子看了两个展"],
    "安静工作": ["记得我要安静，桌上留了手写卡片", "换到最里面的房间，还配了台灯", "前台悄悄给我留了靠窗的书桌"],
}
GOOD = ["房间干净", "早餐不错", "位置方便", "床很舒服", "前台热情", "隔音可以"]
BAD = ["热水要等很久", "隔音太差", "空调很吵", "入住排了半小时队", "毛巾有污渍", "早餐去晚就没了"]
PLAIN = ["还会再来", "性价比可以", "整体满意", "一般般吧", "出差住一晚够用"]
DENY = ["说好的跑步地图没有看到", "听说有手写卡片，我没有收到"]


def make(folder: Path) -> None:
    """Write stays.csv, labels.csv and complaints.csv into `folder`."""
    rng = np.random.default_rng(SEED)
    arm = rng.permutation(np.resize(list(ARMS), N))
    likes = rng.choice(list(LIKES), size=N, p=[0.30, 0.16, 0.22, 0.12, 0.20])
    store = rng.choice(STORES, size=N, p=[0.24, 0.20, 0.18, 0.20, 0.18])
    member = rng.random(N) < 0.45
    arrived = pd.Timestamp("2026-03-01") + pd.to_timedelta(rng.integers(0, 92, N), unit="D")
    odds = np.array([ARMS[a] for a in arm]) + np.where(arm == "个性推荐", [LIKES[k] for k in likes], 0.0)
    accepted = rng.random(N) < 1 / (1 + np.exp(-odds))
    touched = np.where(arm == "个性推荐", rng.random(N) < np.where(accepted, 0.75, 0.22), rng.random(N) < 0.06)
    failed = rng.random(N) < 0.16
    mood = 4.15 + 0.35 * touched - 1.35 * failed + rng.normal(0, 0.75, N)
    score = np.clip(np.round(mood), 1, 5).astype(int)
    posted = rng.random(N) < 1 / (1 + np.exp(-(-1.55 + 1.0 * touched + 0.55 * failed)))
    reviews, human = [], []
    for i in range(N):
        if not posted[i]:
            reviews.append(None)
            human.append(0)
            continue
        parts = [str(rng.choice(BAD))] if failed[i] else [str(rng.choice(GOOD))]
        tells = bool(touched[i] and rng.random() < 0.72)
        if tells:
            parts.insert(int(rng.integers(0, 2)), str(rng.choice(TOUCHES[likes[i]])))
        elif not failed[i] and rng.random() < 0.05:
            parts.append(str(rng.choice(DENY)))
        if rng.random() < 0.6:
            parts.append(str(rng.choice(PLAIN if not failed[i] else PLAIN[3:])))
        reviews.append("，".join(parts) + "。")
        human.append(int(tells))
    stays = pd.DataFrame(
        {
            "stay_id": [f"H{800000 + i}" for i in range(N)],
            "checkin_date": arrived.strftime("%Y-%m-%d"),
            "store": store,
            "member": np.where(member, "会员", "散客"),
            "likes": likes,
            "arm": arm,
            "accepted": accepted.astype(int),
            "basic_failed": failed.astype(int),
            "score": score,
            "review": reviews,
        }
    )
    truth = np.array(human)
    chosen = np.sort(rng.choice(np.flatnonzero(posted), size=N_LABELS, replace=False))
    coder_a = np.where(rng.random(N_LABELS) < 0.985, truth[chosen], 1 - truth[chosen])
    coder_b = np.where(rng.random(N_LABELS) < 0.97, truth[chosen], 1 - truth[chosen])
    labels = pd.DataFrame({"stay_id": stays["stay_id"].to_numpy()[chosen], "coder_a": coder_a, "coder_b": coder_b})
    angry = np.flatnonzero(failed & (rng.random(N) < 0.72))
    unfair = (store[angry] == "西山店") & ~member[angry]
    complaints = pd.DataFrame(
        {
            "complaint_id": [f"C{4000 + i}" for i in range(len(angry))],
            "stay_id": stays["stay_id"].to_numpy()[angry],
            "compensated": (rng.random(len(angry)) < np.where(unfair, UNFAIR, FAIR)).astype(int),
            "solve_h": np.round(np.exp(rng.normal(1.6, 0.8, len(angry)) + 0.5 * unfair), 1),
        }
    )
    stays["score"] = stays["score"].astype("Int64")
    stays.loc[rng.choice(N, size=260, replace=False), "score"] = pd.NA
    stays.loc[rng.choice(np.flatnonzero(stays["score"].notna()), size=20, replace=False), "score"] = 0
    twice = stays.iloc[np.sort(rng.choice(N, size=45, replace=False))]
    stays = pd.concat([stays, twice]).sort_values(["checkin_date", "stay_id"], kind="stable")
    for name, table in {"stays": stays, "labels": labels, "complaints": complaints}.items():
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
