"""The cashier's page and its one key, where documents are downloaded; printing is in tests/documents."""

from __future__ import annotations

import subprocess
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from screen_shop import STORE, Shop, paper_of, ready_visit, says

from kiosk.server.app import create_app
from kiosk.server.database import Database
from kiosk.server.errors import Busy
from kiosk.server.hub import Hub


def test_without_a_printer_the_documents_are_downloaded_and_the_car_is_handed_over(shop):
    """One key: the documents are there as a PDF, and the visit is closed."""
    visit_id = ready_visit(shop)
    cashier = shop.screen("cashier/1")

    page = cashier.press(cashier.open(f"/cashier/{visit_id}"), f"deliver-{visit_id}")
    pdf = cashier.open(f"/papers/{paper_of(page)}.pdf")

    assert "A-001" in page.text
    assert shop.visit(visit_id)["stage"] == "handed_over"
    assert pdf.data.startswith(b"%PDF-")
    assert pdf.mimetype == "application/pdf"
    assert pdf.headers["Cache-Control"] == "no-store"


def test_the_documents_are_in_the_language_that_is_chosen(shop):
    """The customer's language unless the cashier chooses another one, for the page and for the paper."""
    visit_id = ready_visit(shop)
    cashier = shop.screen("cashier/1")

    own = cashier.open(f"/cashier/{visit_id}")
    chosen = cashier.open(f"/cashier/{visit_id}?language=ar")

    assert "Servicio de 30,000 millas" in own.text
    assert "صيانة 30,000 ميل" in chosen.text
    assert 'name="language" value="ar"' in chosen.text


def test_the_documents_can_be_seen_before_anything_is_kept(shop):
    """The preview is the same paper, and leaves no trace."""
    visit_id = ready_visit(shop)

    answer = shop.screen("cashier/1").open(f"/cashier/{visit_id}/papers.pdf?language=es")

    assert answer.data.startswith(b"%PDF-")
    assert shop.visit(visit_id)["paper_id"] is None


def test_a_hand_over_by_mistake_is_taken_back(shop):
    """The page after the hand-over has the key that undoes it."""
    visit_id = ready_visit(shop)
    cashier = shop.screen("cashier/1")
    page = cashier.press(cashier.open(f"/cashier/{visit_id}"), f"deliver-{visit_id}")

    cashier.press(page, f"take_back-{visit_id}")

    assert shop.visit(visit_id)["stage"] == "ready"


def test_papers_made_again_are_a_copy(shop):
    """The first papers of a visit are the original, the second ones say that they are a copy."""
    visit_id = ready_visit(shop)
    cashier = shop.screen("cashier/1")

    made = [shop.do("cashier/1", "make_papers", visit_id=visit_id, language="en") for _ in range(2)]
    read = [
        subprocess.run(["pdftotext", "-", "-"], input=cashier.open(one["url"]).data, capture_output=True, check=True)
        for one in made
    ]

    assert [one.stdout.decode().count("Original, printed") for one in read] == [1, 0]
    assert [one.stdout.decode().count("Copy, printed") for one in read] == [0, 1]


def test_papers_that_could_not_be_kept_are_told_and_the_next_ones_are_the_original(shop):
    """A full disk, or a folder that is in the way: a trouble and no fault, and what nobody ever had is no first copy."""
    visit_id = ready_visit(shop)
    folder = Path(shop.app.flask.extensions["settings"].hub.folder) / "papers"
    folder.write_bytes(b"")

    failed = shop.do("cashier/1", "make_papers", visit_id=visit_id, language="en")
    folder.unlink()
    made = shop.do("cashier/1", "make_papers", visit_id=visit_id, language="en")

    page = shop.screen("cashier/1").open(made["url"]).data
    said = subprocess.run(["pdftotext", "-", "-"], input=page, capture_output=True, check=True).stdout.decode()
    assert (failed["trouble"], failed["printed"]) == ("rendering", None)
    assert "Original, printed" in said


def test_a_car_that_is_not_ready_is_not_handed_over(shop):
    """Before the quality check is passed there is no key, and a key of an old page is refused."""
    visit_id = ready_visit(shop)
    cashier = shop.screen("cashier/1")
    old = cashier.open(f"/cashier/{visit_id}")
    shop.do("advisor/marta", "take_back", visit_id=visit_id, reason=None)

    page = cashier.press(old, f"deliver-{visit_id}")

    assert says("staff.error.out_of_order") in page.text
    assert f"deliver-{visit_id}" not in page.text
    assert shop.visit(visit_id)["stage"] == "quality_check"


def test_somebody_at_the_cashier_stands_first(shop):
    """A customer who scans a ready car's code at the lane is called at the cashier."""
    visit_id = ready_visit(shop)
    shop.arrive("1")

    page = shop.screen("cashier/1").open("/cashier")

    assert says("cashier.here") in page.text
    assert f'class="row good" id="row-{visit_id}"' in page.text


@pytest.mark.parametrize("path", ["/papers/{}.pdf", "/papers/{}.pdf?download=1"])
def test_papers_are_for_staff_only(shop, path):
    """Nobody without a place at the desks opens papers, whatever they guess."""
    visit_id = ready_visit(shop)
    made = shop.do("cashier/1", "make_papers", visit_id=visit_id, language=None)

    for who in (None, "board/hall", "lane/A", "technician/kim"):
        assert shop.screen(who).open(path.format(made["paper_id"])).mimetype != "application/pdf"


def test_papers_that_were_never_made_are_a_page(shop):
    """A wrong name of papers is answered with a page and a way back."""
    answer = shop.screen("cashier/1").open(f"/papers/{'0' * 32}.pdf")

    assert answer.status_code == 404
    assert says("staff.error.not_found") in answer.text


@pytest.mark.storage
def test_papers_that_another_process_may_be_making_are_waited_for(shop, postgres_server):
    """On a database of several processes: busy as long as the other one could be at it, made here when it is dead."""
    with closing(Database(postgres_server.makes("papers"))) as database:
        ours = Shop(create_app(database, STORE, shop.app.flask.extensions["settings"], shop.clock), shop.clock)
        visit_id = ready_visit(ours)
        asked = ("make_papers", "cashier/1", "c" * 32, shop.clock.now(), {"visit_id": visit_id, "language": "en"})
        promised = Hub(database, STORE, shop.clock).command(*asked)

        with pytest.raises(Busy, match="may still be printing"):
            ours.hub.command(*asked)
        shop.clock.at += timedelta(minutes=5)
        made = ours.hub.command(*asked)

        assert (made["paper_id"], made["trouble"]) == (promised["paper_id"], None)
        assert ours.screen("cashier/1").open(made["url"]).data.startswith(b"%PDF-")
    postgres_server.drops("papers")
