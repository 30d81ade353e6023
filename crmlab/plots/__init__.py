"""Figures of the course: a result goes in, a matplotlib Axes comes out.

Titles state the finding, colours are Okabe-Ito, and colour never stands alone: a marker, a hatch or a direct label
says the same. The figures of one topic's results stand in a module of its name. They are re-exported flat, and loaded
when first used: all eight together cost over half a second. tests/crmlab/plots/test_names.py holds the lists together.
"""

import importlib
from typing import TYPE_CHECKING, Any

from crmlab._checks import nearest
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

if TYPE_CHECKING:
    # isort: off
    from crmlab.plots.communication import (
        contact_dose as contact_dose,
        media_split as media_split,
        peeking as peeking,
        power_curve as power_curve,
        response_fit as response_fit,
        send_slots as send_slots,
        style_map as style_map,
    )
    from crmlab.plots.complaints import (
        confusion as confusion,
        control_chart as control_chart,
        decision_tree as decision_tree,
        epidemic as epidemic,
        iceberg as iceberg,
        open_cases as open_cases,
        pareto as pareto,
        risk_grid as risk_grid,
    )
    from crmlab.plots.development import (
        calibration as calibration,
        churn_threshold as churn_threshold,
        gains as gains,
        survival as survival,
        uplift_deciles as uplift_deciles,
        whale as whale,
    )
    from crmlab.plots.information import (
        class_sizes as class_sizes,
        diversity_classes as diversity_classes,
        duplicate_scores as duplicate_scores,
        keywords as keywords,
        quality_dimensions as quality_dimensions,
        rule_scatter as rule_scatter,
        similarity_matrix as similarity_matrix,
    )
    from crmlab.plots.loyalty import (
        cohort_triangle as cohort_triangle,
        holdout as holdout,
        loyalty_matrix as loyalty_matrix,
        p_alive_matrix as p_alive_matrix,
        retention_curve as retention_curve,
        rfm_grid as rfm_grid,
        satisfaction_loyalty as satisfaction_loyalty,
        steady_shares as steady_shares,
        tenure_profit as tenure_profit,
        tier_balance as tier_balance,
        tier_migration as tier_migration,
        tracking as tracking,
    )
    from crmlab.plots.service import (
        perceived_steps as perceived_steps,
        profit_chain as profit_chain,
        queue_costs as queue_costs,
        service_grid as service_grid,
        service_levels as service_levels,
        store_hours as store_hours,
    )
    from crmlab.plots.strategy import (
        attribution_shares as attribution_shares,
        customization_cells as customization_cells,
        customization_profit as customization_profit,
        emotion_curve as emotion_curve,
        k_choice as k_choice,
        lead_times as lead_times,
        lorenz as lorenz,
        module_growth as module_growth,
        priority_waits as priority_waits,
        segment_centres as segment_centres,
        tier_costs as tier_costs,
        tier_curve as tier_curve,
    )
    from crmlab.plots.technology import (
        call_forecast as call_forecast,
        cash_flow as cash_flow,
        handover_cost as handover_cost,
        project_plan as project_plan,
        queue_timeline as queue_timeline,
        skill_grid as skill_grid,
        staffing_curve as staffing_curve,
        staffing_profile as staffing_profile,
        weight_room as weight_room,
    )
    # isort: on

_TOPICS = {
    "service": (
        "perceived_steps",
        "profit_chain",
        "queue_costs",
        "service_grid",
        "service_levels",
        "store_hours",
    ),
    "technology": (
        "call_forecast",
        "cash_flow",
        "handover_cost",
        "project_plan",
        "queue_timeline",
        "skill_grid",
        "staffing_curve",
        "staffing_profile",
        "weight_room",
    ),
    "development": (
        "calibration",
        "churn_threshold",
        "gains",
        "survival",
        "uplift_deciles",
        "whale",
    ),
    "communication": (
        "contact_dose",
        "media_split",
        "peeking",
        "power_curve",
        "response_fit",
        "send_slots",
        "style_map",
    ),
    "information": (
        "class_sizes",
        "diversity_classes",
        "duplicate_scores",
        "keywords",
        "quality_dimensions",
        "rule_scatter",
        "similarity_matrix",
    ),
    "loyalty": (
        "cohort_triangle",
        "holdout",
        "loyalty_matrix",
        "p_alive_matrix",
        "retention_curve",
        "rfm_grid",
        "satisfaction_loyalty",
        "steady_shares",
        "tenure_profit",
        "tier_balance",
        "tier_migration",
        "tracking",
    ),
    "complaints": (
        "confusion",
        "control_chart",
        "decision_tree",
        "epidemic",
        "iceberg",
        "open_cases",
        "pareto",
        "risk_grid",
    ),
    "strategy": (
        "attribution_shares",
        "customization_cells",
        "customization_profit",
        "emotion_curve",
        "k_choice",
        "lead_times",
        "lorenz",
        "module_growth",
        "priority_waits",
        "segment_centres",
        "tier_costs",
        "tier_curve",
    ),
}
_HOME = {name: topic for topic, names in _TOPICS.items() for name in names}

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
__all__ += _HOME


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
    if name.startswith("__"):
        raise AttributeError(name)
    raise AttributeError(f"plots 里没有“{name}”。{nearest(name, __all__)}")


def __dir__() -> list[str]:
    return sorted(__all__)
