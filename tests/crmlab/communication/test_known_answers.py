"""Numbers from the literature against the functions that claim them."""

import numpy as np

from crmlab import communication
from tests.crmlab.known_answers import EveryAnswer, KnownAnswers

answers = KnownAnswers(__file__)


class TestKnownAnswers(EveryAnswer):
    """All entries of the file."""

    answers = answers


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
