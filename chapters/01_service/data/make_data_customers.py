"""The customer tables of chapter 1: files, orders, tickets, referrals, switching, life cycle, relationship KPIs."""

import numpy as np
import pandas as pd

SEED = 2026_01
STORES = ["河东", "河西", "老街", "新区", "大学城", "车站"]
AS_OF = pd.Timestamp("2026-09-30")
N = 1500


def stream(table: int) -> np.random.Generator:
    """Return the table's own random stream."""
    return np.random.default_rng([SEED, table])


def _blank(values: pd.Series, mask: np.ndarray) -> pd.Series:
    """Blank the masked values."""
    return values.mask(pd.Series(mask, index=values.index))


def make_customers_and_orders() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw the customer file and a year of orders; spending is very uneven, as it is in shops."""
    rng = stream(11)
    ids = np.array([f"C{i:04d}" for i in range(1, N + 1)])
    activity = rng.gamma(0.75, 2.4, N)  # orders a year
    size = rng.lognormal(np.log(420), 0.75, N)
    count = rng.poisson(activity)
    buyer = np.repeat(np.arange(N), count)
    n = len(buyer)
    date = pd.Timestamp("2025-10-01") + pd.to_timedelta(rng.integers(0, 365, n), unit="D")
    season = rng.random(n) < 0.12  # the November and June sales
    date = np.where(season, rng.choice(pd.to_datetime(["2025-11-11", "2026-06-18"]), n), date)
    amount = np.round(size[buyer] * rng.lognormal(0, 0.45, n), 1)
    orders = pd.DataFrame(
        {
            "customer_id": ids[buyer],
            "date": pd.to_datetime(date),
            "store": rng.choice(STORES, n),
            "channel": rng.choice(["门店", "小程序", "电话"], n, p=[0.58, 0.34, 0.08]),
            "amount_yuan": amount,
            "margin_yuan": np.round(amount * rng.normal(0.17, 0.04, n).clip(0.02), 1),
        }
    ).sort_values("date", kind="stable", ignore_index=True)
    orders.insert(0, "order_id", [f"O{i:05d}" for i in range(1, n + 1)])
    spent = pd.Series(amount).groupby(buyer).sum().reindex(range(N), fill_value=0).to_numpy()
    rank = pd.Series(spent * rng.lognormal(0, 0.35, N)).rank(pct=True).to_numpy()
    grade = np.select([rank > 0.88, rank > 0.60], ["A", "B"], "C")
    joined = pd.to_datetime("2019-01-01") + pd.to_timedelta(rng.integers(0, 2800, N), unit="D")
    age = np.minimum(rng.exponential(np.select([grade == "A", grade == "B"], [75, 140], 240)), 900).astype(int)
    owner = rng.choice([f"E{k:02d}" for k in range(1, 13)], N)
    no_owner = rng.random(N) > np.select([grade == "A", grade == "B"], [0.86, 0.62], 0.30)
    customers = pd.DataFrame(
        {
            "customer_id": ids,
            "joined_date": joined,
            "grade": grade,
            "owner": pd.Series(owner, dtype=object).mask(no_owner),
            "updated_date": np.maximum(AS_OF - pd.to_timedelta(age, unit="D"), joined),
            "came_by": rng.choice(
                ["广告", "路过", "看店里人多", "朋友推荐", "网上评价"], N, p=[0.30, 0.24, 0.11, 0.23, 0.12]
            ),
        }
    )
    for column, share in {"age_band": 0.72, "address": 0.88, "preference": 0.41, "consent": 0.93}.items():
        text = {"age_band": "已填", "address": "已填", "preference": "已填", "consent": "同意"}[column]
        customers[column] = pd.Series(np.where(rng.random(N) < share, text, None), dtype=object)
    again = customers.iloc[rng.choice(N, 12, replace=False)].assign(came_by="广告")  # entered twice by hand
    customers = pd.concat([customers, again]).sort_values("customer_id", kind="stable", ignore_index=True)
    missing = rng.random(n) < 0.07
    old = rng.random(n) < 0.02
    orders.loc[old, "customer_id"] = [f"OLD{i:03d}" for i in range(1, int(old.sum()) + 1)]
    orders["customer_id"] = _blank(orders["customer_id"], missing)
    dates = {"joined_date": str, "updated_date": str}
    return customers.astype(dates), orders.astype({"date": str})


def make_tickets(customers: pd.DataFrame) -> pd.DataFrame:
    """Draw the tickets of half a year; looking at the file first makes them quicker and friendlier."""
    rng = stream(12)
    n = 900
    ids = rng.choice(customers["customer_id"].unique(), n)
    used = (rng.random(n) < 0.42).astype(int)
    kind = rng.choice(["咨询", "安装", "维修", "退换", "投诉"], n, p=[0.30, 0.22, 0.24, 0.14, 0.10])
    typical = pd.Series(kind).map({"咨询": 3, "安装": 20, "维修": 30, "退换": 22, "投诉": 26}).to_numpy()
    hours = np.round(rng.lognormal(np.log(typical), 0.6, n) * np.where(used == 1, 0.80, 1.0), 1)
    csat = np.clip(np.rint(3.7 + 0.45 * used - 0.5 * (kind == "投诉") + rng.normal(0, 0.9, n)), 1, 5).astype(int)
    frame = pd.DataFrame(
        {
            "ticket_id": [f"K{i:04d}" for i in range(1, n + 1)],
            "customer_id": ids,
            "opened_date": np.sort(rng.choice(pd.date_range("2026-04-01", "2026-09-30"), n)),
            "kind": kind,
            "used_profile": used,
            "resolved_h": hours,
            "csat": csat,
        }
    )
    frame["csat"] = _blank(frame["csat"].astype("Int64"), rng.random(n) < 0.22)
    frame["resolved_h"] = _blank(frame["resolved_h"], rng.random(n) < 0.03)
    unknown = rng.random(n) < 0.05
    frame["customer_id"] = _blank(frame["customer_id"].astype(object), unknown)
    return frame.astype({"opened_date": str})


def make_referrals(customers: pd.DataFrame) -> pd.DataFrame:
    """Draw the referrals of a year; some of the referred would have come anyway."""
    rng = stream(13)
    n = 150
    people = rng.choice(customers["customer_id"].unique(), 95, replace=False)
    return pd.DataFrame(
        {
            "referrer": np.sort(rng.choice(people, n)),
            "value_yuan": np.round(rng.gamma(1.6, 130, n)),
            "anyway": rng.choice([0, 0.5, 1], n, p=[0.55, 0.25, 0.20]),
            "months": rng.integers(0, 13, n),
        }
    )


def make_switching() -> pd.DataFrame:
    """Draw 900 members over a year: who left, what leaving would have cost, what both sides gained."""
    rng = stream(14)
    n = 900
    csat = np.clip(np.rint(3.6 + rng.normal(0, 0.95, n)), 1, 5).astype(int)
    points = np.round(rng.gamma(1.3, 55, n))
    devices = rng.poisson(1.1, n)
    learn_h = np.round(rng.gamma(2, 0.7, n), 1)
    cost = points + 60 * devices + 30 * learn_h
    logit = -0.95 - 0.70 * (csat - 3.6) - 0.35 * (cost - 180) / 100
    left = (rng.random(n) < 1 / (1 + np.exp(-logit))).astype(int)
    care = rng.gamma(2, 18, n)  # yuan a year spent on this customer
    gain_c = np.round(70 * (csat - 3) + 0.9 * care + rng.normal(0, 80, n))
    gain_f = np.round(95 + 28 * (csat - 3) - care + rng.normal(0, 75, n))
    columns = {
        "csat": csat,
        "points_yuan": points.astype(int),
        "devices": devices,
        "learn_h": learn_h,
        "left_12m": left,
    }
    frame = pd.DataFrame({"member_id": [f"W{i:03d}" for i in range(1, n + 1)], **columns})
    return frame.assign(gain_customer_yuan=gain_c.astype(int), gain_firm_yuan=gain_f.astype(int))


def make_lifecycle() -> pd.DataFrame:
    """Draw the monthly profit of 48 customers over three years: probing, growing, steady, fading."""
    rng = stream(15)
    rows = []
    month = np.arange(1, 37)
    for k in range(48):
        pace = rng.normal(1, 0.10)
        mean = np.interp(month, np.array([1, 6, 15, 27, 36]) * pace, [-22, -6, 62, 66, 8]) * rng.lognormal(0, 0.15)
        profit = np.round(mean + rng.normal(0, 14, 36), 1)
        rows.append(pd.DataFrame({"customer_id": f"F{k + 1:02d}", "month": month, "profit_yuan": profit}))
    return pd.concat(rows, ignore_index=True)


def make_relations() -> pd.DataFrame:
    """Draw a year of the three tasks of every store: winning, keeping, winning back."""
    rng = stream(16)
    frame = pd.MultiIndex.from_product(
        [pd.date_range("2025-10-01", periods=12, freq="MS"), STORES], names=["date", "store"]
    )
    frame = frame.to_frame(index=False)
    n = len(frame)
    frame["leads"] = rng.poisson(240, n)
    frame["new_customers"] = rng.binomial(frame["leads"], np.where(frame["store"] == "大学城", 0.05, 0.11))
    frame["start_customers"] = rng.poisson(1150, n)
    keep = np.where(frame["store"] == "车站", 0.055, 0.024)
    frame["lost"] = rng.binomial(frame["start_customers"], keep)
    frame["contacted_lost"] = rng.binomial(frame["lost"], np.where(frame["store"] == "老街", 0.20, 0.65))
    frame["won_back"] = rng.binomial(frame["contacted_lost"], 0.22)
    return frame.astype({"date": str})


def make_customer_tables() -> dict[str, pd.DataFrame]:
    """Return every customer table by name."""
    customers, orders = make_customers_and_orders()
    return {
        "customers": customers, "orders": orders, "tickets": make_tickets(customers),
        "referrals": make_referrals(customers), "switching": make_switching(),
        "lifecycle": make_lifecycle(), "relations": make_relations(),
    }  # fmt: skip
