"""What holds for every public function of the topic: inputs untouched, row order without meaning, documented."""

import dataclasses
import inspect

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest

from crmlab import information
from tests.crmlab.information.people import make_customers
from tests.crmlab.satisfaction.test_every_function import assert_same, settled

RNG = np.random.default_rng(51)
CUSTOMERS, ENTITY = make_customers(80, RNG, duplicates=0.4)
CUSTOMERS = CUSTOMERS.assign(points=RNG.integers(0, 50, 80), id_no="11010519491231002X", agreed=RNG.random(80) < 0.5)
CUSTOMERS.index = RNG.permutation(1000)[:80]
FOUND = information.find_duplicates(
    CUSTOMERS, compare={"name": "jaro_winkler", "mobile": "exact"}, block=["mobile", "name"]
)
VIEWS = pd.DataFrame({"user_id": RNG.integers(0, 20, 90), "item_id": RNG.choice(list("abcdef"), 90)})
SIMILAR = information.similar_items(VIEWS, measure="cosine")
SCHEMA = pa.DataFrameSchema(
    {"mobile": pa.Column(str, pa.Check.str_length(11), nullable=True), "points": pa.Column(int, pa.Check.le(40))}
)
RULES = pd.DataFrame({"tag": ["a", "b"], "column": "points", "op": [">", "<="], "value": [10, 30]})
PERMISSIONS = pd.DataFrame({"column": ["name", "points"], "kind": ["name", None], "agent": ["light", "clear"]})
PAYOFFS = pd.DataFrame({"好": [3, 1], "坏": [-2, 0]}, index=["甲", "乙"])
SOURCES = pd.DataFrame(
    {"source": list("abc"), "rows": [9, 8, 7], "duplicates": [1, 2, 0], "valid": [5, 6, 7], "cost_yuan": [5, 9, 2]}
)
I = information  # noqa: E741
QUASI = ["gender", "birth_date"]

# name: (call, its inputs, may the rows of the first input be shuffled without consequence?)
CALLS = {
    "association_rules": (
        lambda t: I.association_rules(t, order="user_id", min_support=0.1, max_items=3),
        [VIEWS],
        True,
    ),
    "category_entropy": (lambda t: I.category_entropy(t, category="item_id", by="user_id"), [VIEWS], True),
    "check_mobile": (I.check_mobile, [CUSTOMERS["mobile"]], True),
    "check_resident_id": (lambda s: I.check_resident_id(s, as_of="2026-09-01"), [CUSTOMERS["id_no"]], True),
    "duplicate_quality": (I.duplicate_quality, [FOUND.pairs, ENTITY], True),
    "field_coverage": (lambda t: I.field_coverage(t, {"基本": ["name", "mobile"]}), [CUSTOMERS], True),
    "find_duplicates": (
        lambda t: I.find_duplicates(t, compare={"name": "jaro_winkler", "mobile": "exact"}, block=["mobile", "name"]),
        [CUSTOMERS],
        True,
    ),
    "find_personal": (I.find_personal, [CUSTOMERS], True),
    "information_value": (I.information_value, [PAYOFFS, pd.Series({"好": 0.4, "坏": 0.6})], True),
    "k_anonymity": (lambda t: I.k_anonymity(t, QUASI), [CUSTOMERS], True),
    "keyword_table": (lambda s: I.keyword_table(s, top=5), [CUSTOMERS["address"]], True),
    "l_diversity": (lambda t: I.l_diversity(t, QUASI, "points", definition="entropy"), [CUSTOMERS], True),
    "mask": (lambda s: I.mask(s, "address"), [CUSTOMERS["address"]], True),
    "merge_duplicates": (
        lambda t, g: I.merge_duplicates(t, g, updated_at="updated_at", rules={"points": "sum"}),
        [CUSTOMERS, FOUND.groups],
        True,
    ),
    "permitted_view": (lambda t, p: I.permitted_view(t, p, "agent", consent="agreed"), [CUSTOMERS, PERMISSIONS], True),
    "profile_tags": (I.profile_tags, [CUSTOMERS, RULES], True),
    "quality_report": (lambda t: I.quality_report(t, SCHEMA), [CUSTOMERS], False),
    "recommend_items": (lambda t: I.recommend_items(t, ["a", "b"]), [SIMILAR], True),
    "similar_items": (lambda t: I.similar_items(t, measure="jaccard"), [VIEWS], True),
    "source_cost": (I.source_cost, [SOURCES], True),
}
FUNCTIONS = {name: f for name in I.__all__ if inspect.isfunction(f := getattr(I, name))}
RESULTS = {name: c for name in I.__all__ if dataclasses.is_dataclass(c := getattr(I, name))}


def test_every_public_function_is_listed_here():
    """Does a new function get these checks too?"""
    assert set(CALLS) == set(FUNCTIONS)


@pytest.mark.parametrize("name", CALLS)
def test_inputs_stay_as_they_were_and_nothing_is_remembered(name):
    """Are the tables that go in untouched, and is the second result the first?"""
    call, inputs, _ = CALLS[name]
    before = [table.copy(deep=True) for table in inputs]
    first = settled(call(*inputs))
    assert_same(settled(call(*inputs)), first)
    for table, copy in zip(inputs, before, strict=True):
        assert_same(table, copy)


@pytest.mark.parametrize("name", [name for name, (_, _, shuffle) in CALLS.items() if shuffle])
def test_order_of_rows_has_no_meaning(name):
    """Does the same data in another order give the same result?"""
    call, (first, *rest), _ = CALLS[name]
    result = settled(call(first, *rest))
    for seed in range(3):
        assert_same(settled(call(first.sample(frac=1, random_state=seed), *rest)), result)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_docstring_has_what_shift_tab_should_show(name):
    """Does the docstring name every parameter, and have Returns, Raises and an example?"""
    doc = inspect.getdoc(FUNCTIONS[name])
    for heading in ("Parameters", "Returns", "Raises", "Notes", "Examples"):
        assert f"\n{heading}\n---" in doc, f"{name}: {heading}"
    for parameter in inspect.signature(FUNCTIONS[name]).parameters:
        assert parameter in doc.split("\nReturns\n")[0], f"{name}: {parameter}"


@pytest.mark.parametrize("name", sorted(RESULTS))
def test_result_documents_its_fields(name):
    """Is every field of a result named in its docstring, and the result frozen and readable?"""
    result = RESULTS[name]
    assert [f.name for f in dataclasses.fields(result) if f.name not in result.__doc__] == []
    assert result.__dataclass_params__.frozen
    assert result.__repr__ is result.__str__ is not object.__str__


TABLES = [n for n, (_, i, _) in CALLS.items() if isinstance(i[0], pd.DataFrame)]


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("made", ["no rows", "not a table"])
def test_empty_or_wrong_input_is_refused_in_chinese(name, made):
    """Does an empty table, or a list in its place, raise our own message instead of a traceback from pandas?"""
    call, (first, *rest), _ = CALLS[name]
    if made == "no rows" and name == "duplicate_quality":
        assert call(first[:0], *rest).n_found == 0
        return
    with pytest.raises((ValueError, TypeError)) as caught:
        call(first[:0] if made == "no rows" else [1, 2, 3], *rest)
    assert str(caught.value).endswith("。")


ONE_ROW = sorted(set(TABLES) - {"quality_report", "merge_duplicates", "duplicate_quality"})


@pytest.mark.parametrize("name", ONE_ROW)
def test_one_row_has_an_answer_or_a_reason(name):
    """Does a single customer, view or order give a result, or a Chinese sentence why not?"""
    call, (first, *rest), _ = CALLS[name]
    try:
        call(first[:1], *rest)
    except ValueError as error:
        assert str(error).endswith("。")
