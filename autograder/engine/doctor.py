"""What a machine and a course need for grading, looked at one by one: each line says what is, or what to do."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from autograder.engine.course import Course
from autograder.engine.ledger import ASSIGNMENT
from autograder.engine.sandbox import WallsMissing
from autograder.engine.worker import InterpreterEnded, Worker

_LOOK = """
import json, os, socket
def writable(folder):
    try:
        open(os.path.join(folder, ".probe"), "w").close()
    except OSError:
        return False
    return True
print(json.dumps({"source": os.path.exists(%r), "root": writable(%r),
                  "net": [name for _, name in socket.if_nameindex() if name != "lo"]}))
"""


@dataclass(frozen=True)
class Finding:
    """One line of the report."""

    good: bool
    text: str


def examine(course: Course) -> Iterator[Finding]:
    """Look at the machine and the course; every finding is a Chinese sentence."""
    yield from _walls(course)
    yield from _gradebook(course)
    settings, limits = course.settings, course.grading("").limits
    workers = settings.workers or len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    most = workers * settings.memory_mb
    told = f"同时批 {workers} 份；每份最多 {settings.memory_mb} MB 内存、一格 {limits.cell_seconds:g} 秒"
    if most > memory:
        yield Finding(
            False, f"{told}。一起用满要 {most} MB，这台机器只有 {memory} MB：请调小 c.CrmGrade.workers 或 memory_mb。"
        )
    else:
        yield Finding(True, f"{told}、整本 {limits.total_seconds:g} 秒、{limits.disk_mb} MB 磁盘。")


def _walls(course: Course) -> Iterator[Finding]:
    settings = course.settings
    if not settings.sandbox:
        yield Finding(False, "配置里关掉了隔离（c.CrmGrade.sandbox = False）：学生的代码能读写这台机器上的文件。")
    elif shutil.which("bwrap"):
        yield Finding(True, f"bubblewrap：{shutil.which('bwrap')}。")
    source, root = str(course.source), str(course.root)
    try:
        with Worker(course.environment()) as worker:
            with worker.session("student", course.grading("").limits, None) as session:
                reply = session.request({"op": "run", "code": _LOOK % (source, root), "number": 1}, 30)
    except (WallsMissing, ImportError, InterpreterEnded, RuntimeError) as error:
        yield Finding(False, str(error))
        return
    yield Finding(True, f"预先导入：{'、'.join(settings.preload) or '没有'}。")
    texts = [output["text"] for output in reply["outputs"] if output["output_type"] == "stream"]
    if reply["error"] is not None or not texts:
        yield Finding(False, f"隔离环境里运行不了代码：{reply['error']}。请把这一页发给维护者。")
        return
    seen = json.loads(texts[0])
    leaks = [
        *(["看得到教师版"] if seen["source"] else []),
        *(["写得了课程目录"] if seen["root"] else []),
        *([f"连得上网络（{'、'.join(seen['net'])}）"] if seen["net"] else []),
    ]
    if not leaks:
        yield Finding(True, "学生的代码看不到教师版，写不了课程目录，没有网络。")
    elif settings.sandbox:
        yield Finding(False, f"学生的代码{'、'.join(leaks)}。请检查 c.CrmGrade.read_only 有没有把教师版露出去。")


def _gradebook(course: Course) -> Iterator[Finding]:
    url = make_url(course.directory.db_url)
    shown = url.render_as_string(hide_password=True)
    sources = sorted(p.name for p in course.source.iterdir() if p.is_dir()) if course.source.is_dir() else []
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        yield Finding(False, f"还没有成绩册（{shown}）。请先运行 nbgrader generate_assignment 实训名。")
        return
    engine = None
    try:
        engine = create_engine(url)
        with engine.connect() as db:
            known = {str(row.name) for row in db.execute(select(ASSIGNMENT.c.name))}
    except (SQLAlchemyError, ImportError) as error:
        yield Finding(False, f"成绩册打不开（{shown}）：{getattr(error, 'orig', None) or error}。")
        return
    finally:
        if engine is not None:
            engine.dispose()
    yield Finding(True, f"成绩册：{shown}。")
    for lab in sources:
        if lab in known:
            yield Finding(True, f"实训 {lab}：收到 {len(course.submissions(lab))} 份。")
        else:
            yield Finding(False, f"实训 {lab}：成绩册里没有。请先运行 nbgrader generate_assignment {lab}。")
