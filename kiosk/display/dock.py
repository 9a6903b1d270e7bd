"""The bottom of every lane screen: the language switch at the start and *Help* at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.display.scene import Box, Fill, Icon, Rect

if TYPE_CHECKING:
    from kiosk.display.layout import Composition

LANGUAGE_NAMES = (("en", "English"), ("es", "Español"), ("ar", "العربية"))
"""Languages by their own names, in the fixed order of the switch."""


def dock(
    c: Composition,
    rect: Rect,
    help_word: str,
    *,
    pressed: str = "",
    rule: bool = True,
    has_voice: bool = False,
    more: tuple[str, str] = ("", ""),
    kept_px: int = 0,
) -> None:
    """The bottom of every lane screen: the language switch at the start, *Help* with its hand at the end.

    Targets: `language.en`, `language.es`, `language.ar`, `help`; `pressed` names the one held down. On S panels the two
    other languages and *Help* stand as three keys. English is always the first, at the start side.
    With `more` (words, icon) the languages stand behind the globe, and a key `page` turns to what has no room.
    `kept_px`: what *Help* leaves free before it, for a key of the page's own (see before_help).
    """
    if rule:
        c.add(Fill(Rect(rect.x, rect.y - c.look.px(9), rect.w, max(2, c.look.px(0.75))), c.look.theme.line))
    if has_voice:  # *Listen* at the very end, as high as the dock
        side = rect.h
        _listen(c, Rect(rect.end - side, rect.y, side, side), pressed)
        rect = Rect(rect.x, rect.y, rect.w - side - c.look.px(2.7), rect.h)
    if more[0]:
        _dock_more(c, rect, help_word, more, pressed, kept_px)
    elif c.look.panel.size_class == "S" or _help_room(c, rect) < _help_px(c, help_word):
        _dock_small(c, rect, help_word, pressed)
    else:
        _dock_wide(c, rect, help_word, pressed, kept_px)


def before_help(
    c: Composition, rect: Rect, help_word: str, widths_px: tuple[int, int], *, has_voice: bool, more: tuple[str, str]
) -> tuple[Rect, int]:
    """Where a key of the page's own stands between the languages and *Help*, and what Help is to leave free for it.

    `widths_px`: what the key needs, and what it likes to have. *Help* gives way to the first, as far as its own words
    allow, and not to the second.
    """
    gap, (least, wanted) = c.look.px(5), widths_px
    if has_voice:
        rect = Rect(rect.x, rect.y, rect.w - rect.h - c.look.px(2.7), rect.h)
    taken = rect.h + c.look.px(2.7) + more_px(c, rect) if more[0] else switch_px(c)
    room = rect.w - taken - 2 * gap
    helps = min(c.look.px(104), max(_help_px(c, help_word), room - least))
    width = min(wanted, room - helps)
    return Rect(rect.end - helps - gap - width, rect.y, width, rect.h), room - helps + gap


def _listen(c: Composition, rect: Rect, pressed: str) -> None:
    theme = c.look.theme
    ground = theme.sunken if pressed == "listen" else theme.surface
    c.add(Box(rect, ground, c.look.px(5), edge_colour=theme.edge, edge_px=max(2, c.look.px(0.75))))
    icon = round(rect.h * 0.55)
    c.add(Icon(Rect(rect.centre - icon // 2, rect.middle - icon // 2, icon, icon), "speaker", theme.ink))
    c.target("listen", rect)


def switch_px(c: Composition) -> int:
    """Width of the language switch."""
    return sum(_switch_widths(c)) + 2 * c.look.px(1.5)


def _switch_widths(c: Composition) -> list[int]:
    """Widths of the three languages in the switch."""
    sizes = {code_: c.look.panel.type_px(7.3 * (1.15 if code_ == "ar" else 1)) for code_, _ in LANGUAGE_NAMES}
    return [
        max(c.look.px(20), c.look.width(name, sizes[code_], 600) + 2 * c.look.px(7.2)) for code_, name in LANGUAGE_NAMES
    ]


def _help_room(c: Composition, rect: Rect) -> int:
    """What the switch leaves for *Help*."""
    return rect.w - sum(_switch_widths(c)) - 2 * c.look.px(1.5) - c.look.px(5)


def _help_px(c: Composition, word: str) -> int:
    size = round(c.look.panel.type_px(8.0) * (1.15 if c.look.is_rtl else 1))
    return c.look.width(word, size, 600) + round(size * 1.1) + c.look.px(4) + 2 * c.look.px(4)


def _dock_wide(c: Composition, rect: Rect, help_word: str, pressed: str, kept_px: int) -> None:
    theme, pad, gap = c.look.theme, c.look.px(1.5), c.look.px(5)
    sizes = {code_: c.look.panel.type_px(7.3 * (1.15 if code_ == "ar" else 1)) for code_, _ in LANGUAGE_NAMES}
    widths = _switch_widths(c)
    switch = Rect(rect.x, rect.y, sum(widths) + 2 * pad, rect.h)
    edge_px = theme.surface_edge_px
    c.add(Box(switch, theme.sunken, c.look.px(5), edge_colour=theme.edge if edge_px else None, edge_px=edge_px))
    x = switch.x + pad
    for (code_, name), width in zip(LANGUAGE_NAMES, widths, strict=True):
        place = Rect(x, rect.y + pad, width, rect.h - 2 * pad)
        on = code_ == c.look.language.code
        if on:
            c.add(Box(place, theme.surface, c.look.px(3.7), edge_colour=theme.ink, edge_px=max(3, c.look.px(1))))
        ink = theme.ink if on or pressed == f"language.{code_}" else theme.ink_2
        c.text(
            name,
            place.centre,
            place.middle,
            size_px=sizes[code_],
            weight=600,
            colour=ink,
            align="centre",
            rtl=code_ == "ar",
        )
        c.target(f"language.{code_}", Rect(x, rect.y, width, rect.h))
        x += width
    room = Rect(switch.end + gap, rect.y, rect.end - switch.end - gap, rect.h)
    wanted = min(room.w - kept_px, c.look.px(104)) if c.size[0] > c.size[1] else room.w
    _dock_key(c, Rect(rect.end - wanted, rect.y, wanted, rect.h), help_word, "help", pressed, icon="hand")


def _dock_small(c: Composition, rect: Rect, help_word: str, pressed: str) -> None:
    others = [(code_, name) for code_, name in LANGUAGE_NAMES if code_ != c.look.language.code]
    gap = c.look.px(2.7)
    width = round((rect.w - 2 * gap) / 3.24)
    for index, (code_, name) in enumerate(others):
        place = Rect(rect.x + index * (width + gap), rect.y, width, rect.h)
        _dock_key(c, place, name, f"language.{code_}", pressed, rtl=code_ == "ar", in_thirds=True)
    last = rect.x + 2 * (width + gap)
    _dock_key(c, Rect(last, rect.y, rect.end - last, rect.h), help_word, "help", pressed, icon="hand", in_thirds=True)


def _dock_more(  # noqa: PLR0917 - what the dock itself is drawn with
    c: Composition, rect: Rect, help_word: str, more: tuple[str, str], pressed: str, kept_px: int
) -> None:
    """Globe, *More*, *Help*."""
    gap, theme = c.look.px(2.7), c.look.theme
    globe = Rect(rect.x, rect.y, rect.h, rect.h)
    ground = theme.sunken if pressed == "languages" else theme.surface
    c.add(Box(globe, ground, c.look.px(5), edge_colour=theme.edge, edge_px=max(2, c.look.px(0.75))))
    c.add(Icon(globe.inset(round(globe.w * 0.24)), "globe", theme.ink))
    c.target("languages", globe)
    each = (rect.end - globe.end - 2 * gap) // 2
    turn_px = more_px(c, rect)
    help_px = min(each, c.look.px(104))
    if kept_px:
        help_px = min(help_px, rect.end - globe.end - gap - turn_px - c.look.px(5) - kept_px)
    _dock_key(c, Rect(globe.end + gap, rect.y, turn_px, rect.h), more[0], "page", pressed, icon=more[1], in_thirds=True)
    helps = Rect(rect.end - help_px, rect.y, help_px, rect.h)
    _dock_key(c, helps, help_word, "help", pressed, icon="hand", in_thirds=True)


def more_px(c: Composition, rect: Rect) -> int:
    """Width of *More* in such a dock: half of what the globe leaves, less on a panel with two columns."""
    each = (rect.w - rect.h - 2 * c.look.px(2.7)) // 2
    is_wide = c.size[0] > c.size[1] and c.look.panel.size_class != "S"
    return min(each, c.look.px(60)) if is_wide else each


def _dock_key(
    c: Composition,
    rect: Rect,
    word: str,
    target: str,
    pressed: str,
    *,
    icon: str = "",
    rtl: bool | None = None,
    in_thirds: bool = False,
) -> None:
    theme, down = c.look.theme, pressed == target
    c.add(
        Box(
            rect,
            theme.sunken if down else theme.surface,
            c.look.px(5),
            edge_colour=theme.edge,
            edge_px=max(2, c.look.px(0.75)),
        )
    )
    arabic = c.look.is_rtl if rtl is None else rtl
    size = c.look.panel.type_px(7.3 if in_thirds else 8.0)
    size = round(size * 1.15) if arabic and not in_thirds else size
    icon_px, gap = (round(size * 1.1), c.look.px(4)) if icon else (0, 0)
    width = c.look.typesetter.width(word, size_px=size, weight=600, rtl=arabic)
    x = rect.centre - (width + icon_px + gap) // 2
    if icon:
        c.add(Icon(Rect(x, rect.middle - icon_px // 2, icon_px, icon_px), icon, theme.ink))
    c.text(word, x + icon_px + gap, rect.middle, size_px=size, weight=600, rtl=arabic)
    c.target(target, rect)
