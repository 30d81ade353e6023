"""第 1 章 客户服务与管理：服务构成、产能与流失、差异性、服务层次、服务利润链、等待。"""

from crmlab._queueing import LossResult
from crmlab.service.capacity import lost_customers, utilization
from crmlab.service.game import GameResult, nash_equilibria
from crmlab.service.mix import NATURES, SERVICE_WAYS, STAGES, service_mix, ways_score
from crmlab.service.profit_chain import ProfitChain, service_profit_chain
from crmlab.service.pyramid import SERVICE_LEVEL_NAMES, service_level_pyramid
from crmlab.service.variability import variability
from crmlab.service.waiting import (
    WAITING_PRINCIPLES,
    PerceivedWait,
    WaitingResult,
    perceived_wait,
    queue_cost,
    wait_gap,
    waiting,
)

__all__ = [
    "NATURES",
    "SERVICE_LEVEL_NAMES",
    "SERVICE_WAYS",
    "STAGES",
    "WAITING_PRINCIPLES",
    "GameResult",
    "LossResult",
    "PerceivedWait",
    "ProfitChain",
    "WaitingResult",
    "lost_customers",
    "nash_equilibria",
    "perceived_wait",
    "queue_cost",
    "service_level_pyramid",
    "service_mix",
    "service_profit_chain",
    "utilization",
    "variability",
    "wait_gap",
    "waiting",
    "ways_score",
]
