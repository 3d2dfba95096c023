"""A file that is not there may lie on the disk of another host, where the task before ran."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

from headway.authoring.runtime import current_runtime
from headway.errors import HeadwayError

if TYPE_CHECKING:
    from headway.authoring.runtime import InstanceFacts

log = logging.getLogger("headway.task")


def hint_at_other_hosts(error: FileNotFoundError, task: Any, instance: InstanceFacts) -> None:
    """Say in the log on which other hosts the tasks before ran, when a file with an absolute path is missing."""
    if not isinstance(error.filename, str) or not Path(error.filename).is_absolute():
        return
    before = task.get_flat_relative_ids(upstream=True)
    try:
        hosts = current_runtime().hosts(sorted(before)) if before else {}
    except HeadwayError:
        return
    others = {name: host for name, host in hosts.items() if host and host != instance.hostname}
    if others:
        ran = ", ".join(f"{name} on {host}" for name, host in others.items())
        log.error(
            "Hint: %s is not on this host, %s. Each host has a disk of its own, and these tasks ran elsewhere: %s. "
            "Keep the file in a folder that all hosts share or in an object store, or give the tasks a queue "
            "that one host alone consumes.",
            error.filename, instance.hostname, ran,
        )  # fmt: skip
