from __future__ import annotations

import pytest

from support.one_task import Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()
