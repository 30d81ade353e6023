"""Rebuild the simulated data of chapter 5 (fictional bookshop 麦垛书店), byte for byte.

Usage: ``python make_data.py [TARGET_FOLDER]``; without an argument the files are written next to this script.
Every table draws from its own seeded stream, so changing one table leaves the others as they are.
The effect sizes set here are listed in datasheet.md.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from make_data_records import make_dirty, make_notes, make_verified
from make_data_words import DICTIONARY, GOODS, PLACES, ROLES, SOURCES, fake_mobiles, fake_names

SEED = 2026_05
N = 1200
END = np.datetime64("2026-08-31")
KINDS = ["家长", "备考", "文学", "随缘"]
PARTNERS = {"绘本": ("贴纸", 0.32), "考研真题": ("荧光笔", 0.38), "推理小说": ("美式咖啡", 0.24)}
MONTH = np.array([1.0, 1.25, 1.2, 0.85, 0.85, 0.9, 0.95, 1.0, 1.55, 1.05, 0.95, 0.95])  # January to December


def stream(table: int) -> np.random.Generator:
    """Return the table's own random stream."""
    return np.random.default_rng([SEED, table])


def make_orders() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw who the 1,200 members are and a year of their order lines."""
    rng = stream(1)
    kind = rng.choice(KINDS, N, p=[0.24, 0.22, 0.26, 0.28])
    tenure = np.round(np.minimum(rng.gamma(1.6, 1.1, N), 5.0), 2)  # years since signing up
    pace = np.select([kind == "随缘"], [0.5], 1.0) * rng.gamma(0.8, 2.6, N)
    people = pd.DataFrame({"customer_id": [f"M{i:04d}" for i in range(1, N + 1)], "kind": kind, "tenure": tenure})
    weights = {k: np.array([g[2 + KINDS.index(k)] for g in GOODS], dtype=float) for k in KINDS}
    names, price, category = ([g[i] for g in GOODS] for i in (0, 1, 6))
    rows, number = [], 0
    days = np.datetime64("2025-09-01") + np.arange(365)
    season = MONTH[(days.astype("datetime64[M]").astype(int) % 12)]
    for person in range(N):
        span = int(min(365, max(10, tenure[person] * 365)))
        chance = season[-span:] / season[-span:].sum()
        for day in np.sort(rng.choice(days[-span:], rng.poisson(pace[person] * span / 365), p=chance)):
            number += 1
            w = weights[kind[person]]
            basket = set(rng.choice(names, rng.integers(1, 4), p=w / w.sum(), replace=False))
            basket |= {other for item, (other, share) in PARTNERS.items() if item in basket and rng.random() < share}
            rows += [
                (f"T{number:05d}", day, people["customer_id"][person], item, category[i], price[i])
                for i, item in enumerate(names)
                if item in basket
            ]
    orders = pd.DataFrame(rows, columns=["order_id", "date", "customer_id", "item", "category", "amount_yuan"])
    orders["amount_yuan"] = np.round(orders["amount_yuan"] * rng.lognormal(0, 0.25, len(orders)), 2)
    school = orders.index[orders["item"] == "长篇小说"][7]
    orders.loc[school, "amount_yuan"] = 6860.0  # a school's reading club, booked on one member
    orders = orders.sort_values("date", kind="stable", ignore_index=True)
    orders["order_id"] = [f"T{i:05d}" for i in pd.factorize(orders["order_id"])[0] + 1]
    return orders, people


def make_customers(orders: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Draw the member table: basic, attitude and behaviour fields, with the gaps a real one has."""
    rng = stream(2)
    kind, tenure = people["kind"], people["tenure"].to_numpy()
    parent = (kind == "家长").to_numpy()
    born = np.where(kind == "备考", rng.integers(1997, 2008, N), np.where(parent, rng.integers(1978, 1997, N), 0))
    born = np.where(born == 0, rng.integers(1955, 2006, N), born)
    birthday = [
        f"{y}-{m:02d}-{d:02d}" for y, m, d in zip(born, rng.integers(1, 13, N), rng.integers(1, 29, N), strict=True)
    ]
    frame = pd.DataFrame({"customer_id": people["customer_id"], "name": fake_names(N, rng)})
    frame["mobile"] = [
        f"{m[:3]} {m[3:7]} {m[7:]}" if blank else m
        for m, blank in zip(fake_mobiles(N, rng), rng.random(N) < 0.15, strict=True)
    ]
    frame["birthday"] = birthday
    frame["gender"] = rng.choice(["女", "男"], N, p=[0.61, 0.39])
    frame["district"] = rng.choice(PLACES[:6], N, p=[0.30, 0.22, 0.17, 0.14, 0.10, 0.07])
    frame["education"] = rng.choice(["高中及以下", "大专", "本科", "研究生"], N, p=[0.22, 0.31, 0.36, 0.11])
    jobs = ["学生", "教师", "职员", "个体", "自由职业", "退休", "医护", "公务员"]
    frame["occupation"] = np.where(kind == "备考", rng.choice(["学生", "职员"], N, p=[0.75, 0.25]), rng.choice(jobs, N))
    frame["has_child"] = np.where(rng.random(N) < np.where(parent, 0.92, 0.22), "有", "没有")
    taste = {"家长": "童书", "备考": "考试", "文学": "文学", "随缘": "生活"}
    topics = rng.choice(["文学", "童书", "考试", "生活", "科普", "心理"], N)
    frame["taste"] = np.where(rng.random(N) < 0.7, kind.map(taste), topics)
    frame["price_view"] = rng.choice(["看内容", "看价格", "看装帧", "看推荐"], N, p=[0.42, 0.31, 0.11, 0.16])
    frame["motive"] = np.where(
        parent, "给孩子", rng.choice(["自己读", "考试", "送礼", "办公"], N, p=[0.52, 0.26, 0.14, 0.08])
    )
    frame["source"] = rng.choice([s[0] for s in SOURCES], N, p=[0.30, 0.24, 0.12, 0.10, 0.09, 0.06, 0.09])
    frame["signup_date"] = END - (tenure * 365).astype("timedelta64[D]")
    bought = orders.groupby("customer_id").agg(
        orders_12m=("order_id", "nunique"), spend_12m_yuan=("amount_yuan", "sum"), last_order_date=("date", "max")
    )
    frame = frame.merge(bought, how="left", on="customer_id")
    frame["orders_12m"] = frame["orders_12m"].fillna(0).astype(int)
    frame["spend_12m_yuan"] = frame["spend_12m_yuan"].fillna(0).round(2)
    paths = np.array(["门店", "小程序", "团购"])
    frame["buy_path"] = np.where(frame["orders_12m"] > 0, rng.choice(paths, N, p=[0.55, 0.38, 0.07]), None)
    frame["consent_mkt"] = rng.random(N) < 0.62
    live = frame["source"].isin(["直播间登记", "异业合作名单"]).to_numpy()
    gaps = {"price_view": 0.46, "education": 0.40, "occupation": 0.34, "has_child": 0.30, "motive": 0.27, "taste": 0.24}
    gaps |= {"birthday": 0.20, "district": 0.12, "gender": 0.08, "mobile": 0.05}
    care = rng.normal(0, 0.10, N) + 0.045 * (tenure - tenure.mean())
    for column, share in gaps.items():
        frame[column] = frame[column].mask(rng.random(N) < np.clip(share - care + 0.10 * live, 0.01, 0.95))
    score = frame[list(gaps)].notna().mean(axis=1).to_numpy()
    csat = 3.75 + 1.0 * (score - 0.74) + 0.22 * (tenure - tenure.mean()) + rng.normal(0, 0.75, N)
    frame["csat"] = np.where(rng.random(N) < 0.6, np.clip(np.rint(csat), 1, 5), np.nan)
    frame["csat"] = frame["csat"].astype("Int64")
    return frame


def make_companies() -> pd.DataFrame:
    """Draw the business customers; a few rows break the rules on purpose."""
    rng = stream(3)
    n = 110
    industry = rng.choice(["中小学", "幼儿园", "公司", "图书馆", "培训机构"], n, p=[0.26, 0.20, 0.30, 0.10, 0.14])
    first = rng.choice(list("星禾澄云朗松溪远嘉木"), n)
    second = rng.choice(list("辰苑川庭海屿岭舟光泽"), n)
    tail = pd.Series(industry).map(
        {"中小学": "学校", "幼儿园": "幼儿园", "公司": "科技公司", "图书馆": "社区图书馆", "培训机构": "培训中心"}
    )
    letters = np.array(list("0123456789ABCDEFGHJKLMNPQRTUWXY"))
    frame = pd.DataFrame({"company_id": [f"B{i:03d}" for i in range(1, n + 1)]})
    frame["company_name"] = [f"{a}{b}{c}" for a, b, c in zip(first, second, tail, strict=True)]
    frame["credit_code"] = ["00" + "".join(rng.choice(letters, 16)) for _ in range(n)]
    frame["industry"] = industry
    frame["employees"] = np.rint(rng.lognormal(3.9, 0.9, n)).astype(int)
    frame["orders_12m"] = rng.poisson(3.2, n)
    frame["spend_12m_yuan"] = np.round(frame["orders_12m"] * rng.lognormal(7.3, 0.6, n), 2)
    frame["agreed_pay_days"] = rng.choice([15, 30, 45], n, p=[0.3, 0.5, 0.2])
    late = np.where(industry == "培训机构", 14, 2)
    frame["actual_pay_days"] = np.maximum(1, np.rint(frame["agreed_pay_days"] + late + rng.normal(0, 6, n))).astype(int)
    frame["contract_end_date"] = END + rng.integers(-40, 420, n).astype("timedelta64[D]")
    frame["contact_name"] = fake_names(n, rng)
    frame["contact_mobile"] = [m[:3] + "-" + m[3:] if i % 9 == 0 else m for i, m in enumerate(fake_mobiles(n, rng))]
    frame["contact_title"] = rng.choice(["采购", "行政", "校长", "园长", "馆员", "店长"], n)
    frame.loc[[12, 47], "credit_code"] = [
        frame.loc[12, "credit_code"][:17],
        frame.loc[47, "credit_code"].replace("0", "O"),
    ]
    frame.loc[[20, 66, 91], "contact_mobile"] = ["1380013800", "12900001111", None]
    frame.loc[[5, 71], "employees"] = [0, -30]
    frame.loc[[33, 80], "contact_name"] = None
    frame.loc[58, "industry"] = "中小校"
    return frame


def make_members() -> pd.DataFrame:
    """Draw all 4,000 app members: the population of the sampling lesson and the randomised mailing."""
    rng = stream(4)
    n = 4000
    frame = pd.DataFrame({"member_no": [f"P{i:04d}" for i in range(1, n + 1)]})
    age = rng.choice(["18–25", "26–40", "41–60", "61+"], n, p=[0.27, 0.36, 0.26, 0.11])
    frame["age_group"] = age
    active = rng.random(n) < pd.Series(age).map({"18–25": 0.52, "26–40": 0.40, "41–60": 0.22, "61+": 0.10})
    frame["app_active"] = active.astype(int)
    frame["likes_audio"] = (rng.random(n) < np.where(active, 0.52, 0.26)).astype(int)
    bought = rng.poisson(rng.gamma(1.1, 1.1, n))
    said = np.maximum(0, bought + rng.poisson(0.35 + 0.45 * (bought == 0) + 0.22 * bought))
    asked = rng.random(n) < 0.18
    frame["bought_books"] = bought
    frame["said_books"] = pd.Series(said).astype("Int64").where(asked)
    frame["kids_12m"] = np.where(rng.random(n) < 0.27, 1 + rng.poisson(1.1, n), 0)
    frame["group"] = rng.choice(["发送", "留白"], n)
    target = (frame["kids_12m"] >= 1).to_numpy()
    sent = (frame["group"] == "发送").to_numpy()
    chance = 0.045 + 0.015 * active + sent * np.where(target, 0.12, 0.012)
    frame["bought_14d"] = (rng.random(n) < chance).astype(int)
    frame["profit_yuan"] = np.round(frame["bought_14d"] * rng.gamma(6.0, 30.0 / 6, n), 2)
    return frame


def make_views() -> pd.DataFrame:
    """Draw which of 36 reading lists 260 readers opened, in order; half of them stay in one corner."""
    rng = stream(5)
    shelves = {
        "童书": ["三岁绘本", "睡前故事", "恐龙图鉴", "拼音读物", "手工折纸", "小学桥梁书"],
        "考试": ["考研英语", "行测题库", "教资笔记", "单词速记", "申论素材", "会计入门"],
        "文学": ["长篇小说", "短篇集", "现代诗", "茅盾文学奖", "散文随笔", "外国名著"],
        "推理": ["本格推理", "刑侦故事", "密室集", "科幻悬疑", "历史谜案", "法医手记"],
        "生活": ["家常菜谱", "收纳手册", "养花入门", "城市散步", "烘焙笔记", "居家健身"],
        "科普": ["宇宙入门", "脑科学", "植物图鉴", "数学之美", "气象故事", "人体图解"],
    }
    items = [(item, shelf) for shelf, row in shelves.items() for item in row]
    names = np.array([item for item, _ in items])
    home = np.array([list(shelves).index(shelf) for _, shelf in items])
    popular = rng.uniform(0.6, 1.8, 36)
    rows = []
    for reader in range(1, 261):
        first, second = rng.choice(6, 2, replace=False, p=[0.18, 0.18, 0.20, 0.16, 0.16, 0.12])
        narrow = rng.random() < 0.5
        love = np.full(6, 0.05 if narrow else 0.30)
        love[first] = 1.6
        love[second] = max(love[second], 0.15 if narrow else 0.8)
        weight = popular * love[home]
        seen = rng.choice(36, 3 + rng.poisson(5.0), replace=False, p=weight / weight.sum())
        rows += [(f"U{reader:03d}", step, names[i], list(shelves)[home[i]]) for step, i in enumerate(seen, start=1)]
    frame = pd.DataFrame(rows, columns=["user_id", "step", "item_id", "category"])
    liked = frame.groupby("user_id")["category"].transform("first") == frame["category"]
    frame["read_share"] = np.round(rng.beta(np.where(liked, 3.2, 2.0), 2.4), 2)
    return frame


def make_profiles(customers: pd.DataFrame) -> pd.DataFrame:
    """Write the profile of 150 members long: one line a field and date; some fields were updated later."""
    rng = stream(6)
    people = customers.iloc[np.sort(rng.choice(N, 150, replace=False))]
    fields = {
        "district": "地区",
        "taste": "偏好题材",
        "price_view": "消费理念",
        "has_child": "有没有孩子",
        "education": "学历",
    }
    rows = []
    for row in people.to_dict("records"):
        for column, field in fields.items():
            if not isinstance(row[column], str):
                continue
            day = np.datetime64("2024-01-01") + int(rng.integers(0, 500))
            if rng.random() < 0.22:
                old = customers[column].dropna().iloc[int(rng.integers(0, 600))]
                rows.append((row["customer_id"], field, old, day, "门店登记卡"))
                day = day + int(rng.integers(60, 400))
            rows.append((row["customer_id"], field, row[column], day, str(rng.choice(["小程序", "客服回访"]))))
    return pd.DataFrame(rows, columns=["customer_id", "field", "value", "recorded_at", "recorded_by"])


def build() -> dict[str, pd.DataFrame]:
    """Return every table of the chapter by file stem."""
    orders, people = make_orders()
    customers = make_customers(orders, people)
    dirty = make_dirty(stream(7))
    return {
        "customers": customers,
        "orders": orders,
        "companies": make_companies(),
        "members": make_members(),
        "views": make_views(),
        "profiles_long": make_profiles(customers),
        "dirty_customers": dirty,
        "verified": make_verified(dirty, stream(8)),
        "notes": make_notes(stream(9)),
        "sources": pd.DataFrame(
            SOURCES, columns=["source", "kind", "rows", "duplicates", "valid", "cost_yuan", "lag_days", "bought_90d"]
        ),
        "roles": pd.DataFrame(ROLES, columns=["column", "kind", "店长", "客服", "营销", "分析"]),
        "dictionary": pd.DataFrame(
            DICTIONARY, columns=["column", "name_zh", "dimension", "type", "allowed", "purpose", "required"]
        ),
    }


def main(folder: Path) -> None:
    """Write every table as UTF-8 CSV with Unix line ends."""
    folder.mkdir(parents=True, exist_ok=True)
    for stem, table in build().items():
        with (folder / f"{stem}.csv").open("w", encoding="utf-8", newline="") as file:
            table.to_csv(file, index=False, lineterminator="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
