"""Schemas that could take for ever are judged elsewhere, within a limit; all say the same as if judged here."""

from __future__ import annotations

from typing import Any

import pytest

from headway.errors import InvalidInput
from headway.operations.param_judge import judge
from headway.operations.trigger import check_params


def params(**schema: Any) -> dict[str, Any]:
    return {"p": {"value": "abc", "schema": schema}}


@pytest.mark.parametrize("schema", [{"pattern": "^[a-z]+$"}, {"allOf": [{"$ref": "#/$defs/x"}]}])
def test_a_schema_that_may_be_costly_is_judged_as_any_other(schema: dict[str, Any]) -> None:
    whole = params(type="string", **schema, **{"$defs": {"x": {"pattern": "^[a-z]+$"}}})
    assert judge("d", whole, {"p": "ok"}) == ({}, {})
    found, fitting = judge("d", whole, {"p": "5"})
    assert (found["p"], fitting) == ("'5' does not match '^[a-z]+$'", {"p": "abc"})


def test_a_pattern_without_end_is_given_up() -> None:
    with pytest.raises(InvalidInput, match="takes too long"):
        check_params("d", params(type="string", pattern="^((a+)+|x)$"), {"p": "a" * 64 + "!"})
