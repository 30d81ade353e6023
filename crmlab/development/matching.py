"""Both sides choose: stable matching of firms and customers (Gale and Shapley)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from crmlab._checks import listing, nearest


@dataclass(frozen=True, repr=False, eq=False)
class StableMatching:
    """双边匹配的结果。

    Attributes
    ----------
    pairs : DataFrame
        一行一对，次序同 proposers。列：proposer、receiver、proposer_rank（这是他的第几志愿，1 起）、receiver_rank（他是对方的第几志愿）。
    unmatched_proposers, unmatched_receivers : list of str
        没有配上的。
    proposals : int
        一共提了几次。
    """

    pairs: pd.DataFrame
    unmatched_proposers: list[str]
    unmatched_receivers: list[str]
    proposals: int

    def __str__(self) -> str:
        left = self.unmatched_proposers + self.unmatched_receivers
        rest = f"，没配上：{listing(left)}" if left else "，都配上了"
        if self.pairs.empty:
            return f"一对也没有{rest}"
        told = listing(f"{a}–{b}" for a, b in zip(self.pairs["proposer"], self.pairs["receiver"], strict=True))
        return f"{told}（{len(self.pairs)} 对{rest}）"

    __repr__ = __str__


def stable_matching(proposers: Mapping[str, Sequence[str]], receivers: Mapping[str, Sequence[str]]) -> StableMatching:
    """稳定匹配（Gale–Shapley 算法）：企业选客户，客户也选企业，怎么配才没有人想换。

    没有配上的提议方轮流向自己还没问过的、最中意的一方提议；对方手上有更中意的就拒绝，没有就先留着。直到没有人再提。

    Parameters
    ----------
    proposers : dict of str to list of str
        主动的一方：名字 → 愿意接受的对象，从最中意到最不中意。没写的是宁可不配也不要。
    receivers : dict of str to list of str
        被动的一方，写法相同。

    Returns
    -------
    StableMatching
        配成的对、各是第几志愿、谁没配上。

    Raises
    ------
    TypeError
        给的不是字典，或名单不是列表。
    ValueError
        有一方是空的，名单里有重复的名字，或有对方没有的名字。

    Notes
    -----
    结果稳定：没有一对人彼此都觉得对方比现在配的好。稳定的配法可以不止一种，这一种对主动的一方最好、对被动的一方最差：谁先开口，谁占便宜。
    算出来的就是答案，没有抽样误差；可是志愿表是人填的，填得不老实，被动的一方有时会占便宜。

    References
    ----------
    Gale, D., & Shapley, L. S. (1962). College admissions and the stability of marriage.
    *American Mathematical Monthly*, 69(1), 9-15.

    Examples
    --------
    >>> from crmlab import development
    >>> firms = {"甲": ["大客户", "中客户", "小客户"], "乙": ["大客户", "小客户"], "丙": ["大客户", "中客户"]}
    >>> customers = {"大客户": ["乙", "甲", "丙"], "中客户": ["丙", "甲"], "小客户": ["甲", "乙"]}
    >>> result = development.stable_matching(firms, customers)
    >>> result
    甲–小客户、乙–大客户、丙–中客户（3 对，都配上了）
    >>> result.pairs["proposer_rank"].tolist(), result.pairs["receiver_rank"].tolist()
    ([3, 1, 2], [1, 1, 1])
    """
    asks = _wishes("proposers", proposers, "receivers", receivers)
    answers = _wishes("receivers", receivers, "proposers", proposers)
    rank = {name: {other: at for at, other in enumerate(wishes)} for name, wishes in answers.items()}
    held: dict[str, str] = {}
    following = dict.fromkeys(asks, 0)
    free = list(asks)
    proposals = 0
    while free:
        name = free.pop()
        while following[name] < len(asks[name]):
            other = asks[name][following[name]]
            following[name] += 1
            proposals += 1
            if name not in rank[other]:
                continue
            rival = held.get(other)
            if rival is None or rank[other][name] < rank[other][rival]:
                held[other] = name
                if rival is not None:
                    free.append(rival)
                break
    partner = {name: other for other, name in held.items()}
    rows = [(n, partner[n], asks[n].index(partner[n]) + 1, rank[partner[n]][n] + 1) for n in asks if n in partner]
    pairs = pd.DataFrame(rows, columns=["proposer", "receiver", "proposer_rank", "receiver_rank"])
    alone = [name for name in asks if name not in partner]
    return StableMatching(pairs, alone, [name for name in answers if name not in held], proposals)


def _wishes(argument: str, given: Any, others: str, them: Any) -> dict[str, list[str]]:
    for name, value in ((argument, given), (others, them)):
        if not isinstance(value, Mapping):
            raise TypeError(
                f'参数 {name} 应是字典（名字 → 从最中意到最不中意的名单），例如 {{"甲": ["大客户"]}}，你给的是 {type(value).__name__}。'
            )
    if not given:
        raise ValueError(f"参数 {argument} 里一个名字也没有，没法配。")
    wishes: dict[str, list[str]] = {}
    for name, wanted in given.items():
        if isinstance(wanted, str) or not isinstance(wanted, Sequence):
            raise TypeError(f"参数 {argument} 里“{name}”的名单应是列表，你给的是 {type(wanted).__name__}。")
        twice = [other for at, other in enumerate(wanted) if other in wanted[:at]]
        if twice:
            raise ValueError(f"参数 {argument} 里“{name}”的名单写了两次“{twice[0]}”。请每个名字只写一次。")
        unknown = [other for other in wanted if other not in them]
        if unknown:
            raise ValueError(
                f"参数 {argument} 里“{name}”的名单有“{unknown[0]}”，{others} 里没有。"
                f"{nearest(unknown[0], them)}现有的：{listing(them)}。"
            )
        wishes[str(name)] = [str(other) for other in wanted]
    return wishes
