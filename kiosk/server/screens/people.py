"""`/people`: who may sign in, in which roles; shared screens. Administrators only, the password typed just now."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from kiosk.server.doors import SCREEN, SESSION
from kiosk.server.errors import Answered, BadRequest
from kiosk.server.flask_doors import drop_cookie, entry, set_cookie, the_people
from kiosk.server.screens import page
from kiosk.server.screens.sign_in import SCREEN_AGE_S, error, here, role_words, the_way_in
from kiosk.server.staff.accounts import RANK
from kiosk.server.staff.people import Drawn

pages = page.staff_pages("people", __name__)
FIELD = {
    "bad_user_name": "user_name",
    "name_taken": "user_name",
    "bad_name": "display_name",
    "bad_roles": "roles",
    "last_administrator": "roles",
    "bad_advisor": "advisor_id",
    "advisor_taken": "advisor_id",
}


@pages.get("/people")
def people() -> str:
    """All of them, and the form for one more."""
    return _people(None)


@pages.post("/people")
def add() -> Response:
    """One more; the drawn password is shown this once."""
    form = request.form
    try:
        drawn = the_people().add(
            str(page.who()),
            form.get("user_name", ""),
            form.get("display_name", ""),
            form.getlist("roles"),
            form.get("advisor_id") or None,
        )
    except Answered as wrong:
        return make_response(_people(wrong), wrong.status)
    return _drawn(drawn)


@pages.get("/people/<account_id>")
def person(account_id: str) -> str:
    """One of them."""
    return _person(account_id, None)


@pages.post("/people/<account_id>")
def change(account_id: str) -> AnyResponse:
    """Name, roles, advisor."""
    form = request.form
    values = {
        "display_name": form.get("display_name", ""),
        "roles": form.getlist("roles"),
        "advisor_id": form.get("advisor_id") or None,
    }
    try:
        the_people().change(str(page.who()), account_id, **values)
    except Answered as wrong:
        return make_response(_person(account_id, wrong), wrong.status)
    return redirect(f"/people/{account_id}?saved=yes", 303)


@pages.post("/people/<account_id>/password")
def draw(account_id: str) -> Response:
    """A drawn password for somebody who has forgotten it."""
    return _drawn(the_people().draw_password(str(page.who()), account_id))


@pages.post("/people/<account_id>/access")
def let_in_or_shut_out(account_id: str) -> AnyResponse:
    """May sign in, or may not."""
    by = str(page.who())
    try:
        if request.form.get("may") == "yes":
            the_people().enable(by, account_id)
        elif request.form.get("may") == "no":
            the_people().disable(by, account_id)
        else:
            raise BadRequest("may: yes or no")
    except Answered as wrong:
        return make_response(_person(account_id, wrong), wrong.status)
    return redirect(f"/people/{account_id}", 303)


@pages.post("/people/<account_id>/sessions")
def end_sessions(account_id: str) -> AnyResponse:
    """Sign somebody out everywhere."""
    the_people().end_sessions(the_people().account(account_id).account_id)
    return redirect(f"/people/{account_id}", 303)


@pages.get("/people/screens")
def screens() -> str:
    """The shared screens."""
    return _screens(None)


@pages.post("/people/screens")
def enrol() -> Response:
    """This browser is a shared screen from now on, and its administrator is out."""
    try:
        token = the_people().enrol(str(page.who()), request.form.get("name", ""))
    except Answered as wrong:
        return make_response(_screens(wrong), wrong.status)
    session = entry().session
    if session:
        the_way_in().out(session)
    answer = make_response(redirect("/", 303))
    drop_cookie(answer, SESSION)
    set_cookie(answer, SCREEN, token, age_s=SCREEN_AGE_S)
    return answer


@pages.post("/people/screens/<screen_id>/revoke")
def revoke(screen_id: str) -> AnyResponse:
    """A screen is shared no more."""
    the_people().revoke_screen(str(page.who()), screen_id)
    return redirect("/people/screens", 303)


def _people(wrong: Answered | None) -> str:
    form = request.form if wrong else {}
    kept = {name: str(form.get(name, ""))[:60] for name in ("user_name", "display_name", "advisor_id")}
    return page.show(
        "staff/people.html",
        title="sign_in.people.title",
        people=the_people().everybody(),
        kept=kept | {"roles": request.form.getlist("roles") if wrong else []},
        **_said(wrong),
        language_path="/people",
    )


def _person(account_id: str, wrong: Answered | None) -> str:
    found = the_people().account(account_id)
    known = {"display_name": found.display_name, "advisor_id": found.advisor_id or "", "roles": sorted(found.roles)}
    return page.show(
        "staff/person.html",
        title="sign_in.people.title",
        one=found,
        sessions=the_people().sessions_of(account_id),
        screens={one.screen_id: one.name for one in the_people().screens()},
        kept=known,
        saved=request.args.get("saved"),
        **_said(wrong),
        language_path=f"/people/{found.account_id}",
    )


def _screens(wrong: Answered | None) -> str:
    return page.show(
        "staff/screens.html",
        title="sign_in.screens.title",
        screens=the_people().screens(),
        here=here().screen,
        **_said(wrong),
        language_path="/people/screens",
    )


def _said(wrong: Answered | None) -> dict[str, Any]:
    """What the forms of people share: what was wrong and where, the roles and the advisors there are."""
    return {
        "wrong": error(wrong),
        "where": FIELD.get(wrong.code, "form") if wrong else "",
        "all_roles": RANK,
        "advisors": page.the_hub().store.advisors,
        "role_words": role_words,
    }


def _drawn(drawn: Drawn) -> Response:
    return make_response(
        page.show("staff/drawn.html", title="sign_in.people.title", drawn=drawn, language_path="/people")
    )
