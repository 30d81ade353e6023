"""Simulated tables: same seed, same bytes; whatever the chunks; keys that meet; flaws only where asked for."""

import hashlib

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlab import data

MAKERS = {
    "customers": data.simulate_customers,
    "orders": data.simulate_orders,
    "contacts": data.simulate_contacts,
    "responses": data.simulate_responses,
    "reviews": data.simulate_reviews,
}
quick = settings(deadline=None, derandomize=True, database=None)
DIRT = {"missing": 0.05, "duplicates": 0.1, "impossible": 0.03}


def fingerprint(table):
    return hashlib.sha256(table.to_csv(index=False, lineterminator="\n").encode()).hexdigest()


@pytest.mark.parametrize("name", MAKERS)
def test_same_seed_gives_the_same_bytes_and_another_seed_others(name):
    """Is a table a function of its arguments alone?"""
    make = MAKERS[name]
    assert fingerprint(make(300, seed=1, **DIRT)) == fingerprint(make(300, seed=1, **DIRT))
    assert fingerprint(make(300, seed=1)) != fingerprint(make(300, seed=2))


# The bytes of a seed are a promise: a case that was written with it shows the same numbers next year.
BYTES = {
    "customers": "46d34370c4fa75e2",
    "orders": "feaedc9252cd39f0",
    "contacts": "38442c4643a6cdf0",
    "responses": "759a2d47a2039305",
    "reviews": "a7c096e44be803e5",
}


@pytest.mark.parametrize("name", MAKERS)
def test_bytes_of_a_seed_stay(name):
    """Does the table of seed 6 look as it did when it was first written?"""
    assert fingerprint(MAKERS[name](200, seed=6, **DIRT))[:16] == BYTES[name]


@pytest.mark.parametrize("name", MAKERS)
@settings(quick, max_examples=8)
@given(
    customers=st.sampled_from([0, 1, 2, 50, 4095, 4096, 4097, 5000]),
    seed=st.integers(0, 2**40),
    rows=st.sampled_from([1000, 4096, 9999, 100_000]),
    dirty=st.booleans(),
)
def test_chunks_make_the_whole_table(name, customers, seed, rows, dirty):
    """Whatever the chunk size: do the chunks, put together, equal the table in one piece, index and types included?"""
    options = DIRT if dirty else {}
    whole = MAKERS[name](customers, seed=seed, **options)
    chunks = list(data.simulate_chunks(name, customers, seed=seed, rows=rows, **options))
    assert [len(chunk) for chunk in chunks[:-1]] == [rows] * (len(chunks) - 1)
    pd.testing.assert_frame_equal(pd.concat(chunks), whole)


@pytest.mark.parametrize("name", MAKERS)
def test_chunks_of_one_row(name):
    """Is the smallest chunk size served?"""
    whole = MAKERS[name](20, seed=4)
    chunks = list(data.simulate_chunks(name, 20, seed=4, rows=1))
    assert {len(chunk) for chunk in chunks} == {1}
    pd.testing.assert_frame_equal(pd.concat(chunks), whole)


@pytest.mark.parametrize("name", MAKERS)
def test_nobody_and_one_customer(name):
    """Does a company without customers give an empty table of the same columns and types, and one customer at most his rows?"""
    full, empty, one = (MAKERS[name](n, seed=3) for n in (500, 0, 1))
    assert len(empty) == 0
    assert (empty.dtypes == full.dtypes).all()
    assert list(empty.columns) == list(full.columns)
    assert one["customer_id"].nunique() <= 1
    assert [len(chunk) for chunk in data.simulate_chunks(name, 0, seed=3)] == [0]


@pytest.mark.parametrize("name", MAKERS)
def test_a_larger_company_keeps_its_old_customers(name):
    """Are the rows of the first 4,100 customers the same when there are 6,000?"""
    small, large = (MAKERS[name](n, seed=8) for n in (4100, 6000))
    known = set(data.simulate_customers(4100, seed=8)["customer_id"])
    kept = large[large["customer_id"].isin(known)].reset_index(drop=True)
    pd.testing.assert_frame_equal(kept, small)


@settings(quick, max_examples=10)
@given(customers=st.integers(1, 300), seed=st.integers(0, 10**6), season=st.sampled_from([0.0, 0.7, 2.0]))
def test_keys_meet(customers, seed, season):
    """Is every order somebody's, every contact and review about an order of that customer, and later than it?"""
    people = data.simulate_customers(customers, seed=seed, duplicates=0.2)
    orders = data.simulate_orders(customers, seed=seed, season=season)
    assert people["customer_id"].is_unique
    assert people["person_id"].nunique() == customers
    assert orders["order_id"].is_unique
    assert orders["customer_id"].nunique() == customers
    first = orders.groupby("customer_id")["date"].min()
    joined = people.set_index("customer_id").loc[first.index, "signup_date"]
    assert (first == joined).all()
    for name, when in (("contacts", "started_at"), ("reviews", "date")):
        table = MAKERS[name](customers, seed=seed, season=season)
        both = table.merge(orders, on=["order_id", "customer_id"], suffixes=("", "_of_order"))
        assert len(both) == len(table)
        bought = both["date_of_order"] if name == "reviews" else both["date"]
        assert (both[when] > bought).all()
    answers = data.simulate_responses(customers, seed=seed)
    asked = answers.merge(people, on="customer_id", suffixes=("", "_of_customer"))
    assert len(asked) == len(answers)
    assert (asked["member_tier"] == asked["member_tier_of_customer"]).all()
    assert (asked["answered_at"] >= asked["signup_date"]).all()


GAPS = {
    "customers": ["mobile", "birth_date", "gender", "address"],
    "orders": ["category", "channel"],
    "contacts": ["reason", "agent"],
    "responses": ["csat", "nps", "ces", "q1", "q2", "q3", "q4", "q5"],
    "reviews": ["text"],
}


@pytest.mark.parametrize("name", MAKERS)
def test_missing_cells_are_where_they_are_said_to_be(name):
    """Are the asked share of cells empty, in the named columns only, and all others as in the clean table?"""
    clean, gappy = MAKERS[name](4000, seed=5), MAKERS[name](4000, seed=5, missing=0.1)
    for column in clean:
        if column in GAPS[name]:
            new = gappy[column].isna() & clean[column].notna()
            assert 0.07 < new.sum() / clean[column].notna().sum() < 0.13
            pd.testing.assert_series_equal(
                gappy.loc[~new, column], clean.loc[~new, column], check_dtype=name != "responses"
            )
        else:
            pd.testing.assert_series_equal(gappy[column], clean[column])


@pytest.mark.parametrize("name", ["orders", "contacts", "responses", "reviews"])
def test_repeated_rows_are_word_for_word(name):
    """Is the table without its repeated rows the clean one?"""
    clean, dirty = MAKERS[name](4000, seed=5), MAKERS[name](4000, seed=5, duplicates=0.1)
    assert 0.08 < len(dirty) / len(clean) - 1 < 0.12
    pd.testing.assert_frame_equal(dirty.drop_duplicates(ignore_index=True), clean)


IMPOSSIBLE = {
    "customers": lambda t: (t["birth_date"] > "2026") | (t["mobile"].str.len() != 11),
    "orders": lambda t: (t["amount"] < 0) | (t["date"] > "2026-01-01"),
    "contacts": lambda t: t["wait_s"] < 0,
    "responses": lambda t: (t["nps"] > 10) | (t["csat"] < 1),
    "reviews": lambda t: (t["rating"] > 5) | (t["rating"] < 1),
}


@pytest.mark.parametrize("name", MAKERS)
def test_impossible_values_come_only_when_asked_for(name):
    """Is the asked share of rows impossible, and none by default?"""
    assert not IMPOSSIBLE[name](MAKERS[name](4000, seed=5)).any()
    share = IMPOSSIBLE[name](MAKERS[name](4000, seed=5, impossible=0.1)).mean()
    assert 0.07 < share < 0.13


def test_repeated_registrations_are_the_asked_share():
    """Are a fifth of the records repeats, with numbers of their own, and the first registrations unchanged?"""
    clean, table = data.simulate_customers(4000, seed=5), data.simulate_customers(4000, seed=5, duplicates=0.2)
    assert 0.18 < 1 - len(clean) / len(table) < 0.22
    first = table[table["customer_id"].isin(clean["customer_id"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(first, clean)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: data.simulate_orders(-1, seed=1),
            ValueError,
            "参数 customers 是客户数，应是不小于 0 的整数，你给的是 -1。",
        ),
        (
            lambda: data.simulate_orders(2.5, seed=1),
            ValueError,
            "参数 customers 是客户数，应是不小于 0 的整数，你给的是 2.5。",
        ),
        (
            lambda: data.simulate_customers(30_000_000, seed=1),
            ValueError,
            "参数 customers 是客户数，最多 20,000,000，你给的是 30,000,000。",
        ),
        (
            lambda: data.simulate_customers("100", seed=1),
            TypeError,
            "参数 customers 应是一个数，你给的是 str（'100'）。",
        ),
        (
            lambda: data.simulate_reviews(10, seed=-3),
            ValueError,
            "参数 seed 是种子，应是不小于 0 的整数，你给的是 -3。",
        ),
        (
            lambda: data.simulate_responses(10, seed=1, missing=2),
            ValueError,
            "参数 missing 应在 0–0.5 之间，你给的是 2。它是有毛病的行占多少，0.02 就是 2%。",
        ),
        (
            lambda: data.simulate_contacts(10, seed=1, season=5),
            ValueError,
            "参数 season 应在 0–2 之间，你给的是 5。0 是没有季节，1 是一般的起伏。",
        ),
        (
            lambda: data.simulate_chunks("order", 10, seed=1),
            ValueError,
            "参数 table 不能是“order”。你是不是想写“orders”？可用的值：customers、orders、contacts、responses、reviews。",
        ),
        (
            lambda: data.simulate_chunks("orders", 10, seed=1, rows=0),
            ValueError,
            "参数 rows 是每块的行数，应是不小于 1 的整数，你给的是 0。",
        ),
        (
            lambda: data.simulate_chunks("orders", 10, seed=1, mising=0.1),
            TypeError,
            "表 orders 没有参数 mising。你是不是想写“missing”？可用的参数：season、missing、duplicates、impossible。",
        ),
        (
            lambda: data.simulate_chunks("customers", 10, seed=1, duplicates=0.9),
            ValueError,
            "参数 duplicates 应在 0–0.5 之间，你给的是 0.9。它是有毛病的行占多少，0.02 就是 2%。",
        ),
    ],
)
def test_wrong_arguments(call, error, message):
    """Is the call refused at once, before the first row, with the whole sentence?"""
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message
