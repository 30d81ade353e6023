"""The check every figure of a topic's result makes first: is it that result?"""

from typing import Any

import pandas as pd


def check_result(
    argument: str, value: Any, kinds: type | tuple[type, ...], maker: str, advice: str = "请先算出结果，再交给这张图。"
) -> None:
    """Refuse anything that is not a result of ``maker``; ``advice`` ends the sentence.

    Raises
    ------
    TypeError
        不是那个函数的结果。
    """
    if not isinstance(value, kinds):
        raise TypeError(f"参数 {argument} 应是 {maker} 的结果，你给的是 {type(value).__name__}。{advice}")


def records(table: pd.DataFrame) -> list[Any]:
    """Return the rows as named tuples; their fields are of whatever type the column holds."""
    return list(table.itertuples())
