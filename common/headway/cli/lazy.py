"""Groups of commands: help without arguments, near names for typos, and a root that imports nothing early."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from headway.cli import registry
from headway.cli.airflow_words import called_here
from headway.errors import InvalidInput
from headway.operations.nearest import nearest


class TeachingGroup(TyperGroup):
    """A group of commands that shows its help when it gets no arguments."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Ask for the help when there is nothing else to do."""
        return super().parse_args(ctx, args or ["--help"])

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Find the command; raises ``InvalidInput`` that names the nearest ones."""
        name = args[0]
        command = self.find(name)
        if command is None:
            path = ctx.command_path
            remedy = called_here([*path.split()[1:], *args]) or nearest(name, self.list_commands(ctx))
            raise InvalidInput(f"there is no command `{path} {name}`", remedy or f"see `{path} --help`")
        return name, command, args[1:]

    def find(self, name: str) -> Any:
        """The command of that name, ready to run, or None."""
        return self.commands.get(name)


class LazyGroup(TeachingGroup):
    """The root: every command of the registry, imported when it runs."""

    def list_commands(self, _ctx: Any) -> list[str]:
        """The names of all commands."""
        return [entry.name for entry in registry.all_entries()]

    def get_command(self, _ctx: Any, cmd_name: str) -> Any:
        """What the help shows of a command: a stand-in with its first line."""
        entry = registry.find(cmd_name)
        line = entry.help_line() if entry else None
        return None if entry is None or line is None else TyperCommand(cmd_name, help=line, rich_help_panel=entry.panel)

    def find(self, name: str) -> Any:
        """The command itself."""
        entry = registry.find(name)
        return None if entry is None or entry.help_line() is None else _command(entry)


def group(help_text: str) -> typer.Typer:
    """An app that holds the commands of one subject."""
    app = typer.Typer(cls=TeachingGroup, help=help_text, add_completion=False)
    app.callback()(_nothing)
    return app


def _nothing() -> None:
    pass


def _command(entry: registry.Entry) -> Any:
    found = entry.load()
    if isinstance(found, typer.Typer):
        return _with_flowing_help(typer.main.get_command(found))
    app = typer.Typer(add_completion=False)
    app.command(entry.name)(found)
    return _with_flowing_help(typer.main.get_command(app))


def _with_flowing_help(command: Any) -> Any:
    """Paragraphs without the line breaks of the source: they flow into the terminal's width."""
    paragraphs = (command.help or "").split("\n\n")
    command.help = "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)
    for each in getattr(command, "commands", {}).values():
        _with_flowing_help(each)
    return command
