"""nbgrader's own ``autograde`` - the command and formgrader's button - carried out by the engine.

nbgrader offers no setting for this: both places look the converter up by name when they need it, so :func:`install`
puts ours there. Everything else of nbgrader stays as it is. The engine itself is imported when a submission is graded:
this module is read by every nbgrader command of the course.
"""

import logging
import shutil
import sys
from fnmatch import fnmatchcase
from typing import Any

from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException

NO_WALLS = (
    "这台机器上没有隔离学生代码的办法（要 Linux 和 bubblewrap），这一次用 nbgrader 自己的方式批改："
    "学生的代码以你的权限运行，看得到隐藏测试，也改得了成绩册。"
)


def wanted(config: Any) -> bool:
    """Return whether a course's configuration asks for the engine (``c.CrmGrade.replace_autograde``).

    ``--no-execute`` runs nothing: nbgrader's own way it is.
    """
    asked = str(config.CrmGrade.get("replace_autograde", EngineAutograde.everywhere)).lower() in {"true", "1"}
    return asked and str(config.Execute.get("enabled", True)).lower() in {"true", "1"}


def possible(config: Any) -> bool:
    """Return whether the engine can run here: Linux, with bubblewrap unless the course does without walls."""
    if sys.platform != "linux":
        return False
    return shutil.which("bwrap") is not None or str(config.CrmGrade.get("sandbox", True)).lower() in {"false", "0"}


class EngineAutograde(Autograde):  # type: ignore[misc]
    """Grades the submissions that nbgrader's converter would convert."""

    everywhere = False  # what holds for a course whose configuration does not say

    def start(self) -> None:
        """Grade the chosen lab; log what happened; raise NbGraderException when a submission got no result."""
        if not wanted(self.config):
            super().start()
        elif not possible(self.config):
            self.log.warning(NO_WALLS)
            super().start()
        else:
            self._grade()

    def _grade(self) -> None:
        from autograder.engine import batch
        from autograder.engine.course import Course
        from autograder.engine.gradebook import WriteError
        from autograder.engine.lab import LabError
        from autograder.engine.ledger import LedgerError
        from autograder.engine.sandbox import WallsMissing

        course = Course(self, self)
        lab = self.coursedir.assignment_id
        logger = logging.getLogger("crmgrade")
        logger.addHandler(handler := _Forward(self.log))
        try:
            students = self._students(course, lab)
            summary = batch.run(course, lab, students=students, force=self.force, told=self._told)
        except (LabError, LedgerError, WallsMissing, WriteError, ImportError) as error:
            self.log.error(str(error))
            raise NbGraderException(str(error)) from error
        finally:
            logger.removeHandler(handler)
        for pair in summary.pairs:
            self.log.warning(pair.sentence)
        if summary.skipped:
            self.log.info("%d 份已经批过，没有再批（要重批加 --force）。", summary.skipped)
        if summary.failed:
            raise NbGraderException(f"{summary.failed} 份没有批成，见上面的说明。")

    def _students(self, course: Any, lab: str) -> list[str]:
        pattern, left_out = self.coursedir.student_id, self.coursedir.student_id_exclude.split(",")
        found = [s.student for s in course.submissions(lab) if fnmatchcase(s.student, pattern)]
        if not found:
            said = f"没有找到“{lab}”的提交（学号 {pattern}）。请先收作业。（No notebooks were matched）"
            self.log.error(said)
            raise NbGraderException(said)
        return [student for student in found if student not in left_out]

    def _told(self, _summary: Any, result: Any) -> None:
        if result is None:
            return
        write = self.log.info if result.outcome.code == "graded" else self.log.warning
        write("%s：%g / %g 分。%s", result.student, result.score, result.max_score, result.outcome.message)


class _Forward(logging.Handler):
    """Hands the engine's log on to nbgrader's."""

    def __init__(self, target: Any) -> None:
        super().__init__()
        self.target = target

    def emit(self, record: logging.LogRecord) -> None:
        self.target.log(record.levelno, record.getMessage(), exc_info=record.exc_info)


def install(config: Any = None) -> None:
    """Let nbgrader's command and formgrader's button use the engine.

    Parameters
    ----------
    config : Config, optional
        The configuration that is being read (``c`` in nbgrader_config.py): the engine then grades this course, unless
        ``c.CrmGrade.replace_autograde`` says False. Without it the engine grades every course of this process.
    """
    import nbgrader.apps.api
    import nbgrader.apps.autogradeapp

    if config is None:
        EngineAutograde.everywhere = True
    else:
        config.CrmGrade.setdefault("replace_autograde", True)
    nbgrader.apps.api.Autograde = EngineAutograde
    nbgrader.apps.autogradeapp.Autograde = EngineAutograde
