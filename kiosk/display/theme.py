"""The design's tokens: colours of the four themes, type sizes in millimetres, and what a panel's pixels measure.

Sizes come from millimetres and the panel's own width; "nice" pixel numbers do not exist. A test measures each contrast.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from kiosk.typeset import ARABIC_SCALE, type_px

LEAST_CAPITAL_MM = 7.3
LEAST_TARGET_MM = 20.0
LARGE_TEXT_SCALES = (1.25, 1.15)
"""Of the mode *large text*: the first at which a page can still say everything."""

STAGES = ("checked_in", "with_advisor", "in_service", "waiting_for_answer", "quality_check", "ready")
STAGE_ICONS = {
    "checked_in": "arrived",
    "with_advisor": "advisor",
    "in_service": "service",
    "waiting_for_answer": "wait",
    "quality_check": "quality",
    "ready": "ready",
}
STOPS = ("checked_in", "with_advisor", "in_service", "quality_check", "ready")
"""The five stops of the visit line; waiting for an answer holds at `in_service`."""


@dataclass(frozen=True)
class Theme:
    """Colours by use. `on_x` is text and icons upon x; `hero` is the ground of the largest sentence."""

    name: str
    ground: str = "#ECF1F2"
    surface: str = "#FFFFFF"
    sunken: str = "#DCE4E7"
    ink: str = "#0F1E28"
    ink_2: str = "#36474F"
    line: str = "#C3CED2"
    edge: str = "#5C6D76"
    track: str = "#99A6AB"
    action: str = "#1B3FB8"
    action_lip: str = "#10276F"
    on_action: str = "#FFFFFF"
    action_tint: str = "#E1E8FF"
    arrived: str = "#44545F"
    advisor: str = "#1B3FB8"
    service: str = "#0A5563"
    wait: str = "#FFB81F"
    on_wait: str = "#0F1E28"
    quality: str = "#5B2D8E"
    ready: str = "#0B5C34"
    on_stage: str = "#FFFFFF"
    fault: str = "#9C141B"
    wait_tint: str = "#FFEFC7"
    on_wait_tint: str = "#0F1E28"
    ready_tint: str = "#D8F1E1"
    ready_band: str = "#0B5C34"
    on_ready: str = "#FFFFFF"
    ready_line: str = "#49876A"
    brand: str = "#0E3A47"
    on_brand: str = "#FFFFFF"
    hero: str = "#1B3FB8"
    on_hero: str = "#FFFFFF"
    lamp: str = "#FFC443"
    surface_edge_px: int = 0

    def stage(self, stage: str) -> tuple[str, str]:
        """Colour of a stage and of the icon upon it; an unknown stage looks like `with_advisor`."""
        if stage == "waiting_for_answer":
            return self.wait, self.on_wait
        colours = {
            "checked_in": self.arrived,
            "in_service": self.service,
            "quality_check": self.quality,
            "ready": self.ready,
        }
        return colours.get(stage, self.advisor), self.on_stage

    def branded(self, colour: str) -> Theme:
        """The theme with the dealership's own colour for its mark, where the theme shows the mark in colour."""
        return replace(self, brand=colour) if self.name == "light" else self


LIGHT = Theme("light")
DARK = Theme(
    "dark",
    ground="#0A131A",
    surface="#15232D",
    sunken="#060C11",
    ink="#F3F7F8",
    ink_2="#BAC8CF",
    line="#2C3D48",
    edge="#8296A1",
    track="#556570",
    action="#A9BEFF",
    action_lip="#5F78C9",
    on_action="#0A131A",
    action_tint="#1B2A55",
    arrived="#B4C3CB",
    advisor="#A9BEFF",
    service="#74D3E0",
    wait="#FFC443",
    on_wait="#0A131A",
    quality="#CFB0F7",
    ready="#5BDD94",
    on_stage="#0A131A",
    fault="#FFA39C",
    wait_tint="#15232D",
    on_wait_tint="#F3F7F8",
    ready_tint="#15232D",
    ready_band="#5BDD94",
    on_ready="#062414",
    ready_line="#409B68",
    brand="#F3F7F8",
    on_brand="#0A131A",
    hero="#1B2A55",
    on_hero="#F3F7F8",
)
CONTRAST = Theme(
    "contrast",
    ground="#000000",
    surface="#000000",
    sunken="#000000",
    ink="#FFFFFF",
    ink_2="#FFFFFF",
    line="#FFFFFF",
    edge="#FFFFFF",
    track="#FFFFFF",
    action="#FFE100",
    action_lip="#8F7E00",
    on_action="#000000",
    action_tint="#000000",
    arrived="#FFFFFF",
    advisor="#FFE100",
    service="#FFFFFF",
    wait="#FFE100",
    on_wait="#000000",
    quality="#FFFFFF",
    ready="#FFFFFF",
    on_stage="#000000",
    fault="#FFFFFF",
    wait_tint="#000000",
    on_wait_tint="#FFFFFF",
    ready_tint="#000000",
    ready_band="#FFFFFF",
    on_ready="#000000",
    ready_line="#000000",
    brand="#FFFFFF",
    on_brand="#000000",
    hero="#000000",
    on_hero="#FFE100",
    surface_edge_px=3,
)
STALE = Theme(
    "stale",
    ground="#C3CED3",
    surface="#CFD8DC",
    sunken="#B9C6CC",
    ink="#17262F",
    ink_2="#2A3942",
    line="#A9B7BE",
    edge="#56656E",
    track="#87959C",
    arrived="#3B4A53",
    advisor="#3B4A53",
    service="#3B4A53",
    wait="#3B4A53",
    on_wait="#FFFFFF",
    quality="#3B4A53",
    ready="#3B4A53",
    ready_band="#B9C6CC",
    on_ready="#0F1E28",
    ready_line="#98A7AE",
)
STALE_DARK = Theme(
    "stale_dark",
    ground="#14191D",
    surface="#1F262B",
    sunken="#0D1114",
    ink="#F3F7F8",
    ink_2="#BAC8CF",
    line="#38424A",
    edge="#8296A1",
    track="#5A6871",
    arrived="#B4C3CB",
    advisor="#B4C3CB",
    service="#B4C3CB",
    wait="#B4C3CB",
    on_wait="#0A131A",
    quality="#B4C3CB",
    ready="#B4C3CB",
    on_stage="#0A131A",
    ready_band="#36424A",
    on_ready="#F3F7F8",
    ready_line="#5A6871",
    brand="#F3F7F8",
    on_brand="#0A131A",
)
THEMES = {theme.name: theme for theme in (LIGHT, DARK, CONTRAST)}
"""The themes that a screen can be set to; the stale ones come by themselves."""


def luminance(colour: str) -> float:
    """Relative luminance of "#RRGGBB" as WCAG 2 defines it, 0 to 1."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@dataclass(frozen=True)
class Panel:
    """A screen's picture: its pixels and its real width.

    Attributes:
        width_px, height_px: as the viewer sees it, already turned upright where it hangs upright.
        width_mm: width of the picture itself, without the frame.
    """

    width_px: int
    height_px: int
    width_mm: float

    @property
    def px_per_mm(self) -> float:
        """Pixels a millimetre."""
        return self.width_px / self.width_mm

    @property
    def size_class(self) -> str:
        """L, M or S by the panel's short side: 21.5 inch, 15.6 inch, 10 inch and less."""
        short_mm = min(self.width_px, self.height_px) / self.px_per_mm
        return "L" if short_mm > 220 else "M" if short_mm >= 140 else "S"

    def px(self, millimetres: float) -> int:
        """That length in whole pixels, at least one."""
        return max(1, round(millimetres * self.px_per_mm))

    def type_px(self, capital_mm: float) -> int:
        """Type size whose capitals are that high."""
        return max(1, type_px(capital_mm, self.px_per_mm))


LANE_CAPITALS_MM = {
    "hero": {"L": 21.5, "M": 15.0, "S": 10.0},
    "headline": {"L": 17.0, "M": 12.5, "S": 9.1},
    "ticket": {"L": 33.0, "M": 24.0, "S": 17.0},
    "main_key": {"L": 10.7, "M": 9.0, "S": 7.3},
    "key": {"L": 9.0, "M": 7.5, "S": 7.3},
    "text": {"L": 8.6, "M": 7.3, "S": 7.3},
    "label": {"L": 8.0, "M": 7.3, "S": 7.3},
    "caption": {"L": 7.3, "M": 7.3, "S": 7.3},
}
"""Height of the capitals on a lane, by role and panel class. Nothing stands below 7.3 mm."""


def lane_type_px(panel: Panel, role: str, *, arabic: bool = False, scale: float = 1.0) -> int:
    """Type size of a role of LANE_CAPITALS_MM; Arabic is set larger, the mode *large text* larger still."""
    return panel.type_px(LANE_CAPITALS_MM[role][panel.size_class] * scale * (ARABIC_SCALE if arabic else 1.0))


def board_type_px(panel: Panel, viewing_distance_m: float, *, arabic: bool = False) -> int:
    """Type size of a board's text: a capital for each 120 of the distance to the farthest seat."""
    capital_mm = viewing_distance_m * 1000 / 120 * (ARABIC_SCALE if arabic else 1.0)
    return panel.type_px(capital_mm)
