"""Data of lab08_complaints: half a year of a fictional shop's complaints and how they were handled, new for every student.

Stated effects: of 26 weeks one brings 2.4-3 times the orders at the usual rate of complaints, and in the last four to
seven weeks the rate is 1.4-1.6 times the usual one; the causes that make up four fifths of the losses are not those
that make up four fifths of the complaints; the hardest tier keeps 10-20 % of its tickets open for long; of
five amounts given out by lot repurchase rises from about 30 to 64 %, mostly up to 50 yuan; one of four steps is left out
in 30-42 % of the tickets; two risks share the highest score and differ in harm. A draw on which a task would have no
single answer, or on which a usual slip gives the right one, is thrown away and drawn again.
"""

import numpy as np
import pandas as pd

from crmlab.labdata._draws import Columns, apart, well_posed

AS_OF = pd.Timestamp("2026-09-30 18:00")
BASELINE = 18
CHANNELS = ("现场", "电话", "网络", "信函")
LIMITS = {"紧急": 2, "一般": 24, "疑难": 168}
CAUSES = (
    "送货迟",
    "质量故障",
    "商品破损",
    "安装维修",
    "退款慢",
    "客服态度",
    "描述不符",
    "刚买就降价",
    "使用不当",
    "天气路况",
)
LEVELS = (0, 20, 50, 100, 200)
STEPS = ("发泄", "判定", "方案", "跟踪")
RISKS = ("冷柜停电", "供货中断", "客服失言", "临时缺人", "大促爆仓", "网络谣言", "价格标错", "收银停机")
REPAIR = (
    "锅第三次坏了，给我换一台新的。", "多扣了我 38 块，今天给我退回来。", "杯子碎了两个，补两个好的给我就行。",
    "晚到三天，孩子的生日过了，运费你们退给我。", "洗衣液漏了一箱，弄脏的地毯你们得赔。",
)  # fmt: skip
REPAIR_TRAPS = ("我也不骂人，壶放这里了，明天给我一个能烧水的。", "态度好不好无所谓，少发的那一盒给我寄来。")
OTHER = (
    "气死我了！我等了一天，一天啊！", "烦死了，天天打你们电话，天天占线！",
    "我跟他好好说话，他看都不看我一眼。", "你们经理姓什么？起码让他出来跟我说声对不起。",
    "换了谁碰上这种事不生气？你评评理。", "街坊都说我说得对，你们自己讲，我有没有道理？",
    "我做了二十年仓库，你们这货架就不该这么摆，听我的。", "这页面字太小了，我教你们怎么改。",
    "不给我个说法，我就发到网上，让大家都看看。", "走着瞧，我让你们这家店开不下去。",
)  # fmt: skip
OTHER_TRAPS = ("三块五块的我不在乎，退不退随你，你得给我道个歉。", "钱退了，可那个店员当众说我贪便宜，这口气我咽不下。")


def make(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """生成一名学生的全部数据表。

    Parameters
    ----------
    rng : numpy.random.Generator
        随机数发生器；同样的状态得到同样的表。

    Returns
    -------
    dict of str to DataFrame
        ``weekly`` 26 周的订单和投诉；``asked`` 几次调查：收到几件投诉、问到几人、几人说了；``tickets`` 九月的工单；
        ``complaints`` 投诉的原因和损失；``voices`` 八句话；``trial`` 抽签的补偿试验，``margin`` 回头客的毛利；
        ``events`` 每一步做完的时刻；``risks`` 八种危机的可能性和危害。

    Examples
    --------
    >>> tables = make(np.random.default_rng(1))
    >>> sorted(tables)[:6]
    ['asked', 'complaints', 'events', 'margin', 'risks', 'tickets']
    """
    trial = well_posed(lambda: _trial(rng), _trial_is_clear)
    return {
        "weekly": pd.DataFrame(well_posed(lambda: _weekly(rng), _weekly_is_clear)),
        "asked": pd.DataFrame(_asked(rng)),
        "tickets": pd.DataFrame(well_posed(lambda: _tickets(rng), _tickets_are_clear)),
        "complaints": pd.DataFrame(well_posed(lambda: _complaints(rng), _complaints_are_clear)),
        "voices": _voices(rng),
        "trial": _trial_table(rng, trial),
        "margin": pd.DataFrame({"margin_yuan": [int(trial[2, 0])]}),
        "events": _events(rng, well_posed(lambda: _walks(rng), _walks_are_clear)),
        "risks": _risks(rng),
    }


# --- how many complain ----------------------------------------------------------------------------------------


def _weekly(rng: np.random.Generator) -> Columns:
    weeks = 26
    orders = rng.integers(1850, 2351, weeks)
    rate = np.full(weeks, rng.uniform(0.021, 0.028))
    promo, worse = int(rng.integers(5, 14)), int(rng.integers(20, 24))
    orders[promo] = round(orders[promo] * rng.uniform(2.4, 3))
    rate[promo] *= 0.92
    rate[worse - 1 :] *= rng.uniform(1.4, 1.6)
    return {"week": np.arange(1, weeks + 1), "orders": orders, "complaints": rng.binomial(orders, rate)}


def alarms(drawn: Columns, baseline: int = BASELINE) -> dict[str, float]:
    """Return how many weeks lie outside the limits of a p chart, how near one comes, and what usual slips give."""
    n, x = drawn["orders"].astype(float), drawn["complaints"].astype(float)
    centre, every = x[:baseline].sum() / n[:baseline].sum(), x.sum() / n.sum()
    mean = x[:baseline].mean()

    def out(p: float, size: np.ndarray) -> np.ndarray:
        return np.asarray(np.abs(x / n - p) / np.sqrt(p * (1 - p) / size))

    far = out(centre, n)
    return {
        "right": float((far > 3).sum()),
        "nearest": float(np.abs(far - 3).min()),
        "all_weeks": float((out(every, n) > 3).sum()),
        "counts": float((np.abs(x - mean) > 3 * np.sqrt(mean)).sum()),
        "two_sigma": float((far > 2).sum()),
    }


def _weekly_is_clear(drawn: Columns) -> bool:
    rate, found = drawn["complaints"] / drawn["orders"], alarms(drawn)
    overall = drawn["complaints"].sum() / drawn["orders"].sum()
    fewer = alarms(drawn, 12)
    return bool(
        apart(np.sort(rate)[-2:], 0.0008)
        and np.argmax(drawn["complaints"]) < BASELINE
        and abs(rate.mean() - overall) >= 0.0002
        and found["right"] >= 2
        and min(found["nearest"], fewer["nearest"]) >= 0.02
        and found["right"] not in (found["all_weeks"], found["counts"], found["two_sigma"])
    )


def _asked(rng: np.random.Generator) -> Columns:
    asked = rng.integers(90, 301, 8)
    return {
        "complaints": rng.integers(20, 601, 8),
        "asked": asked,
        "voiced": np.maximum(8, rng.binomial(asked, rng.uniform(0.1, 0.4, 8))),
    }


# --- tickets, causes, voices ----------------------------------------------------------------------------------


def _tickets(rng: np.random.Generator) -> Columns:
    n = int(rng.integers(620, 721))
    channel = rng.choice(4, size=n, p=rng.dirichlet([30.0, 34.0, 30.0, 18.0]))
    tier = rng.choice(3, size=n, p=[0.15, 0.55, 0.3])
    limit = np.array(list(LIMITS.values()))[tier]
    minutes = rng.integers(0, 30 * 24 * 60 - 360, n)
    typical = np.array([0.85, 8.0, 62.0])[tier] * np.exp(rng.permutation([-0.35, -0.1, 0.15, 0.45]))[channel]
    used = np.maximum(3, np.round(60 * typical * rng.lognormal(0, 0.85, n)))
    stuck = rng.random(n) < np.array([0.0, 0.03, rng.uniform(0.1, 0.2)])[tier]
    used = np.where(stuck | (minutes + used > 30 * 24 * 60 - 360), np.nan, used)
    order = np.argsort(minutes, kind="stable")
    opened = AS_OF - pd.to_timedelta((30 * 24 * 60 - 360 - minutes)[order], unit="min")
    closed = opened + pd.to_timedelta(used[order], unit="min")
    return {
        "ticket_id": np.array([f"T{i:04d}" for i in range(1, n + 1)], dtype=object),
        "channel": np.array(CHANNELS, dtype=object)[channel][order],
        "tier": np.array(list(LIMITS), dtype=object)[tier][order],
        "limit_h": limit[order],
        "opened_at": opened.to_numpy(),
        "closed_at": closed.to_numpy(),
    }


def attainment(drawn: Columns) -> Columns:
    """Return by channel (in the order of CHANNELS) the tickets, those due, the percent in time, and slips' percent."""
    place = np.array([CHANNELS.index(c) for c in drawn["channel"]])
    used, age = _hours(drawn)
    limit = drawn["limit_h"]
    due, in_time, closed = age >= limit, used <= limit, ~np.isnan(used)

    def count(which: np.ndarray) -> np.ndarray:
        return np.bincount(place[which], minlength=len(CHANNELS)).astype(float)

    return {
        "n": count(np.ones(len(place), dtype=bool)),
        "due": count(due),
        "met_pct": 100 * count(due & in_time) / count(due),
        "closed_only": 100 * count(closed & in_time) / count(closed),
        "of_all": 100 * count(in_time) / count(np.ones(len(place), dtype=bool)),
    }


def _hours(drawn: Columns) -> tuple[np.ndarray, np.ndarray]:
    hour = np.timedelta64(1, "h")
    age = -(drawn["opened_at"] - AS_OF.to_datetime64()) / hour
    return (drawn["closed_at"] - drawn["opened_at"]) / hour, age


def median_h(drawn: Columns) -> tuple[float, float, float]:
    """Return the hardest tier's median hours with open tickets still waiting, without them, and its nearness to a tie."""
    hard = drawn["tier"] == "疑难"
    used, age = (hours[hard] for hours in _hours(drawn))
    waited = np.where(np.isnan(used), age, used)
    order = np.argsort(waited, kind="stable")
    times, first = np.unique(waited[order], return_index=True)
    at_risk = len(waited) - first
    done = np.add.reduceat((~np.isnan(used))[order].astype(float), first)
    alive = np.cumprod(1 - done / at_risk)
    return float(times[np.argmax(alive <= 0.5)]), float(np.nanmedian(used)), float(np.abs(alive - 0.5).min())


def _tickets_are_clear(drawn: Columns) -> bool:
    by = attainment(drawn)
    used, age = _hours(drawn)
    waiting, naive, tie = median_h(drawn)
    return bool(
        by["due"].min() >= 40
        and (by["due"] < by["n"]).all()
        and apart(by["met_pct"], 0.8)
        and np.abs(by["closed_only"] - by["met_pct"]).max() >= 1
        and np.abs(by["of_all"] - by["met_pct"]).max() >= 1
        and (np.abs(used - drawn["limit_h"]) > 0.01)[~np.isnan(used)].all()
        and (np.abs(age - drawn["limit_h"]) > 0.09).all()
        and waiting - naive >= 4
        and tie > 1e-6
    )


def _complaints(rng: np.random.Generator) -> Columns:
    n = int(rng.integers(480, 561))
    weight = rng.permutation([0.24, 0.18, 0.13, 0.11, 0.09, 0.08, 0.06, 0.05, 0.035, 0.025])
    typical = rng.permutation([15.0, 20, 25, 30, 40, 60, 90, 150, 260, 420])
    cause = rng.choice(len(CAUSES), size=n, p=weight)
    return {
        "complaint_id": np.array([f"C{i:03d}" for i in range(1, n + 1)], dtype=object),
        "cause": np.array(CAUSES, dtype=object)[cause],
        "loss_yuan": np.round(typical[cause] * rng.lognormal(0, 0.5, n), 1),
    }


def vital(amounts: np.ndarray) -> tuple[tuple[int, ...], float]:
    """Return the fewest places that make up four fifths of the total, and how far the running share keeps from it."""
    order = np.argsort(-amounts, kind="stable")
    running = np.cumsum(amounts[order]) / amounts.sum()
    few = int(np.argmax(running >= 0.8)) + 1
    return tuple(sorted(int(i) for i in order[:few])), float(np.abs(running - 0.8).min())


def of_causes(drawn: Columns) -> tuple[np.ndarray, np.ndarray]:
    """Return each cause's complaints and losses, in the order of CAUSES."""
    place = np.array([CAUSES.index(c) for c in drawn["cause"]])
    return np.bincount(place, minlength=10).astype(float), np.bincount(place, drawn["loss_yuan"], minlength=10)


def _complaints_are_clear(drawn: Columns) -> bool:
    count, loss = of_causes(drawn)
    (few, near), (many, _) = vital(loss), vital(count)
    edge = np.sort(loss)[::-1][len(few) - 1 : len(few) + 1]
    return bool(
        count.min() >= 4
        and near >= 0.01
        and 3 <= len(few) <= 5
        and set(few) != set(many)
        and edge[0] - edge[1] >= 0.01 * loss.sum()
        and np.argmax(loss) != np.argmax(count)
    )


def _voices(rng: np.random.Generator) -> pd.DataFrame:
    n_repair = int(rng.integers(2, 4))
    chosen = [
        rng.choice(REPAIR, n_repair, replace=False), rng.choice(REPAIR_TRAPS, 1),
        rng.choice(OTHER, 6 - n_repair, replace=False), rng.choice(OTHER_TRAPS, 1),
    ]  # fmt: skip
    texts = rng.permutation(np.concatenate(chosen))
    return pd.DataFrame({"voice_id": [f"Y{i}" for i in range(1, 9)], "text": texts}).astype("str")


# --- making good, the four steps, risks -----------------------------------------------------------------------


def _trial(rng: np.random.Generator) -> np.ndarray:
    """Return by amount who bought again, of how many, and what one of them brings (the same for all)."""
    n = rng.integers(200, 261, len(LEVELS))
    share = np.array([0.3, 0.42, 0.55, 0.61, 0.65]) + rng.normal(0, 0.02, len(LEVELS))
    margin = 10 * rng.choice([14, 18, 24, 30, 38, 46, 60, 80])
    return np.vstack([rng.binomial(n, share), n, np.full(len(LEVELS), margin)])


def values(trial: np.ndarray) -> np.ndarray:
    """Return by amount what a complaint brings on average, yuan."""
    return np.asarray(trial[0] / trial[1] * trial[2] - np.array(LEVELS))


def _trial_is_clear(trial: np.ndarray) -> bool:
    value, share = values(trial), trial[0] / trial[1]
    return bool(
        apart(np.sort(value)[-2:], 4) and apart(np.sort(share)[-2:], 0.01) and np.argmax(value) != np.argmax(share)
    )


def _trial_table(rng: np.random.Generator, trial: np.ndarray) -> pd.DataFrame:
    paid = np.repeat(LEVELS, trial[1])
    again = np.concatenate([np.arange(n) < k for k, n in trial[:2].T]).astype(int)
    order = rng.permutation(len(paid))
    names = [f"B{i:04d}" for i in range(1, len(paid) + 1)]
    return pd.DataFrame({"case_id": names, "compensation_yuan": paid[order], "repurchased": again[order]})


def _walks(rng: np.random.Generator) -> np.ndarray:
    """Return a row a ticket: four steps done or not, then whether judging came first, then the step done twice (or -1)."""
    n = int(rng.integers(150, 191))
    left_out = rng.uniform(0.04, 0.13, len(STEPS))
    left_out[int(rng.integers(len(STEPS)))] = rng.uniform(0.3, 0.42)
    done = (rng.random((n, len(STEPS))) >= left_out).astype(int)
    swapped = (rng.random(n) < rng.uniform(0.1, 0.16)) & (done[:, 0] == 1) & (done[:, 1] == 1)
    twice = np.where(rng.random(n) < 0.18, rng.integers(0, len(STEPS), n), -1)
    twice = np.where(done[np.arange(n), np.maximum(twice, 0)] == 1, twice, -1)
    return np.column_stack([done, swapped, twice])


def flow(walks: np.ndarray) -> dict[str, np.ndarray]:
    """Return by step the share left out and the share that counting rows would give, and the share done as written."""
    done, swapped, twice = walks[:, :4], walks[:, 4] == 1, walks[:, 5]
    extra = np.array([(twice == place).mean() for place in range(len(STEPS))])
    complete = done.all(axis=1)
    return {
        "missed": 1 - done.mean(axis=0),
        "by_rows": 1 - done.mean(axis=0) - extra,
        "whole": np.array([(complete & ~swapped).mean()]),
        "complete": np.array([complete.mean()]),
    }


def _walks_are_clear(walks: np.ndarray) -> bool:
    found = flow(walks)
    return bool(
        walks[:, :4].any(axis=1).all()
        and apart(np.sort(found["missed"])[-2:], 0.1)
        and (found["missed"] - found["by_rows"]).min() >= 0.01
        and (found["complete"] - found["whole"]).item() >= 0.03
        and abs(found["whole"].item() - 0.5) >= 0.005
    )


def _events(rng: np.random.Generator, walks: np.ndarray) -> pd.DataFrame:
    rows = []
    for number, (*done, swapped, twice) in enumerate(walks.tolist(), start=1):
        path = [place for place in ((1, 0, 2, 3) if swapped else (0, 1, 2, 3)) if done[place]]
        if twice >= 0:
            path.append(twice)  # done a second time, after everything else
        at = pd.Timestamp("2026-09-01 09:00") + pd.Timedelta(minutes=int(rng.integers(0, 40_000)))
        for place in path:
            at += pd.Timedelta(minutes=int(rng.integers(3, 400)))
            rows.append((f"E{number:03d}", STEPS[place], at))
    table = pd.DataFrame(rows, columns=["ticket_id", "step", "done_at"])
    return table.sort_values("done_at", kind="stable", ignore_index=True)


def _risks(rng: np.random.Generator) -> pd.DataFrame:
    low, high = ((2, 5), (3, 4), (3, 5), (4, 5))[int(rng.integers(4))]
    pairs = [(p, i) for p in range(1, 6) for i in range(1, 6) if p * i < low * high and max(p, i) <= high]
    rest = [pairs[k] for k in rng.choice(len(pairs), len(RISKS) - 2, replace=False)]
    marks = rng.permutation(np.array([(low, high), (high, low), *rest]))
    names = rng.permutation(np.array(RISKS))
    table = pd.DataFrame({"event": names, "probability": marks[:, 0], "impact": marks[:, 1]})
    return table.astype({"event": "str"})
