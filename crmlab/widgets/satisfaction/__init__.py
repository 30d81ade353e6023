"""Widgets of chapter 6, customer satisfaction: each a thin view over a function of ``crmlab.satisfaction``."""

from crmlab.widgets.satisfaction.expectations import expectation, gap_states, perceived_value
from crmlab.widgets.satisfaction.groups import dimension_profile, group_means
from crmlab.widgets.satisfaction.improve import importance_performance, lever_budget, satisfaction_revenue
from crmlab.widgets.satisfaction.kano import kano_matrix
from crmlab.widgets.satisfaction.questionnaire import questionnaire_check
from crmlab.widgets.satisfaction.sampling import nps_threshold, sampling_error
from crmlab.widgets.satisfaction.weights import ahp, index_weights

__all__ = [
    "ahp",
    "dimension_profile",
    "expectation",
    "gap_states",
    "group_means",
    "importance_performance",
    "index_weights",
    "kano_matrix",
    "lever_budget",
    "nps_threshold",
    "perceived_value",
    "questionnaire_check",
    "sampling_error",
    "satisfaction_revenue",
]
