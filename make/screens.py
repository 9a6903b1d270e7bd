"""Draws the gallery: build/screens/index.html with every screen, board and ticket in every language and size.

The pictures come from the same functions as `kiosk screenshot` and `kiosk ticket`; here is only the page around them.
`--only lane|board|ticket` draws a part, `--jobs N` uses N processors (default: all).
"""

from __future__ import annotations

import argparse
import html
import os
import shutil
import sys
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk import samples
from kiosk.commands import screenshot
from kiosk.commands.screenshot import LANGUAGES, Shot
from kiosk.domain.papers import ticket
from kiosk.raster import PAPER_DOTS, raster
from kiosk.typeset import FONTS, Typesetter

if TYPE_CHECKING:
    from PIL import Image

OUT = Path(__file__).parents[1] / "build/screens"
OWN_NAMES = {"en": "English", "es": "Español", "ar": "العربية"}
TICKETS = {
    "booked": {},
    "copy": {"is_copy": True},
    "walk-in": {"is_walk_in": True},
    "without a code": {"has_code": False},
}
TITLES = {"lane": "Lane kiosk", "board": "Waiting-room board", "ticket": "Ticket"}


def main() -> int:
    """Draw everything and say where it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=TITLES, help="one part")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processors to use")
    parser.add_argument("--out", type=Path, default=OUT, help="folder, made anew (build/screens)")
    arguments = parser.parse_args()
    out: Path = arguments.out
    began_s = time.monotonic()
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    shutil.copytree(FONTS, out / "fonts")
    shots = [shot for shot in every_shot(arguments.only) if arguments.only in {None, shot.role}]
    with ProcessPoolExecutor(arguments.jobs) as workers:
        for number, shot in enumerate(workers.map(partial(draw, out), shots, chunksize=8), 1):
            tell(f"{number}/{len(shots)} {name(shot)}")
    (out / "index.html").write_text(page(shots), "utf-8")
    tell(f"{len(shots)} pictures in {time.monotonic() - began_s:.0f} s: {out / 'index.html'}", is_last=True)
    return 0


def every_shot(only: str | None) -> list[Shot]:
    """Every picture of the gallery, the tickets in both widths of paper."""
    tickets = [
        Shot("ticket", kind, language, (PAPER_DOTS[paper_mm], 0))
        for kind in TICKETS
        for paper_mm in PAPER_DOTS
        for language in LANGUAGES
    ]
    return [*(() if only == "ticket" else screenshot.all_screenshots()), *tickets]


def draw(out: Path, shot: Shot) -> Shot:
    """Draw one picture into its file; runs in a process of its own."""
    picture(shot).save(out / name(shot), format="PNG")
    return shot


def picture(shot: Shot) -> Image.Image:
    """One picture of the gallery."""
    if shot.role != "ticket":
        return screenshot.picture(shot, typesetter=setter())
    told = samples.ticket(shot.language, **TICKETS[shot.state])
    return raster(ticket(told), width_dots=shot.size[0], typesetter=setter())


@cache
def setter() -> Typesetter:
    """One typesetter a process: it keeps what it has set."""
    return Typesetter()


def name(shot: Shot) -> str:
    """A picture's file."""
    return f"{shot.role}-{shot.state}-{shot.language}-{size(shot).replace(' ', '')}.png".replace(" ", "-")


def size(shot: Shot) -> str:
    """A picture's size as people say it."""
    if shot.role == "ticket":
        return f"{next(mm for mm, dots in PAPER_DOTS.items() if dots == shot.size[0])} mm"
    return f"{shot.size[0]} x {shot.size[1]}"


def tell(words: str, *, is_last: bool = False) -> None:
    """Progress in one line where somebody watches, and the end in any case."""
    if sys.stdout.isatty():
        print(f"\r\033[K{words}", end="\n" if is_last else "", flush=True)
    elif is_last:
        print(words)


def page(shots: list[Shot]) -> str:
    """The page: a section a role, a strip a size, a row a state, a column a language."""
    roles: dict[str, dict[str, dict[str, list[Shot]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for shot in shots:
        roles[shot.role][size(shot)][shot.state].append(shot)
    sections = "".join(section(role, sizes) for role, sizes in roles.items())
    links = "".join(f'<a href="#{role}">{TITLES[role]}</a>' for role in roles)
    keys = "".join(
        f'<label><input type="checkbox" name="{code}" checked><span lang="{code}">{own}</span></label>'
        for code, own in OWN_NAMES.items()
    )
    return PAGE.format(links=links, keys=keys, sections=sections, number=len(shots))


def section(role: str, sizes: dict[str, dict[str, list[Shot]]]) -> str:
    """One role's pictures; the first size is open."""
    strips = []
    for index, (words, states) in enumerate(sizes.items()):
        rows = "".join(row(state, shots) for state, shots in states.items())
        is_open = " open" if index == 0 else ""
        strips.append(
            f"<details{is_open}><summary>{words}<small>{len(states)} states</small></summary>{rows}</details>"
        )
    return f'<section id="{role}"><h2>{TITLES[role]}</h2>{"".join(strips)}</section>'


def row(state: str, shots: list[Shot]) -> str:
    """One state in every language."""
    return f"<article><h3>{html.escape(state)}</h3><div>{''.join(figure(shot) for shot in shots)}</div></article>"


def figure(shot: Shot) -> str:
    """One picture, loaded when it comes into sight."""
    file = html.escape(name(shot))
    words = f"{TITLES[shot.role]}, {shot.state}, {OWN_NAMES[shot.language]}, {size(shot)}"
    ratio = f' style="aspect-ratio:{shot.size[0]}/{shot.size[1]}"' if shot.size[1] else ""
    image = f'<img src="{file}" alt="{html.escape(words)}" loading="lazy"{ratio}>'
    return f'<figure data-lang="{shot.language}"><a href="{file}">{image}</a></figure>'


PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Every screen</title>
<style>
@font-face {{ font-family: Plex; font-weight: 500; src: url(fonts/IBMPlexSansArabic-Medium.ttf) }}
@font-face {{ font-family: Plex; font-weight: 600; src: url(fonts/IBMPlexSansArabic-SemiBold.ttf) }}
@font-face {{ font-family: Plex; font-weight: 700; src: url(fonts/IBMPlexSansArabic-Bold.ttf) }}
* {{ box-sizing: border-box; margin: 0 }}
body {{ font: 500 17px/1.4 Plex, sans-serif; color: #0F1E28; background: #ECF1F2; padding: 0 24px 64px }}
header {{ position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: 8px 24px; align-items: center;
  margin: 0 -24px 32px; padding: 12px 24px; background: #FFF; border-bottom: 1px solid #C3CED2 }}
h1 {{ font-size: 24px; font-weight: 700; margin-inline-end: auto }}
h1 small, summary small {{ font-size: 15px; font-weight: 500; color: #36474F; margin-inline-start: 12px }}
nav a {{ color: #36474F; margin-inline-end: 16px; text-underline-offset: 5px }}
label {{ display: inline-flex; gap: 6px; align-items: center; margin-inline-start: 12px; font-weight: 600 }}
input {{ width: 20px; height: 20px; accent-color: #0F1E28 }}
section {{ max-width: 1800px; margin: 0 auto 56px; scroll-margin-top: 80px }}
h2 {{ font-size: 32px; font-weight: 700; margin-bottom: 12px }}
summary {{ font-size: 20px; font-weight: 600; padding: 12px 0; cursor: pointer; border-top: 2px solid #C3CED2 }}
article {{ padding: 4px 0 32px }}
h3 {{ font-size: 17px; font-weight: 600; padding-bottom: 8px }}
article div {{ display: flex; gap: 20px; align-items: start }}
figure {{ flex: 1 1 0; min-width: 0; max-width: 640px }}
#lane figure {{ max-width: 480px }}
#ticket figure {{ max-width: 384px }}
img {{ display: block; width: 100%; border-radius: 4px; background: #DCE4E7;
  box-shadow: 0 0 0 1px #C3CED2, 0 6px 20px rgba(15, 30, 40, .10) }}
a:focus-visible, summary:focus-visible, input:focus-visible {{ outline: 4px solid #0F1E28; outline-offset: 4px }}
body:has([name=en]:not(:checked)) [data-lang=en], body:has([name=es]:not(:checked)) [data-lang=es],
body:has([name=ar]:not(:checked)) [data-lang=ar] {{ display: none }}
@media (max-width: 760px) {{ article div {{ flex-direction: column }} figure {{ width: 100% }} }}
</style>
<header><h1>Every screen<small>{number} pictures</small></h1><nav>{links}</nav><div>{keys}</div></header>
{sections}
</html>
"""


if __name__ == "__main__":
    sys.exit(main())
