"""What the pages share on which something is typed: the sentence above, and a key with one letter or digit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.display.lane_grid import Grid
from kiosk.display.scene import Box, Fill, Rect
from kiosk.domain.lane_state import Screen

if TYPE_CHECKING:
    from kiosk.display.lane_words import Told
    from kiosk.display.layout import Composition
LEADS = {Screen.DIGITS: "digits.text", Screen.NAME: "walk_in.text"}
HEADLINES = {
    Screen.DIGITS: "digits.headline",
    Screen.PHONE: "digits.phone_headline",
    Screen.NUMBER: "digits.number_headline",
    Screen.NAME: "walk_in.headline",
    Screen.WORDS: "words.headline",
    Screen.EMAIL: "email.headline",
    Screen.NEW_PHONE: "new_phone.headline",
}
WRONG = {Screen.EMAIL: "email.wrong", Screen.NEW_PHONE: "new_phone.wrong"}


def draw_head(c: Composition, grid: Grid, told: Told, room: Rect, *, with_lead: bool = True) -> int:
    """Headline and lead; the row below them."""
    head = c.paragraph(headline_of(told), room, size_px=c.look.type_px("headline"), weight=700, headline=True)
    text = lead_of(told)
    if not text or not with_lead:
        return head.bottom
    below = Rect(room.x, head.bottom + grid.px(4), room.w, 0)
    return c.paragraph(text, below, size_px=c.look.type_px("text"), colour=c.look.theme.ink_2).bottom


def tallest_head(c: Composition, grid: Grid, told: Told, width: int, *, with_lead: bool = True) -> int:
    """Height of the head whatever it says, so that no key moves under a finger."""
    size, text = c.look.type_px("headline"), c.look.type_px("text")
    said = (told(HEADLINES[told.state.screen]), told(WRONG.get(told.state.screen, "digits.wrong")))
    head = max(c.paragraph_height(one, width, size_px=size, weight=700, headline=True) for one in said)
    lead = lead_of(told) if with_lead else ""
    return head + (grid.px(4) + c.paragraph_height(lead, width, size_px=text) if lead else 0)


def headline_of(told: Told) -> str:
    """What is to be typed, or that nothing fits what was."""
    typed = told.state.typing
    wrong = WRONG.get(told.state.screen, "digits.wrong")
    return told(wrong if typed.wrong else HEADLINES[told.state.screen])


def lead_of(told: Told) -> str:
    """The sentence below it."""
    if told.state.pending and told.state.pending.is_slow:
        return told("camera.looking")
    return told(LEADS[told.state.screen]) if told.state.screen in LEADS else ""


def sign_key(
    c: Composition, rect: Rect, sign: str, target: str, size: int, *, pressed: bool, rtl: bool = False
) -> None:
    """A key with one letter or digit."""
    theme, lip = c.look.theme, c.look.px(1.7)
    face = rect.moved(down=lip) if pressed else rect
    edge, below = max(2, c.look.px(0.75)), 0 if pressed else lip
    radius = min(c.look.px(4), rect.w // 5)
    c.add(Box(face, theme.surface, radius, edge_colour=theme.edge, edge_px=edge, lip_colour=theme.edge, lip_px=below))
    lift = round(size * 0.12) if rtl else 0
    c.text(sign, face.centre, face.middle - lift, size_px=size, weight=700 if not rtl else 600, align="centre", rtl=rtl)
    c.target(target, Rect(rect.x, rect.y, rect.w, rect.h + lip))


def typed_field(c: Composition, grid: Grid, told: Told, rect: Rect, *, hint: str = "") -> None:
    """What was typed, with a standing bar as cursor; the end of it where it is long."""
    theme, text = c.look.theme, told.state.typing.text
    edge = 2 * max(2, c.look.px(0.75))
    c.add(Box(rect, theme.surface, c.look.px(5), edge_colour=theme.action, edge_px=edge))
    size, pad = round(rect.h * 0.62), c.look.px(8 if not grid.form.is_small else 4)
    arabic = told.state.typing.arabic or told.words.is_rtl
    room = rect.w - 2 * pad
    if hint and (not text or told.state.typing.wrong):  # what was typed comes back with the next letter
        small = min(size, c.look.type_px("text"))
        small = min(small, round(small * room / max(1, c.look.width(hint, small, 500))))
        c.text(hint, rect.x + pad, rect.middle, size_px=max(small, 1), colour=theme.ink_2)
        return
    if told.state.screen is Screen.WORDS and text.strip():
        _words_in_field(c, Rect(rect.x + pad, rect.y, room, rect.h), text)
        return
    is_plain = told.state.screen in (Screen.EMAIL, Screen.NEW_PHONE, Screen.NUMBER)
    arabic = arabic and not is_plain
    shown = text
    while shown and c.look.typesetter.width(shown, size_px=size, weight=700, rtl=arabic) > room:
        shown = shown[1:]
    across = c.look.width(shown, size, 700) if shown.strip() else 0
    if shown.strip():
        rtl = False if is_plain else None
        c.text(shown, rect.x + pad, rect.middle - round(size * 0.06), size_px=size, weight=700, rtl=rtl)
    bar = round(rect.h * 0.62)
    c.add(
        Fill(
            Rect(rect.x + pad + across + c.look.px(2), rect.middle - bar // 2, max(3, c.look.px(1.5)), bar),
            theme.action,
        )
    )


def _words_in_field(c: Composition, room: Rect, text: str) -> None:
    """Own words in as many lines as the field holds, the newest ones; the bar stands after them."""
    size = c.look.type_px("text")
    pitch = c.pitch(size, headline=True)
    lines = c.wrapped(text, room.w - c.look.px(4), size_px=size, weight=600)[-max(1, room.h // pitch) :]
    y = room.middle - pitch * (len(lines) - 1) // 2
    for line in lines:
        placed = c.text(line, room.x, y, size_px=size, weight=600)
        y += pitch
    bar = round(pitch * 0.8)
    c.add(
        Fill(Rect(placed.end + c.look.px(1.5), y - pitch - bar // 2, max(3, c.look.px(1.2)), bar), c.look.theme.action)
    )
