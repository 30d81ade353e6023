"""How time and memory of the table functions grow with the number of rows, 1e4 to 1e7, as a table and a plot.

Each function runs in a process of its own for each size: median CPU seconds of at least five runs (other users of the machine do not count) and the
peak of memory over the input, as a multiple of the input (what tracemalloc counts). Writes growth.csv and growth.png to
--out. Exits 1 when ten times the rows, from 1e5 rows on, take over 15 times the time, or the memory multiple of the largest
size is over twice that of 1e5.

Usage: python -m tests.benchmarks.growth --out FOLDER [--sizes 10000 100000 1000000 10000000] [--only NAME ...]
"""

import argparse
import json
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.benchmarks._bench import MISSED, answer_of, machine

CHILD = "from tests.benchmarks.growth import child; child({name!r}, {rows})"


def _orders(n: int, rng: np.random.Generator) -> pd.DataFrame:
    date = np.datetime64("2025-01-01") + rng.integers(0, 545 * 86_400, n).astype("timedelta64[s]")
    customer = rng.integers(0, max(n // 5, 1), n)
    return pd.DataFrame({"customer_id": customer, "date": date, "amount": rng.gamma(2, 20, n).round(2)})


def _values(n: int, rng: np.random.Generator) -> pd.DataFrame:
    days, orders = rng.integers(0, 545, n), rng.geometric(0.3, n)
    amount = (orders * rng.gamma(2, 20, n)).round(2)
    return pd.DataFrame(
        {"customer_id": np.arange(n), "days_since_last": days, "orders": orders, "total_amount": amount}
    )


def _scores(n: int, rng: np.random.Generator) -> pd.DataFrame:
    return pd.DataFrame({name: rng.integers(1, 6, n) for name in ("r_score", "f_score", "m_score")})


def _people(n: int, rng: np.random.Generator) -> pd.DataFrame:
    district = pd.Categorical.from_codes(rng.integers(0, 100, n), [f"区{i}" for i in range(100)])
    return pd.DataFrame({"gender": rng.integers(0, 2, n), "year": rng.integers(1950, 2008, n), "district": district})


def _tickets(n: int, rng: np.random.Generator) -> pd.DataFrame:
    opened = pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 90 * 86_400, n), unit="s")
    closed = opened + pd.to_timedelta(rng.exponential(40 * 3600, n).round(), unit="s")
    return pd.DataFrame({"opened_at": opened, "closed_at": closed.where(closed < pd.Timestamp("2026-04-01"))})


def _calls(n: int, rng: np.random.Generator) -> pd.DataFrame:
    answered = rng.random(n) < 0.9
    talk = np.where(answered, rng.exponential(150, n).round(), np.nan)
    hold, wrap = np.where(answered, 5.0, np.nan), np.where(answered, 20.0, np.nan)
    wait = rng.exponential(20, n).round()
    return pd.DataFrame({"wait_s": wait, "answered": answered, "talk_s": talk, "hold_s": hold, "wrap_s": wrap})


def _amounts(n: int, rng: np.random.Generator) -> pd.Series:
    return pd.Series(rng.gamma(0.5, 200, n).round(2))


def cases() -> dict[str, tuple[Callable[..., Any], Callable[[Any], Any]]]:
    """Return for each function its input by size and the call."""
    from crmlab import complaints, information, loyalty, strategy, technology

    return {
        "rfm_summary": (_orders, loyalty.rfm_summary),
        "cohort_retention": (_orders, loyalty.cohort_retention),
        "rfm_scores": (_values, loyalty.rfm_scores),
        "rfm_segments": (_scores, loyalty.rfm_segments),
        "k_anonymity": (_people, lambda t: information.k_anonymity(t, ["gender", "year", "district"])),
        "abc_tiers": (_amounts, lambda v: strategy.abc_tiers(v, crossing="including")),
        "lorenz": (_amounts, strategy.lorenz),
        "time_to_resolution": (_tickets, lambda t: complaints.time_to_resolution(t, as_of="2026-04-01")),
        "call_centre_kpis": (
            _calls,
            lambda t: technology.call_centre_kpis(t, answer_within_s=20, short_abandon_s=5),
        ),
    }


def child(name: str, rows: int) -> None:
    """Print median seconds, runs and the memory multiple of one function at one size."""
    make, call = cases()[name]
    call(make(2000, np.random.default_rng(2)))  # imports are no part of it
    data = make(rows, np.random.default_rng(1))
    size = data.memory_usage(deep=True)
    times: list[float] = []
    while len(times) < 5 or (sum(times) < 0.2 and len(times) < 25):
        start = time.process_time()
        call(data)
        times.append(time.process_time() - start)
    tracemalloc.start()
    call(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(json.dumps({"seconds": statistics.median(times), "runs": len(times), "memory": peak / int(np.sum(size))}))


def tenfold(table: pd.DataFrame) -> pd.DataFrame:
    """Return by function how many times as long ten times the rows take, from 1e5 rows (or the smallest) to the most."""
    rows = []
    for name, part in table.groupby("function", sort=False):
        part = part[part["rows"] >= 1e5] if (part["rows"] >= 1e5).sum() > 1 else part
        first, last = part.iloc[0], part.iloc[-1]
        steps = np.log10(last["rows"] / first["rows"])
        ratio = (last["seconds"] / first["seconds"]) ** (1 / steps) if steps > 0 else np.nan
        rows.append((name, ratio, last["memory"] / first["memory"]))
    return pd.DataFrame(rows, columns=["function", "tenfold", "memory_growth"])


def draw(table: pd.DataFrame, worst: pd.Series, target: Path) -> None:
    """Draw seconds over rows, both on logarithmic axes, with a line of proportional growth for the eye."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    from crmlab import plots

    plots.setup()
    figure, axes = plt.subplots(figsize=(9.6, 5.8))
    names = list(dict.fromkeys(table["function"]))
    # Yellow is too pale for a line on white.
    palette = [colour for name, colour in plots.PALETTE.items() if name != "yellow"]
    markers, ends = "osD^vP*Xh", []
    for at, name in enumerate(names):
        part = table[table["function"] == name]
        colour = palette[at % len(palette)]
        style = "-" if at < len(palette) else "--"
        axes.plot(part["rows"], part["seconds"], color=colour, marker=markers[at % len(markers)], ls=style, lw=1.6)
        ends.append((float(part["seconds"].iloc[-1]), name, colour))
    most, least = float(table["rows"].max()), float(table["rows"].min())
    top, bottom = float(table["seconds"].max()), float(table["seconds"].min())
    low = float(table.loc[table["rows"] == most, "seconds"].min()) / 3
    axes.plot([most / 1e2, most], [low / 1e2, low], color="0.5", ls=":", lw=1.2)
    axes.annotate("同比例增长", (most / 30, low / 30), (8, -14), textcoords="offset points", color="0.3")
    axes.set(xscale="log", yscale="log", xlim=(least / 1.4, most * 16), ylim=(min(bottom, low / 1e2) / 2, top * 4))
    axes.set_xticks(sorted(set(table["rows"])))
    axes.set(xlabel="行数", ylabel="处理器秒数（中位数）")
    # Labels at the line ends, in the order of the values and never closer than a line of text.
    line = np.log10(axes.get_ylim()[1] / axes.get_ylim()[0]) * 0.05
    ends.sort()
    places = np.log10([value for value, _, _ in ends])
    for at in range(1, len(places)):
        places[at] = max(places[at], places[at - 1] + line)
    places -= max(0.0, places[-1] - np.log10(axes.get_ylim()[1]) + line)
    for (value, name, colour), place in zip(ends, places, strict=True):
        axes.annotate(
            f"{name}（{value:.2g} 秒）", (most, value), (most * 2, 10**place), va="center", color="0.15",
            arrowprops={"arrowstyle": "-", "color": colour, "lw": 0.8, "shrinkA": 2, "shrinkB": 4, "relpos": (0, 0.5)},
        )  # fmt: skip
    axes.set_title(
        f"行数乘 10，用时最多乘 {worst['tenfold']:.1f}（{worst['function']}，10 万行以上），{len(names)} 个函数都算得动 {most:,.0f} 行"
    )
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(target, dpi=100)
    plt.close(figure)


def main() -> int:
    """Measure, write the table and the plot, and say by the exit code whether growth stays near-linear."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000, 10_000_000])
    parser.add_argument("--only", nargs="+", choices=list(cases()))
    parser.add_argument("--limit", type=float, default=15.0, help="times as long for ten times the rows")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    rows = []
    print(machine())
    print(f"{'function':<20}{'rows':>12}{'seconds':>10}{'runs':>6}{'memory':>8}")
    for name in options.only or cases():
        for size in sorted(options.sizes):
            found = answer_of(sys.executable, CHILD.format(name=name, rows=size))
            rows.append((name, size, found["seconds"], int(found["runs"]), found["memory"]))
            print(
                f"{name:<20}{size:>12,}{found['seconds']:>10.4f}{found['runs']:>6}{found['memory']:>7.1f}x", flush=True
            )
    table = pd.DataFrame(rows, columns=["function", "rows", "seconds", "runs", "memory"])
    table.round({"seconds": 6, "memory": 3}).to_csv(
        options.out / "growth.csv", index=False, encoding="utf-8", lineterminator="\n"
    )
    grown = tenfold(table)
    print(grown.to_string(index=False, float_format="%.2f"))
    worst = grown.loc[grown["tenfold"].idxmax()]
    draw(table, worst, options.out / "growth.png")
    if (grown["tenfold"] > options.limit).any() or (grown["memory_growth"] > 2).any():
        print(
            f"FAILED: ten times the rows take over {options.limit:g} times as long, or memory grows faster than the table"
        )
        return MISSED
    return 0


if __name__ == "__main__":
    sys.exit(main())
