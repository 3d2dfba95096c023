"""What nodes say of themselves."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from headway.node_logs import set_up


@pytest.fixture(autouse=True)
def loggers() -> Iterator[None]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = before[0], before[1]
    logging.getLogger("loud").setLevel(logging.NOTSET)


def said(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_json_has_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("json", "scheduler")
    logging.getLogger("headway.x").warning("run %s\nof %d", "r1", 2, extra={"dag_id": "d", "odd": {1, 2}})
    (line,) = said(capsys)
    assert line["message"] == "run r1\nof 2"
    assert (line["level"], line["logger"], line["node"], line["dag_id"]) == ("warning", "headway.x", "scheduler", "d")
    assert line["odd"] == "{1, 2}"
    assert str(line["at"]).endswith("+00:00")


def test_a_traceback_is_a_field_of_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("json", "web")
    try:
        int("boom")
    except ValueError:
        logging.getLogger("headway.x").exception("no luck")
    (line,) = said(capsys)
    assert "ValueError: invalid literal" in str(line["traceback"])


def test_text_and_levels(capsys: pytest.CaptureFixture[str]) -> None:
    set_up("text", "worker", level=logging.WARNING, louder=["loud"])
    logging.getLogger("quiet").info("not said")
    logging.getLogger("loud").info("said")
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("INFO loud: said")
