"""``HttpOperator``: a request as a task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from headway.authoring.arguments import note_without_effect
from headway.authoring.callables import call_with_context
from headway.authoring.defaults import defaults
from headway.authoring.exceptions import AirflowException
from headway.authoring.operator import BaseOperator
from headway.hooks.http import HttpHook
from headway.triggers.http import HttpTrigger, response_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from headway.authoring.context import Context


class HttpOperator(BaseOperator):
    """Sends ``method`` to an ``endpoint`` of the connection; the XCom is the answer's text.

    ``response_filter`` makes something else of the answer, ``response_check`` may refuse it (False); both get
    the ``requests.Response`` and the parts of the context that they name. ``pagination_function`` gets it,
    too, and returns what the next request changes (data, headers, endpoint, extra_options) or None; then
    the XCom is a list. ``extra_options``: timeout, verify, check_response, …; ``retry_args`` are those of
    ``tenacity.Retrying``. With ``deferrable`` a triggerer sends the requests (without ``retry_args``).
    """

    template_fields: ClassVar[Sequence[str]] = ("endpoint", "data", "headers")
    template_fields_renderers: ClassVar[dict[str, str]] = {"headers": "json", "data": "py"}
    ui_color = "#f4a460"

    def __init__(
        self,
        *,
        endpoint: str | None = None,
        method: str = "POST",
        data: Any = None,
        headers: dict[str, str] | None = None,
        pagination_function: Callable[..., Any] | None = None,
        response_check: Callable[..., bool] | None = None,
        response_filter: Callable[..., Any] | None = None,
        extra_options: dict[str, Any] | None = None,
        request_kwargs: dict[str, Any] | None = None,
        http_conn_id: str = "http_default",
        log_response: bool = False,
        auth_type: Any = None,
        tcp_keep_alive: bool = True,
        tcp_keep_alive_idle: int = 120,
        tcp_keep_alive_count: int = 20,
        tcp_keep_alive_interval: int = 30,
        deferrable: bool | None = None,
        retry_args: dict[str, Any] | None = None,
        warn_on_non_idempotent: bool | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        note_without_effect(self, warn_on_non_idempotent=warn_on_non_idempotent)
        self.endpoint = endpoint
        self.method = method
        self.data = {} if data is None else data
        self.headers = headers or {}
        self.pagination_function = pagination_function
        self.response_check = response_check
        self.response_filter = response_filter
        self.extra_options = extra_options or {}
        self.request_kwargs = request_kwargs or {}
        self.http_conn_id = http_conn_id
        self.log_response = log_response
        self.auth_type = auth_type
        self.tcp_keep_alive = tcp_keep_alive
        self.tcp_keep_alive_idle = tcp_keep_alive_idle
        self.tcp_keep_alive_count = tcp_keep_alive_count
        self.tcp_keep_alive_interval = tcp_keep_alive_interval
        self.deferrable = defaults().deferrable if deferrable is None else deferrable
        self.retry_args = retry_args

    @property
    def hook(self) -> HttpHook:
        """The hook that sends the requests."""
        return HttpHook(
            self.method,
            http_conn_id=self.http_conn_id,
            auth_type=self.auth_type,
            tcp_keep_alive=self.tcp_keep_alive,
            tcp_keep_alive_idle=self.tcp_keep_alive_idle,
            tcp_keep_alive_count=self.tcp_keep_alive_count,
            tcp_keep_alive_interval=self.tcp_keep_alive_interval,
        )

    def execute(self, context: Context) -> Any:
        """Send the request, or one after the other."""
        request = {
            "endpoint": self.endpoint,
            "data": self.data,
            "headers": self.headers,
            "extra_options": self.extra_options,
        }
        if self.deferrable and not self.request_kwargs:
            self._defer(request, [])
        return self._go_on(context, request, [self._send(request)])

    def execute_complete(
        self, context: Context, event: dict[str, Any], request: dict[str, Any] | None = None, answers: Any = ()
    ) -> Any:
        """The trigger has the answer; ``answers`` are those of earlier pages."""
        if event["status"] != "success":
            raise AirflowException(event["message"], remedy="the trigger's lines in the log say more")
        found = [response_of(one) for one in (*answers, event["response"])]
        if self.pagination_function is None or request is None:
            return self.process_response(context, found[-1])
        changed = call_with_context(self.pagination_function, [found[-1]], {}, context)
        if changed:
            self._defer(_merged(request, changed), [*answers, event["response"]])
        return self.process_response(context, found)

    def _defer(self, request: dict[str, Any], answers: list[Any]) -> NoReturn:
        trigger = HttpTrigger(http_conn_id=self.http_conn_id, auth_type=self.auth_type, method=self.method, **request)
        kwargs = {"request": request, "answers": answers}
        self.defer(trigger=trigger, method_name="execute_complete", kwargs=kwargs)

    def _go_on(self, context: Context, request: dict[str, Any], answers: list[Any]) -> Any:
        """Follow further pages, if there are any."""
        if self.pagination_function is None:
            return self.process_response(context, answers[0])
        while changed := call_with_context(self.pagination_function, [answers[-1]], {}, context):
            answers.append(self._send(_merged(request, changed)))
        return self.process_response(context, answers)

    def process_response(self, context: Context, response: Any) -> Any:
        """What an answer, or a list of them, is to other tasks."""
        listed = response if isinstance(response, list) else [response]
        for one in listed:
            if self.log_response:
                self.log.info("%s", one.text)
            if self.response_check and not call_with_context(self.response_check, [one], {}, context):
                raise AirflowException(
                    f"response_check refused the answer of {self.endpoint!r}", remedy="log_response=True shows it"
                )
        if self.response_filter is not None:
            return call_with_context(self.response_filter, [response], {}, context)
        return [one.text for one in response] if isinstance(response, list) else response.text

    def _send(self, request: dict[str, Any]) -> Any:
        self.log.info("Calling the endpoint %s", request["endpoint"])
        arguments = {**request, **self.request_kwargs}
        if self.retry_args:
            return self.hook.run_with_advanced_retry(self.retry_args, **arguments)
        return self.hook.run(**arguments)


class SimpleHttpOperator(HttpOperator):
    """``HttpOperator`` under its older name."""


def _merged(request: dict[str, Any], changed: dict[str, Any]) -> dict[str, Any]:
    """The first request with what the next page changes: mappings are merged, the rest is replaced."""
    made = dict(request)
    for name, value in changed.items():
        old = request.get(name)
        made[name] = {**old, **value} if isinstance(old, dict) and isinstance(value, dict) else value
    return made
