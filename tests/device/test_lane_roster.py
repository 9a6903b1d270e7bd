"""The roster on a lane's disk: only under the hub's key, for eight hours without the hub, and never of yesterday."""

from __future__ import annotations

import base64
import contextlib
import sqlite3
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from device_floor import NOW, TOKEN, lane_view

from kiosk.device_lane import LaneDevice
from kiosk.device_lane_memory import LaneMemory
from kiosk.domain.facts import to_us
from kiosk.sealing import decrypted, encrypted, opened, sealed

PI, OTHER_PI = b"100000003d1d1c36", b"10000000aabbccdd"
HOUR = timedelta(hours=1)
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def memory(tmp_path):
    """Opens the lane's file, as often as it is asked."""
    with contextlib.ExitStack() as opened_files:

        def open_it(machine=PI):
            return opened_files.enter_context(contextlib.closing(LaneMemory(tmp_path / "lane.db", machine)))

        yield open_it


def on_disk(tmp_path):
    """Every byte of the lane's file and its journal."""
    return b"".join(file.read_bytes() for file in tmp_path.glob("lane.db*"))


def names(view):
    """The first names in a view's roster."""
    return [one["first_name"] for one in view["roster"]]


def test_the_disk_tells_nobodys_name(memory, tmp_path):
    """Neither name nor car nor the hash of a code can be read from the file; the dealership can."""
    kept = memory()

    kept.roster.keep(lane_view(), NOW)

    disk = on_disk(tmp_path)
    assert b"Valley Motors" in disk
    assert not [word for word in (b"Sami", b"Blue SUV", b"472", b"code_hashes") if word in disk]


def test_a_view_that_cannot_be_written_leaves_the_memory_usable(memory):
    """Where the disk refuses the end of a change, numbers are kept all the same, and the next view too."""
    kept = memory()
    kept._db.execute("PRAGMA foreign_keys = ON")
    kept._db.executescript(
        "CREATE TABLE there (one INTEGER PRIMARY KEY);"
        "CREATE TABLE missing (one INTEGER REFERENCES there DEFERRABLE INITIALLY DEFERRED);"
        "CREATE TRIGGER at_the_end AFTER INSERT ON kept_view BEGIN INSERT INTO missing VALUES (1); END"
    )
    with pytest.raises(sqlite3.Error, match="FOREIGN KEY"):
        kept.roster.keep(lane_view(), NOW)

    kept._db.execute("DROP TRIGGER at_the_end")
    kept.keep_number(41)
    kept.roster.keep(lane_view(), NOW)

    after = memory()
    assert after.highest() == 41
    assert names(after.roster.view(NOW)) == ["Sami"]


@pytest.mark.parametrize(("later", "greets"), [(0.1, ["Sami"]), (7.9, ["Sami"]), (8.0, []), (900, [])])
def test_a_reboot_without_the_hub_greets_for_eight_hours(memory, later, greets):
    """Started again within eight hours after the hub was last heard, the lane knows its customers; later nobody's name."""
    memory().roster.keep(lane_view(), NOW)

    view = memory().roster.view(NOW + later * HOUR)

    assert names(view) == greets
    assert view["store"]["store_id"] == "valley"


def test_while_the_hub_is_heard_the_time_begins_anew(memory):
    """A quiet morning without a change counts as hearing: eight hours from the last sign of the hub."""
    kept = memory()
    kept.roster.keep(lane_view(), NOW)

    kept.roster.still_heard(NOW + 5 * HOUR)

    assert names(memory().roster.view(NOW + 12 * HOUR)) == ["Sami"]


def test_a_card_in_another_machine_tells_nothing(memory):
    """The key is sealed with the Pi's serial number, which is not on its card."""
    memory().roster.keep(lane_view(), NOW)

    assert names(memory(OTHER_PI).roster.view(NOW)) == []


def test_a_clock_that_was_set_back_does_not_help(memory):
    """Before the time at which it was sealed the key does not open."""
    memory().roster.keep(lane_view(), NOW)

    assert names(memory().roster.view(NOW - HOUR)) == []


def test_a_later_end_written_into_the_file_does_not_help(memory, tmp_path):
    """The times are part of what is sealed: changed by hand, the key does not open."""
    memory().roster.keep(lane_view(), NOW)
    with contextlib.closing(sqlite3.connect(tmp_path / "lane.db")) as file, file:
        file.execute("UPDATE kept_key SET good_until = ?", (to_us(NOW + 99 * HOUR),))

    assert names(memory().roster.view(NOW + 9 * HOUR)) == []


def test_after_eight_hours_the_roster_is_wiped(memory, tmp_path):
    """A lane that runs on without the hub wipes key and roster from its disk."""
    kept = memory()
    kept.roster.keep(lane_view(), NOW)

    kept.roster.tend(NOW + 8 * HOUR)

    with contextlib.closing(sqlite3.connect(tmp_path / "lane.db")) as file:
        left = [file.execute(f"SELECT count(*) FROM {one}").fetchone()[0] for one in ("kept_roster", "kept_key")]
    assert left == [0, 0]


def test_at_three_in_the_morning_yesterdays_rows_go(memory):
    """The hub away over night: at 03:00 only those of the new day are left, and the seal has not become younger."""
    evening = datetime(2026, 11, 24, 22, 0, tzinfo=NEW_YORK).astimezone(UTC)
    tomorrow = {**lane_view()["roster"][0], "first_name": "Tom", "starts_at": to_us(evening + 12 * HOUR)}
    kept = memory()
    kept.roster.keep(lane_view(roster=[*lane_view()["roster"], tomorrow]), evening)
    before = memory().roster.view(evening + 4.9 * HOUR)

    kept.roster.tend(evening + 5 * HOUR)

    assert names(before) == ["Sami", "Tom"]
    assert names(memory().roster.view(evening + 5 * HOUR)) == ["Tom"]
    assert names(memory().roster.view(evening + 8 * HOUR)) == []


def test_a_new_key_of_the_hub_is_used_at_once(memory, tmp_path):
    """Another day, or a hub that has started anew: the roster is written again under its key."""
    kept = memory()
    kept.roster.keep(lane_view(), NOW)
    before = on_disk(tmp_path)

    kept.roster.keep(lane_view(roster_key=base64.b64encode(bytes(32)).decode()), NOW)

    assert on_disk(tmp_path) != before
    assert names(memory().roster.view(NOW)) == ["Sami"]


def test_without_a_key_nobody_is_kept(memory, tmp_path):
    """A hub that gives no key gets no roster on a disk, and what was there is wiped."""
    kept = memory()
    kept.roster.keep(lane_view(), NOW)

    kept.roster.keep(lane_view(roster_key=None), NOW)

    assert names(memory().roster.view(NOW)) == []


def test_the_same_view_again_writes_nothing(memory, tmp_path):
    """A hub that says the same each second does not wear out the card."""
    kept = memory()
    kept.roster.keep(lane_view(), NOW)
    before = on_disk(tmp_path)

    kept.roster.keep(lane_view(hub_now=1), NOW + timedelta(minutes=1))

    assert on_disk(tmp_path) == before


def test_a_lane_that_starts_without_its_roster_takes_a_code_at_its_word(floor):
    """Nine hours without the hub and then a reboot: nobody is greeted by name, everybody is checked in."""
    floor.hub.shows("lane/A", lane_view())
    with floor.running(partial(LaneDevice, floor.lane_settings(), now=floor.clock)):
        floor.shows("scan")
    floor.hub.falls_silent()
    floor.clock.passes(9 * 3600)

    with floor.running(partial(LaneDevice, floor.lane_settings(), now=floor.clock)):
        floor.shows("scan")
        floor.world.present_code("device", TOKEN)
        floor.until("nothing read", lambda: floor.screen != "scan")
        floor.clock.passes(0.6)

        floor.until("still read", lambda: floor.screen not in ("scan", "read"))
        assert "Sami" not in floor.words


@pytest.mark.parametrize("changed", [0, 5, 20, -1])
def test_a_single_bit_changed_is_noticed(changed):
    """What was tampered with is no text at all."""
    key = bytes(range(32))
    content = bytearray(encrypted(key, "words", "about"))
    content[changed] ^= 1

    assert decrypted(key, bytes(content), "about") is None


def test_words_for_one_thing_are_no_words_for_another():
    """What was written as a roster cannot be read as anything else."""
    key = bytes(range(32))

    assert decrypted(key, encrypted(key, "words", "roster"), "key") is None
    assert decrypted(key, b"", "roster") is None


def test_a_seal_opens_on_its_machine():
    """Sealed and opened on one machine is the same key; each seal looks different."""
    key = bytes(range(32))
    one, other = (sealed(key, PI, NOW, 8 * HOUR) for _ in range(2))

    assert opened(one, PI, NOW) == opened(other, PI, NOW) == key
    assert one.content != other.content
