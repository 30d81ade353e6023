"""Run the checks: ``python -m tests.run [all | check | unit | notebooks | browser | deep]``."""

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
PARALLEL = ["-n", os.environ.get("CRMLAB_TEST_WORKERS", "auto")]

STEPS: dict[str, list[str]] = {
    "lint": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "types": [sys.executable, "-m", "mypy"],
    "fast": [*PYTEST, *PARALLEL, "-m", "not slow and not browser and not deep"],
    "unit": [*PYTEST, *PARALLEL, "--dist=loadfile", "-m", "not browser and not deep", "--durations=40"],
    "deep": [*PYTEST, *PARALLEL, "--dist=loadfile", "-m", "deep", "--durations=15"],
    # addopts of pyproject.toml are for modules; notebooks are compared cell by cell with their committed outputs.
    "notebooks": [
        *PYTEST, *PARALLEL, "--dist=loadfile", "-o", "addopts=", "-o", "filterwarnings=default",
        "--nbval", "--nbval-current-env", "--nbval-cell-timeout=180", "chapters", "cases", "docs/gallery",
    ],
    "browser": [*PYTEST, *PARALLEL, "--dist=worksteal", "-m", "browser and not deep", "--durations=10", "tests/browser"],
}  # fmt: skip
BESIDE = {"types"}  # on one core, and long: it runs beside the steps that come after it
GROUPS = {
    "all": ["lint", "format", "types", "unit", "notebooks", "browser"],
    "check": ["lint", "format", "types", "fast"],
}


def run(step: str, quietly: bool = False) -> bool:
    """Run one step and say how long it took; ``quietly`` keeps what it prints until then."""
    if not quietly:
        print(f"== {step}", flush=True)
    started = time.monotonic()
    command = STEPS[step]
    if command[0] == "ruff":
        command = [sys.executable, "-m", *command]
    # Notebooks that are run record progress: into a folder of their own, never into the person's.
    with tempfile.TemporaryDirectory() as state:
        environment = os.environ | {"CRMLAB_STATE_DIR": state, "PYTHONHASHSEED": "0"}
        # Parallel processes that each start a thread a core wait for one another.
        environment |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        environment.pop("CRMLAB_STUDENT_ID", None)
        kept = subprocess.PIPE if quietly else None
        done = subprocess.run(command, check=False, env=environment, stdout=kept, stderr=kept and subprocess.STDOUT)
    print((done.stdout or b"").decode(errors="replace"), end="")
    print(f"== {step}: {'ok' if done.returncode == 0 else 'FAILED'} in {time.monotonic() - started:.0f} s", flush=True)
    return done.returncode == 0


def main(arguments: list[str]) -> int:
    """Run the named steps or groups, all of them even after a failure; return the exit code."""
    names = [step for name in arguments for step in GROUPS.get(name, [name])]
    unknown = [name for name in names if name not in STEPS]
    if unknown or not names:
        print(f"unknown step {unknown}; there are: {', '.join([*GROUPS, *STEPS])}", file=sys.stderr)
        return 2
    with ThreadPoolExecutor() as threads:
        beside = {name: threads.submit(run, name, True) for name in names if name in BESIDE and len(names) > 1}
        failed = [name for name in names if name not in beside and not run(name)]
        failed += [name for name, passed in beside.items() if not passed.result()]
    if failed:
        print(f"FAILED: {', '.join(failed)}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
