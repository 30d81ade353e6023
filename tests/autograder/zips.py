"""Zips as chat groups and Chinese Windows make them."""

import io
import zipfile
from datetime import datetime


class _Gbk(zipfile.ZipInfo):
    """A member whose name is stored as GBK bytes, without the flag that says UTF-8."""

    def _encodeFilenameFlags(self):  # noqa: N802  zipfile's own name
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


def packed(files: dict[str, bytes], *, gbk: bool = False, when: datetime = datetime(2026, 11, 20, 8, 0)) -> bytes:
    """Zip ``files`` (name to content), names in UTF-8 or in GBK."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            info = (_Gbk if gbk else zipfile.ZipInfo)(name, when.timetuple()[:6])
            archive.writestr(info, content)
    return buffer.getvalue()
