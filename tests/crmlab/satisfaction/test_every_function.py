"""What holds for every public function of the package: inputs untouched, row order without meaning, documented."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from crmlab import satisfaction
from tests.crmlab import topic_laws as laws

pytestmark = pytest.mark.slow

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


def chosen_in_order_of_name(levers):
    choice = S.best_levers(levers, 1.5)
    return dataclasses.replace(choice, chosen=tuple(sorted(choice.chosen)))


class TestSatisfaction(laws.EveryFunction):
    """All laws of every topic."""

    topic = S
    calls = CALLS
    of_columns = ("kano_evaluate",)
    settle = staticmethod(laws.by_label)
    headings = laws.HEADINGS

    def test_order_of_rows_has_no_meaning(self, shuffled):
        """Does the same data in another order give the same result (the levers chosen come in the order of the table)?"""
        if shuffled == "best_levers":
            laws.assert_order_has_no_meaning(chosen_in_order_of_name, [LEVERS], self.settle)
        else:
            super().test_order_of_rows_has_no_meaning(shuffled)


def test_a_million_answers_are_no_problem():
    """Do the main functions work on whole columns: a million rows in seconds of computing, not minutes?"""
    rng, n = np.random.default_rng(9), 1_000_000
    big = pd.DataFrame({c: rng.integers(1, 6, n) for c in ("csat", "nps", "ces")}).assign(
        store=rng.choice(["a", "b"], n)
    )
    answers = rng.choice(satisfaction.KANO_ANSWERS, n)
    with laws.computing_less_than(15):
        assert satisfaction.csat(big["csat"]).n == n
        assert len(satisfaction.compare(big, by="store")) == 6
        assert len(satisfaction.mean_by(big, by=["store", "csat"], column="nps")) == 10
        assert len(satisfaction.expectation_gap(big, expected="csat", perceived="ces")) == n
        assert len(satisfaction.kano_evaluate(answers, answers)) == n
        assert abs(satisfaction.cronbach_alpha(big[["csat", "nps", "ces"]]).alpha) < 0.05
