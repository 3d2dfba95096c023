"""A task that reads Airflow's tables finds Headway's own records."""

from __future__ import annotations

from support.worker_stage import Stage

CODE = """
def f():
    from airflow.models import DagRun, TaskInstance
    from airflow.utils.session import create_session, provide_session

    @provide_session
    def running(session=None):
        return session.query(TaskInstance).filter(TaskInstance.state == "running").count()

    with create_session() as session:
        run = session.query(DagRun).order_by(DagRun.execution_date.desc()).first()
        try:
            session.query(DagRun).delete()
        except Exception as error:
            said = error.remedy
    return [run.run_id, run.state, [ti.task_id for ti in run.get_task_instances()], running(), said]
"""


def test_queries_of_a_task(stage: Stage) -> None:
    staged = stage.task(CODE)
    stage.worker()
    stage.send(staged)
    assert stage.await_event(staged).state == "success"
    run_id, state, tasks, running, said = stage.xcom(staged)
    stored = stage.conn.execute("SELECT r.run_id, t.task_id FROM dag_run r JOIN task_instance t ON t.run_id = r.id")
    assert [(run_id, task_id) for task_id in tasks] == stored.fetchall()
    assert (state, running) == ("running", 1)
    assert "headway db clean" in said
