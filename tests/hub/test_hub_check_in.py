"""Check-in through the hub: every outcome, and that a visit is made once."""

from __future__ import annotations

import pytest
from hub_shop import READY, TUESDAY, a_booking, clock_at, us
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain import facts as f
from kiosk.domain.appointment import Cancellation, OperationAsked
from kiosk.server import schema
from kiosk.server.errors import BadRequest, NotFound
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


# --- bad input


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("visit_id", ""),
        ("visit_id", "../../etc"),
        ("visit_id", 7),
        ("ticket", "B-1"),
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
