"""make/screens.py: the gallery's page and its pictures belong together."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).parents[2]


def width(path: Path) -> int:
    """A picture's width in pixels."""
    with Image.open(path) as image:
        return image.width


def test_every_picture_of_the_page_is_there(tmp_path):
    """The page shows each picture that was drawn, and no other; each is a picture."""
    out = tmp_path / "screens"
    words = ["--only", "ticket", "--jobs", "1", "--out", out]
    subprocess.run([sys.executable, ROOT / "make/screens.py", *words], check=True, capture_output=True)

    shown = set(re.findall(r'<img src="([^"]+)"', (out / "index.html").read_text("utf-8")))

    assert shown == {path.name for path in out.glob("*.png")}
    assert {width(out / each) for each in shown} == {576, 384}


def test_the_page_shows_every_language_and_size(tmp_path):
    """Each ticket stands in three languages and on both papers."""
    out = tmp_path / "screens"
    words = ["--only", "ticket", "--jobs", "1", "--out", out]
    subprocess.run([sys.executable, ROOT / "make/screens.py", *words], check=True, capture_output=True)

    names = [path.name for path in out.glob("*.png")]
    assert {re.search(r"-(en|es|ar)-(80mm|58mm)\.png$", each).groups() for each in names} == {
        (language, paper) for language in ("en", "es", "ar") for paper in ("80mm", "58mm")
    }
