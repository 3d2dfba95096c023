"""``headway demo``: a cluster of its own, the example DAGs to their end, and where every task ran."""

from headway.demo.command import demo

__all__ = ["demo"]
