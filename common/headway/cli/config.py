"""Every setting, where its value comes from, and what it is for."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from headway.cli.output import Column, Format, Output, show_rows
from headway.operations.configuration import Setting, all_settings
from headway.operations.nearest import nearest


def config(
    section: Annotated[str | None, typer.Argument(metavar="[KEY]", help="Only this key, or this section.")] = None,
    changed: Annotated[bool, typer.Option("--changed", help="Only what is not the default.")] = False,
    output: Output = Format.TABLE,
) -> None:
    """Show every setting: its value (secrets masked), where that comes from, and what it is for.

    Set one in headway.toml in the Headway home, or as HEADWAY_SECTION__KEY in the environment.

    Example: headway config broker
    """
    from headway.errors import NotFound
    from headway.settings import load_settings

    known = all_settings(load_settings())
    found = [each for each in known if _wanted(each, section) and (not changed or each.source != "default")]
    if section and not any(_wanted(each, section) for each in known):
        raise NotFound(f"there is no setting {section!r}", nearest(section, [each.key for each in known]))
    show_rows(found, _COLUMNS, output, empty="every setting has its default")


def _wanted(setting: Setting, section: str | None) -> bool:
    return section is None or setting.key == section or setting.key.startswith(f"{section}.")


def _value(row: Setting) -> Text:
    text = ", ".join(row.value) if isinstance(row.value, list) else "" if row.value is None else str(row.value)
    return Text(text, style="" if row.source == "default" else "bold")


_COLUMNS = [
    Column[Setting]("SETTING", lambda row: row.key),
    Column[Setting]("VALUE", _value, wide=True),
    Column[Setting]("FROM", lambda row: Text(row.source, style="dim" if row.source == "default" else ""), detail=1),
    Column[Setting]("WHAT FOR", lambda row: row.description, wide=True),
]
