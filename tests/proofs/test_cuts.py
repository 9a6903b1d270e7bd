"""The short form of prove/cuts.py, and that its disk forgets as a disk does."""

from __future__ import annotations

import contextlib
import random
import sqlite3

from prove._counts import missed
from prove._disk import Disk, Recorder, Step


def test_two_thousand_power_cuts_lose_nothing():
    """What was acknowledged before the power went is there after it; without syncs the same model finds losses."""
    assert not missed("cuts")


def test_what_was_synced_survives_every_cut():
    """A disk gives back what it was asked to keep, and of the rest no more than was written."""
    disk = Disk({})
    for step in (Step("write", "a", 0, b"kept"), Step("sync", "a"), Step("write", "a", 4, b"lost")):
        disk.take(step)

    found = {disk.after_cut(random.Random(seed))["a"] for seed in range(50)}

    assert all(one.startswith(b"kept") and b"keptlost".startswith(one) for one in found)
    assert {b"kept", b"keptlost"} <= found


def test_a_database_is_recorded_down_to_its_writes(tmp_path):
    """Every write of SQLite is in the trace with its content, and a commit ends with a sync."""
    with Recorder() as recorder, contextlib.closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        connection.execute("CREATE TABLE guest (name TEXT)")
        connection.execute("INSERT INTO guest VALUES ('Haddad')")
        connection.commit()
        recorder.mark("acknowledged")

    before = recorder.trace[: [step.kind for step in recorder.trace].index("mark")]
    assert any(b"Haddad" in step.content for step in before)
    assert {"write", "sync"} <= {step.kind for step in before}
