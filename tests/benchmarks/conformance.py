"""nbgrader's own tests of autograding, validating and its API, with stock and with the engine.

Run it: ``python -m tests.benchmarks.conformance [pytest -k expression]``; it takes half an hour. What passes with stock
must pass with the engine. Exit code 1: a difference that is not listed in tests/engine/nbgrader_tests.py.
"""

import sys

from tests.engine.nbgrader_tests import API, AUTOGRADE, DIFFERENT, VALIDATE, outcomes

MODULES = [AUTOGRADE, VALIDATE, API]


def main() -> int:
    """Run the engine, then stock on what did not pass."""
    chosen = sys.argv[1] if len(sys.argv) > 1 else ""
    engine = outcomes(True, MODULES, chosen, workers=2)
    failed = [name for name, state in engine.items() if state == "failed"]
    passed = sum(state == "passed" for state in engine.values())
    print(f"engine: {len(engine)} tests, {passed} passed, {len(failed)} failed", flush=True)
    # What passes with the engine needs no comparison.
    again = " or ".join({name.rpartition("::")[2].partition("[")[0] for name in failed})
    stock = outcomes(False, MODULES, again, workers=2) if failed else {}
    lost = [name for name in failed if stock.get(name) == "passed"]
    for name in failed:
        if name not in lost:
            print(f"  {name}: {stock.get(name)} with stock too")
    unlisted = [name for name in lost if name not in DIFFERENT]
    for name in lost:
        print(f"  {name}: {DIFFERENT.get(name, 'NOT LISTED')}")
    for name in DIFFERENT:
        if engine.get(name) == "passed":
            print(f"  {name}: listed, but passes with the engine")
    return 1 if unlisted else 0


if __name__ == "__main__":
    sys.exit(main())
