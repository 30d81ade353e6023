"""Widgets of chapter 3, customer development: each a thin view over a function of ``crmlab.development``."""

from crmlab.widgets.development.choosing import gains_cut, whale_cut
from crmlab.widgets.development.leaving import churn_threshold, survival_groups
from crmlab.widgets.development.winback import winback_budget

__all__ = ["churn_threshold", "gains_cut", "survival_groups", "whale_cut", "winback_budget"]
