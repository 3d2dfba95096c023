"""Logs: everything that a task writes, nothing else, and nothing lost."""

from __future__ import annotations

import json
import os
import re
import signal
from datetime import UTC, datetime
from typing import Any

import pytest

from headway.crypto import open_vault
from headway.metastore.queries import rendered
from headway.operations.secrets import set_variable
from headway_worker.child.callback import take_up
from headway_worker.logs import log_files
from headway_worker.logs.log_files import LogName
from headway_worker.logs.shipper import Shipper
from headway_worker.slots import Attempt, SlotTable
from support.waiting import wait_for
from support.worker_stage import Stage


def test_lines_are_stamped_and_carry_their_stream_or_level(stage: Stage) -> None:
    staged = stage.task(
        """
        import logging, subprocess, sys
        def f():
            print("one")
            print("two", file=sys.stderr)
            logging.getLogger("mine").warning("three")
            subprocess.run("echo four; printf five", shell=True, check=True)
        """
    )
    stage.worker()
    stage.send(staged)
    stage.await_event(staged)
    lines = stage.log(staged).splitlines()
    stamp = r"\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00\] "
    assert all(re.match(stamp, line) for line in lines)
    words = [re.sub(stamp, "", line) for line in lines]
    for expected in ("stdout one", "stderr two", "WARNING mine: three", "stdout four", "stdout five"):
        assert expected in words
    assert words.index("stdout one") < words.index("WARNING mine: three") < words.index("stdout four")


def test_a_task_that_says_nothing_has_no_log(stage: Stage) -> None:
    staged = stage.task("from airflow.operators.empty import EmptyOperator", operator="EmptyOperator(task_id='t')")
    stage.worker()
    stage.send(staged)
    assert stage.await_event(staged).state == "success"
    assert stage.attempt(staged)["log_bytes"] == 0
    assert stage.log(staged) == ""


def test_the_log_comes_while_the_task_runs_and_survives_its_child(stage: Stage) -> None:
    staged = stage.task(
        """
        import os, time
        def f():
            print("pid", os.getpid())
            time.sleep(600)
        """
    )
    stage.worker()
    stage.send(staged)
    text = wait_for(lambda: stage.shipped(staged), 60, "the first words")
    os.kill(int(text.split()[-1]), signal.SIGKILL)
    stage.await_event(staged)
    assert "killed by SIGKILL" in stage.log(staged)


def test_output_of_two_tasks_is_not_mixed(stage: Stage) -> None:
    staged = [stage.task(f"def f():\n    for n in range(500): print('task {name}', n)") for name in ("a", "b")]
    stage.worker()
    for each in staged:
        stage.send(each)
    for each, name, other in zip(staged, "ab", "ba", strict=True):
        stage.await_event(each)
        log = stage.log(each)
        assert log.count(f"task {name}") == 500
        assert f"task {other}" not in log


def test_a_log_over_the_cap_keeps_both_ends_and_counts_what_is_missing(make_stage: Any) -> None:
    stage = make_stage(logs={"max_mb": 1})
    staged = stage.task("def f():\n    for n in range(40000): print('line', n)")
    stage.worker()
    stage.send(staged)
    stage.await_event(staged)
    log = stage.log(staged)
    assert len(log) < 1_100_000
    assert "stdout line 0\n" in log
    assert "stdout line 39999\n" in log
    marker = re.search(r"\.\.\. ([\d,]+) bytes cut here.*\n", log)
    assert marker
    stamp = len("[2026-11-21T04:00:00.123+00:00] ")
    written = sum(stamp + len(f"stdout line {n}\n") for n in range(40_000))
    assert int(marker.group(1).replace(",", "")) == written - (len(log) - len(marker.group()))


def test_the_log_of_a_dead_child_stays_until_its_end_stands_in_it(stage: Stage) -> None:
    staged = stage.task("def f(): ...")
    attempt = Attempt(staged.id, 1)
    dead = [attempt]
    shipper = Shipper(stage.settings, SlotTable(1), name="w9@here", unreported=lambda: dead)
    path = log_files.outbox(stage.home, "w9@here") / str(LogName.of(attempt, datetime.now(UTC)))
    log_files.append(path, b"last words\n")
    shipper.run_once()
    assert stage.shipped(staged) == "last words\n"
    log_files.append(path, b"killed by signal 9\n")
    dead.clear()
    shipper.run_once()
    shipper.close()
    assert stage.shipped(staged) == "last words\nkilled by signal 9\n"
    assert not path.exists()


def test_a_log_is_not_removed_just_when_callbacks_begin_to_write_on_in_it(stage: Stage) -> None:
    staged = stage.task("def f(): ...")
    attempt = Attempt(staged.id, 1)
    table = SlotTable(1)
    path = log_files.outbox(stage.home, "w9@here") / str(LogName.of(attempt, datetime.now(UTC)))
    log_files.append(path, b"killed by signal 9\n")
    answers = []

    def once_the_slots_were_read() -> list[Attempt]:
        if not answers:
            answers.append(take_up(table.slot(0), attempt, path))
        return []

    shipper = Shipper(stage.settings, table, name="w9@here", unreported=once_the_slots_were_read)
    shipper.run_once()
    assert answers == [True]
    log_files.append(path, b"called retry\n")
    table.slot(0).idle()
    shipper.run_once()
    shipper.close()
    assert stage.shipped(staged) == "killed by signal 9\ncalled retry\n"
    assert not path.exists()


@pytest.mark.parametrize("name", ["w1", "w2"])
def test_logs_that_a_killed_worker_left_are_shipped_by_the_next(make_stage: Any, name: str) -> None:
    stage = make_stage(logs={"ship_interval": 600})
    staged = stage.task("import time\ndef f():\n    print('last words', flush=True)\n    time.sleep(600)")
    worker = stage.worker()
    stage.send(staged)
    outbox = stage.home / "logs" / "outbox" / "w1@here"
    wait_for(lambda: any("last words" in p.read_text() for p in outbox.glob("*.log")), 60, "the log file")
    stage.kill(worker)
    worker.wait(60)
    assert stage.shipped(staged) == ""
    stage.worker(name=name)
    wait_for(lambda: "last words" in stage.shipped(staged), 60, "the shipped log")
    wait_for(lambda: not list(outbox.parent.rglob("*.log")), 60, "the empty outboxes")


def test_text_that_the_metastore_cannot_hold_is_replaced(stage: Stage) -> None:
    staged = stage.task("import os\ndef f():\n    os.write(1, b'nul \\x00 and \\xff\\n')")
    stage.worker()
    stage.send(staged)
    stage.await_event(staged)
    assert "nul \ufffd and \ufffd" in stage.log(staged)


def test_processes_that_a_task_forks_may_log_and_end(stage: Stage) -> None:
    staged = stage.task(
        """
        import logging, multiprocessing, signal
        def below(n):
            logging.getLogger("below").warning("from the fork %d", n)
            return [signal.getsignal(number).name for number in (signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2)]
        def f():
            for n in range(10):  # each ends its processes by a signal
                with multiprocessing.get_context("fork").Pool(2) as pool:
                    handlers = pool.map(below, range(2 * n, 2 * n + 2))
            return handlers
        """
    )
    stage.worker()
    stage.send(staged)
    finished = stage.await_event(staged)
    log = stage.log(staged)
    assert finished.state == "success", log
    assert all(f"WARNING below: from the fork {n}\n" in log for n in range(20))
    assert stage.xcom(staged) == [["SIG_DFL"] * 3] * 2


def test_what_the_author_cannot_use_is_left_out(stage: Stage) -> None:
    staged = stage.task(
        """
        import logging, sys, warnings
        def f():
            for n in range(3):
                sys.stderr.write(f"\\r{n + 1}/3 done")
                sys.stderr.flush()
            sys.stderr.write("\\n")
            logging.info("%d of them", "three")
            warnings.warn("look out")
            print(__file__)
        """
    )
    broken = stage.task("def f(): ...\n1 / 0")
    stage.worker()
    for each in (staged, broken):
        stage.send(each)
        stage.await_event(each)
    lines = [line.split(" ", 1)[1] for line in stage.log(staged).splitlines()]
    assert lines[0] == "stderr 3/3 done"
    fault = "TypeError: %d format: a real number is required, not str (d.py:13: '%d of them' with ('three',))"
    assert lines[1] == f"ERROR a record of logger 'root' cannot be written: {fault}"
    assert lines[2:4] == [
        "WARNING py.warnings: d.py:14: UserWarning: look out",
        'WARNING   warnings.warn("look out")',
    ]
    assert re.fullmatch(r"stdout /\S*/bundles/[0-9a-f]{64}/d\.py", lines[4])
    assert len(lines) == 5
    log = stage.log(broken)
    assert "The task could not be loaded: DagFileError: d.py:7: ZeroDivisionError: division by zero\n" in log
    frames = re.findall(r'File "(.*)", line (\d+)', log)
    assert frames == [("d.py", "7")]


def test_a_task_that_closes_its_output_does_not_silence_the_next(stage: Stage) -> None:
    first = stage.task("import os\ndef f():\n    print('before', flush=True)\n    os.close(1)\n    os.close(2)")
    second = stage.task("def f(): print('still heard')")
    stage.worker()
    for each in (first, second):
        stage.send(each)
        assert stage.await_event(each).state == "success"
    assert "stdout before" in stage.log(first)
    assert "stdout still heard" in stage.log(second)


def test_what_templates_became_comes_while_the_task_runs_with_its_secrets_masked(stage: Stage) -> None:
    set_variable(stage.conn, open_vault(stage.settings, stage.conn), "db_password", "hunter22", actor="test")
    staged = stage.task(
        "from airflow.operators.bash import BashOperator",
        operator="BashOperator(task_id='t', bash_command='echo {{ run_id }} {{ var.value.db_password }}; sleep 600',"
        " env={'API_TOKEN': 'x-y-z', 'DAY': '{{ ds }}'}, append_env=True)",
    )
    stage.worker()
    stage.send(staged)
    kept = wait_for(lambda: rendered.of_try(stage.conn, staged.id, 1), 60, "what was rendered")
    assert stage.state(staged) == "running"
    assert kept.fields["bash_command"] == f"echo {staged.run_id} ***; sleep 600"
    assert json.loads(kept.fields["env"])["API_TOKEN"] == "***"
    assert "{{" not in kept.fields["env"]
    assert rendered.of_try(stage.conn, staged.id, 2) is None


def test_a_task_without_templates_leaves_nothing_rendered(stage: Stage) -> None:
    operator = "BashOperator(task_id='t', bash_command='echo plain')"
    plain = stage.task("from airflow.operators.bash import BashOperator", operator=operator)
    told = stage.task(
        "from airflow.operators.bash import BashOperator", operator=operator.replace("plain", "{{ run_id }}")
    )
    stage.worker()
    for staged in (plain, told):
        stage.send(staged)
        stage.await_event(staged)
    wait_for(lambda: rendered.of_try(stage.conn, told.id), 60, "what the later task rendered")
    assert rendered.of_try(stage.conn, plain.id) is None


def test_tracebacks_name_files_as_their_authors_know_them(stage: Stage) -> None:
    staged = stage.task(
        """
        import logging
        def f():
            try:
                1 / 0
            except ZeroDivisionError:
                logging.getLogger("mine").exception("caught")
            raise ValueError("no luck")
        """
    )
    stage.worker()
    stage.send(staged)
    stage.await_event(staged)
    frames = re.findall(r'File "([^"]*)"', stage.log(staged))
    assert frames == [staged.file, staged.file]
