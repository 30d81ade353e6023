"""Build leads.csv, talks.csv, labels.csv, rules.csv and followups.csv of a car dealer. Simulated, same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 4420
N_LEADS = 2_600
N_TALKS = 150  # conversations that were recorded, with the customer's consent, and heard by a coder
BEFORE = np.array(["看中别家", "还没定", "看中本店"])
STEPS = ["seat", "chat", "plan", "compare"]
OVERCLAIM = 0.17  # share of steps not done that the manager ticks all the same
DRIVE_POINTS = 0.90  # what a test drive adds to the inclination to buy
COMPARE_POINTS = np.array([0.20, 0.85, 0.05])  # by BEFORE: it works on those who have not decided
CAPS = np.array([2, 4, 6])

OPENING = {
    "看中别家": ["我其实看中了另一家的那款，顺路来看看。", "朋友推荐我买别的牌子，我来比比。"],
    "还没定": ["我随便看看，还没想好买哪款。", "几个牌子看花眼了，拿不定主意。"],
    "看中本店": ["我在网上看了你们这款，想来看看实车。", "就冲你们这款来的，今天有现车吗？"],
}
GREETING = ["您好，欢迎光临，我是客户经理。", "您好，里面请，我来接待您。"]
SAID = {
    "seat": ["这边请，到贵宾席坐下聊，给您倒杯水。", "您先请坐，喝茶还是咖啡？", "咱们到里面沙发那儿慢慢说。"],
    "chat": ["您从哪边过来的？路上堵不堵？", "孩子多大了？几年级？", "听您口音是南边人，来这儿几年了？"],
    "plan": [
        "您主要上下班开，还是周末带家人出去？",
        "预算大概多少？最看重空间还是油耗？",
        "家里几口人坐？车位大不大？",
    ],
    "compare": [
        "您说的那款省油是真好，我们这款后排宽一些，两款参数摆在一起给您看。",
        "那款和我们这款差别在三处：油耗、后排、保养的花费。",
        "我把两台车的配置表打印出来，您一项一项看。",
    ],
    "invite": [
        "要不要上车试一圈？二十分钟就回来。",
        "正好有试驾车，带驾照了吗？我陪您开一段。",
        "光看不算数，您自己开开看？",
    ],
}
# Said although the step was not done: words that a rule takes for the step.
DECOY = {
    "seat": "贵宾席这会儿有人，您就站这儿看吧。",
    "chat": "这款很多人买，孩子上学接送正合适。",
    "plan": "这款多少钱，贴纸上都写着。",
    "compare": "那家的车毛病多，跟我们没法比。",
    "invite": "试驾要预约，今天没有。",
}
PUSHING = ["今天不定，明天就涨价了。", "最后一台，您不要后面有人等着。"]
ENDING = ["方便留个联系方式吗？不方便也没关系。", "这是我的名片，您回去商量，有事找我。"]
REPLY = ["嗯，好的。", "是吗？", "我再想想。", "行，听你说说。", "一家四口，周末常出去。", "油耗我比较在意。"]
RULES = [
    ("贵宾席", "接待四步", "need", "贵宾席|请坐", 20, "请客户坐下，再开口谈。"),
    ("寒暄", "接待四步", "need", "过来|孩子|口音|老家", 20, "先聊两句家常，了解他是谁。"),
    ("定策略", "接待四步", "need", "预算|看重|几口人|上下班|多少", 20, "问清用途、预算和看重什么，再介绍。"),
    ("竞品分析", "接待四步", "need", "那款|两款|没法比|参数", 20, "把两款放在一起，好坏都说。"),
    ("邀请试驾", "接待四步", "need", "试驾|试一圈|开开看", 20, "请他自己开一段。"),
    ("贬低对手", "禁忌语", "avoid", "毛病多|没法比|谁买谁后悔", -20, "夸对手的长处，再说自己的不同。"),
    ("逼单", "禁忌语", "avoid", "明天就涨价|最后一台|后面有人等", -20, "给他时间，把条件写下来。"),
]


def _sure(value: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-value))


def _leads(rng: np.random.Generator) -> tuple[pd.DataFrame, dict[str, np.ndarray], np.ndarray]:
    """Return one row a visitor, the steps truly done, and the hidden inclination at the end of the visit."""
    n = N_LEADS
    days = pd.date_range("2026-01-05", "2026-06-28")
    weight = np.where(days.day_of_week >= 5, 2.4, 1.0)
    day = np.sort(rng.choice(len(days), n, p=weight / weight.sum()))
    manager = rng.integers(0, 6, n)
    skill = np.array([0.6, 0.2, 0.0, -0.1, -0.3, -0.5])[manager]
    kind = rng.choice(3, n, p=[0.36, 0.39, 0.25])
    keen = rng.normal(0, 1, n)  # how much he wants a car at all: nobody writes it down
    done = {
        step: rng.random(n) < _sure(base + skill + 0.45 * keen)
        for step, base in zip(STEPS, (1.1, 0.7, 0.3, -0.2), strict=True)
    }
    invited = rng.permutation(np.resize(np.array([0, 1]), n))
    pull = 1.10 * keen + 0.45 * (kind == 2) + 0.25 * done["compare"]
    drove = rng.random(n) < _sure(np.where(invited == 1, 0.45, -2.1) + pull)
    warm = 0.15 * (done["seat"] & done["chat"]) + 0.25 * done["plan"] + COMPARE_POINTS[kind] * done["compare"]
    inclined = np.array([-1.1, -0.1, 1.0])[kind] + 0.9 * keen + warm + DRIVE_POINTS * drove + rng.normal(0, 0.6, n)
    signed = rng.random(n) < _sure(-3.8 + 1.2 * inclined)
    after = np.where(inclined > 1.1, BEFORE[2], np.where(inclined < -0.35, BEFORE[0], BEFORE[1]))
    minutes = np.round(np.exp(rng.normal(2.6, 0.4, n)) + 6 * sum(done[s] for s in STEPS) + 22 * drove)
    ticked = {s: (done[s] | (rng.random(n) < OVERCLAIM)).astype(int) for s in STEPS}
    table = pd.DataFrame(
        {
            "lead_id": [f"L{30000 + i}" for i in range(n)],
            "visit_date": days[day].strftime("%Y-%m-%d"),
            "manager": [f"M{m + 1}" for m in manager],
            "before": BEFORE[kind],
            **ticked,
            "invited": invited,
            "testdrive": drove.astype(int),
            "minutes": pd.array(np.where(rng.random(n) < 0.05, np.nan, minutes), dtype="Int64"),
            "after": after,
            "signed_day": signed.astype(int),
        }
    )
    return table, done, inclined


def _followups(
    rng: np.random.Generator, leads: pd.DataFrame, inclined: np.ndarray
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the leads with consent, the drawn cap and the result after 30 days, and one row a contact tried."""
    n = len(leads)
    consent = (leads["signed_day"] == 0) & (rng.random(n) < 0.74)
    cap = np.where(consent, CAPS[rng.integers(0, 3, n)], 0)
    agreed, stopped, rows = np.zeros(n, bool), np.zeros(n, bool), []
    start = np.round(rng.gamma(1.6, 1.2, n), 1)
    gap = np.round(rng.gamma(4, 1.1, (n, 6)), 1)
    for i in np.flatnonzero(consent):
        day = start[i]
        for k in range(cap[i]):
            if agreed[i] or stopped[i] or day > 30:
                break
            reached = rng.random() < 0.64 - 0.03 * k
            agreed[i] = reached and rng.random() < _sure(-1.75 + 0.7 * inclined[i] - 0.28 * k)
            stopped[i] = reached and not agreed[i] and rng.random() < 0.02 + 0.042 * k
            rows.append((leads["lead_id"].iloc[i], k + 1, day, int(reached), int(agreed[i]), int(stopped[i])))
            day = round(day + gap[i, k], 1)
    later = rng.random(n) < np.where(agreed, 0.42, np.where(leads["signed_day"] == 0, 0.012, 0))
    leads = leads.assign(
        consent=consent.astype(int),
        max_contacts=pd.array(np.where(consent, cap, np.nan), dtype="Int64"),
        closed_30d=((leads["signed_day"] == 1) | later).astype(int),
    )
    return leads, pd.DataFrame(rows, columns=["lead_id", "nth", "day", "reached", "agreed", "stop"])


def _talks(
    rng: np.random.Generator, leads: pd.DataFrame, done: dict[str, np.ndarray]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one row a sentence, and one row a recorded talk as the coder heard it."""
    rows, labels = [], []
    for i in np.sort(rng.choice(len(leads), N_TALKS, replace=False)):
        lead = leads.iloc[i]
        truth = {s: bool(done[s][i]) for s in STEPS} | {"invite": bool(lead["invited"])}
        said = [("客户", rng.choice(OPENING[lead["before"]])), ("客服", rng.choice(GREETING))]
        for step, yes in truth.items():
            if yes:
                said += [("客服", rng.choice(SAID[step])), ("客户", rng.choice(REPLY))]
            elif rng.random() < 0.22:
                said += [("客服", DECOY[step]), ("客户", rng.choice(REPLY[:3]))]
        if rng.random() < 0.09:
            said.append(("客服", rng.choice(PUSHING)))
        said.append(("客服", rng.choice(ENDING)))
        rows += [(lead["lead_id"], k + 1, who, str(text)) for k, (who, text) in enumerate(said)]
        slip = rng.random(5) < 0.03  # the coder mishears now and then
        labels.append((lead["lead_id"], *(int(v != s) for v, s in zip(truth.values(), slip, strict=True))))
    return (
        pd.DataFrame(rows, columns=["lead_id", "turn", "speaker", "text"]),
        pd.DataFrame(labels, columns=["lead_id", *STEPS, "invite"]),
    )


def make(folder: Path) -> None:
    """Write the five files into `folder`."""
    rng = np.random.default_rng(SEED)
    leads, done, inclined = _leads(rng)
    leads, followups = _followups(rng, leads, inclined)
    talks, labels = _talks(rng, leads, done)
    leads = pd.concat([leads, leads.iloc[rng.choice(len(leads), 15, replace=False)]])
    leads.iloc[rng.choice(N_LEADS, 7, replace=False), leads.columns.get_loc("minutes")] = 999
    leads = leads.sort_values(["visit_date", "lead_id"], kind="stable")
    rules = pd.DataFrame(RULES, columns=["rule", "dimension", "kind", "pattern", "points", "advice"])
    rules.insert(5, "limit", np.nan)
    tables = {"leads": leads, "talks": talks, "labels": labels, "rules": rules, "followups": followups}
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
