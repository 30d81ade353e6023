"""What holds for every public function on communication: inputs untouched, order of rows, documentation, refusals."""

import dataclasses
import inspect
import time

import numpy as np
import pandas as pd
import pytest

from crmlab import communication as M  # noqa: N812

RNG = np.random.default_rng(41)
N = 90
SENT = pd.Timestamp("2026-03-02") + pd.to_timedelta(RNG.integers(0, 24 * 7, N), unit="h")
LOG = pd.DataFrame(
    {
        "channel": RNG.choice(["电话", "短信", "微信"], N),
        "reached": RNG.integers(0, 2, N),
        "response_min": np.where(RNG.random(N) < 0.2, np.nan, RNG.integers(1, 90, N)),
        "cost_yuan": 1.5,
        "sent_at": SENT,
        "opened": RNG.integers(0, 2, N),
        "promise_at": SENT + pd.Timedelta(hours=4),
        "done_at": SENT + pd.to_timedelta(RNG.integers(1, 9, N), unit="h"),
        "first_response_s": RNG.integers(5, 300, N),
        "error": RNG.integers(0, 2, N),
        "contacts": RNG.integers(0, 9, N),
        "csat": RNG.integers(1, 6, N),
        "customer_id": RNG.integers(0, 30, N),
        "step": RNG.choice(["看到", "点击", "下单"], N),
    },
    index=RNG.permutation(1000)[:N],
)
ADS = pd.DataFrame(
    {"channel": list("aab"), "spend_yuan": 9, "impressions": 99, "clicks": 20, "orders": 3, "revenue_yuan": 50}
)
TALK = pd.DataFrame(
    {"dialog_id": [1, 1, 2, 2], "speaker": ["客户", "客服"] * 2, "text": ["在？", "您好", "慢", "抱歉，不归我管"]}
)
ITEMS = pd.DataFrame({"item": ["a", "r"], "axis": ["assertiveness", "responsiveness"], "reverse": [0, 1]})
PEOPLE = pd.DataFrame({"a": RNG.integers(1, 6, 9), "r": RNG.integers(1, 6, 9)}, index=[*"stuvwxyz", "z9"])
CHANNELS = pd.DataFrame({"channel": list("abc"), "ceiling": [9.0, 5, 7], "half_spend_yuan": [3.0, 2, 8]})
SPENDING = pd.DataFrame({"spend": np.arange(1.0, 21)}).assign(
    orders=lambda t: 30 * t["spend"] / (t["spend"] + 6) + RNG.random(20)
)
ONE = pd.Series([0.1])

# name: (call, its inputs, may the rows of the first input be shuffled without consequence?)
CALLS = {
    "ab_peeking": (
        lambda t: M.ab_peeking(t[0], n_per_group=50, looks=[2], rng=np.random.default_rng(1), simulations=100),
        [ONE],
        False,
    ),
    "ab_plan": (lambda t: M.ab_plan(t[0], effect=0.05, power=0.8), [ONE], False),
    "ab_test": (lambda t: M.ab_test(*t), [pd.Series([3, 20, 5, 20])], False),
    "ad_kpis": (M.ad_kpis, [ADS], True),
    "channel_kpis": (M.channel_kpis, [LOG], True),
    "chat_flaws": (lambda t: M.chat_flaws(t[0]), [pd.Series(["在吗？？"])], False),
    "cohen_kappa": (lambda t: M.cohen_kappa(t["channel"], t["step"]), [LOG], True),
    "contact_dose": (lambda t: M.contact_dose(t, outcome="csat", edges=[0, 3]), [LOG], True),
    "dialogue_rules": (lambda t: M.dialogue_rules(), [ONE], False),
    "dialogue_score": (M.dialogue_score, [TALK, M.dialogue_rules()], False),
    "email_flaws": (lambda t: M.email_flaws(t[0], t[0]), [pd.Series(["通知"])], False),
    "funnel": (M.funnel, [pd.Series({"看到": 9, "点击": 4})], False),
    "funnel_counts": (lambda t: M.funnel_counts(t, steps=["看到", "点击", "下单"]), [LOG], True),
    "media_plan": (lambda t: M.media_plan(t, 10, curve="hyperbolic"), [CHANNELS], False),
    "promise_kpis": (lambda t: M.promise_kpis(t, as_of="2026-04-01"), [LOG], True),
    "reply_rules": (lambda t: M.reply_rules(), [ONE], False),
    "response_curve": (
        lambda t: M.response_curve(t, spend="spend", outcome="orders", curve="hyperbolic"),
        [SPENDING],
        True,
    ),
    "send_time": (lambda t: M.send_time(t, by="weekday"), [LOG], True),
    "style_quadrant": (M.style_quadrant, [PEOPLE, ITEMS], False),
}
FUNCTIONS = {name: f for name in M.__all__ if inspect.isfunction(f := getattr(M, name))}
RESULTS = {name: c for name in M.__all__ if dataclasses.is_dataclass(c := getattr(M, name))}


def assert_same(one, other):
    assert type(one) is type(other)
    if isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other)
    elif isinstance(one, pd.Series):
        pd.testing.assert_series_equal(one, other)
    elif dataclasses.is_dataclass(one):
        for field in dataclasses.fields(one):
            assert_same(getattr(one, field.name), getattr(other, field.name))
    else:
        assert one == (pytest.approx(other, nan_ok=True) if isinstance(one, float) else other)


def test_every_public_function_is_listed_here():
    """Does a new function get these checks too?"""
    assert set(CALLS) == set(FUNCTIONS)


@pytest.mark.parametrize("name", CALLS)
def test_inputs_stay_as_they_were_and_nothing_is_remembered(name):
    """Are the inputs untouched, and does a second call give the same?"""
    call, inputs, _ = CALLS[name]
    before = [given.copy(deep=True) for given in inputs]
    first = call(*inputs)
    for given, copy in zip(inputs, before, strict=True):
        assert_same(given, copy)
    assert_same(first, call(*inputs))


@pytest.mark.parametrize("name", [name for name, (_, _, shuffle) in CALLS.items() if shuffle])
def test_order_of_rows_has_no_meaning(name):
    """Does the same table in another order give the same result?"""
    call, (first, *rest), _ = CALLS[name]
    expected = call(first, *rest)
    for seed in range(3):
        assert_same(call(first.sample(frac=1, random_state=seed), *rest), expected)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_docstring_has_what_shift_tab_should_show(name):
    """Does the docstring name every parameter, and have Returns, Raises (if it can refuse), Notes and an example?"""
    doc = inspect.getdoc(FUNCTIONS[name])
    parameters = inspect.signature(FUNCTIONS[name]).parameters
    for heading in ("Returns", "Notes", "Examples", *(("Parameters", "Raises") if parameters else ())):
        assert f"\n{heading}\n---" in doc, heading
    named = doc.split("\nReturns\n")[0]
    for parameter in parameters:
        assert parameter in named, parameter


@pytest.mark.parametrize("name", sorted(RESULTS))
def test_result_documents_its_fields(name):
    """Is every field of a result named in its docstring, and the result frozen and readable?"""
    result = RESULTS[name]
    for field in dataclasses.fields(result):
        assert field.name in result.__doc__, field.name
    assert result.__dataclass_params__.frozen
    assert result.__repr__ is result.__str__ is not object.__str__


TABLES = [
    name for name, (_, inputs, _) in CALLS.items() if isinstance(inputs[0], pd.DataFrame) and name != "cohen_kappa"
]


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("made", ["no rows", "not a table"])
def test_empty_or_wrong_input_is_refused_in_chinese(name, made):
    """Does an empty table, or a list in its place, raise our own message instead of a traceback from pandas?"""
    call, (first, *rest), _ = CALLS[name]
    with pytest.raises((ValueError, TypeError)) as caught:
        call(first[:0] if made == "no rows" else [1, 2, 3], *rest)
    assert str(caught.value).endswith("。")


def test_one_row_is_enough_or_refused_in_chinese():
    """Does every table function answer for a single row, or say what it lacks?"""
    for name in TABLES:
        call, (first, *rest), _ = CALLS[name]
        try:
            call(first[:1], *rest)
        except ValueError as error:
            assert str(error).endswith("。"), name


def test_a_million_contacts_are_no_problem():
    """Do the main functions work on whole columns: seconds of computing for a million rows, not minutes?"""
    rng, n = np.random.default_rng(9), 1_000_000
    sent = pd.Timestamp("2026-03-02") + pd.to_timedelta(rng.integers(0, 168, n), unit="h")
    table = pd.DataFrame(
        {"channel": rng.choice(["a", "b"], n), "reached": 1, "response_min": rng.random(n), "cost_yuan": 1.0}
    )
    table = table.assign(sent_at=sent, opened=rng.integers(0, 2, n), contacts=rng.integers(0, 9, n), csat=rng.random(n))
    start = time.process_time()
    assert M.channel_kpis(table)["contacts"].sum() == n
    assert M.send_time(table, by="hour").n == n
    assert M.contact_dose(table, outcome="csat", edges=[0, 3]).n == n
    assert M.cohen_kappa(table["channel"], table["channel"]).kappa == 1
    assert time.process_time() - start < 20
