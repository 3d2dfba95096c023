"""docs/templates.md names every key of the context and every macro, and none that there is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from headway.authoring import macros
from headway.authoring.context_keys import ALWAYS, DATED, INSTEAD, LOOKED_UP, OLD, WITH_DATE
from headway.authoring.template_engine import _FILTERS

PAGE = (Path(__file__).parents[3] / "docs" / "templates.md").read_text()
#: Names that only callbacks add.
OF_CALLBACKS = {"reason"}
#: The reference of Airflow's own documentation: what every template may name there.
AIRFLOW = """
    data_interval_start data_interval_end logical_date exception prev_data_interval_start_success
    prev_data_interval_end_success prev_start_date_success prev_end_date_success start_date inlets inlet_events outlets
    outlet_events dag task task_reschedule_count macros task_instance ti params var conn task_instance_key_str run_id
    dag_run test_mode map_index_template expanded_ti_count triggering_asset_events ds ds_nodash ts ts_nodash_with_tz
    ts_nodash conf execution_date next_execution_date next_ds next_ds_nodash prev_execution_date prev_ds prev_ds_nodash
    yesterday_ds yesterday_ds_nodash tomorrow_ds tomorrow_ds_nodash prev_execution_date_success
    triggering_dataset_events templates_dict latest_date end_date try_number
"""


def section(title: str) -> str:
    return PAGE.split(f"## {title}\n")[1].split("\n## ")[0]


def first_cells(text: str) -> list[str]:
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


def test_the_page_names_every_key_once() -> None:
    named = first_cells(section("What templates know"))
    assert sorted(named) == sorted(WITH_DATE.keys() | OF_CALLBACKS)


def test_every_name_of_airflows_reference_is_a_key() -> None:
    assert [name for name in AIRFLOW.split() if name not in WITH_DATE] == []


def test_old_names_stand_apart_and_say_what_to_write() -> None:
    old = first_cells(section("What templates know").split("Names of Airflow 1.10 and 2.")[1])
    assert set(old) == OLD.keys() | {"prev_execution_date_success"} == INSTEAD.keys()


def test_a_key_has_one_kind() -> None:
    kinds = [ALWAYS, DATED, LOOKED_UP, OLD]
    assert sum(map(len, kinds)) == len(WITH_DATE)


@pytest.mark.parametrize(
    "name", [name for name in first_cells(section("Macros and filters")) if "my_plugin" not in name]
)
def test_every_macro_that_the_page_names_is_there(name: str) -> None:
    known = name.removeprefix("macros.").partition("(")[0]
    assert getattr(macros, known) is not None


def test_the_filters_are_those_of_the_page() -> None:
    text = section("Macros and filters").split("Filters:")[1].split(" on moments")[0]
    assert set(re.findall(r"`(\w+)`", text)) == _FILTERS.keys()
    assert {name for name in macros.__all__ if f"macros.{name}" not in PAGE} == set()
