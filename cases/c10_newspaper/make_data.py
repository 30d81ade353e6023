"""Build the seven tables of a fictional newspaper distributor. Simulated, same bytes every run.

Usage: python make_data.py [OUTPUT_FOLDER]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

SEED = 7120
N_SUBS = 10_000
N_COMMUNITIES = 120
STATIONS = np.array(["北桥", "南湾", "东门", "西岭", "中街", "新城"])
CHANNELS = np.array(["站点上门", "摆摊送礼", "老订户推荐", "网上下单"])
LEAVE = {"站点上门": 0.30, "摆摊送礼": 0.54, "老订户推荐": 0.22, "网上下单": 0.37}  # mean chance a year
TITLES = np.array(["晚报", "晚报加杂志", "少儿刊"])
PRICES = np.array([300, 420, 168])  # yuan a copy and year
START, WINDOW, CUT = (np.datetime64(d) for d in ("2019-07-01", "2025-07-01", "2026-06-30"))
BROKEN = np.datetime64("2026-01-05")  # from this Monday on, station 北桥 misses more
MONTHS = np.array([1.2, 0.5, 0.6, 0.5, 0.5, 0.6, 0.5, 0.7, 1.0, 2.0, 3.6, 4.2])  # January to December
ARMS = np.array(["照旧", "提前打电话", "八折"])
TRIES = np.array(["不联系", "电话", "短信八折券"])
REASONS = np.array(["投递不准", "嫌贵", "改看手机", "搬家", "没说"])
CAUSES = np.array(["漏投", "晚到", "破损弄湿", "错投", "费用", "态度"])


def expit(x: np.ndarray) -> np.ndarray:
    """Turn log-odds into a probability."""
    return 1 / (1 + np.exp(-x))


def draw(rng: np.random.Generator, shares: np.ndarray) -> np.ndarray:
    """Draw one position a row from rows of shares that each sum to 1."""
    return (rng.random((len(shares), 1)) > shares.cumsum(axis=1)).sum(axis=1).clip(max=shares.shape[1] - 1)


def make_communities(rng: np.random.Generator) -> pd.DataFrame:
    """Draw the communities: how many households, how many of them old, how far from the station."""
    n = N_COMMUNITIES
    station = np.repeat(STATIONS, n // len(STATIONS))
    far = np.isin(station, ["西岭", "新城"])
    frame = pd.DataFrame({"community": [f"Q{i:03d}" for i in range(1, n + 1)], "station": station})
    frame["households"] = (10 * np.round(rng.lognormal(4.35, 0.5, n))).astype(int)
    frame["share60_pct"] = np.round(100 * rng.beta(3.2, 9.5, n) * np.where(far, 0.75, 1.05), 1)
    frame["distance_km"] = np.round(0.3 + rng.gamma(2.2, 0.7 + 0.8 * far, n), 1)
    return frame


def make_subscribers(rng: np.random.Generator, places: pd.DataFrame) -> pd.DataFrame:
    """Draw who subscribed, when, through which channel, for how much; and each one's own chance of leaving."""
    n = N_SUBS
    pull = places["households"] * np.exp(4.0 * places["share60_pct"] / 100)
    place = rng.choice(len(places), n, p=pull / pull.sum())
    years = np.arange(2019, 2027)
    weight = np.outer(0.94 ** np.arange(8), MONTHS)
    weight[0, :6] = weight[7, 6:] = 0
    pick = rng.choice(weight.size, n, p=weight.ravel() / weight.sum())
    year, month = years[pick // 12], pick % 12 + 1
    late = (year - 2019) / 7
    shares = np.column_stack([0.46 - 0.22 * late, 0.16 + 0.24 * late, 0.26 - 0.08 * late, 0.12 + 0.06 * late])
    channel = CHANNELS[draw(rng, shares)]
    firm = rng.random(n) < 0.06
    copies = np.where(firm, 1 + rng.lognormal(1.1, 0.9, n).astype(int), 1 + (rng.random(n) < 0.04)).clip(max=40)
    title = draw(rng, np.where(firm[:, None], [0.75, 0.25, 0.0], [0.56, 0.24, 0.20]))
    mean = pd.Series(channel).map(LEAVE).to_numpy() * np.where(firm, 0.55, 1.0)
    frame = pd.DataFrame({"start_date": pd.to_datetime({"year": year, "month": month, "day": rng.integers(1, 29, n)})})
    frame["place"], frame["channel"], frame["kind"] = place, channel, np.where(firm, "单位", "个人")
    frame["title"], frame["copies"], frame["paid_yuan"] = TITLES[title], copies, copies * PRICES[title]
    frame["leave"] = rng.beta(3.2 * mean, 3.2 * (1 - mean)).clip(1e-4, 1 - 1e-4)
    frame = frame.sort_values("start_date", kind="stable", ignore_index=True)
    frame.insert(0, "sub_id", [f"B{i:05d}" for i in range(1, n + 1)])
    return frame


def anniversary(start: pd.Series, years: int) -> np.ndarray:
    """Return the day a number of years later."""
    return pd.to_datetime({"year": start.dt.year + years, "month": start.dt.month, "day": start.dt.day}).to_numpy()


def make_complaints(rng: np.random.Generator, subs: pd.DataFrame, station: np.ndarray) -> pd.DataFrame:
    """Draw at most two complaints a subscriber and year, as if each were still there (the gone are cut later)."""
    n = len(subs)
    rows = []
    for _ in range(2):
        at = WINDOW + (rng.random(n) * 365 * 24 * 60).astype("timedelta64[m]")
        worse = (station == "北桥") & (at >= BROKEN)
        has = rng.random(n) < np.where(worse, 0.42, 0.15)
        office = rng.random(n) < 0.42
        hours = rng.lognormal(np.log(np.where(office, 50, 13)), np.where(office, 0.8, 0.9), n).clip(0.5)
        part = pd.DataFrame({"row": np.arange(n), "opened_at": at, "hours": np.round(hours, 1)})
        part["cause"] = CAUSES[draw(rng, np.tile([0.37, 0.26, 0.12, 0.11, 0.07, 0.07], (n, 1)))]
        part["handled_by"] = np.where(office, "公司转派", "站点直办")
        rows.append(part[has])
    return pd.concat(rows).sort_values(["opened_at", "row"], kind="stable", ignore_index=True)


def renew(rng: np.random.Generator, subs: pd.DataFrame, complaints: pd.DataFrame) -> pd.DataFrame:
    """Go through the renewals one by one: set end_date (NaT: still there) and return the renewal test."""
    n = len(subs)
    end = np.full(n, np.datetime64("NaT"), "datetime64[ns]")
    tests = []
    first = complaints.drop_duplicates("row").set_index("row")
    opened = first["opened_at"].reindex(range(n)).to_numpy()
    slow = (first["hours"].reindex(range(n)) > 48).to_numpy()
    arms = rng.permutation(np.resize(ARMS, n))
    for k in range(1, 8):
        day = anniversary(subs["start_date"], k)
        due = np.isnat(end) & (day <= CUT)
        logit = np.log(1 / subs["leave"].to_numpy() - 1)
        hurt = (opened < day) & (day >= WINDOW)
        logit = logit - np.where(hurt & slow, 1.0, 0.0) - np.where(hurt & ~slow, 0.15, 0.0)
        tried = due & (subs["kind"] == "个人").to_numpy() & (day >= np.datetime64("2025-10-01"))
        tried &= day <= np.datetime64("2025-12-31")
        lift = {"照旧": 0.0, "提前打电话": 0.95 if k == 1 else 0.15, "八折": 1.10 if k == 1 else 0.25}
        logit = logit + np.where(tried, pd.Series(arms).map(lift).to_numpy(), 0.0)
        stays = rng.random(n) < expit(logit)
        end[due & ~stays] = day[due & ~stays]
        test = pd.DataFrame({"sub_id": subs["sub_id"], "due_date": day, "renewals_before": k - 1, "arm": arms})
        tests.append(test.assign(renewed=stays.astype(int))[tried])
    subs["end_date"] = end
    return pd.concat(tests).sort_values(["due_date", "sub_id"], kind="stable", ignore_index=True)


def make_winback(rng: np.random.Generator, subs: pd.DataFrame, station: np.ndarray, slow: np.ndarray) -> pd.DataFrame:
    """Draw why private subscribers left since October 2024, and the win-back test of spring 2026 (the newly gone: not yet)."""
    ends = subs["end_date"]
    gone = ((subs["kind"] == "个人") & (ends >= "2024-10-01")).to_numpy()
    lost, n = subs[gone], int(gone.sum())
    base = np.tile([0.22, 0.22, 0.27, 0.12, 0.17], (n, 1))
    base[(station[gone] == "北桥") & (lost["end_date"] >= BROKEN)] = [0.42, 0.15, 0.20, 0.09, 0.14]
    base[slow[gone]] = [0.66, 0.09, 0.11, 0.05, 0.09]
    reason = REASONS[draw(rng, base)]
    arm = rng.permutation(np.resize(TRIES, n))
    chance = pd.Series(reason).map({"投递不准": 0.05, "嫌贵": 0.05, "改看手机": 0.02, "搬家": 0.02, "没说": 0.04})
    call = pd.Series(reason).map({"投递不准": 0.17, "嫌贵": 0.03, "改看手机": 0.01, "搬家": 0.03, "没说": 0.04})
    text = pd.Series(reason).map({"投递不准": 0.02, "嫌贵": 0.13, "改看手机": 0.01, "搬家": 0.0, "没说": 0.03})
    chance = chance + np.where(arm == "电话", call, 0) + np.where(arm == "短信八折券", text, 0)
    frame = pd.DataFrame({"sub_id": lost["sub_id"].to_numpy(), "reason": reason, "contact_ok": 1, "arm": arm})
    frame["back_90d"] = (rng.random(n) < chance).astype("Int64")
    frame.loc[rng.choice(n, 60, replace=False), "contact_ok"] = 0
    new = (lost["end_date"] > "2026-03-31").to_numpy() | (frame["contact_ok"] == 0)
    frame.loc[new, ["arm", "back_90d"]] = pd.NA
    return frame


def make_weeks(rng: np.random.Generator, subs: pd.DataFrame, station: np.ndarray) -> pd.DataFrame:
    """Draw, for each station and week, the copies to deliver and the copies missed or late."""
    rows = []
    base = dict(zip(STATIONS, [0.0060, 0.0052, 0.0055, 0.0075, 0.0045, 0.0070], strict=True))
    for week in pd.date_range("2025-06-30", "2026-06-22", freq="7D"):
        there = (subs["start_date"] <= week) & ~(subs["end_date"] <= week)
        for name in STATIONS:
            papers = int(7 * subs.loc[there & (station == name), "copies"].sum())
            rate = base[name] * (1.8 if name == "北桥" and week >= pd.Timestamp(BROKEN) else 1.0)
            rows.append((week, name, papers, int(rng.poisson(papers * rate * rng.gamma(30, 1 / 30)))))
    return pd.DataFrame(rows, columns=["week_date", "station", "papers", "missed"])


def make_channels(subs: pd.DataFrame) -> pd.DataFrame:
    """Add up what each channel spent on the subscribers of July 2024 to June 2025."""
    new = subs.loc[subs["start_date"].between("2024-07-01", "2025-06-30"), "channel"].value_counts().reindex(CHANNELS)
    each = new.index.map({"站点上门": 60, "摆摊送礼": 44, "老订户推荐": 52, "网上下单": 66})
    return pd.DataFrame({"channel": CHANNELS, "spend_yuan": (100 * (new * each / 100).round()).astype(int).to_numpy()})


def main(folder: Path) -> None:
    """Write the tables."""
    rng = np.random.default_rng(SEED)
    places = make_communities(rng)
    subs = make_subscribers(rng, places)
    station = places["station"].to_numpy()[subs["place"]]
    tickets = make_complaints(rng, subs, station)
    test = renew(rng, subs, tickets)
    row = tickets["row"].to_numpy()
    there = (subs["start_date"].to_numpy()[row] <= tickets["opened_at"]) & ~(
        subs["end_date"].to_numpy()[row] <= tickets["opened_at"]
    )
    tickets = tickets[there.to_numpy()].reset_index(drop=True)
    slow = np.isin(np.arange(N_SUBS), tickets.loc[tickets["hours"] > 48, "row"])
    lost = make_winback(rng, subs, station, slow)
    weeks = make_weeks(rng, subs, station)
    channels = make_channels(subs)

    here = subs[subs["end_date"].isna()].groupby("place")["copies"].sum().reindex(range(N_COMMUNITIES), fill_value=0)
    route = (900 + 420 * places["distance_km"] + 22 * here) * rng.normal(1, 0.08, N_COMMUNITIES)
    places["route_yuan"] = (10 * np.round(route / 10)).astype(int)

    closed = tickets["opened_at"] + pd.to_timedelta((tickets["hours"] * 60).round(), unit="min")
    tickets["closed_at"] = closed.where(closed <= pd.Timestamp("2026-06-30 18:00"))
    tickets = tickets[tickets["opened_at"] < "2026-06-30 18:00"].reset_index(drop=True)
    tickets["sub_id"] = subs["sub_id"].to_numpy()[tickets["row"]]
    tickets["ticket_id"] = [f"T{i:04d}" for i in range(1, len(tickets) + 1)]
    swap = rng.choice(tickets.index[tickets["closed_at"].notna()], 9, replace=False)
    tickets.loc[swap, "closed_at"] = tickets.loc[swap, "opened_at"] - pd.Timedelta(days=1)
    for column in ("opened_at", "closed_at"):
        tickets[column] = tickets[column].dt.strftime("%Y-%m-%d %H:%M")

    subs["community"] = places["community"].to_numpy()[subs["place"]]
    subs.loc[rng.choice(N_SUBS, 150, replace=False), "channel"] = None
    subs.loc[rng.choice(N_SUBS, 12, replace=False), "paid_yuan"] = 0
    twice = rng.choice(N_SUBS, 40, replace=False)
    subs = subs.loc[np.sort(np.concatenate([np.arange(N_SUBS), twice]))]

    columns = ["sub_id", "community", "channel", "kind", "title", "copies", "paid_yuan", "start_date", "end_date"]
    order = ["ticket_id", "sub_id", "cause", "handled_by", "opened_at", "closed_at"]
    tables = {"communities": places, "channels": channels, "subscribers": subs[columns], "weeks": weeks}
    tables |= {"complaints": tickets[order], "renewal_test": test, "winback": lost}
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n", date_format="%Y-%m-%d")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
