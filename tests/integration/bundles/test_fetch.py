from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from headway.bundles.fetch import bundle_folder, materialise
from headway.bundles.local_garbage import collect_garbage
from headway.bundles.manifest import Entry, Manifest, hash_of
from headway.errors import BundleError
from headway.metastore.database import Connection
from headway.metastore.queries import bundles
from headway.settings import Settings

Save = Callable[[], Manifest]


@pytest.fixture
def home(settings: Settings) -> Path:
    return settings.home


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_bundle_is_laid_out_as_it_was(conn: Connection, root: Path, home: Path, save: Save) -> None:
    folder = materialise(conn, save().hash, home)
    assert contents(folder) == contents(root)


def test_files_are_read_only_and_executable_where_they_were(conn: Connection, home: Path, save: Save) -> None:
    """Also when an executable and a plain file have the same content."""
    folder = materialise(conn, save().hash, home)
    assert mode(folder / "dag.py") == 0o444
    assert mode(folder / "run.sh") == 0o555
    assert mode(folder / "same.sh") == 0o444


def test_what_is_there_needs_no_metastore(conn: Connection, home: Path, save: Save) -> None:
    manifest = save()
    folder = materialise(conn, manifest.hash, home)
    conn.execute("DELETE FROM bundle")
    assert materialise(conn, manifest.hash, home) == folder


def test_unchanged_files_are_not_fetched_again(conn: Connection, root: Path, home: Path, save: Save) -> None:
    first = materialise(conn, save().hash, home)
    (root / "dag.py").write_text("changed")
    manifest = save()
    conn.execute("DELETE FROM blob WHERE hash <> %s", (manifest.files["dag.py"].hash,))
    second = materialise(conn, manifest.hash, home)
    assert (second / "data/rows.csv").stat().st_ino == (first / "data/rows.csv").stat().st_ino


def test_an_unknown_bundle_is_an_error_with_a_remedy(conn: Connection, home: Path) -> None:
    with pytest.raises(BundleError, match="has no bundle 000000000000") as caught:
        materialise(conn, "0" * 64, home)
    assert caught.value.remedy


@pytest.mark.parametrize("name", ["../../etc", "", "a/b", "."])
def test_a_name_that_is_no_hash_is_refused(conn: Connection, home: Path, name: str) -> None:
    with pytest.raises(BundleError, match="no bundle hash"):
        materialise(conn, name, home)


def test_a_tampered_content_is_refused_and_named(conn: Connection, home: Path, save: Save) -> None:
    manifest = save()
    conn.execute("UPDATE blob SET data = 'evil' WHERE hash = %s", (manifest.files["dag.py"].hash,))
    with pytest.raises(BundleError, match=r"dag\.py was altered in the metastore"):
        materialise(conn, manifest.hash, home)
    assert not bundle_folder(home, manifest.hash).exists()


def test_a_missing_content_is_named(conn: Connection, home: Path, save: Save) -> None:
    manifest = save()
    conn.execute("DELETE FROM blob WHERE hash = %s", (manifest.files["dag.py"].hash,))
    with pytest.raises(BundleError, match=r"dag\.py is missing in the metastore"):
        materialise(conn, manifest.hash, home)


def test_a_tampered_manifest_is_refused(conn: Connection, home: Path, save: Save) -> None:
    manifest = save()
    body = manifest.to_json()
    body["files"]["extra.py"] = body["files"]["dag.py"]
    conn.execute("UPDATE bundle SET manifest = %s", (json.dumps(body),))
    with pytest.raises(BundleError, match="does not fit its hash"):
        materialise(conn, manifest.hash, home)


@pytest.mark.parametrize("path", ["../evil.py", "/etc/evil.py", "a/../../evil.py", "a//b", "./a", ""])
def test_a_path_that_leaves_the_folder_is_refused(conn: Connection, home: Path, path: str) -> None:
    data = b"evil"
    manifest = Manifest({path: Entry(hash_of(data), len(data), False)})
    bundles.add_blobs(conn, [(hash_of(data), data)])
    bundles.add_bundle(conn, manifest.hash, "", manifest.to_json())
    with pytest.raises(BundleError, match="leads out of its folder"):
        materialise(conn, manifest.hash, home)
    assert not list(home.parent.rglob("evil.py"))


def test_a_cached_content_that_somebody_changed_is_fetched_again(
    conn: Connection, root: Path, home: Path, save: Save
) -> None:
    folder = materialise(conn, save().hash, home)
    changed = folder / "data/rows.csv"
    changed.chmod(0o644)
    with changed.open("r+b") as opened:
        opened.write(b"!")
    (root / "dag.py").write_text("another bundle")
    assert contents(materialise(conn, save().hash, home)) == contents(root)


def test_a_half_made_bundle_is_not_taken_for_one(conn: Connection, root: Path, home: Path, save: Save) -> None:
    (home / "bundles" / ".new-abandoned").mkdir(parents=True)
    (home / "bundles" / ".new-abandoned" / "dag.py").write_text("half")
    assert contents(materialise(conn, save().hash, home)) == contents(root)


def test_a_bundle_taken_off_the_disk_comes_back(conn: Connection, root: Path, home: Path, save: Save) -> None:
    manifest = save()
    folder = materialise(conn, manifest.hash, home)
    os.utime(folder, (0, 0))
    assert collect_garbage(home, keep=0) == 1
    assert contents(materialise(conn, manifest.hash, home)) == contents(root)


def test_use_keeps_a_bundle_on_the_disk(conn: Connection, home: Path, save: Save) -> None:
    manifest = save()
    folder = materialise(conn, manifest.hash, home)
    os.utime(folder, (0, 0))
    materialise(conn, manifest.hash, home)
    assert collect_garbage(home, keep=0) == 0


_MATERIALISE = """
import sys
from pathlib import Path
from headway.bundles.fetch import materialise
from headway.metastore.database import connection
from headway.settings import load_settings
settings = load_settings()
with connection(settings.metastore) as conn:
    sys.stdin.read()
    folder = materialise(conn, sys.argv[1], settings.home)
    assert (folder / "299.txt").read_text() == "299" * 1000
"""


def test_several_processes_lay_out_the_same_bundle_at_once(
    metastore_url: str, root: Path, home: Path, save: Save
) -> None:
    for number in range(300):
        (root / f"{number}.txt").write_text(str(number) * 1000)
    manifest = save()
    environment = {**os.environ, "HEADWAY_HOME": str(home), "HEADWAY_METASTORE__URL": metastore_url}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _MATERIALISE, manifest.hash],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
        )
        for _ in range(3)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.close()
    for process in processes:
        assert process.stderr is not None
        assert process.wait(60) == 0, process.stderr.read().decode()
        process.stderr.close()
    assert contents(bundle_folder(home, manifest.hash)) == contents(root)
    assert [path.name for path in (home / "bundles").iterdir() if path.name.startswith(".new")] == []


def test_a_home_that_cannot_hold_a_bundle_is_an_error_with_a_remedy(conn: Connection, home: Path, save: Save) -> None:
    home.parent.mkdir(exist_ok=True)
    home.write_text("a file where the folder should be")
    with pytest.raises(BundleError, match="cannot be laid out in") as caught:
        materialise(conn, save().hash, home)
    assert caught.value.remedy


def test_odd_names_survive(conn: Connection, root: Path, home: Path, save: Save) -> None:
    for name in ("back\\slash", "sp ace", "ünïcode", "..dots", "new\nline"):
        (root / name).write_text(name)
    assert contents(materialise(conn, save().hash, home)) == contents(root)
