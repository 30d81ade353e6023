"""Figures of chapter 8, complaints: control charts, causes, waiting times, crises, risks, decisions."""

from crmlab.plots.complaints.cases import confusion, open_cases, pareto
from crmlab.plots.complaints.control import control_chart
from crmlab.plots.complaints.crisis import epidemic, iceberg, risk_grid
from crmlab.plots.complaints.trees import decision_tree

__all__ = [
    "confusion",
    "control_chart",
    "decision_tree",
    "epidemic",
    "iceberg",
    "open_cases",
    "pareto",
    "risk_grid",
]
