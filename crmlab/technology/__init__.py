"""第 2 章 技术与工具：呼叫中心的排队、配员、预测和排班，考核与选型，机器人分流，标签。"""

from crmlab._queueing import (
    ErlangAResult,
    LossResult,
    MmcResult,
    average_speed_of_answer,
    erlang_a,
    erlang_b,
    erlang_c,
    mmc,
    mmck,
    service_level,
    traffic_erlangs,
)
from crmlab.technology.chatbot import ChatbotThreshold, chatbot_threshold
from crmlab.technology.comparison import Change, before_after, recognition_quality
from crmlab.technology.events import FourVs, four_vs
from crmlab.technology.forecast import CallBacktest, backtest_calls, forecast_calls
from crmlab.technology.kpis import SERVICE_LEVELS, CallCentreKpis, call_centre_kpis, call_centre_kpis_from_counts
from crmlab.technology.planning import InvestmentValue, busy_hours, investment_value, skill_coverage
from crmlab.technology.project import CriticalPath, critical_path
from crmlab.technology.roles import CRM_TYPES, RACI_LETTERS, CrmTypeScores, RaciReport, crm_type_scores, raci_check
from crmlab.technology.scorecards import CrmScorecard, agent_scorecard, crm_scorecard
from crmlab.technology.shifts import StaffDay, staff_day
from crmlab.technology.simulation import SERVICE_SHAPES, SimulatedWait, simulate_queue, simulated_wait
from crmlab.technology.sizing import SquareRootStaffing, required_lines, square_root_staffing
from crmlab.technology.staffing import Staffing, required_agents
from crmlab.technology.staffing_tables import required_agents_table, staffing_table
from crmlab.technology.tags import TAG_OPERATORS, tag_lift, tag_rules
from crmlab.technology.visits import Visits, site_visits

__all__ = [
    "CRM_TYPES",
    "RACI_LETTERS",
    "SERVICE_LEVELS",
    "SERVICE_SHAPES",
    "TAG_OPERATORS",
    "CallBacktest",
    "CallCentreKpis",
    "Change",
    "ChatbotThreshold",
    "CriticalPath",
    "CrmScorecard",
    "CrmTypeScores",
    "ErlangAResult",
    "FourVs",
    "InvestmentValue",
    "LossResult",
    "MmcResult",
    "RaciReport",
    "SimulatedWait",
    "SquareRootStaffing",
    "StaffDay",
    "Staffing",
    "Visits",
    "agent_scorecard",
    "average_speed_of_answer",
    "backtest_calls",
    "before_after",
    "busy_hours",
    "call_centre_kpis",
    "call_centre_kpis_from_counts",
    "chatbot_threshold",
    "critical_path",
    "crm_scorecard",
    "crm_type_scores",
    "erlang_a",
    "erlang_b",
    "erlang_c",
    "forecast_calls",
    "four_vs",
    "investment_value",
    "mmc",
    "mmck",
    "raci_check",
    "recognition_quality",
    "required_agents",
    "required_agents_table",
    "required_lines",
    "service_level",
    "simulate_queue",
    "simulated_wait",
    "site_visits",
    "skill_coverage",
    "square_root_staffing",
    "staff_day",
    "staffing_table",
    "tag_lift",
    "tag_rules",
    "traffic_erlangs",
]
