"""Runs that tasks start, and what sensors ask of other DAGs: the statements behind them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from headway.authoring.other_dags import RunsAsked, RunSeen
from headway.errors import InvalidInput, NotFound
from headway.metastore.queries import other_dags, task_reads
from headway.operations.clear import Selection, clear
from headway.operations.task_triggers import reset, trigger_once
from headway.states import Outcome
from support.stage import DAG, RUN, Stage
from support.structures import task

DATE = datetime(2026, 1, 1, tzinfo=UTC)
ACTOR = "task a.b of r, try 1"


@pytest.fixture
def mill(stage: Stage) -> Stage:
    stage.dag(task("grind", retries=1))
    return stage


def ask(stage: Stage, actor: str = ACTOR, run_id: str | None = None, date: datetime | None = None) -> tuple[str, bool]:
    started = trigger_once(stage.conn, DAG, run_id=run_id, logical_date=date, conf={"x": 1}, actor=actor)
    return started.run_id, started.is_own


def test_a_try_starts_one_run_however_often_it_asks(mill: Stage) -> None:
    first = ask(mill)
    assert first == ask(mill)
    assert first[1]
    second = ask(mill, actor="task a.b of r, try 2")
    assert second[0] != first[0]
    assert mill.value("SELECT count(*) FROM dag_run") == 2
    assert mill.value("SELECT conf FROM dag_run LIMIT 1") == {"x": 1}


def test_a_run_of_anothers_is_told_of_by_its_id_or_its_date(mill: Stage) -> None:
    ask(mill, actor="ann@host", run_id="r1", date=DATE)
    assert ask(mill, run_id="r1") == ("r1", False)
    assert ask(mill, date=DATE) == ("r1", False)
    assert ask(mill, run_id="r2") == ("r2", True)


def test_what_cannot_be_started_is_an_error(mill: Stage) -> None:
    with pytest.raises(InvalidInput):
        ask(mill, run_id="no spaces, please")
    with pytest.raises(NotFound):
        trigger_once(mill.conn, "nowhere", run_id=None, logical_date=None, conf={}, actor=ACTOR)


def test_a_reset_clears_what_has_begun(mill: Stage) -> None:
    ask(mill, run_id="waiting")
    reset(mill.conn, DAG, "waiting", actor=ACTOR)
    mill.start()
    mill.run_task("grind")
    mill.end_run("success")
    reset(mill.conn, DAG, RUN, actor=ACTOR)
    assert (mill.run().state, mill.states()) == ("running", {"grind": "none"})


def test_runs_of_certain_dates_with_their_tasks(mill: Stage) -> None:
    mill.start()
    mill.conn.execute("UPDATE dag_run SET logical_date = %s", (DATE,))
    mill.run_task("grind")
    dates = [DATE, DATE - timedelta(days=1)]
    by_date = RunsAsked(DAG, logical_dates=tuple(dates), task_ids=("grind", "x"))
    seen = RunSeen(RUN, DATE, "running", [("grind", -1, "success")])
    assert other_dags.runs_of(mill.conn, by_date) == [seen]
    none = RunsAsked(DAG, logical_dates=(DATE + timedelta(1),))
    by_id = RunsAsked(DAG, run_ids=(RUN, "other"))
    assert other_dags.runs_of(mill.conn, none) == []
    assert other_dags.runs_of_all(mill.conn, [none, by_id, by_date]) == [[], [replace(seen, tasks=[])], [seen]]


def test_the_first_poke_counts_over_retries_until_a_clear(mill: Stage) -> None:
    mill.start()

    def first_poke() -> datetime | None:
        return task_reads.first_poke(mill.conn, ti=mill.instance("grind").ti)

    assert first_poke() is None
    began = mill.run_task("grind", Outcome.RESCHEDULED).started_at
    mill.run_task("grind", Outcome.RETRY)
    mill.run_task("grind", Outcome.RESCHEDULED)
    assert first_poke() == began
    clear(mill.conn, DAG, RUN, Selection(), actor="ann@host")
    assert first_poke() is None
