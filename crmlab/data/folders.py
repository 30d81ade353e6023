"""The course's own data: one folder of CSV files for each case and chapter."""

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from crmlab._checks import listing, nearest
from crmlab.paths import project_root


@dataclass(frozen=True)
class DataFolder:
    """一个案例或一章的数据：每个 CSV 文件是一个同名属性，用到时才读。

    Attributes
    ----------
    name : str
        案例或章的名字，如 ``c06_afu``。
    tables : dict of str to Path
        表名到 CSV 文件的对应。
    """

    name: str
    tables: dict[str, Path] = field(repr=False)
    _cache: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    def __getattr__(self, table: str) -> pd.DataFrame:
        """Return a fresh copy of the table, reading its CSV on first use."""
        if table.startswith("_") or table not in self.tables:
            raise AttributeError(
                f"“{self.name}”里没有表“{table}”。{nearest(table, self.tables)}现有的表：{listing(self.tables)}。"
            )
        if table not in self._cache:
            self._cache[table] = read_csv(self.tables[table])
        return self._cache[table].copy()

    def __dir__(self) -> list[str]:
        return ["name", "tables", *self.tables]


def read_csv(path: Path) -> pd.DataFrame:
    """读一个 UTF-8 编码的 CSV 文件；名字是 date 或以 _date、_at 结尾的列读成日期。

    Parameters
    ----------
    path : Path
        CSV 文件。

    Returns
    -------
    DataFrame
        文件里的表。

    Raises
    ------
    FileNotFoundError
        文件不存在。
    ValueError
        文件是空的、不是 UTF-8 编码，或日期写错。
    """
    try:
        table = pd.read_csv(path, encoding="utf-8")
    except FileNotFoundError as err:
        raise FileNotFoundError(
            f"找不到数据文件“{path.name}”。请确认课程文件夹完整，或运行同目录下的 make_data.py。"
        ) from err
    except pd.errors.EmptyDataError as err:
        raise ValueError(f"数据文件“{path.name}”是空的。请运行同目录下的 make_data.py 重新生成。") from err
    except UnicodeDecodeError as err:
        raise ValueError(
            f"数据文件“{path.name}”不是 UTF-8 编码，多半被表格软件另存过。请另存为“CSV UTF-8”，或重新下载。"
        ) from err
    for column in table.columns:
        if column == "date" or column.endswith(("_date", "_at")):
            try:
                table[column] = pd.to_datetime(table[column])
            except ValueError as err:
                raise ValueError(f"数据文件“{path.name}”的列“{column}”里有不是日期的值：{err}") from err
    return table


def _folder(kind: str, base: Path, name: str, inside: str) -> DataFolder:
    names = sorted(p.name for p in base.iterdir() if any((p / inside).glob("*.csv"))) if base.is_dir() else []
    if name not in names:
        raise ValueError(f"没有叫“{name}”的{kind}。{nearest(name, names)}现有的{kind}：{listing(names)}。")
    return DataFolder(name, {p.stem: p for p in sorted((base / name / inside).glob("*.csv"))})


def load_case(name: str) -> DataFolder:
    """载入一个案例的数据。

    Parameters
    ----------
    name : str
        案例目录名，如 ``"c06_afu"``。

    Returns
    -------
    DataFolder
        每个 CSV 文件是一个属性，值是 DataFrame。

    Raises
    ------
    ValueError
        没有这个案例；消息里给出最接近的名字。

    Examples
    --------
    >>> load_case("c06_afu").name
    'c06_afu'
    """
    return _folder("案例", project_root() / "cases", name, ".")


def load_chapter(name: str) -> DataFolder:
    """载入一章正文用的数据。

    Parameters
    ----------
    name : str
        章目录名，如 ``"06_satisfaction"``。

    Returns
    -------
    DataFolder
        每个 CSV 文件是一个属性，值是 DataFrame。

    Raises
    ------
    ValueError
        没有这一章；消息里给出最接近的名字。

    Examples
    --------
    >>> load_chapter("06_satisfaction").responses.shape[0]
    812
    """
    return _folder("章", project_root() / "chapters", name, "data")
