"""The customer's own page: the code before check-in, the progress after it, and nothing of anybody else."""

from __future__ import annotations

import re

import pytest
from screen_shop import NOW, SetClock, open_shop, says, words_of

from kiosk.domain.people import Vehicle

LANGUAGES = ("en", "es", "ar")
CANARIES = ("Canary", "Vogel", "Pfeifer", "CAN-999", "+19735550199", "9735550199", "Zwitschern", "A-002", "99002")


@pytest.fixture
def codes(shop):
    """Lucía's appointment beside that of somebody else, and a code for each."""
    shop.book(
        shop.booking("99001", "Lucía Campos", language="es"),
        shop.booking(
            "99002",
            "Canary Vogel",
            phone_e164="+19735550199",
            concern="Zwitschern",
            vehicle=Vehicle(2020, "Pfeifer", "Pfeifer", "", None, "", "CAN-999"),
        ),
    )
    return {
        n: shop.do("manager/manager", "show_code", appointment_id=shop.appointment_id(n)) for n in ("99001", "99002")
    }


def own(shop, codes):
    """Lucía's page."""
    return f"/C/{codes['99001']['token']}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_before_check_in_the_page_is_the_code(shop, codes, language):
    """The code to scan and the way to type it, the time and the lanes, in the language that is asked for."""
    page = shop.screen(None).open(f"{own(shop, codes)}?lang={language}")

    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.text
    assert 'class="qr"' in page.text
    assert ">99001<" in page.text
    assert "A / B" in page.text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "stage", ["checked_in", "with_advisor", "in_service", "waiting", "quality_check", "ready", "handed_over"]
)
def test_after_check_in_the_page_is_the_progress(shop, codes, stage, language):
    """Each stage has its words in every language, and none of the pages lacks a message."""
    visit_id = shop.arrive("99001")
    if stage not in ("checked_in", "waiting", "handed_over"):
        shop.move_to(visit_id, stage)
    if stage == "waiting":
        shop.move_to(visit_id, "in_service")
        shop.do("advisor/marta", "ask_customer", visit_id=visit_id)
    if stage == "handed_over":
        shop.move_to(visit_id, "ready")
        shop.do("cashier/1", "hand_over", visit_id=visit_id)

    page = shop.screen(None).open(f"{own(shop, codes)}?lang={language}")

    assert page.status_code == 200
    assert "A-001" in page.text
    assert not re.search(r"\b(customer|stage|common)\.[a-z_]+\b|\bNone\b", words_of(page.text))


def test_the_page_speaks_the_customers_own_language_first(shop, codes):
    """Lucía's booking says Spanish, whatever her browser prefers."""
    page = shop.screen(None).open(own(shop, codes), **{"Accept-Language": "ar"})

    assert '<html lang="es"' in page.text


def test_a_changed_completion_is_told_honestly(shop, codes):
    """The new time, the old one struck through, and a sentence that it has changed."""
    visit_id = shop.arrive("99001")
    told_at = shop.visit(visit_id)["completion_at"]
    shop.do("lane/A", "end_conversation", visit_id=visit_id, completion_at=told_at)
    shop.do(
        "advisor/marta",
        "change_completion",
        visit_id=visit_id,
        completion_at=told_at + 3600 * 10**6,
        reason="a secret part",
    )

    page = shop.screen(None).open(f"{own(shop, codes)}?lang=en")

    assert says("customer.follow.changed") in page.text
    assert "<s>" in page.text
    assert "a secret part" not in page.text


@pytest.mark.parametrize("is_here", [False, True])
def test_nothing_of_anybody_else_is_on_the_page(shop, codes, is_here):
    """Names, plates, phones, words, numbers and tickets of other visits are on no customer's page and in no stream of it."""
    if is_here:
        shop.arrive("99001")
        shop.arrive("99002")
    screen = shop.screen(None)

    page = screen.open(own(shop, codes))
    stream = re.search(r'data-stream="([^"]+)/stream"', page.text)[1]
    view = screen.open(stream)

    for canary in CANARIES:
        assert canary not in page.text
        assert canary not in view.text


def test_the_page_does_not_tell_more_than_it_must(shop, codes):
    """Not even the customer's own phone, plate, prices or family name stand on a page that others may see over a shoulder."""
    shop.arrive("99001")

    page = shop.screen(None).open(own(shop, codes))

    for private in ("5550117", "ABC-472", "Campos", "289.95", "2T3P1RFV8MC164472"):
        assert private not in page.text


@pytest.mark.parametrize("path", ["/c/{}", "/C/{}"])
def test_a_code_may_be_written_in_any_case(shop, codes, path):
    """Capitals or small letters, O for 0 and I for 1: the same page."""
    token = codes["99001"]["token"]
    written = token.lower().replace("0", "o").replace("1", "i")

    assert shop.screen(None).open(path.format(written)).status_code == 200


@pytest.mark.parametrize("token", ["ABC", "0" * 26, "x" * 3000, "%00", "<script>"])
def test_an_unknown_code_is_answered_kindly(shop, codes, token):
    """A page in the browser's language that leads to a person; it says nothing else."""
    page = shop.screen(None).open(f"/C/{token}", **{"Accept-Language": "es-MX,es;q=0.9"})

    assert page.status_code == 404
    assert says("customer.unknown", "es") in page.text
    assert "<script>" not in page.text


def test_who_tries_many_codes_has_to_wait(shop, codes):
    """Thirty misses in a minute, then a minute's rest, also for codes that are right; afterwards all is well."""
    screen = shop.screen(None)
    for n in range(30):
        screen.open(f"/C/{n:026d}")

    blocked = screen.open(own(shop, codes))
    shop.later(seconds=61)
    free = screen.open(own(shop, codes))

    assert (blocked.status_code, blocked.headers["Retry-After"]) == (429, "60")
    assert free.status_code == 200


def test_the_page_is_kept_nowhere(shop, codes):
    """No cache, no search engine, no address handed on, no cookie."""
    headers = shop.screen(None).open(own(shop, codes)).headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in headers["X-Robots-Tag"]
    assert "Set-Cookie" not in headers


def test_without_a_public_address_there_is_no_customer_page(tmp_path):
    """A shop that shows no pages to customers says so, to right and wrong codes alike."""
    shop = open_shop(tmp_path, SetClock(NOW), public_url="")
    shop.book(shop.booking("1", "Lucía Campos"))
    code = shop.do("manager/manager", "show_code", appointment_id=shop.appointment_id("1"))

    page = shop.screen(None).open(f"/C/{code['token']}")
    shop.hub.database.close()

    assert page.status_code == 404
    assert says("customer.no_pages") in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_show_a_code_once(shop, codes, language):
    """A new code with its eight digits in two groups; loaded again, the page offers a new one instead."""
    marta = shop.screen("advisor/marta", language)
    page = marta.open("/appointments")
    form_id = f"code-{shop.appointment_id('99001')}"

    shown = marta.press(page, form_id)
    again = marta.press(page, form_id)

    assert 'class="qr"' in shown.text
    assert re.search(r"<span>\d{4}</span><i></i><span>\d{4}</span>", shown.text)
    assert 'class="qr"' not in again.text


def test_the_shown_code_opens_the_customers_page(shop, codes):
    """What the staff's page draws is the address of the customer's page, in capitals, so that a phone reads it well."""
    from kiosk.server.screens.codes import code_svg, shown_text

    text = shown_text("https://lane.valley.example", codes["99001"]["token"])

    assert text == f"HTTPS://LANE.VALLEY.EXAMPLE/C/{codes['99001']['token']}"
    assert shown_text("", "TOKEN") == "TOKEN"
    assert str(code_svg(text)) in shop.screen(None).open(own(shop, codes)).text
