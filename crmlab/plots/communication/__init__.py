"""Figures of chapter 4, customer communication: tests and their plans, budgets, sending times, styles, frequency."""

from crmlab.plots.communication.abtests import peeking, power_curve
from crmlab.plots.communication.contacts import contact_dose, send_slots, style_map
from crmlab.plots.communication.media import media_split, response_fit

__all__ = ["contact_dose", "media_split", "peeking", "power_curve", "response_fit", "send_slots", "style_map"]
