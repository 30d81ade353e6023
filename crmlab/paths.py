"""Where the course and a person's own state live on disk."""

import os
from pathlib import Path


def project_root() -> Path:
    """返回课程根目录（里面有 chapters、cases、labs）。

    Returns
    -------
    Path
        环境变量 ``CRMLAB_HOME`` 指定的目录；没有设置时是 crmlab 包所在的目录。

    Raises
    ------
    FileNotFoundError
        该目录里没有 chapters 或 cases。
    """
    home = os.environ.get("CRMLAB_HOME")
    root = Path(home) if home else Path(__file__).resolve().parent.parent
    if not (root / "chapters").is_dir() and not (root / "cases").is_dir():
        raise FileNotFoundError(
            f"在“{root}”里找不到课程目录 chapters 和 cases。请把环境变量 CRMLAB_HOME 设为课程根目录。"
        )
    return root


def state_dir() -> Path:
    """返回存放学号、学习进度和工作台设置的目录（不保证已经建好）。

    Returns
    -------
    Path
        环境变量 ``CRMLAB_STATE_DIR`` 指定的目录；没有设置时是课程根目录下的 ``.crmlab``。
    """
    own = os.environ.get("CRMLAB_STATE_DIR")
    return Path(own) if own else project_root() / ".crmlab"
