"""What the open deals will bring: stage probabilities, the expected sum and how far it may be off."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab._checks import (
    check_between,
    check_frame,
    check_names,
    check_numbers,
    check_positive,
    check_probability,
    check_rng,
    check_whole,
    listing,
    nearest,
    row_of,
)
from crmlab._intervals import wilson


@dataclass(frozen=True, repr=False, eq=False)
class PipelineForecast:
    """销售预测的结果。

    Attributes
    ----------
    expected_yuan : float
        加权预测：Σ 金额 × 成交概率，元。
    low, high : float
        成交总额的预测区间，元。
    stages : DataFrame
        一行一个阶段，次序同概率表。列：stage、n（几个商机）、amount_yuan（金额合计）、probability、probability_low、probability_high、
        weighted_yuan（加权金额）。
    target_chance : float
        总额不低于 target 的概率；没给 target 时是 NaN。
    n : int
        商机数。
    confidence : float
        置信水平。
    """

    expected_yuan: float
    low: float
    high: float
    stages: pd.DataFrame
    target_chance: float
    n: int
    confidence: float = 0.95

    def __str__(self) -> str:
        reach = "" if np.isnan(self.target_chance) else f"；达到目标的概率 {self.target_chance:.0%}"
        total = float(self.stages["amount_yuan"].sum())
        return (
            f"{self.n} 个商机共 {total:,.0f} 元，预计成交 {self.expected_yuan:,.0f} 元"
            f"（{self.confidence * 100:g}% 预测区间 {self.low:,.0f}–{self.high:,.0f}）{reach}"
        )

    __repr__ = __str__


def pipeline_forecast(
    opportunities: pd.DataFrame,
    probabilities: pd.DataFrame | Mapping[str, float],
    *,
    rng: np.random.Generator,
    target: float | None = None,
    runs: int = 10_000,
    confidence: float = 0.95,
) -> PipelineForecast:
    """销售漏斗预测：手上的商机，按所在阶段的成交概率加权，预计能成交多少。

    加权预测 = Σ 金额 × 成交概率。区间由模拟得到：每个商机或成或不成；概率由历史来的，先按历史的件数抽一次概率，再抽成不成。

    Parameters
    ----------
    opportunities : DataFrame
        一行一个还没有结果的商机。列：stage（所在阶段）、amount_yuan（金额，元，不能是负数）。
    probabilities : DataFrame or dict
        各阶段到最后成交的概率。字典写 {"报价": 0.4}，当作准确知道；表写历史：stage、n（到过这个阶段、已有结果的商机数）、won（其中成交的）。
    rng : numpy.random.Generator
        随机数发生器，例如 ``numpy.random.default_rng(7)``。
    target : float, optional
        目标金额，元。给了就算达到的概率。
    runs : int, default 10000
        模拟几次，不少于 1000。
    confidence : float, default 0.95
        预测区间的置信水平，0–1 之间。

    Returns
    -------
    PipelineForecast
        加权预测、预测区间、各阶段的账。

    Raises
    ------
    TypeError
        有列不是数字，或 rng 不是随机数发生器。
    ValueError
        缺列，阶段没有概率，概率不在 0–1 之间，won 多于 n，或 n 是 0。

    Notes
    -----
    各商机当作互不影响：行业一起变冷时，真正的区间更宽。历史的概率用 Beta(成交 + ½, 没成交 + ½) 表示误差。
    商机少、有一个特别大时，总额不是“大概这么多”，而是“有它或没它”：看区间，不要只报加权预测。
    拖了很久的商机，概率比同阶段的低；只记得成交、不记得丢单的历史，概率偏高。

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from crmlab import development
    >>> deals = pd.DataFrame({"stage": ["接洽", "报价", "报价", "谈判"], "amount_yuan": [90000, 50000, 30000, 40000]})
    >>> history = pd.DataFrame({"stage": ["接洽", "报价", "谈判"], "n": [200, 100, 60], "won": [20, 40, 42]})
    >>> result = development.pipeline_forecast(deals, history, rng=np.random.default_rng(7))
    >>> result.expected_yuan
    69000.0
    >>> result.stages[["stage", "n", "amount_yuan", "probability", "weighted_yuan"]]
      stage  n  amount_yuan  probability  weighted_yuan
    0    接洽  1      90000.0          0.1         9000.0
    1    报价  2      80000.0          0.4        32000.0
    2    谈判  1      40000.0          0.7        28000.0
    """
    check_frame("opportunities", opportunities, ["stage", "amount_yuan"])
    check_rng(rng)
    check_probability("confidence", confidence)
    times = check_whole("runs", runs, 1000)
    goal = None if target is None else check_positive("target", target)
    known = _probabilities(probabilities, confidence)
    stage = opportunities["stage"]
    unknown = (~stage.isin(known["stage"])).to_numpy()
    if unknown.any():
        at = int(unknown.argmax())
        raise ValueError(
            f"{row_of(stage, at)}的阶段“{stage.iloc[at]}”没有成交概率。{nearest(stage.iloc[at], known['stage'])}"
            f"有概率的阶段：{listing(known['stage'])}。"
        )
    amount = check_numbers("amount_yuan", opportunities["amount_yuan"], 0, missing=False).to_numpy()
    place = pd.Index(known["stage"]).get_indexer(pd.Index(stage))
    # Deals of one stage and size are alike: the order of the rows must not matter to what is drawn.
    order = np.lexsort((amount, place))
    amount, place = amount[order], place[order]
    rate = known["probability"].to_numpy()
    totals = np.zeros(times)
    drawn = np.tile(rate, (times, 1))
    if "n" in known.columns:
        won, lost = known["won"].to_numpy(), (known["n"] - known["won"]).to_numpy()
        drawn = rng.beta(won + 0.5, lost + 0.5, (times, len(known)))
    for size, at in zip(amount, place, strict=True):
        totals += size * (rng.random(times) < drawn[:, at])
    ends = np.quantile(totals, [(1 - confidence) / 2, (1 + confidence) / 2])
    stages = known[["stage", "probability", "probability_low", "probability_high"]].copy()
    stages.insert(1, "n", np.bincount(place, minlength=len(known)))
    stages.insert(2, "amount_yuan", np.bincount(place, weights=amount, minlength=len(known)))
    stages["weighted_yuan"] = stages["amount_yuan"] * stages["probability"]
    chance = float("nan") if goal is None else float((totals >= goal).mean())
    expected = float(stages["weighted_yuan"].sum())
    return PipelineForecast(expected, float(ends[0]), float(ends[1]), stages, chance, len(amount), confidence)


def _probabilities(given: pd.DataFrame | Mapping[str, float], confidence: float) -> pd.DataFrame:
    if isinstance(given, Mapping):
        if not given:
            raise ValueError('参数 probabilities 是空的。请写每个阶段的成交概率，例如 {"报价": 0.4}。')
        rate = [check_between(f"probabilities[{stage!r}]", p, 0, 1) for stage, p in given.items()]
        return pd.DataFrame(
            {"stage": list(given), "probability": rate, "probability_low": rate, "probability_high": rate}
        )
    check_frame("probabilities", given, ["stage", "n", "won"])
    check_names("stage", given["stage"])
    n, won = (check_numbers(c, given[c], 0, missing=False).to_numpy() for c in ("n", "won"))
    for wrong, said in ((n == 0, "一个有结果的商机也没有（n 是 0）"), (won > n, "成交的（won）多于有结果的（n）")):
        if wrong.any():
            raise ValueError(f"阶段“{given['stage'].iloc[int(wrong.argmax())]}”{said}。请核对这一行。")
    low, high = wilson(won, n, confidence)
    return pd.DataFrame(
        {
            "stage": given["stage"].to_numpy(),
            "n": n,
            "won": won,
            "probability": won / n,
            "probability_low": low,
            "probability_high": high,
        }
    )
