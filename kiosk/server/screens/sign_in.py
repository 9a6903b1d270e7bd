"""Who works at this screen. No passwords yet: the hub answers on its own machine only."""

from __future__ import annotations

from flask import Response, make_response, redirect, request

from kiosk.server import access
from kiosk.server.errors import BadRequest
from kiosk.server.screens import page

pages = page.staff_pages("sign_in", __name__)
FIRST_PAGE = {"advisor": "/advisor", "cashier": "/cashier", "manager": "/manager"}


@pages.get("/")
def who_are_you() -> str:
    """Advisors by name, the cashier's desks, the manager."""
    return page.show("staff/who.html", title="staff.who", wanted="", people=page.people())


@pages.post("/who")
def chosen() -> Response:
    """This screen is used by that person from now on."""
    written = request.form.get("principal", "")
    if written not in {principal for _, group in page.people() for principal, _ in group}:
        raise BadRequest("principal: nobody of this store")
    reader = access.principal(written)
    answer = make_response(redirect(inside(request.form.get("wanted")) or FIRST_PAGE[reader.kind], 303))
    answer.set_cookie(page.PRINCIPAL_COOKIE, written, max_age=page.COOKIE_AGE_S, samesite="Strict", httponly=True)
    return answer


def inside(path: str | None) -> str | None:
    """A path of this hub, or None: no form leads anywhere else."""
    is_ours = path and path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if is_ours else None
