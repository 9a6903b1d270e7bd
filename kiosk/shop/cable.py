"""The cable between the devices and the hub: a TCP relay on loopback that can be pulled out.

A pulled cable is silent, like a real one: what is open stays open and says nothing, what is new gets no answer.
"""

from __future__ import annotations

import asyncio
import contextlib


class Cable:
    """Relays connections from its own port to `target_port` until it is pulled."""

    def __init__(self, target_port: int) -> None:
        self.target_port = target_port
        self.port = 0
        self._is_in = asyncio.Event()
        self._is_in.set()
        self._server: asyncio.Server | None = None
        self._relays: set[asyncio.Task[None]] = set()

    async def lay(self, port: int = 0) -> None:
        """Open the devices' side on this loopback port, by default a free one."""
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]

    @property
    def is_pulled(self) -> bool:
        """Whether nothing goes through."""
        return not self._is_in.is_set()

    def pull(self) -> None:
        """Let nothing through any more, and say nothing about it."""
        self._is_in.clear()

    def plug_in(self) -> None:
        """Let new connections through; those that hung in it are dropped, and their owners connect anew."""
        self._is_in.set()
        for relay in self._relays:
            relay.cancel()

    async def remove(self) -> None:
        """Close everything."""
        if self._server:
            self._server.close()
        self.plug_in()
        if self._relays:
            await asyncio.wait(self._relays)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task:
            self._relays.add(task)
            task.add_done_callback(self._relays.discard)
        with contextlib.suppress(asyncio.CancelledError, OSError):
            try:
                await self._relay(reader, writer)
            finally:
                writer.close()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._is_in.wait()
        to_reader, to_writer = await asyncio.open_connection("127.0.0.1", self.target_port)
        ways = [asyncio.create_task(self._pump(reader, to_writer)), asyncio.create_task(self._pump(to_reader, writer))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            to_writer.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await reader.read(65536):
            await self._is_in.wait()
            writer.write(piece)
            await writer.drain()
