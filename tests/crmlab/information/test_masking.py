"""Masking, and finding personal data in free text."""

import numpy as np
import pandas as pd
import pytest

from crmlab.information import MASK_KINDS, find_personal, mask
from tests.crmlab.information.people import make_customers


@pytest.mark.parametrize(
    ("kind", "value", "light", "medium"),
    [
        ("name", "王小明", "王*明", "王**"),
        ("name", "李雷", "李*", "李*"),
        ("name", "欧阳锋", "欧阳*", "欧阳*"),
        ("name", "欧阳小峰", "欧阳*峰", "欧阳**"),
        ("name", "欧阳", "欧*", "欧*"),
        ("name", "李", "****", "****"),
        ("name", "Li Lei", "L****", "L****"),
        ("name", "王小明13800138000", "****", "****"),
        ("mobile", "13800138000", "138****8000", "138********"),
        ("mobile", "138-0013-8000", "138****8000", "138********"),
        ("mobile", "1380013800", "****", "****"),
        ("resident_id", "11010519491231002X", "110105************", "11****************"),
        ("bank_card", "6222021234567890123", "622202*********0123", "***************0123"),
        ("email", "li.lei@example.com", "l****@example.com", "****@example.com"),
        ("email", "not an address", "****", "****"),
        ("address", "江苏省苏州市姑苏区人民路1号", "江苏省苏州市姑苏区****", "江苏省苏州市****"),
        ("address", "上海市浦东新区世纪大道100号", "上海市浦东新区****", "上海市****"),
        (
            "address",
            "内蒙古自治区锡林郭勒盟锡林浩特市团结大街",
            "内蒙古自治区锡林郭勒盟锡林浩特市****",
            "内蒙古自治区锡林郭勒盟****",
        ),
        ("address", "北京市朝阳区物美超市", "北京市朝阳区****", "北京市****"),
        ("address", "北京市物美超市三楼", "北京市****", "北京市****"),
        ("address", "江苏省苏州市幸福小区3栋", "江苏省苏州市****", "江苏省苏州市****"),
        ("address", "苏州市人民路88号", "苏州市****", "苏州市****"),
        ("address", "幸福小区3栋201", "****", "****"),
    ],
)
def test_what_is_left(kind, value, light, medium):
    """Is just the part left that the level names, and everything hidden when the value is not of its kind?"""
    assert mask([value], kind).tolist() == [light]
    assert mask([value], kind, level="medium").tolist() == [medium]
    assert mask([value], kind, level="full").tolist() == ["****"]


@pytest.mark.parametrize("kind", MASK_KINDS)
def test_missing_stays_missing_and_the_column_keeps_its_name(kind):
    """Are index, name and gaps those of the input?"""
    masked = mask(pd.Series(["甲", None], index=[7, 3], name="x"), kind)
    assert (masked.index.tolist(), masked.name) == ([7, 3], "x")
    assert masked.isna().tolist() == [False, True]


def test_no_hidden_part_slips_through():
    """Over a thousand customers: does no masked address show a street, no mobile its middle, no name its given name?"""
    table, _ = make_customers(1000, np.random.default_rng(1))
    assert not mask(table["address"], "address").str.contains(r"[路街号栋室]").any()
    mobiles = table["mobile"].dropna()
    assert not any(
        m[3:7] in s
        for m, s in zip(mobiles, mask(mobiles, "mobile"), strict=True)
        if "*" in s and m[3:7] not in m[:3] + m[7:]
    )
    given = table["name"].str[-1]
    medium = mask(table["name"], "name", level="medium")
    assert not any(g in m[1:] for g, m in zip(given, medium, strict=True))


def test_personal_data_in_notes_are_counted_and_not_shown():
    """Are valid numbers found in free text, wrong ones and look-alikes left, rows counted once, contents not given?"""
    notes = pd.DataFrame(
        {
            "note": [
                "客户电话13800138000，备用 139-1234-5678",
                "身份证11010519491231002X已核",
                "订单号 20260901138001380001234",
                "身份证110105194912310021写错了",
                "退款到卡 4111111111111111",
                "卡号 4111111111111112",
                None,
            ],
            "mail": ["a@example.com", None, None, None, None, None, 5],
            "n": range(7),
        },
        index=[1, 1, 2, 3, 3, 4, 5],
    )
    found = find_personal(notes)
    assert found[["column", "kind", "n"]].to_dict("list") == {
        "column": ["mail", "note", "note", "note"],
        "kind": ["email", "bank_card", "mobile", "resident_id"],
        "n": [1, 1, 1, 1],
    }
    assert found["share"].tolist() == pytest.approx([1 / 2, 1 / 6, 1 / 6, 1 / 6])
    assert find_personal(notes[["n"]]).empty


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: mask(["王小明"], "nane"),
            ValueError,
            "参数 kind 不能是“nane”。你是不是想写“name”？可用的值：name、mobile、resident_id、address、email、bank_card。",
        ),
        (
            lambda: mask(["王小明"], "name", level="lite"),
            ValueError,
            "参数 level 不能是“lite”。你是不是想写“light”？可用的值：light、medium、full。",
        ),
        (
            lambda: mask([13800138000], "mobile"),
            TypeError,
            "参数 values 的手机号应是文字，第 1 行的类型是 int64。存成数字会丢位，请在读入时写 dtype=str。",
        ),
        (lambda: find_personal(["a"]), TypeError, "参数 table 应是一张表（DataFrame），你给的是 list。"),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
