"""Plugins of a project: what they bring, and that a broken one disturbs nobody."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from headway.authoring import macros, plugins
from headway.authoring.loader import LoadedFile, load_file, purge_modules
from headway.authoring.structure import describe
from headway.bundles.candidates import is_read
from headway.errors import DagFileError

Write = Callable[[str, str], Path]
Load = Callable[..., LoadedFile]

PLUGIN = """
    from airflow.listeners import hookimpl
    from airflow.models import BaseOperator
    from airflow.plugins_manager import AirflowPlugin
    from airflow.task.priority_strategy import PriorityWeightStrategy

    class Tool(BaseOperator):
        pass

    class ByRetries(PriorityWeightStrategy):
        def get_weight(self, ti):
            return 100 * ti.try_number + ti.max_tries

    def plural(word):
        return word + "s"

    class Ears:
        heard = []

        @hookimpl
        def on_dag_run_failed(self, dag_run, msg):
            Ears.heard.append((dag_run, msg))

        @hookimpl
        def on_task_instance_running(self):
            raise ValueError("deaf")

        def on_task_instance_success(self):
            Ears.heard.append("unmarked")

    class Mine(AirflowPlugin):
        name = "mine"
        operators = [Tool]
        macros = [plural]
        listeners = [Ears()]
        loaded = []

        @classmethod
        def on_load(cls, *args, **kwargs):
            cls.loaded.append(1)
"""
DAG = """
    from airflow import DAG
    from airflow.operators.mine import Tool
    from airflow.operators import Tool as AsInAirflow1
    from tools import ByRetries, Mine, Tool as Same

    assert Tool is Same
    assert AsInAirflow1.__name__ == "Tool"
    assert Mine.loaded == [1]
    with DAG("d", schedule=None):
        Tool(task_id="a", weight_rule=ByRetries(), retries=2)
        Tool(task_id="b", weight_rule="tools.ByRetries")
"""


@pytest.fixture
def project(root: Path, write: Write) -> Path:
    write("plugins/tools.py", PLUGIN)
    write("dags/d.py", DAG)
    return root


def load_dag(root: Path) -> LoadedFile:
    return load_file(root / "dags" / "d.py", root, folder="dags")


def test_operators_macros_and_weight_rules(project: Path) -> None:
    loaded = load_dag(project)
    assert "plugins/tools.py" in loaded.modules
    tasks = {task["task_id"]: task for task in describe(loaded.dags[0])["tasks"]}
    assert [(tasks[name]["priority_weight"], tasks[name]["weight_rule"]) for name in "ab"] == [
        (102, "ByRetries"),
        (100, "ByRetries"),
    ]
    assert macros.mine.plural("dag") == "dags"
    purge_modules(project)
    with pytest.raises(AttributeError, match="no macro 'mine'"):
        _ = macros.mine


def test_listeners_hear_and_what_they_raise_is_logged(project: Path, caplog: pytest.LogCaptureFixture) -> None:
    loaded = load_dag(project)
    # The scheduler learns from the structure whether the end of a run must be told to a worker.
    assert describe(loaded.dags[0])["has_callbacks"] == ["on_failure_callback"]
    plugins.notify("on_dag_run_failed", dag_run="run", msg="why", other=1)
    plugins.notify("on_task_instance_success", task_instance=1)
    assert plugins.active().listeners[0].heard == [("run", "why")]
    with caplog.at_level(logging.ERROR):
        plugins.notify("on_task_instance_running", previous_state=None)
    assert "deaf" in caplog.text


def test_a_broken_plugin_is_left_out_and_its_file_says_why(
    project: Path, write: Write, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    write("plugins/broken.py", "from airflow.plugins_manager import AirflowPlugin\n1 / 0\n")
    write("plugins/nameless.py", "from airflow.plugins_manager import AirflowPlugin\nclass P(AirflowPlugin): pass\n")
    assert [dag.dag_id for dag in load_dag(project).dags] == ["d"]
    assert {(fault.file, fault.line) for fault in plugins.active().faults} == {
        ("plugins/broken.py", 2),
        ("plugins/nameless.py", 0),
    }
    assert "the plugin P has no name" in caplog.text
    with pytest.raises(DagFileError, match="division by zero") as caught:
        load_file(project / "plugins" / "broken.py", project, folder="dags")
    assert (caught.value.file, caught.value.line) == ("plugins/broken.py", 2)


def test_a_plugin_that_is_called_like_an_installed_module_is_found(project: Path, write: Write) -> None:
    write("plugins/json.py", PLUGIN.replace('name = "mine"', 'name = "other"'))
    load_dag(project)
    assert {plugin.name for plugin in plugins.active().classes} == {"mine", "other"}


@pytest.mark.parametrize(
    ("path", "folder", "source", "read"),
    [
        ("plugins/a.py", "dags", b"class P(AirflowPlugin)", True),
        ("plugins/a.py", "dags", b"from airflow import DAG", False),
        ("dags/plugins/a.py", "dags", b"class P(AirflowPlugin)", True),
        ("plugins/a.py", "", b"class P(AirflowPlugin)", True),
        ("src/a.py", "dags", b"from airflow import DAG, AirflowPlugin", False),
        ("dags/a.py", "dags", b"from airflow import DAG", True),
        ("dags/a.py", "dags", b"AirflowPlugin", False),
    ],
)
def test_which_files_are_read(path: str, folder: str, source: bytes, read: bool) -> None:
    assert is_read(path, source, folder) is read


def test_plugins_of_installed_packages(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    site = tmp_path / "site"
    info = site / "packaged-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: packaged\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[airflow.plugins]\ngood = packaged_plugin:Packaged\nmissing = packaged_plugin:Nothing\n"
    )
    (site / "packaged_plugin.py").write_text(
        "from airflow.plugins_manager import AirflowPlugin\n"
        "def twice(text): return text * 2\n"
        "class Packaged(AirflowPlugin):\n    name = 'packaged'\n    macros = [twice]\n"
    )
    caplog.set_level(logging.INFO)
    monkeypatch.syspath_prepend(str(site))
    plugins._installed.cache_clear()
    try:
        load_dag(project)
        assert macros.packaged.twice("ab") == "abab"
        assert "the installed plugin missing cannot be loaded" in caplog.text
    finally:
        plugins._installed.cache_clear()
