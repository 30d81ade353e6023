"""Values cross the wall as data: what arrives is what was sent, of exactly the known types, or says why it is not."""

import collections
import datetime
import decimal
import fractions
import json
import math
import zoneinfo
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis.extra import numpy as arrays

from autograder.engine.answers import Encoder
from autograder.engine.answers_decode import Decoder, Uncrossable, UncrossableError
from autograder.engine.lab import SourceNotebook
from autograder.engine.result import Outcome

SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")


def across(value: Any, **caps: int) -> Any:
    """Send a value as text and read it on the other side."""
    functions: list[Any] = []
    data = json.loads(json.dumps(Encoder(functions, **caps).encode(value)))
    return Decoder(lambda handle, args, kwargs: functions[handle](*args, **kwargs)).decode(data)


def alike(one: Any, other: Any) -> bool:
    """Compare by type and content; NaN equals NaN."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float | complex):
        return repr(one) == repr(other)
    if isinstance(one, dict):
        return len(one) == len(other) and all(
            alike(a, b) and alike(x, y) for (a, x), (b, y) in zip(one.items(), other.items(), strict=True)
        )
    if isinstance(one, list | tuple | collections.deque):
        return len(one) == len(other) and all(map(alike, one, other))
    return bool(one == other)


keys = st.one_of(st.text(), st.integers(), st.booleans(), st.tuples(st.integers(), st.text()), st.dates())
simple = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(-(10**300), 10**300), st.floats(), st.text(),
    st.complex_numbers(), st.binary(), st.decimals(allow_nan=False), st.fractions(), st.datetimes(), st.dates(),
    st.datetimes(timezones=st.just(datetime.UTC)), st.times(), st.timedeltas(), st.frozensets(keys), st.sets(keys),
    st.builds(range, st.integers(-99, 99), st.integers(-99, 99), st.integers(1, 9)), st.builds(slice, st.integers()),
    st.binary().map(bytearray),
)  # fmt: skip
nested = st.recursive(
    simple,
    lambda inner: st.one_of(
        st.lists(inner),
        st.lists(inner).map(tuple),
        st.dictionaries(keys, inner),
        st.lists(inner).map(collections.deque),
    ),
    max_leaves=15,
)


@given(nested)
@settings(max_examples=150, deadline=None)
def test_nested_values_arrive_as_they_are(value: Any):
    assert alike(across(value), value)


@given(
    arrays.arrays(
        st.one_of(
            arrays.boolean_dtypes(),
            arrays.integer_dtypes(),
            arrays.floating_dtypes(sizes=(16, 32, 64)),
            arrays.complex_number_dtypes(sizes=(64, 128)),
            arrays.datetime64_dtypes(),
            arrays.timedelta64_dtypes(),
            arrays.unicode_string_dtypes(max_len=9),
            arrays.byte_string_dtypes(max_len=9),
        ),
        arrays.array_shapes(min_dims=0, max_dims=3, min_side=0),
    )
)
@settings(max_examples=150, deadline=None)
def test_arrays_arrive_as_they_are(value: Any):
    got = across(value)
    assert got.dtype == value.dtype
    assert got.shape == value.shape
    assert got.tobytes() == np.ascontiguousarray(value).tobytes()
    got[...] = got  # writable, like the student's own


def test_numpy_scalars_keep_their_type():
    for value in (np.float64(1.5), np.float32(1.5), np.int64(3), np.uint8(3), np.bool_(True), np.str_("值"),
                  np.datetime64("2026-11-20", "D"), np.complex128(1j)):  # fmt: skip
        got = across(value)
        assert type(got) is type(value)
        assert got == value


def test_object_arrays_and_structured_arrays():
    got = across(np.array([[1, "二"], [None, 2.5]], dtype=object))
    assert got.dtype == object
    assert got.tolist() == [[1, "二"], [None, 2.5]]
    refused = across(np.zeros(2, dtype=[("a", "i4")]))
    assert isinstance(refused, Uncrossable)
    assert refused.reason == "它是 dtype 为 [('a', '<i4')] 的数组。"


COLUMNS = {
    "int64": pd.array([1, 2, 3], dtype="int64"),
    "int8": np.array([1, 2, 3], dtype="int8"),
    "float": [1.5, np.nan, np.inf],
    "bool": [True, False, True],
    "str": ["一", "二", None],
    "string": pd.array(["一", pd.NA, "三"], dtype="string"),
    "object": pd.Series([1, "二", None], dtype=object),
    "Int64": pd.array([1, None, 3], dtype="Int64"),
    "Float64": pd.array([1.5, None, 3.5], dtype="Float64"),
    "boolean": pd.array([True, None, False], dtype="boolean"),
    "category": pd.Categorical(["高", "低", None], categories=["低", "中", "高"], ordered=True),
    "category of numbers": pd.Categorical([3, 1, 3]),
    "datetime": pd.to_datetime(["2026-11-20 08:00", None, "2026-11-21 00:00"]),
    "datetime in ns": pd.to_datetime(["2026-11-20 08:00:00.123456789", None, "2026-11-21 00:00:00.1"]).as_unit("ns"),
    "datetime with zone": pd.to_datetime(["2026-11-20 08:00", None, "2026-11-21 00:00"]).tz_localize("Asia/Shanghai"),
    "timedelta": pd.to_timedelta(["1D", None, "2h"]),
    "period": pd.PeriodIndex(["2026-01", "2026-02", None], freq="M"),
    "interval": pd.cut([1, 5, 9], [0, 4, 8, 12]),
    "interval of dates": pd.arrays.IntervalArray.from_breaks(pd.date_range("2026-01-01", periods=4)),
    "complex": [1j, 2j, 3 + 1j],
    "sparse": pd.arrays.SparseArray([0, 0, 1]),
    "lists": [[1, 2], [], ["三"]],
}


@pytest.mark.parametrize("kind", COLUMNS)
def test_columns_of_every_dtype(kind: str):
    """Does a frame with such a column, and such an index, arrive with equal content and dtypes?"""
    frame = pd.DataFrame({"x": COLUMNS[kind], "y": [1, 2, 3]})
    pd.testing.assert_frame_equal(across(frame), frame)
    pd.testing.assert_series_equal(across(frame["x"]), frame["x"])
    if kind != "lists":
        indexed = frame.set_index("x")
        pd.testing.assert_frame_equal(across(indexed), indexed)


def test_frames_of_odd_shapes():
    frames = [
        pd.DataFrame(),
        pd.DataFrame({"a": []}),
        pd.DataFrame(index=[1, 2]),
        pd.DataFrame([[1, 2], [3, 4]], columns=["同名", "同名"]),
        pd.DataFrame({"a": [1, 2]}, index=["x", "x"]),
        pd.DataFrame({("上", "左"): [1], ("上", "右"): ["二"]}),
        pd.DataFrame(
            {"v": [1, 2, 3]}, index=pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)], names=["k", "n"])
        ),
        pd.DataFrame({1: [1], 2.5: [2], None: [3]}),
        pd.DataFrame({"v": [1, 2]}, index=pd.RangeIndex(5, 1, -2, name="步")),
        pd.DataFrame({"v": [1.0] * 4}, index=pd.date_range("2026-01-01", periods=4, freq="D", name="日")),
        pd.DataFrame({"g": list("aab"), "v": [1, 2, 3]}).groupby("g").agg(["mean", "size"]),
        pd.DataFrame({"v": [1, 2, 3]}).describe(),
        pd.crosstab(pd.Series(list("aab"), name="行"), pd.Series(list("xyx"), name="列")),
    ]
    for frame in frames:
        pd.testing.assert_frame_equal(across(frame), frame, check_freq=False)


def test_series_and_indexes():
    for series in (pd.Series([1, 2], name=("a", 1)), pd.Series(dtype=float), pd.Series({"一": 1.0, "二": None})):
        pd.testing.assert_series_equal(across(series), series)
    for index in (pd.Index(["a", "b"], name="名"), pd.RangeIndex(3), pd.CategoricalIndex(list("ab")),
                  pd.MultiIndex.from_product([["a"], [1, 2]], names=["x", None])):  # fmt: skip
        pd.testing.assert_index_equal(across(index), index)


def test_pandas_scalars():
    for value in (pd.Timestamp("2026-11-20 08:00"), pd.Timestamp("2026-11-20 08:00", tz="Asia/Shanghai"),
                  pd.Timestamp("2026-11-20 08:00", tz="UTC"), pd.Timestamp("2026-11-20 00:00:00.000000001"),
                  pd.Timestamp("2026-11-20 08:00+08:00"),
                  pd.Timedelta("1D 2h"), pd.Period("2026-01", "M"), pd.Interval(0, 1, closed="left"),
                  pd.Interval(pd.Timestamp("2026-01-01"), pd.Timestamp("2026-01-02"))):  # fmt: skip
        got = across(value)
        assert type(got) is type(value)
        assert got == value
        assert getattr(got, "unit", None) == getattr(value, "unit", None)
        assert str(getattr(got, "tz", None)) == str(getattr(value, "tz", None))
    assert across([pd.NaT, pd.NA])[0] is pd.NaT
    assert across([pd.NaT, pd.NA])[1] is pd.NA


def test_other_containers():
    Point = collections.namedtuple("Point", "x y")
    point = across(Point(1, [2]))
    assert (point.x, point.y, point._fields, type(point).__name__) == (1, [2], ("x", "y"), "Point")
    assert across(collections.Counter("aab")) == collections.Counter("aab")
    assert across(collections.OrderedDict(b=1, a=2)) == {"b": 1, "a": 2}
    assert across(...) is ...
    assert across(NotImplemented) is NotImplemented
    assert across(datetime.datetime(2026, 11, 20, tzinfo=SHANGHAI)) == datetime.datetime(2026, 11, 20, tzinfo=SHANGHAI)
    assert math.isnan(across(decimal.Decimal("NaN")))
    assert across(fractions.Fraction(1, 3)) == fractions.Fraction(1, 3)


def test_a_dataclass_that_both_sides_know():
    """Does it arrive as itself, and one of the student's own as something that cannot be read?"""
    assert across(Outcome("graded", "好")) == Outcome("graded", "好")
    forged = {"t": "dataclass", "module": "subprocess", "name": "Popen", "fields": []}
    assert isinstance(Decoder(lambda *_: None).decode(forged), Uncrossable)
    unknown = {"t": "dataclass", "module": "not.loaded", "name": "X", "fields": []}
    assert isinstance(Decoder(lambda *_: None).decode(unknown), Uncrossable)
    extra = {"t": "dataclass", "module": Outcome.__module__, "name": "Outcome", "fields": [["code2", 1]]}
    with pytest.raises(ValueError, match="no field 'code2'"):
        Decoder(lambda *_: None).decode(extra)


class _Liar(float):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = float.__hash__


class _LyingList(list):
    def __iter__(self):
        return iter(["right"])

    def __len__(self) -> int:
        return 1


class _LyingText(str):
    def __str__(self) -> str:
        return "right"


class _LyingNumber(int):
    def __int__(self) -> int:
        return 42


class _Pretender:
    __class__ = int  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


def test_a_subclass_arrives_as_the_value_it_was_made_from():
    assert type(across(_Liar(1.0))) is float
    assert across(_Liar(1.0)) != 2
    assert across(_LyingList([1, 2])) == [1, 2]
    assert across(_LyingText("wrong")) == "wrong"
    assert across(_LyingNumber(7)) == 7
    assert type(across(_Pretender())) is Uncrossable


USES = {
    "call": lambda v: v(), "iterate": list, "len": len, "item": lambda v: v[0], "in": lambda v: 1 in v, "truth": bool,
    "float": float, "int": int, "index": lambda v: [1][v], "attribute": lambda v: v.total, "==": lambda v: v == 1,
    "!=": lambda v: v != 1, "<": lambda v: v < 1, ">=": lambda v: 1 <= v, "+": lambda v: v + 1, "1 +": lambda v: 1 + v,
    "-": lambda v: v - 1, "*": lambda v: v * 2,
}  # fmt: skip


@pytest.mark.parametrize("use", USES)
def test_every_use_of_what_cannot_cross_says_so(use: str):
    held = across(_Pretender())
    with pytest.raises(UncrossableError) as error:
        USES[use](held)
    assert str(error.value) == "这个答案是 test_answers._Pretender，批改时读不到它的内容。".replace(
        "test_answers", _Pretender.__module__
    )


def test_what_cannot_cross_is_unhashable_and_shows_itself():
    held = across(object())
    assert repr(held) == "<object，内容读不到>"
    with pytest.raises(TypeError):
        hash(held)
    assert not hasattr(held, "__array__")


def _deep(levels: int) -> list[Any]:
    made: list[Any] = []
    for _ in range(levels):
        made = [made]
    return made


def _circle() -> list[Any]:
    made: list[Any] = []
    made.append(made)
    return made


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (_deep(70), "它的层数太深。"),
        (_circle(), "它的层数太深。"),
        (1 << 70_000, "这个整数太长。"),
        ("长" * 6_000_000, "它太大了，超过 16 MB。"),
        (np.zeros(3_000_000), "它太大了，超过 16 MB。"),
        ([0] * 800_000, "它太大了，超过 16 MB。"),
        (bytes(17 * 2**20), "它太大了，超过 16 MB。"),
        (pd.DataFrame({"v": np.zeros(3_000_000)}), "它太大了，超过 16 MB。"),
    ],
    ids=["deep", "circle", "integer", "text", "array", "list", "bytes", "frame"],
)
def test_what_is_too_big_or_too_deep(value: Any, reason: str):
    held = across(value)
    assert isinstance(held, Uncrossable)
    assert held.reason == reason


def test_one_bad_member_does_not_spoil_the_rest():
    got = across({"good": 1, "bad": object()})
    assert got["good"] == 1
    assert isinstance(got["bad"], Uncrossable)


@pytest.mark.parametrize(
    "data",
    [
        [1, 2],
        {"t": "no such mark"},
        {"no": "mark"},
        {"t": 7},
        {"t": "pd.Nothing"},
        {"t": "list", "v": "text"},
        {"t": "array", "dtype": "|O8", "shape": [1], "data": ""},
        {"t": "array", "dtype": "|V8", "shape": [1], "data": "AAAAAAAAAAA="},
        {"t": "array", "dtype": "<f8", "shape": [3], "data": "AAAAAAAAAAA="},
        {"t": "array", "dtype": "<f8", "shape": [1], "data": "not base 64"},
        {"t": "fig.axes", "id": 4, "place": 0},
        {"t": "scalar", "v": 3},
        {"t": "int", "hex": "zz"},
        {"t": "int"},
        {"t": "dict", "v": [[1]]},
        {"t": "dict", "v": [[{"t": "list", "v": []}, 1]]},
        {"t": "pd.DataFrame", "v": 3, "columns": None, "index": None},
    ],
)
def test_data_that_is_no_value_is_refused(data: Any):
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
        Decoder(lambda *_: None).decode(data)


def test_deep_data_is_refused():
    data: Any = 1
    for _ in range(300):
        data = {"t": "list", "v": [data]}
    with pytest.raises(ValueError, match="nested too deep"):
        Decoder(lambda *_: None).decode(data)


def test_random_data_never_runs_anything():
    """Do marks that name a module or class reach nothing that is not loaded and known?"""
    for data in ({"t": "module", "name": "os"}, {"t": "uncrossable", "type": "x" * 500, "reason": ""}):
        held = Decoder(lambda *_: None).decode(data)
        assert isinstance(held, Uncrossable)
        assert len(held.type_name) <= 100


def test_source_notebook_is_no_answer():
    """A dataclass with a member that cannot cross arrives with that member unreadable."""
    got = across(SourceNotebook("x", object(), ()))
    assert isinstance(got.nb, Uncrossable)
    assert got.name == "x"
