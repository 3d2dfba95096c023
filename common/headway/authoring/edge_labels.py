"""Labels on dependencies: ``check >> Label("no errors") >> publish``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from headway.authoring.dependencies import Dependable, link

if TYPE_CHECKING:
    from headway.authoring.operator import BaseOperator


class Label(Dependable):
    """A text shown on the edges between what comes before it and what comes after it."""

    def __init__(self, label: str) -> None:
        self.label = label
        self._before: list[Dependable] = []
        self._after: list[Dependable] = []

    @property
    def roots(self) -> Sequence[BaseOperator]:
        """The tasks behind the label."""
        return [task for node in self._after for task in node.roots]

    @property
    def leaves(self) -> Sequence[BaseOperator]:
        """The tasks before the label."""
        return [task for node in self._before for task in node.leaves]

    def follow(self, upstream: Dependable) -> None:
        """Lie behind ``upstream``, and link it to what already lies behind the label."""
        self._before.append(upstream)
        link(upstream.leaves, self.roots, self.label)

    def precede(self, downstream: Dependable) -> None:
        """Lie before ``downstream``, and link what already lies before the label to it."""
        self._after.append(downstream)
        link(self.leaves, downstream.roots, self.label)
