"""The device's line to the hub: nothing is lost, nothing is sent twice on purpose, nothing blocks the rest."""

from __future__ import annotations

import json
import queue
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from kiosk.hub_client import Answer, HubClient, Refusal, Reply
from kiosk.outbox import Command, Outbox, OutboxBroken

WITHIN_S = 60
NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


class ScriptedHub:
    """A hub whose answer to each try is written beforehand; the last one stands for all that follow."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.tries: list[dict[str, object]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """One try."""
        self.tries.append({"kind": request.url.path.rpartition("/")[2], **json.loads(request.content)})
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def done(**result: object) -> httpx.Response:
    """The hub has done it."""
    return httpx.Response(200, json={"seq": 1, "replayed": False, "result": result})


def no(status: int, code: str) -> httpx.Response:
    """The hub says no."""
    return httpx.Response(status, json={"error": {"code": code, "message": f"because of {code}"}})


Line = Callable[[ScriptedHub], HubClient]


@pytest.fixture
def answers() -> queue.Queue[Answer]:
    """What came to on_answer."""
    return queue.Queue()


@pytest.fixture
def line(tmp_path: Path, answers: queue.Queue[Answer]) -> Iterator[Line]:
    """Makes lines with one outbox file; all are closed at the end."""
    opened: list[HubClient] = []

    def make(hub: ScriptedHub) -> HubClient:
        wire = httpx.MockTransport(hub)
        opened.append(
            HubClient(
                "http://hub",
                "lane/A",
                tmp_path / "outbox.db",
                on_answer=answers.put,
                now=lambda: NOW,
                transport=wire,
                retry_s=(0.01, 0.05),
            )
        )
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def test_an_answer_comes_back(line: Line, answers: queue.Queue[Answer]) -> None:
    """A command that the hub does is answered with its result, and nothing waits any more."""
    client = line(ScriptedHub(done(ticket="A-017")))

    client.post("check_in", {"ticket": "A-017"})

    answer = answers.get(timeout=WITHIN_S)
    assert isinstance(answer, Reply)
    assert answer.result == {"ticket": "A-017"}
    assert client.outbox.waiting() == 0


def test_a_lost_answer_is_asked_for_again_under_the_same_id(line: Line, answers: queue.Queue[Answer]) -> None:
    """After a broken connection the same command goes out again with the same id and the same time."""
    hub = ScriptedHub(httpx.ReadError("cut"), done())

    line(hub).post("check_in", {})

    answers.get(timeout=WITHIN_S)
    assert len(hub.tries) == 2
    assert hub.tries[0] == hub.tries[1]


def test_a_hub_that_is_away_gets_it_later(line: Line, answers: queue.Queue[Answer]) -> None:
    """Nothing is heard of a command while the hub is away; when it is back, the command is answered."""
    tries: queue.Queue[None] = queue.Queue()

    def hub(request: httpx.Request) -> httpx.Response:
        tries.put(None)
        if tries.qsize() < 4:
            raise httpx.ConnectError("away")
        assert answers.empty()
        return done(ticket="A-001")

    command_id = line(hub).post("check_in", {})

    assert answers.get(timeout=WITHIN_S) == Reply(command_id, {"ticket": "A-001"})


def test_a_busy_hub_is_asked_again(line: Line, answers: queue.Queue[Answer]) -> None:
    """503 and 429 mean later, not no."""
    hub = ScriptedHub(no(503, "busy"), no(429, "too_many"), done())

    line(hub).post("greet", {})

    assert isinstance(answers.get(timeout=WITHIN_S), Reply)


def test_a_refusal_by_the_rules_is_an_answer(line: Line, answers: queue.Queue[Answer]) -> None:
    """409 ends the command: its sender learns why, and nothing is put in quarantine."""
    client = line(ScriptedHub(no(409, "out_of_order")))

    command_id = client.post("begin_service", {})

    assert answers.get(timeout=WITHIN_S) == Refusal(command_id, "out_of_order", "because of out_of_order")
    assert not client.outbox.quarantined()


def test_a_bad_command_is_set_aside_and_the_rest_passes(line: Line, answers: queue.Queue[Answer]) -> None:
    """What the hub cannot read stays visible with the reason; the next command goes through."""
    client = line(ScriptedHub(no(400, "bad_request"), done()))

    client.post("check_in", {"ticket": 17})
    client.post("greet", {})

    assert [type(answers.get(timeout=WITHIN_S)) for _ in range(2)] == [Refusal, Reply]
    assert [(one.kind, one.reason) for one in client.outbox.quarantined()] == [
        ("check_in", "bad_request: because of bad_request")
    ]


def test_a_command_over_which_the_hub_fails_lets_the_others_pass(line: Line, answers: queue.Queue[Answer]) -> None:
    """A fault of the hub over one command does not stop the lane: others go through, then it is set aside and visible."""

    def hub(request: httpx.Request) -> httpx.Response:
        return no(500, "fault") if request.url.path.endswith("check_in") else done()

    client = line(hub)
    client.post("check_in", {})

    client.post("greet", {})

    heard = [answers.get(timeout=WITHIN_S) for _ in range(2)]
    assert isinstance(heard[0], Reply)
    assert [one.kind for one in client.outbox.quarantined()] == ["check_in"]


def test_a_hub_that_fails_over_everything_loses_nothing(line: Line, answers: queue.Queue[Answer]) -> None:
    """While every command meets a fault none is set aside: the hub is the one at fault, and is asked again."""
    hub = ScriptedHub(*[no(500, "fault")] * 7, done())
    client = line(hub)

    client.post("check_in", {})

    assert isinstance(answers.get(timeout=WITHIN_S), Reply)
    assert not client.outbox.quarantined()


def test_a_question_is_not_kept(line: Line) -> None:
    """What is worth nothing later is asked once: without an answer it is forgotten."""
    hub = ScriptedHub(httpx.ConnectError("away"))
    client = line(hub)

    answer = client.ask("report_device", {})

    assert answer is None
    assert client.outbox.waiting() == 0


def test_what_was_queued_survives_a_power_cut(line: Line, tmp_path: Path, answers: queue.Queue[Answer]) -> None:
    """A new process sends what an old one could not, in order and with the original times."""
    box = Outbox(tmp_path / "outbox.db")
    for number in (1, 2, 3):
        box.add(Command(f"id{number}", "check_in", number, {}))
    box.close()
    hub = ScriptedHub(done())

    line(hub)

    for _ in range(3):
        answers.get(timeout=WITHIN_S)
    assert [(one["id"], one["at"]) for one in hub.tries] == [("id1", 1), ("id2", 2), ("id3", 3)]


def test_nine_hours_and_six_hundred_commands_lie_on_the_disk(tmp_path: Path) -> None:
    """No limit of number or time: after a day without the hub all are there, in order, each with its own time."""
    path, every_us = tmp_path / "outbox.db", 54 * 1_000_000
    box = Outbox(path)
    for number in range(600):
        box.add(Command(f"id{number:03}", "check_in", number * every_us, {"ticket": f"A-{number:03}"}))
    box.close()

    after = Outbox(path)

    assert after.waiting() == 600
    kept = [(one.command_id, one.at) for one in after._rows("state = 'waiting' ORDER BY position")]
    after.close()
    assert kept == [(f"id{number:03}", number * every_us) for number in range(600)]
    assert kept[-1][1] - kept[0][1] > 8 * 3600 * 1_000_000


def test_the_same_id_is_kept_once(tmp_path: Path) -> None:
    """A command that is added twice waits once."""
    box = Outbox(tmp_path / "outbox.db")

    for _ in range(2):
        box.add(Command("id1", "check_in", 1, {}))

    assert box.waiting() == 1
    box.close()


def test_a_meeting_that_cannot_be_written_leaves_the_outbox_usable(tmp_path: Path) -> None:
    """Where the hub's new life cannot be written down, commands are kept all the same, and the next meeting counts."""
    box = Outbox(tmp_path / "outbox.db")
    other = sqlite3.connect(tmp_path / "outbox.db", isolation_level=None, timeout=0)
    other.execute("CREATE TRIGGER full BEFORE INSERT ON hub BEGIN SELECT RAISE(FAIL, 'disk is full'); END")
    with pytest.raises(sqlite3.Error, match="disk is full"):
        box.meets("first life")

    other.execute("DROP TRIGGER full")
    box.add(Command("id1", "check_in", 1, {}))
    box.meets("first life")

    assert box.met() == "first life"
    assert other.execute("SELECT command_id FROM command").fetchall() == [("id1",)]
    other.close()
    box.close()


def test_a_file_that_is_no_outbox_is_refused(tmp_path: Path) -> None:
    """A damaged outbox is an error that names the file; it is never begun anew in silence."""
    path = tmp_path / "outbox.db"
    path.write_bytes(b"something else" * 100)

    with pytest.raises(OutboxBroken, match=r"outbox\.db"):
        Outbox(path)


class Feed(httpx.SyncByteStream):
    """An event stream in pieces; then silence, as httpx reports it."""

    def __init__(self, *pieces: str) -> None:
        self.pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            yield piece.encode()
        raise httpx.ReadTimeout("nothing for two seconds")


def test_a_view_comes_whole_and_silence_is_noticed(tmp_path: Path) -> None:
    """Each view reaches the watcher, beats do not, and a silent line is reported lost."""
    heard: queue.Queue[object] = queue.Queue()

    def hub(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/api/1/views/pager/marta/stream"
        feed = Feed("retry: 1000\n\n", 'event: view\nid: 1.1\ndata: {"pat', 'tern":"new"}\n\n', ": beat\n\n")
        return httpx.Response(200, stream=feed)

    client = HubClient("http://hub", "pager/desk", tmp_path / "outbox.db", transport=httpx.MockTransport(hub))

    client.watch("pager/marta", heard.put, heard.put)

    assert [heard.get(timeout=WITHIN_S) for _ in range(3)] == [{"pattern": "new"}, True, False]
    client.close()


def test_a_refused_watch_is_no_link(tmp_path: Path) -> None:
    """A view that this device may not see is never reported as a link."""
    heard: queue.Queue[object] = queue.Queue()
    asked: queue.Queue[str] = queue.Queue()

    def hub(request: httpx.Request) -> httpx.Response:
        asked.put(request.url.path)
        return no(403, "not_allowed")

    client = HubClient("http://hub", "board/1", tmp_path / "outbox.db", transport=httpx.MockTransport(hub))

    client.watch("staff", heard.put, heard.put)
    for _ in range(2):
        asked.get(timeout=WITHIN_S)

    assert heard.empty()
    client.close()
