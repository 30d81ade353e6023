"""A submission's bytes put over the lab: read, choose, align; all that a file can be is mended or stated."""

from autograder.engine.aligning import Aligned, Step, StepRole, align
from autograder.engine.choosing import Choice, choose
from autograder.engine.reading import MAX_BYTES, MAX_CELLS, Repair, Unreadable, digest_of, read_notebook

__all__ = [
    "MAX_BYTES",
    "MAX_CELLS",
    "Aligned",
    "Choice",
    "Repair",
    "Step",
    "StepRole",
    "Unreadable",
    "align",
    "choose",
    "digest_of",
    "read_notebook",
]
