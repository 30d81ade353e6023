"""Shared by all tests: nobody's own progress, student number or settings are read or written."""

import os

os.environ.setdefault("MPLBACKEND", "agg")

import pytest


@pytest.fixture(autouse=True)
def own_state(tmp_path_factory, monkeypatch):
    """Give every test a state folder of its own and no student number."""
    monkeypatch.setenv("CRMLAB_STATE_DIR", str(tmp_path_factory.mktemp("state")))
    monkeypatch.delenv("CRMLAB_STUDENT_ID", raising=False)
