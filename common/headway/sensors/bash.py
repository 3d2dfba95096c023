"""``BashSensor``: waits until a shell command ends well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from headway.authoring.exceptions import AirflowException
from headway.authoring.scratch import scratch_folder
from headway.operators.shell import ShellProcess, task_environment
from headway.sensors.base import BaseSensorOperator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from headway.authoring.context import Context


class BashSensor(BaseSensorOperator):
    """Runs ``bash_command`` until it ends with code 0.

    Any other code means: not yet. With ``retry_exit_code`` only that code does, every other one is a
    failure. ``env`` replaces the environment.
    """

    template_fields: ClassVar[Sequence[str]] = ("bash_command", "env")
    template_fields_renderers: ClassVar[dict[str, str]] = {"bash_command": "bash", "env": "json"}
    template_ext: ClassVar[Sequence[str]] = (".sh", ".bash")

    def __init__(
        self,
        *,
        bash_command: str,
        env: dict[str, str] | None = None,
        output_encoding: str = "utf-8",
        retry_exit_code: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.bash_command = bash_command
        self.env = env
        self.output_encoding = output_encoding
        self.retry_exit_code = retry_exit_code
        self._process: ShellProcess | None = None

    def poke(self, context: Context) -> bool:
        """Run the command once."""
        environment = task_environment(context, self.env, append=False)
        with (
            scratch_folder("bash") as folder,
            ShellProcess(self.bash_command, folder, environment) as self._process,
        ):
            code, _ = self._process.wait(self.output_encoding)
        if code in (0, self.retry_exit_code) or self.retry_exit_code is None:
            return code == 0
        raise AirflowException(
            f"the command ended with code {code}, and only {self.retry_exit_code} means: not yet",
            remedy="the lines above are its output",
        )

    def on_kill(self) -> None:
        """End the command and everything that it started in its process group."""
        if self._process is not None:
            self._process.stop()
