"""A PostgreSQL server of our own: a temporary data folder, a unix socket, stopped at the end."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))


class Server:
    """A server that can be stopped and started; ``url`` is its database."""

    def __init__(self) -> None:
        # Not below pytest's folder: another run of pytest may close that at any moment to everybody but its owner.
        self.room = Path(tempfile.mkdtemp(prefix="pg-"))
        self.url = f"postgresql+psycopg://teacher@/postgres?host={self.room}"
        self.user: str | None = None
        self.process: subprocess.Popen[bytes] | None = None
        if os.geteuid() == 0:
            self.user = "postgres"  # the server refuses to run as root
            shutil.chown(self.room, self.user)
        initdb = ("initdb", "-D", str(self.room / "data"), "-U", "teacher", "-A", "trust", "--no-sync", "-E", "UTF8")
        subprocess.run(self._command(*initdb), check=True, user=self.user, cwd=self.room, stdout=-3, timeout=240)

    def _command(self, name: str, *arguments: str) -> list[str]:
        return [str(BINARIES[-1].with_name(name)), *arguments]

    def start(self) -> None:
        settings = ("listen_addresses=", "fsync=off", "log_min_messages=panic")
        options = [part for setting in settings for part in ("-c", setting)]
        command = self._command("postgres", "-D", str(self.room / "data"), "-k", str(self.room), *options)
        self.process = subprocess.Popen(command, user=self.user, cwd=self.room, stderr=subprocess.DEVNULL)
        ready = self._command("pg_isready", "-q", "-h", str(self.room))
        end = time.monotonic() + 60
        while subprocess.run(ready, timeout=60).returncode != 0:
            assert self.process.poll() is None and time.monotonic() < end, "PostgreSQL did not start"
            time.sleep(0.1)

    def stop(self) -> None:
        """At once, as if the machine had lost power."""
        if self.process is not None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(60)

    def close(self) -> None:
        """Stop and leave nothing behind."""
        try:
            self.stop()
        finally:
            shutil.rmtree(self.room, ignore_errors=True)


@contextmanager
def server() -> Iterator[str]:
    """Start a server; yield the URL of its database."""
    held = Server()
    try:
        held.start()
        yield held.url
    finally:
        held.close()
