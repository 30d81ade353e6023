"""Loading of case, chapter and real data. File reading lives here only."""

from crmlab.data.folders import DataFolder, load_case, load_chapter, read_csv
from crmlab.data.real import list_real, load_real

__all__ = ["DataFolder", "list_real", "load_case", "load_chapter", "load_real", "read_csv"]
