"""Quality check of dialogues and replies against a rule table that the teacher can edit."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab._checks import (
    check_between,
    check_frame,
    check_labels,
    check_numbers,
    check_present,
    check_probability,
    row_of,
)
from crmlab._intervals import wilson
from crmlab.communication.rulebook import RULE_COLUMNS, RULE_KINDS, dialogue_rules

_AGENT, _CUSTOMER = "客服", "客户"


@dataclass(frozen=True)
class _Rule:
    rule: str
    dimension: str
    kind: str
    pattern: re.Pattern[str] | None
    points: float
    limit: float
    advice: str

    def quotes(self, said: list[str]) -> list[str]:
        return [m.group(0) for text in said for m in self.pattern.finditer(text)] if self.pattern else []


@dataclass(frozen=True, repr=False, eq=False)
class DialogueReport:
    """质检的结果。

    Attributes
    ----------
    scores : DataFrame
        一行一段对话：dialog_id、各方面的得分率（0–100，一方面一列；没有得分规则的方面不列）、penalty（扣了多少分）、total（总分 0–100）、
        passed（是否及格）、first_response_s（首次回应的秒数；没有时间列时是 NaN）。
    hits : DataFrame
        一行一处禁忌语：dialog_id、rule、quote（原话）、advice。
    missing : DataFrame
        一行一条没做到的规则：dialog_id、rule、dimension、advice。
    rules : DataFrame
        一行一条得分规则：rule、dimension、n（做到的段数）、share（做到的占比）及其区间 low、high。
    fail_share, low, high : float
        不及格的占比和它的威尔逊区间，0–1。
    """

    scores: pd.DataFrame
    hits: pd.DataFrame
    missing: pd.DataFrame
    rules: pd.DataFrame
    fail_share: float
    low: float
    high: float

    def __str__(self) -> str:
        worst = self.rules.sort_values("share", kind="stable").iloc[0] if len(self.rules) else None
        weak = "" if worst is None else f"；最常没做到的是“{worst['rule']}”（做到 {worst['share']:.1%}）"
        return (
            f"{len(self.scores)} 段对话，平均 {self.scores['total'].mean():.1f} 分；不及格 {self.fail_share:.1%}"
            f"（区间 {self.low:.1%}–{self.high:.1%}）；禁忌语 {len(self.hits)} 处{weak}"
        )

    __repr__ = __str__


def dialogue_score(
    dialogues: pd.DataFrame,
    rules: pd.DataFrame | None = None,
    *,
    dialog: str = "dialog_id",
    speaker: str = "speaker",
    text: str = "text",
    seconds: str | None = None,
    pass_mark: float = 60,
    confidence: float = 0.95,
) -> DialogueReport:
    """对话质检：按规则表给每段对话打分，列出没做到的和禁忌语。

    总分 = 100 × 做到的得分规则的分数 ÷ 得分规则的总分 − 禁忌语扣分，不低于 0。

    Parameters
    ----------
    dialogues : DataFrame
        一行一句话，同一段对话里按先后排好。列：对话编号、说话人（“客服”或“客户”）、文字。只查客服说的话。
    rules : DataFrame, optional
        规则表，见 :func:`dialogue_rules`；不给就用它。答复投诉的书面回复用 :func:`reply_rules`。
    dialog, speaker, text : str
        三列的列名，默认 dialog_id、speaker、text。
    seconds : str, optional
        时间列的列名：从对话开始算起的秒数。规则表里有 within 规则时，没有这一列，那些规则不算分。
    pass_mark : float, default 60
        及格线，0–100。
    confidence : float, default 0.95
        不及格占比的置信水平，0–1 之间。

    Returns
    -------
    DialogueReport
        scores（逐段得分）、hits（禁忌语）、missing（没做到的）、rules（逐条做到的占比）、fail_share。

    Raises
    ------
    TypeError
        秒数不是数字。
    ValueError
        缺列，说话人不是客服或客户，有空白，规则表的 kind、分数或正则表达式不对，或一条得分规则也没有。

    Notes
    -----
    规则只认字面：“我不知道怎么感谢您”也会算作敷衍，“不好意思，这不归我管”会同时得分和扣分。它适合从几百段里挑出该听的几十段，
    不适合直接扣人工资。首次回应 = 客户第一句之后，客服第一句话隔了几秒。抽查的对话要随机抽，只抽投诉的会低估平时的水平。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import communication
    >>> dialogues = pd.DataFrame(
    ...     {
    ...         "dialog_id": [1, 1, 1, 2, 2],
    ...         "speaker": ["客户", "客服", "客服", "客户", "客服"],
    ...         "text": ["杯子碎了", "您好，非常抱歉，请问订单号是多少？", "我马上为您补发，明天寄出，对吗？", "怎么还没到", "不知道，你找别人"],
    ...         "seconds": [0, 20, 60, 0, 400],
    ...     }
    ... )
    >>> report = communication.dialogue_score(dialogues, seconds="seconds")
    >>> report.scores[["dialog_id", "倾听", "penalty", "total", "passed"]]
       dialog_id     倾听  penalty  total  passed
    0          1  100.0      0.0  100.0    True
    1          2    0.0     25.0    0.0   False
    """
    check_frame("dialogues", dialogues, [dialog, speaker, text, *([seconds] if seconds is not None else [])])
    table = _check_rules(dialogue_rules() if rules is None else rules)
    check_between("pass_mark", pass_mark, 0, 100)
    check_probability("confidence", confidence)
    for column in (dialog, text):
        check_present(column, dialogues[column])
    _check_speakers(speaker, dialogues[speaker])
    log = pd.DataFrame(
        {c: dialogues[name].to_numpy() for c, name in (("id", dialog), ("who", speaker), ("text", text))}
    )
    log["s"] = np.nan if seconds is None else check_numbers(seconds, dialogues[seconds], 0, missing=False).to_numpy()
    earning = [r for r in table if r.kind == "need" or (r.kind == "within" and seconds is not None)]
    if not earning:
        raise ValueError("规则表里没有一条可用的得分规则（need，或有时间列时的 within），算不出总分。")
    possible = sum(r.points for r in earning)
    rows: list[dict[str, object]] = []
    hits: list[tuple[object, ...]] = []
    missing: list[tuple[object, ...]] = []
    for name, part in log.groupby("id", sort=True):
        said = [str(t) for t in part.loc[part["who"] == _AGENT, "text"]]
        first = _first_response(part)
        earned: dict[str, list[float]] = {}
        for r in earning:
            done = first <= r.limit if r.kind == "within" else bool(r.quotes(said))
            got = earned.setdefault(r.dimension, [0.0, 0.0])
            got[0] += r.points * done
            got[1] += r.points
            if not done:
                missing.append((name, r.rule, r.dimension, r.advice))
        found = [
            (name, r.rule, quote, r.advice, r.points) for r in table if r.kind == "avoid" for quote in r.quotes(said)
        ]
        penalty = -sum(hit[-1] for hit in found)
        hits.extend(hit[:-1] for hit in found)
        total = max(100 * sum(got[0] for got in earned.values()) / possible - penalty, 0.0)
        shares = {dimension: 100 * got[0] / got[1] for dimension, got in earned.items()}
        rows.append(
            {
                "dialog_id": name,
                **shares,
                "penalty": penalty,
                "total": total,
                "passed": total >= pass_mark - 1e-9,
                "first_response_s": first if np.isfinite(first) else np.nan,
            }
        )
    scores = pd.DataFrame(rows)
    failed, n = int((~scores["passed"]).sum()), len(scores)
    low, high = wilson(failed, n, confidence)
    lacking = pd.DataFrame(missing, columns=["dialog_id", "rule", "dimension", "advice"])
    return DialogueReport(
        scores,
        pd.DataFrame(hits, columns=["dialog_id", "rule", "quote", "advice"]),
        lacking,
        _by_rule(earning, lacking, n, confidence),
        failed / n,
        float(low),
        float(high),
    )


def _check_speakers(name: str, speakers: pd.Series) -> None:
    other = ~speakers.isin([_AGENT, _CUSTOMER]).to_numpy()
    if other.any():
        at = int(other.argmax())
        found = "空的" if pd.isna(speakers.iloc[at]) else f"“{speakers.iloc[at]}”"
        raise ValueError(
            f"列“{name}”只能是“{_AGENT}”或“{_CUSTOMER}”，{row_of(speakers, at)}是{found}。请先用 replace() 统一写法。"
        )


def _check_rules(rules: pd.DataFrame) -> list[_Rule]:
    check_frame("rules", rules, RULE_COLUMNS)
    for column in ("rule", "dimension"):
        check_present(column, rules[column])
    check_labels("kind", rules["kind"], tuple(RULE_KINDS), missing=False)
    points = check_numbers("points", rules["points"], missing=False).to_numpy()
    # A table without any "within" rule has no limit to check.
    no_limit = rules["limit"].isna().all()
    limits = np.full(len(rules), np.nan) if no_limit else check_numbers("limit", rules["limit"]).to_numpy()
    checked: list[_Rule] = []
    for at, row in enumerate(rules.to_dict("records")):
        name, kind = str(row["rule"]), str(row["kind"])
        where = f"规则表{row_of(rules['rule'], at)}“{name}”"
        if (points[at] >= 0) if kind == "avoid" else (points[at] <= 0):
            sign = "小于 0" if kind == "avoid" else "大于 0"
            raise ValueError(f"{where}是 {kind} 规则，points 应{sign}，现在是 {points[at]:g}。")
        if name in [rule.rule for rule in checked]:
            raise ValueError(f"规则表里“{name}”出现了两次，规则名不能重复。")
        if kind == "within" and not limits[at] > 0:
            raise ValueError(f"{where}是 within 规则，limit 应写明秒数（大于 0）。")
        pattern = None if kind == "within" else _compiled(row["pattern"], where)
        checked.append(
            _Rule(name, str(row["dimension"]), kind, pattern, float(points[at]), float(limits[at]), str(row["advice"]))
        )
    return checked


def _compiled(pattern: object, where: str) -> re.Pattern[str]:
    if not isinstance(pattern, str) or not pattern:
        raise ValueError(f"{where}的 pattern 应是一段文字，最简单的写法是几个词用 | 隔开。")
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ValueError(
            f"{where}的 pattern 不是正确的正则表达式（{error}）。最简单的写法是几个词用 | 隔开。"
        ) from None


def _first_response(part: pd.DataFrame) -> float:
    """Return seconds from the customer's first words to the agent's next ones; infinite if nobody answers."""
    who, at = part["who"].to_numpy(), part["s"].to_numpy()
    asked = np.flatnonzero(who == _CUSTOMER)
    start = int(asked[0]) if len(asked) else 0
    answers = np.flatnonzero(who[start:] == _AGENT)
    if len(answers) == 0:
        return float("inf")
    return float(at[start + answers[0]] - at[start]) if len(asked) else 0.0


def _by_rule(earning: list[_Rule], missing: pd.DataFrame, n: int, confidence: float) -> pd.DataFrame:
    lacking = missing["rule"].value_counts()
    done = np.array([n - int(lacking.get(r.rule, 0)) for r in earning])
    low, high = wilson(done, n, confidence)
    return pd.DataFrame(
        {
            "rule": [r.rule for r in earning],
            "dimension": [r.dimension for r in earning],
            "n": done,
            "share": done / n,
            "low": low,
            "high": high,
        }
    )
