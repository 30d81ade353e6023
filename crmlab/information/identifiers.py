"""Resident id numbers (GB 11643) and mobile numbers: is each one written right? Nothing is derived or kept."""

from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_series, row_of

# GB/T 2260 province codes; 81-83 are also the codes of residence permits of Hong Kong, Macao and Taiwan residents.
_PROVINCES = np.array(
    [*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82, 83]
)
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECK_DIGITS = np.array([1, 0, 10, 9, 8, 7, 6, 5, 4, 3, 2])
_MONTH_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])

_RESIDENT_PROBLEMS = {
    "missing": "没有填写",
    "old": "是 15 位旧号，2013 年起已停用",
    "format": "应是 17 位数字，末位是数字或 X，没有空格",
    "region": "前两位不是省级行政区代码",
    "date": "第 7–14 位不是可能的出生日期",
    "future": "出生日期晚于参照日期",
    "checksum": "末位校验码不符，多半是抄错了一位",
}
_MOBILE_PROBLEMS = {
    "missing": "没有填写",
    "length": "应是 11 位数字",
    "format": "含有数字以外的字符",
    "prefix": "应以 13–19 开头",
}


def check_resident_id(ids: Any, *, as_of: Any = None) -> pd.DataFrame:
    """检查居民身份证号（GB 11643）：位数、地区码、出生日期和校验码。

    校验码（ISO 7064 MOD 11-2）：前 17 位各乘以 2^(18 − i) 除以 11 的余数，求和，再除以 11；
    余数 0–10 依次对应末位 1 0 X 9 8 7 6 5 4 3 2。

    Parameters
    ----------
    ids : Series or list of str
        身份证号，都是文字。末位 x 大小写都可以。
    as_of : date or str, optional
        参照日期，例如 "2026-09-01"：晚于它的出生日期算错。不给就不查这一条，因为结果不该随运行的日子变化。

    Returns
    -------
    DataFrame
        索引同 ids，一行一个号码。列：valid（是否全部通过）、problem（missing、old、format、region、date、future、
        checksum 之一，没有问题时是缺失值）、message（中文说明，没有问题时是缺失值）。一个号码只记第一个问题。

    Raises
    ------
    TypeError
        给的不是一列，或号码是数字不是文字。
    ValueError
        as_of 不是日期。

    Notes
    -----
    结果和报错里都没有号码本身，也不推出生日、性别、籍贯：个人信息够用就好。通过检查只说明写得合规，不说明号码真有其人。
    校验码能查出全部单个数字的错误和相邻两位的颠倒。地区码只查前两位；县级代码常有撤并，旧码仍有效。出生年份限 1800–2099。

    References
    ----------
    GB 11643-1999 公民身份号码；GB/T 2260 中华人民共和国行政区划代码；ISO/IEC 7064。

    Examples
    --------
    >>> from crmlab import information
    >>> result = information.check_resident_id(["11010519491231002X", "110105194912310021", "11010519490229002X"])
    >>> result["valid"].tolist()
    [True, False, False]
    >>> result.loc[1, "message"]
    '末位校验码不符，多半是抄错了一位'
    """
    series = _texts("ids", ids, "身份证号")
    today = None if as_of is None else _date("as_of", as_of)
    known = series.notna().to_numpy()
    text = series.where(known, "").astype("str").str.upper()
    length = text.str.len().to_numpy()
    digits = _digits(text.to_numpy(dtype=object), 18)
    shaped = (length == 18) & (digits[:, :17] <= 9).all(axis=1) & (digits[:, 17] <= 10)
    safe = np.where(shaped[:, None], digits, 0).astype(np.int64)
    year = safe[:, 6:10] @ [1000, 100, 10, 1]
    month, day = safe[:, 10:12] @ [10, 1], safe[:, 12:14] @ [10, 1]
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    month_days = _MONTH_DAYS[np.where(month <= 12, month, 0)] + ((month == 2) & leap)
    dated = (year >= 1800) & (year <= 2099) & (day >= 1) & (day <= month_days)
    old = (length == 15) & (digits[:, :15] <= 9).all(axis=1)
    wrong: dict[str, Any] = {
        "missing": (length == 0),
        "old": old,
        "format": ~shaped,
        "region": ~np.isin(safe[:, 0] * 10 + safe[:, 1], _PROVINCES),
        "date": ~dated,
        "future": np.zeros(len(text), dtype=bool)
        if today is None
        else year * 10000 + month * 100 + day > today.year * 10000 + today.month * 100 + today.day,
        "checksum": _CHECK_DIGITS[(safe[:, :17] @ _WEIGHTS) % 11] != safe[:, 17],
    }
    return _verdicts(series.index, wrong, _RESIDENT_PROBLEMS)


def check_mobile(mobiles: Any) -> pd.DataFrame:
    """检查中国大陆手机号：11 位数字，以 13–19 开头。

    开头的 +86、0086、86 和中间的空格、短横线会先去掉，再检查。

    Parameters
    ----------
    mobiles : Series or list of str
        手机号，都是文字。

    Returns
    -------
    DataFrame
        索引同 mobiles，一行一个号码。列：valid（是否通过）、problem（missing、length、format、prefix 之一，
        没有问题时是缺失值）、message（中文说明，没有问题时是缺失值）、normalised（通过的号码写成 11 位，没通过的是缺失值）。

    Raises
    ------
    TypeError
        给的不是一列，或号码是数字不是文字。

    Notes
    -----
    通过检查不说明号码在用，更不说明客户同意接收营销短信。不查具体号段：号段会新增，写死的名单会误判新号。
    normalised 是完整的号码，只在确实要联系客户时使用；展示时用 `mask`。

    References
    ----------
    工业和信息化部《电信网编号计划》。

    Examples
    --------
    >>> from crmlab import information
    >>> result = information.check_mobile(["138 0013 8000", "+86-19912345678", "12800138000", "1380013800"])
    >>> result["problem"].tolist()
    [nan, nan, 'prefix', 'length']
    >>> result["normalised"].tolist()
    ['13800138000', '19912345678', nan, nan]
    """
    series = _texts("mobiles", mobiles, "手机号")
    text = series.where(series.notna(), "").astype("str").str.replace(r"[\s\-－—()（）]", "", regex=True)
    text = text.str.replace(r"^(?:\+|00)?86(?=1\d{10}$)", "", regex=True)
    wrong: dict[str, Any] = {
        "missing": (text == "").to_numpy(),
        "format": (~text.str.fullmatch(r"[0-9]+")).to_numpy(),
        "length": (text.str.len() != 11).to_numpy(),
        "prefix": (~text.str.match(r"1[3-9]")).to_numpy(),
    }
    table = _verdicts(series.index, wrong, _MOBILE_PROBLEMS)
    return table.assign(normalised=text.where(table["valid"]))


def _texts(argument: str, values: Any, what: str) -> pd.Series:
    """Return the values as a Series of text; a number has already lost digits, so it is refused, unseen."""
    series = check_series(argument, values)
    is_text = series.map(lambda v: isinstance(v, str)).to_numpy(dtype=bool)
    wrong = ~is_text & series.notna().to_numpy()
    if wrong.any():
        at = int(wrong.argmax())
        kind = type(series.iloc[at]).__name__
        raise TypeError(
            f"参数 {argument} 的{what}应是文字，{row_of(series, at)}的类型是 {kind}。存成数字会丢位，请在读入时写 dtype=str。"
        )
    return series


def _date(argument: str, value: Any) -> pd.Timestamp:
    """Return a date, or say in Chinese that it is none."""
    try:
        stamp = pd.Timestamp(value)
    except (ValueError, TypeError):
        stamp = None
    if stamp is None or pd.isna(stamp):
        raise ValueError(f'参数 {argument} 应是日期，例如 "2026-09-01"，你给的是“{value}”。') from None
    return stamp


def _digits(texts: np.ndarray, width: int) -> np.ndarray:
    """Return code points minus that of 0, X as 10, anything that is no digit as 99; short texts are filled with 99."""
    codes = (
        np.array(texts, dtype=f"U{width}").reshape(-1, 1).view(np.uint32).reshape(len(texts), width).astype(np.int64)
    )
    digits = codes - ord("0")
    return np.where(codes == ord("X"), 10, np.where((digits >= 0) & (digits <= 9), digits, 99))


def _verdicts(index: pd.Index, wrong: dict[str, Any], messages: dict[str, str]) -> pd.DataFrame:
    """Name the first problem of each row."""
    names = list(wrong)
    failed = np.column_stack([np.asarray(wrong[name], dtype=bool) for name in names])
    bad = failed.any(axis=1)
    first = np.where(bad, failed.argmax(axis=1), len(names))
    named = [pd.array([*texts, None], dtype="str")[first] for texts in (names, [messages[name] for name in names])]
    return pd.DataFrame({"valid": ~bad, "problem": named[0], "message": named[1]}, index=index)
