"""A day at the counter, from the booking to the keys: once in each language, over real HTTP, on simulated hardware."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from shop_day import ShopDay, token_hash

from kiosk.domain.papers import Ticket
from kiosk.language import language, plain
from kiosk.shop.setup import example

pytestmark = pytest.mark.story

CASHIER, QUALITY = "cashier/one", "quality/one"


@dataclass(frozen=True)
class Told:
    """One row of examples/shop-day.csv, and how its day goes.

    Attributes:
        arrives, coming, service: when the customer comes, the advisor presses, the car goes into a bay.
        ready: the estimated completion, over lunch where the work goes on that long.
        late: the completion after a part was late.
    """

    language: str
    name: str
    number: str
    advisor: str
    arrives: str
    coming: str
    service: str
    ready: str
    late: str
    work: str
    total_cents: int


KAREN = Told(
    "en", "Karen", "0071042", "marta", "08:57", "08:58", "08:59", "10:00", "11:30",
    "Synthetic oil and filter change", 95_91,
)  # fmt: skip
LUCIA = Told(
    "es", "Lucía", "0071084", "marta", "10:27", "10:28", "10:29", "13:45", "15:00",
    "Servicio de 30,000 millas", 414_77,
)  # fmt: skip
NOOR = Told(
    "ar", "نور", "0071105", "omar", "10:57", "10:58", "10:59", "14:15", "16:30",
    "صيانة 30,000 ميل", 414_77,
)  # fmt: skip


DAYS = [(KAREN, "sqlite"), (LUCIA, "sqlite"), (NOOR, "sqlite"), (NOOR, "postgresql")]


@pytest.mark.parametrize(("told", "database"), DAYS, ids=lambda one: getattr(one, "language", one), indirect=["database"])
def test_a_day_at_the_counter(told: Told, database: str, tmp_path: Path) -> None:  # noqa: PLR0915 - a day is long
    """Booked, scanned, paged, ticketed, served, asked, checked, ready, paid, gone: in the customer's own language."""
    words = language(told.language)
    stage = {name: plain(words.text(f"stage.{name}")) for name in ("checked_in", "in_service", "ready")}
    advisor, colleague = told.advisor, "omar" if told.advisor == "marta" else "marta"

    with ShopDay(tmp_path, f"2026-11-23 {told.arrives}", board=told.language, database=database) as shop:
        # The evening before, the dealership's system exported its appointments; each customer got a code.
        report = shop.imports(example("shop-day.csv"))
        customer = shop.customer(told.name, told.number)
        customer.gets_a_code()
        shop.opens()
        assert report["profile"]
        assert not report["refused"]

        # The customer stops in the lane and holds up the phone. The scan is the check-in: the advisor's desk calls.
        shop.clock.goes_to(f"2026-11-23 {told.arrives}")
        customer.holds_up_code(angle=8, glare=0.2)
        shop.desk(advisor).says("new").glows("blue").beeped()
        shop.desk(colleague).says("dark").glows("dark")

        # The lane greets by first name, and two touches are all that it asks for.
        shop.lane.shows("hello").says(told.name).says("A-001")
        shop.lane.sees_nothing()
        touched_at = shop.clock.now()
        shop.lane.touch("confirm").shows("permission").touch("permission.yes").shows("ticket").says("A-001")
        assert shop.visit("A-001", permission="yes", language=told.language)["lane"] == "A"

        # The ticket falls into the tray: exactly this paper, in this language, and its code leads to this visit.
        paper = shop.printer.prints(1)
        follow = paper.code
        wanted = Ticket(
            language=told.language, clock="24h", zone=shop.clock.zone, store=store_name(told.language),
            number="A-001", lane="A", advisor=advisor_name(advisor, told.language), booked=(told.work,),
            arrived_at=shop.clock.at(told.arrives), printed_at=touched_at,
            completion_at=shop.clock.at(told.ready), follow_address=follow,
        )  # fmt: skip
        # The paper says one of these minutes, the same ones but for a busy machine.
        came, printed = (wanted.arrived_at, touched_at), (touched_at, shop.clock.now())
        assert any(paper.is_exactly(replace(wanted, arrived_at=a, printed_at=b)) for a in came for b in printed)
        shop.visit("A-001", ticket_state="confirmed")

        # One estimated completion, wherever anybody looks: lane, board, staff, phone, and the ticket above.
        own_view = f"follow/{token_hash(follow.rpartition('/')[2])}"
        shop.lane.says(told.ready)
        shop.board.says("A-001", stage["checked_in"], told.ready).is_drawn()
        assert shop.wall(shop.visit("A-001")["completion_at"]) == told.ready
        assert shop.wall(shop.view(own_view, who="")["completion_at"]) == told.ready
        assert shop.http.get(follow).is_success

        # The advisor presses the button: I am coming. A long press at the car begins the write-up, and the lamp is dark.
        shop.clock.goes_to(f"2026-11-23 {told.coming}")
        shop.desk(advisor).press()
        shop.desk(advisor).says("coming")
        shop.desk(advisor).long_press()
        shop.visit("A-001", stage="with_advisor")
        shop.desk(advisor).says("dark").glows("dark")
        shop.lane.shows("scan")

        # Into a bay; a question, its answer, and a part that comes late: board and phone say the new time.
        shop.clock.goes_to(f"2026-11-23 {told.service}")
        shop.does(f"advisor/{advisor}", "begin_service", "A-001")
        shop.board.says("A-001", stage["in_service"], told.ready)
        shop.does(f"advisor/{advisor}", "ask_customer", "A-001")
        shop.board.says("A-001", plain(words.text("stage.waiting_for_answer")))
        shop.does(f"advisor/{advisor}", "record_answer", "A-001", approved=True)
        late_us = round(shop.clock.at(told.late).timestamp() * 1_000_000)
        shop.does("manager/one", "change_completion", "A-001", completion_at=late_us, reason="A part comes later")
        shop.board.says("A-001", told.late, told.ready)
        assert shop.wall(shop.view(own_view, who="")["completion_at"]) == told.late
        assert shop.wall(shop.view(own_view, who="")["was_at"]) == told.ready

        # Quality check, passed: the board calls the number out, at the cashier's.
        shop.does(QUALITY, "begin_quality_check", "A-001")
        shop.does(QUALITY, "pass_quality_check", "A-001")
        shop.board.says("A-001", stage["ready"]).chimes()
        assert shop.board.rows["A-001"]["place"] == "1"

        # The cashier's papers are in the customer's language, to the cent.
        papers = shop.does(CASHIER, "make_papers", "A-001", language=None)
        text = pdf_text(shop.http.get(papers["url"], headers={"Kiosk-Principal": CASHIER}).content)
        for expected in (plain(words.text("delivery.title")), plain(words.money(told.total_cents, "USD")), "A-001"):
            assert expected in text
        assert all(word in text for word in told.work.split())

        # Keys and papers are handed over: the row is gone, and the code opens nothing any more.
        shop.does(CASHIER, "hand_over", "A-001")
        shop.board.forgets("A-001")
        assert shop.board.rows == {}
        customer.holds_up_code()
        shop.lane.shows("finished")
        assert told.name not in shop.lane.words


def store_name(code: str) -> str:
    """Of examples/store.toml."""
    return {"en": "Valley Motors", "es": "Motores del Valle", "ar": "محركات الوادي"}[code]


def advisor_name(advisor: str, code: str) -> str:
    """Of examples/store.toml."""
    latin = advisor.capitalize()
    return {"marta": "مارتا", "omar": "عمر"}[advisor] if code == "ar" else latin


def pdf_text(pdf: bytes) -> str:
    """What can be read in a PDF, without the marks that only turn directions."""
    read = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True, timeout=60)
    return re.sub("[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", read.stdout.decode())
