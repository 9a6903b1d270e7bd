"""The delivery papers as the customer holds them: what stands on the pages, in which order, on how many of them."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain.delivery import Delivery, Line, NextVisit
from kiosk.language import language, plain
from kiosk.server.cups import PrintingFailed
from kiosk.server.documents import Documents, delivery_html, new_paper_id
from kiosk.server.pdf import RenderingFailed, pdf_from
from kiosk.settings import Papers

PADS = Line("Brake pads", Decimal(1), 348000, Decimal(16), "12 months")
OIL = Line("Oil", Decimal("4.5"), 1250, Decimal("8.875"))
UPDATE = Line("Update", Decimal(1), 0, Decimal(16))


def delivery(code: str, **changes: object) -> Delivery:
    """The papers of a visit with two kinds of tax."""
    common = Delivery(
        language=code,
        clock="24h",
        zone=ZoneInfo("America/Mexico_City"),
        currency="MXN",
        store="Motores del Valle",
        number="A-012",
        arrived_at=datetime(2026, 11, 24, 14, 5, tzinfo=UTC),
        printed_at=datetime(2026, 11, 24, 22, 5, tzinfo=UTC),
        appointment_number="APT-1124",
        customer="Lucía Campos",
        vehicle="Camioneta gris, 2019",
        plate="ABC-12-34",
        vin="1M8GDM9AXKP042788",
        advisor="Marta",
        lines=(PADS, OIL, UPDATE),
        next_visit=NextVisit("70,000 km", date(2027, 5, 25)),
    )
    return replace(common, **changes)


def pdf_text(pdf: bytes) -> str:
    """What can be read and searched in a PDF, without the marks that only turn directions."""
    read = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True, timeout=60)
    return re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", read.stdout.decode())


@cache
def made(told: Delivery, media: str = "A4") -> bytes:
    """The PDF of these papers, made once for all tests that look at it."""
    return pdf_from(delivery_html(told, media=media, brand_colour="#0E3A47"))


@pytest.mark.parametrize("code", ["en", "es", "ar"])
def test_the_papers_tell_the_totals_to_the_cent(code):
    """Amounts, taxes and the total of the domain can be read, copied and searched in the PDF, in every language."""
    text = pdf_text(made(delivery(code)))

    for amount in ("$3,480.00", "$56.25", "$556.80", "$4.99", "$3,536.25", "$4,098.04", "8.875%", "4.5"):
        assert amount in text


@pytest.mark.parametrize("code", ["en", "es", "ar"])
def test_the_papers_speak_the_customers_language(code):
    """The words of the language can be read and searched in the PDF, Arabic letters joined and in their own order."""
    text = pdf_text(made(delivery(code)))

    for message in ("delivery.title", "delivery.warranty", "delivery.no_charge"):
        assert plain(language(code).text(message)) in text


@pytest.mark.parametrize("code", ["en", "es", "ar"])
def test_the_papers_name_customer_car_and_visit(code):
    """Whose car it was, under which number, and when, stands on the page in every language."""
    text = pdf_text(made(delivery(code)))

    for value in ("A-012", "Lucía Campos", "ABC-12-34", "1M8GDM9AXKP042788", "APT-1124", "Marta", "08:05", "16:05"):
        assert value in text


def test_a_visit_without_lines_gets_a_sentence():
    """Where nothing is charged, a sentence says so, and there is no empty table and no total."""
    text = pdf_text(made(delivery("en", lines=())))

    assert "There is nothing to charge for this visit." in text
    assert "Total" not in text


def test_what_is_not_known_is_left_out_whole():
    """Papers of a visit without name, car or advisor have no label without a value."""
    text = pdf_text(
        made(delivery("en", customer=None, vehicle=None, plate=None, vin=None, advisor=None, next_visit=None))
    )

    assert not re.search("Customer|Car$|VIN|Plate|None", text)
    assert "Your advisor proposes the next visit with you." in text


def test_a_copy_says_so():
    """Papers that are printed again are marked as a copy on every page."""
    text = pdf_text(made(delivery("es", is_copy=True)))

    assert "Copia" in text
    assert "Original" not in text


@pytest.mark.parametrize("media", ["A4", "Letter"])
def test_sixty_lines_take_several_numbered_pages(media):
    """Long papers go on over pages that repeat the head of the table, tell the ticket and count themselves."""
    lines = tuple(replace(PADS, text=f"Work number {n}") for n in range(1, 61))

    pages = pdf_text(made(delivery("en", lines=lines), media)).split("\f")[:-1]

    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
        assert "A-012" in page
    assert [int(n) for n in re.findall(r"Work number (\d+)", "".join(pages))] == list(range(1, 61))
    assert all("Unit price" in page for page in pages if "Work number" in page)


@pytest.mark.parametrize(("media", "size"), [("A4", "595.28 x 841.89"), ("Letter", "612 x 792")])
def test_the_page_has_the_size_of_the_paper(media, size):
    """A4 and Letter papers are exactly that large, so that the printer does not shrink them."""
    pdf = made(delivery("en"), media)

    read = subprocess.run(
        ["pdfinfo", "-"], input=pdf, capture_output=True, text=False, check=True, timeout=60
    ).stdout.decode()

    assert f"Page size:       {size}" in read.replace("595.276 x 841.89", "595.28 x 841.89")


def test_the_papers_carry_the_products_own_font_and_nothing_else():
    """Every letter, Arabic too, is drawn in the product's font, which travels inside the PDF."""
    pdf = made(delivery("ar"))

    fonts = subprocess.run(["pdffonts", "-"], input=pdf, capture_output=True, check=True, timeout=60).stdout.decode()
    rows = [row.split() for row in fonts.splitlines()[2:]]

    assert rows
    assert all("Plex" in row[0] and "yes" in row for row in rows)


def test_long_words_stay_on_the_page():
    """A name of 300 letters without a space is broken; nothing leaves the paper."""
    name = "W" * 300

    text = pdf_text(made(delivery("en", customer=name, lines=(replace(PADS, text=name),))))

    assert text.count("W") >= 2 * 300 - 2


def test_typed_words_are_words():
    """Whatever is typed into a name or a line is printed as it was typed and does nothing."""
    attacks = ("<script>alert(1)</script>", "</style><b>bold</b>", '"; } body { display: none', "{{ 7*7 }}", "\\a \\22")

    text = pdf_text(
        made(
            delivery(
                "en", store=attacks[1], customer=attacks[2], lines=tuple(replace(PADS, text=one) for one in attacks)
            )
        )
    )

    for attack in attacks:
        assert re.sub(r"\s", "", attack) in re.sub(r"\s", "", text)
    assert "What we did" in text


def test_papers_open_no_address(tmp_path):
    """A document that asks for a file or for the network gets neither."""
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")

    text = pdf_text(
        pdf_from(
            f'<!doctype html><p>Page<object data="file://{secret}">refused</object><link rel=stylesheet href="file://{secret}">'
        )
    )

    assert "the secret" not in text
    assert "refused" in text


def test_a_document_that_takes_too_long_is_given_up():
    """Rendering has a limit, and the cashier is told."""
    with pytest.raises(RenderingFailed, match=r"longer than 0\.01 s"):
        pdf_from("<p>one", timeout_s=0.01)


@pytest.fixture
def documents(tmp_path: Path) -> Documents:
    """A hub's papers, to be downloaded."""
    return Documents(tmp_path, Papers())


def test_papers_are_found_by_the_id_that_they_were_made_with(documents):
    """Made papers are a whole PDF in the hub's folder that its user alone can read."""
    paper_id = new_paper_id()

    file = documents.make(paper_id, delivery("en"))

    assert documents.find(paper_id) == file
    assert file.read_bytes().startswith(b"%PDF-")
    assert file.stat().st_mode & 0o777 == 0o640
    assert [one.name for one in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("paper_id", ["", "../hub.db", "a" * 31, "A" * 32, "0" * 32 + "\n", "%2e%2e", "/etc/passwd"])
def test_no_other_name_is_a_papers_id(documents, paper_id):
    """Only names that the hub made itself reach the folder."""
    (documents.folder / "hub.db").write_text("the whole database")

    assert documents.find(paper_id) is None
    with pytest.raises(ValueError, match="no paper's id"):
        documents.make(paper_id, delivery("en"))


def test_the_printer_gets_the_same_page(tmp_path, print_shop):
    """What comes out of a real CUPS queue is what was made: the same text, at the paper's size, named by the id alone."""
    documents = Documents(tmp_path, Papers(queue="desk", server=print_shop.server, media="Letter", timeout_s=20))
    paper_id = new_paper_id()
    file = documents.make(paper_id, delivery("ar"))

    documents.print(paper_id)

    (received,) = print_shop.papers()
    assert received.name.endswith(f"-{paper_id}.pdf")
    assert pdf_text(received.read_bytes()) == pdf_text(file.read_bytes())
    assert "Campos" not in received.name


def test_papers_that_nobody_prints_stay_to_be_downloaded(tmp_path, print_shop):
    """When the printer does not answer, the papers themselves are not lost."""
    documents = Documents(tmp_path, Papers(queue="desk", server=print_shop.server, timeout_s=1))
    paper_id = new_paper_id()
    documents.make(paper_id, delivery("es"))
    print_shop.take_printer_away()

    with pytest.raises(PrintingFailed) as failed:
        documents.print(paper_id)

    assert failed.value.code == "no_answer"
    assert documents.find(paper_id) is not None
