"""Build customers.csv, companies.csv and crm_triggers.csv (one year of automatic messages). Simulated, same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 5304
N, N_COMPANIES = 2_600, 140
START, END = pd.Timestamp("2025-09-01"), pd.Timestamp("2026-08-31")
HOLDOUT = 0.30  # of the triggered are left alone at random
RULES = {  # chance to act within 30 days: left alone, and with a message
    "生日": (0.110, 0.175),
    "到期": (0.500, 0.600),
    "沉睡": (0.030, 0.095),
    "群发": (0.022, 0.028),
}
TIRED = 0.10  # every message of the last 30 days takes this share off what the next one adds
HEAVY, LIGHT = 0.50, 0.015  # share of the weekly mailings
LEAVE = (0.003, 0.006, 0.004)  # chance to unsubscribe: at once, a message, a message squared
JOBS = ["职员", "教师", "个体经营", "工人", "退休", "自由职业", "公务员"]
TRADES = ["餐饮", "零售", "机械", "建材", "农产品", "软件"]


def make(folder: Path) -> None:
    """Write the three tables into `folder`."""
    rng = np.random.default_rng(SEED)
    people = customers(rng)
    write(people.drop(columns="_sleepy"), folder / "customers.csv")
    write(companies(rng), folder / "companies.csv")
    write(messages(rng, people), folder / "crm_triggers.csv")


def write(table: pd.DataFrame, path: Path) -> None:
    """Write one table, dates as dates."""
    table.to_csv(path, index=False, encoding="utf-8", lineterminator="\n", date_format="%Y-%m-%d")


def gaps(rng: np.random.Generator, values: pd.Series, share: float) -> pd.Series:
    """Return the values with a share of them missing."""
    return values.mask(rng.random(len(values)) < share)


def customers(rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a customer, as the bank's database holds them on the last day."""
    age_days = 18 * 365.25 + rng.gamma(4, 2400, N)
    birthday = pd.Series(END - pd.to_timedelta(age_days.astype(int), unit="D")).dt.normalize()
    birthday = birthday.mask(rng.random(N) < 0.055, pd.Timestamp("1990-01-01"))  # what the form fills in by itself
    due = pd.Series(START + pd.to_timedelta(rng.integers(0, 480, N), unit="D")).mask(rng.random(N) < 0.45)
    sleepy = rng.random(N) < 0.3
    since = np.where(sleepy, rng.integers(120, 700, N), rng.exponential(35, N).clip(0, 400).astype(int))
    count = np.where(sleepy, rng.poisson(0.3, N), 1 + rng.poisson(6, N))
    table = pd.DataFrame(
        {
            "customer_id": [f"C{10000 + i}" for i in range(N)],
            "birth_date": gaps(rng, birthday, 0.07),
            "job": gaps(rng, pd.Series(rng.choice(JOBS, N)), 0.18),
            "family_size": gaps(rng, pd.Series(rng.choice([1, 2, 3, 4, 5], N, p=[0.14, 0.25, 0.33, 0.2, 0.08])), 0.52),
            "risk_attitude": gaps(rng, pd.Series(rng.choice(["稳健", "平衡", "进取"], N, p=[0.55, 0.33, 0.12])), 0.38),
            "consume_view": gaps(rng, pd.Series(rng.choice(["先存后花", "量入为出", "敢花敢借"], N)), 0.71),
            "buy_motive": gaps(rng, pd.Series(rng.choice(["保值", "子女教育", "养老", "日常周转"], N)), 0.64),
            "products": 1 + rng.poisson(0.9, N),
            "channel": gaps(rng, pd.Series(rng.choice(["手机银行", "柜台", "网银"], N, p=[0.62, 0.3, 0.08])), 0.04),
            "deposit_due_date": due,
            "last_visit_date": END - pd.to_timedelta(since, unit="D"),
            "visits_6m": count,
            "consent": (rng.random(N) < 0.74).astype(int),
            "_sleepy": sleepy,
        }
    )
    table["family_size"] = table["family_size"].astype("Int64")
    return table


def companies(rng: np.random.Generator) -> pd.DataFrame:
    """Return one row a company."""
    n = N_COMPANIES
    day = pd.Series(END - pd.to_timedelta(rng.integers(1, 400, n), unit="D"))
    return pd.DataFrame(
        {
            "company_id": [f"E{700 + i}" for i in range(n)],
            "trade": rng.choice(TRADES, n),
            "staff_count": gaps(rng, pd.Series(np.round(np.exp(rng.normal(3.2, 0.9, n)))), 0.24).astype("Int64"),
            "main_business": gaps(rng, pd.Series(rng.choice(["批发", "加工", "门店", "服务"], n)), 0.16),
            "last_deal_date": gaps(rng, day, 0.06),
            "deal_yuan": gaps(rng, pd.Series(np.round(np.exp(rng.normal(11, 1.1, n)), -2)), 0.09).astype("Int64"),
            "head_title": gaps(rng, pd.Series(rng.choice(["总经理", "财务负责人", "厂长"], n)), 0.41),
            "head_phone_known": (rng.random(n) < 0.57).astype(int),
        }
    )


def messages(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    """Return one row a trigger, sent or held out, with what the customer did."""
    rows = []
    for i, row in people.iterrows():
        days = []
        if pd.notna(row["birth_date"]):
            for year in (2025, 2026):
                days.append(("生日", row["birth_date"].replace(year=year, day=min(row["birth_date"].day, 28))))
        if pd.notna(row["deposit_due_date"]):
            due = row["deposit_due_date"]
            days += [("到期", due - pd.DateOffset(months=m) - pd.Timedelta(days=10)) for m in (0, 6)]
        if row["_sleepy"]:
            first = START + pd.Timedelta(days=int(rng.integers(0, 180)))
            days += [("沉睡", first), ("沉睡", first + pd.Timedelta(days=180))]
        # A mailing a week: a random fifth of the customers got onto the list that has half of them.
        weekly = HEAVY if rng.random() < 0.2 else LIGHT
        days += [("群发", START + pd.Timedelta(days=4 + 7 * week)) for week in range(52) if rng.random() < weekly]
        rows += [(i, rule, day) for rule, day in days if START <= day <= END]
    log = pd.DataFrame(rows, columns=["who", "rule", "due_date"]).sort_values(["due_date", "who"], kind="stable")
    consent = people["consent"].to_numpy()
    history: dict[int, list[pd.Timestamp]] = {}
    gone: set[int] = set()
    out = []
    for who, rule, day in log.itertuples(index=False):
        slip = rng.random() < 0.008  # the filter on consent fails now and then
        if who in gone or not (consent[who] or slip):
            continue
        before = sum((day - past).days <= 30 for past in history.get(who, []))
        sent = rng.random() >= HOLDOUT
        idle, asked = RULES[rule]
        chance = idle + sent * (asked - idle) * (1 - TIRED) ** before
        leave = sent and rng.random() < LEAVE[0] + LEAVE[1] * before + LEAVE[2] * before**2
        if sent:
            history.setdefault(who, []).append(day)
        if leave:
            gone.add(who)
        responded = rng.random() < chance
        out.append((people["customer_id"].iloc[who], rule, day, int(sent), before, int(responded), int(leave)))
    names = ["customer_id", "rule", "due_date", "sent", "messages_30d", "responded", "unsubscribed"]
    table = pd.DataFrame(out, columns=names)
    table.insert(0, "trigger_id", [f"T{i:05d}" for i in range(len(table))])
    copies = table.iloc[np.sort(rng.choice(len(table), size=45, replace=False))]
    return pd.concat([table, copies]).sort_values("trigger_id", kind="stable")


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
