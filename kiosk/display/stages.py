"""Where a visit stands: the five stops of the visit line, the disc of a stage, the chip.

Shared by lane and board. An unknown stage is drawn as *with your advisor*.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.display.scene import Box, Disc, Fill, Icon, Rect
from kiosk.display.theme import STAGE_ICONS, STOPS

if TYPE_CHECKING:
    from kiosk.display.layout import Composition


@dataclass(frozen=True)
class LineTone:
    """Colours of a visit line on an unusual ground: disc, icon `on` it, track, and the hole of stops to come."""

    disc: str
    on: str
    track: str
    hole: str


def stage_disc(c: Composition, rect: Rect, stage: str, *, tone: LineTone | None = None) -> None:
    """The disc of a stage: its icon on its colour."""
    colour, on = (tone.disc, tone.on) if tone else c.look.theme.stage(stage)
    inner = rect.inset(round(rect.w * 0.2))
    c.add(Disc(rect, colour), Icon(inner, STAGE_ICONS.get(stage, "advisor"), on, 2.2))


def stop_of(stage: str) -> int:
    """Where a stage stands on the visit line, 0 to 4; an unknown stage stands at the advisor."""
    if stage == "waiting_for_answer":
        return STOPS.index("in_service")
    return STOPS.index(stage) if stage in STOPS else STOPS.index("with_advisor")


def visit_line(
    c: Composition, rect: Rect, stage: str, *, tone: LineTone | None = None, hole: str | None = None
) -> tuple[int, ...]:
    """The five stops: done are filled, the present one is the stage's disc as high as `rect`, the others hollow.

    `hole` is the ground shown in hollow stops. Returns the columns of the five stops, for labels.
    """
    theme, disc_px = c.look.theme, rect.h
    at, dot = stop_of(stage), disc_px / 4
    edge = tone.track if tone else theme.edge
    faint = tone.track if tone else theme.track
    inside = tone.hole if tone else (hole or theme.ground)
    xs = tuple(rect.x + disc_px // 2 + (rect.w - disc_px) * index // 4 for index in range(5))
    thin, thick = max(2, round(dot * 0.32)), max(3, round(dot * 0.62))
    y = rect.middle
    if at < 4:
        c.add(Fill(Rect(xs[at], y - thin // 2, xs[4] - xs[at], thin), faint))
    if at > 0:
        c.add(Fill(Rect(xs[0], y - thick // 2, xs[at] - xs[0], thick), edge))
    across = max(6, round(dot * 1.26))
    for index, x in enumerate(xs):
        stop = Rect(x - across // 2, y - across // 2, across, across)
        if index < at:
            c.add(Disc(stop, edge))
        elif index > at:
            c.add(Disc(stop, inside, edge, max(2, round(dot * 0.26))))
    stage_disc(c, Rect(xs[at] - disc_px // 2, rect.y, disc_px, disc_px), stage, tone=tone)
    return xs


def labelled_visit_line(c: Composition, rect: Rect, stage: str, labels: tuple[str, ...], *, disc_px: int) -> Rect:
    """A visit line with the five stops' words below, the present one in bold. Returns what it took."""
    xs = visit_line(c, Rect(rect.x, rect.y, rect.w, disc_px), stage)
    size, at = c.look.type_px("caption"), stop_of(stage)
    top, pitch = rect.y + disc_px + c.look.px(3), round(size * (1.4 if c.look.is_rtl else 1.12))
    room, most = (rect.w - disc_px) // 4 - c.look.px(1.5), 1
    for index, label in enumerate(labels):
        weight = 600 if index == at else 500
        width = round(room * 0.82) if index in (0, 4) else room
        lines = c.wrapped(label, width, size_px=size, weight=weight)
        most = max(most, len(lines))
        x, align = (rect.x, "start") if index == 0 else (rect.end, "end") if index == 4 else (xs[index], "centre")
        for row, line in enumerate(lines):
            colour = c.look.theme.ink if index == at else c.look.theme.ink_2
            c.text(line, x, top + pitch // 2 + row * pitch, size_px=size, weight=weight, colour=colour, align=align)
    return Rect(rect.x, rect.y, rect.w, top + most * pitch - rect.y)


def chip(c: Composition, x: int, middle: int, stage: str, word: str, *, size_px: int) -> Rect:
    """Icon and word on the stage's colour, from column `x`, centred on row `middle`."""
    colour, on = c.look.theme.stage(stage)
    icon_px, pad, height = round(size_px * 1.1), round(size_px * 0.5), round(size_px * 1.7)
    width = pad + icon_px + pad // 2 + c.look.width(word, size_px, 600) + pad
    rect = Rect(x, middle - height // 2, width, height)
    c.add(Box(rect, colour, height // 2))
    c.add(Icon(Rect(x + pad, middle - icon_px // 2, icon_px, icon_px), STAGE_ICONS.get(stage, "advisor"), on))
    c.text(word, x + pad + icon_px + pad // 2, middle, size_px=size_px, weight=600, colour=on)
    return rect
