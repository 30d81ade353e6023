"""The tables of chapter 4 on people and on the process: behaviour, training, styles, receptions, deals, waits."""

import numpy as np
import pandas as pd
from make_data_base import chance, numbered, stream


def make_training() -> pd.DataFrame:
    """Draw 132 trainees: test before and after, three topics, three methods."""
    rng, n = stream(10), 132
    topic = rng.choice(["情绪管理", "产品知识", "团队合作"], n)
    method = rng.choice(["讲授", "模拟", "实践（传帮带）"], n)
    skill = rng.normal(62, 9, n)
    gain = pd.Series(topic).map({"情绪管理": 4.0, "产品知识": 11.0, "团队合作": 6.0}).to_numpy()
    gain = gain + pd.Series(method).map({"讲授": 0.0, "模拟": 4.0, "实践（传帮带）": 3.0}).to_numpy()
    pre, post = skill + rng.normal(0, 4, n), skill + gain + rng.normal(0, 5, n)
    used = rng.random(n) < chance(-0.9 + 1.1 * (method != "讲授"))
    return pd.DataFrame(
        {
            "agent_id": numbered("A", n, 3),
            "topic": topic,
            "method": method,
            "pre": np.clip(np.round(pre), 0, 100).astype(int),
            "post": pd.array(np.where(rng.random(n) < 0.06, np.nan, np.clip(np.round(post), 0, 100))).astype("Int64"),
            "used_at_work": used.astype(int),
        }
    )


def make_styles() -> pd.DataFrame:
    """Draw 160 answers to twelve statements on one's way of talking."""
    rng, n = stream(11), 160
    lean = rng.normal(0, 1, (n, 2))
    answers = np.empty((n, 12))
    for i in range(12):
        sign = -1 if i >= 8 else 1
        answers[:, i] = np.clip(np.round(3 + sign * 0.9 * lean[:, i % 2] + rng.normal(0, 0.8, n)), 1, 5)
    return pd.DataFrame(answers.astype(int), columns=[f"q{i}" for i in range(1, 13)]).assign(
        resp_id=numbered("S", n, 3)
    )


def make_receptions() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw 420 online receptions: how far through the eight steps, the customer's type, the way chosen, the outcome."""
    rng, n = stream(12), 420
    kinds = ["急性子", "要参谋", "自有主张", "精明比价", "老年客户", "老客户"]
    right = {
        "急性子": "快办",
        "要参谋": "当参谋",
        "自有主张": "少打扰",
        "精明比价": "耐心讲",
        "老年客户": "讲方便",
        "老客户": "像老友",
    }
    kind = rng.choice(kinds, n, p=[0.2, 0.22, 0.17, 0.18, 0.09, 0.14])
    fit = rng.random(n) < 0.52
    other = rng.choice(list(right.values()), n)
    way = np.where(fit, pd.Series(kind).map(right), other)
    matched = way == pd.Series(kind).map(right).to_numpy()
    steps = ["问好", "提问", "分析", "推荐", "谈判", "帮助", "核实", "告别"]
    go = np.array([0.995, 0.83, 0.9, 0.92, 0.8, 0.85, 0.74])
    through = rng.random((n, 7)) < chance(np.log(go / (1 - go)) - 0.3 + 0.75 * matched[:, None])
    far = 1 + through.cumprod(axis=1).sum(axis=1)
    took = np.round(rng.lognormal(np.log([8, 45, 70, 95, 120, 80, 30, 12]), 0.5, (n, 8)))
    ids = numbered("R", n)
    rows = [(ids[i], steps[k], int(took[i, k])) for i in range(n) for k in range(far[i])]
    closed = (far >= 6) & (rng.random(n) < np.where(far >= 7, 0.86, 0.6))
    receptions = pd.DataFrame(
        {
            "dialog_id": ids,
            "customer_type": kind,
            "strategy": way,
            "matched": matched.astype(int),
            "closed": closed.astype(int),
        }
    )
    return receptions, pd.DataFrame(rows, columns=["dialog_id", "step", "seconds"])


def make_needs() -> pd.DataFrame:
    """Draw 100 customers who choose between two sofas four times, and how many questions were put to each."""
    rng, rows = stream(13), []
    worth = {"面料": ("布艺", "真皮", 0.35), "送货": ("七天", "次日", 0.9), "价格": ("2,999 元", "3,599 元", -0.8)}
    for person in numbered("N", 100, 3):
        for task in range(1, 5):
            pair = []
            for option in "甲乙":
                high = rng.random(3) < 0.5
                use = sum(w[2] * h for w, h in zip(worth.values(), high, strict=True)) + rng.gumbel(0, 1)
                pair.append(
                    (person, task, option, *[w[int(h)] for w, h in zip(worth.values(), high, strict=True)], use)
                )
            best = max(pair, key=lambda r: r[-1])
            rows += [(*r[:-1], int(r is best)) for r in pair]
    return pd.DataFrame(rows, columns=["resp_id", "task", "option", "面料", "送货", "价格", "chosen"])


def make_objections() -> pd.DataFrame:
    """Draw 480 objections and which of the five steps were done."""
    rng, n = stream(14), 480
    kind = rng.choice(
        ["价格太高", "颜色不合", "送货太慢", "怕质量不好", "尺寸不合", "要和家人商量"],
        n,
        p=[0.36, 0.2, 0.15, 0.13, 0.09, 0.07],
    )
    done = rng.random((n, 5)) < [0.82, 0.55, 0.6, 0.7, 0.48]
    logit = -1.95 + done @ np.array([0.25, 0.45, 0.75, 0.5, 0.35])
    table = pd.DataFrame(done.astype(int), columns=["listen", "empathy", "ask", "recommend", "price"])
    table.insert(0, "dialog_id", numbered("O", n))
    table.insert(1, "type", kind)
    return table.assign(closed=(rng.random(n) < chance(logit)).astype(int))


def make_deals() -> pd.DataFrame:
    """Draw 320 bargaining games of trainees: both limits and the price agreed."""
    rng, n = stream(15), 320
    buyer, seller = rng.normal(3400, 260, n).round(-1), rng.normal(3150, 230, n).round(-1)
    where = np.clip(rng.normal(0.44, 0.17, n), 0, 1)
    price = (seller + where * (buyer - seller)).round(-1)
    closed = (buyer >= seller) & (rng.random(n) < 0.9)
    return pd.DataFrame(
        {
            "game_id": numbered("D", n, 3),
            "buyer_max": buyer,
            "seller_min": seller,
            "price": np.where(closed, price, np.nan),
        }
    )


def make_waits() -> pd.DataFrame:
    """Draw 480 waits at the counter; whether the wait was explained, and whether there was something to do, by lot."""
    rng, n = stream(16), 480
    told, busy = rng.random(n) < 0.5, rng.random(n) < 0.5
    actual = np.round(rng.gamma(3.0, 2.2, n) + 0.5, 1)
    ratio = np.exp(0.36 - 0.2 * told - 0.13 * busy + rng.normal(0, 0.3, n))
    return pd.DataFrame(
        {
            "visit_id": numbered("W", n),
            "told": np.where(told, "告诉了", "没告诉"),
            "occupied": np.where(busy, "有事做", "干等"),
            "actual_min": actual,
            "perceived_min": np.where(rng.random(n) < 0.05, np.nan, np.maximum(np.round(actual * ratio), 0.5)),
        }
    )


def make_encounters() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw 300 service encounters (who was in control) and 300 repairs of a mistake under three limits."""
    rng, n = stream(17), 300
    weights = rng.dirichlet([2.2, 1.8, 2.0], n)
    points = np.round(weights * 10).astype(int)
    balance = 1 - weights.max(axis=1)
    csat = np.clip(np.round(2.2 + 2.6 * balance + rng.normal(0, 0.75, n)), 1, 5).astype(int)
    encounters = pd.DataFrame(points, columns=["organisation", "employee", "customer"]).assign(csat=csat)
    encounters.insert(0, "encounter_id", numbered("E", n))
    rng, n = stream(18), 300
    limit = rng.choice([0, 50, 100, 200, 400], n)
    hours = np.round(rng.lognormal(np.log(30 * np.exp(-0.011 * np.minimum(limit, 150)) + 1), 0.5), 1)
    cost = np.round(35 + rng.gamma(2, 6, n) + 0.16 * limit + rng.gamma(1.5, 0.02 * limit + 0.01), 0)
    score = np.clip(np.round(4.5 - 0.045 * np.minimum(hours, 48) + rng.normal(0, 0.7, n)), 1, 5).astype(int)
    return encounters, pd.DataFrame(
        {"case_id": numbered("P", n, 3), "limit_yuan": limit, "fix_h": hours, "cost_yuan": cost, "csat": score}
    )


def make_behavior() -> pd.DataFrame:
    """Draw 420 coded video clips of a reception: longest gaze, smiles, nods, folded arms, and the customer's score."""
    rng, n = stream(9), 420
    gaze = np.round(rng.gamma(3.2, 0.55, n) + 0.2, 1)
    smile, nod = rng.poisson(1.7, n), rng.poisson(2.2, n)
    arms = (rng.random(n) < 0.18).astype(int)
    score = (
        6.1
        + 0.42 * np.minimum(smile, 4)
        + 0.16 * np.minimum(nod, 5)
        - 0.55 * (gaze > 2)
        - 0.8 * arms
        + rng.normal(0, 1.25, n)
    )
    return pd.DataFrame(
        {
            "video_id": numbered("B", n),
            "gaze_s": gaze,
            "smile": smile,
            "nod": nod,
            "arms_folded": arms,
            "score": np.clip(np.round(score), 1, 10).astype(int),
        }
    )
