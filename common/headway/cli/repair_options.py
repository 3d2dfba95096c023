"""Arguments and options that the commands which repair runs share."""

from __future__ import annotations

from typing import Annotated

import typer

from headway.cli.durations import parse_moment
from headway.errors import InvalidInput
from headway.operations.clear import CodeVersion
from headway.operations.selection import RunChoice

DagId = Annotated[str, typer.Argument(metavar="DAG", help="Id of the DAG.")]
TaskId = Annotated[str, typer.Argument(metavar="TASK", help="Id of the task.")]
RunId = Annotated[str, typer.Argument(metavar="RUN", help="Id of the run.")]
AnyRun = Annotated[str | None, typer.Argument(metavar="[RUN]", help="Id of the run; default: the newest.")]
EveryRun = Annotated[str | None, typer.Argument(metavar="[RUN]", help="Id of the run; default: every run.")]
Reason = Annotated[str, typer.Option("--reason", "-r", metavar="TEXT", help="Why, for whoever finds it waiting.")]
DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help="Only show what would be changed.")]
MapIndex = Annotated[int | None, typer.Option("--map-index", min=0, help="Only this instance of mapped tasks.")]
#: Hidden: whoever knows it from other commands hears what holds do instead of "no such option".
NoMapIndex = Annotated[int | None, typer.Option("--map-index", hidden=True)]
Upstream = Annotated[bool, typer.Option("--upstream", "-u", help="Also everything before them.")]
Downstream = Annotated[bool, typer.Option("--downstream", "-d", help="Also everything after them.")]
OnlyFailed = Annotated[bool, typer.Option("--only-failed", "-f", help="Only what failed.")]
Past = Annotated[bool, typer.Option("--past", help="Also in all runs before.")]
Future = Annotated[bool, typer.Option("--future", help="Also in all runs after.")]
Since = Annotated[
    str | None, typer.Option("--since", metavar="TIME", help="Instead of one run, those from this logical date on.")
]
Until = Annotated[
    str | None, typer.Option("--until", metavar="TIME", help="Instead of one run, those up to this logical date.")
]
Version = Annotated[
    CodeVersion,
    typer.Option("--version", help="Go on with the code that the run has, or with what the DAG is now."),
]


def refuse_map_index(map_index: int | None, dag_id: str, task_id: str) -> None:
    """Holds are of whole tasks: raises ``InvalidInput`` when one map index is asked for."""
    if map_index is not None:
        raise InvalidInput(
            f"one map index cannot be held or released: a hold is of all instances of {task_id!r}",
            f"leave --map-index out; to leave one instance out for good:"
            f" `headway tasks mark {dag_id} {task_id} skipped --map-index {map_index}`",
        )


def run_choice(run_id: str | None, *, past: bool, future: bool, since: str | None, until: str | None) -> RunChoice:
    """What the options say about runs; raises ``InvalidInput`` for something that is no date."""
    return RunChoice(
        run_id,
        past=past,
        future=future,
        since=parse_moment(since) if since else None,
        until=parse_moment(until) if until else None,
    )
