"""A customer whose name, car and telephone nobody else has goes through the whole shop; then everything is searched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bookings import Books
from shop_day import ShopDay

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


def test_nobody_is_named_where_nobody_must_be(tmp_path: Path, database: str) -> None:
    """No log, fact, stored result, board or address holds a name, plate, phone, VIN, typed word or token."""
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

    tokens = [customer.token, follow.rpartition("/")[2]]
    assert_free({"board": board_view, "board's screen": "\n".join(board_words)}, FIRST, *PRIVATE, REASON, *tokens)
    assert_free({"address": papers["url"]}, FIRST, *PRIVATE)
    assert_free({"code": customer.code, "ticket's code": follow}, FIRST, *PRIVATE)
    kept = {table: shop.log.every_word(table) for table in ("event", "command", "page")}
    assert "VisitCheckedIn" in kept["event"]
    assert_free(kept, FIRST, *PRIVATE, REASON, *tokens)
    logs = {file.name: file.read_text("utf-8", "replace") for file in tmp_path.glob("*.log")}
    assert set(logs) == {f"{key}.log" for key in (*everything, "board")}
    assert_free(logs, FIRST, *PRIVATE, REASON, *tokens)
    # Lane and desk know the first name and the end of the plate, for the greeting, and nothing else.
    assert FIRST in lane_view
    assert FIRST in pager_view
    assert_free({"lane": lane_view, "lane's screen": lane_words, "pager": pager_view}, *PRIVATE, *tokens)
    folders = {name: b"".join(file.read_bytes() for file in (tmp_path / name).iterdir()) for name in NAMES.values()}
    written = {name: content.decode("latin-1") for name, content in folders.items()}
    assert_free(written, *PRIVATE, customer.token)


def assert_free(texts: dict[str, str], *private: str) -> None:
    """None of these words stands in any of the texts, however it is written."""
    found = [(name, word) for name, text in texts.items() for word in private if word.casefold() in text.casefold()]
    assert found == []
