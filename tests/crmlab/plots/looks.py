"""What a person would see at a glance: words that run out of the picture or over each other."""

from itertools import combinations

from matplotlib.backends.backend_agg import FigureCanvasAgg


def _boxes(figure):
    """Yield every word that is drawn but the tick labels, which matplotlib keeps apart itself."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    words = [figure._suptitle] if figure._suptitle else []
    for ax in figure.axes:
        words += [*ax.texts, ax._left_title]
        words += [ax.xaxis.label, ax.yaxis.label] if ax.axison else []
        words += ax.get_legend().get_texts() if ax.get_legend() else []
    return [
        (word.get_text(), word.get_window_extent(renderer))
        for word in words
        if word.get_visible() and word.get_text().strip() and word.get_alpha() != 0
    ]


def assert_within(figure):
    """Every word stands within the picture."""
    for word, box in _boxes(figure):
        assert box.x0 >= -1 and box.x1 <= figure.bbox.x1 + 1, word
        assert box.y0 >= -1 and box.y1 <= figure.bbox.y1 + 1, word


def assert_no_text_overlaps(figure):
    """No two words stand over each other."""
    for (one, a), (other, b) in combinations(_boxes(figure), 2):
        width = min(a.x1, b.x1) - max(a.x0, b.x0)
        height = min(a.y1, b.y1) - max(a.y0, b.y0)
        assert width <= 2 or height <= 2, (one, other)


def assert_legend_above(ax):
    """The legend stands over the axes and under the title, where it covers nothing drawn."""
    figure = ax.get_figure(root=True)
    FigureCanvasAgg(figure).draw()
    legend, title = ax.get_legend().get_window_extent(), ax._left_title.get_window_extent()
    assert legend.y0 >= ax.get_window_extent().y1 - 1
    assert legend.y1 <= title.y0 + 2
