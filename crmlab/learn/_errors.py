"""Errors that a learner meets: one Chinese sentence, shown in a notebook without a traceback."""


class _OneSentence(Exception):  # noqa: N818  a mixin, never raised itself
    def _render_traceback_(self) -> list[str]:
        """Let IPython show the sentence alone: a traceback through our code would only frighten."""
        return [str(self)]


class NotYet(_OneSentence, AssertionError):  # noqa: N818  a step on the way, not an error of the program
    """还差一步：消息用一句话说差在哪里、接着做什么。"""


class UnknownIdError(_OneSentence, ValueError):
    """没有这个题号或笔记本编号：消息给出最接近的和现有的。"""


class PracticeError(_OneSentence, ValueError):
    """练习文件写错了：消息说明哪个文件、哪一题、哪里不对、怎么改。"""
