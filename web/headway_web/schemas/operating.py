"""What people look at to keep a cluster running: faults in files, the audit trail, settings, what is installed."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from headway_web.paging import Page
from headway_web.schemas.times import Moment


class ImportProblem(BaseModel):
    """A file that cannot be loaded."""

    filename: str = Field(
        description="relative to the root; `bundle` for the root as a whole", examples=["dags/shop.py"]
    )
    line: int = Field(description="0 when unknown", examples=[12])
    message: str = Field(examples=["NameError: name 'spark' is not defined"])
    remedy: str
    timestamp: Moment


class ImportErrors(Page):
    """Files that cannot be loaded, by name."""

    import_errors: list[ImportProblem]


class DagWarning(BaseModel):
    """Something in a DAG's file that works otherwise than it looks."""

    dag_id: str
    filename: str
    line: int = Field(description="0 when unknown")
    message: str
    timestamp: Moment


class DagWarnings(BaseModel):
    """Warnings by DAG and line."""

    warnings: list[DagWarning]
    total_entries: int


class EventLog(BaseModel):
    """An entry of the audit trail."""

    id: int
    timestamp: Moment
    actor: str = Field(description="who it was", examples=["ada (token ci)"])
    action: str = Field(examples=["pool.set"])
    subject: str = Field(
        description="a DAG, `dag/run`, or the kind and name of what was changed", examples=["pool warehouse"]
    )
    detail: dict[str, Any]


class EventLogs(Page):
    """Entries, the newest first."""

    event_logs: list[EventLog]


class ConfigOption(BaseModel):
    """A setting."""

    key: str = Field(examples=["broker.url"])
    value: str | int | float | bool | list[str] | None = Field(description="masked where it is secret")
    source: str = Field(description="the variable or file that says so, or `default`", examples=["HEADWAY_BROKER__URL"])
    description: str
    variable: str = Field(description="the environment variable for it", examples=["HEADWAY_BROKER__URL"])


class ConfigSection(BaseModel):
    """Settings that belong together."""

    name: str = Field(examples=["broker"])
    options: list[ConfigOption]


class Config(BaseModel):
    """The web node's settings; other nodes may have others."""

    sections: list[ConfigSection]


class Plugin(BaseModel):
    """A plugin: of an installed package, or a file of the project's `plugins/` folders."""

    name: str
    kind: str = Field(description="package or file", examples=["file"])
    source: str = Field(
        description="the package and its version, or the bundle's path", examples=["plugins/company.py"]
    )


class Plugins(BaseModel):
    """Plugins by name."""

    plugins: list[Plugin]


class Provider(BaseModel):
    """What brings hooks and operators."""

    package_name: str = Field(examples=["apache-airflow-providers-ssh"])
    version: str
    connection_types: list[str] = Field(description="known of Headway's own only: the code of others is not run here")


class Providers(BaseModel):
    """Headway's own, and the provider packages that are installed beside the web node."""

    providers: list[Provider]
