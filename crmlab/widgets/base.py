"""The frame every widget stands in: labelled controls, one reused picture, one sentence when a drawing fails."""

import base64
import html
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets as w
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from traitlets import Unicode

from crmlab import plots
from crmlab._checks import listing, nearest
from crmlab._keyboard import styled
from crmlab.widgets.controls import labelled_panel, naming_script
from crmlab.widgets.quicktext import QuickCanvas
from crmlab.widgets.redraw import compact, encode_png, frame_state, moving, wipe, wrap

TITLE_SIZE = 12  # points
FRAMES = 4  # pictures without their moving parts that are kept, a megabyte each
CLEAR = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"}  # behind text that crosses a line
_BORDER = "1px solid #bdbdbd"


class ControlError(KeyError):
    """没有这个控件。"""

    def __str__(self) -> str:
        return str(self.args[0])


class Picture(w.Image):  # type: ignore[misc]  # ipywidgets carries no types
    """A PNG with its alternative text as tooltip.

    The front end reads ``description`` before it sets a tooltip; a plain ``Image`` has none and fails to appear.
    """

    description = Unicode("").tag(sync=True)


class Panel:
    """一个小部件：屏幕上的一组控件和图，加上没有内核时也能看的静态图。

    Parameters
    ----------
    children : sequence of ipywidgets.Widget
        从上到下排列的部件。
    alt : str
        替代文字：图里看到什么，至少 15 个字。
    png : bytes
        静态图（PNG）；内容会变的小部件改写 :meth:`static_png`，到显示时才画。

    Notes
    -----
    放在单元格最后一行就会显示。保存下来的笔记本里留有静态图，打印、网页预览时看到的是它。
    """

    def __init__(self, children: Sequence[w.Widget], alt: str = "", png: bytes = b"") -> None:
        self.alt = alt
        self.png = png
        self.container = w.VBox(
            [*children, w.HTML(styled(""), layout=w.Layout(display="none")), naming_script()],
            layout=w.Layout(border=_BORDER, padding="8px 12px", max_width="780px"),
        )
        self.container.add_class("crmlab-widget")

    def static_png(self) -> bytes:
        """返回现在的静态图（PNG）。"""
        return self.png

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        data, _ = _split(self.container._repr_mimebundle_())
        data["text/plain"] = self.alt
        data["image/png"] = base64.b64encode(compact(self.static_png())).decode("ascii")
        return data, {"image/png": {"alt": self.alt}}


class LiveFigure(Panel):
    """一张随控件重画的图。

    Parameters
    ----------
    draw : callable
        ``draw(ax, **values) -> str``：按控件的值画图，返回图的标题（一句话说出发现）。
        ``panels`` 大于 1 时第一个参数是坐标轴的列表。坐标轴每次先清空再交给它；``keep=True`` 时不清空，
        由它更新上次画的东西，这样更快。
    controls : mapping of str to ipywidgets.Widget
        控件；键就是传给 ``draw`` 的参数名。
    alt : str or callable
        替代文字：图里有什么。标题（发现）会自动写在它前面。给函数时按控件的值调用。
    panels : int
        并排的坐标轴个数。
    size : tuple of float
        图的宽和高，英寸；每英寸 100 像素。
    widths : sequence of float, optional
        各格的相对宽度。
    keep : bool
        是否保留上一次画的东西，由 ``draw`` 更新。

    Raises
    ------
    TypeError
        ``draw`` 没有返回标题。
    Exception
        第一次就画不出来时，原样抛出 ``draw`` 的错误：此时还没有显示任何东西。

    Notes
    -----
    坐标轴的范围和刻度不变时只重画里面的东西，快三倍：能固定的范围就用 ``set_xlim``、``set_ylim`` 固定。
    拖动很快时，来不及画的中间值会跳过，只画最新的。之后某一组值画不出来，小部件里显示一句话，不会消失。

    Examples
    --------
    >>> from crmlab.widgets.controls import whole
    >>> def draw(ax, n):
    ...     ax.bar(["问卷"], [n])
    ...     return f"发了 {n} 份问卷"
    >>> figure = LiveFigure(draw, {"n": whole("发放份数", 10, 0, 20, unit="份")}, "一根条，高度是发放份数。")
    >>> figure.set(n=12)
    >>> figure.alt
    '发了 12 份问卷。一根条，高度是发放份数。'
    """

    def __init__(
        self,
        draw: Callable[..., str],
        controls: Mapping[str, w.Widget],
        alt: str | Callable[..., str],
        *,
        panels: int = 1,
        size: tuple[float, float] = (7.2, 3.8),
        widths: Sequence[float] | None = None,
        keep: bool = False,
    ) -> None:
        plots.setup()
        self.controls = dict(controls)
        self._draw, self._alt, self._keep = draw, alt, keep
        self.figure = Figure(figsize=size, layout=None)
        self.figure.set_layout_engine("none")
        self._canvas: Any = QuickCanvas(self.figure)  # Agg carries no types
        self.axes: list[Axes] = list(self.figure.subplots(1, panels, squeeze=False, width_ratios=widths)[0])
        inch = 1 / size[1]
        self._title: Text = self.figure.text(0.012, 1 - 0.08 * inch, "", fontsize=TITLE_SIZE, va="top", linespacing=1.3)
        self._columns = (size[0] - 0.2) * 72 / TITLE_SIZE
        self._frames: list[_Frame] = []
        self._lock = threading.Lock()
        self._drawing = False
        self._stale = False
        self._paused = False
        self._drawn_values: dict[str, Any] = {}
        self.drawn = 0
        self._shown_alt = ""
        first = self._render()
        self.picture = Picture(value=first, format="png", tooltip=self._shown_alt, layout=w.Layout(max_width="100%"))
        self.picture.width = str(round(size[0] * plots.style()["figure.dpi"]))
        self.message = w.HTML()
        super().__init__([labelled_panel(self.controls), self.message, self.picture], self._shown_alt, first)
        for control in self.controls.values():
            control.observe(self._changed, "value")

    @property
    def values(self) -> dict[str, Any]:
        """各控件现在的值。"""
        return {name: control.value for name, control in self.controls.items()}

    def set(self, **values: Any) -> None:
        """用代码移动控件，几个一起动也只重画一次，例如 ``figure.set(n=50)``。

        Parameters
        ----------
        **values
            控件名和新的值。

        Raises
        ------
        KeyError
            没有这个控件。
        """
        for name in values:
            if name not in self.controls:
                raise ControlError(
                    f"这个小部件没有控件“{name}”。{nearest(name, self.controls)}现有的控件：{listing(self.controls)}。"
                )
        self._paused = True
        try:
            for name, value in values.items():
                self.controls[name].value = value
        finally:
            self._paused = False
        if self.values != self._drawn_values:
            self._changed(None)

    def _changed(self, _change: Any) -> None:
        # Messages of controls may arrive on another thread than the cells', and while a picture is being drawn:
        # then only the newest values are drawn, after the current picture.
        if self._paused:
            return
        with self._lock:
            self._stale = True
            if self._drawing:
                return
            self._drawing = True
        try:
            while self._take_stale():
                self._show()
        except BaseException:  # an interrupt must not leave the widget waiting for ever
            self._drawing = False
            raise

    def _take_stale(self) -> bool:
        with self._lock:
            stale, self._stale = self._stale, False
            self._drawing = stale
            return stale

    def _show(self) -> None:
        try:
            png = self._render()
        except Exception as error:
            self.message.value = f'<p role="alert">{html.escape(_sentence(error))}</p>'
            self.picture.layout.display = "none"
            return
        with self.picture.hold_sync():
            self.picture.value = png
            self.picture.tooltip = self._shown_alt
        self.png, self.alt = png, self._shown_alt
        if self.message.value:
            self.message.value = ""
            self.picture.layout.display = None

    def _render(self) -> bytes:
        """Draw the current values and return the picture; set the alternative text."""
        values = self._drawn_values = self.values
        if not self._keep:
            for ax in self.axes:
                wipe(ax)
        finding = self._draw(self.axes[0] if len(self.axes) == 1 else self.axes, **values)
        if not isinstance(finding, str) or not finding:
            raise TypeError(
                "小部件的 draw 应返回图的标题（一句话说出发现），它什么也没有返回。请在 draw 末尾 return 标题。"
            )
        lines = wrap(finding, self._columns)
        self._title.set_text("\n".join(lines))
        self._paint(len(lines))
        self.drawn += 1
        described = self._alt if isinstance(self._alt, str) else self._alt(**values)
        self._shown_alt = f"{finding}。{described}"
        return encode_png(self._canvas)

    def _paint(self, title_lines: int) -> None:
        """Draw the figure; with axes, ticks and labels as they were lately, draw only what stands in them.

        Ticks and their labels take most of the time of a drawing, and most slider moves leave them alone.
        """
        inside = [artist for ax in self.axes for artist in moving(ax)]
        state = [title_lines, *map(frame_state, self.axes)]
        frame = next((known for known in self._frames if known.state == state), None)
        if frame is None:
            self._lay_out(title_lines)
            for artist in (*inside, self._title):
                artist.set_animated(True)
            self._canvas.draw()
            # Ticks are only certain once they have been drawn.
            state = [title_lines, *map(frame_state, self.axes)]
            places = [ax.get_position() for ax in self.axes]
            frame = _Frame(state, places, self._canvas.copy_from_bbox(self.figure.bbox))
            self._frames = [*self._frames[1 - FRAMES :], frame]
        else:
            for ax, place in zip(self.axes, frame.places, strict=True):
                if ax.get_position().bounds != place.bounds:
                    ax.set_position(place)
                    ax.set_in_layout(True)
            self._canvas.restore_region(frame.background)
        renderer = self._canvas.get_renderer()
        spines = [spine for ax in self.axes if ax.axison for spine in ax.spines.values()]
        for artist in (*inside, *spines, self._title):
            artist.draw(renderer)

    def _lay_out(self, lines: int) -> None:
        """Make room for the title, ticks and labels; a layout engine at every picture would double its cost."""
        height = self.figure.get_figheight()
        top = (0.2 + lines * TITLE_SIZE * 1.35 / 72) / height
        self.figure.set_layout_engine("constrained", rect=(0.005, 0.005, 0.985, 1 - top))
        self._title.set_in_layout(False)
        self.figure.get_layout_engine().execute(self.figure)  # type: ignore[union-attr]
        self.figure.set_layout_engine("none")


@dataclass(frozen=True)
class _Frame:
    """What a picture had round its moving parts: how it is known again, where its axes stood, its pixels."""

    state: list[Any]
    places: list[Bbox]
    background: Any


def _sentence(error: Exception) -> str:
    text = str(error)
    if re.search(r"[一-鿿]", text):
        return f"这一组取值画不出图：{text}"
    return f"这一组取值画不出图（{type(error).__name__}）。把控件调回原来的位置；还是不行，就重新运行这个单元格。"


def _split(bundle: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return data and metadata of a bundle, which may come with or without metadata."""
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
    return dict(data), dict(metadata)
