"""The HTTP server that answers a scrape, in a thread of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, ProcessCollector, start_http_server
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from headway.errors import Conflict
from headway.metastore.statements import statements
from headway.metrics.families import counter, gauge
from headway.settings import MetricsSettings
from headway.version import __version__

log = logging.getLogger(__name__)

Source = Callable[[], Iterable[Metric]]


@contextmanager
def serve(settings: MetricsSettings, node: str, sources: Sequence[Source]) -> Iterator[int]:
    """Answer scrapes for as long as the block lasts; gives the port (0: ``metrics.port`` is not set, nothing listens).

    ``node`` is the node's kind. Raises ``Conflict`` when something else listens there.
    """
    if not settings.port:
        yield 0
        return
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    registry.register(_Sources(node, sources))
    try:
        server, thread = start_http_server(settings.port, settings.listen, registry)
    except OSError as error:
        raise Conflict(
            f"metrics cannot be served on {settings.listen}:{settings.port}: {error.strerror}",
            "set metrics.port to a free one, for each node of a host another",
        ) from None
    log.info("metrics at http://%s:%d/metrics", settings.listen, server.server_port)
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Sources(Collector):
    """Asks every source; one that fails is left out of this scrape and named in the log."""

    def __init__(self, node: str, sources: Sequence[Source]) -> None:
        self._node = node
        self._sources = sources

    def describe(self) -> Iterable[Metric]:
        """Nothing: sources are asked only when there is somebody to hear them."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Every family of every source."""
        yield gauge("headway_info", "The version of this node", {(self._node, __version__): 1}, ("node", "version"))
        yield counter("headway_db_statements", "Statements that this process sent to the metastore", statements.count)
        for source in self._sources:
            try:
                yield from list(source())
            except Exception as error:  # noqa: BLE001  (a scrape shows what there is)
                log.warning("metrics: %s is left out: %s", getattr(source, "__qualname__", source), error)
