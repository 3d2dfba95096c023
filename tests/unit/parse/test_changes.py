from __future__ import annotations

from datetime import UTC, datetime

from headway.bundles.manifest import Entry, Manifest, hash_of
from headway.metastore.queries.code import ANY_MODULE, KnownFile
from headway_scheduler.parse.changes import Candidates, Fingerprints, changed_files

DAG = b"from airflow import DAG"


def snapshot(files: dict[str, bytes], dag_folder: str = "") -> Manifest:
    return Manifest({path: Entry(hash_of(data), len(data), False) for path, data in files.items()}, dag_folder)


def fingerprint(files: dict[str, bytes], *reads: str, style: int | None = None) -> str:
    return Fingerprints(snapshot(files), style, {"?variable:a": "then"}).of("dag.py", reads)


def candidates(files: dict[str, bytes], dag_folder: str = "") -> list[str]:
    return Candidates().of(snapshot(files, dag_folder), files.__getitem__)


def test_only_python_files_that_speak_of_dags_are_candidates() -> None:
    files = {"a.py": DAG, "b.py": b"from headway import Dag", "helper.py": b"x = 1", "notes.txt": DAG, "c.py": b"dag"}
    assert candidates(files) == ["a.py", "b.py"]


def test_only_the_dag_folder_holds_candidates() -> None:
    assert candidates({"dags/a.py": DAG, "plugins/b.py": DAG, "dags2/c.py": DAG}, "dags") == ["dags/a.py"]


def test_airflowignore_hides_files_and_folders() -> None:
    files = {
        "dags/a.py": DAG,
        "dags/old/b.py": DAG,
        "dags/x_test.py": DAG,
        "dags/team/c.py": DAG,
        "dags/team/d.py": DAG,
    }
    ignores = {"dags/.airflowignore": b"old\n*_test.py\n", "dags/team/.airflowignore": b"/c.py\n"}
    assert candidates({**files, **ignores}, "dags") == ["dags/a.py", "dags/team/d.py"]


def test_a_content_is_looked_into_once() -> None:
    looked: list[str] = []
    files = {"a.py": DAG, "b.py": b"x"}

    def read(path: str) -> bytes:
        looked.append(path)
        return files[path]

    one = Candidates()
    one.of(snapshot(files), read)
    one.of(snapshot(files), read)
    assert looked == ["a.py", "b.py"]


def test_a_fingerprint_follows_the_file_and_what_it_reads() -> None:
    files = {"dag.py": DAG, "helper.py": b"1", "other.py": b"1"}
    before = fingerprint(files, "helper.py")
    assert fingerprint({**files, "other.py": b"2"}, "helper.py") == before
    assert fingerprint({**files, "helper.py": b"2"}, "helper.py") != before
    assert fingerprint({**files, "dag.py": b"2"}, "helper.py") != before
    del files["helper.py"]
    assert fingerprint(files, "helper.py") != before


def test_a_fingerprint_follows_the_names_in_a_folder_but_not_their_contents() -> None:
    files = {"dag.py": DAG, "sql/a.sql": b"1", "sql/deep/b.sql": b"1"}
    before = fingerprint(files, "sql/")
    assert fingerprint({**files, "sql/a.sql": b"2"}, "sql/") == before
    assert fingerprint({**files, "sql/deep/c.sql": b"1"}, "sql/") == before
    assert fingerprint({**files, "sql/c.sql": b"1"}, "sql/") != before
    assert fingerprint({**files, "new.sql": b"1"}, "/") != fingerprint(files, "/")


def test_the_fingerprint_of_a_broken_file_follows_the_modules_there_are() -> None:
    files = {"dag.py": DAG}
    before = fingerprint(files, ANY_MODULE)
    assert fingerprint({**files, "data.csv": b""}, ANY_MODULE) == before
    assert fingerprint({**files, "helper.py": b""}, ANY_MODULE) != before


def test_a_fingerprint_follows_the_variables_that_the_file_asked_for() -> None:
    manifest = snapshot({"dag.py": DAG})
    prints = [
        Fingerprints(manifest, None, values).of("dag.py", ["?variable:a"])
        for values in ({"?variable:a": "now"}, {"?variable:a": "then"}, {"?variable:a": "now", "?variable:b": "x"}, {})
    ]
    assert prints[0] == prints[2]
    assert len(set(prints)) == 3


def test_a_forced_style_changes_every_fingerprint() -> None:
    files = {"dag.py": DAG}
    assert fingerprint(files, style=2) != fingerprint(files)


def test_new_and_changed_files_are_found() -> None:
    prints = Fingerprints(snapshot({"new.py": DAG, "same.py": DAG, "changed.py": DAG}), None, {})
    known = {
        "same.py": KnownFile("same.py", prints.of("same.py", ["x.py"]), ["x.py"]),
        "changed.py": KnownFile("changed.py", "another", []),
    }
    assert changed_files(["changed.py", "new.py", "same.py"], known, prints) == ["changed.py", "new.py"]


def test_a_fingerprint_changes_when_the_time_of_a_file_is_over() -> None:
    """What a timetable has listed lasts until then."""
    until = "?until:2026-03-01T00:00:00+00:00"

    def at(day: int, *reads: str) -> str:
        now = datetime(2026, 3, day, tzinfo=UTC)
        return Fingerprints(snapshot({"dag.py": DAG}), None, {}, now=now).of("dag.py", reads)

    before = datetime(2026, 2, 28, tzinfo=UTC)
    assert Fingerprints(snapshot({"dag.py": DAG}), None, {}, now=before).of("dag.py", [until]) != at(1, until)
    assert at(1, until) == at(2, until)
    assert at(1) == at(2)
