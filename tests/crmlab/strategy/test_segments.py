"""k-means: finds groups that are there, and says when none are."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score, silhouette_score

from crmlab.strategy import choose_k, kmeans_segments

RNG = np.random.default_rng(12)
KIND = np.repeat([0, 1, 2], [60, 40, 20])
CENTRES = np.array([[100, 2], [400, 3], [900, 12]])
CUSTOMERS = pd.DataFrame(CENTRES[KIND] + RNG.normal(0, [20, 0.4], (120, 2)), columns=["spend", "visits"])
CUSTOMERS.index = RNG.permutation(500)[:120]


def segments(table=CUSTOMERS, k=3, seed=1, **options):
    return kmeans_segments(table, features=["spend", "visits"], k=k, rng=np.random.default_rng(seed), **options)


def test_groups_that_are_there_are_found():
    """Are the three kinds recovered, numbered by size, with their means in their own units, and stable?"""
    result = segments(n_resamples=5)
    assert adjusted_rand_score(KIND, result.labels) == 1
    assert result.labels.index.equals(CUSTOMERS.index)
    assert result.centres["n"].tolist() == [60, 40, 20]
    assert result.centres["spend"].tolist() == pytest.approx([100, 400, 900], abs=15)
    assert result.stability == pytest.approx(1)


def test_silhouette_is_that_of_scikit_learn():
    """Is the reported silhouette silhouette_score on the scaled features?"""
    result = segments(n_resamples=2)
    scaled = (CUSTOMERS - CUSTOMERS.mean()) / CUSTOMERS.std(ddof=0)
    assert result.silhouette == pytest.approx(silhouette_score(scaled, result.labels))


def test_no_groups_are_unstable():
    """In one cloud cut in five, is the stability well below that of real groups?"""
    cloud = pd.DataFrame(np.random.default_rng(3).normal(size=(200, 2)), columns=["spend", "visits"])
    result = segments(cloud, k=5, n_resamples=10)
    assert result.stability < 0.8
    assert result.silhouette < 0.45
    assert result.stability_low <= result.stability <= result.stability_high


def test_without_scaling_the_large_unit_rules():
    """When a group differs only in the small unit, is it found with scaling and lost without?"""
    rng = np.random.default_rng(5)
    table = pd.DataFrame(
        {"spend": rng.normal(5000, 900, 100), "visits": np.repeat([1, 9], 50) + rng.normal(0, 0.3, 100)}
    )
    kind = np.repeat([0, 1], 50)
    assert adjusted_rand_score(kind, segments(table, k=2, n_resamples=2).labels) > 0.9
    assert adjusted_rand_score(kind, segments(table, k=2, n_resamples=2, scale="none").labels) < 0.2


def test_log_tames_a_giant():
    """Does one customer of ten million no longer make a segment of his own when logs are taken?"""
    table = CUSTOMERS.copy()
    table.iloc[0, 0] = 1e7
    assert segments(table, k=2, n_resamples=2).centres["n"].min() == 1
    assert segments(table, k=2, n_resamples=2, scale="log").centres["n"].min() > 1


def test_same_seed_same_segments():
    """Does all randomness come from rng?"""
    one, other = segments(seed=9, n_resamples=3), segments(seed=9, n_resamples=3)
    pd.testing.assert_series_equal(one.labels, other.labels)
    assert (
        str(one)
        == str(other)
        == "3 群（60、40、20 人）：轮廓系数 0.87，重抽样一致程度 1.00（3 次，中间九成在 1.00–1.00）"
    )


def test_choose_k_points_at_the_truth():
    """With three kinds in the data, is the silhouette best at 3 and the inertia falling all the way?"""
    table = choose_k(
        CUSTOMERS, features=["spend", "visits"], rng=np.random.default_rng(1), ks=[2, 3, 4, 5], n_resamples=3
    )
    assert table.loc[table["silhouette"].idxmax(), "k"] == 3
    assert table["inertia"].is_monotonic_decreasing


def test_many_customers_sample_the_silhouette():
    """Are 5,000 customers no reason to compare 25 million pairs, and the sampled silhouette still right?"""
    table = pd.concat([CUSTOMERS] * 42, ignore_index=True)
    assert segments(table, n_resamples=2).silhouette == pytest.approx(segments(n_resamples=2).silhouette, abs=0.03)
