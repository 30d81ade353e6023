"""One way to say something to the learner: Markdown in a notebook, plain text elsewhere; never stderr."""

from IPython.core.getipython import get_ipython
from IPython.display import display


def say(text: str, *, plain: str | None = None) -> None:
    """Show Chinese text (Markdown); ``plain`` replaces it where Markdown is not drawn."""
    plain_text = text if plain is None else plain
    if get_ipython() is None:
        print(plain_text)
    else:
        display({"text/markdown": text, "text/plain": plain_text}, raw=True)
