"""Sample size and the response funnel."""

import numpy as np
import pandas as pd
import pytest

from crmlab.satisfaction import response_funnel, sample_size


@pytest.mark.parametrize(("margin", "completes"), [(0.10, 97), (0.05, 385), (0.03, 1068), (0.02, 2401), (0.01, 9604)])
def test_classic_sizes(margin, completes):
    """Are these the sizes of every textbook table for 95 % and p = 0.5?"""
    assert sample_size(margin).completes == completes


def test_whole_population_is_never_exceeded():
    """Does a finite population of 50 never need more than 50 answers, however narrow the margin?"""
    assert sample_size(0.001, population=50).completes == 50
    assert sample_size(0.4, share=0.01, population=1).completes == 1


def test_invitations_grow_with_silence():
    """Does a response rate of 20 % call for five times as many invitations?"""
    result = sample_size(0.05, response_rate=0.2)
    assert (result.completes, result.invitations) == (385, 1925)


def test_too_small_a_list_is_said():
    """Does the sentence say when there are fewer customers than invitations?"""
    result = sample_size(0.05, population=1000, response_rate=0.2)
    assert str(result) == "要收回 278 份有效答卷，发出 1,390 份；总体只有 1,000 人，不够发"


def test_funnel_from_a_table_or_a_series():
    """Do both forms give the same, shares by hand?"""
    table = pd.DataFrame({"step": ["发出", "提交", "有效"], "n": [100.0, 50, 40]}, index=[4, 5, 6])
    result = response_funnel(table)
    pd.testing.assert_frame_equal(result, response_funnel(table.set_index("step")["n"]))
    assert result["step_share"].tolist() == [1, 0.5, 0.8]
    assert result["overall_share"].tolist() == [1, 0.5, 0.4]
    assert result["low"].isna().tolist() == [True, False, False]


def test_step_after_nobody_has_no_share():
    """Is the share of a step after an empty one NaN rather than a division error?"""
    result = response_funnel(pd.Series({"发出": 10, "提交": 0, "有效": 0}))
    assert result["step_share"].tolist()[:2] == [1, 0]
    assert np.isnan(result.loc[2, ["step_share", "low", "high"]].astype(float)).all()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: sample_size(3),
            ValueError,
            "参数 margin 应在 0–1 之间（不含两端），你给的是 3。3% 请写成 0.03。",
        ),
        (lambda: sample_size(0.05, response_rate=0), ValueError, "参数 response_rate 应大于 0，你给的是 0。"),
        (lambda: sample_size(0.05, response_rate=20), ValueError, "参数 response_rate 应在 0–1 之间，你给的是 20。"),
        (
            lambda: sample_size(0.05, population=0.5),
            ValueError,
            "参数 population 是总体人数，至少是 1，你给的是 0.5。",
        ),
        (lambda: sample_size("5%"), TypeError, "参数 margin 应是一个数，你给的是 str（'5%'）。"),
        (
            lambda: response_funnel([3, 2]),
            TypeError,
            "参数 counts 应是一列人数（Series）或有 step、n 两列的表，你给的是 list。",
        ),
        (
            lambda: response_funnel(pd.Series({"发出": 10, "提交": 12})),
            ValueError,
            "“提交”有 12 人，比上一步“发出”的 10 人还多。请检查步骤的次序。",
        ),
        (lambda: response_funnel(pd.Series({"发出": 1.5})), ValueError, "“发出”的人数应是整数，现在是 1.5。"),
        (lambda: response_funnel(pd.Series({"发出": 0})), ValueError, "第一步“发出”是 0 人，算不出比例。"),
        (
            lambda: response_funnel(pd.Series({"发出": 5, "提交": None})),
            ValueError,
            "列“n”不能有缺失值，第 2 行是空的。请先补上或删去这一行。",
        ),
        (
            lambda: response_funnel(pd.Series([], dtype=float)),
            ValueError,
            "列“n”一个值也没有。请检查数据是否为空，或筛选条件是否太严。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
