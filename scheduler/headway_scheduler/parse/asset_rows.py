"""What a DAG's structure says of assets: those that it declares, and those that it waits for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def declared_assets(structure: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Every asset that the DAG names with its URI: what tasks say of it goes before what the schedule does."""
    tasks = [asset for task in structure["tasks"] for asset in (*task["outlets"], *task["inlets"]) if "uri" in asset]
    awaited = [leaf["asset"] for leaf in _leaves(structure["schedule"].get("expression")) if "asset" in leaf]
    return list({asset["name"]: asset for asset in (*awaited, *reversed(tasks))}.values())


def awaited_assets(schedule: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the DAG waits for: ``name``, ``uri`` or ``alias``, and which."""
    return sorted({_reference(leaf) for leaf in _leaves(schedule.get("expression"))})


def _reference(leaf: Mapping[str, Any]) -> tuple[str, str]:
    if "alias" in leaf:
        return "alias", leaf["alias"]["name"]
    if "asset" in leaf:
        return "name", leaf["asset"]["name"]
    (kind, value) = next(iter(leaf["asset_ref"].items()))
    return kind, value


def _leaves(expression: Mapping[str, Any] | None) -> Iterator[Mapping[str, Any]]:
    if expression is None:
        return
    parts = expression.get("all") or expression.get("any")
    if not parts:
        yield expression
    for part in parts or ():
        yield from _leaves(part)
