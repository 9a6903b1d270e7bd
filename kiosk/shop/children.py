"""The shop's processes: started by their normal commands, shown when they end, started again, and ended with the shop.

Nothing here knows what a child does.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

RESTART_AFTER_S = 2.0
STOP_WITHIN_S = 4.0


@dataclass
class Child:
    """One process of the shop.

    Attributes:
        key: short name, for the page.
        words: the command line behind `kiosk`.
        log: where its output goes.
        restarts: how often it was started again.
    """

    key: str
    words: tuple[str, ...]
    log: Path
    restarts: int = 0
    process: asyncio.subprocess.Process | None = None
    watch: asyncio.Task[None] | None = field(default=None, repr=False)

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self.process is not None and self.process.returncode is None

    @property
    def pid(self) -> int | None:
        """The process's id while it runs."""
        return self.process.pid if self.process and self.is_alive else None


class Children:
    """Starts, watches and ends the shop's processes. Use it inside one asyncio loop."""

    def __init__(self, on_change: Callable[[], None]) -> None:
        """`on_change` is called whenever a child has started or ended."""
        self._children: dict[str, Child] = {}
        self._on_change = on_change
        self._stopping = False

    @property
    def all(self) -> tuple[Child, ...]:
        """Every child, in the order of its first start."""
        return tuple(self._children.values())

    async def start(self, key: str, *words: str, log: Path) -> None:
        """Start `kiosk <words>` and keep it running until `stop`."""
        child = self._children[key] = Child(key, words, log)
        await self._spawn(child)
        child.watch = asyncio.create_task(self._keep(child), name=f"watch {key}")

    def kill(self, key: str) -> None:
        """End one child at once, as a crash or a pulled plug would. It is started again after RESTART_AFTER_S."""
        child = self._children.get(key)
        if child and child.process and child.is_alive:
            child.process.kill()

    async def stop(self) -> None:
        """End all children: asked first, killed after STOP_WITHIN_S."""
        self._stopping = True
        for child in self.all:
            if child.watch:
                child.watch.cancel()
        alive = [child.process for child in self.all if child.process and child.is_alive]
        for process in alive:
            process.send_signal(signal.SIGTERM)
        waits = [asyncio.create_task(process.wait()) for process in alive]
        if waits:
            await asyncio.wait(waits, timeout=STOP_WITHIN_S)
        for process in alive:
            if process.returncode is None:
                process.kill()
                await process.wait()

    async def _spawn(self, child: Child) -> None:
        with child.log.open("ab") as log:
            child.process = await asyncio.create_subprocess_exec(
                *_ends_with_us(), sys.executable, "-m", "kiosk", *child.words,
                stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self._on_change()

    async def _keep(self, child: Child) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            while not self._stopping and child.process:
                await child.process.wait()
                self._on_change()
                await asyncio.sleep(RESTART_AFTER_S)
                child.restarts += 1
                await self._spawn(child)


def _ends_with_us() -> tuple[str, ...]:
    """What makes the kernel end a child when the shop itself is killed: util-linux's setpriv, part of every Debian."""
    setpriv = shutil.which("setpriv")
    return (setpriv, "--pdeathsig", "TERM", "--") if setpriv else ()
