"""Care by the calendar, promises kept."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab.loyalty import care_due, promise_keeping

quick = settings(max_examples=30, deadline=None, derandomize=True, database=None)
PEOPLE = pd.DataFrame(
    {
        "customer_id": list("abcd"),
        "birthday": pd.to_datetime(["1990-03-01", "1988-03-09", "2000-02-29", None]),
        "expires": pd.to_datetime(["2026-03-11", "2026-02-28", "2026-03-01", "2026-03-12"]),
        "last_order": pd.to_datetime(["2025-12-01", "2026-02-01", "2025-11-30", "2025-06-01"]),
        "contacted": pd.to_datetime([None, "2026-02-20", "2025-11-01", "2025-12-01"]),
    },
    index=[9, 3, 5, 1],
)
RULES = pd.DataFrame(
    [["生日", "birthday", "every_year", 7], ["到期", "expires", "before", 10], ["沉睡", "last_order", "after", 90]],
    columns=["care", "column", "kind", "days"],
)


def due(as_of="2026-03-01", people=PEOPLE, rules=RULES, **options):
    return care_due(people, rules, as_of=as_of, **options)


def test_by_hand():
    """On 1 March: a's birthday; c's card ends; a's card and rest follow suit and wait; d has slept; b is a day late on both."""
    result = due()
    assert result.due[["customer_id", "care", "days"]].to_numpy().tolist() == [
        ["a", "生日", 0],
        ["c", "到期", 0],
        ["d", "沉睡", -273],
    ]
    assert result.held_back[["customer_id", "care"]].to_numpy().tolist() == [
        ["a", "到期"],
        ["c", "沉睡"],
        ["a", "沉睡"],
    ]
    assert set(result.held_back["reason"]) == {"同时有更优先的关怀"}
    assert result.summary.to_dict("list") == {"care": ["生日", "到期", "沉睡"], "matched": [1, 2, 3], "due": [1, 1, 1]}
    assert str(result) == "2026-03-01 要联系 3 位（生日 1，到期 1，沉睡 1），另有 3 次暂不打扰；共 4 位客户"


def test_contacted_since_and_contacted_lately():
    """Does a contact after the last order end the wake-up, and one within the quiet days hold all back?"""
    since = due(last_contact="contacted")
    assert "d" not in set(since.due["customer_id"])
    late = due(as_of="2026-03-02", last_contact="contacted", quiet_days=14)
    assert late.held_back.loc[late.held_back["customer_id"] == "b", "reason"].tolist() == ["近期联系过"]
    after = due(as_of="2026-03-07", last_contact="contacted", quiet_days=14)
    assert after.due.loc[after.due["customer_id"] == "b", "care"].tolist() == ["生日"]


@pytest.mark.parametrize(
    ("as_of", "days"),
    [("2026-02-28", 0), ("2026-03-01", None), ("2028-02-28", 1), ("2028-02-29", 0), ("2027-12-31", None)],
)
def test_leap_day(as_of, days):
    """Is 29 February celebrated on the 28th in common years, and on its day in leap years?"""
    found = due(as_of, rules=RULES.iloc[:1]).due.set_index("customer_id")["days"]
    assert found.get("c") == days


def test_turn_of_the_year():
    """Is a birthday on 2 January five days ahead on 28 December?"""
    people = pd.DataFrame({"customer_id": [1], "birthday": pd.to_datetime(["1999-01-02"])})
    result = due("2026-12-28", people, RULES.iloc[:1])
    assert result.due["days"].tolist() == [5]
    assert result.due["event_date"].tolist() == [pd.Timestamp("2027-01-02")]


def test_no_dates_at_all():
    """Is a column of gaps nobody's day, and the result a table all the same?"""
    result = due(people=PEOPLE.assign(birthday=pd.NaT, expires=None, last_order=pd.NaT))
    assert (len(result.due), len(result.held_back)) == (0, 0)


@quick
@given(
    shifts=st.lists(st.integers(-400, 400), min_size=1, max_size=15),
    span=st.integers(0, 60),
    seed=st.integers(0, 3),
)
def test_laws(shifts, span, seed):
    """Is nobody contacted twice, every match either due or held back, and "before" just the days 0 to span?"""
    today = pd.Timestamp("2026-06-15")
    dates = today + pd.to_timedelta(shifts, unit="D")
    people = pd.DataFrame({"customer_id": range(len(shifts)), "birthday": dates, "expires": dates, "last_order": dates})
    result = due(today, people, RULES.assign(days=span))
    assert result.due["customer_id"].is_unique
    assert result.summary["matched"].sum() == len(result.due) + len(result.held_back)
    matched = result.summary.set_index("care")["matched"]
    assert matched["到期"] == sum(0 <= s <= span for s in shifts)
    assert matched["沉睡"] == sum(s <= -span for s in shifts)
    again = due(today, people.sample(frac=1, random_state=seed), RULES.assign(days=span))
    pd.testing.assert_frame_equal(again.summary, result.summary)


ORDERS = pd.DataFrame(
    {
        "promise": ["准时"] * 5 + ["保价", None],
        "kept": [1, 1, 0, 0, None, 1, 0],
        "refund_yuan": [0, None, 20, 0, 5, 0, 9],
    }
)


def test_promises_by_hand():
    """Of four decided promises two kept, one paid 20, one broken and unpaid; a single one has no interval of cost."""
    table = promise_keeping(ORDERS).set_index("promise")
    assert table.index.tolist() == ["准时", "保价", "合计"]
    assert table["n"].tolist() == [4, 1, 5]
    assert table["kept_share"].tolist() == [0.5, 1, 0.6]
    assert table["refund_share"].tolist() == [0.25, 0, 0.2]
    assert table["cost_yuan"].tolist() == [5, 0, 4]
    assert table["unpaid"].tolist() == [1, 0, 1]
    assert table.loc["保价", ["cost_low", "cost_high"]].isna().all()


def test_promise_intervals_are_those_of_other_programs():
    """Are the ends those of statsmodels (Wilson) and scipy (t)?"""
    from scipy import stats
    from statsmodels.stats.proportion import proportion_confint

    rng = np.random.default_rng(9)
    paid = rng.gamma(2, 5, 40) * (rng.random(40) < 0.5)
    row = promise_keeping(pd.DataFrame({"promise": "x", "kept": rng.integers(0, 2, 40), "refund_yuan": paid})).iloc[0]
    assert [row["refund_low"], row["refund_high"]] == pytest.approx(
        proportion_confint((paid > 0).sum(), 40, method="wilson")
    )
    assert [row["cost_low"], row["cost_high"]] == pytest.approx(
        stats.t.interval(0.95, 39, paid.mean(), stats.sem(paid))
    )


@quick
@given(rows=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 1), st.integers(0, 50)), min_size=1, max_size=40))
def test_promise_laws(rows):
    """Do the kinds add up to the total, and the intervals hold the shares?"""
    table = promise_keeping(pd.DataFrame(rows, columns=["promise", "kept", "refund_yuan"]))
    each, total = table.iloc[:-1], table.iloc[-1]
    assert each["n"].sum() == total["n"]
    assert each["unpaid"].sum() == total["unpaid"]
    assert (each["kept_share"] * each["n"]).sum() == pytest.approx(total["kept_share"] * total["n"])
    assert ((table["kept_low"] <= table["kept_share"]) & (table["kept_share"] <= table["kept_high"])).all()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: due(rules=RULES.assign(kind="yearly")),
            ValueError,
            "列“kind”的第 1 行是“yearly”。你是不是想写“every_year”？可用的值：every_year、before、after。",
        ),
        (lambda: due(rules=RULES.assign(days=1.5)), ValueError, "列“days”应是整数，第 1 行是 1.5。"),
        (lambda: due(rules=RULES.assign(care="生日")), ValueError, "列“care”的名称应不重复、不空，第 2 行是“生日”。"),
        (
            lambda: due(people=PEOPLE.assign(customer_id="a")),
            ValueError,
            "列“customer_id”的名称应不重复、不空，第 2 行（索引 3）是“a”。",
        ),
        (
            lambda: due(people=PEOPLE.assign(birthday="三月")),
            TypeError,
            "列“birthday”应是日期时间。请先用 pd.to_datetime() 转换这一列。",
        ),
        (
            lambda: due(quiet_days=7),
            ValueError,
            "给了 quiet_days 就要给 last_contact，否则不知道谁最近联系过。",
        ),
        (
            lambda: due("2026-02-01", last_contact="contacted"),
            ValueError,
            "列“contacted”的第 2 行（索引 3）是 2026-02-20，在今天（2026-02-01）之后。请先核对。",
        ),
        (lambda: due("明天"), TypeError, "参数 as_of 应是一个日期，例如 \"2026-06-30\"，你给的是 '明天'。"),
        (
            lambda: promise_keeping(ORDERS.assign(promise="合计")),
            ValueError,
            "承诺不能叫“合计”，结果的最后一行就是合计。请先改名。",
        ),
        (
            lambda: promise_keeping(ORDERS.assign(kept=None)),
            ValueError,
            "没有一行同时有“promise”和“kept”。请检查数据是否为空。",
        ),
        (
            lambda: promise_keeping(ORDERS.assign(refund_yuan=-1)),
            ValueError,
            "列“refund_yuan”应不小于 0，第 1 行是 -1，共 7 处。请先核对这些行。",
        ),
    ],
)
def test_refusal(call, error, message):
    """Does the whole message help to go on?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
