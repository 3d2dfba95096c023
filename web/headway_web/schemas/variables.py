"""Variables."""

from __future__ import annotations

from pydantic import BaseModel, Field

from headway_web.paging import Page
from headway_web.schemas.times import Moment

_TEXT = r"^[^\x00]*$"
_MOST = 1_000_000  # characters of a value


class Variable(BaseModel):
    """A variable. One whose key announces a secret (password, token, …) never shows its value."""

    key: str = Field(examples=["region"])
    value: str | None = Field(
        description="null for a secret; of JSON without what sensitive keys hold", examples=["eu-1"]
    )
    description: str
    is_secret: bool
    changed_at: Moment


class Variables(Page):
    """Variables by key."""

    variables: list[Variable]


class NewVariable(BaseModel):
    """A variable to be made."""

    key: str = Field(min_length=1, max_length=250, pattern=_TEXT, examples=["region"])
    value: str = Field(max_length=_MOST, examples=["eu-1"])
    description: str = Field("", max_length=5000, pattern=_TEXT)


class VariableChange(BaseModel):
    """What is to be changed; what is left out or null stays. `***` in JSON stands for what is stored there."""

    value: str | None = Field(None, max_length=_MOST, examples=["eu-2"])
    description: str | None = Field(None, max_length=5000, pattern=_TEXT)
