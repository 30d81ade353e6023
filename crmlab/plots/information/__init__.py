"""Figures of chapter 5, customer information: quality, privacy, duplicates, words, baskets."""

from crmlab.plots.information.patterns import keywords, rule_scatter, similarity_matrix
from crmlab.plots.information.records import class_sizes, diversity_classes, duplicate_scores, quality_dimensions

__all__ = [
    "class_sizes",
    "diversity_classes",
    "duplicate_scores",
    "keywords",
    "quality_dimensions",
    "rule_scatter",
    "similarity_matrix",
]
