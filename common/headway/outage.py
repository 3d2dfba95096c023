"""A node waits for its servers at its start, as it does later on: an outage is nobody's death."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from headway.errors import BrokerUnavailable, MetastoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

_PAUSE = 1.0  # seconds between two tries
_SAID_AGAIN = 60  # tries until an unchanged reason is said once more


def await_servers(check: Callable[[], None], *, ended: Callable[[], bool] = lambda: False) -> None:
    """Return when ``check`` raises no more that metastore or broker cannot be reached, or when ``ended``.

    Whatever else it raises (a wrong URL, another schema) does not pass by itself and goes on to the caller.
    """
    said, tries = "", 0
    while not ended():
        try:
            check()
        except (MetastoreUnavailable, BrokerUnavailable) as error:
            if error.message != said or tries % _SAID_AGAIN == 0:
                log.warning("%s; waiting for it (%s)", error.message, error.remedy)
            said, tries = error.message, tries + 1
            time.sleep(_PAUSE)
        else:
            if said:
                log.info("it answers now")
            return
