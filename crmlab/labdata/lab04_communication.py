"""Data of lab04_communication: how a fictional shop's customer service talks, checked for quality, new for every student.

Stated effects: two inspectors agree on 65-85 % of the clips, more often than by chance; one of eight rules is kept in a
third of the dialogues, the others in 55-97 %; a script given out by lot changes the share solved by about +13, -12 or
+3 percentage points; of five steps against an objection one raises the chance of a sale by 22 points, the others by
2-12; the step of eight at which the smallest share goes on is not the one that loses most people. A draw on which a
task would have no single answer, or on which a usual slip gives the right one, is thrown away and drawn again.
"""

import numpy as np
import pandas as pd

from crmlab.labdata._draws import apart, well_posed

AS_OF = pd.Timestamp("2026-09-30 18:00")
GRADES = ("合格", "待改进", "不合格")
AGENTS = ("小安", "小白", "小陈", "小丁", "小方")
RULES = {"问好": 10, "敬语": 10, "复述确认": 15, "追问": 10, "共情": 15, "及时回应": 15, "给出办法": 15, "说定时间": 10}
WEAK = ("敬语", "复述确认", "追问", "共情", "说定时间")
ISSUES = ("收到的杯子碎了", "包裹还没有到", "发票抬头写错了", "牛奶快过期了", "鞋子小了一号", "优惠券用不了")
RUDE = {"这个不归我管。": 15, "这个我不知道。": 10, "你自己看吧。": 15}
OPEN = (
    "您对送货有什么要求？", "能说说当时的情况吗？", "您打算怎么用它？", "您为什么想换一款？", "您希望我们怎么处理？",
    "您平时怎么保存这些菜？", "请讲讲您不满意的地方。", "您理想的礼盒是什么样的？",
)  # fmt: skip
OPEN_TRAPS = ("您觉得哪里不合适？", "您觉得我们哪里可以做得更好？")
CLOSED = (
    "给您发快递好吗？", "是昨天收到的吗？", "订单号是多少？", "您要退货还是换货？", "周六上午送行吗？", "您还有问题吗？",
    "一共买了几件？", "您是会员吧？", "送到家还是放驿站？",
)  # fmt: skip
CLOSED_TRAPS = ("您怎么称呼？", "您买的是什么颜色？", "您住在什么小区？")
OBJECTION_STEPS = ("listen", "empathy", "ask", "recommend", "price")
CHANNELS = {
    "面对面": (1, 2, 5, 5), "电话": (2, 4, 3, 4), "在线聊天": (4, 4, 3, 4), "电子邮件": (5, 2, 3, 2), "短信": (4, 5, 1, 1),
}  # fmt: skip
CRITERIA = ("cheap", "fast", "rich", "interactive")
SCENES = {
    "安抚一位包裹丢了的客户": (0.1, 0.2, 0.3, 0.4),
    "通知三百位会员改了送货日": (0.4, 0.4, 0.1, 0.1),
    "给新会员讲三种配菜套餐": (0.1, 0.1, 0.5, 0.3),
    "催一位急等回音的客户确认地址": (0.1, 0.5, 0.1, 0.3),
}
STEPS = ("问好", "提问", "分析", "推荐", "谈判", "帮助", "核实", "告别")


def make(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """生成一名学生的全部数据表。

    Parameters
    ----------
    rng : numpy.random.Generator
        随机数发生器；同样的状态得到同样的表。

    Returns
    -------
    dict of str to DataFrame
        ``double`` 两位质检员各打一遍的结论；``sheets`` 几段对话的得分和扣分；``sessions`` 一个月的聊天；``questions`` 八句问话；
        ``chats`` 抽查的对话，一行一句；``trial`` 两种开场白的试验；``objections`` 异议的处理；``tickets`` 答应客户的事；
        ``channels`` 五个渠道的评分，``weights`` 一件事的权重；``steps`` 接待八步各走到多少次。

    Examples
    --------
    >>> tables = make(np.random.default_rng(1))
    >>> sorted(tables)[:6]
    ['channels', 'chats', 'double', 'objections', 'questions', 'sessions']
    """
    channels, weights = _scored_channels(rng)
    return {
        "double": well_posed(lambda: _double(rng), _double_is_clear),
        "sheets": _sheets(rng),
        "sessions": well_posed(lambda: _sessions(rng), _sessions_are_clear),
        "questions": _questions(rng),
        "chats": _chats(rng, well_posed(lambda: _kept(rng), _kept_is_clear)),
        "trial": well_posed(lambda: _trial(rng), _trial_is_clear),
        "objections": well_posed(lambda: _objections(rng), _objections_are_clear),
        "tickets": well_posed(lambda: _tickets(rng), _tickets_are_clear),
        "channels": channels,
        "weights": weights,
        "steps": well_posed(lambda: _steps(rng), _steps_are_clear),
    }


# --- inspectors, answers, questions ---------------------------------------------------------------------------


def _double(rng: np.random.Generator) -> pd.DataFrame:
    n = int(rng.integers(190, 241))
    first = rng.choice(3, size=n, p=[0.55, 0.3, 0.15])
    same = rng.random(n) < rng.uniform(0.5, 0.7)
    second = np.where(same, first, rng.choice(3, size=n, p=[0.5, 0.32, 0.18]))
    table = pd.DataFrame({"first": np.array(GRADES)[first], "second": np.array(GRADES)[second]}).astype("str")
    table.loc[rng.random(n) < 0.03, "first"] = np.nan
    table.loc[rng.random(n) < 0.05, "second"] = np.nan
    table.insert(0, "clip_id", [f"D{i:03d}" for i in range(1, n + 1)])
    return table


def _double_is_clear(table: pd.DataFrame) -> bool:
    both = table.dropna()
    return bool(
        (both["first"] == both["second"]).mean() - (table["first"] == table["second"]).mean() >= 0.02
        and both.groupby("first").size().min() >= 15
        and both.groupby("second").size().min() >= 15
    )


def _sheets(rng: np.random.Generator) -> pd.DataFrame:
    n = 10
    possible = np.where(rng.random(n) < 0.4, 85, 100)
    earned = 5 * rng.integers(4, 18, n)
    penalty = rng.choice([0, 10, 15, 25, 40], size=n, p=[0.4, 0.2, 0.2, 0.1, 0.1])
    earned[0], penalty[0] = 20, 40  # one falls through the floor
    return pd.DataFrame(
        {
            "dialog_id": [f"K{i:02d}" for i in range(1, n + 1)],
            "earned": np.minimum(earned, possible),
            "possible": possible,
            "penalty": penalty,
        }
    )


def _sessions(rng: np.random.Generator) -> pd.DataFrame:
    n = int(rng.integers(520, 641))
    agent = rng.choice(len(AGENTS), size=n, p=rng.dirichlet(np.full(len(AGENTS), 30)))
    typical, spread, silent = (
        rng.uniform(low, high, len(AGENTS)) for low, high in ((18.0, 42.0), (0.5, 1.0), (0.02, 0.13))
    )
    wait = np.round(typical[agent] * rng.lognormal(0, spread[agent]), 0).clip(2)
    table = pd.DataFrame({"agent": np.array(AGENTS)[agent], "first_response_s": wait}).astype({"agent": "str"})
    table.loc[rng.random(n) < silent[agent], "first_response_s"] = np.nan
    table.insert(0, "session_id", [f"S{i:04d}" for i in range(1, n + 1)])
    return table


def _sessions_are_clear(table: pd.DataFrame) -> bool:
    by, wait = table["agent"], table["first_response_s"]
    late = 100 * ((wait > 60) | wait.isna()).groupby(by).mean()
    middle = wait.groupby(by).median()
    return bool(
        len(late) == len(AGENTS)
        and by.value_counts().min() >= 60
        and apart(late, 0.5)
        and (late - 100 * (wait > 60).groupby(by).mean()).min() >= 0.5
        and (wait.groupby(by).mean() - middle).min() >= 1
        and (wait.fillna(0).groupby(by).median() - middle).abs().max() >= 0.5
    )


def _questions(rng: np.random.Generator) -> pd.DataFrame:
    n_open = int(rng.integers(2, 4))
    chosen = [rng.choice(OPEN, n_open, replace=False), rng.choice(CLOSED, 6 - n_open, replace=False)]
    traps = [rng.choice(OPEN_TRAPS, 1), rng.choice(CLOSED_TRAPS, 1)]
    texts = rng.permutation(np.concatenate(chosen + traps))
    return pd.DataFrame({"question_id": [f"Q{i}" for i in range(1, 9)], "text": texts}).astype("str")


# --- the dialogues --------------------------------------------------------------------------------------------


def _kept(rng: np.random.Generator) -> pd.DataFrame:
    n = int(rng.integers(110, 141))
    weak = rng.choice(WEAK)
    table = pd.DataFrame(
        {rule: rng.random(n) < (rng.uniform(0.28, 0.4) if rule == weak else rng.uniform(0.55, 0.97)) for rule in RULES}
    )
    table["rude"] = np.where(rng.random(n) < 0.05, rng.choice(list(RUDE), n), "")
    return table


def total(kept: pd.DataFrame) -> pd.Series:
    """Return each dialogue's marks, of 100, less the penalty and not below 0."""
    earned = kept[list(RULES)].mul(pd.Series(RULES)).sum(axis=1)
    return (earned - kept["rude"].map(RUDE).fillna(0)).clip(lower=0)


def _kept_is_clear(table: pd.DataFrame) -> bool:
    done, marks = table[list(RULES)].mean(), total(table)
    rude = table["rude"].str.len() > 0
    return bool(
        done.nsmallest(2).diff().iloc[1] >= 0.06
        and rude.sum() >= 3
        and (marks < 80).mean() - (marks < 60).mean() >= 0.05
        and abs(table["及时回应"].mean() - marks.mean() / 100) >= 0.05
        and (marks == 80).any()
    )


def _chats(rng: np.random.Generator, kept: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for number, row in enumerate(kept.to_dict("records"), start=1):
        issue = str(rng.choice(ISSUES))
        said = [("客户", f"{issue}，你们看一下")]
        at = [0, int(rng.integers(8, 61) if row["及时回应"] else rng.integers(65, 400))]
        said.append(("客服", "您好，我是青禾客服。" if row["问好"] else "在的。"))
        if row["共情"]:
            said.append(("客服", "非常抱歉，换了我也着急。"))
        if row["复述确认"]:
            said += [("客服", f"您是说{issue}，对吗？"), ("客户", "对")]
        if row["追问"]:
            said += [("客服", "是什么时候发现的？"), ("客户", "今天上午")]
        if row["rude"]:
            said += [("客服", row["rude"]), ("客户", "你这是什么态度")]
        said.append(("客服", "我来登记，并跟到底。" if row["给出办法"] else "嗯，看到了。"))
        said.append(("客服", "明天 17 点前有结果。" if row["说定时间"] else "有了结果会说。"))
        if row["敬语"]:
            said.append(("客服", "谢谢您的耐心。"))
        at += list(at[-1] + np.cumsum(rng.integers(6, 70, len(said) - 2)))
        rows += [(f"H{number:03d}", who, int(s), text) for (who, text), s in zip(said, at, strict=True)]
    return pd.DataFrame(rows, columns=["dialog_id", "speaker", "seconds", "text"]).astype(
        {"dialog_id": "str", "speaker": "str", "text": "str"}
    )


# --- trials, objections, promises -----------------------------------------------------------------------------


def _trial(rng: np.random.Generator) -> pd.DataFrame:
    n = int(rng.integers(760, 901))
    effect = rng.choice([0.13, -0.12, 0.03])
    script = np.where(rng.random(n) < rng.uniform(0.4, 0.5), "B", "A")
    solved = rng.random(n) < rng.uniform(0.5, 0.65) + effect * (script == "B")
    table = pd.DataFrame({"script": script, "solved": solved.astype(int)}).astype({"script": "str"})
    table.insert(0, "session_id", [f"T{i:04d}" for i in range(1, n + 1)])
    return table


def z_of(table: pd.DataFrame) -> float:
    """Return how many standard errors lie between script B's share solved and script A's."""
    by = table.groupby("script")["solved"].agg(["mean", "size"])
    pooled = table["solved"].mean()
    error = np.sqrt(pooled * (1 - pooled) * (1 / by["size"]).sum())
    return float((by["mean"]["B"] - by["mean"]["A"]) / error)


def _trial_is_clear(table: pd.DataFrame) -> bool:
    by = table.groupby("script")["solved"].agg(["mean", "sum"])
    gap = abs(by["mean"]["B"] - by["mean"]["A"])
    return bool((abs(z_of(table)) >= 2.7 or abs(z_of(table)) <= 1.3) and gap >= 0.015)


def _objections(rng: np.random.Generator) -> pd.DataFrame:
    n = int(rng.integers(520, 641))
    strong = rng.integers(len(OBJECTION_STEPS))
    effect = rng.uniform(0.02, 0.12, len(OBJECTION_STEPS))
    effect[strong] = 0.22
    done = rng.random((n, len(OBJECTION_STEPS))) < rng.uniform(0.3, 0.75, len(OBJECTION_STEPS))
    table = pd.DataFrame(done.astype(int), columns=list(OBJECTION_STEPS))
    table["closed"] = (rng.random(n) < 0.08 + done @ effect).astype(int)
    table.insert(0, "case_id", [f"Y{i:03d}" for i in range(1, n + 1)])
    return table


def gaps(table: pd.DataFrame) -> pd.Series:
    """Return by step how much more often a sale was closed where the step was done than where it was not."""
    return pd.Series({s: table.groupby(s)["closed"].mean().diff().iloc[1] for s in OBJECTION_STEPS})


def _objections_are_clear(table: pd.DataFrame) -> bool:
    gap = gaps(table)
    return bool(
        gap.nlargest(2).diff().iloc[1] <= -0.03 and gap.idxmax() != table[list(OBJECTION_STEPS)].mean().idxmin()
    )


def _tickets(rng: np.random.Generator) -> pd.DataFrame:
    n = int(rng.integers(240, 301))
    asked = pd.Timestamp("2026-09-01") + pd.to_timedelta(rng.integers(0, 30 * 24 * 60 - 370, n), unit="min")
    promise = asked + pd.to_timedelta(rng.choice([4, 24, 72], size=n, p=[0.4, 0.35, 0.25]), unit="h")
    used = (promise - asked).to_numpy() * rng.lognormal(-0.45, 0.5, n)
    done = pd.Series(asked + pd.to_timedelta(used)).dt.floor("min")
    done = done.mask((done > AS_OF) | (rng.random(n) < 0.05))
    return pd.DataFrame(
        {
            "ticket_id": [f"P{i:03d}" for i in range(1, n + 1)],
            "asked_at": asked,
            "promise_at": promise,
            "done_at": done.to_numpy(),
        }
    )


def _tickets_are_clear(table: pd.DataFrame) -> bool:
    due = table["promise_at"] <= AS_OF
    kept = due & (table["done_at"] <= table["promise_at"])
    finished = due & table["done_at"].notna()
    right = kept.sum() / due.sum()
    return bool(
        (~due).sum() >= 6
        and (~due & (table["done_at"] <= table["promise_at"])).sum() >= 1
        and (due & table["done_at"].isna()).sum() >= 6
        and kept.sum() / finished.sum() - right >= 0.015
        and right - kept.sum() / len(table) >= 0.015
        and ((table["promise_at"] - AS_OF).abs() > pd.Timedelta(minutes=5)).all()
        and (finished & ((table["done_at"] - table["promise_at"]).abs() <= pd.Timedelta(0))).sum() == 0
    )


# --- channels and the way through a reception -----------------------------------------------------------------


def _scored_channels(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    def draw() -> pd.DataFrame:
        scene = str(rng.choice(list(SCENES)))
        marks = np.array(list(CHANNELS.values())) + rng.integers(-1, 2, (len(CHANNELS), len(CRITERIA)))
        table = pd.DataFrame(marks.clip(1, 5), columns=list(CRITERIA))
        return table.assign(channel=list(CHANNELS), scene=scene)

    both = well_posed(draw, _channels_are_clear)
    scene = both["scene"].iloc[0]
    weights = pd.DataFrame({"criterion": CRITERIA, "weight": SCENES[scene]})
    return both[["channel", *CRITERIA]], weights.assign(scene=scene)


def _channels_are_clear(table: pd.DataFrame) -> bool:
    marks = table.set_index("channel")[list(CRITERIA)]
    score = marks @ pd.Series(SCENES[table["scene"].iloc[0]], index=list(CRITERIA))
    plain = marks.mean(axis=1)
    return bool(score.nlargest(2).diff().iloc[1] <= -0.19 and score.idxmax() not in plain.index[plain == plain.max()])


def _steps(rng: np.random.Generator) -> pd.DataFrame:
    share = rng.uniform(0.85, 0.98, len(STEPS) - 1)
    early, late = rng.integers(0, 3), rng.integers(3, len(STEPS) - 1)
    share[early], share[late] = rng.uniform(0.78, 0.83), rng.uniform(0.7, 0.77)
    n = [int(rng.integers(380, 521))]
    for s in share:
        n.append(round(n[-1] * s))
    return pd.DataFrame({"step": STEPS, "n": n}).astype({"step": "str"})


def _steps_are_clear(table: pd.DataFrame) -> bool:
    n = table.set_index("step")["n"]
    share, lost = (n / n.shift()).dropna(), (n.shift() - n).dropna()
    return bool(share.nsmallest(2).diff().iloc[1] >= 0.03 and lost.idxmax() != share.idxmin() and apart(share, 0.001))
