"""The waiting room: when it was checked, whose initials its board may show, and visits that nobody touches."""

from __future__ import annotations

from datetime import timedelta

from hub_shop import a_booking

from kiosk.server.views.board import initials


def test_the_board_tells_when_the_room_was_checked(shop, clock):
    """Four taps by anybody of the staff, and the board has the moment; the log has what was as it should be."""
    before = shop.view("board/hall")["room_checked_at"]
    shop.do("check_room", "cashier/1", clean=True, seats=True, coffee=False, temperature=True)

    after = shop.view("board/hall")["room_checked_at"]

    assert (before, after) == (None, round(clock.at.timestamp() * 1_000_000))


def test_initials_stand_on_the_board_only_by_consent(shop):
    """Nobody's letters are in the view before the customer agreed, nor after they changed their mind."""
    shop.book(a_booking("R1"))
    visit_id = shop.scan(shop.code_for("R1"))["visit_id"]
    seen = ["initials" in shop.view("board/hall")["rows"][0]]

    for allowed in (True, False):
        shop.do("allow_initials", "advisor/marta", visit_id=visit_id, allowed=allowed)
        seen.append(shop.view("board/hall")["rows"][0].get("initials", False))

    assert seen == [False, seen[1], False]
    assert all(part.endswith(".") and len(part) == 2 for part in seen[1].split())


def test_initials_are_two_letters_at_most():
    """The first letter of the first and of the last word, whatever stands between, in any script."""
    assert [initials(one) for one in ("Lucía Campos", "Ana María de la Cruz", "Sami", "لوسيا كامبوس", "", "· 42")] == [
        "L. C.",
        "A. C.",
        "S.",
        "ل. ك.",
        "",
        "",
    ]


def test_an_open_visit_keeps_its_ticket_overnight(shop, clock):
    """The day turns at three in the morning, without a restart, and the car stands under its old number."""
    shop.book(a_booking("R1"))
    visit_id = shop.scan(shop.code_for("R1"))["visit_id"]
    shop.walk(visit_id, "begin_write_up", "begin_service")
    clock.later(hours=20)

    rows = shop.view("board/hall")["rows"]

    assert [(row["ticket"], row["stage"]) for row in rows] == [("A-001", "in_service")]


def test_a_visit_that_nobody_touches_is_told_to_the_manager(shop, clock):
    """Three whole open days without anything happening; a step takes it off the list again."""
    shop.book(a_booking("R1"))
    visit_id = shop.scan(shop.code_for("R1"))["visit_id"]
    shop.walk(visit_id, "begin_write_up")
    told = []

    for _ in range(8):
        clock.at += timedelta(days=1)
        told.append(shop.staff(visit_id)["forgotten"])
    shop.walk(visit_id, "begin_service")

    assert told[:3] == [False] * 3
    assert told[-1]
    assert told == sorted(told)
    assert not shop.staff(visit_id)["forgotten"]
