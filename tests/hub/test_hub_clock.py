"""The hub's time: kept in UTC, told in the store's zone, never promised by a clock that nobody has set."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from hub_shop import STORE, HandClock, Shop, a_booking, clock_at, copied, us
from sqlalchemy import BigInteger, DateTime

from kiosk.server import schema
from kiosk.server.app import create_app
from kiosk.server.clock import SystemClock, clock_is_right
from kiosk.server.columns import Instant
from kiosk.server.database import Database
from kiosk.server.hub import Hub
from kiosk.server.synchronised import ASKED_AGAIN_S, ClockWatch, Synchronised, ask_kernel, ask_timedatectl, judged
from kiosk.settings import Hub as HubSettings
from kiosk.settings import Papers, Settings

pytestmark = pytest.mark.storage
YES, NO, UNKNOWN = Synchronised


@pytest.fixture
def clock_state():
    """Whether the machine's clock is right; a test may change it."""
    return {"right": True}


@pytest.fixture
def shop(template, tmp_path, clock_state):
    """A hub that asks for the state of its clock."""
    clock = HandClock()
    with closing(Database(copied(template, tmp_path / "hub.db"))) as database:
        hub = Hub(database, STORE, clock, clock_is_right=lambda: clock_state["right"])
        yield Shop(database, clock, hub=hub)


# --- what a machine says of its clock


@pytest.mark.parametrize(("status", "state"), [(0x40, NO), (0x2041, NO), (0x2001, YES), (0x0, YES)])
def test_the_kernels_status_word_tells(status, state):
    """STA_UNSYNC decides, whatever else is set."""
    assert judged(status) is state


def test_this_machines_kernel_can_be_asked():
    """Whatever it says, nothing is set and nothing fails."""
    assert ask_kernel() in Synchronised


@pytest.mark.parametrize(("words", "state"), [(("echo", "yes"), YES), (("echo", "no"), NO), (("echo", "n/a"), UNKNOWN), (("false",), UNKNOWN), (("no-such-program",), UNKNOWN)])
def test_timedatectl_is_taken_at_its_word(words, state):
    """A machine without it does not say."""
    assert ask_timedatectl(words) is state


@pytest.mark.parametrize(("kernel", "has_mark", "program", "state"), [(YES, False, NO, YES), (NO, True, YES, NO), (UNKNOWN, True, NO, YES), (UNKNOWN, False, NO, NO), (UNKNOWN, False, UNKNOWN, UNKNOWN)])
def test_the_kernel_is_asked_first(tmp_path, kernel, has_mark, program, state):
    """Then the mark of systemd-timesyncd, then timedatectl."""
    mark = tmp_path / "synchronized"
    if has_mark:
        mark.touch()

    assert ClockWatch(lambda: kernel, mark, lambda: program).state() is state


def test_a_program_is_started_once_a_minute_at_most(tmp_path):
    """The hub asks every few seconds."""
    asked, seconds = [], [0.0]
    watch = ClockWatch(lambda: UNKNOWN, tmp_path / "none", lambda: asked.append(1) or NO, lambda: seconds[0])

    for at_s in (0, 5, ASKED_AGAIN_S - 1, ASKED_AGAIN_S, ASKED_AGAIN_S + 5):
        seconds[0] = at_s
        watch.state()

    assert len(asked) == 2


@pytest.mark.parametrize(("setting", "state", "is_right"), [("synchronised", YES, True), ("synchronised", UNKNOWN, True), ("synchronised", NO, False), ("trusted", NO, True)])
def test_only_a_clock_that_is_known_to_be_free_is_wrong(tmp_path, setting, state, is_right):
    """And not even that one where the settings trust it."""
    settings = Settings(hub=HubSettings(clock=setting))

    assert clock_is_right(settings, ClockWatch(lambda: state, tmp_path))() is is_right


# --- what the hub does about it


def test_without_a_right_clock_check_in_goes_on_and_nothing_is_promised(shop, clock_state):
    """The customer gets a number and no time; no screen has one either."""
    clock_state["right"] = False
    shop.hub.look_at_clock()
    shop.book(a_booking("R1", shop.clock.now()))

    told = shop.scan(shop.code_for("R1"))

    assert (told["outcome"], told["ticket"], told["completion_at"]) == ("checked_in", "A-001", None)
    for name in ("lane/A", "board/hall", "staff"):
        view = json.dumps(shop.view(name))
        assert "A-001" in view
        assert '"completion_at": null' in view
        assert '"completion_at": 1' not in view


def test_staff_are_told(shop, clock_state):
    """Their view says it, and says when it is over; so every open screen hears of it by itself."""
    heard = []
    shop.hub.on_change.append(lambda: heard.append(shop.view("staff")["makes_promises"]))

    for is_right in (False, False, True):
        clock_state["right"] = is_right
        shop.hub.look_at_clock()

    assert heard == [False, True]


def test_every_page_of_staff_says_it(template, tmp_path):
    """Above everything else, and only while it is so."""
    with closing(Database(copied(template, tmp_path / "pages.db"))) as database:
        app = create_app(database, STORE, Settings(hub=HubSettings(folder=str(tmp_path), sign_in=False), papers=Papers()), HandClock())
        client = app.flask.test_client()
        said = []
        for is_right in (True, False):
            app.hub.makes_promises = is_right
            page = client.get("/manager", headers={"Kiosk-Principal": "manager/ali", "Host": "127.0.0.1"}).get_data(as_text=True)
            said.append("The hub’s clock is not set." in page)

    assert said == [False, True]


def test_a_right_clock_promises_again(shop, clock_state):
    """What was checked in meanwhile has its time from then on."""
    clock_state["right"] = False
    shop.hub.look_at_clock()
    visit_id = shop.walk_in()["visit_id"]
    before = shop.staff(visit_id)["completion_at"]

    clock_state["right"] = True
    shop.hub.look_at_clock()

    assert before is None
    assert shop.staff(visit_id)["completion_at"] > us(shop.clock.now())


def test_a_time_that_an_advisor_has_named_stands(shop, clock_state):
    """A person looked at another clock."""
    visit_id = shop.walk_in()["visit_id"]
    shop.do("change_completion", "advisor/marta", visit_id=visit_id, completion_at=us(clock_at(16)), reason="A part is late")

    clock_state["right"] = False
    shop.hub.look_at_clock()

    assert shop.staff(visit_id)["completion_at"] == us(clock_at(16))


# --- UTC in store, both clocks kept


def test_every_instant_is_kept_in_utc():
    """No column holds a time of a wall: whole microseconds since 1970 and nothing else."""
    instants = [column for table in schema.metadata.tables.values() for column in table.c if column.name.endswith("_at")]

    assert instants
    assert all(isinstance(one.type, Instant | BigInteger) for one in instants)
    assert not [one for table in schema.metadata.tables.values() for one in table.c if isinstance(one.type, DateTime)]


def test_when_it_happened_and_when_it_was_heard_are_both_kept(shop):
    """A lane whose clock is hours off was without the hub for twenty minutes: both moments are told by the hub's clock."""
    lane_now, waited = clock_at(3), timedelta(minutes=20)
    body = shop.arrival("A", way="walk_in", name="Bo", offline=True, device_at=us(lane_now - waited))

    visit_id = shop.hub.answer("check_in", "lane/A", "a" * 32, lane_now - waited, body, waited=waited).result["visit_id"]

    [event] = [one for one in shop.everything(schema.event) if one["kind"] == "VisitCheckedIn"]
    assert event["at"] == shop.clock.now()
    assert us(shop.clock.now() - waited) in event["data"].values()
    assert shop.staff(visit_id)["arrived_at"] == us(shop.clock.now() - waited)


def test_the_machines_own_zone_plays_no_part():
    """It is set to Kathmandu here; the hub's clock is aware, and in UTC."""
    now = SystemClock().now()

    assert now.tzinfo is UTC
    assert abs((now - datetime.now(UTC)).total_seconds()) < 60
