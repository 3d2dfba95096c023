"""``SubprocessHook``: a program, its output in the task's log."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING, NamedTuple

from headway.hooks.base import BaseHook
from headway.operators.shell import CommandProcess

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class SubprocessResult(NamedTuple):
    """How a program ended: its exit code and the last line of its output."""

    exit_code: int
    output: str


class SubprocessHook(BaseHook):
    """Runs programs in process groups of their own."""

    def __init__(self, **kwargs: str) -> None:
        super().__init__(**kwargs)
        self.sub_process: CommandProcess | None = None

    def run_command(
        self,
        command: Sequence[str],
        env: Mapping[str, str] | None = None,
        output_encoding: str = "utf-8",
        cwd: str | None = None,
    ) -> SubprocessResult:
        """Run ``command`` (program and arguments) to its end, in ``cwd`` or a folder of its own.

        ``env`` replaces the environment.
        """
        environment = dict(os.environ) if env is None else dict(env)
        self.log.info("Running command: %s", list(command))
        with (
            tempfile.TemporaryDirectory(prefix="headway-command-") as folder,
            CommandProcess(list(command), cwd or folder, environment) as self.sub_process,
        ):
            return SubprocessResult(*self.sub_process.wait(output_encoding))

    def send_sigterm(self) -> None:
        """End the program that runs and everything in its process group."""
        if self.sub_process is not None:
            self.sub_process.stop()
