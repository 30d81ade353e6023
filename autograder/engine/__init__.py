"""The grading engine: (lab, submission, student, limits) -> result, behind walls and judged outside them."""
