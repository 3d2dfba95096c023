"""Mail to a real mail server; Slack's client libraries against a local server that answers like Slack."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from headway.authoring.connections import Connection
from headway.authoring.exceptions import AirflowException
from headway.hooks.notifiers import SlackWebhookNotifier, SmtpNotifier, send_slack_notification
from headway.hooks.slack import SlackHook, SlackWebhookHook
from headway.hooks.smtp import SmtpHook, send_email
from headway.operators.email import EmailOperator
from headway.operators.python import PythonOperator
from headway.operators.slack import (
    SlackAPIFileOperator,
    SlackAPIOperator,
    SlackAPIPostOperator,
    SlackWebhookOperator,
)
from headway.states import Outcome
from support.one_task import Bench, shop
from support.web import WebServer

from .conftest import Connect, Mailbox


def test_a_task_sends_mail(mailbox: Mailbox, bench: Bench, tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    report.write_text("a,b\n")
    with shop():
        task = EmailOperator(
            task_id="mail",
            to="one@example.com, two@example.com",
            cc=["three@example.com"],
            bcc="four@example.com",
            subject="Films of {{ ds }}",
            html_content="<b>Grüße</b>",
            files=[str(report)],
            custom_headers={"X-Team": "books"},
        )
    assert bench.run(task).outcome is Outcome.SUCCESS
    receivers, message = mailbox.mails[0]
    assert receivers == ["one@example.com", "two@example.com", "three@example.com", "four@example.com"]
    assert (message["Subject"], message["From"], message["X-Team"]) == (
        "Films of 2026-03-01", "headway@example.com", "books",
    )  # fmt: skip
    assert (message["To"], message["CC"], message["BCC"]) == (
        "one@example.com, two@example.com",
        "three@example.com",
        None,
    )
    body, attachment = message.iter_parts()
    assert (body.get_content_type(), body.get_content().strip()) == ("text/html", "<b>Grüße</b>")
    assert (attachment.get_filename(), attachment.get_content()) == ("report.csv", "a,b\n")


def test_mail_without_an_operator(mailbox: Mailbox) -> None:
    send_email("one@example.com", "Hello\nthere", "text", from_email="other@example.com")
    send_email("one@example.com", "Never", "text", dryrun=True)
    assert [(mail["Subject"], mail["From"]) for _, mail in mailbox.mails] == [("Hello there", "other@example.com")]
    assert Connection.get("smtp_default").test_connection()[0]


def test_a_mail_server_that_is_away(connect: Connect) -> None:
    connect("smtp_default", "smtp://127.0.0.1:1/?disable_ssl=true&retry_limit=2&from_email=a@example.com")
    with pytest.raises(AirflowException, match="cannot be used"):
        send_email("one@example.com", "x", "y")
    assert not SmtpHook().test_connection()[0]


def test_a_mail_server_that_hangs_up_is_called_again(connect: Connect) -> None:
    calls = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        connect("smtp_default", f"smtp://127.0.0.1:{port}/?disable_ssl=true&retry_limit=3&from_email=a@example.com")

        def hang_up() -> None:
            for _ in range(3):
                caller, _address = server.accept()
                calls.append(caller.getsockname())
                caller.close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        with pytest.raises(AirflowException, match="cannot be used"):
            send_email("one@example.com", "x", "y")
        thread.join(60)
    assert len(calls) == 3


def test_a_message_to_a_channel(web: WebServer, connect: Connect, bench: Bench) -> None:
    connect("slack_api_default", f"slack://:xoxb-1@/?base_url=http://127.0.0.1:{web.port}/api")
    web.routes["/api/chat.postMessage"] = (200, {"ok": True})
    with shop():
        task = SlackAPIPostOperator(
            task_id="post",
            channel="#films",
            text="Done: {{ ds }}",
            blocks=[{"type": "divider", "block_id": "{{ ds }}"}],
        )
    assert bench.run(task).outcome is Outcome.SUCCESS
    sent = web.requests[-1]
    assert sent.headers["authorization"] == "Bearer xoxb-1"
    assert sent.json["channel"] == "#films"
    assert sent.json["text"] == "Done: 2026-03-01"
    assert sent.json["blocks"] == [{"type": "divider", "block_id": "2026-03-01"}]


def test_slack_refuses(web: WebServer, connect: Connect, bench: Bench) -> None:
    connect("slack_api_default", f"slack://:xoxb-1@/?base_url=http://127.0.0.1:{web.port}/api")
    web.routes["/api/chat.delete"] = (200, {"ok": False, "error": "message_not_found"})
    with shop():
        task = SlackAPIOperator(task_id="t", method="chat.delete", api_params={"ts": "1"})
    assert "message_not_found" in str(bench.run(task).error)
    assert SlackHook().test_connection()[0] is False


def test_a_file_is_shared(web: WebServer, connect: Connect, bench: Bench) -> None:
    connect("slack_api_default", f"slack://:xoxb-1@/?base_url=http://127.0.0.1:{web.port}/api/")
    page = {"ok": True, "channels": [{"name": "films", "id": "C123"}], "response_metadata": {"next_cursor": ""}}
    web.routes["/api/conversations.list"] = (200, page)
    url = f"http://127.0.0.1:{web.port}/upload"
    web.routes["/api/files.getUploadURLExternal"] = (200, {"ok": True, "upload_url": url, "file_id": "F1"})
    web.routes["/upload"] = (200, "OK")
    web.routes["/api/files.completeUploadExternal"] = (200, {"ok": True, "files": [{"id": "F1"}]})
    with shop():
        task = SlackAPIFileOperator(task_id="t", channels="#films", content="a,b", display_filename="x.csv", title="X")
    assert bench.run(task).error is None
    assert [request.body for request in web.requests if request.path == "/upload"] == [b"a,b"]
    assert b"C123" in web.requests[-1].body


def test_webhooks(web: WebServer, connect: Connect, bench: Bench) -> None:
    web.routes["/services/T0/B0/XX"] = (200, "ok")
    connect("slack_default", f"slackwebhook://:T0%2FB0%2FXX@127.0.0.1:{web.port}/http")
    connect("whole", f'{{"conn_type": "slackwebhook", "password": "http://127.0.0.1:{web.port}/services/T0/B0/XX"}}')
    with shop():
        task = SlackWebhookOperator(task_id="t", slack_webhook_conn_id="whole", message="on {{ ds }}", username="x")
    assert bench.run(task).error is None
    assert web.requests[-1].json == {"text": "on 2026-03-01", "username": "x"}
    with pytest.raises(AirflowException, match="404 nothing here"):
        SlackWebhookHook().send_text("lost")  # without /services in the host there is nothing
    SlackWebhookHook(http_conn_id="whole", message="from 1.10", channel="#films").execute()
    assert web.requests[-1].json == {"text": "from 1.10", "channel": "#films"}
    SlackWebhookHook("whole").send(blocks=[{"type": "divider"}], text="t", unfurl_links=False)
    assert web.requests[-1].json == {"text": "t", "blocks": [{"type": "divider"}], "unfurl_links": False}


def test_notifiers_of_a_failed_task(web: WebServer, connect: Connect, mailbox: Mailbox, bench: Bench) -> None:
    def fail() -> None:
        raise ValueError("no <luck>")

    connect("slack_api_default", f"slack://:xoxb-1@/?base_url=http://127.0.0.1:{web.port}/api")
    connect("slack_default", f'{{"conn_type": "slackwebhook", "password": "http://127.0.0.1:{web.port}/hook"}}')
    web.routes.update({"/api/chat.postMessage": (200, {"ok": True}), "/hook": (200, "ok")})
    with shop():
        task = PythonOperator(
            task_id="t",
            python_callable=fail,
            on_failure_callback=[
                send_slack_notification(text="{{ ti.task_id }} failed: {{ reason }}", channel="#ops"),
                SlackWebhookNotifier(),
                SmtpNotifier(to="ops@example.com"),
            ],
        )
    execution = bench.execution(task)
    execution.run_callbacks(execution.run())
    posted, hooked = (request.json for request in web.requests)
    assert (posted["channel"], posted["text"].splitlines()[0]) == ("#ops", "t failed: ValueError: no <luck>")
    assert hooked["text"] == "DAG shop, task t: failed, run scheduled__2026-03-01"
    message = mailbox.mails[0][1]
    assert message["Subject"] == "DAG shop, task t: failed, run scheduled__2026-03-01"
    assert "no &lt;luck&gt;" in message.get_content()


FACTS = {"task_id": "t", "python_callable": int, "op_args": ["no number"], "email": "ops@example.com"}


def test_mail_of_a_failed_task(mailbox: Mailbox, bench: Bench) -> None:
    with shop():
        task = PythonOperator(**FACTS, retries=1)
    for tries in (1, 2):
        execution = bench.execution(task, try_number=tries, max_tries=1)
        execution.run_callbacks(execution.run())
    retried, failed = (message for _, message in mailbox.mails)
    assert retried["Subject"] == "DAG shop, task t: up_for_retry"
    assert (failed["Subject"], failed["To"]) == ("DAG shop, task t: failed", "ops@example.com")
    assert "ValueError: invalid literal for int()" in failed.get_content()
    assert "<li>try: 2 of 2</li>" in failed.get_content()


def test_no_mail_of_a_failed_task(mailbox: Mailbox, bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    with shop():
        silent = PythonOperator(**FACTS, email_on_failure=False)
    execution = bench.execution(silent)
    execution.run_callbacks(execution.run())
    assert mailbox.mails == []


def test_without_a_mail_server_the_log_says_so(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    with shop():
        task = PythonOperator(**FACTS)
    execution = bench.execution(task)
    execution.run_callbacks(execution.run())
    assert "No mail was sent to ops@example.com: there is no connection 'smtp_default'" in caplog.text
    assert "on_failure_callback" not in caplog.text
