"""What the form of the web reads from a URI is what a connection reads from it: both are held to the same cases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from headway.authoring.connections import Connection

CASES = Path(__file__).parents[3] / "web" / "ui" / "src" / "features" / "connections" / "uris.json"


@pytest.mark.parametrize("case", json.loads(CASES.read_text()), ids=lambda case: case["uri"])
def test_a_connection_reads_what_the_form_reads(case: dict[str, Any]) -> None:
    read = Connection("c", uri=case["uri"]).as_dict()
    extra = json.loads(read["extra"]) if read["extra"] else None
    assert {name: read[name] for name in case["fields"]} | {"extra": extra} == case["fields"]
