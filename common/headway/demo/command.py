"""The ``headway demo`` command."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console

from headway.broker.bus import open_bus
from headway.demo.examples import DAGS, examples_folder, furnish, refuse_missing_packages
from headway.demo.views import await_log, open_view, places
from headway.errors import HeadwayError
from headway.flower import flower_password
from headway.log_store.reading import LogStore
from headway.metastore.database import Connection, connection
from headway.metastore.queries import dag_list, task_list
from headway.metastore.queries.run_list import Run
from headway.operations.dags import unpause
from headway.operations.lookup import find_run
from headway.operations.trigger import trigger
from headway.operations.wake import wake_schedulers
from headway.settings import headway_home
from headway.standalone.cli import login, stop_signals
from headway.standalone.cluster import Cluster, Plan
from headway.states import FINISHED_RUNS, RunState, TaskState

ACTOR = "demo"
SHOWN_LOG = ("film_ranking", "load")
_PARSED_WITHIN = 60.0
_ENDED_WITHIN = 120.0
_PAUSE = 0.1
_TAIL = 20
_PLAIN_WIDTH = 120  # of what goes to a file or a pipe
_WHERE = "the nodes' own logs are in .headway/demo/logs"

T = TypeVar("T")


class DemoFailed(HeadwayError):
    """An example DAG did not end as it should."""


def demo(
    keep: Annotated[bool, typer.Option("--keep", help="leave the cluster running until Ctrl-C")] = False,
) -> None:
    """Show it all: start a cluster, run the example DAGs on two queues, say where each task ran, stop.

    The cluster lives in .headway/demo below the current folder, or in HEADWAY_HOME when that is set. It has
    servers of its own, whatever addresses the environment names.

    Example: headway demo
    """
    refuse_missing_packages()
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _PLAIN_WIDTH)
    home = headway_home() if os.environ.get("HEADWAY_HOME") else Path.cwd() / ".headway" / "demo"
    for name in ("HEADWAY_METASTORE__URL", "HEADWAY_BROKER__URL", "HEADWAY_JOIN"):
        os.environ.pop(name, None)
    begun = time.monotonic()
    with _cluster(home, console) as cluster:
        console.print(f"the cluster is up after {time.monotonic() - begun:.1f} s: PostgreSQL, Valkey, scheduler,")
        queues = " and ".join(cluster.plan.workers)
        console.print(f"triggerer, workers for the queues {queues}, the UI, Flower; running {', '.join(DAGS)}")
        _tell_addresses(cluster, console)
        with connection(cluster.settings.metastore, name="headway demo") as conn:
            _show(conn, cluster, console)
        if keep:
            _tell_addresses(cluster, console)
            console.print("the cluster goes on; Ctrl-C stops it")
            stop_signals(cluster).wait()
        console.print("\nstopping everything")
    console.print("all example DAGs succeeded; the failed tries in recovery are on purpose: it shows how runs recover")
    if not keep:
        console.print(f"to look around in the UI: {_program()} demo --keep", markup=False, soft_wrap=True)
    console.print(f"done in {time.monotonic() - begun:.1f} s")


@contextmanager
def _cluster(home: Path, console: Console) -> Iterator[Cluster]:
    plan = Plan(home, {"default": 2, "high_cpu": 1}, sections={"dags": {"folder": str(examples_folder())}})
    cluster = Cluster(plan, report=lambda line: console.print(line, markup=False))
    console.print(f"starting a cluster in {home}")
    cluster.start()
    try:
        yield cluster
    except KeyboardInterrupt:
        cluster.hurry()
        raise
    finally:
        cluster.stop()


def _show(conn: Connection, cluster: Cluster, console: Console) -> None:
    furnish(conn, cluster.settings, ACTOR)
    _until(lambda: _all_parsed(conn), _PARSED_WITHIN, lambda: _unparsed(conn))
    started = _start_runs(conn, cluster)
    runs = _follow(conn, started, console)
    console.print()
    console.print(places(conn, runs))
    failed = [run for run in runs if run.state != RunState.SUCCESS]
    if failed:
        raise _failure(conn, LogStore(cluster.settings.logs), failed[0])
    dag_id, task_id = SHOWN_LOG
    (shown,) = [run for run in runs if run.dag_id == dag_id]
    console.print(f"\nthe log of {dag_id}.{task_id}:")
    for line in await_log(conn, LogStore(cluster.settings.logs), shown, task_id):
        console.print(f"  {line}", markup=False)


def _all_parsed(conn: Connection) -> bool:
    return set(DAGS) <= {dag.dag_id for dag in dag_list.dags(conn)}


def _unparsed(conn: Connection) -> str:
    errors = [f"{error.file}: {error.message}" for error in dag_list.file_errors(conn)]
    return f"the example DAGs were not read: {'; '.join(errors) or 'the scheduler says nothing'}"


def _start_runs(conn: Connection, cluster: Cluster) -> list[tuple[str, str]]:
    unpause(conn, DAGS, actor=ACTOR)
    started = [(dag_id, trigger(conn, dag_id, actor=ACTOR).run_id) for dag_id in DAGS]
    bus = open_bus(cluster.settings, name="headway demo")
    wake_schedulers(conn, bus, ACTOR)
    bus.close()
    return started


def _follow(conn: Connection, started: list[tuple[str, str]], console: Console) -> list[Run]:
    view = open_view(console)

    def ended() -> list[Run]:
        runs = [find_run(conn, dag_id, run_id) for dag_id, run_id in started]
        for run in runs:
            view.update(run, task_list.instances(conn, run.key))
        return runs if all(RunState(run.state) in FINISHED_RUNS for run in runs) else []

    try:
        return _until(ended, _ENDED_WITHIN, lambda: "the example DAGs did not end in time")
    finally:
        view.close()


def _failure(conn: Connection, store: LogStore, run: Run) -> DemoFailed:
    bad = [each for each in task_list.instances(conn, run.key) if each.state == TaskState.FAILED]
    name = bad[0].task_id if bad else ""
    log = "\n".join(await_log(conn, store, run, name)[-_TAIL:]) if bad else ""
    return DemoFailed(
        f"{run.dag_id}.{name} failed; its log ends:\n{log}", "see the logs of the nodes in .headway/demo/logs"
    )


def _program() -> str:
    """This program as a person at this shell can start it."""
    called = Path(sys.argv[0])
    if called.name == "__main__.py":
        return f"{sys.executable} -m headway"
    found = shutil.which("headway")
    return "headway" if found and Path(found).samefile(called) else str(called)


def _tell_addresses(cluster: Cluster, console: Console) -> None:
    for line in _addresses(cluster):
        console.print(line, markup=False, soft_wrap=True)


def _addresses(cluster: Cluster) -> list[str]:
    settings = cluster.settings
    return [
        "",
        f"UI         {cluster.web_url} ({login(settings)})",
        f"Flower     {cluster.flower_url} (user {settings.flower.user}, password {flower_password(settings)})",
        f"metastore  {_place(settings.metastore.url.get_secret_value())}",
        f"broker     {_place(settings.broker.url.get_secret_value())}",
        f"logs       {cluster.logs}",
        "",
    ]


def _place(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"


def _until(condition: Callable[[], T], seconds: float, complaint: Callable[[], str]) -> T:
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise DemoFailed(complaint(), _WHERE)
        time.sleep(_PAUSE)
    return value
