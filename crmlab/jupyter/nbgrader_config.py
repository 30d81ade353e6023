"""nbgrader inside the workbench. `crmlab lab` copies this file into its own config folder at every start.

nbgrader runs it at server start and again at every request of the assignment list and of formgrader, so a student
number set on the landing page counts at once.
"""

import os

from crmlab import paths
from crmlab.learn import profile

c = get_config()  # type: ignore[name-defined]  # noqa: F821 - given by the application that runs this file
root = paths.project_root()

c.CourseDirectory.course_id = "crm"
c.Exchange.root = os.environ.get("CRMLAB_EXCHANGE") or str(paths.state_dir() / "exchange")
c.Exchange.assignment_dir = str(root / "labs")

teacher = (root / "autograder" / "nbgrader_config.py").is_file()
if teacher:
    c.CourseDirectory.root = str(root / "autograder")

# On a teacher's machine only an explicit number counts: with one set, formgrader would collect this student alone.
if not teacher or os.environ.get("CRMLAB_STUDENT_ID"):
    student = profile.student_id_or_none()
    if student:
        c.CourseDirectory.student_id = student
