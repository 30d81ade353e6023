"""Build complaints.csv, ideas.csv and concept.csv (complaints that become products). Simulated, seeded.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 8181
N_COMPLAINTS = 2_600
N_LABELLED = 900  # complaints that two clerks read and labelled
N_IDEAS = 420
N_ASKED = 1_500
DAYS = pd.date_range("2025-07-01", "2026-06-30")
# Theme: share of complaints, chance that the customer names a way out.
THEMES = {
    "插头打架": (0.27, 0.44),
    "开关失灵": (0.21, 0.05),
    "发货慢": (0.20, 0.03),
    "线不够长": (0.14, 0.30),
    "插孔太松": (0.12, 0.10),
    "发热": (0.06, 0.07),
}
OPENINGS = ["", "", "", "你好，", "客服在吗，", "说个事，", "买了半个月，", "第二次买你家的，", "我妈买的，"]
BODIES = {
    "插头打架": [
        "充电器太胖，挡住旁边的孔",
        "三个孔只能插两个，大的一插旁边就废了",
        "适配器一插上去，隔壁的孔就用不了",
        "写着六位，其实只能用四位，插头挤在一起",
        "路由器和光猫的插头顶着，另一个插不进去",
        "孔挨得太近，两个扁头并排插不下",
    ],
    "开关失灵": [
        "总开关按了没反应",
        "开关灯亮着，孔里没电",
        "按键用了几次就弹不起来",
        "开关接触不好，一碰就断电",
        "一个孔的开关坏了，另一个还行",
    ],
    "发货慢": [
        "三天了还没发货",
        "物流一直不动，等着用",
        "说好次日到，等了五天",
        "催了两次才发出来",
        "急着装修，货一直没到",
    ],
    "线不够长": [
        "线太短，够不到沙发后面",
        "一米八的线拉到床头差一点",
        "线短，两个插排串着用",
        "够不着墙上的孔，离桌子差半米",
    ],
    "插孔太松": [
        "插头一碰就掉",
        "孔松，充电断断续续",
        "手机充着充着就没电，插头松",
        "两眼的孔太松，三眼的还行",
    ],
    "发热": ["插上电饭锅以后摸着烫", "用一会儿外壳发热，有味道", "插头那里烫手，不敢用"],
}
WISHES = [
    "，要是能朝三个方向插就好了",
    "，能不能把孔错开",
    "，我只好又买了一个转换头",
    "，自己拿剪刀把外壳削了一点",
    "，希望出个能转的",
]
LONG_WISHES = ["，要是线能加到三米就好了", "，能不能出长一点的", "，我只好再串一个", "，希望线长可以选"]
PLAIN_WISHES = ["，希望改一改", "，能不能换个结实的", "，我只好自己修了一下"]
ENDINGS = ["", "", "。", "！", "，退货吧", "，麻烦处理一下", "，有点失望"]
SOURCES = {"投诉": 0.36, "员工": 0.30, "同行新品": 0.22, "客户座谈": 0.12}
SOURCE_GAIN = {"投诉": 0.55, "员工": 0.0, "同行新品": -0.25, "客户座谈": 0.15}  # log points of revenue
CONCEPTS = {"五孔排插": 3.0, "三通转接头": 3.1, "三通多用插座": 4.35}  # log-odds of "would buy" at price 0
PRICES = np.array([19, 29, 39, 49, 59])
PRICE_SLOPE = -0.093


def _text(rng: np.random.Generator, theme: str, wish: bool) -> str:
    """Return one complaint in a customer's words; one in nine adds a sentence of another theme."""
    text = str(rng.choice(OPENINGS)) + str(rng.choice(BODIES[theme]))
    if rng.random() < 0.11:
        other = str(rng.choice([t for t in THEMES if t != theme]))
        text += "，" + str(rng.choice(BODIES[other]))
    if wish:
        text += str(rng.choice({"插头打架": WISHES, "线不够长": LONG_WISHES}.get(theme, PLAIN_WISHES)))
    return text + str(rng.choice(ENDINGS))


def _complaints(rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a complaint, a third of them labelled by hand."""
    n = N_COMPLAINTS
    names = list(THEMES)
    theme = rng.choice(names, n, p=[THEMES[t][0] for t in names])
    wish = rng.random(n) < np.array([THEMES[t][1] for t in theme])
    weight = 1 + 0.5 * np.isin(DAYS.month, [6, 11, 12])  # the big sales
    day = np.sort(rng.choice(len(DAYS), n, p=weight / weight.sum()))
    seen = np.zeros(n, bool)
    seen[rng.choice(n, N_LABELLED, replace=False)] = True
    # A clerk misreads 3 of 100.
    slip = rng.random(n) < 0.03
    label = np.where(slip, rng.choice(names, n), theme).astype(object)
    table = pd.DataFrame(
        {
            "complaint_id": [f"C{50000 + i}" for i in range(n)],
            "complained_at": DAYS[day].strftime("%Y-%m-%d"),
            "channel": rng.choice(["热线", "门店", "网店评价"], n, p=[0.25, 0.15, 0.60]),
            "text": [_text(rng, t, w) for t, w in zip(theme, wish, strict=True)],
            "label": np.where(seen, label, ""),
        }
    )
    blank = rng.choice(n, 12, replace=False)
    table.loc[blank, ["text", "label"]] = ""
    again = table.iloc[np.sort(rng.choice(n, 25, replace=False))]
    return pd.concat([table, again]).sort_values(["complained_at", "complaint_id"])


def _ideas(rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a product idea: where it came from, its score, whether it was made, what it earned."""
    n = N_IDEAS
    source = rng.choice(list(SOURCES), n, p=list(SOURCES.values()))
    score = np.clip(np.round(rng.normal(55, 13, n) + 3 * (source == "客户座谈")), 15, 96).astype(int)
    drawn = (score >= 40) & (score < 60)
    adopted = (score >= 60) | (drawn & (rng.random(n) < 0.5))
    cost = np.round(np.exp(rng.normal(11.15, 0.45, n)), -2)
    gain = np.array([SOURCE_GAIN[s] for s in source])
    margin = np.round(np.exp(10.85 + 0.035 * (score - 60) + gain + rng.normal(0, 0.9, n)), -2)
    return pd.DataFrame(
        {
            "idea_id": [f"Y{i + 1:03d}" for i in range(n)],
            "proposed_date": np.sort(rng.choice(pd.date_range("2023-01-01", "2025-05-31"), n)),
            "source": source,
            "score": score,
            "lottery": drawn.astype(int),
            "adopted": adopted.astype(int),
            "cost_yuan": cost.astype(int),
            "margin_12m_yuan": pd.array(np.where(adopted, margin, np.nan), dtype="Int64"),
        }
    ).assign(proposed_date=lambda t: t["proposed_date"].dt.strftime("%Y-%m-%d"))


def _concept(rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a person asked: one concept at one price, both drawn by lot."""
    n = N_ASKED
    concept = rng.choice(list(CONCEPTS), n)
    price = rng.choice(PRICES, n)
    crowded = rng.random(n) < 0.42
    lift = np.where(concept == "五孔排插", -0.3, 0.5) * crowded
    odds = np.array([CONCEPTS[c] for c in concept]) - 0.5 + PRICE_SLOPE * price + lift
    buys = rng.random(n) < 1 / (1 + np.exp(-odds))
    return pd.DataFrame(
        {
            "person_id": [f"R{3000 + i}" for i in range(n)],
            "concept": concept,
            "price_yuan": price,
            "crowded": crowded.astype(int),
            "would_buy": pd.array(np.where(rng.random(n) < 0.03, np.nan, buys.astype(float)), dtype="Int64"),
        }
    )


def make(folder: Path) -> None:
    """Write the three files into `folder`."""
    rng = np.random.default_rng(SEED)
    for name, table in (("complaints", _complaints(rng)), ("ideas", _ideas(rng)), ("concept", _concept(rng))):
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
