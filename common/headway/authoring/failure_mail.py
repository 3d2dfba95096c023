"""Mail to the addresses in a task's ``email``: it failed, will be tried again, or missed its SLA."""

from __future__ import annotations

import html
import logging
from typing import TYPE_CHECKING, Any

from headway.authoring.exceptions import AirflowNotFoundException

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headway.authoring.context import Context

log = logging.getLogger("headway.task")

_ASKED_BY = {"on_failure_callback": "email_on_failure", "on_retry_callback": "email_on_retry"}


def mails_with(task: Any, callback: str) -> bool:
    """Whether mail is to be sent where the callbacks of that name are called."""
    asked_by = _ASKED_BY.get(callback)
    return bool(asked_by and task.email and getattr(task, asked_by))


def send_failure_mail(context: Context) -> None:
    """Tell the task's addresses through the connection ``smtp_default``; without one, only the log says so."""
    task, ti = context["task"], context["ti"]
    _send(task.email, _subject(ti), _text(ti, str(context.get("reason") or "")))


def send_sla_mail(addresses: Sequence[str], dag_id: str, *, missed: str, blocking: str) -> None:
    """Tell of tasks that missed their SLA, and of those that the run still waits for: a line each."""
    subject = f"DAG {dag_id}: SLA missed"
    lists = "".join(
        f"<p>{title}</p><pre>{html.escape(lines)}</pre>"
        for title, lines in (("Not done in time", missed), ("Not done yet", blocking))
    )
    _send(addresses, subject, f"<p>{html.escape(subject)}</p>{lists}")


def _send(addresses: Sequence[str], subject: str, text: str) -> None:
    from headway.hooks.smtp import SmtpHook, send_email

    try:
        send_email(list(addresses), subject, text)
    except AirflowNotFoundException as missing:
        log.warning("No mail was sent to %s: %s", ", ".join(addresses), missing.message)
        return
    log.info("Sent mail about it to %s, through %s", ", ".join(addresses), SmtpHook.default_conn_name)


def _subject(ti: Any) -> str:
    return f"DAG {ti.dag_id}, task {ti.task_id}: {ti.state}"


def _text(ti: Any, reason: str) -> str:
    facts = {"run": ti.run_id, "try": f"{ti.try_number} of {ti.max_tries + 1}", "host": ti.hostname}
    rows = "".join(f"<li>{name}: {html.escape(str(value))}</li>" for name, value in facts.items())
    return f"<p>{html.escape(_subject(ti))}</p><ul>{rows}</ul><pre>{html.escape(reason)}</pre>"
