"""What the chaos suite does to hosts really happens to them, and to no others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parents[2]


def test_each_fault_hits_its_victim_and_ends() -> None:
    as_root = [] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "--net", "--uts"]
    script = Path(__file__).with_name("faults_script.py")
    done = subprocess.run(
        [*as_root, sys.executable, script], env={**os.environ, "PYTHONPATH": str(TESTS)},
        capture_output=True, text=True, check=False, timeout=200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert (seen["before"], seen["cut"], seen["joined"]) == ([True, True], [False, True], [True, True])
    assert not seen["cut twice"]
    assert (seen["frozen"], seen["thawed"], seen["paused"]) == ("TT", "SS", "ST")
    assert (seen["killed"], seen["power"]) == ("S", "")
