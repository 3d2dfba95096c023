"""Loading one DAG file: from its path to the DAGs in it, or to one clear error.

``load_file`` is read → parse → decide the style → run it as a module → collect its DAGs → check them. It
runs the author's code, so only parse children and workers call it.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from contextvars import copy_context
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, ModuleType
from typing import TYPE_CHECKING

from headway import airflow
from headway.authoring import import_paths, plugins
from headway.authoring.current_file import FileScope, Notice, fault, loading, notice
from headway.authoring.import_paths import (
    DAG_FILE_MODULES,
    add_paths,
    dag_file_module,
    modules_of,
    paths_for,
    usual_folder,
)
from headway.authoring.load_errors import as_dag_file_error, syntax_error
from headway.authoring.styles import STYLES, decide_style
from headway.authoring.zipped import is_zip, zipped_sources

if TYPE_CHECKING:
    from headway.authoring.dag import DAG

__all__ = ["LoadedFile", "load_file", "may_hold_dags", "paths_for", "purge_modules"]


@dataclass(frozen=True)
class LoadedFile:
    """What a DAG file holds.

    ``dags`` stand in the order in which they were made. ``modules`` are the paths, relative to the root,
    of the modules below the root that the file needs: when one of them changes, the file must be loaded
    again. (A process that loads several files without a purge between them may list too many.)
    """

    dags: list[DAG]
    style: int
    warnings: list[Notice] = field(default_factory=list)
    modules: list[str] = field(default_factory=list)


def may_hold_dags(source: bytes) -> bool:
    """Whether a file could define DAGs at all; helper modules in a DAG folder usually could not.

    A zip file could when one of the Python files at its top could.
    """
    if source.startswith(b"PK\x03\x04"):
        return any(may_hold_dags(inner) for _, inner in zipped_sources(source))
    lowered = source.lower()
    return b"dag" in lowered and (b"airflow" in lowered or b"headway" in lowered)


def purge_modules(root: Path) -> None:
    """Forget every module loaded from below ``root``, its plugins, and every entry of ``sys.path`` there."""
    plugins.forget(root.resolve())
    import_paths.purge_modules(root)


def load_file(
    path: Path, root: Path, style: int | None = None, prefer_airflow: bool = False, folder: str | None = None
) -> LoadedFile:
    """Run the DAG file ``path``, below ``root``, and collect its DAGs.

    ``style`` forces a style; with ``prefer_airflow`` an installed Airflow answers imports of ``airflow``.
    ``folder``, relative to ``root``, is the one of DAG files (None: ``dags`` if the file lies there).
    Modules beside the file stay loaded and importable until ``purge_modules(root)``. Raises
    ``DagFileError``, its file relative to ``root`` and its line the deepest one inside the file.
    """
    # A context of its own: whatever DAG or group the file leaves open is not open for the next one.
    path, root = path.resolve(), root.resolve()
    dag_folder = usual_folder(root, path) if folder is None else root / folder
    return copy_context().run(_load, path, root, dag_folder, style, prefer_airflow)


def _load(path: Path, root: Path, folder: Path, style: int | None, prefer_airflow: bool) -> LoadedFile:
    scope = FileScope(str(path), str(root))
    with loading(scope):
        airflow.install(prefer_airflow=prefer_airflow)
        add_paths(root, folder)
        plugins.activate(root, folder)
        held: list[object] = []
        for source in _sources(path, scope):
            held += vars(_run(_compile(source, scope, style), scope)).values()
        dags = _collect(held, scope)
        _check(dags, scope)
    return LoadedFile(dags, scope.style, sorted(scope.notices), _needed(root, path))


def _sources(path: Path, scope: FileScope) -> Iterator[bytes]:
    """What is to be run: the file itself, or each DAG file in a zip file, which is the current one meanwhile."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise syntax_error(error, scope) from None
    if not is_zip(path):
        yield content
        return
    sys.path.insert(0, str(path))
    for name, source in zipped_sources(content):
        if may_hold_dags(source):
            scope.path = str(path / name)
            yield source


def _compile(source: bytes, scope: FileScope, style: int | None) -> CodeType:
    try:
        tree = ast.parse(source, scope.path)
        scope.style = _known_style(style) or decide_style(source.decode("utf-8", "replace"), tree)
        return compile(tree, scope.path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError) as error:
        raise syntax_error(error, scope) from None


def _known_style(style: int | None) -> int | None:
    if style is not None and style not in STYLES:
        raise fault(f"unknown style {style!r}", "use 1 (Airflow 1.10), 2 or 3")
    return style


def _run(code: CodeType, scope: FileScope) -> ModuleType:
    """Run the file as a module."""
    name = dag_file_module(scope.path)
    module = ModuleType(name)
    module.__file__ = scope.path
    sys.modules[name] = module  # dataclasses and typing look a class's module up there
    try:
        exec(code, module.__dict__)  # noqa: S102  (running the author's file is what loading means)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise as_dag_file_error(error, scope) from error
    return module


def _collect(held: list[object], scope: FileScope) -> list[DAG]:
    """The DAGs that are global values or registered themselves, in the order they were made."""
    from headway.authoring.dag import DAG

    found = [value for value in held if isinstance(value, DAG)] + scope.registered
    order = {id(dag): number for number, dag in enumerate(scope.created)}
    unique = {id(dag): dag for dag in found if dag.taken_into is None}
    _report_lost([dag for dag in scope.created if id(dag) not in unique], list(unique.values()))
    # A DAG imported from a module that was loaded before was made in no order of this file.
    return sorted(unique.values(), key=lambda dag: order.get(id(dag), -1))


def _report_lost(created: list[DAG], kept: list[DAG]) -> None:
    """Tell of DAGs that were made and that nothing holds; it is an error when the file has no others."""
    lost = [dag for dag in created if dag.taken_into is None and dag.auto_register and dag.task_dict]
    if not lost:
        return
    dag = lost[0]
    text = f"DAG {dag.dag_id!r} is kept in no global name and in no `with` block, so it is no DAG of this file"
    if not kept:
        raise fault(text, f"write `globals()[{dag.dag_id!r}] = dag`, or make it with `with DAG(...)`", dag.place)
    for one in lost:
        kept[0].notices.append(notice(text.replace(repr(dag.dag_id), repr(one.dag_id)), one.place))


def _check(dags: list[DAG], scope: FileScope) -> None:
    owned: set[Notice] = set()
    seen: dict[str, DAG] = {}
    for dag in dags:
        if (other := seen.setdefault(dag.dag_id, dag)) is not dag:
            text = f"two DAGs have the id {dag.dag_id!r}: the other one is of line {other.place.line}"
            raise fault(text, "give one of the two another dag_id", dag.place)
        dag.check()
        owned.update(dag.notices, *(task.notices for task in dag.tasks))
    for dag in dags:
        # What was said outside any DAG, such as a call in its start_date, concerns each of them.
        dag.notices += [one for one in scope.notices if one not in owned]


def _needed(root: Path, path: Path) -> list[str]:
    own = path.relative_to(root)
    found = {
        str(place)
        for name, _, place in modules_of(root)
        if not place.is_relative_to(own) and place.suffix and not name.startswith((DAG_FILE_MODULES, "__main__"))
    }
    return sorted(found)
