"""The cable between the devices and the hub, which can be pulled out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from kiosk.shop.cable import Cable


def with_cable(story: Callable[[Cable], Awaitable[None]]) -> None:
    """Run a story with an echo at the far end of a cable."""

    async def run() -> None:
        async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            while piece := await reader.read(1024):
                writer.write(piece)
            writer.close()

        far = await asyncio.start_server(echo, "127.0.0.1", 0)
        cable = Cable(far.sockets[0].getsockname()[1])
        await cable.lay()
        await story(cable)
        await cable.remove()
        far.close()

    asyncio.run(asyncio.wait_for(run(), 10))


async def said(cable: Cable) -> bytes:
    """What comes back for a word through a new connection; nothing when the other end hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", cable.port)
    try:
        writer.write(b"hello")
        return await reader.read(5)
    finally:
        writer.close()


def test_what_goes_in_comes_out() -> None:
    """A cable that is in carries both ways."""

    async def story(cable: Cable) -> None:
        assert await said(cable) == b"hello"

    with_cable(story)


def test_a_pulled_cable_is_silent() -> None:
    """Through a pulled cable a new connection opens and hears nothing, as with a real switch in between."""

    async def story(cable: Cable) -> None:
        cable.pull()

        answer = asyncio.create_task(said(cable))
        done, _ = await asyncio.wait([answer], timeout=0.2)

        assert not done
        answer.cancel()

    with_cable(story)


def test_a_cable_plugged_in_again_carries_new_connections() -> None:
    """What hung in the pulled cable is dropped, so that its owner connects anew and is heard."""

    async def story(cable: Cable) -> None:
        cable.pull()
        hung = asyncio.create_task(said(cable))
        await asyncio.wait([hung], timeout=0.1)

        cable.plug_in()

        assert await hung == b""
        assert await said(cable) == b"hello"

    with_cable(story)
