"""The rule of every task that chooses which tasks run: what it leaves for the scheduler to act on.

A choice is the XCom ``SKIP_KEY``. ``{"followed": [ids]}`` says that the direct downstream tasks which
are not named are skipped; ``{"skipped": [ids]}`` says that exactly those are. It is stored together with
the task's result, so the scheduler never sees the one without the other. Teardown tasks are never skipped.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from headway.authoring.exceptions import AirflowException
from headway.authoring.operator import BaseOperator
from headway.authoring.results import SKIP_KEY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

log = logging.getLogger("headway.task")


def follow(context: Mapping[str, Any], chosen: Any) -> None:
    """Let only the ``chosen`` direct downstream tasks (an id or several, of tasks or groups) go on.

    A direct downstream task that also lies behind a chosen one is followed too: it is where branches
    meet. None and an empty list skip all of them. Raises ``AirflowException`` for an unknown id.
    """
    task = context["task"]
    wanted = _task_ids(task, _listed(task, chosen))
    reached = wanted.union(*(task.dag.task_dict[one].get_flat_relative_ids() for one in wanted))
    followed = sorted(one.task_id for one in task.downstream_list if one.is_teardown or one.task_id in reached)
    log.info("Following %s", ", ".join(sorted(wanted)) or "no branch")
    context["ti"].xcom_push_with_result(SKIP_KEY, {"followed": followed})


def skip(context: Mapping[str, Any], tasks: Iterable[Any]) -> None:
    """Skip ``tasks``, teardowns excepted."""
    ids = sorted(task.task_id for task in tasks if not task.is_teardown)
    if ids:
        log.info("Skipping %s", ", ".join(ids))
        context["ti"].xcom_push_with_result(SKIP_KEY, {"skipped": ids})


def _listed(task: BaseOperator, chosen: Any) -> list[str]:
    if chosen is None:
        return []
    ids = [chosen] if isinstance(chosen, str) else chosen
    if not isinstance(ids, (list, tuple, set, frozenset)) or not all(isinstance(one, str) for one in ids):
        raise AirflowException(
            f"branch task {task.task_id!r} expected a task id, a list of them or None, got {chosen!r}",
            remedy="return the id of a task or group as text, or a list of such ids",
        )
    return list(ids)


def _task_ids(task: BaseOperator, ids: list[str]) -> set[str]:
    """The ids of tasks that ``ids`` name; a group stands for the tasks that it starts with."""
    found: set[str] = set()
    for one in ids:
        if one in task.dag.task_dict:
            found.add(one)
        elif one in task.dag.group_dict:
            found.update(root.task_id for root in task.dag.group_dict[one].roots)
        else:
            raise _unknown(task, one)
    return found


def _unknown(task: BaseOperator, given: str) -> AirflowException:
    direct = ", ".join(repr(one) for one in sorted(task.downstream_task_ids)) or "nothing"
    full = [one for one in task.downstream_task_ids if one.endswith("." + given)]
    remedy = f"write its full id, {full[0]!r}" if full else f"directly behind it stands {direct}"
    return AirflowException(
        f"branch task {task.task_id!r} chose {given!r}, which is no task or group of DAG {task.dag_id!r}",
        remedy=remedy,
    )


class SkipMixin:
    """Airflow's methods for operators that skip others from their own ``execute``."""

    def skip(self, dag_run: Any, execution_date: Any, tasks: Iterable[Any], **_: Any) -> None:
        """Skip ``tasks``."""
        skip(_context(), tasks)

    def skip_all_except(self, ti: Any, branch_task_ids: Any) -> None:
        """Skip the direct downstream tasks that are neither named nor behind a named one."""
        follow(_context(), branch_task_ids)


class BranchMixIn(SkipMixin):
    """Airflow's method for operators that branch."""

    def do_branch(self, context: Mapping[str, Any], branches_to_execute: Any) -> Any:
        """Follow the branches that were chosen."""
        follow(context, branches_to_execute)
        return branches_to_execute


class BaseBranchOperator(BaseOperator, BranchMixIn):
    """Base of operators that choose a branch in ``choose_branch``."""

    kind = "branch"

    def choose_branch(self, context: Any) -> Any:
        """The id of the task or group to follow, a list of ids, or None."""
        raise NotImplementedError(f"{type(self).__name__} has no choose_branch()")

    def execute(self, context: Any) -> Any:
        """Choose and follow."""
        return self.do_branch(context, self.choose_branch(context))


def _context() -> Mapping[str, Any]:
    from headway.authoring.context import get_current_context

    return get_current_context()
