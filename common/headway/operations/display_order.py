"""In which order people read the tasks of a DAG: what runs earlier first, groups as one block each."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

_TOP = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A task or a group; a group comes before what is in it. ``parent`` is the id of the group around it."""

    id: str
    kind: Literal["task", "group"]
    label: str
    parent: str
    depth: int
    mapped: bool
    operator: str = ""
    is_setup: bool = False
    is_teardown: bool = False
    trigger_rule: str = ""
    removed: bool = False


def rows(structure: Mapping[str, Any]) -> list[Row]:
    """The tasks and groups of a structure, each group as a block where its first task stands."""
    order = topological(structure["tasks"])
    groups = {group["group_id"]: group for group in structure.get("groups", ())}
    first: dict[str, int] = {}
    inside: dict[str, list[Row]] = {}
    for task in structure["tasks"]:
        inside.setdefault(_around(task, groups), []).append(_task_row(task))
        for group in _groups_around(_around(task, groups), groups):
            first[group] = min(first.get(group, len(order)), order[task["task_id"]])
    for group_id, group in groups.items():
        if group_id in first:
            inside.setdefault(group["parent"], []).append(_group_row(group))
    places = first | order
    for members in inside.values():
        members.sort(key=lambda row: places[row.id])
    return list(_blocks(_TOP, 0, inside))


def without_version(task_id: str) -> Row:
    """A task that only older runs have."""
    return Row(task_id, "task", task_id, _TOP, 0, mapped=False, removed=True)


def topological(tasks: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """The place of each task: after everything upstream of it, else as defined."""
    defined = {task["task_id"]: place for place, task in enumerate(tasks)}
    waits = {task["task_id"]: sum(up in defined for up in task["upstream"]) for task in tasks}
    below: dict[str, list[str]] = {}
    for task in tasks:
        for up in task["upstream"]:
            below.setdefault(up, []).append(task["task_id"])
    ready = [place for task_id, place in defined.items() if not waits[task_id]]
    heapq.heapify(ready)
    names = list(defined)
    order: dict[str, int] = {}
    while ready:
        task_id = names[heapq.heappop(ready)]
        order[task_id] = len(order)
        for other in below.get(task_id, ()):
            waits[other] -= 1
            if not waits[other]:
                heapq.heappush(ready, defined[other])
    return order


def _blocks(parent: str, depth: int, inside: Mapping[str, list[Row]]) -> Iterator[Row]:
    for row in inside.get(parent, ()):
        yield replace(row, depth=depth)
        if row.kind == "group":
            yield from _blocks(row.id, depth + 1, inside)


def _around(task: Mapping[str, Any], groups: Mapping[str, Any]) -> str:
    group: str = task.get("group", _TOP)
    return group if group in groups else _TOP


def _groups_around(group: str, groups: Mapping[str, Any]) -> Iterator[str]:
    while group:
        yield group
        group = groups[group]["parent"]


def _task_row(task: Mapping[str, Any]) -> Row:
    return Row(
        id=task["task_id"],
        kind="task",
        label=task["label"],
        parent=task.get("group", _TOP),
        depth=0,
        mapped=task["mapped"] is not None,
        operator=task["operator"],
        is_setup=task["is_setup"],
        is_teardown=task["is_teardown"],
        trigger_rule=task["trigger_rule"],
    )


def _group_row(group: Mapping[str, Any]) -> Row:
    return Row(group["group_id"], "group", group["label"], group["parent"], 0, mapped=group["mapped"])
