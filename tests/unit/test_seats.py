"""The seat of a node in its home: who holds it, and what it proves of who held it before."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from headway.seats import Former, Seat, take_free_seat, this_boot

NODE = "0b5a5a0e-52d5-4d6c-9a7b-8f3f6f1f0c11"
SITTING = """
import sys
from pathlib import Path
from headway.seats import Seat
seat = Seat(Path(sys.argv[1]), "s")
assert seat.take()
seat.record(sys.argv[2])
print("taken", flush=True)
sys.stdin.read()
"""


def taken(folder: Path) -> Seat:
    seat = Seat(folder, "s")
    assert seat.take()
    return seat


def after(folder: Path, record: str) -> Former | None:
    """What the next one finds where this text is the record."""
    folder.mkdir(exist_ok=True)
    (folder / "s.json").write_text(record)
    return taken(folder).former()


def test_a_killed_process_leaves_its_seat_and_word_of_itself_and_a_frozen_one_does_not(tmp_path: Path) -> None:
    sitting = subprocess.Popen(
        [sys.executable, "-c", SITTING, str(tmp_path), NODE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert sitting.stdout is not None
    assert sitting.stdout.readline() == "taken\n"
    sitting.send_signal(signal.SIGSTOP)
    seat = Seat(tmp_path, "s")
    assert not seat.take()
    assert seat.former() is None  # who has no seat has no proof of anything
    assert seat.holder() == sitting.pid
    sitting.kill()
    sitting.communicate()
    assert seat.take()
    former = seat.former()
    assert former == Former(NODE, this_boot())
    assert former.is_dead


def test_a_child_that_was_forked_meanwhile_keeps_a_seat_that_was_let_go_and_none_that_was_given_up(
    tmp_path: Path,
) -> None:
    let_go, given_up = taken(tmp_path / "one"), taken(tmp_path / "other")
    child = os.fork()
    if child == 0:
        signal.pause()
        os._exit(0)
    try:
        let_go.let_go()
        given_up.give_up()
        assert not Seat(tmp_path / "one", "s").take()
        assert Seat(tmp_path / "other", "s").take()
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    assert Seat(tmp_path / "one", "s").take()


def test_who_ends_in_order_leaves_no_word(tmp_path: Path) -> None:
    first = taken(tmp_path)
    first.record(NODE, "marker")
    first.forget()
    first.let_go()
    assert taken(tmp_path).former() is None


def test_who_is_killed_before_it_has_left_word_leaves_that_of_the_one_before(tmp_path: Path) -> None:
    first = taken(tmp_path)
    first.record(NODE, "marker")
    for seat in (first, taken_after(first, tmp_path)):
        seat.let_go()
    assert taken(tmp_path).former() == Former(NODE, this_boot(), "marker")


def taken_after(before: Seat, folder: Path) -> Seat:
    before.let_go()
    return taken(folder)


@pytest.mark.parametrize("boot", [{"boot": "another"}, {"boot": ""}, {}])
def test_a_record_of_another_boot_proves_nothing(tmp_path: Path, boot: dict[str, str]) -> None:
    former = after(tmp_path, json.dumps({"node": NODE, "marker": "m", **boot}))
    assert former is not None
    assert not former.is_dead


def test_a_kernel_that_does_not_name_its_boots_proves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headway.seats._BOOT", tmp_path / "none")
    former = after(tmp_path / "seats", json.dumps({"node": NODE, "boot": ""}))
    assert former is not None
    assert not former.is_dead


@pytest.mark.parametrize(
    "record", ["", '{"node": "0b5a', "[]", "null", '{"boot": "b"}', '{"node": "x"}', '{"node": 7}']
)
def test_a_record_that_cannot_be_read_is_none(tmp_path: Path, record: str) -> None:
    assert after(tmp_path, record) is None


def test_nodes_that_start_at_once_have_a_seat_each_and_the_lowest_free_one_is_taken(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        seats = sorted(threads.map(lambda _: take_free_seat(tmp_path, "scheduler"), range(8)), key=number_of)
    assert [number_of(seat) for seat in seats] == list(range(1, 9))
    seats[2].let_go()
    assert take_free_seat(tmp_path, "scheduler").name == seats[2].name
    assert number_of(take_free_seat(tmp_path, "triggerer")) == 1


def number_of(seat: Seat) -> int:
    _, _, number = seat.name.partition("@")[0].partition("-")
    return int(number or 1)


def test_a_home_that_cannot_be_written_costs_the_seat_and_no_more(tmp_path: Path, caplog: Any) -> None:
    (tmp_path / "home").write_text("a file")
    seat = take_free_seat(tmp_path / "home", "scheduler")
    assert "cannot be written" in caplog.text
    seat.record(NODE)
    assert seat.former() is None
    seat.forget()
    seat.let_go()
