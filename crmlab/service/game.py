"""Two sides, two moves each: what firm and customer do when each looks after itself, and when they meet again."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlab._checks import check_frame, check_numbers, check_present

Payoffs = NDArray[np.float64]


@dataclass(frozen=True, repr=False, eq=False)
class GameResult:
    """2×2 博弈的结果。

    Attributes
    ----------
    outcomes : DataFrame
        一行一种结局（两边各选一招），次序同输入。原来的四列另加 equilibrium（纯策略均衡）、efficient（帕累托有效：没有别的结局
        让一边更好而另一边不差）。
    mixed : tuple of float or None
        混合策略均衡：（第一方选它第一招的概率，第二方选它第一招的概率）；没有时是 None。
    dilemma : bool
        是不是囚徒困境式的：每个纯策略均衡都有一个对两边都更好的结局。
    critical_discount : float
        一直打交道时，“对方占过一次便宜就再也不合作”能维持合作的最小贴现因子 δ（0–1）；不是困境时是 NaN。
    """

    outcomes: pd.DataFrame
    mixed: tuple[float, float] | None
    dilemma: bool
    critical_discount: float

    def __str__(self) -> str:
        first, second = self.outcomes.columns[:2]
        at = self.outcomes[self.outcomes["equilibrium"]]
        pure = "、".join(f"（{a}，{b}）" for a, b in zip(at[first], at[second], strict=True))
        text = f"均衡：{pure}" if pure else "没有纯策略均衡"
        if self.mixed is not None:
            text += f"；混合均衡 {self.mixed[0]:.2f} 和 {self.mixed[1]:.2f}"
        if self.dilemma:
            text += f"；两边都有更好的结局却到不了，一直打交道且 δ ≥ {self.critical_discount:.2f} 才守得住"
        return text

    __repr__ = __str__


def nash_equilibria(
    payoffs: pd.DataFrame,
    *,
    first: str = "firm",
    second: str = "customer",
    first_payoff: str = "firm_payoff",
    second_payoff: str = "customer_payoff",
) -> GameResult:
    """2×2 博弈的纳什均衡（Nash equilibrium）：谁也不能单独换一招而得到更多的结局；并看长期来往能不能守住合作。

    困境里，合作的收益是 R，占一次便宜得 T，翻脸以后得 P，则 δ ≥ (T − R) / (T − P) 时一直合作划得来（两边取大的那个）。

    Parameters
    ----------
    payoffs : DataFrame
        四行，一行一种结局：两边各有两招，每种搭配恰好一行。
    first, second : str
        两边出招的列名；默认 firm、customer。
    first_payoff, second_payoff : str
        两边收益的列名，单位自定，两边可以不同；默认 firm_payoff、customer_payoff。

    Returns
    -------
    GameResult
        均衡、哪些结局有效、是不是困境、守住合作要多看重将来。

    Raises
    ------
    TypeError
        收益不是数字。
    ValueError
        缺列，不是四行，一边不是两招，或搭配不全。

    Notes
    -----
    δ 是“下一次打交道的钱，现在看来值几成”：既有利息，也有“还会不会有下一次”。客户流失得快，δ 就小，合作就难守。
    模型假定两边都知道收益、都只看收益；收益是自己填的，改一个数结论就可能变，所以要试几组。

    References
    ----------
    Nash, J. (1951). Non-cooperative games. *Annals of Mathematics*, 54(2), 286-295.
    Friedman, J. W. (1971). A non-cooperative equilibrium for supergames. *Review of Economic Studies*, 38(1), 1-12.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import service
    >>> game = pd.DataFrame(
    ...     {
    ...         "firm": ["守信", "守信", "糊弄", "糊弄"],
    ...         "customer": ["常来", "走人", "常来", "走人"],
    ...         "firm_payoff": [3, 0, 5, 1],
    ...         "customer_payoff": [3, 1, 0, 1.5],
    ...     }
    ... )
    >>> service.nash_equilibria(game)
    均衡：（糊弄，走人）；两边都有更好的结局却到不了，一直打交道且 δ ≥ 0.50 才守得住
    """
    columns = [first, second, first_payoff, second_payoff]
    check_frame("payoffs", payoffs, columns)
    for move in (first, second):
        check_present(move, payoffs[move])
    moves = [list(dict.fromkeys(payoffs[move])) for move in (first, second)]
    if len(payoffs) != 4 or any(len(names) != 2 for names in moves) or payoffs.duplicated([first, second]).any():
        raise ValueError(
            f"参数 payoffs 应有四行：“{first}”两招，“{second}”两招，每种搭配恰好一行。"
            f"现在有 {len(payoffs)} 行，招数是 {len(moves[0])} 和 {len(moves[1])}。"
        )
    table = payoffs[columns].reset_index(drop=True)
    place = [(moves[0].index(a), moves[1].index(b)) for a, b in zip(table[first], table[second], strict=True)]
    one, other = np.empty((2, 2)), np.empty((2, 2))
    for matrix, column in ((one, first_payoff), (other, second_payoff)):
        for cell, value in zip(place, check_numbers(column, table[column], missing=False), strict=True):
            matrix[cell] = value
    best = (one >= one.max(axis=0, keepdims=True)) & (other >= other.max(axis=1, keepdims=True))
    rivals = [cell for cell in place if best[cell]]
    wins = {cell: [o for o in place if one[o] > one[cell] and other[o] > other[cell]] for cell in rivals}
    dilemma = bool(rivals) and all(wins.values())
    patience = [_patience(one, other, win, cell) for cell in rivals for win in wins[cell]]
    outcomes = table.assign(
        equilibrium=[bool(best[cell]) for cell in place], efficient=[_efficient(one, other, cell) for cell in place]
    )
    return GameResult(outcomes, _mixed(one, other), dilemma, min(patience) if dilemma else float("nan"))


def _efficient(one: Payoffs, other: Payoffs, cell: tuple[int, int]) -> bool:
    """Tell whether no other outcome is better for one side and not worse for the other."""
    no_worse = (one >= one[cell]) & (other >= other[cell])
    return not (no_worse & ((one > one[cell]) | (other > other[cell]))).any()


def _patience(one: Payoffs, other: Payoffs, kept: tuple[int, int], broken: tuple[int, int]) -> float:
    """Return the least discount factor at which both keep ``kept`` when a breach leads to ``broken`` for ever."""
    tempted = (one[:, kept[1]].max(), other[kept[0], :].max())
    return float(
        max(
            (tempting - side[kept]) / (tempting - side[broken])
            for tempting, side in zip(tempted, (one, other), strict=True)
        )
    )


def _mixed(one: Payoffs, other: Payoffs) -> tuple[float, float] | None:
    """Return the probabilities of the two first moves in the properly mixed equilibrium, None where there is none."""
    spread = (other[0, 0] - other[0, 1] - other[1, 0] + other[1, 1], one[0, 0] - one[0, 1] - one[1, 0] + one[1, 1])
    if 0 in spread:
        return None
    p, q = (other[1, 1] - other[1, 0]) / spread[0], (one[1, 1] - one[0, 1]) / spread[1]
    return (float(p), float(q)) if 0 < p < 1 and 0 < q < 1 else None
