"""Data of lab02_technology: a day of a fictional shop's hotline, its bot, its forecasts and its rules, new for every student.

Stated effects: in one hour that is not the busiest the agents are short (70-85 % of its callers wait, about 70 s on
average, against 8-35 % elsewhere); the kind of call that is solved least is not the one that is asked about least; one
forecast of four has the smallest errors, another the smallest bias; the bot is right more often the surer it is (from
about 25 % to 97 %); complaints are heard worst in one of five groups of speakers, which is not the group with the
fewest right decisions. A draw on which a task would have no single answer, or on which a usual slip gives the right
one, is thrown away and drawn again.
"""

import math

import numpy as np
import pandas as pd

from crmlab.labdata._draws import apart, well_posed

DAY = pd.Timestamp("2026-09-21")
HOURS = range(8, 20)
WITHIN_S = 20
TOPICS = ("查物流", "退换货", "报修", "开发票", "投诉")
METHODS = ("leader", "four_weeks", "curve", "vendor")
COSTS = ("cost_bot", "cost_agent", "cost_wrong")
THRESHOLDS = tuple(i / 20 for i in range(21))
GROUPS = ("普通话", "带口音", "老年人", "语速快", "背景吵")
ROLES = ("经理", "班组长", "质检员", "培训师", "坐席")
TASKS = ("排班", "接听来电", "升级投诉", "质检打分", "更新知识库", "新人培训", "系统报修", "预测来电")
SHEET = {
    "aht_s": (15, 240, "down"),
    "qa_score": (35, 90, "up"),
    "fcr": (30, 0.8, "up"),
    "transfer_share": (20, 0.1, "down"),
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
        ``calls`` 一天的呼入电话；``plan`` 明天最忙的半小时；``forecasts`` 十天的实际来电和四种预测；``chats`` 机器人的会话，
        ``chats_new`` 后一周的会话，``costs`` 三项成本；``raci`` 职责表；``agents`` 坐席一个月的成绩，``sheet`` 考核表；
        ``voice`` 机器从语音里认投诉的结果。

    Examples
    --------
    >>> tables = make(np.random.default_rng(1))
    >>> sorted(tables)
    ['agents', 'calls', 'chats', 'chats_new', 'costs', 'forecasts', 'plan', 'raci', 'sheet', 'voice']
    """
    priced = well_posed(lambda: _chats(rng).assign(**_costs(rng)), _chats_are_clear)
    chats, costs = priced.drop(columns=list(COSTS)), priced.loc[[0], list(COSTS)]
    return {
        "calls": well_posed(lambda: _calls(rng), _calls_are_clear),
        "plan": well_posed(lambda: _plan(rng), _plan_is_clear),
        "forecasts": well_posed(lambda: _forecasts(rng), _forecasts_are_clear),
        "chats": chats,
        "chats_new": well_posed(lambda: _chats(rng), lambda t: _new_chats_are_clear(t, chats, costs)),
        "costs": costs,
        "raci": _raci(rng),
        "agents": well_posed(lambda: _agents(rng), _agents_are_clear),
        "sheet": pd.DataFrame(
            [(kpi, *rest) for kpi, rest in SHEET.items()], columns=["kpi", "weight", "target", "direction"]
        ),
        "voice": well_posed(lambda: _voice(rng), _voice_is_clear),
    }


# --- the day --------------------------------------------------------------------------------------------------


def _calls(rng: np.random.Generator) -> pd.DataFrame:
    shape = np.array([5, 8, 10, 9, 6, 6, 8, 9, 7, 6, 5, 4]) * rng.lognormal(0, 0.12, len(HOURS))
    per_hour = rng.poisson(rng.uniform(820, 1120) * shape / shape.sum())
    short = rng.choice(np.delete(np.arange(len(HOURS)), per_hour.argmax()))
    waits, mean_wait = rng.uniform(0.08, 0.35, len(HOURS)), rng.uniform(12, 35, len(HOURS))
    waits[short], mean_wait[short] = rng.uniform(0.7, 0.85), rng.uniform(60, 80)
    slot = np.repeat(np.arange(len(HOURS)), per_hour)
    n = len(slot)
    wait = np.where(rng.random(n) < waits[slot], rng.exponential(mean_wait[slot]), rng.uniform(0.5, 4, n))
    patience = np.where(rng.random(n) < 0.03, rng.uniform(0.5, 5, n), rng.exponential(170, n))
    answered = wait <= patience
    topic = rng.choice(len(TOPICS), size=n, p=[0.32, 0.24, 0.18, 0.14, 0.12])
    length = rng.permutation([120.0, 160.0, 200.0, 250.0, 310.0]) * rng.uniform(0.9, 1.1, len(TOPICS))
    asked, solved = rng.uniform(0.35, 0.9, len(TOPICS)), rng.uniform(0.5, 0.92, len(TOPICS))
    table = pd.DataFrame(
        {
            "start_at": DAY + pd.to_timedelta(np.floor(3600 * (8 + slot + rng.random(n))), unit="s"),
            "topic": np.array(TOPICS)[topic],
            "wait_s": np.round(np.minimum(wait, patience), 1),
            "answered": answered.astype(int),
            "talk_s": np.round(length[topic] * rng.lognormal(-0.12, 0.5, n), 0),
            "hold_s": np.round(np.where(rng.random(n) < 0.3, rng.exponential(45, n), 0), 0),
            "wrap_s": np.round(rng.lognormal(3.4, 0.5, n), 0),
            "resolved": np.where(rng.random(n) < asked[topic], rng.random(n) < solved[topic], np.nan),
        }
    ).astype({"topic": "str"})
    table.loc[table["answered"] == 0, ["talk_s", "hold_s", "wrap_s", "resolved"]] = np.nan
    table = table.sort_values("start_at", ignore_index=True)
    table.insert(0, "call_id", [f"H{i:04d}" for i in range(1, n + 1)])
    return table


def _calls_are_clear(table: pd.DataFrame) -> bool:
    hour, taken = table["start_at"].dt.hour, table["answered"] == 1
    in_time = taken & (table["wait_s"] <= WITHIN_S)
    by_hour = in_time.groupby(hour).mean()
    others = [in_time[taken].groupby(hour).mean(), (table["wait_s"] <= WITHIN_S).groupby(hour).mean()]
    fcr = table.groupby("topic")["resolved"].mean()
    as_no = table["resolved"].fillna(0)[taken].groupby(table["topic"]).mean()
    asked = table.groupby("topic")["resolved"].count()
    handled = table[["talk_s", "hold_s", "wrap_s"]].sum(axis=1)[taken].groupby(table["topic"]).mean()
    short_gone = (~taken & (table["wait_s"] <= 5)).sum()
    return bool(
        hour.value_counts().min() >= 30
        and len(by_hour) == len(HOURS)
        and by_hour.nsmallest(2).diff().iloc[1] >= 0.05
        and by_hour.idxmin() != hour.value_counts().idxmax()
        and all((other - by_hour).max() >= 0.02 for other in others)
        and fcr.nsmallest(2).diff().iloc[1] >= 0.04
        and fcr.idxmin() != as_no.idxmin()
        and asked.min() >= 25
        and apart(handled, 5)
        and in_time[taken].mean() - in_time.mean() >= 0.02
        and short_gone / len(table) >= 0.008
    )


def _plan(rng: np.random.Generator) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "calls": [int(rng.integers(45, 121))],
            "interval_s": [1800],
            "aht_s": [int(rng.integers(15, 31)) * 10],
            "shrinkage": [float(rng.choice([0.2, 0.25, 0.3, 0.35]))],
        }
    )


def blocked(erlangs: float, lines: int) -> float:
    """Return the share of calls that find all lines busy (Erlang B)."""
    share = 1.0
    for n in range(1, lines + 1):
        share = erlangs * share / (n + erlangs * share)
    return share


def level(erlangs: float, agents: int, aht_s: float) -> float:
    """Return the share answered within the limit (Erlang C), 0 where the queue grows for ever."""
    if agents <= erlangs:
        return 0.0
    share = blocked(erlangs, agents)
    queued = agents * share / (agents - erlangs * (1 - share))
    return 1 - queued * math.exp(-(agents - erlangs) * WITHIN_S / aht_s)


def _plan_is_clear(table: pd.DataFrame) -> bool:
    calls, interval_s, aht_s, shrinkage = table.iloc[0]
    load = calls * aht_s / interval_s
    agents = next(n for n in range(1, 99) if level(load, n, aht_s) >= 0.8)
    lines = next(n for n in range(1, 199) if blocked(load, n) <= 0.01)
    people = agents / (1 - shrinkage)
    return bool(
        level(load, agents, aht_s) >= 0.805
        and level(load, agents - 1, aht_s) <= 0.795
        and blocked(load, lines) <= 0.0097
        and agents >= math.ceil(load) + 2
        and lines != agents
        and abs(people - round(people)) >= 0.02
        and math.ceil(people) > math.ceil(agents * (1 + shrinkage))
    )


# --- forecasts and the bot ------------------------------------------------------------------------------------


def _forecasts(rng: np.random.Generator) -> pd.DataFrame:
    days = pd.bdate_range("2026-09-07", periods=10)
    start = pd.DatetimeIndex([day + pd.Timedelta(hours=h) for day in days for h in HOURS])
    mean = np.tile([45, 75, 95, 85, 58, 55, 72, 84, 66, 52, 45, 36], len(days)) * rng.uniform(0.7, 1.2)
    actual = np.maximum(rng.poisson(mean * np.repeat(rng.lognormal(0, 0.07, len(days)), len(HOURS))), 8)
    table = pd.DataFrame({"interval_start": start, "actual": actual})
    noise = rng.permutation([0.08, 0.12, 0.15, 0.18])
    bias = rng.permutation([0.0, 0.035, -0.05, 0.07])
    for name, spread, shift in zip(METHODS, noise, bias, strict=True):
        reported = actual * (1 + shift + spread * rng.standard_normal(len(start)))
        table[name] = np.round(reported, 0 if name == "leader" else 1).clip(min=0)
    return table


def _forecasts_are_clear(table: pd.DataFrame) -> bool:
    actual = table["actual"]
    error = table[list(METHODS)].sub(actual, axis=0)
    wape = error.abs().sum() / actual.sum()
    mape = error.abs().div(actual, axis=0).mean()
    return bool(
        wape.nsmallest(2).diff().iloc[1] >= 0.008
        and error.sum().abs().idxmin() != wape.idxmin()
        and ((wape - mape).abs() >= 0.0012).any()
        and apart(wape, 0.003)
    )


def _costs(rng: np.random.Generator) -> dict[str, float]:
    prices = rng.choice([0.3, 0.4, 0.5, 0.6]), rng.integers(4, 9), rng.integers(11, 26)
    return dict(zip(COSTS, map(float, prices), strict=True))


def _chats(rng: np.random.Generator) -> pd.DataFrame:
    n = int(rng.integers(560, 681))
    thousandths = np.round(1000 * rng.beta(2.2, 1.3, n)).astype(int)
    thousandths += thousandths % 50 == 0  # nobody stands on a threshold
    sure = thousandths.clip(1, 999) / 1000
    right = rng.random(n) < 0.25 + 0.72 * sure**1.3
    return pd.DataFrame(
        {"session_id": [f"B{i:04d}" for i in range(1, n + 1)], "bot_confidence": sure, "bot_correct": right.astype(int)}
    )


def costs_by_threshold(chats: pd.DataFrame, costs: pd.DataFrame) -> pd.Series:
    """Return the cost of a chat, by the confidence from which the bot answers itself."""
    bot, agent, wrong = costs.iloc[0]
    each = {}
    for threshold in THRESHOLDS:
        own = chats["bot_confidence"] >= threshold
        each[threshold] = bot + agent * (~own).mean() + wrong * (own & (chats["bot_correct"] == 0)).mean()
    return pd.Series(each)


def _chats_are_clear(table: pd.DataFrame) -> bool:
    cost = costs_by_threshold(table, table[list(COSTS)])
    handed = (table["bot_confidence"] < cost.idxmin()).mean()
    return bool(cost.nsmallest(2).diff().iloc[1] >= 0.012 and 0.1 <= handed <= 0.9 and abs(handed - 0.5) >= 0.01)


def _new_chats_are_clear(table: pd.DataFrame, chats: pd.DataFrame, costs: pd.DataFrame) -> bool:
    before, after = costs_by_threshold(chats, costs), costs_by_threshold(table, costs)
    kept = after.to_numpy()[before.to_numpy().argmin()]
    return bool(kept - after.min() >= 0.015 and abs(kept - before.min()) >= 0.015)


# --- who does what, and how well ------------------------------------------------------------------------------


def _raci(rng: np.random.Generator) -> pd.DataFrame:
    broken = dict(zip(rng.permutation(len(TASKS)), ("two", "none", "idle", "extra"), strict=False))
    if rng.random() < 0.5:
        broken = {task: fault for task, fault in broken.items() if fault != "extra"}
    rows = []
    for number, task in enumerate(TASKS):
        fault = broken.get(number)
        order = list(rng.permutation(len(ROLES)))
        cells = [""] * len(ROLES)
        lead, second, third, fourth, _ = order
        cells[lead] = "A"
        if fault == "idle":
            cells[second], cells[third] = "C", "C"
        elif fault is None and rng.random() < 0.3:
            cells[lead], cells[second] = "A/R", "C"
        else:
            cells[second] = "R"
            cells[third] = "R" if rng.random() < 0.4 else "C"
        cells[fourth] = "A" if fault in ("two", "extra") else ("I" if rng.random() < 0.7 else "")
        if fault == "none":
            cells[lead] = "C"
        rows.append((task, *cells))
    return pd.DataFrame(rows, columns=["task", *ROLES]).astype("str")


def _agents(rng: np.random.Generator) -> pd.DataFrame:
    n = 12
    return pd.DataFrame(
        {
            "agent": [f"A{i:02d}" for i in range(1, n + 1)],
            "aht_s": np.round(rng.normal(262, 45, n), 0),
            "qa_score": np.round(rng.normal(85, 6, n).clip(60, 99), 1),
            "fcr": np.round(rng.beta(22, 8, n), 3),
            "transfer_share": np.round(rng.lognormal(-2.3, 0.45, n), 3),
        }
    )


def _agents_are_clear(table: pd.DataFrame) -> bool:
    over = [table["aht_s"] < 236, table["qa_score"] > 91, table["fcr"] > 0.81, table["transfer_share"] < 0.095]
    under = [table["aht_s"] > 250, table["qa_score"] < 88, table["fcr"] < 0.78, table["transfer_share"] > 0.11]
    return bool(all(s.sum() >= 1 for s in over + under) and (table["transfer_share"] > 0.205).any())


def _voice(rng: np.random.Generator) -> pd.DataFrame:
    rows = []
    for group, n in zip(GROUPS, rng.permutation([420, 260, 210, 190, 170]), strict=True):
        actual = rng.random(n) < rng.uniform(0.18, 0.4)
        heard = np.where(actual, rng.random(n) < rng.uniform(0.66, 0.94), rng.random(n) < rng.uniform(0.02, 0.14))
        rows += [(group, int(p), int(a)) for p, a in zip(heard, actual, strict=True)]
    table = pd.DataFrame(rows, columns=["group", "predicted", "actual"]).astype({"group": "str"})
    table = table.iloc[rng.permutation(len(table))].reset_index(drop=True)
    table.insert(0, "clip_id", [f"V{i:04d}" for i in range(1, len(table) + 1)])
    return table


def _voice_is_clear(table: pd.DataFrame) -> bool:
    yes = table["actual"] == 1
    recall = table[yes].groupby("group")["predicted"].mean()
    precision = table[table["predicted"] == 1].groupby("group")["actual"].mean()
    right = (table["predicted"] == table["actual"]).groupby(table["group"]).mean()
    return bool(
        recall.nsmallest(2).diff().iloc[1] >= 0.05
        and recall.idxmin() not in (right.idxmin(), precision.idxmin())
        and yes.groupby(table["group"]).sum().min() >= 30
    )
