"""Tables for the terminal. Imports nothing of ours."""

import io
import shutil
from collections.abc import Iterable, Sequence


def table_text(
    title: str,
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    fold: Sequence[str] = (),
    width: int | None = None,
) -> str:
    """把几行文字排成一张表。

    Parameters
    ----------
    title : str
        表的标题。
    headings : sequence of str
        各列的名字。
    rows : iterable of sequence of str
        各行，每行的格数和列数相同。
    fold : sequence of str
        地方不够时可以折行的列；别的列不折。
    width : int, optional
        表的宽度，字符数；不给时照终端，最少 80。

    Returns
    -------
    str
        表的文字，行尾没有空格。

    Examples
    --------
    >>> print(table_text("水果", ["名", "数"], [["梨", "3"]], width=20))
    水果
      名   数
     ─────────
      梨   3
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for heading in headings:
        table.add_column(heading, overflow="fold", no_wrap=heading not in fold)
    for row in rows:
        table.add_row(*map(Text, row))  # Text: brackets in a cell are not markup
    drawn = io.StringIO()
    room = width or max(80, shutil.get_terminal_size((110, 24)).columns)
    Console(file=drawn, width=room, color_system=None).print(table)
    return "\n".join(line.rstrip() for line in drawn.getvalue().splitlines() if line.strip()) + "\n"
