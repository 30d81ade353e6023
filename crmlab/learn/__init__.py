"""练习、自测、对话、提示、术语、进度和学号。

常用的几个：``learn.check("6.2.2", 答案)``、``learn.hint("6.2.2")``、``learn.solution("6.2.2")``、``learn.quiz("6-2")``、
``learn.dialogue("4-reception")``、``learn.glossary("净推荐值")``（也可以写 ``crmlab.glossary("净推荐值")``）。
"""

from crmlab.learn import expect, profile, progress
from crmlab.learn._errors import NotYet, UnknownIdError
from crmlab.learn._terms import Term, TermTable
from crmlab.learn.check import check, hint, solution
from crmlab.learn.dialogue_panel import dialogue
from crmlab.learn.glossary import glossary
from crmlab.learn.quiz import quiz

__all__ = [
    "NotYet",
    "Term",
    "TermTable",
    "UnknownIdError",
    "check",
    "dialogue",
    "expect",
    "glossary",
    "hint",
    "profile",
    "progress",
    "quiz",
    "solution",
]
