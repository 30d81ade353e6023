"""The walls round a student's interpreter.

bubblewrap makes the namespaces and mounts and holds them open with an idle process; the warm interpreter, forked and
not executed anew, joins them, steps into a user namespace of its own that owns none of the mounts, gives up every
privilege and takes its limits. Linux only. What is and is not guarded is told in autograder/README.md.
"""

import contextlib
import ctypes
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

BOX = "/box"  # the only place a student's code can write to
_NAMESPACES = {"user": 0x10000000, "mnt": 0x20000, "uts": 0x4000000, "ipc": 0x8000000, "net": 0x40000000,
               "cgroup": 0x2000000, "pid": 0x20000000}  # fmt: skip
_CLONE_NEWUSER = 0x10000000
_MS_NOSUID, _MS_NODEV = 2, 4
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 4, 24, 38
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, _PR_SET_CHILD_SUBREAPER = 47, 4, 36
_FIRST_UID = 2_000_000_000  # far above any account: what root's grader turns into before student code runs


class WallsMissing(RuntimeError):  # noqa: N818  # the machine lacks them: nothing failed
    """The walls cannot be had on this machine (Chinese text: why, and what to do)."""


@dataclass(frozen=True)
class Limits:
    """What one submission may use.

    ``memory_mb`` counts all its processes together, beyond what the warm interpreter holds; ``disk_mb`` and ``files``
    bound what it can write; ``cell_seconds`` is the time of one cell, ``total_seconds`` of the whole notebook.
    """

    memory_mb: int = 2048
    cell_seconds: float = 30.0
    total_seconds: float = 300.0
    processes: int = 32
    open_files: int = 256
    file_mb: int = 64
    disk_mb: int = 128
    files: int = 4000


_libc = ctypes.CDLL(None, use_errno=True)


def _check(value: int, what: str) -> None:
    if value != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def die_with_parent() -> None:
    """Ask the kernel to kill this process when its parent ends."""
    _check(_libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "prctl")


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends."""
    _check(_libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), "prctl")


def end_children(keep: Collection[int] = ()) -> None:
    """End this process's children but ``keep``, and what becomes its child meanwhile, until none is left."""
    while True:
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
            strangers = {int(pid) for pid in file.read().split()}.difference(keep)
        if not strangers:
            return
        for pid in strangers:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def command(read_only: Sequence[Path], hidden: Sequence[Path], info: int) -> list[str]:
    """Return the bubblewrap command that holds one set of walls open."""
    bwrap = shutil.which("bwrap")
    if sys.platform != "linux" or bwrap is None:
        raise WallsMissing(
            "找不到 bubblewrap，没有它就拦不住学生的代码。在 Debian、Ubuntu 上运行 apt-get install bubblewrap 安装；"
            "别的系统请在 Linux 机器上批改。确实要不设防地运行时，加 --no-sandbox（会写进每份结果）。"
        )
    args = [bwrap, *([] if os.geteuid() == 0 else ["--unshare-user"])]
    args += ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    args += ["--die-with-parent", "--new-session", "--clearenv", "--hostname", "box", "--info-fd", str(info)]
    for path in map(Path, ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")):
        if path.is_symlink():
            args += ["--symlink", os.readlink(path), str(path)]
        elif path.exists():
            args += ["--ro-bind", str(path), str(path)]
    # Parents that bubblewrap makes by itself would be its owner's alone.
    parents = {parent for path in (*read_only, Path("/etc/x"), Path("/var/x")) for parent in path.parents}
    for path in sorted(parents - {Path("/")}):
        if not any(path.is_relative_to(shown) for shown in read_only):
            args += ["--perms", "0755", "--dir", str(path)]
    for name in ("ld.so.cache", "localtime", "fonts", "alternatives", "mime.types"):
        args += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    masks = [p for p in hidden if any(p.is_relative_to(shown) for shown in (*read_only, Path("/usr")))]
    # From the outside in: what is readable inside a hidden folder shows again.
    for path, mask in sorted([(p, False) for p in read_only] + [(p, True) for p in masks]):
        args += ["--tmpfs", str(path)] if mask else ["--ro-bind", str(path), str(path)]
    for path in masks:
        args += ["--remount-ro", str(path)]
    args += ["--proc", "/proc", "--dir", "/dev"]
    for name in ("null", "zero", "full", "random", "urandom"):
        args += ["--dev-bind", f"/dev/{name}", f"/dev/{name}"]
    args += ["--symlink", "/proc/self/fd", "/dev/fd", "--symlink", f"{BOX}/shm", "/dev/shm"]  # noqa: S108
    for folder in ("/tmp", "/var/tmp"):  # noqa: S108
        # Where the course itself lies below it, it stays a folder, and TMPDIR alone says where to write.
        if not any(path.is_relative_to(folder) for path in (*read_only, *masks)):
            args += ["--symlink", f"{BOX}/tmp", folder]  # noqa: S108
    args += ["--dir", BOX]
    return [*args, "--remount-ro", "/", "/bin/cat"]


class Walls:
    """One set of walls, held open by an idle process inside; :meth:`close` ends everything within.

    Parameters
    ----------
    read_only : sequence of Path
        What may be read inside, at the same paths: Python, the course's public data.
    hidden : sequence of Path
        Folders that must not show even where they lie inside a readable one.
    """

    def __init__(self, read_only: Sequence[Path], hidden: Sequence[Path]) -> None:
        info_read, info_write = os.pipe()
        try:
            self._holder = subprocess.Popen(  # noqa: S603  # our own command, no shell
                command(read_only, hidden, info_write),
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, pass_fds=[info_write],
            )  # fmt: skip
        except BaseException:
            os.close(info_read)
            raise
        finally:
            os.close(info_write)
        with os.fdopen(info_read, "rb") as stream:
            info = stream.read()
        assert self._holder.stdin is not None and self._holder.stdout is not None and self._holder.stderr is not None  # noqa: S101
        try:
            self._holder.stdin.write(b".")
            self._holder.stdin.flush()
            ready = self._holder.stdout.read(1) == b"."  # the holder runs, so all mounts are in place
        except BrokenPipeError:
            ready = False
        if not info or not ready:
            said = self._holder.stderr.read().decode(errors="replace").strip()
            self._holder.kill()
            self._holder.wait()
            raise WallsMissing(
                f"bubblewrap 没能建起隔离环境（{said[:300]}）。常见原因是系统关掉了普通用户的命名空间："
                "请管理员打开 kernel.unprivileged_userns_clone 和 user.max_user_namespaces，或换一台机器批改。"
            )
        self.pid = int(json.loads(info)["child-pid"])
        self.holder = self._holder.pid

    @property
    def standing(self) -> bool:
        """Whether the idle process is still there."""
        return self._holder.poll() is None

    def kill(self) -> None:
        """End every process inside."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """End every process inside and wait until the last is gone; the caller's own children must be waited for before."""
        self.kill()
        self._holder.wait()
        for stream in (self._holder.stdin, self._holder.stdout, self._holder.stderr):
            if stream is not None:
                stream.close()


@contextlib.contextmanager
def entering(pid: int) -> Iterator[None]:
    """Let the children that are forked meanwhile be inside the process namespace of ``pid``; root may, and come back."""
    handles = [os.open(path, os.O_RDONLY) for path in (f"/proc/{pid}/ns/pid", "/proc/self/ns/pid")]
    try:
        _check(_libc.setns(handles[0], _NAMESPACES["pid"]), "setns pid")
        try:
            yield
        finally:
            _check(_libc.setns(handles[1], _NAMESPACES["pid"]), "setns pid")
    finally:
        for handle in handles:
            os.close(handle)


def join(pid: int) -> None:
    """Join the namespaces of process ``pid``; the caller's next child is inside."""
    handles = []
    for name, flag in _NAMESPACES.items():
        path = f"/proc/{pid}/ns/{name}"
        if os.path.exists(path) and os.readlink(path) != os.readlink(f"/proc/self/ns/{name}"):
            handles.append((os.open(path, os.O_RDONLY), flag, name))
    for handle, flag, name in handles:
        _check(_libc.setns(handle, flag), f"setns {name}")
        os.close(handle)


def confine(limits: Limits, slot: int) -> None:
    """Take the last steps inside the walls: own writable disk, no privileges, limits.

    ``slot`` tells this machine's workers apart, so that under root two of them do not count each other's processes.
    """
    options = f"size={limits.disk_mb}m,nr_inodes={limits.files},mode=0777"
    _check(_libc.mount(b"tmpfs", BOX.encode(), b"tmpfs", _MS_NOSUID | _MS_NODEV, options.encode()), "mount")
    user = os.getuid()
    if user == 0:
        user = _FIRST_UID + slot
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    group = os.getgid()
    _check(_libc.unshare(_CLONE_NEWUSER), "unshare")
    _check(_libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0), "prctl")  # else /proc/self is not ours to write
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{user} {user} 1")
    _write("/proc/self/gid_map", f"{group} {group} 1")
    _write("/proc/sys/user/max_user_namespaces", "0")  # of the namespace just made: no further one inside it
    os.nice(10)  # whoever fills the machine must not keep the warm process from ending him
    os.umask(0o022)
    for folder in ("home", "tmp", "shm", "work"):
        os.mkdir(f"{BOX}/{folder}", 0o700)
    os.chdir(f"{BOX}/work")
    limit(limits)
    for capability in range(64):
        if _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0) != 0:
            break
    _libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    _check(_libc.capset(header, (ctypes.c_uint32 * 6)()), "capset")
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl")


def limit(limits: Limits) -> None:
    """Set the kernel's limits of this process and its children."""
    with open("/proc/self/statm", encoding="ascii") as file:
        held = int(file.read().split()[0]) * resource.getpagesize()
    seconds = int(limits.total_seconds) + 5
    for name, value in (
        (resource.RLIMIT_AS, held + limits.memory_mb * 2**20),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_FSIZE, limits.file_mb * 2**20),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
        (resource.RLIMIT_SIGPENDING, 512),
    ):
        hard = resource.getrlimit(name)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(name, (value, value))


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
