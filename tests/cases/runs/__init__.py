"""What is particular to each case: one module a case, read by test_pages and test_data."""

import importlib
import pkgutil
from types import ModuleType


def modules() -> dict[str, ModuleType]:
    """Return the module of every case by the case's folder name."""
    return {m.name: importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)}
