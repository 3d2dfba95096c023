from __future__ import annotations

import os
from pathlib import Path

import pytest

from headway.bundles.layout import Layout
from headway.bundles.manifest import Entry, Limits, Manifest, Scanner, hash_of
from headway.errors import BundleError


def scanner(file_mb: int = 10, bundle_mb: int = 200) -> Scanner:
    return Scanner(Limits(file_mb, bundle_mb))


def scan(root: Path, with_scanner: Scanner | None = None) -> Manifest:
    return (with_scanner or scanner()).scan(Layout(root, ""))


def test_a_manifest_tells_content_size_and_mode(tmp_path: Path) -> None:
    (tmp_path / "run.sh").write_bytes(b"echo")
    (tmp_path / "run.sh").chmod(0o755)
    (tmp_path / "a.py").write_bytes(b"pass")
    assert scan(tmp_path).files == {
        "a.py": Entry(hash_of(b"pass"), 4, False),
        "run.sh": Entry(hash_of(b"echo"), 4, True),
    }


def test_equal_folders_have_equal_hashes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "deep").mkdir(parents=True)
        (tmp_path / name / "deep" / "a.py").write_text("x = 1")
    assert scan(tmp_path / "one").hash == scan(tmp_path / "two").hash


@pytest.mark.parametrize("change", ["content", "name", "mode"])
def test_every_change_changes_the_hash(tmp_path: Path, change: str) -> None:
    file = tmp_path / "a.py"
    file.write_text("x = 1")
    before = scan(tmp_path).hash
    if change == "content":
        file.write_text("x = 2")
    elif change == "name":
        file.rename(tmp_path / "b.py")
    else:
        file.chmod(0o755)
    assert scan(tmp_path).hash != before


def test_the_dag_folder_is_part_of_the_hash() -> None:
    assert Manifest({}, "dags").hash != Manifest({}, "").hash


def test_a_manifest_survives_json() -> None:
    manifest = Manifest({"a.py": Entry("0" * 64, 1, True)}, "dags")
    assert Manifest.from_json(manifest.to_json()) == manifest


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(BundleError, match="version 9"):
        Manifest.from_json({"v": 9, "files": {}})


def test_untouched_files_are_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        (tmp_path / f"{number}.py").write_text(f"x = {number}")
    one = scanner()
    monkeypatch.setattr("headway.bundles.manifest._SETTLED_NS", 0)
    first = scan(tmp_path, one)
    assert one.reads == 20
    assert scan(tmp_path, one) == first
    assert one.reads == 20
    (tmp_path / "7.py").write_text("x = 'seven'")
    assert scan(tmp_path, one) != first
    assert one.reads == 21


def test_a_file_that_was_written_just_now_is_read_again(tmp_path: Path) -> None:
    """A second write in the same tick of the file system's clock leaves the same size and times."""
    (tmp_path / "a.py").write_text("x = 1")
    one = scanner()
    scan(tmp_path, one)
    scan(tmp_path, one)
    assert one.reads == 2


def test_a_change_that_keeps_size_and_time_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("headway.bundles.manifest._SETTLED_NS", 0)
    file = tmp_path / "a.py"
    one = scanner()
    file.write_text("x = 1")
    first = scan(tmp_path, one)
    stamp = file.stat()
    file.write_text("x = 2")
    os.utime(file, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert scan(tmp_path, one) != first


def test_a_file_over_the_limit_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "big.bin").write_bytes(bytes(1_500_000))
    with pytest.raises(BundleError, match=r"data/big.bin has 1.5 MB; a file in a bundle may have 1 MB") as caught:
        scan(tmp_path, scanner(file_mb=1))
    assert ".headwayignore" in caught.value.remedy


def test_a_bundle_over_the_limit_names_its_largest_files(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        (tmp_path / f"{number}.bin").write_bytes(bytes(number * 400_000))
    with pytest.raises(BundleError, match=r"the bundle has 2 MB, it may have 1 MB; largest: 3.bin \(1.2 MB\), 2.bin"):
        scan(tmp_path, scanner(file_mb=2, bundle_mb=1))
