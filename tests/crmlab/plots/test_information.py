"""Figures of customer information: what stands in the axes is what the topic functions found."""

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest

from crmlab import information, plots
from tests.crmlab.information.people import make_customers
from tests.crmlab.plots.looks import assert_no_text_overlaps, assert_within

CUSTOMERS, ENTITY = make_customers(300, np.random.default_rng(1))
PEOPLE = pd.DataFrame(
    {"surname": CUSTOMERS["name"].str[:1], "city": CUSTOMERS["address"].str[:6], "gender": CUSTOMERS["gender"]}
)
SCHEMA = pa.DataFrameSchema(
    {
        "customer_id": pa.Column(str, unique=True),
        "mobile": pa.Column(str, pa.Check.str_matches(r"^1[38]"), nullable=True),
        "birth_date": pa.Column(str, nullable=True),
    }
)
FOUND = information.find_duplicates(
    CUSTOMERS, compare={"name": "jaro_winkler", "mobile": "exact", "address": "levenshtein"},
    block=["mobile", "name", "address"], threshold=0.2,
)  # fmt: skip
VIEWS = pd.DataFrame(
    [
        (user, item)
        for user in range(40)
        for item in ("猫", "狗", "车", "美食")
        if (user * len(item) + ord(item[0])) % 3
    ],
    columns=["user_id", "item_id"],
)
LINES = pd.DataFrame(
    [(o, i) for o in range(90) for i, often in (("奶粉", 2), ("奶瓶", 2), ("尿裤", 3), ("玩具", 5)) if o % often == 0],
    columns=["order_id", "item_id"],
)
TEXTS = ["物流太慢，包装破损", "物流慢，客服态度好", "客服态度很好", "包装好看"]


def words(ax):
    return [text.get_text() for text in ax.texts]


def test_quality_bars_are_the_scores():
    """Is each bar a dimension's score, and does a dimension that was not checked say so?"""
    report = information.quality_report(CUSTOMERS, SCHEMA)
    ax = plots.quality_dimensions(report, "手机号只有一半合格", most=2)
    known = report.scores.dropna(subset="score")
    assert [bar.get_width() for bar in ax.patches] == pytest.approx(100 * known["score"])
    assert words(ax).count("没有查") == len(report.scores) - len(known)
    assert [label.get_text() for label in ax.get_yticklabels()] == list(information.DIMENSIONS.values())
    right = ax.get_figure().axes[1]
    most = report.problems.groupby(["dimension", "column", "rule"]).size().nlargest(2)
    assert [bar.get_width() for bar in right.patches] == list(most)
    assert ax.get_figure()._suptitle.get_text() == "手机号只有一半合格"
    assert_within(ax.get_figure())


def test_quality_interval_is_drawn_where_there_is_one():
    """Has accuracy, the one estimated score, its interval?"""
    sample = CUSTOMERS[["customer_id", "gender"]].head(40).assign(gender="女")
    report = information.quality_report(CUSTOMERS, SCHEMA, verified=sample)
    (line,) = plots.quality_dimensions(report, "核对过的四十行").collections
    row = report.scores.set_index("dimension").loc["accuracy"]
    assert line.get_segments()[0][:, 0] == pytest.approx([100 * row["low"], 100 * row["high"]])


def test_quality_without_problems():
    """Does a clean table get a sentence instead of an empty chart?"""
    clean = information.quality_report(CUSTOMERS[["customer_id"]], pa.DataFrameSchema({"customer_id": pa.Column(str)}))
    right = plots.quality_dimensions(clean, "没有问题").get_figure().axes[1]
    assert words(right) == ["没有查出问题"]


@pytest.mark.parametrize("required", [2, 5, 60])
def test_class_sizes_count_everybody_once(required):
    """Do the bars add up to all people, with the last one those who are hidden well enough?"""
    result = information.k_anonymity(PEOPLE, ["surname", "city"], required=required)
    ax = plots.class_sizes(result, "多数人藏不住")
    widths = [bar.get_width() for bar in ax.patches]
    assert sum(widths) == result.n
    assert widths[-1] == result.n - result.n_below
    assert len(widths) <= 12
    assert_no_text_overlaps(ax.get_figure())


def test_diversity_points_are_the_classes():
    """Is each class one point, the least diverse in red and named?"""
    result = information.l_diversity(PEOPLE, ["city"], "gender", definition="entropy")
    ax = plots.diversity_classes(result, "每个城市男女各半")
    drawn = np.concatenate([line.get_xydata() for line in ax.lines])
    expected = result.classes[["n", "l"]].to_numpy(float)
    assert drawn[np.lexsort(drawn.T)] == pytest.approx(expected[np.lexsort(expected.T)])
    assert set(ax.lines[1].get_ydata()) == {result.l}
    more = f"等 {len(ax.lines[1].get_xdata())} 组"
    assert words(ax) == [f"■ 最不多样：{result.classes['city'].iloc[0]}{more}（l = {result.l:.3g}）"]


def test_duplicate_scores_split_by_truth():
    """Do the two colours add up to the pairs, true ones to those of the same person?"""
    ax = plots.duplicate_scores(FOUND, "高分的多是同一人", entity=ENTITY, cut=0.6)
    same = ENTITY.reindex(FOUND.pairs["id_a"]).to_numpy() == ENTITY.reindex(FOUND.pairs["id_b"]).to_numpy()
    good, wrong = ax.containers
    assert sum(bar.get_height() for bar in good) == same.sum()
    assert sum(bar.get_height() for bar in wrong) == (~same).sum()
    assert ax.lines[0].get_xdata()[0] == 0.6
    assert len(plots.duplicate_scores(FOUND, "没有真相").containers) == 1


def test_keywords_show_share_interval_and_lift():
    """Are bars the shares, lines the intervals, and is the lift written where there are groups?"""
    table = information.keyword_table(TEXTS, top=3)
    ax = plots.keywords(table, "都在说包装")
    assert [bar.get_width() for bar in ax.patches] == pytest.approx(100 * table["share"])
    segments = ax.collections[0].get_segments()
    assert [s[1][0] for s in segments] == pytest.approx(100 * table["high"])
    grouped = information.keyword_table(TEXTS, top=2, by=["差", "好", "好", "好"])
    first = plots.keywords(grouped, "差评说物流")
    assert first.get_title(loc="left") == "好"
    assert words(first)[0].endswith("倍")
    alone = plots.keywords(grouped[grouped["group"] == "差"], "差评说物流")
    assert alone.get_title(loc="left") == "差评说物流"
    assert_no_text_overlaps(first.get_figure())


def test_similarity_matrix_leaves_unlisted_pairs_blank():
    """Does each cell hold the similarity listed, and none where the table lists none?"""
    similar = information.similar_items(VIEWS, measure="cosine", top=2)
    ax = plots.similarity_matrix(similar, "猫狗最像")
    numbers = [w for w in words(ax) if w != "—"]
    assert sorted(numbers) == sorted(f"{s:.2f}" for s in similar["similarity"])
    assert words(ax).count("—") == similar["item_id"].nunique()


def test_rule_scatter_sorts_rules_by_their_lift():
    """Does every rule stand once, in the group its interval says?"""
    rules = information.association_rules(LINES)
    ax = plots.rule_scatter(rules, "奶粉和奶瓶总在一起", label=2)
    assert sum(len(line.get_xdata()) for line in ax.lines) == len(rules)
    above = rules[rules["lift_low"] > 1]
    assert ax.lines[0].get_xdata() == pytest.approx(100 * above["support"])
    assert words(ax)[0].startswith(f"{rules['antecedent'].iloc[0]}→{rules['consequent'].iloc[0]}")


BAD = [
    (
        lambda: plots.quality_dimensions(CUSTOMERS, "错"),
        TypeError,
        "参数 result 应是 information.quality_report() 的结果，你给的是 DataFrame。",
    ),
    (
        lambda: plots.quality_dimensions(information.quality_report(CUSTOMERS, SCHEMA), "错", most=0),
        ValueError,
        "参数 most 应至少是 1。",
    ),
    (
        lambda: plots.class_sizes(3, "错"),
        TypeError,
        "参数 result 应是 information.k_anonymity() 的结果，你给的是 int。",
    ),
    (
        lambda: plots.class_sizes(information.k_anonymity(PEOPLE, ["city"]), "错", most=2),
        ValueError,
        "参数 most 应至少是 3。",
    ),
    (
        lambda: plots.diversity_classes(None, "错"),
        TypeError,
        "参数 result 应是 information.l_diversity() 的结果，你给的是 NoneType。",
    ),
    (
        lambda: plots.duplicate_scores(FOUND.pairs, "错"),
        TypeError,
        "参数 result 应是 information.find_duplicates() 的结果，你给的是 DataFrame。",
    ),
    (
        lambda: plots.duplicate_scores(
            information.find_duplicates(CUSTOMERS.head(3), compare={"name": "exact"}, block=["name"]), "错"
        ),
        ValueError,
        "查重的结果里一对也没有，没有分数可画。请把 threshold 调低再查一次。",
    ),
    (
        lambda: plots.duplicate_scores(FOUND, "错", entity=ENTITY.iloc[:0]),
        ValueError,
        f"编号“{FOUND.pairs['id_a'].iloc[0]}”或“{FOUND.pairs['id_b'].iloc[0]}”在 entity 的索引里查不到。请核对两边的编号。",
    ),
    (
        lambda: plots.keywords(information.keyword_table(TEXTS).drop(columns="share"), "错"),
        ValueError,
        "表 table 里没有列“share”。现有的列：word、n_texts、low、high。",
    ),
    (
        lambda: plots.keywords(information.keyword_table(TEXTS * 5, by=[i // 4 for i in range(20)]), "错"),
        ValueError,
        "关键词有 5 组，一张图最多画 4 组。请先挑出要比的几组。",
    ),
    (
        lambda: plots.similarity_matrix(information.similar_items(VIEWS, measure="cosine"), "错", most=1),
        ValueError,
        "参数 most 应至少是 2，一件物品没有可比的。",
    ),
    (
        lambda: plots.rule_scatter(information.association_rules(LINES, min_support=1), "错"),
        ValueError,
        "表 rules 一行数据也没有。请先检查数据文件是否为空，或筛选条件是否太严。",
    ),
]


@pytest.mark.parametrize(("draw", "error", "message"), BAD, ids=[m[:24] for *_, m in BAD])
def test_wrong_arguments_are_named_in_chinese(draw, error, message):
    """Does a wrong argument get the whole sentence, before anything is drawn?"""
    with pytest.raises(error) as caught:
        draw()
    assert str(caught.value) == message
