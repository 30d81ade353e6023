"""nbgrader's own tests, from its wheel, in an interpreter of their own: stock, or with the engine in place."""

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
AUTOGRADE = "nbgrader.tests.apps.test_nbgrader_autograde"
VALIDATE = "nbgrader.tests.apps.test_nbgrader_validate"
API = "nbgrader.tests.apps.test_api"

# Tests that pass with stock and fail with the engine because it behaves otherwise on purpose: test -> why.
# autograder/README.md tells teachers the same.
DIFFERENT = {
    f"TestNbGraderAutograde::{test}": why
    for tests, why in (
        (
            "test_handle_failure test_handle_failure_single_notebook",
            "Cells of another lab in a submission are the student's own cells; stock refuses the submission.",
        ),
        (
            "test_missing_source_kernelspec test_incorrect_source_kernelspec",
            "Everything runs in the engine's own Python, whatever kernel a notebook names; stock fails on unknown ones.",
        ),
        (
            "test_grade_empty_timestamp",
            "A timestamp.txt that holds no time is left out, with a warning; stock stops at it.",
        ),
        (
            "test_missing_files test_grade_missing_notebook",
            "Who hands in no notebook has a result: 0 points, and a notebook for the feedback; stock leaves nothing.",
        ),
        (
            "test_side_effects",
            "What a student's code writes stays behind the walls and is gone afterwards; stock keeps it beside the marks.",
        ),
        (
            "test_filter_notebook test_update_newer_single_notebook test_force_single_notebook",
            "A submission is graded as a whole: --notebook leaves out nothing, and a notebook that was removed from "
            "autograded/ comes back.",
        ),
    )
    for test in tests.split()
}


def outcomes(
    engine: bool, modules: list[str], chosen: str = "", workers: int = 0, seconds: float = 7200
) -> dict[str, str]:
    """Run the tests and return passed, failed or skipped for each; ``chosen`` is pytest's -k."""
    with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
        report = Path(folder, "report.xml")
        Path(folder, "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--pyargs", *modules]
        command += ["--rootdir", folder, "-c", str(Path(folder, "pytest.ini")), f"--junitxml={report}"]
        command += ["-p", "tests.engine.in_place"] if engine else []
        command += ["-k", chosen] if chosen else []
        command += ["-n", str(workers)] if workers else []
        home = {name: str(Path(folder, name.lower())) for name in (
            "HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")}  # fmt: skip
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # `alembic` is started by name
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=seconds,
            env=os.environ | home | {"PATH": path, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        if not report.exists():
            raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
        found = {}
        for case in ElementTree.parse(report).iter("testcase"):  # our own file
            kinds = {child.tag for child in case}
            state = "failed" if kinds & {"failure", "error"} else "skipped" if "skipped" in kinds else "passed"
            found[f"{case.get('classname', '').rpartition('.')[2]}::{case.get('name')}"] = state
        return found
