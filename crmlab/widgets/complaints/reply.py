"""A checker for written answers to complaints."""

import pandas as pd

from crmlab import communication
from crmlab.widgets.communication.dialogue import DialogueCheck

_EXAMPLE = "您好：来信收到，我们高度重视。杯子破损属于您自己签收时没有检查，公司规定就是签收后不退。特此回复。"


def reply_check(text: str = _EXAMPLE, *, rules: pd.DataFrame | None = None) -> DialogueCheck:
    """答复体检：写一封答复投诉的信，马上看到道歉、共情、原因、方案、时限写齐了没有，禁忌语在哪里。

    Parameters
    ----------
    text : str
        一开始放在框里的答复。
    rules : DataFrame, optional
        规则表，见 :func:`crmlab.communication.reply_rules`；不给就用它。

    Returns
    -------
    DialogueCheck
        一个输入框和一张得分单。

    Raises
    ------
    TypeError
        不是文字。
    ValueError
        规则表不对。

    Notes
    -----
    规则只认字面：写齐了不等于办得到。

    Examples
    --------
    >>> from crmlab import widgets
    >>> widgets.complaints.reply_check("非常抱歉，今天为您补发。").alt.split("。")[0]
    '60 分，及格；没有找到禁忌语；还有 3 条没做到'
    """
    if not isinstance(text, str):
        raise TypeError(f"参数 text 应是一封答复的文字，你给的是 {type(text).__name__}。")
    table = communication.reply_rules() if rules is None else rules
    return DialogueCheck(text, table, label="答复", invitation="把没写到的补上，去掉禁忌语", seconds=None)
