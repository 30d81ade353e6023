"""Widgets of chapter 2, technology and tools: each a thin view over a function of ``crmlab.technology``."""

from crmlab.widgets.technology.centre import staff_profile, staffing, trunk_lines
from crmlab.widgets.technology.chatbot import chatbot_threshold
from crmlab.widgets.technology.choosing import crm_choice, payback
from crmlab.widgets.technology.tags import tag_rule

__all__ = [
    "chatbot_threshold",
    "crm_choice",
    "payback",
    "staff_profile",
    "staffing",
    "tag_rule",
    "trunk_lines",
]
