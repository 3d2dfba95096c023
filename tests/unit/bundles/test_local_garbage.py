from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from headway.bundles.local_garbage import collect_garbage

HOUR = 3600.0
DAY = 24 * HOUR


def make(home: Path, name: str, *, hours_ago: float) -> None:
    blob = home / "blobs" / "aa" / f"content-of-{name}"
    blob.parent.mkdir(parents=True, exist_ok=True)
    blob.write_text(name)
    folder = home / "bundles" / name
    folder.mkdir(parents=True)
    os.link(blob, folder / "dag.py")
    age(blob, hours_ago)
    age(folder, hours_ago)


def age(path: Path, hours: float) -> None:
    then = time.time() - hours * HOUR
    os.utime(path, (then, then))


def bundles(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "bundles").iterdir())


def test_old_bundles_go_and_the_newest_and_the_used_stay(tmp_path: Path) -> None:
    for hours in (1, 30, 31, 32):
        make(tmp_path, f"used{hours}", hours_ago=hours)
    assert collect_garbage(tmp_path, keep=2, unused_for=DAY) == 2
    assert bundles(tmp_path) == ["used1", "used30"]


def test_recently_used_bundles_stay_however_many_they_are(tmp_path: Path) -> None:
    for number in range(4):
        make(tmp_path, f"b{number}", hours_ago=number)
    assert collect_garbage(tmp_path, keep=1, unused_for=DAY) == 0
    assert len(bundles(tmp_path)) == 4


def test_contents_that_just_lost_their_bundle_wait(tmp_path: Path) -> None:
    """One that is being laid out has no second link yet, and looks the same."""
    make(tmp_path, "old", hours_ago=50)
    collect_garbage(tmp_path, keep=0, unused_for=DAY)
    assert bundles(tmp_path) == []
    assert (tmp_path / "blobs/aa/content-of-old").exists()


def test_contents_without_a_bundle_go_after_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "old", hours_ago=50)
    make(tmp_path, "new", hours_ago=0)
    collect_garbage(tmp_path, keep=1, unused_for=DAY)
    monkeypatch.setattr("headway.bundles.local_garbage._ABANDONED", -1.0)
    collect_garbage(tmp_path, keep=1, unused_for=DAY)
    assert [path.name for path in (tmp_path / "blobs/aa").iterdir()] == ["content-of-new"]


def test_what_a_killed_process_left_is_swept(tmp_path: Path) -> None:
    for name, hours in ((".new-abandoned", 2.0), (".new-in-work", 0.0), (".old-dying", 2.0)):
        (tmp_path / "bundles" / name).mkdir(parents=True)
        age(tmp_path / "bundles" / name, hours)
    collect_garbage(tmp_path)
    assert bundles(tmp_path) == [".new-in-work"]


def test_nothing_to_do_without_bundles(tmp_path: Path) -> None:
    assert collect_garbage(tmp_path) == 0
