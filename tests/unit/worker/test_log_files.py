from __future__ import annotations

import fcntl
import os
import signal
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from headway.authoring.import_paths import dag_file_module
from headway_worker.logs import log_files
from headway_worker.logs.log_files import AttemptLog, LogName
from headway_worker.slots import Attempt


def test_a_name_says_whose_log_it_is_and_its_utc_day() -> None:
    late = datetime(2026, 3, 1, 23, 30, tzinfo=timezone(timedelta(hours=-2)))
    name = LogName.of(Attempt(5, 2), late)
    assert str(name) == "5.2.20260302.log"
    assert LogName.parse(str(name)) == name == LogName(Attempt(5, 2), date(2026, 3, 2))


def test_the_log_of_an_attempt_is_found_whatever_its_day(tmp_path: Path) -> None:
    for name in ("5.2.20260302.log", "5.2.20260302.log.tail.000001", "5.21.20260302.log", "15.2.20260302.log"):
        (tmp_path / name).touch()
    assert log_files.log_of(tmp_path, Attempt(5, 2)) == tmp_path / "5.2.20260302.log"
    assert log_files.log_of(tmp_path, Attempt(5, 1)) is None


@pytest.mark.parametrize("name", ["5.2.20260302.log.tail.000001", "x.log", "5.2.log", "5.2.abc.log"])
def test_other_files_are_no_logs(name: str) -> None:
    assert LogName.parse(name) is None


def test_a_line_calls_modules_of_dag_files_as_their_authors_do() -> None:
    module = dag_file_module("dags/new_style.py")
    assert (
        log_files.line("INFO", f"{module}.Killable: asked to stop\nby {module}")
        .splitlines()[0]
        .endswith("INFO new_style.Killable: asked to stop")
    )
    assert module not in log_files.line("INFO", f"by {module}, in {module}.Killable")


def test_the_file_is_made_by_the_first_text_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "1.1.20260101.log"
    log = AttemptLog(path, 1000)
    assert log.close() == 0
    assert not path.exists()
    log = AttemptLog(path, 1000)
    log.write(b"word\n")
    assert log.close() == 5
    assert path.stat().st_mode & 0o777 == 0o600


def lines(count: int) -> list[bytes]:
    return [b"line %06d\n" % number for number in range(count)]


def check_cut(path: Path, written: list[bytes], cap: int) -> None:
    kept = path.read_bytes()
    [marker] = [line for line in kept.splitlines(keepends=True) if b"cut here" in line]
    missing = int(marker.split()[1].replace(b",", b""))
    assert len(b"".join(written)) - missing == len(kept) - len(marker)
    assert kept.startswith(written[0])
    assert kept.endswith(written[-1])
    assert len(kept) <= cap + len(marker)
    rest = [line for line in kept.splitlines(keepends=True) if line != marker]
    assert set(rest) <= set(written)


def test_a_log_over_its_cap_keeps_head_and_tail(tmp_path: Path) -> None:
    path, written = tmp_path / "1.1.20260101.log", lines(1000)
    log = AttemptLog(path, 4000)
    for line in written:
        log.write(line)
    assert log.close() == path.stat().st_size
    check_cut(path, written, 4000)
    assert list(tmp_path.iterdir()) == [path]


def test_the_log_of_a_dead_writer_is_sealed_by_another(tmp_path: Path) -> None:
    path, written = tmp_path / "1.1.20260101.log", lines(1000)
    log = AttemptLog(path, 4000)
    log.write(b"".join(written))
    log_files.seal_with_cap(path, 4000)
    check_cut(path, written, 4000)


def test_a_log_within_its_cap_is_whole(tmp_path: Path) -> None:
    path, written = tmp_path / "1.1.20260101.log", lines(10)
    log = AttemptLog(path, 10_000)
    for line in written:
        log.write(line)
    log.close()
    log_files.seal_with_cap(path, 10_000)
    assert path.read_bytes() == b"".join(written)


def test_every_line_is_stamped() -> None:
    first, second = log_files.line("INFO", "one\ntwo").splitlines()
    stamp, _, rest = first.partition("] ")
    assert rest == "INFO one"
    assert second.endswith("] INFO two")
    assert datetime.fromisoformat(stamp[1:]).utcoffset() == timedelta(0)
    assert abs(datetime.fromisoformat(stamp[1:]) - datetime.now(UTC)) < timedelta(seconds=10)


def test_a_process_that_was_forked_meanwhile_does_not_keep_the_folder_still(tmp_path: Path) -> None:
    with log_files.held_still(tmp_path):
        child = os.fork()
        if child == 0:  # like a child of the worker's pool, forked while its shipper tidies
            signal.pause()
            os._exit(0)
    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    finally:
        os.close(folder)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
