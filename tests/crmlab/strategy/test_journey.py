"""Emotion curve, pain points, peak-end."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab.strategy import journey

quick = settings(max_examples=25, deadline=None, derandomize=True, database=None)
WALK = pd.DataFrame(
    {
        "customer_id": [1, 1, 1, 2, 2, 2, 3, 3],
        "step": [1, 2, 3, 1, 2, 3, 1, 2],
        "touchpoint": ["进店", "排队", "离店", "进店", "排队", "离店", "进店", "排队"],
        "emotion": [1, -3, 2, 0, -2, 2, 1, -2],
        "expect": [1, 1, 1, 1, 1, 1, 2, 1],
    }
)


def test_by_hand():
    """Are the means, the state of each point, peak and end, and each person's peak-end those done by hand?"""
    result = journey(WALK, neutral=0, expectation="expect")
    assert result.table["emotion"].tolist() == pytest.approx([2 / 3, -7 / 3, 2])
    assert result.table["n"].tolist() == [3, 3, 2]
    assert result.table["state"].tolist() == ["看不清", "不满", "高兴"]
    assert result.table["gap"].tolist() == pytest.approx([-2 / 3, -10 / 3, 1])
    assert (result.peak, result.end, result.pains) == ("排队", "离店", ("排队",))
    # Person 1: (-3 + 2) / 2; person 2: equally strong -2 and 2, the bad one counts; person 3 ended in the queue.
    assert result.peak_end == pytest.approx(np.mean([-0.5, 0, -2]))
    assert result.mean == pytest.approx(np.mean([0, 0, -0.5]))


def test_good_end_beats_a_better_average():
    """Can a journey with the lower average have the higher peak-end score, as the rule says?"""
    people = pd.DataFrame({"customer_id": np.repeat(range(5), 3), "step": [1, 2, 3] * 5, "touchpoint": list("abc") * 5})
    even = journey(people.assign(emotion=[1.5, 1, 1] * 5), neutral=0)
    ends_well = journey(people.assign(emotion=[-0.5, 0, 3] * 5), neutral=0)
    assert ends_well.mean < even.mean
    assert ends_well.peak_end > even.peak_end


@quick
@given(st.lists(st.tuples(*[st.integers(1, 5)] * 4), min_size=1, max_size=12), st.integers(-3, 3))
def test_scale_shift_and_order(rows, by):
    """Does the curve move with the scale, the state stay, and the order of the rows not matter?"""
    values = np.array(rows)
    table = pd.DataFrame(
        {
            "customer_id": np.repeat(range(len(rows)), 4),
            "step": [1, 2, 3, 4] * len(rows),
            "touchpoint": list("abcd") * len(rows),
            "emotion": values.ravel(),
        }
    )
    one = journey(table, neutral=3)
    moved = table.assign(emotion=table["emotion"] + by).sample(frac=1, random_state=1)
    other = journey(moved, neutral=3 + by)
    assert other.table["state"].tolist() == one.table["state"].tolist()
    assert other.peak_end == pytest.approx(one.peak_end + by)
    assert other.mean == pytest.approx(one.mean + by)


def test_one_person_has_no_interval():
    """Is one person's journey drawn without interval and without a pain point that could be chance?"""
    result = journey(WALK[:3], neutral=0)
    assert result.table["state"].tolist() == ["看不清"] * 3
    assert (
        str(result) == "平均情绪 0.00（区间算不出），峰终值 −0.50（区间算不出，n = 1）；最强烈在排队，没有看得清的痛点"
    )
