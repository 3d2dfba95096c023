"""Tables, JSON and the words for times and durations."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from rich.console import Console

from headway.cli import output
from headway.cli.output import Column, Format, moment, seconds, show_facts, show_json, show_rows, to_json
from headway.states import TaskState

NOON = datetime(2026, 3, 10, 13, tzinfo=timezone(timedelta(hours=1)))


@dataclass(frozen=True)
class Row:
    name: str
    at: datetime | None
    count: int = 1


COLUMNS = [Column[Row]("NAME", lambda row: row.name), Column[Row]("AT", lambda row: row.at)]


def test_json_has_the_rows_own_fields_in_utc(capsys: pytest.CaptureFixture[str]) -> None:
    show_rows([Row("a", NOON)], COLUMNS, Format.JSON, empty="nothing")
    assert json.loads(capsys.readouterr().out) == [{"name": "a", "at": "2026-03-10T12:00:00+00:00", "count": 1}]


def test_an_empty_list_is_an_empty_array_and_a_note_beside_an_empty_table(capsys: pytest.CaptureFixture[str]) -> None:
    show_rows([], COLUMNS, Format.JSON, empty="nothing")
    assert json.loads(capsys.readouterr().out) == []
    show_rows([], COLUMNS, Format.TABLE, empty="nothing yet")
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "nothing yet\n")


def test_a_table_through_a_pipe_is_never_cut(capsys: pytest.CaptureFixture[str]) -> None:
    name = "x" * 300
    show_rows([Row(name, None)], COLUMNS, Format.TABLE, empty="")
    assert capsys.readouterr().out.splitlines()[1] == name, "nothing is cut, and nothing is filled up"


def on_a_terminal(width: int, rows: list[Row], columns: list[Column[Row]], monkeypatch: pytest.MonkeyPatch) -> str:
    """What a person sees on a terminal of ``width`` characters, without trailing blanks."""
    terminal = Console(file=StringIO(), force_terminal=True, color_system=None, width=width, highlight=False)
    monkeypatch.setattr(output, "console", lambda: terminal)
    show_rows(rows, columns, Format.TABLE, empty="")
    assert isinstance(terminal.file, StringIO)
    return "\n".join(line.rstrip() for line in terminal.file.getvalue().splitlines())


def test_on_a_terminal_details_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    columns = [
        Column[Row]("NAME", lambda row: row.name),
        Column[Row]("EMPTY", lambda _row: None),
        Column[Row]("AT", lambda row: row.at, detail=2),
        Column[Row]("COUNT", lambda row: row.count, detail=1, right=True),
        Column[Row]("WHY", lambda _row: "because it was told to wait", wide=True),
    ]
    row = Row("a_name_of_20_letters", NOON)
    assert on_a_terminal(90, [row], columns, monkeypatch).splitlines()[0].split() == ["NAME", "AT", "COUNT", "WHY"]
    assert on_a_terminal(60, [row], columns, monkeypatch).splitlines() == [
        "NAME                  COUNT  WHY",
        "a_name_of_20_letters      1  because it was told to wait",
    ]
    assert on_a_terminal(50, [row], columns, monkeypatch).splitlines() == [
        "NAME                  WHY",
        "a_name_of_20_letters  because it was told to wait",
    ]
    narrow = on_a_terminal(46, [row], columns, monkeypatch).splitlines()
    assert narrow[1:] == ["a_name_of_20_letters  because it was told to", "                      wait"]


def test_a_terminal_that_is_too_narrow_for_anything_folds(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = on_a_terminal(10, [Row("a_name_of_20_letters", None)], COLUMNS, monkeypatch)
    assert "".join(shown.split()) == "NAMEa_name_of_20_letters"


def test_names_of_users_are_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    show_rows([Row("[bold]a[/bold]", None)], COLUMNS, Format.TABLE, empty="")
    show_facts({"name": "[red]b[/red]", "absent": None})
    shown = capsys.readouterr().out
    assert "[bold]a[/bold]" in shown
    assert "[red]b[/red]" in shown
    assert "absent" not in shown


def test_everything_becomes_json(capsys: pytest.CaptureFixture[str]) -> None:
    value = {
        "d": timedelta(minutes=1),
        "p": Path("/tmp"),
        "s": TaskState.SUCCESS,
        "t": (1, 2),
        "n": {"x": {3}},
        "u": UUID(int=1),
    }
    assert to_json(value) == {
        "d": 60.0,
        "p": "/tmp",
        "s": "success",
        "t": [1, 2],
        "n": {"x": [3]},
        "u": str(UUID(int=1)),
    }
    show_json("ü")
    assert capsys.readouterr().out == '"ü"\n'


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, None),
        (0.04, "0.0s"),
        (9.96, "10.0s"),
        (12.3, "12s"),
        (59.6, "1m 00s"),
        (185, "3m 05s"),
        (7620, "2h 07m"),
        (3599.7, "1h 00m"),
        (273_600, "3d 4h"),
    ],
)
def test_durations(value: float | None, shown: str | None) -> None:
    assert seconds(value) == shown


def test_moments_are_in_utc() -> None:
    assert moment(NOON) == "2026-03-10 12:00:00Z"
    assert moment(NOON.astimezone(UTC)) == moment(NOON)
    assert moment(None) is None
