"""What a new customer costs, and whether he is worth it: CAC against lifetime value."""

from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_names, check_numbers, check_positive, check_probability
from crmlab._intervals import Floats, wilson

TOTAL = "合计"


def acquisition_kpis(channels: pd.DataFrame, *, clv_yuan: Any = None, confidence: float = 0.95) -> pd.DataFrame:
    """获客成本（customer acquisition cost, CAC）：各渠道带来一位新客户花多少钱，和他的终身价值比划不划算。

    CAC = 花费 ÷ 新客户数；CLV/CAC = 终身价值 ÷ CAC。

    Parameters
    ----------
    channels : DataFrame
        一行一个渠道。列：channel（名称，不重复，不叫“合计”）、spend_yuan（花费，元）、new（新客户数）；可有 retained（其中后来留下来的人数）。
    clv_yuan : float or Series, optional
        一位新客户的终身价值（毛利，不减获客成本），元，大于 0：一个数，或按渠道名给的 Series。不给就不算 CLV/CAC。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        一行一个渠道，CAC 从低到高，最后一行是合计。列：channel、spend_yuan、new、cac_yuan、cac_low、cac_high；
        有 retained 时另有 retained_share、retained_low、retained_high、cost_per_retained_yuan；
        给了 clv_yuan 时另有 clv_yuan（合计行是按新客户数的加权平均）、clv_to_cac、ratio_low、ratio_high。
        没有新客户时 CAC 是无穷大（花了钱）或 NaN（没花钱）。

    Raises
    ------
    TypeError
        有列不是数字。
    ValueError
        缺列，名称重复，有负数或缺失，retained 多于 new，或 clv_yuan 里没有某个渠道。

    Notes
    -----
    花费当作已知，新客户数当作泊松计数，CAC 的区间由它的精确区间换算；终身价值当作已知，它自己的误差不在区间里。
    花费要算全：广告之外还有销售的工资、首单优惠。自己会来的客户算进来，CAC 就偏低，只有对照试验知道偏多少。
    “CLV/CAC 要到 3”是流行的说法，不是定律。

    References
    ----------
    Garwood, F. (1936). Fiducial limits for the Poisson distribution. *Biometrika*, 28(3/4), 437-442.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import development
    >>> channels = pd.DataFrame({"channel": ["老带新", "搜索广告"], "spend_yuan": [4000, 30000], "new": [80, 200]})
    >>> table = development.acquisition_kpis(channels, clv_yuan=300)
    >>> table[["channel", "cac_yuan", "cac_low", "cac_high", "clv_to_cac"]].round(1)
      channel  cac_yuan  cac_low  cac_high  clv_to_cac
    0     老带新      50.0     40.2      63.1         6.0
    1    搜索广告     150.0    130.6     173.2         2.0
    2      合计     121.4    108.0     137.0         2.5
    """
    check_frame("channels", channels, ["channel", "spend_yuan", "new"])
    check_probability("confidence", confidence)
    names = check_names("channel", channels["channel"]).astype(str)
    if (names == TOTAL).any():
        raise ValueError(f"渠道不能叫“{TOTAL}”，结果的最后一行就是合计。请先去掉这一行。")
    columns = ["spend_yuan", "new", *(["retained"] if "retained" in channels.columns else [])]
    table = pd.DataFrame({"channel": names.to_numpy(dtype=object)})
    for column in columns:
        table[column] = check_numbers(column, channels[column], 0, missing=False).to_numpy()
    if "retained" in columns and (table["retained"] > table["new"]).any():
        at = int((table["retained"] > table["new"]).to_numpy().argmax())
        raise ValueError(
            f"渠道“{names.iloc[at]}”留下的有 {table['retained'][at]:g} 位，多于新客户 {table['new'][at]:g} 位。请核对这一行。"
        )
    if clv_yuan is not None:
        table["clv_yuan"] = _values(clv_yuan, names)
    total: dict[str, Any] = {"channel": TOTAL} | {c: table[c].sum() for c in columns}
    if clv_yuan is not None:
        new = table["new"].to_numpy()
        total["clv_yuan"] = np.average(table["clv_yuan"].to_numpy(), weights=new) if new.any() else np.nan
    table["cac_yuan"] = _each(table["spend_yuan"].to_numpy(), table["new"].to_numpy())
    table = table.sort_values(["cac_yuan", "channel"], ignore_index=True).drop(columns="cac_yuan")
    table = pd.concat([table, pd.DataFrame([total])], ignore_index=True).astype({"channel": "str"})
    return _with_measures(table, confidence)


def _values(clv_yuan: Any, names: pd.Series) -> Floats | float:
    if not isinstance(clv_yuan, pd.Series):
        return check_positive("clv_yuan", clv_yuan)
    lacking = [name for name in names if name not in clv_yuan.index]
    if lacking:
        raise ValueError(f"参数 clv_yuan 里没有渠道“{lacking[0]}”。请给每个渠道一个终身价值，或只给一个数。")
    values = check_numbers("clv_yuan", clv_yuan.reindex(names).rename(None), 0, missing=False)
    return values.to_numpy()


def _each(spend: Floats, count: Floats) -> Floats:
    empty = np.where(spend > 0, np.inf, np.nan)
    return np.asarray(np.divide(spend, count, out=empty, where=count > 0))


def _with_measures(table: pd.DataFrame, confidence: float) -> pd.DataFrame:
    from scipy.special import gammaincinv

    spend, new = table["spend_yuan"].to_numpy(), table["new"].to_numpy()
    tail = (1 - confidence) / 2
    # Exact Poisson ends: half a chi-square quantile with 2n and 2n + 2 degrees of freedom.
    fewest = np.where(new > 0, gammaincinv(np.where(new > 0, new, 1.0), tail), 0.0)
    most = gammaincinv(new + 1, 1 - tail)
    table["cac_yuan"], table["cac_low"], table["cac_high"] = _each(spend, new), _each(spend, most), _each(spend, fewest)
    order = ["channel", "spend_yuan", "new", "cac_yuan", "cac_low", "cac_high"]
    if "retained" in table.columns:
        kept = table["retained"].to_numpy()
        table["retained_share"] = np.divide(kept, new, out=np.full(len(new), np.nan), where=new > 0)
        table["retained_low"], table["retained_high"] = wilson(kept, new, confidence)
        table["cost_per_retained_yuan"] = _each(spend, kept)
        order += ["retained", "retained_share", "retained_low", "retained_high", "cost_per_retained_yuan"]
    if "clv_yuan" in table.columns:
        for name, cost in (("clv_to_cac", "cac_yuan"), ("ratio_low", "cac_high"), ("ratio_high", "cac_low")):
            table[name] = table["clv_yuan"] / table[cost].where(table[cost] > 0)
        order += ["clv_yuan", "clv_to_cac", "ratio_low", "ratio_high"]
    return table[order]
