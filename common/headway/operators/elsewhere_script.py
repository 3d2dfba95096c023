"""What runs in the other Python: reads the call, makes it, writes what came of it.

``python elsewhere_script.py FOLDER``. The folder holds this file, ``tagged_json.py`` and ``call.json``, with the
function's source in it; ``answer.json`` is the answer. Standard library only, Python 3.9 and newer.
"""

from __future__ import annotations
import __future__

import contextlib
import importlib
import inspect
import json
import sys
import traceback
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any


def main(folder: str) -> int:
    """Make the call that ``folder`` describes; the exit code is 0 if it succeeded."""
    codec = importlib.import_module("tagged_json")
    sys.path.remove(folder)  # the task's own imports must not find what lies there
    call = json.loads(Path(folder, "call.json").read_text(encoding="utf-8"))
    code, answer = _answer(call, codec)
    Path(folder, "answer.json").write_text(json.dumps(answer), encoding="utf-8")
    return code


def _answer(call: dict[str, Any], codec: Any) -> tuple[int, dict[str, Any]]:
    try:
        value = _run(call, codec.load)
    except Exception as error:  # noqa: BLE001  (whatever the task raises is its answer)
        _show(error, call["file"])
        return 1, {"kind": type(error).__name__, "message": str(error), "remedy": getattr(error, "remedy", "")}
    if not call["wants_result"]:
        return 0, {"value": None}
    try:
        return 0, {"value": codec.Packer().pack(value, "the result")}
    except codec.UnserialisableError as error:
        return 1, {"kind": "unserialisable", "message": str(error), "remedy": error.remedy}


def _run(call: dict[str, Any], load: Callable[[str], Any]) -> Any:
    module = types.ModuleType("headway_task")
    sys.modules["headway_task"] = module
    module.__dict__["virtualenv_string_args"] = call["string_args"]
    source = "\n" * (call["line"] - 1) + call["source"]  # so that a traceback names the author's line
    flags = __future__.annotations.compiler_flag
    exec(compile(source, call["file"], "exec", flags, dont_inherit=True), module.__dict__)  # noqa: S102
    function = getattr(module, call["function"])
    with _context(call["context"], load):
        result = function(*load(json.dumps(call["args"])), **load(json.dumps(call["kwargs"])))
        if inspect.iscoroutine(result):
            import asyncio

            return asyncio.run(result)
        return result


def _context(packed: Any, load: Callable[[str], Any]) -> Any:
    """Makes the task's context the current one, if the task wants it; that needs Headway in this Python."""
    if packed is None:
        return contextlib.nullcontext()
    install = importlib.import_module("headway.airflow").install
    install()
    return importlib.import_module("headway.authoring.context").use_context(load(json.dumps(packed)))


def _show(error: BaseException, file: str) -> None:
    """The traceback from the author's own lines on."""
    step = error.__traceback__
    while step is not None and step.tb_frame.f_code.co_filename != file:
        step = step.tb_next
    traceback.print_exception(type(error), error, step or error.__traceback__)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
