"""第 3 章 客户开发：识别客户、选择客户、看出流失、挽回流失客户。"""

from crmlab.development.churn import ChurnLabels, churn_backtest, churn_label, churn_pareto
from crmlab.development.leads import SELECTION_CELLS, WhaleCurve, lead_score, lookalike, selection_matrix, whale_curve
from crmlab.development.model import ChurnModel, churn_model
from crmlab.development.ranking import AucResult, LiftResult, auc, gains_table, lift
from crmlab.development.survival import SurvivalComparison, SurvivalCurve, compare_survival, survival_curve
from crmlab.development.uplift import uplift_table
from crmlab.development.winback import TRIAGE, winback_triage, winback_value

__all__ = [
    "SELECTION_CELLS",
    "TRIAGE",
    "AucResult",
    "ChurnLabels",
    "ChurnModel",
    "LiftResult",
    "SurvivalComparison",
    "SurvivalCurve",
    "WhaleCurve",
    "auc",
    "churn_backtest",
    "churn_label",
    "churn_model",
    "churn_pareto",
    "compare_survival",
    "gains_table",
    "lead_score",
    "lift",
    "lookalike",
    "selection_matrix",
    "survival_curve",
    "uplift_table",
    "whale_curve",
    "winback_triage",
    "winback_value",
]
