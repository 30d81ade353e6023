"""Numbers from the literature or another program, in a file known_answers.json, against the functions that claim them.

A topic's test_known_answers.py makes ``answers = KnownAnswers(...)``, writes one check an entry under
``@answers("entry")`` and derives a class from EveryAnswer.
"""

import json
from pathlib import Path

import pytest


class KnownAnswers:
    """The entries of one file and the checks that hold them against the code."""

    def __init__(self, file):
        """Read the entries of ``file``, or of the file known_answers.json beside the test ``file``."""
        path = Path(file)
        path = path.with_name("known_answers.json") if path.suffix == ".py" else path
        self.entries = json.loads(path.read_text(encoding="utf-8"))["entries"]
        self.checks = {}

    def __call__(self, entry):
        """Register a function as the check of one entry; it gets inputs, outputs and a comparison with its tolerance."""

        def register(check):
            assert entry not in self.checks
            self.checks[entry] = check
            return check

        return register

    def compare(self, entry):
        """Run the check of one entry."""
        case = self.entries[entry]
        assert set(case["tolerance"]) <= {"rel", "abs"}, "state the tolerance as rel or abs"
        assert case["source"]
        self.checks[entry](
            case["inputs"], case["outputs"], lambda expected: pytest.approx(expected, **case["tolerance"])
        )


class EveryAnswer:
    """Every known answer of one file: derive from it and give the answers."""

    answers = None

    def pytest_generate_tests(self, metafunc):
        """Give the test the entries it is about."""
        if "entry" in metafunc.fixturenames:
            metafunc.parametrize("entry", sorted(self.answers.entries))

    def test_the_known_answer_comes_out(self, entry):
        """Does the code give the number that the source gives, within the stated tolerance?"""
        self.answers.compare(entry)

    def test_every_entry_has_a_check_and_every_check_an_entry(self):
        """Are file and checks in step?"""
        assert set(self.answers.checks) == set(self.answers.entries)
