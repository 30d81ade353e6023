"""A PostgreSQL server of our own: a temporary data folder, a unix socket, stopped at the end."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Start a server in ``folder``; yield the URL of its database."""
    room = folder / "pg"
    room.mkdir()
    user = None
    if os.geteuid() == 0:
        # The server refuses to run as root; every folder above must let it through.
        user = "postgres"
        shutil.chown(room, user)
        for above in (folder, *folder.parents):
            if above.stat().st_uid == 0 and not above.stat().st_mode & 0o001:
                above.chmod(above.stat().st_mode | 0o011)

    def command(name: str, *arguments: str) -> list[str]:
        return [str(BINARIES[-1].with_name(name)), *arguments]

    data = str(room / "data")
    initdb = command("initdb", "-D", data, "-U", "teacher", "-A", "trust", "--no-sync", "-E", "UTF8")
    subprocess.run(initdb, check=True, user=user, cwd=room, stdout=subprocess.DEVNULL, timeout=120)
    options = (
        "-D",
        data,
        "-c",
        "listen_addresses=",
        "-k",
        str(room),
        "-c",
        "fsync=off",
        "-c",
        "log_min_messages=panic",
    )
    process = subprocess.Popen(command("postgres", *options), user=user, cwd=room, stderr=subprocess.DEVNULL)
    try:
        ready = command("pg_isready", "-q", "-h", str(room))
        end = time.monotonic() + 60
        while subprocess.run(ready, timeout=60).returncode != 0:
            assert process.poll() is None and time.monotonic() < end, "PostgreSQL did not start"
            time.sleep(0.1)
        yield f"postgresql+psycopg://teacher@/postgres?host={room}"
    finally:
        process.send_signal(signal.SIGQUIT)  # at once
        process.wait(60)
