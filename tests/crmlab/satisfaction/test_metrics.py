"""CSAT, NPS, CES: values, intervals, conventions, refusals."""

import numpy as np
import pandas as pd
import pytest

from crmlab.satisfaction import ces, csat, nps, nps_from_counts

EMPTY = "请检查数据是否为空，或筛选条件是否太严。"


def test_top_boxes_decide_who_is_satisfied():
    """Does top=1, 2, 3 on a 1-5 scale count 5, 4-5 and 3-5?"""
    scores = [5, 4, 4, 3, 1]
    assert [csat(scores, top=top).share for top in (1, 2, 3)] == [0.2, 0.6, 0.8]


def test_other_scale_needs_its_ends():
    """Does a 1-10 scale with top=3 count 8, 9, 10?"""
    assert csat([10, 8, 7, 1], top=3, scale=(1, 10)).share == 0.5


def test_half_points_below_the_cut_are_not_satisfied():
    """Is 3.5 outside the two top boxes of 1-5, which begin at 4?"""
    assert csat([3.5, 4.0]).share == 0.5


def test_everybody_satisfied_still_leaves_doubt():
    """Does the interval of 5 out of 5 reach down to n/(n + z^2), the closed form of Wilson at share 1?"""
    result = csat([5, 5, 4, 5, 4])
    assert (result.share, result.high) == (1, 1)
    assert result.low == pytest.approx(5 / (5 + 1.959964**2), abs=1e-6)


def test_missing_answers_are_counted_apart():
    """Do blanks stay out of n and out of the share?"""
    result = csat(pd.Series([5, None, 3, np.nan]))
    assert (result.share, result.n, result.n_missing) == (0.5, 2, 2)


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (csat([5, 4, 1, 2]), "满意率 50.0%（95% 区间 15.0%–85.0%，n = 4）"),
        (csat([5, None], confidence=0.999), "满意率 100.0%（99.9% 区间 8.5%–100.0%，n = 1，缺失 1）"),
        (nps([10, 0, 0, 8]), "净推荐值 −25.0（95% 区间 −100.0 到 56.3，n = 4）"),
        (nps([7, 8, None]), "净推荐值 0.0（区间算不出，n = 2，缺失 1）"),
        (ces([1, 2, 3], higher_is_easier=False), "费力度 2.00 分（分高费力，95% 区间 −0.48–4.48，n = 3）"),
        (ces([6], higher_is_easier=True), "费力度 6.00 分（分高省力，区间算不出，n = 1）"),
    ],
)
def test_a_result_reads_as_one_chinese_line(result, text):
    """Does the last line of a cell show a sentence, the same for str and repr?"""
    assert (str(result), repr(result)) == (text, text)


def test_cut_points_of_nps():
    """Are 9 and 6 inside their groups, and what lies between them passive, half points too?"""
    result = nps([9, 8.5, 7, 6.5, 6])
    assert (result.promoters, result.passives, result.detractors) == (1, 3, 1)
    moved = nps([9, 8, 7, 6], promoter_min=8, detractor_max=5)
    assert (moved.promoters, moved.passives, moved.detractors) == (2, 2, 0)


def test_counts_and_scores_agree():
    """Does counting first give the same result as giving the scores?"""
    assert nps_from_counts(2, 1, 3) == nps([9, 10, 7, 0, 1, 6])


@pytest.mark.parametrize(("scores", "score"), [([10, 9], 100), ([7, 8], 0), ([1, 6, 0], -100), ([9], 100)])
def test_one_kind_of_answer_has_no_interval(scores, score):
    """Is the zero-width interval of a one-sided sample refused as meaningless?"""
    result = nps(scores)
    assert (result.score, result.se) == (score, 0)
    assert np.isnan([result.low, result.high]).all()


def test_interval_is_cut_at_the_ends_of_the_scale():
    """Does a tiny sample near 100 not promise more than 100?"""
    result = nps([10, 10, 10, 7])
    assert (result.score, result.high) == (75, 100)
    assert result.low == pytest.approx(75 - 1.959964 * 100 * np.sqrt(0.1875 / 4), abs=1e-4)


def test_direction_of_effort_changes_the_ease_not_the_mean():
    """Does 6 on 1-7 mean 83 % easy one way and 17 % the other, with the same mean?"""
    up, down = ces([6, 6], higher_is_easier=True), ces([6, 6], higher_is_easier=False)
    assert up.mean == down.mean == 6
    assert (up.ease_pct, down.ease_pct) == pytest.approx((500 / 6, 100 / 6))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: csat(pd.Series([5, 4, 3, 11], name="评分")),
            ValueError,
            "列“评分”应在 1–5 之间，第 4 行是 11。若是 0–10 分的推荐意愿题，请改用 satisfaction.nps()；"
            "别的量表请写 scale=(最低分, 最高分)。",
        ),
        (lambda: csat([]), ValueError, f"参数 scores 一个值也没有。{EMPTY}"),
        (lambda: csat([None]), ValueError, f"参数 scores 的 1 个值全是缺失值。{EMPTY}"),
        (lambda: csat([5], top=0), ValueError, "参数 top 应在 1–4 之间，你给的是 0。"),
        (
            lambda: csat([5], confidence=95),
            ValueError,
            "参数 confidence 应在 0–1 之间（不含两端），你给的是 95。95% 请写成 0.95。",
        ),
        (
            lambda: nps(["9", "10"]),
            TypeError,
            "参数 scores 应全是数字，第 1 行是文字“9”。请先用 pd.to_numeric() 把这一列变成数字。",
        ),
        (
            lambda: nps([9, 10, 11, 12]),
            ValueError,
            "参数 scores 应在 0–10 之间，第 3 行是 11，共 2 处。若是 1–5 分的满意题，请改用 satisfaction.csat()。",
        ),
        (
            lambda: nps([9], promoter_min=6),
            ValueError,
            "参数 detractor_max（6）应小于 promoter_min（6），否则同一个分数既是推荐者又是批评者。",
        ),
        (
            lambda: nps_from_counts(0, 0, 0),
            ValueError,
            "promoters、passives、detractors 都是 0，没有人作答，算不出净推荐值。",
        ),
        (lambda: nps_from_counts(1, -1, 0), ValueError, "参数 passives 不能小于 0，你给的是 -1。"),
        (
            lambda: ces([5], higher_is_easier="是"),
            TypeError,
            "参数 higher_is_easier 应是 True 或 False，你给的是 '是'。",
        ),
        (
            lambda: ces([8], higher_is_easier=True),
            ValueError,
            "参数 scores 应在 1–7 之间，第 1 行是 8。别的量表请写 scale=(最低分, 最高分)。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


def test_direction_of_effort_has_no_default():
    """Must the caller say which way the scale runs?"""
    with pytest.raises(TypeError, match="higher_is_easier"):
        ces([5])
