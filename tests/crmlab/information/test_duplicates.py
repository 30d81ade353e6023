"""Finding duplicates, and merging them."""

import numpy as np
import pandas as pd
import pytest
from rapidfuzz.distance import JaroWinkler, Levenshtein

from crmlab.information import duplicate_quality, find_duplicates, merge_duplicates
from tests.crmlab.information.people import make_customers

COMPARE = {
    "name": "jaro_winkler",
    "mobile": "levenshtein",
    "birth_date": "levenshtein",
    "gender": "exact",
    "address": "levenshtein",
}
BLOCK = ["mobile", ["name", "birth_date"], "address", ["birth_date", "gender"]]
FEW = pd.DataFrame(
    {
        "customer_id": ["C4", "C1", "C3", "C2", "C5"],
        "name": ["王小明", "王晓明", "李雷", "李雷", "韩梅"],
        "mobile": ["13800138000", "138-0013-8000", None, "13900139000", None],
        "city": ["苏州", "苏州 ", "无锡", "无锡", None],
    },
    index=[9, 9, 1, 2, 3],
)


def found(table=FEW, compare=None, block=("mobile", ("name", "city")), **options):
    compare = compare or {"name": "jaro_winkler", "mobile": "exact"}
    return find_duplicates(table, compare=compare, block=list(block), **options)


@pytest.mark.parametrize("seed", [1, 2])
def test_most_known_duplicates_are_found_and_few_others(seed):
    """On 4,000 simulated customers with families as look-alikes: precision >= 0.97, recall >= 0.92?"""
    table, entity = make_customers(4000, np.random.default_rng(seed))
    result = find_duplicates(table, compare=COMPARE, block=BLOCK)
    quality = duplicate_quality(result.pairs, entity)
    assert quality.precision >= 0.97
    assert quality.recall >= 0.92
    assert result.n_compared < 4000
    fine = find_duplicates(table, compare=COMPARE, block=BLOCK, threshold=0.75)
    finer = duplicate_quality(fine.pairs, entity)
    assert finer.recall < quality.recall
    assert finer.precision >= quality.precision


def test_score_against_every_pair_by_hand():
    """Are scores the weighted means of the stretched similarities, over what both sides know, for all pairs?"""
    table, _ = make_customers(150, np.random.default_rng(4), duplicates=0.4)
    result = find_duplicates(table.assign(all=1), compare=COMPARE, block=["all"], max_block=150, threshold=0.5)
    assert result.n_compared == 150 * 149 // 2
    weight, by_hand = result.weights, {}
    clean = table.astype(object).where(table.notna(), None).replace("-", "", regex=True).to_dict("records")
    for i, a in enumerate(clean):
        for b in clean[i + 1 :]:
            total = known = 0.0
            for column, method in COMPARE.items():
                one, other = a[column], b[column]
                if one is None or other is None:
                    continue
                if method == "exact":
                    same = float(one == other)
                else:
                    scorer = JaroWinkler if method == "jaro_winkler" else Levenshtein
                    same = min(1.0, max(0.0, 2 * scorer.normalized_similarity(one, other) - 1))
                total, known = total + weight[column] * same, known + weight[column]
            if known >= 0.5 and total / known >= 0.5:
                by_hand[tuple(sorted((a["customer_id"], b["customer_id"])))] = total / known
    pairs = result.pairs.set_index(["id_a", "id_b"])["score"]
    assert set(pairs.index) == set(by_hand)
    assert pairs.to_dict() == pytest.approx(by_hand)
    assert pairs.is_monotonic_decreasing


def test_only_rows_with_a_common_key_are_compared():
    """Is each pair compared once whatever the number of common keys, and none without one?"""
    result = found()
    assert result.n_compared == 2
    assert result.pairs[["id_a", "id_b"]].to_numpy().tolist() == [["C2", "C3"], ["C1", "C4"]]
    assert found(block=["mobile", ["mobile", "city"]]).n_compared == 1
    assert found(block=["city"]).n_compared == 2
    assert found(compare={"name": "exact", "mobile": "exact"}).pairs["id_a"].tolist() == ["C2"]


def test_weights_are_the_information_of_an_agreement():
    """Is a weight -log2 of the chance that two rows agree, shared out to 1; or what the caller says?"""
    weights = found(compare={"name": "exact", "city": "exact"}).weights
    bits = [-np.log2((2 / 5) ** 2 + 3 * (1 / 5) ** 2), -np.log2(0.5)]
    assert weights.tolist() == pytest.approx([bits[0] / sum(bits), bits[1] / sum(bits)])
    given = found(compare={"name": "exact", "city": "exact"}, weights={"name": 3, "city": 1})
    assert given.weights.to_dict() == {"name": 0.75, "city": 0.25}


def test_a_missing_field_is_left_out_of_the_score():
    """Does a pair without a mobile on one side count the name alone, unless that is less than half of the weight?"""
    pairs = found().pairs.set_index("id_a")
    assert pairs.loc["C2", "score"] == 1
    assert np.isnan(pairs.loc["C2", "sim_mobile"])
    assert found(weights={"name": 1, "mobile": 2}).pairs["id_a"].tolist() == ["C1"]


def test_too_large_blocks_are_skipped_and_told():
    """Are blocks above the limit not compared but listed, and the sentence says so?"""
    result = found(block=["city", "mobile"], max_block=1)
    assert result.n_compared == 0
    assert result.skipped.to_dict("list") == {"block": ["city", "city", "mobile"], "n": [2, 2, 2]}
    assert str(result) == "5 行比较了 0 对，0 对不低于 0.6，归成 0 组共 0 行；3 个太大的块没有比较"
    assert list(result.pairs.columns) == ["id_a", "id_b", "score", "sim_name", "sim_mobile"]
    assert list(result.groups.columns) == ["customer_id", "group"]


def test_groups_are_connected_and_numbered_by_their_smallest_id():
    """Does a chain of likenesses become one group, with groups and members in order?"""
    table = pd.DataFrame({"customer_id": [5, 3, 9, 1, 7], "name": ["aaaa", "aaab", "aabb", "zz", "zz"], "key": 1})
    result = found(table, {"name": "levenshtein"}, ["key"], threshold=0.5)
    assert result.groups.to_dict("list") == {"customer_id": [1, 7, 3, 5, 9], "group": [1, 1, 2, 2, 2]}
    assert (3, 9) in set(zip(result.pairs["id_a"], result.pairs["id_b"], strict=True))


def test_dates_numbers_and_mixed_ids():
    """Are dates and floats compared as what they say, and ids of two types put in some order?"""
    table = pd.DataFrame(
        {"customer_id": ["b", 2], "born": pd.to_datetime(["2000-01-02"] * 2), "house": [8.0, 8.0], "x": ["Ａ-1", "a1"]}
    )
    compare = {"born": "exact", "house": "exact", "x": "exact"}
    result = found(table, compare, ["born"], weights=dict.fromkeys(compare, 1))
    assert result.pairs.to_dict("records") == [
        {"id_a": 2, "id_b": "b", "score": 1.0, "sim_born": 1.0, "sim_house": 1.0, "sim_x": 1.0}
    ]


def test_quality_by_hand():
    """Are precision, recall and F1 those of counting pairs, with Wilson's ends, and NaN where there is nothing to count?"""
    truth = pd.Series({"a": 1, "b": 1, "c": 1, "d": 2, "e": None, "f": None})
    pairs = pd.DataFrame({"id_a": ["b", "a", "e"], "id_b": ["a", "d", "f"]})
    quality = duplicate_quality(pairs, truth)
    assert (quality.precision, quality.recall, quality.f1) == (1 / 3, 1 / 3, 1 / 3)
    assert (quality.n_found, quality.n_true, quality.n_right) == (3, 3, 1)
    assert quality.precision_low == pytest.approx(0.0615, abs=1e-4)
    nothing = duplicate_quality(pairs[:0], truth[3:4])
    assert np.isnan([nothing.precision, nothing.recall, nothing.f1]).all()
    assert str(nothing) == "查准率算不出，查全率算不出，F1 算不出（找到 0 对，应有 0 对，找对 0 对）"


RECORDS = pd.DataFrame(
    {
        "customer_id": ["C3", "C1", "C2", "C9"],
        "name": ["王小明", "王晓明", "王小明", "李雷"],
        "mobile": ["1", None, "3", "4"],
        "address": ["人民路1号", "苏州市人民路1号", None, None],
        "points": [10, 20, 30, 40],
        "spent": [1.5, None, None, None],
        "agreed": [True, False, True, True],
        "updated": pd.to_datetime(["2026-01-01", "2025-01-01", None, "2026-01-01"]),
    },
    index=[10, 11, 12, 13],
)
GROUPS = pd.DataFrame({"customer_id": ["C1", "C2", "C3"], "group": [1, 1, 1]})
RULES = {
    "mobile": "latest",
    "address": "longest",
    "points": "sum",
    "spent": "sum",
    "agreed": "min",
    "name": "most_common",
}


def test_each_rule_keeps_the_value_it_names():
    """Is one row left, at the place and with the number of the smallest id, each column by its rule?"""
    result = merge_duplicates(RECORDS, GROUPS, rules=RULES, updated_at="updated")
    row = {
        "customer_id": "C1", "name": "王小明", "mobile": "1", "address": "苏州市人民路1号", "points": 60, "spent": 1.5,
        "agreed": False, "updated": pd.Timestamp("2026-01-01"),
    }  # fmt: skip
    assert result.customers.index.tolist() == [11, 13]
    assert result.customers.iloc[0].to_dict() == row
    pd.testing.assert_frame_equal(result.customers[1:], RECORDS[3:])
    assert result.customers.dtypes.tolist() == RECORDS.dtypes.tolist()
    assert result.lineage.to_dict("list") == {"customer_id": ["C2", "C3"], "merged_into": ["C1", "C1"]}
    assert result.conflicts.to_dict("list") == {
        "customer_id": ["C1"] * 4,
        "column": ["name", "mobile", "address", "agreed"],
        "values": ["王小明|王晓明", "1|3", "人民路1号|苏州市人民路1号", "False|True"],
        "kept": ["王小明", "1", "苏州市人民路1号", False],
    }
    assert str(result) == "4 行合并成 2 行，4 处说法不一，最多的是“name”（1 处）"


@pytest.mark.parametrize(
    ("rule", "mobile", "points"),
    [("earliest", "1", 20), ("most_complete", "1", 10), ("max", "3", 30), ("min", "1", 10), ("latest", "1", 10)],
)
def test_rules_skip_gaps(rule, mobile, points):
    """Is the value of the best record that has one kept, and ties settled by the newer record?"""
    result = merge_duplicates(RECORDS, GROUPS, default=rule, updated_at="updated")
    assert result.customers.iloc[0][["mobile", "points"]].tolist() == [mobile, points]


def test_nothing_to_merge():
    """Does the table come back as it was when there are no groups, or groups of one?"""
    for groups in (GROUPS[:0], GROUPS[:1]):
        result = merge_duplicates(RECORDS, groups)
        pd.testing.assert_frame_equal(result.customers, RECORDS)
        assert (len(result.lineage), len(result.conflicts), result.n_after) == (0, 0, 4)
    assert str(result) == "4 行合并成 4 行，0 处说法不一"


def test_found_and_merged_leaves_one_record_a_group():
    """Do search and merge fit together: rows after = rows - members + groups, and no id is lost?"""
    table, _ = make_customers(1500, np.random.default_rng(6))
    found_groups = find_duplicates(table, compare=COMPARE, block=BLOCK).groups
    result = merge_duplicates(table, found_groups, updated_at="updated_at", default="latest")
    assert result.n_after == 1500 - len(found_groups) + found_groups["group"].nunique()
    assert {*result.customers["customer_id"], *result.lineage["customer_id"]} == set(table["customer_id"])
    assert set(result.lineage["merged_into"]) <= set(result.customers["customer_id"])


MERGE = {"customers": RECORDS, "groups": GROUPS}


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: found(compare={"nane": "exact"}),
            ValueError,
            "表 customers 里没有列“nane”。你是不是想写“name”？现有的列：customer_id、name、mobile、city。",
        ),
        (
            lambda: found(compare={"name": "jaro"}),
            ValueError,
            "参数 compare 不能是“jaro”。你是不是想写“jaro_winkler”？可用的值：exact、jaro_winkler、levenshtein。",
        ),
        (lambda: found(compare=["name"]), TypeError, '参数 compare 应是字典，例如 {"name": ...}，你给的是 list。'),
        (
            lambda: find_duplicates(FEW, compare={}, block=["name"]),
            ValueError,
            "参数 compare 是空的，请至少写一列和它的比法。",
        ),
        (
            lambda: find_duplicates(FEW, compare={"name": "exact"}, block="name"),
            TypeError,
            '参数 block 应是列表，例如 ["mobile", ["name", "city"]]，你给的是 str。',
        ),
        (
            lambda: found(block=[]),
            ValueError,
            "参数 block 里没有分块的键。不分块要两两都比，一万行就是五千万对；请至少写一列。",
        ),
        (
            lambda: found(weights={"nmae": 1}),
            ValueError,
            "参数 weights 里的“nmae”不在 compare 里。你是不是想写“name”？要比较的列：name、mobile。",
        ),
        (
            lambda: found(weights={"name": 0}),
            ValueError,
            "要比较的各列权重都是 0（没有给权重时，说明每列的值都一样）。请换几列来比较，或写明 weights。",
        ),
        (lambda: found(threshold=85), ValueError, "参数 threshold 应在 0–1 之间，你给的是 85。"),
        (
            lambda: found(FEW.assign(customer_id=["C1", "C2", "C1", "C3", "C4"])),
            ValueError,
            "列“customer_id”的编号应不重复，第 3 行（索引 1）又是“C1”。请先给每一行一个不同的编号。",
        ),
        (
            lambda: found(FEW.assign(customer_id=["C1", None, "C3", "C4", "C5"])),
            ValueError,
            "列“customer_id”不能有缺失值，第 2 行（索引 9）是空的。请先给每一行一个编号。",
        ),
        (
            lambda: duplicate_quality(pd.DataFrame({"id_a": ["a"], "id_b": ["x"]}), pd.Series({"a": 1})),
            ValueError,
            "列“id_b”第 1 行的编号“x”在 entity 的索引里查不到。请核对两边的编号。",
        ),
        (
            lambda: duplicate_quality(
                pd.DataFrame({"id_a": ["a", "b"], "id_b": ["b", "a"]}), pd.Series({"a": 1, "b": 1})
            ),
            ValueError,
            "表 pairs 的第 2 行与前面的一行是同一对。请先去掉重复的对。",
        ),
        (
            lambda: duplicate_quality(pd.DataFrame({"id_a": [], "id_b": []}), pd.Series([1, 1], index=["a", "a"])),
            ValueError,
            "参数 entity 的索引应是不重复的客户编号，“a”出现了不止一次。",
        ),
        (
            lambda: merge_duplicates(**MERGE, rules={"name": "lastest"}),
            ValueError,
            "参数 rules 不能是“lastest”。你是不是想写“latest”？可用的值：latest、earliest、most_complete、longest、most_common、min、max、sum。",
        ),
        (
            lambda: merge_duplicates(**MERGE, rules={"name": "latest"}),
            ValueError,
            "用 latest 或 earliest 要知道哪条更新得晚，请用 updated_at 写明更新日期的列名。",
        ),
        (
            lambda: merge_duplicates(**MERGE, updated_at="name"),
            TypeError,
            "列“name”应是日期，现在的类型是 str。请先用 pd.to_datetime() 转换。",
        ),
        (
            lambda: merge_duplicates(**MERGE, rules={"name": "sum"}),
            TypeError,
            "列“name”不是数字，不能用 sum。请换一种规则，或先用 pd.to_numeric() 转换。",
        ),
        (
            lambda: merge_duplicates(**MERGE, rules={"customer_id": "min"}),
            ValueError,
            "编号列“customer_id”总是留下最小的编号，请从 rules 里去掉它。",
        ),
        (
            lambda: merge_duplicates(RECORDS, GROUPS.assign(customer_id=["C1", "C2", "C8"])),
            ValueError,
            "表 groups 的第 3 行的编号“C8”在 customers 里查不到。请核对两边的编号。",
        ),
        (
            lambda: merge_duplicates(RECORDS, GROUPS.assign(customer_id=["C1", "C2", "C1"])),
            ValueError,
            "表 groups 里编号“C1”出现了不止一次。一条记录只能属于一组。",
        ),
        (
            lambda: merge_duplicates(RECORDS.assign(name=[1, "a", 2, "b"]), GROUPS, rules={"name": "max"}),
            TypeError,
            "列“name”里文字和数字混在一起，分不出大小，不能用 min 或 max。请先清理这一列，或换一种规则。",
        ),
        (
            lambda: merge_duplicates(**MERGE, rules=["name"]),
            TypeError,
            '参数 rules 应是字典，例如 {"mobile": "latest"}，你给的是 list。',
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
