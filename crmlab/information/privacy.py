"""How well a table hides the person: k-anonymity, l-diversity, and who may see which column."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_labels, check_one_of, check_whole, listing, nearest
from crmlab.information.masking import MASK_KINDS, MASK_LEVELS, mask

ACCESS_LEVELS = ("clear", *MASK_LEVELS, "hidden")


@dataclass(frozen=True, repr=False, eq=False)
class KAnonymityResult:
    """k-匿名的结果。

    Attributes
    ----------
    k : int
        最小的一组有几行；1 表示至少有一个人被单独认出。
    n, n_classes : int
        行数；组数（准标识符取值相同的行是一组）。
    required : int
        要求的 k。
    n_below : int
        所在的组不到 required 行的行数。
    classes : DataFrame
        不到 required 行的组，从小到大：各准标识符的值和 n。
    """

    k: int
    n: int
    n_classes: int
    required: int
    n_below: int
    classes: pd.DataFrame

    def __str__(self) -> str:
        verdict = "达到" if self.k >= self.required else "没有达到"
        below = (
            f"；{self.n_below} 行（{self.n_below / self.n:.1%}）所在的组不足 {self.required} 行" if self.n_below else ""
        )
        return f"k = {self.k}，{verdict} {self.required}-匿名（{self.n} 行，{self.n_classes} 组）{below}"

    __repr__ = __str__


@dataclass(frozen=True, repr=False, eq=False)
class LDiversityResult:
    """l-多样性的结果。

    Attributes
    ----------
    l : float
        最不多样的一组的 l；1 表示有一组人的敏感信息全都一样，不用认出是谁也泄露了。
    definition : str
        用的是哪一种定义。
    n, n_classes : int
        敏感信息不缺失的行数和组数。
    classes : DataFrame
        各组，从最不多样的起：各准标识符的值、n、l。
    """

    l: float  # noqa: E741  (the name of the measure)
    definition: str
    n: int
    n_classes: int
    classes: pd.DataFrame

    def __str__(self) -> str:
        name = {"distinct": "不同值", "entropy": "熵"}[self.definition]
        return f"l = {self.l:.3g}（{name}定义，{self.n} 行，{self.n_classes} 组）"

    __repr__ = __str__


def k_anonymity(table: pd.DataFrame, quasi_identifiers: Sequence[str], *, required: int = 2) -> KAnonymityResult:
    """k-匿名（k-anonymity）：外人知道几项背景信息时，至少有几个人他分不开。

    把准标识符（quasi-identifier，如性别、生日、区县）取值相同的行归为一组，k 是最小一组的行数。

    Parameters
    ----------
    table : DataFrame
        一行一个人。同一个人有几行时，先汇总成一行，否则 k 会虚高。
    quasi_identifiers : list of str
        准标识符的列名：外人可能从别处知道的列。
    required : int, default 2
        要求的 k，用来挑出不达标的组。

    Returns
    -------
    KAnonymityResult
        k、n、n_classes、required、n_below、classes。

    Raises
    ------
    TypeError
        给的不是表，或列名不是列表。
    ValueError
        缺列，一行数据也没有，或 required 不是正整数。

    Notes
    -----
    缺失值当作一种取值，同组的缺失值算一样。k 只防“认出是谁”，不防“同组的人敏感信息都一样”，那要看 `l_diversity`。
    取几才够没有定数：看谁能拿到这张表、泄露的后果多大。漏列一个准标识符，k 就偏大。这是数全表，不是估计，没有区间。

    References
    ----------
    Sweeney, L. (2002). k-anonymity: A model for protecting privacy. *International Journal of Uncertainty, Fuzziness and
    Knowledge-Based Systems*, 10(5), 557-570.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import information
    >>> people = pd.DataFrame({"gender": ["男", "男", "女", "女", "女"], "district": ["城南", "城南", "城北", "城北", "城南"]})
    >>> information.k_anonymity(people, ["gender", "district"])
    k = 1，没有达到 2-匿名（5 行，3 组）；1 行（20.0%）所在的组不足 2 行
    """
    columns = _columns("quasi_identifiers", quasi_identifiers)
    check_frame("table", table, columns)
    least = check_whole("required", required)
    if least < 1:
        raise ValueError(f"参数 required 应是 1 以上的整数，你给的是 {least}。")
    sizes = _class_sizes(table, columns)
    counts = sizes.to_numpy()
    few = counts < least
    classes = sizes[few].rename("n").reset_index().sort_values(["n", *columns], key=_sortable, ignore_index=True)
    return KAnonymityResult(int(counts.min()), len(table), len(counts), least, int(counts[few].sum()), classes)


def l_diversity(
    table: pd.DataFrame, quasi_identifiers: Sequence[str], sensitive: str, *, definition: str
) -> LDiversityResult:
    """l-多样性（l-diversity）：分不开的一组人里，敏感信息至少有几种。

    Parameters
    ----------
    table : DataFrame
        一行一个人。
    quasi_identifiers : list of str
        准标识符的列名。
    sensitive : str
        敏感信息的列名，例如病种、收入档。缺失的行不用：不知道，就没有可泄露的。
    definition : {"distinct", "entropy"}
        "distinct"：l 是组内不同取值的个数；"entropy"：l = exp(−Σ p ln p)，p 是组内各取值的占比，罕见的取值几乎不算数，
        所以不大于前者。两种定义的 l 不能互相比较，所以要写明。

    Returns
    -------
    LDiversityResult
        l、definition、n、n_classes、classes。

    Raises
    ------
    TypeError
        给的不是表，或列名不是列表。
    ValueError
        缺列，definition 不认识，敏感信息全缺失，或敏感列同时是准标识符。

    Notes
    -----
    l 大也可能泄露：三种病都是绝症，就不必知道是哪一种；一组里 99% 是同一种，猜它几乎不会错。这是数全表，不是估计，没有区间。

    References
    ----------
    Machanavajjhala, A., Kifer, D., Gehrke, J., & Venkitasubramaniam, M. (2007). l-diversity: Privacy beyond k-anonymity.
    *ACM Transactions on Knowledge Discovery from Data*, 1(1), 3.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import information
    >>> people = pd.DataFrame({"district": ["城南", "城南", "城北", "城北"], "complaint": ["退款", "物流", "退款", "退款"]})
    >>> information.l_diversity(people, ["district"], "complaint", definition="distinct")
    l = 1（不同值定义，4 行，2 组）
    """
    columns = _columns("quasi_identifiers", quasi_identifiers)
    check_frame("table", table, [*columns, sensitive])
    check_one_of("definition", definition, ("distinct", "entropy"))
    if sensitive in columns:
        raise ValueError(f"列“{sensitive}”不能既是准标识符又是敏感信息。请从 quasi_identifiers 里去掉它。")
    known = table[table[sensitive].notna()]
    if known.empty:
        raise ValueError(f"列“{sensitive}”全是缺失值，谈不上多样。请检查数据。")
    pairs = known.groupby([*columns, sensitive], dropna=False, sort=False, observed=True).size()
    cells = pairs.rename("cell").reset_index()
    by_class = cells.groupby(columns, dropna=False, sort=False, observed=True)
    sizes = by_class["cell"].agg(["sum", "size"])
    if definition == "distinct":
        diversity = sizes["size"].astype(float)
    else:
        share = cells["cell"] / by_class["cell"].transform("sum")
        entropy = (-share * np.log(share)).groupby([cells[c] for c in columns], dropna=False, sort=False, observed=True)
        diversity = np.exp(entropy.sum())
    classes = pd.DataFrame({"n": sizes["sum"], "l": diversity}).reset_index()
    classes = classes.sort_values(["l", "n", *columns], key=_sortable, ignore_index=True)
    return LDiversityResult(float(classes["l"].iloc[0]), definition, len(known), len(classes), classes)


def permitted_view(
    customers: pd.DataFrame, permissions: pd.DataFrame, role: str, *, consent: str | None = None
) -> pd.DataFrame:
    """按最小权限给出某个岗位能看的客户表：该隐的列不给，该遮的列脱敏，没有同意的客户不给。

    Parameters
    ----------
    customers : DataFrame
        一行一位客户。
    permissions : DataFrame
        权限矩阵，一行一列数据。列：column（客户表的列名）、kind（脱敏的种类，见 `mask`；不需脱敏的可空）、以及每个岗位一列，
        值是 clear（原样）、light、medium、full（脱敏）或 hidden（不给）。
    role : str
        岗位，permissions 的一个列名。
    consent : str, optional
        同意与否的列名，值是 True/False。给了它，就只留下明确同意的客户；缺失算不同意。

    Returns
    -------
    DataFrame
        新的表，列的次序同客户表。权限矩阵里没有写的列一律不给。

    Raises
    ------
    TypeError
        给的不是表，或 consent 那一列不是 True/False。
    ValueError
        缺列，岗位或权限不认识，一列有两条权限，或要脱敏的列没有写 kind。

    Notes
    -----
    没有写明就不给，是最小权限的本意。《个人信息保护法》要求处理个人信息有明确的目的并取得同意（或有其他合法依据）；
    营销用途请用营销的同意列，不要拿注册时的同意代替。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import information
    >>> customers = pd.DataFrame(
    ...     {"name": ["王小明", "李雷"], "mobile": ["13800138000", "13900139000"], "marketing": [True, False]}
    ... )
    >>> permissions = pd.DataFrame(
    ...     {"column": ["name", "mobile"], "kind": ["name", "mobile"], "agent": ["clear", "light"], "analyst": ["hidden", "full"]}
    ... )
    >>> information.permitted_view(customers, permissions, "agent", consent="marketing").to_dict("records")
    [{'name': '王小明', 'mobile': '138****8000'}]
    """
    check_frame("customers", customers)
    check_frame("permissions", permissions, ["column", "kind"])
    roles = [c for c in permissions.columns if c not in ("column", "kind")]
    if role not in roles:
        raise ValueError(f"参数 role 不能是“{role}”。{nearest(role, roles)}权限表里的岗位：{listing(roles)}。")
    check_labels(role, permissions[role], ACCESS_LEVELS, missing=False)
    check_frame("customers", customers, list(permissions["column"]))
    twice = permissions["column"].duplicated()
    if twice.any():
        raise ValueError(f"表 permissions 里“{permissions['column'][twice].iloc[0]}”有两条权限，请合成一条。")
    shown = customers
    if consent is not None:
        check_frame("customers", customers, [consent])
        shown = customers[_agreed(customers[consent], consent)]
    levels = dict(zip(permissions["column"], permissions[role], strict=True))
    kinds = dict(zip(permissions["column"], permissions["kind"], strict=True))
    view: dict[Any, pd.Series] = {}
    for column in customers.columns:
        level = levels.get(column, "hidden")
        if level == "clear":
            view[column] = shown[column]
        elif level != "hidden":
            if kinds[column] not in MASK_KINDS:
                raise ValueError(
                    f"表 permissions 里“{column}”要脱敏，kind 应是 {listing(MASK_KINDS)} 之一，现在是“{kinds[column]}”。"
                )
            view[column] = mask(shown[column], kinds[column], level=level)
    return pd.DataFrame(view, index=shown.index)


def _agreed(series: pd.Series, name: str) -> np.ndarray:
    wrong = (series.notna() & ~series.map(lambda v: isinstance(v, bool | np.bool_)).astype(bool)).to_numpy()
    if wrong.any():
        at = int(wrong.argmax())
        raise TypeError(f"列“{name}”应是 True 或 False，第 {at + 1} 行是“{series.iloc[at]}”。请先转换这一列。")
    return np.array(
        [value is not None and value is not pd.NA and value == 1 for value in series.astype(object)], dtype=bool
    )


def _columns(argument: str, names: Any) -> list[str]:
    if isinstance(names, str) or not isinstance(names, list | tuple | pd.Index):
        raise TypeError(
            f'参数 {argument} 应是列名的列表，例如 ["gender", "district"]，你给的是 {type(names).__name__}。'
        )
    if not len(names):
        raise ValueError(f"参数 {argument} 是空的，请至少写一个列名。")
    twice = pd.Index(names)[pd.Index(names).duplicated()]
    if len(twice):
        raise ValueError(f"参数 {argument} 里“{twice[0]}”写了两次，请去掉一个。")
    return list(names)


def _sortable(column: pd.Series) -> pd.Series:
    # A column may hold numbers and text side by side, which have no order.
    return column if pd.api.types.is_numeric_dtype(column) else column.astype("str")


def _class_sizes(table: pd.DataFrame, columns: list[str]) -> pd.Series:
    return table.groupby(columns, dropna=False, sort=False, observed=True).size()
