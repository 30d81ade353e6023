"""Widgets of chapter 1, customer service: each a thin view over a function of ``crmlab.service``."""

from crmlab.widgets.service.chain import profit_chain
from crmlab.widgets.service.queue import queue_animation, queue_cost
from crmlab.widgets.service.store import perceived_wait, store_hour

__all__ = ["perceived_wait", "profit_chain", "queue_animation", "queue_cost", "store_hour"]
