"""Widgets of chapter 5, customer information: each a thin view over a function of ``crmlab.information``."""

from crmlab.widgets.information.baskets import association_rules
from crmlab.widgets.information.duplicates import duplicate_threshold
from crmlab.widgets.information.privacy import mask_preview
from crmlab.widgets.information.quality import quality_dashboard
from crmlab.widgets.information.tags import profile_tags
from crmlab.widgets.information.value import information_value

__all__ = [
    "association_rules",
    "duplicate_threshold",
    "information_value",
    "mask_preview",
    "profile_tags",
    "quality_dashboard",
]
