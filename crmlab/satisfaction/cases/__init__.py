"""Computations of the chapter-6 cases that take more than a few lines of pandas; one file a subject."""

from crmlab.satisfaction.cases.delivery import late_effect, promise_curve
from crmlab.satisfaction.cases.gifts import gift_net_gain, share_by_arm
from crmlab.satisfaction.cases.launches import launch_plan, sales_curve
from crmlab.satisfaction.cases.stores import nearest_store, radius_curve
from crmlab.satisfaction.cases.warranty import kaplan_meier, survival_at, warranty_plan

__all__ = [
    "gift_net_gain",
    "kaplan_meier",
    "late_effect",
    "launch_plan",
    "nearest_store",
    "promise_curve",
    "radius_curve",
    "sales_curve",
    "share_by_arm",
    "survival_at",
    "warranty_plan",
]
