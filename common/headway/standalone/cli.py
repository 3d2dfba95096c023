"""The ``headway standalone`` command."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from headway.errors import InvalidInput
from headway.flower import flower_password
from headway.metastore.database import connection
from headway.operations.first_login import ADMIN, first_password
from headway.settings import Settings, headway_home
from headway.standalone.cluster import Cluster, Plan
from headway.standalone.server import EVERYWHERE, LOOPBACK

DEFAULT_WORKERS = ("default=4", "high_cpu=1")
_RISK = (
    "RISK: passwords, code and data cross the network to {listen} unencrypted, and whoever has a join file "
    "controls this cluster. Use a private network or a tunnel."
)


def standalone(
    worker: Annotated[
        list[str] | None,
        typer.Option(
            "--worker",
            "-w",
            metavar="QUEUE=N",
            help="a worker of N tasks at once for a queue; repeatable",
            show_default="default=4 high_cpu=1",
        ),
    ] = None,
    dags: Annotated[Path | None, typer.Option("--dags", help="folder of DAG files")] = None,
    listen: Annotated[str, typer.Option(help="address of this host on which other hosts may join")] = LOOPBACK,
    web: Annotated[bool, typer.Option(help="run the web node: UI and REST API")] = True,
    flower: Annotated[bool, typer.Option(help="run Flower, the Celery monitor")] = True,
    web_port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="port of the UI and API; default: web.port; 0: a free one")
    ] = None,
    flower_port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="port of Flower; default: flower.port; 0: a free one")
    ] = None,
) -> None:
    """Run everything on this host: PostgreSQL, Valkey, scheduler, a worker for each queue, the UI, Flower.

    All data stay in the Headway home; a later start goes on with them. Ctrl-C stops all of it, and waits for
    running tasks; a second Ctrl-C does not wait.

    Example: headway standalone --dags ./dags -w default=4 -w high_cpu=2
    """
    sections = chosen_sections(dags, web_port, flower_port)
    sizes = worker_sizes(worker or DEFAULT_WORKERS)
    plan = Plan(headway_home(), sizes, flower=flower, web=web, listen=listen, sections=sections)
    refuse_foreign_address(listen)
    cluster = Cluster(plan, report=typer.echo)
    stop = stop_signals(cluster)
    typer.echo(f"starting Headway in {plan.home}")
    cluster.start()
    try:
        for line in describe(cluster):
            typer.echo(line)
        stop.wait()
        typer.echo("stopping; running tasks may finish (Ctrl-C again: do not wait)")
    finally:
        cluster.stop()
    typer.echo("stopped")


def chosen_sections(dags: Path | None, web_port: int | None, flower_port: int | None) -> dict[str, dict[str, Any]]:
    """The settings that the command line gives, which come before all others."""
    given: dict[str, dict[str, Any]] = {
        "dags": {"folder": str(dags.absolute()) if dags else None},
        "web": {"port": web_port},
        "flower": {"port": flower_port},
    }
    return {section: keys for section, keys in given.items() if None not in keys.values()}


def worker_sizes(values: Sequence[str]) -> dict[str, int]:
    """``["default=4"]`` as ``{"default": 4}``; raises ``InvalidInput`` for anything else."""
    sizes = {}
    for value in values:
        queue, _, size = value.partition("=")
        if not queue or not size.isdigit() or int(size) < 1:
            raise InvalidInput(
                f"--worker: expected QUEUE=N such as default=4, got {value!r}", "give a queue and a number"
            )
        sizes[queue] = int(size)
    return sizes


def refuse_foreign_address(listen: str) -> None:
    """Raise ``InvalidInput`` unless ``listen`` is an address of this host."""
    try:
        with socket.socket() as probe:
            probe.bind((listen, 0))
    except OSError:
        raise InvalidInput(
            f"--listen {listen}: this host has no such IPv4 address", "`hostname -I` lists those that it has"
        ) from None


def stop_signals(cluster: Cluster) -> threading.Event:
    """An event that the first SIGINT or SIGTERM sets; the second one hurries the stop."""
    stop = threading.Event()

    def on_signal(_number: int, _frame: object) -> None:
        if stop.is_set():
            cluster.hurry()
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    return stop


def login(settings: Settings) -> str:
    """How to log in for the first time, as far as this host knows it."""
    with connection(settings.metastore, name="headway standalone") as conn:
        password = first_password(conn, settings)
    if password:
        return f"user {ADMIN}, password {password}"
    return "the users are yours: `headway users list`, `headway users set-password`"


def describe(cluster: Cluster) -> list[str]:
    """What a person wants to know once everything is up."""
    plan, settings = cluster.plan, cluster.settings
    lines = [
        "Headway is up. Ctrl-C stops it.",
        f"  DAG files   {settings.dag_folder}",
        f"  workers     {', '.join(f'{queue} x {size}' for queue, size in plan.workers.items())}",
        f"  logs        {cluster.logs}",
    ]
    if plan.web:
        lines.append(f"  UI and API  {cluster.web_url} ({login(settings)})")
    if plan.flower:
        password = flower_password(settings)
        lines.append(f"  Flower      {cluster.flower_url} (user {settings.flower.user}, password {password})")
    if plan.listen != LOOPBACK:
        host = socket.gethostname() if plan.listen == EVERYWHERE else plan.listen
        lines.append(f"  other hosts headway nodes join-file worker.toml --host {host}; copy that file there")
        lines.append(_RISK.format(listen=plan.listen))
    return lines
