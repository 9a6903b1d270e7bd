"""A customer whose name, car and telephone nobody else has goes through the whole shop; then everything is searched."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bookings import Books
from shop_day import ShopDay

from kiosk.__main__ import main
from kiosk.server import schema
from kiosk.server.safety.backups import Backups, Places
from kiosk.settings import Hub, load
from kiosk.shop.setup import DESKS, NAMES

pytestmark = pytest.mark.story

CASHIER, QUALITY = "cashier/one", "quality/one"
FIRST, LAST, PHONE = "Zephyrine", "Quillfeather", "9735550177"
PLATE, VIN, WORDS = "ZQX-977", "JM3YZ86E8KG098142", "Canary rattle behind the glovebox"
BOOKING = Books(
    "7977", "10:30", FIRST, last_name=LAST, phone=PHONE, plate=PLATE, vin=VIN, complaint=WORDS, operation="LOF"
)
PRIVATE = (LAST, PHONE, PHONE[-7:], PLATE, PLATE.replace("-", ""), VIN, WORDS, "glovebox")
REASON = "Canary wipers smear"
TOLD = (
    "/metrics",
    "/healthz",
    "/api/1/fleet",
    "/fleet",
    "/api/1/views/lane-board/lane-board",
    "/api/1/views/lane-signal/A",
)
# What cannot be done is told without what was sent.
FAULTS = (
    (
        ("POST", "/api/1/commands/check_in"),
        {"id": "c" * 32, "at": 1, "body": {"visit_id": "d" * 32, "ticket": LAST, "name": f"{FIRST} {LAST}"}},
    ),
    (("GET", f"/api/1/{VIN}"), None),
    (
        ("POST", "/api/1/commands/note_concerns"),
        {"id": "e" * 32, "at": 1, "body": {"visit_id": "d" * 32, "concerns": [WORDS]}},
    ),
)


def test_nobody_is_named_where_nobody_must_be(tmp_path: Path, database: str) -> None:
    """No log, table, file, figure, fault, board or address holds a name, plate, phone, VIN, typed word or token.

    But three tables, the papers and what is written out for the customer; and when that customer is erased, no table.
    """
    everything = ("hub", "lane", *(f"pager-{one}" for one in DESKS))
    with ShopDay(tmp_path, board="en", own_processes=everything, database=database) as shop:
        shop.books(BOOKING)
        customer = shop.customer(FIRST)
        customer.gets_a_code()
        shop.opens()
        customer.holds_up_code()
        shop.lane.shows("hello").says(FIRST)
        lane_words, lane_view = shop.lane.words, json.dumps(shop.view("lane/A", "lane/A"), ensure_ascii=False)
        pager_view = json.dumps(shop.view("pager/marta", f"pager/{NAMES['pager-marta']}"), ensure_ascii=False)
        shop.lane.sees_nothing()
        shop.lane.touch("confirm").shows("permission").touch("permission.yes").shows("ticket")
        follow = shop.printer.prints(1).code
        shop.visit("A-001", ticket_state="confirmed")
        shop.board.says("A-001")
        board_view, board_words = json.dumps(shop.view("board/board-1", "board/board-1")), shop.board.words
        shop.desk("marta").press()
        shop.desk("marta").says("coming")
        shop.does("advisor/marta", "begin_write_up", "A-001", advisor_id="marta")
        for step in ("begin_service", "begin_quality_check", "pass_quality_check"):
            shop.does(QUALITY if "quality" in step else "advisor/marta", step, "A-001")
        papers = shop.does(CASHIER, "make_papers", "A-001", language=None)
        assert shop.http.get(papers["url"], headers={"Kiosk-Principal": CASHIER}).is_success
        assert shop.http.get(follow).is_success
        shop.does(CASHIER, "hand_over", "A-001")
        shop.board.forgets("A-001")
        shop.does("manager/one", "open_visit", name=f"{FIRST} {LAST}", reason=REASON, language="en")
        told = {name: shop.http.get(name, headers={"Kiosk-Principal": "manager/one"}).text for name in TOLD}
        faults = [shop.http.request(*one, json=body, headers={"Kiosk-Principal": "lane/A"}) for one, body in FAULTS]
        sealed = backed_up(shop)

    tokens = [customer.token, follow.rpartition("/")[2]]
    assert_free({"board": board_view, "board's screen": "\n".join(board_words)}, FIRST, *PRIVATE, REASON, *tokens)
    assert_free({"address": papers["url"]}, FIRST, *PRIVATE)
    assert_free({"code": customer.code, "ticket's code": follow}, FIRST, *PRIVATE)
    tables_are_free(shop, tokens)
    assert "kiosk_" in told["/metrics"]
    assert_free(told, FIRST, *PRIVATE, REASON, *tokens)
    assert all(one.is_client_error for one in faults)
    assert_free({one.url.path: one.text for one in faults}, *PRIVATE)
    assert_free({"backup": sealed.read_bytes().decode("latin-1")}, FIRST, *PRIVATE, REASON)
    logs = {file.name: file.read_text("utf-8", "replace") for file in tmp_path.glob("*.log")}
    assert set(logs) == {f"{key}.log" for key in (*everything, "board")}
    assert_free(logs, FIRST, *PRIVATE, REASON, *tokens)
    # Lane and desk know the first name and the end of the plate, for the greeting, and nothing else.
    assert FIRST in lane_view
    assert FIRST in pager_view
    assert_free({"lane": lane_view, "lane's screen": lane_words, "pager": pager_view}, *PRIVATE, *tokens)
    files_are_free(shop, tokens)
    erased(shop, tmp_path / "export.json")


def tables_are_free(shop: ShopDay, tokens: list[str]) -> None:
    """Names and words stand in three tables, and nowhere else."""
    kept = {table.name: shop.log.every_word(table.name) for table in schema.metadata.sorted_tables}
    personal = {name: kept.pop(name) for name in ("person", "vehicle", "note")}
    assert LAST in personal["person"]
    assert "VisitCheckedIn" in kept["event"]
    assert_free(kept, FIRST, *PRIVATE, REASON, *tokens)


def files_are_free(shop: ShopDay, tokens: list[str]) -> None:
    """The devices' spools, outboxes and rosters, the hub's folder but for database and papers, every file's name."""
    hub = Path(load(shop.setup.settings("hub")).section(Hub).folder)
    written = {file: file.read_bytes().decode("latin-1") for file in shop.folder.rglob("*") if file.is_file()}
    assert_free({f"name of {file}": str(file.relative_to(shop.folder)) for file in written}, FIRST, *PRIVATE)
    of_devices = {str(file): text for file, text in written.items() if set(file.parts) & set(NAMES.values())}
    assert of_devices
    assert_free(of_devices, *PRIVATE, tokens[0])
    others = {str(file): text for file, text in written.items() if hub in file.parents and "papers" not in file.parts}
    brought = (".csv", ".db", ".db-wal")  # the dealership's own export; the database is looked at by its tables
    of_hub = {name: text for name, text in others.items() if not name.endswith(brought)}
    assert any(name.endswith(("recovery.pub", ".age")) for name in of_hub)
    assert_free(of_hub, *PRIVATE, REASON, *tokens)


def backed_up(shop: ShopDay) -> Path:
    """A backup of the running hub, made for a key that nobody has."""
    file = shop.setup.settings("hub")
    places = Places.of(load(file), file)
    places.keys.new_recovery_key()
    return Backups(places).make(datetime.now(UTC)).path


def erased(shop: ShopDay, export: Path) -> None:
    """The day is over and the customer asks: everything is written out once, and then in no table any more."""
    for by in (("--number", BOOKING.number), ("--ticket", "S-001")):
        words = ["erase", *by, "--export", str(export), "--yes", "--settings", str(shop.setup.settings("hub"))]
        assert main(words) == 0
        assert LAST in export.read_text("utf-8")
        assert export.stat().st_mode & 0o077 == 0
    assert_free(
        {one.name: shop.log.every_word(one.name) for one in schema.metadata.sorted_tables}, FIRST, *PRIVATE, REASON
    )


def assert_free(texts: dict[str, str], *private: str) -> None:
    """None of these words stands in any of the texts, however it is written."""
    found = [(name, word) for name, text in texts.items() for word in private if word.casefold() in text.casefold()]
    assert found == []
