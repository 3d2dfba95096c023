from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from headway.bundles.layout import Layout
from headway.bundles.manifest import Entry, Limits, Manifest, Scanner, hash_of
from headway.bundles.store import RootChanged, store
from headway.metastore.database import Connection, connection, fetch_value
from headway.metastore.queries import bundles
from headway.settings import Settings

Save = Callable[[], Manifest]


def count(conn: Connection, table: str) -> int:
    return int(fetch_value(conn, f"SELECT count(*) FROM {table}"))


def test_a_content_is_stored_once_and_only_when_it_is_new(conn: Connection, root: Path, save: Save) -> None:
    save()
    assert (count(conn, "bundle"), count(conn, "blob")) == (1, 3)
    (root / "dag.py").write_text("from airflow import DAG, XComArg\n")
    save()
    assert (count(conn, "bundle"), count(conn, "blob")) == (2, 4)


def test_storing_again_changes_nothing(conn: Connection, root: Path, save: Save) -> None:
    manifest = save()
    assert store(conn, root, manifest) == store(conn, root, manifest)
    assert (count(conn, "bundle"), count(conn, "blob")) == (1, 3)


def test_what_is_stored_is_what_the_manifest_names(conn: Connection, root: Path, save: Save) -> None:
    manifest = save()
    stored = bundles.bundle_by_hash(conn, manifest.hash)
    assert stored is not None
    assert Manifest.from_json(stored.manifest) == manifest
    rows = manifest.files["data/rows.csv"]
    assert bundles.blobs(conn, [rows.hash]) == [(rows.hash, bytes(range(256)))]


def test_a_file_that_changed_after_the_snapshot_is_not_stored(conn: Connection, root: Path) -> None:
    manifest = Scanner(Limits(10, 200)).scan(Layout(root, ""))
    (root / "dag.py").write_text("changed meanwhile")
    with pytest.raises(RootChanged, match=r"dag\.py changed"):
        store(conn, root, manifest)
    assert (count(conn, "bundle"), count(conn, "blob")) == (0, 0)


def test_several_schedulers_store_the_same_at_once(settings: Settings, conn: Connection, root: Path) -> None:
    for number in range(50):
        (root / f"{number}.txt").write_text(str(number))
    manifest = Scanner(Limits(10, 200)).scan(Layout(root, ""))
    barrier = threading.Barrier(4)
    ids: list[int] = []

    def one() -> None:
        with connection(settings.metastore) as mine:
            barrier.wait(60)
            ids.append(store(mine, root, manifest))

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(ids) == 4
    assert len(set(ids)) == 1
    assert count(conn, "blob") == 53


def add_dag(conn: Connection, dag_id: str, bundle_id: int) -> None:
    conn.execute(
        "INSERT INTO dag (dag_id, file, style, version_id, bundle_id, schedule, max_active_runs, max_active_tasks)"
        " VALUES (%s, 'f.py', 2, 1, %s, '{}', 1, 1)",
        (dag_id, bundle_id),
    )


def test_unused_bundles_go_with_what_only_they_had(conn: Connection) -> None:
    ids = []
    shared = b"shared"
    for number in range(7):
        own = f"own {number}".encode()
        files = {"s": Entry(hash_of(shared), 6, False), "o": Entry(hash_of(own), len(own), False)}
        manifest = Manifest(files)
        bundles.add_blobs(conn, [(hash_of(shared), shared), (hash_of(own), own)])
        ids.append(bundles.add_bundle(conn, manifest.hash, "", manifest.to_json()))
    add_dag(conn, "uses_the_first", ids[0])
    conn.execute("INSERT INTO dag_run (dag_id, run_id, run_type, bundle_id) VALUES ('d', 'r', 'manual', %s)", (ids[1],))
    removed = bundles.remove_unused(conn)
    left = [row[0] for row in conn.execute("SELECT id FROM bundle ORDER BY id").fetchall()]
    assert left == [ids[0], ids[1], *ids[4:]]
    assert (removed.bundles, removed.blobs) == (2, 2)
    assert count(conn, "blob") == 6
    assert bundles.remove_unused(conn).bundles == 0


def test_a_bundle_that_is_stored_again_is_the_newest(conn: Connection, root: Path, save: Save) -> None:
    first = save()
    for number in range(4):
        (root / "dag.py").write_text(f"x = {number}")
        save()
    (root / "dag.py").write_text("from airflow import DAG\n")
    assert save() == first
    bundles.remove_unused(conn)
    assert bundles.bundle_by_hash(conn, first.hash) is not None
