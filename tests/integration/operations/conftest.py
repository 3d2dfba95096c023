from __future__ import annotations

from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet

from headway.crypto import Vault
from headway.metastore.database import Connection, connection
from headway.settings import Settings, load_settings
from support.stage import Stage


@pytest.fixture
def settings(metastore_url: str) -> Settings:
    return load_settings(metastore={"url": metastore_url})


@pytest.fixture
def conn(settings: Settings) -> Iterator[Connection]:
    with connection(settings.metastore, name="test") as opened:
        yield opened


@pytest.fixture
def stage(conn: Connection) -> Stage:
    return Stage(conn)


@pytest.fixture
def vault() -> Vault:
    return Vault([Fernet.generate_key().decode()])
