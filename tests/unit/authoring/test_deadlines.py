"""What a file says about deadlines, and what is called when one is missed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from headway.authoring.dag import DAG
from headway.authoring.deadlines import (
    AsyncCallback,
    BaseDeadlineReference,
    DeadlineAlert,
    DeadlineReference,
    call_missed,
    describe,
)
from headway.authoring.notifier import BaseNotifier
from headway.errors import DagFileError
from headway.operators.empty import EmptyOperator

MINUTE = timedelta(minutes=1)
DUE = "2026-01-01T00:00:00+00:00"


def made(*alerts: DeadlineAlert, **more: Any) -> DAG:
    with DAG("d", start_date=datetime(2026, 1, 1, tzinfo=UTC), deadline=list(alerts), **more) as dag:
        EmptyOperator(task_id="t", sla=timedelta(hours=2))
    return dag


def alert(reference: Any = DeadlineReference.DAGRUN_QUEUED_AT, callback: Any = print) -> DeadlineAlert:
    return DeadlineAlert(reference=reference, interval=MINUTE, callback=callback)


@pytest.mark.parametrize(
    ("reference", "spec"),
    [
        (DeadlineReference.DAGRUN_QUEUED_AT, {"kind": "queued_at"}),
        (DeadlineReference.DAGRUN_LOGICAL_DATE, {"kind": "logical_date"}),
        (DeadlineReference.FIXED_DATETIME(datetime(2026, 1, 1, tzinfo=UTC)), {"kind": "fixed", "at": DUE}),
        (DeadlineReference.AVERAGE_RUNTIME(5), {"kind": "average_runtime", "max_runs": 5, "min_runs": 5}),
        (BaseDeadlineReference(), {"kind": "unknown"}),
    ],
)
def test_references(reference: Any, spec: dict[str, Any]) -> None:
    first, sla = describe(made(alert(reference)))
    assert first == {"task_id": "", "name": "", "reference": spec, "interval": 60.0}
    assert sla == {"task_id": "t", "name": "sla", "reference": {"kind": "interval_end"}, "interval": 7200.0}


@pytest.mark.parametrize("given", ["soon", [print], 5])
def test_anything_else_is_refused(given: Any) -> None:
    with pytest.raises(DagFileError, match="deadline: expected a DeadlineAlert"):
        DAG("d", start_date=datetime(2026, 1, 1, tzinfo=UTC), deadline=given)


def missed(dag: DAG, *tasks: str) -> dict[str, Any]:
    run = SimpleNamespace(logical_date=datetime(2026, 1, 1, tzinfo=UTC), get_task_instances=list)
    context: dict[str, Any] = {"dag": dag, "dag_run": run, "ti": None}
    call_missed(dag, context, {"id": "1.0", "position": 0, "due": DUE, "tasks": list(tasks)})  # type: ignore[arg-type]
    return context


class Note(BaseNotifier):
    """Keeps what it is told."""

    template_fields = ("text",)
    heard: list[str] = []  # noqa: RUF012

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def notify(self, context: Any) -> None:
        self.heard.append(self.text)


def plain(seen: list[Any]) -> Callable[..., None]:
    def callback(text: str) -> None:
        seen.append(text)

    return callback


def coroutine(seen: list[Any]) -> Callable[..., Any]:
    async def callback(text: str, **kwargs: Any) -> None:
        seen.append((text, kwargs["context"]["deadline"]["id"]))

    return callback


def test_functions_coroutines_and_notifiers_are_called() -> None:
    seen: list[Any] = []
    for callback in (plain(seen), coroutine(seen)):
        missed(made(alert(callback=AsyncCallback(callback, kwargs={"text": "x"}))))
    assert seen == ["x", ("x", "1.0")]
    missed(made(alert(callback=AsyncCallback(Note, kwargs={"text": "{{ dag.dag_id }} is late"}))))
    assert Note.heard == ["d is late"]


def test_a_dotted_path_names_a_function(capsys: pytest.CaptureFixture[str]) -> None:
    missed(made(alert(callback=AsyncCallback("builtins.print", kwargs={"end": "printed"}))))
    assert capsys.readouterr().out == "printed"


def test_an_error_in_a_callback_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    def broken(context: Any) -> None:
        raise ValueError("no luck")

    missed(made(alert(callback=broken)))
    assert "no luck" in caplog.text


def test_the_sla_callback_gets_what_airflow_gave_it() -> None:
    seen: list[Any] = []
    missed(made(sla_miss_callback=lambda *arguments: seen.append(arguments)), "t")
    ((dag, lines, blocking, misses, unfinished),) = seen
    assert (dag.dag_id, lines, blocking) == ("d", "t on 2026-01-01T00:00:00+00:00", "")
    assert (misses[0].task_id, misses[0].timestamp.isoformat(), unfinished) == ("t", DUE, [])
