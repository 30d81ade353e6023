"""Customer care by the calendar: which rule is due for whom today, and who was written to too recently."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import (
    check_frame,
    check_labels,
    check_moment,
    check_moments,
    check_names,
    check_numbers,
    check_present,
    check_whole,
    row_of,
)

CARE_KINDS = {
    "every_year": "每年这一天（生日、入会日），提前几天",
    "before": "这一天之前几天（会员到期、保修到期）",
    "after": "这一天之后满几天（最后一次购买、安装完成）",
}


@dataclass(frozen=True, repr=False, eq=False)
class CareDue:
    """今天该关怀谁。

    Attributes
    ----------
    due : DataFrame
        该联系的，一位客户一行，按规则的优先次序，同一条规则里日期早的在前。列：编号列、care（哪条规则）、event_date（那一天）、days（离那一天还有几天，负数是过了几天）。
    held_back : DataFrame
        到了规则、但没有排上的。列同上，另有 reason（近期联系过、同时有更优先的关怀）。
    summary : DataFrame
        一行一条规则。列：care、matched（满足规则的人数）、due（其中要联系的）。
    n : int
        客户数。
    as_of : Timestamp
        今天。
    """

    due: pd.DataFrame
    held_back: pd.DataFrame
    summary: pd.DataFrame
    n: int
    as_of: pd.Timestamp

    def __str__(self) -> str:
        told = "，".join(f"{care} {due}" for care, due in zip(self.summary["care"], self.summary["due"], strict=True))
        return f"{self.as_of:%Y-%m-%d} 要联系 {len(self.due):,} 位（{told}），另有 {len(self.held_back):,} 次暂不打扰；共 {self.n:,} 位客户"

    __repr__ = __str__


def care_due(
    customers: pd.DataFrame,
    rules: pd.DataFrame,
    *,
    as_of: Any,
    last_contact: str | None = None,
    quiet_days: int = 0,
    customer_id: str = "customer_id",
) -> CareDue:
    """客户关怀的触发规则：按规则表找出今天该联系的客户，一位客户一天只打扰一次。

    Parameters
    ----------
    customers : DataFrame
        一行一位客户：编号列，和规则用到的日期列；日期缺失的不触发。
    rules : DataFrame
        一行一条规则，写在前面的优先。列：care（名称，不重复）、column（日期列）、kind（怎么算）、days（几天，不小于 0 的整数）。
        kind：every_year 是每年这一天及之前 days 天内；before 是这一天还没到、只剩 days 天以内；after 是这一天过去满 days 天。
    as_of : Timestamp or str
        今天。
    last_contact : str, optional
        最近一次联系的日期列，从没联系过的留空。after 类的规则，联系过之后就不再触发，直到那一天更新。
    quiet_days : int, default 0
        最近这么多天之内联系过的，这次不打扰。要和 last_contact 一起给。
    customer_id : str, default "customer_id"
        编号列，不重复。

    Returns
    -------
    CareDue
        due（要联系的）、held_back（暂不打扰的和原因）、summary。

    Raises
    ------
    TypeError
        日期列不是日期时间，或 days 不是数字。
    ValueError
        缺列，编号或规则重复，kind 不认识，days 不是整数，给了 quiet_days 却没给 last_contact，或有最近联系在今天之后。

    Notes
    -----
    没有区间：数的是名单，不是估计。关怀有没有用，要留一组不关怀的客户来比，用 `communication.ab_test` 或 `development.uplift_table`。
    2 月 29 日的生日，平年算 2 月 28 日。客户没有同意过的用途（例如用病历日期来触发），不能做成规则。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import loyalty
    >>> customers = pd.DataFrame(
    ...     {
    ...         "customer_id": ["C1", "C2", "C3"],
    ...         "birthday": pd.to_datetime(["1990-03-05", "1988-07-01", None]),
    ...         "last_order": pd.to_datetime(["2026-02-20", "2025-10-01", "2025-11-01"]),
    ...         "contacted": pd.to_datetime([None, None, "2026-02-25"]),
    ...     }
    ... )
    >>> rules = pd.DataFrame(
    ...     [["生日祝福", "birthday", "every_year", 7], ["沉睡唤醒", "last_order", "after", 90]], columns=["care", "column", "kind", "days"]
    ... )
    >>> result = loyalty.care_due(customers, rules, as_of="2026-03-01", last_contact="contacted", quiet_days=14)
    >>> result
    2026-03-01 要联系 2 位（生日祝福 1，沉睡唤醒 1），另有 0 次暂不打扰；共 3 位客户
    >>> result.due
      customer_id  care event_date  days
    0          C1  生日祝福 2026-03-05     4
    1          C2  沉睡唤醒 2025-10-01  -151
    """
    check_frame("customers", customers, [customer_id, *([last_contact] if last_contact else [])])
    check_frame("rules", rules, ["care", "column", "kind", "days"])
    check_names("care", rules["care"])
    check_names(customer_id, customers[customer_id])
    check_frame("customers", customers, [str(c) for c in check_present("column", rules["column"])])
    check_labels("kind", rules["kind"], CARE_KINDS, missing=False)
    spans = check_numbers("days", rules["days"], 0, missing=False)
    if (spans % 1 != 0).any():
        at = int((spans % 1 != 0).to_numpy().argmax())
        raise ValueError(f"列“days”应是整数，{row_of(spans, at)}是 {spans.iloc[at]:g}。")
    quiet = check_whole("quiet_days", quiet_days)
    if quiet and last_contact is None:
        raise ValueError("给了 quiet_days 就要给 last_contact，否则不知道谁最近联系过。")
    today = check_moment("as_of", as_of, say='一个日期，例如 "2026-06-30"').tz_localize(None).normalize()
    touched = _touched(customers, last_contact, today)
    found = []
    for order, rule in enumerate(rules.to_dict("records")):
        event = _day(str(rule["column"]), customers[rule["column"]])
        event = _this_year(event, today) if rule["kind"] == "every_year" else event
        left = (event - today).dt.days
        if rule["kind"] == "after":
            hit = (left <= -int(rule["days"])) & ~(touched > event)
        else:
            hit = left.between(0, int(rule["days"]))
        rows = np.flatnonzero(hit.to_numpy())
        ids = customers[customer_id].array[rows]
        part = {"at": rows, "order": order, customer_id: ids, "care": str(rule["care"])}
        found.append(pd.DataFrame(part | {"event_date": event.array[rows], "days": left.to_numpy()[rows].astype(int)}))
    everyone = pd.concat(found, ignore_index=True).sort_values(["order", "event_date", customer_id], ignore_index=True)
    recent = ((today - touched).dt.days <= quiet).to_numpy()[everyone["at"]] & (quiet > 0)
    second = everyone.duplicated("at").to_numpy()
    columns = [customer_id, "care", "event_date", "days"]
    due = everyone.loc[~recent & ~second, columns].reset_index(drop=True)
    held = everyone.loc[recent | second, columns].reset_index(drop=True)
    why = np.where(recent, "近期联系过", "同时有更优先的关怀")[recent | second]
    names = rules["care"].astype(str)
    summary = pd.DataFrame({"care": names.to_numpy()})
    for column, table in (("matched", everyone), ("due", due)):
        summary[column] = summary["care"].map(table["care"].value_counts()).fillna(0).astype(int)
    return CareDue(due, held.assign(reason=pd.Series(why, dtype="str")), summary, len(customers), today)


def _touched(customers: pd.DataFrame, column: str | None, today: pd.Timestamp) -> pd.Series:
    if column is None:
        return pd.Series(pd.NaT, index=customers.index, dtype="datetime64[ns]")
    touched = _day(column, customers[column])
    ahead = (touched > today).to_numpy()
    if ahead.any():
        at = int(ahead.argmax())
        raise ValueError(
            f"列“{column}”的{row_of(touched, at)}是 {touched.iloc[at]:%Y-%m-%d}，在今天（{today:%Y-%m-%d}）之后。请先核对。"
        )
    return touched


def _day(name: str, values: pd.Series) -> pd.Series:
    """Return calendar days; a column of nothing but gaps is a column without dates."""
    if values.isna().all():
        return pd.Series(pd.NaT, index=values.index, dtype="datetime64[ns]")
    moments = check_moments(name, values)
    days: pd.Series = (moments.dt.tz_localize(None) if moments.dt.tz is not None else moments).dt.normalize()
    return days


def _this_year(event: pd.Series, today: pd.Timestamp) -> pd.Series:
    """Return the next anniversary, today's included; 29 February falls on the 28th in common years."""
    following = [_anniversary(day, today) for day in event]
    return pd.Series(following, index=event.index, dtype="datetime64[ns]")


def _anniversary(day: Any, today: pd.Timestamp) -> Any:
    if pd.isna(day):
        return pd.NaT
    this_year = _in_year(day, today.year)
    return this_year if this_year >= today else _in_year(day, today.year + 1)


def _in_year(day: pd.Timestamp, year: int) -> pd.Timestamp:
    leap = pd.Timestamp(year, 1, 1).is_leap_year
    return pd.Timestamp(year, day.month, 28 if (day.month, day.day) == (2, 29) and not leap else day.day)
