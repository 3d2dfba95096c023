"""The web application: routes, errors, what stands around every request."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.middleware.gzip import GZipMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from headway.errors import SettingsError
from headway.settings import Settings
from headway.version import __version__
from headway_web import problems, routes
from headway_web.etags import ETags
from headway_web.means import Web
from headway_web.problems import Problem
from headway_web.security.guards import Guard, everybody
from headway_web.security.headers import BodyLimit, KnownHosts, SecurityHeaders
from headway_web.static import FOLDER, Ui

API = "/api/v1"
_COMPRESS_FROM = 1000  # bytes


def create_app(settings: Settings) -> FastAPI:
    """The application on a cluster; connects when it starts, not here."""
    if settings.oidc.issuer and not settings.web.public_url:
        raise SettingsError("oidc.issuer needs web.public_url", "set it to the address that browsers use")
    web = Web.of(settings)
    app = FastAPI(
        title="Headway",
        version=__version__,
        description="Runs DAGs of tasks on Celery workers.",
        lifespan=_lifespan,
        openapi_url=None,  # served by a route of ours
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # a redirect would repeat the Host that the client sent
        responses={"default": {"model": Problem, "description": "What is wrong, and what to do about it"}},
        generate_unique_id_function=_operation_id,
    )
    app.state.web = web
    problems.install(app)
    assert api_routes(), "no route is let in without a guard"
    for name, router in resources().items():
        app.include_router(router, prefix=settings.web.base_path + API, tags=[name])
    app.router.routes.extend(Ui(FOLDER, settings.web.base_path).routes())
    app.add_middleware(ETags)
    app.add_middleware(GZipMiddleware, minimum_size=_COMPRESS_FROM)  # around the tags: they are of the plain text
    app.add_middleware(BodyLimit)
    app.add_middleware(KnownHosts, settings=settings.web)
    app.add_middleware(SecurityHeaders, settings=settings.web)
    app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=settings.web.trusted_proxies)
    return app


def resources() -> dict[str, APIRouter]:
    """The router of each file in ``routes``, by the file's name."""
    names = sorted(module.name for module in pkgutil.iter_modules(routes.__path__))
    return {name: importlib.import_module(f"{routes.__name__}.{name}").router for name in names}


def api_routes() -> list[APIRoute]:
    """Every route of the API, its path without ``API`` before it; raises ``AssertionError`` for one without a guard."""
    found = [route for router in resources().values() for route in router.routes]
    for route in found:
        assert isinstance(route, APIRoute), route
        assert role_of(route) is not None, f"{route.path} has no guard: ask for Viewer, Operator, Admin or Public"
    return [route for route in found if isinstance(route, APIRoute)]


def role_of(route: APIRoute) -> str | None:
    """Who may ask: ``viewer``, ``operator``, ``admin`` or ``public``; None where nobody has thought of it."""
    for dependency in route.dependant.dependencies:
        if isinstance(dependency.call, Guard):
            return dependency.call.role.word
        if dependency.call is everybody:
            return "public"
    return None


def _operation_id(route: APIRoute) -> str:
    """The function's name: what generated clients call it."""
    return route.name


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    web: Web = app.state.web
    web.open()
    try:
        yield
    finally:
        web.close()
