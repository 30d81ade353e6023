"""Sort complaints by what they are about: the teacher's rules first, a learned model for the rest."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_between, check_frame, check_labels, check_probability, check_rng, check_series, row_of
from crmlab._intervals import wilson


@dataclass(frozen=True, repr=False, eq=False)
class ComplaintClassifier:
    """分类器和它在没见过的文本上的成绩。

    Attributes
    ----------
    accuracy, low, high : float
        留出部分的正确率和它的威尔逊区间，0–1。
    baseline : float
        什么都不学、一律猜最多的那类，正确率是多少。
    report : DataFrame
        一行一类：category、n（留出部分的条数）、precision（判为这类的有多少判对）、recall（这类里有多少被找到）及其区间 recall_low、
        recall_high、f1。没有一条判为这类时 precision 是 NaN。
    rule_report : DataFrame
        一行一条规则：pattern、category、hits（留出部分里由它判的条数）、correct、precision。没有规则就是空表。
    held_out : DataFrame
        留出部分逐条：text、label、predicted、source（规则或模型）、probability（模型的把握；规则判的是 NaN）。
    n_train, n_test : int
        用来学的条数和留出的条数。
    rules : tuple
        编译好的规则，依次是（正则表达式，类别）。
    model : object
        scikit-learn 的流水线。
    """

    accuracy: float
    low: float
    high: float
    baseline: float
    report: pd.DataFrame
    rule_report: pd.DataFrame
    held_out: pd.DataFrame
    n_train: int
    n_test: int
    rules: tuple[tuple[re.Pattern[str], str], ...]
    model: Any

    def __str__(self) -> str:
        by_rule = float((self.held_out["source"] == "规则").mean())
        return (
            f"留出 {self.n_test:,} 条，正确率 {self.accuracy:.1%}（区间 {self.low:.1%}–{self.high:.1%}），"
            f"一律猜最多的一类是 {self.baseline:.1%}；{by_rule:.1%} 由规则判定，其余由模型（用 {self.n_train:,} 条学）"
        )

    __repr__ = __str__

    def predict(self, texts: Any) -> pd.DataFrame:
        """给新的文本分类。

        Parameters
        ----------
        texts : Series or list of str
            要分类的文本。

        Returns
        -------
        DataFrame
            一行一条，索引同输入。列：text、predicted、source、probability。
        """
        given = _texts("texts", texts)
        return _predict(given, self.rules, self.model)


def classify_complaints(
    texts: Any,
    labels: Any,
    *,
    rng: np.random.Generator,
    rules: pd.DataFrame | None = None,
    test_share: float = 0.3,
    confidence: float = 0.95,
) -> ComplaintClassifier:
    """投诉文本分类：先按规则，规则管不到的交给模型，并在没见过的文本上打分。

    模型是字的一元、二元组合的 TF-IDF 加逻辑回归：不用分词，错别字也经得起。

    Parameters
    ----------
    texts : Series or list of str
        投诉文本。
    labels : Series or list of str
        人工标的类别，与 texts 一一对应；缺失的行不用。至少两类，每类至少两条不同的文本。
    rng : numpy.random.Generator
        随机数发生器，用来分出留出部分，例如 np.random.default_rng(8)。
    rules : DataFrame, optional
        规则表，一行一条，先写的先用。列：pattern（正则表达式，最简单的就是一个词）、category（类别）。
    test_share : float, default 0.3
        留出多少不学、只用来打分，0–1 之间。每类按这个比例留。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    ComplaintClassifier
        accuracy 及区间、baseline、report、rule_report、held_out，以及 predict(texts) 方法。

    Raises
    ------
    TypeError
        文本里有不是文字的值，或 rng 不是随机数发生器。
    ValueError
        两列长短不一，文本是空白，类别不足两类，某类文本太少，规则的类别没有出现过，或正则表达式写错。

    Notes
    -----
    一模一样的文本只会全在学习部分或全在留出部分，免得“背答案”。成绩是给这批文本的：换一个渠道、过半年再用，要重新打分。
    各类条数悬殊时，正确率会骗人：一类占 90%，全猜它就有 90%，所以看 report 里各类的查全率。人工标注自己也会错：
    先算两个人标的一致程度，机器很难比人和人更一致。投诉文本里有姓名、电话，先脱敏再用。

    References
    ----------
    Joachims, T. (1998). Text categorization with support vector machines: learning with many relevant features.
    *ECML-98*, 137-142.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from crmlab import complaints
    >>> late = [f"快递第{i}天还没到，物流太慢" for i in range(20)]
    >>> broken = [f"收到第{i}件就破损了，质量差" for i in range(20)]
    >>> rules = pd.DataFrame({"pattern": ["快递|物流"], "category": ["物流"]})
    >>> model = complaints.classify_complaints(
    ...     late + broken, ["物流"] * 20 + ["质量"] * 20, rules=rules, rng=np.random.default_rng(1)
    ... )
    >>> model
    留出 12 条，正确率 100.0%（区间 75.8%–100.0%），一律猜最多的一类是 50.0%；50.0% 由规则判定，其余由模型（用 28 条学）
    >>> model.predict(["杯子破损"])[["predicted", "source"]]
      predicted source
    0        质量     模型
    """
    given = _texts("texts", texts)
    answers = check_series("labels", labels)
    if len(answers) != len(given):
        raise ValueError(
            f"参数 texts 有 {len(given)} 条，labels 有 {len(answers)} 条，长短不一。请从同一张表里取这两列。"
        )
    check_rng(rng, say="随机数发生器，例如 np.random.default_rng(8)")
    check_between("test_share", test_share, 0, 1, open_ends=True)
    check_probability("confidence", confidence)
    known = answers.notna().to_numpy()
    text = given.to_numpy(dtype=object)[known]
    label = answers.astype(object).map(str).to_numpy(dtype=object)[known]
    categories = sorted(set(label))
    if len(categories) < 2:
        raise ValueError(f"参数 labels 里至少要有 2 类，现在有 {len(categories)} 类。只有一类就不用分了。")
    compiled = _rules(rules, categories)
    test = _held_out(text, label, test_share, rng)
    model = _fit(text[~test], label[~test])
    predicted = _predict(pd.Series(text[test]), compiled, model)
    predicted.insert(1, "label", label[test])
    right = (predicted["label"] == predicted["predicted"]).to_numpy()
    low, high = wilson(right.sum(), len(right), confidence)
    names, counts = np.unique(label[~test], return_counts=True)
    return ComplaintClassifier(
        float(right.mean()),
        float(low),
        float(high),
        float((label[test] == names[counts.argmax()]).mean()),
        _report(predicted, categories, confidence),
        _rule_report(predicted, compiled, right),
        predicted,
        int((~test).sum()),
        int(test.sum()),
        compiled,
        model,
    )


def _texts(argument: str, texts: Any) -> pd.Series:
    given = check_series(argument, texts)
    if given.empty:
        raise ValueError(f"参数 {argument} 一条也没有。请先检查数据。")
    for at, value in enumerate(given):
        if not isinstance(value, str):
            raise TypeError(f"参数 {argument} 应全是文字，{row_of(given, at)}是“{value}”。请先删去或补上这一条。")
        if not value.strip():
            raise ValueError(f"参数 {argument} 的{row_of(given, at)}是空白。请先删去这一条。")
    return given


def _rules(rules: pd.DataFrame | None, categories: list[str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    if rules is None:
        return ()
    check_frame("rules", rules, ["pattern", "category"])
    category = check_labels("category", rules["category"], categories, missing=False)
    compiled = []
    for at, pattern in enumerate(rules["pattern"]):
        try:
            compiled.append((re.compile(pattern), str(category.iloc[at])))
        except (re.error, TypeError) as error:
            raise ValueError(
                f"规则表{row_of(rules['pattern'], at)}的“{pattern}”不是正确的正则表达式（{error}）。最简单的写法就是一个词。"
            ) from None
    return tuple(compiled)


def _held_out(text: np.ndarray, label: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """Say which rows are held out: the same share of every category, all copies of a text on one side."""
    group, first = pd.factorize(text)[0], pd.Series(label).groupby(pd.factorize(text)[0]).first().to_numpy()
    held = np.zeros(len(first), dtype=bool)
    for category in sorted(set(label)):
        members = np.flatnonzero(first == category)
        if len(members) < 2:
            raise ValueError(
                f"“{category}”类不同的文本只有 {len(members)} 条，至少要 2 条：一条学，一条打分。请补充或并入别的类。"
            )
        take = min(max(round(share * len(members)), 1), len(members) - 1)
        held[rng.permutation(members)[:take]] = True
    return held[group]


def _fit(text: np.ndarray, label: np.ndarray) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    # "char" keeps punctuation: 。。。 and ！！ say something in a complaint.
    features = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True)
    return make_pipeline(features, LogisticRegression(C=4.0, max_iter=2000)).fit(text, label)


def _predict(texts: pd.Series, rules: tuple[tuple[re.Pattern[str], str], ...], model: Any) -> pd.DataFrame:
    chance = model.predict_proba(texts.to_numpy(dtype=object))
    predicted = np.asarray(model.classes_, dtype=object)[chance.argmax(axis=1)]
    by_rule = np.zeros(len(texts), dtype=bool)
    for pattern, category in rules:
        hit = ~by_rule & np.array([pattern.search(text) is not None for text in texts], dtype=bool)
        predicted[hit] = category
        by_rule |= hit
    return pd.DataFrame(
        {
            "text": texts.to_numpy(dtype=object),
            "predicted": predicted,
            "source": np.where(by_rule, "规则", "模型"),
            "probability": np.where(by_rule, np.nan, chance.max(axis=1)),
        },
        index=texts.index,
    ).astype({"text": "str", "predicted": "str", "source": "str"})


def _report(predicted: pd.DataFrame, categories: list[str], confidence: float) -> pd.DataFrame:
    truth, guess = predicted["label"].to_numpy(), predicted["predicted"].to_numpy()
    rows = []
    for category in categories:
        n, said, right = (
            (truth == category).sum(),
            (guess == category).sum(),
            ((truth == category) & (guess == category)).sum(),
        )
        low, high = wilson(right, n, confidence)
        rows.append(
            {
                "category": category,
                "n": int(n),
                "precision": right / said if said else np.nan,
                "recall": right / n if n else np.nan,
                "recall_low": float(low),
                "recall_high": float(high),
                "f1": 2 * right / (n + said) if n + said else np.nan,
            }
        )
    return pd.DataFrame(rows)


def _rule_report(
    predicted: pd.DataFrame, rules: tuple[tuple[re.Pattern[str], str], ...], right: np.ndarray
) -> pd.DataFrame:
    left = np.ones(len(predicted), dtype=bool)
    rows = []
    for pattern, category in rules:
        hit = left & np.array([pattern.search(text) is not None for text in predicted["text"]], dtype=bool)
        left &= ~hit
        n, good = int(hit.sum()), int((hit & right).sum())
        rows.append((pattern.pattern, category, n, good, good / n if n else np.nan))
    return pd.DataFrame(rows, columns=["pattern", "category", "hits", "correct", "precision"])
