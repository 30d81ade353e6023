"""Widgets of chapter 4, customer communication: each a thin view over a function of ``crmlab.communication``."""

from crmlab.widgets.communication.budget import media_budget
from crmlab.widgets.communication.dialogue import dialogue_check
from crmlab.widgets.communication.experiments import ab_plan, peeking
from crmlab.widgets.communication.styles import style_quadrant
from crmlab.widgets.communication.timing import send_time

__all__ = [
    "ab_plan",
    "dialogue_check",
    "media_budget",
    "peeking",
    "send_time",
    "style_quadrant",
]
