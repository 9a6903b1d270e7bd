"""The recovery key on paper: one page to be locked away, in the dealership's language, printed as delivery papers are.

How it looks is templates/papers/recovery_key.html.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.language import language
from kiosk.qr import code_matrix
from kiosk.server import cups, markup, pdf
from kiosk.server.safety.errors import SafetyError
from kiosk.server.safety.files import SCRATCH
from kiosk.server.safety.keys import SECRET_BEGINS

if TYPE_CHECKING:
    from datetime import date

    from kiosk.domain.store import Store
    from kiosk.settings import Papers

IN_A_GROUP, IN_A_LINE = 4, 4


@dataclass(frozen=True)
class KeySheet:
    """What stands on the page.

    Attributes:
        key: the recovery key. public: its public half, which names the backups that it opens.
        made_on: the day in the store's zone.
        language_code: en, es or ar.
    """

    key: str
    public: str
    store: Store
    made_on: date
    language_code: str

    def html(self, media: str) -> str:
        """The page as one HTML document for print.

        Args:
            media: A4 or Letter.
        """
        secret = self.key.removeprefix(SECRET_BEGINS)
        groups = [secret[first : first + IN_A_GROUP] for first in range(0, len(secret), IN_A_GROUP)]
        spoken, code = language(self.language_code), code_matrix(self.key)
        return (
            markup.templates()
            .get_template("papers/recovery_key.html")
            .render(
                language=spoken,
                text=spoken.text,
                store=self.store.name.in_(spoken.code),
                brand_colour=self.store.brand_colour,
                icons=markup.icon_paths(),
                fonts={500: "Medium", 600: "SemiBold", 700: "Bold"},
                media=media,
                made_on=self.made_on,
                begins=SECRET_BEGINS,
                lines=[groups[first : first + IN_A_LINE] for first in range(0, len(groups), IN_A_LINE)],
                public=self.public,
                code="".join(
                    f"M{x} {y}h1v1h-1z" for y, row in enumerate(code) for x, is_dark in enumerate(row) if is_dark
                ),
                code_size=len(code),
            )
        )


def print_sheet(sheet: KeySheet, papers: Papers | None, folder: Path) -> str:
    """Print the page; the answer is the job's name. The PDF is removed at once.

    Args:
        papers: the [papers] settings. folder: the hub's own, in which the page lies while it is printed.

    Raises:
        SafetyError: no printer is set. PrintingFailed, RenderingFailed: see cups.py and pdf.py.
    """
    if not papers or not papers.queue:
        raise SafetyError("the key was not printed: [papers] queue names no printer; write it down from the screen")
    with tempfile.TemporaryDirectory(dir=folder, prefix=SCRATCH) as room:
        file = Path(room) / "key.pdf"
        file.write_bytes(pdf.pdf_from(sheet.html(papers.media)))
        return cups.print_pdf(
            file,
            queue=papers.queue,
            title="recovery-key",
            media=papers.media,
            server=papers.server,
            timeout_s=papers.timeout_s,
        )
