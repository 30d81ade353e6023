"""Predicting churn without fooling oneself: a split that does not leak, a held-out report, calibration."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import (
    check_frame,
    check_numbers,
    check_present,
    check_probability,
    check_rng,
    check_whole,
    check_zero_one,
    listing,
)
from crmlab._intervals import wilson
from crmlab.development._inputs import YES_NO, rank_bins
from crmlab.development.ranking import AucResult, _auc

SUSPECT_AUC = 0.98


@dataclass(frozen=True, repr=False)
class ChurnModel:
    """流失预警模型和它在没见过的客户上的成绩。

    Attributes
    ----------
    auc : AucResult
        测试集的曲线下面积和区间。
    brier, brier_baseline : float
        测试集的布赖尔分数（预测概率与结果之差的平方的均值，越小越好）；人人都报训练集流失率时的分数。
    calibration : DataFrame
        测试集按预测概率分组。列：bin（1 是概率最高的一组）、n、predicted（平均预测概率）、observed（实际流失率）、low、high（威尔逊区间）。
    coefficients : DataFrame
        列：feature（类别特征写成“列=值”）、coefficient、odds_ratio，从大到小。数字特征每高 1 个标准差。
    predictions : DataFrame
        测试集每位客户的 probability 和 churned，索引与原表相同。
    n_train, n_test : int
        训练和测试的行数。
    split : str
        怎么分的：random（随机）、group（整组分）、time（早的训练、晚的测试）。
    suspects : tuple of str
        单独一列就几乎分得清的特征，可能泄露了答案。
    features : tuple of str
        用到的特征。
    pipeline : sklearn.pipeline.Pipeline
        训练好的流程。
    """

    auc: AucResult
    brier: float
    brier_baseline: float
    calibration: pd.DataFrame
    coefficients: pd.DataFrame
    predictions: pd.DataFrame
    n_train: int
    n_test: int
    split: str
    suspects: tuple[str, ...]
    features: tuple[str, ...]
    pipeline: Any

    def predict(self, customers: pd.DataFrame) -> pd.Series:
        """每位客户流失的概率。

        Parameters
        ----------
        customers : DataFrame
            要有训练时的全部特征；没见过的类别当作都不是。

        Returns
        -------
        Series
            名字是 probability，0–1，索引与 ``customers`` 相同。
        """
        check_frame("customers", customers, self.features)
        chance = self.pipeline.predict_proba(_prepare(customers, self.features, _numeric_of(self.pipeline)))[:, 1]
        return pd.Series(chance, index=customers.index, name="probability")

    def __str__(self) -> str:
        beware = f"；注意：{listing(self.suspects)}单独就几乎分得清，可能泄露了答案" if self.suspects else ""
        return f"没见过的 {self.n_test} 人上：{self.auc}；布赖尔分数 {self.brier:.3f}（人人一个概率时 {self.brier_baseline:.3f}）{beware}"

    __repr__ = __str__


def churn_model(
    customers: pd.DataFrame,
    *,
    target: str,
    features: Sequence[str],
    rng: np.random.Generator,
    test_share: float = 0.3,
    group: str | None = None,
    time: str | None = None,
    bins: int = 10,
    confidence: float = 0.95,
) -> ChurnModel:
    """流失预警：用逻辑回归估计每位客户流失的概率，在没见过的客户上报成绩。

    缺失值补中位数、标准化、类别展开这几步，全部只在训练集上学，再用到测试集上，测试集一点也不泄露。

    Parameters
    ----------
    customers : DataFrame
        一行一位客户（或一位客户的一期）。
    target : str
        是否流失的列名，1 流失、0 没有，不能有缺失值。
    features : sequence of str
        特征的列名。数字列补中位数再标准化；别的列当类别，缺失自成一类。
    rng : numpy.random.Generator
        随机数，例如 np.random.default_rng(1)。用来分训练集和测试集。
    test_share : float, default 0.3
        留作测试的比例，0–1 之间。
    group : str, optional
        同一个值的行必须在同一边，例如一位客户有几行时的 "customer_id"。
    time : str, optional
        按这一列（日期或数字）分：早的训练，晚的测试，同一时刻不拆开。与 ``group`` 只能给一个。都不给就分层随机分。
    bins : int, default 10
        校准表分几组。
    confidence : float, default 0.95
        置信水平，0–1 之间。

    Returns
    -------
    ChurnModel
        auc 及其区间、布赖尔分数、校准表、系数、测试集的预测；``.predict(新客户)`` 给概率。

    Raises
    ------
    TypeError
        target 不是 0/1，或 rng 不是随机数发生器。
    ValueError
        缺列，目标混进了特征，有一列像编号，同时给了 group 和 time，或分完以后有一边只有一类。

    Notes
    -----
    泄露（leakage）指特征里藏着答案，例如“注销原因”“最后一次通话时长”。单独一列的 AUC 到 0.98 就列在 suspects 里，
    但藏得深的泄露查不出来：问一问，预测的那一天，这个数已经有了吗。成绩只对像测试集这样的客户算数，时间久了要重训。
    系数没有区间：逻辑回归带惩罚项，系数被压小，通常的标准误不对。系数是一起变，不是因果。

    References
    ----------
    Neslin, S. A., Gupta, S., Kamakura, W., Lu, J., & Mason, C. H. (2006). Defection detection: measuring and
    understanding the predictive accuracy of customer churn models. *Journal of Marketing Research*, 43(2), 204-211.

    Examples
    --------
    >>> import numpy as np
    >>> from crmlab import data, development
    >>> telco = data.load_real("wa_churn")
    >>> telco["left"] = (telco["churn"] == "Yes").astype(int)
    >>> development.churn_model(
    ...     telco, target="left", features=["tenure", "contract", "monthly_charges"], rng=np.random.default_rng(1)
    ... )
    没见过的 2113 人上：AUC 0.830（95% 区间 0.811–0.848，561 人是，1552 人不是）；布赖尔分数 0.143（人人一个概率时 0.195）
    """
    names = _check_names(customers, target, features, group, time)
    check_probability("test_share", test_share)
    check_whole("bins", bins, 2)
    check_probability("confidence", confidence)
    check_rng(rng)
    happened = check_zero_one(target, customers[target], missing=False, say=YES_NO).to_numpy().astype(int)
    numeric = tuple(c for c in names if pd.api.types.is_numeric_dtype(customers[c]))
    for column in numeric:
        check_numbers(column, customers[column])
    table = _prepare(customers, names, numeric)
    _refuse_identifiers(table, numeric)
    test, split = _split(customers, happened, test_share, group, time, rng)
    for side, chosen in (("训练集", ~test), ("测试集", test)):
        if len(np.unique(happened[chosen])) < 2:
            raise ValueError(
                f"{side}的 {int(chosen.sum())} 行里，列“{target}”只有一类，没法{'学' if side == '训练集' else '打分'}。"
                "请用更多数据，或改 test_share。"
            )
    pipeline = _pipeline(numeric, [c for c in names if c not in numeric])
    pipeline.fit(table[~test], happened[~test])
    chance = pipeline.predict_proba(table[test])[:, 1]
    predictions = pd.DataFrame({"probability": chance, "churned": happened[test]}, index=customers.index[test])
    return ChurnModel(
        _auc(pd.Series(chance), happened[test].astype(float), confidence),
        float(np.mean((chance - happened[test]) ** 2)),
        float(np.mean((happened[~test].mean() - happened[test]) ** 2)),
        _calibration(predictions, bins, confidence),
        _coefficients(pipeline),
        predictions,
        int((~test).sum()),
        int(test.sum()),
        split,
        _suspects(table[~test], happened[~test], numeric),
        names,
        pipeline,
    )


def _check_names(
    customers: pd.DataFrame, target: str, features: Sequence[str], group: str | None, time: str | None
) -> tuple[str, ...]:
    names = (features,) if isinstance(features, str) else tuple(dict.fromkeys(features))
    check_frame("customers", customers, [target, *names, *(c for c in (group, time) if c is not None)])
    if not names:
        raise ValueError("参数 features 是空的。请至少给一个特征列。")
    if target in names:
        raise ValueError(f"目标“{target}”混进了 features，等于把答案告诉模型。请从 features 里去掉它。")
    if group is not None and time is not None:
        raise ValueError("参数 group 和 time 只能给一个。要按时间分，又不让同一客户跨两边，请先每位客户只留一行。")
    return names


def _prepare(customers: pd.DataFrame, names: Sequence[str], numeric: Sequence[str]) -> pd.DataFrame:
    """Numbers as floats, everything else as text with missing as a category of its own."""
    columns = {
        c: check_numbers(c, customers[c]).to_numpy()
        if c in numeric
        else customers[c].astype(object).where(customers[c].notna(), "缺失").astype(str).to_numpy(dtype=object)
        for c in names
    }
    return pd.DataFrame(columns)


def _refuse_identifiers(table: pd.DataFrame, numeric: Sequence[str]) -> None:
    for column in table.columns.difference(list(numeric), sort=False):
        kinds = table[column].nunique()
        if kinds > 50 and kinds > len(table) / 2:
            raise ValueError(
                f"列“{column}”有 {kinds} 个不同的值，几乎每行一个，像是编号，不能当特征。若是日期，请先换成“距今几天”。"
            )


def _split(
    customers: pd.DataFrame,
    happened: np.ndarray,
    test_share: float,
    group: str | None,
    time: str | None,
    rng: np.random.Generator,
) -> tuple[np.ndarray, str]:
    n = len(customers)
    if time is not None:
        when = check_present(time, customers[time])
        cut = when.sort_values(ignore_index=True).iloc[min(max(round(n * (1 - test_share)), 1), n - 1)]
        return (when >= cut).to_numpy(), "time"
    if group is not None:
        codes, owners = pd.factorize(check_present(group, customers[group]), sort=True)
        held = rng.permutation(len(owners))[: max(round(len(owners) * test_share), 1)]
        return np.isin(codes, held), "group"
    test = np.zeros(n, dtype=bool)
    for kind in (0, 1):
        members = np.flatnonzero(happened == kind)
        test[rng.permutation(members)[: round(len(members) * test_share)]] = True
    return test, "random"


def _pipeline(numeric: Sequence[str], other: Sequence[str]) -> Any:
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    steps = [
        ("number", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), list(numeric)),
        ("category", OneHotEncoder(handle_unknown="ignore"), list(other)),
    ]
    return make_pipeline(ColumnTransformer(steps), LogisticRegression(max_iter=2000))


def _numeric_of(pipeline: Any) -> list[str]:
    return list(pipeline[0].transformers_[0][2])


def _coefficients(pipeline: Any) -> pd.DataFrame:
    columns, model = pipeline[0], pipeline[-1]
    encoder = columns.named_transformers_["category"]
    names = _numeric_of(pipeline)
    for column, kinds in zip(columns.transformers_[1][2], getattr(encoder, "categories_", []), strict=True):
        names += [f"{column}={kind}" for kind in kinds]
    table = pd.DataFrame({"feature": names, "coefficient": model.coef_[0]})
    table["odds_ratio"] = np.exp(table["coefficient"])
    return table.sort_values("coefficient", ascending=False, ignore_index=True)


def _calibration(predictions: pd.DataFrame, bins: int, confidence: float) -> pd.DataFrame:
    grouped = predictions.groupby(rank_bins(predictions["probability"], bins))
    table = grouped.agg(n=("churned", "size"), predicted=("probability", "mean"), observed=("churned", "mean"))
    table["low"], table["high"] = wilson(grouped["churned"].sum(), table["n"], confidence)
    return table.rename_axis("bin").reset_index()


def _suspects(train: pd.DataFrame, happened: np.ndarray, numeric: Sequence[str]) -> tuple[str, ...]:
    """Features that alone tell the answer on the training rows."""
    found = []
    for column in train.columns:
        values = train[column]
        if column not in numeric:
            values = pd.Series(happened, dtype=float).groupby(values.to_numpy()).transform("mean")
        known = values.notna().to_numpy()
        answers = happened[known].astype(float)
        if len(np.unique(answers)) == 2:
            area = _auc(values[known].reset_index(drop=True), answers, 0.95).auc
            if max(area, 1 - area) >= SUSPECT_AUC:
                found.append(column)
    return tuple(found)
