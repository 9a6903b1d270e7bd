"""The lane's pages that are not the way through: another day, cancelled, unknown, help, languages, out of service.

Each says what it is, what to do, and who comes; none is a dead end. *Still there?* rises over the page that was shown.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from babel.dates import format_date

from kiosk.display import parts
from kiosk.display.dock import LANGUAGE_NAMES, dock
from kiosk.display.keys import key, row_key
from kiosk.display.lane_blocks import Address, CodePicture, Day, Days, Place, Places
from kiosk.display.lane_grid import Form, Frame, Grid
from kiosk.display.lane_hero import Hero, hero_page
from kiosk.display.lane_keys import Key, beside_help, draw_keys, icon_key, keys_height
from kiosk.display.lane_page import Page, frame_around, headline_px, page
from kiosk.display.lane_strip import Strip
from kiosk.display.lane_words import initial_of
from kiosk.display.scene import TOP_CORNERS, Box, Fill, Rect
from kiosk.domain.lane_state import UNSEEN, Screen
from kiosk.language import Ltr

if TYPE_CHECKING:
    from datetime import date

    from kiosk.display.lane_words import Told
    from kiosk.display.layout import Composition

VEIL = "#0F1E28C7"
ENDS = {
    Screen.UNKNOWN: ("unknown.headline", "unknown.text", ""),
    Screen.CANCELLED: ("cancelled.headline", "cancelled.text", "calendar"),
    Screen.FINISHED: ("finished.headline", "finished.text", "check"),
    Screen.OTHER_STORE: ("other_store.headline", "other_store.text", "arrived"),
}


def end_of_way(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """A code that leads no further: why, who is on the way, and the other ways in."""
    headline, text, icon = ENDS[told.state.screen]
    again = Key(told("unknown.show_another"), "show_another", main=True, icon="scan")
    type_it = Key(told("unknown.type_it"), "type_it", icon="keypad")
    none = Key(told("unknown.no_code"), "no_code")
    shown = Page(
        headline=told(headline),
        lead=told(text),
        block=CodePicture("?", icon),
        strip=told.help(told("unknown.go_on")),
        keys=((again,), (type_it, none)),
    )
    if grid.form is Form.TINY:
        call = told.state.help
        named = call is not None and (call.advisor is not None or call.offline or not call.heard or call.nobody_in)
        c.gives_up(told("unknown.go_on") if not named else "")
        strip = shown.strip if named else Strip(told("ticket.hero_someone_short"))
        shown = replace(shown, block=None, strip=strip, keys=((replace(again, icon=""), none),))
    elif grid.form is Form.TABLET:
        shown = replace(shown, block=None, keys=((again,), (type_it, none)))
    page(c, grid, frame, shown)


def other_day(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """Today beside the day of the appointment."""
    customer = told.state.customer
    starts_at = customer.starts_at if customer else None
    block = None
    if starts_at:
        on = starts_at.astimezone(told.zone).date()
        today = _day(told, told.shown.today, told("day.today"))
        appointment = replace(_day(told, on, told("hello.appointment")), time=told.time(starts_at))
        if grid.form.is_small:
            appointment = replace(appointment, label="")  # the headline says it
        block = Days(today, appointment)
    helps = Key(told("other_day.today"), "help_today", main=True)
    comes = Key(told("other_day.come_back"), "come_back", icon="" if grid.form.is_small else "calendar")
    if grid.form is Form.TINY:
        helps, comes = (
            replace(helps, text=told("other_day.today_short")),
            replace(comes, text=told("other_day.come_back_short")),
        )
    text = told("other_day.text")
    shown = Page(told("other_day.headline"), text, block=block, keys=((helps,), (comes,)), needs_block=True)
    if grid.form is Form.TINY and starts_at:
        shown = replace(shown, lead=told.when(starts_at), block=None)
    page(c, grid, frame, shown)


def _day(told: Told, on: date, label: str) -> Day:
    code = told.words.code
    month = format_date(on, "LLLL", locale=code)
    return Day(label, Ltr(str(on.day)), format_date(on, "cccc", locale=code), month)


def no_code(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """The ways in without a code."""
    companion = told.state.companion
    ways = (
        (told("no_code.digits"), "type_number", "keypad"),
        (told("no_code.number_short" if grid.form.is_small else "digits.by_number"), "by_number", "calendar"),
        (told("scan.no_appointment" if companion is None else "scan.car_without"), "no_appointment", "advisor"),
    )
    back = Key(told("common.back"), "back", icon="back")
    if grid.form is not Form.UPRIGHT:
        tiny = grid.form is Form.TINY
        keys = (Key(text, target, icon="" if tiny else icon) for text, target, icon in ways)
        _four_keys(c, grid, frame, "" if tiny else told("no_code.headline"), (*keys, back))
        return
    frame_around(c, grid, frame)
    room = Rect(grid.room.x, grid.room.y + grid.px(11), grid.room.w, grid.room.h - grid.px(11))
    head = c.paragraph(told("no_code.headline"), room, size_px=c.look.type_px("headline"), weight=700, headline=True)
    y, high = (grid.low_from, grid.px(30)) if grid.low_from else (head.bottom + grid.px(11), grid.px(44))
    for text, target, icon in ways:
        place = Rect(room.x, y, room.w, high)
        row_key(c, place, text, target, icon=icon, end_icon="forward", pressed=frame.pressed == target)
        y += place.h + grid.lip + grid.gap
    keys_px = keys_height(c, grid, ((back,),), room.w)
    draw_keys(c, grid, frame, ((back,),), Rect(room.x, room.bottom - keys_px, room.w, keys_px))


def _four_keys(c: Composition, grid: Grid, frame: Frame, headline: str, keys: tuple[Key, ...]) -> None:
    """Two rows of two keys that fill the page."""
    frame_around(c, grid, frame)
    top = grid.top if grid.form.is_small else grid.room.y + grid.px(8)
    room = Rect(grid.room.x, top, grid.room.w, grid.room.bottom - top)
    if headline:
        size = headline_px(c, headline, Rect(room.x, room.y, room.w, room.h // 3))
        head = c.paragraph(headline, room, size_px=size, weight=700, headline=True)
        top = head.bottom + (grid.gap if grid.form.is_small else grid.px(8))
    width = (room.w - grid.gap) // 2
    height = (room.bottom - top - grid.gap) // 2 - grid.lip
    for index, one in enumerate(keys):
        x = room.x + index % 2 * (width + grid.gap)
        place = Rect(x, top + index // 2 * (height + grid.lip + grid.gap), width, height)
        key(c, place, one.text, one.target, icon=one.icon, pressed=frame.pressed == one.target)


def privacy(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """One line, and a code to the whole text."""
    address = told.store.privacy_url if told.store else ""
    shown = Page(
        told.privacy_line(),
        told("privacy.text"),
        block=Address(address) if address else None,
        keys=((Key(told("common.back"), "back", icon="back"),),),
        needs_block=True,
    )
    page(c, grid, frame, shown)


def languages(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """The three languages as large keys, each by its own name."""
    back = Key(told("common.back"), "back", icon="back")
    if grid.form.is_small:
        _languages_small(c, grid, frame, back)
        return
    if grid.form is Form.WIDE:
        keys = tuple(Key(name, f"language.{code}") for code, name in LANGUAGE_NAMES)
        _four_keys(c, grid, frame, "", (*keys, back))
        return
    frame_around(c, grid, frame)
    room = Rect(grid.room.x, grid.room.y + grid.px(11), grid.room.w, grid.room.h - grid.px(11))
    y, high = (grid.low_from, grid.px(30)) if grid.low_from else (room.y, grid.px(44))
    for code, name in LANGUAGE_NAMES:
        target, place = f"language.{code}", Rect(room.x, y, room.w, high)
        row_key(c, place, name, target, icon="globe", chosen=code == told.words.code, pressed=frame.pressed == target)
        y += place.h + grid.lip + grid.gap
    keys_px = keys_height(c, grid, ((back,),), room.w)
    draw_keys(c, grid, frame, ((back,),), Rect(room.x, room.bottom - keys_px, room.w, keys_px))


def _languages_small(c: Composition, grid: Grid, frame: Frame, back: Key) -> None:
    """Three keys below each other; the dock, which would only repeat them, gives way to *Back* and *Help*."""
    room = Rect(grid.side, grid.top, grid.header.w, grid.dock.bottom - grid.top)
    height = (room.h - 3 * grid.gap) // 4 - grid.lip
    for index, (code, name) in enumerate(LANGUAGE_NAMES):
        place = Rect(room.x, room.y + index * (height + grid.lip + grid.gap), room.w, height)
        target = f"language.{code}"
        key(c, place, name, target, pressed=frame.pressed == target)
    listen = beside_help(frame)[1:]
    y, sides = room.bottom - grid.lip - height, len(listen) * (c.look.px(20) + grid.gap)
    width = (room.w - grid.gap - sides) // 2
    low = Rect(room.x, y, width, height)
    key(c, low, back.text, "back", icon="back", pressed=frame.pressed == "back")
    x = low.end + grid.gap
    for icon, target in listen:
        icon_key(c, Rect(x, y, c.look.px(20), height), icon, target, pressed=frame.pressed == target)
        x += c.look.px(20) + grid.gap
    key(c, Rect(x, y, room.end - x, height), frame.help_word, "help", icon="hand", pressed=frame.pressed == "help")


def locked(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """Five misses: the person comes, and the typed way is closed for a minute."""
    camera = Key(told("digits.camera"), "camera", icon="scan")
    hero = _help_hero(told, told("locked.text"))
    hero_page(c, grid, frame, hero, (camera,))


def help_coming(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """Help is on the way, and who it is."""
    back = Key(told("common.back"), "back", icon="back")
    customer = told.state.customer
    leaves = customer is not None and customer.is_visit and not customer.ended
    rest = (Key(told("hello.advisor_helps"), "advisor_helps"),) if leaves else ()
    hero_page(c, grid, frame, _help_hero(told, told("ticket.stay")), (*rest, back))


def _help_hero(told: Told, lead: str) -> Hero:
    call = told.state.help
    if call and call.offline:
        return Hero((told("offline.headline"),), told("help.lamp"), icon="bell", calls=True)
    if call and not call.heard:
        return Hero((told("help.calling"),), lead, icon="hand")
    if call and call.nobody_in:
        return Hero((told("out.reception_told"),), told("hello.someone_comes"), icon="bell")
    name = told.advisor(call.advisor) if call else ""
    someone = (told("person.someone_on_the_way"), told("ticket.hero_someone_short"))
    if not name:
        return Hero(someone, lead)
    sentences = (told("ticket.hero", advisor=name), told("person.on_the_way", advisor=name), *someone)
    return Hero(sentences, lead, initial=initial_of(name))


def out_of_service(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """Where to go instead; *Help* still works, but on a screen that feels no finger."""
    store, reception = told.store, told.reception()
    lanes = [one for one in store.lanes if one != told.state.letter] if store else []
    places = [Place(told("common.lane", lane=Ltr(one)), letter=one) for one in lanes[:1]]
    places.append(Place(told("common.reception")))
    text = told("out.other_lane", lane=Ltr(lanes[0])) if lanes else told("out.reception")
    shown = Page(
        told("out.headline"),
        text,
        block=None if grid.form is Form.TINY and lanes else Places(tuple(places)),
        strip=reception if UNSEEN & set(told.state.faults) else replace(reception, second=told("out.press_help")),
        strip_low=True,
        needs_block=grid.form is not Form.TINY,
    )
    page(c, grid, frame, shown)


def still_there(c: Composition, grid: Grid, frame: Frame, told: Told) -> None:
    """The question over a veil: ring, sentence, two keys, and the dock again."""
    width, height = grid.size
    small = grid.form.is_small
    c.add(Fill(Rect(0, 0, width, height), VEIL))
    top = {
        Form.UPRIGHT: round(height * (0.26 if c.look.panel.size_class == "L" else 0.12)),
        Form.WIDE: round(height * 0.12),
    }.get(grid.form, 0)
    sheet = Rect(0, top, width, height - top)
    edge_px = c.look.theme.surface_edge_px
    radius = 0 if small else c.look.px(12)
    edge = c.look.theme.edge if edge_px else None
    c.add(Box(sheet, c.look.theme.ground, radius, corners=TOP_CORNERS, edge_colour=edge, edge_px=edge_px))
    dock(c, grid.dock, frame.help_word, pressed=frame.pressed, rule=not small, has_voice=frame.has_voice)
    room = Rect(grid.side, top + (grid.top if small else grid.px(16)), grid.room.w, 0)
    room = Rect(room.x, room.y, room.w, grid.room.bottom - room.y)
    (_sheet_upright if grid.form is Form.UPRIGHT else _sheet_wide)(c, grid, frame, told, room)


def _clearing(told: Told) -> str:
    """What happens if nobody touches the screen."""
    return told.words.plural("idle.text" if _is_checked_in(told) else "idle.clear", told.state.seconds_left or 0)


def _is_checked_in(told: Told) -> bool:
    return told.state.customer is not None and told.state.customer.is_visit


def _ring(c: Composition, told: Told, rect: Rect) -> None:
    seconds = told.state.seconds_left or 0
    parts.countdown(c, rect, seconds, seconds / max(1.0, told.state.rules.countdown_s))


def _answers(told: Told) -> tuple[Key, Key]:
    return Key(told("idle.finish"), "finish"), Key(told("idle.more_time"), "more_time", main=True)


def _sheet_upright(c: Composition, grid: Grid, frame: Frame, told: Told, room: Rect) -> None:
    """Ring, question, sentence, and the keys below each other."""
    finish, more = _answers(told)
    keys, text = ((more,), (finish,)), _clearing(told)
    keys_px = keys_height(c, grid, keys, room.w)
    size, lead = c.look.type_px("headline"), c.look.type_px("text")
    words = c.paragraph_height(told("idle.headline"), room.w, size_px=size, weight=700, headline=True)
    words += grid.px(5) + c.paragraph_height(text, room.w, size_px=lead)
    across = min(grid.px(66), room.h - keys_px - words - grid.px(18))
    _ring(c, told, Rect(room.x, room.y, across, across))
    head = Rect(room.x, room.y + across + grid.px(8), room.w, 0)
    below = c.paragraph(told("idle.headline"), head, size_px=size, weight=700, headline=True)
    place = Rect(room.x, below.bottom + grid.px(5), room.w, 0)
    c.paragraph(text, place, size_px=lead, colour=c.look.theme.ink_2)
    draw_keys(c, grid, frame, keys, Rect(room.x, room.bottom - keys_px, room.w, keys_px))


def _sheet_wide(c: Composition, grid: Grid, frame: Frame, told: Told, room: Rect) -> None:
    """Ring beside the words, the keys side by side; where room is short the sentence goes, never the ring."""
    rows, text = (_answers(told),), _clearing(told)
    keys_px = keys_height(c, grid, rows, room.w)
    above = Rect(room.x, room.y, room.w, room.h - keys_px - grid.gap)
    across = min(grid.px(66), above.h, round(above.w * 0.26))
    _ring(c, told, Rect(above.x, above.middle - across // 2, across, across))
    x = above.x + across + grid.column_gap
    place = Rect(x, above.y, above.end - x, above.h)
    size, lead = c.look.type_px("headline"), c.look.type_px("text")
    head = c.paragraph_height(told("idle.headline"), place.w, size_px=size, weight=700, headline=True)
    below = c.paragraph_height(text, place.w, size_px=lead)
    fits = head + below + grid.gap <= place.h
    if not fits:
        text = told("idle.short_visit" if _is_checked_in(told) else "idle.short")
        below = c.paragraph_height(text, place.w, size_px=lead)
        fits = head + below + grid.gap <= place.h
    y = place.middle - (head + (below + grid.gap if fits else 0)) // 2
    head_at = c.paragraph(told("idle.headline"), Rect(x, y, place.w, 0), size_px=size, weight=700, headline=True)
    if not fits:
        c.gives_up(text)
    else:
        at = Rect(x, head_at.bottom + grid.gap, place.w, 0)
        c.paragraph(text, at, size_px=lead, colour=c.look.theme.ink_2)
    draw_keys(c, grid, frame, rows, Rect(room.x, room.bottom - keys_px, room.w, keys_px))
