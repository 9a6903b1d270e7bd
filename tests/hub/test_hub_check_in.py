"""Check-in through the hub: every outcome, and that a visit is made once."""

from __future__ import annotations

import pytest
from hub_shop import READY, TUESDAY, a_booking, clock_at, us
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain import facts as f
from kiosk.domain.appointment import Cancellation, OperationAsked
from kiosk.domain.visit import Refused
from kiosk.server import schema
from kiosk.server.errors import BadRequest, NotAllowed, NotFound, RulesRefuse
from kiosk.server.visits.codes import hashed

pytestmark = pytest.mark.storage


def test_a_scan_is_the_check_in(shop):
    """One scan makes the visit, gives the number that the lane drew, and calls the booked advisor."""
    shop.book(a_booking("R1"))

    answer = shop.scan(shop.code_for("R1"))

    assert answer["outcome"] == "checked_in"
    assert (answer["ticket"], answer["first_name"], answer["car"], answer["plate_end"]) == ("A-001", "Lucía", "Honda CR-V, 2021", "472")
    assert answer["advisor"]["name"] == {"en": "Marta", "es": "Marta", "ar": "مارتا"}
    assert answer["asked"] == [{"en": "Oil change", "es": "Cambio de aceite", "ar": "تغيير الزيت"}]
    assert answer["completion_at"] == us(clock_at(9, 15))
    assert (answer["timing"], answer["unconfirmed"], answer["nobody_in"]) == ("on_time", False, False)
    assert shop.lamp("marta") == "new"
    assert [type(one) for one in shop.facts(answer["visit_id"])] == [f.VisitCheckedIn, f.PageOpened]


def test_the_same_code_twice_is_the_same_ticket_and_one_page(shop):
    """A driver who scans twice is paged once and keeps the number."""
    shop.book(a_booking("R1"))
    token = shop.code_for("R1")
    first = shop.scan(token)

    second = shop.scan(token, lane="B")

    assert second["outcome"] == "again"
    assert (second["visit_id"], second["ticket"]) == (first["visit_id"], "A-001")
    assert len(shop.view("pager/marta")["pages"]) == 1


@pytest.mark.parametrize(
    ("hour", "minute", "timing"),
    [(7, 44, "early"), (7, 45, "on_time"), (8, 0, "on_time"), (8, 15, "on_time"), (8, 16, "late"), (17, 0, "late"), (0, 5, "early")],
)
def test_an_arrival_is_early_or_late_by_the_stores_own_limits(shop, clock, hour, minute, timing):
    """Fifteen minutes on either side count as on time; early or late, the customer is checked in all the same."""
    shop.book(a_booking("R1"))
    token = shop.code_for("R1")
    clock.at = clock_at(hour, minute)

    answer = shop.scan(token)

    assert (answer["outcome"], answer["timing"]) == ("checked_in", timing)


@pytest.mark.parametrize("days", [-1, 1, 30])
def test_another_day_makes_no_visit_and_says_when(shop, clock, days):
    """The customer is told the day that was booked; nothing is begun, nobody is called."""
    shop.book(a_booking("R1"))
    token = shop.code_for("R1")
    clock.later(days=days)

    answer = shop.scan(token)

    assert (answer["outcome"], answer["starts_at"], answer["first_name"]) == ("other_day", us(clock_at(8)), "Lucía")
    assert "ticket" not in answer
    assert shop.view("staff")["visits"] == []


def test_the_day_is_the_stores_own(shop, clock):
    """At 23:30 in the shop it is the next day in UTC; the appointment of this evening is still today's."""
    shop.book(a_booking("R1", clock_at(22)))
    token = shop.code_for("R1")
    clock.at = clock_at(23, 30)

    assert shop.scan(token)["outcome"] == "checked_in"


def test_a_cancelled_appointment_makes_no_visit(shop):
    """It ends in help, and the lane may say whose it was."""
    shop.book(a_booking("R1"))
    token = shop.code_for("R1")
    shop.book(Cancellation("csv", "R1"))

    assert shop.scan(token)["outcome"] == "cancelled"


def test_an_unknown_code_tells_nothing(shop):
    """A token that is not of this store: no name, no time, no visit."""
    shop.book(a_booking("R1"))

    answer = shop.scan("0" * 26)

    assert answer == {"outcome": "unknown", "visit_id": None, "appointment_id": None}


def test_a_code_of_a_visit_that_is_over_is_finished(shop):
    """The car has been fetched; the same code opens nothing again."""
    shop.book(a_booking("R1"))
    token = shop.code_for("R1")
    shop.walk(shop.scan(token)["visit_id"], *READY, "hand_over")

    answer = shop.scan(token)

    assert (answer["outcome"], answer["ticket"]) == ("finished", "A-001")


def test_codes_end_thirty_days_after_the_hand_over(shop, clock):
    """Until then the page can be read; afterwards the code is nobody's."""
    shop.book(a_booking("R1"))
    token = shop.code_for("R1")
    shop.walk(shop.scan(token)["visit_id"], *READY, "hand_over")

    assert shop.view(f"follow/{hashed(token)}")["stage"] == "handed_over"
    clock.later(days=30)
    assert shop.scan(token)["outcome"] == "unknown"
    with pytest.raises(NotFound):
        shop.view(f"follow/{hashed(token)}")


def test_whose_car_is_ready_is_sent_to_the_cashier(shop):
    """A scan of a ready visit calls the advisor to the cashier, once."""
    shop.book(a_booking("R1"))
    token = shop.code_for("R1")
    visit_id = shop.walk(shop.scan(token)["visit_id"], *READY)

    answers = [shop.scan(token)["outcome"] for _ in range(2)]

    assert answers == ["pickup", "pickup"]
    assert [one["reason"] for one in shop.staff(visit_id)["pages"]] == ["pickup"]
    assert shop.lamp("marta") == "cashier"


def test_the_code_on_the_ticket_leads_to_its_visit(shop):
    """The lane drew a token for the ticket and sent its hash: scanned later, it is the same visit."""
    shop.book(a_booking("R1"))
    token = "T" * 26
    first = shop.scan(shop.code_for("R1"), follow_hash=hashed(token))

    second = shop.scan(token)

    assert (second["outcome"], second["ticket"]) == ("again", first["ticket"])
    assert shop.view(f"follow/{hashed(token)}")["ticket"] == first["ticket"]


def test_two_cars_of_one_customer_are_two_visits(shop):
    """Two appointments, two codes, two numbers, two pages."""
    shop.book(a_booking("R1"), a_booking("R2", vehicle=a_booking().vehicle.__class__(make="Kia", model="Rio")))

    first, second = (shop.scan(shop.code_for(number)) for number in ("R1", "R2"))

    assert (first["ticket"], second["ticket"]) == ("A-001", "A-002")
    assert (first["car"], second["car"]) == ("Honda CR-V, 2021", "Kia Rio")
    assert len(shop.view("pager/marta")["pages"]) == 2


def test_eight_digits_check_in_like_the_code(shop):
    """Typed digits lead where the code beside them leads."""
    shop.book(a_booking("R1"))
    digits = shop.do("show_code", "advisor/marta", number="R1")["digits"]

    answer = shop.do("check_in", "lane/A", **shop.arrival(way="typed", typed_hash=hashed(f"digits:{digits}")))

    assert (answer["outcome"], answer["first_name"]) == ("checked_in", "Lucía")


def test_the_number_with_the_end_of_the_phone_checks_in(shop):
    """Both fit: the visit. One does not: nothing of the booking is told."""
    shop.book(a_booking("R1"))

    wrong = shop.do("check_in", "lane/A", **shop.arrival(way="typed", typed_hash=hashed("number:R1/9999")))
    right = shop.do("check_in", "lane/A", **shop.arrival(way="typed", typed_hash=hashed("number:R1/0147")))

    assert wrong == {"outcome": "unknown", "visit_id": None, "appointment_id": None}
    assert right["outcome"] == "checked_in"


def test_one_number_in_two_sources_means_todays_appointment(shop):
    """Two dealer systems may both have a 1001 of the same customer; who stands there today is the one of today."""
    shop.book(a_booking("R1", clock_at(9, on=TUESDAY.replace(day=26))))
    shop.book(a_booking("R1", clock_at(8), source="ics"), source="ics")

    answer = shop.do("check_in", "lane/A", **shop.arrival(way="typed", typed_hash=hashed("number:R1/0147")))

    assert (answer["outcome"], answer["starts_at"]) == ("checked_in", us(clock_at(8)))


def test_a_walk_in_is_a_visit_with_what_was_said(shop):
    """Without an appointment: a name, a reason, a number, and whoever is in is called."""
    answer = shop.walk_in(name="Bo", reason="A noise from the left")

    told = shop.staff(answer["visit_id"])
    assert (answer["outcome"], answer["first_name"], answer["timing"]) == ("checked_in", "Bo", "none")
    assert (told["name"], told["concern"], told["confirmed"]) == ("Bo", "A noise from the left", True)
    assert [shop.lamp(one) for one in ("marta", "chen", "diaz")] == ["new"] * 3
    assert answer["advisor"] is None


def test_a_walk_in_may_say_nothing(shop):
    """Neither name nor reason: still a visit, and no empty rows beside it."""
    answer = shop.walk_in(name="", reason="")

    assert answer["outcome"] == "checked_in"
    assert shop.everything(schema.person) == []
    assert shop.everything(schema.note) == []


def test_work_of_a_group_calls_the_group(shop):
    """Without a booked advisor, tires call those who take tires."""
    shop.book(a_booking("R1", advisor_code="", operations=(OperationAsked("TIR"),)))

    shop.scan(shop.code_for("R1"))

    assert [shop.lamp(one) for one in ("marta", "chen", "diaz")] == ["dark", "new", "new"]


def test_with_nobody_in_the_manager_has_it_and_no_name_is_told(shop):
    """The customer is told a time, not a name; the page is escalated at once."""
    for one in ("marta", "chen", "diaz"):
        shop.do("set_presence", f"pager/{one}", advisor_id=one, presence="off")
    shop.book(a_booking("R1"))

    answer = shop.scan(shop.code_for("R1"))

    assert (answer["nobody_in"], answer["advisor"]) == (True, None)
    assert shop.staff(answer["visit_id"])["pages"][0]["escalated"]


def test_an_absent_booked_advisor_is_not_promised(shop):
    """Marta is away: others are called, and the customer is not told that she comes."""
    shop.do("set_presence", "pager/desks", advisor_id="marta", presence="away")
    shop.book(a_booking("R1"))

    answer = shop.scan(shop.code_for("R1"))

    assert answer["advisor"] is None
    assert (shop.lamp("marta"), shop.lamp("chen")) == ("dark", "new")


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


# --- that is not me


def test_that_is_not_me_ends_the_visit_and_frees_the_appointment(shop):
    """The page closes, the number is burnt, and the right customer can still check in."""
    shop.book(a_booking("R1"))
    token = shop.code_for("R1")
    first = shop.scan(token)

    shop.do("withdraw_check_in", "lane/A", visit_id=first["visit_id"])

    assert shop.lamp("marta") == "dark"
    assert shop.view("board/hall")["rows"] == []
    second = shop.scan(token)
    assert (second["outcome"], second["ticket"]) == ("checked_in", "A-002")
    assert second["visit_id"] != first["visit_id"]


def test_withdrawing_twice_is_withdrawing_once(shop):
    """The second press finds it done."""
    visit_id = shop.walk_in()["visit_id"]
    shop.do("withdraw_check_in", "lane/A", visit_id=visit_id)

    shop.do("withdraw_check_in", "advisor/marta", visit_id=visit_id)

    assert shop.facts(visit_id).count(f.CheckInWithdrawn()) == 1


def test_a_lane_cannot_withdraw_what_stands_in_another(shop):
    """A code shown at a second lane ends nobody's visit at the first."""
    visit_id = shop.walk_in("A")["visit_id"]

    with pytest.raises(NotAllowed):
        shop.do("withdraw_check_in", "lane/B", visit_id=visit_id)


def test_a_visit_that_went_on_cannot_be_withdrawn(shop):
    """Once the write-up has begun it is the advisor's."""
    visit_id = shop.walk(shop.walk_in()["visit_id"], "begin_write_up")

    with pytest.raises(RulesRefuse) as refused:
        shop.do("withdraw_check_in", "lane/A", visit_id=visit_id)

    assert refused.value.code == "out_of_order"
    assert isinstance(refused.value.__cause__, Refused)


def test_the_code_on_a_withdrawn_ticket_leads_nowhere(shop):
    """A burnt number's code is unknown at the lane."""
    token = "W" * 26
    visit_id = shop.walk_in(follow_hash=hashed(token))["visit_id"]
    shop.do("withdraw_check_in", "lane/A", visit_id=visit_id)

    assert shop.scan(token)["outcome"] == "unknown"


# --- the desk


def test_an_advisor_checks_in_from_the_list_in_one_touch(shop):
    """With a number of the series S, and the visit has no lane."""
    shop.book(a_booking("R1"))
    appointment_id = shop.view("staff")["appointments"][0]["appointment_id"]

    answer = shop.do("check_in_appointment", "advisor/chen", appointment_id=appointment_id)

    told = shop.staff(answer["visit_id"])
    assert (answer["outcome"], answer["ticket"], answer["first_name"]) == ("checked_in", "S-001", "Lucía")
    assert (told["lane"], told["language"]) == (None, "es")
    assert shop.view("staff")["appointments"][0]["state"] == "checked_in"


def test_the_desk_may_check_in_on_another_day(shop, clock):
    """The advisor sees who stands there; the lane does not."""
    shop.book(a_booking("R1"))
    appointment_id = shop.view("staff")["appointments"][0]["appointment_id"]
    clock.later(days=1)

    assert shop.do("check_in_appointment", "advisor/chen", appointment_id=appointment_id)["timing"] == "late"


@pytest.mark.parametrize(("lane_first", "ends", "outcome"), [(True, False, "again"), (True, True, "finished"), (False, False, "checked_in")])
def test_the_desk_makes_no_second_visit(shop, lane_first, ends, outcome):
    """Who is checked in already is found, not doubled."""
    shop.book(a_booking("R1"))
    appointment_id = shop.view("staff")["appointments"][0]["appointment_id"]
    if lane_first:
        visit_id = shop.scan(shop.code_for("R1"))["visit_id"]
        if ends:
            shop.walk(visit_id, *READY, "hand_over")

    assert shop.do("check_in_appointment", "manager/ali", appointment_id=appointment_id)["outcome"] == outcome


def test_a_cancelled_appointment_stays_cancelled_at_the_desk(shop):
    """The advisor opens a walk-in instead."""
    shop.book(a_booking("R1"))
    appointment_id = shop.view("staff")["appointments"][0]["appointment_id"]
    shop.book(Cancellation("csv", "R1"))

    assert shop.do("check_in_appointment", "advisor/chen", appointment_id=appointment_id)["outcome"] == "cancelled"


def test_a_walk_in_at_the_desk(shop):
    """Opened by staff, numbered S, in the customer's language."""
    answer = shop.do("open_visit", "advisor/chen", name="Omar", reason="Brakes", language="ar")

    assert (answer["ticket"], answer["language"], answer["first_name"]) == ("S-001", "ar", "Omar")


def test_staff_confirm_an_offline_visit_with_its_appointment(shop):
    """It takes over name, car, work and advisor, and the code leads to it from now on."""
    visit_id = shop.scan("0" * 26, offline=True)["visit_id"]
    shop.book(a_booking("R1"))
    appointment_id = shop.view("staff")["appointments"][0]["appointment_id"]

    shop.do("confirm_check_in", "advisor/marta", visit_id=visit_id, appointment_id=appointment_id)

    told = shop.staff(visit_id)
    assert (told["confirmed"], told["name"], told["car"]) == (True, "Lucía Méndez", "Honda CR-V, 2021")
    assert told["asked"][0]["en"] == "Oil change"
    assert shop.scan(shop.code_for("R1"))["outcome"] == "again"


def test_staff_may_vouch_without_an_appointment(shop):
    """Confirmed as it is; saying it twice changes nothing."""
    visit_id = shop.scan("0" * 26, offline=True)["visit_id"]

    for _ in range(2):
        shop.do("confirm_check_in", "manager/ali", visit_id=visit_id, appointment_id=None)

    assert shop.staff(visit_id)["confirmed"]
    assert sum(isinstance(one, f.CheckInConfirmed) for one in shop.facts(visit_id)) == 1


def test_a_visit_keeps_its_appointment(shop):
    """The same again changes nothing; another customer's appointment is refused."""
    shop.book(a_booking("R1"), a_booking("R2"))
    own, other = (shop.view("staff")["appointments"][n]["appointment_id"] for n in (0, 1))
    visit_id = shop.scan(shop.code_for("R1"))["visit_id"]
    before = shop.facts(visit_id)

    shop.do("confirm_check_in", "advisor/marta", visit_id=visit_id, appointment_id=own)
    with pytest.raises(RulesRefuse) as refused:
        shop.do("confirm_check_in", "advisor/marta", visit_id=visit_id, appointment_id=other)

    assert refused.value.code == "has_appointment"
    assert shop.facts(visit_id) == before


def test_a_visit_that_is_over_is_not_confirmed(shop):
    """Its appointment would be taken by a car that has gone."""
    visit_id = shop.walk(shop.scan("0" * 26, offline=True)["visit_id"], *READY, "hand_over")
    shop.book(a_booking("R1"))
    appointment_id = shop.view("staff")["appointments"][0]["appointment_id"]

    with pytest.raises(RulesRefuse) as refused:
        shop.do("confirm_check_in", "advisor/marta", visit_id=visit_id, appointment_id=appointment_id)

    assert refused.value.code == "out_of_order"


def test_one_appointment_is_never_two_visits(shop):
    """An appointment that has made its visit cannot confirm another one."""
    shop.book(a_booking("R1"))
    appointment_id = shop.view("staff")["appointments"][0]["appointment_id"]
    shop.scan(shop.code_for("R1"))
    other = shop.scan("0" * 26, offline=True)["visit_id"]

    with pytest.raises(RulesRefuse) as refused:
        shop.do("confirm_check_in", "advisor/marta", visit_id=other, appointment_id=appointment_id)

    assert refused.value.code == "appointment_taken"


# --- bad input


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("visit_id", ""),
        ("visit_id", "../../etc"),
        ("visit_id", 7),
        ("ticket", "B-001"),
        ("ticket", "A-1000"),
        ("ticket", None),
        ("way", "magic"),
        ("language", "fr"),
        ("device_at", "yesterday"),
        ("device_at", -1),
        ("device_at", True),
        ("device_at", 10**20),
        ("offline", "yes"),
        ("code_hash", "ABC"),
        ("code_hash", "A" * 64),
        ("typed_hash", ["x"]),
        ("follow_hash", "0" * 63),
        ("name", "x" * 101),
        ("name", "Bo\x00"),
        ("reason", "\ud800"),
        ("reason", {"a": 1}),
    ],
)
def test_a_field_that_cannot_be_used_is_named(shop, field, value):
    """The error says which field, and nothing is recorded."""
    with pytest.raises(BadRequest, match=f"body.{field}"):
        shop.do("check_in", "lane/A", **shop.arrival(**{"way": "walk_in", field: value}))

    assert shop.everything(schema.event) == []
    assert shop.view("lane/A")["highest_ticket"] == 0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("visit_id", "ticket", "way", "code_hash", "typed_hash", "name", "reason", "language", "follow_hash", "offline", "device_at")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])  # one shop may hear it all
@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_any_body_is_judged_without_a_fault(shop, body):
    """Whatever a broken lane sends, it is answered with a bad request, never with a fault of ours."""
    whole = {key: value for key, value in shop.arrival(way="walk_in").items() if key != "visit_id"}

    try:
        answer = shop.do("check_in", "lane/A", **whole | body)
    except BadRequest as wrong:
        answer = {"outcome": str(wrong).partition(".")[0]}

    assert answer["outcome"] in {"checked_in", "unknown", "body"}
