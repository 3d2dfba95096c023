from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.hooks.dbapi import DbApiHook
from headway.hooks.sql_text import split_statements, without_comments


@pytest.mark.parametrize(
    ("text", "statements"),
    [
        ("SELECT 1; SELECT 2", ["SELECT 1;", "SELECT 2"]),
        ("SELECT ';'; SELECT \"a;b\", `c;d`;", ["SELECT ';';", 'SELECT "a;b", `c;d`;']),
        ("SELECT 'it''s; so'; x", ["SELECT 'it''s; so';", "x"]),
        ("SELECT E'it\\'s; so'; x", ["SELECT E'it\\'s; so';", "x"]),
        ("SELECT 'back\\'; x", ["SELECT 'back\\';", "x"]),
        ("-- one; two\nSELECT 1; /* three; \n four; */ SELECT 2;", None),
        ("DO $$ BEGIN a; b; END $$; SELECT $x$;$y$;$x$; x", ["DO $$ BEGIN a; b; END $$;", "SELECT $x$;$y$;$x$;", "x"]),
        (";;\n; -- nothing\n ;", []),
        ("", []),
    ],
)
def test_split(text: str, statements: list[str] | None) -> None:
    if statements is None:
        statements = ["-- one; two\nSELECT 1;", "/* three; \n four; */ SELECT 2;"]
    assert split_statements(text) == statements
    assert DbApiHook.split_sql_string(text, strip_semicolon=True) == [one.removesuffix(";") for one in statements]


QUOTED = st.sampled_from(["'a;b'", '"c;d"', "`e;f`", "$$g;h$$", "/* i;j */ k", "-- l;m\nn", "1 + 1", "E'o\\';p'"])


@given(st.lists(st.lists(QUOTED, min_size=1).map(" ".join), min_size=1))
def test_what_is_joined_comes_apart(statements: list[str]) -> None:
    assert split_statements(";".join(statements), keep_semicolon=False) == statements


def test_comments_go() -> None:
    assert without_comments("-- a\n SELECT '--b' /* c */ ") == "SELECT '--b'"
    assert without_comments("/* never closed") == ""
