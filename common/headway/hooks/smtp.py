"""``SmtpHook``: mail through the server that a connection names."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Iterable
from email.message import EmailMessage
from email.utils import formatdate
from functools import cached_property
from mimetypes import guess_type
from pathlib import Path
from typing import Any, Self

from headway.authoring.connections import Connection
from headway.authoring.exceptions import AirflowException
from headway.hooks.base import BaseHook
from headway.hooks.extras import typed

Addresses = str | Iterable[str]


class SmtpHook(BaseHook):
    """A mail server; ``with SmtpHook("smtp_default") as hook: hook.send_email_smtp(...)``.

    Login and password are the account. Extras: ``from_email``, ``timeout`` (30 s), ``retry_limit`` (5),
    ``disable_ssl`` (default: TLS from the start, unless the port is 25 or 587), ``disable_tls`` (no
    STARTTLS), ``ssl_context`` (``default`` or ``none``: certificates are not checked).
    """

    conn_type = "smtp"
    conn_name_attr = "smtp_conn_id"
    default_conn_name = "smtp_default"
    hook_name = "SMTP"

    def __init__(self, smtp_conn_id: str = default_conn_name, auth_type: str = "basic", **_: Any) -> None:
        super().__init__()
        if auth_type != "basic":
            raise AirflowException(f"auth_type: expected 'basic', got {auth_type!r}", remedy="use login and password")
        self.smtp_conn_id = smtp_conn_id
        self.smtp_client: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self.get_conn()

    def __exit__(self, *exc_info: object) -> None:
        if self.smtp_client is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self.smtp_client.quit()
            self.smtp_client = None

    @cached_property
    def connection(self) -> Connection:
        """Address and account of the server."""
        return self.get_connection(self.smtp_conn_id)

    @property
    def conn(self) -> Connection:
        """The same as ``connection``."""
        return self.connection

    @property
    def host(self) -> str:
        """The server's host."""
        return self.connection.host or "localhost"

    @property
    def port(self) -> int:
        """The server's port."""
        return self.connection.port or (25 if self._says("disable_ssl") else 465)

    @property
    def from_email(self) -> str | None:
        """The sender, when a call names none."""
        return self.connection.extra_dejson.get("from_email") or self.connection.login

    @property
    def smtp_retry_limit(self) -> int:
        """How often a message is tried."""
        return int(self.connection.extra_dejson.get("retry_limit", 5))

    @property
    def timeout(self) -> float:
        """Seconds to wait for the server."""
        return float(self.connection.extra_dejson.get("timeout", 30))

    def get_conn(self) -> Self:
        """The hook itself, connected."""
        if self.smtp_client is None:
            self.smtp_client = self._tried(self._connect)
        return self

    def send_email_smtp(
        self,
        *,
        to: Addresses,
        subject: str | None = None,
        html_content: str | None = None,
        from_email: str | None = None,
        files: list[str] | None = None,
        dryrun: bool = False,
        cc: Addresses | None = None,
        bcc: Addresses | None = None,
        mime_subtype: str = "mixed",
        mime_charset: str = "utf-8",
        custom_headers: dict[str, Any] | None = None,
        **_: Any,
    ) -> None:
        """Send a message with HTML content and local ``files``; several addresses as a list or with commas."""
        sender = from_email or self.from_email
        if not sender:
            raise AirflowException(
                f"connection {self.smtp_conn_id!r} names no sender",
                remedy="""set {"from_email": "…"} in its extra, or give from_email""",
            )
        message = compose(sender, to, subject or "", html_content or "", cc, files or [], mime_charset, custom_headers)
        receivers = [*addresses(to), *addresses(cc), *addresses(bcc)]
        if dryrun:
            self.log.info("Not sent, for this is a dry run: %s to %s", subject, receivers)
            return
        self.get_conn()
        self._tried(lambda: self._send(sender, receivers, message))

    def test_connection(self) -> tuple[bool, str]:
        """Whether the server answers, and a sentence about it."""
        try:
            with self.get_conn():
                return True, "Connection successfully tested"
        except Exception as error:  # noqa: BLE001 - every fault is an answer here
            return False, str(error)

    def _connect(self) -> smtplib.SMTP:
        context = self._context()
        if not self._says("disable_ssl") and self.port not in (25, 587):
            client: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout, context=context)
        else:
            client = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
            if not self._says("disable_tls"):
                client.starttls(context=context)
        if self.connection.login and self.connection.password:
            client.login(self.connection.login, self.connection.password)
        return client

    def _send(self, sender: str, receivers: list[str], message: EmailMessage) -> None:
        if self.smtp_client is None:
            self.smtp_client = self._connect()
        self.smtp_client.send_message(message, sender, receivers)

    def _tried(self, work: Any) -> Any:
        """The result of ``work``, tried again with a new connection while the server closes it."""
        for left in range(self.smtp_retry_limit - 1, -1, -1):
            try:
                return work()
            except (smtplib.SMTPServerDisconnected, ConnectionError) as error:
                self.smtp_client = None
                if not left:
                    raise AirflowException(
                        f"the mail server {self.host}:{self.port} cannot be used: {error}",
                        remedy=f"check connection {self.smtp_conn_id!r} (disable_ssl, disable_tls, port)",
                    ) from error
        raise AssertionError("retry_limit is at least 1")

    def _says(self, name: str) -> bool:
        return bool(typed(self.connection.extra_dejson.get(name)))

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self.connection.extra_dejson.get("ssl_context") == "none":
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def send_email(
    to: Addresses,
    subject: str,
    html_content: str,
    files: list[str] | None = None,
    dryrun: bool = False,
    cc: Addresses | None = None,
    bcc: Addresses | None = None,
    mime_subtype: str = "mixed",
    mime_charset: str = "utf-8",
    conn_id: str | None = None,
    from_email: str | None = None,
    custom_headers: dict[str, Any] | None = None,
    **_: Any,
) -> None:
    """Send a message through the connection ``conn_id`` (``smtp_default``); see ``SmtpHook.send_email_smtp``."""
    with SmtpHook(conn_id or SmtpHook.default_conn_name) as hook:
        hook.send_email_smtp(
            to=to,
            subject=subject,
            html_content=html_content,
            files=files,
            dryrun=dryrun,
            cc=cc,
            bcc=bcc,
            mime_subtype=mime_subtype,
            mime_charset=mime_charset,
            from_email=from_email,
            custom_headers=custom_headers,
        )


def addresses(given: Addresses | None) -> list[str]:
    """Addresses as a list, from one text with commas or semicolons, or from several."""
    texts = [given] if isinstance(given, str) else list(given or ())
    return [one.strip() for text in texts for one in text.replace(";", ",").split(",") if one.strip()]


def compose(
    sender: str,
    to: Addresses,
    subject: str,
    html: str,
    cc: Addresses | None,
    files: Iterable[str],
    charset: str,
    headers: dict[str, Any] | None,
) -> EmailMessage:
    """The message: HTML with attachments; the receivers of ``bcc`` are not named in it."""
    message = EmailMessage()
    message["Subject"] = " ".join(subject.split())
    message["From"] = sender
    message["To"] = ", ".join(addresses(to))
    if cc:
        message["CC"] = ", ".join(addresses(cc))
    message["Date"] = formatdate(localtime=True)
    for name, value in (headers or {}).items():
        message[name] = value
    message.set_content(html, subtype="html", charset=charset)
    for file in map(Path, files):
        kind = (guess_type(file.name)[0] or "application/octet-stream").split("/")
        message.add_attachment(file.read_bytes(), maintype=kind[0], subtype=kind[1], filename=file.name)
    return message
