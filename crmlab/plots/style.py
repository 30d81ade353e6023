"""Fonts, palette and display of the course's figures: set here once."""

import importlib.util
import io
import logging
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.font_manager as fm
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

PALETTE = {
    "blue": "#0072B2",
    "orange": "#E69F00",
    "green": "#009E73",
    "red": "#D55E00",
    "purple": "#CC79A7",
    "sky": "#56B4E9",
    "yellow": "#F0E442",
    "black": "#000000",
    "grey": "#767676",
}
CYCLE = [PALETTE[name] for name in ("blue", "red", "green", "orange", "purple", "sky", "black")]
HATCHES = ("", "///", "...", "xxx", "\\\\\\", "++", "oo")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
DPI = 100


@cache
def font_family() -> str:
    """注册课程自带的中文字体，返回它的字体族名。

    Returns
    -------
    str
        字体族名，如 ``"Noto Sans SC"``。

    Raises
    ------
    FileNotFoundError
        字体包 zhplot 没有装好。
    """
    spec = importlib.util.find_spec("zhplot")
    folder = Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else None
    font = next(iter(sorted(folder.rglob("NotoSansSC*.ttf"))), None) if folder else None
    if font is None:
        raise FileNotFoundError("找不到中文字体。请运行：pip install --force-reinstall zhplot")
    fm.fontManager.addfont(str(font))
    # Only the Regular weight is shipped; matplotlib logs a line for every bold request it cannot meet.
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
    return fm.FontProperties(fname=str(font)).get_name()


def style() -> Any:
    """返回课程图表的 matplotlib 设置（可交给 ``matplotlib.rc_context``）。

    Returns
    -------
    dict
        rcParams 的键和值。
    """
    return {
        # The CJK family comes first: with a Latin family first, text that mixes Chinese and $math$ is all boxes.
        "font.family": [font_family(), "DejaVu Sans"],
        "axes.unicode_minus": True,
        "axes.prop_cycle": cycler(color=CYCLE),
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlelocation": "left",
        "axes.titlesize": 12,
        "axes.titlepad": 10,
        "axes.labelsize": 10,
        "axes.grid": False,
        "grid.color": "#DDDDDD",
        "figure.dpi": DPI,
        "figure.figsize": (7.2, 3.8),
        "figure.constrained_layout.use": True,
        "font.size": 10,
        "hatch.linewidth": 0.6,
        "legend.frameon": False,
        "savefig.dpi": DPI,
    }


def setup() -> None:
    """让之后画的图都用课程的中文字体和配色。每个笔记本开头运行一次。

    Examples
    --------
    >>> setup()
    >>> mpl.rcParams["font.family"][0]
    'Noto Sans SC'
    """
    mpl.rcParams.update(style())


def to_picture(figure: Figure) -> Image.Image:
    """把一张图画成 Pillow 的图（RGB）。"""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return Image.frombytes("RGBA", canvas.get_width_height(), bytes(canvas.buffer_rgba())).convert("RGB")


def to_png(figure: Figure) -> bytes:
    """把一张图变成 PNG 的字节（100 dpi）。

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        图。

    Returns
    -------
    bytes
        PNG 文件的内容。
    """
    buffer = io.BytesIO()
    # matplotlib's own way writes its version, which would change the notebooks at every update, and a fourth channel
    # that says nothing; without it, level 3 makes files as small as level 6 in half the time.
    to_picture(figure).save(buffer, "PNG", compress_level=3, dpi=(figure.dpi, figure.dpi))
    return buffer.getvalue()


def show(drawn: Axes | Figure, alt: str) -> None:
    """显示一张图，并附上替代文字（读屏软件和打不开图片的人读它）。

    Parameters
    ----------
    drawn : Axes or Figure
        要显示的图。
    alt : str
        替代文字：图里看到什么，至少 15 个字。

    Raises
    ------
    ValueError
        替代文字太短。
    """
    from IPython.display import display

    if len(alt) < 15:
        raise ValueError(f"参数 alt 是给看不见图的人读的，至少 15 个字，你写了 {len(alt)} 个字。请写清图里看到什么。")
    figure = drawn if isinstance(drawn, Figure) else drawn.get_figure(root=True)
    if figure is None:
        raise ValueError("这个坐标轴不属于任何一张图。请重新画一次再显示。")
    bundle = {"image/png": to_png(figure), "text/plain": alt}
    display(bundle, raw=True, metadata={"image/png": {"alt": alt}})
    if hasattr(figure, "number"):  # made by pyplot, which would show it a second time
        import matplotlib.pyplot as plt

        plt.close(figure)


def new_axes(title: str, *, height: float = 3.8, width: float = 7.2, columns: int = 1) -> Any:
    """新建一张图，返回坐标轴（``columns`` 大于 1 时返回坐标轴数组，标题写在整张图上）。

    Parameters
    ----------
    title : str
        图的标题：一句话说出发现。
    height, width : float
        高和宽，英寸。
    columns : int
        并排的格数。

    Returns
    -------
    Axes or ndarray of Axes
        坐标轴。
    """
    with mpl.rc_context(style()):
        figure = Figure(figsize=(width, height), layout="constrained")
        axes = figure.subplots(1, columns)
        if columns == 1:
            axes.set_title(title)
        else:
            figure.suptitle(title, x=0.01, ha="left", fontsize=12)
    return axes
