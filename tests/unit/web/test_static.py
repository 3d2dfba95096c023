"""The built UI: its page, its files, and nothing else of the disk."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from headway_web.static import FOLDER, Ui


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A UI that was built, with a secret beside it."""
    built = tmp_path / "ui"
    (built / "static").mkdir(parents=True)
    (built / "index.html").write_text('<head><base href="/"></head><div id="root"></div>')
    (built / "static" / "main-abc123.js").write_text("// " + "code " * 1000)
    (built / "favicon.svg").write_text("<svg/>")
    (tmp_path / "secret.txt").write_text("a secret")
    (built / "static" / "link.js").symlink_to(tmp_path / "secret.txt")
    return built


def ask(folder: Path, path: str, *, accept_encoding: str = "gzip") -> Response:
    headers = [(b"accept-encoding", accept_encoding.encode())]
    scope = {"type": "http", "method": "GET", "path": path, "headers": headers, "path_params": {"path": path}}
    return Ui(folder, "/ops").answer(Request(scope))


@pytest.mark.parametrize(
    "path",
    ["", "index.html", "login", "dags/team.report/grid", "dags/x/runs/scheduled__2026-01-01T00:00:00.5/tasks/a.b"],
)
def test_every_address_of_the_ui_is_its_page(folder: Path, path: str) -> None:
    page = ask(folder, path)
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-cache")
    assert b'<base href="/ops/">' in bytes(page.body)


def test_hashed_files_are_kept_and_sent_compressed(folder: Path) -> None:
    script = ask(folder, "static/main-abc123.js")
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert script.headers["content-encoding"] == "gzip"
    assert script.headers["content-type"].startswith("text/javascript")
    plain = ask(folder, "static/main-abc123.js", accept_encoding="identity")
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(bytes(script.body)) == bytes(plain.body)


def test_other_files_are_asked_for_again(folder: Path) -> None:
    assert ask(folder, "favicon.svg").headers["cache-control"] == "no-cache"


def test_a_file_that_was_built_anew_is_served(folder: Path) -> None:
    ask(folder, "favicon.svg")
    (folder / "favicon.svg").write_text("<svg>new</svg>")
    assert bytes(ask(folder, "favicon.svg", accept_encoding="").body) == b"<svg>new</svg>"


@pytest.mark.parametrize("path", ["static/old-000000.js", "robots.txt", "static/link.js", "static/../../secret.txt"])
def test_what_is_no_file_of_the_ui_is_not_found(folder: Path, path: str) -> None:
    with pytest.raises(HTTPException):
        ask(folder, path)


@pytest.mark.parametrize("path", ["../secret.txt", "x/../../secret.txt", "/etc/passwd", "x\0y", "x" * 5000])
def test_nothing_beside_the_ui_is_served(folder: Path, path: str) -> None:
    assert b"a secret" not in bytes(ask(folder, path).body)


def test_without_a_built_ui_the_page_says_what_to_do(tmp_path: Path) -> None:
    page = ask(tmp_path / "nothing", "dags")
    assert page.status_code == 503
    assert b"make ui" in bytes(page.body)


def test_the_ui_is_looked_for_where_the_build_leaves_it() -> None:
    assert FOLDER.parts[-3:] == ("web", "headway_web", "ui")
