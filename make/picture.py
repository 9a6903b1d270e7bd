"""Takes the README's picture: the shop floor, as it is after a customer has held up the code. Needs Chromium.

`python make/picture.py [FILE.png]`; default: docs/pictures/shop-floor.png.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

OUT = Path(__file__).parents[1] / "docs/pictures/shop-floor.png"
WIDTH_PX, HEIGHT_PX = 1280, 900
MORNING_MS, SCANNED_MS = 9_000, 2_500
MAIN_KEY = 0.74  # of the screen's height, from the top
ANSWERS = 4  # how often the main key is touched until the ticket has come out


def main() -> int:
    """Open a shop, play the first customer, take the picture, close the shop."""
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else OUT
    out.parent.mkdir(parents=True, exist_ok=True)
    words = [sys.executable, "-m", "kiosk", "shop"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as shop:
        try:
            assert shop.stdout is not None
            address = next(word for word in shop.stdout.readline().split() if word.startswith("http"))
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
                page = browser.new_page(viewport={"width": WIDTH_PX, "height": HEIGHT_PX})
                page.goto(address)
                play(page)
                shot = page.screenshot(full_page=True)
                browser.close()
            with Image.open(BytesIO(shot)) as picture:
                picture.convert("RGB").save(out, optimize=True)
        finally:
            shop.send_signal(signal.SIGINT)
    return 0


def play(page: Page) -> None:
    """Hold up the first phone and touch the lane's main key until the ticket is there."""
    page.wait_for_timeout(MORNING_MS)
    page.locator("#phones button").first.click()
    page.wait_for_timeout(SCANNED_MS)
    glass = page.locator("#screen-lane")
    for _ in range(ANSWERS):
        if page.locator("#paper").is_visible():
            break
        box = glass.bounding_box()
        assert box is not None
        glass.click(position={"x": box["width"] / 2, "y": box["height"] * MAIN_KEY})
        page.wait_for_timeout(SCANNED_MS)
    page.wait_for_timeout(SCANNED_MS)


if __name__ == "__main__":
    sys.exit(main())
