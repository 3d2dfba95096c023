"""The package as another host gets it: a wheel, in a virtual environment outside of this repository."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

SOURCE = Path(__file__).parents[2]

#: Where this repository's own code lies: a host that has only the package does not see these.
CODE = tuple(SOURCE / name for name in ("common", "scheduler", "worker", "dags", "tests"))


def install(folder: Path) -> Path:
    """Build the wheel and install it in a new virtual environment in ``folder``; returns its ``headway`` command.

    The packages that Headway needs are those of this Python: what is tested is ours.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    _pip("wheel", "--no-build-isolation", "--wheel-dir", str(folder), str(SOURCE))
    (wheel,) = folder.glob("headway-*.whl")
    _pip("--python", str(python), "install", str(wheel))
    packages = sysconfig.get_path("purelib", vars={"base": str(folder)})
    (Path(packages) / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin" / "headway"


def _pip(*words: str) -> None:
    python, words = (words[:2], words[2:]) if words[0] == "--python" else ((), words)
    offline = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-index"]
    done = subprocess.run([sys.executable, "-m", "pip", *python, words[0], *offline, *words[1:]], check=False)
    assert done.returncode == 0, "pip failed; its words are above"
