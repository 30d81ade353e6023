"""Cases on the command line: list them, check parameters, run one, export one self-contained HTML page."""

from crmlab.cases.run import Case, CaseError, Parameter, check_parameters, find_case, list_cases, run_case

__all__ = ["Case", "CaseError", "Parameter", "check_parameters", "find_case", "list_cases", "run_case"]
