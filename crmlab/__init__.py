"""CRMLab: analytics, widgets and practice tools of the course 《客户服务与管理》."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crmlab.learn.glossary import glossary as glossary

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Load `crmlab.glossary` when it is first asked for: importing the package loads nothing."""
    if name == "glossary":
        from crmlab.learn.glossary import glossary

        return glossary
    raise AttributeError(f"module 'crmlab' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*globals(), "glossary"]
