"""The visit: the table of moves, its fold, and taking a step back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from domain_builders import after, checked_in, clock, recorded, walked
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import facts as f
from kiosk.domain import visit as rules
from kiosk.domain.visit import MOVES, STEPS, Refused, Stage

TO_READY = (f.WriteUpBegun("ruiz"), f.ServiceBegun(), f.QualityCheckBegun(), f.QualityCheckPassed())
TO_STAGE = {
    Stage.CHECKED_IN: (),
    Stage.WITH_ADVISOR: TO_READY[:1],
    Stage.IN_SERVICE: TO_READY[:2],
    Stage.WAITING_FOR_ANSWER: (*TO_READY[:2], f.CustomerAsked()),
    Stage.QUALITY_CHECK: TO_READY[:3],
    Stage.READY: TO_READY,
    Stage.HANDED_OVER: (*TO_READY, f.VisitHandedOver()),
    Stage.WITHDRAWN: (f.CheckInWithdrawn(),),
}
A_STEP = {
    "begin_write_up": f.WriteUpBegun("chen"),
    "record_answer": f.AnswerReceived(approved=True),
    **{name: fact() for name, fact in STEPS.items() if name not in ("begin_write_up", "record_answer")},
}
PAGE = f.PageOpened("p1", f.PageReason.CHECK_IN, ("ruiz",))


def at_stage(stage):
    return walked(checked_in(), *TO_STAGE[stage])


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("name", STEPS)
def test_a_step_is_allowed_exactly_where_the_table_says(stage, name):
    """In every stage each step either leads where the table says or is refused as out of order."""
    visit, fact = at_stage(stage), A_STEP[name]
    allowed, to = MOVES[type(fact).__name__]

    if stage in allowed:
        assert walked(visit, fact).stage is to
        assert name in rules.next_steps(stage)
    else:
        with pytest.raises(Refused) as refused:
            rules.move(visit, fact)
        assert refused.value.code == "out_of_order"
        assert name not in rules.next_steps(stage)


@pytest.mark.parametrize("stage", Stage)
def test_only_the_two_ends_close_a_visit(stage):
    """A visit keeps its number until it is handed over or withdrawn."""
    assert stage.is_open is (stage not in (Stage.HANDED_OVER, Stage.WITHDRAWN))
    assert bool(rules.next_steps(stage)) is stage.is_open


def test_the_write_up_closes_the_lanes_pages():
    """Nobody needs to come to the lane any more; a page at the cashier stays."""
    pickup = f.PageOpened("p2", f.PageReason.PICKUP, ("ruiz",))
    visit = after(checked_in(), (PAGE, pickup), clock(8, 1))

    visit = walked(visit, f.WriteUpBegun("ruiz"))

    assert [one.page_id for one in visit.pages] == ["p2"]


@pytest.mark.parametrize("end", [(f.CheckInWithdrawn(),), (*TO_READY, f.VisitHandedOver())])
def test_the_end_of_a_visit_closes_every_page(end):
    """Nobody is called to a customer who has gone."""
    visit = after(checked_in(), (PAGE,), clock(8, 1))
    *before, last = end
    visit = after(walked(visit, *before), (f.PageOpened("p9", f.PageReason.HELP, ()),), clock(9))

    assert walked(visit, last, since=clock(10)).pages == ()


def test_a_page_is_opened_once_however_often_it_is_asked_for():
    """A driver who scans twice is paged once."""
    visit = after(checked_in(), rules.open_page(checked_in(), "p1", f.PageReason.CHECK_IN, ("ruiz",)), clock(8, 1))

    assert rules.open_page(visit, "p2", f.PageReason.CHECK_IN, ("ruiz",)) == ()
    assert rules.open_page(visit, "p2", f.PageReason.HELP, ("ruiz",)) != ()


def test_a_page_that_somebody_answered_may_be_opened_anew():
    """Who asks again while somebody is on the way is heard again."""
    visit = after(checked_in(), (PAGE, f.PageAcknowledged("p1", "ruiz")), clock(8, 1))

    assert rules.open_page(visit, "p2", f.PageReason.CHECK_IN, ("chen",)) == (f.PageOpened("p2", f.PageReason.CHECK_IN, ("chen",)),)


def test_the_first_to_press_has_the_page():
    """A later press by another changes nothing."""
    visit = after(checked_in(), (PAGE,), clock(8, 1))
    visit = after(visit, rules.acknowledge(visit, "p1", "ruiz"), clock(8, 2))

    assert rules.acknowledge(visit, "p1", "chen") == ()
    assert visit.page("p1").acknowledged_by == "ruiz"
    assert visit.page("p1").acknowledged_at == clock(8, 2)


@pytest.mark.parametrize("use_case", ["acknowledge", "hand_on", "close_page"])
def test_a_page_that_is_closed_stays_closed(use_case):
    """A press that comes too late is no fault and does nothing."""
    arguments = {"acknowledge": ("ruiz",), "hand_on": (("chen",),), "close_page": ()}[use_case]

    assert getattr(rules, use_case)(checked_in(), "gone", *arguments) == ()


def test_a_page_that_is_handed_on_counts_anew():
    """The next desk has its own sixty seconds, and nobody is coming yet."""
    visit = after(checked_in(), (PAGE, f.PageAcknowledged("p1", "ruiz")), clock(8, 1))

    page = after(visit, rules.hand_on(visit, "p1", ("chen",)), clock(8, 3)).page("p1")

    assert (page.advisors, page.opened_at, page.acknowledged_by, page.acknowledged_at) == (("chen",), clock(8, 3), None, None)


def test_a_customer_is_greeted_once():
    """The first greeting counts for the clocks (S08); after the write-up has begun there is none."""
    visit = after(checked_in(), rules.greet(checked_in(), "ruiz"), clock(8, 3))

    assert rules.greet(visit, "ruiz") == ()
    assert visit.greeted_at == clock(8, 3)
    with pytest.raises(Refused):
        rules.greet(walked(visit, f.WriteUpBegun("ruiz")), "ruiz")


def test_who_begins_the_write_up_has_greeted():
    """One press less: the write-up counts as the greeting, if there was none."""
    visit = walked(checked_in(), f.WriteUpBegun("chen"), since=clock(8, 4))

    assert (visit.greeted_at, visit.write_up_at, visit.advisor_id) == (clock(8, 4), clock(8, 4), "chen")


def test_its_maker_takes_a_step_back_within_ten_minutes():
    """At ten minutes it still goes, a moment later it needs a manager."""
    visit = walked(checked_in(), f.WriteUpBegun("ruiz"), since=clock(8, 4))
    mine = {"is_manager": False, "has_reason": False}

    assert rules.take_back(visit, "advisor/ruiz", clock(8, 14), **mine) == (f.StepTakenBack("WriteUpBegun"),)
    with pytest.raises(Refused) as refused:
        rules.take_back(visit, "advisor/ruiz", clock(8, 14) + timedelta(microseconds=1), **mine)
    assert refused.value.code == "not_yours"


@pytest.mark.parametrize(
    ("is_manager", "has_reason", "code"), [(False, False, "not_yours"), (False, True, "not_yours"), (True, False, "reason_needed")]
)
def test_somebody_elses_step_needs_a_manager_with_a_reason(is_manager, has_reason, code):
    """Nobody else may undo it in silence."""
    visit = walked(checked_in(), f.WriteUpBegun("ruiz"))

    with pytest.raises(Refused) as refused:
        rules.take_back(visit, "advisor/chen", clock(8, 6), is_manager=is_manager, has_reason=has_reason)

    assert refused.value.code == code


def test_a_manager_with_a_reason_takes_any_step_back():
    """However long ago, with the reason's note beside the log."""
    visit = walked(checked_in(), *TO_READY, f.VisitHandedOver())

    facts = rules.take_back(visit, "manager/ali", clock(17), is_manager=True, has_reason=True, note_id="n1")

    assert facts == (f.StepTakenBack("VisitHandedOver", "n1"),)


def test_a_visit_without_steps_has_nothing_to_take_back():
    """The check-in itself is withdrawn, not taken back."""
    with pytest.raises(Refused) as refused:
        rules.take_back(checked_in(), "advisor/ruiz", clock(8, 1), is_manager=True, has_reason=True)

    assert refused.value.code == "nothing_to_take_back"


@pytest.mark.parametrize("stage", [one for one in Stage if one is not Stage.CHECKED_IN])
def test_a_step_taken_back_leaves_the_visit_as_it_was(stage):
    """Stage, times, advisor and answer are those before the step; only pages stay closed."""
    *before, last = TO_STAGE[stage]
    visit = walked(checked_in(), *before)
    done = walked(visit, last, since=clock(10))

    undone = after(done, rules.take_back(done, "advisor/ruiz", clock(10, 1), is_manager=False, has_reason=False), clock(10, 1))

    assert undone == visit


def test_clocks_count_from_the_corrected_time():
    """A write-up begun by mistake at 08:05 and truly at 08:20 began at 08:20."""
    visit = walked(checked_in(), f.WriteUpBegun("chen"), since=clock(8, 5))
    visit = after(visit, rules.take_back(visit, "advisor/ruiz", clock(8, 6), is_manager=False, has_reason=False), clock(8, 6))

    assert (visit.write_up_at, visit.greeted_at, visit.advisor_id) == (None, None, "ruiz")
    assert walked(visit, f.WriteUpBegun("ruiz"), since=clock(8, 20)).write_up_at == clock(8, 20)


def test_taking_back_a_return_to_the_shop_keeps_the_first_time_there():
    """A failed check taken back: the car has been in service since it first came there."""
    visit = walked(at_stage(Stage.QUALITY_CHECK), f.QualityCheckFailed(), since=clock(11))

    undone = after(visit, (f.StepTakenBack("QualityCheckFailed"),), clock(11, 1))

    assert undone.since(Stage.IN_SERVICE) == clock(8, 15)


def test_a_car_takes_its_bay_from_the_first_time_on():
    """Waiting for an answer and failing a check do not begin the planned time anew."""
    visit = walked(at_stage(Stage.WAITING_FOR_ANSWER), f.AnswerReceived(approved=True), f.QualityCheckBegun(), f.QualityCheckFailed(), since=clock(10))

    assert visit.service_begun_at == clock(8, 15)
    assert visit.since(Stage.IN_SERVICE) == clock(10, 20)


@pytest.mark.parametrize(
    ("offline", "device_at", "arrived_at"),
    [
        (True, clock(7, 30), clock(7, 30)),
        (False, clock(7, 30), clock(9)),
        (True, clock(9) + timedelta(days=400), clock(9)),
        (True, clock(9) - timedelta(days=8), clock(9)),
    ],
)
def test_an_offline_arrival_counts_by_the_lanes_clock_if_that_can_be_right(offline, device_at, arrived_at):
    """A lane that was offline tells when the customer came; a clock that is years off is not believed."""
    fact = f.VisitCheckedIn("A-001", "A", None, "en", None, (), f.Way.CODE, f.Timing.NONE, device_at, offline=offline)

    assert rules.begin(recorded(fact, clock(9))).arrived_at == arrived_at


def test_a_visit_begins_with_its_check_in():
    """A log that begins otherwise is damaged, and says so."""
    with pytest.raises(TypeError, match="begins with VisitCheckedIn"):
        rules.fold([recorded(f.ServiceBegun(), clock(8))])


def test_a_confirmed_visit_takes_over_what_was_booked():
    """Advisor, work and people of the appointment that was found; what the visit has already stays."""
    visit = checked_in(appointment_id=None, advisor_id=None, operations=(), confirmed=False)
    fact = f.CheckInConfirmed("a2", "chen", ("TIR",), "person", "vehicle")

    visit = after(visit, (fact,), clock(8, 1))

    assert visit.confirmed
    assert (visit.appointment_id, visit.advisor_id, visit.operations) == ("a2", "chen", ("TIR",))
    assert (visit.person_id, visit.vehicle_id) == ("person", "vehicle")


def test_staff_may_vouch_without_an_appointment():
    """Confirmed as it is, nothing else changes."""
    visit = checked_in(appointment_id=None, confirmed=False)

    assert after(visit, (f.CheckInConfirmed(None),), clock(8, 1)) == checked_in(appointment_id=None, confirmed=True)


def test_a_renumbered_visit_remembers_what_is_on_paper():
    """Its own number is new; the old one leads to the other visit and is no alias."""
    visit = after(checked_in(), (f.TicketRenumbered("A-017", "S-001"), f.TicketAliased("B-004")), clock(8, 1))

    assert (visit.ticket, visit.given, visit.tickets) == ("S-001", "A-017", ("S-001", "B-004"))


SMALL_FACTS = st.sampled_from(
    [
        f.LanguageChosen("ar"),
        f.DetailsConfirmed(),
        f.PermissionAnswered(f.Permission.ASK),
        f.CustomerGreeted("chen"),
        f.CompletionChanged(clock(15), "n1"),
        f.CompletionTold(clock(14)),
        f.TicketReported("j1", "confirmed"),
        f.LinesEdited(3),
        f.PapersMade("paper"),
        PAGE,
        f.PageAcknowledged("p1", "chen"),
        f.PageClosed("p1"),
    ]
)


@given(st.lists(st.sampled_from(list(A_STEP)) | SMALL_FACTS | st.just("take_back"), max_size=25))
def test_a_fold_of_the_log_is_the_visit_that_was_lived(things):
    """Whatever happens in whatever order: folding the log anew gives the same visit, and its stage is one of the table."""
    visit = checked_in()
    log = [recorded(f.VisitCheckedIn("A-017", "A", "a1", "en", "ruiz", ("LOF",), f.Way.CODE, f.Timing.ON_TIME, clock(8)), clock(8), "lane/A")]
    for n, thing in enumerate(things):
        at = clock(8, 1) + n * timedelta(minutes=1)
        try:
            if thing == "take_back":
                facts = rules.take_back(visit, "manager/ali", at, is_manager=True, has_reason=True)
            elif isinstance(thing, str):
                facts = rules.move(visit, A_STEP[thing])
            else:
                facts = (thing,)
        except Refused:
            continue
        log += [recorded(one, at) for one in facts]
        visit = after(visit, facts, at)

    assert rules.fold(log) == visit
    assert (visit.stage is Stage.CHECKED_IN) is (not visit.steps)
