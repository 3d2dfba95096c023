from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from headway.bundles.layout import Layout
from headway.settings import load_settings
from headway_scheduler.parse.watch import RootWatch, may_matter, sends_no_notices

MOUNTS = r"""/dev/sda1 / ext4 rw 0 0
server:/x /shared nfs4 rw 0 0
/dev/sdb /shared/fast xfs rw 0 0
a:/b /my\040disk nfs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("/shared/dags", True),
        ("/shared", True),
        ("/shared/fast/dags", False),
        ("/sharedother", False),
        ("/my disk/d", True),
    ],
)
def test_network_shares_send_no_notices(folder: str, expected: bool) -> None:
    assert sends_no_notices(Path(folder), MOUNTS) is expected


class Told:
    """Waits for calls of ``on_change``."""

    def __init__(self) -> None:
        self.called = threading.Event()

    def __call__(self) -> None:
        self.called.set()

    def after(self, change: Callable[[], object]) -> bool:
        self.called.clear()
        change()
        return self.called.wait(60)


@pytest.fixture
def told() -> Told:
    return Told()


def running(folder: Path, told: Told, **dags: object) -> Iterator[RootWatch]:
    watch = RootWatch(load_settings(home=folder.parent / "home", dags={"folder": folder, **dags}), told)
    watch.start()
    assert watch.ready.wait(60)
    yield watch
    watch.stop()


@pytest.fixture
def watch(tmp_path: Path, told: Told) -> Iterator[RootWatch]:
    (tmp_path / "dags").mkdir()
    yield from running(tmp_path / "dags", told)


def test_new_changed_and_removed_files_are_noticed(tmp_path: Path, watch: RootWatch, told: Told) -> None:
    file = tmp_path / "dags" / "deep" / "a.py"
    assert told.after(file.parent.mkdir)
    assert told.after(lambda: file.write_text("1"))
    assert told.after(lambda: file.write_text("2"))
    assert told.after(file.unlink)


@pytest.mark.parametrize("path", ["__pycache__/a.pyc", "deep/__pycache__", ".git/index", ".venv/lib/x.py", ".a.py.swp"])
def test_what_no_bundle_holds_does_not_matter(path: str) -> None:
    assert not may_matter(f"/dags/{path}", Layout(Path("/dags"), ""))
    assert may_matter("/dags/deep/a.py", Layout(Path("/dags"), ""))


def test_a_link_that_is_switched_is_noticed_and_followed(tmp_path: Path, told: Told) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    (tmp_path / "dags").symlink_to("one")
    for _ in running(tmp_path / "dags", told):
        (tmp_path / "next").symlink_to("two")
        assert told.after(lambda: (tmp_path / "next").rename(tmp_path / "dags"))
        assert told.after(lambda: (tmp_path / "two" / "a.py").write_text("x"))


def test_a_folder_that_comes_later_is_looked_for(tmp_path: Path, told: Told) -> None:
    for _ in running(tmp_path / "dags", told, scan_interval=0.05):
        (tmp_path / "dags").mkdir()
        assert told.after(lambda: (tmp_path / "dags" / "a.py").write_text("x"))


def test_what_the_home_within_the_root_does_is_no_news() -> None:
    layout = Layout(Path("/project"), "dags", Path("/project/state"))
    assert not may_matter("/project/state/data/pg/base/1", layout)
    assert may_matter("/project/states.py", layout)
