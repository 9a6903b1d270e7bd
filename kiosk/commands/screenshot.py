"""`kiosk screenshot`: a screen of the lane or the board as a picture, exactly as it is shown. Needs no settings file.

The states are the samples of kiosk.display; `all_screenshots` and `picture` serve the gallery and the tests too.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from PIL import Image

    from kiosk.display.scene import Scene
    from kiosk.store_logo import Logo
    from kiosk.typeset import Typesetter

HELP = "draw a screen of the lane or the board, exactly as it is shown"
ROLES = ("lane", "board")
LANGUAGES = ("en", "es", "ar")
EXAMPLES, SAMPLE_LOGO = Path(__file__).parents[2] / "examples", "valley-logo.png"
WITH_LOGO = "logo"
"""The sample state that stands for a dealership with a logo."""
LANE_SIZES = ((1080, 1920), (1920, 1080), (1280, 800), (800, 480))
BOARD_SIZES = ((1920, 1080), (1080, 1920), (3840, 2160), (1280, 720))

# Panels that these pictures are drawn for, where --panel-mm does not say otherwise: pixels -> millimetres across.
LANE_PANELS_MM = {(1080, 1920): 268.0, (1920, 1080): 476.0, (1280, 800): 217.0, (800, 480): 154.0}
LANE_PX_PER_MM = 4.03
BOARD_PANEL_MM, BOARD_UPRIGHT_MM = 1660.0, 685.0
BOARD_DISTANCE_M, BOARD_UPRIGHT_DISTANCE_M = 5.0, 4.0


class Shot(NamedTuple):
    """One picture of the gallery."""

    role: str
    state: str
    language: str
    size: tuple[int, int]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The role, the state, language, size, file; theme and panel."""
    parser.add_argument("role", choices=ROLES, help="whose screen")
    parser.add_argument("--state", metavar="NAME", help="what it shows; --list names them")
    parser.add_argument("--list", action="store_true", help="name the states and leave")
    parser.add_argument("--lang", choices=LANGUAGES, default="en", help="language (en)")
    parser.add_argument("--size", type=_size, metavar="WxH", help="pixels: 1080x1920 for a lane, 1920x1080 for a board")
    parser.add_argument("--out", type=Path, metavar="FILE.png", help="where to write the picture")
    parser.add_argument(
        "--theme", choices=("light", "dark", "contrast"), help="colours (light, or as the state has it)"
    )
    parser.add_argument("--panel-mm", type=float, metavar="MM", help="width of the panel, for sizes in millimetres")
    parser.add_argument("--logo", type=Path, metavar="FILE", help="the dealership's logo in the header")
    parser.add_argument("--distance-m", type=float, metavar="M", help="farthest seat before a board (5; upright 4)")


def run(arguments: argparse.Namespace) -> int:
    """Write the picture and say what it shows."""
    known = states(arguments.role)
    if arguments.list:
        print("\n".join(known))
        return 0
    name = arguments.state or known[0]
    if name not in known:
        raise _unknown_state(arguments.role, name, known)
    if arguments.out is None:
        raise _no_file()
    size = arguments.size or default_size(arguments.role, name)
    image = picture(
        Shot(arguments.role, name, arguments.lang, size),
        theme=arguments.theme,
        panel_mm=arguments.panel_mm,
        distance_m=arguments.distance_m,
        logo=arguments.logo,
    )
    image.save(arguments.out, format="PNG")
    print(f"{arguments.out}: {arguments.role}, {name}, {arguments.lang}, {size[0]} x {size[1]}")
    return 0


def states(role: str) -> tuple[str, ...]:
    """Names of the sample states of "lane" or "board"."""
    if role == "lane":
        from kiosk.display.lane_samples import SAMPLES as LANE_SAMPLES

        return tuple(LANE_SAMPLES)
    from kiosk.display.board_samples import SAMPLES

    return tuple(SAMPLES)


def default_size(role: str, state: str) -> tuple[int, int]:
    """The size that a state is drawn at unless another one is asked for."""
    if role == "lane":
        return LANE_SIZES[0]
    from kiosk.display.board_samples import UPRIGHT

    return BOARD_SIZES[1 if state in UPRIGHT else 0]


def all_screenshots(roles: Sequence[str] = ROLES) -> Iterator[Shot]:
    """Every state of these roles in every language and usual size: what the gallery draws."""
    for role in roles:
        for state in states(role):
            for size in LANE_SIZES if role == "lane" else BOARD_SIZES:
                for language in LANGUAGES:
                    yield Shot(role, state, language, size)


def picture(
    shot: Shot,
    *,
    theme: str | None = None,
    panel_mm: float | None = None,
    distance_m: float | None = None,
    logo: Path | None = None,
    typesetter: Typesetter | None = None,
) -> Image.Image:
    """The screen as an RGB image. Give one `typesetter` for many pictures: it keeps what it has set."""
    from kiosk.display.paint import paint
    from kiosk.typeset import Typesetter

    setter = typesetter or Typesetter()
    return paint(scene(shot, setter, theme=theme, panel_mm=panel_mm, distance_m=distance_m, logo=logo), setter)


def scene(
    shot: Shot,
    typesetter: Typesetter,
    *,
    theme: str | None = None,
    panel_mm: float | None = None,
    distance_m: float | None = None,
    logo: Path | None = None,
) -> Scene:
    """The screen as a Scene."""
    from kiosk.display.theme import THEMES, Panel

    head = _logo(logo or (EXAMPLES / SAMPLE_LOGO if shot.state == WITH_LOGO else None))

    if shot.role == "lane":
        from kiosk.display import lane
        from kiosk.display.lane_samples import SAMPLES as LANE_SAMPLES
        from kiosk.display.layout import Screen

        across = panel_mm or LANE_PANELS_MM.get(shot.size, shot.size[0] / LANE_PX_PER_MM)
        screen = Screen(Panel(*shot.size, across), THEMES[theme or "light"], typesetter, logo=head)
        return lane.scene(LANE_SAMPLES[shot.state](shot.language), screen, shot.language)
    from kiosk.display import board
    from kiosk.display.board_samples import SAMPLES, STATE_THEMES

    upright = shot.size[1] > shot.size[0]
    colours = THEMES[theme or STATE_THEMES.get(shot.state, "light")]
    across = panel_mm or (BOARD_UPRIGHT_MM if upright else BOARD_PANEL_MM)
    distance = distance_m or (BOARD_UPRIGHT_DISTANCE_M if upright else BOARD_DISTANCE_M)
    wall = board.BoardScreen(Panel(*shot.size, across), colours, distance, (shot.language,), typesetter, logo=head)
    return board.scene(SAMPLES[shot.state](shot.language), wall)


def _logo(path: Path | None) -> Logo | None:
    """The picture as screens show it; a LogoUnusable says what is wrong with it."""
    if path is None:
        return None
    from kiosk.store_logo import opened, prepared

    ready = prepared(path)
    return opened(ready.key, ready.png)


def _size(text: str) -> tuple[int, int]:
    import argparse

    match = re.fullmatch(r"(\d{3,4})x(\d{3,4})", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text!r} is no size; write it as 1920x1080")
    return int(match[1]), int(match[2])


def _unknown_state(role: str, name: str, known: tuple[str, ...]) -> Exception:
    import difflib

    from kiosk.errors import KioskError

    near = difflib.get_close_matches(name, known, n=1)
    remedy = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
    return KioskError(f"{role} --state {name}: no such state; {remedy}")


def _no_file() -> Exception:
    from kiosk.errors import KioskError

    return KioskError("screenshot: where to? Add --out FILE.png (or --list to see the states)")
