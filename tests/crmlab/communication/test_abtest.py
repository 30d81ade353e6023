"""A/B tests: the test, the plan, the peeking; held against statsmodels and simulation."""

import numpy as np
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep, power_proportions_2indep, proportions_ztest

from crmlab.communication import ab_peeking, ab_plan, ab_test


@pytest.mark.parametrize(
    ("k_a", "n_a", "k_b", "n_b"), [(30, 200, 45, 210), (0, 40, 6, 50), (9, 10, 400, 1000), (5, 5, 5, 7)]
)
def test_statsmodels_gives_the_same(k_a, n_a, k_b, n_b):
    """Are z, p and Newcombe's interval those of statsmodels, with B as its first group?"""
    result = ab_test(k_a, n_a, k_b, n_b)
    z, p = proportions_ztest([k_b, k_a], [n_b, n_a])
    assert (result.z, result.p_value) == pytest.approx((z, p))
    theirs = confint_proportions_2indep(k_b, n_b, k_a, n_a, method="newcomb")
    assert (result.low, result.high) == pytest.approx(theirs)


@pytest.mark.parametrize("k", [0, 1])
def test_nobody_or_everybody_converts(k):
    """Do two versions of 0 % (or 100 %) give z = 0 and p = 1, not a division by zero?"""
    result = ab_test(20 * k, 20, 30 * k, 30)
    assert (result.z, result.p_value, result.difference) == (0, 1, 0)
    assert np.isnan(result.lift) == (k == 0)
    assert result.low < 0 < result.high


def test_the_sentence_says_whether_they_can_be_told_apart():
    """Is a clear difference called clear and an unclear one unclear?"""
    assert str(ab_test(100, 1000, 150, 1000)).endswith("分得出高低")
    assert str(ab_test(10, 100, 15, 100)) == (
        "B 减 A：5.00 个百分点（95% 区间 −4.37 到 14.42，p = 0.285）；A 10.00%，n = 100；B 15.00%，n = 100；还分不出高低"
    )


@pytest.mark.parametrize(("share", "effect", "n"), [(0.1, 0.02, 3000), (0.5, -0.1, 300), (0.02, 0.01, 4000)])
def test_power_is_that_of_statsmodels_and_of_simulation(share, effect, n):
    """Do the formula, statsmodels and 4,000 simulated tests agree on the chance to find the difference?"""
    plan = ab_plan(share, effect=effect, n_per_group=n)
    theirs = power_proportions_2indep(effect, share, n).power
    assert plan.power == pytest.approx(theirs, abs=1e-3)
    rng = np.random.default_rng(8)
    a, b = rng.binomial(n, share, 4000), rng.binomial(n, share + effect, 4000)
    pooled = (a + b) / (2 * n)
    z = (b - a) / n / np.sqrt(2 * pooled * (1 - pooled) / n)
    assert np.mean(np.sign(effect) * z > 1.959964) == pytest.approx(plan.power, abs=0.03)


def test_the_three_questions_answer_each_other():
    """Does the detectable effect of n need just n, and have the power it was asked for?"""
    found = ab_plan(0.08, n_per_group=2500, power=0.9)
    assert ab_plan(0.08, effect=found.effect, power=0.9).n_per_group == 2500
    assert ab_plan(0.08, effect=found.effect, n_per_group=2500).power == pytest.approx(0.9)


def test_half_the_effect_needs_about_four_times_the_people():
    """Is the rule of thumb right within 10 %?"""
    one, half = ab_plan(0.1, effect=0.02, power=0.8), ab_plan(0.1, effect=0.01, power=0.8)
    assert half.n_per_group / one.n_per_group == pytest.approx(4, rel=0.1)


def test_the_simulated_interval_of_false_alarms_holds_the_level():
    """Does one look at the end alarm in about 5 % and the interval say how sure that is?"""
    row = ab_peeking(0.3, n_per_group=2000, looks=[1], rng=np.random.default_rng(8)).iloc[0]
    assert row["low"] <= 0.05 <= row["high"]


def test_a_share_so_small_that_nothing_converts_is_no_alarm():
    """Do looks before the first conversion count as no alarm rather than fail?"""
    table = ab_peeking(1e-6, n_per_group=50, looks=[50], rng=np.random.default_rng(8), simulations=200)
    assert table.loc[0, "false_alarms"] == 0


RNG = np.random.default_rng(1)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: ab_test(30, 20, 1, 10),
            ValueError,
            "参数 success_a（30）不能比 n_a（20）大：转化的人不会比看到的人多。",
        ),
        (lambda: ab_test(0, 0, 1, 10), ValueError, "参数 n_a 是 0，没有人看到这个版本，算不出转化率。"),
        (lambda: ab_test(0.3, 10, 1, 10), ValueError, "参数 success_a 是人数，应是整数，你给的是 0.3。"),
        (lambda: ab_test(-1, 10, 1, 10), ValueError, "参数 success_a 不能小于 0，你给的是 -1。"),
        (lambda: ab_test("3", 10, 1, 10), TypeError, "参数 success_a 应是一个数，你给的是 str（'3'）。"),
        (
            lambda: ab_plan(0.1, effect=0.02),
            ValueError,
            "参数 effect、n_per_group、power 要正好给两个，现在给了 1 个。",
        ),
        (
            lambda: ab_plan(0.1, effect=0.02, n_per_group=9, power=0.8),
            ValueError,
            "参数 effect、n_per_group、power 要正好给两个，现在给了 3 个。",
        ),
        (
            lambda: ab_plan(0.1, effect=-0.2, power=0.8),
            ValueError,
            "参数 effect 不能是 0，且 share + effect 应在 0–1 之间；现在是 0.1 + -0.2。",
        ),
        (
            lambda: ab_plan(10, effect=0.2, power=0.8),
            ValueError,
            "参数 share 应在 0–1 之间（不含两端），你给的是 10。10% 请写成 0.1。",
        ),
        (
            lambda: ab_plan(0.9, n_per_group=5, power=0.8),
            ValueError,
            "每组 5 人太少：从 90.0% 起，多大的差也达不到 80% 的把握。请增加人数。",
        ),
        (lambda: ab_plan(0.9, n_per_group=1, power=0.8), ValueError, "参数 n_per_group 至少是 2，你给的是 1。"),
        (
            lambda: ab_plan(0.1, effect=0.1, power=0.02),
            ValueError,
            "参数 power（0.02）应大于 alpha 的一半（0.025），否则掷骰子就够了。",
        ),
        (
            lambda: ab_peeking(0.1, n_per_group=100, looks=[0], rng=RNG),
            ValueError,
            "参数 looks 里的次数应是 1 到 n_per_group（100）之间的整数，你给的是 0。",
        ),
        (
            lambda: ab_peeking(0.1, n_per_group=100, looks=[1], rng=RNG, simulations=10),
            ValueError,
            "参数 simulations 应是不小于 100 的整数，你给的是 10。太少了，数出来的误报率没有意义。",
        ),
        (
            lambda: ab_peeking(0.1, n_per_group=100, looks=[1], rng=8),
            TypeError,
            "参数 rng 应是随机数发生器，例如 np.random.default_rng(4)，你给的是 int。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
