"""The largest sentence of a lane on its own ground: the advisor's face, who comes, and what to do until then.

The ticket's page (lane_ticket.py) hangs its stub on it; *Help is on the way* shows it alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kiosk.display import parts
from kiosk.display.lane_grid import Form, Frame, Grid
from kiosk.display.lane_keys import Key, draw_keys, keys_height
from kiosk.display.lane_page import frame_around
from kiosk.display.scene import Disc, Fill, Icon, Rect

if TYPE_CHECKING:
    from kiosk.display.layout import Composition
    from kiosk.display.theme import Theme

NIGHT = "#0F1E28"
MOST_LINES = 2


@dataclass(frozen=True)
class Hero:
    """A sentence and who or what it is about.

    Attributes:
        sentences: the same in several lengths, the best first; the first that takes two lines is shown.
        initial: of the advisor who comes; without one `icon` stands on the disc.
        calls: nobody comes by himself: dark ground, amber disc.
    """

    sentences: tuple[str, ...]
    lead: str = ""
    initial: str = ""
    icon: str = "advisor"
    calls: bool = False

    def ground(self, theme: Theme) -> Theme:
        """The theme with the ground of this sentence as its hero."""
        if not self.calls or theme.name == "contrast":
            return theme
        return replace(theme, hero=NIGHT if theme.name == "light" else theme.sunken, on_hero="#FFFFFF")


def on_ground(c: Composition, hero: Hero) -> Theme:
    """Let the composition draw with the sentence's ground; the theme."""
    theme = hero.ground(c.look.theme)
    c.look = replace(c.look, theme=theme)
    return theme


def sentence_of(c: Composition, hero: Hero, width: int, size: int) -> str:
    """The first sentence that takes two lines at most, else the one with the fewest."""
    counts = [len(c.wrapped(one, width, size_px=size, weight=700)) for one in hero.sentences]
    fitting = [one for one, count in zip(hero.sentences, counts, strict=True) if count <= MOST_LINES]
    return fitting[0] if fitting else hero.sentences[counts.index(min(counts))]


def disc(c: Composition, rect: Rect, hero: Hero) -> None:
    """The face, or an icon on the disc."""
    theme = c.look.theme
    if hero.initial:
        parts.face(c, rect, hero.initial, on_hero=True)
        return
    face, ink = (theme.wait, theme.on_wait) if hero.calls else (theme.on_hero, theme.hero)
    c.add(Disc(rect, face), Icon(rect.inset(round(rect.w * 0.18)), hero.icon, ink))


def words(c: Composition, rect: Rect, hero: Hero, size: int, *, gap: int) -> Rect:
    """Sentence and lead from the top of `rect`; what they take."""
    theme = c.look.theme
    sentence = sentence_of(c, hero, rect.w, size)
    said = c.paragraph(sentence, rect, size_px=size, weight=700, colour=theme.on_hero, headline=True)
    if not hero.lead:
        return said
    below = Rect(rect.x, said.bottom + gap, rect.w, 0)
    lead = c.paragraph(hero.lead, below, size_px=lead_px(c), colour=theme.on_hero)
    return said.joined(lead)


def words_height(c: Composition, width: int, hero: Hero, size: int, *, gap: int) -> int:
    """Height that `words` will take."""
    sentence = sentence_of(c, hero, width, size)
    height = c.paragraph_height(sentence, width, size_px=size, weight=700, headline=True)
    return height + (gap + c.paragraph_height(hero.lead, width, size_px=lead_px(c)) if hero.lead else 0)


def sentence_px(c: Composition, hero: Hero, room: tuple[int, int], *, gap: int) -> int | None:
    """The size at which sentence and lead have room (width, height): the largest, or a headline's; None: neither."""
    sizes = (c.look.type_px("hero"), c.look.type_px("headline"))
    return next((size for size in sizes if words_height(c, room[0], hero, size, gap=gap) <= room[1]), None)


def lead_px(c: Composition) -> int:
    """Size of what stands below the sentence."""
    return c.look.type_px("key" if c.look.panel.size_class == "L" else "text")


def hero_page(c: Composition, grid: Grid, frame: Frame, hero: Hero, keys: tuple[Key, ...]) -> None:
    """The sentence alone on its ground, with keys below."""
    theme = on_ground(c, hero)
    small = grid.form.is_small
    top = grid.top if small else grid.room.y
    rows = (keys,) if small or grid.form is Form.WIDE else tuple((one,) for one in keys)
    keys_px = keys_height(c, grid, rows, grid.room.w)
    ground = Rect(0, 0, grid.size[0], grid.room.bottom - keys_px - (grid.gap if small else grid.px(9)))
    c.add(Fill(ground, theme.hero))
    frame_around(c, grid, frame, inverse=True)
    room = Rect(grid.room.x, top, grid.room.w, ground.bottom - top - (grid.gap if small else grid.px(8)))
    gap = grid.px(5)
    found = sentence_px(c, hero, room[2:], gap=gap)
    if found is None:
        c.gives_up(hero.lead)
        hero = replace(hero, lead="")
    size = found or c.look.type_px("hero")
    height = words_height(c, room.w, hero, size, gap=gap)
    across = min(grid.px(54), room.h - height - grid.px(8))
    if across >= c.look.px(14):
        y = room.y + (room.h - height - grid.px(8) - across) // 2
        disc(c, Rect(room.x + (across // 6 if hero.initial else 0), y, across, across), hero)
        y += across + grid.px(8)
    else:
        y = room.y + (room.h - height) // 2
    words(c, Rect(room.x, y, room.w, 0), hero, size, gap=gap)
    draw_keys(c, grid, frame, rows, Rect(grid.room.x, grid.room.bottom - keys_px, grid.room.w, keys_px))
