"""``AwsBaseHook``: boto3 clients from a connection."""

from __future__ import annotations

from functools import cache, cached_property
from typing import Any

from headway.authoring.connections import Connection
from headway.authoring.exceptions import AirflowNotFoundException
from headway.hooks.base import BaseHook
from headway.hooks.extras import typed
from headway.hooks.library import library


class AwsBaseHook(BaseHook):
    """A client or resource of an AWS service.

    Login and password of the connection are the access key, or the extras ``aws_access_key_id``,
    ``aws_secret_access_key``, ``aws_session_token``. Further extras: ``region_name``, ``endpoint_url``,
    ``profile_name``, ``role_arn`` (assumed through STS, with ``external_id``), ``config_kwargs``, ``verify``,
    ``service_config`` ({"s3": {"endpoint_url": …}}). Without a connection, or with ``aws_conn_id=None``,
    boto3 finds credentials by its own rules.
    """

    conn_type = "aws"
    conn_name_attr = "aws_conn_id"
    default_conn_name = "aws_default"
    hook_name = "Amazon Web Services"

    def __init__(
        self,
        aws_conn_id: str | None = default_conn_name,
        verify: bool | str | None = None,
        region_name: str | None = None,
        client_type: str | None = None,
        resource_type: str | None = None,
        config: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.aws_conn_id = aws_conn_id
        self.client_type = client_type
        self.resource_type = resource_type
        self._verify = verify
        self._region = region_name
        self._config = config

    @cached_property
    def connection(self) -> Connection:
        """The hook's connection; an empty one when it names none that exists."""
        if not self.aws_conn_id:
            return Connection(conn_type=self.conn_type)
        try:
            return self.get_connection(self.aws_conn_id)
        except AirflowNotFoundException:
            self.log.info("There is no connection %r: boto3 looks for credentials by itself", self.aws_conn_id)
            return Connection(conn_type=self.conn_type)

    @property
    def conn_config(self) -> dict[str, Any]:
        """What the connection's ``extra`` says."""
        return self.connection.extra_dejson

    @property
    def service_config(self) -> dict[str, Any]:
        """What the connection says for this hook's service alone."""
        services = typed(self.conn_config.get("service_config")) or {}
        return services.get(self.client_type or self.resource_type or "") or {}

    @property
    def region_name(self) -> str | None:
        """The region of clients; None leaves it to boto3."""
        return self._region or self.conn_config.get("region_name")

    @cached_property
    def conn(self) -> Any:
        """The client, or the resource when the hook was made for one."""
        return self.get_client_type() if self.client_type else self.get_resource_type()

    @property
    def conn_client_meta(self) -> Any:
        """boto3's description of the client."""
        return self.conn.meta if self.client_type else self.conn.meta.client.meta

    def get_conn(self) -> Any:
        """The client or resource, made once."""
        return self.conn

    def get_session(self, region_name: str | None = None) -> Any:
        """A boto3 session with the connection's credentials."""
        session = _session(
            **self._credentials(),
            region_name=region_name or self.region_name,
            profile_name=self.conn_config.get("profile_name"),
        )
        return self._in_role(session) if self.conn_config.get("role_arn") else session

    def get_client_type(self, region_name: str | None = None, config: Any = None) -> Any:
        """A client of the service ``client_type``."""
        return self.get_session(region_name).client(self.client_type, **self._options(config))

    def get_resource_type(self, region_name: str | None = None, config: Any = None) -> Any:
        """A resource of the service ``resource_type`` (or of ``client_type``)."""
        return self.get_session(region_name).resource(self.resource_type or self.client_type, **self._options(config))

    def get_credentials(self, region_name: str | None = None) -> Any:
        """The frozen credentials in use: access_key, secret_key, token."""
        return self.get_session(region_name).get_credentials().get_frozen_credentials()

    def test_connection(self) -> tuple[bool, str]:
        """Whether AWS knows the credentials, and a sentence about it."""
        endpoint = self.conn_config.get("endpoint_url")
        try:
            identity = self.get_session().client("sts", endpoint_url=endpoint).get_caller_identity()
        except Exception as error:  # noqa: BLE001 - every fault is an answer here
            return False, str(error)
        return True, f"account {identity['Account']}, {identity['Arn']}"

    def _credentials(self) -> dict[str, Any]:
        extra = self.conn_config
        found = {
            "aws_access_key_id": self.connection.login or extra.get("aws_access_key_id"),
            "aws_secret_access_key": self.connection.password or extra.get("aws_secret_access_key"),
            "aws_session_token": extra.get("aws_session_token"),
        }
        return {name: value for name, value in found.items() if value}

    def _options(self, config: Any) -> dict[str, Any]:
        extra = self.conn_config
        found = {
            "endpoint_url": self.service_config.get("endpoint_url") or extra.get("endpoint_url") or self._host_url(),
            "verify": self._verify if self._verify is not None else typed(extra.get("verify")),
            "config": self._config_of(config or self._config or typed(extra.get("config_kwargs"))),
        }
        return {name: value for name, value in found.items() if value is not None}

    def _host_url(self) -> str | None:
        """In style 1.10 and 2 the connection's host could be the endpoint."""
        host = self.connection.host
        return host if host and "://" in host else None

    def _config_of(self, given: Any) -> Any:
        return library("botocore.config", "s3").Config(**given) if isinstance(given, dict) else given

    def _in_role(self, session: Any) -> Any:
        extra = self.conn_config
        request = {"RoleArn": extra["role_arn"], "RoleSessionName": "headway", **extra.get("assume_role_kwargs", {})}
        if extra.get("external_id"):
            request["ExternalId"] = extra["external_id"]
        client = session.client("sts", endpoint_url=extra.get("endpoint_url"))
        found = client.assume_role(**request)["Credentials"]
        return _session(
            aws_access_key_id=found["AccessKeyId"],
            aws_secret_access_key=found["SecretAccessKey"],
            aws_session_token=found["SessionToken"],
            region_name=session.region_name,
        )


def _session(**options: Any) -> Any:
    inner = library("botocore.session", "s3").get_session()
    inner.register_component("data_loader", _data_loader())
    return library("boto3", "s3").session.Session(botocore_session=inner, **options)


@cache
def _data_loader() -> Any:
    """botocore's descriptions of the services: read by each session, they make up most of a client's cost."""
    return library("botocore.session", "s3").Session().get_component("data_loader")
