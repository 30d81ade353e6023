"""练习、自测、对话、提示、进度和学号。

常用的几个：``learn.check("6.2.2", 答案)``、``learn.hint("6.2.2")``、``learn.solution("6.2.2")``、``learn.quiz("6-2")``、
``learn.dialogue("4-reception")``。
"""

from crmlab.learn import expect, profile, progress
from crmlab.learn._errors import NotYet, UnknownIdError
from crmlab.learn.check import check, hint, solution
from crmlab.learn.dialogue_panel import dialogue
from crmlab.learn.quiz import quiz

__all__ = ["NotYet", "UnknownIdError", "check", "dialogue", "expect", "hint", "profile", "progress", "quiz", "solution"]
