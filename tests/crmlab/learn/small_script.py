"""A dialogue of two turns for the tests, and its TOML."""

import json


def small(**fields):
    """Make the small script: its best way has 3 points, its worst -3."""

    def choice(says, reply, following, why, mood=0, **points):
        return {"says": says, "reply": reply, "next": following, "why": why, "mood": mood, "points": points}

    return {
        "id": "9-shop",
        "notebook": "9-1",
        "title": "买<茶>",
        "scene": "你是<小店>的店员。",
        "customer": "钱先生",
        "mood": 2,
        "dimensions": ["倾听", "解决"],
        "turn": [
            {
                "id": "hello",
                "says": "有人吗？",
                "choice": [
                    choice("您好", "总算有人了。", "sold", "欢迎得好。", 1, 倾听=2, 解决=1),
                    choice("自己看", "什么态度！", "sorry", "赶人。", -2, 倾听=-2),
                    choice("嗯", "算了。", "lost", "太冷淡。"),
                ],
            },
            {
                "id": "sorry",
                "says": "我走了。",
                "choice": [
                    choice("对不起", "算了，给我一斤。", "sold", "道歉及时。", 2, 倾听=1, 解决=2),
                    choice("慢走", "哼。", "lost", "没有挽留。", 倾听=-1),
                    choice("别走", "不。", "lost", "没有理由。"),
                ],
            },
        ],
        "ending": [
            {"id": "sold", "title": "买了茶", "tells": "他买了一斤茶。"},
            {"id": "lost", "title": "走了", "tells": "他去了别家。"},
        ],
    } | fields


def toml(content, bare=False):
    """Write a script as [[dialogue]], or a bare mapping as it is; tables are written inline."""
    whole = content if bare else {"dialogue": [content]}
    return "".join(_entry(key, value) for key, value in whole.items())


def _entry(key, value):
    if isinstance(value, list) and all(isinstance(one, dict) for one in value) and value:
        return "".join(f"[[{key}]]\n" + "".join(f"{k} = {_value(v)}\n" for k, v in one.items()) for one in value)
    return f"{key} = {_value(value)}\n"


def _value(value):
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k, ensure_ascii=False)} = {_value(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
