"""How a call is built."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab._intervals import mean_interval
from crmlab.communication import call_structure

quick = settings(max_examples=30, deadline=None, derandomize=True, database=None)
TURNS = pd.DataFrame(
    {
        "call_id": [1, 1, 1, 2, 2],
        "speaker": ["客服", "客户", "客服", "客服", "客户"],
        "start_s": [0, 6, 20, 0, 10],
        "end_s": [5, 22, 40, 8, 20],
        "stage": ["问候", "核实", "处理", "问候", "核实"],
    },
    index=[5, 4, 3, 2, 1],
)


def test_by_hand():
    """Are seconds, shares, interruptions and stages those counted by hand?"""
    result = call_structure(TURNS, stage="stage")
    assert result.calls.loc[0].tolist() == [1, 40, 25, 16, 1, 25 / 41, 1 / 40, 1, 0, 1.5]
    assert result.calls.loc[1].tolist() == [2, 20, 8, 10, 2, 8 / 18, 2 / 20, 0, 0, 0]
    assert result.stages.set_index("stage")["talk_s"].to_dict() == {"问候": 13, "核实": 26, "处理": 20}
    assert result.stages["share"].sum() == pytest.approx(1)
    assert (result.silence_share, result.silence_low, result.silence_high) == mean_interval(
        np.array([1 / 40, 2 / 20]), 0.95
    )[:3]
    assert str(result) == (
        "客服说话占 52.7%（95% 区间 −52.3% 到 157.7%），静默占 6.2%（95% 区间 −41.4% 到 53.9%），平均每分钟打断 0.75 次，n = 2 通"
    )


def test_what_counts_as_an_interruption():
    """Do brief overlaps, speaking up together and going on talking oneself not count, and who cuts in?"""
    turns = pd.DataFrame({"call_id": 1, "speaker": ["客服", "客户"], "start_s": [0, 4.6], "end_s": [5.0, 9]})
    assert call_structure(turns).calls["customer_interrupts"].tolist() == [0]
    assert call_structure(turns, min_overlap_s=0.4).calls["customer_interrupts"].tolist() == [1]
    assert call_structure(turns.assign(start_s=0)).calls["interrupts_per_min"].tolist() == [0]
    alone = call_structure(turns.assign(speaker="客户"))
    assert alone.calls[["agent_share", "customer_s", "interrupts_per_min"]].loc[0].tolist() == [0, 9, 0]
    assert str(alone) == "客服说话占 0.0%（区间算不出），静默占 0.0%（区间算不出），平均每分钟打断 0.00 次，n = 1 通"
    assert alone.stages.empty


@quick
@given(
    rows=st.lists(
        st.tuples(st.booleans(), st.integers(0, 30), st.integers(1, 9)),
        min_size=1,
        max_size=12,
    )
)
def test_laws_against_counting_second_by_second(rows):
    """Do talk and silence agree with a list of seconds, and does a later clock change nothing?"""
    turns = pd.DataFrame(
        [("x", "客服" if who else "客户", at, at + long) for who, at, long in rows],
        columns=["call_id", "speaker", "start_s", "end_s"],
    )
    got = call_structure(turns).calls.loc[0]
    seconds = {who: set() for who in ("客服", "客户")}
    for row in turns.itertuples():
        seconds[row.speaker] |= set(range(row.start_s, row.end_s))
    talked = seconds["客服"] | seconds["客户"]
    assert (got["agent_s"], got["customer_s"]) == (len(seconds["客服"]), len(seconds["客户"]))
    assert got["silence_s"] == max(talked) - min(talked) + 1 - len(talked)
    later = call_structure(turns.assign(start_s=turns["start_s"] + 60, end_s=turns["end_s"] + 60))
    pd.testing.assert_frame_equal(later.calls, call_structure(turns).calls)


@pytest.mark.parametrize(
    ("turns", "error", "message"),
    [
        (
            TURNS.assign(end_s=[5, 6, 40, 8, 20]),
            ValueError,
            "列“end_s”应晚于列“start_s”，第 2 行（索引 4）是 6 秒开始、6 秒结束。请先核对这些行。",
        ),
        (
            TURNS.assign(speaker="客人"),
            ValueError,
            "列“speaker”的第 1 行（索引 5）是“客人”。你是不是想写“客服”？可用的值：客服、客户。",
        ),
        (
            TURNS.assign(start_s=-1),
            ValueError,
            "列“start_s”应不小于 0，第 1 行（索引 5）是 -1，共 5 处。请先核对这些行。",
        ),
        (
            TURNS.assign(stage=None),
            ValueError,
            "列“stage”不能有缺失值，第 1 行（索引 5）是空的。请先补上或删去这一行。",
        ),
    ],
)
def test_refusal(turns, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call_structure(turns, stage="stage")
    assert str(caught.value) == message
