"""``HttpNotifier``: tells a server of the end of a task or run, or of a missed deadline (a webhook)."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from headway.authoring.exceptions import AirflowException
from headway.authoring.notifier import BaseNotifier
from headway.hooks.http import HttpHook
from headway.hooks.library import library

if TYPE_CHECKING:
    from headway.authoring.context import Context

log = logging.getLogger("headway.task")

_TRIES = 3
_TIMEOUT = 10.0  # seconds of one try: three of them fit into what callbacks have
_PAUSE = 1.0  # seconds before the second try; twice that before the third
_AGAIN = (408, 425, 429, 500, 502, 503, 504)
_STORY: Mapping[str, str] = {
    "dag_id": "{{ dag.dag_id }}",
    "run_id": "{{ run_id }}",
    "task_id": "{{ ti.task_id }}",
    "map_index": "{{ ti.map_index }}",
    "try_number": "{{ ti.try_number }}",
    "state": "{{ ti.state }}",
    "run_state": "{{ dag_run.state }}",
    "deadline": "{{ deadline.deadline_time.isoformat() if deadline is defined else '' }}",
    "reason": "{{ reason if reason is defined and reason else '' }}",
}


class HttpNotifier(BaseNotifier):
    """Sends a request to the server of a connection, by default a POST with a JSON body that says what happened.

    Address, credentials and further headers (extras) are the connection's; what is a secret belongs there. ``json``,
    ``data``, ``headers`` and ``endpoint`` are templates; without ``json`` and ``data`` the body has the ids of DAG, run
    and task, their states and the reason. A server that cannot be reached, or answers 408, 425, 429 or 5xx, is asked
    three times, each for ten seconds at most (``timeout`` in ``extra_options`` or the connection's extra).
    """

    template_fields: ClassVar[Sequence[str]] = ("http_conn_id", "endpoint", "data", "json", "headers", "extra_options")

    def __init__(
        self,
        *,
        http_conn_id: str = HttpHook.default_conn_name,
        endpoint: str | None = None,
        method: str = "POST",
        data: dict[str, Any] | str | None = None,
        json: dict[str, Any] | list[Any] | str | None = None,
        headers: dict[str, Any] | None = None,
        extra_options: dict[str, Any] | None = None,
        request_kwargs: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.http_conn_id = http_conn_id
        self.endpoint = endpoint
        self.method = method
        self.data = data
        self.json = dict(_STORY) if json is None and data is None else json
        self.headers = headers
        self.extra_options = extra_options
        self.request_kwargs = request_kwargs

    def notify(self, context: Context) -> None:
        """Send it; raises ``AirflowException`` when it did not arrive."""
        fault: str | None = ""
        for number in range(_TRIES):
            time.sleep(_PAUSE * number)
            fault = self._send()
            if fault is None:
                return
            log.info("connection %s: the %s did not arrive (%s)", self.http_conn_id, self.method, fault)
        raise AirflowException(
            f"the server of connection {self.http_conn_id!r} was not told in {_TRIES} tries ({fault})",
            remedy=f"`headway connections test {self.http_conn_id}` says whether it answers",
        )

    def _send(self) -> str | None:
        """Send once: None when it arrived, else why it may arrive later. Raises ``AirflowException`` for a refusal."""
        failures = library("requests", "http").exceptions
        hook = HttpHook(self.method, self.http_conn_id)
        body = {} if self.json is None else {"json": self.json}
        options = {**self._time_limit(), **(self.extra_options or {}), "check_response": False}
        try:
            answer = hook.run(self.endpoint, self.data, self.headers, options, **body, **(self.request_kwargs or {}))
        except (failures.ConnectionError, failures.Timeout) as error:
            return type(error).__name__  # its text has the whole address, keys included
        if answer.status_code in _AGAIN:
            return f"it answers {answer.status_code}"
        hook.check_response(answer)
        return None

    def _time_limit(self) -> dict[str, float]:
        given = HttpHook.get_connection(self.http_conn_id).extra_dejson
        return {} if "timeout" in given else {"timeout": _TIMEOUT}


send_http_notification = HttpNotifier
