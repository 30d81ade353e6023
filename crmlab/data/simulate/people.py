"""Customers: who they are, and the same person registered a second time by somebody who typed differently."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from crmlab.data.simulate._world import (
    BLOCK,
    DAYS,
    START,
    TIERS,
    Ints,
    Part,
    Texts,
    check_dirt,
    check_size,
    customer_ids,
    moments,
    parts,
    pick,
    soil,
    stream,
    traits,
    whole,
)

_SURNAMES = np.array(
    [*"王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈", "欧阳"],
    dtype=object,
)
_GIVEN = np.array(
    list(
        "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂玉萍红鹏宇浩轩子涵梓萱诗雨欣怡佳琪思远俊辉文博海燕晓建国志华春梅雪婷"
        "亮飞龙凤云山川河月星晨阳光天安康宁福贵荣清源泽润"
    ),
    dtype=object,
)
_DISTRICTS = {
    "江苏省苏州市": ["姑苏区", "吴中区", "相城区", "昆山市"],
    "江苏省无锡市": ["梁溪区", "滨湖区", "惠山区"],
    "浙江省杭州市": ["上城区", "西湖区", "余杭区"],
    "安徽省合肥市": ["蜀山区", "包河区", "肥东县"],
    "上海市": ["浦东新区", "静安区", "闵行区"],
}
_REGIONS = np.array([c + d for c, districts in _DISTRICTS.items() for d in districts], dtype=object)
_STREETS = np.array(
    "人民路 中山路 解放街 建设路 新华街 和平路 文化路 长江路 学府街 湖滨路 东风路 建国路".split(), dtype=object
)
_LOOKALIKE = str.maketrans("晓明丽英静杰伟强涛宇子涵雨欣怡佳", "小名莉瑛靖捷玮墙滔雨梓晗语心仪嘉")
_SOURCES = {"门店": 0.38, "小程序": 0.30, "直播": 0.14, "朋友推荐": 0.12, "官网": 0.06}
_GAPS = ["mobile", "birth_date", "gender", "address"]


def simulate_customers(
    customers: int, *, seed: int, missing: float = 0.0, duplicates: float = 0.0, impossible: float = 0.0
) -> pd.DataFrame:
    """模拟一家公司的客户登记表：谁、怎么联系、哪里来的，也可以有同一个人登记了几次的。

    同一个 ``seed`` 的 :func:`simulate_orders`、:func:`simulate_contacts`、:func:`simulate_responses`、
    :func:`simulate_reviews` 说的是同一批客户，customer_id 对得上。全部是模拟数据：姓名、号码和地址都是随机拼的。

    Parameters
    ----------
    customers : int
        多少位客户（人）。0 到 2000 万。
    seed : int
        种子。同一个种子每次得到一模一样的表；人数加大时，原来的客户不变。
    missing : float, default 0
        mobile、birth_date、gender、address 各有多少是空的，0–0.5。
    duplicates : float, default 0
        重复登记的记录占全部记录多少，0–0.5。有人不止重复一次。
    impossible : float, default 0
        有多少行的出生日期在将来，或手机号只有 10 位，0–0.5。

    Returns
    -------
    DataFrame
        一行一条登记。列：customer_id、name（姓名）、mobile（手机号）、birth_date（出生日期，文字）、gender、
        address、source（来源）、member_tier（普通、银卡、金卡）、signup_date（注册日期）、consent（同意接收营销信息）、
        updated_at（最近更新的日期）、person_id（其实是谁：真值，现实里没有这一列，只用来算查重查得准不准）。

    Raises
    ------
    TypeError
        参数不是数。
    ValueError
        客户数或种子不是非负整数，或比例不在 0–0.5 之间。

    Notes
    -----
    写进去的关系：会员等级与每单金额有关（约 70%、22%、8%）；来源占比门店 38%、小程序 30%、直播 14%、朋友推荐 12%、官网 6%；
    同意营销 62%，与别的列无关；约 10% 的人与别人同住，其中三成还共用手机号，他们不是重复。
    重复登记时换了打字的人：25% 的姓名换成同音或形近字，10% 手机号相邻两位颠倒，9% 换了号，5% 没填，20% 没填生日，
    10% 没填性别，10% 搬了家，其余约一半的地址写法不同。重复登记的编号没有订单：订单都在第一次登记的编号下。

    Examples
    --------
    >>> from crmlab import data
    >>> table = data.simulate_customers(1000, seed=1)
    >>> table.shape, table["person_id"].nunique()
    ((1000, 12), 1000)
    >>> len(data.simulate_customers(1000, seed=1, duplicates=0.2)) > 1000
    True
    """
    return whole(customer_parts(customers, seed=seed, missing=missing, duplicates=duplicates, impossible=impossible))


def customer_parts(
    customers: int, *, seed: int, missing: float = 0.0, duplicates: float = 0.0, impossible: float = 0.0
) -> Iterator[pd.DataFrame]:
    """Yield the customers block by block; everything is checked before the first."""
    customers, seed = check_size(customers, seed)
    shares = check_dirt(missing=missing, duplicates=duplicates, impossible=impossible)
    again = shares.pop("duplicates")

    def make(seed: int, block: int) -> Part:
        return _block(seed, block, again, shares["missing"], shares["impossible"])

    return parts(customers, seed, make)


def _block(seed: int, block: int, again: float, missing: float, impossible: float) -> Part:
    rng, who = stream(seed, "customers", block), traits(seed, block)
    people = _people(BLOCK, rng)
    people["source"] = pick(rng, _SOURCES, BLOCK)
    people["member_tier"] = TIERS[who.tier]
    people["signup_date"] = moments(who.signup)
    people["consent"] = rng.random(BLOCK) < 0.62
    people["updated_at"] = moments(who.signup + rng.integers(0, DAYS, BLOCK) * (DAYS - who.signup) // DAYS)
    owner, numbers = np.arange(BLOCK), who.number
    if again:
        dirt = np.random.default_rng([seed, 99, block])
        # On average so many a person that repeats are the share `again` of all records.
        repeats = dirt.poisson(again / (1 - again), BLOCK)
        copies = np.repeat(owner, repeats)[: len(who.spare)]
        people = pd.concat([people, _registered_again(people.iloc[copies], dirt)], ignore_index=True)
        owner = np.concatenate([owner, copies])
        numbers = np.concatenate([numbers, who.spare[: len(copies)]])
    people.insert(0, "customer_id", customer_ids(numbers))
    people["person_id"] = owner + block * BLOCK + 1
    order = np.argsort(numbers)
    people, owner = people.take(order), owner[order]
    return soil(
        people.astype(dict.fromkeys(["customer_id", "name", *_GAPS, "source", "member_tier"], "str")),
        owner,
        stream(seed, "dirt", block),
        missing=missing,
        gaps=_GAPS,
        duplicates=0,
        impossible=impossible,
        spoil=_spoil,
    )


def _spoil(table: pd.DataFrame, rows: npt.NDArray[np.bool_], rng: np.random.Generator) -> None:
    future = rows & (rng.random(len(rows)) < 0.5)
    table["birth_date"] = table["birth_date"].mask(future, "2" + table["birth_date"].str[1:].str.replace("9", "1", n=1))
    table["mobile"] = table["mobile"].mask(rows & ~future, table["mobile"].str[:10])


def _addresses(n: int, rng: np.random.Generator) -> Texts:
    numbers = zip(
        _REGIONS[rng.integers(0, len(_REGIONS), n)],
        _STREETS[rng.integers(0, len(_STREETS), n)],
        rng.integers(1, 400, n).tolist(),
        rng.integers(1, 30, n).tolist(),
        rng.integers(101, 2600, n).tolist(),
        strict=True,
    )
    return np.array([f"{r}{s}{number}号{building}栋{room}室" for r, s, number, building, room in numbers], dtype=object)


def _mobiles(n: int, rng: np.random.Generator) -> Texts:
    numbers = rng.integers(13_000_000_000, 20_000_000_000, n).tolist()
    return np.array([str(number) for number in numbers], dtype=object)


def _people(n: int, rng: np.random.Generator) -> pd.DataFrame:
    first, second = rng.integers(0, len(_GIVEN), (2, n))
    given = np.where(rng.random(n) < 0.8, _GIVEN[first] + _GIVEN[second], _GIVEN[first])
    surname = _SURNAMES[rng.zipf(1.6, n) % len(_SURNAMES)]
    born = np.datetime64("1950-01-01") + rng.integers(0, 20_000, n).astype("timedelta64[D]")
    mobile, address = _mobiles(n, rng), _addresses(n, rng)
    # Families live together, and some share a telephone: alike, and yet not the same person.
    home = np.flatnonzero(rng.random(n) < 0.1)
    with_whom = rng.integers(0, n, len(home))
    address[home] = address[with_whom]
    share = rng.random(len(home)) < 0.3
    mobile[home[share]] = mobile[with_whom[share]]
    return pd.DataFrame(
        {
            "name": surname + given,
            "mobile": mobile,
            "birth_date": born.astype(str).astype(object),
            "gender": np.array(["男", "女"], dtype=object)[rng.integers(0, 2, n)],
            "address": address,
        }
    )


def _registered_again(table: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the records as somebody else would have typed them."""
    n = len(table)
    again = table.copy()

    def some(share: float) -> npt.NDArray[np.bool_]:
        return rng.random(n) < share

    again["name"] = np.where(some(0.25), [name.translate(_LOOKALIKE) for name in table["name"]], table["name"])
    at: Ints = rng.integers(3, 10, n)
    swapped = [v[:i] + v[i + 1] + v[i] + v[i + 2 :] for v, i in zip(table["mobile"], at, strict=True)]
    again["mobile"] = np.where(some(0.1), swapped, np.where(some(0.1), _mobiles(n, rng), table["mobile"]))
    address = pd.Series(table["address"], dtype="str")
    short = address.str.replace(r"^[^省]{2,3}省", "", regex=True).str.replace("市", "", n=1)
    short = short.str.replace("栋", "-").str.rstrip("室")
    again["address"] = np.where(some(0.1), _addresses(n, rng), np.where(some(0.5), short, address))
    again["mobile"] = again["mobile"].mask(some(0.05))
    again["birth_date"] = again["birth_date"].mask(some(0.2))
    again["gender"] = again["gender"].mask(some(0.1))
    late = (pd.DatetimeIndex(table["signup_date"]) - START).days.to_numpy()
    again["signup_date"] = moments(late + (rng.random(n) * (DAYS - late)).astype(np.int64))
    again["updated_at"] = again["signup_date"]
    return again
