"""nbgrader's configuration of this course; read by the command line and by formgrader."""

import os
import sys
from pathlib import Path

from autograder.engine import drop_in
from crmlab import paths

c = get_config()  # type: ignore[name-defined]  # noqa: F821
# Not resolved: formgrader compares this path with the server's, which may run through a symbolic link.
here = os.path.dirname(os.path.abspath(__file__))

c.CourseDirectory.course_id = "crm"
c.CourseDirectory.root = here
# The students' room stands beside the teacher's.
c.CourseDirectory.release_directory = os.path.join("..", "labs")
# Here every command means the whole class, whatever number the person at the keyboard has set for himself.
c.CourseDirectory.student_id = "*"
# Whatever lies beside a source notebook is copied into the release unless it is named here: a helper script or a
# note may hold solutions. (Not *.txt: nbgrader's own time stamps are text files.)
c.CourseDirectory.ignore = [
    ".ipynb_checkpoints",
    "__pycache__",
    "feedback",
    "*.py",
    "*.pyc",
    "*.md",
    "*.xlsx",
    "*.docx",
    "crmgrade.json",  # the engine's note on a submission: for the teacher, not for the feedback folder
]

# A submission is filed under the student number, which is never the name of the account that owns the file.
c.ExchangeCollect.check_owner = False
# The workbench's exchange, also for commands typed in a plain terminal; everybody must be able to write there.
exchange = Path(os.environ.get("CRMLAB_EXCHANGE") or paths.state_dir() / "exchange")
if sys.platform != "win32" and not exchange.exists():
    exchange.mkdir(parents=True)
    exchange.chmod(0o777)
c.Exchange.root = str(exchange)

# A released answer cell keeps its `name = ...`; nothing in it raises.
c.ClearSolutions.code_stub = {"python": "# 把上面的 ... 换成你的代码"}
c.ClearSolutions.text_stub = "把这一行换成你的回答。"
# The rubric stands in a locked text cell: gone in the release, back again when the teacher marks.
c.ClearMarkScheme.enforce_metadata = False

c.Execute.timeout = 60
c.Execute.error_on_timeout = {
    "ename": "CellTimeoutError",
    "evalue": "",
    "traceback": ["这个单元格运行超过 60 秒，已经停止。检查有没有停不下来的循环。"],
}
c.Execute.shutdown_kernel = "immediate"
# Stock scores a cell 0 as soon as anything stands on stderr: a warning is not a wrong answer.
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = r"[\s\S]"

c.Autograde.pre_convert_hook = "autograder.hooks.complete_submission"
c.Autograde.sanitize_preprocessors = [
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "autograder.preprocessors.RestoreCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "autograder.preprocessors.ExecuteAsStudent",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.GenerateFeedback.exporter_class = "autograder.feedback.ChineseFeedback"

# `python -m autograder.unzip` writes <student number>_<time>_<lab>.ipynb for `nbgrader zip_collect`.
c.FileNameCollectorPlugin.named_regexp = (
    r".*[/\\](?P<student_id>[A-Za-z0-9_-]+)_(?P<timestamp>\d{8}T\d{6})_(?P<file_id>lab\d\d_[a-z_]+)\.ipynb$"
)

# The course's own grading engine: crmgrade, `nbgrader autograde` and formgrader's "autograde" button. The settings
# above for c.Autograde count where it cannot run (no Linux, no bubblewrap) or c.CrmGrade.replace_autograde is False.
drop_in.install(c)
c.CrmGrade.preload = [
    "numpy", "pandas", "matplotlib.pyplot", "scipy.special", "zhplot", "crmlab.data", "crmlab.lab", "crmlab.learn",
    "crmlab.plots", "crmlab.satisfaction",
]  # fmt: skip
# What is slow the first time: the course's font in a figure, and drawing a lab's data. Students' interpreters come after
# it, so nothing secret: the checks' second set of data is anybody's to load.
c.CrmGrade.warm_up = """
import pandas as pd
from crmlab import lab, plots
plots.setup()
drawn = plots.bars(pd.Series([1.5, 2.0], index=["一", "二"]), "标题 0123456789", xlabel="份额（%）", ylabel="月份")
plots.show(drawn, "只是为了先找到字体，没有人看这张图。")
if lab_name in lab.names():
    lab.load(lab_name, "9000001", quiet=True)
"""
# The package that runs, and the data that stand beside it.
c.CrmGrade.read_only = [
    os.path.dirname(paths.__file__),
    *[str(paths.project_root() / n) for n in ("cases", "chapters")],
]
c.CrmGrade.student_variables = ["CRMLAB_STUDENT_ID"]
c.CrmGrade.reference_student = "20260000"
