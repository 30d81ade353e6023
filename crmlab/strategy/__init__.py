"""第 9 章 客户服务策略：定制、分级、体验、创新。"""

from crmlab.strategy.agreement import TierAgreement, tier_agreement
from crmlab.strategy.approaches import CUSTOMIZATION_TYPES, CustomizationTypes, customization_types
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
from crmlab.strategy.diffusion import BassFit, bass_curve, bass_fit
from crmlab.strategy.journey import JourneyResult, journey
from crmlab.strategy.location import huff_shares
from crmlab.strategy.priority import priority_queue
from crmlab.strategy.process import ProcessTimes, process_times
from crmlab.strategy.segments import SegmentsResult, choose_k, kmeans_segments
from crmlab.strategy.selfservice import SelfServiceShare, self_service_share
from crmlab.strategy.tiers import GiniResult, abc_tiers, gini, lorenz, top_share

__all__ = [
    "ATTRIBUTION_METHODS",
    "CUSTOMIZATION_CELLS",
    "CUSTOMIZATION_TYPES",
    "BassFit",
    "ChoiceModel",
    "CustomizationTypes",
    "DeliveryResult",
    "GiniResult",
    "JourneyResult",
    "ProcessTimes",
    "SegmentsResult",
    "SelfServiceShare",
    "TierAgreement",
    "TierCost",
    "abc_tiers",
    "attribution",
    "bass_curve",
    "bass_fit",
    "choice_model",
    "choice_share",
    "choose_k",
    "customization_curve",
    "customization_grid",
    "customization_types",
    "gini",
    "huff_shares",
    "journey",
    "kmeans_segments",
    "lorenz",
    "module_combinations",
    "order_to_delivery",
    "priority_queue",
    "process_times",
    "self_service_share",
    "stack_choices",
    "tier_agreement",
    "tier_service_cost",
    "top_share",
]
