"""Check-in by a lane that was without the hub, and the numbers that lanes draw: nothing is refused, nothing is doubled."""

from __future__ import annotations

import pytest
from hub_shop import READY, TUESDAY, a_booking, clock_at, us

from kiosk.domain.appointment import Cancellation
from kiosk.server.visits.codes import hashed

pytestmark = pytest.mark.storage


# --- the lane without the hub


@pytest.mark.parametrize("case", ["unknown", "cancelled", "other_day", "finished"])
def test_from_an_offline_lane_nothing_is_refused(shop, clock, case):
    """What the hub would have refused becomes a visit to be confirmed: the customer has a number on paper already."""
    shop.book(a_booking("R1", clock_at(8, on=TUESDAY.replace(day=25)) if case == "other_day" else None))
    token = shop.code_for("R1")
    if case == "cancelled":
        shop.book(Cancellation("csv", "R1"))
    if case == "finished":
        shop.walk(shop.scan(token)["visit_id"], *READY, "hand_over")
    clock.later(minutes=30)

    answer = shop.scan("0" * 26 if case == "unknown" else token, offline=True, device_at=us(clock_at(8, 5)))

    told = shop.staff(answer["visit_id"])
    assert (answer["outcome"], answer["unconfirmed"], told["confirmed"]) == ("checked_in", True, False)
    assert told["arrived_at"] == us(clock_at(8, 5))
    assert told["name"] == ("" if case == "unknown" else "Lucía Méndez")
    assert shop.view("staff")["visits"][-1]["pages"]


@pytest.mark.parametrize("case", ["unknown", "cancelled", "other_day"])
@pytest.mark.parametrize(("late_s", "is_visit"), [(30, False), (31, True), (3 * 86400, True)])
def test_a_check_in_that_comes_too_late_is_judged_as_offline(shop, clock, case, late_s, is_visit):
    """Its customer has had no answer, whatever the lane thought: a visit with the time of the scan, never a refusal."""
    shop.book(a_booking("R1", clock_at(8, on=TUESDAY.replace(day=25)) if case == "other_day" else None))
    token = "0" * 26 if case == "unknown" else shop.code_for("R1")
    if case == "cancelled":
        shop.book(Cancellation("csv", "R1"))
    scanned_at = us(clock.now())
    clock.later(seconds=late_s)

    answer = shop.scan(token, device_at=scanned_at, offline=False)

    visits = shop.view("staff")["visits"]
    assert answer["outcome"] == ("checked_in" if is_visit else case)
    assert [(one["confirmed"], one["arrived_at"]) for one in visits] == ([(False, scanned_at)] if is_visit else [])


def test_an_offline_check_in_of_today_is_confirmed_by_the_hub(shop, clock):
    """The appointment is there and of that day: nothing is left to confirm, and the time is the lane's."""
    shop.book(a_booking("R1"))
    token = shop.code_for("R1")
    clock.at = clock_at(9)

    answer = shop.scan(token, offline=True, device_at=us(clock_at(8, 1)))

    assert (answer["unconfirmed"], answer["timing"]) == (False, "on_time")
    assert shop.staff(answer["visit_id"])["arrived_at"] == us(clock_at(8, 1))


def test_two_offline_lanes_with_one_code_make_one_visit_with_two_numbers(shop):
    """The first number stays, the other is an alias that leads to the same visit; commands to the other lane's id find it."""
    shop.book(a_booking("R1"))
    token = shop.code_for("R1")
    first = shop.scan(token, "A", offline=True)
    body = shop.arrival("B", code_hash=hashed(token), offline=True)

    second = shop.do("check_in", "lane/B", **body)
    shop.do("choose_language", "lane/B", visit_id=body["visit_id"], language="ar")

    told = shop.staff(first["visit_id"])
    assert (second["outcome"], second["visit_id"], second["ticket"]) == ("again", first["visit_id"], "A-001")
    assert (told["ticket"], told["aliases"], told["language"]) == ("A-001", ["B-001"], "ar")
    assert shop.view("lane/A")["open_tickets"] == ["A-001", "B-001"]


def test_an_online_number_that_was_not_given_out_is_no_alias(shop):
    """The lane shows the visit's own number; the one it drew was never on paper."""
    shop.book(a_booking("R1"))
    token = shop.code_for("R1")
    visit_id = shop.scan(token, "A")["visit_id"]

    shop.scan(token, "B")

    assert shop.staff(visit_id)["aliases"] == []


def test_a_lane_that_heard_no_answer_may_say_it_again_as_an_offline_fact(shop):
    """The same visit under two commands, one of them offline: one visit, its own number, no alias."""
    shop.book(a_booking("R1"))
    body = shop.arrival(code_hash=hashed(shop.code_for("R1")))
    shop.do("check_in", "lane/A", **body)

    answer = shop.do("check_in", "lane/A", **body | {"offline": True})

    assert (answer["outcome"], answer["visit_id"], answer["ticket"]) == ("again", body["visit_id"], body["ticket"])
    assert shop.staff(body["visit_id"])["aliases"] == []


def test_a_refused_scan_that_the_lane_accepted_alone_becomes_a_visit(shop):
    """The answer `unknown` came too late; the lane had given a number, and says so."""
    body = shop.arrival(code_hash="0" * 64)
    assert shop.do("check_in", "lane/A", **body)["outcome"] == "unknown"

    answer = shop.do("check_in", "lane/A", **body | {"offline": True})

    assert (answer["outcome"], answer["visit_id"], answer["unconfirmed"]) == ("checked_in", body["visit_id"], True)


def test_a_cloned_card_gets_another_number_and_staff_are_told(shop):
    """Two open visits never have one number: the second goes on in the series S, and what is on its paper is shown."""
    first = shop.walk_in()

    second = shop.walk_in(ticket=first["ticket"], offline=True)

    told = shop.staff(second["visit_id"])
    assert second["ticket"] == "S-001"
    assert (told["ticket"], told["given"], told["aliases"]) == ("S-001", first["ticket"], [])
    assert shop.staff(first["visit_id"])["given"] is None


def test_a_cloned_number_of_a_visit_that_is_there_already_is_flagged_too(shop):
    """The code has a visit, and the number on paper belongs to yet another one."""
    shop.book(a_booking("R1"))
    token = shop.code_for("R1")
    visit_id = shop.scan(token, "A")["visit_id"]
    other = shop.walk_in("B")

    shop.scan(token, "B", ticket=other["ticket"], offline=True)

    assert (shop.staff(visit_id)["ticket"], shop.staff(visit_id)["given"]) == ("A-001", other["ticket"])
    assert shop.staff(visit_id)["aliases"] == []


# --- numbers


def test_the_hub_remembers_how_far_a_lane_has_come(shop):
    """A lane with an empty card goes on from there; a number that made no visit was never on paper and is given again."""
    shop.walk_in(ticket="A-041")
    shop.walk_in(ticket="A-007")
    shop.scan("0" * 26, ticket="A-042")

    assert shop.view("lane/A")["highest_ticket"] == 41
    assert shop.view("lane/B")["highest_ticket"] == 0


def test_after_999_the_lanes_series_begins_anew(shop):
    """1 comes after 999, and the hub follows."""
    shop.walk_in(ticket="A-999")
    shop.walk_in(ticket="A-001")

    assert shop.view("lane/A")["highest_ticket"] == 1


def test_a_visit_keeps_its_number_overnight(shop, clock):
    """The next morning its number is still taken, and the board shows it."""
    shop.walk_in(ticket="A-001")
    clock.later(days=1)

    answer = shop.walk_in(ticket="A-001")

    assert answer["ticket"] == "S-001"
    assert [one["ticket"] for one in shop.view("board/hall")["rows"]] == ["A-001", "S-001"]
