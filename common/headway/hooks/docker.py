"""``DockerHook``: the API of a Docker engine, over the library docker."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from headway.authoring.exceptions import AirflowException
from headway.hooks.base import BaseHook
from headway.hooks.extras import typed
from headway.hooks.library import library

LOCAL_ENGINE = "unix://var/run/docker.sock"


class DockerHook(BaseHook):
    """A client of the engine at ``base_url``, logged in to the connection's registry when there is one.

    The connection's host is the registry, login and password its account; extras: ``email``, ``reauth``.
    """

    conn_type = "docker"
    conn_name_attr = "docker_conn_id"
    default_conn_name = "docker_default"
    hook_name = "Docker"

    def __init__(
        self,
        docker_conn_id: str | None = None,
        base_url: str | list[str] | None = None,
        version: str | None = None,
        tls: Any = None,
        timeout: int = 60,
        **_: Any,
    ) -> None:
        super().__init__()
        self.docker_conn_id = docker_conn_id
        self._urls = [base_url] if isinstance(base_url, str) else base_url or [LOCAL_ENGINE]
        self._version = version
        self._tls = tls
        self._timeout = timeout

    @staticmethod
    def construct_tls_config(
        ca_cert: str | None = None,
        client_cert: str | None = None,
        client_key: str | None = None,
        verify: bool = True,
        assert_hostname: Any = None,
        ssl_version: Any = None,
    ) -> Any:
        """docker's ``TLSConfig`` for a client's certificate; False when no certificate is given."""
        if not (client_cert and client_key):
            return False
        tls = library("docker.tls", "docker").TLSConfig
        return tls(ca_cert=ca_cert, client_cert=(client_cert, client_key), verify=verify)

    @cached_property
    def api_client(self) -> Any:
        """docker's ``APIClient`` of the first engine that answers."""
        docker = library("docker", "docker")
        faults = []
        for url in self._urls:
            address = url.replace("tcp://", "https://") if self._tls else url
            try:
                client = docker.APIClient(
                    base_url=address, version=self._version or "auto", tls=self._tls or False, timeout=self._timeout
                )
                client.ping()
            except docker.errors.DockerException as error:
                faults.append(f"{address}: {error}")
                continue
            self._log_in(client)
            return client
        raise AirflowException(
            f"no Docker engine answers: {'; '.join(faults)}",
            remedy="start Docker on the hosts that run this task, or name the engine's address in docker_url",
        )

    @property
    def client_created(self) -> bool:
        """Whether the client was made already."""
        return "api_client" in self.__dict__

    def get_conn(self) -> Any:
        """docker's ``APIClient``."""
        return self.api_client

    def _log_in(self, client: Any) -> None:
        if not self.docker_conn_id:
            return
        conn = self.get_connection(self.docker_conn_id)
        extra = conn.extra_dejson
        registry = f"{conn.host}:{conn.port}" if conn.port else conn.host
        client.login(
            username=conn.login,
            password=conn.password,
            registry=f"{registry}/{conn.schema}" if conn.schema else registry,
            email=extra.get("email"),
            reauth=typed(extra.get("reauth", True)) not in (False, "no"),
        )
