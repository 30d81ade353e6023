"""The formulas against two simulations: Ciw, an independent program, and our own customer-by-customer one."""

import numpy as np
import pytest

from crmlab import technology
from crmlab._intervals import mean_interval

pytestmark = pytest.mark.slow

# Wide on purpose: a false alarm once in a thousand runs of a correct formula, and the seeds are fixed anyway.
CONFIDENCE = 0.999
SKIP, COUNTED = 400, 4000


def ciw_runs(seeds, *, load, agents, patience=None):
    """Run the call centre in Ciw; return mean wait, share waiting and share hanging up of each seed. AHT is 1."""
    import ciw

    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(load)],
        service_distributions=[ciw.dists.Exponential(1)],
        reneging_time_distributions=[None if patience is None else ciw.dists.Exponential(1 / patience)],
        number_of_servers=[agents],
    )
    rows = []
    for seed in seeds:
        ciw.seed(seed)
        simulation = ciw.Simulation(network)
        simulation.simulate_until_max_customers(SKIP + COUNTED, method="Finish")
        records = sorted(simulation.get_all_records(), key=lambda r: r.arrival_date)[SKIP:]
        wait = np.array([r.waiting_time for r in records])
        hung_up = np.array([r.record_type == "renege" for r in records])
        rows.append((wait.mean(), (wait > 0).mean(), hung_up.mean(), (~hung_up & (wait <= 0.1)).mean()))
    return np.array(rows).T


def assert_inside(runs, expected):
    mean, low, high, _ = mean_interval(runs, CONFIDENCE)
    assert low <= expected <= high, (low, expected, high)
    assert high - low < 0.6 * mean, "the simulation says too little to be a test"


def test_ciw_agrees_with_erlang_c():
    """Does an independent simulator of M/M/4 at 75 % give C, ASA and service level within its interval?"""
    wait, waiting, _, in_time = ciw_runs(range(14), load=3, agents=4)
    assert_inside(wait, technology.average_speed_of_answer(3, 4, aht_s=1))
    assert_inside(waiting, technology.erlang_c(3, 4))
    assert_inside(in_time, technology.service_level(3, 4, aht_s=1, answer_within_s=0.1))


def test_ciw_agrees_with_erlang_a():
    """Does it with callers who hang up, in a centre with more load than agents?"""
    wait, waiting, hung_up, in_time = ciw_runs(range(6), load=6, agents=5, patience=0.8)
    known = technology.erlang_a(6, 5, aht_s=1, patience_s=0.8, answer_within_s=0.1)
    assert_inside(wait, known.wait_s)
    assert_inside(waiting, known.p_wait)
    assert_inside(hung_up, known.p_abandon)
    assert_inside(in_time, known.service_level_of_offered)


def test_own_simulation_agrees_with_the_formulas():
    """Does our own simulation hold the formula's wait in its interval, patient and impatient?"""
    rng = np.random.default_rng(20)
    options = {"service_s": 60, "customers": 3000, "warm_up": 400, "runs": 12, "confidence": CONFIDENCE}
    patient = technology.simulated_wait(rng, arrivals_per_hour=180, servers=4, **options)
    assert patient.low <= technology.average_speed_of_answer(3, 4, aht_s=60) <= patient.high
    assert patient.waiting_share == pytest.approx(technology.erlang_c(3, 4), abs=0.03)
    hasty = technology.simulated_wait(rng, arrivals_per_hour=360, servers=5, patience_s=48, **options)
    known = technology.erlang_a(6, 5, aht_s=60, patience_s=48, answer_within_s=0)
    assert hasty.low <= known.wait_s <= hasty.high
    assert hasty.abandoned_share == pytest.approx(known.p_abandon, abs=0.01)


def test_constant_service_waits_half_as_long():
    """Does M/D/1 wait half of M/M/1 (Pollaczek-Khinchine)?"""
    rng = np.random.default_rng(3)
    regular = technology.simulated_wait(
        rng, arrivals_per_hour=60, service_s=42, servers=1, customers=4000, warm_up=400, runs=12, shape="constant",
        confidence=CONFIDENCE,
    )  # fmt: skip
    half = technology.average_speed_of_answer(0.7, 1, aht_s=42) / 2
    assert regular.low <= half <= regular.high


def test_second_desk_of_a_series_waits_as_if_alone():
    """Does the output of M/M/1 arrive at the next desk as if it came from the street (Burke)?"""
    rng, waits = np.random.default_rng(8), []
    for _ in range(10):
        table = technology.simulate_queue(rng, arrivals_per_hour=60, service_s=[36, 42], servers=[1, 1], customers=4000)
        waits.append(table[(table["stage"] == 2) & (table["customer"] > 400)]["wait_s"].mean())
    _, low, high, _ = mean_interval(np.array(waits), CONFIDENCE)
    assert low <= technology.average_speed_of_answer(0.7, 1, aht_s=42) <= high


def test_a_day_obeys_the_rules_of_the_queue():
    """Is service in order of arrival, never two customers at one desk, and is who leaves not served?"""
    table = technology.simulate_queue(
        np.random.default_rng(5), arrivals_per_hour=100, service_s=110, servers=3, customers=400, patience_s=60
    )
    served = table[table["served"]]
    assert served["start_s"].is_monotonic_increasing
    assert (served["start_s"] >= served["arrive_s"]).all()
    for _, desk in served.groupby("server"):
        assert (desk["start_s"].to_numpy()[1:] >= desk["end_s"].to_numpy()[:-1] - 1e-9).all()
    left = table[~table["served"]]
    assert 0 < len(left) < 400
    assert left["start_s"].isna().all()
    assert (left["server"] == 0).all()
    begun = table["end_s"].where(~table["served"], table["start_s"])
    np.testing.assert_allclose(table["wait_s"], begun - table["arrive_s"], atol=1e-9)


def test_who_leaves_the_first_desk_is_not_at_the_second():
    """Do only the served go on, in the order in which they finish?"""
    table = technology.simulate_queue(
        np.random.default_rng(5), arrivals_per_hour=100, service_s=[60, 30], servers=[1, 1], customers=50, patience_s=60
    )
    first, second = (table[table["stage"] == s] for s in (1, 2))
    assert set(second["customer"]) == set(first.loc[first["served"], "customer"])
    assert second["arrive_s"].is_monotonic_increasing


def test_same_seed_same_day():
    """Does the generator decide everything?"""
    one, other = (
        technology.simulate_queue(np.random.default_rng(1), arrivals_per_hour=60, service_s=50, servers=1, customers=30)
        for _ in range(2)
    )
    assert one.equals(other)


RNG = np.random.default_rng(1)
DAY = {"arrivals_per_hour": 60, "service_s": 50, "servers": 1, "customers": 10}


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: technology.simulate_queue(7, **DAY),
            TypeError,
            "参数 rng 应是 np.random.default_rng(种子)，你给的是 int。",
        ),
        (
            lambda: technology.simulate_queue(RNG, **(DAY | {"servers": [1, 2]})),
            ValueError,
            "service_s 有 1 道手续，servers 有 2 道，应一样多。",
        ),
        (
            lambda: technology.simulate_queue(RNG, **DAY, shape="constnat"),
            ValueError,
            "参数 shape 不能是“constnat”。你是不是想写“constant”？可用的值：exponential、constant。",
        ),
        (
            lambda: technology.simulate_queue(RNG, **(DAY | {"customers": 0})),
            ValueError,
            "参数 customers 是客户数，应是不小于 1 的整数，你给的是 0。",
        ),
        (
            lambda: technology.simulated_wait(RNG, **DAY, runs=1),
            ValueError,
            "参数 runs 是次数，应是不小于 2 的整数，你给的是 1。",
        ),
        (
            lambda: technology.simulated_wait(RNG, **(DAY | {"service_s": [1, 2], "servers": [1, 1]})),
            ValueError,
            "simulated_wait 只算一道手续，service_s 请给一个数。串联的请用 simulate_queue()。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
