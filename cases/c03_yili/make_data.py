"""Build reviews.csv, vocabulary.csv and buyers.csv: what is said about milk, and who buys it. Simulated.

Same bytes every run. Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 3201
N = 5_400
MONTHS = 18
RISE_FROM = 12  # from this month on students and workers speak of protein more often
RISE = 1.9
KINDS = ["学生", "上班族", "宝妈", "中老年"]
WRITERS = [0.22, 0.42, 0.26, 0.10]  # who writes reviews
BUYERS = [0.12, 0.33, 0.27, 0.28]  # who buys
# tag: chance that each kind speaks of it (order of KINDS), wordings
TAGS = {
    "健身": ([0.12, 0.14, 0.02, 0.01], ["健身完喝一瓶", "练完来一盒"]),
    "孩子": ([0.00, 0.04, 0.55, 0.06], ["孩子很爱喝", "娃每天一盒"]),
    "老人": ([0.01, 0.07, 0.06, 0.42], ["给爸妈买的", "老人天天喝"]),
    "早餐": ([0.22, 0.26, 0.14, 0.12], ["早餐配面包", "早上来一杯"]),
    "低糖": ([0.05, 0.09, 0.07, 0.24], ["低糖", "不太甜", "控糖也能喝", "没加蔗糖"]),
    "高蛋白": ([0.08, 0.08, 0.02, 0.01], ["高蛋白", "蛋白质含量高", "能补蛋白"]),
    "好拿": ([0.04, 0.05, 0.12, 0.05], ["小盒好拿", "瓶口不漏", "吸管好插"]),
    "助眠": ([0.04, 0.08, 0.05, 0.14], ["睡前喝一杯", "晚上喝睡得香"]),
    "口感": ([0.30, 0.26, 0.20, 0.22], ["奶味浓", "口感顺滑", "口感醇厚"]),
    "新鲜": ([0.08, 0.12, 0.20, 0.16], ["日期新鲜", "刚生产没几天"]),
    "价格": ([0.18, 0.12, 0.12, 0.14], ["有点贵", "活动价划算"]),
}
FILL = ["会回购", "还不错", "已经买了好几箱", "一般", "支持一下"]
SYSTEM = "此用户没有填写评价"


def make(folder: Path) -> None:
    """Write reviews.csv, vocabulary.csv and buyers.csv into `folder`."""
    rng = np.random.default_rng(SEED)
    month = np.sort(rng.choice(MONTHS, size=N, p=np.linspace(0.8, 1.2, MONTHS) / MONTHS))
    kind = rng.choice(4, size=N, p=WRITERS)
    texts, stars = [], []
    for i in range(N):
        said: list[str] = []
        for tag, (chances, wordings) in TAGS.items():
            chance = chances[kind[i]]
            if tag == "高蛋白":
                chance = 0.50 if "健身" in said else chance
                chance *= RISE if month[i] >= RISE_FROM and kind[i] < 2 and "健身" not in said else 1.0
            if tag == "好拿" and "孩子" in said:
                chance = 0.32
            if tag == "低糖" and "老人" in said:
                chance = 0.34
            if rng.random() < chance:
                said.append(tag)
                texts.append((i, str(rng.choice(wordings))))
        if not said or rng.random() < 0.35:
            texts.append((i, str(rng.choice(FILL))))
        stars.append(int(np.clip(np.round(4.4 - 0.5 * ("价格" in said) + rng.normal(0, 0.8)), 1, 5)))
    parts = pd.DataFrame(texts, columns=["i", "text"])
    parts = parts.sample(frac=1, random_state=np.random.RandomState(SEED)).sort_values("i", kind="stable")
    reviews = pd.DataFrame(
        {
            "review_id": [f"P{100000 + i}" for i in range(N)],
            "month": pd.period_range("2025-01", periods=MONTHS, freq="M")[month].astype(str),
            "buyer_type": np.array(KINDS)[kind],
            "stars": stars,
            "text": parts.groupby("i")["text"].agg("，".join).to_numpy(),
        }
    )
    spoiled = rng.permutation(N)
    reviews.loc[spoiled[:240], "text"] = SYSTEM
    reviews.loc[spoiled[240:330], "buyer_type"] = None
    copied = reviews.loc[spoiled[400:520]].copy()  # the same text posted again under a new number
    copied["review_id"] = [f"P{200000 + i}" for i in range(len(copied))]
    copied["text"] = "高蛋白，口感顺滑，强烈推荐，全家都说好"
    reviews = pd.concat([reviews, copied]).sort_values(["month", "review_id"], kind="stable")
    vocabulary = pd.DataFrame([(t, w) for t, (_, words) in TAGS.items() for w in words], columns=["tag", "word"])
    vocabulary["kind"] = np.where(vocabulary["tag"].isin(["健身", "孩子", "老人", "早餐"]), "场景", "诉求")
    buyers = pd.DataFrame({"buyer_type": KINDS, "buyers": [round(500_000 * share) for share in BUYERS]})
    for name, table in {"reviews": reviews, "vocabulary": vocabulary, "buyers": buyers}.items():
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
