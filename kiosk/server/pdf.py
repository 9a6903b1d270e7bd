"""HTML to PDF, in a short-lived process of its own: WeasyPrint would make the hub half as large again, for good.

`python -m kiosk.server.pdf` reads a document from standard input and writes the PDF to standard output. It opens
nothing but the product's own fonts (`font:<file name>`): no network, no other file. The pages are documents.py's.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from kiosk.errors import KioskError

FONTS = Path(__file__).parent.parent / "fonts"
FONT_SCHEME = "font"
LONGEST_RENDERING_S = 60.0


class RenderingFailed(KioskError):
    """A document could not be made into a PDF."""


def pdf_from(html: str, *, timeout_s: float = LONGEST_RENDERING_S) -> bytes:
    """The PDF of an HTML document.

    Raises:
        RenderingFailed: WeasyPrint is not there, its process fell, or it took longer than `timeout_s`.
    """
    command = [sys.executable, "-P", "-m", "kiosk.server.pdf"]
    try:
        done = subprocess.run(command, input=html.encode(), capture_output=True, timeout=timeout_s, check=False)
    except subprocess.TimeoutExpired:
        message = f"the papers took longer than {timeout_s:g} s to make; try again, then restart the hub"
        raise RenderingFailed(message) from None
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        said = done.stderr.decode(errors="replace").strip().splitlines()
        message = f"the papers could not be made: {said[-1] if said else 'no PDF came out'}"
        raise RenderingFailed(message)
    return done.stdout


def main() -> int:
    """The child: standard input to standard output. Ends with 1 and one line on standard error when it cannot."""
    try:
        from weasyprint import HTML
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import URLFetcher, URLFetcherResponse
    except (ImportError, OSError) as error:  # OSError: pango is not on this machine
        sys.stderr.write(f"WeasyPrint cannot start ({error}); apt install libpango-1.0-0 libpangoft2-1.0-0\n")
        return 1

    class OwnFontsOnly(URLFetcher):  # type: ignore[misc]  # the library has no types
        """Answers with the product's fonts and refuses every other address."""

        def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:  # noqa: ARG002 - its signature
            scheme, _, name = url.partition(":")
            file = FONTS / name
            if scheme != FONT_SCHEME or file.parent != FONTS or file.suffix != ".ttf":
                message = f"papers open nothing but fonts, not {scheme}:"
                raise ValueError(message)
            return URLFetcherResponse(url, file.read_bytes(), {"Content-Type": "font/ttf"})

    html = sys.stdin.buffer.read().decode()
    document = HTML(string=html, url_fetcher=OwnFontsOnly())
    pdf = document.write_pdf(font_config=FontConfiguration(), pdf_tags=True)
    sys.stdout.buffer.write(pdf or b"")
    return 0


if __name__ == "__main__":
    sys.exit(main())
