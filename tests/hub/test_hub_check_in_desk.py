"""Check-in at the desk, and taking one back: no second visit, and nobody's but one's own."""

from __future__ import annotations

import pytest
from hub_shop import READY, a_booking

from kiosk.domain import facts as f
from kiosk.domain.appointment import Cancellation
from kiosk.domain.visit import Refused
from kiosk.server.errors import NotAllowed, RulesRefuse
from kiosk.server.visits.codes import hashed

pytestmark = pytest.mark.storage


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
