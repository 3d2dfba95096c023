"""Ask before something is lost."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from headway.errors import InvalidInput

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]


def confirm(question: str, *, yes: bool) -> None:
    """Go on only with a yes; raises ``InvalidInput`` where nobody can be asked, ``Abort`` for a no."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise InvalidInput("this needs a yes, and there is no terminal to ask", "add --yes")
    typer.confirm(question, abort=True, err=True)
