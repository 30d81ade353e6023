"""The priority queue: Ciw simulates what the formula says."""

import ciw
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab.strategy import priority_queue

pytestmark = pytest.mark.slow

quick = settings(max_examples=30, deadline=None, derandomize=True, database=None)


def tiers(*rates):
    return pd.DataFrame({"tier": [f"T{i}" for i in range(len(rates))], "arrivals_per_hour": rates})


@pytest.mark.parametrize(("rates", "agents"), [((4.0, 8.0), 2), ((3.0, 6.0, 12.0), 4)])
def test_ciw_waits_as_long(rates, agents):
    """Over ten simulated runs, does the mean wait of each tier lie within the runs' 99.9 % interval of the formula?"""
    per_hour = 8.0
    network = ciw.create_network(
        arrival_distributions={f"T{i}": [ciw.dists.Exponential(r)] for i, r in enumerate(rates)},
        service_distributions={f"T{i}": [ciw.dists.Exponential(per_hour)] for i in range(len(rates))},
        priority_classes={f"T{i}": i for i in range(len(rates))},
        number_of_servers=[agents],
    )
    waits = []
    for seed in range(10):
        ciw.seed(seed)
        run = ciw.Simulation(network)
        run.simulate_until_max_time(140)
        records = pd.DataFrame(run.get_all_records())
        records = records[records["arrival_date"] > 20]
        waits.append(records.groupby("customer_class")["waiting_time"].mean().to_numpy() * 60)
    mean, se = np.mean(waits, axis=0), np.std(waits, axis=0, ddof=1) / np.sqrt(10)
    formula = priority_queue(tiers(*rates), agents=agents, service_min=60 / per_hour)["wait_min"].to_numpy()
    assert (np.abs(mean - formula) < 4.78 * se).all()
    assert (se < 0.2 * formula).all()


@quick
@given(rates=st.lists(st.floats(0.1, 5), min_size=1, max_size=5), agents=st.integers(1, 6), spare=st.floats(1.05, 5))
def test_waiting_is_moved_not_saved(rates, agents, spare):
    """Is the wait weighted by arrivals the same with and without ranks, and does it rise down the ranks?"""
    minutes = 60 * agents / (sum(rates) * spare)
    table = priority_queue(tiers(*rates), agents=agents, service_min=minutes)
    assert (table["wait_min"] * rates).sum() == pytest.approx((table["fifo_wait_min"] * rates).sum())
    assert table["wait_min"].is_monotonic_increasing
    assert (table["waiting"] * 60).tolist() == pytest.approx((table["wait_min"] * rates).tolist())


def test_overload_hits_the_last_tier_only():
    """When all together are too many, do those on top still get through, waiting as with agents always busy?"""
    table = priority_queue(tiers(3, 4, 2), agents=1, service_min=10)
    assert np.isinf(table["wait_min"].iloc[1:]).all()
    assert table["wait_min"].iloc[0] == pytest.approx(10 / (1 - 0.5))
    assert np.isinf(table["fifo_wait_min"]).all()
    assert table["change_min"].isna().all()
    assert table["wait_share"].tolist() == [1, 1, 1]


def test_exactly_full_is_too_full():
    """Is a load of exactly 1 an endless wait, not a division by zero?"""
    table = priority_queue(tiers(3, 3), agents=1, service_min=10)
    assert table["wait_min"].tolist() == [pytest.approx(20), np.inf]


def test_no_traffic_no_wait():
    """Does an empty line wait nothing?"""
    table = priority_queue(tiers(0, 0), agents=3, service_min=5)
    assert table["wait_min"].tolist() == [0, 0]
    assert table["waiting"].tolist() == [0, 0]
