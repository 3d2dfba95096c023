"""The house rules that no linter checks."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
NODE_FOLDERS = [Path(folder).parts[0] for folder in PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]]
SOURCES = [path for folder in NODE_FOLDERS for path in (ROOT / folder).rglob("*.py")]
LONGEST_FILE = 600
CALLED_FROM_OUTSIDE = {
    "authoring", "operators", "sensors", "hooks", "triggers", "airflow", "migrations", "testing", "routes"
}  # fmt: skip
COMES_WITH = {
    "amqp": "kombu",
    "argon2": "argon2_cffi",
    "billiard": "celery",
    "psycopg_pool": "psycopg",
    "referencing": "jsonschema",
    "starlette": "fastapi",
    "tornado": "flower",
}
_DEFINITIONS = (ast.FunctionDef, ast.ClassDef)


def tracked_files() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_node_folders_are_not_packages() -> None:
    """With an ``__init__.py`` they would shadow users' modules of the same name."""
    assert [folder for folder in NODE_FOLDERS if (ROOT / folder / "__init__.py").exists()] == []


def test_no_module_is_a_drawer_for_everything() -> None:
    assert [path for path in SOURCES if path.stem in ("utils", "util", "helpers", "misc")] == []


def test_files_stay_readable() -> None:
    too_long = [path for path in SOURCES if len(path.read_text().splitlines()) > LONGEST_FILE]
    assert too_long == []


def test_nothing_reads_the_environment_at_import() -> None:
    offenders = [f"{path}:{node.lineno}" for path in SOURCES for node in _environment_reads_at_import(path)]
    assert offenders == []


def test_no_function_or_class_is_dead() -> None:
    """Each is named once more than where it is made; what authors and Alembic call is not asked."""
    sources = {path: path.read_text() for path in [*SOURCES, *(ROOT / "docs").rglob("*.py"), ROOT / "pyproject.toml"]}
    named = Counter(word for text in sources.values() for word in re.findall(r"\w+", text))
    inside = [path for path in SOURCES if not CALLED_FROM_OUTSIDE & set(path.relative_to(ROOT).parts)]
    defined = [node for path in inside for node in ast.parse(sources[path]).body if isinstance(node, _DEFINITIONS)]
    assert [node.name for node in defined if named[node.name] < 2] == []


def test_every_top_level_folder_is_in_the_map() -> None:
    folders = {path.relative_to(ROOT).parts[0] for path in tracked_files() if path.parent != ROOT}
    visible = {folder for folder in folders if not folder.startswith(".")}
    text = (ROOT / "ARCHITECTURE.md").read_text()
    assert sorted(folder for folder in visible if f"{folder}/" not in text) == []


def test_pins_hold_no_addresses_or_hashes() -> None:
    pins = (ROOT / "constraints.txt").read_text()
    assert "://" not in pins
    assert "--hash" not in pins


def test_every_dependency_is_pinned() -> None:
    pinned = {line.partition("==")[0] for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line}
    extras = PROJECT["project"]["optional-dependencies"].values()
    named = [*PROJECT["project"]["dependencies"], *(name for extra in extras for name in extra)]
    wanted = {_distribution(name) for name in named} - {"headway"}
    assert wanted - pinned == set()


def test_every_imported_package_is_a_dependency() -> None:
    declared = {_distribution(line).replace("-", "_") for line in PROJECT["project"]["dependencies"]}
    declared |= {inner for inner, outer in COMES_WITH.items() if outer in declared} | {"babel"}  # a macro asks for it
    declared |= {"pytest"}  # only pytest itself loads headway.testing.plugin
    own = {Path(package).name for package in PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]}
    assert {name for path in SOURCES for name in _imported(path)} - declared - own - sys.stdlib_module_names == set()


def test_importing_headway_for_a_dag_is_light() -> None:
    """A DAG file's imports must not bring in the nodes' libraries."""
    heavy = ["sqlalchemy", "celery", "kombu", "psycopg", "redis", "pydantic", "typer", "rich", "fastapi"]
    code = f"import headway, sys; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "[]\n", done.stderr


def _distribution(requirement: str) -> str:
    name = "".join(character if character.isalnum() or character in "-_." else " " for character in requirement)
    return name.split()[0].lower().replace("_", "-")


def _imported(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text())))
    modules = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    modules += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level]
    return {module.partition(".")[0] for module in modules}


def _environment_reads_at_import(path: Path) -> list[ast.expr]:
    top = [
        node
        for node in ast.parse(path.read_text()).body
        if not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.If)
    ]
    names = ("environ", "getenv")
    return [
        found
        for statement in top
        for found in ast.walk(statement)
        if isinstance(found, ast.Attribute) and found.attr in names and not _inside_lambda(statement, found)
    ]


def _inside_lambda(statement: ast.stmt, wanted: ast.expr) -> bool:
    lambdas = [node for node in ast.walk(statement) if isinstance(node, ast.Lambda)]
    return any(found is wanted for each in lambdas for found in ast.walk(each))
