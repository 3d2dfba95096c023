"""The process that loads DAG files: ``python -m headway_scheduler.parse.child ANSWERS TRACES``.

Users' code runs here, away from the scheduler: no metastore, no broker, no key. Requests come as JSON
lines on standard input; answers leave as JSON lines on the descriptor ``ANSWERS``, because standard
output belongs to the users' code::

    → {"file": "dags/etl.py", "root": "/…", "folder": "dags", "style": null, "prefer_airflow": false,
       "secrets": ["my.Backend", "{}"], "defaults": {"timezone": "UTC", "retries": 2}, "asked": null}
    ← {"began": true}                               from now on the file's time counts
    ← {"read": "dags/etl.yaml"}                     each file or folder of the root when it is first read
    ← {"ask": "variable", "key": "bucket"}          as often as the file asks; also "connection", "last_interval"
    → {"value": "s3://…"}
    ← {"timetable": "Workdays"}                     its methods are about to list runs; null when they have
    ← {"mask": "s3cret"}                            keep this text out of what is shown of the output
    ← {"dags": […], "runs": [], "modules": […], "error": null, "seconds": 0.01, "alone": true}

With ``asked`` (``messages.RunsAsked``) the answer has the runs of one DAG's timetable in a range, and no DAGs.

On SIGUSR1 the stacks of all threads are written to ``TRACES``, also while an extension module holds the
interpreter: that is how the parent learns where a file hangs.
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from headway.authoring import defaults, secrets_backends
from headway.authoring.custom_timetables import runs_between
from headway.authoring.dag import DAG
from headway.authoring.loader import load_file, purge_modules
from headway.authoring.records import RecordQuery
from headway.authoring.runtime import use_store
from headway.authoring.structure import describe
from headway.authoring.timetables import class_name
from headway.errors import DagFileError, HeadwayError
from headway_scheduler.parse.reads import Reads

_PR_SET_PDEATHSIG = 1


class Parent:
    """The other end of the two pipes; also the store of variables and connections for the file's code."""

    def __init__(self, requests: TextIOWrapper, answers: int) -> None:
        self._requests = requests
        self._answers = answers

    def next_request(self) -> dict[str, Any] | None:
        """Wait for a request; None when the parent has gone."""
        line = self._requests.readline()
        return json.loads(line) if line else None

    def send(self, message: Mapping[str, Any]) -> None:
        """Send one line."""
        line = json.dumps(message).encode() + b"\n"
        while line:
            line = line[os.write(self._answers, line) :]

    def tell_read(self, path: str) -> None:
        """Report that the file has read something of the root."""
        self.send({"read": path})

    @contextlib.contextmanager
    def asking_timetable(self, dag: DAG) -> Iterator[None]:
        """Let the parent know whose code runs meanwhile, where the DAG has a timetable that users wrote."""
        if dag.schedule.spec["kind"] != "custom":
            yield
            return
        self.send({"timetable": class_name(dag.schedule.timetable)})
        yield
        self.send({"timetable": None})

    def variable_get(self, key: str) -> str | None:
        """Ask the scheduler for a variable."""
        return self._ask("variable", key)  # type: ignore[no-any-return]

    def connection_get(self, conn_id: str) -> Mapping[str, Any] | None:
        """Ask the scheduler for a connection."""
        return self._ask("connection", conn_id)  # type: ignore[no-any-return]

    def records(self, query: RecordQuery) -> list[dict[str, Any]]:
        """Ask the scheduler for what it knows of DAGs, runs and tasks."""
        return self._ask("records", json.dumps(query.as_json()))  # type: ignore[no-any-return]

    def variable_set(self, key: str, value: str, description: str | None = None) -> None:
        """Refused: loading a file has no effects."""
        raise _no_effects(f"the variable {key!r} is set")

    def variable_delete(self, key: str) -> bool:
        """Refused: loading a file has no effects."""
        raise _no_effects(f"the variable {key!r} is deleted")

    def last_interval(self, dag_id: str) -> tuple[datetime, datetime] | None:
        """Ask the scheduler for the data interval of a DAG's last scheduled run."""
        found = self._ask("last_interval", dag_id)
        return (datetime.fromisoformat(found[0]), datetime.fromisoformat(found[1])) if found else None

    def mask_secret(self, value: str) -> None:
        """Keep a text out of the output that an import error shows."""
        self.send({"mask": value})

    def _ask(self, kind: str, key: str) -> Any:
        self.send({"ask": kind, "key": key})
        reply = self.next_request()
        if reply is None:
            os._exit(0)  # the scheduler has ended in the meantime
        if "fault" in reply:
            raise HeadwayError(reply["fault"], reply["remedy"])
        return reply["value"]


def main() -> None:
    """Answer requests until standard input ends."""
    answers, traces = int(sys.argv[1]), int(sys.argv[2])
    for descriptor in (answers, traces):
        os.set_inheritable(descriptor, False)
    _die_with_parent()
    parent = Parent(_private_stdin(), answers)
    reads = Reads(parent.tell_read)
    output = os.dup(1)
    with use_store(parent):
        while (request := parent.next_request()) is not None:
            _open_output(output)
            faulthandler.unregister(signal.SIGUSR1)  # the last file may have put a handler of its own there
            faulthandler.register(signal.SIGUSR1, file=traces, all_threads=True)
            parent.send({"began": True})
            parent.send(load(request, reads, parent))


def load(request: Mapping[str, Any], reads: Reads, parent: Parent) -> dict[str, Any]:
    """Load one file and describe its DAGs; whatever its code does wrong becomes the answer's ``error``."""
    root, file = Path(request["root"]), request["file"]
    before = (list(sys.path), dict(os.environ))
    os.chdir(root)
    secrets_backends.configure(*request.get("secrets", ("", "")))
    defaults.configure(**request.get("defaults", {}))
    began = time.monotonic()
    answer: dict[str, Any] = {"dags": [], "runs": [], "modules": [], "error": None}
    with reads.below(root):
        try:
            loaded = load_file(root / file, root, request["style"], request["prefer_airflow"], request["folder"])
            if request.get("asked"):
                answer["runs"] = _runs(loaded.dags, request["asked"], parent)
            else:
                answer["dags"] = [_described(dag, parent) for dag in loaded.dags]
            answer["modules"] = loaded.modules
        except BaseException as error:  # noqa: BLE001 - users' code may raise anything, SystemExit included
            answer["error"] = _error(error, file)
    answer["seconds"] = time.monotonic() - began
    purge_modules(root)
    _put_back(*before)
    answer["alone"] = threading.active_count() == 1
    return answer


def _described(dag: DAG, parent: Parent) -> dict[str, Any]:
    with parent.asking_timetable(dag):
        return describe(dag, parent.last_interval)


def _runs(dags: Sequence[DAG], asked: Mapping[str, Any], parent: Parent) -> list[list[str]]:
    """What a DAG's timetable says of a range: when, start and end of each run in ISO 8601."""
    found = next((dag for dag in dags if dag.dag_id == asked["dag_id"]), None)
    if found is None:
        raise HeadwayError(f"the file has no DAG {asked['dag_id']!r} any more", "ask again in a moment")
    first, last = datetime.fromisoformat(asked["first"]), datetime.fromisoformat(asked["last"])
    with parent.asking_timetable(found):
        return [list(map(datetime.isoformat, run)) for run in runs_between(found, first, last, asked["limit"])]


def _error(error: BaseException, file: str) -> dict[str, Any]:
    if isinstance(error, DagFileError):
        return {"line": error.line, "message": error.message, "remedy": error.remedy}
    if isinstance(error, HeadwayError):
        return {"line": _line_in(error, file), "message": error.message, "remedy": error.remedy}
    text = f"{type(error).__name__}: {error}".strip().removesuffix(":")
    return {"line": _line_in(error, file), "message": text, "remedy": "mend this line"}


def _line_in(error: BaseException, file: str) -> int:
    """The last line of ``file`` that the error passed through."""
    line, step = 0, error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename.endswith("/" + file):
            line = step.tb_lineno
        step = step.tb_next
    return line


def _no_effects(what: str) -> HeadwayError:
    return HeadwayError(f"{what} while the file is loaded", "move the call into a task: files are loaded often")


def _put_back(path: list[str], environment: dict[str, str]) -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    sys.path[:] = path
    if dict(os.environ) != environment:
        os.environ.clear()
        os.environ.update(environment)


def _die_with_parent() -> None:
    """Have the kernel end this process when the scheduler's thread that started it is gone."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _open_output(descriptor: int) -> None:
    """Have standard output and error lead to ``descriptor``, whatever became of them in the last file."""
    for number in (1, 2):
        os.dup2(descriptor, number)
    sys.stdout = sys.__stdout__ = _text_stream(1)  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = _text_stream(2)  # type: ignore[misc]


def _text_stream(descriptor: int) -> TextIOWrapper:
    return os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)


def _private_stdin() -> TextIOWrapper:
    """Standard input for us alone: users' code that reads it finds it empty."""
    mine = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return os.fdopen(mine, "r", encoding="utf-8")


if __name__ == "__main__":
    main()
