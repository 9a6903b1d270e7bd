"""What every page of staff shares: who reads it, in which language, its words and figures, its safety headers."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, current_app, g, make_response, redirect, render_template, request
from markupsafe import Markup

from kiosk.domain.facts import from_us, to_us
from kiosk.language import CODES, Language, Ltr, language, plain
from kiosk.server import flask_doors
from kiosk.server.access import ADMINISTRATOR, ADVISOR, CASHIER, CHIEFS, DESK, Principal
from kiosk.server.errors import Answered, NotAllowed, PasswordNeeded, TooMany
from kiosk.server.flask_doors import entry, the_doors
from kiosk.server.markup import said, sentence

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as AnyResponse

    from kiosk.domain.store import Store
    from kiosk.server.deliveries import Deliveries
    from kiosk.server.hub import Hub

LANGUAGE_COOKIE = "kiosk_language"
PRINCIPAL_COOKIE = "kiosk_principal"
COOKIE_AGE_S = 180 * 86400
KNOWN_REFUSALS = frozenset(
    (
        *("bad_request", "not_allowed", "not_found", "busy", "out_of_order", "not_yours", "reason_needed"),
        *("nothing_to_take_back", "other_day", "cancelled", "finished"),
    )
)


def the_hub() -> Hub:
    """The hub that this application speaks for."""
    hub: Hub = current_app.extensions["hub"]
    return hub


def deliveries() -> Deliveries:
    """The delivery papers of this hub."""
    found: Deliveries = current_app.extensions["deliveries"]
    return found


def who() -> Principal:
    """Who asks."""
    found: Principal = g.principal
    return found


def own_advisor() -> str | None:
    """The id of the advisor who reads this page, or None: a manager looks in."""
    reader = who()
    return reader.name if reader.kind == ADVISOR and the_hub().store.advisor(reader.name) else None


def spoken() -> Language:
    """The language of the page: chosen at this screen, else the store's."""
    store = the_hub().store
    chosen = g.get("language_code") or flask_doors.cookie(LANGUAGE_COOKIE)
    return language(chosen if chosen in CODES else store.default_language, clock=store.clock)


def choose_language() -> AnyResponse | None:
    """`?lang=es` on any page: the screen speaks Spanish from now on."""
    chosen = request.args.get("lang")
    if request.method != "GET" or chosen not in CODES:
        return None
    others = request.args.to_dict()
    del others["lang"]
    answer = make_response(redirect(request.path + (f"?{urlencode(others)}" if others else ""), 303))
    flask_doors.set_cookie(answer, LANGUAGE_COOKIE, chosen, age_s=COOKIE_AGE_S)
    return answer


def secure(response: Response) -> Response:
    """Nothing kept, nothing found by a search engine; what else every answer has is in flask_doors.py."""
    if response.mimetype == "text/html":
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        # "no-referrer", as everywhere else, would also take the Origin from our own forms, which the hub wants to see.
        response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def staff_pages(name: str, module: str) -> Blueprint:
    """A blueprint of pages for staff: sealed, in the reader's language, with errors that are pages too."""
    pages = Blueprint(name, module)
    pages.before_request(choose_language)
    pages.after_request(secure)
    pages.register_error_handler(Answered, _tell_answered)
    return pages


def _tell_answered(answered: Answered) -> Response:
    if isinstance(answered, PasswordNeeded):
        return password_needed(answered)
    if answered.code == "foreign":
        return Response(f"{answered}\n", answered.status, content_type="text/plain; charset=utf-8")
    if isinstance(answered, NotAllowed):
        return form_too_old() if answered.code == "form_too_old" else wrong_reader()
    if answered.code == "wrong_password" or isinstance(answered, TooMany):
        return password_needed(answered)
    code = answered.code if answered.code in KNOWN_REFUSALS else "other"
    return make_response(show("staff/nothing.html", title=f"staff.error.{code}"), answered.status)


def wrong_reader() -> Response:
    """Somebody else's screen, or nobody has said yet who works here: choose, and go on where one wanted to go."""
    g.setdefault("principal", Principal("customer"))
    is_nobody = who().kind == "customer"
    wanted = request.full_path.rstrip("?") if request.method == "GET" else "/"
    if the_doors().sign_in:
        if is_nobody:
            return make_response(redirect(f"/?{urlencode({'wanted': wanted})}" if wanted != "/" else "/", 303))
        return make_response(show("staff/not_for_you.html", title="sign_in.not_for_you"), 403)
    html = show(
        "staff/who.html", title="staff.who" if is_nobody else "staff.not_for_you", wanted=wanted, people=people()
    )
    answer = make_response(html, 200 if is_nobody and request.method == "GET" else 403)
    if is_nobody and PRINCIPAL_COOKIE in request.cookies:
        answer.delete_cookie(PRINCIPAL_COOKIE)  # it names nobody; with it even the answer would be refused
    return answer


def password_needed(answered: Answered) -> Response:
    """The password once more; or a password of one's own first, where there is a drawn one."""
    from kiosk.server.screens import sign_in

    if answered.code == "change_password":
        return make_response(redirect("/me", 303))
    wanted = request.full_path.rstrip("?") if request.method == "GET" else "/"
    wrong = None if isinstance(answered, PasswordNeeded) else answered
    return make_response(sign_in.again_page(wrong, wanted), answered.status)


def form_too_old() -> Response:
    """A form of another session, or of a page that lay open too long: the page again, with a sentence."""
    from kiosk.server.screens import sign_in

    is_in = entry().account is not None
    html = show("staff/nothing.html", title="sign_in.error.form_too_old") if is_in else sign_in.sign_in_page()
    return make_response(html, 403)


def first_page() -> str:
    """Where somebody who has just signed in begins."""
    return "/advisor" if own_advisor() else (_nav() or [("/me", "")])[0][0]


def people() -> list[tuple[str, list[tuple[str, str]]]]:
    """Whom one can be at this screen: (message of the group, [(principal, name)])."""
    store, words = the_hub().store, spoken()
    advisors = [(f"advisor/{one.advisor_id}", one.name.in_(words.code)) for one in store.advisors]
    cashiers = [(f"cashier/{n}", words.text("common.cashier", n=Ltr(n))) for n in store.cashiers]
    return [
        ("staff.advisors", advisors),
        ("staff.cashiers", cashiers),
        ("staff.managers", [("manager/manager", words.text("staff.managers"))]),
    ]


def name_of(principal: Principal) -> str:
    """How the bar names the reader."""
    store, words = the_hub().store, spoken()
    account = entry().account if "entry" in g else None
    if account is not None and principal == who():
        return account.display_name
    if principal.kind == ADVISOR:
        found = store.advisor(principal.name)
        return found.name.in_(words.code) if found else principal.name
    if principal.kind == CASHIER:
        return words.text("common.cashier", n=Ltr(principal.name))
    return words.text("staff.managers") if principal.kind in CHIEFS else principal.name


def show(template: str, /, *, title: str, at: datetime | None = None, **values: Any) -> str:
    """A page's HTML.

    Args:
        title: message id of the page's title.
        at: the moment that the page shows; now unless given.
    """
    hub, words = the_hub(), spoken()
    now = at or hub.clock.now()
    me_path = "/me" if the_doors().sign_in else "/"
    reading = {"title": title, "reader": who(), "nav": _nav(), "me_path": me_path}
    reading["makes_promises"] = hub.makes_promises
    return render_template(template, **known(hub.store, words, now), **reading, **values)


def known(store: Store, words: Language, now: datetime) -> dict[str, Any]:
    """What every template can say: words, values, times."""
    zone = store.zone
    today = now.astimezone(zone).date()

    def time_of(us: int) -> Markup:
        return said(words.time(from_us(us), zone))

    def bare_when(us: int) -> str:
        at = from_us(us)
        is_today = at.astimezone(zone).date() == today
        return words.time(at, zone) if is_today else words.day_and_time(at, zone, today)

    noon = "|".join(
        plain(words.time(datetime(2026, 1, 1, hour, tzinfo=zone), zone)).lstrip("0123456789:") for hour in (0, 12)
    )
    return {
        "store": store,
        "language": words,
        "languages": [language(code) for code in CODES],
        "t": lambda message_id, /, **v: said(words.text(message_id, **v)) if v else sentence(words, message_id),
        "tn": lambda message_id, n, /, **v: said(words.plural(message_id, n, **v)),
        "bare": words.text,
        "ltr": lambda value: said(Ltr(value)),
        "in_words": lambda spoken_words: spoken_words[words.code],
        "time_of": time_of,
        "bare_time": lambda us: words.time(from_us(us), zone),
        "bare_when": bare_when,
        "when": lambda us: said(bare_when(us)),
        "whole_when": lambda us: said(words.day_and_time(from_us(us), zone, today)),
        "clock_value": lambda us: f"{from_us(us).astimezone(zone):%H:%M}",
        "elapsed": lambda seconds: said(Ltr(elapsed(seconds))),
        "elapsed_words": lambda seconds: Ltr(elapsed(seconds)),
        "us": to_us,
        "ms": lambda at: to_us(at) // 1000,
        "money": lambda cents: said(words.money(cents, store.currency)),
        "new_id": lambda: secrets.token_hex(16),
        "now_ms": to_us(now) // 1000,
        "now_us": to_us(now),
        "noon": noon.strip("|") and noon,
        "path": "/" + quote(request.path).lstrip("/"),  # a link to //x leads to another host
        "name_of": name_of,
    }


def elapsed(seconds: float) -> str:
    """A duration as a running clock: 0:24, 6:10, 1:02:03."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _nav() -> list[tuple[str, str]]:
    """Screens that this reader has: (path, message)."""
    reader = who()
    is_chief, is_cashier = reader.is_any(CHIEFS), reader.is_any({CASHIER})
    screens = [("/manager", "staff.nav.overview"), ("/fleet", "fleet.title")] if is_chief else []
    if reader.is_any(DESK):
        screens += [("/advisor", "staff.nav.day"), ("/appointments", "staff.nav.appointments")]
    if is_cashier or is_chief:
        screens.append(("/cashier", "staff.nav.cashier"))
    if reader.is_any({ADMINISTRATOR}) and the_doors().sign_in:
        screens.append(("/people", "sign_in.people.title"))
    return screens
