"""Tables, JSON and the words for times and durations."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID

import pytest

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
    assert name in capsys.readouterr().out.splitlines()[1]


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
