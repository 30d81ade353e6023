"""What visitors of a site or app do: visits cut from a log of page views, and who leaves after one page."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_moments, check_positive, check_present, check_probability
from crmlab._intervals import interval_text, wilson


@dataclass(frozen=True, repr=False, eq=False)
class Visits:
    """由浏览记录切出的一次次访问。

    Attributes
    ----------
    visits : DataFrame
        一行一次访问，按访客、时间。列：user、visit（第几次）、start、pages（看了几页）、minutes（第一页到最后一页隔几分钟）、landing（从哪页进来）、bounced。
    landings : DataFrame
        一行一个进入页，访问多的在前。列：landing、n、bounce_rate、low、high（威尔逊区间）。
    bounce_rate, low, high : float
        跳出率：只看一页就走的访问占多少，和区间。
    n, n_users : int
        访问次数、访客数。
    confidence : float
        置信水平。
    """

    visits: pd.DataFrame
    landings: pd.DataFrame
    bounce_rate: float
    low: float
    high: float
    n: int
    n_users: int
    confidence: float = 0.95

    def __str__(self) -> str:
        interval = interval_text(self.low, self.high, self.confidence, "{:.1%}")
        pages = self.visits["pages"].mean()
        return f"跳出率 {self.bounce_rate:.1%}（{interval}，{self.n_users:,} 位访客 {self.n:,} 次访问，平均每次 {pages:.1f} 页）"

    __repr__ = __str__


def site_visits(
    views: pd.DataFrame,
    *,
    user: str = "user_id",
    at: str = "ts",
    page: str = "page",
    gap_min: float = 30,
    confidence: float = 0.95,
) -> Visits:
    """网站访问：把浏览记录切成一次次访问，算跳出率，看从哪一页进来的人走得最快。

    同一位访客相邻两页隔了超过 gap_min 分钟，就算另一次访问。

    Parameters
    ----------
    views : DataFrame
        一行一次翻页，次序不限。
    user, at, page : str
        访客、时刻、页面的列名，默认 user_id、ts、page。
    gap_min : float, default 30
        隔多少分钟算另一次访问，大于 0。30 分钟是行业的习惯。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    Visits
        每次访问、各进入页的跳出率、总的跳出率和区间。

    Raises
    ------
    TypeError
        时刻不是日期时间。
    ValueError
        缺列，有缺失值，或 gap_min 不大于 0。

    Notes
    -----
    区间当作各次访问互相独立；同一位访客来几次时，真正的误差大一些。跳出不一定是坏事：查到电话就走，也是一页。
    停留时间从第一页到最后一页，最后一页看了多久不知道，只看一页的都是 0。gap_min 一改，次数和跳出率都改。

    References
    ----------
    Clifton, B. (2012). *Advanced Web Metrics with Google Analytics* (3rd ed.). Sybex.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import technology
    >>> views = pd.DataFrame(
    ...     {
    ...         "user_id": ["甲", "甲", "甲", "乙"], "page": ["首页", "商品", "首页", "活动"],
    ...         "ts": pd.to_datetime(["2026-03-01 09:00", "2026-03-01 09:05", "2026-03-01 20:00", "2026-03-01 10:00"]),
    ...     }
    ... )
    >>> result = technology.site_visits(views)
    >>> result
    跳出率 66.7%（95% 区间 20.8%–93.9%，2 位访客 3 次访问，平均每次 1.3 页）
    >>> result.landings[["landing", "n", "bounce_rate"]]
      landing  n  bounce_rate
    0      首页  2          0.5
    1      活动  1          1.0
    """
    check_frame("views", views, [user, at, page])
    gap = pd.Timedelta(minutes=check_positive("gap_min", gap_min))
    check_probability("confidence", confidence)
    check_present(at, check_moments(at, views[at]))
    for column in (user, page):
        check_present(column, views[column])
    log = pd.DataFrame({"user": views[user].array, "ts": views[at].array, "page": views[page].astype(str).array})
    log = log.sort_values(["user", "ts", "page"], ignore_index=True)
    first = log["user"].ne(log["user"].shift()) | (log["ts"].diff() > gap)
    groups = log.assign(number=first.cumsum()).groupby("number")
    visits = groups.agg(
        user=("user", "first"),
        start=("ts", "first"),
        pages=("page", "size"),
        end=("ts", "last"),
        landing=("page", "first"),
    ).reset_index(drop=True)
    visits.insert(1, "visit", visits.groupby("user").cumcount() + 1)
    visits["minutes"] = (visits.pop("end") - visits["start"]).dt.total_seconds() / 60
    visits["bounced"] = visits["pages"] == 1
    columns = ["user", "visit", "start", "pages", "minutes", "landing", "bounced"]
    landings = visits.groupby("landing").agg(n=("bounced", "size"), out=("bounced", "sum")).reset_index()
    landings["bounce_rate"] = landings["out"] / landings["n"]
    landings["low"], landings["high"] = wilson(landings["out"], landings["n"], confidence)
    landings = landings.drop(columns="out").sort_values(["n", "landing"], ascending=[False, True], ignore_index=True)
    n, out = len(visits), int(visits["bounced"].sum())
    low, high = wilson(out, n, confidence)
    people = int(np.unique(log["user"].astype(str)).size)
    return Visits(visits[columns], landings, out / n, float(low), float(high), n, people, confidence)
