"""A client of the hub's streams, without a network between them."""

from __future__ import annotations

import asyncio
import json

LONGEST_S = 60.0


class Reader:
    """One client of the stream: what it was sent, and what it does."""

    def __init__(self, application, path, who=None, **headers):
        headers = {"host": "127.0.0.1", **headers} | ({"kiosk-principal": who} if who else {})
        self.scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "state": {},
        }
        self.status = None
        self.body = b""
        self.is_over = False
        self._news = asyncio.Event()
        self._leaving = asyncio.Event()
        self.task = asyncio.create_task(application(self.scope, self._receive, self._send))

    async def _receive(self):
        await self._leaving.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message):
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.body += message["body"]
            self.is_over = not message.get("more_body", False)
        self._news.set()

    @property
    def views(self):
        """Every view that came, in order."""
        frames = [frame for frame in self.body.decode().split("\n\n") if frame.startswith("event: view")]
        return [json.loads(frame.split("\ndata: ", 1)[1]) for frame in frames]

    async def until(self, is_so):
        """Wait until something is so; it is looked at whenever something comes."""
        async with asyncio.timeout(LONGEST_S):
            while not is_so(self):
                self._news.clear()
                await self._news.wait()
        return self

    async def leave(self):
        self._leaving.set()
        await self.task
