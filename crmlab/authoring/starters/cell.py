"""A cell of a starter notebook, and the filling in of its text."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """One cell of a starter notebook."""

    kind: str
    id: str
    source: str
    tags: tuple[str, ...] = ()
    nbgrader: dict[str, object] | None = None


def fill(text: str, **words: str) -> str:
    """Replace each capital word by its value."""
    for name, value in words.items():
        text = text.replace(name, value)
    return text
