"""Operators that write to Slack."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

from headway.authoring.arguments import note_old_name, note_without_effect
from headway.authoring.current_file import fault
from headway.authoring.operator import BaseOperator
from headway.hooks.slack import SlackHook, SlackWebhookHook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headway.authoring.context import Context


class SlackAPIOperator(BaseOperator):
    """Calls ``method`` of Slack's Web API with ``api_params``."""

    template_fields: ClassVar[Sequence[str]] = ("api_params",)

    def __init__(
        self,
        *,
        slack_conn_id: str | None = SlackHook.default_conn_name,
        method: str | None = None,
        api_params: dict[str, Any] | None = None,
        token: str | None = None,
        base_url: str | None = None,
        timeout: int | None = None,
        proxy: str | None = None,
        retry_handlers: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.slack_conn_id = slack_conn_id
        self.method = method
        self.api_params = api_params
        self.token = token
        self.base_url = base_url
        self.timeout = timeout
        self.proxy = proxy
        self.retry_handlers = retry_handlers

    @property
    def hook(self) -> SlackHook:
        """The hook that calls Slack."""
        return SlackHook(
            self.slack_conn_id,
            token=self.token,
            base_url=self.base_url,
            timeout=self.timeout,
            proxy=self.proxy,
            retry_handlers=self.retry_handlers,
        )

    def construct_api_call_params(self) -> Any:
        """What subclasses send, when ``api_params`` are not given."""
        return None

    def execute(self, context: Context) -> Any:
        """Call the method."""
        if not self.method:
            raise fault(f"task {self.task_id!r} names no method of Slack's API", "give it method", self.place)
        params = self.api_params if self.api_params is not None else self.construct_api_call_params()
        self.hook.call(self.method, json=params or {})


class SlackAPIPostOperator(SlackAPIOperator):
    """Posts a message to a channel."""

    template_fields: ClassVar[Sequence[str]] = ("username", "text", "attachments", "blocks", "channel", "thread_ts")
    ui_color = "#FFBA40"

    def __init__(
        self,
        *,
        channel: str = "#general",
        username: str = "Airflow",
        text: str = "No message has been set.",
        icon_url: str | None = None,
        blocks: list[Any] | None = None,
        attachments: list[Any] | None = None,
        thread_ts: str | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("method", "chat.postMessage")
        super().__init__(**kwargs)
        self.channel = channel
        self.username = username
        self.text = text
        self.icon_url = icon_url
        self.blocks = blocks or []
        self.attachments = attachments or []
        self.thread_ts = thread_ts

    def construct_api_call_params(self) -> dict[str, Any]:
        """The message."""
        fields = {
            "channel": self.channel,
            "username": self.username,
            "text": self.text,
            "icon_url": self.icon_url,
            "attachments": _json_or(self.attachments),
            "blocks": _json_or(self.blocks),
            "thread_ts": self.thread_ts,
        }
        return {name: value for name, value in fields.items() if value is not None}


class SlackAPIFileOperator(SlackAPIOperator):
    """Uploads a local file (``filename``) or ``content`` and shares it in ``channels``."""

    template_fields: ClassVar[Sequence[str]] = (
        "channels",
        "initial_comment",
        "filename",
        "filetype",
        "content",
        "title",
    )
    ui_color = "#44BEDF"

    def __init__(
        self,
        *,
        channels: str | Sequence[str] | None = None,
        channel: str | None = None,
        initial_comment: str | None = None,
        filename: str | None = None,
        filetype: str | None = None,
        content: str | None = None,
        title: str | None = None,
        display_filename: str | None = None,
        method_version: str | None = None,
        snippet_type: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if channel is not None:
            note_old_name(self, "channel", "channels")
        self.channels = channels or channel
        self.initial_comment = initial_comment
        self.filename = filename
        self.filetype = filetype
        self.content = content
        self.title = title
        self.display_filename = display_filename
        self.method_version = method_version
        self.snippet_type = snippet_type

    def execute(self, context: Context) -> None:
        """Upload and share."""
        self.hook.send_file(
            channels=self.channels,
            file=self.filename,
            content=self.content,
            filename=self.display_filename,
            initial_comment=self.initial_comment,
            title=self.title,
            snippet_type=self.snippet_type or self.filetype,
        )


class SlackWebhookOperator(BaseOperator):
    """Posts a message to an incoming webhook.

    Slack itself ignores ``channel``, ``username`` and icons of webhooks made by newer apps.
    """

    template_fields: ClassVar[Sequence[str]] = (
        "message", "attachments", "blocks", "channel", "username", "proxy",
    )  # fmt: skip

    def __init__(
        self,
        *,
        slack_webhook_conn_id: str | None = None,
        http_conn_id: str | None = None,
        webhook_token: str | None = None,
        message: str = "",
        attachments: list[Any] | None = None,
        blocks: list[Any] | None = None,
        channel: str | None = None,
        username: str | None = None,
        icon_emoji: str | None = None,
        icon_url: str | None = None,
        link_names: bool = False,
        proxy: str | None = None,
        timeout: int | None = None,
        retry_handlers: Any = None,
        extra_options: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        note_without_effect(self, extra_options=extra_options)
        self.slack_webhook_conn_id = slack_webhook_conn_id or http_conn_id
        self.webhook_token = webhook_token
        self.message = message
        self.attachments = attachments
        self.blocks = blocks
        self.channel = channel
        self.username = username
        self.icon_emoji = icon_emoji
        self.icon_url = icon_url
        self.link_names = link_names
        self.proxy = proxy
        self.timeout = timeout
        self.retry_handlers = retry_handlers

    @property
    def hook(self) -> SlackWebhookHook:
        """The hook that posts."""
        return SlackWebhookHook(
            self.slack_webhook_conn_id,
            webhook_token=self.webhook_token,
            proxy=self.proxy,
            timeout=self.timeout,
            retry_handlers=self.retry_handlers,
        )

    def execute(self, context: Context) -> None:
        """Post the message."""
        self.hook.send(
            text=self.message,
            attachments=self.attachments,
            blocks=self.blocks,
            channel=self.channel,
            username=self.username,
            icon_emoji=self.icon_emoji,
            icon_url=self.icon_url,
            link_names=self.link_names or None,
        )


def _json_or(value: Any) -> Any:
    """What a template made a text of is read as JSON again."""
    return json.loads(value) if isinstance(value, str) else value
