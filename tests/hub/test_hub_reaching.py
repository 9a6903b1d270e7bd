"""A call that no desk shows does not wait: it goes on to the next desk, and the manager is told."""

from __future__ import annotations

import pytest
from hub_shop import TUESDAY, HandClock, Shop

from kiosk.server.errors import BadRequest, NotAllowed, NotFound, RulesRefuse
from kiosk.server.reaching import UNSHOWN_AFTER_S, Reaching

pytestmark = pytest.mark.storage


class Running:
    """The machine's running time, which goes on when the test says so."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def running(shop):
    """The hub measures by it how long ago a desk was heard."""
    running = Running()
    shop.hub.reaching = Reaching(running)
    return running


def shows(shop, advisor_id, *page_ids):
    """A desk's lamp says what it shows."""
    shop.do("report_lamp", "pager/desks", advisor_id=advisor_id, page_ids=list(page_ids))


def the_page(shop, visit_id):
    return shop.staff(visit_id)["pages"][0]


def lamps(shop):
    return [shop.lamp(one) for one in ("marta", "chen", "diaz")]


def test_a_call_that_the_desk_does_not_show_goes_on_to_the_next(shop, running):
    """Marta's pager is cut off: after 20 s Chen is called and the manager sees whose desk failed, well within 30 s."""
    shows(shop, "marta")
    shows(shop, "chen")
    visit_id = shop.checked_in()
    assert lamps(shop) == ["new", "dark", "dark"]

    running.now_s += UNSHOWN_AFTER_S

    assert UNSHOWN_AFTER_S <= 30
    assert lamps(shop) == ["new", "escalated", "dark"]
    assert (the_page(shop, visit_id)["unshown"], the_page(shop, visit_id)["escalated"]) == (["marta"], True)


def test_a_call_that_the_desk_shows_stays_there(shop, running):
    """A lamp that says again and again that it shows the call keeps it, until the minutes of escalation are over."""
    shows(shop, "marta")
    visit_id = shop.checked_in()
    for _ in range(10):
        shows(shop, "marta", the_page(shop, visit_id)["page_id"])
        lamps(shop)
        running.now_s += UNSHOWN_AFTER_S / 2

    assert lamps(shop) == ["new", "dark", "dark"]
    assert the_page(shop, visit_id)["unshown"] == []


def test_a_desk_that_falls_silent_in_the_middle_is_noticed(shop, running):
    """The lamp showed the call and then lost its current: 20 s after its last word the call goes on."""
    shows(shop, "marta")
    visit_id = shop.checked_in()
    shows(shop, "marta", the_page(shop, visit_id)["page_id"])
    lamps(shop)
    running.now_s += UNSHOWN_AFTER_S - 1
    before = lamps(shop)

    running.now_s += 1

    assert (before, lamps(shop)) == (["new", "dark", "dark"], ["new", "escalated", "dark"])


def test_the_call_goes_on_until_a_desk_shows_it(shop, running):
    """With Chen's desk dead too, Diaz is called after another 20 s; each stays called, for people have been told."""
    for one in ("marta", "chen", "diaz"):
        shows(shop, one)
    visit_id = shop.checked_in()
    seen = []
    for _ in range(4):
        seen.append(lamps(shop))
        running.now_s += UNSHOWN_AFTER_S

    assert seen == [
        ["new", "dark", "dark"],
        ["new", "escalated", "dark"],
        ["new", "escalated", "escalated"],
        ["new", "escalated", "escalated"],
    ]
    assert the_page(shop, visit_id)["escalated"]


def test_without_another_desk_the_manager_is_told(shop, running):
    """Nobody else is in: the page is the manager's, with the word that it was not delivered."""
    for one in ("chen", "diaz"):
        shop.do("set_presence", "manager/ali", advisor_id=one, presence="off")
    shows(shop, "marta")
    visit_id = shop.checked_in()
    lamps(shop)

    running.now_s += UNSHOWN_AFTER_S

    assert the_page(shop, visit_id)["unshown"] == ["marta"]
    assert the_page(shop, visit_id)["escalated"]


def test_an_answered_call_waits_for_nothing(shop, running):
    """Once somebody comes, no desk is asked any more."""
    shows(shop, "marta")
    visit_id = shop.checked_in()
    shop.do("acknowledge", "advisor/marta", page_id=the_page(shop, visit_id)["page_id"], advisor_id="marta")
    lamps(shop)

    running.now_s += 10 * UNSHOWN_AFTER_S

    assert lamps(shop) == ["coming", "dark", "dark"]


def test_a_desk_that_was_never_heard_is_not_judged(shop, running):
    """A shop that has no pagers yet escalates by the clock alone."""
    shop.checked_in()
    lamps(shop)

    running.now_s += 10 * UNSHOWN_AFTER_S

    assert lamps(shop) == ["new", "dark", "dark"]


def test_the_stores_clock_has_no_say(shop, running, clock):
    """A hub whose clock is put right by ten seconds or by a day has lost no desk."""
    shows(shop, "marta")
    shop.checked_in()
    lamps(shop)

    clock.later(seconds=40)

    assert lamps(shop) == ["new", "dark", "dark"]


def test_the_feed_is_told_when_to_look_again(shop, running, clock):
    """The feed wakes up at the moment at which a call has to go on, though nothing is sent."""
    far = clock.later(hours=1)
    assert shop.hub.reaching.due(clock.at, far) == far
    shows(shop, "marta")
    shop.checked_in()
    lamps(shop)

    running.now_s += 5

    due = shop.hub.reaching.due(clock.at, clock_after(clock, 3600))
    assert (due - clock.at).total_seconds() == UNSHOWN_AFTER_S - 5


def clock_after(clock, seconds):
    return HandClock(clock.at).later(seconds=seconds)


def test_a_restarted_hub_gives_the_desks_their_time(shop, database, clock, running):
    """What was said before the restart counts for 20 s, in which every desk says it again."""
    shows(shop, "marta")
    shop.checked_in()
    again = Shop(database, clock)
    again.hub.reaching = Reaching(running)

    first = [again.lamp(one) for one in ("marta", "chen")]
    running.now_s += UNSHOWN_AFTER_S

    assert first == ["new", "dark"]
    assert [again.lamp(one) for one in ("marta", "chen")] == ["new", "escalated"]


def test_a_second_hub_on_the_same_database_hears_the_same_desks(shop, database, clock, running):
    """A word said to one hub keeps the call where it is at the other one too."""
    shows(shop, "marta")
    visit_id = shop.checked_in()
    other = Shop(database, clock)
    other.hub.reaching = Reaching(running)
    for _ in range(4):
        shows(shop, "marta", the_page(shop, visit_id)["page_id"])
        other.hub.command("report_device", "pager/desks", f"{running.now_s:032.0f}", clock.at, {"version": f"{running.now_s}", "trouble": []})
        assert other.lamp("chen") == "dark"
        running.now_s += UNSHOWN_AFTER_S / 2

    assert other.lamp("chen") == "dark"


@pytest.mark.parametrize("page_ids", [["a b"], [7], [""], ["x" * 65], ["x"] * 201, "x", None])
def test_what_is_no_list_of_calls_is_refused(shop, page_ids):
    """Only ids, and not too many."""
    with pytest.raises(BadRequest, match="page_ids"):
        shop.do("report_lamp", "pager/desks", advisor_id="marta", page_ids=page_ids)


def test_a_screen_speaks_for_nobody_who_has_a_desk(shop, running):
    """Marta's browser in the background is no lamp; another advisor's browser may not speak for her at all."""
    shows(shop, "marta")
    visit_id = shop.checked_in()
    shop.do("report_lamp", "advisor/marta", advisor_id="marta", page_ids=[the_page(shop, visit_id)["page_id"]])
    lamps(shop)

    running.now_s += UNSHOWN_AFTER_S

    assert lamps(shop) == ["new", "escalated", "dark"]
    with pytest.raises(NotAllowed):
        shop.do("report_lamp", "advisor/chen", advisor_id="marta", page_ids=[])


def test_the_lanes_signal_tells_its_most_urgent_call(shop, clock):
    """The lamp over the lane goes with the calls that stand in it, and another lane's is dark."""
    seen = [shop.view("lane-signal/A")["pattern"]]
    visit_id = shop.checked_in()
    seen.append(shop.view("lane-signal/A")["pattern"])
    clock.later(seconds=60)
    seen.append(shop.view("lane-signal/A")["pattern"])
    clock.later(seconds=60)
    seen.append(shop.view("lane-signal/A")["pattern"])
    shop.do("acknowledge", "advisor/marta", page_id=the_page(shop, visit_id)["page_id"], advisor_id="marta")
    seen.append(shop.view("lane-signal/A")["pattern"])

    assert seen == ["dark", "new", "insisting", "escalated", "coming"]
    assert shop.view("lane-signal/B")["pattern"] == "dark"


def test_the_lane_bell_rings_while_nobody_is_in(shop):
    """Nobody is in: the bell of the lane calls whoever hears it, until an advisor is there again."""
    for one in ("marta", "chen", "diaz"):
        shop.do("set_presence", "manager/ali", advisor_id=one, presence="away")
    quiet = shop.view("lane-signal/A")["bell"]
    shop.checked_in()
    rings = shop.view("lane-signal/A")["bell"]

    shop.do("set_presence", "pager/desks", advisor_id="chen", presence="in")

    assert (quiet, rings, shop.view("lane-signal/A")["bell"]) == (False, True, False)
    assert shop.lamp("chen") == "escalated"


def test_an_opened_gate_is_told_with_its_age(shop, clock):
    """Level, not edge: a relay that hears of it late knows that its time is over."""
    before = shop.view("lane-signal/A")["gate_age_s"]
    shop.do("open_gate", "advisor/marta", lane="A")
    clock.later(seconds=7)

    assert (before, shop.view("lane-signal/A")["gate_age_s"]) == (None, 7.0)
    assert shop.view("lane-signal/B")["gate_age_s"] is None
    assert str(TUESDAY) == shop.view("staff")["today_on"]


def test_only_a_lane_with_a_gate_can_be_opened(shop):
    """The store's file says which have one; the staff's view names them, with when each was opened last."""
    before = shop.view("staff")["gates"]
    with pytest.raises(RulesRefuse) as refused:
        shop.do("open_gate", "advisor/marta", lane="B")

    shop.do("open_gate", "manager/ana", lane="A")

    assert (before, refused.value.code) == ([{"lane": "A", "opened_at": None}], "no_gate")
    assert shop.view("staff")["gates"][0]["opened_at"] is not None


def test_there_is_no_signal_of_an_unknown_lane(shop):
    """A lane that the store does not have has no gate to open either."""
    with pytest.raises(NotFound):
        shop.view("lane-signal/Z")
    with pytest.raises(BadRequest, match="lane"):
        shop.do("open_gate", "advisor/marta", lane="Z")
