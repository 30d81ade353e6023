"""VIP first: what each tier waits when calls are answered by rank, against first come first served."""

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_numbers, check_positive, check_whole


def priority_queue(tiers: pd.DataFrame, *, agents: int, service_min: float) -> pd.DataFrame:
    """优先排队（non-preemptive priority, M/M/c）：级别高的先接，各级平均等多久。

    第 k 级的平均等待 = C ÷ (c·μ) ÷ [(1 − σₖ₋₁)(1 − σₖ)]。C 是来了要等的概率（Erlang C），c 是坐席数，μ 是每个坐席每小时能办几件，
    σₖ 是级别不低于 k 的来电占用坐席的比例。正在接的不打断。

    Parameters
    ----------
    tiers : DataFrame
        一行一级，从最优先的排起。列：tier（名称）、arrivals_per_hour（每小时来多少，不能是负数）。
    agents : int
        坐席数，至少 1。
    service_min : float
        平均服务时长，分钟，各级相同。

    Returns
    -------
    DataFrame
        原表的列和行序，另加 load（占用坐席的比例）、cumulative_load（连更优先的在内）、wait_share（要等的比例，0–1）、
        wait_min（平均等待，分钟，不等的也算在内）、fifo_wait_min（不分级、先来先办时的平均等待）、
        change_min（分级减不分级；负的是变快）、waiting（平均有几位在等）。来得比接得快的级，等待无穷大（inf）。

    Raises
    ------
    TypeError
        到达率、坐席数或时长不是数字。
    ValueError
        缺列，有负数或缺失值，坐席数不是整数或小于 1，或服务时长不大于 0。

    Notes
    -----
    假设：来电是泊松到达，服务时长服从指数分布、各级一样长，等多久都不挂断。优先只挪动等待，不减少等待：
    Σ λ·等待 分不分级都一样，VIP 少等的，全由别人多等的补上。平均数看不出最长的等待，低级别的长尾更长，要看就模拟。
    这是公式算出的期望，不是从样本估计的，所以没有区间；到达率和时长是估计的话，换上它们的两端各算一遍。

    References
    ----------
    Cobham, A. (1954). Priority assignment in waiting line problems. *Operations Research*, 2(1), 70-76.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import strategy
    >>> tiers = pd.DataFrame({"tier": ["VIP", "普通"], "arrivals_per_hour": [10, 40]})
    >>> table = strategy.priority_queue(tiers, agents=5, service_min=5.4)
    >>> table[["tier", "wait_min", "fifo_wait_min", "change_min"]].round(2)
      tier  wait_min  fifo_wait_min  change_min
    0  VIP      1.00           8.23       -7.23
    1   普通     10.04           8.23        1.81
    """
    check_frame("tiers", tiers, ["tier", "arrivals_per_hour"])
    rate = check_numbers("arrivals_per_hour", tiers["arrivals_per_hour"], 0, missing=False).to_numpy()
    servers = check_whole("agents", agents, 1)
    hours = check_positive("service_min", service_min) / 60
    load = rate * hours / servers
    upto = load.cumsum()
    before = upto - load
    total = float(upto[-1])
    waits = _erlang_c(servers, total * servers) if total < 1 else 1.0
    served = upto < 1 - 1e-12
    # Overloaded: all agents are always busy, so the tiers that still fit wait as if C = 1.
    free = np.where(served, (1 - before) * (1 - upto), 1.0)
    wait = np.where(served, waits * hours / servers / free, np.inf)
    fifo = waits * hours / servers / (1 - total) if total < 1 - 1e-12 else np.inf
    both = np.isfinite(wait) & np.isfinite(fifo)
    change = np.where(both, 60 * (np.where(both, wait, 0) - (fifo if np.isfinite(fifo) else 0)), np.nan)
    waiting = np.where(served, rate * np.where(served, wait, 0.0), np.where(rate > 0, np.inf, 0.0))
    return tiers.assign(
        load=load,
        cumulative_load=upto,
        wait_share=waits,
        wait_min=60 * wait,
        fifo_wait_min=60 * fifo,
        change_min=change,
        waiting=waiting,
    )


def _erlang_c(servers: int, offered: float) -> float:
    """Chance of waiting in M/M/c, by the recursion of Erlang B."""
    blocked = 1.0
    for c in range(1, servers + 1):
        blocked = offered * blocked / (c + offered * blocked)
    share = offered / servers
    return blocked / (1 - share * (1 - blocked))
