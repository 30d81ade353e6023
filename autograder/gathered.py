"""Files gathered by a chat group or a learning platform: folders, zips in zips, names in GBK."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

MAX_BYTES = 30_000_000
MAX_MEMBERS = 5_000
# A zip cannot hold an earlier time; a time nobody knows counts as this one.
OLDEST = datetime(1980, 1, 1)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_JUNK = ("__MACOSX", ".ipynb_checkpoints", ".DS_Store", "Thumbs.db", "desktop.ini")
_PACKED = (".rar", ".7z", ".tar", ".gz", ".tgz")


@dataclass(frozen=True)
class Found:
    """A file, or the reason why there is none."""

    label: str
    """Where it stands, readable: ``作业.zip/张三/lab06_satisfaction.ipynb``."""
    data: bytes = b""
    modified: datetime = OLDEST
    problem: str = ""


def gather(folder: Path) -> list[Found]:
    """Return every notebook under ``folder``, inside zips too, and every file that could not be read.

    Parameters
    ----------
    folder : Path
        The folder the files were saved into.

    Returns
    -------
    list of Found
        Ordered by label. Junk of operating systems is left out.
    """
    found: list[Found] = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        label = path.relative_to(folder).as_posix()
        if _is_junk(label):
            continue
        if path.stat().st_size > MAX_BYTES:
            found.append(Found(label, problem=f"文件超过 {MAX_BYTES // 1_000_000} MB，没有打开。"))
            continue
        found += _sort(label, path.read_bytes(), datetime.fromtimestamp(path.stat().st_mtime), depth=0)
    return found


def _is_junk(label: str) -> bool:
    parts = PurePosixPath(label).parts
    return any(part in _JUNK or part.startswith("._") for part in parts)


def _sort(label: str, data: bytes, modified: datetime, depth: int) -> Iterator[Found]:
    suffix = PurePosixPath(label).suffix.lower()
    if suffix == ".ipynb":
        yield Found(label, data, modified)
    elif suffix == ".zip":
        yield from _members(label, data, depth)
    elif suffix in _PACKED:
        yield Found(label, problem=f"打不开 {suffix} 压缩包，请用解压软件解开后再放进来。")
    else:
        yield Found(label, problem="不是笔记本（.ipynb），也不是 zip。")


def _members(label: str, data: bytes, depth: int) -> Iterator[Found]:
    if depth > 2:
        yield Found(label, problem="压缩包套得太深，请解开后再放进来。")
        return
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError):
        yield Found(label, problem="zip 坏了或没有传完，请学生重新打包再交。")
        return
    with archive:
        members = [m for m in archive.infolist() if not m.is_dir()]
        if len(members) > MAX_MEMBERS:
            yield Found(label, problem=f"zip 里的文件超过 {MAX_MEMBERS} 个，没有打开。")
            return
        for member in members:
            inside = f"{label}/{member_name(member)}"
            if not _is_junk(inside):
                yield from _member(inside, archive, member, depth)


def _member(inside: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, depth: int) -> Iterator[Found]:
    if member.flag_bits & 0x1:
        yield Found(inside, problem="压缩包有密码，打不开。请学生不加密码再交。")
        return
    if member.file_size > MAX_BYTES:
        yield Found(inside, problem=f"文件超过 {MAX_BYTES // 1_000_000} MB，没有打开。")
        return
    try:
        with archive.open(member) as file:
            # The stated size may be a lie: never unpack more than the limit.
            content = file.read(MAX_BYTES + 1)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError):
        yield Found(inside, problem="压缩包里的这个文件坏了，请学生重新打包再交。")
        return
    try:
        modified = datetime(*member.date_time)
    except ValueError:
        modified = OLDEST
    yield from _sort(inside, content, modified, depth + 1)


def member_name(member: zipfile.ZipInfo) -> str:
    """Return the name of a zip member as its sender wrote it.

    A zip made on Chinese Windows holds GBK bytes without saying so; Python then reads them as code page 437. Short
    Chinese words in GBK can be valid UTF-8 by chance (实训 reads ʵѵ), so UTF-8 counts only if it gives Chinese.

    Examples
    --------
    >>> member_name(zipfile.ZipInfo("实训".encode("gbk").decode("cp437")))
    '实训'
    """
    name = member.filename
    if not member.flag_bits & 0x800 and not member.orig_filename.isascii():
        readings = [_decoded(member.orig_filename.encode("cp437"), encoding) for encoding in ("utf-8", "gb18030")]
        known = [text for text in readings if text is not None]
        name = next((text for text in known if _CHINESE.search(text)), known[0] if known else name)
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def _decoded(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None
