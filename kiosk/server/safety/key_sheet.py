"""The recovery key on paper: one page to be locked away, printed as the delivery papers are."""

from __future__ import annotations

import tempfile
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.qr import code_matrix
from kiosk.server import cups, pdf
from kiosk.server.safety.errors import SafetyError

if TYPE_CHECKING:
    from kiosk.server.safety.backups import Places
    from kiosk.settings import Settings

STYLE = """
@font-face { font-family: Sheet; src: url(font:IBMPlexSansArabic-Medium.ttf) }
@page { size: %s; margin: 22mm }
body { font: 11pt/1.5 Sheet; color: #16211f }
h1 { font-size: 20pt; margin: 0 0 6mm }
.key { font-size: 15pt; letter-spacing: .06em; border: .6mm solid; padding: 6mm; margin: 8mm 0; word-break: break-all }
svg { width: 45mm; float: right; margin: 0 0 6mm 8mm }
"""


def print_sheet(settings: Settings, key: str, places: Places) -> str:
    """Print the key; the answer is the job's name. The PDF is removed at once.

    Raises:
        SafetyError: no printer is set. PrintingFailed, RenderingFailed: see cups.py and pdf.py.
    """
    papers = settings.papers
    if not papers or not papers.queue:
        raise SafetyError("the key was not printed: [papers] queue names no printer; write it down from the screen")
    with tempfile.TemporaryDirectory(dir=places.folder, prefix=".safety-") as folder:
        file = Path(folder) / "key.pdf"
        file.write_bytes(pdf.pdf_from(sheet_html(key, places.keys.fingerprint(), papers.media)))
        return cups.print_pdf(
            file,
            queue=papers.queue,
            title="recovery-key",
            media=papers.media,
            server=papers.server,
            timeout_s=papers.timeout_s,
        )


def sheet_html(key: str, public: str, media: str) -> str:
    """The page: the key in groups of four, its code, and what it is for."""
    groups = " ".join(key[first : first + 4] for first in range(0, len(key), 4))
    return f"""<!doctype html><html lang="en">
<head><title>Recovery key</title><style>{STYLE % media}</style></head><body>
{_code(key)}<h1>Recovery key of the service-lane hub</h1>
<p>Whoever has this page and a backup has all that the dealership knows of its customers. Lock it away, outside the
room in which the hub stands. The hub keeps no copy.</p>
<p class="key">{escape(groups)}</p>
<p>To put a backup on a new machine: install the hub, plug in the stick, and type
<b>kiosk restore FILE --key KEY</b>. Spaces and small letters do not matter.</p>
<p>Opens backups for {escape(public)}.</p></body></html>"""


def _code(text: str) -> str:
    """The key as a QR code, drawn as one path."""
    rows = code_matrix(text)
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    size = len(rows)
    return f'<svg viewBox="-4 -4 {size + 8} {size + 8}"><path d="{path}"/></svg>'
