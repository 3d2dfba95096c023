"""Every failure is one line and a remedy; the exit status tells usage from failure."""

from __future__ import annotations

import re
import sys

import psycopg
import pytest
import typer

from headway.cli.errors import report
from headway.cli.output import Column, Format, show_rows
from headway.errors import DagFileError, HeadwayError, InvalidInput


def told(error: BaseException, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    status = report(error)
    shown = capsys.readouterr()
    assert shown.out == ""
    return status, shown.err.splitlines()


@pytest.mark.parametrize(
    ("error", "status", "lines"),
    [
        (HeadwayError("it broke", "mend it"), 1, ["error: it broke", "remedy: mend it"]),
        (HeadwayError("it broke"), 1, ["error: it broke"]),
        (InvalidInput("bad name", "another"), 2, ["error: bad name", "remedy: another"]),
        (DagFileError("no", "yes", file="a.py", line=3), 1, ["error: a.py:3: no", "remedy: yes"]),
        (typer.BadParameter("Not a number."), 2, ["error: invalid value: Not a number"]),
        (FileNotFoundError(2, "No such file", "/x"), 1, ["error: /x: No such file"]),
        (
            psycopg.OperationalError("server closed the connection\nmore"),
            1,
            [
                "error: the metastore was lost: server closed the connection",
                "remedy: run the command again; `headway info` shows what answers",
            ],
        ),
        (
            psycopg.errors.InsufficientPrivilege("permission denied for table dag"),
            1,
            [
                "error: the metastore refuses: permission denied for table dag",
                "remedy: `headway db check` says whether its schema fits this Headway",
            ],
        ),
        (
            KeyError("x"),
            1,
            [
                "error: this is a fault in Headway: KeyError: 'x'",
                "remedy: run it again with HEADWAY_DEBUG=1 and report what it shows",
            ],
        ),
    ],
)
def test_each_kind_of_failure(
    error: BaseException, status: int, lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(error, capsys) == (status, lines)


def test_a_fault_of_ours_names_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        show_rows([1], [Column("N", lambda row: row.missing)], Format.TABLE, empty="")  # type: ignore[attr-defined]
    except AttributeError as error:
        _, lines = told(error, capsys)
    assert re.search(r" \(in headway.cli.output, line \d+\)$", lines[0]), lines


def test_an_interruption_is_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(KeyboardInterrupt(), capsys) == (130, [])


def test_a_broken_pipe_is_quiet_to_the_end(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdout", sys.stdout)  # put back what report() replaces
    assert told(BrokenPipeError(), capsys) == (141, [])
    print("goes nowhere")


def test_debug_shows_the_traceback_first(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("HEADWAY_DEBUG", "1")
    _, lines = told(ValueError("deep"), capsys)
    assert "ValueError: deep" in lines
    assert lines[-2].startswith("error: this is a fault in Headway")


def test_a_long_message_is_not_wrapped(capsys: pytest.CaptureFixture[str]) -> None:
    _, lines = told(HeadwayError("word " * 100), capsys)
    assert len(lines) == 1
