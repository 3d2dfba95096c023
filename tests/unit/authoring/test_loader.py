from __future__ import annotations

import sys

import pytest

from headway.authoring.loader import load_file, may_hold_dags, paths_for, purge_modules
from headway.authoring.structure import describe
from headway.errors import DagFileError


def failure(load, text, **kwargs) -> DagFileError:
    with pytest.raises(DagFileError) as error:
        load(text, **kwargs)
    return error.value


def test_dags_in_the_order_they_were_made(load):
    loaded = load("""
        from headway import DAG, dag

        second = None
        first = DAG("first")
        second = DAG("second")
        again = first
        with DAG("in_block"):
            pass
        for name in ("a", "b"):
            globals()[f"loop_{name}"] = DAG(name)
        with DAG("in_loop", auto_register=False):
            pass

        @dag
        def called():
            pass

        called()
        DAG("lost")
    """)
    assert [one.dag_id for one in loaded.dags] == ["first", "second", "in_block", "a", "b", "called"]
    assert loaded.warnings == []


def test_a_dag_that_nothing_holds_is_told_of(load):
    text = """
        from headway import DAG
        from headway.operators.empty import EmptyOperator

        def make(name):
            dag = DAG(name)
            EmptyOperator(task_id="t", dag=dag)
            return dag

        make("lost")
    """
    error = failure(load, text)
    assert "DAG 'lost' is kept in no global name" in error.message
    assert "globals()['lost'] = dag" in error.remedy
    loaded = load(text.rstrip() + "\n        kept = make('kept')\n")
    assert [dag.dag_id for dag in loaded.dags] == ["kept"]
    assert "DAG 'lost' is kept in no global name" in loaded.dags[0].notices[0].text
    assert load(text.replace("DAG(name)", "DAG(name, auto_register=False)")).dags == []


def test_a_file_without_dags(load):
    assert load("X = 1\n").dags == []


def test_the_seed_shapes_of_a_diamond_and_a_producer(load):
    loaded = load("""
        from datetime import datetime

        from airflow import DAG, Dataset
        from airflow.decorators import task
        from airflow.operators.bash import BashOperator

        with DAG("fan_in", start_date=datetime(2022, 1, 1), schedule_interval="@daily", catchup=False) as dag:
            left = BashOperator(task_id="left", bash_command="sleep 1")
            right = BashOperator(task_id="right", bash_command="sleep 1")
            heavy = BashOperator(task_id="heavy", queue="high_cpu", bash_command="sleep 3")
            [left, right] >> heavy

        film = Dataset("/tmp/film.csv")
        stars = Dataset("/tmp/stars.csv")

        with DAG(dag_id="maker", schedule="@daily", start_date=datetime(2022, 1, 1), catchup=False):
            @task(outlets=[film])
            def one():
                return film.uri

            @task(outlets=[stars])
            def two():
                return stars.uri

            one() >> two()

        with DAG(dag_id="taker", schedule=[film, stars], start_date=datetime(2022, 1, 1), catchup=False):
            @task
            def read():
                return film.uri

            read()
    """)
    assert loaded.style == 2
    fan_in, maker, taker = (describe(one) for one in loaded.dags)
    assert fan_in["schedule"] == {"kind": "cron", "crons": ["0 0 * * *"], "interval": "data", "timezone": "UTC"}
    assert {one["task_id"]: (one["queue"], one["upstream"]) for one in fan_in["tasks"]} == {
        "left": ("default", []),
        "right": ("default", []),
        "heavy": ("high_cpu", ["left", "right"]),
    }
    assert fan_in["catchup"] is False
    assert [one["line"] for one in fan_in["warnings"]] == [7]
    assert [one["outlets"][0]["uri"] for one in maker["tasks"]] == ["/tmp/film.csv", "/tmp/stars.csv"]
    assert maker["tasks"][1]["upstream"] == ["one"]
    assert [one["asset"]["uri"] for one in taker["schedule"]["expression"]["all"]] == [
        "/tmp/film.csv",
        "/tmp/stars.csv",
    ]


# What goes wrong


@pytest.mark.parametrize(
    ("text", "line", "message", "remedy"),
    [
        ("x = 1\ndef f(:\n", 2, "syntax error: invalid syntax: def f(:", "mend this line"),
        ("if True:\nx = 1\n", 2, "syntax error: expected an indented block", "mend this line"),
        ("import os\n\nimport no_such_thing\n", 3, "No module named 'no_such_thing'", "requirements.txt"),
        ("from os import no_such_name\n", 1, "cannot import name 'no_such_name' from 'os'", "check the name in os"),
        ("x = 1\n\n\ny = 1 / 0\n", 4, "ZeroDivisionError: division by zero", "mend this line"),
        ("import sys\nsys.exit(3)\n", 2, "left Python by sys.exit(3)", "remove the call"),
        ("def f():\n    return f()\nf()\n", 2, "RecursionError", "end the recursion"),
        ("raise KeyError('x')\n", 1, "KeyError: 'x'", "mend this line"),
        ("assert False\n", 1, "AssertionError", "mend this line"),
        ("import airflow.teleport\n", 1, "Headway has no airflow.teleport", "no part of this version"),
        ("from headway import DAG\nDAG('d', tags=3)\n", 2, "DAG 'd': tags: expected a list of texts", "give tags"),
        ("from headway import task\n\n@task.teleport\ndef f(): ...\n", 3, "Headway has no @task.teleport", "it has"),
    ],
)
def test_errors_name_the_line_and_the_remedy(load, text, line, message, remedy):
    error = failure(load, text, name="sub/broken.py")
    assert (error.file, error.line) == ("sub/broken.py", line)
    assert message in error.message
    assert remedy in error.remedy


def test_the_deepest_line_of_the_file_is_shown(load):
    error = failure(load, "def f():\n    import json\n    json.loads('{')\n\n\nf()\n")
    assert error.line == 3
    assert error.message.startswith("JSONDecodeError")


def test_an_error_in_a_module_is_shown_at_the_import_with_its_own_place(load, write):
    write("helper.py", "x = 1\ny = 1 / 0\n")
    error = failure(load, "import os\nimport helper\n")
    assert (error.file, error.line) == ("example.py", 2)
    assert error.message == "ZeroDivisionError: division by zero (at helper.py:2)"


def test_a_syntax_error_in_a_module(load, write):
    write("helper.py", "x = (\n")
    error = failure(load, "\n\nimport helper\n".lstrip("\n"))
    assert (error.file, error.line) == ("example.py", 1)
    assert "(at helper.py:1)" in error.message


def test_our_own_error_in_a_module(load, write):
    write("factory.py", "from headway import DAG\n\ndef make(name):\n    return DAG(name, tags=5)\n")
    error = failure(load, "from factory import make\n\ndag = make('d')\n")
    assert (error.file, error.line) == ("example.py", 3)
    assert error.message == "DAG 'd': tags: expected a list of texts, got 5"


def test_a_module_that_fails_on_its_own(load, write):
    write("broken_dag.py", "from headway import DAG\nDAG('d', tags=5)\n")
    error = failure(load, "\nimport broken_dag\n".lstrip())
    assert (error.file, error.line) == ("example.py", 1)


def test_a_missing_part_of_an_own_package(load, write):
    write("lib/__init__.py", "")
    error = failure(load, "import lib.gone\n")
    assert error.message == "No module named 'lib.gone'"
    assert error.remedy.startswith("lib was found in the DAG folder, but it has no lib.gone")


def test_two_dags_of_one_id(load):
    error = failure(load, "from headway import DAG\na = DAG('d')\nb = DAG('d')\n")
    assert error.line == 3
    assert error.message == "two DAGs have the id 'd': the other one is of line 2"
    assert "another dag_id" in error.remedy


def test_a_cycle(load):
    error = failure(
        load,
        """
        from headway import DAG
        from headway.operators.empty import EmptyOperator

        with DAG("d") as dag:
            a = EmptyOperator(task_id="a")
            b = EmptyOperator(task_id="b")
            a >> b >> a
        """,
    )
    assert (error.file, error.line) == ("example.py", 6)
    assert "a -> b -> a" in error.message


def test_files_that_are_no_source(root, load):
    (root / "binary.py").write_bytes(b"x = '\xff\xfe'\n")
    with pytest.raises(DagFileError, match=r"binary\.py"):
        load_file(root / "binary.py", root)
    with pytest.raises(DagFileError, match="cannot be read"):
        load_file(root / "gone.py", root)


def test_a_wrong_style(load):
    with pytest.raises(DagFileError, match="unknown style 7"):
        load("x = 1\n", style=7)


def test_a_failed_file_leaves_no_open_dag_behind(load):
    failure(load, "from headway import DAG\nDAG('left_open').__enter__()\n1 / 0\n")
    text = "from headway.operators.empty import EmptyOperator\nt = EmptyOperator(task_id='t')\nHAS = t.has_dag()\n"
    load(text + "assert not HAS\n", name="second.py")


# Warnings


def test_warnings_outside_any_dag_concern_each_dag(load):
    loaded = load("""
        from airflow import DAG
        from airflow.utils.dates import days_ago

        start = days_ago(2)
        a = DAG("a", start_date=start)
        b = DAG("b", start_date=start, concurrency=1)
    """)
    assert [one.line for one in loaded.warnings] == [4, 6]
    assert [[one["line"] for one in describe(dag)["warnings"]] for dag in loaded.dags] == [[4], [4, 6]]
    assert loaded.dags[0].start_date.hour == 0


def test_what_default_args_hold_is_warned_of_once(load):
    loaded = load("""
        from headway import DAG
        from headway.operators.empty import EmptyOperator

        with DAG("d", default_args={"provide_context": True, "run_as_user": "etl"}):
            for number in range(5):
                EmptyOperator(task_id=f"t{number}")
    """)
    assert [one.line for one in loaded.warnings] == [4, 4]
    assert loaded.warnings[0].text.startswith("DAG 'd': provide_context in default_args has no effect: the context")


def test_an_operator_in_the_same_file_does_not_hide_the_line_of_the_call(load):
    text = """
        from headway import DAG, BaseOperator

        class Load(BaseOperator):
            def __init__(self, *, table, **kwargs):
                super().__init__(**kwargs)

        with DAG("d"):
            Load(task_id="a", table="x", run_as_user="me")
            Load(task_id="b", table="x"{more})
    """
    assert [one.line for one in load(text.replace("{more}", "")).warnings] == [8]
    assert failure(load, text.replace("{more}", ", quee='q'")).line == 9
    assert failure(load, text.replace("{more}", ", retries=-1")).line == 9


def test_a_warning_in_a_loop_comes_once(load):
    loaded = load("""
        from headway import DAG
        from headway.operators.empty import EmptyOperator

        with DAG("d"):
            for number in range(5):
                EmptyOperator(task_id=f"t{number}", provide_context=True)
        dags = [DAG("e", concurrency=2) for _ in range(3)]
    """)
    assert [one.line for one in loaded.warnings] == [6, 6, 6, 6, 6, 7]


# Modules beside the file


def test_where_modules_are_found(root, load, write):
    write("include/sql.py", "NAME = 'include'\n")
    write("plugins/operators.py", "NAME = 'plugin'\n")
    write("src/pipeline/__init__.py", "NAME = 'src'\n")
    write("dags/local.py", "NAME = 'local'\n")
    loaded = load(
        """
        from include.sql import NAME as a
        from operators import NAME as b
        from pipeline import NAME as c
        from local import NAME as d
        from plugins.operators import NAME as e
        assert (a, b, c, d, e) == ("include", "plugin", "src", "local", "plugin")
        """,
        name="dags/deep/example.py",
    )
    assert loaded.modules == ["dags/local.py", "include/sql.py", "plugins/operators.py", "src/pipeline/__init__.py"]
    expected = ["dags", ".", "plugins", "src", "include"]
    assert paths_for(root, root / "dags") == [str((root / one).resolve()) for one in expected]


def test_the_dag_folder_as_root(root, load, write):
    write("helpers.py", "X = 1\n")
    write("plugins/extra.py", "Y = 2\n")
    loaded = load("import helpers, extra\nassert helpers.X + extra.Y == 3\n")
    assert loaded.modules == ["helpers.py", "plugins/extra.py"]


def test_a_dag_folder_of_another_name(root, write):
    write("flows/local.py", "NAME = 'beside the DAGs'\n")
    file = write("flows/deep/example.py", "from local import NAME\nassert NAME == 'beside the DAGs'\n")
    assert load_file(file, root, folder="flows").modules == ["flows/local.py"]


def test_what_is_installed_comes_before_modules_of_the_same_name(load, write, monkeypatch):
    monkeypatch.delitem(sys.modules, "sched", raising=False)
    write("sched.py", "raise SystemError('the wrong one')\n")
    load("import sched\nassert sched.scheduler\n")


def test_purged_modules_are_loaded_anew(root, load, write):
    write("settings_of_mine.py", "X = 1\n")
    text = "from headway import DAG\nimport settings_of_mine\ndag = DAG(f'd{settings_of_mine.X}')\n"
    assert load(text).dags[0].dag_id == "d1"
    write("settings_of_mine.py", "X = 222\n")
    assert load(text).dags[0].dag_id == "d1"
    purge_modules(root)
    assert "settings_of_mine" not in sys.modules
    assert not [one for one in sys.path if one.startswith(str(root))]
    assert load(text).dags[0].dag_id == "d222"


def test_two_files_of_one_name_do_not_meet(load):
    first = load("from headway import DAG\ndag = DAG('a')\ndef f(): return dag\n", name="x/same.py")
    second = load("from headway import DAG\ndag = DAG('b')\n", name="y/same.py")
    assert [one.dags[0].dag_id for one in (first, second)] == ["a", "b"]


def test_dataclasses_and_annotations_work_in_a_file(load):
    load("""
        from __future__ import annotations

        import typing
        from dataclasses import dataclass

        @dataclass
        class Row:
            name: str
            day: typing.ClassVar[int] = 1

        assert typing.get_type_hints(Row)["name"] is str
        assert Row("x").name == "x"
    """)


def test_a_file_is_no_main_module(load):
    load("assert __name__ != '__main__'\nassert __file__.endswith('example.py')\n")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (b"from airflow import DAG", True),
        (b"import headway\n@dag", True),
        (b"from airflow import x", False),
        (b"", False),
    ],
)
def test_which_files_could_hold_dags(source, expected):
    assert may_hold_dags(source) is expected


def test_users_plugins_keep_the_callers_line_in_errors(load, write):
    write(
        "plugins/loading.py",
        """
        from airflow.models import BaseOperator

        class Load(BaseOperator):
            def __init__(self, *, table, **kwargs):
                super().__init__(**kwargs)
        """,
    )
    error = failure(
        load,
        "from airflow import DAG\nfrom loading import Load\n\n"
        "with DAG('d'):\n    Load(task_id='t', table='x', quee='q')\n",
    )
    assert (error.file, error.line) == ("example.py", 5)
    assert error.message == "task 't': unknown argument quee"
    assert error.remedy == "did you mean queue?"
