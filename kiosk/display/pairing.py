"""What a lane or board shows until it is paired: its name, and the code that somebody compares on the hub's page.

One scene in three languages at once: whoever sets a device up has not chosen one yet.
"""

from __future__ import annotations

from kiosk.display.layout import Composition, Screen
from kiosk.display.parts import card
from kiosk.display.scene import Fill, Rect, Scene
from kiosk.display.theme import Panel, Theme
from kiosk.language import CODES
from kiosk.typeset import Typesetter

WIDEST = 0.86  # of the panel's width


def pairing_scene(panel: Panel, theme: Theme, typesetter: Typesetter, name: str, code: str | None) -> Scene:
    """The scene.

    Args:
        name: as which device it asks, such as lane/A.
        code: None while no hub answers.
    """
    screen = Screen(panel, theme, typesetter)
    c = Composition(screen.look("en"))
    width, height = panel.width_px, panel.height_px
    c.add(Fill(Rect(0, 0, width, height), theme.ground))
    room = Rect(round(width * (1 - WIDEST) / 2), 0, round(width * WIDEST), height)
    most = max(14, min(width // 22, height // 20))
    caption, title = min(most, c.look.type_px("caption")), min(most, c.look.type_px("text"))
    big = _fitting(c, code or name, room.w - 2 * c.look.px(10), min(height // 5, width // 6))
    message = "fleet.pairing.code" if code else "fleet.pairing.looking"
    lines = [(language, line) for language in CODES for line in _wrapped(screen, language, message, room.w, title)]
    pitch = round(title * 1.6)
    whole = round(big * 1.9) + caption * 3 + pitch * len(lines)
    y = max(c.look.px(6), (height - whole) // 2)
    c.text(name, room.centre, y + caption, size_px=caption, align="centre", rtl=False)
    y += caption * 2
    box = Rect(room.x, y, room.w, round(big * 1.6))
    card(c, box)
    c.text(code or "…", box.centre, box.middle, size_px=big, weight=700, align="centre", rtl=False)
    y = box.bottom + caption
    for language, line in lines:
        c.text(line, room.centre, y + pitch // 2, size_px=title, weight=500, align="centre", rtl=language == "ar")
        y += pitch
    return c.scene()


def _wrapped(screen: Screen, code: str, message: str, width_px: int, size_px: int) -> tuple[str, ...]:
    look = screen.look(code)
    return Composition(look).wrapped(look.language.text(message), width_px, size_px=size_px)


def _fitting(c: Composition, text: str, width_px: int, size_px: int) -> int:
    return min(size_px, round(size_px * width_px / max(1, c.look.width(text, size_px, 700))))
