"""Printing on a real CUPS with a real IPP printer behind it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.server.cups import PrintingFailed, print_pdf
from kiosk.server.pdf import pdf_from


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small PDF."""
    file = tmp_path_factory.mktemp("paper") / "one.pdf"
    file.write_bytes(pdf_from("<!doctype html><title>One</title><p>One page"))
    return file


@pytest.mark.parametrize("way", ["server", "socket"])
def test_a_paper_reaches_the_printer_under_its_title(print_shop, paper, way):
    """What is sent arrives, named by the paper's id, over the network and over CUPS's own socket."""
    job = print_pdf(paper, queue="desk", title="paper-17", media="A4", server=getattr(print_shop, way), timeout_s=20)

    assert job.startswith("desk-")
    assert [one.name.split("-", 1)[1] for one in print_shop.papers()] == ["paper-17.pdf"]


def test_a_printer_that_is_away_fails_in_time_and_prints_nothing_later(print_shop, paper):
    """A job that nobody takes is cancelled, so no paper comes out in the night."""
    print_shop.take_printer_away()

    with pytest.raises(PrintingFailed) as failed:
        print_pdf(paper, queue="desk", title="paper-18", media="A4", server=print_shop.server, timeout_s=1)

    assert failed.value.code == "no_answer"
    assert print_shop.jobs_waiting() == ""


def test_an_unknown_queue_is_named(print_shop, paper):
    """A queue that CUPS does not have is said by name, with the setting to correct."""
    with pytest.raises(PrintingFailed, match=r"no queue attic .*\[papers\] queue") as failed:
        print_pdf(paper, queue="attic", title="paper-19", media="A4", server=print_shop.server)

    assert failed.value.code == "no_queue"


def test_cups_that_does_not_run_is_told_apart_from_a_wrong_queue(paper):
    """Where no CUPS answers, that is what the message says."""
    with pytest.raises(PrintingFailed, match=r"CUPS does not answer at 127\.0\.0\.1:1;") as failed:
        print_pdf(paper, queue="desk", title="paper-20", media="A4", server="127.0.0.1:1")

    assert failed.value.code == "no_cups"


def test_a_paper_that_does_not_exist_is_not_a_job(print_shop, tmp_path):
    """A file that is gone cannot be sent."""
    with pytest.raises(PrintingFailed):
        print_pdf(tmp_path / "gone.pdf", queue="desk", title="paper-21", media="A4", server=print_shop.server)
