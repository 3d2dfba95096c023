from __future__ import annotations

import functools
import logging
from typing import Any

import pytest

from headway.authoring.callables import call_with_context
from headway.operators.empty import EmptyOperator
from support.one_task import Bench, shop


@pytest.fixture
def context(bench: Bench) -> Any:
    with shop():
        return bench.context(EmptyOperator(task_id="task"))


def test_parameters_named_like_context_keys_get_them(context: Any) -> None:
    def work(ds: str, ti: Any, unrelated: int = 5) -> Any:
        return ds, ti.task_id, unrelated

    assert call_with_context(work, (), {}, context) == ("2026-03-01", "task", 5)


def test_a_double_star_gets_the_whole_context_and_op_kwargs(context: Any) -> None:
    def work(**kwargs: Any) -> Any:
        return kwargs

    got = call_with_context(work, (), {"extra": 1, "ds": "mine"}, context)
    assert got["extra"] == 1
    assert got["ds"] == "mine"
    assert set(context) - set(got) == set()
    assert got["ti"] is context["ti"]


def test_arguments_win_over_the_context(context: Any) -> None:
    def work(ds: str, ts: str, *, run_id: str) -> Any:
        return ds, ts, run_id

    assert call_with_context(work, ("by position",), {"run_id": "by name"}, context) == (
        "by position", "2026-03-01T00:00:00+00:00", "by name",
    )  # fmt: skip


def test_a_double_star_does_not_repeat_what_came_by_position(context: Any) -> None:
    def work(ds: str, **kwargs: Any) -> Any:
        return ds, "ds" in kwargs

    assert call_with_context(work, ("mine",), {}, context) == ("mine", False)


def test_op_kwargs_that_are_not_taken_are_left_out_with_a_warning(context: Any, caplog: Any) -> None:
    def work(a: int) -> int:
        return a

    with caplog.at_level(logging.WARNING, "headway.task"):
        assert call_with_context(work, (), {"a": 1, "b": 2}, context) == 1
    assert "op_kwargs has 'b', which work does not take" in caplog.text


def test_a_missing_argument_is_pythons_own_error(context: Any) -> None:
    def work(amount: int) -> int:
        return amount

    with pytest.raises(TypeError, match="amount"):
        call_with_context(work, (), {}, context)


def test_methods_partials_objects_and_builtins(context: Any) -> None:
    class Work:
        def method(self, ds: str) -> str:
            return ds

        def __call__(self, run_id: str) -> str:
            return run_id

    def add(a: int, b: int, ds: str) -> Any:
        return a + b, ds

    assert call_with_context(Work().method, (), {}, context) == "2026-03-01"
    assert call_with_context(Work(), (), {}, context) == "scheduled__2026-03-01"
    assert call_with_context(functools.partial(add, 1), (2,), {}, context) == (3, "2026-03-01")
    assert call_with_context(dict, (), {"a": 1}, context) == {"a": 1}


def test_coroutine_functions_are_awaited(context: Any) -> None:
    async def work(ds: str) -> str:
        return ds

    assert call_with_context(work, (), {}, context) == "2026-03-01"
