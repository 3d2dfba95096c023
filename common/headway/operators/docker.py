"""``DockerOperator``: a container as a task."""

from __future__ import annotations

import ast
import io
import json
import posixpath
import tarfile
import tempfile
from collections import deque
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from headway.authoring.exceptions import AirflowException, AirflowSkipException
from headway.authoring.operator import BaseOperator
from headway.authoring.runtime import mask
from headway.hooks.docker import LOCAL_ENGINE, DockerHook
from headway.hooks.library import library

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from headway.authoring.context import Context

_AUTO_REMOVE = {True: "success", False: "never", "never": "never", "success": "success", "force": "force"}
_STOP_SECONDS = 10
#: Arguments of the operator that the engine's host configuration has under the same name.
_HOST_OPTIONS = (
    "network_mode", "shm_size", "dns", "dns_search", "mem_limit", "cap_add", "extra_hosts", "privileged",
    "device_requests", "ipc_mode", "ulimits", "port_bindings",
)  # fmt: skip


class DockerOperator(BaseOperator):
    """Runs ``command`` in a new container of ``image`` and fails if it ends with another code than 0.

    The container's output is the task's log; its last line is the XCom (all lines with ``xcom_all``). A
    code in ``skip_on_exit_code`` ends the task as skipped. Stopping the task stops the container.
    ``auto_remove`` removes it: ``never``, after ``success``, or by ``force`` whatever happens (True means
    success). A folder of the host is mounted at ``tmp_dir`` unless ``mount_tmp_dir`` is False; that needs an
    engine on the worker's own host.
    """

    template_fields: ClassVar[Sequence[str]] = (
        "image", "command", "environment", "env_file", "container_name", "mounts", "labels",
    )  # fmt: skip
    template_fields_renderers: ClassVar[dict[str, str]] = {"env_file": "yaml"}
    template_ext: ClassVar[Sequence[str]] = (".sh", ".bash", ".env")

    def __init__(
        self,
        *,
        image: str,
        command: str | list[str] | None = None,
        api_version: str | None = None,
        container_name: str | None = None,
        cpus: float = 1.0,
        docker_url: str | list[str] | None = None,
        environment: dict[str, Any] | None = None,
        private_environment: dict[str, Any] | None = None,
        env_file: str | None = None,
        force_pull: bool = False,
        mem_limit: float | str | None = None,
        host_tmp_dir: str | None = None,
        network_mode: str | None = None,
        tls_ca_cert: str | None = None,
        tls_client_cert: str | None = None,
        tls_client_key: str | None = None,
        tls_verify: bool = True,
        tls_hostname: str | bool | None = None,
        tls_ssl_version: str | None = None,
        mount_tmp_dir: bool = True,
        tmp_dir: str = "/tmp/airflow",  # noqa: S108 - a path inside the container, which images know
        user: str | int | None = None,
        mounts: list[Any] | None = None,
        volumes: list[str] | None = None,
        entrypoint: str | list[str] | None = None,
        working_dir: str | None = None,
        xcom_all: bool = False,
        docker_conn_id: str | None = None,
        dns: list[str] | None = None,
        dns_search: list[str] | None = None,
        auto_remove: str | bool = "never",
        shm_size: int | None = None,
        tty: bool = False,
        hostname: str | None = None,
        privileged: bool = False,
        cap_add: list[str] | None = None,
        extra_hosts: dict[str, str] | None = None,
        retrieve_output: bool = False,
        retrieve_output_path: str | None = None,
        timeout: int = 60,
        device_requests: list[Any] | None = None,
        log_opts_max_size: str | None = None,
        log_opts_max_file: str | None = None,
        ipc_mode: str | None = None,
        skip_exit_code: int | None = None,
        skip_on_exit_code: int | Container[int] | None = None,
        port_bindings: dict[Any, Any] | None = None,
        ulimits: list[Any] | None = None,
        labels: dict[str, str] | list[str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.image = image
        self.command = command
        self.api_version = api_version
        self.container_name = container_name
        self.cpus = cpus
        self.docker_url = docker_url or LOCAL_ENGINE
        self.environment = environment or {}
        self._private_environment = private_environment or {}
        self.env_file = env_file
        self.force_pull = force_pull
        self.mem_limit = mem_limit
        self.host_tmp_dir = host_tmp_dir
        self.network_mode = network_mode
        self.tls_ca_cert = tls_ca_cert
        self.tls_client_cert = tls_client_cert
        self.tls_client_key = tls_client_key
        self.tls_verify = tls_verify
        self.tls_hostname = tls_hostname
        self.tls_ssl_version = tls_ssl_version
        self.mount_tmp_dir = mount_tmp_dir
        self.tmp_dir = tmp_dir
        self.user = user
        self.mounts = list(mounts or ())
        self.volumes = list(volumes or ())
        self.entrypoint = entrypoint
        self.working_dir = working_dir
        self.xcom_all = xcom_all
        self.docker_conn_id = docker_conn_id
        self.dns = dns
        self.dns_search = dns_search
        self.auto_remove = _AUTO_REMOVE.get(auto_remove, str(auto_remove))
        self.shm_size = shm_size
        self.tty = tty
        self.hostname = hostname
        self.privileged = privileged
        self.cap_add = cap_add
        self.extra_hosts = extra_hosts
        self.retrieve_output = retrieve_output
        self.retrieve_output_path = retrieve_output_path
        self.timeout = timeout
        self.device_requests = device_requests
        self.log_opts = {"max-size": log_opts_max_size, "max-file": log_opts_max_file}
        self.ipc_mode = ipc_mode
        self.skip_on_exit_code = skip_exit_code if skip_exit_code is not None else skip_on_exit_code
        self.port_bindings = port_bindings or {}
        self.ulimits = ulimits
        self.labels = labels
        self._container = ""
        self._client: Any = None

    @cached_property
    def hook(self) -> DockerHook:
        """The hook that knows the engine."""
        return DockerHook(
            self.docker_conn_id,
            base_url=self.docker_url,
            version=self.api_version,
            tls=DockerHook.construct_tls_config(
                self.tls_ca_cert, self.tls_client_cert, self.tls_client_key, self.tls_verify
            ),
            timeout=self.timeout,
        )

    @property
    def cli(self) -> Any:
        """docker's ``APIClient``."""
        return self.hook.api_client

    def execute(self, context: Context) -> Any:
        """Run the container to its end."""
        return self._run_image()

    def _run_image(self) -> Any:
        """Pull the image if need be and run it; subclasses that were written for Airflow call it by this name."""
        self._client = self.cli
        self._pull()
        if not self.mount_tmp_dir:
            return self._run()
        with tempfile.TemporaryDirectory(prefix="headway-docker-", dir=self.host_tmp_dir) as folder:
            return self._run(folder)

    def on_kill(self) -> None:
        """Stop the container."""
        if self._client is not None and self._container:
            self.log.info("Stopping the container %s", self._container)
            self._client.stop(self._container, timeout=_STOP_SECONDS)

    def _pull(self) -> None:
        if not self.force_pull and self._client.images(name=self.image):
            return
        self.log.info("Pulling %s", self.image)
        for step in self._client.pull(self.image, stream=True, decode=True):
            if "error" in step:
                raise AirflowException(
                    f"the image {self.image!r} cannot be pulled: {step['error']}",
                    remedy="check its name, and docker_conn_id if the registry wants a login",
                )
            if "progress" not in step and step.get("status"):
                self.log.info("%s", step["status"])

    def _run(self, folder: str | None = None) -> Any:
        for secret in self._private_environment.values():
            mask(str(secret))
        self._container = self._client.create_container(**self._description(folder))["Id"]
        try:
            result = self._to_the_end()
        except BaseException:
            self._remove(ended_well=False)
            raise
        self._remove(ended_well=True)
        return result

    def _to_the_end(self) -> Any:
        attached = self._client.attach(self._container, stdout=True, stderr=True, stream=True)
        self._client.start(self._container)
        lines: deque[str] = deque(maxlen=None if self.xcom_all else 1)
        for line in _lines(attached):
            self.log.info("%s", line)
            lines.append(line)
        self._check(self._client.wait(self._container)["StatusCode"])
        if self.retrieve_output:
            return self._retrieved()
        if not self.do_xcom_push or not lines:
            return None
        return list(lines) if self.xcom_all else lines[-1]

    def _check(self, code: int) -> None:
        skip_on = self.skip_on_exit_code
        if code in ((skip_on,) if isinstance(skip_on, int) else skip_on or ()):
            raise AirflowSkipException(f"the container ended with code {code}, which means: skip")
        if code != 0:
            raise AirflowException(
                f"the container of {self.image!r} ended with code {code}", remedy="the lines above are its output"
            )

    def _remove(self, *, ended_well: bool) -> None:
        if self.auto_remove == "force" or (self.auto_remove == "success" and ended_well):
            self._client.remove_container(self._container, force=self.auto_remove == "force")
            self._container = ""

    def _description(self, folder: str | None) -> dict[str, Any]:
        environment = {**self.environment, **_env_file(self.env_file), **self._private_environment}
        if folder is not None:
            environment["AIRFLOW_TMP_DIR"] = self.tmp_dir
        return {
            "image": self.image,
            "command": _listed(self.command),
            "name": self.container_name,
            "environment": environment,
            "host_config": self._client.create_host_config(**self._host_config(folder)),
            "user": self.user,
            "entrypoint": _listed(self.entrypoint),
            "working_dir": self.working_dir,
            "tty": self.tty,
            "hostname": self.hostname,
            "labels": self.labels,
            "ports": list(self.port_bindings) or None,
        }

    def _host_config(self, folder: str | None) -> dict[str, Any]:
        types = library("docker.types", "docker")
        given = {name: getattr(self, name) for name in _HOST_OPTIONS}
        mounts = list(self.mounts)
        if folder is not None:
            mounts.append(types.Mount(self.tmp_dir, folder, "bind"))
        options = {name: value for name, value in self.log_opts.items() if value}
        log_config = types.LogConfig(config=options) if options else None
        found = {
            **given,
            "mounts": mounts,
            "binds": self.volumes or None,
            "log_config": log_config,
            "cpu_shares": round(self.cpus * 1024),
        }
        return {name: value for name, value in found.items() if value}

    def _retrieved(self) -> Any:
        """The JSON (or text) that the container left in ``retrieve_output_path``."""
        path = self.retrieve_output_path
        if not path:
            raise AirflowException("retrieve_output needs retrieve_output_path", remedy="name the file to read")
        stream, _ = self._client.get_archive(self._container, path)
        with tarfile.open(fileobj=io.BytesIO(b"".join(stream))) as archive:
            member = archive.extractfile(posixpath.basename(path))
            text = member.read().decode() if member is not None else ""
        try:
            return json.loads(text)
        except ValueError:
            return text


def _lines(stream: Any) -> Iterator[str]:
    """The lines of a container's output, which arrives in pieces."""
    rest = b""
    for piece in stream:
        *whole, rest = (rest + (piece.encode() if isinstance(piece, str) else piece)).split(b"\n")
        yield from (line.decode(errors="backslashreplace").rstrip("\r") for line in whole)
    if rest:
        yield rest.decode(errors="backslashreplace").rstrip("\r")


def _listed(command: str | list[str] | None) -> Any:
    """A command that is written as a list in a text (a template may have made it so) as that list."""
    if isinstance(command, str) and command.strip().startswith("["):
        return ast.literal_eval(command.strip())
    return command


def _env_file(text: str | None) -> dict[str, str]:
    """The variables of an environment file's text."""
    lines = [line.strip() for line in (text or "").splitlines()]
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#") and "=" in line]
    return {name.strip(): value.strip() for name, _, value in pairs}
