"""Figures of chapter 9, service strategy: tiers, segments, tailoring, journeys, attribution."""

from crmlab.plots.strategy.experience import attribution_shares, emotion_curve
from crmlab.plots.strategy.tailoring import customization_cells, customization_profit, lead_times, module_growth
from crmlab.plots.strategy.tiers import k_choice, lorenz, priority_waits, segment_centres, tier_costs, tier_curve

__all__ = [
    "attribution_shares",
    "customization_cells",
    "customization_profit",
    "emotion_curve",
    "k_choice",
    "lead_times",
    "lorenz",
    "module_growth",
    "priority_waits",
    "segment_centres",
    "tier_costs",
    "tier_curve",
]
