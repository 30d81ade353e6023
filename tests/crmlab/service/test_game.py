"""2x2 games: equilibria by hand, by search over all mixtures, and the discount factor by adding up the payments."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab.service import nash_equilibria

quick = settings(max_examples=60, deadline=None, derandomize=True, database=None)

MOVES = list(itertools.product(["守信", "糊弄"], ["常来", "走人"]))


def game(firm, customer):
    """Return the table of a game: payoffs in the order of MOVES."""
    table = pd.DataFrame(MOVES, columns=["firm", "customer"])
    return table.assign(firm_payoff=[float(x) for x in firm], customer_payoff=[float(x) for x in customer])


def cells(result, column):
    return result.outcomes[column].tolist()


def test_prisoners_dilemma():
    """Is mutual defection the only equilibrium, the other three outcomes efficient, and is delta (5-3)/(5-1)?"""
    result = nash_equilibria(game([3, 0, 5, 1], [3, 5, 0, 1]))
    assert cells(result, "equilibrium") == [False, False, False, True]
    assert cells(result, "efficient") == [True, True, True, False]
    assert (result.dilemma, result.mixed, result.critical_discount) == (True, None, 0.5)
    assert str(result) == "均衡：（糊弄，走人）；两边都有更好的结局却到不了，一直打交道且 δ ≥ 0.50 才守得住"


def test_battle_of_the_sexes_has_three_equilibria():
    """Is the mixed equilibrium of payoffs (2,1), (1,2) at 2/3 and 1/3?"""
    result = nash_equilibria(game([2, 0, 0, 1], [1, 0, 0, 2]))
    assert cells(result, "equilibrium") == [True, False, False, True]
    assert result.mixed == pytest.approx((2 / 3, 1 / 3))
    assert not result.dilemma
    assert np.isnan(result.critical_discount)
    assert str(result) == "均衡：（守信，常来）、（糊弄，走人）；混合均衡 0.67 和 0.33"


def test_matching_pennies_has_no_pure_equilibrium():
    """Is the only equilibrium one half each?"""
    result = nash_equilibria(game([1, -1, -1, 1], [-1, 1, 1, -1]))
    assert (any(cells(result, "equilibrium")), result.mixed) == (False, (0.5, 0.5))
    assert str(result) == "没有纯策略均衡；混合均衡 0.50 和 0.50"


whole = st.lists(st.integers(-5, 5), min_size=4, max_size=4)


@quick
@given(firm=whole, customer=whole)
def test_nobody_gains_by_moving_alone(firm, customer):
    """Is each outcome marked exactly when neither side gains alone, and does nobody gain on the mixed one?"""
    result = nash_equilibria(game(firm, customer))
    one, other = np.reshape(firm, (2, 2)), np.reshape(customer, (2, 2))
    for (i, j), marked in zip(itertools.product(range(2), repeat=2), cells(result, "equilibrium"), strict=True):
        assert marked == (one[i, j] >= one[1 - i, j] and other[i, j] >= other[i, 1 - j])
    if result.mixed is not None:
        p, q = np.array([result.mixed[0], 1 - result.mixed[0]]), np.array([result.mixed[1], 1 - result.mixed[1]])
        assert np.ptp(one @ q) == pytest.approx(0, abs=1e-9)
        assert np.ptp(p @ other) == pytest.approx(0, abs=1e-9)
    assert result.mixed is not None or any(cells(result, "equilibrium"))


@quick
@given(firm=whole, customer=whole)
def test_discount_factor_is_where_keeping_starts_to_pay(firm, customer):
    """Added up over 4,000 rounds: does keeping faith pay just above the critical discount, and breaking just below?"""
    result = nash_equilibria(game(firm, customer))
    if not result.dilemma or not 0.01 < result.critical_discount < 0.99:
        return
    one, other = np.reshape(firm, (2, 2)), np.reshape(customer, (2, 2))
    at = [divmod(k, 2) for k, marked in enumerate(cells(result, "equilibrium")) if marked]
    rounds = np.arange(4_000)

    def keeps(kept, broken, delta):
        weights = delta**rounds
        tempted = (one[:, kept[1]].max(), other[kept[0], :].max())
        return all(
            side[kept] * weights.sum() >= tempting + side[broken] * weights[1:].sum() - 1e-9
            for side, tempting in zip((one, other), tempted, strict=True)
        )

    wins = [
        (o, n) for n in at for o in itertools.product(range(2), repeat=2) if one[o] > one[n] and other[o] > other[n]
    ]
    assert any(keeps(*pair, result.critical_discount + 0.005) for pair in wins)
    assert not any(keeps(*pair, result.critical_discount - 0.005) for pair in wins)


@pytest.mark.parametrize(
    ("table", "error", "message"),
    [
        (
            game([1, 2, 3, 4], [1, 2, 3, 4])[:3],
            ValueError,
            "参数 payoffs 应有四行：“firm”两招，“customer”两招，每种搭配恰好一行。现在有 3 行，招数是 2 和 2。",
        ),
        (
            game([1, 2, 3, 4], [1, 2, 3, 4]).assign(customer="常来"),
            ValueError,
            "参数 payoffs 应有四行：“firm”两招，“customer”两招，每种搭配恰好一行。现在有 4 行，招数是 2 和 1。",
        ),
        (
            game([1, 2, 3, 4], [1, 2, 3, 4]).rename(columns={"firm_payoff": "firm_pay"}),
            ValueError,
            "表 payoffs 里没有列“firm_payoff”。你是不是想写“firm_pay”？现有的列：firm、customer、firm_pay、customer_payoff。",
        ),
    ],
)
def test_refusals(table, error, message):
    """Does each mistake get its whole sentence?"""
    with pytest.raises(error) as caught:
        nash_equilibria(table)
    assert str(caught.value) == message
