"""`/me`: one's own account: password, PIN, and where one is signed in."""

from __future__ import annotations

from flask import make_response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.codes import western_digits
from kiosk.server.errors import Answered, BadRequest, NotFound
from kiosk.server.flask_doors import entry, password_typed, the_people
from kiosk.server.screens import page
from kiosk.server.screens.sign_in import error, role_words
from kiosk.server.staff.accounts import Account
from kiosk.server.staff.sessions import Session

pages = page.staff_pages("account", __name__)


@pages.get("/me")
def account() -> str:
    """The page."""
    return _page(None, "")


@pages.post("/me/password")
def change_password() -> AnyResponse:
    """The old one, and the new one twice."""
    found, _ = _own()
    form = request.form
    where = "old"
    try:
        password_typed(form.get("old", "")[:200])
        where = "repeated"
        if form.get("new", "") != form.get("repeated", ""):
            raise BadRequest("repeated: not the same", code="not_the_same")
        where = "new"
        the_people().choose_password(found, form.get("new", ""), keep=_own()[1].token_hash)
    except Answered as wrong:
        return make_response(_page(wrong, where), wrong.status)
    return redirect("/me?saved=password" if not found.must_change else "/", 303)


@pages.post("/me/pin")
def change_pin() -> AnyResponse:
    """A PIN, or none any more."""
    found, _ = _own()
    pin = western_digits(request.form.get("new_pin", "")).strip()
    try:
        the_people().choose_pin(found, None if request.form.get("remove") else pin)
    except Answered as wrong:
        return make_response(_page(wrong, "pin"), wrong.status)
    return redirect("/me?saved=pin", 303)


@pages.post("/me/sessions")
def end_sessions() -> AnyResponse:
    """Sign out one other browser, or all others."""
    found, session = _own()
    wanted = request.form.get("session_id", "")
    if wanted:
        the_people().end_session(found.account_id, wanted)
    else:
        the_people().end_sessions(found.account_id, but=session.token_hash)
    return redirect("/me", 303)


def _own() -> tuple[Account, Session]:
    came_in = entry()
    if came_in.account is None or came_in.session is None:
        raise NotFound("nobody is signed in here")
    return came_in.account, came_in.session


def _page(wrong: Answered | None, where: str) -> str:
    found, session = _own()
    people = the_people()
    screens = {one.screen_id: one.name for one in people.screens()}
    return page.show(
        "staff/me.html",
        title="sign_in.me.title",
        me=found,
        mine=session,
        sessions=people.sessions_of(found.account_id),
        screens=screens,
        wrong=error(wrong),
        where=where,
        saved=request.args.get("saved"),
        role_words=role_words,
        language_path="/me",
    )
