"""What holds for every public function of the package: inputs untouched, row order without meaning, documented."""

import dataclasses
import inspect
import time

import numpy as np
import pandas as pd
import pytest

from crmlab import satisfaction

RNG = np.random.default_rng(61)
N = 60
SURVEY = pd.DataFrame(
    {
        "store": RNG.choice(["城南", "城北", "中心"], N),
        "csat": RNG.integers(1, 6, N),
        "nps": np.where(RNG.random(N) < 0.1, np.nan, RNG.integers(0, 11, N)),
        "ces": RNG.integers(1, 8, N),
        "expect": RNG.integers(1, 11, N),
        "perceive": RNG.integers(1, 11, N),
        "functional": RNG.choice(satisfaction.KANO_ANSWERS, N),
        "dysfunctional": RNG.choice(satisfaction.KANO_ANSWERS, N),
        "category": RNG.choice(list("AOMIRQ"), N),
        "spend": RNG.gamma(2, 60, N),
    },
    index=RNG.permutation(1000)[:N],
)
TREE = pd.DataFrame(
    {
        "indicator": ["A", "A1", "A2", "B"],
        "name": ["产品", "质量", "价格", "服务"],
        "parent": [None, "A", "A", None],
        "weight": [2, 3, 1, 1],
        "column": [None, "csat", "ces5", "csat"],
    }
)
FIVE = SURVEY.assign(ces5=SURVEY["ces"].clip(1, 5))
KANO = SURVEY.rename(columns={"store": "feature"})
ITEMS = SURVEY.rename(columns={"store": "dimension", "expect": "expectation", "perceive": "perception"})
ATTRIBUTES = pd.DataFrame({"attribute": list("abcdef"), "importance": RNG.random(6), "performance": RNG.random(6)})
VALUES = pd.DataFrame(
    {"item": list("abc"), "side": ["value", "cost", "value"], "score": [7, 5, 6], "weight": [0.4, 1, 0.6]}
)
LEVERS = pd.DataFrame({"lever": list("abcdef"), "cost": RNG.random(6), "uplift": RNG.random(6)})
KPI = pd.DataFrame({"period": ["1", "2"], "kpi": "x", "value": [1.0, 3], "target": 2.0, "direction": ["up", "down"]})
RULES = pd.DataFrame(
    [["csat", "int", 1, 4, None, True], ["store", "choice", None, None, "城南|城北", True]],
    columns=["column", "kind", "low", "high", "choices", "required"],
)
MATRIX = pd.DataFrame([[1, 2, 5], [1 / 2, 1, 3], [1 / 5, 1 / 3, 1]], index=list("abc"), columns=list("abc"))
PEOPLE = pd.Series({"城南": 500, "城北": 300, "中心": 200})
STORES = SURVEY.groupby("store")[["csat", "ces"]].mean()
COUNTS = pd.Series({"发出": 100, "提交": 60, "有效": 48})
S = satisfaction

# name: (call, its inputs, may the rows of the first input be shuffled without consequence?)
CALLS = {
    "acsi_index": (S.acsi_index, [pd.Series([8, 7.5]), pd.Series([1, 2])], False),
    "ahp_weights": (S.ahp_weights, [MATRIX], False),
    "average_variance_extracted": (S.average_variance_extracted, [pd.Series([0.8, 0.6, 0.7])], True),
    "bartlett_sphericity": (S.bartlett_sphericity, [SURVEY[["csat", "ces", "expect"]]], True),
    "best_levers": (lambda t: S.best_levers(t, 1.5), [LEVERS], True),
    "ces": (lambda t: S.ces(t, higher_is_easier=True), [SURVEY["ces"]], True),
    "compare": (lambda t: S.compare(t, by="store"), [SURVEY], True),
    "composite_reliability": (S.composite_reliability, [pd.Series([0.8, 0.6, 0.7])], True),
    "cronbach_alpha": (S.cronbach_alpha, [SURVEY[["csat", "ces", "expect"]]], True),
    "csat": (S.csat, [SURVEY["csat"]], True),
    "driver_importance": (lambda t: S.driver_importance(t, drivers=["csat", "ces"], overall="nps"), [SURVEY], True),
    "entropy_weights": (S.entropy_weights, [STORES], True),
    "expectation_gap": (lambda t: S.expectation_gap(t, expected="expect", perceived="perceive"), [SURVEY], True),
    "factor_loadings": (lambda t: S.factor_loadings(t, method="component"), [SURVEY[["csat", "ces", "nps"]]], True),
    "importance_performance": (S.importance_performance, [ATTRIBUTES], True),
    "kano_better_worse": (S.kano_better_worse, [KANO], True),
    "kano_category": (S.kano_category, [SURVEY["category"]], True),
    "kano_evaluate": (
        lambda t: S.kano_evaluate(t["functional"], t["dysfunctional"]),
        [SURVEY[["functional", "dysfunctional"]]],
        True,
    ),
    "kmo": (S.kmo, [SURVEY[["csat", "ces", "expect"]]], True),
    "kpi_attainment": (S.kpi_attainment, [KPI], True),
    "mean_by": (lambda t: S.mean_by(t, by="store", column="nps"), [SURVEY], True),
    "nps": (S.nps, [SURVEY["nps"]], True),
    "nps_from_counts": (lambda t: S.nps_from_counts(*t), [pd.Series([5, 3, 2])], False),
    "outcome_per_point": (lambda t: S.outcome_per_point(t, score="csat", outcome="spend"), [SURVEY], True),
    "perceived_value": (S.perceived_value, [VALUES], True),
    "promise_outcome": (lambda t: S.promise_outcome(t, 6), [pd.Series([2, 4, 8])], False),
    "questionnaire_flaws": (lambda t: S.questionnaire_flaws(t[0]), [pd.Series(["您经常来吗？"])], False),
    "response_funnel": (S.response_funnel, [COUNTS], False),
    "sample_size": (lambda t: S.sample_size(t[0]), [pd.Series([0.05])], False),
    "satisfaction_index": (S.satisfaction_index, [FIVE, TREE], True),
    "servqual_gap": (S.servqual_gap, [ITEMS], True),
    "servqual_score": (S.servqual_score, [pd.DataFrame({"dimension": list("ab"), "gap": [-1.0, 0.5]})], True),
    "stratified_mean": (
        lambda t, p: S.stratified_mean(t, stratum="store", column="nps", population=p),
        [SURVEY, PEOPLE],
        True,
    ),
    "validate_responses": (S.validate_responses, [SURVEY, RULES], False),
}
FUNCTIONS = {name: f for name in S.__all__ if inspect.isfunction(f := getattr(S, name))}
RESULTS = {name: c for name in S.__all__ if dataclasses.is_dataclass(c := getattr(S, name))}


def settled(result):
    """Bring a result into a form in which only its content counts, not the order of its rows."""
    if isinstance(result, pd.DataFrame):
        by_index = result.sort_index()
        return by_index.sort_values(list(by_index.columns), ignore_index=True) if by_index.index.is_unique else by_index
    if isinstance(result, pd.Series):
        return result.sort_index()
    if dataclasses.is_dataclass(result):
        return {f.name: settled(getattr(result, f.name)) for f in dataclasses.fields(result)}
    return tuple(sorted(result)) if isinstance(result, tuple) else result


def assert_same(one, other):
    assert type(one) is type(other)
    if isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other)
    elif isinstance(one, pd.Series):
        pd.testing.assert_series_equal(one, other)
    elif isinstance(one, dict):
        assert list(one) == list(other)
        for key in one:
            assert_same(one[key], other[key])
    else:
        assert one == (pytest.approx(other, nan_ok=True) if isinstance(one, float) else other)


def test_every_public_function_is_listed_here():
    """Does a new function get these checks too?"""
    assert set(CALLS) == set(FUNCTIONS)


@pytest.mark.parametrize("name", CALLS)
def test_inputs_stay_as_they_were(name):
    """Are the tables that go in untouched, values, types, index and names?"""
    call, inputs, _ = CALLS[name]
    before = [table.copy(deep=True) for table in inputs]
    call(*inputs)
    for table, copy in zip(inputs, before, strict=True):
        assert_same(table, copy)


@pytest.mark.parametrize("name", [name for name, (_, _, shuffle) in CALLS.items() if shuffle])
def test_order_of_rows_has_no_meaning(name):
    """Does the same data in another order give the same result?"""
    call, (first, *rest), _ = CALLS[name]
    result = settled(call(first, *rest))
    for seed in range(3):
        shuffled = first.sample(frac=1, random_state=seed)
        assert_same(settled(call(shuffled, *rest)), result)


@pytest.mark.parametrize("name", CALLS)
def test_same_input_same_output(name):
    """Is nothing random or remembered between two calls?"""
    call, inputs, _ = CALLS[name]
    assert_same(settled(call(*inputs)), settled(call(*inputs)))


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_docstring_has_what_shift_tab_should_show(name):
    """Does the docstring name every parameter, and have Returns, Raises and an example?"""
    doc = inspect.getdoc(FUNCTIONS[name])
    for heading in ("Parameters", "Returns", "Examples"):
        assert f"\n{heading}\n---" in doc, f"{name}: {heading}"
    assert "\nRaises\n---" in doc
    named = doc.split("\nReturns\n")[0]
    for parameter in inspect.signature(FUNCTIONS[name]).parameters:
        assert parameter in named, f"{name}: {parameter}"


@pytest.mark.parametrize("name", sorted(RESULTS))
def test_result_documents_its_fields(name):
    """Is every field of a result named in its docstring, and the result frozen and readable?"""
    result = RESULTS[name]
    for field in dataclasses.fields(result):
        assert field.name in result.__doc__, f"{name}: {field.name}"
    assert result.__dataclass_params__.frozen
    assert result.__repr__ is result.__str__ is not object.__str__


TABLES = [n for n, (_, i, _) in CALLS.items() if isinstance(i[0], pd.DataFrame) and n != "kano_evaluate"]


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("made", ["no rows", "not a table"])
def test_empty_or_wrong_input_is_refused_in_chinese(name, made):
    """Does an empty table, or a list in its place, raise our own message instead of a traceback from pandas?"""
    call, (first, *rest), _ = CALLS[name]
    bad = first[:0] if made == "no rows" else [1, 2, 3]
    with pytest.raises((ValueError, TypeError)) as caught:
        call(bad, *rest)
    assert str(caught.value).endswith("。")


def test_a_million_answers_are_no_problem():
    """Do the main functions work on whole columns: a million rows in seconds of computing, not minutes?"""
    rng, n = np.random.default_rng(9), 1_000_000
    big = pd.DataFrame({c: rng.integers(1, 6, n) for c in ("csat", "nps", "ces")}).assign(
        store=rng.choice(["a", "b"], n)
    )
    answers = rng.choice(satisfaction.KANO_ANSWERS, n)
    start = time.process_time()
    assert satisfaction.csat(big["csat"]).n == n
    assert len(satisfaction.compare(big, by="store")) == 6
    assert len(satisfaction.mean_by(big, by=["store", "csat"], column="nps")) == 10
    assert len(satisfaction.expectation_gap(big, expected="csat", perceived="ces")) == n
    assert len(satisfaction.kano_evaluate(answers, answers)) == n
    assert abs(satisfaction.cronbach_alpha(big[["csat", "nps", "ces"]]).alpha) < 0.05
    assert time.process_time() - start < 15
