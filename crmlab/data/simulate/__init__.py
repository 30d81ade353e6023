"""Simulated tables of one company, for cases, labs and measurements: same seed, same company."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

from crmlab._checks import check_one_of, check_whole, listing, nearest
from crmlab.data.simulate._world import rechunk
from crmlab.data.simulate.opinions import response_parts, review_parts, simulate_responses, simulate_reviews
from crmlab.data.simulate.people import customer_parts, simulate_customers
from crmlab.data.simulate.sales import order_parts, simulate_orders
from crmlab.data.simulate.service import contact_parts, simulate_contacts

__all__ = [
    "simulate_chunks",
    "simulate_contacts",
    "simulate_customers",
    "simulate_orders",
    "simulate_responses",
    "simulate_reviews",
]

_PARTS: dict[str, Callable[..., Iterator[pd.DataFrame]]] = {
    "customers": customer_parts,
    "orders": order_parts,
    "contacts": contact_parts,
    "responses": response_parts,
    "reviews": review_parts,
}


def simulate_chunks(
    table: str, customers: int, *, seed: int, rows: int = 100_000, **options: Any
) -> Iterator[pd.DataFrame]:
    """一块一块地给出模拟的表：要几百万行、又不想一次放进内存时用。

    接起来与 ``simulate_…`` 一次给出的整张表完全相同，与每块多少行无关。

    Parameters
    ----------
    table : {"customers", "orders", "contacts", "responses", "reviews"}
        哪一张表。
    customers : int
        多少位客户。订单数约是它的 3.4 倍：一千万单约要 300 万客户。
    seed : int
        种子。
    rows : int, default 100000
        每块多少行，不小于 1；最后一块可以少。
    **options
        那张表的其他参数：season、missing、duplicates、impossible。

    Returns
    -------
    iterator of DataFrame
        各块，行号接着编。一行也没有时给一张空表。

    Raises
    ------
    TypeError
        参数不是数，或那张表没有这个参数。
    ValueError
        没有这张表，行数小于 1，或别的参数不在范围内。

    Notes
    -----
    内存只用一块的行数，加上 4,096 位客户的数据。

    Examples
    --------
    >>> from crmlab import data
    >>> chunks = data.simulate_chunks("orders", 3000, seed=1, rows=5000)
    >>> sum(len(chunk) for chunk in chunks) == len(data.simulate_orders(3000, seed=1))
    True
    """
    check_one_of("table", table, list(_PARTS))
    check_whole("rows", rows, 1, noun="每块的行数")
    make = _PARTS[table]
    known = [name for name in inspect.signature(make).parameters if name not in ("customers", "seed")]
    for name in options:
        if name not in known:
            raise TypeError(f"表 {table} 没有参数 {name}。{nearest(name, known)}可用的参数：{listing(known)}。")
    return rechunk(make(customers, seed=seed, **options), int(rows))
