"""What a warm process does once so that no run has to: the first figure, the first table, the first traceback.

First times are dear: fonts are found, classes are made, modules are loaded by the function that needs them. All runs are
forked from this process, students' as well: nothing of a lab belongs here, only values made up on the spot.
"""

import gc
import sys
import warnings
from typing import Any

# Module that must be there, code. Each runs as a cell of its own, through the same display as a student's cell. None of it may warn or leave a trace.
CELLS = (
    ("matplotlib", """
import matplotlib.pyplot as plt
_, _axes = plt.subplots()
_axes.bar(list("ab"), [1.5, 2], label="a")
_axes.set_title("Title 0123456789")
_axes.set_xlabel("x")
_axes.set_ylabel("y")
_axes.legend()
"""),
    ("matplotlib", """
import matplotlib.pyplot as plt
_, _axes = plt.subplots(1, 2, layout="constrained")
_axes[0].plot([0, 1], [1, 2], marker="o")
_axes[0].text(0.5, 1, "1.5%")
_axes[0].set_xticks([0, 1], ["a", "b"])
_axes[1].barh([0, 1], [1, 2])
_axes[1].scatter([0, 1], [1, 2])
_axes[1].hist([1, 2, 2])
"""),
    ("pandas", """
import pandas as pd
_table = pd.DataFrame({"a": [1.5, None, 2], "b": list("xyx"), "c": [1, 2, 3]})
_table.groupby("b")["c"].agg(["mean", "count"])
_table.groupby("b").describe()
_table.merge(_table, on="b").pivot_table(index="b", values="c_x")
_table["b"].value_counts(normalize=True)
_table.dropna().drop_duplicates("b").sort_values("c").set_index("b")["c"].quantile([0.1, 0.5])
print(_table)
_table
"""),
    ("builtins", "def _f(n):\n    assert n == 0, 'n'\n\n_f(1)"),
)  # fmt: skip
TRACES = ("last_type", "last_value", "last_traceback", "last_exc")


def run(shell: Any, code: str = "", lab: str = "") -> str:
    """Go through the first times, then through the course's own ``code``; forget the names.

    Parameters
    ----------
    shell : Shell
        This process's shell.
    code : str
        What the course adds (``c.CrmGrade.warm_up``).
    lab : str
        The lab that is to be graded; the code finds it in ``lab_name``.

    Returns
    -------
    str
        What went wrong in ``code``; empty when nothing did.
    """
    from matplotlib import font_manager, rcParams

    kept = dict(rcParams)
    error = None
    with warnings.catch_warnings():
        for module, cell in CELLS:
            if module in sys.modules:
                shell.run(cell, 1)
        if code:
            shell.user_ns["lab_name"] = lab
            error = shell.run(code, 1)[2]
    rcParams.update(kept)
    shell.reset(new_session=False)
    for name in TRACES:
        vars(sys).pop(name, None)
    # matplotlib throws its open fonts away in every child: thousands of pages touched for nothing, unless done here, once.
    vars(font_manager)["_get_font"].cache_clear()
    # What is here now stays for ever: no run needs to look through it, and its pages stay shared.
    gc.collect()
    gc.freeze()
    return "" if error is None else f"{type(error).__name__}: {error}"
