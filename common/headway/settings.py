"""Settings: built once by a node's entry point and passed to whoever needs them.

Sources, strongest first: arguments, environment (``HEADWAY_BROKER__URL=…``), ``headway.toml`` in the
Headway home, the join file (``join.toml`` there, or the one that ``HEADWAY_JOIN`` names), what a configuration of
Airflow's says (``headway.airflow_settings``), defaults.
The join file is what lets a host take part in a cluster: metastore URL, broker URL and key.
"""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from headway.airflow_settings import airflow_keys, config_file, settings_of
from headway.errors import SettingsError

CONFIG_FILE = "headway.toml"
JOIN_FILE = "join.toml"


class Section(BaseModel):
    """Base of a group of settings: unknown keys are refused, values never change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DagSettings(Section):
    """Where DAG files are and how they are read."""

    folder: Path | None = Field(None, description="folder of DAG files; default: `dags` in the Headway home")
    root: Path | None = Field(
        None,
        description="root of the bundle; default: the folder, or its parent if that holds plugins/, include/ or src/",
    )
    scan_interval: float = Field(
        1.0, gt=0, description="seconds between looks at the folder where no change notices arrive"
    )
    parse_timeout: float = Field(30.0, gt=0, description="seconds that one DAG file may take to load")
    parse_processes: int = Field(2, ge=1, description="DAG files parsed side by side")
    style: Literal[1, 2, 3] | None = Field(
        None, description="force Airflow style 1 (1.10), 2 or 3; default: decided by imports"
    )
    paused_at_creation: bool = Field(True, description="whether a new DAG starts paused")
    max_active_runs: int = Field(16, ge=1, description="runs of a DAG at once, unless the DAG says")
    max_active_tasks: int = Field(16, ge=1, description="task instances of a DAG at once, unless the DAG says")
    max_map_length: int = Field(
        100_000, ge=1, description="most instances of a mapped task in a run, and longest list to map a task over"
    )
    max_file_mb: int = Field(10, ge=1, description="largest file in a bundle, in MB")
    max_bundle_mb: int = Field(200, ge=1, description="largest bundle, in MB")
    prefer_airflow: bool = Field(False, description="use an installed Airflow for `airflow.*` imports")


class DefaultSettings(Section):
    """What DAGs and tasks get that do not say; empty: as Airflow has it."""

    timezone: str = Field("UTC", description="time zone of dates without one, and of schedules of DAGs without dates")
    catchup: bool | None = Field(None, description="whether DAGs catch up; default: by the style of the file")
    retries: int | None = Field(None, ge=0, description="tries after the first one; default: 0")
    retry_delay: float | None = Field(None, ge=0, description="seconds before another try; default: 300")
    execution_timeout: float | None = Field(None, gt=0, description="seconds that a task may run; default: no limit")
    queue: str | None = Field(None, description="queue of tasks; default: `default`")
    deferrable: bool = Field(False, description="whether operators and sensors that can be deferred are")
    owner: str | None = Field(None, description="owner of tasks; default: `airflow`")
    weight_rule: Literal["downstream", "upstream", "absolute"] | None = Field(
        None, description="how priorities add up; default: downstream"
    )

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        try:
            return ZoneInfo(value).key
        except (KeyError, OSError, ValueError) as error:
            raise ValueError("expected the name of a time zone, like Europe/Berlin") from error


class MetastoreSettings(Section):
    """PostgreSQL, the one truth about state."""

    url: SecretStr = Field(SecretStr(""), description="postgresql://user:password@host:port/database")
    connect_timeout: int = Field(5, ge=1, description="seconds to wait for a connection")
    prepare: bool | None = Field(
        None, description="server-side prepared statements; default: unless a pooler such as PgBouncer stands between"
    )


class BrokerSettings(Section):
    """Redis, Valkey or RabbitMQ: carries dispatches and wake-ups."""

    url: SecretStr = Field(
        SecretStr(""), description="redis://, rediss://, valkey://, valkeys://, amqp:// or amqps:// address"
    )
    visibility_timeout: int = Field(
        300, ge=5, description="seconds until Redis hands an unacknowledged message out again"
    )
    window: int = Field(16, ge=1, description="messages outstanding in a queue for each unit of live capacity")
    window_floor: int = Field(
        256, ge=1, description="messages that may be outstanding in a queue whatever its capacity"
    )


class ResultSettings(Section):
    """Celery's own result backend, for Celery tools; Headway never reads it."""

    enabled: bool = Field(True, description="whether workers store Celery results")
    url: SecretStr = Field(SecretStr(""), description="default: the broker's URL on Redis, none on RabbitMQ")
    expires: int = Field(3600, ge=60, description="seconds until a result is forgotten")


class LeaseSettings(Section):
    """How long a silent node is believed to live (all in seconds)."""

    length: float = Field(10.0, ge=2, description="a node that has not renewed for this long is dead")
    renewal: float = Field(2.5, gt=0.1, description="time between renewals")
    margin: float = Field(1.5, ge=0, description="a worker kills its own tasks this long before its lease ends")


class SchedulerSettings(Section):
    """The scheduler's services."""

    parallelism: int = Field(0, ge=0, description="task instances queued or running by one scheduler; 0: no limit")
    sweep_interval: float = Field(2.0, gt=0, description="seconds between looks for work that no event announced")
    lost_message_after: float = Field(
        20.0, gt=0, description="least seconds before a queued task without a worker is published again"
    )
    max_lost: int = Field(3, ge=0, description="how often a try may lose its host before the task fails")
    backfill_share: float = Field(
        0.75, gt=0, le=1, description="part of each queue's slots, pool and max_active_tasks that backfills may take"
    )


class WorkerSettings(Section):
    """Workers and their pool children."""

    concurrency: int = Field(4, ge=1, description="tasks at once on a worker")
    queues: list[str] = Field(["default"], description="queues that a worker consumes")
    drain_grace: float = Field(60.0, ge=0, description="seconds that running tasks get after SIGTERM")
    kill_grace: float = Field(5.0, ge=0, description="seconds between a polite stop of a task and SIGKILL")
    tasks_per_child: int = Field(5000, ge=0, description="tasks before a child is replaced; 0: never")
    memory_per_child_mb: int = Field(0, ge=0, description="resident MB after which a child is replaced; 0: never")
    task_events: bool = Field(True, description="send Celery events, which Flower shows")
    callback_limit: float = Field(60.0, gt=0, description="seconds that the callbacks of one kind may take together")
    connection_test_limit: float = Field(15.0, gt=0, description="seconds that the test of a connection may take")


class TriggererSettings(Section):
    """The triggerers, which wait on behalf of deferred tasks."""

    capacity: int = Field(10_000, ge=1, description="triggers that one triggerer runs at once")
    blocking_after: float = Field(
        1.0, gt=0, description="seconds after which a trigger that blocks its event loop is named in the logs"
    )
    blocking_limit: float = Field(
        30.0, gt=0, description="seconds after which such a trigger fails, and its process is started anew"
    )


#: What ``logs.store`` says when logs stay where they are shipped to.
METASTORE = "metastore"


class LogSettings(Section):
    """Task logs."""

    store: str = Field(
        METASTORE,
        pattern=r"^(metastore|[a-z][a-z0-9+.-]*://[^?#]+)$",
        description="where logs lie after their attempt: metastore, s3://bucket/prefix, file:///shared/folder …",
    )
    store_options: SecretStr = Field(
        SecretStr(""), description="what fsspec needs to know for it, as a JSON object: endpoint_url, key, secret …"
    )
    retention_days: int = Field(14, ge=1, description="days that logs are kept")
    max_mb: int = Field(50, ge=1, description="MB kept of one attempt's log; the middle is cut")
    ship_interval: float = Field(1.0, gt=0, description="seconds between shipments of new log text")
    node_format: Literal["text", "json"] = Field(
        "text", description="how nodes log what they do themselves, on standard error: lines, or JSON objects"
    )

    @field_validator("store")
    @classmethod
    def _without_password(cls, value: str) -> str:
        if "@" in urlsplit(value).netloc:
            raise ValueError("an address without user and password, which belong in logs.store_options")
        return value.rstrip("/")

    @field_validator("store_options")
    @classmethod
    def _is_object(cls, value: SecretStr) -> SecretStr:
        text = value.get_secret_value()
        try:
            is_object = not text or isinstance(json.loads(text), dict)
        except ValueError:
            is_object = False
        if not is_object:
            raise ValueError('expected a JSON object, like {"endpoint_url": "https://s3.example.com"}')
        return value


class MetricsSettings(Section):
    """Metrics of each node for Prometheus."""

    listen: str = Field("127.0.0.1", description="address on which a node answers scrapes")
    port: int = Field(0, ge=0, le=65535, description="port for it, for each node of a host another; 0: none")


class RetentionSettings(Section):
    """How long the metastore keeps what grows; task logs have ``logs.retention_days``."""

    schedule: str = Field(
        "30 3 * * *", description="when a scheduler deletes what is too old: cron, in UTC; empty: never"
    )
    runs_days: int = Field(0, ge=0, description="days that finished runs are kept; 0: for ever")
    attempts_days: int = Field(0, ge=0, description="days that the attempts of tasks are kept; 0: for ever")
    rendered_days: int = Field(
        30, ge=0, description="days that rendered values of templates are kept; 0: as long as their attempt, or its run"
    )
    xcoms_days: int = Field(0, ge=0, description="days after the end of their run that XComs are kept; 0: for ever")
    audit_days: int = Field(0, ge=0, description="days that the audit trail is kept; 0: for ever")
    asset_events_days: int = Field(0, ge=0, description="days that the events of assets are kept; 0: for ever")
    backfills_days: int = Field(
        0, ge=0, description="days that ended backfills are kept, without their runs; 0: for ever"
    )
    versions_days: int = Field(0, ge=0, description="days that versions of DAGs without runs are kept; 0: for ever")

    @field_validator("schedule")
    @classmethod
    def _is_cron(cls, value: str) -> str:
        from headway.authoring.schedules import check_cron

        if value:
            check_cron(value)
        return value


class XComSettings(Section):
    """Values that tasks hand to each other."""

    max_bytes: int = Field(1_048_576, ge=1, description="largest encoded XCom value in bytes")


class FlowerSettings(Section):
    """The Celery monitor."""

    address: str = Field("127.0.0.1", description="address that Flower listens on")
    port: int = Field(5555, ge=0, le=65535, description="port that Flower listens on")
    user: str = Field("headway", description="user name of Flower's basic auth")
    password: SecretStr = Field(SecretStr(""), description="password of Flower's basic auth; generated when empty")
    read_only: bool = Field(True, description="whether Flower may not control workers")


class WebSettings(Section):
    """The web node: REST API and UI."""

    listen: str = Field("127.0.0.1", description="address that the web node listens on")
    port: int = Field(8080, ge=0, le=65535, description="port that the web node listens on")
    public_url: str = Field(
        "",
        pattern=r"^(https?://[A-Za-z0-9._:\[\]-]+(/[A-Za-z0-9._~-]+)*)?$",
        description="address at which a proxy serves it, like https://example.com/headway; https makes cookies secure",
    )
    trusted_proxies: list[str] = Field(
        [], description="addresses of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed"
    )
    admin_password: SecretStr = Field(
        SecretStr(""), description="password of the first user, admin; generated when empty"
    )
    session_hours: float = Field(168.0, gt=0, description="hours after which a login ends")
    idle_hours: float = Field(12.0, gt=0, description="hours without a request after which a login ends")
    flower_url: str = Field("", description="address of Flower, which the UI links to")

    @property
    def base_path(self) -> str:
        """The path of the public address, without a slash at its end; empty at the root."""
        return urlsplit(self.public_url).path

    @property
    def address(self) -> str:
        """Where browsers find the UI, as far as this host has been told."""
        return self.public_url or f"http://{self.listen}:{self.port}"


class OidcSettings(Section):
    """Login by OpenID Connect; also needs web.public_url."""

    name: str = Field("OpenID", description="what the button of the login page calls the provider")
    issuer: str = Field("", description="address of the provider; empty: no such login")
    client_id: str = Field("", description="what the provider calls this Headway")
    client_secret: SecretStr = Field(SecretStr(""), description="what this Headway proves itself with")
    scopes: list[str] = Field(["openid", "profile", "email"], description="scopes that are asked for")
    username_claim: str = Field("preferred_username", description="claim that becomes the user's name")
    role_claim: str = Field("groups", description="claim whose values decide the role")
    admins: list[str] = Field([], description="values of role_claim that make an admin")
    operators: list[str] = Field([], description="values of role_claim that make an operator")
    viewers: list[str] = Field([], description="values of role_claim that make a viewer")
    default_role: Literal["", "viewer", "operator", "admin"] = Field(
        "", description="role of those whom no value fits; empty: they are refused"
    )


class SecretsSettings(Section):
    """A secrets backend, asked for variables and connections before the environment and the metastore."""

    backend: str = Field("", description="dotted path of its class; an Airflow secrets backend fits")
    backend_kwargs: SecretStr = Field(SecretStr(""), description="arguments of the class, as a JSON object")


class SecuritySettings(Section):
    """The key that encrypts connections and secret variables."""

    key: SecretStr = Field(SecretStr(""), description="Fernet key, or several separated by commas, newest first")
    key_file: Path | None = Field(None, description="file that holds the key (mode 0600)")


class _AirflowSource(PydanticBaseSettingsSource):
    """What an Airflow's configuration says, where it means something here."""

    def __call__(self) -> dict[str, Any]:
        """The settings by section."""
        return settings_of(airflow_keys(os.environ, config_file(os.environ)))

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        """Not asked: all values come at once."""
        return None, field_name, False


class Settings(BaseSettings):
    """All settings of one Headway node."""

    model_config = SettingsConfigDict(env_prefix="HEADWAY_", env_nested_delimiter="__", extra="forbid", frozen=True)

    home: Path = Field(Path("~/.headway"), description="Headway's own folder on this host")
    dags: DagSettings = DagSettings()
    defaults: DefaultSettings = DefaultSettings()
    metastore: MetastoreSettings = MetastoreSettings()
    broker: BrokerSettings = BrokerSettings()
    results: ResultSettings = ResultSettings()
    lease: LeaseSettings = LeaseSettings()
    scheduler: SchedulerSettings = SchedulerSettings()
    worker: WorkerSettings = WorkerSettings()
    triggerer: TriggererSettings = TriggererSettings()
    logs: LogSettings = LogSettings()
    metrics: MetricsSettings = MetricsSettings()
    retention: RetentionSettings = RetentionSettings()
    xcom: XComSettings = XComSettings()
    flower: FlowerSettings = FlowerSettings()
    web: WebSettings = WebSettings()
    oidc: OidcSettings = OidcSettings()
    security: SecuritySettings = SecuritySettings()
    secrets: SecretsSettings = SecretsSettings()

    @field_validator("home")
    @classmethod
    def _expand_home(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order the sources, strongest first."""
        home = Path(init_settings().get("home") or headway_home()).expanduser()
        join = join_file(home)
        files = [TomlConfigSettingsSource(settings_cls, path) for path in (home / CONFIG_FILE, join)]
        return (init_settings, env_settings, *files, _AirflowSource(settings_cls))

    @property
    def dag_folder(self) -> Path:
        """The folder of DAG files, absolute."""
        return (self.dags.folder or self.home / "dags").expanduser().absolute()

    def unsaid(self) -> dict[str, Any]:
        """What DAGs and tasks get that do not say, for ``authoring.defaults.configure`` and as JSON holds it."""
        limits = self.dags.model_dump(include={"max_active_runs", "max_active_tasks"})
        return self.defaults.model_dump(mode="json") | limits


def headway_home() -> Path:
    """The Headway home that the environment names, or ``~/.headway``."""
    return Path(os.environ.get("HEADWAY_HOME") or "~/.headway").expanduser().absolute()


def join_file(home: Path) -> Path:
    """The join file that the environment names, or the one in ``home``, which need not exist.

    Raises ``SettingsError`` when the named one does not exist, and for one that other users may read: it
    holds passwords and the key. Its group may read it, for so are secrets mounted into containers.
    """
    own = home / JOIN_FILE
    named = os.environ.get("HEADWAY_JOIN")
    path = Path(named).expanduser() if named else own
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        if path != own:
            raise SettingsError(f"the join file {path} does not exist", _JOIN) from None
        return path
    if mode & _NOT_PRIVATE:
        raise SettingsError(
            f"the join file {path} is open to other users of this host (mode {mode & 0o777:04o})", f"chmod 600 {path}"
        )
    return path


def load_settings(**overrides: Any) -> Settings:
    """Read the settings from their sources; ``overrides`` win.

    Raises ``SettingsError`` that names the key, what was expected and where to set it.
    """
    _refuse_unknown_sections()
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise SettingsError(*_explain(error)) from None
    except (OSError, ValueError) as error:
        raise SettingsError(f"the settings cannot be read: {error}", _WHERE) from None


_JOIN = "write one on a host of the cluster with `headway nodes join-file`, and copy it here"
_NOT_PRIVATE = stat.S_IRWXO | stat.S_IWGRP


def _refuse_unknown_sections() -> None:
    """Inside a section pydantic finds unknown keys, but it passes over variables of sections that do not exist."""
    prefix, separator = Settings.model_config["env_prefix"], Settings.model_config["env_nested_delimiter"]
    assert prefix is not None
    assert separator is not None
    for name in os.environ:
        section, nested, _ = name.removeprefix(prefix).partition(separator)
        if name.startswith(prefix) and nested and section.lower() not in Settings.model_fields:
            raise SettingsError(f"unknown setting {name}", "`headway config` lists every key; check the spelling")


_WHERE = f"set it in {CONFIG_FILE} in the Headway home or as HEADWAY_SECTION__KEY; `headway config` lists all keys"


#: Keys whose values may be, or hold, a secret.
_SECRETS = frozenset(
    {"url", "key", "password", "admin_password", "client_secret", "backend_kwargs", "store", "store_options"}
)


def _explain(error: ValidationError) -> tuple[str, str]:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"unknown setting {key!r}", "`headway config` lists every key; check the spelling"
    got = "" if key.rpartition(".")[2] in _SECRETS else f", got {first.get('input')!r}"
    return f"setting {key!r}: {first['msg'][:1].lower()}{first['msg'][1:]}{got}", _WHERE
