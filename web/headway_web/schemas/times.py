"""Points in time as the API shows them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


#: RFC 3339 in UTC, with "Z", whatever zone the metastore's session has.
Moment = Annotated[datetime, AfterValidator(_in_utc)]
