"""Task instances as lines of a table: many of a mapped task that stand alike become one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from headway.cli.output import counted, seconds
from headway.operations.mapped import ranges
from headway.operations.tasks import TaskState

_MANY = 20  # instances of a mapped task from which on those that stand alike are shown together


@dataclass(frozen=True, slots=True)
class StateLine:
    """One or several instances of a task that are in the same state for the same reason."""

    instances: Sequence[TaskState]

    @property
    def first(self) -> TaskState:
        """The one that speaks for all."""
        return self.instances[0]

    @property
    def index(self) -> str | None:
        """The map indexes, with its name where it is one that has one."""
        if self.first.map_index < 0:
            return None
        name = f" {self.first.name}" if len(self.instances) == 1 and self.first.name else ""
        return ranges(each.map_index for each in self.instances) + name

    @property
    def tries(self) -> str | None:
        """Which try of how many; nothing for several instances."""
        one = len(self.instances) == 1
        return f"{self.first.try_number} of {self.first.max_tries + 1}" if one else None

    @property
    def node(self) -> str | None:
        """The worker, or how many there are."""
        nodes = {each.node for each in self.instances if each.node}
        return next(iter(nodes), None) if len(nodes) < 2 else counted(len(nodes), "node")

    @property
    def took(self) -> str | None:
        """How long it ran; of several, the longest time."""
        known = [each.seconds for each in self.instances if each.seconds is not None]
        return seconds(max(known)) if known else None


def state_lines(found: Sequence[TaskState], *, each: bool) -> list[StateLine]:
    """The lines, in order; with ``each`` one for every instance."""
    sizes: dict[str, int] = {}
    for one in found:
        sizes[one.task_id] = sizes.get(one.task_id, 0) + 1
    grouped: dict[object, list[TaskState]] = {}
    for one in found:
        alone = each or sizes[one.task_id] < _MANY
        key = (one.task_id, one.map_index) if alone else (one.task_id, one.state, one.why)
        grouped.setdefault(key, []).append(one)
    return [StateLine(instances) for instances in grouped.values()]
