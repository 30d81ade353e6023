"""What holds for every public function of the topic: inputs untouched, row order without meaning, documented."""

import numpy as np
import pandas as pd
import pandera.pandas as pa
import pytest

from crmlab import information
from tests.crmlab import topic_laws as laws
from tests.crmlab.information.people import make_customers

pytestmark = pytest.mark.slow

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
    "sql_query": (
        lambda t: I.sql_query("SELECT item_id, COUNT(*) AS n FROM t GROUP BY item_id", {"t": t}),
        [VIEWS],
        True,
    ),
    "source_cost": (I.source_cost, [SOURCES], True),
}


class TestInformation(laws.EveryFunction):
    """All laws of every topic."""

    topic = I
    calls = CALLS
    not_for_one_row = ("quality_report", "merge_duplicates", "duplicate_quality")

    def test_empty_or_wrong_input_is_refused_in_chinese(self, table, made):
        """Are no found pair and no row of an answer an answer, and everything else that is empty or wrong refused?"""
        if (table, made) == ("duplicate_quality", "no rows"):
            call, (first, *rest), _ = self.calls[table]
            assert call(first[:0], *rest).n_found == 0
        elif (table, made) == ("sql_query", "no rows"):
            call, (first, *rest), _ = self.calls[table]
            assert call(first[:0], *rest).empty
        else:
            super().test_empty_or_wrong_input_is_refused_in_chinese(table, made)
