"""Small simulated tables the development widgets open with when no data are given; each is the same at every call."""

import numpy as np
import pandas as pd

CUT = pd.Timestamp("2026-03-31")


def orders(n: int = 700) -> pd.DataFrame:
    """Return 15 months of orders of customers who buy at their own pace and leave at a time of their own."""
    rng = np.random.default_rng(31)
    start = pd.Timestamp("2025-07-01")
    rows = []
    for customer in range(1, n + 1):
        pace = rng.gamma(2.2, 14)  # mean days between two orders
        day, leaves = rng.uniform(0, 200), rng.exponential(230)
        left = day + leaves
        while day < 456:
            rows.append((customer, int(day)))
            day += max(rng.exponential(pace), 1)
            if day > left:
                break
    table = pd.DataFrame(rows, columns=["customer_id", "day"])
    return pd.DataFrame(
        {"customer_id": table["customer_id"], "date": start + pd.to_timedelta(table["day"], unit="D")}
    )  # fmt: skip


def campaign(n: int = 2000) -> pd.DataFrame:
    """Return a mailing list with a score that sorts fairly well and a response of about 12%."""
    rng = np.random.default_rng(32)
    liking = rng.normal(0, 1, n)
    responded = rng.random(n) < 1 / (1 + np.exp(2.5 - 1.1 * liking))
    score = (liking + rng.normal(0, 0.6, n)).round(3)
    return pd.DataFrame({"score": score, "responded": responded.astype(int)})


def subscribers(n: int = 600) -> pd.DataFrame:
    """Return subscribers with months observed, whether they left, contract and channel; two in three have not left yet."""
    rng = np.random.default_rng(33)
    contract = np.where(rng.random(n) < 0.55, "按月付", "按年付")
    channel = rng.choice(["门店", "小程序", "电话"], n)
    life = rng.exponential(np.where(contract == "按月付", 20, 55)) + 0.5
    seen = rng.uniform(1, 30, n)
    months = np.minimum(np.minimum(life, seen), 30)
    return pd.DataFrame(
        {
            "months": np.ceil(months).astype(int),
            "left": (life <= seen).astype(int),
            "contract": contract,
            "channel": channel,
        }
    )


def lost_customers(n: int = 60) -> pd.DataFrame:
    """Return lost customers with the chance of winning them back (and its interval), their value and the cost of trying."""
    rng = np.random.default_rng(34)
    p = rng.beta(2, 6, n)
    tried = rng.integers(25, 80, n)
    half = 1.96 * np.sqrt(p * (1 - p) / tried)
    return pd.DataFrame(
        {
            "customer_id": np.arange(1, n + 1),
            "p_success": p.round(3),
            "p_low": np.clip(p.round(3) - half, 0, 1),
            "p_high": np.clip(p.round(3) + half, 0, 1),
            "value_yuan": rng.lognormal(6.3, 0.9, n).round(0),
            "cost_yuan": rng.choice([15, 30, 60, 120], n),
        }
    )


def profits(n: int = 400) -> pd.Series:
    """Return yearly profits of customers; about a quarter cost more to serve than they bring."""
    rng = np.random.default_rng(35)
    revenue = rng.lognormal(6.4, 0.9, n)
    service = rng.lognormal(5.2, 0.9, n)
    return pd.Series((0.42 * revenue - service).round(0), name="profit_yuan")
