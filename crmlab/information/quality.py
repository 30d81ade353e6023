"""Data quality of a customer table: six dimensions, each a share with the rows that fail it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_positive, listing
from crmlab._intervals import wilson
from crmlab.information.collection import blank
from crmlab.information.identifiers import _date

if TYPE_CHECKING:
    from pandera.pandas import DataFrameSchema

DIMENSIONS = {
    "completeness": "完整性",
    "validity": "有效性",
    "uniqueness": "唯一性",
    "timeliness": "及时性",
    "consistency": "一致性",
    "accuracy": "准确性",
}
_HIDDEN = "（已隐去）"
_PROBLEM_COLUMNS = ["row", "column", "dimension", "rule", "value"]


@dataclass(frozen=True, repr=False, eq=False)
class QualityReport:
    """数据质量的结果。

    Attributes
    ----------
    scores : DataFrame
        一行一个维度：dimension、dimension_zh、score（0–1，没有可查的是 NaN）、low、high（只有准确性有区间）、checked（查了几处）、failed（几处不合格）。
    columns : DataFrame
        一行一列：column、completeness、validity（没有值规则的是 NaN）、n_missing、n_invalid。
    problems : DataFrame
        一行一处问题：row（第几行，从 1 数）、column（整行的问题是缺失值）、dimension、rule、value（原来的值；sensitive 的列隐去）。
    n, n_clean : int
        总行数；一处问题也没有的行数。
    """

    scores: pd.DataFrame
    columns: pd.DataFrame
    problems: pd.DataFrame
    n: int
    n_clean: int

    def __str__(self) -> str:
        known = self.scores.dropna(subset="score")
        said = "，".join(f"{z} {s:.1%}" for z, s in zip(known["dimension_zh"], known["score"], strict=True))
        return f"{self.n} 行，{self.n_clean} 行没有问题（{self.n_clean / self.n:.1%}）；{said}"

    __repr__ = __str__


def quality_report(
    customers: pd.DataFrame,
    schema: "DataFrameSchema",
    *,
    updated_at: str | None = None,
    as_of: Any = None,
    max_age_days: float | None = None,
    verified: pd.DataFrame | None = None,
    customer_id: str = "customer_id",
    sensitive: Sequence[str] = (),
) -> QualityReport:
    """给客户表打数据质量分：完整、有效、唯一、及时、一致、准确，并指出是哪些行。

    Parameters
    ----------
    customers : DataFrame
        一行一条客户记录。
    schema : pandera.pandas.DataFrameSchema
        规则。列的 checks 查有效性，unique 查唯一性；整张表的 checks（跨列的规则）查一致性。只报告 schema 里写了的列。
    updated_at : str, optional
        更新日期的列名。和 as_of、max_age_days 一起给，才查及时性。
    as_of : date or str, optional
        参照日期，例如 "2026-09-01"。
    max_age_days : float, optional
        更新到参照日期最多几天算及时。
    verified : DataFrame, optional
        人工核对过的样本：customer_id 列和核对过的几列。给了它才查准确性。
    customer_id : str, default "customer_id"
        核对样本时用来对上两张表的编号列。
    sensitive : list of str, optional
        problems 里不显示原值的列，例如身份证号。

    Returns
    -------
    QualityReport
        scores、columns、problems、n、n_clean。

    Raises
    ------
    TypeError
        给的不是表，或 schema 不是 pandera 的 DataFrameSchema。
    ValueError
        缺列，列的类型与规则不符，规则本身出错，查及时性的三个参数没有给齐，或核对的样本对不上。

    Notes
    -----
    完整性 = 不缺失的格 ÷ 全部格（空白文字算缺失）。有效性 = 通过列规则的格 ÷ 有规则且不缺失的格。唯一性 = 不与前面重复的行 ÷ 全部行。
    及时性 = 期限之内更新的行 ÷ 全部行；没有日期、日期在将来都算不及时。一致性 = 通过全部跨列规则的行 ÷ 全部行。
    准确性 = 与核对结果相同的格 ÷ 核对过的格；样本随机抽才有代表性，区间把各格当作互不相干。
    前五个维度是数全表，没有抽样误差，所以没有区间。六个分数不要平均成一个：身份证号缺 5% 和备注缺 5% 不是一回事。
    跨列规则遇到缺失值应算通过，写成 (a <= b) | a.isna() | b.isna()，否则缺失会算作不一致。

    References
    ----------
    DAMA UK (2013). *The six primary dimensions for data quality assessment*.

    Examples
    --------
    >>> import pandas as pd
    >>> import pandera.pandas as pa
    >>> from crmlab import information
    >>> customers = pd.DataFrame({"customer_id": ["C1", "C2", "C2"], "age": [30, None, 230]})
    >>> schema = pa.DataFrameSchema(
    ...     {
    ...         "customer_id": pa.Column(str, unique=True),
    ...         "age": pa.Column(float, pa.Check.in_range(0, 120), nullable=True),
    ...     }
    ... )
    >>> report = information.quality_report(customers, schema)
    >>> report
    3 行，1 行没有问题（33.3%）；完整性 83.3%，有效性 50.0%，唯一性 66.7%
    >>> report.problems[["row", "column", "dimension"]]
       row       column     dimension
    0    2          age  completeness
    1    3          age      validity
    2    3  customer_id    uniqueness
    """
    import pandera.pandas as pa

    if not isinstance(schema, pa.DataFrameSchema):
        raise TypeError(f"参数 schema 应是 pandera 的 DataFrameSchema，你给的是 {type(schema).__name__}。")
    names = list(schema.columns)
    if not names:
        raise ValueError("参数 schema 里一列也没有。请用 pa.Column 写上要查的列。")
    check_frame("customers", customers, names)
    check_frame("customers", customers, list(sensitive))
    timely = _timeliness_wanted(customers, updated_at, as_of, max_age_days)
    if verified is not None:
        check_frame("verified", verified, [customer_id])
        check_frame("customers", customers, list(verified.columns))
    table = customers.reset_index(drop=True)
    missing = pd.DataFrame({name: blank(table[name]) for name in names})
    broken = _broken_rules(table, missing, schema)
    ruled = [name for name in names if schema.columns[name].checks or schema.columns[name].coerce]
    cells = {
        "completeness": (missing.size, _cells(missing, "completeness", "缺失")),
        "validity": (int((~missing[ruled]).to_numpy().sum()), broken[broken["dimension"] == "validity"]),
        "uniqueness": _uniqueness(table, schema),
        "timeliness": timely(table) if timely else (0, _nothing()),
        "consistency": (len(table) if schema.checks else 0, broken[broken["dimension"] == "consistency"]),
        "accuracy": (0, _nothing()) if verified is None else _accuracy(table, verified, customer_id),
    }
    problems = pd.concat([part for _, part in cells.values()], ignore_index=True)
    problems["value"] = _values(table, problems, set(sensitive))
    rank = problems["dimension"].map(list(DIMENSIONS).index) if len(problems) else problems["row"]
    problems = problems.assign(rank=rank).sort_values(["row", "rank", "column", "rule"], ignore_index=True)
    columns = _column_table(missing, broken, ruled)
    n_clean = len(table) - int(problems["row"].nunique())
    return QualityReport(_scores(cells), columns, problems[_PROBLEM_COLUMNS], len(table), n_clean)


def _nothing() -> pd.DataFrame:
    return _found(np.zeros(0, dtype=np.int64), None, "", "")


def _found(at: np.ndarray, column: Any, dimension: str, rule: str) -> pd.DataFrame:
    n = len(at)
    texts = {"column": column, "dimension": dimension, "rule": rule}
    return pd.DataFrame({"row": at + 1} | {name: pd.Series([text] * n, dtype="str") for name, text in texts.items()})


def _cells(bad: pd.DataFrame, dimension: str, rule: str) -> pd.DataFrame:
    return pd.concat([_found(np.flatnonzero(bad[c].to_numpy()), c, dimension, rule) for c in bad], ignore_index=True)


def _broken_rules(table: pd.DataFrame, missing: pd.DataFrame, schema: "DataFrameSchema") -> pd.DataFrame:
    """Run the checks of the schema: those of a column are validity, those of the table are consistency.

    A missing cell is a matter of completeness only, and a blank text is a missing cell.
    """
    import pandera.pandas as pa

    filled = table.copy()
    for name in missing:
        filled[name] = table[name].mask(missing[name])
    try:
        schema.validate(filled, lazy=True)
    except pa.errors.SchemaErrors as failure:
        cases = failure.failure_cases
    else:
        return _nothing()
    own = cases["check"].isin(["not_nullable", "field_uniqueness", "multiple_fields_uniqueness"])
    cases = cases[~own.to_numpy()]
    unplaced = cases[cases["index"].isna().to_numpy()]
    if len(unplaced):
        first = unplaced.iloc[0]
        where = f"列“{first['column']}”" if isinstance(first["column"], str) else "整张表"
        raise ValueError(
            f"{where}不能按规则 {first['check']} 检查：{first['failure_case']}。"
            "请先转换类型，或在规则里写 coerce=True、nullable=True，或改正规则。"
        )
    cases = cases.assign(dimension=np.where(cases["schema_context"] == "Column", "validity", "consistency"))
    cases["column"] = cases["column"].where(cases["dimension"] == "validity")
    found = pd.DataFrame(
        {
            "row": cases["index"].astype(np.int64) + 1,
            "column": cases["column"].astype("str"),
            "dimension": cases["dimension"].astype("str"),
            "rule": cases["check"].astype("str"),
        }
    )
    place = missing.columns.get_indexer(pd.Index(found["column"]))
    gap = (place >= 0) & missing.to_numpy()[found["row"].to_numpy() - 1, place]
    real: pd.DataFrame = found[~gap]
    return real.drop_duplicates(ignore_index=True)


def _uniqueness(table: pd.DataFrame, schema: "DataFrameSchema") -> tuple[int, pd.DataFrame]:
    keys = [[name] for name, column in schema.columns.items() if column.unique]
    if schema.unique:
        keys.append([schema.unique] if isinstance(schema.unique, str) else list(schema.unique))
    found = [_nothing()]
    for key in keys:
        repeated = table.duplicated(key).to_numpy() & table[key].notna().all(axis=1).to_numpy()
        column = key[0] if len(key) == 1 else None
        found.append(_found(np.flatnonzero(repeated), column, "uniqueness", f"与前面的一行重复：{listing(key)}"))
    return len(table) * len(keys), pd.concat(found, ignore_index=True)


def _timeliness_wanted(customers: pd.DataFrame, updated_at: Any, as_of: Any, max_age_days: Any) -> Any:
    given = [updated_at is not None, as_of is not None, max_age_days is not None]
    if not any(given):
        return None
    if not all(given):
        raise ValueError("查及时性要同时给 updated_at（日期列）、as_of（参照日期）和 max_age_days（最多几天）。")
    check_frame("customers", customers, [updated_at])
    if not pd.api.types.is_datetime64_any_dtype(customers[updated_at]):
        raise TypeError(
            f"列“{updated_at}”应是日期，现在的类型是 {customers[updated_at].dtype}。请先用 pd.to_datetime() 转换。"
        )
    today, limit = _date("as_of", as_of), check_positive("max_age_days", max_age_days)

    def check(table: pd.DataFrame) -> tuple[int, pd.DataFrame]:
        age = (today - table[updated_at]).dt.total_seconds().to_numpy() / 86400
        bad = {"没有更新日期": np.isnan(age), "更新日期在将来": age < 0, f"超过 {limit:g} 天没有更新": age > limit}
        found = [_found(np.flatnonzero(at), updated_at, "timeliness", rule) for rule, at in bad.items()]
        return len(table), pd.concat(found, ignore_index=True)

    return check


def _accuracy(table: pd.DataFrame, verified: pd.DataFrame, customer_id: str) -> tuple[int, pd.DataFrame]:
    place = pd.Series(table.index, index=table[customer_id])
    for name, ids in (("customers", table[customer_id]), ("verified", verified[customer_id])):
        if ids.duplicated().any():
            raise ValueError(
                f"表 {name} 里编号“{ids[ids.duplicated()].iloc[0]}”出现了不止一次，核对的样本对不上。请先查重。"
            )
    at = place.reindex(verified[customer_id]).to_numpy(dtype=float)
    if np.isnan(at).any():
        lost = verified[customer_id].iloc[int(np.isnan(at).argmax())]
        raise ValueError(f"表 verified 里的编号“{lost}”在 customers 里查不到。请核对两边的编号。")
    rows = at.astype(np.int64)
    found, checked = [_nothing()], 0
    for column in verified.columns.drop(customer_id):
        right, ours = verified[column].astype(object).to_numpy(), table[column].astype(object).to_numpy()[rows]
        known = pd.notna(right)
        checked += int(known.sum())
        wrong = known & np.array(
            [not (a == b) if pd.notna(b) else True for a, b in zip(right, ours, strict=True)], dtype=bool
        )
        found.append(_found(rows[wrong], column, "accuracy", "与核对的结果不同"))
    return checked, pd.concat(found, ignore_index=True)


def _values(table: pd.DataFrame, problems: pd.DataFrame, sensitive: set[str]) -> pd.Series:
    values = np.full(len(problems), None, dtype=object)
    for column, part in problems.groupby("column"):
        shown = table[column].astype(object)
        if column in sensitive:
            shown = shown.where(shown.isna(), _HIDDEN)
        values[part.index] = shown.to_numpy()[part["row"].to_numpy() - 1]
    return pd.Series(values, index=problems.index, dtype=object)


def _scores(cells: dict[str, tuple[int, pd.DataFrame]]) -> pd.DataFrame:
    rows = []
    for dimension, (checked, found) in cells.items():
        # A cell that breaks two rules is one bad cell; so is a row.
        failed = len(found[["row", "column"]].drop_duplicates()) if dimension != "uniqueness" else len(found)
        score = 1 - failed / checked if checked else float("nan")
        low, high = (float("nan"), float("nan"))
        if dimension == "accuracy" and checked:
            low, high = (float(end) for end in wilson(checked - failed, checked, 0.95))
        rows.append((dimension, DIMENSIONS[dimension], score, low, high, checked, failed))
    return pd.DataFrame(rows, columns=["dimension", "dimension_zh", "score", "low", "high", "checked", "failed"])


def _column_table(missing: pd.DataFrame, broken: pd.DataFrame, ruled: list[str]) -> pd.DataFrame:
    invalid = broken[broken["dimension"] == "validity"].drop_duplicates(["row", "column"])["column"].value_counts()
    n_invalid = invalid.reindex(missing.columns).fillna(0).astype(np.int64).to_numpy()
    n_missing = missing.sum().to_numpy().astype(np.int64)
    known = np.where(missing.columns.isin(ruled), len(missing) - n_missing, 0)
    validity = 1 - np.divide(n_invalid, known, out=np.full(len(known), np.nan), where=known > 0)
    return pd.DataFrame(
        {
            "column": list(missing.columns),
            "completeness": 1 - n_missing / len(missing),
            "validity": validity,
            "n_missing": n_missing,
            "n_invalid": n_invalid,
        }
    )
