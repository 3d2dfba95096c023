"""Read-only views of Airflow's tables, over records in memory."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from headway.airflow.inside.refusals import InsideError
from headway.authoring.records import RecordQuery, select
from headway.authoring.runtime import use_store

DAY = datetime(2026, 3, 1, tzinfo=UTC)
NAIVE = (DAY + timedelta(days=3)).replace(tzinfo=None)


def run(number: int, state: str, dag_id: str = "etl") -> dict[str, object]:
    moment = DAY + timedelta(days=number)
    return {
        "id": number,
        "dag_id": dag_id,
        "run_id": f"r{number}",
        "state": state,
        "run_type": "manual" if number == 3 else "scheduled",
        "external_trigger": number == 3,
        "logical_date": moment.isoformat(),
        "start_date": moment.isoformat(),
        "end_date": (moment + timedelta(minutes=2)).isoformat(),
    }


RECORDS = {
    "dag_run": [run(1, "success"), run(2, "failed"), run(3, "success"), run(4, "running", "other")],
    "task_instance": [
        {"dag_id": "etl", "run_id": "r2", "task_id": "load", "map_index": -1, "state": "failed"},
        {"dag_id": "etl", "run_id": "r2", "task_id": "extract", "map_index": -1, "state": "success"},
        {"dag_id": "etl", "run_id": "r1", "task_id": "load", "map_index": -1, "state": "success"},
    ],
    "dag": [{"dag_id": "etl", "is_paused": True, "is_active": True}, {"dag_id": "other", "is_paused": False}],
    "pool": [{"pool": "default_pool", "slots": 128}],
}


class Store:
    def records(self, query: RecordQuery) -> list[dict[str, object]]:
        return select(RECORDS[query.kind], RecordQuery.from_json(query.as_json()))

    def mask_secret(self, value: str) -> None:
        """No log is kept here."""


@pytest.fixture(autouse=True)
def _store():
    with use_store(Store()):
        yield


def test_queries_of_a_session():
    from airflow.models import DagRun, TaskInstance
    from airflow.settings import Session

    session = Session()
    runs = session.query(DagRun)
    assert [one.run_id for one in runs.filter(DagRun.dag_id == "etl", DagRun.state != "failed")] == ["r1", "r3"]
    newest = runs.filter(DagRun.dag_id == "etl").order_by(DagRun.execution_date.desc()).first()
    assert newest.run_id == "r3"
    assert newest.execution_date == newest.logical_date == DAY + timedelta(days=3)
    assert newest.get_duration() == 120
    assert runs.filter_by(state="success").count() == 2
    assert runs.filter(DagRun.state.in_(["running", "queued"])).one().dag_id == "other"
    assert runs.filter(DagRun.logical_date >= NAIVE).count() == 2, "a naive date is UTC"
    assert runs.filter(DagRun.logical_date.between(DAY + timedelta(1), DAY + timedelta(2))).count() == 2
    assert runs.filter(DagRun.dag_id.like("ot%")).one_or_none().state == "running"
    assert runs.order_by(DagRun.id).offset(1).limit(2).all()[-1].run_id == "r3"
    columns = session.query(TaskInstance.task_id, TaskInstance.state).filter(TaskInstance.run_id == "r2")
    assert sorted(columns.all()) == [("extract", "success"), ("load", "failed")]
    assert runs.filter(DagRun.dag_id == "none").first() is None


def test_finding_runs_and_what_belongs_to_them():
    from airflow.models import DagModel, DagRun, Pool

    assert [one.run_id for one in DagRun.find(dag_id="etl", state="success")] == ["r1", "r3"]
    assert [one.run_id for one in DagRun.find(dag_id=["etl", "other"], external_trigger=True)] == ["r3"]
    assert [one.run_id for one in DagRun.find(execution_start_date=DAY + timedelta(days=3))] == ["r3", "r4"]
    failed = DagRun.find(run_id="r2")[0]
    assert [one.task_id for one in failed.get_task_instances()] == ["extract", "load"]
    assert [one.task_id for one in failed.get_task_instances(state="failed")] == ["load"]
    assert failed.get_task_instance("load").current_state() == "failed"
    assert failed.get_previous_dagrun().run_id == "r1"
    assert failed.get_task_instance("load").get_dagrun().run_id == "r2"
    assert DagModel.get_dagmodel("etl").is_paused
    assert DagModel.get_dagmodel("etl").get_last_dagrun().run_id == "r2"
    assert DagModel.get_dagmodel("etl").get_last_dagrun(include_externally_triggered=True).run_id == "r3"
    assert DagModel.get_paused_dag_ids(["etl", "other"]) == {"etl"}
    assert Pool.get_pool("default_pool").slots == 128


def test_a_dag_knows_its_runs():
    import headway

    dag = headway.DAG("etl")
    assert dag.get_last_dagrun(include_externally_triggered=True).run_id == "r3"
    assert dag.get_dagrun(run_id="r1").state == "success"
    assert dag.get_is_paused()
    assert headway.DAG("other").get_num_active_runs() == 1


def test_a_session_comes_as_an_argument_or_in_a_block():
    from airflow.models import DagRun
    from airflow.utils.db import provide_session as old
    from airflow.utils.session import NEW_SESSION, create_session, provide_session

    @provide_session
    def count(dag_id: str, session=NEW_SESSION) -> int:
        return session.query(DagRun).filter(DagRun.dag_id == dag_id).count()

    assert old is provide_session
    assert count("etl") == 3
    with create_session() as session:
        assert count("other", session) == count("other", session=session) == 1
        session.commit()


@pytest.mark.parametrize(
    ("code", "way"),
    [
        ("session.query(DagRun).filter(DagRun.state == 'failed').delete()", "headway db clean"),
        ("session.query(TaskInstance).update({'state': 'success'})", "headway tasks clear"),
        ("session.query(SlaMiss).all()", "Headway does not keep them"),
        ("session.add(Pool)", "headway pools set"),
        ("session.execute('DELETE FROM dag_run')", "headway db clean"),
        ("DagRun.find(dag_id='etl')[0].state = 'success'", "headway tasks clear"),
        ("session.query(DagRun).filter((DagRun.state == 'a') | (DagRun.state == 'b'))", "headway tasks clear"),
        ("bool(DagRun.state == 'failed')", "pass it to filter()"),
        ("sqlalchemy.and_(DagRun.state == 'failed', DagRun.dag_id == 'x')", "each condition an argument"),
        ("sqlalchemy.select(DagRun)", "each condition an argument"),
        ("settings.engine.connect()", "session.query(DagRun)"),
        ("XCom.set(key='a')", "ti.xcom_push"),
        ("DagModel.get_dagmodel('etl').set_is_paused(True)", "headway dags pause"),
        ("DagRun.find(dag_id='etl')[0].creating_job_id", "headway db clean"),
    ],
)
def test_what_is_no_plain_read_names_the_way(code, way):
    import sqlalchemy
    from airflow import models, settings

    names = {name: getattr(models, name) for name in ["DagModel", "DagRun", "Pool", "SlaMiss", "TaskInstance", "XCom"]}
    names |= {"session": settings.Session(), "settings": settings, "sqlalchemy": sqlalchemy}
    with pytest.raises(InsideError) as error:
        exec(code, names)
    assert way in error.value.remedy


def test_files_may_name_tables_and_columns_that_headway_lacks():
    from airflow.jobs import BaseJob
    from airflow.models import DagModel, Log, SlaMiss

    assert repr(BaseJob.latest_heartbeat) == "BaseJob.latest_heartbeat"
    assert BaseJob.__name__ == "BaseJob"
    assert [repr(one) for one in (DagModel.last_scheduler_run, Log.dttm, SlaMiss.execution_date)] == [
        "DagModel.last_scheduler_run",
        "Log.dttm",
        "SlaMiss.execution_date",
    ]


def test_connections_and_variables_are_queried_by_their_own_classes(monkeypatch):
    from airflow.models import Connection, Variable
    from airflow.settings import Session

    monkeypatch.setitem(RECORDS, "connection", [{"conn_id": "my_db", "host": "h"}, {"conn_id": "other", "host": None}])
    monkeypatch.setitem(RECORDS, "variable", [{"key": "bucket"}])
    monkeypatch.setenv("AIRFLOW_CONN_MY_DB", "postgres://user:secret@h/db")
    monkeypatch.setenv("AIRFLOW_VAR_BUCKET", "s3://b")
    found = Session().query(Connection.conn_id).filter(Connection.conn_id.ilike("%MY_DB%")).all()
    assert found == [("my_db",)]
    connection = Session().query(Connection).filter(Connection.conn_id == "my_db").first()
    assert (connection.host, connection.password) == ("h", "secret")
    assert [one.val for one in Session().query(Variable).all()] == ["s3://b"]
    assert Connection("x", host="y").host == "y", "instances are as ever"
    with pytest.raises(InsideError):
        Session().add(Connection("x"))
