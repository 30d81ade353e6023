"""Which store draws how many."""

import itertools

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab.strategy import huff_shares

quick = settings(max_examples=30, deadline=None, derandomize=True, database=None)
AREAS = pd.DataFrame({"area": ["e", "w"], "customers": [900, 300]})
STORES = pd.DataFrame({"store": ["x", "y"], "size": [100, 300]})
WAYS = pd.DataFrame({"area": list("eeww"), "store": list("xyxy"), "distance": [1, 1, 1, 2]})


def test_by_hand():
    """Same distance: sizes 1 to 3; y twice as far at decay 2: 100 to 75. Together 225 + 171.4 and 675 + 128.6."""
    table = huff_shares(AREAS, STORES, WAYS, decay=2).set_index("store")
    assert table.loc["x", "customers"] == pytest.approx(900 / 4 + 300 * 100 / 175)
    assert table.loc["y", "customers"] == pytest.approx(900 * 3 / 4 + 300 * 75 / 175)


@quick
@given(
    people=st.lists(st.integers(1, 900), min_size=1, max_size=4),
    sizes=st.lists(st.floats(1, 1e4), min_size=1, max_size=4),
    far=st.lists(st.floats(0.01, 100), min_size=16, max_size=16),
    decay=st.floats(0.1, 30),
)
def test_laws(people, sizes, far, decay):
    """Is nobody lost, the plain formula met, the unit of distance of no account, and a larger store never emptier?"""
    areas = pd.DataFrame({"area": range(len(people)), "customers": people})
    stores = pd.DataFrame({"store": range(len(sizes)), "size": sizes})
    ways = pd.DataFrame(itertools.product(areas["area"], stores["store"]), columns=["area", "store"])
    ways["distance"] = far[: len(ways)]
    table = huff_shares(areas, stores, ways, decay=decay).set_index("store")["customers"]
    assert table.sum() == pytest.approx(sum(people))
    pull = ways.assign(pull=ways["store"].map(stores.set_index("store")["size"]) / ways["distance"] ** decay)
    pull["p"] = pull["pull"] / pull.groupby("area")["pull"].transform("sum")
    plain = (pull["p"] * pull["area"].map(areas.set_index("area")["customers"])).groupby(pull["store"]).sum()
    assert table.sort_index().tolist() == pytest.approx(plain.tolist())
    metres = huff_shares(areas, stores, ways.assign(distance=ways["distance"] * 1000), decay=decay)
    assert metres.set_index("store")["customers"].sort_index().tolist() == pytest.approx(plain.tolist())
    bigger = stores.assign(size=[sizes[0] * 2, *sizes[1:]])
    assert huff_shares(areas, bigger, ways, decay=decay).set_index("store")["customers"][0] >= table[0] - 1e-9


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: huff_shares(AREAS, STORES, WAYS.iloc[:3], decay=2),
            "表 distances 里没有“w”到“y”的距离。每个小区到每家店都要有一行。",
        ),
        (
            lambda: huff_shares(AREAS, STORES, pd.concat([WAYS, WAYS.iloc[:1]], ignore_index=True), decay=2),
            "“e”到“x”的距离写了两次（第 5 行）。请只留一行。",
        ),
        (
            lambda: huff_shares(AREAS, STORES, WAYS.assign(distance=[1, 0, 1, 1]), decay=2),
            "列“distance”应大于 0，第 2 行是 0。请先核对这些行。",
        ),
        (
            lambda: huff_shares(AREAS, STORES.assign(store="x"), WAYS, decay=2),
            "列“store”的名称应不重复、不空，第 2 行是“x”。",
        ),
        (
            lambda: huff_shares(AREAS.assign(customers=0), STORES, WAYS, decay=2),
            "列“customers”全是 0，没有客户可分。请检查数据。",
        ),
        (lambda: huff_shares(AREAS, STORES, WAYS, decay=0), "参数 decay 应大于 0，你给的是 0。"),
    ],
)
def test_refusal(call, message):
    """Does the whole message help to go on?"""
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == message
