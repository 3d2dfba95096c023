"""Bad files: each gets one clear message, and everything else goes on."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from support.waiting import wait_for

from .conftest import Project, dag_text

HEAD = "from airflow import DAG\n"


def test_a_syntax_error_is_shown_with_its_line_and_the_rest_goes_on(project: Project) -> None:
    project.write("bad.py", HEAD + "\nx = (\n")
    project.write("good.py", dag_text("good"))
    project.parse()
    line, message, remedy = project.errors()["bad.py"]
    assert (line, message.partition(":")[0]) == (3, "syntax error")
    assert remedy
    assert project.dags() == ["good"]


def test_a_broken_file_is_not_read_again_until_something_changes(project: Project) -> None:
    project.write("bad.py", HEAD + "import helper\n")
    assert project.parse() == 1
    assert project.parse() == 0
    project.restart()
    assert project.parse() == 0
    assert project.error_changes == 1, "the same error is told once"
    project.write("helper.py", "x = 1\n")
    assert project.parse() == 1
    assert (project.errors(), project.error_changes) == ({}, 2)


def test_a_broken_helper_that_is_mended_mends_the_file(project: Project) -> None:
    project.write("helper.py", "1 / 0\n")
    project.write("a.py", dag_text("a", before="import helper\n"))
    project.parse()
    line, message, _ = project.errors()["a.py"]
    assert line == 5
    assert "helper.py:1" in message
    project.write("helper.py", "x = 1\n")
    assert project.parse() == 1
    assert project.errors() == {}
    assert project.dags() == ["a"]


def test_a_dag_whose_file_broke_goes_on_with_its_last_good_code(project: Project) -> None:
    good = dag_text("a")
    project.write("a.py", good)
    project.parse()
    project.write("a.py", HEAD + "1 / 0\n")
    project.parse()
    project.write("other.txt", "another bundle")
    project.parse()
    assert project.dags() == ["a"]
    assert project.bundle_file("a", "a.py") == good
    project.write("a.py", good + "# mended\n")
    project.parse()
    assert project.errors() == {}
    assert project.bundle_file("a", "a.py") == good + "# mended\n"


TIMETABLE = """
from datetime import datetime
from airflow import DAG
from airflow.timetables.base import Timetable

class Own(Timetable):
    def next_dagrun_info(self, *, last_automated_data_interval, restriction):
        {does}

dag = DAG("own", schedule=Own(), start_date=datetime(2024, 1, 1))
"""


def test_an_endless_loop_is_killed_and_shown_with_its_line_while_others_go_on(
    make_project: Callable[..., Project],
) -> None:
    project = make_project(parse_timeout=2)
    project.write("a_loop.py", HEAD + "\n\ndef spin():\n    while True:\n        pass\n\nspin()\n")
    project.write("endless.py", TIMETABLE.format(does="while True: pass"))
    project.write("raises.py", TIMETABLE.format(does="raise RuntimeError('no calendar')"))
    for number in range(5):
        project.write(f"good{number}.py", dag_text(f"good{number}"))
    project.parse()
    line, message, remedy = project.errors()["a_loop.py"]
    assert line in (5, 6)
    assert message.startswith("the file took longer than 2 s to load; it was at line ")
    assert "dags.parse_timeout" in remedy
    line, message, remedy = project.errors()["endless.py"]
    assert (line, message) == (8, "the timetable Own came to no end in 2 s; it was at line 8")
    assert remedy.startswith("see that next_dagrun_info always comes to an end")
    assert project.errors()["raises.py"][:2] == (8, "RuntimeError: no calendar")
    assert len(project.dags()) == 5


def test_a_hanging_module_is_named(make_project: Callable[..., Project]) -> None:
    project = make_project(parse_timeout=2)
    project.write("helper.py", "import time\ntime.sleep(1000)\n")
    project.write("a.py", HEAD + "import helper\n")
    project.parse()
    line, message, _ = project.errors()["a.py"]
    assert line == 2
    assert "it was at helper.py:2" in message
    project.write("helper.py", "x = 1\n")
    project.parse()
    assert project.errors() == {}


def test_a_process_that_a_hanging_file_started_is_killed_too(
    make_project: Callable[..., Project], tmp_path: Path
) -> None:
    project = make_project(parse_timeout=2)
    note = tmp_path / "pid"
    project.write(
        "a.py",
        HEAD + f"import subprocess, time\np = subprocess.Popen(['sleep', '1000'], start_new_session=True)\n"
        f"open({str(note)!r}, 'w').write(str(p.pid))\ntime.sleep(1000)\n",
    )
    project.parse()
    assert "took longer" in project.errors()["a.py"][1]
    wait_for(lambda: _has_ended(int(note.read_text())), 60, "its end")


def _has_ended(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def test_a_change_does_not_wait_for_a_file_that_hangs(make_project: Callable[..., Project]) -> None:
    project = make_project(parse_timeout=30)
    project.write("hangs.py", HEAD + "import time\ntime.sleep(1000)\n")
    service = project.service
    service.start()
    try:
        assert service.watch.ready.wait(60)
        project.write("good.py", dag_text("good"))
        wait_for(lambda: project.dags() == ["good"], 60, "the new file")
        project.write("hangs.py", dag_text("mended"))
        wait_for(lambda: project.dags() == ["good", "mended"], 60, "the mended file")
    finally:
        service.stop()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import os\nos._exit(3)", "ended with exit status 3"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", "was killed by SIGSEGV"),
    ],
)
def test_a_file_that_ends_the_process_is_shown_and_the_rest_goes_on(project: Project, code: str, expected: str) -> None:
    project.write("a_bad.py", HEAD + "print('nearly there', flush=True)\n" + code)
    project.write("good.py", dag_text("good"))
    project.parse()
    message = project.errors()["a_bad.py"][1]
    assert expected in message
    assert message.endswith("last output:\nnearly there")
    assert project.dags() == ["good"]


@pytest.mark.parametrize("code", ["import sys\nsys.exit(1)", "raise KeyboardInterrupt", "raise BaseException('odd')"])
def test_whatever_a_file_raises_is_an_error_of_that_file(project: Project, code: str) -> None:
    project.write("bad.py", HEAD + code)
    project.parse()
    assert project.errors()["bad.py"][0] in (2, 3)


def test_output_is_shown_with_an_error_and_never_reaches_the_schedulers_output(
    project: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    project.write("bad.py", HEAD + "import os, sys\nprint('on stdout')\nprint('on stderr', file=sys.stderr)\n"
                  "sys.stdout.flush()\nos.system('echo from a command')\n1 / 0\n")  # fmt: skip
    project.write("good.py", dag_text("good", before="print('chatter')\nimport os\nos.system('echo chatter')"))
    project.parse()
    message = project.errors()["bad.py"][1]
    assert "ZeroDivisionError" in message
    assert {"on stdout", "on stderr", "from a command"} <= set(message.splitlines())
    out, err = capfd.readouterr()
    assert "chatter" not in out + err
    assert "on stdout" not in out + err


def test_a_file_that_writes_without_end_is_stopped_in_time(make_project: Callable[..., Project]) -> None:
    project = make_project(parse_timeout=2)
    project.write("bad.py", HEAD + "while True:\n    print('x' * 1000)\n")
    project.parse()
    message = project.errors()["bad.py"][1]
    assert "took longer" in message
    assert len(message) < 10_000


def test_a_file_that_writes_into_headways_pipe_is_an_error_of_that_file(project: Project) -> None:
    project.write("a_bad.py", HEAD + "import os, sys\nos.write(int(sys.argv[1]), b'nonsense\\n')\n")
    project.write("good.py", dag_text("good"))
    project.parse()
    assert "wrote into a pipe" in project.errors()["a_bad.py"][1]
    assert project.dags() == ["good"]


def test_a_value_that_cannot_be_stored_is_an_error_of_its_file(project: Project) -> None:
    project.write("a_bad.py", dag_text("bad", arguments="description='a\\0b'"))
    project.write("good.py", dag_text("good"))
    project.parse()
    assert list(project.errors()) == ["a_bad.py"]
    assert "cannot be stored" in project.errors()["a_bad.py"][1]
    assert project.dags() == ["good"]


def test_output_that_is_no_text_is_shown_as_far_as_possible(project: Project) -> None:
    project.write("bad.py", HEAD + "import os\nos.write(1, b'zero \\x00 and \\xff end')\n1 / 0\n")
    project.parse()
    assert project.errors()["bad.py"][1].endswith("zero \ufffd and \ufffd end")


def test_a_file_that_takes_the_streams_and_signals_away_hurts_no_other(make_project: Callable[..., Project]) -> None:
    project = make_project(parse_timeout=2, parse_processes=1)
    project.write("a.py", dag_text("a", before="import os, signal, sys\nsys.stdout.close()\nsys.stderr = None\n"
                                   "signal.signal(signal.SIGUSR1, signal.SIG_IGN)\nos.chdir('/')\n"))  # fmt: skip
    project.write("b.py", HEAD + "print('said')\nwhile True:\n    pass\n")
    project.parse()
    assert project.dags() == ["a"]
    line, message, _ = project.errors()["b.py"]
    assert line in (3, 4)
    assert message.startswith("the file took longer than 2 s")


def test_threads_that_a_file_leaves_behind_end_with_their_process(make_project: Callable[..., Project]) -> None:
    project = make_project(parse_processes=1)
    before = "import threading, time\nthreading.Thread(target=time.sleep, args=(1000,)).start()\n"
    tasks = "import threading\n    EmptyOperator(task_id=f'n{threading.active_count()}')"
    project.write("a.py", dag_text("a", before=before))
    project.write("b.py", dag_text("b").replace("EmptyOperator(task_id='only')", tasks))
    project.parse()
    assert project.tasks("b") == ["n1"]


def test_two_files_of_one_dag_id_name_each_other(project: Project) -> None:
    project.write("b_first.py", dag_text("same"))
    project.parse()
    project.write("a_second.py", dag_text("same", "other") + dag_text("fine"))
    project.parse()
    assert project.rows("SELECT file FROM dag WHERE dag_id = 'same'") == [("b_first.py",)]
    assert list(project.errors()) == ["a_second.py"]
    message = project.errors()["a_second.py"][1]
    assert "'same'" in message
    assert "b_first.py" in message
    assert "a_second.py" in message
    assert project.dags() == ["fine", "same"]


def test_of_two_new_files_the_first_by_name_wins(project: Project) -> None:
    project.write("a.py", dag_text("same", before="import time\ntime.sleep(0.3)\n"))
    project.write("b.py", dag_text("same"))
    project.parse()
    assert project.rows("SELECT file FROM dag") == [("a.py",)]
    assert list(project.errors()) == ["b.py"]


def test_a_second_file_gets_the_dag_when_the_first_gives_it_up(project: Project) -> None:
    project.write("a.py", dag_text("same"))
    project.write("b.py", dag_text("same"))
    project.parse()
    project.write("a.py", dag_text("another"))
    project.parse()
    assert project.errors() == {}
    assert project.rows("SELECT dag_id, file FROM dag ORDER BY 1") == [("another", "a.py"), ("same", "b.py")]


def test_a_root_that_cannot_be_stored_is_shown_and_what_runs_goes_on(make_project: Callable[..., Project]) -> None:
    project = make_project(max_file_mb=1)
    project.write("a.py", dag_text("a"))
    project.parse()
    (project.folder / "big.bin").write_bytes(bytes(1_100_000))
    project.parse()
    (found,) = project.errors().values()
    assert "big.bin has 1.1 MB" in found[1]
    assert ".headwayignore" in found[2]
    assert project.dags() == ["a"]
    project.write(".headwayignore", "*.bin\n")
    project.parse()
    assert project.errors() == {}


def test_a_missing_dag_folder_makes_no_dag_stale(project: Project) -> None:
    """A share that is not mounted for a moment must not stop everything."""
    project.write("a.py", dag_text("a"))
    project.parse()
    project.folder.rename(project.folder.with_name("away"))
    project.parse()
    assert project.dags() == ["a"]
    (found,) = project.errors().values()
    assert "does not exist" in found[1]


def test_stopping_does_not_wait_for_a_file_that_hangs(project: Project) -> None:
    project.write("hangs.py", HEAD + "import time\ntime.sleep(1000)\n")
    service = project.service
    service.start()
    wait_for(lambda: psutil.Process().children(recursive=True) and service.busy, 60, "the load")
    service.stop(timeout=5)
    assert [thread.name for thread in threading.enumerate() if thread.name in ("parse", "watch")] == []
    assert [child for child in psutil.Process().children(recursive=True) if _parses(child)] == []


def _parses(process: psutil.Process) -> bool:
    try:
        return "headway_scheduler.parse.child" in " ".join(process.cmdline())
    except psutil.NoSuchProcess:  # ended, and perhaps not yet waited for
        return False


_SCHEDULER = """
import os, signal, sys
from headway.settings import load_settings
from headway_scheduler.parse.service import ParseService
service = ParseService(load_settings(), node="00000000-0000-0000-0000-000000000001", on_change=print, on_errors=print)
service.start()
signal.pause()
"""


def test_no_process_outlives_a_killed_scheduler(project: Project, tmp_path: Path, metastore_url: str) -> None:
    note = tmp_path / "pid"
    project.write(
        "spins.py", HEAD + f"import os\nopen({str(note)!r}, 'w').write(str(os.getpid()))\nwhile True:\n    pass\n"
    )
    environment = {**os.environ, "HEADWAY_HOME": str(project.settings.home), "HEADWAY_METASTORE__URL": metastore_url}
    environment["HEADWAY_DAGS__FOLDER"] = str(project.folder)
    scheduler = subprocess.Popen([sys.executable, "-c", _SCHEDULER], env=environment)
    try:
        pid = int(wait_for(lambda: note.exists() and note.read_text(), 60, "the load"))
    finally:
        scheduler.kill()
        scheduler.wait()
    wait_for(lambda: _has_ended(pid), 60, "the end of the process that loads the file")
