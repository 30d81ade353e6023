"""Controls with Chinese labels, and the panel they stand in."""

from collections.abc import Mapping, Sequence
from typing import Any

import ipywidgets as w

# The sliders of ipywidgets carry no accessible name, and pictures no role for their alternative text: this names them.
_NAMING = """
const name = (root) => {
  for (const box of root.querySelectorAll('.widget-slider')) {
    const label = box.querySelector('.widget-label');
    for (const handle of box.querySelectorAll('[role=slider]')) {
      if (label && handle.getAttribute('aria-label') !== label.textContent) {
        handle.setAttribute('aria-label', label.textContent);
      }
      const readout = box.querySelector('.widget-readout');
      if (readout && handle.getAttribute('aria-valuetext') !== readout.textContent) {
        handle.setAttribute('aria-valuetext', readout.textContent);
      }
    }
  }
  const buttons = {'fa-play': '播放或暂停', 'fa-pause': '播放或暂停', 'fa-stop': '回到开头', 'fa-retweet': '循环播放'};
  for (const icon of root.querySelectorAll('.widget-play button > i')) {
    const word = buttons[[...icon.classList].find((name) => name in buttons)];
    if (word && icon.parentElement.getAttribute('aria-label') !== word) {
      icon.parentElement.setAttribute('aria-label', word);
      icon.parentElement.title = word;
    }
  }
  for (const image of root.querySelectorAll('img.widget-image')) {
    if (image.alt !== image.title) { image.alt = image.title; }
  }
};
const watch = (tries) => {
  const root = element.closest('.crmlab-widget');
  if (root) {
    name(root);
    const what = {childList: true, subtree: true, attributes: true, attributeFilter: ['title', 'aria-valuetext']};
    new MutationObserver(() => name(root)).observe(root, what);
  } else if (tries > 0) {
    setTimeout(() => watch(tries - 1), 100);  // the script ran before the page had the element
  }
};
watch(100);
"""


def naming_script() -> w.Output:
    """Return an invisible output that gives the controls around it accessible names."""
    script = {"output_type": "display_data", "data": {"application/javascript": _NAMING}, "metadata": {}}
    return w.Output(outputs=(script,), layout=w.Layout(display="none"))


def whole(label: str, value: int, low: int, high: int, *, step: int = 1, unit: str = "") -> w.IntSlider:
    """整数滑块。

    Parameters
    ----------
    label : str
        中文名称。
    value, low, high, step : int
        初值、最小、最大、步长。
    unit : str
        单位，写在名称后的括号里。

    Returns
    -------
    ipywidgets.IntSlider
        滑块。
    """
    return w.IntSlider(value=value, min=low, max=high, step=step, description=_named(label, unit))


def number(
    label: str, value: float, low: float, high: float, *, step: float = 0.1, unit: str = "", fmt: str = ".1f"
) -> w.FloatSlider:
    """小数滑块；``fmt`` 是读数的格式，如 ``".0%"``。

    Parameters
    ----------
    label : str
        中文名称。
    value, low, high, step : float
        初值、最小、最大、步长。
    unit : str
        单位，写在名称后的括号里。
    fmt : str
        读数的格式。

    Returns
    -------
    ipywidgets.FloatSlider
        滑块。
    """
    return w.FloatSlider(
        value=value, min=low, max=high, step=step, description=_named(label, unit), readout_format=fmt
    )  # fmt: skip


def graded(label: str, options: Sequence[tuple[str, Any]], value: Any) -> w.SelectionSlider:
    """有名字的档位滑块；``options`` 是（文字, 值）的列表，从左到右。

    Parameters
    ----------
    label : str
        中文名称。
    options : sequence of tuple
        档位。
    value : object
        初值。

    Returns
    -------
    ipywidgets.SelectionSlider
        滑块，右边显示档位的文字。
    """
    return w.SelectionSlider(options=list(options), value=value, description=label)


def choice(label: str, options: Sequence[Any], value: Any = None) -> w.Dropdown:
    """下拉选择；``options`` 是值的列表，或（文字, 值）的列表。

    Parameters
    ----------
    label : str
        中文名称。
    options : sequence
        选项。
    value : object, optional
        初值；默认第一项。

    Returns
    -------
    ipywidgets.Dropdown
        下拉框。
    """
    box = w.Dropdown(options=list(options), description=label)
    if value is not None:
        box.value = value
    return box


def switch(label: str, value: bool = False) -> w.Checkbox:
    """打勾的开关。

    Parameters
    ----------
    label : str
        中文名称。
    value : bool
        初值。

    Returns
    -------
    ipywidgets.Checkbox
        开关。
    """
    return w.Checkbox(value=value, description=label, indent=False)


def player(slider: w.IntSlider, label: str, *, interval_ms: int = 400, step: int | None = None) -> w.HBox:
    """播放键：让一个整数滑块自己往前走。键盘可以按，走到头就停。

    Parameters
    ----------
    slider : ipywidgets.IntSlider
        要走的滑块。
    label : str
        播放键前面的中文名称。
    interval_ms : int
        每一步隔几毫秒。画得慢时浏览器会等，不会越积越多。
    step : int, optional
        每次走多少；默认是滑块的步长。

    Returns
    -------
    ipywidgets.HBox
        名称和播放、停止、循环三个按钮；值与滑块在浏览器里相连。
    """
    play = w.Play(
        value=slider.value,
        min=slider.min,
        max=slider.max,
        step=step or slider.step,
        interval=interval_ms,
        description=label,
    )
    link = w.jslink((play, "value"), (slider, "value"))
    row = w.HBox([w.Label(label), play])
    row.link = link  # the link lives as long as the row
    return row


def labelled_panel(controls: Mapping[str, w.Widget], heading: str = "动手调一调") -> w.VBox:
    """Stack controls under a heading, their labels wide enough for the longest and their tracks aligned."""
    widest = max((ems(control.description) for control in controls.values()), default=0.0)
    for control in controls.values():
        if not isinstance(control, w.Checkbox):
            control.style.description_width = f"{widest + 0.8:.1f}em"
        control.layout.width = "auto"
        control.layout.max_width = f"{widest + 30:.0f}em"
    columns = "repeat(auto-fill, minmax(330px, 1fr))" if len(controls) > 4 else "1fr"
    grid = w.GridBox(list(controls.values()), layout=w.Layout(grid_template_columns=columns, grid_gap="0 16px"))
    return w.VBox([w.HTML(f"<b>{heading}</b>"), grid])


def _named(label: str, unit: str) -> str:
    return f"{label}（{unit}）" if unit else label


def ems(text: str) -> float:
    """Return the width of a label: a Chinese character is one em wide, a Latin one about 0.6."""
    return sum(1.0 if ord(c) > 0x2E00 else 0.6 for c in text)
