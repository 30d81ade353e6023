"""Is the model any good? Fit on the first part of the time, look at the rest."""

from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_number, check_numbers, check_probability, check_whole
from crmlab._intervals import t_interval
from crmlab.loyalty._purchases_model import PurchaseModel
from crmlab.loyalty._transactions import check_day, check_unit, day_text, days_of, read_purchases
from crmlab.loyalty.rfm import rfm_summary, rfm_values


def calibration_holdout(
    transactions: pd.DataFrame,
    *,
    calibration_end: Any,
    observation_end: Any = None,
    time_unit: str = "day",
    customer: str = "customer_id",
    date: str = "date",
    amount: str | None = "amount",
) -> pd.DataFrame:
    """把交易按时间切成校准期和保留期：前一段用来估计，后一段用来检验。

    Parameters
    ----------
    transactions : DataFrame
        一行一笔交易，行序不限。
    calibration_end : date or str
        校准期的最后一天（含）。
    observation_end : date or str, optional
        保留期的最后一天，默认是数据里最晚的一天。更晚的交易会报错。
    time_unit : {"day", "week", "month", "year"}, default "day"
        时间单位。
    customer, date : str
        客户编号列和日期列。
    amount : str or None, default "amount"
        金额列；没有就写 None。

    Returns
    -------
    DataFrame
        校准期里买过的每位客户一行：:func:`rfm_summary` 的列，另加 holdout_frequency（保留期里有购买的天数）、
        holdout_T（保留期多长）；有金额时还有 holdout_amount（保留期的总金额）。

    Raises
    ------
    TypeError
        日期列不是日期，或金额列不是数字。
    ValueError
        缺列，有缺失值，校准期里没有交易，或校准期末不早于观察期末。

    Notes
    -----
    校准期以后才首次购买的客户不在表里：模型没有见过他们。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import loyalty
    >>> orders = pd.DataFrame(
    ...     {
    ...         "customer_id": [1, 1, 1, 2, 3],
    ...         "date": pd.to_datetime(["2026-01-01", "2026-01-20", "2026-02-20", "2026-01-05", "2026-02-01"]),
    ...     }
    ... )
    >>> table = loyalty.calibration_holdout(
    ...     orders, calibration_end="2026-01-31", observation_end="2026-02-28", amount=None
    ... )
    >>> table[["customer_id", "frequency", "recency", "T", "holdout_frequency"]]
       customer_id  frequency  recency     T  holdout_frequency
    0            1          1     19.0  30.0                  1
    1            2          0      0.0  26.0                  0
    """
    per_unit = check_unit(time_unit)
    check_frame("transactions", transactions, [customer, date])
    cut = check_day("calibration_end", calibration_end)
    days = days_of(transactions[date], date)
    end = int(days.max()) if observation_end is None else check_day("observation_end", observation_end)
    if cut >= end:
        raise ValueError(f"校准期末 {day_text(cut)} 应早于观察期末 {day_text(end)}，否则没有保留期。")
    early = days <= cut
    if not early.any():
        raise ValueError(
            f"校准期末 {day_text(cut)} 以前没有交易，第一笔在 {day_text(int(days.min()))}。请改 calibration_end。"
        )
    names = {"customer": customer, "date": date}
    table = rfm_summary(
        transactions[early], **names, amount=amount, observation_end=np.datetime64(cut, "D"), time_unit=time_unit
    )
    late = transactions[~early]
    again, spent = np.zeros(len(table), dtype=int), np.zeros(len(table))
    if len(late):
        # Without amounts the days stand in for them: only the counts are used.
        money = amount or "_one"
        late = late if amount else late[[customer, date]].assign(_one=1.0)
        seen = rfm_values(late, **names, amount=money, observation_end=np.datetime64(end, "D")).set_index("customer_id")
        found = seen.reindex(table["customer_id"])
        again = found["orders"].fillna(0).to_numpy().astype(int)
        spent = found["total_amount"].fillna(0).to_numpy()
    result = table.assign(holdout_frequency=again, holdout_T=(end - cut) / per_unit)
    if amount:
        result["holdout_amount"] = spent
    result.attrs["time_unit"] = time_unit
    return result


def holdout_table(
    model: PurchaseModel, calibration: pd.DataFrame, *, max_frequency: int = 7, confidence: float = 0.95
) -> pd.DataFrame:
    """校准期买得多的客户，保留期里真的买得多吗：按校准期的重复购买次数比较实际与预测。

    Parameters
    ----------
    model : BetaGeoModel or ParetoNBD
        用校准期估出的模型。
    calibration : DataFrame
        :func:`calibration_holdout` 的结果。
    max_frequency : int, default 7
        达到这个次数的客户并成一组。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    DataFrame
        一行一组。列：frequency（组，最后一组是“次数+”）、n（人数）、actual（保留期平均实际次数）、low、high（实际均值的 t 区间）、
        predicted（模型预测的平均次数）。

    Raises
    ------
    TypeError
        model 不是购买模型，或有列不是数字。
    ValueError
        缺列，时间单位不同，或保留期长短不一。

    Notes
    -----
    预测落在区间外，说明这一组的差别不像是偶然；但次数偏斜、人数少的组，t 区间本身也粗。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import loyalty
    >>> model = loyalty.BetaGeoModel(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    >>> calibration = pd.DataFrame(
    ...     {
    ...         "customer_id": [1, 2, 3], "frequency": [0, 0, 2], "recency": [0, 0, 30.43], "T": [38.86, 38.86, 38.86],
    ...         "holdout_frequency": [0, 1, 1], "holdout_T": 39.0,
    ...     }
    ... )
    >>> loyalty.holdout_table(model, calibration)[["frequency", "n", "actual", "predicted"]].round(3)
      frequency  n  actual  predicted
    0         0  2     0.5      0.195
    1         2  1     1.0      1.226
    """
    _check_model(model)
    check_probability("confidence", confidence)
    most = check_whole("max_frequency", max_frequency)
    check_frame("calibration", calibration, ["frequency", "recency", "T", "holdout_frequency", "holdout_T"])
    spans = check_numbers("holdout_T", calibration["holdout_T"], 0, missing=False)
    if spans.nunique() > 1:
        raise ValueError("列“holdout_T”应全都一样，现在有几种。请用 loyalty.calibration_holdout() 重新切分。")
    actual = check_numbers("holdout_frequency", calibration["holdout_frequency"], 0, missing=False)
    predicted = model.predict(calibration, float(spans.iloc[0]))["expected_purchases"]
    group = calibration["frequency"].clip(upper=most).astype(int).to_numpy()
    table = pd.DataFrame({"group": group, "actual": actual.to_numpy(), "predicted": predicted.to_numpy()})
    result = table.groupby("group").agg(
        n=("actual", "size"), actual=("actual", "mean"), sd=("actual", "std"), predicted=("predicted", "mean")
    )
    low, high = t_interval(result["actual"], result["sd"].fillna(0), result["n"], confidence)
    labels = [f"{g}+" if g == most else str(g) for g in result.index]
    result = result.assign(frequency=labels, low=low, high=high).reset_index(drop=True)
    return result[["frequency", "n", "actual", "low", "high", "predicted"]]


def tracking_data(
    model: PurchaseModel,
    transactions: pd.DataFrame,
    *,
    calibration_end: Any,
    observation_end: Any = None,
    step: float = 1,
    customer: str = "customer_id",
    date: str = "date",
) -> pd.DataFrame:
    """跟踪图的数据：校准期的这批客户，逐期的重复购买总数，实际与模型各是多少。

    Parameters
    ----------
    model : BetaGeoModel or ParetoNBD
        用校准期估出的模型。
    transactions : DataFrame
        一行一笔交易，行序不限。
    calibration_end : date or str
        校准期的最后一天。之后才首次购买的客户不算。
    observation_end : date or str, optional
        最后一天，默认是数据里最晚的一天。
    step : float, default 1
        每几个时间单位一行，单位同模型；至少一天。
    customer, date : str
        客户编号列和日期列。

    Returns
    -------
    DataFrame
        一行一期，最后不满一期的不出。列：period（第几期）、end（这期最后一天）、actual、expected（这期的重复购买总数）、
        actual_cumulative、expected_cumulative、in_calibration（这期整个在校准期里）。

    Raises
    ------
    TypeError
        model 不是购买模型，或日期列不是日期。
    ValueError
        缺列，有缺失值，有交易晚于观察期末，或一期也不满。

    Notes
    -----
    期望按每位客户自己的首次购买日算起，再加总。累计曲线天然光滑，容易看着很准；逐期的 actual 和 expected 才看得出季节和促销。
    没有区间：期望只含模型，实际是一次观察。

    References
    ----------
    Fader, P. S., Hardie, B. G. S., & Lee, K. L. (2005). *Marketing Science*, 24(2), 275-284. Figures 3-4.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import loyalty
    >>> model = loyalty.BetaGeoModel(r=0.243, alpha=4.414, a=0.793, b=2.426, time_unit="week")
    >>> orders = pd.DataFrame(
    ...     {
    ...         "customer_id": [1, 1, 2],
    ...         "date": pd.to_datetime(["2026-01-01", "2026-01-10", "2026-01-03"]),
    ...     }
    ... )
    >>> table = loyalty.tracking_data(model, orders, calibration_end="2026-01-14", observation_end="2026-01-21")
    >>> table[["period", "end", "actual_cumulative", "expected_cumulative", "in_calibration"]].round({"expected_cumulative": 3})
       period        end  actual_cumulative  expected_cumulative  in_calibration
    0       1 2026-01-07                  0                0.077            True
    1       2 2026-01-14                  1                0.179            True
    2       3 2026-01-21                  1                0.275           False
    """
    _check_model(model)
    cut = check_day("calibration_end", calibration_end)
    found = read_purchases(transactions, customer=customer, date=date, observation_end=observation_end)
    span = check_number("step", step) * check_unit(model.time_unit)
    if span < 1:
        raise ValueError(f"参数 step 太小：一期至少要一天，现在是 {span:.3g} 天。")
    n_days = found.end_day + 1
    ends = np.floor(span * np.arange(1, int(n_days / span + 1e-9) + 1) + 1e-9).astype(int)
    if len(ends) == 0:
        raise ValueError(f"观察期只有 {n_days} 天，不满一期（{span:g} 天）。请改小 step。")
    chosen = found.first <= cut - found.start_day
    if not chosen.any():
        raise ValueError(f"校准期末 {day_text(cut)} 以前没有客户。请改 calibration_end。")
    born = np.bincount(found.first[chosen], minlength=n_days)
    is_chosen = np.zeros(found.n_codes, dtype=bool)
    is_chosen[found.present[chosen]] = True
    visits = np.unique(found.codes.astype(np.int64) * n_days + found.days)
    visits = visits[is_chosen[visits // n_days]]
    repeats = np.bincount(visits % n_days, minlength=n_days) - born
    so_far = model.expected_purchases(np.arange(n_days) / check_unit(model.time_unit))["expected"].to_numpy()
    # A period ends with its last day; whoever was born on day b has then an age of last day - b.
    expected = np.array([born[:e] @ so_far[e - 1 :: -1][:e] for e in ends])
    actual = repeats.cumsum()[ends - 1]
    return pd.DataFrame(
        {
            "period": np.arange(1, len(ends) + 1),
            "end": (found.start_day + ends - 1).astype("datetime64[D]").astype("datetime64[s]"),
            "actual": np.diff(actual, prepend=0),
            "expected": np.diff(expected, prepend=0.0),
            "actual_cumulative": actual,
            "expected_cumulative": expected,
            "in_calibration": found.start_day + ends - 1 <= cut,
        }
    )


def _check_model(model: Any) -> None:
    if not isinstance(model, PurchaseModel):
        raise TypeError(f"参数 model 应是 BetaGeoModel 或 ParetoNBD，你给的是 {type(model).__name__}。")
