"""The triggers of this process: each one task of the event loop."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from headway.authoring.deferral import Firing, build_trigger, firing_of_error, unpack
from headway.authoring.import_paths import dag_file_module
from headway.authoring.loader import load_file
from headway.authoring.outcomes import describe
from headway.triggers.base import WaitingTask
from headway.triggers.running import call_quietly, firing_from
from headway_triggerer.child.speech import speaker
from headway_triggerer.child.wire import Wire

Key = tuple[int, int]


class Triggers:
    """Runs triggers and reports how they end; used in the event loop's thread alone."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, wire: Wire, root: Path, folder: Path, options: Mapping[str, Any]
    ) -> None:
        self._loop = loop
        self._wire = wire
        self._root = root
        self._folder = folder
        self._options = options
        self._tasks: dict[Key, asyncio.Task[None]] = {}
        self._killed: set[Key] = set()

    def begin(self, message: Mapping[str, Any]) -> None:
        """Run a trigger."""
        key = (message["run"][0], message["run"][1])
        speaker.set(key)  # the task inherits it
        self._tasks[key] = self._loop.create_task(self._run(key, message), name=str(message["classpath"]))
        speaker.set(None)

    def drop(self, key: Key, killed: bool) -> None:
        """Run it no more."""
        task = self._tasks.get(key)
        if task is not None:
            if killed:
                self._killed.add(key)
            task.cancel()

    def key_of(self, task: asyncio.Task[Any] | None) -> Key | None:
        """Whose task that is."""
        return next((key for key, mine in list(self._tasks.items()) if mine is task), None)

    async def end(self) -> None:
        """Let all of them clean up."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _run(self, key: Key, message: Mapping[str, Any]) -> None:
        trigger = None
        try:
            trigger = self._made(key, message)
            firing = await firing_from(trigger)
        except asyncio.CancelledError:
            if trigger is not None and key in self._killed:
                await call_quietly(trigger, "on_kill")
            raise
        except Exception as error:  # noqa: BLE001  (users' constructors)
            described = describe(error)
            firing = firing_of_error(str(described), described.traceback)
        finally:
            self._tasks.pop(key, None)
            self._killed.discard(key)
        self._wire.send({"of": key, "fired": [firing.outcome, self._clean(firing)]})

    def _clean(self, firing: Firing) -> str:
        return self._wire.masker(firing.payload) if firing.outcome == "error" else firing.payload

    def _made(self, key: Key, message: Mapping[str, Any]) -> Any:
        trigger = build_trigger(
            message["classpath"], unpack(message["kwargs"]), lambda: self._dag_file(message["file"])
        )
        trigger.task_instance = WaitingTask(*message["task"])
        trigger.trigger_id = key[0]
        return trigger

    def _dag_file(self, file: str) -> ModuleType:
        """The run's DAG file as a module."""
        path = (self._root / file).resolve()
        name = dag_file_module(str(path))
        if name not in sys.modules:
            style, airflow = self._options["style"], self._options["prefer_airflow"]
            load_file(path, self._root, style, airflow, self._options["folder"])
        return sys.modules[name]
