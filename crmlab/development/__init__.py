"""第 3 章 客户开发：识别客户、选择客户、看出流失、挽回流失客户。"""

from crmlab.development.acquisition import acquisition_kpis
from crmlab.development.buying import BUYING_TYPES, BuyingBehaviour, buying_behaviour
from crmlab.development.churn import ChurnLabels, churn_backtest, churn_label, churn_pareto
from crmlab.development.churn_types import ChurnTypes, churn_types
from crmlab.development.commissions import Commission, commission
from crmlab.development.leads import SELECTION_CELLS, WhaleCurve, lead_score, lookalike, selection_matrix, whale_curve
from crmlab.development.market import (
    ElasticityResult,
    PreferenceTable,
    elasticity,
    market_concentration,
    preference_table,
    seasonal_index,
)
from crmlab.development.matching import StableMatching, stable_matching
from crmlab.development.model import ChurnModel, churn_model
from crmlab.development.pipeline import PipelineForecast, pipeline_forecast
from crmlab.development.ranking import AucResult, LiftResult, auc, gains_table, lift
from crmlab.development.referrals import ReferralValue, referral_value
from crmlab.development.survival import SurvivalComparison, SurvivalCurve, compare_survival, survival_curve
from crmlab.development.uplift import uplift_table
from crmlab.development.winback import TRIAGE, winback_triage, winback_value

__all__ = [
    "BUYING_TYPES",
    "SELECTION_CELLS",
    "TRIAGE",
    "AucResult",
    "BuyingBehaviour",
    "ChurnLabels",
    "ChurnModel",
    "ChurnTypes",
    "Commission",
    "ElasticityResult",
    "LiftResult",
    "PipelineForecast",
    "PreferenceTable",
    "ReferralValue",
    "StableMatching",
    "SurvivalComparison",
    "SurvivalCurve",
    "WhaleCurve",
    "acquisition_kpis",
    "auc",
    "buying_behaviour",
    "churn_backtest",
    "churn_label",
    "churn_model",
    "churn_pareto",
    "churn_types",
    "commission",
    "compare_survival",
    "elasticity",
    "gains_table",
    "lead_score",
    "lift",
    "lookalike",
    "market_concentration",
    "pipeline_forecast",
    "preference_table",
    "referral_value",
    "seasonal_index",
    "selection_matrix",
    "stable_matching",
    "survival_curve",
    "uplift_table",
    "whale_curve",
    "winback_triage",
    "winback_value",
]
