"""What the lane's conversation says of a visit, help, tickets and devices."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hub_shop import READY, clock_at, us

from kiosk.domain import facts as f
from kiosk.server import schema
from kiosk.server.errors import BadRequest, NotAllowed, NotFound

pytestmark = pytest.mark.storage


@pytest.mark.parametrize(
    ("kind", "body", "fact"),
    [
        ("confirm_details", {}, f.DetailsConfirmed()),
        ("choose_language", {"language": "ar"}, f.LanguageChosen("ar")),
        ("answer_permission", {"answer": "ask"}, f.PermissionAnswered(f.Permission.ASK)),
        ("end_conversation", {"completion_at": us(clock_at(9, 15))}, f.CompletionTold(clock_at(9, 15))),
    ],
)
def test_an_answer_is_recorded_once(shop, kind, body, fact):
    """Each answer is a fact of that visit; the same answer again is no second fact."""
    visit_id = shop.checked_in()

    for _ in range(2):
        shop.do(kind, "lane/A", visit_id=visit_id, **body)

    assert shop.facts(visit_id)[2:] == [fact]


def test_the_last_answer_counts(shop):
    """Who changes their mind is heard again."""
    visit_id = shop.checked_in()

    for answer in ("yes", "no", "yes"):
        shop.do("answer_permission", "lane/A", visit_id=visit_id, answer=answer)

    assert shop.staff(visit_id)["permission"] == "yes"


def test_a_conversation_may_end_without_a_time_on_paper(shop):
    """A walk-in's ticket may not know when; nothing is recorded then."""
    visit_id = shop.checked_in()

    shop.do("end_conversation", "lane/A", visit_id=visit_id, completion_at=None)

    assert len(shop.facts(visit_id)) == 2


def test_a_visit_that_nobody_knows_is_not_found(shop):
    """The lane keeps such a command in its quarantine."""
    with pytest.raises(NotFound):
        shop.do("confirm_details", "lane/A", visit_id="f" * 32)


def test_an_answer_at_another_lane_is_heard(shop):
    """A customer who shows the code at a second lane goes on there."""
    visit_id = shop.checked_in()

    shop.do("choose_language", "lane/B", visit_id=visit_id, language="en")

    assert shop.staff(visit_id)["language"] == "en"


# --- help


def test_help_about_a_visit_calls_its_advisor(shop):
    """One page more for the same desk, once however often it is pressed."""
    visit_id = shop.checked_in()

    answers = [shop.do("ask_for_help", "lane/A", visit_id=visit_id, lane="A", language="es") for _ in range(2)]

    assert answers[0]["page_id"] == answers[1]["page_id"]
    assert answers[0]["advisor"]["advisor_id"] == "marta"
    assert sorted(one["reason"] for one in shop.staff(visit_id)["pages"]) == ["check_in", "help"]


def test_help_before_there_is_a_visit_is_a_call_of_the_lane(shop):
    """Whoever is in is called; the staff see the lane; nobody is promised by name while several may come."""
    answer = shop.do("ask_for_help", "lane/B", visit_id=None, lane="B", language="en")

    page = shop.view("pager/chen")["pages"][0]
    assert (page["lane"], page["visit_id"], page["reason"], page["ticket"]) == ("B", None, "help", None)
    assert (answer["advisor"], answer["nobody_in"]) == (None, False)
    assert [one["page_id"] for one in shop.view("staff")["calls"]] == [answer["page_id"]]


def test_a_lanes_call_is_one_until_somebody_comes(shop):
    """Pressed three times it is one page; pressed again while somebody walks there, it is another."""
    first = [shop.do("ask_for_help", "lane/A", visit_id=None, lane="A", language="en")["page_id"] for _ in range(3)]
    shop.do("acknowledge", "pager/desks", page_id=first[0], advisor_id="chen")

    again = shop.do("ask_for_help", "lane/A", visit_id=None, lane="A", language="en")["page_id"]

    assert len(set(first)) == 1
    assert again != first[0]


def test_help_for_a_visit_that_is_over_is_a_call_of_the_lane(shop):
    """Somebody stands there all the same."""
    visit_id = shop.walk(shop.checked_in(), *READY, "hand_over")

    shop.do("ask_for_help", "lane/A", visit_id=visit_id, lane="A", language="en")

    assert shop.view("staff")["calls"][0]["lane"] == "A"


def test_a_lane_asks_for_itself(shop):
    """A lane cannot call somebody to another one."""
    with pytest.raises(NotAllowed, match="lane"):
        shop.do("ask_for_help", "lane/A", visit_id=None, lane="B", language="en")


def test_with_nobody_in_help_says_so(shop):
    """The lane can tell a time instead of a name."""
    for one in ("marta", "chen", "diaz"):
        shop.do("set_presence", "manager/ali", advisor_id=one, presence="off")

    assert shop.do("ask_for_help", "lane/A", visit_id=None, lane="A", language="en")["nobody_in"]


@pytest.mark.parametrize(("minutes", "calls"), [(10, 1), (11, 0)])
def test_a_call_that_came_too_late_calls_nobody(shop, minutes, calls):
    """The link was away for longer than anybody stands at a lane: no page, and the lane is told so."""
    body = {"visit_id": None, "lane": "A", "language": "en"}
    waited = timedelta(minutes=minutes)

    told = shop.hub.answer("ask_for_help", "lane/A", "a" * 32, shop.clock.now(), body, waited=waited).result

    assert len(shop.view("staff")["calls"]) == calls
    assert (told["page_id"] != "", told["advisor"], told["nobody_in"]) == (calls == 1, None, False)


def test_a_late_call_of_a_visit_adds_no_page(shop):
    """The advisor of the visit is not called for what is over."""
    visit_id = shop.checked_in()
    body = {"visit_id": visit_id, "lane": "A", "language": "en"}

    shop.hub.answer("ask_for_help", "lane/A", "a" * 32, shop.clock.now(), body, waited=timedelta(hours=1))

    assert [one["reason"] for one in shop.staff(visit_id)["pages"]] == ["check_in"]


# --- tickets and devices


def test_a_tickets_fate_is_told(shop):
    """Queued, sent, confirmed: the staff see the last; only `confirmed` means printed."""
    visit_id = shop.checked_in()

    for state in ("queued", "sent", "confirmed"):
        shop.do("report_ticket", "lane/A", visit_id=visit_id, job_id="j1", state=state, copy=False, trouble=None)

    assert shop.staff(visit_id)["ticket_state"] == "confirmed"


@pytest.mark.parametrize("state", ["sent", "confirmed"])
def test_a_printers_trouble_stands_until_a_ticket_goes_through(shop, state):
    """Paper out is shown at the lane's device; the next ticket that gets out ends it, for some printers never confirm."""
    visit_id = shop.checked_in()
    shop.do("report_device", "lane/A", version="0.1.0", trouble=["camera_covered"])
    report = {"visit_id": visit_id, "job_id": "j1", "copy": False}

    shop.do("report_ticket", "lane/A", **report, state="failed", trouble="paper_out")
    failed = shop.view("staff")["devices"][0]["trouble"]
    shop.do("report_ticket", "lane/A", **report, state="queued", trouble=None)
    queued = shop.view("staff")["devices"][0]["trouble"]
    shop.do("report_ticket", "lane/A", **report, state=state, trouble=None)

    assert failed == queued == ["camera_covered", "paper_out"]
    assert shop.view("staff")["devices"][0]["trouble"] == ["camera_covered"]


@pytest.mark.parametrize("state", ["printed", "", None, 3])
def test_an_unknown_state_of_a_ticket_is_refused(shop, state):
    """Nothing but the five states of the spool."""
    visit_id = shop.checked_in()

    with pytest.raises(BadRequest, match="state"):
        shop.do("report_ticket", "lane/A", visit_id=visit_id, job_id="j1", state=state)


def test_devices_report_version_and_trouble(shop):
    """The last report counts; each device by its principal."""
    shop.do("report_device", "pager/desks", version="0.1.0", trouble=["button_stuck"])
    shop.do("report_device", "board/hall", version="0.1.0", trouble=[])
    shop.do("report_device", "pager/desks", version="0.1.1", trouble=[])

    devices = shop.view("staff")["devices"]

    assert [(one["name"], one["kind"], one["version"], one["trouble"]) for one in devices] == [
        ("board/hall", "board", "0.1.0", []),
        ("pager/desks", "pager", "0.1.1", []),
    ]


def test_a_report_that_says_nothing_new_writes_nothing(shop):
    """Devices report every minute, for years: no row for each of them, and no `seq`."""
    first = shop.hub.answer("report_device", "lane/A", "a" * 32, shop.clock.now(), {"version": "1", "trouble": []})
    told = []
    shop.hub.on_change.append(lambda: told.append(True))

    again = shop.hub.answer("report_device", "lane/A", "b" * 32, shop.clock.now(), {"version": "1", "trouble": []})
    quiet = list(told)
    other = shop.hub.answer("report_device", "lane/A", "c" * 32, shop.clock.now(), {"version": "1", "trouble": ["full"]})

    assert (again.seq, other.seq) == (first.seq, first.seq + 1)
    assert (quiet, told) == ([], [True])
    assert shop.everything(schema.command) == []


@pytest.mark.parametrize("trouble", [None, "paper_out", ["x" * 65], [""], ["a"] * 21, [1], ["línea\n"]])
def test_a_report_is_a_list_of_codes(shop, trouble):
    """No sentences, no endless lists."""
    with pytest.raises(BadRequest, match="trouble"):
        shop.do("report_device", "lane/A", version="0.1.0", trouble=trouble)
