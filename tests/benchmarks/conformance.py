"""nbgrader's own tests of autograding, with stock and with the engine: what passes there must pass here.

Run it: ``python -m tests.benchmarks.conformance [pytest -k expression]``. Exit code 1: a difference that is not listed.
"""

import sys

from tests.engine.nbgrader_tests import API, AUTOGRADE, DIFFERENT, outcomes

CHOSEN = "test_nbgrader_autograde or (test_api and (test_autograde or feedback))"


def main() -> int:
    """Run the engine, then stock on what did not pass."""
    chosen = sys.argv[1] if len(sys.argv) > 1 else CHOSEN
    engine = outcomes(True, [AUTOGRADE, API], chosen, workers=2)
    failed = [name for name, state in engine.items() if state != "passed"]
    print(f"engine: {len(engine)} tests, {len(engine) - len(failed)} passed", flush=True)
    # What passes with the engine needs no comparison.
    again = " or ".join({name.rpartition("::")[2].partition("[")[0] for name in failed})
    stock = outcomes(False, [AUTOGRADE, API], again, workers=2) if failed else {}
    lost = [name for name in failed if stock[name] == "passed"]
    for name in failed:
        if name not in lost:
            print(f"  {name}: {stock[name]} with stock too")
    unlisted = [name for name in lost if name not in DIFFERENT]
    for name in lost:
        print(f"  {name}: {DIFFERENT.get(name, 'NOT LISTED')}")
    for name in DIFFERENT:
        if engine.get(name) == "passed":
            print(f"  {name}: listed, but passes with the engine")
    return 1 if unlisted else 0


if __name__ == "__main__":
    sys.exit(main())
