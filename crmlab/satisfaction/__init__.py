"""第 6 章 客户满意度管理：指标、指数、差距、Kano 模型、优先级、信度、调查与改进。"""

from crmlab.satisfaction.factors import (
    BartlettResult,
    KmoResult,
    average_variance_extracted,
    bartlett_sphericity,
    composite_reliability,
    factor_loadings,
    kmo,
)
from crmlab.satisfaction.gaps import (
    GAP_STATES,
    PerceivedValue,
    expectation_gap,
    perceived_value,
    promise_outcome,
    servqual_gap,
    servqual_score,
)
from crmlab.satisfaction.groups import MEASURES, compare, mean_by
from crmlab.satisfaction.index import IndexResult, acsi_index, satisfaction_index
from crmlab.satisfaction.ipa import QUADRANTS, driver_importance, importance_performance
from crmlab.satisfaction.kano import (
    KANO_ANSWERS,
    KANO_CATEGORIES,
    KANO_TABLE,
    kano_better_worse,
    kano_category,
    kano_evaluate,
)
from crmlab.satisfaction.levers import (
    LeverChoice,
    SlopeResult,
    best_levers,
    kpi_attainment,
    outcome_per_point,
)
from crmlab.satisfaction.metrics import CesResult, CsatResult, NpsResult, ces, csat, nps, nps_from_counts
from crmlab.satisfaction.questionnaire import QUESTIONNAIRE_FLAWS, questionnaire_flaws
from crmlab.satisfaction.reliability import AlphaResult, cronbach_alpha
from crmlab.satisfaction.sampling import StratifiedResult, stratified_mean
from crmlab.satisfaction.survey import SampleSize, response_funnel, sample_size
from crmlab.satisfaction.validation import RULE_KINDS, ValidationReport, validate_responses
from crmlab.satisfaction.weights import AhpResult, ahp_weights, entropy_weights

__all__ = [
    "GAP_STATES",
    "KANO_ANSWERS",
    "KANO_CATEGORIES",
    "KANO_TABLE",
    "MEASURES",
    "QUADRANTS",
    "QUESTIONNAIRE_FLAWS",
    "RULE_KINDS",
    "AhpResult",
    "AlphaResult",
    "BartlettResult",
    "CesResult",
    "CsatResult",
    "IndexResult",
    "KmoResult",
    "LeverChoice",
    "NpsResult",
    "PerceivedValue",
    "SampleSize",
    "SlopeResult",
    "StratifiedResult",
    "ValidationReport",
    "acsi_index",
    "ahp_weights",
    "average_variance_extracted",
    "bartlett_sphericity",
    "best_levers",
    "ces",
    "compare",
    "composite_reliability",
    "cronbach_alpha",
    "csat",
    "driver_importance",
    "entropy_weights",
    "expectation_gap",
    "factor_loadings",
    "importance_performance",
    "kano_better_worse",
    "kano_category",
    "kano_evaluate",
    "kmo",
    "kpi_attainment",
    "mean_by",
    "nps",
    "nps_from_counts",
    "outcome_per_point",
    "perceived_value",
    "promise_outcome",
    "questionnaire_flaws",
    "response_funnel",
    "sample_size",
    "satisfaction_index",
    "servqual_gap",
    "servqual_score",
    "stratified_mean",
    "validate_responses",
]
