"""Small simulated tables the loyalty widgets open with when no data are given; each is the same at every call."""

import numpy as np
import pandas as pd


def rfm_customers(n: int = 1200) -> pd.DataFrame:
    """Return customers whose visits, recency and spending hang together, with a few big one-time buyers."""
    rng = np.random.default_rng(71)
    loyal = rng.beta(0.7, 1.8, n)
    orders = 1 + rng.poisson(11 * loyal)
    days = rng.exponential(30 + 260 * (1 - loyal))
    days = np.where(days > 364, rng.uniform(120, 364, n), days).astype(int)
    ticket = rng.lognormal(4.6, 0.55, n) * np.where(rng.random(n) < 0.04, 8, 1)
    return pd.DataFrame(
        {
            "customer_id": np.arange(1, n + 1),
            "days_since_last": days,
            "orders": orders,
            "total_amount": (orders * ticket).round(0),
        }
    )


def cohort_orders() -> pd.DataFrame:
    """Return ten months of orders; November's cohort is twice as big and comes back half as often."""
    rng = np.random.default_rng(72)
    months = pd.period_range("2025-07", "2026-04", freq="M")
    rows = []
    for start, month in enumerate(months):
        sale = str(month) == "2025-11"
        size = 240 if sale else int(rng.integers(95, 130))
        stays = rng.beta(2.2, 1.2, size) * (0.5 if sale else 1.0)
        for age in range(len(months) - start):
            came = np.ones(size, dtype=bool) if age == 0 else rng.random(size) < stays * 0.93 ** (age - 1)
            people = np.flatnonzero(came)
            days = rng.integers(0, 28, len(people))
            rows.append(
                pd.DataFrame(
                    {
                        "customer_id": 1000 * (start + 1) + people,
                        "date": (month + age).to_timestamp() + pd.to_timedelta(days, unit="D"),
                    }
                )
            )
    return pd.concat(rows, ignore_index=True)


def members(n: int = 3000) -> pd.DataFrame:
    """Return members with a year's spending, skewed as spending is."""
    spend = np.random.default_rng(73).lognormal(6.6, 0.95, n)
    return pd.DataFrame({"member_id": np.arange(1, n + 1), "spend": spend.round(0)})


def brand_purchases(households: int = 160) -> pd.DataFrame:
    """Return a panel of purchases of three brands by households that each stick to a favourite to their own degree."""
    rng = np.random.default_rng(74)
    brands = np.array(["A 牌", "B 牌", "C 牌"])
    rows = []
    for household in range(households):
        taste = rng.dirichlet([1.6, 1.1, 0.7])
        sticks = rng.beta(2, 2)
        brand = rng.choice(3, p=taste)
        for _ in range(int(rng.integers(6, 16))):
            rows.append((household, brands[brand]))
            brand = brand if rng.random() < sticks else rng.choice(3, p=taste)
    return pd.DataFrame(rows, columns=["household_id", "brand"])
