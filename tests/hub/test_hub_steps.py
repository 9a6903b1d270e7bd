"""The staff's steps through the hub: the line from check-in to hand-over, and back."""

from __future__ import annotations

import pytest
from hub_shop import READY, a_booking, clock_at, us

from kiosk.domain import facts as f
from kiosk.domain.appointment import OperationAsked
from kiosk.server import schema
from kiosk.server.errors import BadRequest, RulesRefuse
from kiosk.server.visits.codes import hashed

pytestmark = pytest.mark.storage


def refused(shop, kind, who, **body):
    with pytest.raises(RulesRefuse) as answer:
        shop.do(kind, who, **body)
    return answer.value.code


def test_a_visit_goes_along_its_line(shop, clock):
    """Each step leads to the next stage, with its time, and the board follows."""
    visit_id = shop.checked_in()
    stages = []
    for step in (*READY, "hand_over"):
        clock.later(minutes=10)
        shop.walk(visit_id, step)
        rows = shop.view("board/hall")["rows"]
        stages.append((shop.staff(visit_id)["stage"], rows[0]["stage"] if rows else None))

    assert stages == [
        ("with_advisor", "with_advisor"),
        ("in_service", "in_service"),
        ("quality_check", "quality_check"),
        ("ready", "ready"),
        ("handed_over", None),
    ]


def test_work_may_wait_for_the_customers_answer(shop):
    """In service, asked, answered, in service again; the answer stands."""
    visit_id = shop.walk(shop.checked_in(), "begin_write_up", "begin_service", "ask_customer")
    waiting = shop.staff(visit_id)["stage"]

    shop.do("record_answer", "advisor/marta", visit_id=visit_id, approved=False)

    assert waiting == "waiting_for_answer"
    assert (shop.staff(visit_id)["stage"], shop.staff(visit_id)["approved"]) == ("in_service", False)


def test_a_failed_check_goes_back_to_the_shop(shop):
    """And may pass later."""
    visit_id = shop.walk(shop.checked_in(), *READY[:3], "fail_quality_check", "begin_quality_check", "pass_quality_check")

    assert shop.staff(visit_id)["stage"] == "ready"


@pytest.mark.parametrize("step", ["begin_service", "pass_quality_check", "hand_over", "record_answer"])
def test_a_step_out_of_order_is_refused_and_nothing_recorded(shop, step):
    """The move table decides; the sentence names the ticket and where it is."""
    visit_id = shop.checked_in()
    before = shop.everything(schema.event)

    assert refused(shop, step, "manager/ali", visit_id=visit_id, approved=True) == "out_of_order"
    assert shop.everything(schema.event) == before


def test_a_refused_command_may_be_sent_again_later(shop):
    """Its id was not used up: what was too early then is right now."""
    visit_id = shop.checked_in()
    with pytest.raises(RulesRefuse):
        shop.send("begin_service", "advisor/marta", "a" * 32, {"visit_id": visit_id})
    shop.walk(visit_id, "begin_write_up")

    shop.send("begin_service", "advisor/marta", "a" * 32, {"visit_id": visit_id})

    assert shop.staff(visit_id)["stage"] == "in_service"


def test_greeting_and_write_up_are_recorded_with_their_times(shop, clock):
    """S08 counts from them."""
    visit_id = shop.checked_in()
    clock.at = clock_at(8, 3)
    shop.step("greet", visit_id)
    clock.at = clock_at(8, 5)
    shop.step("begin_write_up", visit_id)

    told = shop.staff(visit_id)
    assert (told["arrived_at"], told["greeted_at"], told["write_up_at"]) == tuple(us(clock_at(8, minute)) for minute in (0, 3, 5))


def test_the_write_up_turns_the_lamp_off(shop):
    """The customer does not wait any more."""
    visit_id = shop.checked_in()

    shop.walk(visit_id, "begin_write_up")

    assert shop.lamp("marta") == "dark"
    assert shop.view("lane/A")["visits"][0]["page_open"] is False


def test_who_looks_after_the_customer_is_told(shop):
    """Chen began the write-up of Marta's customer: board, lane and phone name Chen."""
    token = "F" * 26
    shop.book(a_booking("R1"))
    visit_id = shop.scan(shop.code_for("R1"), follow_hash=hashed(token))["visit_id"]

    shop.step("begin_write_up", visit_id, "advisor/chen", advisor_id="chen")

    assert shop.staff(visit_id)["advisor"]["advisor_id"] == "chen"
    assert shop.view(f"follow/{hashed(token)}")["advisor"]["advisor_id"] == "chen"


# --- taking back


def test_a_write_up_taken_back_calls_the_advisor_again(shop, clock):
    """The customer stands in the lane once more: a new page, new lamp, and the clocks begin anew."""
    visit_id = shop.walk(shop.checked_in(), "begin_write_up")
    clock.later(minutes=1)

    answer = shop.do("take_back", "advisor/marta", visit_id=visit_id)

    told = shop.staff(visit_id)
    assert answer == {"step": "WriteUpBegun"}
    assert (told["stage"], told["write_up_at"], told["greeted_at"]) == ("checked_in", None, None)
    assert shop.lamp("marta") == "new"


def test_ten_minutes_later_it_takes_a_manager_with_a_reason(shop, clock):
    """The reason's words are beside the log, not in it."""
    visit_id = shop.walk(shop.checked_in(), "begin_write_up")
    clock.later(minutes=11)

    assert refused(shop, "take_back", "advisor/marta", visit_id=visit_id, reason="mine") == "not_yours"
    assert refused(shop, "take_back", "manager/ali", visit_id=visit_id, reason=None) == "reason_needed"
    shop.do("take_back", "manager/ali", visit_id=visit_id, reason="It was the wrong car")

    taken = next(one for one in shop.facts(visit_id) if isinstance(one, f.StepTakenBack))
    assert [one["words"] for one in shop.everything(schema.note) if one["note_id"] == taken.note_id] == ["It was the wrong car"]


def test_a_refused_taking_back_leaves_no_words_behind(shop, clock):
    """Nothing of it is kept, the reason neither."""
    visit_id = shop.walk(shop.checked_in(concern=""), "begin_write_up")
    clock.later(minutes=11)

    refused(shop, "take_back", "advisor/marta", visit_id=visit_id, reason="mine")

    assert shop.everything(schema.note) == []


def test_a_hand_over_taken_back_opens_the_visit_and_its_codes(shop, clock):
    """The car is ready again, under its number; the code does not end after thirty days any more."""
    shop.book(a_booking("R1"))
    token = shop.code_for("R1")
    visit_id = shop.walk(shop.scan(token)["visit_id"], *READY, "hand_over")

    shop.do("take_back", "manager/ali", visit_id=visit_id)
    clock.later(days=40)

    assert (shop.staff(visit_id)["stage"], shop.staff(visit_id)["ticket"]) == ("ready", "A-001")
    assert shop.scan(token)["outcome"] == "pickup"


def test_a_visit_opened_again_gets_another_number_if_its_own_was_given_away(shop):
    """Two open visits never have one number."""
    visit_id = shop.walk(shop.walk_in(ticket="A-001")["visit_id"], *READY, "hand_over")
    shop.walk_in(ticket="A-001")

    shop.do("take_back", "manager/ali", visit_id=visit_id)

    assert (shop.staff(visit_id)["ticket"], shop.staff(visit_id)["given"]) == ("S-001", "A-001")


def test_a_visit_is_not_opened_again_while_its_second_number_is_somebody_elses(shop):
    """It stands on this customer's paper and leads to another car; the refusal says so."""
    shop.book(a_booking("R1"))
    token = shop.code_for("R1")
    visit_id = shop.scan(token, "A")["visit_id"]
    shop.scan(token, "B", ticket="B-001", offline=True)
    shop.walk(visit_id, *READY, "hand_over")
    shop.walk_in("B", ticket="B-001")

    assert refused(shop, "take_back", "manager/ali", visit_id=visit_id) == "number_taken"


def test_a_long_press_by_mistake_is_taken_back_by_the_advisor(shop):
    """The button made the step in the advisor's name; a colleague may not undo it."""
    visit_id = shop.checked_in()
    shop.step("begin_write_up", visit_id, "pager/desks")

    colleague = refused(shop, "take_back", "advisor/chen", visit_id=visit_id)
    shop.do("take_back", "advisor/marta", visit_id=visit_id)

    assert colleague == "not_yours"
    assert shop.staff(visit_id)["stage"] == "checked_in"
    assert shop.lamp("marta") == "new"


def test_a_withdrawal_taken_back_makes_no_second_visit_of_one_appointment(shop):
    """The right customer has checked in meanwhile: the first visit stays withdrawn."""
    shop.book(a_booking("R1"))
    token = shop.code_for("R1")
    first = shop.scan(token)["visit_id"]
    shop.do("withdraw_check_in", "advisor/marta", visit_id=first)
    shop.scan(token)

    assert refused(shop, "take_back", "advisor/marta", visit_id=first) == "appointment_taken"


def test_a_withdrawal_taken_back_calls_the_advisor_again(shop):
    """It was me after all."""
    visit_id = shop.checked_in()
    shop.do("withdraw_check_in", "advisor/marta", visit_id=visit_id)

    shop.do("take_back", "advisor/marta", visit_id=visit_id)

    assert shop.staff(visit_id)["stage"] == "checked_in"
    assert shop.lamp("marta") == "new"


def test_nothing_to_take_back(shop):
    """A visit that only stands there has no step."""
    visit_id = shop.checked_in()

    assert refused(shop, "take_back", "manager/ali", visit_id=visit_id, reason="x") == "nothing_to_take_back"
    assert shop.staff(visit_id)["can_take_back"] is False


# --- estimated completion


def test_every_screen_shows_the_same_completion(shop):
    """Lane, board, staff, phone and the answer itself."""
    token = "F" * 26
    shop.book(a_booking("R1"))
    answer = shop.scan(shop.code_for("R1"), follow_hash=hashed(token))

    shown = {
        answer["completion_at"],
        shop.view("lane/A")["visits"][0]["completion_at"],
        shop.view("board/hall")["rows"][0]["completion_at"],
        shop.staff(answer["visit_id"])["completion_at"],
        shop.view(f"follow/{hashed(token)}")["completion_at"],
    }

    assert shown == {us(clock_at(9, 15))}


def test_the_vectors_of_the_shop(shop):
    """At 08:00 on two bays, work of 60, 90 and 120 minutes: 09:15, 09:45, 11:15."""
    for number, code in (("R1", "LOF"), ("R2", "TIR"), ("R3", "30K")):
        shop.book(a_booking(number, operations=(OperationAsked(code),)))
        shop.scan(shop.code_for(number))

    by_ticket = {one["ticket"]: one["completion_at"] for one in shop.view("board/hall")["rows"]}

    assert by_ticket == {"A-001": us(clock_at(9, 15)), "A-002": us(clock_at(9, 45)), "A-003": us(clock_at(11, 15))}


def test_staff_change_the_completion_with_a_reason(shop):
    """Everybody sees the new time and the old one beside it; the reason is a note."""
    visit_id = shop.checked_in()
    shop.do("end_conversation", "lane/A", visit_id=visit_id, completion_at=us(clock_at(9, 15)))

    shop.do("change_completion", "advisor/marta", visit_id=visit_id, completion_at=us(clock_at(9, 20)), reason="A part is late")

    row = shop.view("board/hall")["rows"][0]
    assert (row["completion_at"], row["was_at"]) == (us(clock_at(9, 20)), us(clock_at(9, 15)))
    assert "A part is late" in [one["words"] for one in shop.everything(schema.note)]


@pytest.mark.parametrize(("minute", "was_at"), [(0, None), (4, None), (6, us(clock_at(9, 15)))])
def test_an_old_time_is_shown_from_ten_minutes_on(shop, clock, minute, was_at):
    """A car that nobody has begun gets later as time goes by; small slips are not told."""
    visit_id = shop.checked_in()
    shop.do("end_conversation", "lane/A", visit_id=visit_id, completion_at=us(clock_at(9, 15)))
    clock.later(minutes=minute)

    assert shop.view("board/hall")["rows"][0]["was_at"] == was_at


@pytest.mark.parametrize(("at", "error"), [(clock_at(7, 59), "passed"), (clock_at(8), "passed")])
def test_a_completion_in_the_past_is_refused(shop, at, error):
    """It would be a lie at once."""
    visit_id = shop.checked_in()

    with pytest.raises(BadRequest, match=error):
        shop.do("change_completion", "manager/ali", visit_id=visit_id, completion_at=us(at), reason="x")


def test_a_change_needs_a_reason(shop):
    """An empty one is none."""
    visit_id = shop.checked_in()

    with pytest.raises(BadRequest, match="reason"):
        shop.do("change_completion", "manager/ali", visit_id=visit_id, completion_at=us(clock_at(10)), reason="  ")


def test_a_ready_car_has_nothing_to_estimate(shop):
    """It is ready; its row has no time to come."""
    visit_id = shop.walk(shop.checked_in(), *READY)

    assert refused(shop, "change_completion", "manager/ali", visit_id=visit_id, completion_at=us(clock_at(17)), reason="x") == "out_of_order"
    assert shop.view("board/hall")["rows"][0]["completion_at"] is None
    assert shop.view("board/hall")["rows"][0]["place"] == "1"
