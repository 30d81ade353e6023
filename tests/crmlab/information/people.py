"""Customers with duplicates whose truth is known: the simulated company, cut to so many records."""

from crmlab import data


def make_customers(n, rng, duplicates=0.2):
    """Return n customer records and, by customer_id, the person behind each; about a share of the records are repeats."""
    table = data.simulate_customers(n, seed=int(rng.integers(2**31)), duplicates=duplicates)
    table = table.iloc[rng.permutation(len(table))[:n]].reset_index(drop=True)
    entity = table.set_index("customer_id")["person_id"].rename("entity")
    return table[["customer_id", "name", "mobile", "birth_date", "gender", "address", "updated_at"]], entity
