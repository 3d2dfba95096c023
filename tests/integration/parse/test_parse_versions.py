"""What a change of the DAG folder changes in the metastore, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from headway.metastore.queries import versions

from .conftest import Project, dag_text


def test_a_new_file_is_live(project: Project) -> None:
    project.write(
        "etl.py", dag_text("etl", "extract", "load", arguments="schedule='@daily', catchup=False, tags=['x']")
    )
    assert project.parse() == 1
    assert project.dags() == ["etl"]
    assert project.tasks("etl") == ["extract", "load"]
    facts = project.rows("SELECT file, is_paused, schedule ->> 'kind', catchup, tags, max_active_runs FROM dag")
    assert facts == [("etl.py", True, "cron", False, ["x"], 16)]
    assert project.reasons == ["new code of etl"]


def test_a_changed_structure_is_a_new_version(project: Project) -> None:
    project.write("etl.py", dag_text("etl", "extract"))
    project.parse()
    project.write("etl.py", dag_text("etl", "extract", "load"))
    assert project.parse() == 1
    assert project.version("etl") == 2
    assert project.tasks("etl") == ["extract", "load"]


def test_changed_code_without_a_changed_structure_is_a_new_version(project: Project) -> None:
    project.write("etl.py", dag_text("etl"))
    project.parse()
    changed = dag_text("etl", before="# a comment, and other code\n")
    project.write("etl.py", changed)
    assert project.parse() == 1
    assert project.version("etl") == 2
    assert project.bundle_file("etl", "etl.py") == changed
    assert project.reasons == ["new code of etl"] * 2


def test_a_changed_module_is_a_new_version_of_the_dags_that_import_it(project: Project) -> None:
    project.write("helper.py", "def mend():\n    return 1\n")
    project.write("uses.py", dag_text("uses", before="import helper\n"))
    project.write("alone.py", dag_text("alone"))
    project.parse()
    project.write("helper.py", "def mend():\n    return 2\n")
    project.parse()
    assert (project.version("uses"), project.version("alone")) == (2, 1)
    files = project.rows("SELECT files FROM dag_version WHERE dag_id = 'uses' ORDER BY number")
    assert [sorted(row[0]) for row in files] == [["helper.py", "uses.py"]] * 2
    assert files[0][0]["uses.py"] == files[1][0]["uses.py"]


def test_code_that_is_only_loaded_again_keeps_its_version(project: Project) -> None:
    plugin = "from airflow.plugins_manager import AirflowPlugin\nclass W(AirflowPlugin):\n    name = 'w'\n"
    project.write("plugins/words.py", plugin)
    project.write("helper.py", "")
    text = dag_text("etl", before="import helper\nfrom airflow.models import Variable\nVariable.get('v', 'none')\n")
    project.write("etl.py", text)
    project.parse()
    project.conn.execute("INSERT INTO variable (key, value) VALUES ('v', '1')")
    project.service.sweep()
    assert project.parse() == 1
    assert project.version("etl") == 1


def test_versions_that_nothing_ran_are_forgotten_but_for_the_newest(project: Project) -> None:
    project.write("etl.py", dag_text("etl"))
    project.parse()
    project.conn.execute(
        "INSERT INTO dag_version (dag_id, number, file, fingerprint, structure) SELECT dag_id, n, file, n, structure"
        " FROM dag_version, generate_series(2, 16) AS n"
    )
    project.conn.execute("UPDATE dag_version SET created_at = now() - interval '2 hours' WHERE number <> 5")
    project.conn.execute("UPDATE dag SET version_id = (SELECT id FROM dag_version WHERE number = 16)")
    project.conn.execute(
        "INSERT INTO dag_run (dag_id, run_id, run_type, version_id)"
        " SELECT dag_id, 'r', 'manual', id FROM dag_version WHERE number = 2"
    )
    assert versions.delete_surplus(project.conn) == 3
    kept = project.rows("SELECT number FROM dag_version ORDER BY number")
    assert [row[0] for row in kept] == [2, *range(5, 17)]  # 2 has run, 5 is young, 16 is what the DAG has now
    assert project.value("SELECT count(*) FROM version_task") == 0  # version 1 alone had any


def test_a_structure_that_comes_back_gets_its_old_version_back(project: Project) -> None:
    for tasks in (("a",), ("a", "b"), ("a",)):
        project.write("etl.py", dag_text("etl", *tasks))
        project.parse()
    assert project.version("etl") == 1
    assert project.value("SELECT count(*) FROM dag_version") == 2


def test_only_the_files_that_import_a_changed_module_are_parsed(project: Project) -> None:
    project.write("helper.py", "NAME = 'one'\n")
    project.write("uses.py", dag_text("uses", before="import helper\n").replace("'only'", "helper.NAME"))
    project.write("alone.py", dag_text("alone"))
    assert project.parse() == 2
    project.write("helper.py", "NAME = 'two'\n")
    assert project.parse() == 1
    assert project.tasks("uses") == ["two"]
    assert project.bundle_file("alone", "helper.py") == "NAME = 'two'\n"


def test_a_module_imported_by_a_module_counts(project: Project) -> None:
    project.write("pack/__init__.py", "")
    project.write("pack/deep.py", "NAME = 'one'\n")
    project.write("pack/shallow.py", "from pack.deep import NAME\n")
    uses = dag_text("uses", before="from pack.shallow import NAME\n").replace("'only'", "NAME")
    project.write("uses.py", uses)
    project.parse()
    project.write("pack/deep.py", "NAME = 'two'\n")
    assert project.parse() == 1
    assert project.tasks("uses") == ["two"]


def test_a_file_is_parsed_again_when_a_data_file_that_it_read_changed(project: Project) -> None:
    before = "import json, pathlib\nNAMES = json.loads((pathlib.Path(__file__).parent / 'names.json').read_text())\n"
    text = dag_text("from_data", before=before).replace(
        "EmptyOperator(task_id='only')", "[EmptyOperator(task_id=n) for n in NAMES]"
    )
    project.write("names.json", '["a"]')
    project.write("other.json", "[]")
    project.write("dag.py", text)
    project.parse()
    project.write("other.json", "[1]")
    assert project.parse() == 0
    project.write("names.json", '["a", "b"]')
    assert project.parse() == 1
    assert project.tasks("from_data") == ["a", "b"]


def test_a_file_is_parsed_again_when_a_folder_that_it_listed_changed(project: Project) -> None:
    before = "import pathlib\nFOLDER = pathlib.Path(__file__).parent / 'sql'\n"
    tasks = "[EmptyOperator(task_id=p.stem) for p in sorted(FOLDER.glob('*.sql'))]"
    project.write("sql/a.sql", "select 1")
    project.write("dag.py", dag_text("per_file", before=before).replace("EmptyOperator(task_id='only')", tasks))
    project.parse()
    project.write("elsewhere.sql", "select 1")
    assert project.parse() == 0
    project.write("sql/b.sql", "select 1")
    assert project.parse() == 1
    assert project.tasks("per_file") == ["a", "b"]


def test_data_files_reach_the_bundle_without_a_parse(project: Project) -> None:
    project.write("dag.py", dag_text("d"))
    project.write("data/rows.csv", "1\n")
    project.parse()
    project.write("data/rows.csv", "2\n")
    assert project.parse() == 0
    assert project.bundle_file("d", "data/rows.csv") == "2\n"


def test_nothing_is_parsed_when_nothing_changed(project: Project) -> None:
    for number in range(500):
        project.write(f"d{number}.py", dag_text(f"d{number}"))
    assert project.parse() == 500
    assert len(project.dags()) == 500
    assert project.parse() == 0
    project.restart()
    assert project.parse() == 0
    project.write("d7.py", dag_text("d7", "other"))
    assert project.parse() == 1


def test_a_restart_finds_what_changed_meanwhile(project: Project) -> None:
    project.write("a.py", dag_text("a"))
    project.write("b.py", dag_text("b"))
    project.parse()
    project.write("b.py", dag_text("b", "changed"))
    project.restart()
    assert project.parse() == 1
    assert project.tasks("b") == ["changed"]


def test_a_forced_style_parses_all_files_again(project: Project) -> None:
    project.write("a.py", dag_text("a"))
    project.parse()
    assert project.value("SELECT style FROM dag") == 2
    project.restart(style=3)
    assert project.parse() == 1
    assert project.value("SELECT style FROM dag") == 3


def test_a_vanished_file_leaves_stale_dags_that_can_come_back(project: Project) -> None:
    project.write("a.py", dag_text("a"))
    project.write("broken.py", "from airflow import DAG\n(")
    project.parse()
    (project.folder / "a.py").unlink()
    (project.folder / "broken.py").unlink()
    project.parse()
    assert project.dags() == []
    assert project.errors() == {}
    assert project.reasons[-1] == "a gone"
    project.write("a.py", dag_text("a"))
    project.parse()
    assert project.dags() == ["a"]


def test_a_dag_that_left_its_file_is_stale(project: Project) -> None:
    project.write("two.py", dag_text("one") + dag_text("two"))
    project.parse()
    assert project.dags() == ["one", "two"]
    project.write("two.py", dag_text("one"))
    project.parse()
    assert project.dags() == ["one"]


def test_a_moved_file_takes_its_dag_along(project: Project) -> None:
    project.write("a.py", dag_text("a"))
    project.parse()
    (project.folder / "a.py").rename(project.folder / "b.py")
    project.parse()
    assert project.errors() == {}
    assert project.rows("SELECT file, is_stale FROM dag") == [("b.py", False)]
    assert project.value("SELECT v.file FROM dag d JOIN dag_version v ON v.id = d.version_id") == "b.py"


def test_pausing_is_the_users_and_not_the_files(project: Project) -> None:
    project.write("a.py", dag_text("a", arguments="is_paused_upon_creation=False"))
    project.parse()
    assert project.value("SELECT is_paused FROM dag") is False
    project.conn.execute("UPDATE dag SET is_paused = true")
    project.write("a.py", dag_text("a", "b", arguments="is_paused_upon_creation=False"))
    project.parse()
    assert project.value("SELECT is_paused FROM dag") is True


@pytest.mark.parametrize(
    ("arguments", "planned_anew"),
    [("schedule='@hourly'", True), ("schedule='@daily', catchup=True", True), ("schedule='@daily', tags=['t']", False)],
)
def test_the_next_run_is_planned_anew_when_the_schedule_changed(
    project: Project, arguments: str, planned_anew: bool
) -> None:
    project.write("a.py", dag_text("a", arguments="schedule='@daily', catchup=False"))
    project.parse()
    project.conn.execute("UPDATE dag SET next_due = now()")
    project.write(
        "a.py", dag_text("a", arguments=f"catchup=False, {arguments}" if "catchup" not in arguments else arguments)
    )
    project.parse()
    assert (project.value("SELECT next_due FROM dag") is None) is planned_anew


def test_hidden_files_are_not_parsed(project: Project) -> None:
    project.write("a.py", dag_text("a"))
    project.write("draft_b.py", dag_text("b"))
    project.write("secret/c.py", dag_text("c"))
    project.write(".airflowignore", "draft_.*\\.py$\n")
    project.write(".headwayignore", "secret/\n")
    assert project.parse() == 1
    assert project.dags() == ["a"]
    assert project.bundle_file("a", "draft_b.py")
    assert project.bundle_file("a", "secret/c.py") is None


def test_a_project_root_carries_helpers_and_plugins(project: Project) -> None:
    (project.folder.parent / "include").mkdir()
    (project.folder.parent / "include" / "names.py").write_text("NAME = 'from_include'\n")
    text = dag_text("d", before="from include.names import NAME\n").replace("'only'", "NAME")
    project.write("dag.py", text)
    project.parse()
    assert project.errors() == {}
    assert project.tasks("d") == ["from_include"]
    assert project.value("SELECT file FROM dag") == "dags/dag.py"
    assert project.value("SELECT dag_folder FROM bundle") == "dags"


def test_a_dag_folder_may_have_any_name_in_its_project(make_project: Callable[..., Project], tmp_path: Path) -> None:
    (tmp_path / "plugins").mkdir()
    project = make_project(folder=tmp_path / "flows")
    project.write("beside.py", "NAME = 'from_beside'\n")
    project.write("d.py", dag_text("d", before="from beside import NAME\n").replace("'only'", "NAME"))
    project.parse()
    assert project.tasks("d") == ["from_beside"]


def test_each_file_gets_modules_of_its_own(project: Project) -> None:
    """A module that two files share must not carry what one of them did to it."""
    project.write("shared.py", "NAMES = []\n")
    before = "import shared\nshared.NAMES.append('t')\n"
    tasks = "EmptyOperator(task_id=f'n{len(shared.NAMES)}')"
    for dag_id in ("a", "b", "c"):
        project.write(f"{dag_id}.py", dag_text(dag_id, before=before).replace("EmptyOperator(task_id='only')", tasks))
    project.parse()
    assert [project.tasks(dag_id) for dag_id in ("a", "b", "c")] == [["n1"], ["n1"], ["n1"]]


def test_a_new_file_is_the_only_one_that_is_read(project: Project) -> None:
    project.write("a.py", dag_text("a"))
    assert project.parse() == 1
    project.write("b.py", dag_text("b"))
    assert project.parse() == 1
