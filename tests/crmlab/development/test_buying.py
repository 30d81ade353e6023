"""Four kinds of buying behaviour: by hand, as a partition, and what a mistake is told."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab.development import BUYING_TYPES, buying_behaviour

quick = settings(max_examples=60, deadline=None, derandomize=True, database=None)

BOUGHT = pd.DataFrame({"involvement": [4, 3, 2, 1, None], "brand_difference": [5, 2, 3, 1, 4]}, index=[9, 8, 7, 6, 5])


def test_four_types_by_hand():
    """Is a score on the cut high, and the row with a gap without a type?"""
    result = buying_behaviour(BOUGHT, cuts=(3, 3))
    assert result.purchases["behaviour"].tolist()[:4] == list(BUYING_TYPES)
    assert result.purchases["behaviour_zh"].isna().tolist() == [False] * 4 + [True]
    assert (result.n, result.table["n"].tolist(), result.cuts) == (4, [1] * 4, (3.0, 3.0))
    assert str(result) == "复杂型 25.0%，协调型 25.0%，变换型 25.0%，习惯型 25.0%（n = 4）"


@quick
@given(rows=st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=40), cut=st.integers(1, 5))
def test_types_are_a_partition(rows, cut):
    """Has each purchase one type, and does a higher cut never make more 复杂型?"""
    table = pd.DataFrame(rows, columns=["involvement", "brand_difference"])
    counts = buying_behaviour(table, cuts=(cut, cut)).table.set_index("behaviour")["n"]
    assert counts.sum() == len(rows)
    higher = buying_behaviour(table, cuts=(cut + 1, cut)).table.set_index("behaviour")["n"]
    assert higher["complex"] <= counts["complex"]
    assert higher["complex"] + higher["variety_seeking"] == counts["complex"] + counts["variety_seeking"]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: buying_behaviour(BOUGHT, cuts=3),
            TypeError,
            "参数 cuts 应写成（卷入分界，差异分界），例如 (3, 3)，你给的是 3。",
        ),
        (
            lambda: buying_behaviour(BOUGHT, cuts=(3, 3), difference="involvement"),
            ValueError,
            "参数 involvement 和 difference 都是“involvement”，请给两个不同的列。",
        ),
        (
            lambda: buying_behaviour(BOUGHT.assign(brand_difference=[None] * 4 + [4]), cuts=(3, 3)),
            ValueError,
            "没有一行同时有“involvement”和“brand_difference”。请检查两列是否来自同一批客户。",
        ),
    ],
)
def test_refusals(call, error, message):
    """Does each mistake get its whole sentence?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
