"""Weights by pairwise comparison and by entropy."""

import numpy as np
import pandas as pd
import pytest

from crmlab.satisfaction import ahp_weights, entropy_weights

NAMES = ["产品", "服务", "价格"]


def matrix(values):
    return pd.DataFrame(values, index=NAMES, columns=NAMES)


def test_three_criteria_have_a_closed_form():
    """For 3x3, are the weights the geometric means of the rows, and lambda 1 + k + 1/k with k = (a13/(a12 a23))^(1/3)?"""
    values = np.array([[1, 1 / 3, 5], [3, 1, 7], [1 / 5, 1 / 7, 1]])
    geometric = values.prod(axis=1) ** (1 / 3)
    k = (5 / (1 / 3 * 7)) ** (1 / 3)
    result = ahp_weights(matrix(values))
    assert result.weights.tolist() == pytest.approx(list(geometric / geometric.sum()))
    assert result.lambda_max == pytest.approx(1 + k + 1 / k)
    assert result.consistency_index == pytest.approx((result.lambda_max - 3) / 2)
    assert result.consistency_ratio == pytest.approx(result.consistency_index / 0.58)
    assert result.consistent


def test_contradiction_is_found():
    """Is A > B > C > A called inconsistent, with advice?"""
    result = ahp_weights(matrix([[1, 9, 1 / 9], [1 / 9, 1, 9], [9, 1 / 9, 1]]))
    assert not result.consistent
    assert str(result).endswith("前后矛盾太多，请重新比较）")


def test_two_criteria_cannot_contradict():
    """Is CR 0 for two criteria, where the random index is 0?"""
    result = ahp_weights([[1, 3], [1 / 3, 1]])
    assert str(result) == "权重：准则1 0.750、准则2 0.250（CR = 0.000，可以用）"


def test_rounded_reciprocals_are_accepted():
    """May a student type 0.33 for a third?"""
    assert ahp_weights([[1, 3], [0.33, 1]]).weights.tolist() == pytest.approx([0.75, 0.25], abs=0.002)


def test_entropy_by_hand():
    """For columns (1, 3) and (1, 1): is all the weight on the column that differs?"""
    assert entropy_weights(pd.DataFrame({"a": [1, 3], "b": [1, 1]})).to_dict() == {"a": 1.0, "b": 0.0}


def test_entropy_of_nothing_but_one_store_is_greatest():
    """Has a column with all its value in one row, entropy 0, the largest weight, in the ratio of 1 to 1 - H?"""
    weights = entropy_weights(pd.DataFrame({"a": [0, 4], "b": [1, 3]}))
    h = -(0.25 * np.log(0.25) + 0.75 * np.log(0.75)) / np.log(2)
    assert weights["b"] / weights["a"] == pytest.approx(1 - h)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: ahp_weights([1, 2, 3]),
            ValueError,
            "参数 matrix 应是方阵，例如 [[1, 3], [1/3, 1]]，每行一样长。",
        ),
        (
            lambda: ahp_weights([[1, 2], [1]]),
            ValueError,
            "参数 matrix 应是方阵，例如 [[1, 3], [1/3, 1]]，每行一样长。",
        ),
        (
            lambda: ahp_weights([np.ones((2, 2)), np.ones((2, 3))]),
            ValueError,
            "参数 matrix 应是方阵，例如 [[1, 3], [1/3, 1]]，每行一样长。",
        ),
        (lambda: ahp_weights([[1, 2, 3], [1, 2, 3]]), ValueError, "参数 matrix 应是方阵，你给的是 2 行 3 列。"),
        (
            lambda: ahp_weights(np.ones((11, 11))),
            ValueError,
            "参数 matrix 应有 2–10 个准则，你给了 11 个。太多时请先分成几组再比较。",
        ),
        (
            lambda: ahp_weights(matrix(np.ones((3, 3))).rename(index={"价格": "价钱"})),
            ValueError,
            "参数 matrix 的行名与列名应相同：行名是 产品、服务、价钱，列名是 产品、服务、价格。",
        ),
        (
            lambda: ahp_weights(matrix([[1, -3, 1], [-1 / 3, 1, 1], [1, 1, 1]])),
            ValueError,
            "参数 matrix 的值应大于 0，“产品”与“服务”的比较不是。不重要请写倒数，例如 1/3。",
        ),
        (
            lambda: ahp_weights(matrix([[2, 1, 1], [1, 1, 1], [1, 1, 1]])),
            ValueError,
            "参数 matrix 的对角线应是 1，“产品”与自己的比较是 2。",
        ),
        (
            lambda: ahp_weights(matrix([[1, 3, 1], [3, 1, 1], [1, 1, 1]])),
            ValueError,
            "参数 matrix 里“产品”比“服务”是 3，反过来应是 0.333，现在是 3。",
        ),
        (
            lambda: ahp_weights([["1", "3"], ["1/3", "1"]]),
            TypeError,
            "列“准则1”应全是数字，第 1 行是文字“1”。请先用 pd.to_numeric() 把这一列变成数字。",
        ),
        (
            lambda: entropy_weights(pd.DataFrame({"a": [1]})),
            ValueError,
            "参数 scores 至少要有 2 个对象（2 行），现在只有 1 个，看不出差别。",
        ),
        (
            lambda: entropy_weights(pd.DataFrame({"a": [1, 2], "b": [0, 0]})),
            ValueError,
            "列“b”全是 0，没有信息。请去掉这一列。",
        ),
        (
            lambda: entropy_weights(pd.DataFrame({"a": [80, 80, 80], "b": [7, 7, 7]})),
            ValueError,
            "各列在对象之间都没有差别，熵权法分不出权重。请改用别的办法定权重，例如 ahp_weights()。",
        ),
        (
            lambda: entropy_weights(pd.DataFrame({"a": [1, -2]})),
            ValueError,
            "列“a”应不小于 0，第 2 行是 -2。请先核对这些行。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
