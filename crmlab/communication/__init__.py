"""第 4 章 客户沟通：渠道、话术质检、风格、漏斗、A/B 测试、发送时间和媒体预算。"""

from crmlab.communication.abtest import AbPlan, AbTest, ab_peeking, ab_plan, ab_test
from crmlab.communication.agreement import KappaResult, cohen_kappa
from crmlab.communication.bargaining import BargainingZone, bargaining_zone
from crmlab.communication.calls import CallStructure, call_structure
from crmlab.communication.channels import ad_kpis, channel_kpis, promise_kpis
from crmlab.communication.dialogue import DialogueReport, dialogue_score
from crmlab.communication.funnels import funnel, funnel_counts
from crmlab.communication.media import MediaPlan, ResponseCurve, media_plan, response_curve
from crmlab.communication.planning import PLAN_STEPS, PlanCheck, plan_check, plan_rules
from crmlab.communication.questions import QuestionTypes, question_types
from crmlab.communication.rulebook import RULE_KINDS, dialogue_rules, reply_rules
from crmlab.communication.styles import STYLE_AXES, STYLES, style_quadrant
from crmlab.communication.timing import ContactDose, SendTime, contact_dose, send_time
from crmlab.communication.wording import chat_flaws, email_flaws

__all__ = [
    "PLAN_STEPS",
    "RULE_KINDS",
    "STYLES",
    "STYLE_AXES",
    "AbPlan",
    "AbTest",
    "BargainingZone",
    "CallStructure",
    "ContactDose",
    "DialogueReport",
    "KappaResult",
    "MediaPlan",
    "PlanCheck",
    "QuestionTypes",
    "ResponseCurve",
    "SendTime",
    "ab_peeking",
    "ab_plan",
    "ab_test",
    "ad_kpis",
    "bargaining_zone",
    "call_structure",
    "channel_kpis",
    "chat_flaws",
    "cohen_kappa",
    "contact_dose",
    "dialogue_rules",
    "dialogue_score",
    "email_flaws",
    "funnel",
    "funnel_counts",
    "media_plan",
    "plan_check",
    "plan_rules",
    "promise_kpis",
    "question_types",
    "reply_rules",
    "response_curve",
    "send_time",
    "style_quadrant",
]
