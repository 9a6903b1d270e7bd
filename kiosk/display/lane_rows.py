"""Rows that can be touched, in one or two columns: what a row says, how high it is, how many pages they need.

Where room is short the second lines go first, then the rows are shared out over pages; no letter shrinks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kiosk.display.keys import row_key, row_key_fits, row_key_height
from kiosk.display.lane_grid import Frame, Grid
from kiosk.display.scene import Rect

if TYPE_CHECKING:
    from kiosk.display.layout import Composition


@dataclass(frozen=True)
class Choice:
    """One row: what it says, what stands there now, and whether it is chosen. `disabled`: `second` says why."""

    text: str
    target: str
    icon: str = ""
    second: str = ""
    end_icon: str = ""
    chosen: bool = False
    disabled: bool = False
    wide: bool = False  # a line of its own, whatever the columns


@dataclass(frozen=True)
class Group:
    """Rows that belong together, below a title of their own where there is room for one."""

    choices: tuple[Choice, ...]
    title: str = ""
    columns: int = 1
    even: bool = True  # all rows as high as the highest


def pages_of(c: Composition, grid: Grid, groups: tuple[Group, ...], area: Rect) -> list[tuple[Group, ...]]:
    """The groups as they are, or in two columns over as many pages as they need, with everything that they say."""
    groups = tuple(_unbroken(c, grid, one, area.w) if one.columns > 1 else one for one in groups)
    for even in (True, False):
        tried = tuple(replace(one, even=even) for one in groups)
        if have_room(c, grid, tried, area):
            return [tried]
    if not grid.form.is_small:
        groups = tuple(_unbroken(c, grid, one, area.w) for one in groups)
        if have_room(c, grid, groups, area):
            return [groups]
    found: list[tuple[Group, ...]] = []
    for group in groups:
        line: tuple[Choice, ...] = ()
        for choice in group.choices:
            longer = replace(group, choices=(*line, choice), even=False)
            in_full = replace(longer, choices=(*line, replace(choice, wide=True)))
            if line and not have_room(c, grid, (longer,), area) and have_room(c, grid, (in_full,), area):
                line = in_full.choices
                continue
            if line and not have_room(c, grid, (longer,), area):
                found.append((replace(longer, choices=line),))
                line = ()
            line = (*line, choice)
        found.append((replace(group, choices=line, even=False),))
    return found


def _unbroken(c: Composition, grid: Grid, group: Group, width: int) -> Group:
    """Side by side, but for rows whose words would break inside, and those with a second line."""
    half = (width - column_gap(grid)) // 2
    choices = []
    for one in group.choices:
        fits = row_key_fits(c, half, one.text, icon=one.icon, end_icon=one.end_icon or _tick(group))
        choices.append(replace(one, wide=one.wide or not fits or bool(one.second)))
    return replace(group, choices=tuple(choices), columns=max(2, group.columns))


def have_room(c: Composition, grid: Grid, groups: tuple[Group, ...], area: Rect) -> bool:
    """Is the area high enough for the groups below each other?"""
    return sum(_group_height(c, grid, one, area.w, first=not index) for index, one in enumerate(groups)) <= area.h


def _lines(group: Group) -> list[tuple[Choice, ...]]:
    found: list[tuple[Choice, ...]] = []
    for one in group.choices:
        is_full = not found or found[-1][0].wide or one.wide or len(found[-1]) == group.columns
        if is_full:
            found.append((one,))
        else:
            found[-1] = (*found[-1], one)
    return found


def _row_gap(grid: Grid) -> int:
    return grid.gap if grid.form.is_small else grid.px(3.2)


def _row_height(c: Composition, grid: Grid, line: tuple[Choice, ...], group: Group, width: int) -> int:
    """Of one line of the group, or the same for all of them."""
    least = c.look.px(20) if grid.form.is_small else grid.px(24)
    tick = _tick(group)
    lines = _lines(group) if group.even else [line]
    heights = [choice_height(c, one, _across(grid, each, group, width), tick) for each in lines for one in each]
    return max(least, *heights)


def choice_height(c: Composition, one: Choice, width: int, tick: str) -> int:
    """Height of one row of this width; `tick`: what stands at its end where it has no icon of its own."""
    return row_key_height(c, width, one.text, icon=one.icon, second=one.second, end_icon=one.end_icon or tick)


def _tick(group: Group) -> str:
    """Rows of which one is chosen keep room for the tick."""
    return "check" if any(one.chosen or not one.end_icon for one in group.choices) else ""


def _across(grid: Grid, line: tuple[Choice, ...], group: Group, width: int) -> int:
    """A row that stands alone in its line takes all of it."""
    columns = min(group.columns, len(line))
    return (width - (columns - 1) * column_gap(grid)) // columns


def column_gap(grid: Grid) -> int:
    """Between two columns of rows."""
    return grid.gap if grid.form.is_small else grid.px(5)


def _title_px(c: Composition, grid: Grid) -> int:
    return c.pitch(c.look.type_px("key"), headline=True) + grid.px(4)


def _group_height(c: Composition, grid: Grid, group: Group, width: int, *, first: bool) -> int:
    lines = _lines(group)
    gap = _row_gap(grid)
    rows = sum(_row_height(c, grid, line, group, width) + grid.lip for line in lines) + gap * (len(lines) - 1)
    return rows + (_title_px(c, grid) if group.title else 0) + (0 if first else 2 * gap)


def draw_groups(c: Composition, grid: Grid, frame: Frame, groups: tuple[Group, ...], area: Rect) -> None:
    """The groups from the top of the area, with a little of the height that is left."""
    used = sum(_group_height(c, grid, one, area.w, first=not index) for index, one in enumerate(groups))
    count = sum(len(_lines(one)) for one in groups)
    spare = max(0, area.h - used) // max(1, count)
    grow = min(spare, grid.px(8))
    y = area.y
    for index, group in enumerate(groups):
        y += 2 * _row_gap(grid) if index else 0
        if group.title:
            title = _title_px(c, grid)
            c.paragraph(group.title, Rect(area.x, y, area.w, 0), size_px=c.look.type_px("key"), weight=700)
            y += title
        for line in _lines(group):
            height = _row_height(c, grid, line, group, area.w) + grow
            across, x = _across(grid, line, group, area.w), area.x
            for one in line:
                _draw_choice(c, frame, one, Rect(x, y, across, height))
                x += across + column_gap(grid)
            y += height + grid.lip + _row_gap(grid)
        y -= _row_gap(grid)


def _draw_choice(c: Composition, frame: Frame, one: Choice, rect: Rect) -> None:
    row_key(
        c,
        rect,
        one.text,
        one.target,
        icon=one.icon,
        second=one.second,
        end_icon=one.end_icon,
        chosen=one.chosen,
        disabled=one.disabled,
        pressed=frame.pressed == one.target,
    )


def without_seconds(group: Group, gone: tuple[Choice, ...]) -> Group:
    """The same rows, those that are `gone` with their words alone."""
    return replace(group, choices=tuple(replace(one, second="") if one in gone else one for one in group.choices))


def on_one_page(
    c: Composition, grid: Grid, groups: tuple[Group, ...], area: Rect
) -> tuple[tuple[Group, ...], tuple[Choice, ...]] | None:
    """The groups on one page, and the rows that lose their second lines for it, as few as need be; None: no room."""
    tick = {one.target: _tick(group) for group in groups for one in group.choices}
    said = [one for group in groups for one in group.choices if one.second]
    tallest = sorted(said, key=lambda one: -choice_height(c, one, area.w, tick[one.target]))
    for count in range(1, len(tallest) + 1):
        gone = tuple(tallest[:count])
        found = pages_of(c, grid, tuple(without_seconds(one, gone) for one in groups), area)
        if len(found) == 1:
            return found[0], gone
    return None


def second_lines_go(c: Composition, gone: tuple[Choice, ...]) -> None:
    """What stands there now is told behind *More*, each with the name of its row."""
    c.gives_up(*(f"{one.text}: {one.second}" for one in gone if one.second))
