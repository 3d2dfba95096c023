"""What Airflow says of its DAGs: paused or not, the last scheduled run, runs that have not ended.

From the JSON of ``airflow dags list`` and ``airflow dags list-runs`` (2 and 3), or from its database (1.10, 2 and 3),
which is only read. Times without a zone are UTC, as Airflow keeps them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from headway.errors import HeadwayError, InvalidInput

_SCHEDULED = ("scheduled", "backfill")
_ENDED = ("success", "failed")
_LIST = re.compile(r"^\[\s*[{\]]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class AirflowRun:
    """A run that a schedule made; ``start`` and ``end`` of its data interval where they are known."""

    run_id: str
    state: str
    logical_date: datetime
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class AirflowDag:
    """A DAG as Airflow knows it; ``is_paused`` None: not told. ``unfinished`` are ids of runs that go on."""

    dag_id: str
    is_paused: bool | None = None
    last: AirflowRun | None = None
    unfinished: list[str] = field(default_factory=list)


def of_command_line(dags: Path | None, runs: Iterable[Path]) -> list[AirflowDag]:
    """From files of the commands' output; raises ``InvalidInput`` that names the file."""
    found: dict[str, AirflowDag] = {}
    for row in _rows(dags) if dags else ():
        paused = row.get("is_paused", row.get("paused"))
        found[row["dag_id"]] = AirflowDag(row["dag_id"], None if paused is None else str(paused).lower() == "true")
    for path in runs:
        for row in _rows(path):
            known = found.get(row["dag_id"]) or AirflowDag(row["dag_id"])
            found[row["dag_id"]] = _with_run(known, _run_of(row, path))
    return list(found.values())


def of_database(url: str) -> list[AirflowDag]:
    """From Airflow's database by its SQLAlchemy URL; raises ``HeadwayError``, never showing the URL."""
    from sqlalchemy import create_engine
    from sqlalchemy.exc import SQLAlchemyError

    try:
        with create_engine(url).connect() as conn:
            dags = conn.execute(_dags_query(_table(conn, "dag"))).mappings().all()
            runs = conn.execute(_runs_query(_table(conn, "dag_run"))).mappings().all()
    except (SQLAlchemyError, ImportError) as error:
        reason = str(getattr(error, "orig", None) or type(error).__name__).strip().splitlines()[0]
        raise HeadwayError(
            f"Airflow's database cannot be read: {reason}",
            "check the URL (dialect, host, user, password) and that the user may read the tables dag and dag_run",
        ) from None
    found = {row["dag_id"]: AirflowDag(row["dag_id"], bool(row["is_paused"])) for row in dags}
    for row in runs:
        if row["dag_id"] in found:
            found[row["dag_id"]] = _with_run(found[row["dag_id"]], _run_of(dict(row), None))
    return list(found.values())


def _table(conn: Any, name: str) -> Any:
    """A table of Airflow's with the columns that its version has."""
    from sqlalchemy import MetaData, Table

    return Table(name, MetaData(), autoload_with=conn, resolve_fks=False)


def _dags_query(dag: Any) -> Any:
    """DAGs that some file still defines; a subdag is none of its own."""
    from sqlalchemy import select

    query = select(dag.c.dag_id, dag.c.is_paused)
    if "is_subdag" in dag.c:
        query = query.where(dag.c.is_subdag.is_not(True))
    if "is_active" in dag.c:
        return query.where(dag.c.is_active.is_(True))
    return query.where(dag.c.is_stale.is_(False)) if "is_stale" in dag.c else query


def _runs_query(run: Any) -> Any:
    """The newest scheduled run of each DAG, and all that have not ended."""
    from sqlalchemy import func, or_, select

    date = run.c["logical_date" if "logical_date" in run.c else "execution_date"]
    wanted = [column for column in run.c if column.name in ("data_interval_start", "data_interval_end", "run_type")]
    scheduled = run.c.run_type.in_(_SCHEDULED) if "run_type" in run.c else run.c.run_id.like("scheduled%")
    newest = select(run.c.dag_id, func.max(date).label("newest")).where(scheduled).group_by(run.c.dag_id).subquery()
    return (
        select(run.c.dag_id, run.c.run_id, run.c.state, date.label("logical_date"), *wanted)
        .join(newest, run.c.dag_id == newest.c.dag_id)
        .where(scheduled, or_(run.c.state.not_in(_ENDED), date == newest.c.newest))
    )


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        text = path.read_text(encoding="utf-8")
        start = _LIST.search(text)  # Airflow may log before and after its JSON
        found = json.JSONDecoder().raw_decode(text[start.start() :])[0] if start else None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it holds no JSON list"
        raise InvalidInput(f"{path}: {reason}", _OUTPUT) from None
    if not isinstance(found, list):
        raise InvalidInput(f"{path}: it holds no JSON list", _OUTPUT)
    if not all(isinstance(row, dict) and "dag_id" in row for row in found):
        raise InvalidInput(f"{path}: its entries have no dag_id", _OUTPUT)
    return list(found)


def _run_of(row: Mapping[str, Any], path: Path | None) -> AirflowRun | None:
    """The run of a row; None for one that no schedule made."""
    kind = row.get("run_type") or str(row["run_id"]).partition("_")[0]
    logical = _moment(row.get("logical_date") or row.get("execution_date"), path)
    if kind not in _SCHEDULED or logical is None:
        return None
    start = _moment(row.get("data_interval_start"), path)
    end = _moment(row.get("data_interval_end") or row.get("run_after"), path)
    return AirflowRun(str(row["run_id"]), str(row["state"]), logical, start, end)


def _with_run(dag: AirflowDag, run: AirflowRun | None) -> AirflowDag:
    if run is None:
        return dag
    if run.state not in _ENDED:
        dag = replace(dag, unfinished=[*dag.unfinished, run.run_id])
    newer = dag.last is None or run.logical_date > dag.last.logical_date
    return replace(dag, last=run) if newer else dag


def _moment(value: Any, path: Path | None) -> datetime | None:
    if value is None or value == "" or value == "None":
        return None
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise InvalidInput(f"{path or 'the database'}: {value!r} is no time", _OUTPUT) from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


_OUTPUT = "write the file with `airflow dags list -o json` or `airflow dags list-runs ... -o json`"
