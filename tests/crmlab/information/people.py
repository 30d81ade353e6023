"""Customers with duplicates whose truth is known: Chinese names, mobiles, addresses, and the errors people make."""

import numpy as np
import pandas as pd

SURNAMES = [
    *"王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈",
    "欧阳",
]
GIVEN = list(
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂玉萍红鹏宇浩轩子涵梓萱诗雨欣怡佳琪思远俊辉文博海燕晓建国志华春梅雪婷"
    "亮飞龙凤云山川河月星晨阳光天安康宁福贵荣清源泽润"
)
CITIES = {
    "江苏省苏州市": ["姑苏区", "吴中区", "相城区", "昆山市"],
    "江苏省无锡市": ["梁溪区", "滨湖区", "惠山区"],
    "浙江省杭州市": ["上城区", "西湖区", "余杭区"],
    "安徽省合肥市": ["蜀山区", "包河区", "肥东县"],
    "上海市": ["浦东新区", "静安区", "闵行区"],
}
STREETS = [
    "人民路",
    "中山路",
    "解放街",
    "建设路",
    "新华街",
    "和平路",
    "文化路",
    "长江路",
    "学府街",
    "湖滨路",
    "东风路",
    "建国路",
]
LOOKALIKE = dict(zip("晓明丽英静杰伟强涛宇子涵雨欣怡佳", "小名莉瑛靖捷玮墙滔雨梓晗语心仪嘉", strict=True))


def make_customers(n, rng, duplicates=0.2):
    """Return n customer records and, by customer_id, the person behind each; about a share of the records are repeats."""
    n_people = n - round(n * duplicates)
    people = _people(n_people, rng)
    copies = rng.choice(n_people, n - n_people)
    repeated = _spoil(people.iloc[copies].reset_index(drop=True), rng)
    table = pd.concat([people, repeated], ignore_index=True)
    table["person"] = np.concatenate([np.arange(n_people), copies])
    table = table.iloc[rng.permutation(n)].reset_index(drop=True)
    table.insert(0, "customer_id", [f"C{i:07d}" for i in range(n)])
    table["updated_at"] = pd.Timestamp("2026-09-01") - pd.to_timedelta(rng.integers(0, 1500, n), unit="D")
    entity = table.set_index("customer_id")["person"].rename("entity")
    return table.drop(columns="person"), entity


def _people(n, rng):
    given = [
        GIVEN[i] + (GIVEN[j] if two else "")
        for i, j, two in zip(*rng.integers(0, len(GIVEN), (2, n)), rng.random(n) < 0.8, strict=True)
    ]
    common = rng.zipf(1.6, n) % len(SURNAMES)
    regions = [(city, district) for city, districts in CITIES.items() for district in districts]
    places = [
        f"{regions[r][0]}{regions[r][1]}{STREETS[s]}{number}号{building}栋{room}室"
        for r, s, number, building, room in zip(
            rng.integers(0, len(regions), n),
            rng.integers(0, len(STREETS), n),
            rng.integers(1, 400, n),
            rng.integers(1, 30, n),
            rng.integers(101, 2600, n),
            strict=True,
        )
    ]
    born = pd.Timestamp("1950-01-01") + pd.to_timedelta(rng.integers(0, 20_000, n), unit="D")
    people = pd.DataFrame(
        {
            "name": [SURNAMES[s] + g for s, g in zip(common, given, strict=True)],
            "mobile": [f"1{a}{b:09d}" for a, b in zip(rng.integers(3, 10, n), rng.integers(0, 10**9, n), strict=True)],
            "birth_date": born.strftime("%Y-%m-%d"),
            "gender": rng.choice(["男", "女"], n),
            "address": places,
        }
    )
    # Families live together, and some share a telephone: alike, and yet not the same person.
    home = np.flatnonzero(rng.random(n) < 0.1)
    with_whom = rng.integers(0, n, len(home))
    people.loc[home, "address"] = people["address"].to_numpy()[with_whom]
    share = rng.random(len(home)) < 0.3
    people.loc[home[share], "mobile"] = people["mobile"].to_numpy()[with_whom[share]]
    return people


def _spoil(table, rng):
    """Return the records as somebody else would have typed them."""
    n = len(table)

    def some(share):
        return rng.random(n) < share

    name = table["name"].to_numpy(dtype=object)
    typo = ["".join(LOOKALIKE.get(c, c) for c in value) for value in name]
    mobile = table["mobile"].to_numpy(dtype=object)
    at = rng.integers(3, 10, n)
    swapped = [v[:i] + v[i + 1] + v[i] + v[i + 2 :] for v, i in zip(mobile, at, strict=True)]
    changed = [f"1{d}{r:09d}" for d, r in zip(rng.integers(3, 10, n), rng.integers(0, 10**9, n), strict=True)]
    address = table["address"]
    short = (
        address.str.replace(r"^[^省]{2,3}省", "", regex=True)
        .str.replace("市", "", n=1)
        .str.replace("栋", "-")
        .str.rstrip("室")
    )
    moved = _people(n, rng)["address"]
    spoiled = pd.DataFrame(
        {
            "name": np.where(some(0.25), typo, name),
            "mobile": np.where(some(0.1), swapped, np.where(some(0.1), changed, mobile)),
            "birth_date": table["birth_date"].where(~some(0.2)),
            "gender": table["gender"].where(~some(0.1)),
            "address": np.where(some(0.1), moved, np.where(some(0.5), short, address)),
        }
    )
    spoiled.loc[some(0.05), "mobile"] = None
    return spoiled
