"""The graph of DAGs and assets, from the edges that the metastore knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from headway.metastore.queries.asset_pages import Edge
from headway_web.schemas.assets import AssetGraph, GraphEdge, GraphNode

Kind = Literal["produces", "belongs", "triggers"]


def graph_of(edges: Iterable[Edge], assets: Sequence[tuple[int, str]]) -> AssetGraph:
    """Nodes and edges by name; ``assets`` (key, name) stand in it also where nothing makes or awaits them."""
    keys = {name: key for key, name in assets}
    ends: dict[tuple[str, str], None] = {("asset", name): None for name in keys}
    drawn: dict[tuple[str, str], GraphEdge] = {}
    for edge in edges:
        ends |= {edge.source: None, edge.target: None}
        pair = (_id(edge.source), _id(edge.target))
        line = drawn.setdefault(pair, GraphEdge(source=pair[0], target=pair[1], kind=_kind(edge)))
        line.task_ids += [edge.task_id] if edge.task_id else []
    nodes = [
        GraphNode.model_validate(
            {
                "id": _id(end),
                "kind": end[0],
                "label": end[1],
                "asset_id": keys.get(end[1]) if end[0] == "asset" else None,
            }
        )
        for end in ends
    ]
    return AssetGraph(nodes=nodes, edges=list(drawn.values()))


def _id(end: tuple[str, str]) -> str:
    return f"{end[0]}:{end[1]}"


def _kind(edge: Edge) -> Kind:
    if edge.source[0] == "dag":
        return "produces"
    return "triggers" if edge.target[0] == "dag" else "belongs"
