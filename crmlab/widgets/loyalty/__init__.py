"""Widgets of chapter 7, customer loyalty: each a thin view over a function of ``crmlab.loyalty``."""

from crmlab.widgets.loyalty.cohorts import cohort_triangle
from crmlab.widgets.loyalty.customers import rfm_grid
from crmlab.widgets.loyalty.lifetime import clv_levers
from crmlab.widgets.loyalty.membership import k_factor, membership_thresholds
from crmlab.widgets.loyalty.switching import brand_switching

__all__ = [
    "brand_switching",
    "clv_levers",
    "cohort_triangle",
    "k_factor",
    "membership_thresholds",
    "rfm_grid",
]
