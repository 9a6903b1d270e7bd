"""The icons: vector paths on a grid of 24 units, stroke 2, round ends, no fill; and the flattening of such paths.

Only the subset of SVG's path language that the icons use is read: M L H V C S Q T A Z and their relative forms.
"""

from __future__ import annotations

import math
import re
from functools import cache

GRID = 24
MARK_GRID = 48
MARK = "M6 13h9l9 17.5L33 13h9L27.5 39h-7z"

TURNING = frozenset({"forward", "back", "walk", "bus", "truck"})
"""Icons that turn round when the screen is mirrored."""

_CIRCLE = "M12 21.5a9.5 9.5 0 1 0 0-19 9.5 9.5 0 0 0 0 19z"
_PERSON = "M12 11.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c.6-4.2 3.7-6.5 8-6.5s7.4 2.3 8 6.5"
_BUBBLE = "M4 5h16v11h-8l-4 4v-4H4z"

PATHS = {
    "car": (
        "M3 16v-3l2.2-5.4A2.5 2.5 0 0 1 7.5 6h9a2.5 2.5 0 0 1 2.3 1.6L21 13v3M3 13h18M3 16h18v2.5h-3V16"
        "M6 16v2.5H3V16M7 13.2v0M17 13.2v0"
    ),
    "arrived": "M12 21s-6.5-5.8-6.5-11a6.5 6.5 0 0 1 13 0C18.5 15.2 12 21 12 21zM9.3 10l2 2 3.4-3.6",
    "advisor": _PERSON,
    "service": (
        "M14.6 6.2a4.5 4.5 0 0 1 5.9-2.4l-2.9 2.9.9 2.2 2.2.9 0 0 .3-.3a4.5 4.5 0 0 1-6.3 4.2L8.2 20.2a2 2 0"
        " 0 1-2.9-2.9l6.5-6.5a4.5 4.5 0 0 1 2.8-4.6z"
    ),
    "wait": _BUBBLE + "M12 8v3.2M12 13.3v0",
    "quality": "M12 3l7.5 2.8V11c0 4.8-3 8.2-7.5 10-4.5-1.8-7.5-5.2-7.5-10V5.8zM8.5 11.8l2.5 2.5 4.6-4.9",
    "ready": "M15.5 13.2a4.7 4.7 0 1 0 0-9.4 4.7 4.7 0 0 0 0 9.4zM12.2 11.8L4.5 19.5M4.5 19.5l2 2M8 16l2.2 2.2",
    "check": "M5 12.5l4.8 4.8L19.5 7",
    "cross": "M6 6l12 12M18 6L6 18",
    "alert": "M12 4L2.5 20h19zM12 10v4.5M12 17.3v0",
    "bell": "M6 17v-6a6 6 0 0 1 12 0v6l1.5 1.5h-15zM10 21h4M12 3v2",
    "help": "M9 9.2a3 3 0 1 1 4.4 2.7c-.9.5-1.4 1.1-1.4 2.3M12 17.5v0" + _CIRCLE,
    "phone": "M7 2.5h10v19H7zM10.5 18.5h3",
    "call": (
        "M5 3.5h4l1.6 4.6L8 10a12 12 0 0 0 6 6l1.9-2.6 4.6 1.6v4c0 1-.8 1.7-1.8 1.6C10.7 19.8 4.2 13.3 3.4"
        " 5.3 3.3 4.3 4 3.5 5 3.5z"
    ),
    "mail": "M3 5.5h18v13H3zM3.5 6.5l8.5 6.8 8.5-6.8",
    "message": _BUBBLE + "M8 9.2h8M8 12h5",
    "calendar": "M4 5.5h16V20H4zM4 10h16M8.5 3v4M15.5 3v4",
    "clock": _CIRCLE + "M12 7v5.3l3.6 2.2",
    "ticket": "M6 3h12v18l-3-2-3 2-3-2-3 2zM9.5 8h5M9.5 12h5",
    "printer": "M7 9V3.5h10V9M7 17.5H3.5V9h17v8.5H17M7 14.5h10v6.5H7z",
    "camera": "M3.5 7h4L9.5 4.5h5L16.5 7h4v12.5h-17zM12 16.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z",
    "scan": "M4 8.5V4h4.5M15.5 4H20v4.5M20 15.5V20h-4.5M8.5 20H4v-4.5M8 12h8",
    "keypad": (
        "M5 5h3v3H5zM10.5 5h3v3h-3zM16 5h3v3h-3zM5 10.5h3v3H5zM10.5 10.5h3v3h-3zM16 10.5h3v3h-3zM10.5 16h3v3h-3z"
    ),
    "globe": _CIRCLE + "M2.5 12h19M12 2.5c3 3 4 6 4 9.5s-1 6.5-4 9.5c-3-3-4-6-4-9.5s1-6.5 4-9.5z",
    "speaker": "M4 9.5v5h3.5L12 19V5L7.5 9.5zM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11",
    "forward": "M4 12h15M13 5.5l6.5 6.5-6.5 6.5",
    "back": "M20 12H5M11 5.5L4.5 12l6.5 6.5",
    "down": "M12 4v15M5.5 13l6.5 6.5 6.5-6.5",
    "plus": "M12 5v14M5 12h14",
    "minus": "M5 12h14",
    "pen": "M4 20l1-4.5L16.5 4 20 7.5 8.5 19z",
    "offline": (
        "M3 9a13 13 0 0 1 5-3.1M12.5 5A13 13 0 0 1 21 9M6 13a9 9 0 0 1 4-2.3M15 11.5a9 9 0 0 1 3 1.5"
        "M9.5 16.6a4 4 0 0 1 5 0M12 20v0M4 3l16 18"
    ),
    "sync": "M20 11A8 8 0 0 0 5.8 7L4 9M4 4v5h5M4 13a8 8 0 0 0 14.2 4L20 15M20 20v-5h-5",
    "bus": "M4 5h16v12H4zM4 11.5h16M7 17v2.5M17 17v2.5M7.5 14.3v0M16.5 14.3v0",
    "cup": "M4 8h12v7a4 4 0 0 1-4 4H8a4 4 0 0 1-4-4zM16 10h2.5a2.5 2.5 0 0 1 0 5H16M8 2.5v2.5M12 2.5v2.5",
    "card": "M2.5 5.5h19v13h-19zM2.5 10h19M6 15h4",
    "doc": "M6 2.5h8.5L19 7v14.5H6zM14 2.5V7.5h5M9 12h7M9 16h7",
    "lamp": "M8 16h8v4H8zM6.5 16h11M7 13a5 5 0 0 1 10 0v3H7zM12 2v3M4.5 5.5l2 2M19.5 5.5l-2 2",
    "inspect": "M10.5 17.5a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM15.7 15.7L21 21",
    "hourglass": "M6 3h12M6 21h12M7.5 3v4l4.5 5-4.5 5v4M16.5 3v4L12 12l4.5 5v4",
    "hand": (
        "M8 12V5.5a1.5 1.5 0 0 1 3 0V11 4a1.5 1.5 0 0 1 3 0v7-5.5a1.5 1.5 0 0 1 3 0V15c0 4-2.5 6.5-6 6.5-3"
        " 0-4.5-1.5-6-4.5l-2-4c-.8-1.7 1.5-2.8 2.5-1z"
    ),
    "gauge": "M4 18a9.5 9.5 0 1 1 16 0M12 14l4-4.5M12 14v0",
    "person": _PERSON,
    "walk": "M13 5v0M13 8.5l-3 4 3 3-1 5.5M10 12.5L7.5 20M13 8.5l2.5 3h3M10 9.5L7.5 12",
    "wifi": "M3 9a13 13 0 0 1 18 0M6 13a9 9 0 0 1 12 0M9.5 16.6a4 4 0 0 1 5 0M12 20v0",
    "plug": "M9 3v5M15 3v5M6.5 8h11v3a5.5 5.5 0 0 1-11 0zM12 16.5V21",
    "sun": (
        "M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4"
        "M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4"
    ),
    "dot": "M12 12v0",
    "parts": (
        "M12 15.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM12 2.5v3M12 18.5v3M2.5 12h3M18.5 12h3M5.3 5.3l2.1 2.1"
        "M16.6 16.6l2.1 2.1M18.7 5.3l-2.1 2.1M7.4 16.6l-2.1 2.1"
    ),
    "repeat": "M20 11A8 8 0 0 0 5.8 7L4 9M4 4v5h5",
    "brake": (
        "M12 19.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM12 8v4.8M12 15.8v0M2.8 6.5a11 11 0 0 0 0 11"
        "M21.2 6.5a11 11 0 0 1 0 11"
    ),
    "snow": "M12 2.5v19M3.8 7.2l16.4 9.6M20.2 7.2L3.8 16.8M9.5 4.5L12 7l2.5-2.5M9.5 19.5L12 17l2.5 2.5",
    "erase": "M9 5h12v14H9l-6.5-7zM12.5 9.5l5 5M17.5 9.5l-5 5",
    "tire": _CIRCLE + "M12 16.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM12 2.5v5M12 16.5v5M2.5 12h5M16.5 12h5",
    "screen": "M3 4.5h18v12H3zM8.5 20.5h7M12 16.5v4",
    "lock": "M6 11h12v9.5H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3M12 15v2",
    "truck": (
        "M2.5 6h11v11h-11zM13.5 10h4.5l3.5 3.5V17h-8zM6.5 19.5a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6z"
        "M17 19.5a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6z"
    ),
    "battery": "M3 8h18v11H3zM6.5 8V5.5h3V8M14.5 8V5.5h3V8M6.5 13.5h4M15.5 11.5v4M13.5 13.5h4",
}

Point = tuple[float, float]
_TOKEN = re.compile(r"[MLHVCSQTAZmlhvcsqtaz]|[-+]?(?:\d+\.?\d*|\.\d+)")
_TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}
_CURVE_STEPS = 14


@cache
def outline(path: str) -> tuple[tuple[Point, ...], ...]:
    """The path as polylines, curves as short straight pieces. A dot (a line of no length) is a polyline of one point.

    Raises ValueError for a command that is not in the subset.
    """
    pen = _Pen()
    for command, numbers in _commands(path):
        pen.draw(command, numbers)
    return tuple(tuple(line) for line in pen.lines if line)


def _commands(path: str) -> list[tuple[str, list[float]]]:
    tokens = _TOKEN.findall(path)
    if "".join(tokens) != re.sub(r"[\s,]", "", path):
        raise ValueError(f"icon path {path[:40]!r}: only M L H V C S Q T A Z are read")
    found: list[tuple[str, list[float]]] = []
    command, at = "", 0
    while at < len(tokens):
        if tokens[at].isalpha():
            command, at = tokens[at], at + 1
        takes = _TAKES.get(command.upper(), 0)
        if takes == 0 and (not command or (found and found[-1][0] in "Zz")):
            raise ValueError(f"icon path {path[:40]!r}: a number without a command")
        found.append((command, [float(one) for one in tokens[at : at + takes]]))
        at += takes
        if command in "Mm":
            command = "L" if command == "M" else "l"
    return found


class _Pen:
    """Follows a path; `lines` is what it drew."""

    def __init__(self) -> None:
        self.lines: list[list[Point]] = []
        self.at: Point = (0.0, 0.0)
        self.start: Point = (0.0, 0.0)
        self.handle: Point | None = None
        self.last = ""

    def draw(self, command: str, numbers: list[float]) -> None:
        kind, base = command.upper(), (self.at if command.islower() else (0.0, 0.0))
        if kind == "A":
            self._arc(numbers, (base[0] + numbers[5], base[1] + numbers[6]))
        elif kind == "H":
            self._to((base[0] + numbers[0], self.at[1]))
        elif kind == "V":
            self._to((self.at[0], base[1] + numbers[0]))
        elif kind == "Z":
            self._to(self.start)
        else:
            pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
            self._pairs(kind, [(base[0] + x, base[1] + y) for x, y in pairs])
        self.last = kind

    def _pairs(self, kind: str, points: list[Point]) -> None:
        if kind == "M":
            self.at = self.start = points[0]
            self.lines.append([points[0]])
        elif kind == "L":
            self._to(points[0])
        elif kind == "C":
            self._cubic(*points)
        elif kind == "S":
            self._cubic(self._mirrored("CS"), *points)
        elif kind == "Q":
            self._quadratic(*points)
        else:
            self._quadratic(self._mirrored("QT"), *points)

    def _mirrored(self, after: str) -> Point:
        if self.handle is None or self.last not in after:
            return self.at
        return (2 * self.at[0] - self.handle[0], 2 * self.at[1] - self.handle[1])

    def _to(self, point: Point) -> None:
        if not self.lines or (self.last == "Z" and self.lines[-1][-1] == self.start and len(self.lines[-1]) > 1):
            self.lines.append([self.at])
        if point != self.at:
            self.lines[-1].append(point)
        self.at = point

    def _quadratic(self, handle: Point, end: Point) -> None:
        (x, y), (hx, hy), (ex, ey) = self.at, handle, end
        self._cubic((x + (hx - x) * 2 / 3, y + (hy - y) * 2 / 3), (ex + (hx - ex) * 2 / 3, ey + (hy - ey) * 2 / 3), end)
        self.handle = handle

    def _cubic(self, first: Point, second: Point, end: Point) -> None:
        start = self.at
        for step in range(1, _CURVE_STEPS + 1):
            t = step / _CURVE_STEPS
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            corners = (start, first, second, end)
            self._to(
                (
                    sum(w * p[0] for w, p in zip(weights, corners, strict=True)),
                    sum(w * p[1] for w, p in zip(weights, corners, strict=True)),
                )
            )
        self.at, self.handle = end, second

    def _arc(self, numbers: list[float], end: Point) -> None:
        """An elliptic arc, by the formulas of SVG 1.1, appendix F.6."""
        rx, ry, turn, large, sweep = numbers[:5]
        (x1, y1), (x2, y2), phi = self.at, end, math.radians(turn)
        if rx == 0 or ry == 0 or self.at == end:
            self._to(end)
            return
        cos, sin = math.cos(phi), math.sin(phi)
        dx, dy = (x1 - x2) / 2, (y1 - y2) / 2
        px, py = cos * dx + sin * dy, cos * dy - sin * dx
        grow = max(1.0, math.sqrt((px / rx) ** 2 + (py / ry) ** 2))
        rx, ry = rx * grow, ry * grow
        under = (rx * ry) ** 2 - (rx * py) ** 2 - (ry * px) ** 2
        root = math.sqrt(max(0.0, under) / ((rx * py) ** 2 + (ry * px) ** 2)) * (-1 if large == sweep else 1)
        cxp, cyp = root * rx * py / ry, -root * ry * px / rx
        cx, cy = cos * cxp - sin * cyp + (x1 + x2) / 2, sin * cxp + cos * cyp + (y1 + y2) / 2
        begin = math.atan2((py - cyp) / ry, (px - cxp) / rx)
        span = math.atan2((-py - cyp) / ry, (-px - cxp) / rx) - begin
        if sweep and span < 0:
            span += 2 * math.pi
        elif not sweep and span > 0:
            span -= 2 * math.pi
        steps = max(4, math.ceil(abs(span) / (math.pi / 24)))
        for step in range(1, steps + 1):
            angle = begin + span * step / steps
            ex, ey = rx * math.cos(angle), ry * math.sin(angle)
            self._to((cos * ex - sin * ey + cx, sin * ex + cos * ey + cy))
        self.at = end
