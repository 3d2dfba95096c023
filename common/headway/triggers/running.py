"""Running one trigger to its first event, in any event loop."""

from __future__ import annotations

import contextlib
import inspect
import logging
from typing import Any, cast

from headway.authoring.deferral import Firing, firing_of, firing_of_error
from headway.authoring.outcomes import describe
from headway.triggers.base import TriggerEvent

log = logging.getLogger("headway.task")


async def firing_from(trigger: Any) -> Firing:
    """Run ``trigger`` until its first event; what it raises, or its end without one, is an error. Then clean up."""
    try:
        return await _first(trigger)
    except Exception as error:  # noqa: BLE001  (users' code: all that it raises is data here)
        described = describe(error)
        told = f"\n{described.traceback}" if described.traceback else ""  # of users' code alone
        log.error("The trigger failed: %s%s", described, told)  # noqa: TRY400
        return firing_of_error(str(described), described.traceback)
    finally:
        await call_quietly(trigger, "cleanup")


async def call_quietly(trigger: Any, name: str) -> None:
    """Call one of the trigger's hooks; what it raises is logged."""
    try:
        await getattr(trigger, name)()
    except Exception:
        log.exception("%s of the trigger %s failed", name, type(trigger).__name__)


async def _first(trigger: Any) -> Firing:
    running = trigger.run()
    if not inspect.isasyncgen(running):
        if inspect.iscoroutine(running):
            running.close()
        return firing_of_error(f"run() of the trigger {type(trigger).__name__} yields nothing: it must yield an event")
    async with contextlib.aclosing(running):
        async for event in running:
            return firing_of(cast(TriggerEvent, event))
    return firing_of_error(f"the trigger {type(trigger).__name__} ended without an event")
