"""After a restore devices send again what they sent within a day: a real hub, a real line, a backup from before."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

import pytest
from noticing import Noticing

from kiosk import settings as kiosk_settings
from kiosk.domain.facts import to_us
from kiosk.hub_client import HubClient
from kiosk.outbox import Command, Outbox
from kiosk.server.safety.backups import Backups, Places
from kiosk.server.safety.chosen import chosen
from kiosk.server.safety.restore import restore
from prove import _book
from prove._shop import shop_of

A_DAY_US = 24 * 3600 * 1_000_000


def commands_of(outbox: Outbox) -> list[str]:
    return [one.command_id for one in iter_waiting(outbox)]


def iter_waiting(outbox: Outbox) -> list[Command]:
    found: list[Command] = []
    while (one := outbox.first(but_not={each.command_id for each in found})) is not None:
        found.append(one)
    return found


@pytest.fixture
def outbox(tmp_path):
    outbox = Outbox(tmp_path / "outbox.db")
    yield outbox
    outbox.close()


def test_a_hub_in_a_new_life_is_told_the_last_day_again(outbox):
    """What was answered within a day waits again, in its order, once the hub has another generation."""
    outbox.meets("one")
    for number in range(3):
        outbox.add(Command(f"c{number}", "check_in", number, {}))
        outbox.answered(f"c{number}", number)

    is_another = outbox.meets("two")

    assert is_another
    assert commands_of(outbox) == ["c0", "c1", "c2"]


@pytest.mark.parametrize("lives", [["one"], ["one", "one"]])
def test_the_same_life_is_told_nothing_again(outbox, lives):
    """The first hub that a device meets, and the same one later, gets each command once."""
    outbox.add(Command("c", "check_in", 0, {}))
    outbox.answered("c", 0)

    met = [outbox.meets(one) for one in lives]

    assert not any(met)
    assert outbox.waiting() == 0


def test_what_is_older_than_a_day_is_not_sent_again(outbox):
    """Answered commands are forgotten after a day."""
    outbox.meets("one")
    outbox.add(Command("old", "check_in", 0, {}))
    outbox.answered("old", 0)
    outbox.add(Command("new", "check_in", A_DAY_US + 1, {}))
    outbox.answered("new", A_DAY_US + 1)

    outbox.meets("two")

    assert commands_of(outbox) == ["new"]


def walk_in(number: int) -> dict[str, object]:
    who = {"way": "walk_in", "name": f"Guest {number}", "language": "en", "ticket": f"A-{number:03}"}
    return who | {"visit_id": secrets.token_hex(16), "device_at": to_us(datetime.now(UTC))}


def test_a_lane_gives_a_restored_hub_back_what_its_backup_had_not(tmp_path):
    """Load, backup, more load, the machine is lost, another one is restored: every check-in is there once, each with one page."""
    noticed = Noticing()
    with shop_of("drill") as hubs:
        hubs.begin()
        places = Places.of(kiosk_settings.load(hubs.settings), hubs.settings)
        key = places.keys.new_recovery_key()
        lane = HubClient(
            f"http://127.0.0.1:{hubs.port}", "lane/A", tmp_path / "outbox.db", on_answer=lambda _: noticed.notice()
        )
        lane.watch("lane/A", lambda _: noticed.notice())
        sent = [lane.post("check_in", walk_in(number)) for number in range(1, 6)]
        noticed.until("five answered", lambda: lane.outbox.waiting() == 0 and lane.outbox.met())
        backup = Backups(places).make(datetime.now(UTC))
        sent += [lane.post("check_in", walk_in(number)) for number in range(6, 11)]
        noticed.until("ten answered", lambda: lane.outbox.waiting() == 0)
        hubs.kill()
        for path in hubs.folder.glob("hub.db*"):
            path.unlink()

        with chosen(backup.path, hubs.settings, key, lambda _: False) as choice:
            restore(choice, backup.path, datetime.now(UTC), key=key)
        before = lane.outbox.met()
        hubs.begin()
        noticed.until("sent again", lambda: lane.outbox.met() != before and lane.outbox.waiting() == 0)
        lane.close()
        hubs.end_life()
        book = _book.read(hubs.database)

    assert dict.fromkeys(sent, 1) == dict(book.check_ins)
    assert [book.pages[visit_id] for visit_id in book.visits] == [1] * 10
    assert book.halves == []
    assert book.is_sound
