"""Clear several runs of a DAG at once, with what markers among their tasks point at."""

from __future__ import annotations

from headway.errors import Conflict, NotFound
from headway.metastore.database import Connection
from headway.operations.clear import Cleared, CodeVersion
from headway.operations.clear_linked import clear_linked
from headway.operations.selection import RunChoice, Selection, choose_runs


def clear_runs(
    conn: Connection,
    dag_id: str,
    choice: RunChoice,
    selection: Selection,
    *,
    version: CodeVersion | str = CodeVersion.ORIGINAL,
    dry_run: bool = False,
    actor: str,
) -> list[Cleared]:
    """Clear the selected task instances of every chosen run, oldest first; runs without any are left out.

    Each run is changed by itself and at once. Of several runs, one without the selected tasks is passed over. Raises
    what ``clear`` raises for a single run, and ``InvalidInput`` for more than 1000 runs.
    """
    runs = choose_runs(conn, dag_id, choice)
    if len(runs) == 1:
        return [clear_linked(conn, dag_id, runs[0], selection, version=version, dry_run=dry_run, actor=actor)]
    cleared, refused = [], None
    for run_id in runs:
        try:
            cleared.append(clear_linked(conn, dag_id, run_id, selection, version=version, dry_run=dry_run, actor=actor))
        except (NotFound, Conflict) as error:  # an older version without that task, or a run that was just deleted
            refused = error
    if refused and not cleared:
        raise refused
    return [each for each in cleared if each.changes or each.linked]
