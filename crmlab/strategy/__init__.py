"""第 9 章 客户服务策略：定制、分级、体验、创新。"""

from crmlab.strategy.attribution import ATTRIBUTION_METHODS, attribution
from crmlab.strategy.choice import ChoiceModel, choice_model, choice_share, stack_choices
from crmlab.strategy.costs import TierCost, tier_service_cost
from crmlab.strategy.customizing import (
    CUSTOMIZATION_CELLS,
    customization_curve,
    customization_grid,
    module_combinations,
)
from crmlab.strategy.delivery import DeliveryResult, order_to_delivery
from crmlab.strategy.journey import JourneyResult, journey
from crmlab.strategy.priority import priority_queue
from crmlab.strategy.segments import SegmentsResult, choose_k, kmeans_segments
from crmlab.strategy.tiers import GiniResult, abc_tiers, gini, lorenz, top_share

__all__ = [
    "ATTRIBUTION_METHODS",
    "CUSTOMIZATION_CELLS",
    "ChoiceModel",
    "DeliveryResult",
    "GiniResult",
    "JourneyResult",
    "SegmentsResult",
    "TierCost",
    "abc_tiers",
    "attribution",
    "choice_model",
    "choice_share",
    "choose_k",
    "customization_curve",
    "customization_grid",
    "gini",
    "journey",
    "kmeans_segments",
    "lorenz",
    "module_combinations",
    "order_to_delivery",
    "priority_queue",
    "stack_choices",
    "tier_service_cost",
    "top_share",
]
