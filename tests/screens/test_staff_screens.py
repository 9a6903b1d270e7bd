"""The staff's pages over a real hub: they speak three languages, show what is there, and their keys do what they say."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from screen_shop import says, words_of

from kiosk.domain.appointment import OperationAsked
from kiosk.domain.people import Vehicle
from kiosk.language import Ltr
from kiosk.server.access import ROUTES

LANGUAGES = ("en", "es", "ar")


@pytest.fixture
def busy(shop):
    """A shop with a visit in every stage, a call for help, and somebody still to come."""
    shop.book(
        shop.booking("1", "Lucía Campos"),
        shop.booking("2", "Grace Okafor"),
        shop.booking("3", "Yusuf Karim"),
        shop.booking("4", "Emily Novak"),
        shop.booking("5", "Tom Lee"),
        shop.booking("6", "Ana Ruiz", starts_at=shop.clock.now() + timedelta(hours=1)),
        shop.booking("7", "Noah Brown"),
    )
    visits = {"checked_in": shop.arrive("1")}
    for number, stage in (("2", "with_advisor"), ("3", "in_service"), ("4", "quality_check"), ("5", "ready")):
        visits[stage] = shop.arrive(number, "B")
        shop.move_to(visits[stage], stage)
    visits["waiting_for_answer"] = shop.arrive("7")
    shop.move_to(visits["waiting_for_answer"], "in_service")
    shop.do("advisor/marta", "ask_customer", visit_id=visits["waiting_for_answer"])
    shop.do("lane/B", "ask_for_help", visit_id=None, lane="B", language="en")
    shop.do("lane/B", "report_device", version="0.1", trouble=["paper_out", "something_new"])
    shop.visits = visits
    return shop


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("who", "paths"),
    [
        (None, ["/"]),
        ("advisor/marta", ["/advisor", "/appointments", "/appointments?on=2026-11-25", "/advisor?refused=out_of_order"]),
        ("cashier/1", ["/cashier", "/cashier/{ready}", "/cashier/{ready}?trouble=no_answer", "/visits/{ready}/lines", "/cashier/gone"]),
        ("manager/manager", ["/manager", "/advisor", "/cashier", "/appointments", "/cashier/{ready}"]),
    ],
)  # fmt: skip
def test_every_page_speaks_every_language(busy, who, paths, language):
    """No page lacks a message, says None, or shows the id of a message instead of its words."""
    screen = busy.screen(who, language)

    for path in paths:
        page = screen.open(path.format(**busy.visits))

        assert page.status_code == 200, path
        assert f'<html lang="{language}"' in page.text
        assert not re.search(
            r"\b(None|Undefined|staff|cashier|manager|common|delivery)\.[a-z_]+\b|>None<", words_of(page.text)
        )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("who", ["advisor/marta", "manager/manager"])
def test_a_visit_can_be_opened_in_every_stage(busy, who, language):
    """Each stage of a visit has its page, with its facts and its keys, for advisors and for managers who look in."""
    screen = busy.screen(who, language)

    for stage, visit_id in busy.visits.items():
        page = screen.open(f"/advisor/visits/{visit_id}")

        assert page.status_code == 200
        assert f'class="chip {stage}"' in page.text


def test_an_advisor_moves_a_visit_from_the_lane_to_ready(shop):
    """Keys alone lead a visit from its call to ready for pickup."""
    shop.book(shop.booking("1", "Lucía Campos"))
    visit_id = shop.arrive("1")
    page_id = shop.visit(visit_id)["pages"][0]["page_id"]
    marta = shop.screen("advisor/marta")

    page = marta.press(marta.open("/advisor"), f"acknowledge-{page_id}")
    page = marta.press(page, f"greet-{visit_id}-call")
    page = marta.press(page, f"begin_write_up-{visit_id}-call")
    for key in ("begin_service", "ask_customer"):
        page = marta.press(page, f"{key}-{visit_id}")
    page = marta.press(page, f"record_answer-{visit_id}", approved="yes")
    for key in ("begin_quality_check", "fail_quality_check", "begin_quality_check", "pass_quality_check"):
        page = marta.press(page, f"{key}-{visit_id}")

    assert shop.visit(visit_id)["stage"] == "ready"
    assert shop.visit(visit_id)["approved"] is True
    assert shop.visit(visit_id)["greeted_at"] is not None


def test_a_key_that_is_pressed_twice_counts_once(busy):
    """The same page sent twice, as by an impatient hand, is one command; the second one does no harm."""
    visit_id = busy.visits["with_advisor"]
    marta = busy.screen("advisor/marta")
    page = marta.open(f"/advisor/visits/{visit_id}")

    marta.press(page, f"begin_service-{visit_id}")
    second = marta.press(page, f"begin_service-{visit_id}")

    assert busy.visit(visit_id)["stage"] == "in_service"
    assert says("staff.error.title") not in second.text


def test_a_step_that_somebody_else_took_is_told_apart(busy):
    """A key of an old page says that the step does not come next, and the page shows how it stands."""
    visit_id = busy.visits["with_advisor"]
    old = busy.screen("advisor/omar").open(f"/advisor/visits/{visit_id}")
    busy.do("advisor/marta", "begin_service", visit_id=visit_id)

    page = busy.screen("advisor/omar").press(old, f"begin_service-{visit_id}")

    assert says("staff.error.out_of_order") in words_of(page.text)
    assert 'class="chip in_service"' in page.text


def test_a_wrong_step_is_taken_back_by_its_maker(busy):
    """One key undoes the last step; somebody else is told who may."""
    visit_id = busy.visits["in_service"]
    path = f"/advisor/visits/{visit_id}"
    omar, marta = busy.screen("advisor/omar"), busy.screen("advisor/marta")

    refused = omar.press(omar.open(path), f"take_back-{visit_id}")
    marta.press(marta.open(path), f"take_back-{visit_id}")

    assert says("staff.error.not_yours") in words_of(refused.text)
    assert busy.visit(visit_id)["stage"] == "with_advisor"


def test_a_manager_takes_an_old_step_back_with_a_reason(busy):
    """After ten minutes a manager's reason undoes what its maker cannot any more."""
    visit_id = busy.visits["quality_check"]
    busy.later(minutes=11)
    chief = busy.screen("manager/manager")

    page = chief.press(chief.open(f"/advisor/visits/{visit_id}"), f"take_back-{visit_id}")
    assert says("staff.error.reason_needed") in words_of(page.text)
    chief.press(page, f"take_back-{visit_id}", reason="wrong car")

    assert busy.visit(visit_id)["stage"] == "in_service"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_call_stands_first_with_who_where_and_since_when(busy, language):
    """Whom the advisor goes to, in which lane, under which number and how long already."""
    busy.later(seconds=84)
    page = busy.screen("advisor/marta", language).open("/advisor")
    first = page.text[page.text.index('id="list"') :]

    assert words_of(first).index("A-001") < words_of(first).index("B-002")
    assert "Lucía Campos" in words_of(first)
    assert re.search(r"data-since=\"\d+\">\s*<bdi dir=\"ltr\">1:24<", first)


def test_a_page_for_others_can_be_taken_over(busy):
    """A call that reached a colleague only stands apart, with its key."""
    omar = busy.screen("advisor/omar")
    page_id = busy.visit(busy.visits["checked_in"])["pages"][0]["page_id"]

    page = omar.press(omar.open("/advisor"), f"acknowledge-{page_id}")

    assert busy.visit(busy.visits["checked_in"])["pages"][0]["acknowledged_by"] == "omar"
    assert f'id="greet-{busy.visits["checked_in"]}-call"' in page.text


def test_pages_that_nobody_answers_reach_the_manager(busy):
    """After the limit the call stands on the manager's screen, until the manager sends somebody."""
    page_id = busy.visit(busy.visits["checked_in"])["pages"][0]["page_id"]
    chief = busy.screen("manager/manager")

    before = chief.open("/manager")
    busy.later(seconds=121)
    after = chief.open("/manager")
    sent = chief.press(after, f"acknowledge-{page_id}", advisor_id="omar")

    assert f"call-{page_id}" not in before.text
    assert f"call-{page_id}" in after.text
    assert 'data-pattern="escalated"' in after.text
    assert f"call-{page_id}" not in sent.text


def test_presence_is_one_choice(busy):
    """An advisor says where they are, and pages go by it."""
    marta = busy.screen("advisor/marta")

    marta.press(marta.open("/advisor"), "set_presence-marta", presence="away")

    assert next(one for one in busy.hub.view("staff")["advisors"] if one["advisor_id"] == "marta")["presence"] == "away"


def test_an_appointment_is_checked_in_with_one_touch(busy):
    """From the list of the day straight to the visit that it made."""
    marta = busy.screen("advisor/marta")

    page = marta.press(marta.open("/advisor"), f"check_in_appointment-{busy.appointment_id('6')}")

    assert "Ana Ruiz" in page.text
    assert 'class="chip checked_in"' in page.text


def test_somebody_without_appointment_gets_a_visit(busy):
    """A name and a reason are enough."""
    marta = busy.screen("advisor/marta")

    page = marta.press(marta.open("/advisor"), "open_visit-here", name="Sami", reason="A light is on", language="ar")

    assert "Sami" in page.text
    assert "S-001" in page.text


def test_the_estimated_completion_is_changed_with_a_reason(busy):
    """A day and a time on the shop's wall, typed in any digits; the old time stays beside the new one."""
    visit_id = busy.visits["in_service"]
    marta = busy.screen("advisor/marta")
    path = f"/advisor/visits/{visit_id}"

    page = marta.press(
        marta.open(path), f"change_completion-{visit_id}", day="2026-11-24", time="١٦:٤٥", reason="a part is late"
    )

    assert "16:45" in words_of(page.text)
    assert "a part is late" not in busy.screen("advisor/marta").open(path).text.split('id="keys"')[1]


@pytest.mark.parametrize(
    "typed", [{"day": "2026-11-24", "time": "25:99"}, {"day": "", "time": ""}, {"day": "2026-11-24", "time": "08:00"}]
)
def test_an_impossible_completion_is_refused(busy, typed):
    """No time, an impossible one, or one that has passed changes nothing."""
    visit_id = busy.visits["in_service"]
    marta = busy.screen("advisor/marta")
    before = busy.visit(visit_id)["completion_at"]

    page = marta.press(marta.open(f"/advisor/visits/{visit_id}"), f"change_completion-{visit_id}", reason="x", **typed)

    assert says("staff.error.title") in page.text
    assert busy.visit(visit_id)["completion_at"] == before


def test_a_ticket_that_was_not_printed_is_told(shop):
    """Paper out at the lane: the advisor's page says so, with the number to tell."""
    shop.book(shop.booking("1", "Lucía Campos"))
    visit_id = shop.arrive("1")
    shop.do("lane/A", "report_ticket", visit_id=visit_id, job_id="j", state="failed", copy=False, trouble="paper_out")

    page = shop.screen("advisor/marta").open(f"/advisor/visits/{visit_id}")

    assert says("staff.ticket.failed") in page.text
    assert says("staff.ticket.tell", ticket=Ltr("A-001")) in words_of(page.text)


def test_an_unconfirmed_check_in_finds_its_booking(shop):
    """A check-in without connection is confirmed with the booking that the customer names."""
    shop.book(shop.booking("1", "Lucía Campos"))
    visit_id = shop.walk_in("", way="code", code_hash="0" * 64, offline=True)
    marta = shop.screen("advisor/marta")
    page = marta.open(f"/advisor/visits/{visit_id}")

    page = marta.press(page, f"confirm_check_in-{visit_id}", appointment_id=shop.appointment_id("1"))

    assert "Lucía Campos" in page.text
    assert "no appointment fits" not in page.text


def test_a_booking_that_changed_after_the_check_in_is_shown(shop):
    """A newer export never changes a visit that has begun; the advisor is told."""
    shop.book(shop.booking("1", "Lucía Campos"))
    visit_id = shop.arrive("1")
    shop.book(shop.booking("1", "Lucía Campos", operations=(OperationAsked("NOISE", "Check a noise"),)))

    page = shop.screen("advisor/marta").open(f"/advisor/visits/{visit_id}")

    assert says("staff.kept_aside") in page.text


ATTACKS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    '=HYPERLINK("http://x")',
    "{{ 7*7 }}",
    "a\u202eb",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_names_are_only_names(shop, attack):
    """Tags, formulas, templates and marks that turn the direction are shown as letters on every page, and do nothing."""
    shop.book(
        shop.booking("1", attack, vehicle=Vehicle(2021, attack, "", "", None, "", attack), concern=attack),
        shop.booking("2", attack, starts_at=shop.clock.now() + timedelta(hours=1)),
    )
    visit_id = shop.arrive("1")
    walk_in = shop.walk_in(attack, reason=attack)
    shop.move_to(walk_in, "ready")

    for who, paths in {
        "advisor/marta": ["/advisor", "/appointments", f"/advisor/visits/{visit_id}", f"/visits/{visit_id}/lines"],
        "cashier/1": ["/cashier", f"/cashier/{walk_in}"],
        "manager/manager": ["/manager"],
    }.items():
        for path in paths:
            text = shop.screen(who).open(path).text

            assert "<script>alert" not in text
            assert "<img" not in text
            assert "\u202e" not in text
            assert ">49<" not in text


def test_a_screen_of_somebody_else_asks_who_is_there(busy):
    """A cashier who opens the advisor's day is told, and can say who works here now."""
    page = busy.screen("cashier/1").open("/advisor")

    assert page.status_code == 403
    assert says("staff.not_for_you") in page.text
    assert 'value="advisor/marta"' in page.text


def test_nobody_is_asked_who_they_are_first(busy):
    """Without a name every staff page becomes the question, and the answer leads on to it."""
    visit_id = busy.visits["ready"]
    screen = busy.screen(None)

    asked = screen.open(f"/advisor/visits/{visit_id}")
    answered = screen.client.post(
        "/who", data={"principal": "advisor/omar", "wanted": f"/advisor/visits/{visit_id}"}, follow_redirects=True
    )

    assert says("staff.who") in asked.text
    assert answered.request.path == f"/advisor/visits/{visit_id}"
    assert "Omar" in answered.text


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_no_form_leads_out_of_the_house(busy, wanted):
    """Where a page wants to go back to is a path of the hub or nothing."""
    answer = busy.screen(None).client.post("/who", data={"principal": "advisor/omar", "wanted": wanted})

    assert answer.headers["Location"] == "/advisor"


def test_an_unknown_person_is_refused(busy):
    """Only people of this store work at its screens."""
    answer = busy.screen(None).client.post("/who", data={"principal": "advisor/stranger"})

    assert answer.status_code == 400
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("cookie", ["evil/x", "advisor/", "marta", "advisor/gone"])
def test_a_name_that_means_nobody_is_asked_for_again(busy, cookie):
    """A screen that remembers somebody who is not of this store asks who works there, and takes the answer."""
    screen = busy.screen(cookie)

    asked = screen.open("/advisor")
    answered = screen.client.post(
        "/who", data={"principal": "advisor/omar", "wanted": "/advisor"}, follow_redirects=True
    )

    assert 'value="advisor/omar"' in asked.text
    assert answered.status_code == 200
    assert "Omar" in answered.text


def test_another_sites_form_changes_nothing(busy):
    """A page of another site cannot press our keys with our cookie."""
    visit_id = busy.visits["with_advisor"]
    marta = busy.screen("advisor/marta")

    answer = marta.client.post(
        "/do/begin_service",
        data={"command": "0" * 32, "visit_id": visit_id},
        headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    )

    assert answer.status_code == 403
    assert busy.visit(visit_id)["stage"] == "with_advisor"


def test_the_language_is_chosen_on_any_page(busy):
    """One touch on a language, and this screen keeps it."""
    screen = busy.screen("advisor/marta")

    screen.open("/advisor?lang=ar")

    assert '<html lang="ar" dir="rtl">' in screen.open("/appointments").text


@pytest.mark.parametrize("path", ["/", "/advisor", "/cashier", "/manager", "/C/ABC", "/nothing"])
def test_pages_are_sealed(busy, path):
    """No page runs or loads anything but the hub's own files, none is kept, none is found by a search engine."""
    headers = busy.screen("manager/manager").open(path).headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert "noindex" in headers["X-Robots-Tag"]


def test_no_template_needs_an_exception_to_the_seal(busy):
    """Not one inline script, style or handler, and nothing from another host, stands in any page."""
    chief = busy.screen("manager/manager")
    paths = [
        "/",
        "/manager",
        "/advisor",
        "/appointments",
        "/cashier",
        *(f"/advisor/visits/{one}" for one in busy.visits.values()),
    ]

    for path in paths:
        text = chief.open(path).text

        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|(src|href)=\"(https?:)?//", text), (
            path
        )


def test_no_id_stands_twice_in_a_page(busy):
    """An id names one thing: for a screen reader, for the keys, and for what the page takes over from the hub."""
    for who in ("advisor/marta", "manager/manager"):
        for path in (
            "/advisor",
            "/appointments",
            "/manager",
            "/cashier",
            *(f"/advisor/visits/{one}" for one in busy.visits.values()),
        ):
            ids = re.findall(r'\bid="([^"]+)"', busy.screen(who).open(path).text)

            assert [one for one in set(ids) if ids.count(one) > 1] == [], path


def test_every_page_stands_in_the_table_of_access(busy):
    """Who may use a page is said in one place, for every page that there is."""
    rules = {
        (method, rule.rule)
        for rule in busy.app.flask.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }

    assert rules <= set(ROUTES)


def test_every_icon_is_the_one_that_other_screens_draw():
    """The browser's icons and those of lane and board have the same paths."""
    from kiosk.display.icons import MARK, PATHS
    from kiosk.server.markup import icon_paths

    ours = dict(icon_paths())

    assert ours.pop("mark") == MARK
    assert ours.items() <= PATHS.items()


def test_what_a_customer_added_at_the_lane_stands_with_the_visit(busy):
    """Concerns, own words, transport and the way of contact, in the reader's language."""
    visit_id = busy.visits["checked_in"]
    busy.do("lane/A", "note_concerns", visit_id=visit_id, concerns=["noise"], words="Front left, when cold")
    busy.do("lane/A", "choose_transport", visit_id=visit_id, transport="shuttle")
    busy.do("lane/A", "choose_contact_method", visit_id=visit_id, method="whatsapp")

    said = words_of(busy.screen("advisor/marta").open(f"/advisor/visits/{visit_id}").text)

    assert all(one in said for one in (says("concern.noise"), "Front left, when cold", says("transport.shuttle"), "WhatsApp"))
