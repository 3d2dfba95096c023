"""SQL texts: where one statement ends and the next begins."""

from __future__ import annotations

import re
from collections.abc import Iterator

#: What a semicolon may hide in (comments, strings, quoted names, PostgreSQL's dollar quotes), or a semicolon.
_TOKEN = re.compile(
    r"""
      (?P<comment> --[^\n]* | /\*.*?(?:\*/|\Z) )
    | (?<!\w)[eE]'(?:\\.|''|[^'\\])*'
    | '(?:''|[^'])*'
    | "(?:""|[^"])*"
    | `[^`]*`
    | (?<!\w)\$(?P<tag>[A-Za-z_]*)\$.*?\$(?P=tag)\$
    | (?P<end> ; )
    """,
    re.DOTALL | re.VERBOSE,
)


def split_statements(sql: str, *, keep_semicolon: bool = True) -> list[str]:
    """The statements of a text, in order; what is empty or only a comment is left out."""
    found = ((text.strip(), ended) for text, ended in _pieces(sql))
    return [text + (";" if ended and keep_semicolon else "") for text, ended in found if without_comments(text)]


def without_comments(sql: str) -> str:
    """``sql`` without comments and blank ends."""
    return _TOKEN.sub(lambda found: " " if found["comment"] else found.group(), sql).strip()


def _pieces(sql: str) -> Iterator[tuple[str, bool]]:
    """Each text up to a semicolon, and whether there was one."""
    start = 0
    for token in _TOKEN.finditer(sql):
        if token["end"]:
            yield sql[start : token.start()], True
            start = token.end()
    yield sql[start:], False
