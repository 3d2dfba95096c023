"""Triggers over HTTP. Requests are sent by ``HttpHook`` in threads, so that the event loop never waits for them."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING, Any

from headway.authoring.exceptions import AirflowException
from headway.hooks.http import HttpHook
from headway.hooks.library import library
from headway.triggers.base import BaseTrigger, TriggerEvent

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence


class HttpTrigger(BaseTrigger):
    """Sends one request and fires with the answer.

    The event is ``{"status": "success", "response": …}``, which ``response_of`` turns into a ``requests.Response``,
    or ``{"status": "error", "message": …}``. ``auth_type`` is a class of ``requests.auth`` or its dotted path.
    """

    def __init__(
        self,
        http_conn_id: str = "http_default",
        auth_type: Any = None,
        method: str = "POST",
        endpoint: str | None = None,
        headers: dict[str, str] | None = None,
        data: Any = None,
        extra_options: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.http_conn_id = http_conn_id
        self.auth_type = _class_at(auth_type) if isinstance(auth_type, str) else auth_type
        self.method = method
        self.endpoint = endpoint
        self.headers = headers or {}
        self.data = data
        self.extra_options = extra_options or {}

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """The request."""
        names = ("http_conn_id", "method", "endpoint", "headers", "data", "extra_options")
        given = {name: getattr(self, name) for name in names}
        kind = self.auth_type
        auth = None if kind is None else f"{kind.__module__}.{kind.__qualname__}"
        return "headway.triggers.http.HttpTrigger", {**given, "auth_type": auth}

    @property
    def waits_for(self) -> str:
        """Method and endpoint."""
        return f"{self.method} {self.endpoint or ''} of connection {self.http_conn_id}"

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Send it."""
        hook = HttpHook(self.method, http_conn_id=self.http_conn_id, auth_type=self.auth_type)
        try:
            answer = await asyncio.to_thread(hook.run, self.endpoint, self.data, self.headers, self.extra_options)
        except Exception as error:  # noqa: BLE001  (every fault is an answer here: the task's method decides)
            yield TriggerEvent({"status": "error", "message": str(error)})
        else:
            yield TriggerEvent({"status": "success", "response": _as_data(answer)})


class HttpSensorTrigger(BaseTrigger):
    """Fires when the endpoint answers with a status below 400.

    A status that begins with one of ``response_error_codes_allowlist`` means "not yet"; any other fault fails it.
    """

    def __init__(
        self,
        endpoint: str,
        http_conn_id: str = "http_default",
        method: str = "GET",
        headers: dict[str, str] | None = None,
        data: Any = None,
        extra_options: dict[str, Any] | None = None,
        poke_interval: float = 5.0,
        response_error_codes_allowlist: Sequence[str] = ("404",),
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.endpoint = endpoint
        self.http_conn_id = http_conn_id
        self.method = method
        self.headers = headers or {}
        self.data = data
        self.extra_options = extra_options or {}
        self.poke_interval = poke_interval
        self.response_error_codes_allowlist = tuple(response_error_codes_allowlist)

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """The request and how often it is sent."""
        names = (
            "endpoint", "http_conn_id", "method", "headers", "data", "extra_options", "poke_interval",
            "response_error_codes_allowlist",
        )  # fmt: skip
        return "headway.triggers.http.HttpSensorTrigger", {name: getattr(self, name) for name in names}

    @property
    def waits_for(self) -> str:
        """The endpoint."""
        return f"{self.method} {self.endpoint} of connection {self.http_conn_id}"

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Ask again and again."""
        hook = HttpHook(self.method, http_conn_id=self.http_conn_id)
        while not await asyncio.to_thread(self._asked, hook):
            await asyncio.sleep(self.poke_interval)
        yield TriggerEvent(True)

    def _asked(self, hook: HttpHook) -> bool:
        try:
            hook.run(self.endpoint, self.data, self.headers, self.extra_options)
        except AirflowException as error:
            if str(error).startswith(self.response_error_codes_allowlist):
                return False
            raise
        return True


def response_of(data: dict[str, Any]) -> Any:
    """The ``requests.Response`` that an event of ``HttpTrigger`` holds."""
    requests = library("requests", "http")
    answer = requests.Response()
    answer.status_code, answer.reason, answer.url = data["status_code"], data["reason"], data["url"]
    answer.headers = requests.structures.CaseInsensitiveDict(data["headers"])
    answer.encoding = data["encoding"]
    answer._content = data["content"]
    return answer


def _class_at(path: str) -> Any:
    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)


def _as_data(answer: Any) -> dict[str, Any]:
    names = ("status_code", "reason", "url", "encoding", "content")
    return {**{name: getattr(answer, name) for name in names}, "headers": dict(answer.headers)}
