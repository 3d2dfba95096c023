"""Every failure as one line that names the fault and one that names the remedy; never a traceback."""

from __future__ import annotations

import os
import sys
import traceback
from types import FrameType

from headway.errors import HeadwayError, InvalidInput

FAILURE, USAGE, INTERRUPTED, BROKEN_PIPE = 1, 2, 130, 141
DEBUG = "HEADWAY_DEBUG"


def report(error: BaseException) -> int:
    """Tell a person on stderr what went wrong; return the exit status.

    With ``HEADWAY_DEBUG=1`` the traceback comes first.
    """
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    if isinstance(error, BrokenPipeError):
        return _silence()
    if os.environ.get(DEBUG, "0") not in ("", "0"):
        traceback.print_exception(error)
    message, remedy, status = _explain(error)
    _print("error", message, "bold red")
    if remedy:
        _print("remedy", remedy, "bold")
    return status


def _explain(error: BaseException) -> tuple[str, str, int]:
    if isinstance(error, HeadwayError):
        return _first_line(str(error)), error.remedy, USAGE if isinstance(error, InvalidInput) else error.exit_code
    if hasattr(error, "format_message"):  # typer's own: a bad argument
        return _uncapitalised(error.format_message()), _see_help(error), getattr(error, "exit_code", USAGE)
    if type(error).__module__.partition(".")[0] == "psycopg":
        return _metastore_refuses(error)
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror or error}", "", FAILURE
    message = f"this is a fault in Headway: {type(error).__name__}: {error}{_place(error)}"
    return message, f"run it again with {DEBUG}=1 and report what it shows", FAILURE


def _place(error: BaseException) -> str:
    """The innermost line of our own code that the error went through."""
    steps = traceback.walk_tb(error.__traceback__)
    ours = [(frame.f_globals["__name__"], line) for frame, line in steps if _is_ours(frame)]
    return f" (in {ours[-1][0]}, line {ours[-1][1]})" if ours else ""


def _is_ours(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0].startswith("headway")


def _metastore_refuses(error: BaseException) -> tuple[str, str, int]:
    from headway.metastore.database import LOST

    reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
    if isinstance(error, LOST):
        return f"the metastore was lost: {reason}", "run the command again; `headway info` shows what answers", FAILURE
    return f"the metastore refuses: {reason}", "`headway db check` says whether its schema fits this Headway", FAILURE


def _see_help(error: BaseException) -> str:
    context = getattr(error, "ctx", None)
    return f"see `{context.command_path} --help`" if context else ""


def _first_line(text: str) -> str:
    """The message alone: a ``HeadwayError`` shows its remedy on a line of its own."""
    return text.partition("\n  remedy: ")[0]


def _uncapitalised(message: str) -> str:
    line = " ".join(message.split()).rstrip(".")
    return line[:1].lower() + line[1:]


def _print(label: str, text: str, style: str) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(Text.assemble((f"{label}:", style), " ", text))


def _silence() -> int:
    """Whoever read our output has gone: keep the interpreter's last flush from complaining."""
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123  (lives until the end of the process)
    return BROKEN_PIPE
