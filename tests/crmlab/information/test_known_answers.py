"""Published or independently computed numbers of this topic: known_answers.json."""

import pandas as pd

from crmlab import information
from tests.crmlab.known_answers import EveryAnswer, KnownAnswers

answers = KnownAnswers(__file__)


class TestKnownAnswers(EveryAnswer):
    """All entries of the file."""

    answers = answers


@answers("k_anonymity_sweeney")
def check_k_anonymity_sweeney(inputs, outputs, near):
    """Is Sweeney's figure 2 two-anonymous, with a class in which all share one problem?"""
    people = pd.DataFrame(inputs["rows"])
    result = information.k_anonymity(people, inputs["quasi_identifiers"])
    assert (result.k, result.n_classes) == near((outputs["k"], outputs["n_classes"]))
    diversity = information.l_diversity(people, inputs["quasi_identifiers"], inputs["sensitive"], definition="distinct")
    assert diversity.l == near(outputs["l_distinct"])
    assert (result.k, diversity.l) == near((outputs["pycanon_k"], outputs["pycanon_l"]))


@answers("jaro_winkler")
def check_jaro_winkler(inputs, outputs, near):
    """Are the Census Bureau's name pairs as similar as printed? The search stretches 0.5-1 to 0-1."""
    for (one, other), winkler, edits in zip(
        inputs["pairs"], outputs["jaro_winkler"], outputs["levenshtein"], strict=True
    ):
        table = pd.DataFrame({"customer_id": [1, 2], "a": [one, other], "b": [one, other], "key": 0})
        result = information.find_duplicates(
            table,
            compare={"a": "jaro_winkler", "b": "levenshtein"},
            block=["key"],
            threshold=0,
            weights={"a": 1, "b": 1},
        )
        row = result.pairs.iloc[0]
        assert (row["sim_a"] + 1) / 2 == near(winkler)
        assert row["sim_b"] == near(max(0.0, 1 - 2 * edits / max(len(one), len(other))))


@answers("association_rule_diaper_beer")
def check_association_rule_diaper_beer(inputs, outputs, near):
    """Does {Milk, Diaper} -> {Beer} have the support, confidence and lift of the textbook?"""
    orders = pd.DataFrame(
        [(number, item) for number, basket in enumerate(inputs["transactions"]) for item in basket],
        columns=["order_id", "item_id"],
    )
    rules = information.association_rules(orders, min_support=0.4, max_items=3)
    rule = rules[(rules["antecedent"] == "Diaper、Milk") & (rules["consequent"] == "Beer")].iloc[0]
    assert rule[["support", "confidence", "lift"]].tolist() == near(
        [outputs["support"], outputs["confidence"], outputs["lift"]]
    )


@answers("resident_id_gb11643")
def check_resident_id_gb11643(inputs, outputs, near):
    """Do the standard's own two examples pass, and with no other last character?"""
    for number, character in zip(inputs["ids"], outputs["check_characters"], strict=True):
        passed = [c for c in "0123456789X" if information.check_resident_id([number[:17] + c])["valid"].all()]
        assert passed == [character] == [number[17]]
