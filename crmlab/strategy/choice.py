"""Which offer customers choose: conditional logit on price and attributes, willingness to pay, shares."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_numbers, check_probability, listing, row_of
from crmlab._intervals import Floats, critical_z, interval_text
from crmlab.strategy._logit import newton


@dataclass(frozen=True, repr=False)
class ChoiceModel:
    """离散选择模型的结果。

    Attributes
    ----------
    coefficients : DataFrame
        列：term（价格、各属性，以及“品牌:名称”的品牌常数）、estimate、se、low、high。
    wtp : DataFrame
        支付意愿：属性多 1 单位（或换成这个品牌），客户愿意多付几元。列：term、wtp、low、high。
        价格系数的区间跨过 0 时，区间没有意义，是 NaN。
    log_likelihood, log_likelihood_null : float
        对数似然；各选项机会均等时的对数似然。
    mcfadden : float
        麦克法登 R²，0–1；0.2–0.4 就算拟合得很好，别与普通的 R² 比。
    base : str
        当基准的选项，常数是 0。
    price, attributes : str, tuple of str
        价格列和属性列。
    n : int
        选择的次数。
    cluster, n_clusters : str or None, int
        分组的列（通常是客户编号）和组数；没有给 cluster 时是 None 和选择的次数：一次选择当作一组。
    covariance : ndarray
        系数的协方差矩阵。
    confidence : float
        置信水平。
    """

    coefficients: pd.DataFrame
    wtp: pd.DataFrame
    log_likelihood: float
    log_likelihood_null: float
    mcfadden: float
    base: str
    price: str
    attributes: tuple[str, ...]
    n: int
    n_clusters: int
    covariance: Floats = field(compare=False)
    confidence: float = 0.95
    cluster: str | None = None

    def __str__(self) -> str:
        row = self.coefficients.iloc[0]
        ends = interval_text(row["low"], row["high"], self.confidence, "{:.3f}", joiner=" 到 ")
        said = f"价格系数 {row['estimate']:.3f}（{ends}），麦克法登 R² {self.mcfadden:.3f}，".replace("-", "−")
        counted = "当作各自独立" if self.cluster is None else f"分属 {self.n_clusters} 个 {self.cluster}"
        return f"{said}{self.n} 次选择，{counted}"

    __repr__ = __str__


def stack_choices(
    wide: pd.DataFrame, *, choice: str, attributes: Sequence[str], customer: str | None = None, sep: str = "."
) -> pd.DataFrame:
    """把“一行一次选择”的宽表变成“一行一次选择的一个选项”的长表。

    Parameters
    ----------
    wide : DataFrame
        一行一次选择。每个属性、每个选项一列，列名是 属性 + 分隔符 + 选项，例如 price.dannon。
    choice : str
        选了哪个的列名。
    attributes : sequence of str
        属性的名字，例如 ["price", "feat"]。
    customer : str, optional
        客户编号的列名，留在长表里。
    sep : str, default "."
        属性和选项之间的分隔符。

    Returns
    -------
    DataFrame
        列：choice_id（从 0 起）、alternative、chosen（0/1）、各属性，给了 customer 时还有它。选项按名字排。

    Raises
    ------
    ValueError
        缺列，某个选项缺属性列，或选了一个没有属性列的选项。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import strategy
    >>> wide = pd.DataFrame({"price.甲": [3.0, 2.5], "price.乙": [2.0, 2.8], "pick": ["甲", "乙"]})
    >>> strategy.stack_choices(wide, choice="pick", attributes=["price"])
       choice_id alternative  chosen  price
    0          0           乙       0    2.0
    1          0           甲       1    3.0
    2          1           乙       1    2.8
    3          1           甲       0    2.5
    """
    check_frame("wide", wide, [choice] if customer is None else [choice, customer])
    names = [attributes] if isinstance(attributes, str) else list(attributes)
    found = {a: {str(c)[len(a + sep) :] for c in wide.columns if str(c).startswith(a + sep)} for a in names}
    if not names or not all(found.values()):
        lacking = next((a for a in names if not found[a]), "")
        raise ValueError(f"没有以“{lacking}{sep}”开头的列。现有的列：{listing(wide.columns)}。")
    options = sorted(set.union(*found.values()))
    check_frame("wide", wide, [f"{a}{sep}{o}" for a in names for o in options])
    picked = wide[choice]
    strange = (~picked.isin(options)).to_numpy()
    if strange.any():
        at = int(strange.argmax())
        raise ValueError(
            f"列“{choice}”的{row_of(picked, at)}是“{picked.iloc[at]}”，没有它的属性列。现有的选项：{listing(options)}。"
        )
    n = len(wide)
    table = pd.DataFrame({"choice_id": np.repeat(np.arange(n), len(options)), "alternative": options * n})
    if customer is not None:
        table.insert(1, customer, np.repeat(wide[customer].to_numpy(), len(options)))
    table["chosen"] = (table["alternative"].to_numpy() == np.repeat(picked.to_numpy(), len(options))).astype(int)
    for name in names:
        table[name] = wide[[f"{name}{sep}{o}" for o in options]].to_numpy().ravel()
    return table


def choice_model(
    choices: pd.DataFrame,
    *,
    price: str,
    attributes: Sequence[str] = (),
    choice: str = "choice_id",
    alternative: str = "alternative",
    chosen: str = "chosen",
    cluster: str | None = None,
    base: Any = None,
    confidence: float = 0.95,
) -> ChoiceModel:
    """选择模型（conditional logit）：价格和属性怎样左右客户选哪个，愿意为一个属性多付多少钱。

    选项 j 的效用 V = 品牌常数 + β价格 × 价格 + Σ β × 属性；选 j 的概率 = e^Vj ÷ Σ e^V。支付意愿 = −β属性 ÷ β价格。

    Parameters
    ----------
    choices : DataFrame
        一行一次选择里的一个选项，见 :func:`stack_choices`。不能有缺失值。
    price : str
        价格的列名。
    attributes : sequence of str, optional
        属性的列名，数字或 0/1。
    choice, alternative, chosen : str, default "choice_id", "alternative", "chosen"
        哪一次选择、哪个选项、选了没有（0/1）的列名。每次选择正好选一个，至少两个选项。
    cluster : str, optional
        客户编号的列名：同一位客户的几次选择不独立，给了就用聚类稳健标准误。
    base : optional
        当基准的选项；不给就取名字排第一的。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    ChoiceModel
        系数、支付意愿、拟合；交给 :func:`choice_share` 可以预测份额。

    Raises
    ------
    TypeError
        价格或属性不是数字。
    ValueError
        缺列，有缺失值，某次选择没选或选了不止一个，某个选项从没有人选，或系数分不开（完全共线、完全分离）。

    Notes
    -----
    支付意愿的区间用 delta 法。模型假设：加一个新选项，别的选项按同一比例让出份额（IIA，“红车蓝车”问题）；
    两个很像的选项会被高估。价格不是随机定的：促销常与广告、旺季一起来，价格系数里混着它们。
    没有给 cluster 又是同一批人反复选时，区间太窄。

    References
    ----------
    McFadden, D. (1974). Conditional logit analysis of qualitative choice behavior. In P. Zarembka (Ed.),
    *Frontiers in Econometrics*, 105-142. New York: Academic Press.

    Examples
    --------
    >>> from crmlab import data, strategy
    >>> yogurt = data.load_real("yogurt")
    >>> choices = strategy.stack_choices(yogurt, choice="choice", attributes=["price", "feat"], customer="id")
    >>> model = strategy.choice_model(choices, price="price", attributes=["feat"], cluster="id", base="hiland")
    >>> model
    价格系数 −0.367（95% 区间 −0.473 到 −0.260），麦克法登 R² 0.205，2412 次选择，分属 100 个 id
    >>> model.wtp.round(1)
             term   wtp  low  high
    0        feat   1.3  0.2   2.5
    1   品牌:dannon  10.1  7.9  12.4
    2   品牌:weight   8.4  5.1  11.7
    3  品牌:yoplait  12.1  9.5  14.7
    """
    names = [attributes] if isinstance(attributes, str) else list(attributes)
    check_probability("confidence", confidence)
    columns = [choice, alternative, chosen, price, *names, *([cluster] if cluster is not None else [])]
    check_frame("choices", choices, columns)
    for column in (choice, alternative, *([cluster] if cluster is not None else [])):
        if choices[column].isna().any():
            at = int(choices[column].isna().to_numpy().argmax())
            raise ValueError(f"列“{column}”不能有缺失值，{row_of(choices[column], at)}是空的。请先补上或删去这次选择。")
    picked = check_numbers(chosen, choices[chosen], 0, 1, hint="这一列只能是 0 和 1。", missing=False).to_numpy()
    options = sorted(choices[alternative].unique(), key=str)
    reference = _check_choices(choices, choice, alternative, picked, options, base)
    numbers = [check_numbers(c, choices[c], missing=False).to_numpy() for c in (price, *names)]
    others = [o for o in options if o != reference]
    x = np.column_stack([*numbers, *[(choices[alternative] == o).to_numpy(dtype=float) for o in others]])
    terms = [price, *names, *(f"品牌:{o}" for o in others)]
    groups, _ = pd.factorize(choices[choice])
    beta, information, scores, log_likelihood = newton(x, picked, groups, terms)
    covariance: Floats = np.asarray(np.linalg.inv(information), dtype=np.float64)
    n, clusters = int(groups.max()) + 1, int(groups.max()) + 1
    if cluster is not None:
        owner, people = pd.factorize(choices[cluster])
        clusters = len(people)
        if clusters < 2:
            raise ValueError(f"列“{cluster}”只有一个值，算不出聚类标准误。请去掉 cluster。")
        summed = np.zeros((clusters, len(beta)))
        np.add.at(summed, owner, scores)
        covariance = clusters / (clusters - 1) * covariance @ (summed.T @ summed) @ covariance
    se, z = np.sqrt(np.diag(covariance)), critical_z(confidence)
    table = pd.DataFrame({"term": terms, "estimate": beta, "se": se, "low": beta - z * se, "high": beta + z * se})
    null = -float(np.log(np.bincount(groups)).sum())
    return ChoiceModel(
        table,
        _willingness(table, covariance, z),
        log_likelihood,
        null,
        1 - log_likelihood / null,
        str(reference),
        price,
        tuple(names),
        n,
        clusters,
        covariance,
        confidence,
        cluster,
    )


def _check_choices(
    choices: pd.DataFrame, choice: str, alternative: str, picked: np.ndarray, options: list[Any], base: Any
) -> Any:
    if base is not None and base not in options:
        raise ValueError(f"参数 base 的“{base}”不在选项里。现有的选项：{listing(options)}。")
    twice = choices.duplicated([choice, alternative]).to_numpy()
    if twice.any():
        row = choices.iloc[int(twice.argmax())]
        raise ValueError(f"第 {row[choice]} 次选择里，选项“{row[alternative]}”出现了不止一次。")
    per_choice = pd.Series(picked).groupby(choices[choice].to_numpy()).agg(["sum", "size"])
    for wrong, said in (
        (per_choice["size"] < 2, "只有一个选项，没得选"),
        (per_choice["sum"] != 1, "没有正好选一个"),
    ):
        if wrong.any():
            raise ValueError(
                f"第 {wrong.index[int(wrong.to_numpy().argmax())]} 次选择{said}，共 {int(wrong.sum())} 次这样。请先清理。"
            )
    totals = pd.Series(picked).groupby(choices[alternative].to_numpy()).sum()
    if (totals == 0).any():
        never = totals.index[int((totals == 0).to_numpy().argmax())]
        raise ValueError(f"选项“{never}”一次也没有人选，它的品牌常数没有上限。请去掉这个选项。")
    return options[0] if base is None else base


def _willingness(table: pd.DataFrame, covariance: Floats, z: float) -> pd.DataFrame:
    """Attribute over price, with the delta method; no interval when the price effect may be nil."""
    beta = table["estimate"].to_numpy()
    ratio = -beta[1:] / beta[0]
    gradient = np.zeros((len(ratio), len(beta)))
    gradient[:, 0] = beta[1:] / beta[0] ** 2
    gradient[np.arange(len(ratio)), np.arange(1, len(beta))] = -1 / beta[0]
    half = z * np.sqrt(np.einsum("ij,jk,ik->i", gradient, covariance, gradient))
    if table["low"].iloc[0] <= 0 <= table["high"].iloc[0]:
        half = np.full(len(ratio), np.nan)
    return pd.DataFrame({"term": table["term"].iloc[1:].array, "wtp": ratio, "low": ratio - half, "high": ratio + half})


def choice_share(model: ChoiceModel, offers: pd.DataFrame, *, alternative: str = "alternative") -> pd.DataFrame:
    """选择份额：给定价格和属性，各选项会有多少人选。

    Parameters
    ----------
    model : ChoiceModel
        :func:`choice_model` 的结果。
    offers : DataFrame
        一行一个摆出来的选项。列：alternative（名字要与模型里的相同）、价格列、全部属性列。可以少摆几个。
    alternative : str, default "alternative"
        选项的列名。

    Returns
    -------
    DataFrame
        原表的列和行序，另加 share（0–1，合计是 1）、low、high（delta 法，在 logit 尺度上算）、
        price_elasticity（自己涨价 1%，份额变百分之几）。

    Raises
    ------
    TypeError
        model 不是 ChoiceModel，或价格、属性不是数字。
    ValueError
        缺列，有缺失值，选项重复，模型里没有的选项，或只摆了一个。

    Notes
    -----
    价格、属性走出数据里见过的范围时，只是外推。区间说的是系数的误差，不含模型本身的错（IIA、价格混着促销）。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import data, strategy
    >>> yogurt = data.load_real("yogurt")
    >>> choices = strategy.stack_choices(yogurt, choice="choice", attributes=["price"], customer="id")
    >>> model = strategy.choice_model(choices, price="price", cluster="id")
    >>> offers = pd.DataFrame({"alternative": ["dannon", "yoplait", "weight"], "price": [8.2, 10.8, 8.0]})
    >>> strategy.choice_share(model, offers).round(2)
      alternative  price  share   low  high  price_elasticity
    0      dannon    8.2   0.42  0.29  0.57             -1.85
    1     yoplait   10.8   0.34  0.24  0.46             -2.76
    2      weight    8.0   0.24  0.13  0.41             -2.37
    """
    if not isinstance(model, ChoiceModel):
        raise TypeError(f"参数 model 应是 strategy.choice_model() 的结果，你给的是 {type(model).__name__}。")
    check_frame("offers", offers, [alternative, model.price, *model.attributes])
    names = offers[alternative].astype(str)
    constants = [t.removeprefix("品牌:") for t in model.coefficients["term"].iloc[1 + len(model.attributes) :]]
    known = [model.base, *constants]
    wrong = (~names.isin(known) | names.duplicated()).to_numpy()
    if wrong.any():
        at = int(wrong.argmax())
        why = "重复了" if names.iloc[at] in known else "模型里没有"
        raise ValueError(
            f"列“{alternative}”的{row_of(names, at)}“{names.iloc[at]}”{why}。模型里的选项：{listing(sorted(known))}。"
        )
    if len(offers) < 2:
        raise ValueError("表 offers 只有一个选项，份额必是 1。请至少摆两个。")
    numbers = [check_numbers(c, offers[c], missing=False).to_numpy() for c in (model.price, *model.attributes)]
    x = np.column_stack([*numbers, *[(names == o).to_numpy(dtype=float) for o in constants]])
    beta = model.coefficients["estimate"].to_numpy()
    utility = x @ beta
    share = np.exp(utility - utility.max())
    share /= share.sum()
    # d logit(share_j) / d beta = (x_j - mean of x by share) / (1 - share_j)
    gradient = (x - share @ x) / (1 - share)[:, None]
    half = critical_z(model.confidence) * np.sqrt(np.einsum("ij,jk,ik->i", gradient, model.covariance, gradient))
    odds = np.log(share / (1 - share))
    low, high = (1 / (1 + np.exp(-(odds + sign * half))) for sign in (-1, 1))
    elasticity = beta[0] * numbers[0] * (1 - share)
    return offers.assign(share=share, low=low, high=high, price_elasticity=elasticity)
