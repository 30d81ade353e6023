"""Where to open: the share of customers a store draws by its size and distance (Huff)."""

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_names, check_numbers, check_positive, check_present, row_of


def huff_shares(
    areas: pd.DataFrame, stores: pd.DataFrame, distances: pd.DataFrame, *, decay: float, appeal: float = 1.0
) -> pd.DataFrame:
    """哈夫模型（Huff model）：每个小区的客户去各家店的概率，各店一共能引来多少人。

    概率 = (面积^appeal ÷ 距离^decay) ÷ 各店之和；人数 = Σ 小区人数 × 概率。

    Parameters
    ----------
    areas : DataFrame
        一行一个小区。列：area（名称，不重复）、customers（人数，不能是负数）。
    stores : DataFrame
        一行一家店，包括竞争对手的。列：store（名称，不重复）、size（面积或吸引力，大于 0）。
    distances : DataFrame
        一行一个小区到一家店。列：area、store、distance（距离或路上的时间，大于 0），每一对都要有，不重复。
    decay : float
        距离衰减，大于 0：越大，客户越不愿意走远。没有默认，要由调查估出来；文献里日用品约 2，大件更小。
    appeal : float, default 1
        面积的指数，大于 0。

    Returns
    -------
    DataFrame
        一行一家店，人数从多到少。列：store、size、customers（引来的人数）、share（占全部人数，0–1）。

    Raises
    ------
    TypeError
        有列不是数字。
    ValueError
        缺列，名称重复，面积或距离不大于 0，或有一对小区和店没有距离。

    Notes
    -----
    是教学模型，没有区间：参数由你给，真正的不确定在 decay 里，换几个值再算，看结论变不变。
    模型里大家只看面积和距离，不看价格、停车和口味；新店一开，老店按比例分走，实际上最像它的那家丢得最多。

    References
    ----------
    Huff, D. L. (1964). Defining and estimating a trading area. *Journal of Marketing*, 28(3), 34-38.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import strategy
    >>> areas = pd.DataFrame({"area": ["东区", "西区"], "customers": [1000, 500]})
    >>> stores = pd.DataFrame({"store": ["老店", "新店"], "size": [400, 400]})
    >>> distances = pd.DataFrame({"area": ["东区", "东区", "西区", "西区"], "store": ["老店", "新店"] * 2, "distance": [1, 2, 3, 1]})
    >>> strategy.huff_shares(areas, stores, distances, decay=2)
      store  size  customers     share
    0    老店   400      850.0  0.566667
    1    新店   400      650.0  0.433333
    """
    check_frame("areas", areas, ["area", "customers"])
    check_frame("stores", stores, ["store", "size"])
    check_frame("distances", distances, ["area", "store", "distance"])
    slope, power = check_positive("decay", decay), check_positive("appeal", appeal)
    places = check_names("area", areas["area"]).to_numpy()
    names = check_names("store", stores["store"]).to_numpy()
    people = check_numbers("customers", areas["customers"], 0, missing=False).to_numpy()
    if people.sum() == 0:
        raise ValueError("列“customers”全是 0，没有客户可分。请检查数据。")
    size = _above_zero("size", stores["size"])
    far = distances.assign(distance=_above_zero("distance", distances["distance"]))
    pairs = check_present("area", far["area"]), check_present("store", far["store"])
    twice = far.duplicated(["area", "store"]).to_numpy()
    if twice.any():
        at = int(twice.argmax())
        raise ValueError(
            f"“{pairs[0].iloc[at]}”到“{pairs[1].iloc[at]}”的距离写了两次（{row_of(pairs[0], at)}）。请只留一行。"
        )
    grid = far.pivot(index="area", columns="store", values="distance").reindex(index=places, columns=names)
    lacking = grid.isna().to_numpy()
    if lacking.any():
        i, j = np.argwhere(lacking)[0]
        raise ValueError(f"表 distances 里没有“{places[i]}”到“{names[j]}”的距离。每个小区到每家店都要有一行。")
    # Relative to the nearest and largest, so that no power overflows.
    pull = power * np.log(size)[None, :] - slope * np.log(grid.to_numpy())
    pull = np.exp(pull - pull.max(axis=1, keepdims=True))
    customers = people @ (pull / pull.sum(axis=1, keepdims=True))
    table = pd.DataFrame({"store": names, "size": stores["size"].to_numpy(), "customers": customers})
    table["share"] = customers / people.sum()
    return table.sort_values(["customers", "store"], ascending=[False, True], ignore_index=True)


def _above_zero(name: str, values: pd.Series) -> np.ndarray:
    numbers = check_numbers(name, values, 0, missing=False)
    if (numbers == 0).any():
        at = int((numbers == 0).to_numpy().argmax())
        raise ValueError(f"列“{name}”应大于 0，{row_of(numbers, at)}是 0。请先核对这些行。")
    return numbers.to_numpy()
