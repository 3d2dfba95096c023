"""The service as a whole: notices, leases, secrets, the values that files ask for."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from headway.crypto import open_vault
from headway.metastore.queries import code, secrets
from headway.settings import SecretsSettings
from support.waiting import wait_for

from .conftest import Project, dag_text


def test_a_saved_file_is_live_without_a_sweep(project: Project) -> None:
    project.write("a.py", dag_text("a"))
    service = project.service
    service.start()
    try:
        assert service.watch.ready.wait(60)
        wait_for(lambda: project.dags() == ["a"], 60, "the first parse")
        project.write("a.py", dag_text("a", "changed"))
        wait_for(lambda: project.tasks("a") == ["changed"], 60, "the new version")
    finally:
        service.stop()


def test_one_scheduler_parses_at_a_time_and_the_other_takes_over(project: Project) -> None:
    project.write("a.py", dag_text("a"))
    other = project.new_service()
    assert project.parse() == 1
    project.write("b.py", dag_text("b"))
    other.run_once()
    assert other.parsed == 0
    assert project.dags() == ["a"]
    project.service.on_end()
    other.run_once()
    assert other.parsed == 1
    assert project.dags() == ["a", "b"]


def test_a_lease_ends_by_the_clock_of_the_metastore(project: Project) -> None:
    assert code.hold_lease(project.conn, node="one", seconds=60)
    assert code.hold_lease(project.conn, node="one", seconds=-1)
    assert code.hold_lease(project.conn, node="two", seconds=60)
    assert not code.hold_lease(project.conn, node="one", seconds=60)
    code.release_lease(project.conn, node="one")
    assert not code.hold_lease(project.conn, node="one", seconds=60)
    code.release_lease(project.conn, node="two")
    assert code.hold_lease(project.conn, node="one", seconds=60)


def test_a_scheduler_that_lost_the_lease_looks_at_everything_again(project: Project) -> None:
    project.write("a.py", dag_text("a"))
    project.parse()
    project.conn.execute("UPDATE meta SET value = 'another ' || extract(epoch FROM now()) + 60 WHERE key = 'parser'")
    project.service.run_once()
    project.conn.execute("DELETE FROM meta WHERE key = 'parser'")
    project.conn.execute("DELETE FROM dag_file")  # what the other scheduler may have done meanwhile
    project.service.run_once()
    assert project.service.parsed == 2


def test_files_get_variables_and_connections_from_the_scheduler(project: Project) -> None:
    vault = open_vault(project.settings, project.conn)
    secrets.set_variable(project.conn, "name", vault.encrypt("from_the_metastore"), None)
    hidden = json.dumps({"password": "s3cr3t-word", "extra": '{"a": 1}'})
    secrets.set_connection(
        project.conn, conn_id="db", conn_type="postgres", host="h", login="l", schema=None, port=5, description="",
        secret=vault.encrypt(hidden),
    )  # fmt: skip
    before = (
        "from airflow.models import Variable\n"
        "from headway.authoring.connections import get_connection\n"
        "name = Variable.get('name') + Variable.get('none', 'X') + get_connection('db').host\n"
        "assert get_connection('db').password == 's3cr3t-word'\n"
    )
    project.write("a.py", dag_text("a", before=before).replace("'only'", "name"))
    project.parse()
    assert project.errors() == {}
    assert project.tasks("a") == ["from_the_metastoreXh"]


def test_a_file_is_parsed_again_when_a_variable_that_it_asked_for_changed(project: Project) -> None:
    vault = open_vault(project.settings, project.conn)
    before = "from airflow.models import Variable\nname = Variable.get('name', 'unset')\n"
    project.write("a.py", dag_text("a", before=before).replace("'only'", "name"))
    project.write("b.py", dag_text("b"))
    project.parse()
    assert project.tasks("a") == ["unset"]
    for value in ("one", "two"):
        secrets.set_variable(project.conn, "name", vault.encrypt(value), None)
        project.service.sweep()
        project.service.run_once()
        assert project.tasks("a") == [value]
    assert project.service.parsed == 4


def test_a_password_that_a_file_prints_or_fails_with_is_not_shown(project: Project) -> None:
    vault = open_vault(project.settings, project.conn)
    secrets.set_variable(project.conn, "api_password", vault.encrypt("s3cr3t-word"), None)
    head = "from airflow import DAG\nfrom airflow.models import Variable\n"
    project.write("a.py", head + "print('it is', Variable.get('api_password'))\n1 / 0\n")
    project.write("b.py", head + "raise ValueError(f'no access with {Variable.get(\"api_password\")}')\n")
    project.parse()
    message = project.errors()["a.py"][1]
    assert "it is ***" in message
    assert "no access with ***" in project.errors()["b.py"][1]
    assert "s3cr3t-word" not in str(project.errors())


def test_a_variable_cannot_be_set_while_a_file_is_loaded(project: Project) -> None:
    project.write("a.py", "from airflow import DAG\nfrom airflow.models import Variable\nVariable.set('x', '1')\n")
    project.parse()
    line, message, remedy = project.errors()["a.py"]
    assert line == 3
    assert "'x' is set" in message
    assert "task" in remedy
    assert project.value("SELECT count(*) FROM variable") == 0


def test_settings_never_reach_the_files(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HEADWAY_METASTORE__URL", "HEADWAY_BROKER__URL", "HEADWAY_SECURITY__KEY"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("HEADWAY_VAR_NAME", "stays")
    before = "import os\nnames = [n for n in os.environ if n.startswith('HEADWAY_')]\n"
    tasks = "[EmptyOperator(task_id=n) for n in names]"
    project.write("a.py", dag_text("a", before=before).replace("EmptyOperator(task_id='only')", tasks))
    project.parse()
    assert set(project.tasks("a")) == {"HEADWAY_HOME", "HEADWAY_VAR_NAME"}


def test_files_are_loaded_from_the_bundle_and_not_from_the_folder(project: Project) -> None:
    text = dag_text("a", before="from pathlib import Path\nname = Path(__file__).parent.parent.name\n")
    project.write("a.py", text.replace("'only'", "name"))
    project.parse()
    assert project.tasks("a") == ["bundles"]


def test_a_module_that_changes_while_a_file_is_loaded_is_not_missed(project: Project, tmp_path: Path) -> None:
    begun, go_on = tmp_path / "begun", tmp_path / "go_on"
    before = (
        "import helper, pathlib, time\n"
        f"pathlib.Path({str(begun)!r}).touch()\n"
        f"while not pathlib.Path({str(go_on)!r}).exists():\n    time.sleep(0.01)\n"
    )
    project.write("helper.py", "NAME = 'one'\n")
    project.write("a.py", dag_text("a", before=before).replace("'only'", "helper.NAME"))
    service = project.service
    service.start()
    try:
        wait_for(begun.exists, 60, "the load")
        project.write("helper.py", "NAME = 'two'\n")
        wait_for(lambda: project.value("SELECT count(*) FROM bundle") == 2, 60, "the new bundle")
        go_on.touch()
        wait_for(lambda: project.dags() and project.tasks("a") == ["two"], 60, "the new version")
    finally:
        service.stop()


def test_a_file_that_is_written_all_the_time_is_named(project: Project) -> None:
    project.write("a.py", dag_text("a"))
    service = project.service
    project.write("growing.log", "0")
    with _growing(project.folder / "growing.log"):
        service.start()
        try:
            found = wait_for(lambda: project.errors(), 60, "the error")
        finally:
            service.stop()
    ((_, message, remedy),) = found.values()
    assert message == "growing.log changed while it was read, again and again"
    assert ".headwayignore" in remedy


@contextmanager
def _growing(file: Path) -> Iterator[None]:
    """Write into a file without a pause, from a process of its own: a thread would wait for the reader's turn."""
    writer = subprocess.Popen(["sh", "-c", f"while :; do n=$((n + 1)); echo $n >> {shlex.quote(str(file))}; done"])
    try:
        yield
    finally:
        writer.kill()
        writer.wait()


def test_a_dag_deleted_with_its_file_row_comes_back_at_a_sweep(project: Project) -> None:
    project.write("a.py", dag_text("a"))
    project.parse()
    project.conn.execute("DELETE FROM dag")
    project.conn.execute("DELETE FROM dag_file")
    project.service.sweep()
    project.service.run_once()
    assert project.dags() == ["a"]


def test_the_service_finds_the_metastore_again(project: Project) -> None:
    project.write("a.py", dag_text("a"))
    service = project.service
    service.start()
    try:
        wait_for(lambda: project.dags() == ["a"], 60, "the first parse")
        project.conn.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'headway scheduler parse'"
        )
        project.write("b.py", dag_text("b"))
        wait_for(lambda: project.dags() == ["a", "b"], 60, "the second file")
    finally:
        service.stop()


def test_files_get_values_from_a_secrets_backend_of_the_bundle(project: Project) -> None:
    project.write(
        "plugins/vaults.py",
        "from airflow.secrets import BaseSecretsBackend\n"
        "class Vault(BaseSecretsBackend):\n"
        "    def __init__(self, start):\n        self.start = start\n"
        "    def get_variable(self, key):\n        return self.start + key if key == 'name' else None\n",
    )
    before = "from airflow.models import Variable\nname = Variable.get('name') + Variable.get('none', '_none')\n"
    project.write("a.py", dag_text("a", before=before).replace("'only'", "name"))
    chosen = SecretsSettings(backend="vaults.Vault", backend_kwargs=SecretStr('{"start": "vaulted_"}'))
    project.settings = project.settings.model_copy(update={"secrets": chosen})
    project.restart()
    project.parse()
    assert project.errors() == {}
    assert project.tasks("a") == ["vaulted_name_none"]
