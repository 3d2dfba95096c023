"""One DAG as a page: facts, tasks as a tree, warnings."""

from __future__ import annotations

from typing import Any

from headway.cli.output import console, moment, say, show_facts
from headway.metastore.queries.pauses import Pause
from headway.operations.dags import Description
from headway.operations.mapped import over_text

_STYLES = {1: "Airflow 1.10", 2: "Airflow 2", 3: "Airflow 3"}
_INDENT = "    "


def show_dag(found: Description) -> None:
    """Print the page."""
    dag = found.dag
    scheduled = dag.schedule not in (None, "", "none")
    show_facts(
        {
            "DAG": dag.dag_id,
            "description": dag.description or None,
            "file": f"{dag.file} (gone)" if dag.is_stale else dag.file,
            "style": f"{_STYLES.get(dag.style, '?')} ({dag.style})",
            "schedule": f"{dag.schedule}{', catching up' if found.catchup else ''}" if scheduled else "none",
            "starts": moment(found.start_date),
            "ends": moment(found.end_date),
            "next run": ("when unpaused" if dag.is_paused else moment(dag.next_due)) if scheduled else None,
            "waits for": condition_text(found.condition) if found.condition else None,
            "arrived": ", ".join(found.arrived) or None,
            "paused": _paused(found.pause) if dag.is_paused else False,
            "go on": _way_on(dag.dag_id, found.pause) if dag.is_paused else None,
            "last run": f"{dag.last_run} {dag.last_state}" if dag.last_run else None,
            "limits": f"{dag.max_active_runs} runs, {dag.max_active_tasks} tasks at once",
            "tags": dag.tags or None,
            "owners": dag.owners or None,
            "version": f"{dag.version}, code {dag.bundle[:12]}",
        }
    )
    say("")
    for line in task_tree(found.tasks):
        console().print(line, markup=False)
    _show_warnings(found.warnings)


def _paused(pause: Pause | None) -> str:
    if pause is None:
        return "yes"
    return f"by {pause.actor}, {moment(pause.paused_at)}{f': {pause.reason}' if pause.reason else ''}"


def _way_on(dag_id: str, pause: Pause | None) -> str:
    """How a paused DAG goes on; one that was paused for a reason has something to be mended first."""
    look = f"mend what `headway dags runs {dag_id} --state failed` shows, then " if pause and pause.reason else ""
    return f"{look}`headway dags unpause {dag_id}`"


def condition_text(condition: dict[str, Any], *, inner: bool = False) -> str:
    """An expression of assets as people read it: ``orders and (films or alias reports)``."""
    for word, joint in (("all", " and "), ("any", " or ")):
        if word in condition:
            text = joint.join(condition_text(part, inner=True) for part in condition[word])
            return f"({text})" if inner and len(condition[word]) > 1 else text
    kind, leaf = next(iter(condition.items()))
    name: str = leaf.get("name") or leaf["uri"]
    return f"alias {name}" if kind == "alias" else name


def task_tree(tasks: list[dict[str, Any]]) -> list[str]:
    """The tasks as an indented tree: each below what it waits for, in full at its first place only."""
    downstream: dict[str, list[str]] = {task["task_id"]: [] for task in tasks}
    for task in tasks:
        for other in task["upstream"]:
            downstream[other].append(task["task_id"])
    by_id = {task["task_id"]: task for task in tasks}
    shown: set[str] = set()
    lines: list[str] = []
    stack = [(task["task_id"], 0) for task in reversed(tasks) if not task["upstream"]]
    while stack:  # no recursion: a chain may be longer than Python's stack
        task_id, depth = stack.pop()
        again = task_id in shown
        lines.append(_INDENT * depth + _line(by_id[task_id], again=again and bool(downstream[task_id])))
        if not again:
            shown.add(task_id)
            stack.extend((below, depth + 1) for below in reversed(downstream[task_id]))
    return lines


def _line(task: dict[str, Any], *, again: bool) -> str:
    facts = [task["operator"]]
    if task["queue"] != "default":
        facts.append(f"queue {task['queue']}")
    if task["pool"] != "default_pool":
        facts.append(f"pool {task['pool']}")
    if task["trigger_rule"] != "all_success":
        facts.append(task["trigger_rule"])
    if task.get("mapped"):
        facts.append(f"mapped over {over_text(task['mapped'])}")
    if task["retries"]:
        facts.append(f"retries {task['retries']}")
    return f"{task['task_id']} <{', '.join(facts)}>{' (see above)' if again else ''}"


def _show_warnings(warnings: list[dict[str, Any]]) -> None:
    if warnings:
        say("")
    for warning in warnings:
        line = f"line {warning['line']}: " if warning.get("line") else ""
        say(f"warning: {line}{warning['text']}")
