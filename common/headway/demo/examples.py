"""The example DAGs, and what they need in a cluster: short sleeps and a database for the ranking."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from headway.crypto import open_vault
from headway.errors import InvalidInput
from headway.metastore.database import Connection
from headway.operations.secrets import fields_of, set_connection, set_variable
from headway.settings import Settings

DAGS = ("parallel_dag", "film_ranking", "recovery")
WAREHOUSE = "film_warehouse"
_VARIABLES = {"parallel_dag_seconds": "1", "parallel_dag_transform_seconds": "3"}
_NEEDED = ("bokeh_sampledata",)


def examples_folder() -> Path:
    """The folder of the example DAGs: packed into the wheel, or ``dags/`` of the working copy."""
    package = Path(__file__).parents[1]
    packed = package / "example_dags"
    return packed if packed.exists() else package.parents[1] / "dags"


def refuse_missing_packages() -> None:
    """Raise ``InvalidInput`` when a package that the examples import is not installed."""
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise InvalidInput(
            f"the example DAGs need {' and '.join(missing)}", 'pip install "headway[standalone,examples]"'
        )


def furnish(conn: Connection, settings: Settings, actor: str) -> None:
    """Set the examples' variables, make the warehouse database and the connection that names it."""
    vault = open_vault(settings, conn)
    for key, value in _VARIABLES.items():
        set_variable(conn, vault, key, value, description="how long example tasks sleep", actor=actor)
    if not conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", [WAREHOUSE]).fetchone():
        conn.execute(f"CREATE DATABASE {WAREHOUSE}")
    url = urlunsplit(urlsplit(settings.metastore.url.get_secret_value())._replace(path=f"/{WAREHOUSE}"))
    set_connection(conn, vault, WAREHOUSE, fields_of(url, WAREHOUSE), actor=actor)
