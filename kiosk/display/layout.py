"""Laying out a screen: every screen is composed as if it read from left to right, and mirrored as a whole for Arabic.

`mirror` is the only place that knows what right-to-left means for a picture. What keeps its own order (a digit pad, the
letters of a keyboard) stands in a block made by `Composition.fixed`: the block moves, its inside does not turn.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kiosk.display.scene import Item, Rect, Scene, Target, TextLine
from kiosk.display.theme import lane_type_px
from kiosk.language import language as language_of
from kiosk.typeset import CAPITAL_PER_EM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiosk.display.theme import Panel, Theme
    from kiosk.language import Language
    from kiosk.store_logo import Logo
    from kiosk.typeset import Typesetter


@dataclass(frozen=True)
class Block:
    """Items and targets that keep their order from left to right in a mirrored screen; `rect` is moved as one."""

    rect: Rect
    items: tuple[Item, ...]
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True)
class Look:
    """What every part of a screen is drawn with.

    Attributes:
        theme, panel, language: colours; size in pixels and millimetres; words and direction.
        typesetter: measures text; the same one paints it.
        scale: of all letters whose size is a role's; more than 1 in the mode *large text*.
        calm: no motion at all.
        low: whatever is touched stands in the lower half of an upright panel.
        logo: the dealership's, None for the drawn mark.
    """

    theme: Theme
    panel: Panel
    language: Language
    typesetter: Typesetter
    scale: float = 1.0
    calm: bool = False
    low: bool = False
    logo: Logo | None = None

    @property
    def is_rtl(self) -> bool:
        """Does the screen read from right to left?"""
        return self.language.is_rtl

    def px(self, millimetres: float) -> int:
        """A length in pixels."""
        return self.panel.px(millimetres)

    def type_px(self, role: str) -> int:
        """Type size of a lane's role (theme.LANE_CAPITALS_MM) in this language."""
        return lane_type_px(self.panel, role, arabic=self.is_rtl, scale=self.scale)

    def width(self, text: str, size_px: int, weight: int = 500) -> int:
        """Width of one line."""
        return self.typesetter.width(text, size_px=size_px, weight=weight, rtl=self.is_rtl)

    def shortened(self, text: str, width_px: int, size_px: int, weight: int = 500) -> str:
        """The text, or as many of its words as fit before an ellipsis; empty when not even one does."""
        if self.width(text, size_px, weight) <= width_px:
            return text
        words = text.split(" ")
        for count in range(len(words) - 1, 0, -1):
            shorter = " ".join(words[:count]) + "…"
            if self.width(shorter, size_px, weight) <= width_px:
                return shorter
        return ""


@dataclass(frozen=True)
class Screen:
    """One device's screen, the same for all its languages: `look` of a language is what its parts are drawn with.

    `kiosk.display.lane.scene(state, screen, language)` takes one, with the language's code. `kept`: how the last page
    of a kind had room, so that it is not tried anew at each touch.
    """

    panel: Panel
    theme: Theme
    typesetter: Typesetter
    large: bool = False
    calm: bool = False
    low: bool = False
    logo: Logo | None = None
    kept: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def look(self, code: str, *, clock: str = "24h", brand_colour: str = "", scale: float = 1.0) -> Look:
        """The screen in a language ("en", "es", "ar"), with the store's clock and the colour of its mark."""
        theme = self.theme.branded(brand_colour) if brand_colour else self.theme
        words = language_of(code, clock=clock)
        return Look(theme, self.panel, words, self.typesetter, scale, self.calm, self.low, self.logo)

    def forget(self) -> None:
        """Whoever stood here has gone: nothing that was shown to them stays in memory."""
        self.kept.clear()
        self.typesetter.forget()


@dataclass
class Composition:
    """Collects a screen's items from left to right; `scene()` gives the frozen picture, mirrored where it is due.

    Text methods return the rectangle that the text takes, so that what follows can hang on it.

    Attributes:
        given_up: what there was no room to say, in order; whoever composes tells it.
        crowded: what was left out or parted for want of room though nothing is lost by it.
        pages: how many the page itself has, turned with its own key *More*.
    """

    look: Look
    ground: str = ""
    given_up: list[str] = field(default_factory=list)
    crowded: set[str] = field(default_factory=set)
    pages: int = 1
    _parts: list[Item | Target | Block] = field(default_factory=list)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the panel in pixels."""
        return self.look.panel.width_px, self.look.panel.height_px

    def add(self, *items: Item) -> None:
        """Draw these on top of what is there."""
        self._parts.extend(items)

    def gives_up(self, *texts: str) -> None:
        """There is no room for these."""
        self.given_up.extend(text for text in texts if text and text not in self.given_up)

    def target(self, name: str, rect: Rect) -> None:
        """Let `rect` hear touches under this name."""
        self._parts.append(Target(name, rect))

    @contextmanager
    def fixed(self, rect: Rect) -> Iterator[None]:
        """What is added inside keeps its order from left to right; only the whole block finds its mirrored place."""
        outside, self._parts = self._parts, []
        try:
            yield
        finally:
            inside, self._parts = self._parts, outside
            items, targets = _flat(inside)
            self._parts.append(Block(rect, items, targets))

    @contextmanager
    def at_the_other_side(self, *, swapped: bool = True) -> Iterator[None]:
        """What is added inside is one block; where `swapped`, it keeps the same distance from the other side."""
        outside, self._parts = self._parts, []
        try:
            yield
        finally:
            inside, self._parts = self._parts, outside
            items, targets = _flat(inside)
            if swapped and items:
                left, right = min(one.rect.x for one in items), max(one.rect.end for one in items)
                across = self.size[0] - right - left
                items = tuple(one.moved(across, 0) for one in items)
                targets = tuple(Target(one.name, one.rect.moved(across)) for one in targets)
            self._parts.extend([*items, *targets])

    def text(
        self,
        text: str,
        x: int,
        y: int,
        *,
        size_px: int,
        weight: int = 500,
        colour: str | None = None,
        align: str = "start",
        rtl: bool | None = None,
        struck_px: int = 0,
    ) -> Rect:
        """One line, its capitals centred on row `y`; `x` is its start, centre or end by `align`.

        `colour` None is ink; `rtl` None is the screen's direction. Returns the line's rectangle.
        """
        rtl = self.look.is_rtl if rtl is None else rtl
        line = self.look.typesetter.line(text, size_px=size_px, weight=weight, rtl=rtl)
        left = x - {"start": 0, "centre": line.width_px // 2, "end": line.width_px}[align]
        top = y + round(size_px * CAPITAL_PER_EM / 2) - line.ascent_px
        rect = Rect(left, top, line.width_px, line.ascent_px + line.descent_px)
        shade = colour or self.look.theme.ink
        self.add(TextLine(rect, text, size_px, weight, shade, rtl, struck_px))
        return rect

    def runs(
        self, pieces: tuple[tuple[str, int, str], ...], x: int, y: int, *, size_px: int, align: str = "start"
    ) -> Rect:
        """Pieces of one line in reading order, each (text, weight, colour), its spaces included. Returns the line."""
        widths = [self.look.width(text, size_px, weight) for text, weight, _ in pieces]
        left = x - {"start": 0, "centre": sum(widths) // 2, "end": sum(widths)}[align]
        whole = Rect(left, y - size_px // 2, sum(widths), size_px)
        for (text, weight, colour), width in zip(pieces, widths, strict=True):
            self.text(text, left, y, size_px=size_px, weight=weight, colour=colour)
            left += width
        return whole

    def paragraph(
        self,
        text: str,
        rect: Rect,
        *,
        size_px: int,
        weight: int = 500,
        colour: str | None = None,
        align: str = "start",
        headline: bool = False,
        centred: bool = False,
    ) -> Rect:
        """Text wrapped to the rectangle's width, from its top (or `centred` in its height); its height does not clip.

        A headline is set tighter and its lines are made about equally long. Returns the rectangle that the text takes.
        """
        lines = self.wrapped(text, rect.w, size_px=size_px, weight=weight, balanced=headline)
        if len(lines) > 1 and len(lines[-1].split()) == 1:  # no line of one lonely word
            lines = self.wrapped(text, rect.w, size_px=size_px, weight=weight, balanced=True)
        pitch = self.pitch(size_px, headline=headline)
        height = pitch * len(lines)
        top = rect.y + (rect.h - height) // 2 if centred else rect.y
        x = {"start": rect.x, "centre": rect.centre, "end": rect.end}[align]
        for index, line in enumerate(lines):
            y = top + index * pitch + pitch // 2
            self.text(line, x, y, size_px=size_px, weight=weight, colour=colour, align=align)
        return Rect(rect.x, top, rect.w, height)

    def paragraph_height(
        self, text: str, width_px: int, *, size_px: int, weight: int = 500, headline: bool = False
    ) -> int:
        """Height that `paragraph` will take."""
        return len(self.wrapped(text, width_px, size_px=size_px, weight=weight)) * self.pitch(
            size_px, headline=headline
        )

    def pitch(self, size_px: int, *, headline: bool = False) -> int:
        """From one line to the next: Latin 1.06 for headlines and 1.3 for text, Arabic 1.35 and 1.42."""
        latin, arabic = (1.06, 1.35) if headline else (1.3, 1.42)
        return round(size_px * (arabic if self.look.is_rtl else latin))

    def wrapped(
        self, text: str, width_px: int, *, size_px: int, weight: int = 500, balanced: bool = False
    ) -> tuple[str, ...]:
        """The text in lines no wider than `width_px`; `balanced` about equally long."""
        setter, rtl = self.look.typesetter, self.look.is_rtl
        return setter.wrap(text, width_px=width_px, size_px=size_px, weight=weight, rtl=rtl, balance=balanced)

    def scene(self) -> Scene:
        """The finished screen, mirrored when its language reads from right to left."""
        items, targets = mirror(self._parts, self.size[0]) if self.look.is_rtl else _flat(self._parts)
        return Scene(self.size, self.ground or self.look.theme.ground, items, targets)


def mirror(parts: list[Item | Target | Block], width_px: int) -> tuple[tuple[Item, ...], tuple[Target, ...]]:
    """The parts seen in a mirror: places change sides, arrows turn, words stay readable, blocks move as one."""
    turned: list[Item | Target | Block] = []
    for part in parts:
        if isinstance(part, Block):
            across = part.rect.flipped(width_px).x - part.rect.x
            turned.extend(item.moved(across, 0) for item in part.items)
            turned.extend(Target(one.name, one.rect.moved(across)) for one in part.targets)
        elif isinstance(part, Target):
            turned.append(Target(part.name, part.rect.flipped(width_px)))
        else:
            turned.append(part.flipped(width_px))
    return _flat(turned)


def _flat(parts: list[Item | Target | Block]) -> tuple[tuple[Item, ...], tuple[Target, ...]]:
    items: list[Item] = []
    targets: list[Target] = []
    for part in parts:
        if isinstance(part, Block):
            items.extend(part.items)
            targets.extend(part.targets)
        elif isinstance(part, Target):
            targets.append(part)
        else:
            items.append(part)
    return tuple(items), tuple(targets)
