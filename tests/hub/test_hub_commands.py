"""A command is done once, in one transaction, and answered the same however often it is sent."""

from __future__ import annotations

import threading
from itertools import pairwise

import pytest
from hub_shop import Shop, a_booking, copied, rebuilt, stored
from sqlalchemy import text

from kiosk.server import access, schema
from kiosk.server.commands import COMMANDS
from kiosk.server.database import Database
from kiosk.server.errors import Answered, BadRequest, Busy, IdReused, NotAllowed, NotFound
from kiosk.server.housekeeping import forget_commands
from kiosk.server.visits.codes import hashed

pytestmark = pytest.mark.storage


def test_the_same_command_twice_is_done_once_and_answered_the_same(shop):
    """A lost answer costs nothing: the second time nothing happens, and the answer is the first one's."""
    shop.book(a_booking("R1"))
    body = shop.arrival(code_hash=hashed(shop.code_for("R1")))
    first = shop.hub.answer("check_in", "lane/A", "a" * 32, shop.clock.now(), body)
    events = shop.everything(schema.event)

    second = shop.hub.answer("check_in", "lane/A", "a" * 32, shop.clock.now(), body)

    assert (first.replayed, second.replayed) == (False, True)
    assert (second.seq, second.result) == (first.seq, first.result)
    assert shop.everything(schema.event) == events


def test_a_repeated_answer_is_told_as_things_are_now(shop):
    """What is kept are ids: name, advisor and ticket are looked up anew."""
    body = shop.arrival(way="walk_in", name="Bo")
    shop.send("check_in", "lane/A", "a" * 32, body)
    shop.step("begin_write_up", body["visit_id"], advisor_id="chen")

    again = shop.send("check_in", "lane/A", "a" * 32, body)

    assert (again["first_name"], again["advisor"]["advisor_id"], again["stage"]) == ("Bo", "chen", "with_advisor")


def test_no_name_is_kept_with_a_command(shop):
    """A kept result holds ids, codes and numbers; what was typed is in the rows that can be blanked."""
    shop.walk_in(name="Zebedee", reason="A quokka sound")

    kept = str(shop.everything(schema.command)) + str(shop.everything(schema.event))

    assert "Zebedee" not in kept
    assert "quokka" not in kept


@pytest.mark.parametrize("change", ["body", "kind"])
def test_the_same_id_with_something_else_in_it_is_refused(shop, change):
    """A device that draws ids badly is told so, and nothing is done."""
    visit_id = shop.checked_in()
    shop.send("choose_language", "lane/A", "a" * 32, {"visit_id": visit_id, "language": "ar"})

    kind, language = ("choose_language", "en") if change == "body" else ("confirm_details", "ar")
    with pytest.raises(IdReused):
        shop.send(kind, "lane/A", "a" * 32, {"visit_id": visit_id, "language": language})

    assert shop.staff(visit_id)["language"] == "ar"


def test_the_order_of_keys_does_not_matter(shop):
    """The same body written in another order is the same command."""
    visit_id = shop.checked_in()
    shop.send("choose_language", "lane/A", "a" * 32, {"visit_id": visit_id, "language": "ar"})

    assert shop.send("choose_language", "lane/A", "a" * 32, {"language": "ar", "visit_id": visit_id}) == {}


def test_a_command_that_fails_half_way_leaves_nothing(shop, monkeypatch):
    """All of it or nothing: facts, rows, numbers and the command's id."""
    before = stored(shop), shop.everything(schema.command), shop.everything(schema.ticket_counter)
    monkeypatch.setitem(COMMANDS, "check_in", fails_after(COMMANDS["check_in"]))

    with pytest.raises(ZeroDivisionError):
        shop.walk_in()

    assert (stored(shop), shop.everything(schema.command), shop.everything(schema.ticket_counter)) == before


def fails_after(use_case):
    def failing(ledger, asked):
        use_case(ledger, asked)
        ledger.flush()
        raise ZeroDivisionError

    return failing


def test_seq_counts_every_command(shop):
    """Commit order is seq order, and each command moves it on, even one without facts."""
    visit_id = shop.checked_in()
    seqs = [
        shop.hub.answer("confirm_details", "lane/A", f"{n:032x}", shop.clock.now(), {"visit_id": visit_id}).seq for n in range(4)
    ]

    assert all(one < other for one, other in pairwise(seqs))


def test_a_view_is_never_older_than_the_command_before_it(shop):
    """Who gets an answer and looks sees what was done."""
    answer = shop.hub.answer("check_in", "lane/A", "a" * 32, shop.clock.now(), shop.arrival(way="walk_in"))

    assert int(shop.view("board/hall")["id"].split(".")[1]) >= answer.seq
    assert shop.view("board/hall")["rows"]


@pytest.mark.parametrize("kind", ["", "check-in", "drop_table", "__init__"])
def test_an_unknown_command_is_not_found(shop, kind):
    """Whoever asks."""
    with pytest.raises(NotFound):
        shop.do(kind, "manager/ali")


@pytest.mark.parametrize("body", [None, [], "x", 1, True])
def test_a_body_is_an_object(shop, body):
    """Anything else is a bad request."""
    with pytest.raises(BadRequest, match="body"):
        shop.hub.answer("confirm_details", "lane/A", "a" * 32, shop.clock.now(), body)


@pytest.mark.parametrize("who", ["visitor/x", "lane", "lane/", "lane/A B", "Lane/A", "lane/A/B", "customer", "customer/x", "lane/" + "x" * 33])
def test_who_is_nobody_may_do_nothing(shop, who):
    """An unknown principal is refused before anything is read."""
    with pytest.raises(NotAllowed):
        shop.do("confirm_details", who, visit_id="f" * 32)


def test_a_held_lock_is_answered_with_busy(shop, monkeypatch):
    """Whoever cannot have the database in time is told to come again, and nothing is written."""
    monkeypatch.setattr("kiosk.server.database.BUSY_TIMEOUT_S", 0.01)

    with shop.database.write(), pytest.raises(Busy):
        shop.walk_in()

    assert shop.everything(schema.visit) == []


def test_a_full_disk_loses_nothing_that_was_answered(file_shop):
    """The check-in that does not fit is refused with `busy`; with room again it goes through."""
    shop = file_shop
    visit_id = shop.checked_in()
    with shop.database.write() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar()
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))

    answers = []
    for n in range(200):
        try:
            answers.append(shop.walk_in(ticket=f"A-{n + 100:03d}", reason="x" * 400))
        except Busy:
            break
    full = len(answers)
    with shop.database.write() as connection:
        connection.execute(text("PRAGMA max_page_count = 1000000"))

    assert full < 200
    assert shop.walk_in()["outcome"] == "checked_in"
    assert {visit_id, *(one["visit_id"] for one in answers)} < {one["visit_id"] for one in shop.everything(schema.visit)}


def test_two_lanes_at_the_same_instant_make_one_visit(shop):
    """One code at two lanes at once, many times: always one visit, one page, one number."""
    for n in range(20):
        shop.book(a_booking(f"R{n}"))
        digest = hashed(shop.code_for(f"R{n}"))
        answers, gate = [], threading.Barrier(2)

        def scan(lane, digest=digest, answers=answers, gate=gate):
            body = shop.arrival(lane, code_hash=digest)
            gate.wait()
            answers.append(shop.hub.command("check_in", f"lane/{lane}", body["visit_id"], shop.clock.now(), body))

        lanes = [threading.Thread(target=scan, args=(lane,)) for lane in "AB"]
        for one in lanes:
            one.start()
        for one in lanes:
            one.join()

        assert sorted(one["outcome"] for one in answers) == ["again", "checked_in"]
        assert len({(one["visit_id"], one["ticket"]) for one in answers}) == 1
    assert len(shop.everything(schema.page)) == 20


def test_one_command_sent_by_many_at_once_is_done_once(shop):
    """Retries that overtake each other count once."""
    body = shop.arrival(way="walk_in")
    answers, gate = [], threading.Barrier(8)

    def send():
        gate.wait()
        answers.append(shop.hub.answer("check_in", "lane/A", "a" * 32, shop.clock.now(), body))

    senders = [threading.Thread(target=send) for _ in range(8)]
    for one in senders:
        one.start()
    for one in senders:
        one.join()

    assert sorted(one.replayed for one in answers) == [False] + [True] * 7
    assert len(shop.everything(schema.visit)) == 1


def test_old_command_ids_are_forgotten(shop, clock):
    """After ninety days nobody sends one again; younger ones are kept."""
    shop.walk_in()
    clock.later(days=89)
    shop.walk_in()
    clock.later(days=2)

    forget_commands(shop.database, "valley", clock.at)

    assert len(shop.everything(schema.command)) == 1


def test_a_hub_that_starts_again_goes_on(template, tmp_path, clock):
    """Another process on the same database answers the same command the same, and knows every visit."""
    url = copied(template, tmp_path / "again.db")
    first = Database(url)
    shop = Shop(first, clock)
    body = shop.arrival(way="walk_in", name="Bo")
    before = shop.send("check_in", "lane/A", "a" * 32, body)
    view = shop.view("board/hall")
    first.close()

    second = Database(url)
    again = Shop(second, clock)

    assert again.send("check_in", "lane/A", "a" * 32, body) == before
    assert again.view("board/hall") == view
    assert stored(again) == rebuilt(again)
    second.close()


@pytest.mark.parametrize("kind", sorted(COMMANDS))
def test_an_empty_body_is_a_clear_error_for_every_command(shop, kind):
    """The field that is missing is named, or the command needs none."""
    people = ("manager/ali", "lane/A", "pager/desks", "administrator/it")
    who = next(one for one in people if one.partition("/")[0] in access.COMMANDS[kind])

    with pytest.raises(Answered) as wrong:
        shop.do(kind, who)

    assert wrong.value.status == 400
    assert "body." in str(wrong.value)
