"""Which Headway this is."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, Field

from headway.version import __version__
from headway_web.security.guards import Public

router = APIRouter()


class Version(BaseModel):
    """The version of the web node."""

    version: str = Field(examples=["0.2.0"])


@router.get("/version")
def get_version(_: Public) -> Version:
    """Tell which Headway this is."""
    return Version(version=__version__)
