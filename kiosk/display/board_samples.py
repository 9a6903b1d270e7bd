"""Sample states of the board, for pictures and tests: a day at Valley Motors. All names and numbers are invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from kiosk.display.board import BoardState
from kiosk.domain.board import board_from
from kiosk.domain.board_calls import Calls
from kiosk.domain.facts import EPOCH

if TYPE_CHECKING:
    from collections.abc import Callable

MORNING = datetime(2026, 11, 24, 10, 42, 20, tzinfo=UTC)

STORE: dict[str, Any] = {
    "store_id": "valley",
    "name": {"en": "Valley Motors", "es": "Motores del Valle", "ar": "محركات الوادي"},
    "zone": "UTC",
    "clock": "24h",
    "brand_colour": "#0E3A47",
    "cashiers": ["1"],
    "facts": [
        {
            "icon": "bus",
            "words": {
                "en": "Shuttle to downtown: 11:00",
                "es": "Traslado al centro: 11:00",
                "ar": "الحافلة إلى وسط المدينة: 11:00",
            },
        },
        {
            "icon": "wifi",
            "words": {"en": "Wi-Fi: Valley-Guest", "es": "Wi-Fi: Valley-Guest", "ar": "الشبكة اللاسلكية: Valley-Guest"},
        },
        {
            "icon": "cup",
            "words": {
                "en": "Coffee and water: by the window",
                "es": "Café y agua: junto a la ventana",
                "ar": "القهوة والماء: عند النافذة",
            },
        },
        {
            "icon": "ready",
            "words": {
                "en": "Key drop: by the entrance",
                "es": "Buzón de llaves: junto a la entrada",
                "ar": "صندوق المفاتيح: عند المدخل",
            },
        },
        {
            "icon": "call",
            "words": {"en": "Appointments: 55 0100 0142", "es": "Citas: 55 0100 0142", "ar": "المواعيد: 55 0100 0142"},
        },
    ],
    "opens_at": None,
    "open_today": [["08:00", "18:00"]],
}

DAY = (
    ("A-009", "ready", None, None),
    ("B-004", "ready", None, None),
    ("A-012", "quality_check", "11:15", None),
    ("B-006", "waiting_for_answer", "12:30", None),
    ("A-011", "in_service", "12:00", None),
    ("B-007", "in_service", "15:30", "15:00"),
    ("A-015", "with_advisor", "13:45", None),
    ("A-017", "checked_in", "15:30", None),
)


def day(_language: str) -> BoardState:
    """An ordinary morning: two cars ready, six at work, one estimate changed."""
    return _state(DAY, MORNING)


def call(_language: str) -> BoardState:
    """A car has just become ready and is called."""
    now = MORNING.replace(minute=56)
    rows = (("A-009", "ready", None, None), ("A-012", "ready", None, None), *DAY[3:4], *DAY[5:7])
    return _state(rows, now, calls=Calls(begun=True, current="A-012", until=now + timedelta(seconds=12)))


def sign(_language: str) -> BoardState:
    """The hub has not been heard for 25 seconds."""
    return _state(DAY, MORNING, silent_s=25)


def stale(_language: str) -> BoardState:
    """The hub has not been heard for more than a minute."""
    return _state((DAY[0], *DAY[2:]), MORNING.replace(minute=47), silent_s=70)


def empty(_language: str) -> BoardState:
    """Early: the shop is open and nobody is there."""
    return _state((), MORNING.replace(hour=8, minute=5))


def few(_language: str) -> BoardState:
    """Two visits: the rest of the board tells about the house."""
    return _state((DAY[0], DAY[7]), MORNING)


def closed(_language: str) -> BoardState:
    """After hours."""
    now = MORNING.replace(hour=18, minute=20)
    return _state((), now, opens_at=now.replace(hour=8, minute=0) + timedelta(days=1))


def overnight(_language: str) -> BoardState:
    """Cars that stay until tomorrow or longer, and one whose estimate is not known yet."""
    rows = (
        DAY[0],
        ("B-011", "waiting_for_answer", "+1 12:30", "16:30"),
        ("A-011", "in_service", "15:30", "15:00"),
        ("A-014", "in_service", "+1 10:30", "+1 09:00"),
        ("A-019", "with_advisor", "+3 16:00", None),
        ("A-020", "checked_in", None, None),
    )
    return _state(rows, MORNING.replace(hour=14))


def full(_language: str) -> BoardState:
    """Thirty visits at once: the board turns pages."""
    stages = ("ready", "quality_check", "waiting_for_answer", "in_service", "in_service", "with_advisor", "checked_in")
    rows = []
    for number in range(30):
        stage = stages[number % len(stages)] if number > 8 else ("ready" if number < 3 else "in_service")
        clock = f"{11 + number // 5}:{number * 5 % 60:02d}"
        rows.append((f"{'AB'[number % 2]}-{21 + number:03d}", stage, None if stage == "ready" else clock, None))
    return _state(tuple(rows), MORNING)


def many_ready(_language: str) -> BoardState:
    """Just before closing: more cars ready than half the board holds."""
    ready = tuple((f"A-{number:03d}", "ready", None, None) for number in range(21, 28))
    return _state((*ready, *DAY[2:]), MORNING.replace(hour=17))


def noon(_language: str) -> BoardState:
    """The twelve-hour clock."""
    return _state(DAY, MORNING.replace(hour=12), clock="12h")


def before(_language: str) -> BoardState:
    """Switched on while the hub is away."""
    return BoardState(None, MORNING, silent_s=5)


LANES = (("A", "A-015", "Omar", 300), ("B", "B-017", "Marta", 4), ("C", "C-008", None, None), ("D", None, None, None))
ARABIC_NAMES = {"Marta": "مارتا", "Omar": "عمر"}


def lanes(_language: str) -> BoardState:
    """Four lanes: with somebody, called, and free."""
    return _lane_state(LANES, MORNING)


def lane_call(_language: str) -> BoardState:
    """Marta has just said that she is coming."""
    called = Calls(begun=True, current="B-017", until=MORNING + timedelta(seconds=12))
    return _lane_state(LANES, MORNING, calls=called)


def lanes_stale(_language: str) -> BoardState:
    """The lane board without its hub."""
    return _lane_state(LANES, MORNING, silent_s=70)


def lanes_free(_language: str) -> BoardState:
    """Nobody stands in any lane."""
    return _lane_state(tuple((letter, None, None, None) for letter in "AB"), MORNING)


def checked(_language: str) -> BoardState:
    """Two visits, and somebody has looked after the room."""
    state = few(_language)
    board = replace(state.board, room_checked_at=MORNING - timedelta(minutes=42)) if state.board else None
    return replace(state, board=board)


def initials(_language: str) -> BoardState:
    """Two customers have agreed to see their initials."""
    state = day(_language)
    agreed = {"A-009": "L. C.", "A-011": "G. O."}
    if state.board is None:
        return state
    rows = tuple(replace(row, initials=agreed.get(row.ticket, "")) for row in state.board.rows)
    return replace(state, board=replace(state.board, rows=rows))


def odd(_language: str) -> BoardState:
    """Tickets of twelve characters and eighty rows at once."""
    stages = ("ready", "quality_check", "waiting_for_answer", "in_service", "with_advisor", "checked_in")
    rows = [(f"LANE-A-{number:05}", stages[number % 6], None if number % 6 in {0, 5} else "15:30", "15:00")
            for number in range(80)]  # fmt: skip
    return _state(tuple(rows), MORNING)


def odd_lanes(_language: str) -> BoardState:
    """An advisor's name of two hundred letters, and one of many words."""
    called = Calls(begun=True, current="LANE-A-00001", until=MORNING + timedelta(seconds=12))
    told = (("A", "LANE-A-00001", "W" * 200, 4), ("B", "B-002", "Maria " * 33, 300), ("C", "C-003", "W" * 200, 300))
    return _lane_state(told, MORNING, calls=called)


SAMPLES: dict[str, Callable[[str], BoardState]] = {
    "day": day,
    "call": call,
    "sign": sign,
    "stale": stale,
    "empty": empty,
    "few": few,
    "closed": closed,
    "overnight": overnight,
    "full": full,
    "many_ready": many_ready,
    "noon": noon,
    "before": before,
    "checked": checked,
    "initials": initials,
    "lanes": lanes,
    "lane_call": lane_call,
    "lanes_stale": lanes_stale,
    "lanes_free": lanes_free,
    "odd": odd,
    "odd_lanes": odd_lanes,
    "logo": day,
    "dark": day,
    "contrast": day,
    "portrait": day,
}
STATE_THEMES = {"dark": "dark", "contrast": "contrast"}
UPRIGHT = ("portrait",)
"""States that are drawn in another theme or on an upright panel unless asked otherwise."""


def _lane_state(
    told: tuple[tuple[str, str | None, str | None, int | None], ...],
    now: datetime,
    *,
    silent_s: float = 0.0,
    calls: Calls | None = None,
) -> BoardState:
    lanes = [
        {
            "lane": lane,
            "ticket": ticket,
            "advisor": {"name": {"en": name, "es": name, "ar": ARABIC_NAMES.get(name, name)}} if name else None,
            "called_at": None if ago_s is None else _microseconds(now - timedelta(seconds=ago_s)),
        }
        for lane, ticket, name, ago_s in told
    ]
    store = {**STORE, "opens_at": None}
    view = {"id": "5f3a.41", "hub_now": _microseconds(now), "store": store, "lanes": lanes}
    return BoardState(board_from(view), now, silent_s, Calls(begun=True) if calls is None else calls)


def _state(
    rows: tuple[tuple[str, str, str | None, str | None], ...],
    now: datetime,
    *,
    silent_s: float = 0.0,
    calls: Calls | None = None,
    **store: Any,
) -> BoardState:
    def at(clock: str | None) -> int | None:
        if clock is None:
            return None
        days, _, time = clock.rpartition(" ")
        hour, minute = map(int, time.split(":"))
        there = now.replace(hour=hour, minute=minute, second=0) + timedelta(days=int(days or 0))
        return _microseconds(there)

    opens_at = store.pop("opens_at", None)
    changed_at = _microseconds(now - timedelta(minutes=20))
    view = {
        "id": "5f3a.41",
        "hub_now": _microseconds(now),
        "next_change_at": None,
        "store": {**STORE, **store, "opens_at": None if opens_at is None else _microseconds(opens_at)},
        "rows": [
            {
                "ticket": ticket,
                "stage": stage,
                "completion_at": at(completion),
                "was_at": at(was),
                "place": "1" if stage == "ready" else None,
                "changed_at": changed_at + index,
            }
            for index, (ticket, stage, completion, was) in enumerate(rows)
        ],
    }
    known = Calls(begun=True) if calls is None else calls
    return BoardState(board_from(view), now, silent_s, known)


def _microseconds(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)
