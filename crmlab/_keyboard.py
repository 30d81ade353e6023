"""Keep keys typed inside a course widget away from the notebook's command mode.

JupyterLab takes single keys for itself while the focus is on a radio button, a check box or a drop-down: an arrow leaves
the widget for the next cell, and a letter typed to find an entry may cut a cell. Lumino knows an attribute against this
(on the focused element itself), but ipywidgets cannot set attributes; so a style element installs a listener when it
is drawn. Where a page forbids inline handlers, Tab and Space still work.
"""

import html

_SCRIPT = """
if (!window.crmlabKeys) {
  window.crmlabKeys = true;
  const inside = '.crmlab-quiz, .crmlab-dialogue, .crmlab-widget';
  window.addEventListener('keydown', event => {
    const target = event.target;
    if (!target.closest?.(inside)) return;
    const plain = !(event.ctrlKey || event.metaKey || event.altKey || event.shiftKey && event.key === 'Enter');
    if (plain) target.setAttribute('data-lm-suppress-shortcuts', 'true');
    else target.removeAttribute('data-lm-suppress-shortcuts');
    const item = target.closest('.crmlab-quiz-item');
    if (item && event.key === 'Enter' && plain && !event.isComposing && target.matches('input')) {
      const button = item.querySelector('button');
      if (target.type === 'text') button.focus();
      button.click();
    }
  }, true);
  document.addEventListener('focusin', event => {
    const item = event.target.closest?.('.crmlab-quiz-item');
    if (!item || item.hasAttribute('role')) return;
    item.setAttribute('role', 'group');
    item.setAttribute('aria-label', item.querySelector('.widget-html-content').textContent);
    const name = 'crmlab-' + Math.random();
    item.querySelectorAll('input[type=radio]').forEach(radio => { radio.name = name; });
  }, true);
}
"""


def styled(css: str) -> str:
    """HTML of a style element that also installs the guard; put it into the course's own containers."""
    return f'<style onload="{html.escape(" ".join(_SCRIPT.split()))}">{css}</style>'
