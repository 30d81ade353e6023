"""Two steps of nbgrader's autograding, replaced through its configuration."""

import os
from typing import Any

from nbformat import from_dict
from nbgrader import utils
from nbgrader.preprocessors import Execute, OverwriteCells
from nbgrader.preprocessors.overwritecells import MetadataValidator
from traitlets import Bool


class ExecuteAsStudent(Execute):  # type: ignore[misc]
    """Run a submission as its student: the kernel finds the student's number, so the lab's data are his own."""

    def start_new_kernel(self, **kwargs: Any) -> Any:
        """Start the kernel with the submitting student's number in its environment."""
        student = self.resources.get("nbgrader", {}).get("student")
        if student:
            kwargs["env"] = {**kwargs.get("env", os.environ), "CRMLAB_STUDENT_ID": student}
        return super().start_new_kernel(**kwargs)


class RestoreCells(OverwriteCells):  # type: ignore[misc]
    """Put back every locked or graded cell that a submission has lost.

    Stock leaves a deleted test cell waiting for a mark for ever, and its ``add_missing_cells`` fails when the cell
    before it is missing too. Stock also aborts the whole class over one cell that a student has duplicated.
    """

    add_missing_cells = Bool(True).tag(config=True)
    notice = "（这个单元格在提交的笔记本里没有，批改时补了回来。）"

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Drop the empty metadata that de-duplication leaves, then restore what the release had."""
        for cell in nb.cells:
            if cell.metadata.get("nbgrader") == {}:
                del cell.metadata["nbgrader"]
        return super().preprocess(nb, resources)  # type: ignore[no-any-return]

    def add_missing_grade_cells(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Insert each missing cell behind the nearest cell before it that is still there."""
        source = self.gradebook.find_notebook(self.notebook_id, self.assignment_id)
        points = {cell.name: cell.max_score for cell in source.grade_cells}
        solutions = {cell.name for cell in source.solution_cells}
        place = 0
        for cell in source.source_cells:
            at = _position(nb, cell.name)
            if at is not None:
                place = at + 1
            elif cell.name in points or cell.locked:
                self.log.warning("Restoring missing cell '%s'", cell.name)
                nb.cells.insert(place, self._restored(cell, points.get(cell.name), cell.name in solutions))
                place += 1
        return nb, resources

    def _restored(self, source: Any, points: float | None, solution: bool) -> Any:
        # A graded answer comes back exactly as released: its unchanged checksum is what makes it worth 0.
        wording = source.source
        if not solution:
            wording = f"# {self.notice}\n{wording}" if source.cell_type == "code" else f"{self.notice}\n\n{wording}"
        cell = from_dict(self.missing_cell_transform(source, points or 0, is_solution=solution))
        cell.source = wording
        meta = cell.metadata["nbgrader"]
        meta["grade"] = points is not None
        meta["locked"] = source.locked
        if points is None:
            meta.pop("points", None)
        return MetadataValidator().upgrade_cell_metadata(cell)


def _position(nb: Any, grade_id: str) -> int | None:
    for index, cell in enumerate(nb.cells):
        known = utils.is_grade(cell) or utils.is_solution(cell) or utils.is_locked(cell)
        if known and cell.metadata.nbgrader.get("grade_id") == grade_id:
            return index
    return None
