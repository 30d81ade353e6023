"""Recovery paradox, compensation and the iceberg."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportions_ztest

from crmlab.complaints import ICEBERG_CLAIMS, compensation_levels, iceberg, recovery_effect

GROUPS = {"recovered": "补救成功", "reference": "没出过事"}


def shares(recovered, reference, **more):
    counts = {"补救成功": recovered, "没出过事": reference, **more}
    rows = [(group, int(i < k)) for group, (k, n) in counts.items() for i in range(n)]
    return pd.DataFrame(rows, columns=["group", "y"])


def scores(seed=8, recovered=4.0, reference=4.0, n=400):
    rng = np.random.default_rng(seed)
    made = {"补救成功": recovered, "没出过事": reference}
    return pd.concat([pd.DataFrame({"group": g, "y": rng.normal(m, 0.8, n)}) for g, m in made.items()])


def effect(table, **options):
    return recovery_effect(table, outcome="y", **GROUPS, **options)


def test_shares_are_compared_as_other_programs_do():
    """Is p that of statsmodels' pooled z test?"""
    result = effect(shares((40, 50), (150, 200)))
    assert result.binary
    assert result.p_value == pytest.approx(proportions_ztest([40, 150], [50, 200])[1])


def test_scores_are_compared_by_welch():
    """Are interval and p those of scipy's Welch test?"""
    table = scores(recovered=4.1)
    theirs = stats.ttest_ind(*(table.loc[table["group"] == g, "y"] for g in GROUPS.values()), equal_var=False)
    result = effect(table)
    assert result.p_value == pytest.approx(theirs.pvalue)
    assert (result.low, result.high) == pytest.approx(tuple(theirs.confidence_interval()))
    assert not result.binary


@pytest.mark.parametrize(
    ("table", "options", "verdict"),
    [
        (scores(recovered=4.4), {}, "支持"),
        (scores(recovered=3.6), {}, "相反"),
        (scores(n=40), {}, "看不出"),
        (scores(n=4000), {"margin": 0.1}, "相当"),
        (scores(n=40), {"margin": 0.1}, "看不出"),
    ],
)
def test_the_verdict_follows_the_interval(table, options, verdict):
    """Is the paradox claimed only when the whole interval is above 0, and sameness only when it is inside the margin?"""
    assert effect(table, **options).verdict == verdict


def test_a_paradox_that_is_only_selection_disappears():
    """When the recovered were happier from the start, does the plain comparison claim a paradox and the adjusted one not?"""
    rng = np.random.default_rng(8)
    parts = []
    for group, start in (("补救成功", 4.4), ("没出过事", 4.0)):
        before = rng.normal(start, 0.5, 300)
        parts.append(pd.DataFrame({"group": group, "before": before, "y": before + rng.normal(0, 0.3, 300)}))
    table = pd.concat(parts)
    assert effect(table).verdict == "支持"
    assert effect(table, before="before").verdict == "看不出"
    assert effect(table, before="before").adjusted


def test_other_groups_are_described_only():
    """Are the unrecovered listed with their difference while the verdict stays with the named pair?"""
    result = effect(shares((40, 50), (150, 200), 没补救好=(5, 50)))
    assert result.table["group"].tolist() == ["没出过事", "没补救好", "补救成功"]
    assert result.table.loc[1, "diff"] == pytest.approx(0.1 - 0.75)
    assert np.isnan(result.table.loc[0, "diff"])


def test_everybody_came_back():
    """Do two groups of 100 % give difference 0 and p = 1, not a division by zero?"""
    result = effect(shares((20, 20), (30, 30)))
    assert (result.difference, result.p_value, result.verdict) == (0, 1, "看不出")


def test_false_claims_are_as_rare_as_promised():
    """With no difference at all, is the paradox claimed in about 2.5 % of 400 samples?"""
    rng = np.random.default_rng(8)
    claims = sum(
        effect(shares((rng.binomial(80, 0.7), 80), (rng.binomial(200, 0.7), 200))).verdict == "支持" for _ in range(400)
    )
    assert claims / 400 <= 0.045


def test_the_best_compensation_is_not_the_largest():
    """Does a level that brings no more customers back cost money, and is what cannot be told apart marked?"""
    table = pd.DataFrame({"compensation_yuan": np.repeat([0, 20, 50], 200)})
    table["repurchased"] = np.concatenate([np.arange(200) < k for k in (80, 130, 134)])
    result = compensation_levels(table, margin_yuan=200)
    assert result["value_yuan"].tolist() == pytest.approx([80, 110, 84])
    assert result["best"].tolist() == [False, True, False]
    assert result["cannot_tell"].tolist() == [False, False, False]
    few = table.iloc[::20]
    assert compensation_levels(few, margin_yuan=200)["cannot_tell"].tolist() == [True, False, True]


def test_every_claim_of_the_iceberg_gives_another_answer():
    """Do 100 complaints mean from 33 to 9,900 silent customers, depending on the claim, each with its source?"""
    silent = {name: iceberg(100, claim=name) for name in ICEBERG_CLAIMS}
    assert round(silent["front_line_loss"].unvoiced_low) == 33
    assert round(silent["headquarters"].unvoiced_high) == 9900
    assert silent["one_in_27"].unvoiced_low == pytest.approx(2600)
    for result in silent.values():
        assert result.affected_low - result.unvoiced_low == pytest.approx(100)
        assert result.claim in str(result)


def test_more_affected_than_customers_is_said():
    """Is a claim refuted by the size of the business?"""
    assert str(iceberg(40, claim="one_in_27", customers=800)).endswith(
        "；有问题的人比客户总数 800 还多，这个依据对你不适用"
    )
    assert not str(iceberg(40, claim="one_in_27", customers=2000)).endswith("不适用")


def test_no_complaints_means_nothing_known_to_be_silent():
    """Is 0 complaints times any factor 0?"""
    assert iceberg(0, survey=(50, 10)).unvoiced_high == 0


TABLE = shares((4, 5), (6, 9))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: recovery_effect(TABLE, outcome="y", recovered="补救成攻", reference="没出过事"),
            ValueError,
            "列“group”里没有有效的“补救成攻”组（参数 recovered）。你是不是想写“补救成功”？有数据的组：没出过事、补救成功。",
        ),
        (
            lambda: recovery_effect(TABLE, outcome="y", recovered="补救成功", reference="补救成功"),
            ValueError,
            "参数 recovered 和 reference 都是“补救成功”，请给两个不同的组。",
        ),
        (
            lambda: effect(TABLE.assign(y=3.0)),
            ValueError,
            "“补救成功”有 5 行有效，“没出过事”有 9 行；每组至少要 2 行，且分数不能全都一样。",
        ),
        (
            lambda: effect(TABLE.assign(y="好")),
            TypeError,
            "列“y”应全是数字，第 1 行是“好”。请先清理这一列。",
        ),
        (
            lambda: compensation_levels(pd.DataFrame({"compensation_yuan": [-5], "repurchased": [1]}), margin_yuan=9),
            ValueError,
            "列“compensation_yuan”应不小于 0，第 1 行是 -5。请先核对这些行。",
        ),
        (lambda: iceberg(10), ValueError, "参数 claim（流传的说法）和 survey（自己的调查）要给一个，也只给一个。"),
        (
            lambda: iceberg(10, claim="one_in_26"),
            ValueError,
            "参数 claim 不能是“one_in_26”。你是不是想写“one_in_27”？"
            "可用的说法：one_in_27、headquarters、front_line_loss、front_line_attitude。",
        ),
        (
            lambda: iceberg(10, survey=(30, 40)),
            ValueError,
            "参数 survey 里投诉过的人数应是 1 到“遇到过问题的人数”之间的整数，你给的是 (30, 40)。",
        ),
        (
            lambda: iceberg(10, survey=0.3),
            TypeError,
            "参数 survey 应写成（遇到过问题的人数，其中投诉过的人数），例如 (120, 30)，你给的是 0.3。",
        ),
        (lambda: iceberg(-1, claim="one_in_27"), ValueError, "参数 complaints 不能小于 0，你给的是 -1。"),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
