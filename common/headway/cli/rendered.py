"""What a task's templates became when it ran."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from headway.cli.output import Format, Output, note, say, show_json
from headway.cli.repair_options import DagId
from headway.cli.session import open_session


def rendered(
    dag_id: DagId,
    task_id: Annotated[str, typer.Argument(metavar="TASK", help="Id of the task.")],
    run_id: Annotated[str | None, typer.Argument(metavar="[RUN]", help="Id of the run; default: the newest.")] = None,
    attempt: Annotated[int | None, typer.Option("--attempt", min=1, help="Which try; default: the last.")] = None,
    map_index: Annotated[
        int | None, typer.Option("--map-index", min=-1, help="Which instance of a mapped task.")
    ] = None,
    output: Output = Format.TABLE,
) -> None:
    """Show what the templates of a task became when it ran; `tasks render` renders them here and now.

    Example: headway tasks rendered parallel_dag transform
    """
    from headway.operations.lookup import find_run
    from headway.operations.rendered import rendered_fields

    with open_session() as session:
        run = find_run(session.conn, dag_id, run_id)
        found = rendered_fields(session.conn, dag_id, run.run_id, task_id, map_index, try_number=attempt)
    if output is Format.JSON:
        show_json(found)
        return
    for name, value in found.fields.items():
        say(Text(f"{name}:", style="bold"))
        say(Text(value))
    if not found.fields:
        note("it has rendered nothing: it has no templates, has not run, or that was too long ago")
