"""Waiting as it is, as it feels, and what it costs."""

import math

import numpy as np
import pandas as pd
import pytest

from crmlab import service, technology


def test_waiting_is_the_call_centre_formula_in_minutes():
    """Do a shop and a call centre of the same load wait the same?"""
    shop = service.waiting(arrivals_per_hour=60, service_min=3, servers=4, over_min=2)
    assert shop.wait_min * 60 == pytest.approx(technology.average_speed_of_answer(3, 4, aht_s=180))
    late = 1 - technology.service_level(3, 4, aht_s=180, answer_within_s=120)
    assert (shop.wait_share, shop.over_share) == pytest.approx((technology.erlang_c(3, 4), late))
    assert shop.queue_length == pytest.approx(shop.wait_min)  # one arrival a minute: Little


def test_too_few_desks():
    """Is an endless queue told in words?"""
    shop = service.waiting(arrivals_per_hour=60, service_min=4, servers=4, over_min=2)
    assert (shop.wait_min, shop.over_share) == (math.inf, 1)
    assert str(shop) == "4 个服务台，负荷 100.0%：来的人不比能服务的少，队伍会越来越长"


def test_nobody_comes():
    """Is there no wait without arrivals?"""
    shop = service.waiting(arrivals_per_hour=0, service_min=4, servers=1, over_min=0)
    assert (shop.utilization, shop.wait_min, shop.over_share) == (0, 0, 0)


def test_factors_multiply_and_easing_takes_one_out():
    """Is 10 x 1.3 x 1.5 felt, and 13 after the uncertainty is gone?"""
    felt = service.perceived_wait(10, {"unoccupied": 1.3, "uncertain": 1.5}, eased="uncertain")
    assert (felt.perceived_min, felt.eased_min) == pytest.approx((19.5, 13))
    assert felt.table["eased"].tolist() == [False, True]
    assert felt.table["name"].tolist() == [service.WAITING_PRINCIPLES[p] for p in ("unoccupied", "uncertain")]


def test_without_factors_nothing_is_felt_longer():
    """Is no multiplier built in: with none given, is the felt wait the actual one?"""
    plain = service.perceived_wait(7, {})
    assert (plain.perceived_min, plain.eased_min, len(plain.table)) == (7, 7, 0)
    assert repr(plain) == "实际等 7 分钟，感觉像 7.0 分钟"


def test_gap_by_hand_and_its_coverage():
    """Is the ratio the geometric mean, and does its interval hold the true 1.4 nearly 95 % of the time?"""
    two = pd.DataFrame({"actual_min": [4, 9, None], "perceived_min": [8, 4.5, 3]})
    row = service.wait_gap(two).iloc[0]
    assert (row["group"], row["n"], row["ratio"]) == ("全部", 2, 1)
    rng, inside = np.random.default_rng(9), []
    for _ in range(300):
        actual = rng.exponential(6, 40) + 1
        felt = pd.DataFrame({"actual_min": actual, "perceived_min": actual * 1.4 * rng.lognormal(0, 0.5, 40)})
        row = service.wait_gap(felt).iloc[0]
        inside.append(row["low"] <= 1.4 <= row["high"])
    assert np.mean(inside) == pytest.approx(0.95, abs=0.035)


def test_one_customer_has_no_interval():
    """Is a single ratio shown without a range?"""
    row = service.wait_gap(pd.DataFrame({"actual_min": [4.0], "perceived_min": [6.0]})).iloc[0]
    assert row["ratio"] == pytest.approx(1.5)
    assert np.isnan([row["low"], row["high"]]).all()


def test_cheapest_number_of_desks():
    """Is the marked row the least total, each part as stated, and does a dear hour of waiting never close a desk?"""
    shop = {"arrivals_per_hour": 30, "service_min": 5, "cost_server_hour": 40}
    table = service.queue_cost(**shop, cost_wait_hour=60)
    assert table["servers"].tolist() == list(range(3, 13))
    assert table["best"].sum() == 1
    assert table.loc[table["best"], "total_cost"].iloc[0] == table["total_cost"].min()
    row = table.iloc[0]
    wait = service.waiting(arrivals_per_hour=30, service_min=5, servers=3, over_min=0)
    assert row["wait_cost"] == pytest.approx(wait.queue_length * 60)
    assert row["total_cost"] == row["server_cost"] + row["wait_cost"]
    best = [
        service.queue_cost(**shop, cost_wait_hour=price).query("best")["servers"].iloc[0]
        for price in (0, 60, 600, 6000)
    ]
    assert best == sorted(best)
    assert best[0] == 3


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: service.perceived_wait(5, {"uncertian": 1.2}),
            ValueError,
            "参数 factors 的第 1 行是“uncertian”。你是不是想写“uncertain”？可用的值："
            "unoccupied、pre_process、anxious、uncertain、unexplained、unfair、low_value、alone。",
        ),
        (
            lambda: service.perceived_wait(5, {"alone": 0.8}),
            ValueError,
            "参数 factors 的倍数应不小于 1，你给了 alone=0.8。这些原则只会让等待显得更长；缓解请写在 eased 里。",
        ),
        (
            lambda: service.perceived_wait(5, [1.2]),
            TypeError,
            "参数 factors 应是“原则 → 倍数”的字典，你给的是 list。",
        ),
        (
            lambda: service.perceived_wait(5, {"alone": 1.2}, eased=["unfair"]),
            ValueError,
            "参数 eased 的第 1 行是“unfair”。可用的值：alone。",
        ),
        (
            lambda: service.wait_gap(pd.DataFrame({"actual_min": [2, 0], "perceived_min": [3, 1]})),
            ValueError,
            "列“actual_min”应大于 0，第 2 行是 0。没有等的客户算不出倍数，请先去掉这些行。",
        ),
        (
            lambda: service.wait_gap(pd.DataFrame({"actual_min": [2, None], "perceived_min": [None, 1]})),
            ValueError,
            "两个等待都有值的行一行也没有。请检查数据。",
        ),
        (
            lambda: service.queue_cost(
                arrivals_per_hour=60, service_min=5, cost_server_hour=1, cost_wait_hour=1, most=5
            ),
            ValueError,
            "5 个服务台不够用：每小时来 60 位，至少要 6 个。请加大 most。",
        ),
        (
            lambda: service.waiting(arrivals_per_hour=5, service_min=0, servers=1, over_min=1),
            ValueError,
            "参数 service_min 应大于 0，你给的是 0。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
