"""Runs that another scheduler has made before this one: entered as ended, so that planning goes on behind them."""

from __future__ import annotations

from datetime import datetime

from headway.metastore.database import Connection

_ENTER = """
INSERT INTO dag_run (dag_id, run_id, run_type, state, logical_date, data_interval_start, data_interval_end,
                     run_after, triggered_by, start_date, end_date)
VALUES (%(dag_id)s, %(run_id)s, 'scheduled', %(state)s, %(start)s, %(start)s, %(end)s, %(end)s, %(by)s, now(), now())
ON CONFLICT DO NOTHING RETURNING id
"""


def enter_run(
    conn: Connection, *, dag_id: str, run_id: str, state: str, start: datetime, end: datetime, by: str
) -> bool:
    """Enter an ended scheduled run and have the DAG's next one computed anew; False when its date is taken."""
    fields = {"dag_id": dag_id, "run_id": run_id, "state": state, "start": start, "end": end, "by": by}
    if conn.execute(_ENTER, fields).fetchone() is None:
        return False
    conn.execute("UPDATE dag SET next_due = NULL WHERE dag_id = %s", (dag_id,))
    return True
