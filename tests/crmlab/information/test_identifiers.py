"""Resident id numbers and mobile numbers."""

import time

import numpy as np
import pandas as pd
import pytest

from crmlab.information import check_mobile, check_resident_id

GOOD = "11010519491231002X"


def with_check_digit(first17):
    """The check character by the definition: the sum of a_i * 2**(18 - i) over all 18 places is 1 modulo 11."""
    total = sum(int(d) * 2 ** (17 - i) for i, d in enumerate(first17))
    return first17 + "0123456789X"[(1 - total) % 11]


def test_each_problem_has_its_name_and_sentence():
    """Is the first thing wrong with a number said, and nothing said of a right one?"""
    ids = {
        GOOD: None,
        "11010519491231002x": None,
        "110105194912310021": "checksum",
        with_check_digit("11010519490229002"): "date",
        with_check_digit("11010519491301002"): "date",
        with_check_digit("11010519490431002"): "date",
        with_check_digit("11010517990101002"): "date",
        with_check_digit("11010520000229002"): None,
        with_check_digit("11010519000229002"): "date",
        with_check_digit("99010519491231002"): "region",
        "110105491231002": "old",
        "1101051949123100": "format",
        " " + GOOD: "format",
        "１１０１０５１９４９１２３１００２X": "format",
        "X1010519491231002X": "format",
        "": "missing",
    }
    table = check_resident_id([*ids, None])
    assert [p if isinstance(p, str) else None for p in table["problem"]] == [*ids.values(), "missing"]
    assert table["valid"].tolist() == [p is None for p in [*ids.values(), "missing"]]
    assert table.loc[2, "message"] == "末位校验码不符，多半是抄错了一位"
    assert table["message"].notna().tolist() == (~table["valid"]).tolist()


def test_every_single_error_and_every_swap_of_neighbours_is_found():
    """Does the check character do what MOD 11-2 promises?"""
    wrong = [GOOD[:i] + d + GOOD[i + 1 :] for i in range(17) for d in "0123456789" if d != GOOD[i]]
    wrong += [GOOD[:i] + GOOD[i + 1] + GOOD[i] + GOOD[i + 2 :] for i in range(16) if GOOD[i] != GOOD[i + 1]]
    assert not check_resident_id(wrong)["valid"].any()


def test_check_character_is_the_definitions():
    """Do a thousand numbers made by the definition pass, and fail with any other last character?"""
    rng = np.random.default_rng(5)
    days = pd.Timestamp("1930-01-01") + pd.to_timedelta(rng.integers(0, 33_000, 1000), unit="D")
    made = [
        with_check_digit(f"320508{d:%Y%m%d}{s:03d}") for d, s in zip(days, rng.integers(0, 1000, 1000), strict=True)
    ]
    assert check_resident_id(made)["valid"].all()
    other = [v[:17] + "0123456789X"[("0123456789X".index(v[17]) + 1) % 11] for v in made]
    assert (check_resident_id(other)["problem"] == "checksum").all()


def test_birth_after_the_reference_day():
    """Is a future birthday wrong only when the day is given?"""
    ids = [with_check_digit("32050820260901001"), with_check_digit("32050820260902001")]
    assert check_resident_id(ids)["valid"].all()
    assert check_resident_id(ids, as_of="2026-09-01")["problem"].fillna("").tolist() == ["", "future"]


def test_nothing_of_the_number_is_kept():
    """Does the result hold neither the number nor a birthday, sex or region, and an error not show it?"""
    table = check_resident_id(pd.Series([GOOD], index=["x"]))
    assert list(table.columns) == ["valid", "problem", "message"]
    assert table.index.tolist() == ["x"]
    assert "1949" not in table.to_csv()
    with pytest.raises(TypeError) as caught:
        check_resident_id([110105194912310021])
    assert "19491231" not in str(caught.value)


def test_mobile_numbers():
    """Are blanks, hyphens and the country code taken off, and the first problem named?"""
    cases = {
        "13800138000": None,
        " 138-0013-8000": None,
        "+86 199 1234 5678": None,
        "008613800138000": None,
        "8613800138000": None,
        "12800138000": "prefix",
        "1380013800": "length",
        "138001380000": "length",
        "1380013800a": "format",
        "１３８００１３８０００": "format",
        "": "missing",
        "  ": "missing",
    }
    table = check_mobile([*cases, None])
    assert [p if isinstance(p, str) else None for p in table["problem"]] == [*cases.values(), "missing"]
    assert table["normalised"].dropna().tolist() == [
        "13800138000",
        "13800138000",
        "19912345678",
        "13800138000",
        "13800138000",
    ]


def test_a_hundred_thousand_numbers_at_once():
    """Are whole columns checked in well under a second of computing?"""
    ids = pd.Series([GOOD, "110105194912310021"] * 50_000)
    start = time.process_time()
    assert check_resident_id(ids)["valid"].sum() == 50_000
    assert time.process_time() - start < 3


def test_no_rows():
    """Is an empty column an empty table?"""
    assert check_resident_id([]).shape == (0, 3)
    assert check_mobile(pd.Series([], dtype="str")).shape == (0, 4)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: check_resident_id([GOOD, 1.1010519491231e17]),
            TypeError,
            "参数 ids 的身份证号应是文字，第 2 行的类型是 float。存成数字会丢位，请在读入时写 dtype=str。",
        ),
        (
            lambda: check_mobile([13800138000]),
            TypeError,
            "参数 mobiles 的手机号应是文字，第 1 行的类型是 int64。存成数字会丢位，请在读入时写 dtype=str。",
        ),
        (lambda: check_mobile("13800138000"), TypeError, "参数 mobiles 应是一列数据（Series 或列表），你给的是 str。"),
        (
            lambda: check_resident_id([GOOD], as_of="昨天"),
            ValueError,
            '参数 as_of 应是日期，例如 "2026-09-01"，你给的是“昨天”。',
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
