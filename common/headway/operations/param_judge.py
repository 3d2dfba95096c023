"""The values of a run's params, held against their schemas where that can take no service's time.

Patterns, references and lists that must be unique can take for ever, by mistake or on purpose: schemas that have them
are judged by a process of their own, which may use so much time of a processor and no more.
"""

from __future__ import annotations

import json
import math
import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any

from headway.authoring.param_schema import example, faults
from headway.child_processes import clean_environment
from headway.errors import InvalidInput

CPU_SECONDS = 1  # that judging may take, beside the start of the process
_PATIENCE = 60.0  # seconds for a process that gets no processor
_COSTLY = frozenset({"pattern", "patternProperties", "uniqueItems", "$ref", "$dynamicRef"})

Params = Mapping[str, Mapping[str, Any]]


def judge(dag_id: str, params: Params, given: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, Any]]:
    """What is wrong with the params of a run, and a value that fits each of those.

    Raises ``InvalidInput`` where that takes too long.
    """
    if not any(_is_costly(param["schema"]) for param in params.values()):
        return _judged(params, given)
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", __name__],
            input=json.dumps([params, given]).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=clean_environment(os.environ),
            timeout=_PATIENCE,
            check=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        raise InvalidInput(
            f"DAG {dag_id!r}: it takes too long to hold these values against the schemas of its params",
            "give shorter values, or have the DAG's author simplify the patterns in the schemas",
        ) from None
    found, fitting = json.loads(done.stdout)
    return found, fitting


def main() -> None:
    """Judge what comes on standard input, within the limit."""
    params, given = json.load(sys.stdin)
    limit = math.ceil(time.process_time()) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))
    json.dump(_judged(params, given), sys.stdout)


def _judged(params: Params, given: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, Any]]:
    found = faults(params, given)
    return found, {name: example(params[name]) for name in found}


def _is_costly(schema: Any) -> bool:
    if isinstance(schema, dict):
        return not _COSTLY.isdisjoint(schema) or any(map(_is_costly, schema.values()))
    return isinstance(schema, list) and any(map(_is_costly, schema))


if __name__ == "__main__":
    main()
