from __future__ import annotations

import os
from pathlib import Path

import pytest

from headway.bundles.layout import Layout, files_of, find_layout
from headway.errors import BundleError
from headway.settings import Settings, load_settings


def settings(folder: Path, root: Path | None = None, home: Path | None = None) -> Settings:
    return load_settings(home=home or folder.parent / "home", dags={"folder": folder, "root": root})


def write(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("x")


def names(root: Path) -> list[str]:
    return sorted(file.path for file in files_of(Layout(root, "")))


def test_the_root_is_the_dag_folder(tmp_path: Path) -> None:
    (tmp_path / "dags").mkdir()
    assert find_layout(settings(tmp_path / "dags")) == Layout(tmp_path / "dags", "")


@pytest.mark.parametrize("beside", ["plugins", "include", "src"])
def test_the_root_is_the_project_where_there_is_one(tmp_path: Path, beside: str) -> None:
    (tmp_path / "dags").mkdir()
    (tmp_path / beside).mkdir()
    assert find_layout(settings(tmp_path / "dags")) == Layout(tmp_path, "dags", tmp_path / "home")


def test_the_root_is_the_one_that_is_set(tmp_path: Path) -> None:
    (tmp_path / "a" / "dags").mkdir(parents=True)
    assert find_layout(settings(tmp_path / "a" / "dags", root=tmp_path)) == Layout(
        tmp_path, "a/dags", tmp_path / "a" / "home"
    )


def test_the_headway_home_is_never_taken_for_a_project(tmp_path: Path) -> None:
    (tmp_path / "dags").mkdir()
    (tmp_path / "plugins").mkdir()
    assert find_layout(settings(tmp_path / "dags", home=tmp_path)).root == tmp_path / "dags"


def test_the_users_home_is_never_taken_for_a_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "dags").mkdir()
    (tmp_path / "src").mkdir()
    assert find_layout(settings(tmp_path / "dags")).root == tmp_path / "dags"


def test_a_missing_folder_is_named_with_its_setting(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="nowhere does not exist") as caught:
        find_layout(settings(tmp_path / "nowhere"))
    assert "dags.folder" in caught.value.remedy


def test_a_root_beside_the_dag_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dags").mkdir()
    (tmp_path / "other").mkdir()
    with pytest.raises(BundleError, match="is not inside"):
        find_layout(settings(tmp_path / "dags", root=tmp_path / "other"))


def test_data_files_belong_to_the_bundle_and_secrets_and_caches_do_not(tmp_path: Path) -> None:
    write(tmp_path, "dag.py", "data/rows.csv", "sql/load.sql", "empty/.gitkeep")
    write(tmp_path, ".git/config", "__pycache__/dag.cpython-311.pyc", "node_modules/x/y.js", ".mypy_cache/z")
    write(tmp_path, ".env", ".env.local", "tls/server.pem", "server.key", "id_rsa", ".venv/bin/python", ".dag.py.swp")
    assert names(tmp_path) == ["dag.py", "data/rows.csv", "empty/.gitkeep", "sql/load.sql"]


def test_a_virtual_environment_is_left_out_whatever_it_is_called(tmp_path: Path) -> None:
    write(tmp_path, "dag.py", "py311/pyvenv.cfg", "py311/lib/site.py")
    assert names(tmp_path) == ["dag.py"]


def test_headwayignore_leaves_out_and_takes_back(tmp_path: Path) -> None:
    write(tmp_path, "dag.py", "raw/a.csv", "raw/keep/b.csv", "certs/public.pem")
    (tmp_path / ".headwayignore").write_text("raw/*.csv\n!certs/public.pem\n")
    assert names(tmp_path) == [".headwayignore", "certs/public.pem", "dag.py", "raw/keep/b.csv"]


def test_links_within_the_root_are_followed(tmp_path: Path) -> None:
    write(tmp_path, "shared/helper.py")
    (tmp_path / "alias.py").symlink_to("shared/helper.py")
    (tmp_path / "again").symlink_to("shared")
    assert names(tmp_path) == ["again/helper.py", "alias.py", "shared/helper.py"]


@pytest.mark.parametrize("target", ["/etc/passwd", "/etc", "../outside.txt"])
def test_a_link_that_leaves_the_root_is_refused(tmp_path: Path, target: str) -> None:
    write(tmp_path, "outside.txt", "root/dag.py")
    (tmp_path / "root" / "link").symlink_to(target)
    with pytest.raises(BundleError, match=r"link is a link to .* outside the bundle's root") as caught:
        names(tmp_path / "root")
    assert ".headwayignore" in caught.value.remedy


def test_circles_of_links_end(tmp_path: Path) -> None:
    write(tmp_path, "a/dag.py")
    (tmp_path / "a" / "up").symlink_to("..")
    (tmp_path / "a" / "self").symlink_to(".")
    assert names(tmp_path) == ["a/dag.py"]


def test_links_to_nothing_and_pipes_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "dag.py")
    (tmp_path / "broken").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    assert names(tmp_path) == ["dag.py"]


def test_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.csv")).write_text("x")
    with pytest.raises(BundleError, match="is not UTF-8"):
        names(tmp_path)


def test_the_home_of_headway_is_no_dag_code(tmp_path: Path) -> None:
    for name in ("dags/a.py", "src/code.py", "state/bundles/0f/dags/a.py", "state/data/pg/base"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    layout = find_layout(settings(tmp_path / "dags", home=tmp_path / "state"))
    assert sorted(file.path for file in files_of(layout)) == ["dags/a.py", "src/code.py"]


def test_a_home_that_holds_the_dags_is_looked_into(tmp_path: Path) -> None:
    (tmp_path / "state" / "dags").mkdir(parents=True)
    (tmp_path / "state" / "dags" / "a.py").write_text("x")
    layout = find_layout(settings(tmp_path / "state" / "dags", home=tmp_path / "state", root=tmp_path))
    assert [file.path for file in files_of(layout)] == ["state/dags/a.py"]
