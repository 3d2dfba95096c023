"""What tasks say of their outlets and learn of their inlets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from headway import task
from headway.authoring.asset_decorator import asset
from headway.authoring.asset_events import Metadata
from headway.authoring.assets import Asset, AssetAlias
from headway.authoring.current_file import FileScope, loading
from headway.authoring.results import AssetUpdate, TaskResult
from headway.authoring.runtime import AssetEventFacts, AssetFacts
from headway.operators.python import PythonOperator
from headway.states import Outcome
from support.one_task import RUN, Bench, shop

ORDERS = Asset("orders", "s3://orders", group="shop")
FILMS = Asset("s3://films")
REPORTS = AssetAlias("reports")


def made(bench: Bench, function: Any, **arguments: Any) -> TaskResult:
    with shop():
        return bench.run(PythonOperator(task_id="task", python_callable=function, **arguments))


def test_each_outlet_has_an_event_when_the_task_succeeds(bench: Bench) -> None:
    updates = made(bench, lambda: None, outlets=[ORDERS, FILMS & Asset.ref(uri="s3://other")]).updates
    assert list(updates) == [
        AssetUpdate("orders", "s3://orders", "shop"),
        AssetUpdate("s3://films", "s3://films"),
        AssetUpdate("", "s3://other"),
    ]
    assert made(bench, lambda: 1 / 0, outlets=[ORDERS]).updates == ()
    assert made(bench, lambda: None).updates == ()


def test_extras_by_the_accessor_and_by_metadata(bench: Bench) -> None:
    def say(outlet_events: Any) -> Iterator[Any]:
        outlet_events[ORDERS].extra = {"rows": 1}
        outlet_events["s3://films"].extra["n"] = 2
        yield Metadata(ORDERS, {"more": True})
        yield "lost"
        return "returned"

    result = made(bench, say, outlets=[ORDERS, FILMS])
    assert [update.extra for update in result.updates] == [{"rows": 1, "more": True}, {"n": 2}]
    assert bench.xcom("task") == "returned"


def test_an_alias_reports_each_asset_and_extra_once(bench: Bench) -> None:
    other = AssetAlias("other")

    def say(outlet_events: Any) -> Iterator[Any]:
        outlet_events[REPORTS].add(FILMS, extra={"k": 1})
        outlet_events[other].add(Asset("s3://films"), extra={"k": 1})
        yield Metadata(FILMS, {"k": 2}, alias="other")

    updates = made(bench, say, outlets=[REPORTS, other, AssetAlias("silent")]).updates
    assert list(updates) == [
        AssetUpdate("s3://films", "s3://films", "asset", {"k": 1}, ("reports", "other")),
        AssetUpdate("s3://films", "s3://films", "asset", {"k": 2}, ("other",)),
    ]


def test_what_is_no_outlet_is_left_out_with_a_word(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    def say(outlet_events: Any) -> None:
        outlet_events[FILMS].extra = {"n": 1}

    assert [one.name for one in made(bench, say, outlets=[ORDERS]).updates] == ["orders"]
    assert "it is no outlet of this task" in caplog.text


def test_an_extra_that_is_no_json_fails_the_task_and_names_the_asset(bench: Bench) -> None:
    def say(outlet_events: Any) -> None:
        outlet_events[ORDERS].extra = {"when": object()}

    result = made(bench, say, outlets=[ORDERS])
    assert result.outcome is Outcome.FAILED
    assert "the extra of Asset(name='orders'" in str(result.error)


def test_a_zero_byte_cannot_be_stored(bench: Bench) -> None:
    def say(outlet_events: Any) -> None:
        outlet_events[ORDERS].extra = {"text": "a\0b"}

    assert made(bench, say, outlets=[ORDERS]).updates[0].extra == {"text": "a\ufffdb"}


def at(day: int) -> datetime:
    return datetime(2026, 3, day, tzinfo=UTC)


def event(number: int, source: Asset = ORDERS, **more: Any) -> AssetEventFacts:
    facts = (source.name, source.uri, source.group)
    return AssetEventFacts(number, *facts, {"rows": number}, at(number), "maker", "make", f"r{number}", **more)


def test_past_events_of_inlets(bench: Bench) -> None:
    bench.world.asset_events += [event(2), event(1), event(3, FILMS, aliases=("reports",)), event(4)]
    with shop():
        found = bench.context(PythonOperator(task_id="task", python_callable=print, inlets=[ORDERS]))["inlet_events"]
    rows = [one.extra["rows"] for one in found[ORDERS]]
    assert rows == [1, 2, 4]
    assert [one.extra["rows"] for one in found[ORDERS][-2:]] == [2, 4]
    assert found[0][-1].source_run_id == found.for_asset(name="orders")[-1].source_run_id == "r4"
    assert [one.uri for one in found[REPORTS]] == ["s3://films"]
    assert found.for_asset(uri="s3://films")[0].asset == FILMS
    assert list(found) == [ORDERS]
    narrowed = found[ORDERS].after(at(2)).before("2026-03-03").ascending(False).limit(1)
    assert [one.extra["rows"] for one in narrowed] == [2]
    assert found[ORDERS][0].timestamp.to_date_string() == "2026-03-01"
    assert found[ORDERS][0].source_task_instance.task_id == "make"


def test_triggering_events(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.run_facts = replace(RUN, run_type="asset_triggered")
    source = replace(RUN, run_id="source", dag_id="maker")
    with shop():
        context = bench.context(PythonOperator(task_id="task", python_callable=print))
    events = [event(1, source_run=source), event(2), event(3, FILMS, aliases=("reports",))]
    monkeypatch.setattr(context._facts.runtime, "triggering_events", lambda: events)
    found, by_uri = context["triggering_asset_events"], context["triggering_dataset_events"]
    assert list(found) == [ORDERS, FILMS]
    assert list(by_uri) == ["s3://orders", "s3://films"]
    assert found[ORDERS][0].source_dag_run.run_id == "source"
    assert found[ORDERS][1].source_dag_run is None
    assert [len(found[key]) for key in ("orders", "s3://orders", REPORTS)] == [2, 2, 1]
    assert found.get(Asset("unknown")) is None


def test_a_run_of_the_clock_has_no_triggering_events(bench: Bench) -> None:
    with shop():
        context = bench.context(PythonOperator(task_id="task", python_callable=print))
    assert dict(context["triggering_asset_events"]) == {}


def test_the_decorated_function_gets_assets_by_name(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    with loading(FileScope(__file__, "/")) as scope:

        @asset(uri="s3://clean", schedule=None)
        def clean(self: Any, context: Any, orders: Any, unknown: Any, run_id: str, limit: int = 5) -> Iterator[Any]:
            yield Metadata(self, {"from": orders.uri, "and": unknown.uri, "run": run_id, "limit": limit})
            return context["ti"].task_id

    facts = AssetFacts("orders", "s3://orders", "shop", {})
    monkeypatch.setattr(
        "headway.authoring.local_runtime.LocalRuntime.asset_named",
        lambda self, name: facts if name == "orders" else None,
    )
    result = bench.run(scope.created[0].tasks[0])
    assert result.updates[0].extra == {"from": "s3://orders", "and": "unknown", "run": RUN.run_id, "limit": 5}
    assert bench.xcom("clean") == "clean"


def test_a_generator_of_a_plain_task_is_run_to_its_end(bench: Bench) -> None:
    with shop():

        @task
        def steps() -> Iterator[Any]:
            yield Metadata(ORDERS)
            return 7

        steps()
    with shop() as dag:
        steps()
    bench.run(dag.tasks[0])
    assert bench.xcom("steps") == 7


def test_an_extra_that_nobody_could_follow_fails_the_task(bench: Bench) -> None:
    def say() -> Iterator[Any]:
        deep: dict[str, Any] = {}
        for _ in range(150):
            deep = {"deep": deep}
        yield Metadata(ORDERS, deep)

    assert "nested more than 100 deep" in str(made(bench, say, outlets=[ORDERS]).error)
