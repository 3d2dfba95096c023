from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from headway.child_processes import clean_environment
from headway_scheduler.parse.process import Job, ParseProcess, find_place
from support.waiting import wait_for

STACKS = """Current thread 0x00007f0b (most recent call first):
  File "/usr/lib/python3.11/socket.py", line 700 in connect
  File "/b/include/db.py", line 7 in load
  File "/b/dags/slow.py", line 3 in <module>
  File "/usr/lib/headway/authoring/loader.py", line 90 in _run
"""


def test_the_place_is_the_innermost_line_of_the_bundle_and_the_line_that_of_the_file() -> None:
    place = find_place(STACKS, Job("dags/slow.py", Path("/b")))
    assert place.text == "; it was at include/db.py:7"
    assert place.line == 3


def test_a_place_in_the_file_itself_is_named_by_its_line() -> None:
    assert (
        find_place('File "/b/dags/slow.py", line 12 in f', Job("dags/slow.py", Path("/b"))).text
        == "; it was at line 12"
    )


def test_no_place_is_named_when_none_is_known() -> None:
    assert find_place('File "/usr/lib/x.py", line 12 in f', Job("dags/slow.py", Path("/b"))).text == ""


def test_settings_leave_the_environment_and_everything_else_stays() -> None:
    kept = {"PATH": "/bin", "AIRFLOW_VAR_X": "2", "MY__VAR": "3", "HEADWAY_VAR_A__B": "4", "HEADWAY_CONN_DB": "5"}
    settings = {"HEADWAY_METASTORE__URL": "postgresql://u:p@h/d", "HEADWAY_SECURITY__KEY": "k", "HEADWAY_JOIN": "/j"}
    assert clean_environment({**kept, **settings}) == kept


def test_the_time_of_a_file_counts_once_its_process_has_begun_with_it(tmp_path: Path) -> None:
    """A busy host may need longer to start a process than a file may take."""
    (tmp_path / "hangs.py").write_text("import time\ntime.sleep(600)\n")
    process = ParseProcess(timeout=30, lookup=lambda _kind, _key: None)
    try:
        os.kill(process._child.pid, signal.SIGSTOP)
        process.give(Job("hangs.py", tmp_path))
        assert process.deadline > time.monotonic() + 31
        os.kill(process._child.pid, signal.SIGCONT)
        wait_for(lambda: not process.look() and process.deadline <= time.monotonic() + 30, what="the beginning")
    finally:
        process.close()
