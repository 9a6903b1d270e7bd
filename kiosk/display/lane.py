"""The lane's screen: the state of the conversation -> a Scene. What each page looks like stands in lane_*.py.

Pure: the same state at the same size in the same language is the same scene, so an unchanged lane draws nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kiosk.display import lane_change, lane_hello, lane_keypad, lane_notices, lane_scan, lane_ticket
from kiosk.display.lane_grid import Frame, Grid
from kiosk.display.lane_page import LEAST_AIR
from kiosk.display.lane_rest import rest, rest_pages
from kiosk.display.lane_words import CameraPicture, LaneShown, Told, today_of
from kiosk.display.layout import Composition
from kiosk.display.legible import is_legible
from kiosk.display.scene import Box, Rect
from kiosk.display.theme import LARGE_TEXT_SCALES
from kiosk.domain.lane_state import Screen as Shows

if TYPE_CHECKING:
    from kiosk.display.layout import Look, Screen
    from kiosk.display.scene import Scene, Target
    from kiosk.domain.lane_state import State

__all__ = ["CameraPicture", "LaneShown", "has_keyboard", "in_order", "scene", "today_of"]

Draw = Callable[[Composition, Grid, Frame, Told], None]
LEAST_KEYBOARD_MM = 200.0
AIR = (1.0, 0.9, 0.8, LEAST_AIR)
PAGES: Mapping[Shows, Draw] = {
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
    if _is_nobodys(shown.state) and not all(_is_nobodys(key[0]) for key, _ in screen.kept.values()):
        screen.forget()
    if shown.state.seconds_left is None:
        c, whole = _composed(shown, screen, language, PAGES[shown.state.screen])
    else:
        c, whole = _under_a_sheet(shown, screen, language)
    return _focused(whole, shown.focus, c.look) if shown.focus else whole


@dataclass(frozen=True)
class Fit:
    """How a page has room: with which letters and how much air, in how many pages, and what stands behind *More*."""

    scale: float = 1.0
    air: float = 1.0
    pages: int = 1
    missing: tuple[str, ...] = ()


def _composed(shown: LaneShown, screen: Screen, language: str, draw: Draw) -> tuple[Composition, Scene]:
    """The page as large as the screen is set to, with as much air as lets it say everything."""
    fit = _fit(shown, screen, language, draw)
    grid = Grid(_look(shown, screen, language, fit.scale), fit.air)
    if not fit.missing:
        c = _page(shown, grid, draw)
        return c, c.scene()
    told = Told(shown, grid.look.language)
    pages = rest_pages(Composition(grid.look), grid, told, fit.missing)
    index = told.state.page % (fit.pages + len(pages))
    more = (told("common.more"), "")
    if index < fit.pages:
        c = _page(_turned(shown, index), grid, draw, more=more if fit.pages == 1 else ("", ""))
        return c, c.scene()
    words = (told("common.back"), "back") if index == fit.pages + len(pages) - 1 else more

    def behind(page: Composition, grid: Grid, frame: Frame, told: Told) -> None:
        rest(page, grid, frame, told, pages[index - fit.pages])

    c = _page(shown, grid, behind, more=words)
    return c, c.scene()


def _is_nobodys(state: State) -> bool:
    """Does this page, at which the lane rests, tell nothing of anybody?"""
    return state.screen in (Shows.SCAN, Shows.OUT) and state.customer is None and state.companion is None


def _fit(shown: LaneShown, screen: Screen, language: str, draw: Draw) -> Fit:
    """Found once for a page, and kept while only a finger, the camera or what is typed changes."""
    state = shown.state
    typing = replace(state.typing, text="-" if state.typing.text else "")
    key = replace(state, page=0, typing=typing, touched_at=None, asked_to_speak=0), shown.today, language
    kept = screen.kept.get(draw.__name__)
    if kept is None or kept[0] != key:
        kept = screen.kept[draw.__name__] = key, _found(_turned(shown, 0), screen, language, draw)
    fit: Fit = kept[1]
    return fit


def _found(shown: LaneShown, screen: Screen, language: str, draw: Draw) -> Fit:
    """Air goes first; then, in the mode *large text*, the larger letters; what even then has no room is `missing`."""
    plain: list[tuple[Composition, Grid]] = []
    for scale in (*LARGE_TEXT_SCALES, 1.0) if screen.large else (1.0,):
        look = _look(shown, screen, language, scale)
        for air in (1.0,) if Grid(look).form.is_small else AIR:
            grid = Grid(look, air)
            c = _page(shown, grid, draw)
            if not c.given_up and not c.crowded and (scale == 1.0 or is_legible(c.scene())):
                return Fit(scale, air, c.pages)
            if scale == 1.0:
                plain.append((c, grid))
    c, grid = min(reversed(plain), key=_losses)  # of equals the one with the least air: nothing stands too close
    missing = dict.fromkeys(c.given_up)
    for index in range(1, c.pages):
        missing |= dict.fromkeys(_page(_turned(shown, index), grid, draw).given_up)
    if shown.state.screen is Shows.READ:  # half a second has no other page
        missing = {}
    return Fit(1.0, grid.air, c.pages, tuple(missing))


def _losses(one: tuple[Composition, Grid]) -> tuple[bool, int, int]:
    """What a page loses: legibility first, then words, then what only crowds it."""
    c = one[0]
    return not is_legible(c.scene()), len(c.given_up), len(c.crowded)


def _turned(shown: LaneShown, index: int) -> LaneShown:
    """The same at this page of its own."""
    return replace(shown, state=replace(shown.state, page=index))


def _look(shown: LaneShown, screen: Screen, language: str, scale: float = 1.0) -> Look:
    """With the store's clock and colour."""
    store = shown.state.view.store if shown.state.view else None
    clock, colour = (store.clock, store.brand_colour) if store else ("24h", "")
    return screen.look(language, clock=clock, brand_colour=colour, scale=scale)


def _page(shown: LaneShown, grid: Grid, draw: Draw, *, more: tuple[str, str] = ("", "")) -> Composition:
    """The page, drawn once."""
    told = Told(shown, grid.look.language)
    state, store = shown.state, told.store
    frame = Frame(
        name=told.of(store.name) if store else "",
        lane=state.letter,
        lane_word=told("common.lane_word"),
        help_word=told("dock.help"),
        pressed=shown.pressed,
        has_voice=state.rules.has_voice,
        more=more,
    )
    c = Composition(grid.look)
    draw(c, grid, frame, told)
    return c


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


def _under_a_sheet(shown: LaneShown, screen: Screen, language: str) -> tuple[Composition, Scene]:
    """The page stays to be seen under the veil, and is deaf."""
    _, below = _composed(shown, screen, language, PAGES[shown.state.screen])
    sheet, above = _composed(shown, screen, language, lane_notices.still_there)
    return sheet, type(below)(below.size, below.ground, (*below.items, *above.items), above.targets)
