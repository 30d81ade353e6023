"""k-anonymity, l-diversity, and who may see what."""

import numpy as np
import pandas as pd
import pytest

from crmlab.information import k_anonymity, l_diversity, permitted_view

PEOPLE = pd.DataFrame(
    {
        "gender": ["男", "男", "女", "女", "女", None, None],
        "district": ["南", "南", "北", "北", "南", "北", "北"],
        "plan": ["退款", "物流", "退款", "退款", "退款", "物流", None],
    }
)
PERMISSIONS = pd.DataFrame(
    {
        "column": ["name", "mobile", "points"],
        "kind": ["name", "mobile", None],
        "agent": ["clear", "light", "clear"],
        "analyst": ["hidden", "full", "clear"],
    }
)
CUSTOMERS = pd.DataFrame(
    {
        "name": ["王小明", "李雷", "韩梅"],
        "points": [1, 2, 3],
        "mobile": ["13800138000", None, "13900139000"],
        "salary": [1, 1, 1],
        "agreed": [True, None, False],
    },
    index=[5, 6, 7],
)


def test_smallest_class_counts_and_a_gap_is_a_value():
    """Are two missing genders one class, and the classes below the requirement listed smallest first?"""
    result = k_anonymity(PEOPLE, ["gender", "district"], required=2)
    assert (result.k, result.n, result.n_classes, result.n_below) == (1, 7, 4, 1)
    assert result.classes.to_dict("records") == [{"gender": "女", "district": "南", "n": 1}]
    assert k_anonymity(PEOPLE, ["district"], required=3).classes.empty
    assert str(k_anonymity(PEOPLE, ["district"], required=3)) == "k = 3，达到 3-匿名（7 行，2 组）"


def test_k_anonymity_against_counting_one_by_one():
    """Does the answer agree with a count by hand on random tables?"""
    rng = np.random.default_rng(8)
    for _ in range(20):
        table = pd.DataFrame(rng.integers(0, 3, (30, 3)), columns=list("abc"))
        rows = [tuple(row) for row in table.to_numpy()]
        counts = {row: rows.count(row) for row in rows}
        result = k_anonymity(table, list("abc"), required=3)
        assert (result.k, result.n_classes) == (min(counts.values()), len(counts))
        assert result.n_below == sum(n for n in counts.values() if n < 3)


def test_l_diversity_by_two_definitions():
    """Is distinct a count of values, entropy the exponential of the entropy, and a missing value not counted?"""
    distinct = l_diversity(PEOPLE, ["district"], "plan", definition="distinct")
    assert (distinct.l, distinct.n, distinct.n_classes) == (2, 6, 2)
    entropy = l_diversity(PEOPLE, ["district"], "plan", definition="entropy")
    p = np.array([2 / 3, 1 / 3])
    assert entropy.l == pytest.approx(np.exp(-(p * np.log(p)).sum()))
    assert str(entropy) == "l = 1.89（熵定义，6 行，2 组）"
    assert l_diversity(PEOPLE, ["gender"], "plan", definition="entropy").l == 1


def test_even_shares_make_both_definitions_equal():
    """Is entropy l equal to distinct l when all values of a class are equally common, and never larger?"""
    rng = np.random.default_rng(3)
    even = pd.DataFrame({"q": [0, 0, 0, 1, 1, 1], "s": list("abcabc")})
    assert l_diversity(even, ["q"], "s", definition="entropy").l == pytest.approx(3)
    table = pd.DataFrame({"q": rng.integers(0, 4, 60), "s": rng.integers(0, 5, 60)})
    both = [l_diversity(table, ["q"], "s", definition=d).classes.set_index("q")["l"] for d in ("entropy", "distinct")]
    assert (both[0] <= both[1].reindex(both[0].index) + 1e-12).all()


def test_mixed_values_have_no_order_and_need_none():
    """Do numbers and text in one column pass?"""
    table = pd.DataFrame({"q": [1, "a", 1, "b"]}, dtype=object)
    assert k_anonymity(table, ["q"]).classes["q"].tolist() == ["a", "b"]


def test_view_shows_what_the_role_may_see():
    """Are unnamed columns hidden, named ones clear or masked, in the order of the table?"""
    view = permitted_view(CUSTOMERS, PERMISSIONS, "agent")
    assert list(view.columns) == ["name", "points", "mobile"]
    assert view["mobile"].fillna("").tolist() == ["138****8000", "", "139****9000"]
    analyst = permitted_view(CUSTOMERS, PERMISSIONS, "analyst", consent="agreed")
    assert analyst.to_dict("index") == {5: {"points": 1, "mobile": "****"}}


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: k_anonymity(PEOPLE, ["gendre"]),
            ValueError,
            "表 table 里没有列“gendre”。你是不是想写“gender”？现有的列：gender、district、plan。",
        ),
        (
            lambda: k_anonymity(PEOPLE, "gender"),
            TypeError,
            '参数 quasi_identifiers 应是列名的列表，例如 ["gender", "district"]，你给的是 str。',
        ),
        (lambda: k_anonymity(PEOPLE, []), ValueError, "参数 quasi_identifiers 是空的，请至少写一个列名。"),
        (
            lambda: k_anonymity(PEOPLE, ["gender", "gender"]),
            ValueError,
            "参数 quasi_identifiers 里“gender”写了两次，请去掉一个。",
        ),
        (
            lambda: k_anonymity(PEOPLE, ["gender"], required=0),
            ValueError,
            "参数 required 应是 1 以上的整数，你给的是 0。",
        ),
        (
            lambda: l_diversity(PEOPLE, ["gender"], "plan", definition="distint"),
            ValueError,
            "参数 definition 不能是“distint”。你是不是想写“distinct”？可用的值：distinct、entropy。",
        ),
        (
            lambda: l_diversity(PEOPLE, ["gender"], "gender", definition="distinct"),
            ValueError,
            "列“gender”不能既是准标识符又是敏感信息。请从 quasi_identifiers 里去掉它。",
        ),
        (
            lambda: l_diversity(PEOPLE.assign(plan=None), ["gender"], "plan", definition="distinct"),
            ValueError,
            "列“plan”全是缺失值，谈不上多样。请检查数据。",
        ),
        (
            lambda: permitted_view(CUSTOMERS, PERMISSIONS, "agnet"),
            ValueError,
            "参数 role 不能是“agnet”。你是不是想写“agent”？权限表里的岗位：agent、analyst。",
        ),
        (
            lambda: permitted_view(CUSTOMERS, PERMISSIONS.assign(agent="light"), "agent"),
            ValueError,
            "表 permissions 里“points”要脱敏，kind 应是 name、mobile、resident_id、address、email、bank_card 之一，现在是“nan”。",
        ),
        (
            lambda: permitted_view(CUSTOMERS, PERMISSIONS.assign(agent="show"), "agent"),
            ValueError,
            "列“agent”的第 1 行是“show”。可用的值：clear、light、medium、full、hidden。",
        ),
        (
            lambda: permitted_view(CUSTOMERS, pd.concat([PERMISSIONS, PERMISSIONS[:1]]), "agent"),
            ValueError,
            "表 permissions 里“name”有两条权限，请合成一条。",
        ),
        (
            lambda: permitted_view(CUSTOMERS, PERMISSIONS, "agent", consent="name"),
            TypeError,
            "列“name”应是 True 或 False，第 1 行是“王小明”。请先转换这一列。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
