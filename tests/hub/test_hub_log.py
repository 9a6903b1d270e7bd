"""A day's log: each line about a command or a visit has its ids, and in none is a name, a word that was typed, or a token."""

from __future__ import annotations

import io
import json
import logging
import re
import secrets
from contextlib import contextmanager, suppress

import pytest
from hub_shop import STORE, a_booking

from kiosk.server.app import create_app
from kiosk.server.errors import Answered
from kiosk.server.logs import KEPT, log_lines
from kiosk.server.visits.codes import hashed
from kiosk.settings import Hub, Papers, Settings

NAMES = ("Zephyrine", "Quillfeather", "+19735550177", "zephyrine@example.com", "ZQX 977", "Canary rattle", "Canary reason")
ID = re.compile(r"[0-9a-f]{32}")


@contextmanager
def logged():
    """The lines of the log meanwhile, as the hub writes them."""
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    stream = io.StringIO()
    log_lines(stream)
    lines = []
    try:
        yield lines
    finally:
        lines += [json.loads(line) for line in stream.getvalue().splitlines()]
        root.handlers[:], root.level = before


def a_day(shop):
    """A customer from booking to hand-over, each answer with words of their own; the secrets that were drawn on the way."""
    vehicle = a_booking().vehicle
    canary = {"display_name": "Zephyrine Quillfeather", "first_name": "Zephyrine", "last_name": "Quillfeather", "phone_e164": "+19735550177", "email": "zephyrine@example.com", "concern": "Canary rattle"}
    shop.book(a_booking("R1", shop.clock.now(), vehicle=type(vehicle)(**{**vars(vehicle), "plate": "ZQX 977"}), **canary))
    shown = shop.do("show_code", "advisor/marta", number="R1")
    follow = secrets.token_hex(13)
    visit_id = shop.scan(shown["token"], follow_hash=hashed(follow))["visit_id"]
    shop.do("note_concerns", "lane/A", visit_id=visit_id, concerns=[], words="Canary rattle")
    shop.do("change_contact", "lane/A", visit_id=visit_id, phone="+19735550177")
    with suppress(Answered):
        shop.do("hand_over", "manager/ali", visit_id=visit_id)
    with suppress(Answered):
        shop.do("greet", "advisor/marta", visit_id="Zephyrine Quillfeather", advisor_id="marta")
    shop.walk(visit_id, "begin_write_up", "begin_service", "begin_quality_check", "pass_quality_check")
    shop.do("open_visit", "advisor/marta", name="Zephyrine Quillfeather", reason="Canary reason", language="en")
    shop.walk(visit_id, "hand_over")
    return visit_id, [shown["token"], shown["digits"], follow]


@pytest.fixture
def day(file_shop):
    """The lines of a day, the visit, and the secrets."""
    with logged() as lines:
        visit_id, drawn = a_day(file_shop)
    return lines, visit_id, drawn


def test_each_command_is_one_line_with_its_ids(day, file_shop):
    """Who sent what, under which id, about which visit, and how far the store had come."""
    lines, visit_id, _ = day
    done = [one for one in lines if one["says"] == "command done"]

    assert [one["kind"] for one in done if one.get("visit_id") == visit_id] == [
        "check_in", "note_concerns", "change_contact", "begin_write_up", "begin_service", "begin_quality_check", "pass_quality_check", "hand_over",
    ]  # fmt: skip
    assert all(ID.fullmatch(one["command_id"]) and one["actor"] and one["store"] == "valley" for one in done)
    assert [one["seq"] for one in done] == sorted(one["seq"] for one in done)
    assert done[-1]["seq"] == file_shop.hub.seq


def test_a_refused_command_is_told_with_its_ids_and_reason(day):
    """What the rules had against it, in their own code."""
    lines, visit_id, _ = day
    refused = [one for one in lines if one["says"] == "command refused"]

    assert [(one["kind"], one["status"], one.get("visit_id")) for one in refused] == [("hand_over", 409, visit_id), ("greet", refused[1]["status"], None)]
    assert all(ID.fullmatch(one["command_id"]) and one["code"] for one in refused)


def test_nobody_and_no_secret_is_in_a_days_log(day):
    """However it came: booked, scanned, typed at the lane or at the desk, refused, or sent as somebody's id."""
    lines, _, drawn = day
    text = json.dumps(lines, ensure_ascii=False).casefold()

    assert len(lines) > 10
    assert [one for one in (*NAMES, *drawn) if one.casefold() in text] == []


def test_the_same_command_again_is_no_second_line(file_shop):
    """It counts once, so the log has it once."""
    body = file_shop.arrival("A", way="walk_in", name="Bo", reason="x")
    with logged() as lines:
        for _ in range(2):
            file_shop.send("check_in", "lane/A", "0" * 32, body)

    assert [one["says"] for one in lines] == ["command done"]


def test_whatever_is_written_meanwhile_has_the_commands_ids(file_shop):
    """A part that fails after the commit is found by the command and the visit that it failed for; its words stay out."""

    def fails(_hub, _result):
        logging.getLogger("kiosk.server.deliveries").warning("the printer is away")
        raise ValueError("Zephyrine Quillfeather")

    visit_id = file_shop.walk_in()["visit_id"]
    file_shop.hub.after_commit["begin_write_up"] = fails
    with logged() as lines, pytest.raises(ValueError, match="Zephyrine"):
        file_shop.do("begin_write_up", "advisor/marta", visit_id=visit_id, advisor_id="marta")

    away = next(one for one in lines if one["says"] == "the printer is away")
    assert (away["visit_id"], away["kind"]) == (visit_id, "begin_write_up")
    assert ID.fullmatch(away["command_id"])
    with logged() as after:
        logging.getLogger("kiosk").warning("later")
    assert "command_id" not in after[0]


def test_the_log_of_requests_holds_no_more_than_it_says(file_database, clock, tmp_path):
    """Pages, a customer's code in the address, forms and queries with names in them: only the listed keys come out."""
    settings = Settings(hub=Hub(folder=str(tmp_path), sign_in=False, public_url="https://go.example"), papers=Papers())
    app = create_app(file_database, STORE, settings, clock)
    client = app.flask.test_client()
    secret = f"0{secrets.token_hex(13)[1:]}".upper()
    with logged() as lines:
        for path in (f"/c/{secret}", f"/C/{secret}?name=Zephyrine", "/day?search=Quillfeather", "/visits/Zephyrine", f"/{secret}"):
            client.get(path, headers={"Kiosk-Principal": "manager/ali", "Host": "127.0.0.1", "User-Agent": "Zephyrine"})
        for who in ("nobody/Zephyrine", "lane/A"):
            client.post("/visits/Quillfeather/greet", data={"name": "Zephyrine"}, headers={"Kiosk-Principal": who, "Host": "127.0.0.1", "Origin": "http://127.0.0.1"})

    text = json.dumps(lines).casefold()
    assert [one for one in ("zephyrine", "quillfeather", secret.casefold()) if one in text] == []
    assert {key for one in lines for key in one} <= {"at", "level", "from", "says", "fault", *KEPT}
