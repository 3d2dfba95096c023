"""Watching the DAG root: change notices of the file system where they can be had, regular looks elsewhere."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from watchfiles import watch

from headway.bundles.layout import LEFT_OUT, Layout, find_layout
from headway.errors import BundleError
from headway.settings import Settings

log = logging.getLogger(__name__)

_STEP_MS = 50  # quiet time after which a burst of changes is over
_DEBOUNCE_MS = 400  # longest burst
_LOOK_MS = 1_000  # how often the watch looks whether the root is still the same folder
_SILENT_FILE_SYSTEMS = ("nfs", "cifs", "smb", "fuse", "9p", "virtiofs", "vboxsf", "ceph", "gluster", "lustre", "afs")
_MOUNTS = Path("/proc/self/mounts")


class RootWatch:
    """A thread that calls ``on_change`` soon after something in the DAG root has changed.

    Where the file system sends no notices (network shares), or the kernel has no watches left, it is
    called every ``dags.scan_interval`` seconds instead: the caller looks for itself what changed.
    """

    def __init__(self, settings: Settings, on_change: Callable[[], None]) -> None:
        self._settings = settings
        self._on_change = on_change
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="watch", daemon=True)
        self.ready = threading.Event()

    def start(self) -> None:
        """Begin to watch; ``ready`` is set once no change can be missed."""
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """End the thread."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def _loop(self) -> None:
        logging.getLogger("watchfiles").setLevel(logging.WARNING)  # it would write a line for each change
        while not self._ending.is_set():
            layout = self._layout()
            if layout is None or sends_no_notices(layout.root):
                self._pause()
            else:
                self._watch(layout)

    def _pause(self) -> None:
        self.ready.set()
        self._ending.wait(self._settings.dags.scan_interval)
        self._on_change()

    def _watch(self, layout: Layout) -> None:
        try:
            self._follow(layout)
        except Exception as error:  # noqa: BLE001 - watchfiles raises whatever its Rust side meets
            if not self._ending.is_set():
                log.warning("no change notices for %s (%s); looking at intervals", layout.root, error)
                self._pause()

    def _follow(self, layout: Layout) -> None:
        """Pass notices on until the root is another folder (a link that was switched) or is gone."""
        notices = watch(
            layout.root,
            watch_filter=lambda _change, path: may_matter(path, layout),
            debounce=_DEBOUNCE_MS,
            step=_STEP_MS,
            rust_timeout=_LOOK_MS,
            yield_on_timeout=True,
            stop_event=self._ending,
            raise_interrupt=False,
        )
        for changes in notices:
            first = not self.ready.is_set()
            self.ready.set()
            replaced = self._layout() != layout
            if changes or first or replaced:  # at first: what changed before the notices were on
                self._on_change()
            if replaced:
                self.ready.clear()
                return

    def _layout(self) -> Layout | None:
        try:
            return find_layout(self._settings)
        except BundleError:
            return None


def sends_no_notices(folder: Path, mounts: str | None = None) -> bool:
    """Whether ``folder`` lies on a file system that other hosts may change without this kernel's knowing.

    ``mounts`` is the text of ``/proc/self/mounts``.
    """
    if mounts is None:
        mounts = _MOUNTS.read_text() if _MOUNTS.exists() else ""
    kind, length = "", 0
    for line in mounts.splitlines():
        _, point, found, *_ = line.split(" ")
        point = point.replace("\\040", " ").rstrip("/") + "/"
        if f"{folder}/".startswith(point) and len(point) >= length:
            kind, length = found, len(point)
    return kind.startswith(_SILENT_FILE_SYSTEMS)


def may_matter(path: str, layout: Layout) -> bool:
    """Whether a change of ``path`` can be one of the bundle; False for what no bundle takes along."""
    if layout.home is not None and path.startswith(f"{layout.home}/"):
        return False
    parts = path.removeprefix(f"{layout.root}/").split("/")
    above = ("/".join(parts[:count]) for count in range(1, len(parts) + 1))
    return not any(LEFT_OUT.verdict(one, folder=True) for one in above)
