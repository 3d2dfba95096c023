"""Show it all: start a cluster, run the example DAGs on two queues, say where each task ran, stop."""

from headway.demo.command import demo

__all__ = ["demo"]
