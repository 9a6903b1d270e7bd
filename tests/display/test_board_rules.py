"""The board's rules: who is public, in which order and on which page; what is called; how fresh it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.display.board_samples import STORE
from kiosk.domain.board import (
    MOST_ROWS,
    STAGES,
    Freshness,
    Row,
    board_from,
    freshness,
    in_order,
    pages,
    public_row,
    turn,
)
from kiosk.domain.board_calls import Calls, called
from kiosk.domain.board_mood import Mood, mood

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def row(ticket="A-001", stage="in_service", in_minutes=60, *, changed=-30, was=None, place=None):
    """A row with times counted in minutes from noon."""
    done = None if in_minutes is None else NOON + timedelta(minutes=in_minutes)
    was_at = None if was is None else NOON + timedelta(minutes=was)
    return Row(ticket, stage, done, was_at, place, NOON + timedelta(minutes=changed))


def view(rows=(), **store):
    """A view as the hub sends it, at noon."""
    return {"id": "a.1", "hub_now": micros(NOON), "store": {**STORE, **store}, "rows": list(rows)}


def micros(at):
    """An instant as the wire has it."""
    return round(at.timestamp() * 1_000_000)


def wire_row(ticket, stage="ready", changed=-30, **more):
    """A row as the wire has it."""
    return {"ticket": ticket, "stage": stage, "changed_at": micros(NOON + timedelta(minutes=changed)), **more}


def test_an_unknown_stage_is_with_the_advisor():
    """A stage that this board does not know is shown as *with your advisor*."""
    assert public_row(row(stage="being_polished")).stage == "with_advisor"


def test_only_a_ready_visit_has_a_place():
    """The cashier's desk stands beside ready visits alone; one without a desk of its own gets the store's first."""
    assert public_row(row(place="2")).place is None
    assert public_row(row(stage="ready", place="2"), "1").place == "2"
    assert public_row(row(stage="ready"), "1").place == "1"


def test_an_old_time_that_tells_nothing_is_left_out():
    """The old estimate stands only beside another new one."""
    assert public_row(row(was=60)).was_at is None
    assert public_row(row(in_minutes=None, was=30)).was_at is None
    assert public_row(row(stage="ready", was=30)).was_at is None
    assert public_row(row(was=30)).was_at == NOON + timedelta(minutes=30)


def test_ready_visits_stand_on_top():
    """Ready first, the longest ready on top; then the stages backwards, the next to be finished on top."""
    rows = [
        row("A-017", "checked_in", 200),
        row("A-011", "in_service", 80),
        row("B-007", "in_service", 70),
        row("B-004", "ready", changed=-5),
        row("A-015", "with_advisor", None),
        row("A-009", "ready", changed=-50),
        row("B-006", "waiting_for_answer", 90),
        row("A-012", "quality_check", 10),
    ]

    tickets = [one.ticket for one in in_order(rows)]

    assert tickets == ["A-009", "B-004", "A-012", "B-006", "B-007", "A-011", "A-015", "A-017"]


ROWS = st.lists(st.sampled_from(STAGES), max_size=40).map(
    lambda stages: in_order(row(f"A-{index:03d}", stage, index) for index, stage in enumerate(stages))
)


@given(ROWS, st.integers(1, 12))
def test_every_visit_comes_up(rows, per_page):
    """Whatever is open and however small the board: every visit stands on some page, and no page holds too many."""
    shown = pages(rows, per_page)

    assert shown
    assert all(len(page) <= min(per_page, MOST_ROWS) for page in shown)
    assert {one.ticket for page in shown for one in page} == {one.ticket for one in rows}
    assert all(len({one.ticket for one in page}) == len(page) for page in shown)


@given(ROWS, st.integers(2, 8))
def test_ready_visits_stay_on_every_page(rows, per_page):
    """Ready visits stand above the others on every page, all of them where they leave half of it free."""
    ready = [one for one in rows if one.is_ready]
    shown = pages(rows, per_page)

    for page in shown:
        kinds = [one.is_ready for one in page]
        assert kinds == sorted(kinds, reverse=True)
        if len(ready) <= per_page // 2:
            assert [one for one in page if one.is_ready] == ready


def test_pages_turn_before_languages():
    """All pages are shown in one language, then in the next; larger letters may need more pages."""
    seen = [turn(seconds, 10, (2, 3)) for seconds in (0, 9.9, 10, 20, 30, 40, 50)]

    assert seen == [(0, 0), (0, 0), (0, 1), (1, 0), (1, 1), (1, 2), (0, 0)]


def test_turning_needs_a_page():
    """A board without any page is a fault of its maker."""
    with pytest.raises((ValueError, ZeroDivisionError)):
        turn(0, 10, ())


@pytest.mark.parametrize(
    ("silent_s", "expected"),
    [(0, "live"), (9.9, "live"), (10, "sign"), (59.9, "sign"), (60, "stale"), (86_400, "stale")],
)
def test_silence_is_told(silent_s, expected):
    """A sign after 10 s without the hub, drained after 60 s, and live again as soon as it is heard."""
    assert freshness(silent_s) is Freshness(expected)


def test_a_car_just_ready_is_called_once():
    """A visit newly ready is called for 12 s, and not again."""
    waiting = called(Calls(), [row("A-012", "quality_check")], NOON)
    ready = [row("A-012", "ready", changed=0)]

    calls = called(waiting, ready, NOON)
    later = called(calls, ready, NOON + timedelta(seconds=11))
    over = called(later, ready, NOON + timedelta(seconds=12))

    assert (calls.current, later.current, over.current) == ("A-012", "A-012", None)
    assert called(over, ready, NOON + timedelta(hours=1)).current is None


def test_calls_wait_for_each_other():
    """Two cars ready in the same second are called one after the other, each for its whole time."""
    begun = called(Calls(), [], NOON)
    ready = [row("B-004", "ready", changed=0), row("A-009", "ready", changed=0)]

    calls = called(begun, ready, NOON)
    names = []
    for second in range(30):
        calls = called(calls, ready, NOON + timedelta(seconds=second))
        names.append(calls.current)

    assert [names.count(one) for one in ("A-009", "B-004", None)] == [12, 12, 6]


def test_a_board_switched_on_calls_nobody_of_before():
    """On its first view a board calls only who became ready in the last 15 s."""
    old, new = row("A-009", "ready", changed=-5), row("B-004", "ready", changed=-0.1)

    assert called(Calls(), [old, new], NOON).current == "B-004"
    assert called(Calls(), [old], NOON).current is None


def test_a_car_ready_while_the_link_was_away_is_called():
    """After a silence of minutes the visit that became ready meanwhile is still called."""
    begun = called(Calls(), [], NOON - timedelta(minutes=10))

    assert called(begun, [row("A-009", "ready", changed=-5)], NOON).current == "A-009"


def test_a_car_handed_over_is_no_longer_called():
    """A visit that has left the board is not called, nor is it kept waiting for."""
    begun = called(Calls(), [], NOON)
    both = [row("A-009", "ready", changed=0), row("B-004", "ready", changed=0)]

    calls = called(begun, both, NOON)
    gone = called(calls, [], NOON + timedelta(seconds=1))

    assert gone.current is None
    assert gone.waiting == ()


def test_a_car_sent_back_and_ready_again_is_called_again():
    """Ready is taken back and comes again: a new call."""
    begun = called(Calls(), [], NOON)
    first = called(begun, [row("A-009", "ready", changed=0)], NOON)
    back = called(first, [row("A-009", "in_service", changed=1)], NOON + timedelta(minutes=1))

    again = called(back, [row("A-009", "ready", changed=2)], NOON + timedelta(minutes=2))

    assert again.current == "A-009"


def test_a_view_is_read_whole():
    """Rows, names, facts and hours come out of the JSON; fields that this board does not know are ignored."""
    board = board_from(
        view(
            [
                wire_row("A-012", "in_service", completion_at=micros(NOON), was_at=micros(NOON), customer="Haddad"),
                wire_row("A-009"),
            ],
            slogan="new in a later version",
        )
    )

    assert [(one.ticket, one.place) for one in board.rows] == [("A-009", "1"), ("A-012", None)]
    assert board.rows[1].was_at is None
    assert board.name.ar == "محركات الوادي"
    assert board.hub_now == NOON
    assert board.open_today == (("08:00", "18:00"),)


@pytest.mark.parametrize("broken", [{}, {"id": "a.1"}, {**view(), "rows": [{}]}, {**view(), "hub_now": None}])
def test_half_a_view_is_refused(broken):
    """A view without what the board needs is an error, never half a board."""
    with pytest.raises((KeyError, TypeError, ValueError)):
        board_from(broken)


@pytest.mark.parametrize(
    ("hour", "rows", "opens", "expected"),
    [
        (12, [], None, Mood.EMPTY),
        (12, [wire_row("A-009")], None, Mood.BUSY),
        (22, [], 10, Mood.CLOSED),
        (12.5, [wire_row("A-009", changed=-200)], 1, Mood.BUSY),
        (18.4, [wire_row("A-009", changed=-200)], 14, Mood.BUSY),
        (22, [wire_row("A-009", changed=-200)], 10, Mood.CLOSED),
        (22, [wire_row("A-009", changed=580)], 10, Mood.BUSY),
        (6, [wire_row("A-009", changed=-900)], 2, Mood.CLOSED),
    ],
)
def test_the_board_knows_the_hour(hour, rows, opens, expected):
    """Rows in the day and in the lunch break, the welcome when empty, closed at night unless something has just moved."""
    now = NOON.replace(hour=0) + timedelta(hours=hour)
    opens_at = None if opens is None else micros(now + timedelta(hours=opens))

    assert mood(board_from(view(rows, opens_at=opens_at)), now) is expected


def test_the_shop_opens_by_itself():
    """When the hour of opening has come the board opens, also while the hub is not heard."""
    closed = board_from(view([], opens_at=micros(NOON)))

    assert mood(closed, NOON - timedelta(seconds=1)) is Mood.CLOSED
    assert mood(closed, NOON) is Mood.EMPTY


def test_a_shop_shut_all_day_is_closed():
    """On a day without hours cars of the day before do not stand on the board."""
    board = board_from(
        view([wire_row("A-009", changed=-900)], opens_at=micros(NOON + timedelta(days=1)), open_today=[])
    )

    assert mood(board, NOON) is Mood.CLOSED
