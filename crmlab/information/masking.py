"""Showing personal data with the telling part hidden, and finding where a table holds any."""

import re
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_one_of
from crmlab.information.identifiers import _texts, check_mobile, check_resident_id

MASK_KINDS = {
    "name": "姓名",
    "mobile": "手机号",
    "resident_id": "身份证号",
    "address": "地址",
    "email": "邮箱",
    "bank_card": "银行卡号",
}
MASK_LEVELS = {"light": "轻度", "medium": "中度", "full": "全部"}

_SURNAMES = frozenset(
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 司徒 令狐 夏侯 长孙 宇文 端木 独孤 南宫 西门 百里 呼延 轩辕 太史 申屠".split()
)
# Characters kept at both ends, and the shape a value must have for that: anything else is hidden whole.
_ENDS = {
    "mobile": (r"1[3-9]\d{9}", {"light": (3, 4), "medium": (3, 0)}),
    "resident_id": (r"\d{17}[\dXx]|\d{15}", {"light": (6, 0), "medium": (2, 0)}),
    "bank_card": (r"\d{12,19}", {"light": (6, 4), "medium": (0, 4)}),
}
# An address is cut after the last part that is surely a region: a street or a compound must never slip through.
_PROVINCES = (
    "(?:河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾)省"
    "|(?:内蒙古|广西壮族|西藏|宁夏回族|新疆维吾尔)自治区|(?:香港|澳门)特别行政区"
)
_PLACE = "(?:(?![区县旗市路街道号弄巷])[一-龥])"
_CITY = f"{_PLACE}{{1,8}}(?:(?<!超)市|自治州|地区|盟)"
_DISTRICT = f"{_PLACE}{{1,9}}(?:(?<![小社园校厂景])区|县|旗|(?<![超城])市)"
_ADDRESS = re.compile(f"((?:北京|上海|天津|重庆)市|(?:{_PROVINCES})(?:{_CITY})?|{_CITY})((?:{_DISTRICT})?)")
_HIDDEN = "****"

_FOUND = {
    "resident_id": r"(?<![0-9A-Za-z])([1-8]\d{5}(?:18|19|20)\d{9}[0-9Xx])(?![0-9A-Za-z])",
    "mobile": r"(?<!\d)((?:\+?86[\s-]?)?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4})(?!\d)",
    "bank_card": r"(?<!\d)((?:62|4\d|5[1-5])\d{14,17})(?!\d)",
    "email": r"([A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)",
}


def mask(values: Any, kind: str, *, level: str = "light") -> pd.Series:
    """给个人信息脱敏：留下够用的部分，其余换成星号。

    Parameters
    ----------
    values : Series or list of str
        要脱敏的一列，都是文字。缺失值保持缺失。
    kind : {"name", "mobile", "resident_id", "address", "email", "bank_card"}
        是哪一种信息。
    level : {"light", "medium", "full"}, default "light"
        脱敏的程度，见 Notes。

    Returns
    -------
    Series
        脱敏后的一列，索引和列名不变。

    Raises
    ------
    TypeError
        给的不是一列，或有值不是文字。
    ValueError
        kind 或 level 不认识。

    Notes
    -----
    light：姓名留姓和末字（两字名只留姓），手机号留前 3 后 4 位，身份证号留前 6 位，地址留到区县，邮箱留首字符和域名，银行卡留前 6 后 4 位。
    medium：姓名只留姓，手机号留前 3 位，身份证号留前 2 位，地址留到市，邮箱只留域名，银行卡留后 4 位。full：一律 ``****``。
    样子不对的值（位数不够的手机号、看不出省市的地址）整个隐去，宁可多遮。脱敏只是“去标识化”：几列合起来仍可能认出一个人，
    要用 `k_anonymity` 再查；《个人信息保护法》说的“匿名化”要求不能复原。留首尾的星号数等于遮住的位数。

    References
    ----------
    《中华人民共和国个人信息保护法》第七十三条；GB/T 37964-2019 个人信息去标识化指南。

    Examples
    --------
    >>> from crmlab import information
    >>> information.mask(["王小明", "欧阳锋", "李雷"], "name").tolist()
    ['王*明', '欧阳*', '李*']
    >>> information.mask(["13800138000", "1380013"], "mobile").tolist()
    ['138****8000', '****']
    >>> information.mask(["江苏省苏州市姑苏区幸福小区3栋201"], "address", level="medium").tolist()
    ['江苏省苏州市****']
    """
    check_one_of("kind", kind, tuple(MASK_KINDS))
    check_one_of("level", level, tuple(MASK_LEVELS))
    series = _texts("values", values, MASK_KINDS[kind])
    codes, distinct = pd.factorize(series, use_na_sentinel=True)
    hide = {"name": _name, "address": _address, "email": _email}.get(kind)
    if level == "full":
        shown = [_HIDDEN for _ in distinct]
    elif hide is not None:
        shown = [hide(value.strip(), level) for value in distinct]
    else:
        shown = [_ends(re.sub(r"[\s-]", "", value), kind, level) for value in distinct]
    table = np.array([*shown, None], dtype=object)
    return pd.Series(pd.array(table[codes], dtype="str"), index=series.index, name=series.name)


def find_personal(table: pd.DataFrame) -> pd.DataFrame:
    """扫描一张表的文字列：哪一列的文字里夹着手机号、身份证号、邮箱或银行卡号。

    Parameters
    ----------
    table : DataFrame
        要扫描的表。只看文字列，数字列和日期列不看。

    Returns
    -------
    DataFrame
        一行是一列里的一种信息，按行数从多到少。列：column、kind、kind_zh、n（含有它的行数）、share（占非缺失行的比例）。
        只有计数，没有查到的内容本身。什么也没查到就是空表。

    Raises
    ------
    TypeError
        给的不是表。
    ValueError
        一行数据也没有。

    Notes
    -----
    身份证号和银行卡号要通过校验码才算，所以抄错的号码查不到；姓名和地址没有固定样子，不在扫描之列。没有查到不等于没有。
    这是数全表，不是抽样，所以没有区间。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import information
    >>> notes = pd.DataFrame({"note": ["请打 138-0013-8000", "发到 li@example.com", "已退款"], "amount_yuan": [1, 2, 3]})
    >>> information.find_personal(notes)[["column", "kind_zh", "n"]]
      column kind_zh  n
    0   note      邮箱  1
    1   note     手机号  1
    """
    check_frame("table", table)
    rows = []
    for at, column in enumerate(table.columns):
        series = table.iloc[:, at]
        text = (
            series[series.map(lambda v: isinstance(v, str)).to_numpy(dtype=bool)].astype("str").reset_index(drop=True)
        )
        for kind, pattern in _FOUND.items():
            n = _rows_with(text, kind, pattern)
            if n:
                rows.append((column, kind, MASK_KINDS[kind], n, n / int(series.notna().sum())))
    found = pd.DataFrame(rows, columns=["column", "kind", "kind_zh", "n", "share"])
    return found.sort_values(["n", "column", "kind"], ascending=[False, True, True], ignore_index=True)


def _rows_with(text: pd.Series, kind: str, pattern: str) -> int:
    hits = text.str.extractall(pattern)
    if hits.empty:
        return 0
    if kind == "resident_id":
        hits = hits[check_resident_id(hits[0])["valid"]]
    elif kind == "mobile":
        hits = hits[check_mobile(hits[0])["valid"]]
    elif kind == "bank_card":
        hits = hits[[_luhn(value) for value in hits[0]]]
    return int(hits.index.get_level_values(0).nunique())


def _luhn(number: str) -> bool:
    digits = [int(c) for c in reversed(number)]
    return sum(d if i % 2 == 0 else d * 2 - 9 * (d > 4) for i, d in enumerate(digits)) % 10 == 0


def _name(name: str, level: str) -> str:
    if not re.fullmatch(r"[一-龥]{2,}", name):
        return name[0] + _HIDDEN if re.fullmatch(r"[A-Za-z].{1,}", name) else _HIDDEN
    surname = name[:2] if name[:2] in _SURNAMES and len(name) > 2 else name[:1]
    given = name[len(surname) :]
    if level == "light" and len(given) > 1:
        return surname + "*" * (len(given) - 1) + given[-1]
    return surname + "*" * len(given)


def _ends(value: str, kind: str, level: str) -> str:
    shape, kept = _ENDS[kind]
    if not re.fullmatch(shape, value):
        return _HIDDEN
    head, tail = kept[level]
    return value[:head] + "*" * (len(value) - head - tail) + value[len(value) - tail :]


def _address(address: str, level: str) -> str:
    match = _ADDRESS.match(address)
    if match is None:
        return _HIDDEN
    return match[1] + (match[2] if level == "light" else "") + _HIDDEN


def _email(email: str, level: str) -> str:
    user, at, domain = email.partition("@")
    if not at or not user or "." not in domain:
        return _HIDDEN
    return (user[0] if level == "light" else "") + f"{_HIDDEN}@{domain}"
