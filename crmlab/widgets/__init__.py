"""Widgets of the course: one module a topic, each widget a thin view over a topic function.

Modules load on first use, so that ``from crmlab import widgets`` costs nothing.
"""

import importlib
from types import ModuleType

from crmlab._checks import listing, nearest

_MODULES = (
    "base",
    "controls",
    "service",
    "technology",
    "development",
    "communication",
    "information",
    "satisfaction",
    "satisfaction_cases",
    "loyalty",
    "complaints",
    "strategy",
)


def __getattr__(name: str) -> ModuleType:
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"widgets 里没有“{name}”。{nearest(name, _MODULES)}现有的模块：{listing(_MODULES)}。")


def __dir__() -> list[str]:
    return list(_MODULES)
