"""Calling a function in another Python: its source, arguments and result travel as text, never as pickles."""

from __future__ import annotations

import ast
import inspect
import json
import logging
import os
import textwrap
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headway.authoring import tagged_json
from headway.authoring.exceptions import AirflowException, AirflowFailException, AirflowSkipException
from headway.authoring.tagged_json import Packer, UnserialisableError, load
from headway.authoring.xcom_codec import unwrapped
from headway.operators import elsewhere_script
from headway.operators.shell import CommandProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

log = logging.getLogger("headway.task")

#: Context keys that a ``**kwargs`` parameter gets in another Python; more travel when they are named.
GENERAL_KEYS: tuple[str, ...] = (
    "data_interval_end", "data_interval_start", "ds", "ds_nodash", "execution_date", "expanded_ti_count",
    "logical_date", "map_index_template", "next_ds", "next_ds_nodash", "params", "prev_ds", "prev_ds_nodash",
    "run_id", "task_instance_key_str", "templates_dict", "test_mode", "tomorrow_ds", "tomorrow_ds_nodash", "ts",
    "ts_nodash", "ts_nodash_with_tz", "try_number", "yesterday_ds", "yesterday_ds_nodash",
)  # fmt: skip

#: What the other Python may raise to say how the task ended, by class name.
_ENDINGS = {"AirflowSkipException": AirflowSkipException, "AirflowFailException": AirflowFailException}
_HAND_OVER = "pass plain JSON values, dates, Decimals, sets, bytes or paths; anything else through a file or a table"


@dataclass(frozen=True, slots=True)
class Source:
    """A function's text without its decorators, and where it stands."""

    name: str
    text: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments; ``string_args`` is the global ``virtualenv_string_args`` that it sees.

    ``context`` is what ``get_current_context()`` returns there, where Headway is installed; None: no task runs there.
    """

    source: Source
    args: Sequence[Any]
    kwargs: Mapping[str, Any]
    string_args: Sequence[str] = ()
    wants_result: bool = True
    context: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """How the other Python runs; exit codes in ``skip_on`` end the task as skipped."""

    environment: Mapping[str, str]
    skip_on: Sequence[int] = ()
    started: list[CommandProcess] = field(default_factory=list)


def source_of(function: Callable[..., Any]) -> Source:
    """The source of a function that was written with ``def``; raises ``AirflowException`` for any other."""
    try:
        lines, first = inspect.getsourcelines(function)
        text = textwrap.dedent("".join(lines))
        node = ast.parse(text).body[0]
    except (OSError, TypeError, SyntaxError):
        node = None
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        raise AirflowException(
            f"{getattr(function, '__name__', function)!r} cannot run in another Python",
            remedy="give it a function written with def: a lambda, a method or a partial has no source to take along",
        )
    start = node.lineno - 1
    body = "".join(text.splitlines(keepends=True)[start:])
    return Source(node.name, body, inspect.getfile(function), first + start)


def call_elsewhere(python: str, call: Call, folder: str, surroundings: Surroundings) -> Any:
    """What the function returns when the interpreter ``python`` calls it; ``folder`` is for the files between.

    Its output goes to the task's log. Raises ``AirflowException`` for what it raised, with the same class
    name and text, and for values that cannot travel.
    """
    for name, text in files_of(call).items():
        Path(folder, name).write_text(text, encoding="utf-8")
    environment = {**surroundings.environment, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
    script = str(Path(folder, "elsewhere_script.py"))
    try:
        process = CommandProcess([python, script, folder], None, environment)
    except OSError as error:
        remedy = "name an interpreter that every worker of the task's queue has"
        raise AirflowException(f"Python {python!r} cannot be started: {error.strerror}", remedy=remedy) from None
    surroundings.started.append(process)
    with process:
        code, _ = process.wait("utf-8")
    if code in surroundings.skip_on:
        raise AirflowSkipException(f"the other Python ended with code {code}, which means: skip")
    return _read(Path(folder, "answer.json"), code)


def value_in(answer: Mapping[str, Any]) -> Any:
    """The result in an answer of the other Python."""
    return load(json.dumps(answer["value"]))


def own_environment(more: Mapping[str, str] | None, *, inherit: bool) -> dict[str, str]:
    """The environment of another Python."""
    return {**(os.environ if inherit else {}), **{name: str(value) for name, value in (more or {}).items()}}


def files_of(call: Call) -> dict[str, str]:
    """What the other Python needs, by file name; ``elsewhere_script.py`` among it is what it runs."""
    packed = {
        "function": call.source.name,
        "source": call.source.text,
        "file": call.source.file,
        "line": call.source.line,
        "args": [_packed(value, f"argument {place}") for place, value in enumerate(call.args, start=1)],
        "kwargs": {name: _packed(value, f"argument {name!r}") for name, value in call.kwargs.items()},
        "context": None if call.context is None else _packed(dict(call.context), "the context"),
        "string_args": [str(one) for one in call.string_args],
        "wants_result": call.wants_result,
    }
    modules = [Path(str(module.__file__)) for module in (tagged_json, elsewhere_script)]
    return {"call.json": json.dumps(packed), **{path.name: path.read_text(encoding="utf-8") for path in modules}}


def _packed(value: Any, where: str) -> Any:
    try:
        return Packer(unwrapped).pack(value, where)
    except UnserialisableError as error:
        text = f"a function in another Python cannot be given this: {error}"
        raise AirflowException(text, remedy=_HAND_OVER) from None


def _read(answer: Path, code: int) -> Any:
    found = json.loads(answer.read_text(encoding="utf-8")) if answer.exists() else None
    if found is not None and code == 0:
        return value_in(found)
    if found is None or "kind" not in found:
        how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
        raise AirflowException(f"the other Python {how}", remedy="the lines above are its output")
    if found["kind"] == "unserialisable":
        raise AirflowException(f"the result cannot come back: {found['message']}", remedy=found["remedy"])
    ending = _ENDINGS.get(found["kind"])
    if ending is not None:
        raise ending(found["message"])
    raise AirflowException(f"{found['kind']}: {found['message']}", remedy=found["remedy"])
