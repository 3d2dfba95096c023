from __future__ import annotations

import socket
from pathlib import Path

import pytest

from headway.bundles.requirements import check_requirements
from headway.errors import BundleError


def write(folder: Path, text: str, name: str = "requirements.txt") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


def test_a_bundle_without_requirements_is_fine(tmp_path: Path) -> None:
    check_requirements(tmp_path)


def test_what_is_installed_passes(tmp_path: Path) -> None:
    write(tmp_path, "# tools\nPyTest >= 7  # comment\ncelery[redis]>=5,<99 --hash=sha256:00\n--no-binary :all:\n")
    check_requirements(tmp_path)


def test_what_is_missing_is_named_with_host_and_command(tmp_path: Path) -> None:
    write(tmp_path, "no-such-package-anywhere>=2\npytest>=999\n")
    with pytest.raises(BundleError) as caught:
        check_requirements(tmp_path)
    assert "no-such-package-anywhere>=2 (not installed)" in caught.value.message
    assert "pytest>=999 (installed: " in caught.value.message
    assert socket.gethostname() in caught.value.message
    assert f"pip install -r {tmp_path}/requirements.txt" in caught.value.remedy


def test_markers_of_other_systems_do_not_count(tmp_path: Path) -> None:
    write(tmp_path, "no-such-package; sys_platform == 'never'\n")
    check_requirements(tmp_path)


def test_included_files_and_those_of_the_dag_folder_count(tmp_path: Path) -> None:
    write(tmp_path, "-r more.txt\n")
    write(tmp_path, "missing-one\n-r requirements.txt\n-r more.txt\n", "more.txt")
    write(tmp_path / "dags", "missing-two\n")
    with pytest.raises(BundleError, match=r"missing-one .*; missing-two "):
        check_requirements(tmp_path, "dags")


def test_paths_and_addresses_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "./local/package\n-e .\ngit+https://example.org/x.git\n")
    check_requirements(tmp_path)
