"""How a telephone call is built: who talks how long, how long nobody does, who cuts in."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab._checks import (
    check_frame,
    check_labels,
    check_numbers,
    check_positive,
    check_present,
    check_probability,
    row_of,
)
from crmlab._intervals import Floats, interval_text, mean_interval

_AGENT, _CUSTOMER = "客服", "客户"


@dataclass(frozen=True, repr=False, eq=False)
class CallStructure:
    """通话结构的结果。

    Attributes
    ----------
    calls : DataFrame
        一行一通电话：call_id、duration_s（第一句开始到最后一句结束，秒）、agent_s、customer_s（客服、客户各说了多少秒）、
        silence_s（没人说话的秒数）、agent_share（客服说话占两人说话时间的比例）、silence_share（静默占通话时长的比例）、
        agent_interrupts、customer_interrupts（客服、客户各打断几次）、interrupts_per_min（每分钟打断几次，两人合计）。
    stages : DataFrame
        一行一个环节：stage、talk_s（说话秒数）、share（占全部说话秒数的比例）；没给环节列时是空表。
    agent_share, agent_low, agent_high : float
        各通电话 agent_share 的平均和 t 区间，0–1。
    silence_share, silence_low, silence_high : float
        各通电话 silence_share 的平均和 t 区间，0–1。
    n : int
        通话数。
    confidence : float
        置信水平。
    """

    calls: pd.DataFrame
    stages: pd.DataFrame
    agent_share: float
    agent_low: float
    agent_high: float
    silence_share: float
    silence_low: float
    silence_high: float
    n: int
    confidence: float = 0.95

    def __str__(self) -> str:
        talk = interval_text(self.agent_low, self.agent_high, self.confidence, "{:.1%}", joiner=" 到 ")
        silence = interval_text(self.silence_low, self.silence_high, self.confidence, "{:.1%}", joiner=" 到 ")
        per_minute = self.calls["interrupts_per_min"].mean()
        return (
            f"客服说话占 {self.agent_share:.1%}（{talk}），静默占 {self.silence_share:.1%}（{silence}），"
            f"平均每分钟打断 {per_minute:.2f} 次，n = {self.n} 通"
        )

    __repr__ = __str__


def call_structure(
    turns: pd.DataFrame,
    *,
    call: str = "call_id",
    speaker: str = "speaker",
    start: str = "start_s",
    end: str = "end_s",
    stage: str | None = None,
    min_overlap_s: float = 0.5,
    confidence: float = 0.95,
) -> CallStructure:
    """通话结构：从逐句的起止时间，算客服说了多久、静默多久、谁打断谁。

    静默率 = 没人说话的秒数 ÷ 通话秒数；打断 = 对方先开口、还没说完就插进来，两人一起说了不少于 ``min_overlap_s`` 秒。

    Parameters
    ----------
    turns : DataFrame
        一行一句话，行序不限。列：通话编号、说话人（“客服”或“客户”）、开始秒、结束秒（同一通电话从同一时刻算起）。
    call, speaker, start, end : str
        四列的列名，默认 call_id、speaker、start_s、end_s。
    stage : str, optional
        环节列的列名（例如问候、核实、处理、确认、结束）；给了就算各环节占多少说话时间。
    min_overlap_s : float, default 0.5
        一起说多少秒才算打断，大于 0；“嗯”“好的”这类附和通常更短。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    CallStructure
        逐通的秒数、占比、打断次数，平均占比和区间。

    Raises
    ------
    TypeError
        时间不是数字。
    ValueError
        缺列，有空白或负数，说话人不是客服或客户，或结束不晚于开始。

    Notes
    -----
    静默不一定是冷场：客服查系统、客户找订单号也是静默。开头的等待（第一句之前）不算在内。两人同时开口不算谁打断谁。
    一起说的时间两边各算一次，所以客服、客户、静默三个秒数加起来会超过通话秒数。平均按通话算，长短电话一样重。
    静默率、打断与满意度的关系是关联：难办的事既多静默、又少满意。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import communication
    >>> turns = pd.DataFrame(
    ...     {
    ...         "call_id": [1, 1, 1, 2, 2],
    ...         "speaker": ["客服", "客户", "客服", "客服", "客户"],
    ...         "start_s": [0, 6, 20, 0, 10],
    ...         "end_s": [5, 22, 40, 8, 20],
    ...     }
    ... )
    >>> result = communication.call_structure(turns)
    >>> result.calls[["call_id", "duration_s", "agent_s", "customer_s", "silence_s", "agent_interrupts"]]
       call_id  duration_s  agent_s  customer_s  silence_s  agent_interrupts
    0        1        40.0     25.0        16.0        1.0                 1
    1        2        20.0      8.0        10.0        2.0                 0
    """
    check_frame("turns", turns, [call, speaker, start, end, *([stage] if stage is not None else [])])
    check_positive("min_overlap_s", min_overlap_s)
    check_probability("confidence", confidence)
    for column in (call, *([stage] if stage is not None else [])):
        check_present(column, turns[column])
    check_labels(speaker, turns[speaker], (_AGENT, _CUSTOMER), missing=False)
    begins, ends = (check_numbers(c, turns[c], 0, missing=False).to_numpy() for c in (start, end))
    if (ends <= begins).any():
        at = int((ends <= begins).argmax())
        raise ValueError(
            f"列“{end}”应晚于列“{start}”，{row_of(turns[end], at)}是 {begins[at]:g} 秒开始、{ends[at]:g} 秒结束。请先核对这些行。"
        )
    agent = (turns[speaker] == _AGENT).to_numpy(dtype=bool)
    rows = [
        {"call_id": name, **_one_call(begins[at], ends[at], agent[at], min_overlap_s)}
        for name, at in sorted(turns.reset_index(drop=True).groupby(call).indices.items())
    ]
    calls = pd.DataFrame(rows)
    stages = pd.DataFrame(columns=["stage", "talk_s", "share"])
    if stage is not None:
        spoken = pd.Series(ends - begins).groupby(turns[stage].to_numpy()).sum()
        stages = pd.DataFrame(
            {"stage": spoken.index, "talk_s": spoken.to_numpy(), "share": spoken.to_numpy() / spoken.sum()}
        )
    talk = mean_interval(calls["agent_share"], confidence)[:3]
    silence = mean_interval(calls["silence_share"], confidence)[:3]
    return CallStructure(calls, stages, *talk, *silence, len(calls), confidence)


def _one_call(begins: Floats, ends: Floats, agent: np.ndarray, min_overlap_s: float) -> dict[str, float]:
    duration = float(ends.max() - begins.min())
    agent_s, customer_s = (_covered(begins[who], ends[who]) for who in (agent, ~agent))
    silence = max(duration - _covered(begins, ends), 0.0)
    # Row i cuts into column j: the other one, who began before and still talks.
    together = np.minimum(ends[:, None], ends[None, :]) - begins[:, None]
    into = (agent[:, None] != agent[None, :]) & (begins[:, None] > begins[None, :])
    cuts_in = (into & (together >= min_overlap_s - 1e-9)).any(axis=1)
    return {
        "duration_s": duration,
        "agent_s": agent_s,
        "customer_s": customer_s,
        "silence_s": silence,
        "agent_share": agent_s / (agent_s + customer_s),
        "silence_share": silence / duration,
        "agent_interrupts": int((cuts_in & agent).sum()),
        "customer_interrupts": int((cuts_in & ~agent).sum()),
        "interrupts_per_min": 60 * int(cuts_in.sum()) / duration,
    }


def _covered(begins: Floats, ends: Floats) -> float:
    """Return how many seconds at least one of the stretches covers."""
    if len(begins) == 0:
        return 0.0
    order = np.argsort(begins, kind="stable")
    first, last = begins[order], np.maximum.accumulate(ends[order])
    reached = np.concatenate(([first[0]], last[:-1]))
    return float(np.maximum(last - np.maximum(first, reached), 0).sum())
