"""Appointments coming in: new, changed, unchanged, cancelled, and never twice."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hub_shop import READY, Shop, a_booking, clock_at, us

from kiosk.domain import facts as f
from kiosk.domain.appointment import Cancellation, OperationAsked
from kiosk.domain.people import ContactMethod, Vehicle
from kiosk.server import schema
from kiosk.server.errors import BadRequest, IdReused, RulesRefuse
from kiosk.server.visits import book_all
from kiosk.server.visits.codes import hashed

pytestmark = pytest.mark.storage

NOTHING = {"accepted": 0, "unchanged": 0, "changed": 0, "cancelled": 0, "superseded": 0}


def listed(shop):
    return shop.view("staff")["appointments"]


def test_importing_twice_changes_nothing(shop):
    """The second time everything is unchanged: no fact, no row, no new code."""
    bookings = [a_booking(f"R{n}") for n in range(5)]
    first = shop.book(*bookings)
    events, codes = shop.everything(schema.event), shop.everything(schema.typed_code)

    second = shop.book(*bookings)

    assert first == NOTHING | {"accepted": 5}
    assert second == NOTHING | {"accepted": 5, "unchanged": 5}
    assert (shop.everything(schema.event), shop.everything(schema.typed_code)) == (events, codes)


CHANGES = [
    {"starts_at": clock_at(10)},
    {"display_name": "Lucía Méndez Ortiz"},
    {"phone_e164": "+19735550199", "phone_written": "973-555-0199"},
    {"email": None},
    {"contact_method": ContactMethod.WHATSAPP},
    {"language": None},
    {"vehicle": Vehicle(2020, "Kia", "Rio")},
    {"odometer": 30000, "odometer_unit": "mi"},
    {"operations": (OperationAsked("TIR", "Four tires"),)},
    {"concern": ""},
    {"transport": "shuttle"},
    {"advisor_code": "", "advisor_written": "Ruiz, Marta"},
    {"promised_at": clock_at(12)},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda one: next(iter(one)))
def test_every_field_of_a_booking_comes_in_changes_and_settles(shop, change):
    """A newer export counts; the same once more is unchanged, so nothing of it was lost on the way."""
    shop.book(a_booking("R1"))
    newer = replace(a_booking("R1"), **change)

    assert shop.book(newer)["changed"] == 1
    assert shop.book(newer)["unchanged"] == 1
    assert shop.facts()[-1] == f.AppointmentChanged(shop.everything(schema.appointment)[0]["appointment_id"])


def test_operations_and_advisor_are_found_in_the_catalogue(shop):
    """By code or name; what the catalogue does not know stays in the booking's words."""
    asked = (OperationAsked("", "oil CHANGE"), OperationAsked("ZZ9", "Look at the roof"), OperationAsked("XX", ""))
    shop.book(a_booking("R1", operations=asked, advisor_code="", advisor_written="Ruiz, Marta"))

    told = listed(shop)[0]

    assert [one["en"] for one in told["asked"]] == ["Oil change", "Look at the roof", "XX"]
    assert told["advisor"] == "marta"


def test_unknown_work_counts_the_stores_default_minutes(shop):
    """60 minutes for what nobody knows, 60 for the oil change: 10:15 with the check."""
    shop.book(a_booking("R1", operations=(OperationAsked("LOF"), OperationAsked("ZZ9", "Roof"))))

    assert shop.scan(shop.code_for("R1"))["completion_at"] == us(clock_at(10, 15))


def test_a_promise_of_the_booking_decides_the_order(shop):
    """Who was promised a time is worked on first."""
    shop.book(a_booking("R1"), a_booking("R2"), a_booking("R3", promised_at=clock_at(10)))

    shop.scan(shop.code_for("R1"))
    shop.scan(shop.code_for("R2"))
    promised = shop.scan(shop.code_for("R3"))

    assert promised["completion_at"] == us(clock_at(9, 15))
    assert shop.staff(promised["visit_id"])["promise_at"] == us(clock_at(10))


def test_an_older_export_is_passed_over(shop):
    """What was exported yesterday does not undo what was exported today."""
    shop.book(a_booking("R1", exported_key="2026-11-24"))

    outcome = shop.book(a_booking("R1", clock_at(10), exported_key="2026-11-23"))

    assert outcome == NOTHING | {"superseded": 1}
    assert listed(shop)[0]["starts_at"] == us(clock_at(8))


def test_an_unchanged_newer_export_raises_the_bar(shop):
    """After Tuesday's export said the same, Monday's is old."""
    shop.book(a_booking("R1", exported_key="1"))
    shop.book(a_booking("R1", exported_key="3"))

    assert shop.book(a_booking("R1", clock_at(10), exported_key="2"))["superseded"] == 1


def test_a_cancellation_counts_once(shop):
    """Cancelled, shown as such; the same again, or of what nobody booked, is nothing."""
    shop.book(a_booking("R1"))

    outcomes = [shop.book(Cancellation("csv", "R1")), shop.book(Cancellation("csv", "R1")), shop.book(Cancellation("csv", "R9"))]

    assert [one["cancelled"] for one in outcomes] == [1, 0, 0]
    assert listed(shop)[0]["state"] == "cancelled"


def test_an_old_cancellation_does_not_cancel_a_newer_booking(shop):
    """The customer has booked again since."""
    shop.book(a_booking("R1", exported_key="2"))

    assert shop.book(Cancellation("csv", "R1", exported_key="1")) == NOTHING | {"superseded": 1}
    assert listed(shop)[0]["state"] == "booked"


def test_a_cancelled_appointment_that_is_booked_again_stands(shop):
    """The newest export has it: it is changed back."""
    shop.book(a_booking("R1"))
    shop.book(Cancellation("csv", "R1"))

    assert shop.book(a_booking("R1"))["changed"] == 1
    assert listed(shop)[0]["state"] == "booked"


def test_a_booking_that_a_later_file_lacks_stays(shop):
    """Only a cancellation cancels."""
    shop.book(a_booking("R1"), a_booking("R2"))
    shop.book(a_booking("R2"))

    assert [one["number"] for one in listed(shop)] == ["R1", "R2"]


def test_two_sources_may_use_one_number(shop):
    """Identity is store, source and number."""
    shop.book(a_booking("R1"))
    shop.book(a_booking("R1", source="ics"), source="ics")

    assert len(listed(shop)) == 2


@pytest.mark.parametrize("ended", [False, True])
def test_a_change_to_a_visit_that_has_begun_is_shown_and_never_applied(shop, ended):
    """The customer stands in the lane, or has gone: the booking stays as it was, and the advisor sees that there is news."""
    visit_id = shop.checked_in("R1")
    if ended:
        shop.walk(visit_id, *READY, "hand_over")
    newer = a_booking("R1", clock_at(15), display_name="Somebody Else")

    first, second = shop.book(newer), shop.book(newer)

    assert (first["changed"], second["unchanged"]) == (1, 1)
    assert (listed(shop)[0]["starts_at"], listed(shop)[0]["kept_aside"]) == (us(clock_at(8)), True)
    assert shop.staff(visit_id)["name"] == "Lucía Méndez"
    assert shop.everything(schema.kept_aside)[0]["booking"]["display_name"] == "Somebody Else"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("change_contact", {"phone": "973 555 0188"}),
        ("change_contact", {"phone": "5550142"}),
        ("change_contact", {"email": "new@example.com"}),
        ("choose_contact_method", {"method": "whatsapp"}),
        ("choose_contact_method", {"method": "none"}),
    ],
)
def test_a_contact_that_was_changed_at_the_lane_is_no_news_of_the_next_export(shop, kind, body):
    """The export still has the old one: nobody is told of a change, and the customer's own word stands."""
    visit_id = shop.checked_in("R1")
    shop.do(kind, "lane/A", visit_id=visit_id, **body)
    person = shop.everything(schema.person)

    same = shop.book(a_booking("R1"))
    later = shop.book(a_booking("R1", clock_at(15)))

    assert (same["unchanged"], later["changed"]) == (1, 1)
    assert shop.everything(schema.person) == person


def test_a_contact_that_the_customer_left_as_it_was_may_change_in_an_export(shop):
    """A new address at the lane hides no new phone of the export."""
    visit_id = shop.checked_in("R1")
    shop.do("change_contact", "lane/A", visit_id=visit_id, email="new@example.com")

    outcome = shop.book(a_booking("R1", phone_e164="+19735550199", phone_written="973-555-0199"))

    told = shop.everything(schema.kept_aside)[0]["booking"]
    assert outcome["changed"] == 1
    assert (told["phone_e164"], told["email"]) == ("+19735550199", "new@example.com")


def test_a_cancellation_of_a_visit_that_has_begun_is_kept_aside_too(shop):
    """The car is in the shop; the staff are told."""
    shop.checked_in("R1")

    assert shop.book(Cancellation("csv", "R1"))["cancelled"] == 0
    assert (listed(shop)[0]["state"], listed(shop)[0]["kept_aside"]) == ("checked_in", True)


def test_a_new_phone_closes_the_old_typed_way_in(shop):
    """Number and end of the phone must both be today's; the old pair comes back if the phone does."""
    shop.book(a_booking("R1"))
    shop.book(a_booking("R1", phone_e164="+19735550199"))

    def typed(end):
        return shop.do("check_in", "lane/A", **shop.arrival(way="typed", typed_hash=hashed(f"number:R1/{end}")))["outcome"]

    assert typed("0147") == "unknown"
    shop.book(a_booking("R1"))
    assert typed("0199") == "unknown"
    assert typed("0147") == "checked_in"


def test_a_file_is_one_transaction(shop):
    """A booking that cannot be makes nothing of the file come in."""
    good, bad = a_booking("R1"), a_booking("R2")
    body = {"source": "csv", "bookings": [{"number": "R1"}]}

    with pytest.raises(BadRequest, match=r"body.bookings"):
        shop.do("import_appointments", "manager/ali", **body)
    with pytest.raises(RulesRefuse, match="source"):
        shop.book(good, replace(bad, source="ics"))

    assert listed(shop) == []


@pytest.mark.parametrize("bookings", [None, {}, "x", [1], [None], [{}], [{"source": "csv"}]])
def test_bookings_that_cannot_be_read(shop, bookings):
    """A bad request, never a fault."""
    with pytest.raises(BadRequest):
        shop.do("import_appointments", "manager/ali", source="csv", bookings=bookings)


def test_book_all_without_a_running_hub(database, clock, shop):
    """The command line books through the same door, and the same id counts once."""
    arguments = {"source": "csv", "at": clock.at, "actor": "administrator/cli", "command_id": "b" * 32}

    first = book_all(database, shop.store, [a_booking("R1")], **arguments)
    second = book_all(database, shop.store, [a_booking("R1")], **arguments)

    assert first == second
    assert first.accepted == 1
    assert len(shop.everything(schema.appointment)) == 1
    with pytest.raises(IdReused):
        book_all(database, shop.store, [a_booking("R2")], **arguments)


def test_an_erased_customer_does_not_come_back_with_the_next_export(shop, clock):
    """Who was blanked stays blank."""
    shop.book(a_booking("R1"))
    person = schema.person
    with shop.database.write() as connection:
        connection.execute(person.update().values(display_name="", first_name="", last_name="", phone_e164=None, blanked_at=clock.at))

    started_again = Shop(shop.database, clock)

    assert started_again.book(a_booking("R1"))["unchanged"] == 1
    assert shop.everything(person)[0]["display_name"] == ""


def test_the_days_list_is_of_today_and_tomorrow(shop, clock):
    """In order of time; at three in the morning the next day comes in."""
    shop.book(a_booking("R3", clock_at(9)), a_booking("R2", clock_at(8)), a_booking("R4", clock_at(8, on=clock_at(8).date().replace(day=26))))
    today = [one["number"] for one in listed(shop)]
    clock.at = clock_at(2, 59, on=clock_at(8).date().replace(day=25))
    night = [one["number"] for one in listed(shop)]
    clock.later(minutes=1)

    assert (today, night, [one["number"] for one in listed(shop)]) == (["R2", "R3"], ["R2", "R3"], ["R4"])


def test_any_day_can_be_listed(shop):
    """The list of another day is read when it is asked for."""
    shop.book(a_booking("R1"), a_booking("R4", clock_at(8, on=clock_at(8).date().replace(day=30))))

    assert [one["number"] for one in shop.hub.appointments(clock_at(8).date().replace(day=30))] == ["R4"]


def test_a_store_sees_only_its_own(database, clock):
    """Two stores in one database share nothing."""
    ours = Shop(database, clock)
    theirs = Shop(database, clock, store=replace(ours.store, store_id="hill"))
    ours.book(a_booking("R1"))

    assert theirs.view("staff")["appointments"] == []
    assert theirs.scan(ours.code_for("R1"))["outcome"] == "unknown"
    assert theirs.book(a_booking("R1"))["accepted"] == 1
