"""Pagers that can be killed again and again, as _nursery.py has hubs: `python -m prove._pagers`.

Each line read is a settings file; each line written is the pid of the pager that lives by it, with its real pins on
gpiozero's mock, until it is killed.
"""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Self


def main() -> None:
    """Wait for wishes until nobody is left to make them."""
    import gpiozero.pins.mock  # noqa: F401 - loaded once, for all lives

    from kiosk.device import run_device
    from kiosk.device_pager import PagerDevice
    from kiosk.hardware import lamps, pager  # noqa: F401

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the dead
    gc.freeze()
    print("ready", flush=True)
    while wish := sys.stdin.readline():
        pid = os.fork()
        if pid == 0:
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os._exit(run_device(Path(wish.strip()), PagerDevice))
        print(pid, flush=True)


class Pagers:
    """The desks' pagers by name; each lives at most once at a time."""

    def __init__(self, log: Path) -> None:
        """Nothing lives yet."""
        with log.open("wb") as into:
            self._nursery = subprocess.Popen(
                [sys.executable, "-m", "prove._pagers"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=into,
                text=True,
                cwd=Path(__file__).parents[1],
            )
        self._pids: dict[Path, int] = {}
        self._read()

    def __enter__(self) -> Self:
        """They can be begun."""
        return self

    def __exit__(self, *_error: object) -> None:
        """None lives any more."""
        for settings in list(self._pids):
            self.kill(settings)
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._nursery.stdin.close()
        self._nursery.wait(10)
        self._nursery.stdout.close()

    def begin(self, settings: Path) -> None:
        """A pager is switched on."""
        assert self._nursery.stdin is not None
        self._nursery.stdin.write(f"{settings}\n")
        self._nursery.stdin.flush()
        self._pids[settings] = int(self._read())

    def kill(self, settings: Path) -> None:
        """Its plug is pulled."""
        pid = self._pids.pop(settings)
        try:
            os.kill(pid, signal.SIGKILL)
            while True:
                os.kill(pid, 0)
                time.sleep(0.001)
        except ProcessLookupError:
            return

    def _read(self) -> str:
        assert self._nursery.stdout is not None
        told = self._nursery.stdout.readline()
        if not told:
            raise RuntimeError("no pager came to life")
        return told


if __name__ == "__main__":
    main()
