"""The warm process, its forks and the walls: what is seen inside, and that nothing is left when anything ends."""

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from autograder.engine.channel import Channel, ClosedError, GarbledError
from autograder.engine.sandbox import Limits, WallsMissing, command
from autograder.engine.worker import Environment, InterpreterEnded, Worker
from tests import needs
from tests.engine.mini_lab import LIMITS

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def worker():
    needs.bubblewrap()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_PASSWORD", "keyboard-secret")
        with Worker(Environment(preload=("numpy",), variables={"COURSE": "crm"})) as made:
            yield made


def run(worker: Worker, code: str, side: str = "student", limits: Limits = LIMITS, folder: Path | None = None) -> str:
    """Run a cell and return all it shows."""
    with worker.session(side, limits, None, None if folder is None else str(folder)) as session:
        reply = session.request({"op": "run", "code": code, "number": 1}, 20)
    assert reply["op"] == "ran", reply
    return "".join(o.get("text", "") + o.get("evalue", "") for o in reply["outputs"])


def test_nothing_of_the_person_at_the_keyboard(worker: Worker, tmp_path: Path):
    for side in ("student", "checker"):
        seen = json.loads(run(worker, "import json, os\nprint(json.dumps(dict(os.environ)))", side, folder=tmp_path))
        assert "DATABASE_PASSWORD" not in seen
        assert seen["COURSE"] == "crm"
        assert seen["HOME"] != os.environ.get("HOME")
    whole = "from pathlib import Path\nprint(Path('/proc/self/environ').read_text())"
    assert "keyboard-secret" not in run(worker, whole)


def test_what_is_seen_inside(worker: Worker, tmp_path: Path):
    secret = tmp_path / "secret.txt"
    secret.write_text("outside")
    code = f"""
import os, socket, tempfile
spare = os.path.join(tempfile.gettempdir(), "x")
print(os.path.exists({str(secret)!r}), os.path.exists({str(ROOT / "autograder")!r}), os.path.exists("/home"),
      os.path.exists("/etc/passwd"))
print(sorted(os.listdir("/")))
print([p for p in os.listdir("/proc") if p.isdigit()].__len__() <= 3)
print(os.getcwd(), os.environ["HOME"], os.path.exists(spare))
print(socket.gethostname(), [name for _, name in socket.if_nameindex()])
open("mine.txt", "w").write("x"); open(spare, "w").write("x"); open(os.path.expanduser("~/y"), "w").write("y")
"""
    first, *_ = lines = run(worker, code).splitlines()
    assert first == "False False False False"
    assert lines[2:] == ["True", "/box/work /box/home False", "box ['lo']"]
    if not ROOT.is_relative_to("/tmp"):  # there a course is in the way, and TMPDIR alone says where to write
        assert run(worker, "import os, tempfile\nprint(os.path.samefile('/tmp', tempfile.gettempdir()))") == "True\n"
    # The next run starts with an empty disk.
    assert run(worker, code).splitlines() == lines


@pytest.mark.parametrize(
    "act",
    [
        "open('/etc/x', 'w')", "open('/usr/x', 'w')", f"open({sys.prefix + '/x'!r}, 'w')", "open('/x', 'w')",
        "import os; os.mkdir('/box/../new')", "import os; os.mknod(os.path.join('/tmp', 'sda'), 0o60600, 2048)",
        "import os; os.chroot('/tmp')", "import os; os.setuid(0)", "import os; os.kill(1, 9); os.kill(-1, 0); 1/0",
        "import os; os.nice(-5)", "import ctypes; assert ctypes.CDLL(None).unshare(0x10000000) == 0",
        "import ctypes; assert ctypes.CDLL(None).mount(b'x', b'/tmp', b'tmpfs', 0, 0) == 0",
        "import socket; socket.create_connection(('127.0.0.1', 22), 1)",
        "import socket; socket.create_connection(('192.0.2.1', 80), 1)",
        "open('big', 'wb').write(bytes(50 * 2**20))", "import os; [open(f'f{i}', 'w').close() for i in range(5000)]",
        "open('/proc/1/environ').read()", "open('/proc/sys/kernel/hostname', 'w').write('x')",
    ],
)  # fmt: skip
def test_what_is_refused_inside(worker: Worker, act: str):
    with worker.session("student", LIMITS, None) as session:
        reply = session.request({"op": "run", "code": act, "number": 1}, 20)
        assert reply["error"] in {
            "OSError", "PermissionError", "FileNotFoundError", "ConnectionRefusedError", "AssertionError",
            "ZeroDivisionError", "TimeoutError",
        }, reply  # fmt: skip
        again = session.request({"op": "run", "code": "1 + 1", "number": 2}, 20)
        assert again["number"] == 2


def test_memory_of_all_processes_together(worker: Worker):
    """Are many processes that hold little each counted together, and is a big one refused?"""
    small = Limits(memory_mb=200, cell_seconds=20, processes=16)
    assert "MemoryError" in run(worker, "try:\n    x = bytearray(400 * 2**20)\nexcept MemoryError:\n    print('MemoryError')",
                                limits=small)  # fmt: skip
    many = """
import os, time
for _ in range(6):
    if os.fork() == 0:
        held = bytearray(os.urandom(2**20) * 60)
        time.sleep(60)
        os._exit(0)
time.sleep(20)
"""
    with worker.session("student", small, None) as session:
        with pytest.raises(InterpreterEnded) as ended:
            session.request({"op": "run", "code": many, "number": 1}, 18)
    assert ended.value.code == "out_of_memory"


@pytest.mark.parametrize(
    ("act", "status"), [("import os; os._exit(7)", 7), ("import os; os.kill(os.getpid(), 11)", -11)]
)
def test_exit_codes_are_told(worker: Worker, act: str, status: int):
    with worker.session("student", LIMITS, None) as session:
        session.send({"op": "run", "code": act, "number": 1})
        with pytest.raises(ClosedError):
            session.channel.receive(10)
        assert session.close() == (status, "")


def test_a_late_cell_is_interrupted_and_the_next_runs(worker: Worker):
    with worker.session("student", LIMITS, None) as session:
        reply = session.request({"op": "run", "code": "import time\nx = 1\ntime.sleep(60)", "number": 1}, 0.5)
        assert reply["late"] is True
        assert reply["error"] == "KeyboardInterrupt"
        assert session.request({"op": "run", "code": "x", "number": 2}, 20)["number"] == 1


def _alive(marks: list[str]) -> list[str]:
    """Return the processes whose command holds all the marks and that are no zombies."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                text = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                state = (folder / "stat").read_text().rsplit(")", 1)[1].split()[0]
            except OSError:
                continue
            if state != "Z" and all(mark in text for mark in marks):
                found.append(f"{folder.name} {text[:100]}")
    return found


def _gone(marks: list[str], seconds: float = 10) -> list[str]:
    deadline = time.monotonic() + seconds
    while (found := _alive(marks)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


BUSY = """
import sys
from pathlib import Path
from autograder.engine.sandbox import Limits
from autograder.engine.worker import Environment, Started, Worker

# A module that is not there: its name marks the warm process and all its forks.
worker = Worker(Environment(preload=("numpy",), hidden=(Path(sys.argv[1]),)), Started([sys.argv[1]]))
with worker.session("student", Limits(), None) as one, worker.session("checker", Limits(), None, sys.argv[1]) as two:
    forks = "import os, time\\nfor _ in range(3):\\n    if os.fork() == 0:\\n        os.setsid(); time.sleep(1000)\\ntime.sleep(1000)"
    one.send({"op": "run", "code": forks, "number": 1})
    two.send({"op": "run", "code": "import time; time.sleep(1000)", "number": 1})
    print(worker.process.pid, flush=True)
    one.receive(900)
"""


@pytest.mark.parametrize("victim", ["engine", "warm process", "both"])
def test_kill_leaves_no_process(victim: str, tmp_path: Path):
    """Does kill -9 of the engine or of its warm process end every fork and every wall at once?"""
    needs.bubblewrap()
    mark = str(tmp_path)
    engine = subprocess.Popen(
        [sys.executable, "-c", BUSY, mark], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT
    )
    assert engine.stdout is not None
    try:
        zygote = int(engine.stdout.readline())
        time.sleep(0.5)
        inside = [p for p in _alive(["autograder.engine.zygote", mark])]
        assert len(inside) >= 6, inside  # the warm process, two interpreters, three forks
        if victim != "engine":
            os.kill(zygote, signal.SIGKILL)
        if victim != "warm process":
            engine.kill()
        assert _gone(["autograder.engine.zygote", mark]) == []
        assert _gone(["bwrap", mark]) == []
    finally:
        engine.kill()
        engine.wait()
        engine.stdout.close()


def test_a_session_that_ends_takes_its_processes_along(tmp_path: Path):
    needs.bubblewrap()
    mark = str(tmp_path)
    with Worker(Environment(preload=("numpy",), hidden=(tmp_path,))) as made:
        before = len(_alive(["autograder.engine.zygote", mark]))
        forks = "import os, time\nfor _ in range(5):\n    if os.fork() == 0:\n        os.setsid(); time.sleep(1000)"
        for side in ("student", "checker"):
            with made.session(side, LIMITS, None, None if side == "student" else mark) as session:
                session.request({"op": "run", "code": forks, "number": 1}, 20)
            deadline = time.monotonic() + 5
            while len(_alive(["autograder.engine.zygote", mark])) > before and time.monotonic() < deadline:
                time.sleep(0.05)
            assert len(_alive(["autograder.engine.zygote", mark])) == before
    assert _gone(["autograder.engine.zygote", mark]) == []


def test_a_module_that_is_not_there_is_named():
    with pytest.raises(ImportError) as error:
        Worker(Environment(preload=("numpy", "no_such_module_x")))
    assert str(error.value) == (
        "批改环境里导入不了：no_such_module_x（ModuleNotFoundError: No module named 'no_such_module_x'）。"
        "请先装好，或改配置里的 preload。"
    )


def test_without_bubblewrap_it_refuses(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(WallsMissing) as error:
        command([], [], 3)
    assert str(error.value) == (
        "找不到 bubblewrap，没有它就拦不住学生的代码。在 Debian、Ubuntu 上运行 apt-get install bubblewrap 安装；"
        "别的系统请在 Linux 机器上批改。确实要不设防地运行时，加 --no-sandbox（会写进每份结果）。"
    )


def test_messages_that_are_none():
    """Does the engine's end of a channel refuse what is no message, and keep a half one until the rest is there?"""
    for raw, error in (
        (b"\x00\x00\x00\x02[]", GarbledError), (b"\x00\x00\x00\x03{{{", GarbledError), (b"\xff\xff\xff\xff", GarbledError),
        (b"\x00\x00\x00\x09{\"op\": 3}", GarbledError), (b"\x00\x00", ClosedError),
    ):  # fmt: skip
        ours, theirs = socket.socketpair()
        theirs.sendall(raw)
        theirs.close()
        channel = Channel(ours)
        with pytest.raises(error):
            channel.receive(1)
        channel.close()
    ours, theirs = socket.socketpair()
    channel, other = Channel(ours), Channel(theirs)
    body = b'\x00\x00\x00\x0b{"op": "a"}'
    theirs.sendall(body[:7])
    with pytest.raises(TimeoutError):
        channel.receive(0.05)
    theirs.sendall(body[7:])
    assert channel.receive(1) == {"op": "a"}
    channel.close()
    with pytest.raises(ClosedError):
        other.send({"op": "x" * 1_000_000})
    other.close()


ORDINARY = """
import json, sys
from autograder.engine.worker import Environment, Worker
from tests.engine.mini_lab import graded, points, simple

bundle = simple("import pandas as pd\\nd = pd.DataFrame({'v': [2, 1]})", "t = d.sort_values('v')", "assert t['v'].tolist() == [1, 2]")
with Worker(Environment(preload=("numpy", "pandas"))) as worker:
    right = graded(worker, bundle, {})
    wrong = graded(worker, bundle, {"q": "import os\\nt = d\\nprint(os.getuid(), os.path.exists('/etc/passwd'))"})
print(json.dumps([right.walls, right.outcome.code, points(right), points(wrong), wrong.notebooks["mini"].nb["cells"][1]["outputs"][0]["text"]]))
"""


# Root's Python may lie in a folder that is closed to others: in a mount namespace of its own it is shown to all.
OPENED = """
set -e
spare=$1; python=$2; code=$3; closed=$4; inside=$5
if [ -n "$closed" ]; then
    mkdir "$spare/kept"
    mount --bind "$inside" "$spare/kept"
    mount -t tmpfs -o mode=0755 none "$closed"
    mkdir -p "$inside"
    mount --bind "$spare/kept" "$inside"
fi
exec setpriv --reuid 12345 --regid 12345 --clear-groups "$python" -c "$code"
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="the other tests run as an ordinary user here already")
def test_an_ordinary_user_grades_behind_walls():
    """Does an account without any privilege get the same walls?"""
    needs.bubblewrap()
    base = Path(sys.base_prefix).resolve()
    closed = next((p for p in reversed(base.parents) if not os.stat(p).st_mode & stat.S_IXOTH), None)
    with tempfile.TemporaryDirectory(prefix="ordinary-") as folder:
        place = Path(folder, "program")
        for name in ("autograder/engine", "tests/engine"):
            shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
            (place / name).with_name("__init__.py").touch()
        Path(folder).chmod(0o755)
        done = subprocess.run(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", OPENED, "sh", folder, sys.executable, ORDINARY,
             str(closed or ""), str(base)],
            cwd=place, capture_output=True, text=True, timeout=100,
            env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == ["bubblewrap", "graded", {"q-test": 1.0}, {"q-test": 0.0}, "12345 False\n"]
