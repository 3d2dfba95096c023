"""The ``headway scheduler`` command."""

from __future__ import annotations


def command() -> None:
    """Run a scheduler: read DAG files, create runs when they are due, send task instances to the queues.

    Several may run at once: they share the DAGs, and when one dies the others go on with its runs within
    its lease.

    Example: headway scheduler
    """
    from headway import node_logs
    from headway.settings import load_settings
    from headway_scheduler.node import SchedulerNode

    settings = load_settings()
    node_logs.set_up(settings.logs.node_format, "scheduler")
    SchedulerNode(settings).run()
