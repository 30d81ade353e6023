"""The short lesson as one page that needs nothing else: pictures, sentences and the few lines that turn them."""

import base64
import html
import json

from crmlab.lessons._lesson import Lesson

_PAGE = """<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>微课：{title}</title>
<style>
body {{ font: 17px/1.7 "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif; margin: 1.5em auto; max-width: 46em;
  padding: 0 1em; color: #222; background: #fff; }}
h1 {{ font-size: 1.3em; margin: 0; }}
.source {{ color: #595959; font-size: .85em; margin: .2em 0 .8em; }}
figure {{ margin: 0; border: 1px solid #bdbdbd; }}
figure img {{ display: block; width: 100%; height: auto; }}
#says {{ min-height: 3.4em; margin: .6em 0; }}
nav {{ display: flex; gap: .6em; align-items: center; flex-wrap: wrap; }}
button {{ font: inherit; padding: .35em 1.1em; border: 1px solid #767676; border-radius: 4px; background: #f4f4f4;
  color: #222; cursor: pointer; }}
button:focus-visible {{ outline: 3px solid #0072b2; outline-offset: 2px; }}
button:disabled {{ color: #6b6b6b; cursor: default; }}
ol {{ padding-left: 1.6em; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p class="source">第 {chapter} 章微课 · {count} 步 · {source}</p>
<figure><img id="picture" src="data:image/png;base64,{last}" alt="{alt}"></figure>
<p id="says" role="status">{says}</p>
<nav aria-label="播放">
<button id="back" type="button">上一步</button>
<button id="play" type="button">播放</button>
<button id="on" type="button">下一步</button>
<span id="place"></span>
</nav>
<noscript><p>这个浏览器没有开脚本，图是画完的样子。一步一步是这样画的：</p><ol>{listed}</ol></noscript>
</main>
<script>
const steps = {steps};
const by = (id) => document.getElementById(id);
let at = 0, timer = null;
const show = () => {{
  by('picture').src = 'data:image/png;base64,' + steps[at].png;
  by('picture').alt = steps[at].says;
  by('says').textContent = steps[at].says;
  by('place').textContent = (at + 1) + ' / ' + steps.length;
  by('back').disabled = at === 0;
  by('on').disabled = at === steps.length - 1;
  by('play').textContent = timer ? '暂停' : at === steps.length - 1 ? '重放' : '播放';
}};
const stop = () => {{ clearInterval(timer); timer = null; }};
const go = (to) => {{ at = Math.min(Math.max(to, 0), steps.length - 1); show(); }};
const play = () => {{
  if (timer) {{ stop(); show(); return; }}
  if (at === steps.length - 1) {{ at = 0; }}
  timer = setInterval(() => {{ if (at + 1 === steps.length - 1) {{ stop(); }} go(at + 1); }}, {pace});
  show();
}};
by('back').onclick = () => {{ stop(); go(at - 1); }};
by('on').onclick = () => {{ stop(); go(at + 1); }};
by('play').onclick = play;
document.addEventListener('keydown', (event) => {{
  if (event.key === 'ArrowLeft') {{ stop(); go(at - 1); }}
  if (event.key === 'ArrowRight') {{ stop(); go(at + 1); }}
}});
show();
</script>
</body>
</html>
"""


def page_of(lesson: Lesson, pace_ms: int) -> str:
    """Return the lesson as a page that loads nothing from anywhere."""
    pictures = [base64.b64encode(frame).decode("ascii") for frame in lesson.frames]
    steps = [{"says": step.says, "png": png} for step, png in zip(lesson.steps, pictures, strict=True)]
    listed = "".join(f"<li>{html.escape(step.says)}</li>" for step in lesson.steps)
    return _PAGE.format(
        title=html.escape(lesson.title), chapter=lesson.chapter, count=len(steps), source=html.escape(lesson.source),
        last=pictures[-1], alt=html.escape(lesson.alt, quote=True), says=html.escape(lesson.steps[-1].says),
        listed=listed, steps=json.dumps(steps, ensure_ascii=False).replace("</", "<\\/"), pace=pace_ms,
    )  # fmt: skip
