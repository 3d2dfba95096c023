"""Errors as ``application/problem+json`` (RFC 9457): the fault in a sentence, the remedy, the fields that are wrong."""

from __future__ import annotations

import logging
from http import HTTPStatus
from json import JSONDecodeError
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from psycopg import DataError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from headway.errors import (
    BrokerUnavailable,
    Conflict,
    HeadwayError,
    InvalidInput,
    MetastoreUnavailable,
    NotFound,
    SchemaMismatch,
    XComError,
)
from headway.log_store.objects import LogStoreUnavailable
from headway.metastore.database import LOST
from headway_web.security.refusals import Forbidden, NotLoggedIn, TooLarge, TooManyTries

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

#: What an error means in HTTP; one that is not named is a fault of this installation.
STATUS: dict[type[HeadwayError], HTTPStatus] = {
    NotLoggedIn: HTTPStatus.UNAUTHORIZED,
    Forbidden: HTTPStatus.FORBIDDEN,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    InvalidInput: HTTPStatus.UNPROCESSABLE_ENTITY,
    XComError: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooManyTries: HTTPStatus.TOO_MANY_REQUESTS,
    MetastoreUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    SchemaMismatch: HTTPStatus.SERVICE_UNAVAILABLE,
    BrokerUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    LogStoreUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


class FieldError(BaseModel):
    """One value of the request that cannot be used."""

    field: str = Field(description="where it stands, with dots: `conf.date`, `limit`")
    message: str


class Problem(BaseModel):
    """What every error answers."""

    type: str = Field(description="`headway:` and the kind of fault", examples=["headway:not-found"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["there is no DAG 'etl'"])
    instance: str | None = Field(None, description="the path that was asked for")
    remedy: str | None = Field(None, description="what to do about it")
    errors: list[FieldError] | None = None


def answer(
    request: Request,
    status: HTTPStatus,
    detail: str,
    *,
    remedy: str = "",
    errors: list[FieldError] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """A problem as a response."""
    problem = Problem(
        type="headway:" + status.phrase.lower().replace(" ", "-"),
        title=status.phrase,
        status=status,
        detail=detail,
        instance=request.url.path,
        remedy=remedy or None,
        errors=errors,
    )
    return JSONResponse(problem.model_dump(exclude_none=True), status, headers=headers, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Have the app answer every error in this form."""
    app.add_exception_handler(HeadwayError, _headway)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    for lost in LOST:
        app.add_exception_handler(lost, _metastore_lost)
    app.add_exception_handler(DataError, _unstorable)
    app.add_exception_handler(UnicodeEncodeError, _unstorable)
    app.add_exception_handler(OverflowError, _unstorable)
    app.add_exception_handler(Exception, _fault)


def status_of(error: HeadwayError) -> HTTPStatus:
    """The HTTP status of an error, by the nearest class that has one."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), HTTPStatus.INTERNAL_SERVER_ERROR)


def _headway(request: Request, error: Any) -> JSONResponse:
    headers = None
    if isinstance(error, TooManyTries):
        headers = {"Retry-After": str(error.seconds)}
    elif isinstance(error, NotLoggedIn):
        headers = {"WWW-Authenticate": "Bearer"}
    return answer(request, status_of(error), error.message, remedy=error.remedy, errors=_fields(error), headers=headers)


def _fields(error: HeadwayError) -> list[FieldError] | None:
    fields = error.fields if isinstance(error, InvalidInput) else {}
    return [FieldError(field=field, message=message) for field, message in fields.items()] or None


def _validation(request: Request, error: Any) -> JSONResponse:
    if isinstance(error.__cause__, JSONDecodeError):
        return _no_json(request, error.__cause__)
    if isinstance(error.body, bytes) and any(each["loc"] == ("body",) for each in error.errors()):
        return _not_called_json(request)
    wrong = [FieldError(field=_place(each["loc"]), message=each["msg"]) for each in error.errors()]
    told = "; ".join(f"{each.field}: {each.message}" if each.field else each.message for each in wrong[:3])
    return answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, told, errors=wrong)


def _no_json(request: Request, error: JSONDecodeError) -> JSONResponse:
    what = f"{error.msg[:1].lower()}{error.msg[1:]}"
    return answer(
        request,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        f"the body is not valid JSON: {what} at line {error.lineno}, column {error.colno}",
        remedy='send a JSON object, names and texts in double quotes: {"name": "value"}',
    )


def _not_called_json(request: Request) -> JSONResponse:
    return answer(
        request,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "expected a body of JSON, its Content-Type says otherwise",
        remedy="send it with the header Content-Type: application/json",
    )


def _place(location: tuple[Any, ...]) -> str:
    """``("body", "conf", "date")`` -> ``conf.date``."""
    return ".".join(str(part) for part in location[1:])


def _http(request: Request, error: Any) -> JSONResponse:
    status = HTTPStatus(error.status_code)
    detail = error.detail if error.detail != status.phrase else f"{request.method} {request.url.path}: {status.phrase}"
    return answer(request, status, detail, headers=error.headers)


def _metastore_lost(request: Request, error: Exception) -> JSONResponse:
    log.warning("the metastore does not answer: %s", str(error).partition("\n")[0])
    return answer(request, HTTPStatus.SERVICE_UNAVAILABLE, "the metastore does not answer", remedy="try again shortly")


def _unstorable(request: Request, _error: Exception) -> JSONResponse:
    """PostgreSQL has no NUL in texts, no half of a surrogate pair, no number or moment beyond its limits."""
    return answer(request, HTTPStatus.UNPROCESSABLE_ENTITY, "a value of this request cannot be stored or looked for")


def _fault(request: Request, error: Exception) -> JSONResponse:
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return answer(
        request,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "this is a fault in Headway",
        remedy="the web node's log has the details",
    )
