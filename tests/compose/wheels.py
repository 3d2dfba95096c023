"""Downloads what the image needs into a folder, for an engine whose builds reach no package index.

python tests/compose/wheels.py FOLDER
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tomllib
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_PYTHON = "3.11"  # of deploy/Dockerfile's base image
#: Needed only by earlier patch releases of that Python than ours may be.
_PERHAPS = ("async-timeout",)


def main(folder: Path) -> None:
    """Fill ``folder``, unless it holds just this already."""
    inputs = [_ROOT / "pyproject.toml", _ROOT / "constraints.txt", Path(__file__)]
    wanted = hashlib.sha256(b"".join(path.read_bytes() for path in inputs)).hexdigest()
    stamp = folder / "complete"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    print("compose-test: downloading what the image needs", file=sys.stderr)
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--dest", str(folder)]
    for_the_image = ["--only-binary", ":all:", "--python-version", _PYTHON, "--constraint", str(inputs[1])]
    words = [*pip, *for_the_image, *_requirements(inputs[0]), *_PERHAPS]
    done = subprocess.run(words, check=False, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    stamp.write_text(wanted)


def _requirements(project: Path) -> list[str]:
    declared = tomllib.loads(project.read_text())
    metadata = declared["project"]
    return [
        *declared["build-system"]["requires"],
        *metadata["dependencies"],
        *metadata["optional-dependencies"]["examples"],
    ]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
