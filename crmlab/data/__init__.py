"""Loading of case, chapter and real data, and simulated tables of any size. File reading lives here only."""

from crmlab.data.folders import DataFolder, load_case, load_chapter, read_csv
from crmlab.data.real import list_real, load_real
from crmlab.data.simulate import (
    simulate_chunks,
    simulate_contacts,
    simulate_customers,
    simulate_orders,
    simulate_responses,
    simulate_reviews,
)

__all__ = [
    "DataFolder",
    "list_real",
    "load_case",
    "load_chapter",
    "load_real",
    "read_csv",
    "simulate_chunks",
    "simulate_contacts",
    "simulate_customers",
    "simulate_orders",
    "simulate_responses",
    "simulate_reviews",
]
