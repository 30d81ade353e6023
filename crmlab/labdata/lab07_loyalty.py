"""Data of lab07_loyalty: a fictional shop's members, from who came back to what a club is worth, new for every student.

Stated effects: one of eight months brought twice the newcomers, of whom half as many came back; in the five shops 25-60 %
of those who come often do not prefer the shop; of four ways to win members one sells most while it lasts and nothing
afterwards, another sells about 10 percentage points more afterwards; members who like the shop take part more and buy
more, the invitation given out by lot changes the share who buy by about +8, -8 or +1 points; 3-5 % of members
write hundreds of reviews; of five tiers the one that loses the largest share is not the one that loses most people.
A draw on which a task would have no single answer, or on which a usual slip gives the right one, is drawn again.
"""

from itertools import pairwise

import numpy as np
import pandas as pd

from crmlab.labdata._draws import Columns, apart, well_posed
from crmlab.labdata._loyalty_voices import FAKE, FAKE_TRAPS, POTENTIAL, TRUE, voices  # noqa: F401  # the checks read them

END = pd.Timestamp("2026-09-30")
STORES = ("城南", "城北", "城东", "城西", "中心")
WAYS = ("情感", "利益", "转换成本", "组织")
LEVELS = ("普通", "铜卡", "银卡", "金卡", "黑卡")
BLACK = 4500
EDGES = (30, 60)


def make(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """生成一名学生的全部数据表。

    Parameters
    ----------
    rng : numpy.random.Generator
        随机数发生器；同样的状态得到同样的表。

    Returns
    -------
    dict of str to DataFrame
        ``cohorts`` 八个月的新客各月还来多少人；``marks`` 几位会员的四项评分；``survey`` 会员问卷；``voices`` 八句话；
        ``club`` 付费会员一年的账；``campaign`` 抽签试的四种办法；``orders`` 订单；``tasters`` 尝新团的试验；
        ``members`` 会员的消费、评价和信誉；``levels`` 去年和今年的等级。

    Examples
    --------
    >>> tables = make(np.random.default_rng(1))
    >>> sorted(tables)[:6]
    ['campaign', 'club', 'cohorts', 'levels', 'marks', 'members']
    """
    return {
        "cohorts": pd.DataFrame(well_posed(lambda: _cohorts(rng), _cohorts_are_clear)),
        "marks": pd.DataFrame(_marks(rng)),
        "survey": pd.DataFrame(well_posed(lambda: _survey(rng), _survey_is_clear)),
        "voices": voices(rng),
        "club": pd.DataFrame(well_posed(lambda: _club(rng), _club_is_clear)),
        "campaign": _campaign(rng, well_posed(lambda: _bought(rng), _bought_is_clear)),
        "orders": pd.DataFrame(well_posed(lambda: _orders(rng), _orders_are_clear)),
        "tasters": pd.DataFrame(well_posed(lambda: _tasters(rng), _tasters_are_clear)),
        "members": pd.DataFrame(well_posed(lambda: _members(rng), _members_are_clear)),
        "levels": _levels(rng, well_posed(lambda: _moves(rng), _moves_are_clear)),
    }


# --- who came back, who is loyal ------------------------------------------------------------------------------


def _cohorts(rng: np.random.Generator) -> Columns:
    months = 8
    promo = int(rng.integers(0, 6))
    size = rng.integers(70, 131, months)
    level = rng.uniform(0.52, 0.62, months)
    size[promo] = int(rng.integers(190, 261))
    level[promo] = rng.uniform(0.27, 0.33)
    columns = {"cohort": np.array([f"2026-{m:02d}" for m in range(1, months + 1)], dtype=object), "size": size}
    for age, fade in enumerate((1.0, 0.82, 0.7, 0.62, 0.56), start=1):
        came = rng.binomial(size, level * fade).astype(float)
        came[months + 1 - age :] = np.nan  # the cohort has not reached this age by September
        columns[f"m{age}"] = came
    return columns


def _cohorts_are_clear(drawn: Columns) -> bool:
    size, third = drawn["size"], drawn["m3"]
    share = drawn["m1"] / size
    reached = ~np.isnan(third)
    pooled = third[reached].sum() / size[reached].sum()
    return bool(
        apart(np.sort(share)[:2], 0.05)
        and np.argmin(drawn["m1"]) != np.argmin(share)
        and abs(pooled - (third[reached] / size[reached]).mean()) >= 0.01
    )


def _marks(rng: np.random.Generator) -> Columns:
    n = 8
    liking = rng.normal(3.2, 0.9, n)
    columns: Columns = {"member_id": np.array([f"V{i}" for i in range(1, n + 1)], dtype=object)}
    for item in ("repurchase", "prefer", "resist", "tell"):
        columns[item] = np.clip(np.round(liking + rng.normal(0, 0.8, n)), 1, 5)
    return columns


def _survey(rng: np.random.Generator) -> Columns:
    n = int(rng.integers(560, 661))
    store = rng.choice(len(STORES), size=n, p=rng.dirichlet(np.full(len(STORES), 30.0)))
    liking, often = rng.uniform(-0.45, 0.45, len(STORES))[store], rng.uniform(-0.4, 0.5, len(STORES))[store]
    z = rng.normal(size=n)
    columns = {
        "member_id": np.array([f"S{i:04d}" for i in range(1, n + 1)], dtype=object),
        "store": np.array(STORES, dtype=object)[store],
        "prefer": np.clip(np.round(3.4 + liking + 0.8 * z + rng.normal(0, 0.6, n)), 1, 5),
        "resist": np.clip(np.round(3.1 + liking + 0.8 * z + rng.normal(0, 0.7, n)), 1, 5),
        "visits": rng.poisson(np.exp(1.1 + often + 0.25 * z + rng.normal(0, 0.4, n))),
    }
    for item, share in (("prefer", 0.03), ("resist", 0.05)):
        columns[item][rng.random(n) < share] = np.nan
    return columns


def four_kinds(drawn: Columns) -> Columns:
    """Return by shop (in the order of STORES) the answered, the shares, and the shares that usual slips give."""
    shop = np.array([STORES.index(s) for s in drawn["store"]])
    attitude, often = (drawn["prefer"] + drawn["resist"]) / 2, drawn["visits"] >= 4
    known = ~np.isnan(attitude)

    def count(which: np.ndarray) -> np.ndarray:
        return np.bincount(shop[which], minlength=len(STORES)).astype(float)

    true, fake = count(known & often & (attitude >= 3.5)), count(known & often & (attitude < 3.5))
    strict = count(known & often & (attitude > 3.5))
    blank = count(often) - true
    return {
        "people": count(known),
        "asked": count(np.ones(len(shop), dtype=bool)),
        "true_pct": 100 * true / count(known),
        "fake_pct": 100 * fake / (true + fake),
        "of_all": 100 * fake / count(known),
        "strict": 100 * (true + fake - strict) / (true + fake),
        "blank_low": 100 * blank / count(often),
    }


def _survey_is_clear(drawn: Columns) -> bool:
    k = four_kinds(drawn)
    return bool(
        k["people"].min() >= 60
        and (k["people"] < k["asked"]).all()
        and k["fake_pct"].min() >= 15
        and k["fake_pct"].max() <= 80
        and apart(k["fake_pct"], 0.5)
        and (k["blank_low"] - k["fake_pct"]).max() >= 0.5
        and np.argmax(k["of_all"]) != np.argmax(k["fake_pct"])
    )


# --- what a member is worth, what wins him --------------------------------------------------------------------


def _club(rng: np.random.Generator) -> Columns:
    start = int(rng.integers(900, 1501))
    stayed, new = int(start * rng.uniform(0.62, 0.78)), int(start * rng.uniform(0.12, 0.21))
    margin = 10 * int(rng.integers(14, 31))
    return {
        "members_start": np.array([start]),
        "members_end": np.array([stayed + new]),
        "members_new": np.array([new]),
        "margin_yuan": np.array([margin]),
        "cost_yuan": np.array([int(margin * rng.uniform(0.08, 0.28))]),
    }


def gain(drawn: Columns) -> tuple[float, float, float]:
    """Return the share kept, the lifetime value, and what five points more at this cost would change it by (yuan)."""
    keep = float((drawn["members_end"][0] - drawn["members_new"][0]) / drawn["members_start"][0])
    m, cost = float(drawn["margin_yuan"][0]), float(drawn["cost_yuan"][0])
    value = m * keep / (1.1 - keep)
    return keep, value, (m - cost) * (keep + 0.05) / (1.05 - keep) - value


def _club_is_clear(drawn: Columns) -> bool:
    moved = abs(float(drawn["members_end"][0] / drawn["members_start"][0]) - 1)
    return moved >= 0.01 and abs(gain(drawn)[2]) >= 5


def _bought(rng: np.random.Generator) -> np.ndarray:
    """Return buyers by arm (control first) while it lasted and afterwards, and the arms' sizes."""
    lasting, flash = rng.permutation(len(WAYS))[:2]
    early, late = rng.uniform(0.01, 0.06, len(WAYS)), rng.uniform(-0.01, 0.05, len(WAYS))
    early[flash], late[flash] = rng.uniform(0.1, 0.14), rng.uniform(-0.03, 0.01)
    early[lasting], late[lasting] = rng.uniform(0.04, 0.08), rng.uniform(0.1, 0.14)
    n = rng.integers(280, 341, len(WAYS) + 1)
    p = np.array([[0.34, *(0.34 + early)], [0.30, *(0.30 + late)]])
    return np.vstack([rng.binomial(n, p), n])


def lifts(bought: np.ndarray) -> np.ndarray:
    """Return each way's lift over the control, percentage points: first row while it lasted, second afterwards."""
    share = bought[:2] / bought[2]
    return np.asarray(100 * (share[:, 1:] - share[:, :1]))


def _bought_is_clear(bought: np.ndarray) -> bool:
    early, late = lifts(bought)
    return bool(
        apart(np.sort(late)[-2:], 2)
        and apart(np.sort(early)[-2:], 2)
        and np.argmax(early) != np.argmax(late)
        and np.abs(late).min() >= 0.2
    )


def _campaign(rng: np.random.Generator, bought: np.ndarray) -> pd.DataFrame:
    arm = np.repeat(np.array(["对照", *WAYS], dtype=object), bought[2])
    early, late = (
        np.concatenate([np.arange(n) < k for k, n in zip(row, bought[2], strict=True)]).astype(int)
        for row in bought[:2]
    )
    first = np.cumsum([0, *bought[2]])
    for start, end in pairwise(first):
        rng.shuffle(early[start:end])
        rng.shuffle(late[start:end])
    order = rng.permutation(len(arm))
    return pd.DataFrame(
        {
            "member_id": [f"C{i:04d}" for i in range(1, len(arm) + 1)],
            "arm": arm[order],
            "bought_60d": early[order],
            "bought_late": late[order],
        }
    )


# --- orders, tasters ------------------------------------------------------------------------------------------


def _orders(rng: np.random.Generator) -> Columns:
    people = int(rng.integers(200, 261))
    first = rng.integers(0, 268, people)  # days since 1 January; 30 September is day 272
    first -= np.isin(272 - first, EDGES)  # nobody is 30 or 60 days old to the day, nor comes back on that very day
    more = rng.negative_binomial(1.1, 0.32, people)
    who = np.repeat(np.arange(people), more)
    pace = rng.lognormal(3.2, 0.7, people)
    gaps = np.maximum(1, np.round(rng.exponential(pace[who])).astype(int))
    later = _running(gaps, who)
    later += first[who] + np.isin(later, EDGES)
    twice = np.flatnonzero(rng.random(people) < 0.12)  # two receipts on the first day
    member, day = np.concatenate([np.arange(people), who, twice]), np.concatenate([first, later, first[twice]])
    seen = day <= 272
    order = np.argsort(day[seen], kind="stable")
    member, day = member[seen][order], day[seen][order]
    return {
        "order_id": np.array([f"D{i:05d}" for i in range(1, len(day) + 1)], dtype=object),
        "member_id": np.array([f"M{i:03d}" for i in range(1, people + 1)], dtype=object)[member],
        "date": (pd.Timestamp("2026-01-01") + pd.to_timedelta(day, unit="D")).to_numpy(),
        "amount_yuan": np.round(rng.lognormal(3.6, 0.5, len(day)), 1),
    }


def _running(gaps: np.ndarray, who: np.ndarray) -> np.ndarray:
    """Return the running sum of gaps within each member (rows of one member stand together)."""
    total = np.cumsum(gaps)
    starts = np.flatnonzero(np.diff(who, prepend=-1))
    before = np.zeros(len(gaps), dtype=int)
    before[starts] = np.where(starts > 0, total[starts - 1], 0)
    return np.asarray(total - np.maximum.accumulate(before))


def repeats(drawn: Columns, days: int) -> dict[str, float]:
    """Return the share who bought again within ``days``, and what the usual slips would give."""
    names, member = np.unique(drawn["member_id"], return_inverse=True)
    day = ((drawn["date"] - np.datetime64("2026-01-01")) / np.timedelta64(1, "D")).astype(int)
    first = np.full(len(names), 9999)
    np.minimum.at(first, member, day)
    gap = day - first[member]

    def someone(which: np.ndarray) -> np.ndarray:
        return np.bincount(member[which], minlength=len(names)) > 0

    full = 272 - first >= days
    again = someone((gap >= 1) & (gap <= days))
    bills = np.bincount(member[gap <= days], minlength=len(names)) >= 2
    return {
        "right": float(again[full].mean()),
        "too_new": float(again.mean()),
        "same_day": float(bills[full].mean()),
        "any_time": float(someone(gap >= 1)[full].mean()),
        "on_the_edge": float((gap == days).sum() + (272 - first == days).sum()),
    }


def _orders_are_clear(drawn: Columns) -> bool:
    slips = ("too_new", "same_day", "any_time")
    month, two = repeats(drawn, 30), repeats(drawn, 60)
    return (
        month["on_the_edge"] + two["on_the_edge"] == 0
        and all(abs(month[slip] - month["right"]) >= 0.01 for slip in slips)
        and two["right"] - month["right"] >= 0.03
        and abs(month["right"] - 0.5) >= 0.005
    )


def _tasters(rng: np.random.Generator) -> Columns:
    n = int(rng.integers(900, 1101))
    effect = rng.choice([0.085, -0.085, 0.01])
    liking, invited = rng.normal(size=n), (rng.random(n) < 0.5).astype(int)
    share = np.clip(rng.uniform(0.42, 0.55) + 0.12 * liking + effect * invited, 0.02, 0.98)
    return {
        "member_id": np.array([f"T{i:04d}" for i in range(1, n + 1)], dtype=object),
        "invited": invited,
        "engagement": rng.poisson(np.exp(0.7 + 0.6 * liking + 0.3 * invited)),
        "bought": (rng.random(n) < share).astype(int),
    }


def z_of(drawn: Columns) -> float:
    """Return how many standard errors lie between the invited and the others in the share who bought."""
    invited, bought = drawn["invited"] == 1, drawn["bought"]
    pooled = bought.mean()
    error = np.sqrt(pooled * (1 - pooled) * (1 / invited.sum() + 1 / (~invited).sum()))
    return float((bought[invited].mean() - bought[~invited].mean()) / error)


def _tasters_are_clear(drawn: Columns) -> bool:
    z, bought, times = abs(z_of(drawn)), drawn["bought"], drawn["engagement"]
    naive = bought[times >= 5].mean() - bought[times <= 1].mean()
    slips = bought[times > 5].mean() - bought[times <= 1].mean(), bought[times >= 5].mean() - bought[times == 0].mean()
    return bool((z >= 2.7 or 0.3 <= z <= 1.3) and naive >= 0.15 and min(abs(slip - naive) for slip in slips) >= 0.003)


# --- the club's rules -----------------------------------------------------------------------------------------


def _members(rng: np.random.Generator) -> Columns:
    n = int(rng.integers(300, 361))
    reviews = rng.negative_binomial(0.8, 0.12, n)
    farms = rng.random(n) < rng.uniform(0.03, 0.05)
    reviews = np.where(farms, rng.integers(180, 420, n), reviews)
    return {
        "member_id": np.array([f"G{i:03d}" for i in range(1, n + 1)], dtype=object),
        "spend_yuan": np.round(rng.lognormal(6.9, 0.8, n)).astype(int),
        "reviews": reviews,
        "credit": rng.integers(40, 101, n),
    }


def growths(drawn: Columns) -> tuple[np.ndarray, np.ndarray]:
    """Return the growth value with reviews counted up to 20, and without a cap."""
    base = drawn["spend_yuan"] + 2 * drawn["credit"]
    return base + 20 * np.minimum(drawn["reviews"], 20), base + 20 * drawn["reviews"]


def _members_are_clear(drawn: Columns) -> bool:
    capped, free = growths(drawn)
    black, wide = (capped >= BLACK).sum(), (free >= BLACK).sum()
    return bool(
        4 <= black <= 30
        and wide - black >= 5
        and wide - black != black
        and BLACK not in capped
        and BLACK not in free
        and (drawn["reviews"][free >= BLACK] > 20).sum() != wide - black
    )


def _moves(rng: np.random.Generator) -> np.ndarray:
    """Return by last year's tier how many there were, left, and went down."""
    n = np.round(np.array([430, 210, 130, 70, 48]) * rng.uniform(0.85, 1.15, 5)).astype(int)
    leave = rng.uniform(0.06, 0.12, 5)
    leave[int(rng.integers(1, 5))] = rng.uniform(0.2, 0.28)
    left = rng.binomial(n, leave)
    down = rng.binomial(n - left, [0, *rng.uniform(0.12, 0.35, 4)])
    return np.vstack([n, left, down])


def _moves_are_clear(moves: np.ndarray) -> bool:
    n, left, down = moves
    share = left / n
    return bool(
        apart(np.sort(share)[-2:], 0.05)
        and np.argmax(left) != np.argmax(share)
        and np.argmax(down / (n - left)) != np.argmax(share)
        and apart(share, 0.002)
        and left.min() >= 2
    )


def _levels(rng: np.random.Generator, moves: np.ndarray) -> pd.DataFrame:
    before, after = [], []
    for place, (n, left, down) in enumerate(moves.T):
        up = int(rng.binomial(n - left - down, 0.1)) if place < len(LEVELS) - 1 else 0
        moved = [None] * left + [place - 1] * down + [place + 1] * up
        moved += [place] * (n - len(moved))
        before += [LEVELS[place]] * n
        after += [None if p is None else LEVELS[p] for p in moved]
    order = rng.permutation(len(before))
    table = pd.DataFrame(
        {"level_2025": np.array(before, dtype=object)[order], "level_2026": pd.Series(after)[order].to_numpy()}
    )
    table.insert(0, "member_id", [f"L{i:03d}" for i in range(1, len(before) + 1)])
    return table
