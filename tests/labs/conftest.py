"""The bench that the tests of one lab share."""

import pytest

from tests.labs import bench


@pytest.fixture(scope="module")
def stage(request: pytest.FixtureRequest):
    """A bench on which everything of the module's LAB has been answered rightly; each test overwrites one answer."""
    yield from bench.answered(request.module.LAB)
