from __future__ import annotations

import pytest

from headway import airflow


@pytest.fixture(autouse=True)
def _installed():
    airflow.install()
    yield
    airflow.uninstall()
