"""The doors for what Flask answers: who asks, the forms' tokens, and the headers that every answer has.

The rules are in doors.py and access.py; the native half of the hub goes through the same ones in native.py.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import replace

from flask import Response, current_app, g, request

from kiosk.server import access
from kiosk.server.doors import FORM, READING, SESSION, Asking, Door, Doors, Entry, form_must_be_ours, form_token
from kiosk.server.errors import Answered, NotSignedIn, PasswordNeeded
from kiosk.server.refusals import note
from kiosk.server.staff.people import People
from kiosk.server.staff.signing_in import SigningIn

FORM_FIELD = "form_token"
AGAIN_FIELD = "password_again"
FORM_AGE_S = 12 * 3600
FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
# No script, style, font or picture but our own files; no frame around them; forms lead here alone.
CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self';"
    " object-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
NO_FRAME = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
# An answer of the wire that somebody opens like a page is text without rights. Browsers' own viewers of papers (PDF)
# are stopped by a sandbox and by object-src.
SECURITY_OF = {
    "text/html": CONTENT_SECURITY,
    "application/json": f"{NO_FRAME}; sandbox",
    "application/pdf": "base-uri 'none'; frame-ancestors 'none'",
}
_FORM = re.compile(rb'<form\b[^>]*\bmethod="post"[^>]*>')


def the_doors() -> Doors:
    """The doors of this application."""
    found: Doors = current_app.extensions["doors"]
    return found


def the_people() -> People:
    """The people of this application's store."""
    found: People = current_app.extensions["people"]
    return found


def entry() -> Entry:
    """How this request came in."""
    found: Entry = g.entry
    return found


def asking() -> Asking:
    """This request as the doors look at it."""
    state = request.environ.get("asgi.scope", {}).get("state", {})
    return Asking(
        door=Door(state.get("door", Door.LOOPBACK)),
        method=request.method,
        header=request.headers.get,
        cookie=request.cookies.get,
        peer=request.remote_addr or "",
    )


def check_request() -> None:
    """Who asks, from where, and whether they may. A route that access.py does not know is refused."""
    try:
        _check_request()
    except Answered as refused:
        g.refused = refused.code
        raise


def _check_request() -> None:
    doors, asked = the_doors(), asking()
    g.asking = asked
    g.entry = doors.enter(asked)
    g.principal = g.entry.who
    rule = request.url_rule.rule if request.url_rule is not None else None
    if rule is None:
        return
    access.check_route(g.principal, request.method, rule)
    _form_must_be_ours(asked)
    try:
        doors.must_be_fresh(g.entry, request.method, rule, (request.view_args or {}).get("kind", ""))
    except PasswordNeeded as needed:
        if needed.code == "change_password":
            raise
        _password_again()
    if is_touch():
        doors.touched(g.entry)


def is_touch() -> bool:
    """Whether a person did this: a page that was opened or a key; a page that keeps itself fresh does not count."""
    return request.method not in READING or request.headers.get("Sec-Fetch-Dest", "document") == "document"


def cookie(name: str) -> str:
    """What one of our cookies says, under the name that it has at this door; empty where there is none."""
    asked: Asking = g.asking
    return asked.cookie(asked.cookie_name(name)) or ""


def set_cookie(answer: Response, name: str, value: str, *, age_s: int | None = None) -> None:
    """A cookie of ours: no script reads it, no other site sends it along with a change; over TLS bound to this host."""
    asked: Asking = g.asking
    answer.set_cookie(
        asked.cookie_name(name), value, max_age=age_s, httponly=True, samesite="Lax", secure=asked.is_tls, path="/"
    )


def drop_cookie(answer: Response, name: str) -> None:
    """Take a cookie of ours out of the browser."""
    asked: Asking = g.asking
    answer.delete_cookie(asked.cookie_name(name), httponly=True, samesite="Lax", secure=asked.is_tls, path="/")


def secure(response: Response) -> Response:
    """The headers of every answer, and the tokens of a page's forms."""
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    headers["Content-Security-Policy"] = SECURITY_OF.get(response.mimetype or "", NO_FRAME)
    if response.mimetype == "text/html":
        headers["X-Frame-Options"] = "DENY"
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if the_doors().sign_in and "asking" in g and not response.direct_passthrough:
            _put_tokens(response)
    if "renewed" in g and not any(SESSION in one for one in headers.getlist("Set-Cookie")):
        set_cookie(response, SESSION, g.renewed)
    if "asking" in g:
        rule = request.url_rule.rule if request.url_rule is not None else ""
        note(response.status_code, g.get("refused", ""), g.get("principal"), g.asking.address, rule)
    return response


def _put_tokens(response: Response) -> None:
    """Every form of a page that changes something carries the browser's own token; no template can forget it."""
    html = response.get_data()
    if not _FORM.search(html):
        return
    secret = _form_secret()
    if not secret:
        secret = secrets.token_urlsafe(32)
        set_cookie(response, FORM, secret, age_s=FORM_AGE_S)
    field = f'<input type="hidden" name="{FORM_FIELD}" value="{form_token(secret)}">'.encode()
    response.set_data(_FORM.sub(lambda found: found[0] + field, html))


def _form_secret() -> str:
    """What this browser's forms are tied to: its session, or before there is one a cookie for this alone."""
    asked: Asking = g.asking
    came_in: Entry | None = g.get("entry")
    return (came_in.token if came_in else "") or asked.secret(FORM)


def _form_must_be_ours(asked: Asking) -> None:
    is_form = asked.method not in READING and request.mimetype in FORM_TYPES
    if is_form and the_doors().sign_in and asked.door is not Door.COMMAND_LINE:
        form_must_be_ours(_form_secret(), request.form.get(FORM_FIELD))


def password_typed(typed: str) -> None:
    """The password once more, by who is signed in: good for five minutes, under another token of the session.

    Raises:
        NotSignedIn: wrong, or nobody is signed in. TooMany: it has to wait.
    """
    came_in, asked = entry(), g.asking
    if came_in.account is None or came_in.session is None:
        raise NotSignedIn("nobody is signed in here")
    signing_in: SigningIn = current_app.extensions["signing_in"]
    token = signing_in.again(came_in.account, came_in.session, typed, asked.address)
    held = asked.cookie_name(SESSION)
    g.renewed = token
    g.asking = replace(asked, cookie=lambda name: token if name == held else asked.cookie(name))
    g.entry = the_doors().enter(g.asking)


def _password_again() -> None:
    """The page that asked for the password once more sends it along with the form that it held up."""
    typed = request.form.get(AGAIN_FIELD)
    if typed is None or entry().session is None:
        raise PasswordNeeded("this wants your password once more; it is asked every five minutes here")
    password_typed(typed)
