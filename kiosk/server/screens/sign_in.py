"""Signing in and out: by password, by PIN on a shared screen; the first administrator; the password once more.

On a hub without sign-in (trials on one machine) it asks who works here and takes everybody at their word.
"""

from __future__ import annotations

from contextlib import suppress
from secrets import token_hex
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Response, current_app, g, make_response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from kiosk.catalogue import catalogue
from kiosk.domain.codes import western_digits
from kiosk.domain.store import Presence
from kiosk.server import access
from kiosk.server.doors import KNOWN, SCREEN, SESSION, Asking
from kiosk.server.errors import Answered, BadRequest, NotFound, TooMany
from kiosk.server.flask_doors import (
    AGAIN_FIELD,
    FORM_FIELD,
    drop_cookie,
    entry,
    password_typed,
    set_cookie,
    the_doors,
    the_people,
)
from kiosk.server.screens import page
from kiosk.server.staff.accounts import RANK
from kiosk.server.staff.passwords import SHORTEST
from kiosk.server.staff.signing_in import Place, SignedIn, SigningIn

if TYPE_CHECKING:
    from kiosk.server.staff.accounts import Account
    from kiosk.server.staff.shared import Screen

pages = page.staff_pages("sign_in", __name__)
FIRST_PAGE = {"advisor": "/advisor", "cashier": "/cashier", "manager": "/manager"}
SECRETS = ("password", "pin", FORM_FIELD)
SCREEN_AGE_S = KNOWN_AGE_S = 400 * 86_400  # the longest that browsers keep one
# What a browser calls itself by, first match first: its owner shall know it again.
BROWSERS = ("Edg", "Firefox", "Chrome", "Safari")
MACHINES = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux")


@pages.get("/")
def who_are_you() -> AnyResponse | str:
    """Who is in goes to the first screen; everybody else signs in."""
    if not the_doors().sign_in:
        return page.show("staff/who.html", title="staff.who", wanted="", people=page.people())
    if entry().account is not None:
        return redirect(inside(request.args.get("wanted")) or page.first_page(), 303)
    is_new = not the_people().has_administrator()
    return sign_in_page(wanted=request.args.get("wanted"), is_new=is_new)


@pages.post("/who")
def chosen() -> Response:
    """This screen is used by that person from now on; only where nobody signs in."""
    if the_doors().sign_in:
        raise NotFound("people sign in here")
    written = request.form.get("principal", "")
    if written not in {principal for _, group in page.people() for principal, _ in group}:
        raise BadRequest("principal: nobody of this store")
    reader = access.principal(written)
    answer = make_response(redirect(inside(request.form.get("wanted")) or FIRST_PAGE[reader.kind], 303))
    answer.set_cookie(page.PRINCIPAL_COOKIE, written, max_age=page.COOKIE_AGE_S, samesite="Strict", httponly=True)
    return answer


@pages.post("/sign-in")
def by_password() -> Response:
    """User name and password."""
    user_name, password = request.form.get("user_name", ""), request.form.get("password", "")
    try:
        signed_in = the_way_in().by_password(user_name[:100], password[:200], here())
    except Answered as wrong:
        return _wrong(wrong, user_name=user_name[:100], field="password")
    return _in(signed_in)


@pages.post("/sign-in/pin")
def by_pin() -> Response:
    """Six digits, on a shared screen."""
    account_id = request.form.get("account_id", "")[:32]
    try:
        signed_in = the_way_in().by_pin(account_id, western_digits(request.form.get("pin", ""))[:20], here())
    except Answered as wrong:
        return _wrong(wrong, chosen_id=account_id, field="password" if wrong.code == "pin_used_up" else "pin")
    return _in(signed_in)


@pages.post("/sign-out")
def out() -> Response:
    """Whoever was in is out, also where nobody was."""
    came_in = entry()
    if came_in.session:
        the_way_in().out(came_in.session)
    answer = make_response(redirect("/", 303))
    drop_cookie(answer, SESSION)
    drop_cookie(answer, page.PRINCIPAL_COOKIE)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@pages.get("/first")
def first() -> str:
    """The first administrator: whoever runs the machine has the code."""
    return first_page(None)


@pages.post("/first")
def make_first() -> Response:
    """The account, and in."""
    form = request.form
    user_name, password = form.get("user_name", ""), form.get("password", "")
    try:
        if password != form.get("repeated", ""):
            raise BadRequest("repeated: not the same", code="not_the_same")
        the_people().use_first_code(form.get("code", "")[:40], user_name, form.get("display_name", ""), password)
    except Answered as wrong:
        return make_response(first_page(wrong), wrong.status)
    return _in(the_way_in().by_password(user_name, password, here()))


@pages.post("/me/again")
def again() -> AnyResponse:
    """The password once more, on the way to a page."""
    came_in = entry()
    wanted = inside(request.form.get("wanted")) or "/"
    if came_in.account is None or came_in.session is None:
        return redirect(wanted, 303)
    try:
        password_typed(request.form.get(AGAIN_FIELD, "")[:200])
    except Answered as wrong:
        return make_response(again_page(wrong, wanted), wrong.status)
    return redirect(wanted, 303)


# --- pages


def sign_in_page(wrong: Answered | None = None, **told: Any) -> str:
    """The page that asks who somebody is, with what was wrong beside the field."""
    screen = here().screen
    people = [one for one in the_people().everybody() if one.pin_hash and not one.disabled_at] if screen else []
    asked_for = told.get("chosen_id") or request.args.get("person")
    chosen = next((one for one in people if one.account_id == asked_for), None)
    wants_password = request.args.get("with") == "password" or told.get("field") == "password"
    if screen and chosen and not wants_password:
        wants_password = the_way_in().needs_password(screen, chosen.account_id)
    return page.show(
        "staff/sign_in.html",
        title="sign_in.title",
        screen=screen,
        people=people,
        chosen=chosen,
        wants_password=wants_password or screen is None or (not people and screen is not None),
        wrong=error(wrong),
        user_name=told.get("user_name") or (chosen.user_name if chosen else ""),
        wanted=inside(told.get("wanted") or request.form.get("wanted")) or "",
        is_new=told.get("is_new", False),
        link=_link,
        role_words=role_words,
        pin_digits=6,
        language_path="/",
    )


def first_page(wrong: Answered | None) -> str:
    """The form for the first administrator."""
    kept = {name: request.form.get(name, "")[:60] for name in ("code", "user_name", "display_name")}
    field = {"wrong_code": "code", "bad_user_name": "user_name", "name_taken": "user_name", "bad_name": "display_name"}
    where = field.get(wrong.code, "repeated" if wrong.code == "not_the_same" else "password") if wrong else ""
    return page.show(
        "staff/first.html",
        title="sign_in.first.title",
        wrong=error(wrong),
        where=where,
        kept=kept,
        language_path="/first",
    )


def again_page(wrong: Answered | None, wanted: str) -> str:
    """The page that asks for the password once more; a form that it held up goes along with it."""
    held = [] if request.path == "/me/again" else [*request.form.items(multi=True)]
    kept = [(name, value) for name, value in held if not any(secret in name for secret in SECRETS)]
    is_form = request.method == "POST" and request.path != "/me/again"
    return page.show(
        "staff/again.html",
        title="sign_in.again.title",
        wrong=error(wrong),
        action=request.full_path.rstrip("?") if is_form else "/me/again",
        kept=kept if is_form else [("wanted", wanted)],
        field=AGAIN_FIELD,
        language_path=wanted if inside(wanted) else "/me",
    )


def error(wrong: Answered | None) -> tuple[str, int] | None:
    """What was wrong as a message with its number; (message, 0) for one without."""
    if wrong is None:
        return None
    if isinstance(wrong, TooMany):
        return "sign_in.error.wait", wrong.retry_after_s or 1
    if wrong.code == "too_short":
        return "sign_in.error.too_short", SHORTEST
    known = f"sign_in.error.{wrong.code}"
    return (known if known in catalogue("en")[0] else "sign_in.error.other"), 0


def role_words(account: Account) -> str:
    """A person's roles, in words."""
    return " · ".join(page.spoken().text(f"sign_in.role.{role}") for role in RANK if role in account.roles)


# --- within


def the_way_in() -> SigningIn:
    """Signing in, of this application."""
    found: SigningIn = current_app.extensions["signing_in"]
    return found


def here() -> Place:
    """The browser that asks."""
    asked: Asking = g.asking
    token = asked.secret(SCREEN)
    screen: Screen | None = the_people().screen_of(token) if token else None
    said = request.user_agent.string
    browser = next((one for one in BROWSERS if one in said), "")
    machine = next((one for one in MACHINES if one in said), "")
    called = " · ".join(one for one in ("Edge" if browser == "Edg" else browser, machine) if one)
    return Place(asked.address, called, asked.secret(KNOWN), screen)


def inside(path: str | None) -> str | None:
    """A path of this hub, or None: no form leads anywhere else."""
    is_ours = path and path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_ours else None


def _in(signed_in: SignedIn) -> Response:
    """In: to the page that was wanted, or the first one. A session of before in this browser is over."""
    before = entry().session
    if before:
        the_way_in().out(before)
    if here().is_in_the_house:
        _is_in(signed_in.account)
    wanted = inside(request.form.get("wanted"))
    answer = make_response(redirect("/me" if signed_in.account.must_change else wanted or "/", 303))
    set_cookie(answer, SESSION, signed_in.token)
    if signed_in.known:
        set_cookie(answer, KNOWN, signed_in.known, age_s=KNOWN_AGE_S)
    return answer


def _is_in(account: Account) -> None:
    """An advisor who was away or off and signs in here is in again; who is with a customer stays so."""
    hub = page.the_hub()
    advisor_id = account.advisor_id
    if advisor_id is None or hub.store.advisor(advisor_id) is None:
        return
    if hub.snapshot().presence.get(advisor_id) not in {Presence.AWAY, Presence.OFF}:
        return
    who = access.Principal(access.ADVISOR, advisor_id)
    with suppress(Answered):  # whoever has the right password comes in, whatever becomes of this
        body = {"advisor_id": advisor_id, "presence": Presence.IN.value}
        hub.command("set_presence", who, token_hex(16), hub.clock.now(), body)


def _wrong(wrong: Answered, **told: Any) -> Response:
    answer = make_response(sign_in_page(wrong, **told), wrong.status)
    if wrong.retry_after_s:
        answer.headers["Retry-After"] = str(wrong.retry_after_s)
    return answer


def _link(**values: str) -> str:
    return "/?" + urlencode({name: value for name, value in values.items() if value})
