"""Words that customers use: counted in how many texts each occurs, by group where wanted."""

import re
from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_probability, check_series, check_whole
from crmlab._intervals import wilson
from crmlab.information.identifiers import _texts

STOP_WORDS = frozenset(
    "我们 你们 他们 她们 它们 自己 大家 这个 那个 这些 那些 这样 那样 这么 那么 这里 那里 什么 怎么 怎样 哪里 为什么 多少 一个 一些 一下 一点 一样 "
    "一直 一定 一般 有点 有些 可以 可能 能够 应该 需要 已经 还有 还是 还会 就是 都是 只是 只有 不是 但是 可是 而且 并且 或者 如果 因为 所以 虽然 "
    "不过 然后 以后 之后 以前 之前 时候 现在 今天 昨天 觉得 感觉 知道 真的 非常 特别 比较 比如 而是 而已 以及 及其 其他 其实 其中 由于 于是 关于 "
    "对于 根据 通过 进行 没有 没什么 这是 那是 我的 你的 他的 起来 出来 下来 过来 上去 不会 不能 有的 的话 来说 来讲 就会 也是 很多 几个 两个 每次".split()
)
_WORD = re.compile(r"[一-龥]{2,}|[A-Za-z][A-Za-z0-9+#.-]+")


def keyword_table(
    texts: Any,
    *,
    top: int = 20,
    by: Any = None,
    stop_words: Collection[str] = STOP_WORDS,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """关键词表：评论、工单里哪些词出现在最多条文字里，可按组（好评差评、改版前后）比较。

    用 rjieba 分词，留下两个字以上的中文词和英文词，去掉停用词；一条文字里说几遍都只算一条。

    Parameters
    ----------
    texts : Series or list of str
        一条一段文字。缺失的不用。
    top : int, default 20
        每组最多列几个词。
    by : Series or list, optional
        每条文字属于哪一组，与 texts 一样长。组缺失的不用。不给就不分组。
    stop_words : collection of str, default STOP_WORDS
        不列的词。换成自己的一组就不用自带的。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        一行一个词，按组，再按条数从多到少，相同的按词。列：group（分组时才有）、word、n_texts（几条文字里有它）、
        share（占这一组的比例）、low、high（Wilson 区间）、lift（分组时才有：share ÷ 它在全部文字里的占比，大于 1 说明这一组更常说）。

    Raises
    ------
    TypeError
        给的不是一列，或有值不是文字。
    ValueError
        by 与 texts 不一样长，或没有一条可用的文字。

    Notes
    -----
    词多不等于问题大：“物流”可能是夸也可能是骂，要点开原文看。分词会出错，新词、品牌名常被切开。区间没有为一次看几十个词作修正：
    排在后面、相差一两条的名次不可靠。

    Examples
    --------
    >>> from crmlab import information
    >>> texts = ["物流太慢，包装破损", "物流慢，客服态度好", "客服态度很好", "包装好看"]
    >>> information.keyword_table(texts, top=3)[["word", "n_texts", "share"]]
      word  n_texts  share
    0   包装        2    0.5
    1   客服        2    0.5
    2   态度        2    0.5
    """
    series = _texts("texts", texts, "一段文字")
    groups = None if by is None else check_series("by", by)
    if groups is not None and len(groups) != len(series):
        raise ValueError(f"参数 by 有 {len(groups)} 个值，texts 有 {len(series)} 条，应一样长。")
    most = check_whole("top", top)
    check_probability("confidence", confidence)
    label = np.zeros(len(series), dtype=object) if groups is None else groups.to_numpy(dtype=object)
    usable = series.notna().to_numpy() & pd.notna(label)
    if not usable.any():
        raise ValueError("参数 texts 里没有一条可用的文字。请检查数据是否为空，或 by 是否全是缺失值。")
    words = _words(series[usable].tolist(), frozenset(stop_words))
    label = label[usable]
    counts = pd.DataFrame({"group": label[words["text"]], "word": words["word"]}).value_counts(sort=False)
    table = counts.rename("n_texts").reset_index()
    sizes = pd.Series(label).value_counts()
    n = table["group"].map(sizes).to_numpy(dtype=float)
    table["share"] = table["n_texts"] / n
    table["low"], table["high"] = wilson(table["n_texts"], n, confidence)
    if groups is not None:
        everywhere = table.groupby("word")["n_texts"].transform("sum") / len(label)
        table["lift"] = table["share"] / everywhere
    order = pd.Series({group: place for place, group in enumerate(sorted(sizes.index, key=str))})
    table["place"] = table["group"].map(order)
    table = table.sort_values(["place", "n_texts", "word"], ascending=[True, False, True])
    table = table.groupby("place", sort=False).head(most).drop(columns="place").reset_index(drop=True)
    return table.drop(columns="group") if groups is None else table


def _words(texts: list[str], stop_words: frozenset[str]) -> dict[str, np.ndarray]:
    """Return each text's distinct words, as pairs of the text's number and the word."""
    import rjieba

    number: list[int] = []
    words: list[str] = []
    for at, text in enumerate(texts):
        found = {word for word in rjieba.cut(text) if _WORD.fullmatch(word)} - stop_words
        number += [at] * len(found)
        words += sorted(found)
    return {"text": np.array(number, dtype=np.int64), "word": np.array(words, dtype=object)}


def check_two_columns(argument: str, table: Any, one: str, other: str) -> pd.DataFrame:
    """Return the rows in which both columns are known; they must be two columns."""
    check_frame(argument, table, [one, other])
    if one == other:
        raise ValueError(f"两个参数都是列“{one}”，请给两个不同的列。")
    known: pd.DataFrame = table[[one, other]].dropna()
    if known.empty:
        raise ValueError(f"表 {argument} 里“{one}”和“{other}”都不缺失的行一行也没有。请检查数据。")
    return known
