"""Rebuild the simulated data of chapter 6 (fictional retailer 青禾生活馆), byte for byte.

Usage: ``python make_data.py [TARGET_FOLDER]``; without an argument the files are written next to this script.
Every table draws from its own seeded stream, so changing one table leaves the others as they are.
The effect sizes set here are listed in datasheet.md.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from make_data_fixed import STORES, make_fixed_tables

SEED = 2026_06
TIERS = ["普通", "银卡", "金卡"]
AGES = ["18–25", "26–35", "36–45", "46+"]
WAVES = ["2026Q1", "2026Q2", "2026Q3"]
N = 812

ITEMS = [f"q{i}" for i in range(1, 16)]
ITEM_MEAN = [3.95, 3.70, 3.75, 3.55, 3.80, 3.65, 3.50, 3.35, 3.95, 3.70, 3.45, 3.75, 3.30, 3.50, 3.60]
ITEM_FACTOR = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 4]
STORE_SHIFT = {
    "城南": {"q4": -1.35, "q3": -0.25, "q5": 0.75, "q6": 0.55, "q13": 0.30},
    "城北": {"q5": -0.30, "q9": -0.30},
    "中心": {"q3": 0.30, "q4": 0.35, "q13": -0.25, "q5": 0.10},
}
OVERALL_EFFECT = {"q4": 0.50, "q1": 0.45, "q5": 0.35, "q11": 0.30, "q13": 0.20, "q7": 0.15}
CSAT_EFFECT = {"q5": 0.50, "q6": 0.30, "q13": 0.15, "q9": 0.10}
NPS_EFFECT = {"q4": 1.00, "q1": 0.55, "q11": 0.40, "q5": 0.15}
CES_EFFECT = {"q13": 0.50, "q14": 0.25, "q8": 0.25}


def stream(table: int) -> np.random.Generator:
    """Return the table's own random stream."""
    return np.random.default_rng([SEED, table])


def whole(values: np.ndarray, low: int, high: int) -> np.ndarray:
    """Round latent scores to the whole points of a scale."""
    return np.clip(np.rint(values), low, high).astype(int)


def knock_out(frame: pd.DataFrame, column: str, mask: np.ndarray) -> None:
    """Blank the masked cells of a column and keep the rest whole numbers."""
    frame[column] = frame[column].astype("Int64").mask(pd.Series(mask, index=frame.index))


def weighted_sum(items: pd.DataFrame, effects: dict[str, float]) -> np.ndarray:
    """Sum effect x (answer - 3.6) over the items of an effect table."""
    return sum(weight * (items[column].to_numpy() - 3.6) for column, weight in effects.items())


def make_responses() -> tuple[pd.DataFrame, np.ndarray]:
    """Draw the main survey; also return the whole overall scores that drive behaviour."""
    rng = stream(1)
    tier = np.repeat(TIERS, [338, 284, 190])
    rng.shuffle(tier)
    frame = pd.DataFrame(
        {
            "response_id": [f"R{i:04d}" for i in range(1, N + 1)],
            "store": rng.choice(STORES, N, p=[0.19, 0.18, 0.19, 0.17, 0.27]),
            "member_tier": tier,
            "age_group": rng.choice(AGES, N, p=[0.17, 0.35, 0.29, 0.19]),
            "wave": np.sort(rng.choice(WAVES, N, p=[0.32, 0.33, 0.35])),
            "channel": rng.choice(["门店", "小程序"], N, p=[0.66, 0.34]),
        }
    )
    gold, silver = ((frame["member_tier"] == tier).to_numpy() for tier in ("金卡", "银卡"))
    older = (frame["age_group"] == "46+").to_numpy()
    wave_no = frame["wave"].map({w: i for i, w in enumerate(WAVES)}).to_numpy()
    mood = (4.0 - rng.gamma(4.0, 1.0, N)) / 2.0  # mean 0, sd 1, a long tail of unhappy customers
    factors = rng.normal(size=(N, 5))
    items = pd.DataFrame(index=frame.index)
    for j, column in enumerate(ITEMS):
        latent = ITEM_MEAN[j] + 0.45 * mood + 0.40 * factors[:, ITEM_FACTOR[j]] + rng.normal(0, 0.62, N)
        latent += frame["store"].map({s: shift.get(column, 0.0) for s, shift in STORE_SHIFT.items()}).fillna(0.0)
        if column == "q13":  # summer promotion in Q2: queues
            latent += np.where(wave_no == 1, -0.55, 0.0)
        if column in {"q7", "q8"}:  # gold members have a counter of their own
            latent += np.where(gold, 0.55, 0.0)
        if column == "q14":
            latent += np.where(older, -0.60, 0.0)
        items[column] = whole(latent, 1, 5)
    overall_latent = 6.8 + weighted_sum(items, OVERALL_EFFECT) + 0.90 * gold + 0.25 * silver + rng.normal(0, 0.85, N)
    overall = whole(overall_latent, 1, 10)
    frame["expect"] = whole(
        7.0 + 0.70 * gold + 0.20 * wave_no + 0.30 * (frame["age_group"] == "18–25") + rng.normal(0, 1.2, N), 1, 10
    )
    frame["perceive"] = whole(overall_latent + 0.15 + rng.normal(0, 0.8, N), 1, 10)
    frame["csat"] = whole(4.02 + weighted_sum(items, CSAT_EFFECT) + rng.normal(0, 0.60, N), 1, 5)
    frame["nps"] = whole(7.75 + weighted_sum(items, NPS_EFFECT) + rng.normal(0, 1.30, N), 0, 10)
    frame["ces"] = whole(5.1 + weighted_sum(items, CES_EFFECT) - 0.35 * older + rng.normal(0, 0.95, N), 1, 7)
    frame["overall"] = overall
    frame = pd.concat([frame, items], axis=1)
    in_store_only = (frame["channel"] == "门店").to_numpy() & (rng.random(N) < 0.50)
    for j, column in enumerate(ITEMS):  # people tire: later questions are skipped more often
        blank = rng.random(N) < 0.010 + 0.0015 * j
        knock_out(frame, column, blank | in_store_only if column in {"q14", "q15"} else blank)
    for column, share in {"nps": 0.030, "ces": 0.045, "expect": 0.015}.items():
        knock_out(frame, column, rng.random(N) < share)
    return frame, overall


def make_orders(responses: pd.DataFrame, overall: np.ndarray) -> pd.DataFrame:
    """Draw the 90 days after the answer; one corporate order is a deliberate outlier."""
    rng = stream(2)
    repurchase = (rng.random(N) < 1 / (1 + np.exp(-(0.25 + 0.30 * (overall - 7.0))))).astype(int)
    typical = 230.0 * (1 + 0.07 * (overall - 7.0)) * np.where(responses["member_tier"] == "金卡", 1.5, 1.0)
    spend = np.round(repurchase * rng.gamma(2.2, typical / 2.2), 2)
    row = int(np.flatnonzero((overall == 5) & (repurchase == 1))[0])
    spend[row] = 18_800.00
    stated = responses["nps"].astype("Float64").fillna(7).to_numpy(dtype=float)
    chance = np.select([stated >= 9, stated >= 7], [0.24, 0.10], 0.04)
    recommended = (rng.random(N) < chance).astype(int)
    columns = {"repurchase_90d": repurchase, "spend_90d_yuan": spend, "recommended": recommended}
    return pd.DataFrame({"response_id": responses["response_id"], **columns})


def make_dimensions(responses: pd.DataFrame) -> pd.DataFrame:
    """Draw the five contents of satisfaction, long."""
    rng = stream(3)
    means = {"理念": 3.85, "行为": 3.70, "视听": 3.30, "产品": 3.75, "服务": 4.00}
    south = (responses["store"] == "城南").to_numpy()
    mood = rng.normal(size=N)
    rows = []
    for dim, mean in means.items():
        shift = {"产品": -0.75, "服务": 0.40}.get(dim, 0.0) * south
        score = whole(mean + shift + 0.45 * mood + rng.normal(0, 0.75, N), 1, 5)
        rows.append(pd.DataFrame({"response_id": responses["response_id"], "item_dim": dim, "score": score}))
    long = pd.concat(rows, ignore_index=True)
    return long[rng.random(len(long)) >= 0.02].sort_values(["response_id", "item_dim"], kind="stable")


SERVQUAL = {
    ("tangibles", "有形性"): (5.6, -0.45, ["设备新", "店面舒服", "店员着装", "宣传单清楚"]),
    ("reliability", "可靠性"): (6.4, -1.25, ["说到做到", "有问题认真解决", "第一次就做对", "按时送到", "记录无误"]),
    ("responsiveness", "响应性"): (6.0, -0.95, ["告知时间", "及时服务", "愿意帮忙", "忙也回应"]),
    ("assurance", "保证性"): (6.1, -0.60, ["让人信任", "交易放心", "有礼貌", "懂业务"]),
    ("empathy", "移情性"): (5.7, -0.80, ["关注个人", "时间方便", "个别照顾", "替客户着想", "懂特殊需要"]),
}


def make_servqual(responses: pd.DataFrame) -> pd.DataFrame:
    """Draw expectation and perception of 22 items from 160 customers (1-7)."""
    rng = stream(4)
    people = np.sort(rng.choice(responses["response_id"], 160, replace=False))
    expect_mood, perceive_mood = rng.normal(0, 0.45, 160), rng.normal(0, 0.70, 160)
    rows, number = [], 0
    for (dimension, dimension_zh), (level, gap, names) in SERVQUAL.items():
        for name in names:
            number += 1
            tilt = rng.normal(0, 0.15)
            expectation = whole(level + tilt + expect_mood + rng.normal(0, 0.7, 160), 1, 7)
            perception = whole(level + gap - tilt + perceive_mood + rng.normal(0, 0.9, 160), 1, 7)
            fixed = {"item": f"s{number:02d}", "item_zh": name, "dimension": dimension, "dimension_zh": dimension_zh}
            scores = {"expectation": expectation, "perception": perception}
            rows.append(pd.DataFrame({"response_id": people, **fixed, **scores}))
    return pd.concat(rows, ignore_index=True).sort_values(["response_id", "item"], kind="stable")


KANO_PAIRS = {  # one pair of answers (functional, dysfunctional) for each category
    "A": [("like", "neutral"), ("like", "must_be"), ("like", "live_with")],
    "O": [("like", "dislike")],
    "M": [("must_be", "dislike"), ("neutral", "dislike"), ("live_with", "dislike")],
    "I": [("neutral", "neutral"), ("must_be", "live_with"), ("neutral", "live_with")],
    "R": [("dislike", "like"), ("neutral", "like"), ("dislike", "must_be")],
    "Q": [("like", "like"), ("dislike", "dislike")],
}
KANO_SHARES = {  # shares of A, O, M, I, R, Q
    "常买的商品有货": [0.04, 0.25, 0.58, 0.11, 0.00, 0.02],
    "标价与收银一致": [0.02, 0.15, 0.72, 0.09, 0.00, 0.02],
    "结账五分钟内": [0.10, 0.52, 0.24, 0.12, 0.00, 0.02],
    "小程序查库存": [0.30, 0.36, 0.10, 0.21, 0.01, 0.02],
    "到货提醒": [0.47, 0.22, 0.05, 0.23, 0.01, 0.02],
    "生日小惊喜": [0.55, 0.10, 0.02, 0.28, 0.03, 0.02],
    "店内背景音乐": [0.12, 0.03, 0.03, 0.68, 0.12, 0.02],
    "人脸识别迎宾": [0.10, 0.02, 0.00, 0.29, 0.56, 0.03],
}


def make_kano(responses: pd.DataFrame) -> pd.DataFrame:
    """Draw paired Kano answers of 200 customers on eight features."""
    rng = stream(5)
    people = np.sort(rng.choice(responses["response_id"], 200, replace=False))
    rows = []
    for person in people:
        for feature, shares in KANO_SHARES.items():
            pairs = KANO_PAIRS[str(rng.choice(list(KANO_PAIRS), p=shares))]
            functional, dysfunctional = pairs[rng.integers(len(pairs))]
            rows.append((person, feature, functional, dysfunctional))
    return pd.DataFrame(rows, columns=["response_id", "feature", "functional", "dysfunctional"])


def make_attributes() -> pd.DataFrame:
    """Draw mean importance and performance of twelve attributes (1-10)."""
    rng = stream(6)
    base = {
        "商品质量": (9.0, 7.9), "想买的有货": (8.8, 5.7), "价格实惠": (8.5, 6.4), "生鲜新鲜": (8.6, 7.4),
        "结账排队": (8.0, 5.6), "退换货": (7.8, 6.3), "店员态度": (7.9, 8.1), "标价清楚": (7.6, 7.5),
        "店面整洁": (6.3, 8.0), "陈列好找": (6.6, 7.2), "背景音乐": (3.9, 6.9), "会员生日礼": (5.2, 5.5),
    }  # fmt: skip
    values = np.round(np.array(list(base.values())) + rng.normal(0, 0.08, (len(base), 2)), 2)
    return pd.DataFrame({"attribute": list(base), "importance": values[:, 0], "performance": values[:, 1]})


def make_brand_survey() -> pd.DataFrame:
    """Draw street interviews: awareness and, among those who know the shop, favour."""
    rng = stream(7)
    area = np.repeat(STORES, 120)
    knows = rng.random(600) < pd.Series(area).map(dict(zip(STORES, [0.58, 0.61, 0.49, 0.47, 0.83], strict=True)))
    favour_mean = pd.Series(area).map(dict(zip(STORES, [3.45, 3.70, 3.75, 3.70, 3.85], strict=True)))
    frame = pd.DataFrame({"person_id": [f"P{i:03d}" for i in range(1, 601)], "area": area})
    frame["aware"] = knows.astype(int)
    frame["favour"] = whole(favour_mean + rng.normal(0, 0.9, 600), 1, 5)
    knock_out(frame, "favour", ~knows.to_numpy())
    return frame


def make_store_quarter() -> pd.DataFrame:
    """Draw customers, returning customers, complaints and sales for each store and quarter."""
    rng = stream(8)
    size = dict(zip(STORES, [5200, 4700, 4900, 4300, 8900], strict=True))
    back = dict(zip(STORES, [0.41, 0.47, 0.50, 0.49, 0.53], strict=True))
    gripe = dict(zip(STORES, [0.0135, 0.0085, 0.0072, 0.0078, 0.0090], strict=True))
    basket = dict(zip(STORES, [262, 281, 274, 268, 305], strict=True))
    season = {"2026Q1": 1.12, "2026Q2": 0.94, "2026Q3": 1.00}
    rows = []
    for wave, factor in season.items():
        for store in STORES:
            customers = int(size[store] * factor * rng.normal(1, 0.02))
            returning = int(rng.binomial(customers, back[store]))
            complaints = int(rng.binomial(customers, gripe[store] * (1.25 if wave == "2026Q2" else 1.0)))
            sales = round(customers * basket[store] * factor * rng.normal(1, 0.02), 2)
            rows.append((store, wave, customers, returning, complaints, sales))
    return pd.DataFrame(rows, columns=["store", "wave", "customers", "returning", "complaints", "sales_yuan"])


def make_price_test() -> pd.DataFrame:
    """Draw sales two weeks before and after a five per cent price rise on the same 40 items."""
    rng = stream(9)
    elasticity = dict(zip(STORES, [-2.1, -1.5, -1.3, -1.4, -0.8], strict=True))
    rows = []
    for store in STORES:
        for item in range(1, 41):
            before = int(rng.negative_binomial(6, 0.03))
            after = int(rng.poisson(before * 1.05 ** elasticity[store]))
            price = round(float(rng.lognormal(2.6, 0.5)), 1)
            rows.append((store, f"SKU{item:02d}", price, round(price * 1.05, 2), before, after))
    return pd.DataFrame(
        rows, columns=["store", "sku", "price_before_yuan", "price_after_yuan", "qty_before", "qty_after"]
    )


def make_kpi() -> pd.DataFrame:
    """Draw the monthly scorecard: trends, seasonality (June promotion) and targets."""
    rng = stream(10)
    plan = [  # kpi, perspective, unit, start, monthly trend, june shock, noise, target, direction, digits
        ("会员销售额", "财务", "万元", 412.0, 3.2, 46.0, 9.0, 420.0, "up", 1),
        ("满意率", "客户", "%", 71.5, 0.45, -4.5, 0.9, 75.0, "up", 1),
        ("净推荐值", "客户", "分", 12.0, 0.75, -6.0, 1.8, 18.0, "up", 1),
        ("缺货率", "流程", "%", 8.6, -0.22, 2.4, 0.35, 6.0, "down", 1),
        ("投诉首次响应", "流程", "小时", 9.5, -0.62, 3.0, 0.6, 6.0, "down", 1),
        ("员工培训完成率", "学习", "%", 68.0, 3.1, -5.0, 1.5, 90.0, "up", 1),
    ]
    rows = []
    for kpi, perspective, unit, start, trend, shock, noise, target, direction, digits in plan:
        for month in range(1, 10):
            value = start + trend * (month - 1) + (shock if month == 6 else 0.0) + rng.normal(0, noise)
            rows.append((f"2026-{month:02d}", kpi, round(value, digits), target, direction, perspective, unit))
    return pd.DataFrame(rows, columns=["period", "kpi", "value", "target", "direction", "perspective", "unit"])


def make_delivery() -> pd.DataFrame:
    """Draw rural orders: promised and actual hours, after-sales hours, satisfaction; some rows are broken on purpose."""
    rng = stream(11)
    n = 900
    region = rng.choice(["县城", "乡镇", "村级站点"], n, p=[0.42, 0.36, 0.22])
    place = pd.Series(region)
    promise = np.where(region == "县城", 24, 48)
    median = place.map({"县城": 19.0, "乡镇": 40.0, "村级站点": 52.0}).to_numpy()
    actual = np.round(median * rng.lognormal(0, 0.33, n), 1)
    late = np.maximum(actual - promise, 0.0)
    asked = rng.random(n) < 0.16 + 0.10 * (late > 12)
    after = np.round(place.map({"县城": 14.0, "乡镇": 22.0, "村级站点": 31.0}).to_numpy() * rng.lognormal(0, 0.5, n), 1)
    slow = np.where(asked, np.maximum(after - 12.0, 0.0), 0.0)
    csat = whole(4.25 - 0.035 * late - 0.025 * slow + rng.normal(0, 0.75, n), 1, 5)
    frame = pd.DataFrame({"order_id": [f"D{i:04d}" for i in range(1, n + 1)], "region": region, "promise_h": promise})
    frame["actual_h"] = actual
    frame["after_sales_h"] = np.where(asked, after, np.nan)
    frame["csat"] = csat
    knock_out(frame, "csat", rng.random(n) < 0.18)
    frame.loc[rng.choice(n, 7, replace=False), "actual_h"] = np.nan
    broken = rng.choice(n, 3, replace=False)
    frame.loc[broken, "actual_h"] = -frame.loc[broken, "actual_h"].abs().fillna(20.0)
    repeated = frame.iloc[np.sort(rng.choice(n, 5, replace=False))]
    return pd.concat([frame, repeated]).sort_values("order_id", kind="stable")


def make_raw_responses() -> pd.DataFrame:
    """Draw the pilot as it came in: 120 rows, bad answers left in; s4 is worded the other way round."""
    rng = stream(12)
    n = 120
    mood = rng.normal(size=n)
    frame = pd.DataFrame({"response_id": [f"T{i:03d}" for i in range(1, n + 1)]})
    frame["store"] = rng.choice(STORES, n)
    frame["channel"] = rng.choice(["门店", "小程序"], n, p=[0.7, 0.3])
    frame["age"] = whole(rng.gamma(9.0, 4.2, n), 18, 79)
    frame["visits_90d"] = rng.negative_binomial(2, 0.22, n)
    frame["csat"] = whole(3.8 + 0.7 * mood + rng.normal(0, 0.6, n), 1, 5)
    frame["nps"] = whole(7.4 + 1.4 * mood + rng.normal(0, 1.3, n), 0, 10)
    for j, load in enumerate([0.80, 0.75, 0.70, -0.70, 0.65], start=1):
        frame[f"s{j}"] = whole((2.4 if load < 0 else 3.7) + load * mood + rng.normal(0, 0.62, n), 1, 5)
    frame = frame.astype(object)
    slips = {
        "csat": {4: 6, 17: 0, 33: "非常满意", 58: "４分", 71: None, 96: None, 104: 45},
        "nps": {9: 11, 40: 100, 66: -1, 88: "8.5", 110: None},
        "age": {12: 203, 29: 8, 52: "三十", 77: None, 115: 1990},
        "store": {21: "城难", 60: "中心店", 99: None},
        "channel": {45: "APP"},
        "visits_90d": {36: -2, 83: 400},
        "s2": {14: 7}, "s5": {70: 0, 71: None, 72: None},
    }  # fmt: skip
    for column, cells in slips.items():
        for row, value in cells.items():
            frame.loc[row, column] = value
    frame.loc[[25, 64, 107], ["s1", "s2", "s3", "s4", "s5"]] = 5  # straight-liners: no rule on single cells sees them
    frame.loc[108, "response_id"] = frame.loc[107, "response_id"]
    return frame


def build() -> dict[str, pd.DataFrame]:
    """Return every table of the chapter by file stem."""
    responses, overall = make_responses()
    return {
        "responses": responses,
        "orders": make_orders(responses, overall),
        "dimensions": make_dimensions(responses),
        "servqual": make_servqual(responses),
        "kano": make_kano(responses),
        "attributes": make_attributes(),
        "brand_survey": make_brand_survey(),
        "store_quarter": make_store_quarter(),
        "price_test": make_price_test(),
        "kpi": make_kpi(),
        "delivery_after_sales": make_delivery(),
        "raw_responses": make_raw_responses(),
        **make_fixed_tables(),
    }


def main(folder: Path) -> None:
    """Write every table as UTF-8 CSV with Unix line ends."""
    folder.mkdir(parents=True, exist_ok=True)
    for stem, table in build().items():
        with (folder / f"{stem}.csv").open("w", encoding="utf-8", newline="") as file:
            table.to_csv(file, index=False, lineterminator="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
