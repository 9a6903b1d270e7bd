"""Delivery papers: a Delivery (kiosk.domain.delivery) as a page in its language, as a PDF in a folder, on paper.

What stands on them is decided in the domain; how they look is templates/papers/; cups.py prints, pdf.py renders.
"""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from kiosk.language import Ltr, language
from kiosk.server import cups, markup, pdf

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from kiosk.domain.delivery import Delivery, Line
    from kiosk.language import Language
    from kiosk.settings import Papers

PAPER_ID = re.compile(r"[0-9a-f]{32}")
# Places for the page's number and their count; no text has these signs, and CSS puts its counters there.
_PAGE, _PAGES = "\ue000", "\ue001"


def new_paper_id() -> str:
    """A name for papers that nobody can guess and that no other papers have."""
    return secrets.token_hex(16)


@dataclass(frozen=True)
class Documents:
    """Where papers are kept and printed.

    Attributes:
        folder: [hub] folder; papers are in its `papers`, readable by the hub's user and group alone.
        papers: the [papers] settings.
        brand_colour: of the dealership's mark.
    """

    folder: Path
    papers: Papers
    brand_colour: str = "#0E3A47"

    @property
    def prints(self) -> bool:
        """Whether there is a printer; otherwise papers are downloaded."""
        return bool(self.papers.queue)

    def preview(self, delivery: Delivery) -> bytes:
        """The PDF, kept nowhere.

        Raises:
            RenderingFailed: see pdf.py.
        """
        return pdf.pdf_from(delivery_html(delivery, media=self.papers.media, brand_colour=self.brand_colour))

    def make(self, paper_id: str, delivery: Delivery) -> Path:
        """Write the papers' PDF, whole or not at all; papers of the same id are written anew.

        Raises:
            ValueError: an id that new_paper_id() did not make.
            RenderingFailed: see pdf.py.
        """
        file = self._file(paper_id)
        made = self.preview(delivery)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.parent.chmod(0o750)  # nginx's workers, which are in the hub's group, send papers to those who may see them
        part = file.with_suffix(".part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as written:
            os.fchmod(written.fileno(), 0o640)
            written.write(made)
            written.flush()
            os.fsync(written.fileno())
        part.replace(file)
        return file

    def find(self, paper_id: str) -> Path | None:
        """The papers with this id, or None: also for an id that could never be one."""
        if not PAPER_ID.fullmatch(paper_id):
            return None
        file = self._file(paper_id)
        return file if file.is_file() else None

    def print(self, paper_id: str) -> str:
        """Print papers that were made, and wait until the printer has them.

        Returns:
            The job's name in CUPS.

        Raises:
            PrintingFailed: see cups.py; nothing will come out later.
        """
        settings = self.papers
        return cups.print_pdf(
            self._file(paper_id),
            queue=settings.queue,
            title=paper_id,
            media=settings.media,
            server=settings.server,
            timeout_s=settings.timeout_s,
        )

    def _file(self, paper_id: str) -> Path:
        if not PAPER_ID.fullmatch(paper_id):
            message = f"{paper_id!r} is no paper's id"
            raise ValueError(message)
        return self.folder / "papers" / f"{paper_id}.pdf"


def delivery_html(delivery: Delivery, *, media: str, brand_colour: str) -> str:
    """The papers as one HTML document for print, with its style and no address but the fonts'.

    Args:
        media: A4 or Letter.
        brand_colour: "#rrggbb" of the mark.
    """
    words = _Words(language(delivery.language, clock=delivery.clock), delivery)
    return (
        markup.templates()
        .get_template("papers/delivery.html")
        .render(
            it=delivery,
            words=words,
            text=words.language.text,
            language=words.language,
            media=media,
            brand_colour=brand_colour,
            icons=markup.icon_paths(),
            fonts={500: "Medium", 600: "SemiBold", 700: "Bold"},
        )
    )


class _Words:
    """The papers' phrases that need more than one message."""

    def __init__(self, spoken: Language, delivery: Delivery) -> None:
        self.language = spoken
        self._delivery = delivery

    def money(self, cents: int) -> Ltr:
        return self.language.money(cents, self._delivery.currency)

    def amount(self, line: Line) -> str:
        return self.money(line.amount_cents) if line.amount_cents else self.language.text("delivery.no_charge")

    def percent(self, percent: Decimal) -> Ltr:
        return Ltr(f"{self.language.number(percent)}%")

    def moment(self, at: datetime) -> str:
        """A moment that stays right in a drawer: with its year."""
        zone = self._delivery.zone
        day = self.language.date(at.astimezone(zone).date())
        return self.language.text("day.and_time", day=day, time=self.language.time(at, zone))

    def printed(self) -> str:
        kind = "delivery.copy" if self._delivery.is_copy else "delivery.original"
        return self.language.text(kind, day_and_time=self.moment(self._delivery.printed_at))

    def warranties(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        """Each warranty once, with the work that it is for; without any where it is for all of the work."""
        given = self._delivery.warranties
        works = {warranty: tuple(work for work, other in given if other == warranty) for _, warranty in given}
        everything = len(self._delivery.lines)
        return tuple((() if len(of) == everything else of, warranty) for warranty, of in works.items())

    def page_of_pages(self) -> Markup:
        """The page's number in CSS: strings and counters."""
        said = self.language.text("delivery.page", page=Ltr(_PAGE), pages=Ltr(_PAGES))
        parts = re.split(f"([{_PAGE}{_PAGES}])", said)
        counters = {_PAGE: Markup("counter(page)"), _PAGES: Markup("counter(pages)")}
        return Markup(" ").join(counters[part] if part in counters else self.css(part) for part in parts)

    def css(self, said: str) -> Markup:
        """A text as a CSS string, which cannot end the string or the style around it."""
        return Markup('"' + "".join(_css_sign(sign) for sign in said) + '"')  # noqa: S704 - _css_sign has seen each


def _css_sign(sign: str) -> str:
    """One character of a CSS string; whatever could end the string or the style element is written as its number."""
    return f"\\{ord(sign):x} " if sign in '"\\<>&\n\r\f' or not sign.isprintable() else sign
