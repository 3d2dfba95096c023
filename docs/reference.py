"""Writes those tables of the documentation that the code decides: ``make docs``.

A page holds such a table between ``<!-- table: NAME -->`` and ``<!-- end -->``. A test fails when one is out
of date, so a setting, command, state or name of Airflow's cannot be forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import typer
from pydantic import BaseModel

from headway.airflow.table import Alias, rows_of, working
from headway.airflow_settings import REASONS, SETTING_OF
from headway.authoring.styles import STYLES
from headway.cli import registry
from headway.operations.configuration import Setting, all_settings
from headway.settings import Settings
from headway.states import TaskState, may_move

ROOT = Path(__file__).parents[1]
_BLOCK = re.compile(r"<!-- table: (?P<name>[a-z-]+) -->\n.*?<!-- end -->", re.DOTALL)


def pages() -> list[Path]:
    """Every page that may hold tables."""
    return [ROOT / "ARCHITECTURE.md", *sorted((ROOT / "docs").glob("*.md"))]


def filled(text: str) -> str:
    """A page's text with every table as the code has it now; raises ``KeyError`` for an unknown name."""
    return _BLOCK.sub(lambda block: f"<!-- table: {block['name']} -->\n{TABLES[block['name']]()}\n<!-- end -->", text)


def settings() -> str:
    """Every setting, section by section."""
    known = all_settings(Settings.model_construct(home=Path("~/.headway")), environment={})
    sections: dict[str, list[Setting]] = {}
    for setting in known:
        sections.setdefault(setting.key.rpartition(".")[0], []).append(setting)
    return "\n\n".join(_section(name, found) for name, found in sections.items())


def commands() -> str:
    """Every command with its one line and its example."""
    rows = [row for entry in registry.all_entries() for row in _commands(entry)]
    return _table(("command", "what it does", "example"), rows)


def airflow_names() -> str:
    """Every name that works as in Airflow, with the modules that have it and since which style."""
    return _names(working())


def airflow_inside() -> str:
    """Airflow's own machinery, of which there are read-only views."""
    return _names(rows_of("inside.txt"))


def airflow_unavailable() -> str:
    """Every name that can be imported and not run, by what to do instead."""
    rows = [
        (f"{row.ours.partition(':')[2].strip()}", f"`{row.name}` of `{row.module}`")
        for row in rows_of("unavailable.txt")
    ]
    by_remedy: dict[str, list[str]] = {}
    for remedy, name in rows:
        by_remedy.setdefault(remedy, []).append(name)
    return _table(("what to do", "names"), [(remedy, ", ".join(names)) for remedy, names in by_remedy.items()])


def _names(found: Iterable[Alias]) -> str:
    by_name: dict[str, list[Alias]] = {}
    for alias in found:
        by_name.setdefault(alias.name, []).append(alias)
    whole = by_name.pop("", [])
    rows = [(f"`{name}`", _homes(found)) for name, found in sorted(by_name.items(), key=lambda item: item[0].lower())]
    return _table(("name", "from"), [*rows, *((f"all of `{alias.old}`", _since(alias)) for alias in whole)])


def styles() -> str:
    """What a DAG gets that does not say, by style."""
    rows = [
        ("unset schedule", *("daily" if style.schedule else "none" for style in STYLES.values())),
        ("unset catchup", *("on" if style.catchup else "off" for style in STYLES.values())),
        ("a cron schedule or a timedelta means", *(_INTERVALS[style.cron_interval] for style in STYLES.values())),
    ]
    return _table(("", *(f"{style.label} (style {number})" for number, style in STYLES.items())), rows)


def transitions() -> str:
    """Every allowed move of a task instance."""
    rows = [(f"`{state}`", _code(target for target in TaskState if may_move(state, target))) for state in TaskState]
    return _table(("from", "to"), rows)


def airflow_keys() -> str:
    """The keys of Airflow's configuration that mean something here, and why others do not."""
    read = [(f"`{key}`", f"`{setting}`") for key, setting in SETTING_OF.items()]
    other = [(f"`{key}`" if "." in key else f"others of `[{key}]`", reason) for key, reason in REASONS.items()]
    return _table(("Airflow's key", "setting here"), read) + "\n\n" + _table(("Airflow's key", "why not"), other)


TABLES: dict[str, Callable[[], str]] = {
    "settings": settings,
    "commands": commands,
    "airflow-names": airflow_names,
    "airflow-inside": airflow_inside,
    "airflow-unavailable": airflow_unavailable,
    "airflow-keys": airflow_keys,
    "styles": styles,
    "transitions": transitions,
}

_INTERVALS = {"data": "data intervals", "trigger": "moments"}


def _section(name: str, found: Sequence[Setting]) -> str:
    table = _table(("key", "default", "meaning"), [(f"`{one.key}`", _default(one), one.description) for one in found])
    if not name:
        return table
    section: Any = Settings.model_fields[name].default
    assert isinstance(section, BaseModel)
    return f"## {name}\n\n{section.__doc__}\n\n{table}"


def _default(setting: Setting) -> str:
    value = setting.value
    if value is None or value == "":
        return ""
    text = ",".join(value) if isinstance(value, list) else str(value)
    return f"`{text.lower() if isinstance(value, bool) else text}`"


def _commands(entry: registry.Entry) -> Iterable[tuple[str, str, str]]:
    found = entry.load()
    if isinstance(found, typer.Typer):
        group: Any = typer.main.get_command(found)
        for name, command in group.commands.items():
            yield _command(f"headway {entry.name} {name}", command.help)
    else:
        yield _command(f"headway {entry.name}", found.__doc__)


def _command(name: str, text: str) -> tuple[str, str, str]:
    example = re.search(r"^\s*Example: (.+)$", text, re.MULTILINE)
    return f"`{name}`", text.strip().partition("\n")[0], f"`{example[1]}`" if example else ""


def _homes(found: Iterable[Alias]) -> str:
    return ", ".join(f"`{alias.module}` {_since(alias)}" for alias in found)


def _since(alias: Alias) -> str:
    return f"({'1.10' if alias.since == 1 else alias.since}{f'; {alias.note}' if alias.note else ''})"


def _code(names: Iterable[str]) -> str:
    return " ".join(f"`{name}`" for name in names)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


if __name__ == "__main__":
    for page in pages():
        page.write_text(filled(page.read_text()))
