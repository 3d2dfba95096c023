"""Parse: keeps the metastore's DAGs equal to the DAG root.

A change notice leads to a scan (files that look untouched are not read), a scan that finds another
snapshot to a stored bundle, and of the bundle's files only those are loaded whose fingerprint changed.
They are loaded from the bundle as it is laid out on this host, so what is parsed is what workers will run.
A change that comes while files are being loaded does not wait for the slow ones among them.

With several schedulers one parses at a time: whoever holds a lease, a row that each tries to take by
compare-and-set with the metastore's clock. The others take over when it has run out.
"""

from __future__ import annotations

import contextlib
import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from headway.bundles.fetch import materialise
from headway.bundles.layout import find_layout
from headway.bundles.local_garbage import collect_garbage
from headway.bundles.manifest import Limits, Manifest, Scanner
from headway.bundles.store import RootChanged, root_reader, store
from headway.errors import BundleError, HeadwayError
from headway.metastore.database import LOST
from headway.metastore.queries import bundles, code, versions
from headway.metastore.queries.code import FileError
from headway.operations.stored_values import StoredValues
from headway.settings import Settings
from headway_scheduler.parse.changes import Candidates, Fingerprints, changed_files
from headway_scheduler.parse.pool import ParsePool
from headway_scheduler.parse.process import Job, Parsed
from headway_scheduler.parse.results import Result, Results
from headway_scheduler.parse.watch import RootWatch
from headway_scheduler.service import Service

log = logging.getLogger(__name__)

#: The "file" of an error that concerns the whole root.
ROOT_ERROR = "bundle"

_SWEEP = 30.0  # seconds between scans that no notice asked for
_TIDY = 3600.0  # seconds between looks for bundles that are no longer needed
_SOON = 0.1
_PATIENCE = 10  # scans in a row that a changing file may spoil before it is shown as an error


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A stored state of the root, and the files in it that may hold DAGs."""

    manifest: Manifest
    bundle_id: int
    candidates: frozenset[str]
    fingerprints: Fingerprints


class _Interrupted(HeadwayError):
    """The work must not go on: the service ends, or another scheduler parses now."""


class ParseService(Service):
    """Reads DAG files when they change; ``on_change`` is called with a reason after new code was stored,
    ``on_errors`` when what cannot be loaded has changed.

    ``node`` is the scheduler's incarnation; ``parsed`` counts the files loaded since the start.
    """

    name = "parse"

    def __init__(
        self, settings: Settings, *, node: str, on_change: Callable[[str], None], on_errors: Callable[[], None]
    ) -> None:
        super().__init__(settings)
        dags = settings.dags
        self.interval = settings.lease.renewal
        self.parsed = 0
        self.watch = RootWatch(settings, self.notice)
        self._node = node
        self._on_change = on_change
        self._on_errors = on_errors
        self._scanner = Scanner(Limits(dags.max_file_mb, dags.max_bundle_mb))
        self._candidates = Candidates()
        values = StoredValues(settings, lambda: self.conn)
        self._pool = ParsePool(dags.parse_processes, dags.parse_timeout, values.look_up)
        self._results = Results(dags, on_change, on_errors)
        self._snapshot: Snapshot | None = None
        self._loading: dict[str, Snapshot] = {}
        self._stirred = threading.Event()
        self._stirred.set()
        self._restless = 0
        self._shown: FileError | None = None
        self._sweep_due = 0.0
        self._tidy_due = 0.0
        self._renewed = 0.0

    def start(self) -> None:
        """Start to watch and to parse."""
        super().start()
        self.watch.start()

    def stop(self, timeout: float = 10.0) -> None:
        """End the watch, the work and the child processes, and give the lease back."""
        self.watch.stop()
        super().stop(timeout)

    def notice(self) -> None:
        """Something in the root may have changed: scan it now."""
        self._stirred.set()
        self.wake()

    def sweep(self) -> None:
        """Compare the metastore with the root now, whether the root has changed or not."""
        self._sweep_due = 0.0
        self.wake()

    @property
    def busy(self) -> bool:
        """Whether files are being loaded."""
        return self._pool.busy

    def on_end(self) -> None:
        """End the child processes and let another scheduler parse."""
        self._pool.close()
        with contextlib.suppress(*LOST, HeadwayError):
            code.release_lease(self.conn, node=self._node)
        self._close()

    def run_once(self) -> float | None:
        """Renew the lease; when something stirred, or a sweep is due, bring the metastore up to date."""
        if not self._hold_lease():
            self._begin_anew()
            return None
        if time.monotonic() < self._sweep_due and not self._stirred.is_set():
            return None
        try:
            self._catch_up()
        except _Interrupted:
            self._begin_anew()
            return None
        except BaseException:
            self._begin_anew()
            raise
        return _SOON if 0 < self._restless < _PATIENCE else None

    def _begin_anew(self) -> None:
        """Forget what this scheduler took for the metastore's state, and what it had begun."""
        self._snapshot = None
        self._loading.clear()
        self._results.forget()
        self._pool.close()
        self._stirred.set()

    def _hold_lease(self) -> bool:
        self._renewed = time.monotonic()
        return code.hold_lease(self.conn, node=self._node, seconds=self.settings.lease.length)

    def _check_on(self) -> None:
        if self._ending.is_set():
            raise _Interrupted("the scheduler ends")
        if time.monotonic() >= self._renewed + self.settings.lease.renewal and not self._hold_lease():
            raise _Interrupted("another scheduler parses")

    def _catch_up(self) -> None:
        self._pool.warm_up()
        self._survey()
        began, count = time.monotonic(), self.parsed
        while self._pool.busy:
            self._check_on()
            for parsed in self._pool.step():
                self._take(parsed)
            if self._stirred.is_set():
                self._survey()
        self._results.finish(self.conn)
        self._pool.rest()
        if self.parsed > count:
            log.info("read %d DAG files in %.2f s", self.parsed - count, time.monotonic() - began)
        self._tidy()

    def _survey(self) -> None:
        """Scan the root; an error of the root as a whole is shown and leaves everything as it was."""
        self._stirred.clear()
        sweep = time.monotonic() >= self._sweep_due
        error = None
        try:
            self._compare(sweep)
        except RootChanged as changed:
            self._stirred.set()
            self._restless += 1
            if self._restless < _PATIENCE:
                return
            error = FileError(0, f"{changed.message}, again and again", changed.remedy)
        except BundleError as fault:
            error = FileError(0, fault.message, fault.remedy)
        else:
            self._restless = 0
        self._show(error)
        self._sweep_due = time.monotonic() + _SWEEP

    def _show(self, error: FileError | None) -> None:
        if error and error != self._shown:
            log.warning("the DAG root cannot be stored: %s; %s", error.message, error.remedy)
        self._shown = error
        if code.set_error(self.conn, ROOT_ERROR, error):
            self._on_errors()

    def _compare(self, sweep: bool) -> None:
        layout = find_layout(self.settings)
        manifest = self._scanner.scan(layout)
        before = self._snapshot
        if before is None or before.manifest.hash != manifest.hash:
            candidates = self._candidates.of(manifest, root_reader(layout.root, manifest))
            bundle_id = store(self.conn, layout.root, manifest)
            self._update(Snapshot(manifest, bundle_id, frozenset(candidates), self._fingerprints(manifest)))
        elif sweep:
            self._update(replace(before, fingerprints=self._fingerprints(manifest)))

    def _fingerprints(self, manifest: Manifest) -> Fingerprints:
        return Fingerprints(
            manifest, self.settings.dags.style, code.value_states(self.conn), json.dumps(self.settings.unsaid())
        )

    def _update(self, now: Snapshot) -> None:
        """Let the DAGs of untouched files move to the snapshot, and have the others parsed."""
        self._snapshot = now
        todo = changed_files(sorted(now.candidates), code.known_files(self.conn), now.fingerprints)
        stale = code.forget_others(self.conn, now.candidates)
        code.move_to_bundle(self.conn, now.bundle_id, besides=todo)
        if stale:
            self._on_change(f"{', '.join(stale[:3])} gone")
        for file in self._loading.keys() - now.candidates:
            self._cancel(file)
        for file in todo:
            self._submit(file, now)

    def _submit(self, file: str, now: Snapshot) -> None:
        """Have a file loaded, unless just this content of it is being loaded."""
        at_work = self._loading.get(file)
        if at_work and self._pool.loads(file):
            if at_work.manifest.files[file] == now.manifest.files[file]:
                return
            self._cancel(file)
        root = materialise(self.conn, now.manifest.hash, self.settings.home)
        self._loading[file] = now
        self._pool.submit(Job.of(self.settings, file, root, now.manifest.dag_folder))

    def _cancel(self, file: str) -> None:
        self._loading.pop(file, None)
        self._pool.cancel(file)

    def _take(self, parsed: Parsed) -> None:
        """Write a result; where the root has moved on in what the file reads, load the file again."""
        source, now = self._loading.pop(parsed.file), self._snapshot
        assert now is not None
        self.parsed += 1
        prints = (source.fingerprints.of(parsed.file, parsed.reads), now.fingerprints.of(parsed.file, parsed.reads))
        current = prints[0] == prints[1]
        bundle_id = now.bundle_id if current else source.bundle_id
        self._results.write(self.conn, Result(parsed, source.fingerprints, bundle_id))
        if not current:
            self._submit(parsed.file, now)

    def _tidy(self) -> None:
        """Drop the versions and bundles that nothing needs any more: every change of a file makes one."""
        if time.monotonic() >= self._tidy_due:
            versions.delete_surplus(self.conn)
            bundles.remove_unused(self.conn)
            collect_garbage(self.settings.home)
            self._tidy_due = time.monotonic() + _TIDY
