"""What people hold."""

from __future__ import annotations

from pydantic import BaseModel

from headway_web.schemas.times import Moment


class Hold(BaseModel):
    """Nothing new starts here until somebody releases it."""

    reason: str
    actor: str
    held_at: Moment
