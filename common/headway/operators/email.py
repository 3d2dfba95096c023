"""``EmailOperator``: a message as a task."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

from headway.authoring.operator import BaseOperator
from headway.hooks.smtp import SmtpHook, addresses

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from headway.authoring.context import Context


class EmailOperator(BaseOperator):
    """Sends HTML to ``to`` (and ``cc``, ``bcc``) through the mail server of the connection ``smtp_default``.

    ``files`` are local files to attach.
    """

    template_fields: ClassVar[Sequence[str]] = (
        "to", "subject", "html_content", "from_email", "files", "cc", "bcc", "mime_subtype", "mime_charset",
        "conn_id", "custom_headers",
    )  # fmt: skip
    template_fields_renderers: ClassVar[dict[str, str]] = {"html_content": "html"}
    template_ext: ClassVar[Sequence[str]] = (".html",)
    ui_color = "#e6faf9"

    def __init__(
        self,
        *,
        to: str | Iterable[str],
        subject: str | None = None,
        html_content: str | None = None,
        files: list[Any] | None = None,
        from_email: str | None = None,
        cc: str | Iterable[str] | None = None,
        bcc: str | Iterable[str] | None = None,
        mime_subtype: str = "mixed",
        mime_charset: str = "utf-8",
        conn_id: str | None = None,
        smtp_conn_id: str | None = None,
        custom_headers: dict[str, Any] | None = None,
        auth_type: str = "basic",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.to = to
        self.subject = subject
        self.html_content = html_content
        self.files = files or []
        self.from_email = from_email
        self.cc = cc
        self.bcc = bcc
        self.mime_subtype = mime_subtype
        self.mime_charset = mime_charset
        self.conn_id = smtp_conn_id or conn_id or SmtpHook.default_conn_name
        self.custom_headers = custom_headers
        self.auth_type = auth_type

    def execute(self, context: Context) -> None:
        """Send it."""
        with SmtpHook(self.conn_id, auth_type=self.auth_type) as hook:
            hook.send_email_smtp(
                to=self.to,
                subject=self.subject,
                html_content=self.html_content,
                from_email=self.from_email,
                files=self._files(),
                cc=self.cc,
                bcc=self.bcc,
                mime_subtype=self.mime_subtype,
                mime_charset=self.mime_charset,
                custom_headers=self.custom_headers,
            )
        self.log.info("Sent to %s", ", ".join(addresses(self.to)))

    def _files(self) -> list[str]:
        """The attachments; a template may have given their list as JSON."""
        if isinstance(self.files, str):
            found = json.loads(self.files) if self.files.startswith("[") else [self.files]
            return [str(one) for one in found]
        return [str(one) for one in self.files]
