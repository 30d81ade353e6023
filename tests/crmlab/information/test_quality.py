"""Quality of a customer table, and what collecting it costs and is worth."""

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest

from crmlab.information import (
    check_mobile,
    check_resident_id,
    field_coverage,
    information_value,
    quality_report,
    source_cost,
)

CUSTOMERS = pd.DataFrame(
    {
        "customer_id": ["C1", "C2", "C3", "C3", None, "C6"],
        "mobile": ["13800138000", "1380013800", None, "13900139000", "13700137000", " "],
        "age": [30, 230, 25, -1, None, 40],
        "joined": pd.to_datetime(["2024-01-01", "2025-06-01", "2025-01-01", None, "2026-10-01", "2026-01-01"]),
        "last_order": pd.to_datetime(["2025-01-01", "2025-01-01", None, "2026-01-01", "2026-10-02", "2026-02-01"]),
    },
    index=[3, 3, 4, 5, 6, 7],
)


def valid_mobile(series):
    return check_mobile(series)["valid"]


def joined_first(table):
    return (table["joined"] <= table["last_order"]) | table["joined"].isna() | table["last_order"].isna()


SCHEMA = pa.DataFrameSchema(
    {
        "customer_id": pa.Column(str, unique=True, nullable=True),
        "mobile": pa.Column(str, pa.Check(valid_mobile, name="valid_mobile"), nullable=True),
        "age": pa.Column(float, [pa.Check.ge(0), pa.Check.le(120)], nullable=True),
    },
    checks=pa.Check(joined_first, name="joined_before_last_order"),
)
TIMELY = {"updated_at": "joined", "as_of": "2026-09-01", "max_age_days": 365}


def report(customers=CUSTOMERS, schema=SCHEMA, **options):
    return quality_report(customers, schema, **options)


def test_each_dimension_counts_what_it_says():
    """Are scores 1 - failed / checked, with what was checked named, and NaN where nothing was?"""
    scores = report(**TIMELY).scores.set_index("dimension")
    assert scores["dimension_zh"].tolist() == ["完整性", "有效性", "唯一性", "及时性", "一致性", "准确性"]
    assert scores["checked"].tolist() == [18, 9, 6, 6, 6, 0]
    assert scores["failed"].tolist() == [4, 3, 1, 5, 1, 0]
    assert scores["score"].to_numpy() == pytest.approx([14 / 18, 6 / 9, 5 / 6, 1 / 6, 5 / 6, np.nan], nan_ok=True)
    assert scores["low"].isna().all()
    assert report().scores["score"].isna().tolist() == [False, False, False, True, False, True]


def test_every_problem_is_named_with_its_row():
    """Are all offending rows listed in reading order with column, rule and value?"""
    problems = report(**TIMELY).problems
    listed = [
        (p.row, p.column if isinstance(p.column, str) else None, p.dimension, p.rule) for p in problems.itertuples()
    ]
    assert listed == [
        (1, "joined", "timeliness", "超过 365 天没有更新"),
        (2, "age", "validity", "less_than_or_equal_to(120)"),
        (2, "mobile", "validity", "valid_mobile"),
        (2, "joined", "timeliness", "超过 365 天没有更新"),
        (2, None, "consistency", "joined_before_last_order"),
        (3, "mobile", "completeness", "缺失"),
        (3, "joined", "timeliness", "超过 365 天没有更新"),
        (4, "age", "validity", "greater_than_or_equal_to(0)"),
        (4, "customer_id", "uniqueness", "与前面的一行重复：customer_id"),
        (4, "joined", "timeliness", "没有更新日期"),
        (5, "age", "completeness", "缺失"),
        (5, "customer_id", "completeness", "缺失"),
        (5, "joined", "timeliness", "更新日期在将来"),
        (6, "mobile", "completeness", "缺失"),
    ]
    assert problems["value"].tolist()[1:3] == [230, "1380013800"]


def test_blank_text_is_missing_and_not_also_invalid():
    """Is a cell of blanks counted once, as missing?"""
    table = report().columns.set_index("column")
    assert table["n_missing"].to_dict() == {"customer_id": 1, "mobile": 2, "age": 1}
    assert table["n_invalid"].to_dict() == {"customer_id": 0, "mobile": 1, "age": 2}
    assert table["validity"].to_numpy() == pytest.approx([np.nan, 3 / 4, 3 / 5], nan_ok=True)


def test_clean_table_is_clean():
    """Does a table without problems score 1 everywhere, with an empty list?"""
    clean = report(CUSTOMERS[:1], **(TIMELY | {"max_age_days": 10_000}))
    assert clean.problems.empty
    assert list(clean.problems.columns) == ["row", "column", "dimension", "rule", "value"]
    assert (
        str(clean)
        == "1 行，1 行没有问题（100.0%）；完整性 100.0%，有效性 100.0%，唯一性 100.0%，及时性 100.0%，一致性 100.0%"
    )


def test_accuracy_against_a_verified_sample():
    """Is accuracy the share of verified cells that agree, with an interval, and missing ones wrong?"""
    verified = pd.DataFrame(
        {"customer_id": ["C6", "C1", "C2"], "age": [40, 31, np.nan], "mobile": ["136", "13800138000", None]}
    )
    one = CUSTOMERS.drop_duplicates("customer_id")
    row = report(one, verified=verified).scores.set_index("dimension").loc["accuracy"]
    assert (row["checked"], row["failed"], row["score"]) == (4, 2, 0.5)
    assert (row["low"], row["high"]) == pytest.approx((0.15003899, 0.84996101))


def test_sensitive_values_are_not_shown():
    """Does the list of problems hide the values of the columns named, and only those?"""
    schema = pa.DataFrameSchema({"id": pa.Column(str, pa.Check(lambda s: check_resident_id(s)["valid"], name="id"))})
    table = pd.DataFrame({"id": ["110105194912310021"]})
    assert report(table, schema, sensitive=["id"]).problems["value"].tolist() == ["（已隐去）"]
    assert report(table, schema).problems["value"].tolist() == ["110105194912310021"]


def test_uniqueness_of_several_columns():
    """Is a key of two columns one rule?"""
    schema = pa.DataFrameSchema({"a": pa.Column(int), "b": pa.Column(int)}, unique=["a", "b"])
    result = report(pd.DataFrame({"a": [1, 1, 1], "b": [2, 3, 2]}), schema)
    assert result.problems[["row", "rule"]].to_dict("records") == [{"row": 3, "rule": "与前面的一行重复：a、b"}]


def test_field_coverage_by_dimension():
    """Is the emptiest field first, blanks count as missing, and the interval Wilson's?"""
    table = field_coverage(CUSTOMERS, {"基本": ["age", "mobile"], "行为": ["last_order"]})
    assert table["column"].tolist() == ["mobile", "age", "last_order"]
    assert table["dimension"].tolist() == ["基本", "基本", "行为"]
    assert table["coverage"].tolist() == pytest.approx([4 / 6, 5 / 6, 5 / 6])
    assert table.loc[0, ["low", "high"]].tolist() == pytest.approx([0.29999, 0.90323], abs=1e-5)
    everything = field_coverage(CUSTOMERS)
    assert everything["dimension"].isna().all()
    assert len(everything) == 5


def test_information_is_worth_nothing_when_the_decision_stays():
    """Is EVPI 0 when one action is best whatever happens, and at most the regret otherwise?"""
    same = information_value(
        pd.DataFrame({"好": [3, 1], "坏": [2, 0]}, index=["甲", "乙"]), {"好": 0.5, "坏": 0.5}, cost=1
    )
    assert (same.evpi, same.net, same.best_action) == (0, -1, "甲")
    assert str(same) == "完全信息最多值 0.00，成本 1.00，净值 −1.00，不值得收集；不收集时选“甲”"
    rng = np.random.default_rng(7)
    payoffs = pd.DataFrame(rng.normal(size=(3, 4)))
    p = rng.dirichlet(np.ones(4))
    value = information_value(payoffs, dict(enumerate(p)))
    states = rng.choice(4, 200_000, p=p)
    simulated = payoffs.to_numpy().max(axis=0)[states].mean() - payoffs.to_numpy()[:, states].mean(axis=1).max()
    assert value.evpi == pytest.approx(simulated, abs=0.01)


def test_cost_of_a_valid_record():
    """Is the cheapest per valid record first, with the interval turned round, and infinity when nothing is valid?"""
    sources = pd.DataFrame(
        {
            "source": ["乙", "甲", "丙", "丁"], "rows": [100, 10, 5, 0], "duplicates": [0, 1, 0, 0],
            "valid": [50, 9, 0, 0], "cost_yuan": [100, 9, 1, 0],
        }
    )  # fmt: skip
    table = source_cost(sources)
    assert table["source"].tolist() == ["甲", "乙", "丙", "丁"]
    assert table["cost_per_valid_yuan"].tolist()[:3] == [1, 2, np.inf]
    assert np.isnan(table.loc[3, "cost_per_valid_yuan"])
    assert (table["cost_low"] <= table["cost_per_valid_yuan"])[:3].all()
    assert table.loc[1, "cost_high"] == pytest.approx(100 / (100 * table.loc[1, "low"]))


SOURCES = pd.DataFrame({"source": ["甲", "乙"], "rows": 10, "duplicates": 1, "valid": 9, "cost_yuan": 5})
PAYOFFS = pd.DataFrame({"好": [3, 1]})


def with_schema(columns, **options):
    return lambda: report(schema=pa.DataFrameSchema(columns, **options))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: report(schema={}), TypeError, "参数 schema 应是 pandera 的 DataFrameSchema，你给的是 dict。"),
        (with_schema({}), ValueError, "参数 schema 里一列也没有。请用 pa.Column 写上要查的列。"),
        (
            with_schema({"mobil": pa.Column(str)}),
            ValueError,
            "表 customers 里没有列“mobil”。你是不是想写“mobile”？现有的列：customer_id、mobile、age、joined、last_order。",
        ),
        (
            with_schema({"age": pa.Column(str, nullable=True)}),
            ValueError,
            "列“age”不能按规则 dtype('string[python]') 检查：float64。请先转换类型，或在规则里写 coerce=True、nullable=True，或改正规则。",
        ),
        (
            lambda: report(updated_at="joined"),
            ValueError,
            "查及时性要同时给 updated_at（日期列）、as_of（参照日期）和 max_age_days（最多几天）。",
        ),
        (
            lambda: report(**(TIMELY | {"updated_at": "mobile"})),
            TypeError,
            "列“mobile”应是日期，现在的类型是 str。请先用 pd.to_datetime() 转换。",
        ),
        (
            lambda: report(verified=pd.DataFrame({"customer_id": ["C1"], "age": [30]})),
            ValueError,
            "表 customers 里编号“C3”出现了不止一次，核对的样本对不上。请先查重。",
        ),
        (
            lambda: report(CUSTOMERS[:2], verified=pd.DataFrame({"customer_id": ["C9"], "age": [30]})),
            ValueError,
            "表 verified 里的编号“C9”在 customers 里查不到。请核对两边的编号。",
        ),
        (
            lambda: field_coverage(CUSTOMERS, {"基本": ["age"], "行为": ["age"]}),
            ValueError,
            "列“age”既在“基本”又在“行为”。一列只能归一个维度。",
        ),
        (
            lambda: field_coverage(CUSTOMERS, ["age"]),
            TypeError,
            '参数 dimensions 应是字典，例如 {"基本": ["name"]}，你给的是 list。',
        ),
        (
            lambda: information_value(PAYOFFS, {"坏": 1}),
            ValueError,
            "参数 probabilities 里没有状态“好”的概率。请给收益表的每一列一个概率。",
        ),
        (lambda: information_value(PAYOFFS, {"好": 0.9}), ValueError, "参数 probabilities 合计应是 1，现在是 0.9。"),
        (
            lambda: source_cost(SOURCES.assign(valid=[9, 10])),
            ValueError,
            "第 2 行的 duplicates + valid 是 11，多于 rows 的 10。请核对。",
        ),
        (
            lambda: source_cost(SOURCES.assign(source="甲")),
            ValueError,
            "列“source”的名称应不重复、不空，第 2 行是“甲”。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
