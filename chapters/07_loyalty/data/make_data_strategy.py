"""Tables of section 7.2, each from the random stream it is given: experiments, promises, points, members, community."""

import numpy as np
import pandas as pd

TODAY = np.datetime64("2026-06-30")
LEVELS = ["普通", "银卡", "金卡", "黑卡"]


def expit(x: np.ndarray) -> np.ndarray:
    """Turn log-odds into a probability."""
    return 1 / (1 + np.exp(-x))


def make_campaign(rng: np.random.Generator) -> pd.DataFrame:
    """Draw the experiment with four ways to make customers loyal and a control group, 1,000 customers each."""
    arms = {"对照": (0.38, 0.33, 0), "情感": (0.46, 0.42, 2), "利益": (0.50, 0.32, 0), "转换成本": (0.42, 0.36, 2)}
    arms["组织"] = (0.44, 0.38, 4)
    arm = rng.permutation(np.repeat(list(arms), 1000))
    first, late, cost = (np.array([arms[a][k] for a in arm]) for k in range(3))
    bought = rng.random(len(arm)) < first
    frame = pd.DataFrame({"customer_id": [f"E{i:04d}" for i in range(1, len(arm) + 1)], "arm": arm})
    frame["bought_60d"] = bought.astype(int)
    frame["bought_late"] = (rng.random(len(arm)) < late + 0.10 * (bought - first)).astype(int)
    margin = np.round(rng.gamma(2.2, 25, len(arm)), 1)
    frame["margin_60d_yuan"] = np.where(bought, margin, 0.0)
    frame["cost_yuan"] = np.where(arm == "利益", np.where(bought, 12.0, 0.5), cost)
    return frame


def make_promises(rng: np.random.Generator) -> pd.DataFrame:
    """Draw 1,600 promises made to customers: kept or not, refunded or not, and the trust scored afterwards."""
    kinds = {"三十分钟送到": (0.88, 0.60, 8), "不好喝重做": (0.965, 0.55, 8), "拿错退一赔一": (0.93, 0.85, 48)}
    kinds["到店三分钟取餐"] = (0.80, 0.15, 5)
    n = 1600
    kind = rng.choice(list(kinds), n, p=[0.40, 0.20, 0.08, 0.32])
    kept = rng.random(n) < np.array([kinds[k][0] for k in kind])
    paid = ~kept & (rng.random(n) < np.array([kinds[k][1] for k in kind]))
    feel = np.select([kept, paid], [4.1, 3.7], 2.7)
    trust = np.clip(np.rint(feel + rng.normal(0, 0.8, n)), 1, 5)
    frame = pd.DataFrame({"order_id": [f"P{i:04d}" for i in range(1, n + 1)], "promise": kind})
    frame["kept"] = kept.astype(int)
    frame["refund_yuan"] = np.where(paid, np.array([kinds[k][2] for k in kind]), 0)
    frame["trust"] = pd.Series(np.where(rng.random(n) < 0.38, np.nan, trust)).astype("Int64")
    return frame


def make_points(rng: np.random.Generator) -> pd.DataFrame:
    """Draw the points of 700 members in two years; points of 2024 have expired, those of 2025 mostly not yet."""
    n = 700
    habit = rng.beta(1.4, 1.6, n)
    parts = []
    for year, use, expired in ((2024, 1.0, 0.92), (2025, 0.55, 0.0)):
        spend = np.round(rng.lognormal(6.0, 0.9, n), 0)
        earn = np.floor(spend)
        burn = np.floor(earn * np.clip(habit * use + rng.normal(0, 0.08, n), 0, 1) / 10) * 10
        expire = np.floor((earn - burn) * expired)
        columns = {"customer_id": [f"M{i:04d}" for i in range(1, n + 1)], "year": year, "spend_yuan": spend}
        parts.append(pd.DataFrame(columns | {"earn": earn, "burn": burn, "expire": expire}))
    frame = pd.concat(parts, ignore_index=True)
    return frame.astype(dict.fromkeys(("spend_yuan", "earn", "burn", "expire"), int))


def make_members(rng: np.random.Generator) -> pd.DataFrame:
    """Draw 2,000 members: growth behaviour, levels of two years, engagement, an invitation and a care experiment."""
    n = 2000
    liking = rng.normal(0, 1, n)
    frame = pd.DataFrame({"member_id": [f"M{i:04d}" for i in range(1, n + 1)]})
    frame["spend_12m_yuan"] = np.round(np.exp(6.25 + 0.45 * liking + rng.normal(0, 0.85, n)), 0).astype(int)
    reviews = rng.poisson(np.exp(0.5 + 0.5 * liking))
    reviews[rng.choice(n, 24, replace=False)] = rng.integers(280, 620, 24)  # paid reviewers
    frame["reviews_12m"] = reviews
    frame["visits_12m"] = rng.poisson(np.exp(2.4 + 0.35 * liking))
    frame["credit"] = np.clip(np.rint(88 + 5 * liking + rng.normal(0, 8, n)), 20, 100).astype(int)
    value = frame["spend_12m_yuan"] + 20 * np.minimum(reviews, 20) + 2 * frame["credit"]
    level = np.digitize(value, [800, 2000, 4500])
    past = np.digitize(value * rng.lognormal(0.05, 0.35, n), [800, 2000, 4500])
    gone = rng.random(n) < np.where(level < past, 0.22, 0.07)
    frame["level_2025"] = np.array(LEVELS)[past]
    frame["level_2026"] = np.where(gone, None, np.array(LEVELS)[level])
    born = rng.integers(1970, 2008, n)
    month, day = rng.integers(1, 13, n), rng.integers(1, 29, n)
    birthday = pd.Series([f"{y}-{m:02d}-{d:02d}" for y, m, d in zip(born, month, day, strict=True)])
    frame["birthday_date"] = birthday.mask(rng.random(n) < 0.24)
    frame["last_order_date"] = TODAY - np.ceil(rng.exponential(26 * np.exp(-0.3 * liking))).astype("timedelta64[D]")
    contact = TODAY - rng.integers(1, 150, n).astype("timedelta64[D]")
    frame["last_contact_date"] = pd.Series(contact).mask(rng.random(n) < 0.45)
    frame["consent_mkt"] = rng.random(n) < 0.71
    invited = rng.random(n) < 0.5
    engage = rng.poisson(np.exp(0.7 + 0.75 * liking + 0.30 * invited))
    frame["invited"] = invited.astype(int)
    frame["engagement_q1"] = engage
    frame["rebought_q2"] = (rng.random(n) < expit(0.1 + 0.85 * liking + 0.22 * invited)).astype(int)
    asleep = rng.random(n) < 0.5 - 0.08 * np.clip(liking, -2, 2)
    care = rng.random(n) < 0.5
    frame["care_group"] = np.where(asleep, np.where(care, "关怀", "留白"), None)
    back = rng.random(n) < 0.11 + 0.055 * care
    frame["back_30d"] = pd.Series(np.where(asleep, back.astype(float), np.nan)).astype("Int64")
    return frame


def make_plus(rng: np.random.Generator) -> pd.DataFrame:
    """Draw 800 holders of the paid card: fee, visits, spending, margin and whether they renewed."""
    n = 800
    visits = rng.negative_binomial(3, 3 / (3 + 46), n)
    spend = np.round(visits * rng.gamma(20, 23 / 20, n), 0)
    renew = rng.random(n) < expit(-1.1 + 0.040 * visits)
    frame = pd.DataFrame({"member_id": [f"V{i:04d}" for i in range(1, n + 1)], "fee": 99, "renew": renew.astype(int)})
    frame["visits"], frame["spend"] = visits, spend.astype(int)
    frame["gm"] = np.round(np.clip(rng.normal(0.17, 0.03, n), 0.05, 0.3), 3)
    return frame


def make_community(rng: np.random.Generator) -> pd.DataFrame:
    """Draw 1,500 applicants for the customer groups: 1,000 drawn in by lot, 500 left on the waiting list."""
    n = 1500
    warm = rng.normal(0, 1, n)
    inside = np.zeros(n, dtype=bool)
    inside[rng.choice(n, 1000, replace=False)] = True
    frame = pd.DataFrame({"user_id": [f"U{i:04d}" for i in range(1, n + 1)]})
    frame["place"] = np.where(inside, "入群", "排队")
    frame["join_date"] = np.datetime64("2026-01-01") + rng.integers(0, 60, n)
    weeks = rng.geometric(np.clip(expit(-1.9 - 0.5 * warm), 0.03, 0.6))
    frame["active_weeks"] = np.where(inside, np.minimum(weeks - 1, 12), np.nan)
    invites = rng.negative_binomial(0.45, 0.45 / (0.45 + 1.4), n)
    joined = rng.binomial(invites, 0.31)
    frame["invites"], frame["joined"] = (np.where(inside, x, np.nan) for x in (invites, joined))
    frame["orders_90d"] = rng.poisson(np.exp(1.15 + 0.45 * warm + 0.14 * inside))
    frame["margin_90d_yuan"] = np.round(frame["orders_90d"] * rng.gamma(12, 8.5 / 12, n), 1)
    return frame.astype({"active_weeks": "Int64", "invites": "Int64", "joined": "Int64"})


def make_partners(rng: np.random.Generator) -> pd.DataFrame:
    """Draw 240 offices that rent a coffee machine: five elements of partnership and whether they renewed."""
    n = 240
    mood = rng.normal(0, 1, n)
    frame = pd.DataFrame({"partner_id": [f"B{i:03d}" for i in range(1, n + 1)]})
    means = {"trust": 3.6, "comm": 3.3, "goal": 3.0, "mutual": 3.1, "support": 3.4}
    for name, mean in means.items():
        frame[name] = np.clip(np.rint(mean + 0.55 * mood + rng.normal(0, 0.75, n)), 1, 5).astype(int)
    odds = 0.75 + 0.85 * (frame["trust"] - 3.6) + 0.45 * (frame["comm"] - 3.3) + 0.35 * (frame["support"] - 3.4)
    frame["renew"] = (rng.random(n) < expit(odds.to_numpy())).astype(int)
    return frame
