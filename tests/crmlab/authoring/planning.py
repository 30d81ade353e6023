"""A course of which one chapter is still planned: the tests' copies of the outline are changed by this."""

from pathlib import Path


def set_planned(outline: Path, slug: str) -> None:
    """Write ``planned`` as the status of the chapter ``slug`` of an outline file."""
    before, chapter = outline.read_text(encoding="utf-8").split(f'slug = "{slug}"')
    planned = chapter.replace('status = "ready"', 'status = "planned"', 1)
    outline.write_text(f'{before}slug = "{slug}"{planned}', encoding="utf-8")
