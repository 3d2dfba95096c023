"""Settings, and what is installed. No code of plugins or providers is run here."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

from fastapi import APIRouter

from headway.authoring.plugins import GROUP
from headway.hooks.connection_types import TYPES
from headway.metastore.queries.bundles import plugin_files
from headway.operations.configuration import Setting, all_settings
from headway.version import __version__
from headway_web.dependencies import Db, Means
from headway_web.schemas.operating import Config, ConfigOption, ConfigSection, Plugin, Plugins, Provider, Providers
from headway_web.security.guards import Admin, Viewer

router = APIRouter()

_PROVIDERS = "apache_airflow_provider"


@router.get("/config")
def get_config(_: Admin, means: Means) -> Config:
    """Every setting of this web node, where it comes from and what it is for; secrets are masked."""
    sections: dict[str, list[Setting]] = {}
    for setting in all_settings(means.settings):
        first, dot, _rest = setting.key.partition(".")
        sections.setdefault(first if dot else "general", []).append(setting)
    return Config(
        sections=[
            ConfigSection(
                name=name, options=[ConfigOption.model_validate(each, from_attributes=True) for each in options]
            )
            for name, options in sections.items()
        ]
    )


@router.get("/plugins")
def list_plugins(_: Viewer, conn: Db) -> Plugins:
    """List plugins: those of installed packages, and the files of the project's `plugins/` folders."""
    packages = [Plugin(name=point.name, kind="package", source=_package(point)) for point in entry_points(group=GROUP)]
    files = [
        Plugin(name=path.rpartition("/")[2].removesuffix(".py"), kind="file", source=path)
        for path in plugin_files(conn)
    ]
    return Plugins(plugins=sorted([*packages, *files], key=lambda each: (each.name, each.source)))


@router.get("/providers")
def list_providers(_: Viewer) -> Providers:
    """List what brings hooks: Headway itself, and the provider packages that are installed beside the web node."""
    own = Provider(package_name="headway", version=__version__, connection_types=sorted(TYPES))
    found = {point.dist.name: point.dist.version for point in entry_points(group=_PROVIDERS) if point.dist}
    others = [Provider(package_name=name, version=found[name], connection_types=[]) for name in sorted(found)]
    return Providers(providers=[own, *others])


def _package(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist else point.value
