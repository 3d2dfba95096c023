"""Plugins: what users add in files of their ``plugins/`` folders, or by installed packages, under Airflow's rules.

Every process that loads DAG files has the plugins of one project at a time: ``activate`` loads them before its
first file, ``forget`` drops them with the project's modules. A plugin that cannot be loaded is left out; it is
a file like any other to the parser, which shows what is wrong with it.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import logging
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar

from headway.authoring.current_file import FileScope, loading
from headway.authoring.load_errors import as_dag_file_error
from headway.errors import DagFileError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

log = logging.getLogger("headway.task")

GROUP = "airflow.plugins"
_MARK = b"AirflowPlugin"
#: What a plugin brings that can be imported as ``airflow.<kind>.<plugin>``, the way of Airflow 1.10.
_IMPORTABLE = ("operators", "sensors", "hooks", "executors", "macros")
_WITHOUT_EFFECT = (
    "admin_views",
    "appbuilder_menu_items",
    "appbuilder_views",
    "external_views",
    "fastapi_apps",
    "fastapi_root_middlewares",
    "flask_blueprints",
    "global_operator_extra_links",
    "menu_links",
    "operator_extra_links",
    "react_apps",
)


class AirflowPlugin:
    """What a plugin brings. Timetables and priority strategies are simply imported by DAG files."""

    name: ClassVar[str | None] = None
    operators: ClassVar[list[Any]] = []
    sensors: ClassVar[list[Any]] = []
    hooks: ClassVar[list[Any]] = []
    executors: ClassVar[list[Any]] = []
    macros: ClassVar[list[Any]] = []
    timetables: ClassVar[list[Any]] = []
    listeners: ClassVar[list[Any]] = []
    priority_weight_strategies: ClassVar[list[Any]] = []

    @classmethod
    def on_load(cls, *args: Any, **kwargs: Any) -> None:
        """Called once the plugin is loaded."""


@dataclass
class Plugins:
    """The plugins of one project, and what they bring; ``faults`` say which could not be loaded."""

    classes: list[type[AirflowPlugin]] = field(default_factory=list)
    faults: list[DagFileError] = field(default_factory=list)
    macros: dict[str, SimpleNamespace] = field(default_factory=dict)
    listeners: list[Any] = field(default_factory=list)
    modules: dict[str, dict[str, Any]] = field(default_factory=dict)

    def take(self, plugin: type[AirflowPlugin]) -> None:
        """Take a plugin in; one of the name of an earlier one is that one again."""
        if plugin.name is None:
            raise ValueError(f"the plugin {plugin.__name__} has no name: set `name`")
        if any(plugin.name == known.name for known in self.classes):
            return
        plugin.on_load()
        self.classes.append(plugin)
        self.listeners += plugin.listeners
        for kind in _IMPORTABLE:
            brought = {one.__name__: one for one in getattr(plugin, kind)}
            self.modules[f"airflow.{kind}.{plugin.name}"] = brought
        self.macros[plugin.name] = SimpleNamespace(**self.modules[f"airflow.macros.{plugin.name}"])
        for name in _WITHOUT_EFFECT:
            if getattr(plugin, name, None):
                log.info("plugin %s: %s have no effect here", plugin.name, name)

    def brought(self, package: str, name: str) -> Any:
        """What a plugin brings under ``name`` for a package: Airflow 1.10 had it in ``airflow.operators`` itself."""
        inside = f"{package}."
        found = (names[name] for module, names in self.modules.items() if module.startswith(inside) and name in names)
        return next(found, None)


_active = Plugins()
_root: Path | None = None


def active() -> Plugins:
    """The plugins of the project whose files this process loads."""
    return _active


def may_hold_plugins(source: bytes) -> bool:
    """Whether a file of a plugin folder could define a plugin."""
    return _MARK in source


def activate(root: Path, folder: Path) -> None:
    """Load the plugins of a project, unless they are: ``root`` is the bundle's, ``folder`` that of DAG files."""
    global _active, _root
    if _root == root:
        return
    if _root is not None:
        forget(_root)
    # Set first: a plugin may itself load what asks for plugins.
    _active, _root = Plugins(), root
    for place in dict.fromkeys((root / "plugins", folder / "plugins")):
        for file in _files(place):
            _take_from_file(_active, file, place, root)
    for point in _installed():
        _take_installed(_active, point)
    for fault in _active.faults:
        log.info("a plugin is left out: %s", fault)


def forget(root: Path) -> None:
    """Drop the plugins of a project with all that was importable of them."""
    global _active, _root
    if _root != root:
        return
    for name in _active.modules:
        sys.modules.pop(name, None)
        parent, _, last = name.rpartition(".")
        vars(sys.modules.get(parent, ModuleType(parent))).pop(last, None)
    _active, _root = Plugins(), None


def listens(event: str) -> bool:
    """Whether a listener wants to hear of an event."""
    return any(_hooks(event))


def notify(event: str, **facts: Any) -> None:
    """Tell every listener of an event, each what of ``facts`` it takes; their errors are logged, never raised."""
    for hook in _hooks(event):
        try:
            known = inspect.signature(hook).parameters
            hook(**{name: value for name, value in facts.items() if name in known})
        except (Exception, SystemExit):
            log.exception("listener %s of %s failed", event, getattr(hook, "__module__", "a plugin"))


def _hooks(event: str) -> Iterator[Any]:
    for listener in _active.listeners:
        hook = getattr(listener, event, None)
        if getattr(hook, "hookimpl", False):
            yield hook


def _files(place: Path) -> Iterable[Path]:
    """The files of a plugin folder that may define plugins."""
    return (file for file in sorted(place.rglob("*.py")) if may_hold_plugins(file.read_bytes()))


def _take_from_file(plugins: Plugins, file: Path, place: Path, root: Path) -> None:
    scope = FileScope(str(file), str(root))
    try:
        with loading(scope):
            module = _import(file, place)
            for value in list(vars(module).values()):
                if _is_plugin(value) and value.__module__ == module.__name__:
                    plugins.take(value)
    except (Exception, SystemExit) as error:  # noqa: BLE001  (users' code may raise anything)
        plugins.faults.append(as_dag_file_error(error, scope))


def _import(file: Path, place: Path) -> ModuleType:
    """A plugin's file as the module that DAG files import, or, where another has that name, under one of its own."""
    name = ".".join(file.relative_to(place).with_suffix("").parts).removesuffix(".__init__")
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        spec = None
    if spec is not None and spec.origin == str(file):
        return importlib.import_module(name)
    own = f"headway_plugin_{name.replace('.', '_')}"
    spec = importlib.util.spec_from_file_location(own, file)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[own] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def _installed() -> tuple[EntryPoint, ...]:
    """The plugins of installed packages; they stay what they are while the process lives."""
    from importlib.metadata import entry_points  # 17 ms, and only who loads a project needs it

    return tuple(sorted(entry_points(group=GROUP), key=lambda point: point.name))


def _take_installed(plugins: Plugins, point: EntryPoint) -> None:
    try:
        plugin = point.load()
        if _is_plugin(plugin):
            plugins.take(plugin)
    except (Exception, SystemExit) as error:  # noqa: BLE001
        text = f"the installed plugin {point.name} cannot be loaded: {type(error).__name__}: {error}"
        plugins.faults.append(DagFileError(text, "mend or remove the package", file=point.value, line=0))


def _is_plugin(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, AirflowPlugin) and value is not AirflowPlugin
