"""Shops as small warehouses: distance to the nearest shop, and what a delivery radius does to reach and cost."""

import numpy as np
import pandas as pd

from crmlab._checks import check_between, check_frame
from crmlab._intervals import wilson
from crmlab.satisfaction.cases._numbers import Numbers, numbers


def nearest_store(orders: pd.DataFrame, stores: pd.DataFrame) -> pd.DataFrame:
    """给每张订单找最近的门店和直线距离。

    Parameters
    ----------
    orders : DataFrame
        列 ``x_km``、``y_km``：收货地点（公里）。
    stores : DataFrame
        列 ``store``、``x_km``、``y_km``：门店名和地点。

    Returns
    -------
    DataFrame
        与 ``orders`` 同样的行和索引：``nearest``（门店名）、``distance_km``（公里）。

    Raises
    ------
    ValueError
        缺列、空表，或坐标缺失。

    Notes
    -----
    直线距离总比路上的距离短，隔一条河时差得更多。

    Examples
    --------
    >>> shops = pd.DataFrame({"store": ["东", "西"], "x_km": [3.0, -3.0], "y_km": [0.0, 0.0]})
    >>> nearest_store(pd.DataFrame({"x_km": [0.5, -3.0], "y_km": [0.0, 4.0]}), shops)
      nearest  distance_km
    0       东          2.5
    1       西          4.0
    """
    check_frame("orders", orders, ["x_km", "y_km"])
    check_frame("stores", stores, ["store", "x_km", "y_km"])
    here = orders[["x_km", "y_km"]].to_numpy(float)
    there = stores[["x_km", "y_km"]].to_numpy(float)
    for name, places in (("orders", here), ("stores", there)):
        if np.isnan(places).any():
            row = int(np.flatnonzero(np.isnan(places).any(axis=1))[0])
            raise ValueError(f"表 {name} 第 {row + 1} 行没有坐标，算不出距离。请先去掉这样的行。")
    distance = np.sqrt(((here[:, None, :] - there[None, :, :]) ** 2).sum(axis=2))
    names = stores["store"].to_numpy()[distance.argmin(axis=1)]
    return pd.DataFrame({"nearest": names, "distance_km": distance.min(axis=1)}, index=orders.index)


def radius_curve(
    orders: pd.DataFrame, radii: Numbers, *, limit_min: float = 30, central_yuan: float, confidence: float = 0.95
) -> pd.DataFrame:
    """算配送半径对覆盖率、限时达覆盖率和单均配送成本的影响：圈内门店送，圈外总仓发。

    Parameters
    ----------
    orders : DataFrame
        列 ``distance_km``（到最近门店的公里数）、``minutes``（门店配送用时，分钟，圈外的单缺失）、
        ``cost_yuan``（门店配送成本，元）。
    radii : sequence of float
        要算的半径（公里）。
    limit_min : float
        时限（分钟）。
    central_yuan : float
        一单由总仓发出的成本（元）。
    confidence : float
        置信水平，0–1，不含两端。

    Returns
    -------
    DataFrame
        每个半径一行：``radius_km``、``covered``（圈内订单占比，0–1）、``on_time``（圈内订单限时送达的占比）、
        ``reach``、``low``、``high``（**全部**订单里限时送达的占比及 Wilson 区间）、``cost_yuan``（全部订单的单均成本）。

    Raises
    ------
    ValueError
        缺列、空表或参数越界；半径内有大量没有用时的单，说明半径超过了有数据的范围。

    Notes
    -----
    圈内的单若没有用时记录（已取消），不计入分母。看 ``on_time`` 会觉得半径越小越好，看 ``covered`` 会觉得越大越好；
    ``reach`` = covered × on_time 把两头乘在一起。

    Examples
    --------
    >>> toy = pd.DataFrame({"distance_km": [1, 2, 3, 9], "minutes": [20, 28, 40, None], "cost_yuan": [4, 5, 7, 9]})
    >>> curve = radius_curve(toy, [1, 2, 3], central_yuan=9).round(2)
    >>> curve[["radius_km", "covered", "on_time", "reach", "cost_yuan"]]
       radius_km  covered  on_time  reach  cost_yuan
    0        1.0     0.25     1.00   0.25       7.75
    1        2.0     0.50     1.00   0.50       6.75
    2        3.0     0.75     0.67   0.50       6.25
    """
    check_frame("orders", orders, ["distance_km", "minutes", "cost_yuan"])
    limit = check_between("limit_min", limit_min, 1, 24 * 60)
    central = check_between("central_yuan", central_yuan, 0, 1e4)
    check_between("confidence", confidence, 0, 1, open_ends=True)
    at = numbers("radii", radii, 0.1, 100)
    distance = orders["distance_km"].to_numpy(float)
    minutes = orders["minutes"].astype("Float64").to_numpy(float, na_value=np.nan)
    cost = orders["cost_yuan"].to_numpy(float)
    rows = []
    for radius in at:
        inside = distance <= radius
        unknown = inside & np.isnan(minutes)
        if inside.any() and unknown.sum() > 0.2 * inside.sum():
            far = distance[~np.isnan(minutes)].max(initial=0.0)
            raise ValueError(
                f"半径 {radius:g} 公里内有太多没有配送用时的单：门店最远只送过 {far:.1f} 公里。请把半径改小。"
            )
        n = len(distance) - unknown.sum()
        timely = (inside & (minutes <= limit)).sum()
        known = inside & ~unknown
        paid = np.where(inside, cost, central)[~unknown]
        rows.append((n, known.sum(), timely, paid.mean()))
    total, covered, timely, paid = np.array(rows, float).T
    low, high = wilson(timely, total, confidence)
    return pd.DataFrame(
        {"radius_km": at, "covered": covered / total, "on_time": timely / np.maximum(covered, 1)}
        | {"reach": timely / total, "low": low, "high": high, "cost_yuan": paid}
    )
