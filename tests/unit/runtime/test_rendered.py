"""Rendered fields as people see them."""

from __future__ import annotations

import json
from datetime import date
from types import SimpleNamespace
from typing import Any

from headway.authoring.rendered import LONGEST, rendered_fields


def shown(**fields: Any) -> dict[str, str]:
    task = SimpleNamespace(template_fields=tuple(fields), **fields)
    return rendered_fields(task, lambda text: text.replace("hunter22", "***"))


def test_texts_stay_as_they_are_and_data_is_json() -> None:
    assert shown(sql="SELECT 1\n", args=[1, {"a": "\u00e9"}], none=None) == {
        "sql": "SELECT 1\n",
        "args": json.dumps([1, {"a": "\u00e9"}], indent=2, ensure_ascii=False),
    }


def test_secrets_are_hidden_by_what_is_known_and_by_name() -> None:
    found = shown(cmd="psql -p hunter22", password="x", env={"API_TOKEN": "y", "deep": [{"secret": "z"}], "day": "1"})
    assert (found["cmd"], found["password"]) == ("psql -p ***", "***")
    assert json.loads(found["env"]) == {"API_TOKEN": "***", "deep": [{"secret": "***"}], "day": "1"}


def test_what_is_long_is_cut() -> None:
    for value in ("x" * 10 * LONGEST, ["x" * 100] * LONGEST, {str(n): n for n in range(LONGEST)}):
        assert LONGEST < len(shown(value=value)["value"]) < LONGEST + 50


def test_a_secret_at_the_cut_leaves_no_part_of_itself() -> None:
    assert "hunt" not in shown(cmd="x" * (LONGEST - 4) + "hunter22")["cmd"]


class Broken:
    """Cannot be shown."""

    def __str__(self) -> str:
        raise RuntimeError("no words")


def test_odd_values_never_stand_in_a_tasks_way() -> None:
    holds_itself: list[Any] = []
    holds_itself.append(holds_itself)
    found = shown(other=Broken(), keys={(1, 2): 3}, text="a\0\ud800b", itself=holds_itself, lazy=range(9), day=date.min)
    assert found == {
        "other": "<Broken>", "keys": "<dict>", "text": "a\ufffd?b", "itself": "<list>", "lazy": '"<range>"',
        "day": '"0001-01-01"',
    }  # fmt: skip
