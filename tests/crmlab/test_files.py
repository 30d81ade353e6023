"""Atomic writing."""

import os

import pytest

from crmlab._files import write_atomic


def test_content_and_permissions(tmp_path):
    """Is text written as UTF-8 with bare newlines, a new file readable by others, and an old file's mode kept?"""
    path = tmp_path / "a.txt"
    write_atomic(path, "满意\n")
    assert path.read_bytes() == "满意\n".encode() and path.stat().st_mode & 0o777 == 0o644
    path.chmod(0o600)
    write_atomic(path, b"\x00")
    assert path.read_bytes() == b"\x00" and path.stat().st_mode & 0o777 == 0o600


def test_interruption_keeps_the_old_file(tmp_path, monkeypatch):
    """If writing is interrupted before the move, is the old content there and no litter left?"""
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")

    def interrupt(source, target):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomic(path, "new")
    assert path.read_text(encoding="utf-8") == "old" and [p.name for p in tmp_path.iterdir()] == ["a.txt"]
