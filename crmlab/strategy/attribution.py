"""Which channel gets the credit: first touch, last touch, linear, and the removal effect of a Markov chain."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import (
    check_frame,
    check_one_of,
    check_present,
    check_probability,
    check_rng,
    check_whole,
    check_zero_one,
)
from crmlab._intervals import Floats

ATTRIBUTION_METHODS = {"first": "首次接触", "last": "末次接触", "linear": "平均分配", "markov": "移除效应"}


def attribution(
    touches: pd.DataFrame,
    *,
    path: str = "path_id",
    step: str = "step",
    channel: str = "channel",
    converted: str = "converted",
    methods: Sequence[str] = ("first", "last", "linear", "markov"),
    rng: np.random.Generator | None = None,
    resamples: int = 200,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """渠道归因（attribution）：成交的功劳，各渠道分多少。换一种规则，功劳就换一家。

    first 全归第一次接触的渠道；last 全归最后一次；linear 路径上每次接触平均分；
    markov 把路径当一阶马尔可夫链，渠道的移除效应 = 1 − 去掉它之后的成交概率 ÷ 原来的成交概率，功劳按移除效应的比例分。

    Parameters
    ----------
    touches : DataFrame
        一行一次接触，次序不限。
    path, step, channel, converted : str
        路径（客户）编号、先后次序（数字或日期）、渠道、这条路径最后有没有成交（1 有、0 没有，同一条路径各行相同）的列名，
        默认 "path_id"、"step"、"channel"、"converted"。
    methods : sequence of str, default ("first", "last", "linear", "markov")
        要算的规则。
    rng : numpy.random.Generator, optional
        给了就对路径重抽样，算区间；不给时 low、high 是 NaN。
    resamples : int, default 200
        重抽样几次，至少 20。
    confidence : float, default 0.95
        区间的置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        一行一个渠道一种规则，先按 methods 的次序，再按渠道名。列：channel、method、method_zh、credit（分到几次成交，合计等于成交数）、
        share（占比，0–1）、low、high（share 的重抽样百分位区间）、removal_effect（只有 markov 有，别的是 NaN）。

    Raises
    ------
    TypeError
        成交不是 0/1，或 rng 不是随机数发生器。
    ValueError
        缺列，有缺失值，没有一条路径成交，同一条路径的成交前后不一，或同一条路径有两次接触次序相同。

    Notes
    -----
    每一种规则都是约定，不是因果：没看到广告的人会不会照样买，路径里没有。要知道，得留一组人不投放，见对照实验。
    markov 的移除是假设：去掉的渠道，走到它的人全都流失；现实里他们多半从别处来。没成交的路径对 markov 有用，别先删掉。
    渠道很少出现时，它的区间很宽。

    References
    ----------
    Anderl, E., Becker, I., von Wangenheim, F., & Schumann, J. H. (2016). Mapping the customer journey: lessons learned
    from graph-based online attribution modeling. *International Journal of Research in Marketing*, 33(3), 457-474.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import strategy
    >>> paths = [("小程序", 1), ("小程序", 1), ("门店", 1), ("小程序>门店", 1), ("小程序", 0)]
    >>> touches = pd.DataFrame(
    ...     [(i, k, c, y) for i, (p, y) in enumerate(paths) for k, c in enumerate(p.split(">"))],
    ...     columns=["path_id", "step", "channel", "converted"],
    ... )
    >>> strategy.attribution(touches)[["channel", "method", "credit", "share"]].round(2)
      channel  method  credit  share
    0     小程序   first     3.0   0.75
    1      门店   first     1.0   0.25
    2     小程序    last     2.0   0.50
    3      门店    last     2.0   0.50
    4     小程序  linear     2.5   0.62
    5      门店  linear     1.5   0.38
    6     小程序  markov     2.4   0.60
    7      门店  markov     1.6   0.40
    """
    wanted = [methods] if isinstance(methods, str) else list(dict.fromkeys(methods))
    for method in wanted:
        check_one_of("methods", method, tuple(ATTRIBUTION_METHODS))
    check_probability("confidence", confidence)
    times = check_whole("resamples", resamples, 20, why="太少，算不出区间。")
    if rng is not None:
        check_rng(rng)
    names, codes, position, success = _paths(touches, path, step, channel, converted)
    counts = _path_counts(codes, position, success, len(names))
    once = np.ones(len(success))
    credits = {m: _credit(m, counts, once) for m in wanted}
    tables = []
    for method in wanted:
        credit, removal = credits[method]
        tables.append(
            pd.DataFrame(
                {
                    "channel": names,
                    "method": method,
                    "method_zh": ATTRIBUTION_METHODS[method],
                    "credit": credit,
                    "share": credit / success.sum(),
                    "low": np.nan,
                    "high": np.nan,
                    "removal_effect": removal,
                }
            )
        )
    if rng is not None:
        weights = rng.multinomial(len(success), np.full(len(success), 1 / len(success)), size=times).astype(float)
        usable = [w for w in weights if (w * success).sum() > 0]
        for method, table in zip(wanted, tables, strict=True):
            drawn = np.array([_credit(method, counts, w)[0] / (w * success).sum() for w in usable])
            table["low"], table["high"] = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    return pd.concat(tables, ignore_index=True)


def _paths(
    touches: pd.DataFrame, path: str, step: str, channel: str, converted: str
) -> tuple[list[Any], np.ndarray, np.ndarray, np.ndarray]:
    """Channel names; channel and path number of each touch in order; outcome of each path."""
    check_frame("touches", touches, [path, step, channel, converted])
    for column in (path, step, channel):
        check_present(column, touches[column])
    outcome = check_zero_one(converted, touches[converted], missing=False, say="0 和 1")
    frame = pd.DataFrame({"path": touches[path].array, "step": touches[step].array, "channel": touches[channel].array})
    frame["yes"] = outcome.to_numpy()
    mixed = frame.groupby("path")["yes"].nunique()
    if (mixed > 1).any():
        name = mixed.index[int((mixed > 1).to_numpy().argmax())]
        raise ValueError(f"路径“{name}”的“{converted}”有的行是 1、有的行是 0。它说的是整条路径的结局，各行应相同。")
    twice = frame.duplicated(["path", "step"]).to_numpy()
    if twice.any():
        row = frame.iloc[int(twice.argmax())]
        raise ValueError(f"路径“{row['path']}”有两次接触的次序都是 {row['step']}，分不出先后。请用更细的时间或编号。")
    frame = frame.sort_values(["path", "step"])
    if frame["yes"].sum() == 0:
        raise ValueError(f"列“{converted}”全是 0，没有一条路径成交，没有功劳可分。")
    names = sorted(frame["channel"].unique(), key=str)
    codes = pd.Index(names).get_indexer(pd.Index(frame["channel"]))
    number, _ = pd.factorize(frame["path"])
    return names, codes, number, frame.groupby("path", sort=True)["yes"].first().to_numpy()


def _path_counts(codes: np.ndarray, number: np.ndarray, success: np.ndarray, k: int) -> dict[str, Any]:
    """What each rule needs of each path: first, last and all channels, and moves between states.

    States of the chain: channels 0..k-1, start k, conversion k+1, nothing k+2.
    """
    first = np.r_[True, number[1:] != number[:-1]]
    last = np.r_[first[1:], True]
    length = np.bincount(number)
    end = np.where(success == 1, k + 1, k + 2)
    inner = ~last
    source = np.r_[np.full(len(length), k), codes[inner], codes[last]]
    target = np.r_[codes[first], codes[1:][inner[:-1]], end]
    owner = np.r_[number[first], number[inner], number[last]]
    return {
        "k": k,
        "success": success,
        "first": codes[first],
        "last": codes[last],
        "codes": codes,
        "number": number,
        "part": 1 / length[number],
        "moves": (source, target, owner),
    }


def _credit(method: str, paths: dict[str, Any], weight: Floats) -> tuple[Floats, Floats]:
    """Credit of each channel when path i counts ``weight[i]`` times, and its removal effect."""
    k, won = paths["k"], weight * paths["success"]
    unknown = np.full(k, np.nan)
    if method in ("first", "last"):
        return np.bincount(paths[method], won, k).astype(float), unknown
    if method == "linear":
        return np.bincount(paths["codes"], won[paths["number"]] * paths["part"], k).astype(float), unknown
    source, target, owner = paths["moves"]
    moves = np.zeros((k + 1, k + 3))
    np.add.at(moves, (source, target), weight[owner])
    effect = removal_effects(moves)
    return effect / effect.sum() * won.sum(), effect


def removal_effects(moves: Floats) -> Floats:
    """Share of conversions lost when each channel is taken out; rows channels then start, last columns yes and no."""
    k = len(moves) - 1
    total = moves.sum(axis=1, keepdims=True)
    chance = np.divide(moves, total, out=np.zeros_like(moves), where=total > 0)
    among, yes = chance[:, : k + 1], chance[:, k + 1]
    whole = np.linalg.solve(np.eye(k + 1) - among, yes)[k]
    effects = np.zeros(k)
    for i in range(k):
        kept = np.arange(k + 1) != i
        without = np.linalg.solve(np.eye(k) - among[np.ix_(kept, kept)], yes[kept])[-1]
        effects[i] = 1 - without / whole
    return np.clip(effects, 0.0, 1.0)
