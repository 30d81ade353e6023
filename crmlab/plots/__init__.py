"""Figures of the course: a result goes in, a matplotlib Axes comes out.

Titles state the finding, colours are Okabe-Ito, and colour never stands alone: a marker, a hatch or a direct label
says the same.
"""

from crmlab.plots.charts import bars, funnel, heat, hist, intervals, lines
from crmlab.plots.quadrants import label_points, quadrant
from crmlab.plots.style import (
    CYCLE,
    HATCHES,
    MARKERS,
    PALETTE,
    font_family,
    new_axes,
    setup,
    show,
    style,
    to_png,
)

__all__ = [
    "CYCLE",
    "HATCHES",
    "MARKERS",
    "PALETTE",
    "bars",
    "font_family",
    "funnel",
    "heat",
    "hist",
    "intervals",
    "label_points",
    "lines",
    "new_axes",
    "quadrant",
    "setup",
    "show",
    "style",
    "to_png",
]
