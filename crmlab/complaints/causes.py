"""Which causes matter, which kinds escalate, where the procedure is skipped, which risk comes first."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab._checks import (
    check_frame,
    check_labels,
    check_numbers,
    check_present,
    check_probability,
    check_zero_one,
    listing,
    row_of,
)
from crmlab._intervals import wilson

_BLANK = "未填写"


def cause_pareto(
    complaints: pd.DataFrame,
    *,
    cause: str = "cause",
    amount: str | None = None,
    cut: float = 0.8,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """投诉原因的帕累托表：从多到少排，标出最少几个原因就占了 80%。

    Parameters
    ----------
    complaints : DataFrame
        一行一件投诉。
    cause : str, default "cause"
        原因的列名；空着的归入“未填写”，照样参加排序。
    amount : str, optional
        损失的列名（元，不能是负数）。给了就按损失排，不给按件数排。
    cut : float, default 0.8
        累计到多少算“关键少数”，0–1 之间。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        一行一个原因，从多到少，并列时按名称。列：cause、n（件数）、low、high（件数占比的威尔逊区间）、amount（给了损失列才有）、share
        （占比，0–1，按件数或损失）、cumulative_share（累计占比）、vital（是否属于关键少数）。

    Raises
    ------
    TypeError
        损失不是数字。
    ValueError
        缺列，没有一行数据，损失是负数、缺失或合计是 0，或 cut 越界。

    Notes
    -----
    “八二”是经验说法，不是定律：原因分得越细，越不像八二。按件数排和按损失排，头几名常常不同，两张都要看。损失的占比没有区间：
    几笔大额就能改变次序，请看原始金额。件数少时次序也不稳，看 low、high 有没有重叠。

    References
    ----------
    Juran, J. M. (1975). The non-Pareto principle; mea culpa. *Quality Progress*, 8(5), 8-9.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import complaints
    >>> table = pd.DataFrame({"cause": ["送货迟"] * 11 + ["破损"] * 6 + ["态度"] * 2 + ["发票"]})
    >>> complaints.cause_pareto(table)[["cause", "n", "share", "cumulative_share", "vital"]]
      cause   n  share  cumulative_share  vital
    0   送货迟  11   0.55              0.55   True
    1    破损   6   0.30              0.85   True
    2    态度   2   0.10              0.95  False
    3    发票   1   0.05              1.00  False
    """
    check_frame("complaints", complaints, [cause, *([amount] if amount is not None else [])])
    check_probability("cut", cut)
    check_probability("confidence", confidence)
    names = filled(complaints[cause])
    table = names.value_counts().rename_axis("cause").reset_index(name="n")
    weight = table["n"].to_numpy(dtype=float)
    low, high = wilson(weight, len(names), confidence)
    table = table.assign(low=low, high=high)
    if amount is not None:
        losses = check_numbers(amount, complaints[amount], 0, missing=False)
        weight = losses.groupby(names.to_numpy()).sum().reindex(table["cause"]).to_numpy()
        if weight.sum() == 0:
            raise ValueError(f"列“{amount}”的合计是 0，排不出次序。请改按件数排（不写 amount）。")
        table = table.assign(amount=weight)
    table = table.assign(share=weight / weight.sum(), weight=weight)
    table = table.sort_values(["weight", "cause"], ascending=[False, True], ignore_index=True).drop(columns="weight")
    total = table["share"].cumsum()
    # A cause is vital while those before it have not yet reached the cut.
    return table.assign(cumulative_share=total.clip(upper=1.0), vital=(total - table["share"]) < cut - 1e-9)


def filled(labels: pd.Series) -> pd.Series:
    """Return labels as text, a missing one as 未填写."""
    return labels.astype(object).where(labels.notna(), _BLANK).map(str)


def escalation_table(
    complaints: pd.DataFrame,
    *,
    by: str | Sequence[str],
    escalated: str = "escalated",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """升级率：哪一类投诉最容易升级（转给上级、12315 或媒体）。

    Parameters
    ----------
    complaints : DataFrame
        一行一件投诉。
    by : str or list of str
        分类的列名，一列或几列（例如类型和严重程度）；空着的归入“未填写”。
    escalated : str, default "escalated"
        是否升级的列名，0/1 或 True/False；缺失的行不算。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        一行一类。列：by 的各列、n、escalated（升级件数）、share（升级率，0–1）、low、high（威尔逊区间），按升级率从高到低。

    Raises
    ------
    TypeError
        升级列不是数字。
    ValueError
        缺列，没有一行数据，或升级列有 0、1 以外的值。

    Notes
    -----
    几件里升级了一件，升级率就很高：先看 n 和区间，再下结论。分得越细，每格越少。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import complaints
    >>> table = pd.DataFrame({"type": ["质量"] * 4 + ["物流"] * 5, "escalated": [1, 1, 0, 1, 0, 0, 1, 0, 0]})
    >>> complaints.escalation_table(table, by="type").round(2)
      type  n  escalated  share   low  high
    0   质量  4          3   0.75  0.30  0.95
    1   物流  5          1   0.20  0.04  0.62
    """
    columns = [by] if isinstance(by, str) else list(by)
    if not columns:
        raise ValueError("参数 by 至少要写一个列名。")
    check_frame("complaints", complaints, [*columns, escalated])
    check_probability("confidence", confidence)
    flags = check_zero_one(escalated, complaints[escalated])
    table = pd.DataFrame({c: filled(complaints[c]) for c in columns}).assign(escalated=flags.to_numpy())
    table = table[table["escalated"].notna().to_numpy()]
    counts = table.groupby(columns)["escalated"].agg(n="size", escalated="sum").reset_index()
    counts = counts.astype({"n": int, "escalated": int})
    low, high = wilson(counts["escalated"], counts["n"], confidence)
    counts = counts.assign(share=counts["escalated"] / counts["n"], low=low, high=high)
    return counts.sort_values(["share", *columns], ascending=[False] + [True] * len(columns), ignore_index=True)


@dataclass(frozen=True, repr=False, eq=False)
class Conformance:
    """流程检查的结果。

    Attributes
    ----------
    steps : DataFrame
        一行一步：step、n（做了的件数）、missed（漏掉的件数）、missed_share（遗漏率）及其区间 low、high。
    cases : DataFrame
        一行一件：case_id、variant（实际走的步骤，用“→”连起来）、complete（步骤齐全）、in_order（做了的步骤次序对）。
    variants : DataFrame
        一行一种走法：variant、n、share，从多到少。
    """

    steps: pd.DataFrame
    cases: pd.DataFrame
    variants: pd.DataFrame

    def __str__(self) -> str:
        n = len(self.cases)
        good = int((self.cases["complete"] & self.cases["in_order"]).sum())
        worst = self.steps.sort_values("missed_share", ascending=False, kind="stable").iloc[0]
        most = (
            f"漏得最多的是“{worst['step']}”（{worst['missed_share']:.1%}）" if worst["missed"] else "没有漏掉任何一步"
        )
        return f"{n} 件投诉，{len(self.variants)} 种走法；{good / n:.1%} 步骤齐全且次序正确；{most}"

    __repr__ = __str__


def step_conformance(
    events: pd.DataFrame,
    *,
    steps: Sequence[str],
    case: str = "ticket_id",
    step: str = "step",
    at: str = "ts",
    confidence: float = 0.95,
) -> Conformance:
    """流程检查：规定的步骤哪一步常被跳过，实际有几种走法。

    Parameters
    ----------
    events : DataFrame
        一行一个动作：投诉编号、步骤名、发生时间。行的次序不限。
    steps : list of str
        规定的步骤，按次序，例如 ["倾听", "判定", "方案", "跟踪"]。
    case, step, at : str
        三列的列名，默认 ticket_id、step、ts。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    Conformance
        steps（各步的遗漏率）、cases（每件的走法）、variants（各种走法）。

    Raises
    ------
    ValueError
        缺列，步骤名不在 steps 里，steps 重复或少于两步，或编号、步骤、时间有缺失。

    Notes
    -----
    同一步做了几次，走法里就写几次；次序对不对只看各步第一次发生的先后。时间相同的动作按 steps 的次序排。
    系统里没记不等于没做：遗漏率高时，先问是漏做还是漏记。刚开始的投诉后面的步骤还没到，应先去掉没办结的件。

    References
    ----------
    van der Aalst, W. (2016). *Process Mining: Data Science in Action* (2nd ed.). Springer.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import complaints
    >>> events = pd.DataFrame(
    ...     {"ticket_id": [1, 1, 1, 2, 2], "step": ["倾听", "判定", "方案", "倾听", "方案"], "ts": [1, 2, 3, 1, 2]}
    ... )
    >>> complaints.step_conformance(events, steps=["倾听", "判定", "方案"])
    2 件投诉，2 种走法；50.0% 步骤齐全且次序正确；漏得最多的是“判定”（50.0%）
    """
    check_frame("events", events, [case, step, at])
    check_probability("confidence", confidence)
    if isinstance(steps, str) or len(steps) < 2:
        raise ValueError(f"参数 steps 应是至少两步的列表，你给的是 {steps!r}。")
    planned = list(steps)
    if len(set(planned)) < len(planned):
        raise ValueError(
            f"参数 steps 里有重复的步骤：{listing(sorted({s for s in planned if planned.count(s) > 1}))}。"
        )
    names = check_labels(step, events[step], planned, missing=False)
    for column in (case, at):
        check_present(column, events[column])
    place = {name: i for i, name in enumerate(planned)}
    log = pd.DataFrame(
        {"case": events[case].to_numpy(), "ts": events[at].to_numpy(), "place": names.map(place).to_numpy()}
    )
    log = log.sort_values(["case", "ts", "place"], ignore_index=True)
    paths = log.groupby("case")["place"].agg(list)
    firsts = paths.map(lambda path: list(dict.fromkeys(path)))
    n = len(paths)
    done = np.bincount(log.drop_duplicates(["case", "place"])["place"], minlength=len(planned))
    low, high = wilson(n - done, n, confidence)
    cases = pd.DataFrame(
        {
            "case_id": paths.index,
            "variant": paths.map(lambda path: "→".join(planned[i] for i in path)).to_numpy(),
            "complete": firsts.map(len).to_numpy() == len(planned),
            "in_order": firsts.map(lambda path: path == sorted(path)).to_numpy(dtype=bool),
        }
    )
    variants = cases["variant"].value_counts().rename_axis("variant").reset_index(name="n")
    variants = variants.sort_values(["n", "variant"], ascending=[False, True], ignore_index=True)
    return Conformance(
        pd.DataFrame(
            {"step": planned, "n": done, "missed": n - done, "missed_share": (n - done) / n, "low": low, "high": high}
        ),
        cases,
        variants.assign(share=variants["n"] / n),
    )


RISK_LEVELS = ("低", "中", "高", "极高")


def risk_matrix(
    risks: pd.DataFrame, *, scale: int = 5, cuts: tuple[float, float, float] = (0.16, 0.36, 0.6)
) -> pd.DataFrame:
    """风险矩阵：危机的可能性 × 危害，排出先防哪一个。

    Parameters
    ----------
    risks : DataFrame
        一行一个风险。列：event（名称）、probability（可能性，1 到 scale 级）、impact（危害，1 到 scale 级）。
    scale : int, default 5
        分几级。
    cuts : tuple of float, default (0.16, 0.36, 0.6)
        得分占满分（scale²）的多少起算“中”“高”“极高”。这是约定，不是发现，请按自己的企业定。

    Returns
    -------
    DataFrame
        原表的列，另加 score（可能性 × 危害）、level（低、中、高、极高）、rank（名次，并列取小），按得分从高到低，并列时按危害、名称。

    Raises
    ------
    TypeError
        等级不是数字。
    ValueError
        缺列，等级越界或缺失，名称重复，或 cuts 不是从小到大的三个数。

    Notes
    -----
    等级是人打的次序，相乘只是排序的办法：1×5 和 5×1 同分，但“很少发生、一发生就致命”的事更需要预案，所以并列时先看危害。
    没有区间：它不是从数据估计来的；换几个人打分，看名次变不变。

    References
    ----------
    Cox, L. A. (2008). What's wrong with risk matrices? *Risk Analysis*, 28(2), 497-512.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import complaints
    >>> risks = pd.DataFrame({"event": ["食品变质", "系统停机", "排队过长"], "probability": [2, 3, 5], "impact": [5, 3, 2]})
    >>> complaints.risk_matrix(risks)
      event  probability  impact  score level  rank
    0  食品变质            2       5   10.0     高     1
    1  排队过长            5       2   10.0     高     1
    2  系统停机            3       3    9.0     高     3
    """
    check_frame("risks", risks, ["event", "probability", "impact"])
    if not (isinstance(scale, int) and scale >= 2):
        raise ValueError(f"参数 scale 应是不小于 2 的整数，你给的是 {scale!r}。")
    if not isinstance(cuts, tuple | list) or len(cuts) != 3 or not 0 < cuts[0] < cuts[1] < cuts[2] <= 1:
        raise ValueError(f"参数 cuts 应是 0–1 之间从小到大的三个数，例如 (0.16, 0.36, 0.6)，你给的是 {cuts!r}。")
    repeated = risks["event"].duplicated().to_numpy()
    if repeated.any():
        at = int(repeated.argmax())
        raise ValueError(f"列“event”的名称不能重复，{row_of(risks['event'], at)}又是“{risks['event'].iloc[at]}”。")
    chance = check_numbers("probability", risks["probability"], 1, scale, missing=False).to_numpy()
    harm = check_numbers("impact", risks["impact"], 1, scale, missing=False).to_numpy()
    score = chance * harm
    level = np.searchsorted(np.array(cuts) * scale**2 - 1e-9, score, side="right")
    table = risks.assign(score=score, level=[RISK_LEVELS[i] for i in level])
    table = table.assign(rank=table["score"].rank(ascending=False, method="min").astype(int))
    return table.sort_values(["score", "impact", "event"], ascending=[False, False, True], ignore_index=True)
