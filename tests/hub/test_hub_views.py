"""The views: what each holds, and above all what it does not."""

from __future__ import annotations

import json
import re

import pytest
from hub_shop import READY, STORE, a_booking, clock_at, us

from kiosk.domain.appointment import OperationAsked
from kiosk.domain.board import board_from
from kiosk.domain.lane_view import read_lane_view
from kiosk.domain.people import Vehicle
from kiosk.server.errors import NotFound
from kiosk.server.links import Links
from kiosk.server.views import VIEWS, build
from kiosk.server.visits.codes import hashed

pytestmark = pytest.mark.storage

CANARIES = {
    "display_name": "Zebedee Quokka",
    "first_name": "Zebedee",
    "last_name": "Quokka",
    "phone_e164": "+19735550188",
    "phone_written": "973 KANARI 0188",
    "email": "kanari@example.com",
    "vehicle": Vehicle(
        2021, "Kanarimobil", "Xyzzy", "kanari-yellow", "1HGCM82633A004352", "1HGCM82633A004352", "KNR 9876"
    ),
    "operations": (OperationAsked("LOF"), OperationAsked("", "Kanari words of repair")),
    "concern": "It sings like a kanari",
    "transport": "kanari shuttle",
    "odometer": 987654,
}
PRIVATE = re.compile(
    r"zebedee|quokka|kanari|xyzzy|9876|0188|1HGCM|6995|oil change|mohs_reason|line_of_mine", re.IGNORECASE
)


@pytest.fixture
def canary(shop):
    """A visit full of words that nobody else may see: name, phone, plate, VIN, amounts, what was said and typed."""
    shop.book(a_booking("R1", **CANARIES))
    token = "C" * 26
    answer = shop.scan(shop.code_for("R1"), follow_hash=hashed(token))
    visit_id = answer["visit_id"]
    shop.do("end_conversation", "lane/A", visit_id=visit_id, completion_at=us(clock_at(9, 15)))
    line = {"text": "line_of_mine", "quantity": 1, "unit_cents": 6995, "tax_percent": 0}
    shop.do("edit_lines", "advisor/marta", visit_id=visit_id, revision=0, lines=[line])
    shop.do(
        "change_completion", "advisor/marta", visit_id=visit_id, completion_at=us(clock_at(11)), reason="mohs_reason"
    )
    shop.walk_in("B", name="Zebedee Walkin", reason="It sings like a kanari")
    return visit_id, token


@pytest.mark.parametrize("name", ["board/hall", "lane-board/drive"])
@pytest.mark.parametrize("steps", range(len(READY) + 1))
def test_what_everybody_reads_holds_nothing_private(shop, canary, name, steps):
    """No name, phone, plate, amount or repair text is on a public board, in any stage."""
    shop.walk(canary[0], *READY[:steps])

    told = json.dumps(shop.view(name), ensure_ascii=False)

    assert not PRIVATE.findall(told)


def test_a_lane_knows_first_names_and_cars_in_short_and_no_more(shop, canary):
    """Enough to greet; no whole name, phone, plate, VIN, mail, amounts, or what was said."""
    told = json.dumps(shop.view("lane/A"), ensure_ascii=False)

    found = {one.lower() for one in PRIVATE.findall(told)}
    assert found == {"zebedee", "kanari", "xyzzy", "oil change"}
    assert "Kanarimobil Xyzzy, 2021" in told
    assert '"plate_end": "876"' in told
    assert "Kanari words of repair" in told  # the customer's own booking, on the customer's own screen
    assert "sings" not in told


def test_a_pager_knows_whom_to_look_for(shop, canary):
    """Ticket, lane and first name; not the car, not the phone."""
    told = json.dumps(shop.view("pager/marta"), ensure_ascii=False)

    assert {one.lower() for one in PRIVATE.findall(told)} == {"zebedee"}


def test_a_customer_sees_their_own_visit_and_nobody_elses(shop, canary):
    """Not even their own phone or plate: a phone may be looked at by others."""
    shop.walk_in("B", name="Somebody Else")

    told = json.dumps(shop.view(f"follow/{hashed(canary[1])}"), ensure_ascii=False)

    assert "Somebody" not in told
    assert not re.search(r"9876|0188|kanari@|sings|6995|1HGCM", told)


def test_staff_see_what_they_need_and_no_amounts(shop, canary):
    """Name, car, plate and what the customer said; the phone and prices have their own pages."""
    told = json.dumps(shop.view("staff"), ensure_ascii=False)

    assert "Zebedee Quokka" in told
    assert "sings" in told
    assert not re.search(r"0188|1HGCM|6995|kanari@", told)


def test_nothing_private_is_in_the_log_of_the_program(shop, canary, caplog):
    """What the hub writes to its log names ids, never people."""
    assert not PRIVATE.findall(caplog.text)


# --- shapes


def test_every_view_has_its_envelope(shop, canary):
    """Id, the hub's time and when it changes by itself, in front of the content."""
    for name in ("lane/A", "pager/marta", "board/x", "lane-board/x", "staff", f"follow/{hashed(canary[1])}"):
        view = shop.view(name)
        assert list(view)[:3] == ["id", "hub_now", "next_change_at"]
        assert re.fullmatch(r"[0-9a-f]{8}\.[0-9]+", view["id"])
        assert view["hub_now"] == us(shop.clock.at)
        assert view["next_change_at"] > view["hub_now"]


def test_devices_understand_their_views(shop, canary):
    """The readers of lane and board take what the hub sends."""
    lane, board = read_lane_view(shop.view("lane/A")), board_from(shop.view("board/hall"))

    assert (lane.roster[0].first_name, lane.roster[0].state) == ("Zebedee", "checked_in")
    assert lane.roster[0].advisor.name.ar == "مارتا"
    assert [one.en for one in lane.roster[0].asked] == ["Oil change", "Kanari words of repair"]
    assert sorted(one.ticket for one in board.rows) == ["A-001", "B-001"]


@pytest.mark.parametrize(
    "name", ["", "nonsense", "lane", "lane/", "lane/I", "lane/AB", "lane/a", "pager/", "pager/nobody", "views/staff"]
)
def test_a_view_that_does_not_exist_is_not_found(shop, name):
    """Never an empty view that looks like nobody is there."""
    with pytest.raises(NotFound):
        shop.view(name)


def test_views_are_made_of_the_snapshot_alone(shop, canary):
    """The same snapshot at the same moment gives the same view, however often it is asked."""
    snapshot, at = shop.hub.snapshot(), shop.clock.now()

    for family in VIEWS:
        name = {"lane": "lane/A", "pager": "pager/marta", "staff": "staff", "lane-signal": "lane-signal/A"}.get(
            family, f"{family}/x"
        )
        assert build(snapshot, name, at, Links(at)) == build(snapshot, name, at, Links(at))


def test_two_busy_days_fit_into_a_lanes_view(shop, clock):
    """120 appointments with two codes and three typed ways each, half of them checked in: 64 kB."""
    names = ["Lucía", "محمد", "Christopher", "Guadalupe", "عبد الرحمن", "Jo"]
    bookings = []
    for n in range(120):
        at = clock_at(7, n % 60, on=clock_at(8).date().replace(day=24 + n // 60))
        operations = (OperationAsked("LOF"), OperationAsked("30K")) if n % 3 else (OperationAsked("TIR"),)
        first = names[n % len(names)]
        bookings.append(
            a_booking(f"00{48000 + n}", at, first_name=first, phone_e164=f"+1973555{n:04d}", operations=operations)
        )
    shop.book(*bookings)
    with shop.busy():
        for n in range(120):
            for _ in range(2):
                token = shop.code_for(f"00{48000 + n}")
            if n < 60:
                clock.later(minutes=2)
                answer = shop.scan(token)
                shop.walk(answer["visit_id"], *READY[: 1 + n % 4])

    size = len(json.dumps(shop.view("lane/A"), ensure_ascii=False, separators=(",", ":")).encode())

    assert size <= 64 * 1024


def test_the_lane_view_tells_of_its_own_visits_only(shop, clock):
    """Those that wait for their advisor, and for two minutes those that have just left."""
    here = shop.walk_in("A")["visit_id"]
    shop.walk_in("B")
    waiting = [one["visit_id"] for one in shop.view("lane/A")["visits"]]
    shop.walk(here, "begin_write_up")
    clock.later(seconds=119)
    left = [(one["visit_id"], one["stage"]) for one in shop.view("lane/A")["visits"]]
    clock.later(seconds=1)

    assert waiting == [here]
    assert left == [(here, "with_advisor")]
    assert shop.view("lane/A")["visits"] == []


def test_the_lane_is_told_when_nobody_came(shop, clock):
    """After two minutes a second desk was called, and the screen may say so."""
    shop.checked_in()
    clock.later(seconds=120)

    assert shop.view("lane/A")["visits"][0]["escalated"]


def test_the_roster_follows_its_visits(shop):
    """Booked, checked in with its ticket, handed over."""
    shop.book(a_booking("R1"))
    token = shop.code_for("R1")
    states = [shop.view("lane/A")["roster"][0]["state"]]
    visit_id = shop.scan(token)["visit_id"]
    row = shop.view("lane/A")["roster"][0]
    shop.walk(visit_id, *READY, "hand_over")

    assert [*states, row["state"], shop.view("lane/A")["roster"][0]["state"]] == ["booked", "checked_in", "handed_over"]
    assert (row["visit_id"], row["ticket"]) == (visit_id, "A-001")


def test_the_lane_board_shows_who_goes_where(shop, clock):
    """The newest customer of each lane, the advisor who comes and since when; an empty lane says so."""
    shop.book(a_booking("R1"))
    visit_id = shop.scan(shop.code_for("R1"))["visit_id"]
    clock.later(seconds=20)
    shop.do("acknowledge", "pager/1", page_id=shop.staff(visit_id)["pages"][0]["page_id"], advisor_id="marta")

    lanes = shop.view("lane-board/drive")["lanes"]

    assert (lanes[0]["lane"], lanes[0]["ticket"], lanes[0]["advisor"]["advisor_id"], lanes[0]["coming"]) == (
        "A",
        "A-001",
        "marta",
        True,
    )
    assert lanes[0]["called_at"] == us(clock.at)
    assert lanes[1] == {
        "lane": "B",
        "ticket": None,
        "advisor": None,
        "coming": False,
        "called_at": None,
        "language": None,
    }


@pytest.mark.parametrize(
    ("at", "opens_at"),
    [
        (clock_at(9), None),
        (clock_at(12, 30), clock_at(13)),
        (clock_at(19), clock_at(8, on=clock_at(8).date().replace(day=25))),
    ],
)
def test_the_store_tells_when_it_opens(shop, clock, at, opens_at):
    """While it is shut, the next opening; and today's hours on the wall clock."""
    clock.at = at

    store = shop.view("board/hall")["store"]

    assert store["opens_at"] == (us(opens_at) if opens_at else None)
    assert store["open_today"] == [["08:00", "12:00"], ["13:00", "18:00"]]
    assert store["name"] == {"en": "Valley Motors", "es": "Motores del Valle", "ar": "محركات الوادي"}
    assert store["languages"] == ["en", "es", "ar"]


def test_a_board_without_visits_is_empty_and_whole(shop):
    """No rows, and everything that the empty board shows."""
    view = shop.view("board/hall")

    assert view["rows"] == []
    assert view["store"]["cashiers"] == list(STORE.cashiers)


def test_a_visit_handed_over_stays_with_the_staff_for_ten_minutes(shop, clock):
    """So that a wrong hand-over can be taken back by whoever made it."""
    visit_id = shop.walk(shop.checked_in(), *READY, "hand_over")
    clock.later(minutes=9)
    told = shop.staff(visit_id)
    clock.later(minutes=1)

    assert (told["stage"], told["can_take_back"], told["last_step"]["actor"]) == ("handed_over", True, "manager/ali")
    assert shop.view("staff")["visits"] == []


def test_a_page_reads_of_what_is_over_only_what_it_is_about(shop, clock):
    """A busy day's closed visits, ten minutes of them, would be read and written for every page that shows none."""
    here = shop.checked_in("R1")
    gone = [shop.walk(shop.checked_in(number), *READY, "hand_over") for number in ("R2", "R3")]
    whole = shop.view("staff")
    about = shop.hub.staff_page(gone[1])
    clock.later(minutes=10)
    later = shop.hub.staff_page(gone[1])

    assert {one["visit_id"] for one in whole["visits"]} == {here, *gone}
    assert about | {"visits": []} == whole | {"visits": []}
    assert about["visits"] == [one for one in whole["visits"] if one["visit_id"] in {here, gone[1]}]
    assert [one["visit_id"] for one in later["visits"]] == [here]


def test_a_device_that_is_silent_is_never_fine(shop, clock):
    """Ten seconds after the hub's start, or after its last stream, it is shown as silent."""
    shop.do("report_device", "board/hall", version="0.1.0", trouble=[])
    hub = shop.hub
    hub.own_links = hub.own_links.opened("lane/A", clock.at)

    def devices():
        return {one["name"]: (one["online"], one["trouble"]) for one in shop.view("staff")["devices"]}

    started = devices()
    clock.later(seconds=10)
    later = devices()
    hub.own_links = hub.own_links.lost("lane/A", clock.at)
    lost = devices()
    clock.later(seconds=10)

    assert started == {"board/hall": (False, []), "lane/A": (True, [])}
    assert later == {"board/hall": (False, ["silent"]), "lane/A": (True, [])}
    assert lost["lane/A"] == (False, [])
    assert devices()["lane/A"] == (False, ["silent"])


def test_a_device_with_two_streams_is_there_until_both_are_gone(shop, clock):
    """A pager watches a view for each of its desks."""
    links = Links(clock.at).opened("pager/x", clock.at).opened("pager/x", clock.at)

    assert not links.lost("pager/x", clock.at).is_silent("pager/x", clock.later(minutes=5))
    gone = links.lost("pager/x", clock.at).lost("pager/x", clock.at)
    assert gone.is_silent("pager/x", clock.later(seconds=10))
