"""Numbers from the literature against the functions that claim them."""

import json
from pathlib import Path

import numpy as np
import pytest

from crmlab import communication

ENTRIES = json.loads((Path(__file__).parent / "known_answers.json").read_text(encoding="utf-8"))["entries"]
CHECKS = {}


def answers(entry):
    def register(check):
        assert entry not in CHECKS
        CHECKS[entry] = check
        return check

    return register


@pytest.mark.parametrize("entry", sorted(ENTRIES))
def test_the_known_answer_comes_out(entry):
    """Does the code give the number that the source gives, within the stated tolerance?"""
    case = ENTRIES[entry]
    assert case["source"]
    CHECKS[entry](case["inputs"], case["outputs"], lambda expected: pytest.approx(expected, **case["tolerance"]))


def test_every_entry_has_its_check():
    """Is no entry without a check and no check without an entry?"""
    assert set(CHECKS) == set(ENTRIES)


@answers("ab_test_two_proportions")
def check_ab_test(inputs, outputs, near):
    (k1, k2), (n1, n2) = inputs["success"], inputs["n"]
    result = communication.ab_test(k1, n1, k2, n2)
    assert -result.z == near(outputs["z"])
    assert communication.ab_test(k2, n2, k1, n1).z == near(outputs["z"])
    assert result.p_value == near(outputs["p"])
    assert result.z**2 == near(outputs["chi2_no_correction"])


@answers("peeking")
def check_peeking(inputs, outputs, near):
    rng = np.random.default_rng(inputs.pop("seed"))
    table = communication.ab_peeking(**inputs, rng=rng)
    assert table["looks"].tolist() == inputs["looks"]
    assert table["false_alarm_share"].tolist() == near(outputs["false_alarm_share"])


@answers("kappa_cohen_example")
def check_kappa(inputs, outputs, near):
    pairs = [(a, b) for a, row in enumerate(inputs["table"]) for b, n in enumerate(row) for _ in range(n)]
    result = communication.cohen_kappa(*map(list, zip(*pairs, strict=True)))
    assert (result.agreement, result.expected, result.kappa) == near(
        (outputs["agreement"], outputs["expected"], outputs["kappa"])
    )


@answers("sample_size_two_shares")
def check_sample_size(inputs, outputs, near):
    assert communication.ab_plan(**inputs).n_per_group == near(outputs["n_per_group"])
