"""Service mix, the nineteen ways, and the three levels."""

import numpy as np
import pandas as pd
import pytest

from crmlab import service

LOG = pd.DataFrame(
    {
        "stage": ["售前", "售后", "售后", "售后"],
        "nature": ["功能性", "功能性", "态度性", "功能性"],
        "minutes": [5, 10, None, 20],
        "cost": [1.0, 2, 3, 4],
    }
)


def test_all_six_cells_are_there():
    """Does an empty cell show as 0, an empty stage as no share, and a missing minute not count?"""
    table = service.service_mix(LOG).set_index(["stage", "nature"])
    assert table["n"].tolist() == [1, 0, 0, 0, 2, 1]
    assert table["share"].sum() == 1
    assert table.loc[("售后", "功能性"), "share_of_stage"] == 2 / 3
    assert table.loc["售中", "share_of_stage"].isna().all()
    assert table["minutes"].tolist() == [5, 0, 0, 0, 30, 0]
    assert table["cost"].sum() == 10
    assert "minutes" not in service.service_mix(LOG[["stage", "nature"]])


def test_there_are_seven_five_and_seven_ways():
    """Is every way in the stage of the textbook's answer: 7 before, 5 during, 7 after?"""
    assert pd.Series(service.SERVICE_WAYS).value_counts().to_dict() == {"售前": 7, "售中": 5, "售后": 7}


def test_score_of_the_ways():
    """Is a right answer right, a wrong and a missing one wrong?"""
    answers = pd.DataFrame({"way": ["广告宣传", "提供代办服务", "回访服务"], "stage": ["售前", "售后", None]})
    assert service.ways_score(answers)["correct"].tolist() == [True, False, False]


RECORDS = pd.DataFrame(
    {
        "store": ["a"] * 30 + ["b"] * 3,
        "level": ["基础"] * 10 + ["附加"] * 10 + ["超值"] * 10 + ["附加"] * 3,
        "delivered": [1] * 10 + [1] * 8 + [0] * 2 + [1] + [0] * 9 + [1, 1, None],
    }
)


def test_a_store_stands_on_the_levels_below():
    """Is the level reached the highest whose own and all lower shares meet their limits?"""
    limits = {"基础": 0.95, "附加": 0.8, "超值": 0.5}
    table = service.service_level_pyramid(RECORDS, by="store", needed=limits).set_index(["group", "level"])
    assert table.loc["a", "share"].tolist() == [1, 0.8, 0.1]
    assert table.loc["a", "met"].tolist() == [True, True, False]
    assert set(table.loc["a", "reached"]) == {"附加"}
    # Without a record of the basic level there is nothing to stand on, whatever was added.
    assert table.loc[("b", "附加"), "met"]
    assert table.loc["b", "reached"].isna().all()
    assert table.loc[("b", "基础"), ["share", "low", "high"]].isna().all()
    assert table.loc[("b", "附加"), "n"] == 2


def test_sure_needs_the_whole_interval():
    """Is 10 of 10 not yet sure above 0.95, but sure above 0.6?"""
    one = service.service_level_pyramid(RECORDS, by="store", needed=0.95)
    other = service.service_level_pyramid(RECORDS, by="store", needed=0.6)
    assert (one["met"][0], one["sure"][0], other["sure"][0]) == (True, False, True)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: service.service_mix(LOG.assign(stage=["售前", "售后", "收后", "售后"])),
            "列“stage”的第 3 行是“收后”。你是不是想写“售后”？可用的值：售前、售中、售后。",
        ),
        (
            lambda: service.service_mix(LOG.assign(cost=-1)),
            "列“cost”应不小于 0，第 1 行是 -1，共 4 处。请先核对这些行。",
        ),
        (
            lambda: service.ways_score(pd.DataFrame({"way": ["广告宣传"] * 2, "stage": "售前"})),
            "列“way”里“广告宣传”写了两次，第 2 行请删去。",
        ),
        (
            lambda: service.service_level_pyramid(RECORDS, by="store", needed={"基础": 0.9, "附加": 0.8}),
            "参数 needed 里缺“超值”这一层。三层都要写，例如 {'基础': 0.95, '附加': 0.8, '超值': 0.5}。",
        ),
        (
            lambda: service.service_level_pyramid(RECORDS, by="store", needed=95),
            "参数 needed 应在 0–1 之间，你给的是 95。",
        ),
        (
            lambda: service.service_level_pyramid(RECORDS, by="level", needed=0.9),
            "参数 by 不能是“level”，请给分组的列，例如门店。",
        ),
        (
            lambda: service.service_level_pyramid(RECORDS.assign(store=np.nan), by="store", needed=0.9),
            "列“store”全是缺失值，分不出组。",
        ),
    ],
)
def test_refusal(call, message):
    """Does the whole message help to go on?"""
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == message
