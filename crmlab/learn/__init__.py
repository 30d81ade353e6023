"""练习、自测、提示、进度和学号。

常用的几个：``learn.check("6.2.2", 答案)``、``learn.hint("6.2.2")``、``learn.solution("6.2.2")``、``learn.quiz("6-2")``。
"""

from crmlab.learn import expect, profile, progress
from crmlab.learn._errors import NotYet, UnknownIdError
from crmlab.learn.check import check, hint, solution
from crmlab.learn.quiz import quiz

__all__ = ["NotYet", "UnknownIdError", "check", "expect", "hint", "profile", "progress", "quiz", "solution"]
