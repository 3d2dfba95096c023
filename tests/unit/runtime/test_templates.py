from __future__ import annotations

import subprocess
import sys
from collections import OrderedDict, namedtuple
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, ClassVar

import jinja2
import pytest

from headway.authoring.dag import DAG
from headway.authoring.exceptions import TemplateError
from headway.authoring.operator import BaseOperator
from headway.authoring.template_engine import engine_of
from headway.authoring.templates import Renderer, literal, render_fields
from headway.operators.bash import BashOperator
from headway.operators.empty import EmptyOperator
from support.one_task import RUN, Bench, shop


class Query(BaseOperator):
    template_fields = ("sql", "parameters")
    template_ext = (".sql",)

    def __init__(self, *, sql: Any, parameters: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sql = sql
        self.parameters = parameters

    def execute(self, context: Any) -> Any:
        return [self.sql, self.parameters]


def rendered(bench: Bench, sql: Any, dag: DAG | None = None, **context: Any) -> Any:
    with dag or shop():
        task = Query(task_id="query", sql=sql)
    execution = bench.execution(task)
    execution.context.update(context)
    render_fields(execution.task, task.dag, execution.context)
    assert task.sql is sql, "the task of the DAG must not change"
    return execution.task.sql


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ ds }}", "2026-03-01"),
        ("{{ logical_date | ds }}", "2026-03-01"),
        ("{{ logical_date | ds_nodash }}", "20260301"),
        ("{{ logical_date | ts }}", "2026-03-01T00:00:00+00:00"),
        ("{{ logical_date | ts_nodash }}", "20260301T000000"),
        ("{{ data_interval_end | ts_nodash_with_tz }}", "20260302T000000+0000"),
        ("{{ none | ds }}", "None"),
        ("{{ day | ds }}", "2026-05-06"),
        ("{{ data_interval_start.strftime('%d.%m.%Y') }}", "01.03.2026"),
        ("{{ macros.ds_add(ds, 5) }} {{ macros.ds_add(ds, -1) }}", "2026-03-06 2026-02-28"),
        ("{{ macros.ds_format(ds, '%Y-%m-%d', '%d/%m/%y') }}", "01/03/26"),
        ("{{ (logical_date + macros.timedelta(days=2)) | ds }}", "2026-03-03"),
        ("{{ macros.datetime(2026, 1, 2).day }}", "2"),
        ("{{ macros.dateutil.parser.parse('2026-01-02').day }}", "2"),
        ("{{ macros.dateutil.relativedelta.relativedelta(months=1).months }}", "1"),
        ("{{ macros.json.dumps([1]) }}", "[1]"),
        ("{{ macros.uuid.UUID(int=1).int }}", "1"),
        ("{{ 0 <= macros.random() < 1 }}", "True"),
        ("{{ macros.time.time() > 0 }}", "True"),
        ("{{ macros.datetime_diff_for_humans(logical_date, logical_date.add(hours=2)) }}", "2 hours before"),
        ("{{ params.who }} {{ params['who'] }} {{ params.get('no', 'x') }}", "ann ann x"),
        ("{{ dag_run.conf['who'] }} {{ dag_run.conf.who }}", "ann ann"),
        ("{{ ti.task_id }} {{ task.task_id }} {{ dag.dag_id }} {{ run_id }}", "query query shop scheduled__2026-03-01"),
        ("{{ task_instance_key_str }}", "shop__query__20260301"),
        ("{% for n in range(3) %}{{ n }}{% endfor %}{# nothing #}", "012"),
        ("{% set xs = [] %}{% do xs.append(1) %}{{ xs }}", "[1]"),
        ("{{ var.value.bucket }} {{ var.json.limits.rows }} {{ conn.db.host }}", "s3 5 h"),
        ("{{ ds ~ '-' ~ execution_date.year }}", "2026-03-01-2026"),
        ("two lines\nand an end\n", "two lines\nand an end"),
        ("{{ 1 }}\nand an end\n", "1\nand an end"),
        ("windows\r\nline", "windows\nline"),
        ("", ""),
    ],
)
def test_texts(bench: Bench, template: str, text: str) -> None:
    from headway.authoring.runtime import use_runtime

    bench.run_facts = replace(RUN, conf={"who": "ann"})
    bench.world.variables |= {"bucket": "s3", "limits": '{"rows": 5}'}
    bench.world.connections["db"] = {"conn_type": "postgres", "host": "h"}
    with shop():
        task = EmptyOperator(task_id="other")
    with use_runtime(bench.execution(task).runtime):
        assert rendered(bench, template, day=date(2026, 5, 6), none=None) == text


def test_containers_and_objects_are_rendered_all_the_way_down(bench: Bench) -> None:
    class Holder:
        template_fields = ("text",)

        def __init__(self) -> None:
            self.text = "{{ ds }}"
            self.other = "{{ ds }}"

    class Named(OrderedDict[str, str]):
        pass

    pair = namedtuple("pair", "a b")
    holder = Holder()
    value = {
        "{{ ds }}": ["{{ ds }}", ("{{ ds }}", 5)],
        "set": {"{{ ds }}"},
        "pair": pair("{{ ds }}", None),
        "holder": holder,
        "ordered": Named(a="{{ ds }}"),
        "plain": [b"{{ ds }}", 1.5, Path("{{ ds }}")],
    }
    got = rendered(bench, value)
    day = "2026-03-01"
    assert got["{{ ds }}"] == [day, (day, 5)]
    assert got["set"] == {day}
    assert got["pair"] == pair(day, None)
    assert type(got["pair"]) is pair
    assert (got["holder"].text, got["holder"].other) == (day, "{{ ds }}")
    assert type(got["ordered"]) is Named
    assert got["ordered"] == {"a": day}
    assert got["plain"] == [b"{{ ds }}", 1.5, Path("{{ ds }}")]
    assert holder.text == "{{ ds }}", "an object of the DAG must not change"


def test_an_object_that_contains_itself_is_rendered_once(bench: Bench) -> None:
    class Node:
        template_fields = ("text", "next")

        def __init__(self) -> None:
            self.text = "{{ ds }}"
            self.next = self

    with shop() as dag:
        task = EmptyOperator(task_id="task")
    node = Renderer(dag, bench.context(task), (), frozenset()).render(Node())
    assert node.text == "2026-03-01"
    assert node.next.text == "{{ ds }}"


def test_containers_without_templates_are_copies_too(bench: Bench) -> None:
    value = {"rows": [1, 2]}
    got = rendered(bench, value)
    got["rows"].append(3)
    assert value == {"rows": [1, 2]}


def test_results_of_other_tasks_and_literals(bench: Bench) -> None:
    with shop():
        first = EmptyOperator(task_id="first")
        task = Query(task_id="query", sql=[first.output, {"x": first.output["rows"]}, literal("{{ ds }}")])
    bench.execution(first).runtime.xcom_push("return_value", '"{{ ds }}"')
    bench.execution(first).runtime.xcom_push("rows", "[1, 2]")
    result = bench.run(task)
    assert result.error is None
    assert bench.xcom("query")[0] == ["{{ ds }}", {"x": [1, 2]}, "{{ ds }}"], "a value is not rendered again"


def test_an_xcom_arg_inside_a_text_pulls_the_value(bench: Bench) -> None:
    with shop():
        first = EmptyOperator(task_id="first")
        task = Query(task_id="query", sql=f"count: {first.output}")
    bench.execution(first).runtime.xcom_push("return_value", "12")
    bench.run(task)
    assert bench.xcom("query")[0] == "count: 12"


def test_files_beside_the_dag_and_on_the_search_path(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "sql").mkdir()
    (tmp_path / "shared").mkdir()
    (tmp_path / "sql" / "films.sql").write_text("SELECT '{{ ds }}'\n{% include 'tail.sql' %}\n")
    (tmp_path / "shared" / "tail.sql").write_text("LIMIT {{ params.n }};")
    dag = shop(template_searchpath=["shared"], params={"n": 3})
    dag.fileloc = str(tmp_path / "dag.py")
    assert rendered(bench, ["sql/films.sql", "films.sql "], dag) == ["SELECT '2026-03-01'\nLIMIT 3;", "films.sql "]


def test_a_missing_file_says_where_it_was_looked_for(bench: Bench, tmp_path: Path) -> None:
    dag = shop(template_searchpath=str(tmp_path / "shared"))
    dag.fileloc = str(tmp_path / "dag.py")
    with pytest.raises(TemplateError) as caught:
        rendered(bench, "films.sql", dag)
    assert caught.value.message == "task 'query', field 'sql': there is no template file 'films.sql'"
    assert str(tmp_path) in caught.value.remedy
    assert str(tmp_path / "shared") in caught.value.remedy
    assert "end it with a space" in caught.value.remedy


def test_an_unknown_name_is_named_with_task_field_and_line(bench: Bench) -> None:
    with pytest.raises(TemplateError) as caught:
        rendered(bench, ["fine {{ ds }}", "one\ntwo\nthree {{ dss }}"])
    assert caught.value.message == "task 'query', field 'sql', line 3: 'dss' is undefined"


def test_the_line_in_a_file_and_of_an_include(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "films.sql").write_text("SELECT\n{% include 'tail.sql' %}")
    (tmp_path / "tail.sql").write_text("\n\n{{ params.nothing }}")
    dag = shop()
    dag.fileloc = str(tmp_path / "dag.py")
    with pytest.raises(TemplateError, match=r"line 3 of tail\.sql: .* has no attribute 'nothing'"):
        rendered(bench, "films.sql", dag)


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("x\n{{ ds ", "line 2: unexpected end of template"),
        ("{% if %}", "line 1: Expected an expression"),
        ("\n{{ 1 / 0 }}", "line 2: ZeroDivisionError: division by zero"),
        ("{{ var.value.nope }}", "line 1: there is no variable 'nope'"),
        ("{{ conn.nope.host }}", "line 1: there is no connection 'nope'"),
        ("{% include 'nope.sql' %}", "there is no template file 'nope.sql'"),
        ("{{ ds | nofilter }}", "line 1: No filter named 'nofilter'"),
    ],
)
def test_other_faults(bench: Bench, template: str, message: str) -> None:
    from headway.authoring.runtime import use_runtime

    with shop():
        task = EmptyOperator(task_id="other")
    with use_runtime(bench.execution(task).runtime), pytest.raises(TemplateError) as caught:
        rendered(bench, template)
    assert message in caught.value.message
    assert caught.value.message.startswith("task 'query', field 'sql'")
    assert caught.value.remedy


def test_undefined_names_by_style_and_by_the_dags_choice(bench: Bench) -> None:
    old = shop()
    old.style = 1
    assert rendered(bench, "<{{ nothing }}>", old) == "<>"
    assert rendered(bench, "<{{ nothing }}>", shop(template_undefined=jinja2.DebugUndefined)) == "<{{ nothing }}>"


def test_native_objects(bench: Bench) -> None:
    dag = shop(render_template_as_native_obj=True)
    assert rendered(bench, ["{{ [1, 2] }}", "{{ params }}", "7", "{{ ds }}"], dag) == [[1, 2], {}, 7, "2026-03-01"]
    assert rendered(bench, "{{ [1, 2] }}") == "[1, 2]"


def test_macros_filters_and_options_of_the_dag(bench: Bench) -> None:
    dag = shop(
        user_defined_macros={"shout": lambda text: text.upper(), "table": "films"},
        user_defined_filters={"half": lambda number: number / 2},
        jinja_environment_kwargs={"variable_start_string": "[[", "variable_end_string": "]]"},
    )
    assert (
        rendered(bench, "[[ shout(table) ]] [[ 4 | half ]] [[ ds ]] {{ ds }}", dag) == "FILMS 2.0 2026-03-01 {{ ds }}"
    )


def test_a_jinja_macro_and_an_include_see_the_whole_context(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "lib.sql").write_text("{% macro day() %}{{ ds }}{% endmacro %}")
    dag = shop()
    dag.fileloc = str(tmp_path / "dag.py")
    assert rendered(bench, "{% import 'lib.sql' as lib with context %}{{ lib.day() }}", dag) == "2026-03-01"


def test_rendering_asks_only_for_the_names_in_use(bench: Bench) -> None:
    with shop():
        task = Query(task_id="query", sql="{{ ds }} {{ range(2) | list }}")
    execution = bench.execution(task)
    execution.runtime.previous_run = None  # type: ignore[method-assign,assignment]
    render_fields(execution.task, task.dag, execution.context)
    assert execution.task.sql == "2026-03-01 [0, 1]"
    assert set(execution.context._values) == {"ds"}


def test_the_environment_is_made_once_a_dag_and_templates_are_compiled_once(bench: Bench) -> None:
    dag = shop()
    rendered(bench, "{{ ds }}", dag)
    engine = engine_of(dag)
    compiled = dict(engine._compiled)
    with dag:
        again = Query(task_id="again", sql="{{ ds }}")
    bench.run(again)
    assert engine_of(dag) is engine
    assert engine._compiled == compiled


def test_a_field_that_is_no_attribute_is_named(bench: Bench) -> None:
    class Broken(BaseOperator):
        template_fields: ClassVar[tuple[str, ...]] = ("nowhere",)

    with shop():
        task = Broken(task_id="broken")
    result = bench.run(task)
    assert result.error is not None
    assert "template field 'nowhere' is no attribute of Broken" in result.error.message


def test_jinja_is_not_imported_for_plain_texts() -> None:
    code = """
import sys
from support.one_task import Bench, shop
from headway.operators.bash import BashOperator
with shop(schedule=None):
    task = BashOperator(task_id="task", bash_command="true", env={"A": "b"})
assert Bench().run(task).outcome == "success"
print("jinja2" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env={"PYTHONPATH": "tests"}
    )
    assert (done.stdout.strip(), done.stderr) == ("False", "")


def test_the_moment_of_a_run_is_shown_in_its_own_zone(bench: Bench) -> None:
    bench.run_facts = replace(RUN, logical_date=datetime(2026, 3, 1, 23, 30, tzinfo=UTC))
    assert rendered(bench, "{{ logical_date.in_timezone('Europe/Prague') | ds }}") == "2026-03-02"


def test_a_template_of_a_run_without_a_date_is_told_what_to_use(bench: Bench) -> None:
    bench.run_facts = replace(RUN, logical_date=None)
    with shop():
        task = BashOperator(task_id="task", bash_command="echo {{ ds }}")
    result = bench.run(task)
    assert "'ds' is undefined" in str(result.error)
    assert "no logical date" in str(result.error)


def test_templates_do_not_reach_into_python(bench: Bench) -> None:
    class Thing:
        _own = "mine"

    with shop(user_defined_macros={"thing": Thing()}):
        own = BashOperator(task_id="own", bash_command="echo {{ thing._own }}")
        inside = BashOperator(task_id="inside", bash_command="{{ ''.__class__.__mro__ }}")
    bench.run(own)
    assert bench.xcom("own") == "mine"
    assert "access to attribute '__class__'" in str(bench.run(inside).error)
