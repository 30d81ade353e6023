"""Making to order: who should get it, how many combinations modules give, what it costs."""

from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import (
    check_between,
    check_frame,
    check_number,
    check_numbers,
    check_positive,
    check_zero_one,
    row_of,
)

CUSTOMIZATION_CELLS = {
    "customize": "定制营销",
    "frequency": "频次营销",
    "mass": "大众营销",
    "drop": "放弃",
}


def customization_grid(customers: pd.DataFrame, *, value: str, need: str, cuts: tuple[float, float]) -> pd.DataFrame:
    """个性化矩阵：按客户价值和需求的个性化程度，决定给谁做定制。

    价值高、需求独特：定制营销；价值高、需求相近：频次营销（鼓励多买）；价值低、需求相近：大众营销；价值低、需求独特：放弃。

    Parameters
    ----------
    customers : DataFrame
        一行一位客户（或一群客户）。
    value : str
        价值的列名。
    need : str
        需求个性化程度的列名，越大越独特。
    cuts : tuple of float
        （价值分界，个性化分界）。正好在线上算高。没有默认：分界由企业定。

    Returns
    -------
    DataFrame
        原表的列和行序，另加 cell（customize、frequency、mass、drop）和 cell_zh。

    Raises
    ------
    TypeError
        价值、个性化程度或分界不是数字。
    ValueError
        缺列，有缺失值，或 cuts 不是两个数。

    Notes
    -----
    “放弃”是放弃为他单独定制，不是不卖给他。分界附近的客户换一点就跳格；模块化降低了定制的成本，分界就该跟着降，
    见 :func:`customization_curve`。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import strategy
    >>> customers = pd.DataFrame({"customer": list("甲乙丙丁"), "yuan": [900, 800, 90, 50], "need": [8, 2, 3, 9]})
    >>> strategy.customization_grid(customers, value="yuan", need="need", cuts=(500, 5))[["customer", "cell_zh"]]
      customer cell_zh
    0        甲    定制营销
    1        乙    频次营销
    2        丙    大众营销
    3        丁      放弃
    """
    check_frame("customers", customers, [value, need])
    if not isinstance(cuts, tuple | list) or len(cuts) != 2:
        raise ValueError(f"参数 cuts 应写成（价值分界，个性化分界），例如 (500, 5)，你给的是 {cuts!r}。")
    high_value, special = (
        check_numbers(column, customers[column], missing=False).to_numpy() >= check_number("cuts", cut)
        for column, cut in zip((value, need), cuts, strict=True)
    )
    cell = np.where(high_value, np.where(special, "customize", "frequency"), np.where(special, "drop", "mass"))
    return customers.assign(cell=cell, cell_zh=[CUSTOMIZATION_CELLS[c] for c in cell])


def module_combinations(modules: pd.DataFrame) -> pd.DataFrame:
    """模块化定制：几个模块、每个几种，能配出多少种产品，只要备多少种零件。

    组合数 = 各模块种数相乘；零件数 = 各模块种数相加。

    Parameters
    ----------
    modules : DataFrame
        一行一个模块，次序就是加入的次序。列：module（名称）、variants（有几种，整数，至少 1）；
        可有 optional（1 是可以不要，0 是必选；可以不要的多一种“不装”，但不多一种零件）。

    Returns
    -------
    DataFrame
        原表的列和行序，另加 choices（客户在这个模块有几种选法）、combinations（到这个模块为止的组合数，整数）、
        parts（到这个模块为止的零件种数）、per_part（每种零件换来几种产品）。

    Raises
    ------
    TypeError
        种数不是数字。
    ValueError
        缺列，种数不是整数或小于 1，或 optional 不是 0、1。

    Notes
    -----
    组合数是“配得出”，不是“卖得掉”：客户面对太多选择会不选，能一起装的组合也常少于相乘的数。组合数用整数精确地算，不会溢出。

    References
    ----------
    Pine, B. J. (1993). *Mass Customization*. Boston: Harvard Business School Press.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import strategy
    >>> modules = pd.DataFrame({"module": ["面料", "领型", "刺绣"], "variants": [40, 6, 3], "optional": [0, 0, 1]})
    >>> strategy.module_combinations(modules)[["module", "choices", "combinations", "parts"]]
      module  choices  combinations  parts
    0     面料       40            40     40
    1     领型        6           240     46
    2     刺绣        4           960     49
    """
    check_frame("modules", modules, ["module", "variants"])
    variants = check_numbers("variants", modules["variants"], 1, missing=False)
    broken = (variants % 1 != 0).to_numpy()
    if broken.any():
        at = int(broken.argmax())
        raise ValueError(f"列“variants”应是整数，{row_of(variants, at)}是 {variants.iloc[at]:g}。请先核对这些行。")
    extra = pd.Series(0.0, index=modules.index)
    if "optional" in modules.columns:
        extra = check_zero_one("optional", modules["optional"], missing=False, say="0 和 1")
    choices = (variants + extra).astype(int).tolist()
    combinations, product = [], 1
    for count in choices:
        product *= count
        combinations.append(product)
    parts = variants.astype(int).cumsum().tolist()
    fits = all(c < 2**63 for c in combinations)
    return modules.assign(
        choices=choices,
        combinations=pd.Series(combinations, index=modules.index, dtype="int64" if fits else object),
        parts=parts,
        per_part=[float(c / p) for c, p in zip(combinations, parts, strict=True)],
    )


def customization_curve(
    degrees: Any,
    *,
    price_yuan: float,
    max_premium: float,
    premium_half: float,
    cost_yuan: float,
    cost_growth: float,
    cost_power: float,
    lead_days: float,
    extra_lead_days: float,
    units: float,
    lost_per_day: float,
) -> pd.DataFrame:
    """定制程度与利润：溢价、成本、交期三样一起算（教学模型，所有参数自己给）。

    d 是定制程度（0 全标准，1 全定制）。
    价格 = 标准价 × [1 + 最高溢价 × d ÷ (d + 半程点)]，越往后溢价加得越慢；
    单件成本 = 标准成本 × (1 + 成本增幅 × d 的次方)，次方大于 1 时越往后成本加得越快；
    交期 = 标准交期 + 增加的天数 × d；销量 = 标准销量 × (1 − 每天流失)^增加的天数。

    Parameters
    ----------
    degrees : Series or list of float
        要算的定制程度，0–1 之间，例如 np.linspace(0, 1, 21)。
    price_yuan, cost_yuan : float
        全标准产品的价格和单件成本，元，大于 0。
    max_premium : float
        定制程度很高时的溢价上限，例如 0.6 是贵六成；不能是负数。
    premium_half : float
        定制到什么程度，溢价达到上限的一半，大于 0。
    cost_growth : float
        全定制时成本增加几成，例如 1.5 是再加一倍半；不能是负数。
    cost_power : float
        成本增长的次方，大于 0。
    lead_days, extra_lead_days : float
        标准品的交期；全定制时多出来的天数，不能是负数。
    units : float
        全标准时的销量，件，大于 0。
    lost_per_day : float
        交期每多一天，少卖掉的比例，0–1。

    Returns
    -------
    DataFrame
        一行一个程度。列：degree、price_yuan、unit_cost_yuan、margin_yuan（单件毛利）、lead_days、units、profit_yuan、best（利润最高的一行；并列取程度最低的）。

    Raises
    ------
    TypeError
        参数不是数字。
    ValueError
        程度不在 0–1 之间，或参数越界。

    Notes
    -----
    这是用来想问题的模型，不是从数据估计的规律，所以没有区间。最好的程度对参数很敏感：每个参数都放大、缩小两成再算，
    结论不变才可信。模块化做的事，就是把 cost_growth 和 extra_lead_days 变小。

    Examples
    --------
    >>> from crmlab import strategy
    >>> curve = strategy.customization_curve(
    ...     [0, 0.25, 0.5, 0.75, 1], price_yuan=400, max_premium=0.8, premium_half=0.4, cost_yuan=240, cost_growth=0.9,
    ...     cost_power=2, lead_days=3, extra_lead_days=12, units=1000, lost_per_day=0.02,
    ... )
    >>> curve[["degree", "price_yuan", "unit_cost_yuan", "lead_days", "profit_yuan", "best"]].round(2)
       degree  price_yuan  unit_cost_yuan  lead_days  profit_yuan   best
    0    0.00      400.00           240.0        3.0    160000.00  False
    1    0.25      523.08           253.5        6.0    253723.64   True
    2    0.50      577.78           294.0        9.0    251382.38  False
    3    0.75      608.70           361.5       12.0    206098.82  False
    4    1.00      628.57           456.0       15.0    135419.69  False
    """
    d = check_numbers("degrees", degrees, 0, 1, missing=False).to_numpy()
    price, cost = check_positive("price_yuan", price_yuan), check_positive("cost_yuan", cost_yuan)
    premium, growth = (
        check_positive(name, x, allow_zero=True)
        for name, x in (("max_premium", max_premium), ("cost_growth", cost_growth))
    )
    half, power = check_positive("premium_half", premium_half), check_positive("cost_power", cost_power)
    base, extra = (
        check_positive(name, x, allow_zero=True)
        for name, x in (("lead_days", lead_days), ("extra_lead_days", extra_lead_days))
    )
    volume = check_positive("units", units)
    lost = check_between("lost_per_day", lost_per_day, 0, 1, hint="5% 请写成 0.05。")
    table = pd.DataFrame({"degree": d})
    table["price_yuan"] = price * (1 + premium * d / (d + half))
    table["unit_cost_yuan"] = cost * (1 + growth * d**power)
    table["margin_yuan"] = table["price_yuan"] - table["unit_cost_yuan"]
    table["lead_days"] = base + extra * d
    table["units"] = volume * (1 - lost) ** (extra * d)
    table["profit_yuan"] = table["margin_yuan"] * table["units"]
    table["best"] = False
    ranked = table.sort_values(["profit_yuan", "degree"], ascending=[False, True])
    table.loc[ranked.index[0], "best"] = True
    return table
