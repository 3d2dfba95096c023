"""The finder that every Python process of an environment gets: it waits, gives way, and costs nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

STAND_BY = "import headway.serve_airflow as door; door.stand_by()\n"


def run(code: str, *folders: Path, **environment: str) -> str:
    path = os.pathsep.join([*map(str, folders), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", STAND_BY + code],
        env={**os.environ, "PYTHONPATH": path, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return (done.stdout + done.stderr).strip()


def test_nothing_but_the_finder_is_loaded_until_somebody_imports_airflow() -> None:
    code = "import sys; print(sorted(name for name in sys.modules if name.startswith('headway')))"
    assert run(code) == "['headway', 'headway.serve_airflow']"
    assert run("import airflow; from airflow.sdk import DAG; print(airflow.__version__, DAG('x'))") == "3.3.2 <DAG: x>"


def test_an_airflow_that_is_installed_keeps_its_name(tmp_path: Path) -> None:
    (tmp_path / "airflow").mkdir()
    (tmp_path / "airflow" / "__init__.py").write_text("__version__ = 'the real one'\n")
    assert run("import airflow; print(airflow.__version__)", tmp_path) == "the real one"


def test_provider_packages_alone_are_no_airflow(tmp_path: Path) -> None:
    (tmp_path / "airflow" / "providers" / "mine").mkdir(parents=True)
    (tmp_path / "airflow" / "providers" / "mine" / "__init__.py").write_text("X = 7\n")
    code = "import airflow; from airflow.providers.mine import X; print(airflow.__version__, X)"
    assert run(code, tmp_path) == "3.3.2 7"


def test_it_can_be_kept_out() -> None:
    assert "No module named 'airflow'" in run("import airflow", HEADWAY_SERVE_AIRFLOW="0")


@pytest.mark.parametrize("folder", ["dags", "flows"])
def test_a_script_in_a_dags_folder_finds_its_project(tmp_path: Path, folder: str) -> None:
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "mine.py").write_text("X = 7\n")
    script = tmp_path / folder / "script.py"
    script.parent.mkdir()
    script.write_text(f"{STAND_BY}import airflow, importlib.util as u\nprint(u.find_spec('mine') is not None)\n")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == str(folder == "dags"), done.stderr


@pytest.mark.parametrize(
    ("head", "style"),
    [
        ("from airflow import DAG", 2),
        ("from airflow.sdk import DAG", 3),
        ("from airflow import DAG\nimport airflow.operators.bash_operator", 1),
        ("from headway import DAG", 3),
    ],
)
def test_a_dag_of_a_script_has_the_style_of_its_file(tmp_path: Path, head: str, style: int) -> None:
    script = tmp_path / "script.py"
    script.write_text(f"{head}\nprint(DAG('x').style)\n")
    assert run(f"import runpy; runpy.run_path({str(script)!r}, run_name='__main__')") == str(style)
