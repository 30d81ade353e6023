"""Published or independently computed numbers of this topic: known_answers.json."""

import json
from pathlib import Path

import pandas as pd
import pytest

from crmlab import information

ENTRIES = json.loads((Path(__file__).parent / "known_answers.json").read_text(encoding="utf-8"))["entries"]


def case(name):
    entry = ENTRIES[name]
    return entry["inputs"], entry["outputs"], lambda expected: pytest.approx(expected, **entry["tolerance"])


def test_no_entry_is_left_without_its_test():
    """Does every entry of the file have a test here?"""
    assert {f"test_{name}" for name in ENTRIES} <= set(globals())


def test_k_anonymity_sweeney():
    """Is Sweeney's figure 2 two-anonymous, with a class in which all share one problem?"""
    inputs, outputs, near = case("k_anonymity_sweeney")
    people = pd.DataFrame(inputs["rows"])
    result = information.k_anonymity(people, inputs["quasi_identifiers"])
    assert (result.k, result.n_classes) == near((outputs["k"], outputs["n_classes"]))
    diversity = information.l_diversity(people, inputs["quasi_identifiers"], inputs["sensitive"], definition="distinct")
    assert diversity.l == near(outputs["l_distinct"])
    assert (result.k, diversity.l) == near((outputs["pycanon_k"], outputs["pycanon_l"]))


def test_jaro_winkler():
    """Are the Census Bureau's name pairs as similar as printed? The search stretches 0.5-1 to 0-1."""
    inputs, outputs, near = case("jaro_winkler")
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


def test_association_rule_diaper_beer():
    """Does {Milk, Diaper} -> {Beer} have the support, confidence and lift of the textbook?"""
    inputs, outputs, near = case("association_rule_diaper_beer")
    orders = pd.DataFrame(
        [(number, item) for number, basket in enumerate(inputs["transactions"]) for item in basket],
        columns=["order_id", "item_id"],
    )
    rules = information.association_rules(orders, min_support=0.4, max_items=3)
    rule = rules[(rules["antecedent"] == "Diaper、Milk") & (rules["consequent"] == "Beer")].iloc[0]
    assert rule[["support", "confidence", "lift"]].tolist() == near(
        [outputs["support"], outputs["confidence"], outputs["lift"]]
    )


def test_resident_id_gb11643():
    """Do the standard's own two examples pass, and with no other last character?"""
    inputs, outputs, _ = case("resident_id_gb11643")
    for number, character in zip(inputs["ids"], outputs["check_characters"], strict=True):
        passed = [c for c in "0123456789X" if information.check_resident_id([number[:17] + c])["valid"].all()]
        assert passed == [character] == [number[17]]
