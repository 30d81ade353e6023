"""Widgets of chapter 9, service strategy: each a thin view over a function of ``crmlab.strategy``."""

from crmlab.widgets.strategy.experience import attribution_switch, journey_editor
from crmlab.widgets.strategy.offers import choice_share
from crmlab.widgets.strategy.tailoring import capacity_lead_time, customization
from crmlab.widgets.strategy.tiers import tier_cut, vip_priority

__all__ = [
    "attribution_switch",
    "capacity_lead_time",
    "choice_share",
    "customization",
    "journey_editor",
    "tier_cut",
    "vip_priority",
]
