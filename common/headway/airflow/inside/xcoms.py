"""``XCom.get_one(...)``: reading XComs of any run by the class that Airflow has for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from headway.airflow.inside.models import DagRun, View
from headway.airflow.inside.refusals import refused
from headway.authoring.results import RETURN_KEY
from headway.authoring.runtime import current_runtime
from headway.authoring.xcom_codec import decode


class XCom(View):
    """The values that tasks left for each other; read with ``get_one`` and ``get_many``."""

    kind = None
    XCOM_RETURN_KEY: ClassVar[str] = RETURN_KEY

    @classmethod
    def get_one(
        cls,
        execution_date: Any = None,
        key: str | None = RETURN_KEY,
        task_id: Any = None,
        dag_id: str | None = None,
        include_prior_dates: bool = False,
        session: Any = None,
        *,
        run_id: str | None = None,
        map_index: int | None = None,
        **_: Any,
    ) -> Any:
        """One value, or None; the run is named by its id or its date."""
        found = cls.get_many(
            execution_date, key, task_id, dag_id, include_prior_dates, run_id=run_id, map_indexes=map_index
        )
        return found[0] if found else None

    @classmethod
    def get_many(
        cls,
        execution_date: Any = None,
        key: str | None = RETURN_KEY,
        task_ids: Any = None,
        dag_ids: Any = None,
        include_prior_dates: bool = False,
        limit: int | None = None,
        session: Any = None,
        *,
        run_id: str | None = None,
        map_indexes: int | Iterable[int] | None = None,
        **_: Any,
    ) -> list[Any]:
        """The values that match, the newest run's first."""
        dag_id = dag_ids if isinstance(dag_ids, str) or dag_ids is None else next(iter(dag_ids))
        if dag_id is None:
            raise refused("reading XComs of no DAG in particular", "XCom")
        if run_id is None:
            runs = DagRun.find(dag_id=dag_id, logical_date=execution_date)
            if not runs:
                return []
            run_id = runs[-1].run_id
        rows = current_runtime().xcom_pull(
            dag_id=dag_id,
            run_id=str(run_id),
            task_ids=[task_ids] if isinstance(task_ids, str) else task_ids,
            key=key,
            map_indexes=[map_indexes] if isinstance(map_indexes, int) else map_indexes,  # type: ignore[arg-type]
            include_prior_dates=include_prior_dates,
        )
        return [decode(row.value) for row in rows][:limit]

    @classmethod
    def get_value(cls, *, ti_key: Any, key: str | None = RETURN_KEY, session: Any = None) -> Any:
        """The value that one task instance left."""
        return cls.get_one(dag_id=ti_key.dag_id, task_id=ti_key.task_id, run_id=ti_key.run_id, key=key)

    @classmethod
    def clear(cls, *args: Any, **kwargs: Any) -> None:
        """Refused; so are ``set`` and ``delete``."""
        raise refused("writing XComs by their class", "XCom")

    set = delete = clear
