"""Notifiers as callbacks: their templates are rendered, the task's context reaches them whole."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from headway.authoring.notifier import BaseNotifier
from headway.operators.python import PythonOperator
from support.one_task import Bench, shop


class Diary(BaseNotifier):
    template_fields = ("line", "more")
    told: ClassVar[list[Any]] = []

    def __init__(self, line: str, **more: str) -> None:
        super().__init__()
        self.line = line
        self.more = more

    def notify(self, context: Any) -> None:
        self.told.append((self.line, self.more, context["exception"], context.get("reason")))


@pytest.fixture(autouse=True)
def _fresh() -> None:
    Diary.told.clear()


def ended(bench: Bench, function: Any, **callbacks: Any) -> None:
    with shop():
        task = PythonOperator(task_id="task", python_callable=function, **callbacks)
    execution = bench.execution(task)
    execution.run_callbacks(execution.run())


def test_a_notifier_tells_of_a_failure_with_its_templates_rendered(bench: Bench) -> None:
    diary = Diary("{{ task.task_id }} of {{ ds }}", try_="{{ ti.try_number }}")
    heard: list[Any] = []
    ended(bench, lambda: 1 / 0, on_failure_callback=[heard.append, diary])
    [(line, more, error, reason)] = Diary.told
    assert (line, more) == ("task of 2026-03-01", {"try_": "1"})
    assert isinstance(error, ZeroDivisionError)
    assert reason == "ZeroDivisionError: division by zero"
    assert diary.line == "{{ task.task_id }} of {{ ds }}", "it serves further tasks"
    assert heard[0]["exception"] is error


def test_a_success_has_no_exception(bench: Bench) -> None:
    ended(bench, lambda: None, on_success_callback=Diary("done"))
    assert Diary.told == [("done", {}, None, None)]


def test_what_a_notifier_raises_is_logged(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    ended(bench, lambda: None, on_success_callback=[Diary("{{ nothing }}"), Diary("next")])
    assert [line for line, *_ in Diary.told] == ["next"]
    assert "on_success_callback Diary failed" in caplog.text
