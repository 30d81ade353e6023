"""Data of lab05_information: the member files of a fictional shop, drawn anew for every student.

Stated effects: two fields of the raw files are much emptier than the others, one of them with blanks that look filled;
a sixth of the members is in the files twice; one pair of goods is bought together about twice as often as by chance;
the higher the similarity of two records, the likelier they are one person (logistic, midpoint 0.55-0.8). Names and
numbers are invented (all numbers begin with 1990000). A draw on which a task would have no single answer, or on which a
usual slip gives the right one, is thrown away and drawn again.
"""

import numpy as np
import pandas as pd

from crmlab.labdata._draws import apart, well_posed

FIELDS = {
    "name": "姓名",
    "mobile": "手机号",
    "birthday": "生日",
    "district": "所在区",
    "taste": "偏好品类",
    "channel": "来店方式",
}
SOURCES = ("门店登记", "小程序注册", "问卷调查", "异业合作", "地推扫码")
GOODS = ("牛奶", "面包", "鸡蛋", "咖啡", "纸巾", "水果", "酸奶", "洗衣液")
QUASI = ("gender", "age_group", "district")
THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9)
_DISTRICTS = ("青云区", "白石区", "临江区", "南桥区", "东湖区")
_SURNAMES = tuple("王李张刘陈杨赵黄周吴徐孙")
_GIVEN = tuple("伟芳娜敏静丽强磊洋勇艳杰娟涛明超兰霞平刚")
_PROFILE = {
    "口味": ("清淡", "香辣", "甜口", "原味"),
    "时段": ("上午", "中午", "傍晚", "夜间"),
    "渠道": ("门店", "小程序", "电话"),
}


def make(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """生成一名学生的全部数据表。

    Parameters
    ----------
    rng : numpy.random.Generator
        随机数发生器；同样的状态得到同样的表。

    Returns
    -------
    dict of str to DataFrame
        ``files`` 原始会员档案；``fields`` 列名和中文名；``sources`` 五个收集渠道；``pairs`` 人工核对过的相似两两；
        ``members`` 手机号已经清理过、有重复的会员表；``profiles`` 长表形式的客户资料；``release`` 准备交给合作方的表；
        ``baskets`` 购物篮；``focus`` 要看的商品。

    Examples
    --------
    >>> tables = make(np.random.default_rng(1))
    >>> sorted(tables)
    ['baskets', 'fields', 'files', 'focus', 'members', 'pairs', 'profiles', 'release', 'sources']
    """
    focus, partner, popular = (GOODS[i] for i in rng.permutation(len(GOODS))[:3])
    return {
        "files": well_posed(lambda: _files(rng), _files_are_clear),
        "fields": pd.DataFrame({"column": list(FIELDS), "label": list(FIELDS.values())}),
        "sources": well_posed(lambda: _sources(rng), _sources_are_clear),
        "pairs": well_posed(lambda: _pairs(rng), _pairs_are_clear),
        "members": well_posed(lambda: _members(rng), _members_are_clear),
        "profiles": _profiles(rng),
        "release": well_posed(lambda: _release(rng), _release_is_clear),
        "baskets": well_posed(
            lambda: _baskets(rng, focus, partner, popular), lambda t: _baskets_are_clear(t, focus, partner)
        ),
        "focus": pd.DataFrame({"item": [focus]}),
    }


def _names(rng: np.random.Generator, n: int) -> np.ndarray:
    first, second, third = (rng.choice(letters, size=n) for letters in (_SURNAMES, _GIVEN, (*_GIVEN, "", "", "")))
    return np.char.add(np.char.add(first, second), third).astype(object)


def _mobiles(rng: np.random.Generator, n: int) -> np.ndarray:
    return np.array([f"1990000{i:04d}" for i in rng.permutation(10_000)[:n]], dtype=object)


# --- raw files ------------------------------------------------------------------------------------------------


def _files(rng: np.random.Generator) -> pd.DataFrame:
    n = int(rng.integers(180, 231))
    birthday = pd.Timestamp("1960-01-01") + pd.to_timedelta(rng.integers(0, 16_000, n), unit="D")
    columns: dict[str, np.ndarray] = {
        "name": _names(rng, n),
        "mobile": _mobiles(rng, n),
        "birthday": np.array(birthday.strftime("%Y-%m-%d"), dtype=object),
        "district": rng.choice(_DISTRICTS, size=n).astype(object),
        "taste": rng.choice(["鲜食", "零食", "日化", "饮品"], size=n).astype(object),
        "channel": rng.choice(["路过", "朋友介绍", "小程序"], size=n).astype(object),
    }
    _spoil(rng, columns["mobile"])
    empty, looks_filled = rng.permutation(["birthday", "district", "taste", "channel"])[:2]
    for column, values in columns.items():
        missing, blank = rng.uniform(0.02, 0.08), rng.uniform(0, 0.03)
        if column == empty:
            missing, blank = rng.uniform(0.24, 0.3), 0.0
        elif column == looks_filled:
            missing, blank = rng.uniform(0.14, 0.2), rng.uniform(0.2, 0.26)
        elif column == "mobile":
            missing, blank = rng.uniform(0.06, 0.12), rng.uniform(0.05, 0.09)
        at = rng.random(n)
        values[at < missing] = None
        values[(at >= missing) & (at < missing + blank)] = " "
    return pd.DataFrame({"customer_id": [f"K{i:04d}" for i in range(1, n + 1)]} | columns).astype("str")


def _spoil(rng: np.random.Generator, mobiles: np.ndarray) -> None:
    """Write some numbers wrong, and some right ones with spaces."""
    rows = iter(rng.permutation(len(mobiles)))
    for kind in ("length", "format", "prefix", "spaces"):
        for _ in range(int(rng.integers(5, 12))):
            at = int(next(rows))
            number = mobiles[at]
            mobiles[at] = {
                "length": number[:-1],
                "format": number[:5] + "o" + number[6:],
                "prefix": "12" + number[2:],
                "spaces": f"{number[:3]} {number[3:7]} {number[7:]}",
            }[kind]


def filled(values: pd.Series) -> pd.Series:
    """Return where a text is neither missing nor blank."""
    return values.notna() & values.str.strip().ne("").fillna(False)


def _files_are_clear(table: pd.DataFrame) -> bool:
    share = pd.Series({column: filled(table[column]).mean() for column in FIELDS}).sort_values()
    not_missing = table[list(FIELDS)].notna().mean()
    return bool(
        share.iloc[1] - share.iloc[0] >= 0.04
        and not_missing.idxmin() != share.index[0]
        and not_missing["mobile"] - share["mobile"] >= 0.02
    )


# --- sources --------------------------------------------------------------------------------------------------


def _sources(rng: np.random.Generator) -> pd.DataFrame:
    rows = rng.integers(300, 2400, len(SOURCES))
    duplicates = np.round(rows * rng.uniform(0.03, 0.35, len(SOURCES))).astype(int)
    valid = np.round((rows - duplicates) * rng.uniform(0.3, 0.95, len(SOURCES))).astype(int)
    cost = np.round(rows * rng.uniform(0.6, 3.2, len(SOURCES)), -1)
    return pd.DataFrame({"source": SOURCES, "rows": rows, "duplicates": duplicates, "valid": valid, "cost_yuan": cost})


def _sources_are_clear(table: pd.DataFrame) -> bool:
    each = table["cost_yuan"] / table["valid"]
    raw = table["cost_yuan"] / table["rows"]
    overall = table["cost_yuan"].sum() / table["valid"].sum()
    keep = each < overall
    return bool(
        apart(each, 0.08)
        and ((each / overall - 1).abs() >= 0.05).all()
        and keep.sum() in (2, 3)
        and ((each < each.mean()) != keep).any()
        and list(raw.sort_values().index) != list(each.sort_values().index)
    )


# --- duplicates -----------------------------------------------------------------------------------------------


def _pairs(rng: np.random.Generator) -> pd.DataFrame:
    n = 90
    score = np.round(rng.uniform(0.42, 0.99, n), 3)
    middle, steep = rng.uniform(0.55, 0.8), rng.uniform(11, 18)
    same = rng.random(n) < 1 / (1 + np.exp(-steep * (score - middle)))
    ids = rng.permutation(np.arange(1, 1000))[: 2 * n].reshape(n, 2)
    ids.sort(axis=1)
    return pd.DataFrame(
        {
            "id_a": [f"K{i:04d}" for i in ids[:, 0]],
            "id_b": [f"K{i:04d}" for i in ids[:, 1]],
            "score": score,
            "same": same.astype(int),
        }
    )


def quality(table: pd.DataFrame, threshold: float) -> tuple[float, float, float]:
    """Return precision, recall and F1 of calling a pair one person from ``threshold`` on."""
    found, same = table["score"] >= threshold, table["same"] == 1
    precision, recall = (found & same).sum() / found.sum(), (found & same).sum() / same.sum()
    return float(precision), float(recall), float(2 * precision * recall / (precision + recall))


def _pairs_are_clear(table: pd.DataFrame) -> bool:
    at = [quality(table, threshold) for threshold in THRESHOLDS]
    best = sorted(f1 for _, _, f1 in at)
    precision, recall, _ = at[2]
    accuracy = ((table["score"] >= 0.7) == (table["same"] == 1)).mean()
    return bool(
        best[-1] - best[-2] >= 0.012
        and abs(precision - recall) >= 0.04
        and min(abs(accuracy - precision), abs(accuracy - recall)) >= 0.01
        and min(abs(score - t) for score in table["score"] for t in THRESHOLDS) >= 0.0005
    )


def _members(rng: np.random.Generator) -> pd.DataFrame:
    n, twice = int(rng.integers(100, 131)), int(rng.integers(18, 27))
    mobile, name = _mobiles(rng, n), _names(rng, n)
    mobile[rng.permutation(n)[: int(rng.integers(9, 16))]] = None
    again = rng.permutation(np.flatnonzero([m is not None for m in mobile]))[:twice]
    who = np.concatenate([np.arange(n), again, again[: int(rng.integers(3, 7))]])  # some are in the table three times
    who = rng.permutation(who)
    days = rng.permutation(2000)[: len(who)]
    return pd.DataFrame(
        {
            "customer_id": [f"M{i:04d}" for i in range(1, len(who) + 1)],
            "name": name[who],
            "mobile": mobile[who],
            "points": rng.integers(0, 5000, len(who)),
            "updated_at": pd.Timestamp("2026-09-30") - pd.to_timedelta(days, unit="D"),
        }
    ).astype({"name": "str", "mobile": "str"})


def _members_are_clear(table: pd.DataFrame) -> bool:
    known = table.dropna(subset="mobile")
    newest = set(known.sort_values("updated_at").drop_duplicates("mobile", keep="last")["customer_id"])
    first = set(known.drop_duplicates("mobile")["customer_id"])
    last = set(known.drop_duplicates("mobile", keep="last")["customer_id"])
    return newest != first and newest != last


# --- other tables ---------------------------------------------------------------------------------------------


def _profiles(rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for i in range(1, int(rng.integers(40, 56))):
        known = [field for field in _PROFILE if rng.random() < 0.85] or ["口味"]
        rows += [(f"M{i:04d}", field, str(rng.choice(_PROFILE[field]))) for field in known]
    table = pd.DataFrame(rows, columns=["customer_id", "field", "value"])
    return table.sample(frac=1, random_state=rng, ignore_index=True)


def _release(rng: np.random.Generator) -> pd.DataFrame:
    n = int(rng.integers(190, 241))
    rare = str(rng.choice(QUASI))

    def shares(column: str, size: int) -> np.ndarray:
        part = rng.dirichlet([20.0] * (size - 1))
        return np.append(part * 0.955, 0.045) if column == rare else rng.dirichlet([20.0] * size)

    columns = {
        "gender": rng.choice(["女", "男", "未说明"], size=n, p=shares("gender", 3)),
        "age_group": rng.choice(["18–35", "36–55", "56+"], size=n, p=shares("age_group", 3)),
        "district": rng.choice(_DISTRICTS[:3], size=n, p=shares("district", 3)),
        "complaints": rng.poisson(0.6, n),
    }
    return pd.DataFrame({"row": np.arange(1, n + 1)} | columns)


def _release_is_clear(table: pd.DataFrame) -> bool:
    size = table.groupby(list(QUASI))["row"].transform("size")
    without = {q: table.groupby([c for c in QUASI if c != q]).size().min() for q in QUASI}
    best = sorted(without.values())
    sizes = table.groupby(list(QUASI)).size()
    return bool(
        size.min() <= 3
        and 0.02 <= (size < 5).mean()
        and best[-1] - best[-2] >= 2
        and (sizes < 5).sum() != (size < 5).sum()
    )


def _baskets(rng: np.random.Generator, focus: str, partner: str, popular: str) -> pd.DataFrame:
    n = int(rng.integers(320, 401))
    base = dict(zip(GOODS, rng.uniform(0.12, 0.3, len(GOODS)), strict=True)) | {popular: 0.6, partner: 0.14, focus: 0.3}
    bought = {item: rng.random(n) < share for item, share in base.items()}
    bought[partner] = rng.random(n) < np.where(bought[focus], 0.32, 0.12)
    rows = [(f"B{i + 1:04d}", item) for item, has in bought.items() for i in np.flatnonzero(has)]
    rows += [rows[i] for i in rng.permutation(len(rows))[: len(rows) // 8]]  # two of the same on one receipt
    table = pd.DataFrame(rows, columns=["order_id", "item_id"])
    return table.sample(frac=1, random_state=rng, ignore_index=True)


def basket_lifts(table: pd.DataFrame, focus: str) -> pd.DataFrame:
    """Return each other item's confidence and lift, given the focus item."""
    baskets = table.groupby("order_id")["item_id"].agg(set)
    having = baskets[[focus in items for items in baskets]]
    rows = {}
    for item in GOODS:
        if item != focus:
            confidence = sum(item in items for items in having) / len(having)
            rows[item] = (confidence, confidence / (sum(item in items for items in baskets) / len(baskets)))
    return pd.DataFrame.from_dict(rows, orient="index", columns=["confidence", "lift"])


def _baskets_are_clear(table: pd.DataFrame, focus: str, partner: str) -> bool:
    lifts = basket_lifts(table, focus)
    best = lifts["lift"].nlargest(2)
    return bool(
        best.index[0] == partner and best.iloc[0] - best.iloc[1] >= 0.2 and lifts["confidence"].idxmax() != partner
    )
