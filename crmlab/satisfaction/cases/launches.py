"""New products: average sales by week on the shelf, and what a launch rate does to sales and leftover stock."""

import numpy as np
import pandas as pd

from crmlab._checks import check_between, check_frame
from crmlab.satisfaction.cases._numbers import Numbers, numbers, z_value


def sales_curve(sales: pd.DataFrame, *, survivors_only: bool, confidence: float = 0.95) -> pd.DataFrame:
    """算新品上架后每一周的平均销量。

    Parameters
    ----------
    sales : DataFrame
        一行一个新品的一周：``sku``、``week``（上架第几周，从 1 起）、``qty``（件，缺货周缺失）。
    survivors_only : bool
        真：只平均那一周还在架的新品；假：已经下架的新品按 0 件算。没有默认值，因为两种算法答的是两个问题。
    confidence : float
        置信水平，0–1，不含两端。

    Returns
    -------
    DataFrame
        每周一行：``week``、``value``、``low``、``high``（件/款/周）、``n``（参与平均的款数）。

    Raises
    ------
    ValueError
        缺列、周数小于 1、同一款同一周有两行。

    Notes
    -----
    只看还在架的，会把卖得差、已下架的款排除在外（幸存者偏差），后面几周的平均销量偏高。
    缺货周不知道本来能卖多少，两种算法都不计入平均。

    Examples
    --------
    >>> toy = pd.DataFrame({"sku": ["a", "a", "b"], "week": [1, 2, 1], "qty": [20, 10, 4]})
    >>> sales_curve(toy, survivors_only=True)[["week", "value", "n"]]
       week  value  n
    0     1   12.0  2
    1     2   10.0  1
    >>> sales_curve(toy, survivors_only=False)["value"].tolist()
    [12.0, 5.0]
    """
    check_frame("sales", sales, ["sku", "week", "qty"])
    z = z_value(confidence)
    twice = sales.duplicated(["sku", "week"])
    if twice.any():
        row = sales[twice].iloc[0]
        raise ValueError(f"表 sales 里“{row['sku']}”第 {row['week']} 周有不止一行。请先用 drop_duplicates 去重。")
    if sales["week"].min() < 1:
        raise ValueError(f"列“week”从 1 数起，里面有 {sales['week'].min()}。")
    grid = sales.pivot(index="sku", columns="week", values="qty").astype("Float64").astype(float)
    if not survivors_only:
        last = sales.groupby("sku")["week"].max().reindex(grid.index).to_numpy()
        gone = grid.columns.to_numpy()[None, :] > last[:, None]
        grid = grid.mask(gone, 0.0)
    n = grid.count()
    value = grid.mean()
    half: pd.Series = z * grid.std() / np.sqrt(n)
    return pd.DataFrame(
        {"week": grid.columns, "value": value, "low": value - half, "high": value + half, "n": n}
    ).reset_index(drop=True)


def launch_plan(curve: pd.DataFrame, launches: Numbers, *, slots: int, batch_qty: float) -> pd.DataFrame:
    """算上新快慢对销量和剩货的影响：货架位子有限，上得越快，每款待得越短。

    Parameters
    ----------
    curve : DataFrame
        `sales_curve` 的结果（``week``、``value``），周次从 1 连续排列。
    launches : sequence of float
        每周上新款数。
    slots : int
        货架能放的新品款数。
    batch_qty : float
        每款首批进货件数，之后不补货。

    Returns
    -------
    DataFrame
        每个上新速度一行：``launches_per_week``、``shelf_weeks``（每款在架周数）、``on_shelf``（同时在架款数）、
        ``sold_per_week``、``left_per_week``（每周卖出、剩下要清仓的件数）、``sold_share``（首批卖掉的比例，0–1）。

    Raises
    ------
    ValueError
        缺列，或参数越界。

    Notes
    -----
    在架周数 = 位子 ÷ 每周上新款数，不超过数据里最长的周数；每款卖出 = 在架各周平均销量之和，不超过首批。
    这是稳定状态下的账：不计新品之间抢生意，也不计“常上新”本身带来的客流。

    Examples
    --------
    >>> curve = pd.DataFrame({"week": [1, 2, 3, 4], "value": [20.0, 10.0, 5.0, 5.0]})
    >>> plan = launch_plan(curve, [2, 4, 8], slots=8, batch_qty=50)
    >>> plan[["launches_per_week", "shelf_weeks", "sold_per_week", "left_per_week"]]
       launches_per_week  shelf_weeks  sold_per_week  left_per_week
    0                2.0          4.0           80.0           20.0
    1                4.0          2.0          120.0           80.0
    2                8.0          1.0          160.0          240.0
    """
    check_frame("curve", curve, ["week", "value"])
    check_between("slots", slots, 1, 1e5)
    check_between("batch_qty", batch_qty, 1, 1e6)
    rate = numbers("launches", launches, 0.1, 1e4)
    value = curve.sort_values("week")["value"].to_numpy(float)
    shelf = np.minimum(slots / rate, len(value))
    total = np.interp(shelf, np.arange(len(value) + 1), np.concatenate([[0.0], value.cumsum()]))
    sold = np.minimum(total, batch_qty)
    return pd.DataFrame(
        {"launches_per_week": rate, "shelf_weeks": shelf, "on_shelf": rate * shelf, "sold_per_week": rate * sold}
        | {"left_per_week": rate * (batch_qty - sold), "sold_share": sold / batch_qty}
    )
