"""``HttpSensor``: waits until a server answers as it should."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from headway.authoring.callables import call_with_context
from headway.authoring.exceptions import AirflowException
from headway.hooks.http import HttpHook
from headway.sensors.base import BaseSensorOperator, PokeReturnValue
from headway.triggers.http import HttpSensorTrigger

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headway.authoring.context import Context
    from headway.triggers.base import BaseTrigger


class HttpSensor(BaseSensorOperator):
    """Sends a request at each poke; it is done when the status is below 400 and ``response_check`` agrees.

    A status that begins with one of ``response_error_codes_allowlist`` (404) means "not yet"; any other
    fault fails the try. ``response_check`` gets the ``requests.Response`` and the parts of the context that
    it names; it may return a ``PokeReturnValue``.
    """

    template_fields: ClassVar[Sequence[str]] = ("endpoint", "request_params", "headers")
    template_fields_renderers: ClassVar[dict[str, str]] = {"headers": "json", "request_params": "json"}

    def __init__(
        self,
        *,
        endpoint: str,
        http_conn_id: str = "http_default",
        method: str = "GET",
        request_params: dict[str, Any] | str | None = None,
        request_kwargs: dict[str, Any] | None = None,
        headers: dict[str, Any] | None = None,
        response_error_codes_allowlist: Sequence[str] | None = None,
        response_check: Callable[..., Any] | None = None,
        extra_options: dict[str, Any] | None = None,
        tcp_keep_alive: bool = True,
        tcp_keep_alive_idle: int = 120,
        tcp_keep_alive_count: int = 20,
        tcp_keep_alive_interval: int = 30,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.endpoint = endpoint
        self.http_conn_id = http_conn_id
        self.method = method
        self.request_params = request_params or {}
        self.request_kwargs = request_kwargs or {}
        self.headers = headers or {}
        allowed = response_error_codes_allowlist
        self.response_error_codes_allowlist = tuple(("404",) if allowed is None else allowed)
        self.response_check = response_check
        self.extra_options = extra_options or {}
        self.tcp_keep_alive = tcp_keep_alive
        self.tcp_keep_alive_idle = tcp_keep_alive_idle
        self.tcp_keep_alive_count = tcp_keep_alive_count
        self.tcp_keep_alive_interval = tcp_keep_alive_interval

    @property
    def hook(self) -> HttpHook:
        """The hook that sends the requests."""
        return HttpHook(
            self.method,
            http_conn_id=self.http_conn_id,
            tcp_keep_alive=self.tcp_keep_alive,
            tcp_keep_alive_idle=self.tcp_keep_alive_idle,
            tcp_keep_alive_count=self.tcp_keep_alive_count,
            tcp_keep_alive_interval=self.tcp_keep_alive_interval,
        )

    def make_trigger(self, context: Context) -> BaseTrigger | None:
        """Sends the same request; ``response_check`` and ``request_kwargs`` need the task itself."""
        if self.response_check is not None or self.request_kwargs:
            return None
        return HttpSensorTrigger(
            endpoint=self.endpoint,
            http_conn_id=self.http_conn_id,
            method=self.method,
            headers=self.headers,
            data=self.request_params,
            extra_options=self.extra_options,
            poke_interval=self.poke_interval,
            response_error_codes_allowlist=self.response_error_codes_allowlist,
        )

    def poke(self, context: Context) -> bool | PokeReturnValue:
        """Ask once."""
        self.log.info("Asking %s", self.endpoint)
        try:
            answer = self.hook.run(
                self.endpoint,
                data=self.request_params,
                headers=self.headers,
                extra_options=self.extra_options,
                **self.request_kwargs,
            )
        except AirflowException as error:
            if str(error).startswith(self.response_error_codes_allowlist):
                return False
            raise
        if self.response_check is None:
            return True
        found = call_with_context(self.response_check, [answer], {}, context)
        return found if isinstance(found, PokeReturnValue) else bool(found)
