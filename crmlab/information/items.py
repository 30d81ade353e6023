"""Recommendation from what is used together, and how varied a person's diet of content is."""

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from crmlab._checks import check_frame, check_one_of, check_whole
from crmlab.information.text import check_two_columns

SIMILARITIES = ("cosine", "jaccard")


def similar_items(
    views: pd.DataFrame,
    *,
    user: str = "user_id",
    item: str = "item_id",
    top: int = 5,
    measure: str,
    min_common: int = 1,
) -> pd.DataFrame:
    """物品协同过滤：看过（买过）这一件的人，还看过哪几件。

    Parameters
    ----------
    views : DataFrame
        一行一次观看或购买。同一人对同一件的几次只算一次；缺失的行不用。
    user, item : str, default "user_id", "item_id"
        用户列和物品列。
    top : int, default 5
        每件物品最多列几件相似的。
    measure : {"cosine", "jaccard"}
        "cosine"：共同人数 ÷ √(甲的人数 × 乙的人数)；"jaccard"：共同人数 ÷ 看过甲或乙的人数。两种都在 0–1 之间，但数值不能互相比较。
    min_common : int, default 1
        至少要有几个共同的人。物品很冷门时，只凭一两个人得出的相似不可靠。

    Returns
    -------
    DataFrame
        一行一对，按物品，再按 rank。列：物品列、similar_item、rank（1 是最像的）、similarity、n_common（共同人数）、n_users（看过这件的人数）。
        相似度相同的，先列共同人数多的，再按名字。

    Raises
    ------
    TypeError
        给的不是表。
    ValueError
        缺列，measure 不认识，或没有一行可用。

    Notes
    -----
    这是描述已发生的共同出现，不是推断，所以没有区间；n_common 就是它的底气。热门的物品和谁都像，新物品谁也不像（冷启动）。
    只推相似的，人会越看越窄，请同时看 `category_entropy`。计算用稀疏矩阵，时间约与“每人看过件数的平方和”成正比。

    References
    ----------
    Sarwar, B., Karypis, G., Konstan, J., & Riedl, J. (2001). Item-based collaborative filtering recommendation algorithms. *WWW '01*.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import information
    >>> views = pd.DataFrame({"user_id": [1, 1, 2, 2, 3, 3], "item_id": ["猫", "狗", "猫", "狗", "猫", "车"]})
    >>> information.similar_items(views, measure="cosine", top=1).round(2)
      item_id similar_item  rank  similarity  n_common  n_users
    0       狗            猫     1        0.82         2        2
    1       猫            狗     1        0.82         2        3
    2       车            猫     1        0.58         1        1
    """
    most, least = check_whole("top", top), max(1, check_whole("min_common", min_common))
    check_one_of("measure", measure, SIMILARITIES)
    seen, items = _user_item("views", views, user, item)
    n_users = np.asarray(seen.sum(axis=0)).ravel()
    common = (seen.T @ seen).tocoo()
    a, b, n_common = common.row, common.col, common.data
    keep = (a != b) & (n_common >= least)
    a, b, n_common = a[keep], b[keep], n_common[keep]
    either = n_users[a] + n_users[b] - n_common
    similarity = n_common / (np.sqrt(n_users[a].astype(float) * n_users[b]) if measure == "cosine" else either)
    # Items are numbered in the order of their names, so b settles ties; rounding keeps equals equal.
    order = np.lexsort((b, -n_common, -similarity.round(12), a))
    a, b, n_common, similarity = a[order], b[order], n_common[order], similarity[order]
    start = np.searchsorted(a, a, side="left")
    rank = np.arange(len(a)) - start + 1
    best = rank <= most
    return pd.DataFrame(
        {
            item: items.array[a[best]],
            "similar_item": items.array[b[best]],
            "rank": rank[best],
            "similarity": similarity[best],
            "n_common": n_common[best],
            "n_users": n_users[a[best]],
        }
    )


def recommend_items(
    similar: pd.DataFrame, liked: Collection[Any], *, item: str = "item_id", top: int = 5
) -> pd.DataFrame:
    """按相似表给一个人推荐：把他喜欢过的几件的相似物品加总，去掉已经看过的。

    Parameters
    ----------
    similar : DataFrame
        `similar_items` 的结果，至少有物品列、similar_item、similarity。
    liked : list
        这个人喜欢过的物品。
    item : str, default "item_id"
        物品列。
    top : int, default 5
        最多推荐几件。

    Returns
    -------
    DataFrame
        按 score 从高到低，相同的按名字。列：物品列（推荐的物品）、score（相似度之和）、because（因为哪一件，取最相似的）。没有可推的就是空表。

    Raises
    ------
    TypeError
        给的不是表，或 liked 不是一组物品。
    ValueError
        缺列。

    Notes
    -----
    score 只用来排序，不是概率，所以没有区间。推得准不准，要拿没有用来算相似度的那段时间检验。

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import information
    >>> views = pd.DataFrame({"user_id": [1, 1, 2, 2, 3, 3], "item_id": ["猫", "狗", "猫", "狗", "猫", "车"]})
    >>> similar = information.similar_items(views, measure="cosine")
    >>> information.recommend_items(similar, ["狗"]).round(2)
      item_id  score because
    0       猫   0.82       狗
    """
    check_frame("similar", similar, [item, "similar_item", "similarity"])
    if isinstance(liked, str) or not isinstance(liked, Collection):
        raise TypeError(f'参数 liked 应是一组物品，例如 ["狗"]，你给的是 {type(liked).__name__}。')
    most = check_whole("top", top)
    mine = similar[similar[item].isin(list(liked)) & ~similar["similar_item"].isin(list(liked))]
    mine = mine.sort_values(["similar_item", "similarity", item], ascending=[True, False, True])
    by = mine.groupby("similar_item", sort=True)
    table = pd.DataFrame({"score": by["similarity"].sum(), "because": by[item].first()}).reset_index(names=item)
    table = table.iloc[np.argsort(-table["score"].to_numpy().round(12), kind="stable")]
    return table.head(most).reset_index(drop=True)


def category_entropy(views: pd.DataFrame, *, category: str, by: str | None = None) -> pd.DataFrame:
    """类别熵：一个人看的内容有多杂；越低，越困在“信息茧房”里。

    H = −Σ p log₂ p，p 是各类别的占比；只看一类是 0，K 类一样多是 log₂ K。

    Parameters
    ----------
    views : DataFrame
        一行一次观看。缺失的行不用。
    category : str
        类别列。
    by : str, optional
        每个谁算一个熵，例如用户列。不给就全部合在一起算一个。

    Returns
    -------
    DataFrame
        一行一个（by 的值，从小到大）。列：by 列（给了才有）、n（几次）、n_categories（看过几类）、entropy（比特）、
        entropy_corrected（Miller-Madow 修正：H + (类数 − 1) ÷ (2n ln 2)）、effective_categories（2^H，相当于均匀看几类）。

    Raises
    ------
    TypeError
        给的不是表。
    ValueError
        缺列，两个参数是同一列，或没有一行可用。

    Notes
    -----
    看得少的人，H 天生偏低：看 1 次的人 H 必是 0。所以先比 n 相近的人，或看修正后的值。没有区间：一个人的观看前后相关，
    不是独立抽样。熵低不等于被算法困住，也许他就喜欢这一类。

    References
    ----------
    Shannon, C. E. (1948). A mathematical theory of communication. *Bell System Technical Journal*, 27, 379-423.

    Miller, G. A. (1955). Note on the bias of information estimates. *Information Theory in Psychology*, 95-100.

    Examples
    --------
    >>> import pandas as pd
    >>> from crmlab import information
    >>> views = pd.DataFrame({"user_id": ["甲", "甲", "甲", "甲", "乙", "乙"], "cat": ["美食", "旅行", "美食", "旅行", "美食", "美食"]})
    >>> information.category_entropy(views, category="cat", by="user_id")[["user_id", "n", "entropy"]]
      user_id  n  entropy
    0       乙  2      0.0
    1       甲  4      1.0
    """
    if by is None:
        check_frame("views", views, [category])
        known = views[[category]].dropna().assign(all=0)
        if known.empty:
            raise ValueError(f"列“{category}”全是缺失值。请检查数据。")
    else:
        known = check_two_columns("views", views, by, category)
    owner = "all" if by is None else by
    cells = known.groupby([owner, category], observed=True).size().rename("cell").reset_index()
    groups = cells.groupby(owner, observed=True)["cell"]
    share = cells["cell"] / groups.transform("sum")
    entropy = (-share * np.log2(share)).groupby(cells[owner], observed=True).sum() + 0.0
    n, n_categories = groups.sum(), groups.size()
    table = pd.DataFrame(
        {
            "n": n,
            "n_categories": n_categories,
            "entropy": entropy,
            "entropy_corrected": entropy + (n_categories - 1) / (2 * n * np.log(2)),
            "effective_categories": 2.0**entropy,
        }
    ).reset_index()
    return table.drop(columns="all") if by is None else table


def _user_item(argument: str, views: Any, user: str, item: str) -> tuple[Any, pd.Series]:
    """Return the sparse matrix of who has seen what (1 or nothing), and the items in the order of their names."""
    from scipy.sparse import csr_array

    known = check_two_columns(argument, views, user, item).drop_duplicates()
    users = pd.factorize(known[user])[0]
    # Text and numbers side by side have no order of their own; then the order of their texts does.
    mixed = known[item].dtype == object and pd.api.types.infer_dtype(known[item]).startswith("mixed")
    distinct = pd.Series(known[item].unique())
    distinct = distinct.sort_values(key=(lambda s: s.astype("str")) if mixed else None, ignore_index=True)
    number = pd.Index(distinct).get_indexer(pd.Index(known[item]))
    ones = np.ones(len(known), dtype=np.int64)
    return csr_array((ones, (users, number)), shape=(users.max() + 1, len(distinct))), distinct
