"""Widgets of chapter 8, complaints: each a thin view over a function of ``crmlab.complaints``."""

from crmlab.widgets.complaints.control import control_chart
from crmlab.widgets.complaints.crisis import crisis_response, iceberg, risk_matrix
from crmlab.widgets.complaints.decision import expected_loss
from crmlab.widgets.complaints.handling import compensation, sla_threshold
from crmlab.widgets.complaints.reply import reply_check

__all__ = [
    "compensation",
    "control_chart",
    "crisis_response",
    "expected_loss",
    "iceberg",
    "reply_check",
    "risk_matrix",
    "sla_threshold",
]
