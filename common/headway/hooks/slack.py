"""``SlackHook`` (Slack's Web API) and ``SlackWebhookHook`` (incoming webhooks), over slack-sdk."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from headway.authoring.connections import Connection
from headway.authoring.exceptions import AirflowException, AirflowNotFoundException
from headway.authoring.runtime import mask
from headway.hooks.base import BaseHook
from headway.hooks.extras import typed
from headway.hooks.library import library

_MESSAGE_FIELDS = ("attachments", "blocks", "channel", "username", "icon_emoji", "icon_url", "link_names")
_WEBHOOKS = "https://hooks.slack.com/services"


class SlackHook(BaseHook):
    """Calls methods of Slack's Web API with the token that is the connection's password.

    Extras: ``base_url``, ``timeout`` (seconds), ``proxy``.
    """

    conn_type = "slack"
    conn_name_attr = "slack_conn_id"
    default_conn_name = "slack_api_default"
    hook_name = "Slack API"

    def __init__(
        self,
        slack_conn_id: str | None = default_conn_name,
        *,
        token: str | None = None,
        base_url: str | None = None,
        timeout: int | None = None,
        proxy: str | None = None,
        retry_handlers: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__()
        self.slack_conn_id = slack_conn_id
        self._token = token
        given = {"base_url": base_url, "timeout": timeout, "proxy": proxy, "retry_handlers": retry_handlers}
        self._options = {name: value for name, value in given.items() if value is not None} | kwargs
        mask(token)

    @cached_property
    def client(self) -> Any:
        """slack-sdk's ``WebClient``."""
        conn = Connection() if self._token else self.get_connection(str(self.slack_conn_id))
        token = self._token or conn.password
        if not token:
            raise AirflowNotFoundException(
                f"connection {self.slack_conn_id!r} has no password", remedy="set Slack's token as its password"
            )
        options = _known(conn, ("base_url", "timeout", "proxy")) | self._options
        if "base_url" in options:
            options["base_url"] = options["base_url"].rstrip("/") + "/"
        return library("slack_sdk", "slack").WebClient(token=token, **options)

    def get_conn(self) -> Any:
        """slack-sdk's ``WebClient``."""
        return self.client

    def call(self, api_method: str, **kwargs: Any) -> Any:
        """Call a method of the API (``chat.postMessage``); ``kwargs`` are slack-sdk's: json, params, data, files."""
        return self.client.api_call(api_method, **kwargs)

    def send_file(
        self,
        *,
        channels: str | Sequence[str] | None = None,
        file: str | Path | None = None,
        content: str | None = None,
        filename: str | None = None,
        filetype: str | None = None,
        initial_comment: str | None = None,
        title: str | None = None,
        snippet_type: str | None = None,
    ) -> list[Any]:
        """Upload a local ``file`` or ``content`` as one and share it in ``channels``; Slack's answers.

        Channels are ids or names; None uploads without sharing.
        """
        if (file is None) == (content is None):
            raise ValueError("send_file: expected one of file and content")
        name = filename or (Path(file).name if file is not None else "Uploaded file")
        upload: dict[str, Any] = {"filename": name, "title": title or name}
        upload |= {"file": str(file)} if file is not None else {"content": content}
        if snippet_type or filetype:
            upload["snippet_type"] = snippet_type or filetype
        names = channels.split(",") if isinstance(channels, str) else list(channels or [])
        places: list[str | None] = [self.get_channel_id(one.strip()) for one in names] or [None]
        return [
            self.client.files_upload_v2(file_uploads=[upload], channel=place, initial_comment=initial_comment)
            for place in places
        ]

    send_file_v2 = send_file
    send_file_v1_to_v2 = send_file

    def get_channel_id(self, channel: str) -> str:
        """The id of a channel; ``channel`` may be an id already, or a name with or without ``#``."""
        if channel[:1] in "CDG" and channel.isupper() and channel.isalnum():
            return channel
        cursor: str | None = None
        while cursor != "":
            page = self.client.conversations_list(cursor=cursor, exclude_archived=True, limit=1000)
            found = next((one["id"] for one in page["channels"] if one["name"] == channel.lstrip("#")), None)
            if found:
                return str(found)
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
        raise AirflowNotFoundException(
            f"Slack knows no channel {channel!r}", remedy="check the name, and invite the app into the channel"
        )

    def test_connection(self) -> tuple[bool, str]:
        """Whether Slack knows the token, and a sentence about it."""
        try:
            answer = self.call("auth.test")
        except Exception as error:  # noqa: BLE001 - every fault is an answer here
            return False, str(error)
        return True, f"{answer['user']} of {answer['team']}"


class SlackWebhookHook(BaseHook):
    """Posts messages to an incoming webhook.

    The connection's password is the webhook's whole address, or its last part ``T000/B000/XXX`` behind
    the host (``hooks.slack.com/services``). Extras: ``timeout``, ``proxy``. A hook of 1.10 is made with its
    ``message`` (and channel, username, icons …), which ``execute()`` posts.
    """

    conn_type = "slackwebhook"
    conn_name_attr = "slack_webhook_conn_id"
    default_conn_name = "slack_default"
    hook_name = "Slack Incoming Webhook"

    def __init__(
        self,
        slack_webhook_conn_id: str | None = None,
        *,
        http_conn_id: str | None = None,
        webhook_token: str | None = None,
        timeout: int | None = None,
        proxy: str | None = None,
        retry_handlers: Any = None,
        message: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__()
        self._message = {"text": message, **{name: kwargs.pop(name, None) for name in _MESSAGE_FIELDS}}
        self.slack_webhook_conn_id = slack_webhook_conn_id or http_conn_id or self.default_conn_name
        self._token = webhook_token
        mask(webhook_token)
        given = {"timeout": timeout, "proxy": proxy, "retry_handlers": retry_handlers}
        self._options = {name: value for name, value in given.items() if value is not None} | kwargs

    @cached_property
    def client(self) -> Any:
        """slack-sdk's ``WebhookClient``."""
        conn = self._connection()
        url = _webhook_url(conn, self._token or conn.password or conn.extra_dejson.get("webhook_token"))
        options = _known(conn, ("timeout", "proxy")) | self._options
        return library("slack_sdk", "slack").WebhookClient(url, **options)

    def get_conn(self) -> Any:
        """slack-sdk's ``WebhookClient``."""
        return self.client

    def send_dict(self, body: dict[str, Any] | str, *, headers: dict[str, str] | None = None) -> Any:
        """Post a message that is written as Slack wants it, a dict or its JSON; Slack's answer."""
        message = json.loads(body) if isinstance(body, str) else body
        answer = self.client.send_dict({key: value for key, value in message.items() if value is not None}, headers)
        if answer.status_code != 200:
            raise AirflowException(
                f"Slack refused the message: {answer.status_code} {answer.body}", remedy="check the webhook's address"
            )
        return answer

    def send(
        self,
        *,
        text: str | None = None,
        attachments: Sequence[Any] | None = None,
        blocks: Sequence[Any] | None = None,
        headers: dict[str, str] | None = None,
        **fields: Any,
    ) -> Any:
        """Post a message; ``fields``: unfurl_links, unfurl_media, response_type, replace_original, …"""
        body = {"text": text, "attachments": attachments, "blocks": blocks, **fields}
        return self.send_dict(body, headers=headers)

    def execute(self) -> None:
        """Post the message that the hook was made with."""
        self.send_dict(self._message)

    def send_text(self, text: str, *, headers: dict[str, str] | None = None, **fields: Any) -> Any:
        """Post a text."""
        return self.send(text=text, headers=headers, **fields)

    def _connection(self) -> Connection:
        try:
            return self.get_connection(self.slack_webhook_conn_id)
        except AirflowNotFoundException:
            if self._token:
                return Connection()
            raise


def _webhook_url(conn: Connection, token: str | None) -> str:
    host = conn.host or ""
    if token and "://" in token:
        return token
    if not token:
        if "://" in host and host.count("/") > 3:
            return host
        raise AirflowNotFoundException(
            f"connection {conn.conn_id!r} holds no webhook", remedy="set the webhook's address as its password"
        )
    base = host if "://" in host else (f"{conn.schema or 'https'}://{host}" if host else _WEBHOOKS)
    port = f":{conn.port}" if conn.port and host else ""
    return f"{base.rstrip('/')}{port}/{token.lstrip('/')}"


def _known(conn: Connection, names: Sequence[str]) -> dict[str, Any]:
    extra = conn.extra_dejson
    return {name: typed(extra[name]) for name in names if extra.get(name)}
