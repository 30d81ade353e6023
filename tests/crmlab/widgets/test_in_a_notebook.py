"""Widgets in an executed notebook, where a kernel runs but no page listens."""

import base64
import io

import nbformat
import pytest
from nbclient import NotebookClient
from PIL import Image

pytestmark = pytest.mark.slow

CELLS = [
    "from crmlab import plots, widgets\nplots.setup()",
    "live = widgets.satisfaction.gap_states()\nlive",
    "live.set(expect=3, perceive=9)\nlive",
    "widgets.satisfaction.kano_matrix()",
    "widgets.satisfaction.nps_threshold([1, 11])",
]


@pytest.fixture(scope="module")
def outputs():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    NotebookClient(notebook, timeout=120, kernel_name="python3", allow_errors=True).execute()
    return [cell.outputs for cell in notebook.cells]


def test_nothing_on_stderr(outputs):
    """Does no widget write to stderr, which would cost marks in a graded notebook?"""
    assert [o for cell in outputs for o in cell if o.output_type == "stream"] == []


@pytest.mark.parametrize("cell", [1, 2, 3])
def test_one_output_with_picture_and_words(outputs, cell):
    """Is there one output a cell, with live view, picture and alternative text?"""
    (output,) = outputs[cell]
    assert set(output.data) == {"application/vnd.jupyter.widget-view+json", "image/png", "text/plain"}
    assert output.metadata["image/png"]["alt"] == output.data["text/plain"]
    image = Image.open(io.BytesIO(base64.b64decode(output.data["image/png"])))
    assert image.width == 720
    assert len(output.data["image/png"]) < 100_000


def test_saved_picture_shows_the_values_at_that_time(outputs):
    """Does a second display after a move leave the new finding?"""
    assert outputs[1][0].data["text/plain"].startswith("期望 7 分、感知 5 分：差距 −2 分，不满意。")
    assert outputs[2][0].data["text/plain"].startswith("期望 3 分、感知 9 分：差距 6 分，惊喜。")


def test_bad_data_show_the_error_and_no_widget(outputs):
    """Is the only output of a cell with bad data the Chinese error?"""
    (output,) = outputs[4]
    assert output.output_type == "error"
    assert output.evalue == (
        "参数 scores 应在 0–10 之间，第 2 行是 11。若是 1–5 分的满意题，请改用 satisfaction.csat()。"
    )
