from __future__ import annotations

import logging
import os
import signal
import subprocess
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from headway.authoring.exceptions import AirflowTaskTerminated
from headway.authoring.runtime import MARKER_VARIABLES
from headway.authoring.taskflow import task
from headway.operators import shell
from headway.operators.bash import BashOperator
from headway.states import Outcome
from support.one_task import Bench, shop
from support.orphans import processes_in
from support.waiting import wait_for


def bash(command: str, **arguments: Any) -> BashOperator:
    with shop():
        return BashOperator(task_id="task", bash_command=command, **arguments)


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_the_last_line_is_the_xcom(bench: Bench) -> None:
    assert bench.run(bash("echo first; echo 'last line  '")).outcome is Outcome.SUCCESS
    assert bench.xcom("task") == "last line"


def test_no_output_is_an_empty_text(bench: Bench) -> None:
    bench.run(bash("true"))
    assert bench.xcom("task") == ""


def test_do_xcom_push_false(bench: Bench) -> None:
    assert bench.run(bash("echo x", do_xcom_push=False)).xcoms == {}


def test_the_output_processor_makes_the_xcom(bench: Bench) -> None:
    bench.run(bash("echo 4 5", output_processor=lambda line: [int(part) for part in line.split()]))
    assert bench.xcom("task") == [4, 5]


def test_both_outputs_are_logged_line_by_line(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "headway.task"):
        bench.run(bash("echo one; echo two >&2; printf three"))
    assert caplog.messages[1:4] == ["one", "two", "three"]


def test_lines_are_logged_while_the_command_runs(
    bench: Bench, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)

    class Opener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.getMessage() == "ready":
                gate.write_text("go\n")

    logger = logging.getLogger("headway.task")
    opener = Opener()
    logger.addHandler(opener)
    try:
        with caplog.at_level(logging.INFO, "headway.task"):
            bench.run(bash(f"echo ready; read word < {gate}; echo got $word"))
    finally:
        logger.removeHandler(opener)
    assert bench.xcom("task") == "got go"


def test_another_encoding_and_bytes_that_are_none(bench: Bench) -> None:
    bench.run(bash(r"printf '\xe9t\xe9'", output_encoding="latin-1"))
    assert bench.xcom("task") == "été"
    bench.run(bash(r"printf 'a\xff'"))
    assert bench.xcom("task") == "a\\xff"


@pytest.mark.parametrize(
    ("code", "arguments", "outcome"),
    [
        (1, {}, Outcome.FAILED),
        (99, {}, Outcome.SKIPPED),
        (99, {"skip_on_exit_code": None}, Outcome.FAILED),
        (5, {"skip_on_exit_code": 5}, Outcome.SKIPPED),
        (6, {"skip_on_exit_code": [5, 6]}, Outcome.SKIPPED),
        (7, {"skip_on_exit_code": (5, 6)}, Outcome.FAILED),
        (0, {"skip_on_exit_code": 0}, Outcome.SKIPPED),
        (8, {"skip_exit_code": 8}, Outcome.SKIPPED),
    ],
)
def test_exit_codes(bench: Bench, code: int, arguments: dict[str, Any], outcome: Outcome) -> None:
    assert bench.run(bash(f"exit {code}", **arguments)).outcome is outcome


def test_a_failure_says_how_it_ended(bench: Bench) -> None:
    failed = bench.run(bash("exit 3")).error
    killed = bench.run(bash("kill -9 $$")).error
    assert failed is not None
    assert killed is not None
    assert failed.message.startswith("the command ended with code 3")
    assert killed.message.startswith("the command was killed by signal 9")
    assert failed.traceback == ""


def test_a_pipe_and_undefined_behaviour_are_bashs_own(bench: Bench) -> None:
    bench.run(bash("set -o pipefail; [[ abc == a* ]] && echo ${BASH_VERSION:+bash}"))
    assert bench.xcom("task") == "bash"


def test_env_replaces_and_append_env_adds(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FROM_WORKER", "yes")
    show = 'echo "${FROM_WORKER:-no} ${MINE:-no}"'
    bench.run(bash(show))
    assert bench.xcom("task") == "yes no"
    bench.run(bash(show, env={"MINE": "{{ ds }}"}))
    assert bench.xcom("task") == "no 2026-03-01"
    bench.run(bash(show, env={"MINE": "1"}, append_env=True))
    assert bench.xcom("task") == "yes 1"


def test_markers_always_reach_the_command(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in MARKER_VARIABLES:
        monkeypatch.setenv(name, f"<{name}>")
    bench.run(bash("echo " + " ".join(f"${name}" for name in MARKER_VARIABLES), env={MARKER_VARIABLES[0]: "forged"}))
    assert bench.xcom("task") == " ".join(f"<{name}>" for name in MARKER_VARIABLES)


def test_the_command_knows_what_it_runs_for(bench: Bench) -> None:
    names = ["DAG_ID", "TASK_ID", "DAG_RUN_ID", "EXECUTION_DATE", "LOGICAL_DATE", "TRY_NUMBER", "DAG_OWNER"]
    bench.run(bash("echo " + " ".join(f"$AIRFLOW_CTX_{name}" for name in names), env={}), try_number=2)
    moment = "2026-03-01T00:00:00+00:00"
    assert bench.xcom("task") == f"shop task scheduled__2026-03-01 {moment} {moment} 2 airflow"


def test_a_test_may_call_execute_with_an_empty_context() -> None:
    context: Any = {}
    assert bash("echo 5").execute(context) == "5"


def test_it_runs_in_a_folder_of_its_own_that_goes_afterwards(bench: Bench) -> None:
    bench.run(bash("touch file; pwd"))
    folder = Path(bench.xcom("task"))
    assert folder != Path.cwd()
    assert not folder.exists()


def test_cwd(bench: Bench, tmp_path: Path) -> None:
    bench.run(bash("pwd", cwd=str(tmp_path)))
    assert bench.xcom("task") == str(tmp_path)
    assert tmp_path.exists()


@pytest.mark.parametrize(("name", "fault"), [("nowhere", "does not exist on this host"), ("file", "is no folder")])
def test_a_bad_cwd_is_named(bench: Bench, tmp_path: Path, name: str, fault: str) -> None:
    (tmp_path / "file").write_text("")
    error = bench.run(bash("pwd", cwd=str(tmp_path / name))).error
    assert error is not None
    assert fault in error.message
    assert str(tmp_path / name) in error.message


def test_a_script_file_is_a_template(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "report.sh").write_text("for n in 1 2; do\n  last=$n\ndone\necho {{ ds }} $last\n")
    task = bash("report.sh")
    task.dag.fileloc = str(tmp_path / "dag.py")
    bench.run(task)
    assert bench.xcom("task") == "2026-03-01 2"


def test_a_script_called_with_a_space_behind_it_is_a_command(bench: Bench, tmp_path: Path) -> None:
    script = tmp_path / "plain.sh"
    script.write_text("#!/bin/bash\necho '{{ ds }}'\n")
    script.chmod(0o755)
    bench.run(bash(f"{script} "))
    assert bench.xcom("task") == "{{ ds }}"


def test_a_command_too_long_for_an_argument(bench: Bench) -> None:
    bench.run(bash(f"text='{'x' * 200_000}'; echo {{% raw %}}${{#text}}{{% endraw %}}"))
    assert bench.xcom("task") == "200000"


def test_a_length_of_bash_looks_like_a_comment_of_jinja(bench: Bench) -> None:
    error = bench.run(bash("x=abc; echo ${#x}")).error
    assert error is not None
    assert "{% raw %}${#name}{% endraw %}" in error.message


@pytest.mark.parametrize("command", ["", "  ", 5, None])
def test_what_is_no_command_is_refused(bench: Bench, command: Any) -> None:
    error = bench.run(bash(command)).error
    assert error is not None
    assert "expected a command as bash_command" in error.message


def test_it_has_a_session_of_its_own(bench: Bench) -> None:
    bench.run(bash("ps -o pgid=,sess= -p $$ | tr -s ' '; echo $$"))
    assert int(bench.xcom("task")) != os.getpgid(0)


def stopped_while_it_runs(bench: Bench, task: BashOperator, ready: Path, how: int = signal.SIGUSR1) -> Any:
    """Run ``task``; once ``ready`` holds something, a signal raises AirflowTaskTerminated in its thread."""

    def stop(*_: Any) -> None:
        raise AirflowTaskTerminated("stopped by a test")

    def trigger() -> None:
        wait_for(lambda: ready.exists() and ready.read_text().endswith("\n"))
        os.kill(os.getpid(), how)

    before = signal.signal(how, stop)
    thread = threading.Thread(target=trigger)
    thread.start()
    try:
        return bench.run(task)
    finally:
        thread.join(60)
        signal.signal(how, before)


def test_a_stop_ends_the_whole_group_politely(bench: Bench, tmp_path: Path) -> None:
    ready, farewell = tmp_path / "ready", tmp_path / "farewell"
    command = f"""
        (trap 'sleep 0.1; echo bye > {farewell}; exit' TERM; echo $BASHPID > {ready}; while true; do sleep 0.05; done) &
        echo started; wait
    """
    result = stopped_while_it_runs(bench, bash(command), ready)
    assert result.outcome is Outcome.INTERRUPTED
    assert farewell.read_text() == "bye\n", "a grandchild must get the time to clean up"
    wait_for(lambda: not alive(int(ready.read_text())))


def test_a_stop_ends_by_force_what_ignores_it(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell, "STOP_GRACE", 0.2)
    ready = tmp_path / "ready"
    command = f"trap '' TERM; sleep 1000 & echo $$ $! > {ready}; while true; do sleep 0.05; done"
    result = stopped_while_it_runs(bench, bash(command), ready)
    assert result.outcome is Outcome.INTERRUPTED
    for pid in ready.read_text().split():
        wait_for(lambda pid=pid: not alive(int(pid)))


def test_a_stop_while_the_program_is_being_started_ends_it(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[subprocess.Popen[bytes]] = []
    told = threading.Event()

    class Popen(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **named: Any) -> None:
            super().__init__(*arguments, **named)
            begun.append(self)
            os.kill(os.getpid(), signal.SIGUSR1)
            told.wait(60)

    def stop(*_: Any) -> None:
        told.set()
        raise AirflowTaskTerminated("stopped by a test")

    monkeypatch.setattr(subprocess, "Popen", Popen)
    before = signal.signal(signal.SIGUSR1, stop)
    try:
        assert bench.run(bash("sleep 1000")).outcome is Outcome.INTERRUPTED
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert [each.poll() for each in begun] == [-signal.SIGTERM]


def test_a_command_that_runs_too_long_is_ended(bench: Bench, tmp_path: Path) -> None:
    task = bash("sleep 1000 & wait", cwd=str(tmp_path), execution_timeout=timedelta(seconds=0.5))
    result = bench.run(task)
    assert result.outcome is Outcome.FAILED
    assert str(result.error).startswith("AirflowTaskTimeout")
    wait_for(lambda: not processes_in(tmp_path), what="the end of the command and of what it has started")


def test_on_kill_before_the_command_and_after_it_is_harmless(bench: Bench) -> None:
    task = bash("echo $$")
    task.on_kill()
    execution = bench.execution(task)
    result = execution.run()
    execution.on_kill()
    assert result.outcome is Outcome.SUCCESS


def test_what_a_finished_command_left_in_the_background_stays(bench: Bench, tmp_path: Path) -> None:
    ready = tmp_path / "pid"
    bench.run(bash(f"sleep 300 > /dev/null 2>&1 & echo $! > {ready}"))
    pid = int(ready.read_text())
    assert alive(pid)
    os.kill(pid, signal.SIGKILL)


def test_a_function_returns_the_command_and_only_that_is_rendered_then(bench: Bench) -> None:
    with shop():

        @task.bash(env={"TEXT": "{{ params.text }}"})
        def report(text: str) -> str:
            return f'echo {{{{ ds }}}} "$TEXT" {len(text)}'

        made = report("{{ params.text }}").operator
        made.params = {"text": "{{ not a template"}
    bench.run(made)
    assert bench.xcom("report") == "2026-03-01 {{ not a template 17"
