"""``BashOperator``: a shell command as a task."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from headway.authoring.exceptions import AirflowException, AirflowSkipException
from headway.authoring.operator import BaseOperator
from headway.authoring.scratch import scratch_folder
from headway.operators.shell import ShellProcess, task_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Sequence

    from headway.authoring.context import Context


class BashOperator(BaseOperator):
    """Runs ``bash_command`` in bash and fails if it ends with another code than 0.

    Its output goes to the task's log line by line; the last line, through ``output_processor``, is the
    XCom. A code in ``skip_on_exit_code`` ends the task as skipped. The command runs in a new folder that
    is deleted afterwards, or in ``cwd``. ``env`` replaces the environment, or adds to it with
    ``append_env``. A command that ends in ``.sh`` or ``.bash`` names a template file.
    """

    template_fields: ClassVar[Sequence[str]] = ("bash_command", "env", "cwd")
    template_fields_renderers: ClassVar[dict[str, str]] = {"bash_command": "bash", "env": "json"}
    template_ext: ClassVar[Sequence[str]] = (".sh", ".bash")
    ui_color = "#f0ede4"

    def __init__(
        self,
        *,
        bash_command: Any,
        env: dict[str, str] | None = None,
        append_env: bool = False,
        output_encoding: str = "utf-8",
        skip_exit_code: int | None = None,
        skip_on_exit_code: int | Container[int] | None = 99,
        cwd: str | None = None,
        output_processor: Callable[[str], Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.bash_command = bash_command
        self.env = env
        self.append_env = append_env
        self.output_encoding = output_encoding
        self.skip_on_exit_code = skip_exit_code if skip_exit_code is not None else skip_on_exit_code
        self.cwd = cwd
        self.output_processor = output_processor
        self._process: ShellProcess | None = None

    def execute(self, context: Context) -> Any:
        """Run the command to its end."""
        if not isinstance(self.bash_command, str) or not self.bash_command.strip():
            raise AirflowException(
                f"task {self.task_id!r}: expected a command as bash_command, got {self.bash_command!r}",
                remedy="give it text, or let the @task.bash function return some",
            )
        environment = task_environment(context, self.env, append=self.append_env)
        if self.cwd is not None:
            code, last_line = self._run(self._checked_cwd(self.cwd), environment)
        else:
            with scratch_folder("bash") as folder:
                code, last_line = self._run(folder, environment)
        self._check(code)
        return self.output_processor(last_line) if self.output_processor else last_line

    def on_kill(self) -> None:
        """End the command and everything that it started in its process group."""
        if self._process is not None:
            self._process.stop()

    def _run(self, folder: str, environment: dict[str, str]) -> tuple[int, str]:
        with ShellProcess(self.bash_command, folder, environment) as self._process:
            return self._process.wait(self.output_encoding)

    def _checked_cwd(self, cwd: str) -> str:
        if not Path(cwd).is_dir():
            fault = "is no folder" if Path(cwd).exists() else "does not exist on this host"
            raise AirflowException(
                f"task {self.task_id!r}: cwd {cwd!r} {fault}",
                remedy="create it on every worker of the task's queue, or leave out cwd",
            )
        return cwd

    def _check(self, code: int) -> None:
        skip_on = self.skip_on_exit_code
        skips = (skip_on,) if isinstance(skip_on, int) else skip_on or ()
        if code in skips:
            raise AirflowSkipException(f"the command ended with code {code}, which means: skip")
        if code != 0:
            how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
            raise AirflowException(f"the command {how}", remedy="the lines above are its output")
