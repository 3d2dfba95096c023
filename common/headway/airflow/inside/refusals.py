"""What to say when code wants more of Airflow's inside than can be read."""

from __future__ import annotations

from headway.errors import HeadwayError

#: What to use instead of changing rows, by the word of Airflow's for the table.
WAYS = {
    "DagRun": "`headway tasks clear` runs them again; `headway db clean` removes old ones; a test calls dag.test()",
    "TaskInstance": "`headway tasks clear` runs them again; a test calls headway.testing.run_task(dag, task_id, date)",
    "DagModel": "`headway dags pause` and `headway dags unpause` change DAGs",
    "Pool": "`headway pools set NAME SLOTS` changes pools",
    "Variable": "Variable.set and Variable.delete change variables",
    "Connection": "`headway connections set` writes connections",
    "XCom": "ti.xcom_push writes XComs; `headway db clean` removes old ones",
}
_CLEAN = "`headway db clean` removes what is old; what a DAG file needs of it, it gets from the context"


class InsideError(HeadwayError):
    """Code used a part of Airflow's inside that Headway does not have."""


def refused(what: str, model: str = "") -> InsideError:
    """The error for ``what``, which is no plain read; ``model`` is the class that it concerns."""
    return InsideError(f"{what} is not possible: Airflow's tables are read-only views here", WAYS.get(model, _CLEAN))


def unknown(what: str) -> InsideError:
    """The error for something that nothing here stands for."""
    return InsideError(f"{what} is a part of Airflow's inside that Headway does not have", _CLEAN)
