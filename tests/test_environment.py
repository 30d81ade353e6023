"""One set of versions: pyproject.toml names the packages, requirements.lock pins them, environment.yml repeats the pins."""

import re
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def locked():
    pins = re.findall(
        r"^([A-Za-z0-9_.\-]+)==([^\s;\\]+)", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.M
    )
    versions = {}
    for name, version in pins:
        versions.setdefault(normal(name), set()).add(version)
    return versions


def top_level():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    listed = [*project["dependencies"], *(r for extra in project["optional-dependencies"].values() for r in extra)]
    return {normal(re.match(r"[A-Za-z0-9_.\-]+", requirement)[0]) for requirement in listed}


def test_conda_and_pip_users_get_the_same_top_level_versions():
    """Does environment.yml pin exactly the top-level packages, at the versions of the lock?"""
    text = (ROOT / "environment.yml").read_text(encoding="utf-8")
    conda = dict(re.findall(r"^ +- ([a-z0-9\-]+)(?:\[[a-z]+\])?==(\S+)$", text, re.M))
    assert set(conda) == top_level()
    # A package that dropped Python 3.11 has two pins in the lock; conda users get Python 3.12, so the newer one.
    assert "- python=3.12\n" in text
    newest = {name: max(locked()[name], key=lambda v: [int(n) for n in re.findall(r"\d+", v)]) for name in conda}
    assert conda == newest


def test_every_locked_package_has_a_hash_and_no_index_address():
    """Can the lock be installed with --require-hashes from any index?"""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[A-Za-z0-9_.\-]+==)", text, flags=re.M)[1:]
    assert len(blocks) > 100
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert not re.search(r"https?://|--index|--find-links|file:", text)


def test_repository_speaks_of_the_project_alone():
    """Is every tracked text file free of machine paths and package index addresses?"""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    pattern = re.compile(
        r"(?<![\w.])/(?:work|root|home|Users|tmp)/[\w.-]+|pythonhosted|pypi\.org|npmjs|deb\.debian\.org"
    )
    found = []
    for name in filter(None, tracked.split("\0")):
        path = ROOT / name
        if name == "tests/test_environment.py" or path.suffix in {".png"} or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{name}: {hit.group()}" for hit in pattern.finditer(text)]
    assert found == []
