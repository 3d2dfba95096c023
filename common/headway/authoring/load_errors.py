"""What went wrong in a DAG file, in one sentence with its place and a remedy."""

from __future__ import annotations

import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from headway.errors import DagFileError, HeadwayError
from headway.hooks.library import EXTRAS

if TYPE_CHECKING:
    from headway.authoring.current_file import FileScope

_MAX_MESSAGE = 2000


def syntax_error(error: Exception, scope: FileScope) -> DagFileError:
    """The error of a file that Python cannot even read."""
    file = _relative(scope.path, scope)
    if isinstance(error, SyntaxError):
        text = (error.text or "").strip()
        message = f"syntax error: {error.msg}" + (f": {text}" if text else "")
        return DagFileError(message, "mend this line or the one above it", file=file, line=error.lineno or 0)
    if isinstance(error, OSError):
        return DagFileError(f"cannot be read: {error.strerror}", "check the file and its permissions", file=file)
    return DagFileError(f"is no Python source: {error}", "store the file as UTF-8 text", file=file)


def as_dag_file_error(error: BaseException, scope: FileScope) -> DagFileError:
    """The error of a file that failed while it ran, at the deepest line of its own."""
    frames = traceback.walk_tb(error.__traceback__)
    places = [(frame.f_code.co_filename, line) for frame, line in frames]
    line = next((line for file, line in reversed(places) if file == scope.path), 0)
    if isinstance(error, DagFileError):
        return _placed(error, scope, line)
    message, remedy = _worded(error, scope)
    return DagFileError(
        message[:_MAX_MESSAGE] + _deeper(error, places, scope), remedy, file=_relative(scope.path, scope), line=line
    )


def _placed(error: DagFileError, scope: FileScope, line: int) -> DagFileError:
    """Our own error; where it lies in a module that the file uses, it is shown at the file's line, and says so."""
    file = _relative(scope.path, scope)
    if error.file == file:
        return error
    where = f" (at {error.file}:{error.line})" if error.file else ""
    return DagFileError(error.message + where, error.remedy, file=file, line=line)


def _worded(error: BaseException, scope: FileScope) -> tuple[str, str]:
    if isinstance(error, HeadwayError):
        return error.message, error.remedy
    if isinstance(error, SyntaxError):
        where = f"{_relative(error.filename or '', scope)}:{error.lineno}"
        return f"imports a module with a syntax error: {error.msg} (at {where})", "mend that module"
    if isinstance(error, ImportError):
        remedy = getattr(error, "remedy", "")  # Headway's own errors say it behind the fault, too
        return (error.msg, remedy) if remedy else (str(error), _import_remedy(error, scope))
    if isinstance(error, SystemExit):
        return f"left Python by sys.exit({error.code!r})", "remove the call: a DAG file is imported, not run"
    if isinstance(error, RecursionError):
        return f"RecursionError: {error}", "end the recursion of this call"
    text = f"{type(error).__name__}: {error}".rstrip(": ")
    return text, getattr(error, "remedy", "") or "mend this line; nothing of the file can run before"


def _import_remedy(error: ImportError, scope: FileScope) -> str:
    top = (error.name or "").partition(".")[0]
    if not isinstance(error, ModuleNotFoundError):
        return f"check the name in {error.name}" if error.name else "check the name that is imported"
    if top in sys.modules and _is_below(getattr(sys.modules[top], "__file__", None) or "", scope.root):
        return f"{top} was found in the DAG folder, but it has no {error.name}: check the name"
    if top in EXTRAS:
        return f"pip install 'headway[{EXTRAS[top]}]' on every host that reads DAG files or runs tasks"
    return (
        f"install the package that has the module {top} on every host (pip install ...) and list it in "
        f"requirements.txt beside the DAGs; a module of your own belongs into the DAG folder, plugins/ or src/"
    )


def _deeper(error: BaseException, places: list[tuple[str, int]], scope: FileScope) -> str:
    """Where the error really lies, if that is in another file below the root."""
    if isinstance(error, SyntaxError):
        return ""
    inside = [(file, line) for file, line in places if _is_below(file, scope.root)]
    if not inside or inside[-1][0] == scope.path:
        return ""
    return f" (at {_relative(inside[-1][0], scope)}:{inside[-1][1]})"


def _is_below(file: str, root: str) -> bool:
    return file.startswith(root + "/")


def _relative(file: str, scope: FileScope) -> str:
    return str(Path(file).relative_to(scope.root)) if _is_below(file, scope.root) else file
