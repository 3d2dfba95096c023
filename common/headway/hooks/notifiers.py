"""Notifiers for Slack and mail: for ``on_failure_callback`` and its kin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from headway.authoring.notifier import BaseNotifier
from headway.hooks.slack import SlackHook, SlackWebhookHook
from headway.hooks.smtp import SmtpHook

if TYPE_CHECKING:
    from headway.authoring.context import Context

_WHAT = (
    "DAG {{ dag.dag_id }}{% if ti is defined and ti %}, task {{ ti.task_id }}: {{ ti.state }}{% endif %}"
    "{% if run_id is defined %}, run {{ run_id }}{% endif %}"
)
_STORY = _WHAT + "{% if reason is defined and reason %}<pre>{{ reason | e }}</pre>{% endif %}"


class SlackNotifier(BaseNotifier):
    """Posts a message to a channel."""

    template_fields: ClassVar[Sequence[str]] = ("text", "channel", "username", "attachments", "blocks")

    def __init__(
        self,
        *,
        slack_conn_id: str = SlackHook.default_conn_name,
        text: str = _WHAT,
        channel: str = "general",
        username: str = "Airflow",
        icon_url: str | None = None,
        attachments: Sequence[Any] = (),
        blocks: Sequence[Any] = (),
        base_url: str | None = None,
        proxy: str | None = None,
        timeout: int | None = None,
        retry_handlers: Any = None,
        unfurl_links: bool = True,
        unfurl_media: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.slack_conn_id = slack_conn_id
        self.text = text
        self.channel = channel
        self.username = username
        self.icon_url = icon_url
        self.attachments = list(attachments)
        self.blocks = list(blocks)
        self.unfurl_links = unfurl_links
        self.unfurl_media = unfurl_media
        self._options = {"base_url": base_url, "proxy": proxy, "timeout": timeout, "retry_handlers": retry_handlers}

    def notify(self, context: Context) -> None:
        """Post it."""
        message = {
            "channel": self.channel,
            "username": self.username,
            "text": self.text,
            "icon_url": self.icon_url,
            "attachments": self.attachments,
            "blocks": self.blocks,
            "unfurl_links": self.unfurl_links,
            "unfurl_media": self.unfurl_media,
        }
        hook = SlackHook(self.slack_conn_id, **self._options)
        hook.call("chat.postMessage", json={name: value for name, value in message.items() if value is not None})


class SlackWebhookNotifier(BaseNotifier):
    """Posts a message to an incoming webhook."""

    template_fields: ClassVar[Sequence[str]] = ("slack_webhook_conn_id", "text", "attachments", "blocks", "proxy")

    def __init__(
        self,
        *,
        slack_webhook_conn_id: str = SlackWebhookHook.default_conn_name,
        text: str = _WHAT,
        blocks: list[Any] | None = None,
        unfurl_links: bool | None = None,
        unfurl_media: bool | None = None,
        proxy: str | None = None,
        timeout: int | None = None,
        attachments: list[Any] | None = None,
        retry_handlers: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.slack_webhook_conn_id = slack_webhook_conn_id
        self.text = text
        self.blocks = blocks
        self.attachments = attachments
        self.unfurl_links = unfurl_links
        self.unfurl_media = unfurl_media
        self.proxy = proxy
        self.timeout = timeout
        self.retry_handlers = retry_handlers

    def notify(self, context: Context) -> None:
        """Post it."""
        hook = SlackWebhookHook(
            self.slack_webhook_conn_id, proxy=self.proxy, timeout=self.timeout, retry_handlers=self.retry_handlers
        )
        hook.send(
            text=self.text,
            blocks=self.blocks,
            attachments=self.attachments,
            unfurl_links=self.unfurl_links,
            unfurl_media=self.unfurl_media,
        )


class SmtpNotifier(BaseNotifier):
    """Sends mail; subject and text have templates that name the DAG, the task and what went wrong."""

    template_fields: ClassVar[Sequence[str]] = (
        "from_email", "to", "subject", "html_content", "files", "cc", "bcc", "custom_headers",
    )  # fmt: skip
    template_ext: ClassVar[Sequence[str]] = (".html", ".jinja2")

    def __init__(
        self,
        *,
        to: str | Iterable[str],
        from_email: str | None = None,
        subject: str | None = None,
        html_content: str | None = None,
        files: list[str] | None = None,
        cc: str | Iterable[str] | None = None,
        bcc: str | Iterable[str] | None = None,
        mime_subtype: str = "mixed",
        mime_charset: str = "utf-8",
        custom_headers: dict[str, Any] | None = None,
        smtp_conn_id: str = SmtpHook.default_conn_name,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.to = to
        self.from_email = from_email
        self.subject = subject or _WHAT
        self.html_content = html_content or _STORY
        self.files = files
        self.cc = cc
        self.bcc = bcc
        self.mime_subtype = mime_subtype
        self.mime_charset = mime_charset
        self.custom_headers = custom_headers
        self.smtp_conn_id = smtp_conn_id

    def notify(self, context: Context) -> None:
        """Send it."""
        with SmtpHook(self.smtp_conn_id) as hook:
            hook.send_email_smtp(
                to=self.to,
                from_email=self.from_email,
                subject=self.subject,
                html_content=self.html_content,
                files=self.files,
                cc=self.cc,
                bcc=self.bcc,
                mime_subtype=self.mime_subtype,
                mime_charset=self.mime_charset,
                custom_headers=self.custom_headers,
            )


send_slack_notification = SlackNotifier
send_slack_webhook_notification = SlackWebhookNotifier
send_smtp_notification = SmtpNotifier
