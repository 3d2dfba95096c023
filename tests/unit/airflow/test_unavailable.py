"""Names that parse and cannot run."""

from __future__ import annotations

import pytest

import headway
from headway.airflow.table import aliases, only_stand_ins, stand_ins
from headway.airflow.unavailable import NotAvailableError
from headway.authoring.exceptions import AirflowFailException


def test_a_task_that_cannot_run_is_read_with_its_edges_and_says_what_to_do():
    from airflow.providers.ssh.operators.ssh import SSHOperator

    with headway.DAG("d", default_args={"retries": 4, "queue": "remote"}) as dag:

        @headway.task
        def host() -> str:
            return "h"

        task = SSHOperator(task_id="run", ssh_conn_id="s", command=host(), trigger_rule="all_done") >> headway.task(
            print
        ).override(task_id="after")(1)
    remote = dag.get_task("run")
    assert (remote.retries, remote.queue, remote.trigger_rule) == (4, "remote", "all_done")
    assert remote.upstream_task_ids == {"host"}
    assert remote.downstream_task_ids == {"after"}
    assert task.operator.task_id == "after"
    assert not remote.template_fields, "nothing of it is rendered before it says that it cannot run"
    with pytest.raises(NotAvailableError, match="SSHOperator is known by name only") as error:
        remote.execute({})
    assert "paramiko" in error.value.remedy
    assert isinstance(error.value, AirflowFailException), "it is not tried again"


def test_objects_can_be_made_and_passed_on_but_not_used():
    from airflow.sdk import DayWindow, SequenceMapper
    from airflow.triggers.base import BaseEventTrigger

    mapper = SequenceMapper(errors=ValueError)
    assert mapper.arguments[1]["errors"] is ValueError
    assert DayWindow(1).arguments == ((1,), {})
    with pytest.raises(NotAvailableError, match=r"SequenceMapper\.to_downstream is known by name only"):
        mapper.to_downstream("2026")

    class Mine(BaseEventTrigger):
        pass

    with pytest.raises(NotAvailableError):
        Mine().run()


def test_an_installed_package_goes_before_names_that_cannot_run(tmp_path, monkeypatch):
    package = tmp_path / "airflow" / "providers" / "ssh" / "hooks"
    package.mkdir(parents=True)
    (package / "ssh.py").write_text("class SSHHook:\n    real = True\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    from airflow.providers.ssh.hooks.ssh import SSHHook
    from airflow.providers.ssh.operators.ssh import SSHOperator

    assert SSHHook.real
    assert SSHOperator.__module__ == "headway.airflow.unavailable"


def test_the_table_says_of_each_what_it_is_and_what_to_do():
    for name, entry in stand_ins().items():
        assert entry.kind in ("operator", "sensor", "class", "function"), name
        assert len(entry.remedy) > 20, name
    notes = {row.name: row.note for row in aliases() if only_stand_ins(row.module)}
    assert notes["SSHOperator"].startswith("cannot run: ")
