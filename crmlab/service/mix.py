"""What a company does for its customers: before, during, after the sale, by deed or by attitude."""

import pandas as pd

from crmlab._checks import check_frame, check_labels, check_numbers, row_of

STAGES = ("售前", "售中", "售后")
NATURES = ("功能性", "态度性")
SERVICE_WAYS = {
    "广告宣传": "售前",
    "布置销售环境": "售前",
    "提供便利服务": "售前",
    "技术咨询和指导": "售前",
    "开通业务电话": "售前",
    "产品咨询服务": "售前",
    "社会公关服务": "售前",
    "传递产品信息": "售中",
    "帮客户挑选产品": "售中",
    "满足客户的合理要求": "售中",
    "提供代办服务": "售中",
    "示范产品的使用方法": "售中",
    "送货、上门安装": "售后",
    "产品包装服务": "售后",
    "维修和检修服务": "售后",
    "回访服务": "售后",
    "咨询和指导服务": "售后",
    "建立客户档案": "售后",
    "妥善处理客户投诉": "售后",
}


def service_mix(log: pd.DataFrame) -> pd.DataFrame:
    """服务构成：售前、售中、售后 × 功能性、态度性，各做了多少，哪一格是空的。

    Parameters
    ----------
    log : DataFrame
        一行一次服务。列：stage（售前、售中、售后）、nature（功能性：办成一件事；态度性：怎么对待人）。
        有 minutes（分钟）、cost（元）列就一起合计，不能是负数，缺失的不算。

    Returns
    -------
    DataFrame
        六行，次序固定。列：stage、nature、n（次数）、share（占全部，0–1）、share_of_stage（占本阶段，本阶段没有服务时 NaN），
        以及 minutes、cost 的合计（有这两列时）。一次也没有的格子 n 是 0。

    Raises
    ------
    TypeError
        分钟或成本不是数字。
    ValueError
        缺列，阶段或性质写错或缺失，分钟或成本是负数。

    Notes
    -----
    没有区间：这是清点，不是抽样。次数多不等于做得好；态度性服务大多没有人记，表里的占比多半偏低。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import service
    >>> log = pd.DataFrame({"stage": ["售前", "售后", "售后", "售中"], "nature": ["功能性", "功能性", "态度性", "功能性"]})
    >>> service.service_mix(log)[["stage", "nature", "n", "share"]]
      stage nature  n  share
    0    售前    功能性  1   0.25
    1    售前    态度性  0   0.00
    2    售中    功能性  1   0.25
    3    售中    态度性  0   0.00
    4    售后    功能性  1   0.25
    5    售后    态度性  1   0.25
    """
    check_frame("log", log, ["stage", "nature"])
    stage = check_labels("stage", log["stage"], STAGES, missing=False).to_numpy()
    nature = check_labels("nature", log["nature"], NATURES, missing=False).to_numpy()
    values = {
        column: check_numbers(column, log[column], 0).to_numpy()
        for column in ("minutes", "cost")
        if column in log.columns
    }
    rows = []
    for s in STAGES:
        in_stage = stage == s
        for kind in NATURES:
            cell = in_stage & (nature == kind)
            n = int(cell.sum())
            of_stage = n / int(in_stage.sum()) if in_stage.any() else float("nan")
            totals = {column: float(pd.Series(amount[cell]).sum()) for column, amount in values.items()}
            rows.append(
                {"stage": s, "nature": kind, "n": n, "share": n / len(log), "share_of_stage": of_stage, **totals}
            )
    return pd.DataFrame(rows)


def ways_score(answers: pd.DataFrame) -> pd.DataFrame:
    """服务方式归类判分：19 种方式各属于售前、售中还是售后。

    Parameters
    ----------
    answers : DataFrame
        一行一种方式。列：way（SERVICE_WAYS 里的名称，不重复）、stage（你的答案；没答的缺失）。

    Returns
    -------
    DataFrame
        行序同 answers。列：way、stage、right_stage（课本的归类）、correct（没答算错）。对的占比就是得分。

    Raises
    ------
    ValueError
        缺列，方式或阶段写错，或同一种方式写了两次。

    Notes
    -----
    按课本的归类。有的方式放在哪个阶段都说得通：“咨询和指导”售前售后都有，课本里名字不同。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import service
    >>> service.ways_score(pd.DataFrame({"way": ["回访服务", "广告宣传"], "stage": ["售后", "售中"]}))
        way stage right_stage  correct
    0  回访服务    售后          售后     True
    1  广告宣传    售中          售前    False
    """
    check_frame("answers", answers, ["way", "stage"])
    ways = check_labels("way", answers["way"], tuple(SERVICE_WAYS), missing=False)
    stages = check_labels("stage", answers["stage"], STAGES)
    again = ways.duplicated().to_numpy()
    if again.any():
        at = int(again.argmax())
        raise ValueError(f"列“way”里“{ways.iloc[at]}”写了两次，{row_of(ways, at)}请删去。")
    right = [SERVICE_WAYS[str(w)] for w in ways]
    correct = (stages.to_numpy(dtype=object) == pd.Series(right, dtype=object).to_numpy()) & stages.notna().to_numpy()
    return answers[["way", "stage"]].assign(right_stage=right, correct=correct)
