"""``@task.docker``: a function in a container."""

from __future__ import annotations

import base64
import json
import zlib
from typing import TYPE_CHECKING, Any, ClassVar

from headway.authoring.callables import narrow_keywords
from headway.authoring.exceptions import AirflowException
from headway.operators.docker import DockerOperator
from headway.operators.elsewhere import GENERAL_KEYS, Call, files_of, source_of, value_in

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from headway.authoring.context import Context

_VARIABLE = "HEADWAY_CALL"
_LARGEST = 120_000  # characters; Linux takes 128 kB for one variable
#: Unpacks the variable into a folder and runs the script there.
_BOOT = (
    "import base64,json,os,pathlib,runpy,sys,zlib\n"
    "folder = pathlib.Path({folder!r})\n"
    "folder.mkdir(parents=True)\n"
    "files = json.loads(zlib.decompress(base64.b64decode(os.environ.pop({variable!r}))))\n"
    "[(folder / name).write_text(text, encoding='utf-8') for name, text in files.items()]\n"
    "sys.argv = ['', str(folder)]\n"
    "sys.path.insert(0, str(folder))\n"
    "runpy.run_path(str(folder / 'elsewhere_script.py'), run_name='__main__')\n"
)


class DockerTask(DockerOperator):
    """``@task.docker``: calls the function in a new container of ``image``, which needs Python 3.9 or newer.

    The function is taken there as source text; arguments and result are values that an XCom can hold.
    ``python_command`` is the interpreter in the image. Everything else is as in ``DockerOperator``.
    """

    custom_operator_name = "@task.docker"
    template_fields: ClassVar[Sequence[str]] = (*DockerOperator.template_fields, "op_args", "op_kwargs")
    shallow_copy_attrs: ClassVar[Sequence[str]] = ("python_callable",)
    #: Where the container keeps the call and the answer.
    call_folder: ClassVar[str] = "/tmp/headway-call"  # noqa: S108  (in the container)

    def __init__(
        self,
        *,
        python_callable: Callable[..., Any],
        op_args: Collection[Any] = (),
        op_kwargs: Mapping[str, Any] | None = None,
        python_command: str = "python3",
        use_dill: bool = False,
        serializer: str | None = None,
        expect_airflow: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.python_callable = python_callable
        self.op_args = op_args
        self.op_kwargs = op_kwargs or {}
        self.python_command = python_command

    def execute(self, context: Context) -> Any:
        """Run the function in the container and take its answer out."""
        args = tuple(self.op_args)
        kwargs = narrow_keywords(self.python_callable, args, self.op_kwargs, context, GENERAL_KEYS)
        files = files_of(Call(source_of(self.python_callable), args, kwargs, wants_result=self.do_xcom_push))
        packed = base64.b64encode(zlib.compress(json.dumps(files).encode())).decode()
        if len(packed) > _LARGEST:
            raise AirflowException(
                f"task {self.task_id!r}: the function and its arguments take {len(packed):,} characters,"
                f" a container can be given {_LARGEST:,}",
                remedy="hand large data over in a file, a table or an object store",
            )
        self.environment = {**self.environment, _VARIABLE: packed}
        self.command = [self.python_command, "-c", _BOOT.format(folder=self.call_folder, variable=_VARIABLE)]
        self.retrieve_output, self.retrieve_output_path = True, f"{self.call_folder}/answer.json"
        return value_in(super().execute(context))
