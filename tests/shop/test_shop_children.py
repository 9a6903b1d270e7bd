"""The shop's processes: started, started again, ended with the shop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from kiosk.shop.children import Children


def with_children(story: Callable[[Children, asyncio.Event], Awaitable[None]]) -> None:
    """Run a story with children that are told of by an event; all are ended afterwards."""

    async def run() -> None:
        changed = asyncio.Event()
        children = Children(changed.set)
        try:
            await story(children, changed)
        finally:
            await children.stop()

    asyncio.run(asyncio.wait_for(run(), 20))


def exists(pid: int) -> bool:
    """Whether a process with this id is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_dead_child_is_shown_and_started_again(tmp_path: Path) -> None:
    """A device that ends is told of at once and runs again two seconds later, as a new process."""

    async def story(children: Children, changed: asyncio.Event) -> None:
        await children.start("version", "version", log=tmp_path / "log")
        child = children.all[0]
        first = child.process

        while child.restarts == 0:
            changed.clear()
            await changed.wait()

        assert child.process is not first

    with_children(story)


def test_a_stopped_shop_leaves_no_process(tmp_path: Path) -> None:
    """After stop no child runs and none is started again."""
    pids = []

    async def story(children: Children, changed: asyncio.Event) -> None:
        await children.start("help", "--help", log=tmp_path / "log")
        pids.append(children.all[0].process.pid)

        await children.stop()

        assert not children.all[0].is_alive

    with_children(story)

    assert not exists(pids[0])
