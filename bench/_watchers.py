"""Many devices that watch a hub, in one thread: each an event stream of its own, read as soon as something comes."""

from __future__ import annotations

import selectors
import socket
import threading
import time
from collections.abc import Iterable
from typing import Self
from urllib.parse import urlsplit

SIZE = 1 << 16
FRAME = b"event: view"


class Watchers:
    """Streams by number, with the time at which each got its newest view."""

    def __init__(self, hub: str, watched: Iterable[tuple[str, str]]) -> None:
        """Open a stream for each (principal, view) and wait until all have seen their first view."""
        where = urlsplit(hub)
        self._selector = selectors.DefaultSelector()
        self._news = threading.Condition()
        self.views: list[str] = []
        self.newest_s: list[float] = []
        self._is_over = False
        for number, (principal, view) in enumerate(watched):
            link = socket.create_connection((where.hostname or "", where.port or 80))
            link.sendall(
                f"GET /api/1/views/{view}/stream HTTP/1.1\r\nHost: {where.netloc}\r\n"
                f"Kiosk-Principal: {principal}\r\nKiosk-Protocol: 1\r\n\r\n".encode()
            )
            link.settimeout(0)
            self._selector.register(link, selectors.EVENT_READ, number)
            self.views.append(view)
            self.newest_s.append(0.0)
        self._thread = threading.Thread(target=self._read, name="watchers")
        self._thread.start()
        self.wait_for(range(len(self.views)), 0.0)

    def __enter__(self) -> Self:
        """All watch."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Hang up."""
        self._is_over = True
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            self._selector.unregister(key.fileobj)
            key.fileobj.close()  # type: ignore[union-attr]
        self._selector.close()

    def of(self, *families: str) -> list[int]:
        """The numbers of the streams of these kinds of view."""
        return [number for number, view in enumerate(self.views) if view.partition("/")[0] in families]

    def wait_for(self, numbers: Iterable[int], since_s: float, within_s: float = 20.0) -> float:
        """Wait until each of these has got a view after `since_s`; when the last of them got it."""
        wanted = list(numbers)
        with self._news:
            there = self._news.wait_for(lambda: all(self.newest_s[one] > since_s for one in wanted), within_s)
            if not there:
                raise RuntimeError("a view did not come")
            return max(self.newest_s[one] for one in wanted)

    def wait_for_quiet(self, quiet_s: float = 0.15) -> None:
        """Wait until nothing has come for a while."""
        with self._news:
            while self._news.wait(quiet_s):
                pass

    def _read(self) -> None:
        while not self._is_over:
            came = []
            for key, _ in self._selector.select(0.2):
                content = key.fileobj.recv(SIZE)  # type: ignore[union-attr]
                if FRAME in content:
                    came.append((key.data, time.monotonic()))
            if came:
                with self._news:
                    for number, at_s in came:
                        self.newest_s[number] = at_s
                    self._news.notify_all()
