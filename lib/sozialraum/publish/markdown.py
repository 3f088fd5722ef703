"""Markdown cells as clean HTML: no anchor signs, tables that scroll and have header scopes."""

import re
from functools import lru_cache
from typing import Final

import mistune

_HEAD_CELL: Final = re.compile(r"<th(?=[ >])")


@lru_cache(maxsize=1)
def _renderer() -> mistune.Markdown:
    return mistune.create_markdown(escape=False, plugins=["table", "footnotes", "strikethrough"])


def to_html(source: str) -> str:
    """HTML of a Markdown text; HTML inside it stays as it is, because a notebook's author wrote it."""
    text = str(_renderer()(source))
    text = _HEAD_CELL.sub('<th scope="col"', text)
    return text.replace(
        "<table>", '<div class="sr-scroll" role="region" tabindex="0" aria-label="Tabelle"><table class="sr-table">'
    ).replace("</table>", "</table></div>")
