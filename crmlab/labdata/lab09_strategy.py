"""Data of lab09_strategy: how a fictional shop grades its members and makes gifts to order, new for every student.

Stated effects: members' spending is lognormal (a fifth of them bring 57-71 %), what a member costs rises with his
spending to a power of -0.1 to 0.4; those who order a custom gift buy again more often, in half of the draws only
because they are club members more often, in the others by 15 percentage points among members and non-members alike; one
of three steps has orders waiting 50-70 hours before it, the others 12-25, and another step is the longest to do; one
touchpoint falls 1.4 points short of what was expected, another one is rated lowest but nobody expected much of it. A draw
on which a task would have no single answer, or on which a usual slip gives the right one, is thrown away and drawn again.
"""

import numpy as np
import pandas as pd

from crmlab.labdata._draws import Columns, apart, well_posed

VALUE_CUT, NEED_CUT = 1500, 6
TIERS = ("A", "B", "C")
CARDS = ("金卡", "银卡", "普卡")
STEPS = ("采集", "设计", "生产", "交付", "反馈")
TOUCHPOINTS = ("看推送", "进店", "挑礼盒", "说要求", "等做好", "取货", "送出以后")
REQUESTS = ("查送货进度", "改送货时间", "开发票", "退换货", "改礼盒方案", "礼盒破损")
# The four ways to make things to measure for many: is the product changed, is its look changed?
OFFERS = {
    "合作式": (
        "和新人一起商量，从糖、盒子到贺卡，一样一样定出他们的喜糖盒。",
        "营养师陪客户谈半小时，照他的身体配一周的菜，分装和说明也照他的意思。",
        "请客户到店里调出只给他家的酱料，瓶子和标签也由他定。",
        "和公司行政坐下来谈，礼包里装什么、怎么包、印什么字，都照他们说的做。",
        "糕点师和家长一起画图，做出孩子想要的蛋糕和蛋糕盒。",
    ),
    "透明式": (
        "记得李奶奶牙口不好，每次送的菜都悄悄换成嫩的，从不声张。",
        "看出这一家总把辣的剩下，配菜包自动少放辣，外袋还是那一种。",
        "他家总说米饭偏硬，下一袋米悄悄换成软糯的品种，袋子照旧。",
        "知道他家有人对花生过敏，坚果包里不声不响换掉花生，袋子和别人的一样。",
        "照他往常的口味调整豆子的烘焙，他收到的还是同样的罐子。",
    ),
    "化妆式": (
        "月饼还是那一款，礼盒印上客户公司的名字。",
        "伞是同一把，伞套绣上客户的姓。",
        "牛奶是同一种，给幼儿园贴卡通瓶贴，给写字楼贴素色瓶贴。",
        "茶叶是同一款，有人要大罐，有人要小袋，按他要的来装。",
        "米是同一种，送给老人的袋子印大字说明，送给年轻人的印菜谱。",
    ),
    "适应式": (
        "台灯只卖一种，亮度和颜色由客户自己旋。",
        "货架人人买到的都一样，层高回家自己调。",
        "火锅底料只有一种，辣油另装一小袋，倒多少客户自己定。",
        "鞋垫只有一款，背面印着裁剪线，客户自己剪到合脚。",
        "保温箱只有一种，隔板可以自己抽掉或者移位。",
    ),
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
        ``members`` 一年的会员；``requests`` 六种请求和自助的试用；``offers`` 八种做法，``asked`` 要找的那一型；
        ``gifts`` 买礼盒的人；``flow`` 定制礼盒的流程；``lines`` 热线各级的来电，``desk`` 坐席和时长；
        ``service`` 各卡级的毛利和服务成本；``journey`` 体验的评分。

    Examples
    --------
    >>> tables = make(np.random.default_rng(1))
    >>> sorted(tables)[:6]
    ['asked', 'desk', 'flow', 'gifts', 'journey', 'lines']
    """
    offers, asked = _offers(rng)
    queue = well_posed(lambda: _queue(rng), _queue_is_clear)
    return {
        "members": pd.DataFrame(well_posed(lambda: _members(rng), _members_are_clear)).astype({"member_id": "str"}),
        "requests": _requests(rng),
        "offers": offers,
        "asked": asked,
        "gifts": pd.DataFrame(well_posed(lambda: _gifts(rng), _gifts_are_clear)),
        "flow": well_posed(lambda: _flow(rng), _flow_is_clear),
        "lines": queue[["tier", "arrivals_per_hour"]],
        "desk": queue[["agents", "service_min", "limit_min"]].head(1),
        "service": pd.DataFrame(well_posed(lambda: _service(rng), _service_is_clear)).astype({"card": "str"}),
        "journey": well_posed(lambda: _journey(rng), _journey_is_clear),
    }


# --- members and what they cost -------------------------------------------------------------------------------


def _members(rng: np.random.Generator) -> Columns:
    n = 10 * int(rng.integers(48, 61))
    spend = np.round(rng.lognormal(6.7, rng.uniform(1.05, 1.3), n), 2)
    spend[rng.random(n) < 0.07] = 0
    need = np.round(rng.normal(5.1, 2.1, n).clip(0.1, 9.9), 1)
    need[need == NEED_CUT] = 6.1
    power = rng.uniform(-0.1, 0.4)
    cost = np.round(60 * ((spend + 200) / 900) ** power * rng.gamma(1.6, 1 / 1.6, n), 2)
    talks = rng.poisson(rng.uniform(2.0, 2.8) + 0.8 * (spend > VALUE_CUT), n)
    need[rng.random(n) < 0.1] = np.nan
    names = np.array([f"M{i:04d}" for i in range(1, n + 1)], dtype=object)
    return {
        "member_id": names,
        "spend_yuan": spend,
        "service_cost_yuan": cost,
        "need_score": need,
        "interactions": talks,
    }


def tiers(spend: np.ndarray, *, including: bool = False) -> np.ndarray:
    """Return each member's letter: up to 80 %, up to 95 % and the rest of all spending, the biggest spenders first."""
    order = np.argsort(-spend, kind="stable")
    share = spend[order] / spend.sum()
    before = np.cumsum(share) - (0 if including else share)
    letters = np.empty(len(spend), dtype=object)
    letters[order] = np.where(before < 0.8, "A", np.where(before < 0.95, "B", "C"))
    return letters


def _members_are_clear(drawn: Columns) -> bool:
    spend, cost, need, talks = (drawn[c] for c in ("spend_yuan", "service_cost_yuan", "need_score", "interactions"))
    tier, other = tiers(spend), tiers(spend, including=True)
    costs = [100 * cost[tier == t].sum() / cost.sum() for t in TIERS]
    known = ~np.isnan(need)
    custom = known & (spend >= VALUE_CUT) & (need > NEED_CUT)
    money, people = spend[custom].sum() / spend[known].sum(), custom.sum() / known.sum()
    positive = spend[spend > 0]
    return bool(
        apart(costs, 2)
        and (other == "A").sum() < (tier == "A").sum()
        and len(np.unique(positive)) == len(positive)
        and (spend == 0).sum() >= 20
        and custom.sum() >= 20
        and money - people >= 0.03
        and money - spend[custom].sum() / spend.sum() >= 0.008
        and 8 <= (custom & (talks <= 2)).sum() <= 40
        and (custom & (talks == 2)).any()
        and (np.abs(spend - VALUE_CUT) > 0.5).all()
    )


def _service(rng: np.random.Generator) -> Columns:
    n = int(rng.integers(260, 341))
    card = rng.choice(3, size=n, p=rng.dirichlet([8, 12, 20]))
    typical = np.array([900.0, 320.0, 110.0]) * rng.uniform(0.8, 1.25, 3)
    margin = np.round(typical[card] * rng.lognormal(0, 0.6, n), 2)
    cost = np.round(rng.uniform(45, 75) * rng.uniform(0.7, 1.5, 3)[card] * rng.gamma(1.5, 1 / 1.5, n), 2)
    return {"card": np.array(CARDS, dtype=object)[card], "margin_yuan": margin, "cost_yuan": cost}


def mismatch(names: np.ndarray, margin: np.ndarray, cost: np.ndarray) -> float:
    """Return half the sum over groups of how far the share of cost is from the share of margin."""
    group = np.unique(names, return_inverse=True)[1]
    shares = [np.bincount(group, v) / v.sum() for v in (cost, margin)]
    return float(np.abs(shares[0] - shares[1]).sum() / 2)


def _service_is_clear(drawn: Columns) -> bool:
    card, margin, cost = drawn["card"], drawn["margin_yuan"], drawn["cost_yuan"]
    right = mismatch(card, margin, cost)
    single = mismatch(np.arange(len(card)), margin, cost)
    people = mismatch(card, np.ones(len(card)), cost)
    means = [np.array([v[card == c].mean() for c in CARDS]) for v in (cost, margin)]
    average = np.abs(means[0] / means[0].sum() - means[1] / means[1].sum()).sum() / 2
    return bool(
        0.1 <= right <= 0.48
        and single - right >= 0.03
        and abs(people - right) >= 0.03
        and abs(average - right) >= 0.01
        and min((card == c).sum() for c in CARDS) >= 20
    )


# --- self-service, four ways to make to measure, gifts --------------------------------------------------------


def _requests(rng: np.random.Generator) -> pd.DataFrame:
    success = np.array([0.95, 0.85, 0.9, 0.45, 0.4, 0.3]) + rng.uniform(-0.08, 0.04, len(REQUESTS))
    attempts = rng.integers(80, 301, len(REQUESTS))
    return pd.DataFrame(
        {
            "request": REQUESTS,
            "volume": 10 * rng.integers(20, 160, len(REQUESTS)),
            "attempts": attempts,
            "solved": rng.binomial(attempts, success),
            "staff_yuan": np.round(rng.uniform(5, 12, len(REQUESTS)), 1),
            "self_yuan": np.round(rng.uniform(0.3, 1.2, len(REQUESTS)), 1),
            "failure_yuan": np.round(rng.uniform(8, 25, len(REQUESTS)), 0),
        }
    )


def _offers(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    kinds = list(rng.permutation(list(OFFERS)))
    counts = [int(rng.integers(2, 4))]
    counts += [[2, 2, 2], [2, 2, 1]][counts[0] - 2]
    texts = np.concatenate([rng.choice(OFFERS[kind], n, replace=False) for kind, n in zip(kinds, counts, strict=True)])
    table = pd.DataFrame({"offer_id": [f"O{i}" for i in range(1, 9)], "text": rng.permutation(texts)})
    return table.astype("str"), pd.DataFrame({"approach": [str(kinds[0])]})


def _gifts(rng: np.random.Generator) -> Columns:
    n = int(rng.integers(1300, 1501))
    club = (rng.random(n) < rng.uniform(0.35, 0.45)).astype(int)
    custom = (rng.random(n) < np.where(club == 1, 0.62, 0.24)).astype(int)
    chance = rng.uniform(0.18, 0.25) + rng.uniform(0.26, 0.32) * club + rng.choice([0.0, 0.15]) * custom
    names = np.array([f"G{i:04d}" for i in range(1, n + 1)], dtype=object)
    return {"customer_id": names, "club": club, "custom": custom, "rebought": (rng.random(n) < chance).astype(int)}


def rebought_gaps(club: np.ndarray, custom: np.ndarray, rebought: np.ndarray) -> tuple[float, float, float]:
    """Return how much oftener buyers of a custom gift buy again: of all, of club members, of the others."""
    groups = (np.ones(len(club), dtype=bool), club == 1, club == 0)
    all_, inside, outside = (
        float(rebought[g & (custom == 1)].mean() - rebought[g & (custom == 0)].mean()) for g in groups
    )
    return all_, inside, outside


def _gifts_are_clear(drawn: Columns) -> bool:
    club, custom, rebought = drawn["club"], drawn["custom"], drawn["rebought"]
    every, inside, outside = rebought_gaps(club, custom, rebought)
    both = min(inside, outside), max(inside, outside)
    return bool(
        every >= 0.09
        and (max(abs(both[0]), abs(both[1])) <= 0.04 or both[0] >= 0.1)
        and both[1] - both[0] >= 0.01
        and every - both[1] >= 0.02
    )


# --- the way of an order, the hotline -------------------------------------------------------------------------


def _flow(rng: np.random.Generator) -> pd.DataFrame:
    n = int(rng.integers(120, 161))
    held, long = rng.choice([1, 2, 3], size=2, replace=False)
    waits, works = rng.uniform(12, 25, 5), rng.uniform(2, 5, 5)
    waits[held], works[long], works[4] = rng.uniform(50, 70), rng.uniform(8, 12), 0.5
    orders = np.array([f"D{i:03d}" for i in range(1, n + 1)], dtype=object)
    asked = 24 * 60 * rng.integers(0, 90, n) + rng.integers(9 * 60, 20 * 60, n)  # the shops are open from 9 to 20
    now = pd.Timestamp("2026-06-01") + pd.to_timedelta(np.sort(asked), unit="min")
    parts = []
    for step, name in enumerate(STEPS):
        wait = waits[step] * rng.gamma(2, 0.5, n) * (step > 0)
        start = now + pd.to_timedelta(np.round(60 * wait), unit="min")
        if name == "反馈":  # a week later, by day
            start = now.floor("D") + pd.Timedelta(days=7) + pd.to_timedelta(rng.integers(600, 1080, n), unit="min")
        now = start + pd.to_timedelta(np.round(60 * works[step] * rng.gamma(4, 0.25, n)) + 1, unit="min")
        done = rng.random(n) < 0.65 if name == "反馈" else np.ones(n, dtype=bool)
        rows = pd.DataFrame({"order_id": orders, "step": name, "start": start, "end": now})
        parts.append(rows[done])
    table = pd.concat(parts).sort_values(["start", "order_id"], ignore_index=True)
    return table.astype({"order_id": "str", "step": "str"})


def flow_facts(table: pd.DataFrame) -> dict[str, float | str]:
    """Return what the order's way shows: the share of waiting, the step waited for, the longest step, the days."""
    log = table.sort_values(["order_id", "start"])
    lead = log.groupby("order_id")["end"].max() - log.groupby("order_id")["start"].min()
    work = (log["end"] - log["start"]).dt.total_seconds()
    wait = (log["start"] - log.groupby("order_id")["end"].shift()).dt.total_seconds()
    by = pd.DataFrame({"wait": wait.fillna(0), "work": work}).groupby(log["step"]).mean()
    days = lead.dt.total_seconds() / 86400
    return {
        "wait_share": float(1 - work.sum() / lead.dt.total_seconds().sum()),
        "bottleneck": str(by.index[int(by["wait"].to_numpy().argmax())]),
        "longest": str(by.index[int(by["work"].to_numpy().argmax())]),
        "p90": float(days.quantile(0.9)),
        "mean": float(days.mean()),
    }


def _flow_is_clear(table: pd.DataFrame) -> bool:
    made, whole = flow_facts(table[table["step"] != "反馈"]), flow_facts(table)
    return bool(
        made["bottleneck"] != made["longest"]
        and whole["bottleneck"] == "反馈"
        and abs(float(made["wait_share"]) - float(whole["wait_share"])) >= 0.01
        and float(made["p90"]) - float(made["mean"]) >= 0.7
    )


def _queue(rng: np.random.Generator) -> pd.DataFrame:
    rates = [int(rng.integers(low, high)) for low, high in ((4, 10), (8, 16), (14, 27))]
    service = float(rng.choice([4.5, 5, 5.5, 6, 6.5, 7]))
    agents = int(np.ceil(sum(rates) * service / 60 / 0.93))
    table = pd.DataFrame({"tier": TIERS, "arrivals_per_hour": rates, "agents": agents, "service_min": service})
    return table.assign(limit_min=float(rng.choice([1.5, 2, 3]))).astype({"tier": "str"})


def waits(rates: list[float], agents: int, service_min: float) -> tuple[float, float, float]:
    """Return the mean wait in minutes of the first and of the last tier, and of everyone when nobody goes first."""
    load = sum(rates) * service_min / 60
    if load >= agents:
        return np.inf, np.inf, np.inf
    blocked = 1.0
    for c in range(1, agents + 1):
        blocked = load * blocked / (c + load * blocked)
    use = load / agents
    waiting = blocked / (1 - use * (1 - blocked)) * service_min / agents
    first, upper = rates[0] * load / sum(rates) / agents, sum(rates[:-1]) * load / sum(rates) / agents
    return waiting / (1 - first), waiting / (1 - upper) / (1 - use), waiting / (1 - use)


def fewest(rates: list[float], service_min: float, limit_min: float, of: int) -> int:
    """Return the fewest agents at which one of the three waits is within the limit."""
    return next(c for c in range(1, 60) if waits(rates, c, service_min)[of] <= limit_min)


def _queue_is_clear(table: pd.DataFrame) -> bool:
    rates, first = [float(r) for r in table["arrivals_per_hour"]], table.iloc[0]
    now, service, limit = int(first["agents"]), float(first["service_min"]), float(first["limit_min"])
    vip, last, plain = waits(rates, now, service)
    needed = fewest(rates, service, limit, 1)
    margins = [abs(waits(rates, c, service)[1] - limit) for c in (needed - 1, needed)]
    return bool(
        needed > max(now, fewest(rates, service, limit, 2))
        and fewest(rates, service, limit, 0) < fewest(rates, service, limit, 2)
        and min(margins) >= 0.1
        and 1 <= last - plain
        and last <= 40
        and vip < plain - 0.5
    )


# --- the journey ----------------------------------------------------------------------------------------------


def _journey(rng: np.random.Generator) -> pd.DataFrame:
    n, k = int(rng.integers(170, 221)), len(TOUCHPOINTS)
    short, low = rng.choice(k, size=2, replace=False)
    felt, hoped = rng.uniform(0.5, 1.4, k), rng.uniform(0.3, 1.0, k)
    felt[short], hoped[short] = rng.uniform(-0.2, 0.2), rng.uniform(1.3, 1.6)
    felt[low], hoped[low] = rng.uniform(-1.1, -0.8), rng.uniform(-0.8, -0.5)
    person = rng.normal(0, 0.5, (n, 1))
    emotion = np.clip(np.round(felt + person + rng.normal(0, 0.9, (n, k))), -3, 3)
    expectation = np.clip(np.round(hoped + rng.normal(0, 0.7, (n, k))), -3, 3).astype(int)
    went = np.arange(k) < np.where(rng.random(n) < 0.85, k, rng.integers(3, k, n))[:, None]
    emotion[rng.random((n, k)) < 0.02] = np.nan
    who, step = np.nonzero(went)
    table = pd.DataFrame({"customer_id": np.array([f"K{i:03d}" for i in range(1, n + 1)])[who], "step": step + 1})
    table["touchpoint"] = np.array(TOUCHPOINTS)[step]
    table["emotion"], table["expectation"] = emotion[went], expectation[went]
    return table.astype({"customer_id": "str", "touchpoint": "str"})


def _journey_is_clear(table: pd.DataFrame) -> bool:
    by = table.assign(gap=table["emotion"] - table["expectation"]).groupby("touchpoint")[["emotion", "gap"]].mean()
    feeling, gap = by["emotion"].sort_values(), by["gap"].sort_values()
    return bool(
        gap.iloc[1] - gap.iloc[0] >= 0.3
        and feeling.iloc[1] - feeling.iloc[0] >= 0.3
        and gap.index[0] != feeling.index[0]
    )
