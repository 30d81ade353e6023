"""第 8 章 客户投诉管理：控制图、原因、时限、分类、补救、冰山、危机和处理方案。"""

from crmlab.complaints.aftermath import DoublingTime, doubling_time, recovery_days
from crmlab.complaints.causes import (
    RISK_LEVELS,
    Conformance,
    cause_pareto,
    escalation_table,
    risk_matrix,
    step_conformance,
)
from crmlab.complaints.classify import ComplaintClassifier, classify_complaints
from crmlab.complaints.control import ControlChart, c_chart, p_chart, u_chart, xmr_chart
from crmlab.complaints.crisis import CrisisSpread, crisis_spread, response_delay
from crmlab.complaints.decision import expected_loss
from crmlab.complaints.recovery import RecoveryEffect, compensation_levels, recovery_effect
from crmlab.complaints.rules import RULE_SETS, RUN_RULES, run_rules
from crmlab.complaints.sla import ResolutionTime, sla_report, time_to_resolution
from crmlab.complaints.unvoiced import ICEBERG_CLAIMS, Iceberg, iceberg

__all__ = [
    "ICEBERG_CLAIMS",
    "RISK_LEVELS",
    "RULE_SETS",
    "RUN_RULES",
    "ComplaintClassifier",
    "Conformance",
    "ControlChart",
    "CrisisSpread",
    "DoublingTime",
    "Iceberg",
    "RecoveryEffect",
    "ResolutionTime",
    "c_chart",
    "cause_pareto",
    "classify_complaints",
    "compensation_levels",
    "crisis_spread",
    "doubling_time",
    "escalation_table",
    "expected_loss",
    "iceberg",
    "p_chart",
    "recovery_days",
    "recovery_effect",
    "response_delay",
    "risk_matrix",
    "run_rules",
    "sla_report",
    "step_conformance",
    "time_to_resolution",
    "u_chart",
    "xmr_chart",
]
