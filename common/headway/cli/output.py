"""What commands show: tables for people, JSON with stable keys for programs.

Tables fit the terminal: there, columns that are empty are left out, and details where they do not fit.
Through a pipe tables are whole. Notes that are not part of the
result go to stderr, so that JSON stays JSON.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, StrEnum
from pathlib import Path
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

T = TypeVar("T")

_UNCUT = 10_000  # characters in a line
_GAP = 2  # characters between two columns
_LEAST = 22  # characters in a line of a wide column


class Format(StrEnum):
    """How a result is shown."""

    TABLE = "table"
    JSON = "json"


Output = Annotated[Format, typer.Option("--output", "-o", help="How to show the result.", show_choices=True)]

STATE_STYLES = {
    "success": "green",
    "running": "cyan",
    "queued": "yellow",
    "scheduled": "yellow",
    "failed": "bold red",
    "upstream_failed": "red",
    "up_for_retry": "magenta",
    "up_for_reschedule": "magenta",
    "deferred": "magenta",
    "restarting": "magenta",
    "skipped": "dim",
    "removed": "dim",
    "none": "dim",
    "up": "green",
    "draining": "yellow",
    "dead": "bold red",
    "gone": "dim",
}


@dataclass(frozen=True)
class Column(Generic[T]):
    """One column of a table: its heading, and what it shows of a row (None: empty).

    On a narrow terminal columns with the greatest ``detail`` are left out first, those of 0 never; a ``wide``
    one may run over several lines.
    """

    title: str
    value: Callable[[T], Any]
    right: bool = False
    detail: int = 0
    wide: bool = False


def console() -> Console:
    """The console for results."""
    return Console(highlight=False, soft_wrap=False, width=None if sys.stdout.isatty() else _UNCUT)


def show_rows(rows: Sequence[T], columns: Sequence[Column[T]], output: Format, *, empty: str) -> None:
    """A list: a table, or a JSON array of the rows' own fields; ``empty`` says that there is nothing."""
    if output is Format.JSON:
        show_json(rows)
    elif not rows:
        note(empty)
    else:
        _print_table(rows, columns)


def show_facts(facts: Mapping[str, Any]) -> None:
    """Names and values of one thing, one a line; None is left out."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    for name, value in facts.items():
        if value is not None:
            grid.add_row(Text(name, style="dim"), cell(value))
    _put(console(), grid)


def show_json(value: Any) -> None:
    """A result as JSON: dataclasses as objects, times in ISO 8601 with offset, durations in seconds."""
    sys.stdout.write(json.dumps(to_json(value), indent=2, ensure_ascii=False) + "\n")


def tell(output: Format, result: Any, *sentences: str | Text) -> None:
    """What a command has done: ``result`` for programs, or the sentences for people."""
    if output is Format.JSON:
        show_json(result)
        return
    for sentence in sentences:
        say(sentence)


def say(text: str | Text) -> None:
    """A sentence of the result."""
    console().print(Text(text) if isinstance(text, str) else text, soft_wrap=True)


def note(text: str) -> None:
    """Something worth knowing that is not the result."""
    Console(stderr=True, highlight=False).print(Text(text, style="dim"), soft_wrap=True)


def warn(text: str) -> None:
    """Something that a person should act on."""
    Console(stderr=True, highlight=False).print(Text.assemble(("warning:", "bold yellow"), " ", text), soft_wrap=True)


def state(name: str | None) -> Text:
    """A state in its colour."""
    return Text(name or "", style=STATE_STYLES.get(name or "", ""))


def moment(value: datetime | None) -> str | None:
    """A time in UTC, to the second."""
    return None if value is None else f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"


def seconds(value: float | None) -> str | None:
    """A duration as people say it: 0.4s, 12s, 3m 05s, 2h 07m, 3d 4h."""
    if value is None:
        return None
    if value < 10:
        return f"{value:.1f}s"
    whole = round(value)
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m {whole % 60:02}s"
    if whole < 86400:
        return f"{whole // 3600}h {whole % 3600 // 60:02}m"
    return f"{whole // 86400}d {whole % 86400 // 3600}h"


def counted(number: int, noun: str) -> str:
    """``1 run``, ``2 runs``."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def cell(value: Any) -> Text:
    """A value as a table shows it."""
    if isinstance(value, Text):
        return value
    if value is None:
        return Text("")
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    if isinstance(value, list | tuple):
        return Text(", ".join(map(str, value)))
    return Text(str(moment(value) if isinstance(value, datetime) else value))


def to_json(value: Any) -> Any:
    """``value`` as ``json.dumps`` takes it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): to_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [to_json(each) for each in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    return str(value) if isinstance(value, Enum | Path | UUID) else value


def _print_table(rows: Sequence[T], columns: Sequence[Column[T]]) -> None:
    shown = console()
    _put(shown, table_of(rows, columns, shown))


def table_of(rows: Sequence[T], columns: Sequence[Column[T]], shown: Console) -> Table:
    """Rows as a table that fits the console."""
    cells = [[cell(column.value(row)) for row in rows] for column in columns]
    kept = list(range(len(columns)))
    if shown.is_terminal:
        kept = _fitting(columns, cells, shown.width)
    table = Table(box=None, pad_edge=False, padding=(0, _GAP, 0, 0), header_style="bold")
    whole = _width(columns, cells, kept) <= shown.width
    for index in kept:
        column = columns[index]
        justify: Literal["left", "right"] = "right" if column.right else "left"
        table.add_column(column.title, justify=justify, overflow="fold", no_wrap=whole and not column.wide)
    for number in range(len(rows)):
        table.add_row(*(cells[index][number] for index in kept))
    return table


def _put(shown: Console, table: Table) -> None:
    """Through a pipe without the blanks that fill the last column."""
    if shown.is_terminal:
        shown.print(table)
        return
    with shown.capture() as captured:
        shown.print(table)
    sys.stdout.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))


def _fitting(columns: Sequence[Column[T]], cells: list[list[Text]], width: int) -> list[int]:
    """The columns to show: those that are not empty, without as many details as do not fit."""
    kept = [index for index, column in enumerate(cells) if any(each.plain for each in column)]
    while _width(columns, cells, kept) > width:
        detail = max(kept, key=lambda index: columns[index].detail)
        if columns[detail].detail == 0:
            break
        kept.remove(detail)
    return kept


def _width(columns: Sequence[Column[T]], cells: list[list[Text]], kept: list[int]) -> int:
    """The least width of a table of these columns."""
    widths = [
        max(len(columns[index].title), *(each.cell_len for each in cells[index])) if cells[index] else 0
        for index in kept
    ]
    least = [min(width, _LEAST) if columns[index].wide else width for index, width in zip(kept, widths, strict=True)]
    return sum(least) + _GAP * len(kept)
