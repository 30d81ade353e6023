"""Does version B do better than A: the test, its plan, and what peeking does to it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab._checks import check_count, check_number, check_probability, check_rng, check_whole
from crmlab._intervals import critical_z, interval_text, newcombe, signed, wilson


@dataclass(frozen=True, repr=False)
class AbTest:
    """两个版本的比较结果。

    Attributes
    ----------
    share_a, share_b : float
        两组的转化率，0–1。
    difference, low, high : float
        B 减 A 的差和它的区间（0.03 是 3 个百分点）。
    lift : float
        相对提升：差 ÷ A 的转化率；A 是 0 时是 NaN。
    z, p_value : float
        合并方差的 z（B 减 A）和双侧 p 值。两组全都转化或全都没有转化时 z 是 0，p 是 1。
    n_a, n_b : int
        两组人数。
    confidence : float
        置信水平。
    """

    share_a: float
    share_b: float
    difference: float
    low: float
    high: float
    lift: float
    z: float
    p_value: float
    n_a: int
    n_b: int
    confidence: float = 0.95

    def __str__(self) -> str:
        interval = interval_text(100 * self.low, 100 * self.high, self.confidence, "{:.2f}", joiner=" 到 ")
        difference = signed(f"{100 * self.difference:.2f}")
        verdict = "分得出高低" if self.low > 0 or self.high < 0 else "还分不出高低"
        return (
            f"B 减 A：{difference} 个百分点（{interval}，p = {self.p_value:.3g}）；"
            f"A {self.share_a:.2%}，n = {self.n_a:,}；B {self.share_b:.2%}，n = {self.n_b:,}；{verdict}"
        )

    __repr__ = __str__


def ab_test(success_a: int, n_a: int, success_b: int, n_b: int, *, confidence: float = 0.95) -> AbTest:
    """A/B 测试：两个版本的转化率差多少，这个差会不会只是碰巧。

    z = (p_B − p_A) ÷ √[p̄(1 − p̄)(1/n_A + 1/n_B)]，p̄ 是两组合在一起的转化率。

    Parameters
    ----------
    success_a, n_a : int
        A 版（通常是现在的版本）转化的人数和总人数。
    success_b, n_b : int
        B 版转化的人数和总人数。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    AbTest
        share_a、share_b、difference 及其区间 low、high、lift、z、p_value。

    Raises
    ------
    TypeError
        人数不是数字。
    ValueError
        人数是负数、不是整数，总人数是 0，或转化的比总人数多。

    Notes
    -----
    人要随机分到两组，一个人只算一次，看结果的日子要事先定好：每天看一眼、见到“显著”就停，碰巧的“胜利”会多好几倍
    （:func:`ab_peeking`）。“还分不出高低”不等于“一样”：看区间有多宽。差的区间用 Newcombe 法，与 z 检验在边界上偶有不同。z 的平方等于
    不作连续性校正的卡方。statsmodels 按第一组减第二组算 z，符号与这里相反。

    References
    ----------
    Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions: comparison of
    eleven methods. *Statistics in Medicine*, 17, 873-890.

    Examples
    --------
    >>> from crmlab import communication
    >>> communication.ab_test(30, 200, 45, 210)
    B 减 A：6.43 个百分点（95% 区间 −1.09 到 13.83，p = 0.0924）；A 15.00%，n = 200；B 21.43%，n = 210；还分不出高低
    """
    check_probability("confidence", confidence)
    k_a, m_a = _group("success_a", success_a, "n_a", n_a)
    k_b, m_b = _group("success_b", success_b, "n_b", n_b)
    share_a, share_b = k_a / m_a, k_b / m_b
    low, high = newcombe(k_b, m_b, k_a, m_a, confidence)
    pooled = (k_a + k_b) / (m_a + m_b)
    variance = pooled * (1 - pooled) * (1 / m_a + 1 / m_b)
    difference = share_b - share_a
    z = difference / math.sqrt(variance) if variance > 0 else 0.0
    lift = difference / share_a if share_a > 0 else float("nan")
    p_value = math.erfc(abs(z) / math.sqrt(2))
    return AbTest(share_a, share_b, difference, float(low), float(high), lift, z, p_value, m_a, m_b, confidence)


def _group(success_name: str, success: int, n_name: str, n: int) -> tuple[int, int]:
    k, m = check_count(success_name, success), check_count(n_name, n)
    if m == 0:
        raise ValueError(f"参数 {n_name} 是 0，没有人看到这个版本，算不出转化率。")
    if k > m:
        raise ValueError(f"参数 {success_name}（{k}）不能比 {n_name}（{m}）大：转化的人不会比看到的人多。")
    return k, m


@dataclass(frozen=True, repr=False)
class AbPlan:
    """A/B 测试的计划。

    Attributes
    ----------
    share : float
        A 版现在的转化率，0–1。
    effect : float
        要分辨的差（B 减 A，0.01 是 1 个百分点）。
    n_per_group : int
        每组人数。
    power : float
        真有这么大的差时，能发现它的概率（功效）。
    alpha : float
        没有差时误报的概率（双侧）。
    """

    share: float
    effect: float
    n_per_group: int
    power: float
    alpha: float

    def __str__(self) -> str:
        effect = signed(f"{100 * self.effect:.2f}")
        return (
            f"每组 {self.n_per_group:,} 人：从 {self.share:.2%} 起，能以 {self.power:.1%} 的把握发现 {effect} 个百分点的差"
            f"（误报率 {self.alpha:g}）"
        )

    __repr__ = __str__


def ab_plan(
    share: float,
    *,
    effect: float | None = None,
    n_per_group: int | None = None,
    power: float | None = None,
    alpha: float = 0.05,
) -> AbPlan:
    """测试之前算一算：要多少人、能发现多大的差、有多大把握。三个数给两个，算出第三个。

    n = [z(α/2)·√(2p̄q̄) + z(β)·√(p₁q₁ + p₂q₂)]² ÷ (p₂ − p₁)²，p̄ 是两个转化率的平均，q = 1 − p，向上取整。

    Parameters
    ----------
    share : float
        A 版现在的转化率 p₁，0–1 之间。
    effect : float, optional
        值得发现的差 p₂ − p₁，例如 0.01；可以是负数。不给就算最小可发现的差（minimum detectable effect，正的一侧）。
    n_per_group : int, optional
        每组人数，至少 2。不给就算需要多少。
    power : float, optional
        功效，0–1 之间，常取 0.8。不给就算这个测试的功效。
    alpha : float, default 0.05
        双侧误报率，0–1 之间。

    Returns
    -------
    AbPlan
        share、effect、n_per_group、power、alpha。

    Raises
    ------
    TypeError
        参数不是数字。
    ValueError
        effect、n_per_group、power 不是正好给了两个，转化率加上差越出 0–1，或人再多也达不到。

    Notes
    -----
    大样本的近似，每组转化的和没转化的都有十来个以上才准。差减半，人数要变成约四倍。功效只算方向对的那一侧。
    没有区间：这是计划，不是估计；share 没把握就换几个数各算一遍。

    References
    ----------
    Fleiss, J. L., Levin, B., & Paik, M. C. (2003). *Statistical Methods for Rates and Proportions* (3rd ed.),
    chapter 4. Wiley.

    Examples
    --------
    >>> from crmlab import communication
    >>> communication.ab_plan(0.10, effect=0.02, power=0.8)
    每组 3,841 人：从 10.00% 起，能以 80.0% 的把握发现 2.00 个百分点的差（误报率 0.05）
    >>> communication.ab_plan(0.10, n_per_group=1000, power=0.8)
    每组 1,000 人：从 10.00% 起，能以 80.0% 的把握发现 4.07 个百分点的差（误报率 0.05）
    """
    p = check_probability("share", share)
    check_probability("alpha", alpha)
    given = {"effect": effect, "n_per_group": n_per_group, "power": power}
    missing = [name for name, value in given.items() if value is None]
    if len(missing) != 1:
        raise ValueError(f"参数 effect、n_per_group、power 要正好给两个，现在给了 {3 - len(missing)} 个。")
    if effect is not None:
        check_number("effect", effect)
        if effect == 0 or not 0 < p + effect < 1:
            raise ValueError(f"参数 effect 不能是 0，且 share + effect 应在 0–1 之间；现在是 {p:g} + {effect:g}。")
    if n_per_group is not None and check_count("n_per_group", n_per_group) < 2:
        raise ValueError(f"参数 n_per_group 至少是 2，你给的是 {n_per_group:g}。")
    if power is not None:
        check_probability("power", power)
        if power <= alpha / 2:
            raise ValueError(f"参数 power（{power:g}）应大于 alpha 的一半（{alpha / 2:g}），否则掷骰子就够了。")
    if effect is not None and power is not None:
        n = max(math.ceil(_needed(p, effect, power, alpha) - 1e-9), 2)
        return AbPlan(p, float(effect), n, float(power), float(alpha))
    n = check_count("n_per_group", n_per_group)
    if effect is not None:
        return AbPlan(p, float(effect), n, _power(p, effect, n, alpha), float(alpha))
    target = check_probability("power", power)
    return AbPlan(p, _detectable(p, n, target, alpha), n, target, float(alpha))


def _spreads(p: float, effect: float) -> tuple[float, float]:
    other, middle = p + effect, p + effect / 2
    return math.sqrt(2 * middle * (1 - middle)), math.sqrt(p * (1 - p) + other * (1 - other))


def _needed(p: float, effect: float, power: float, alpha: float) -> float:
    from scipy.special import ndtri

    same, different = _spreads(p, effect)
    return float((critical_z(1 - alpha) * same + ndtri(power) * different) ** 2) / effect**2


def _power(p: float, effect: float, n: int, alpha: float) -> float:
    from scipy.special import ndtr

    same, different = _spreads(p, effect)
    return float(ndtr((abs(effect) * math.sqrt(n) - critical_z(1 - alpha) * same) / different))


def _detectable(p: float, n: int, power: float, alpha: float) -> float:
    from scipy.optimize import brentq

    largest = (1 - p) * (1 - 1e-9)
    if _power(p, largest, n, alpha) < power:
        raise ValueError(f"每组 {n} 人太少：从 {p:.1%} 起，多大的差也达不到 {power:.0%} 的把握。请增加人数。")
    return float(brentq(lambda effect: _power(p, effect, n, alpha) - power, 1e-9 * (1 - p), largest, xtol=1e-12))


def ab_peeking(
    share: float,
    *,
    n_per_group: int,
    looks: Sequence[int],
    rng: np.random.Generator,
    simulations: int = 4000,
    alpha: float = 0.05,
) -> pd.DataFrame:
    """偷看的陷阱：两个版本其实一样，边做边看、见到显著就停，会误报多少次。用模拟数出来。

    Parameters
    ----------
    share : float
        两个版本共同的转化率，0–1 之间。
    n_per_group : int
        每组最后的人数。
    looks : list of int
        要比较的偷看次数，例如 [1, 5, 20]；1 是只在最后看一次。几次看的时点把人数平分。
    rng : numpy.random.Generator
        随机数发生器，例如 np.random.default_rng(4)。
    simulations : int, default 4000
        模拟多少次测试，至少 100。
    alpha : float, default 0.05
        每一次看用的显著水平。

    Returns
    -------
    DataFrame
        一行一种偷看次数。列：looks、false_alarms（误报的模拟次数）、false_alarm_share（误报率）、low、high（模拟误差的 95% 威尔逊区间）、
        simulations。

    Raises
    ------
    TypeError
        rng 不是随机数发生器。
    ValueError
        看的次数不是 1 到 n_per_group 之间的整数，或模拟次数太少。

    Notes
    -----
    两组没有差别，任何“显著”都是误报。只看一次约 5%；看 5 次约 14%，看 10 次约 19%（Armitage 等，1969）。要中途看，就得用专门的序贯方法，
    把每次的界线放严。转化的人数很少时，离散会使误报率略低于这些数。

    References
    ----------
    Armitage, P., McPherson, C. K., & Rowe, B. C. (1969). Repeated significance tests on accumulating data.
    *Journal of the Royal Statistical Society A*, 132(2), 235-244.

    Examples
    --------
    >>> import numpy as np
    >>> from crmlab import communication
    >>> table = communication.ab_peeking(0.1, n_per_group=2000, looks=[1, 5, 20], rng=np.random.default_rng(4))
    >>> table[["looks", "false_alarm_share"]].round(3)
       looks  false_alarm_share
    0      1              0.052
    1      5              0.133
    2     20              0.246
    """
    p = check_probability("share", share)
    check_probability("alpha", alpha)
    n = check_count("n_per_group", n_per_group)
    times = check_whole("simulations", simulations, 100, why="太少了，数出来的误报率没有意义。")
    check_rng(rng, say="随机数发生器，例如 np.random.default_rng(4)")
    wanted = [looks] if isinstance(looks, int) else list(looks)
    for count in wanted:
        if not 1 <= check_number("looks", count) <= n or count != int(count):
            raise ValueError(f"参数 looks 里的次数应是 1 到 n_per_group（{n}）之间的整数，你给的是 {count:g}。")
    rows = []
    for count in wanted:
        ends = np.unique(np.round(np.linspace(0, n, int(count) + 1)).astype(int))
        size = np.diff(ends)
        a = rng.binomial(size, p, (times, len(size))).cumsum(axis=1)
        b = rng.binomial(size, p, (times, len(size))).cumsum(axis=1)
        pooled = (a + b) / (2 * ends[1:])
        variance = pooled * (1 - pooled) * 2 / ends[1:]
        z = np.abs(b - a) / ends[1:] / np.sqrt(np.where(variance > 0, variance, np.inf))
        alarms = int((z > critical_z(1 - alpha)).any(axis=1).sum())
        low, high = wilson(alarms, times, 0.95)
        rows.append((int(count), alarms, alarms / times, float(low), float(high), times))
    return pd.DataFrame(rows, columns=["looks", "false_alarms", "false_alarm_share", "low", "high", "simulations"])
