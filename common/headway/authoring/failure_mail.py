"""Mail to the addresses in a task's ``email`` when it failed or will be tried again."""

from __future__ import annotations

import html
import logging
from typing import TYPE_CHECKING, Any

from headway.authoring.exceptions import AirflowNotFoundException

if TYPE_CHECKING:
    from headway.authoring.context import Context

log = logging.getLogger("headway.task")

_ASKED_BY = {"on_failure_callback": "email_on_failure", "on_retry_callback": "email_on_retry"}


def mails_with(task: Any, callback: str) -> bool:
    """Whether mail is to be sent where the callbacks of that name are called."""
    asked_by = _ASKED_BY.get(callback)
    return bool(asked_by and task.email and getattr(task, asked_by))


def send_failure_mail(context: Context) -> None:
    """Tell the task's addresses through the connection ``smtp_default``; without one, only the log says so."""
    from headway.hooks.smtp import SmtpHook, send_email

    task, ti = context["task"], context["ti"]
    try:
        send_email(task.email, _subject(ti), _text(ti, str(context.get("reason") or "")))
    except AirflowNotFoundException as missing:
        log.warning("No mail was sent to %s: %s", ", ".join(task.email), missing.message)
        return
    log.info("Sent mail about it to %s, through %s", ", ".join(task.email), SmtpHook.default_conn_name)


def _subject(ti: Any) -> str:
    return f"DAG {ti.dag_id}, task {ti.task_id}: {ti.state}"


def _text(ti: Any, reason: str) -> str:
    facts = {"run": ti.run_id, "try": f"{ti.try_number} of {ti.max_tries + 1}", "host": ti.hostname}
    rows = "".join(f"<li>{name}: {html.escape(str(value))}</li>" for name, value in facts.items())
    return f"<p>{html.escape(_subject(ti))}</p><ul>{rows}</ul><pre>{html.escape(reason)}</pre>"
