"""What code asks of a DAG."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import headway
from headway import DAG, Label, TaskGroup
from headway.errors import HeadwayError
from headway.operators.empty import EmptyOperator


@pytest.fixture
def line() -> DAG:
    """a → b → c, and b → d inside a group."""
    with DAG("line", schedule="0 6 * * *", start_date=datetime(2024, 1, 1, tzinfo=UTC)) as dag:
        a, b, c = (EmptyOperator(task_id=name) for name in "abc")
        with TaskGroup("g"):
            d = EmptyOperator(task_id="d")
        a >> Label("first") >> b >> [c, d]
    return dag


def test_a_part_of_a_dag(line):
    part = line.partial_subset("b")
    assert part.task_ids == ["a", "b"]
    assert part.get_task("b").downstream_task_ids == set()
    assert part.get_task("b").dag is part
    assert line.get_task("b").downstream_task_ids == {"c", "g.d"}, "the DAG itself stays as it is"
    assert line.sub_dag(["b"], include_downstream=True, include_upstream=False).task_ids == ["b", "c", "g.d"]
    assert line.partial_subset("^c", include_upstream=False, include_direct_upstream=True).task_ids == ["b", "c"]


def test_its_neighbours_in_time(line):
    noon = datetime(2024, 5, 5, 12, tzinfo=UTC)
    assert line.following_schedule(noon) == datetime(2024, 5, 6, 6, tzinfo=UTC)
    assert line.previous_schedule(noon) == datetime(2024, 5, 5, 6, tzinfo=UTC)
    assert DAG("none", schedule=None).following_schedule(noon) is None


def test_what_is_known_of_it(line, capsys):
    assert line.task_count == 4
    assert line.get_edge_info("a", "b") == {"label": "first"}
    line.set_edge_info("b", "c", {"label": "then"})
    assert line.edge_labels["b", "c"] == "then"
    assert line.has_task_group("g")
    assert set(line.task_group_dict) == {"g"}
    assert line.filepath == line.fileloc == __file__
    assert (line.subdags, line.parent_dag, line.timetable.summary) == ([], None, "0 6 * * *")
    line.tree_view()
    assert [entry.count("    ") for entry in capsys.readouterr().out.splitlines()] == [0, 1, 2, 2]


def test_a_decorator_of_its_own():
    dag = DAG("d")

    @dag.task
    def plain():
        """Nothing."""

    @dag.task(retries=2)
    def tried():
        """Nothing."""

    plain() >> tried()
    assert dag.get_task("tried").retries == 2
    assert dag.get_task("tried").upstream_task_ids == {"plain"}


@pytest.mark.parametrize(
    ("call", "way"),
    [("clear", "tasks clear"), ("run", "dags test"), ("create_dagrun", "trigger"), ("create_dagrun", "dag.test()")],
)
def test_what_is_done_elsewhere(line, call, way):
    with pytest.raises(HeadwayError) as error:
        getattr(line, call)()
    assert way in error.value.remedy


def test_operators_render_and_ask_for_their_dag():
    with headway.DAG("d", user_defined_macros={"twice": lambda text: text * 2}) as dag:
        task = EmptyOperator(task_id="t")
    assert task.get_dag() is dag
    assert task.render_template(["{{ twice('ab') }}", {"k": "{{ x }}"}], {"x": 1, "dag": dag}) == ["abab", {"k": "1"}]
    task.add_outlets([headway.Asset("a")])
    assert [one.name for one in task.get_outlet_defs()] == ["a"]
    with pytest.raises(BaseException, match="deferred to int"):
        task.defer(trigger=1, method_name="back")
    with pytest.raises(HeadwayError, match="cannot run by itself") as refused:
        task.run()
    assert "headway.testing.run_task" in refused.value.remedy
