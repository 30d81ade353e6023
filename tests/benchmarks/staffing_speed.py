"""required_agents and required_agents_table against pyworkforce's ErlangC.required_positions.

684 cases (19 call volumes × 4 handle times × 3 service levels × 3 occupancies), and loads of 2, 20, 100 and 1000 erlangs.
One call a case with required_agents, and all cases at once with required_agents_table. Every answer is checked to be the
least by Poisson terms in logarithms, a formula neither side uses. pyworkforce is installed for the run only when it is not
there. Exits 1 when the table is not ten times as fast as pyworkforce over the grid and at each load, required_agents not
seven times over the grid, or an answer is not the least.

Processor time, because the calls are short. At a few erlangs pyworkforce does three steps of a loop and builds a dict; no
Python call that checks its arguments and returns a result with all figures is ten times as fast as that. So single calls
have a lower limit, on the grid only; the table has the full one everywhere.

Usage: python -m tests.benchmarks.staffing_speed [--runs 15]
"""

import argparse
import importlib.util
import math
import sys
import time
import types
from contextlib import nullcontext
from itertools import product
from typing import Any

import numpy as np

from crmlab.technology import required_agents, required_agents_table
from tests.benchmarks._bench import MISSED, Borrowed, in_turn, machine, not_measured

CALLS = (1, 5, 10, 15, 20, 30, 40, 50, 60, 80, 100, 120, 150, 200, 250, 300, 400, 600, 1000)
GRID = list(product(CALLS, (60, 180, 300, 600), ((0.3, 20), (0.8, 10), (0.8, 20)), (1.0, 0.9, 0.7)))
LOADS = (2, 20, 100, 1000)
INTERVAL_S = 1800


def least(load: float, aht_s: float, goal: float, within: float, most_busy: float) -> int:
    """Return the least number of agents, tried one by one, by Poisson terms."""
    n = int(load)
    while True:
        n += 1
        if load / n > most_busy + 1e-12:
            continue
        logs = [k * math.log(load) - math.lgamma(k + 1) for k in range(n + 1)]
        terms = [math.exp(v - max(logs)) for v in logs]
        last = terms[-1] * n / (n - load)
        p_wait = last / (sum(terms[:-1]) + last)
        if 1 - p_wait * math.exp(-(n - load) * within / aht_s) >= goal:
            return n


def by_peer(erlang_c: Any, cases: list[Any]) -> list[int]:
    """Return pyworkforce's numbers of agents."""
    return [
        erlang_c(transactions=n, aht=aht, asa=within, interval=INTERVAL_S).required_positions(
            service_level=goal, max_occupancy=busy
        )["raw_positions"]
        for n, aht, (goal, within), busy in cases
    ]


def one_by_one(cases: list[Any]) -> list[int]:
    """Return ours, a call each."""
    return [
        required_agents(
            n, interval_s=INTERVAL_S, aht_s=aht, service_level=goal, answer_within_s=within, max_occupancy=busy
        ).agents
        for n, aht, (goal, within), busy in cases
    ]


def columns_of(cases: list[Any]) -> dict[str, np.ndarray]:
    """Return the cases as columns, the way a table of forecasts has them."""
    calls, handle, goals, busy = (np.array(column) for column in zip(*cases, strict=True))
    return {
        "calls": calls,
        "aht_s": handle,
        "service_level": goals[:, 0],
        "answer_within_s": goals[:, 1],
        "max_occupancy": busy,
    }


def at_once(columns: dict[str, Any]) -> list[int]:
    """Return ours, from one table."""
    return required_agents_table(**columns, interval_s=INTERVAL_S)["agents"].tolist()


def measure(label: str, cases: list[Any], columns: dict[str, Any], erlang_c: Any, runs: int) -> tuple[float, float]:
    """Print microseconds a case; return how many times as fast as pyworkforce the table and the single calls are."""
    seconds = in_turn(
        {
            "peer": lambda: by_peer(erlang_c, cases),
            "scalar": lambda: one_by_one(cases),
            "table": lambda: at_once(columns),
        },
        runs,
        time.process_time,
    )
    micro = {name: value / len(cases) * 1e6 for name, value in seconds.items()}
    ratios = micro["peer"] / micro["table"], micro["peer"] / micro["scalar"]
    print(
        f"{label:<16}{len(cases):>7}{micro['peer']:>14.2f}{micro['scalar']:>18.2f}{ratios[1]:>8.1f}"
        f"{micro['table']:>12.2f}{ratios[0]:>8.1f}"
    )
    return ratios


def compare(runs: int, limit: float, scalar_limit: float) -> int:
    """Measure, print, and return the exit code."""
    if importlib.util.find_spec("ortools") is None:
        # The package imports its schedulers, which need or-tools; its Erlang part does not.
        parts = ["ortools", "ortools.sat", "ortools.sat.python", "ortools.sat.python.cp_model"]
        sys.modules |= {name: types.ModuleType(name) for name in parts}
        sys.modules["ortools.sat.python"].cp_model = sys.modules[parts[-1]]  # type: ignore[attr-defined]
    from pyworkforce.queuing import ErlangC

    truth = [least(n * aht / INTERVAL_S, aht, goal, within, busy) for n, aht, (goal, within), busy in GRID]
    answers = {
        "required_agents": one_by_one(GRID),
        "required_agents_table": at_once(columns_of(GRID)),
        "pyworkforce": by_peer(ErlangC, GRID),
    }
    for name, found in answers.items():
        more = sum(a > b for a, b in zip(found, truth, strict=True))
        fewer = sum(a < b for a, b in zip(found, truth, strict=True))
        print(f"{name}: of {len(GRID)} cases {more} have agents too many, {fewer} too few")
    good = answers["required_agents"] == truth and answers["required_agents_table"] == truth
    print(f"{machine()}; medians of {runs}, processor time; microseconds a case, and times as fast as pyworkforce")
    print(f"{'erlangs':<16}{'cases':>7}{'pyworkforce':>14}{'required_agents':>18}{'ratio':>8}{'table':>12}{'ratio':>8}")
    table, scalar = measure("grid, 0.03-333", GRID, columns_of(GRID), ErlangC, runs)
    good &= table >= limit and scalar >= scalar_limit
    for load in LOADS:
        # A year of half hours (fewer where pyworkforce takes a millisecond each), no two loads equal.
        many = 17_520 if load < 1000 else 480
        cases = [(load * 10 * (1 + 0.01 * k / many), 180, (0.8, 20), 1.0) for k in range(many)]
        columns = {name: column[0].item() for name, column in columns_of(cases).items()}
        columns["calls"] = columns_of(cases)["calls"]
        good &= one_by_one(cases) == at_once(columns)
        good &= measure(f"{load}", cases, columns, ErlangC, 5)[0] >= limit
    if not good:
        print(
            f"FAILED: an answer is not the least, the table is under {limit:g} times or single calls under {scalar_limit:g}"
        )
    return 0 if good else MISSED


def main() -> int:
    """Get pyworkforce, measure, and say by the exit code whether the limits hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--limit", type=float, default=10.0, help="times as fast, the table")
    parser.add_argument("--scalar-limit", type=float, default=7.0, help="times as fast over the grid, a call a case")
    options = parser.parse_args()
    here = importlib.util.find_spec("pyworkforce") is not None
    peer = nullcontext() if here else Borrowed("pyworkforce", "joblib")
    with peer:
        if isinstance(peer, Borrowed) and not peer.ok:
            return not_measured("pyworkforce", "pip install pyworkforce")
        return compare(options.runs, options.limit, options.scalar_limit)


if __name__ == "__main__":
    sys.exit(main())
