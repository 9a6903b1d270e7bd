"""The lane's screen: the state of the conversation -> a Scene. What each page looks like stands in lane_*.py.

Pure: the same state at the same size in the same language is the same scene, so an unchanged lane draws nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kiosk.display import lane_change, lane_hello, lane_keypad, lane_notices, lane_scan, lane_ticket
from kiosk.display.lane_grid import Frame, Grid
from kiosk.display.lane_words import CameraPicture, LaneShown, Told, today_of
from kiosk.display.layout import Composition
from kiosk.display.scene import Box, Rect
from kiosk.domain.lane_state import Screen as Shows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kiosk.display.layout import Look, Screen
    from kiosk.display.scene import Scene, Target

__all__ = ["CameraPicture", "LaneShown", "has_keyboard", "in_order", "scene", "today_of"]

LEAST_KEYBOARD_MM = 200.0
PAGES: Mapping[Shows, Callable[[Composition, Grid, Frame, Told], None]] = {
    Shows.SCAN: lane_scan.scan,
    Shows.READ: lane_scan.scan,
    Shows.HELLO: lane_hello.hello,
    Shows.CHANGE: lane_change.change,
    Shows.CONTACT: lane_change.contact,
    Shows.CONCERN: lane_change.concern,
    Shows.MAINTENANCE: lane_change.maintenance,
    Shows.TRANSPORT: lane_change.transport,
    Shows.PERMISSION: lane_hello.permission,
    Shows.TICKET: lane_ticket.ticket,
    Shows.AGAIN: lane_hello.again,
    Shows.PICKUP: lane_hello.pickup,
    Shows.OTHER_DAY: lane_notices.other_day,
    Shows.CANCELLED: lane_notices.end_of_way,
    Shows.FINISHED: lane_notices.end_of_way,
    Shows.UNKNOWN: lane_notices.end_of_way,
    Shows.OTHER_STORE: lane_notices.end_of_way,
    Shows.NO_CODE: lane_notices.no_code,
    Shows.DIGITS: lane_keypad.typing,
    Shows.NUMBER: lane_keypad.typing,
    Shows.PHONE: lane_keypad.typing,
    Shows.NAME: lane_keypad.typing,
    Shows.WORDS: lane_keypad.typing,
    Shows.NEW_PHONE: lane_keypad.typing,
    Shows.EMAIL: lane_keypad.typing,
    Shows.PRIVACY: lane_notices.privacy,
    Shows.LOCKED: lane_notices.locked,
    Shows.HELP: lane_notices.help_coming,
    Shows.LANGUAGES: lane_notices.languages,
    Shows.OUT: lane_notices.out_of_service,
}


def scene(shown: LaneShown, screen: Screen, language: str) -> Scene:
    """The screen in `language`, the code of one; the conversation's own is `shown.state.language`."""
    shown = _on_panel(shown, screen)
    state = shown.state
    store = state.view.store if state.view else None
    look = screen.look(
        language, clock=store.clock if store else "24h", brand_colour=store.brand_colour if store else ""
    )
    told = Told(shown, look.language)
    frame = Frame(
        name=told.of(store.name) if store else "",
        lane=state.letter,
        lane_word=told("common.lane_word"),
        help_word=told("dock.help"),
        pressed=shown.pressed,
        has_voice=state.rules.has_voice,
    )
    c = Composition(look)
    PAGES[state.screen](c, Grid(look), frame, told)
    whole = c.scene() if state.seconds_left is None else _under_a_sheet(c, screen, frame, told, language)
    return _focused(whole, shown.focus, look) if shown.focus else whole


def in_order(whole: Scene, *, is_rtl: bool) -> tuple[str, ...]:
    """The targets as one reads them: row by row, each from its start; *Help* and the languages last."""

    def place(one: Target) -> tuple[bool, int, int]:
        is_last = one.name in ("help", "listen", "languages") or one.name.startswith("language.")
        return is_last, one.rect.middle // 40, -one.rect.x if is_rtl else one.rect.x

    return tuple(dict.fromkeys(one.name for one in sorted(whole.targets, key=place)))


def _focused(whole: Scene, focus: str, look: Look) -> Scene:
    """A ring around the target that *choose* would touch."""
    found = next((one.rect for one in whole.targets if one.name == focus), None)
    if found is None:
        return whole
    edge = max(4, look.px(1))
    rect = found.inset(-edge).clipped(Rect(0, 0, *whole.size))
    ring = (
        Box(rect, None, look.px(6) + edge, edge_colour=look.theme.surface, edge_px=edge + edge // 2),
        Box(rect, None, look.px(6) + edge, edge_colour=look.theme.ink, edge_px=edge),
    )
    return type(whole)(whole.size, whole.ground, (*whole.items, *ring), whole.targets)


def has_keyboard(width_mm: float) -> bool:
    """Is a panel of this width wide enough for eleven letters in a row?"""
    return width_mm >= LEAST_KEYBOARD_MM


def _on_panel(shown: LaneShown, screen: Screen) -> LaneShown:
    """The state as this panel can show it: without room for letters a walk-in sees who comes instead."""
    rules = shown.state.rules
    if has_keyboard(screen.panel.width_mm) or not rules.has_keyboard:
        return shown
    state = replace(shown.state, rules=replace(rules, has_keyboard=False))
    instead = {Shows.NAME: Shows.HELP, Shows.WORDS: Shows.CONCERN, Shows.EMAIL: Shows.CONTACT}
    state = replace(state, screen=instead.get(state.screen, state.screen))
    return replace(shown, state=state)


def _under_a_sheet(c: Composition, screen: Screen, frame: Frame, told: Told, language: str) -> Scene:
    """The page stays to be seen under the veil, and is deaf."""
    look = screen.look(language, clock=told.words.clock, brand_colour=told.store.brand_colour if told.store else "")
    sheet = Composition(look)
    lane_notices.still_there(sheet, Grid(look), frame, told)
    below, above = c.scene(), sheet.scene()
    return type(below)(below.size, below.ground, (*below.items, *above.items), above.targets)
