"""The cashier: which cars are ready, what is charged, and one key that prints the documents and hands the car over."""

from __future__ import annotations

from typing import Any

from flask import Response, g, make_response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from kiosk.domain.store import LANGUAGES
from kiosk.server.deliveries import INTERRUPTED, RENDERING
from kiosk.server.doors import Door
from kiosk.server.errors import Answered, NotFound
from kiosk.server.nginx import INSIDE
from kiosk.server.screens import day as days
from kiosk.server.screens import page
from kiosk.server.screens.advisor import around
from kiosk.server.screens.keys import send, with_query

pages = page.staff_pages("cashier", __name__)
TROUBLES = frozenset({"no_answer", "refused", "no_queue", "no_cups", RENDERING, INTERRUPTED})


@pages.get("/cashier")
def ready_cars() -> str:
    """The cars that are ready, with nothing chosen yet."""
    return _show(None)


@pages.get("/cashier/<visit_id>")
def hand_over_page(visit_id: str) -> str:
    """One car at the cashier."""
    return _show(visit_id)


@pages.post("/cashier/<visit_id>/deliver")
def deliver(visit_id: str) -> AnyResponse:
    """Make the documents, print them, and hand the car over; without paper the car stays, and the page says why."""
    here = f"/cashier/{visit_id}"
    try:
        if "paper" in request.form:  # the printer failed before; the papers are there to be downloaded
            paper_id = request.form["paper"]
        else:
            made = send("make_papers", {"visit_id": visit_id, "language": _language(request.form)})
            paper_id = made["paper_id"]
            if made["trouble"]:
                return redirect(with_query(here, trouble=made["trouble"], paper=paper_id), 303)
        send("hand_over", {"visit_id": visit_id}, field="command_2")
    except Answered as answered:
        return redirect(with_query(here, refused=answered.code), 303)
    return redirect(with_query(here, done=paper_id), 303)


@pages.get("/cashier/<visit_id>/papers.pdf")
def preview(visit_id: str) -> Response:
    """The documents as they would be printed now; kept nowhere."""
    told = page.deliveries().delivery(visit_id, _language(request.args))
    return _pdf(page.deliveries().documents.preview(told), told.number)


@pages.get("/papers/<paper_id>.pdf")
def papers(paper_id: str) -> Response:
    """Documents that were made."""
    file = page.deliveries().documents.find(paper_id)
    if file is None:
        raise NotFound("no papers of this name")
    if g.asking.door is not Door.NGINX:
        return _pdf(file.read_bytes(), "documents")
    answer = _pdf(b"", "documents")
    answer.headers["X-Accel-Redirect"] = INSIDE + file.name  # nginx sends it, however slowly somebody reads
    return answer


def _pdf(content: bytes, name: str) -> Response:
    answer = make_response(content)
    answer.mimetype = "application/pdf"
    kind = "attachment" if "download" in request.args else "inline"
    answer.headers["Content-Disposition"] = f'{kind}; filename="{name}.pdf"'
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer


def _show(visit_id: str | None) -> str:
    view = page.the_hub().staff_page(visit_id)
    visit = days.find(view, visit_id) if visit_id else None
    here = {one["visit_id"] for one in days.all_pages(view) if one["reason"] == "pickup"}
    ready = [one for one in view["visits"] if one["stage"] == "ready"]
    trouble = request.args.get("trouble")
    values: dict[str, Any] = {
        "at_cashier": [one for one in ready if one["visit_id"] in here],
        "ready": [one for one in ready if one["visit_id"] not in here],
        "not_yet": [one for one in view["visits"] if one["stage"] == "quality_check"],
        "visit": visit,
        "is_gone": bool(visit_id and visit is None),
        "stops": days.stops(visit["stage"]) if visit else [],
        "told": page.deliveries().delivery(visit["visit_id"], _language(request.args)) if visit else None,
        "papers_language": _language(request.args) or (visit or {}).get("language"),
        "prints": page.deliveries().documents.prints,
        "trouble": trouble if trouble in TROUBLES else None,
        "paper": _made(request.args.get("paper")),
        "done": _made(request.args.get("done")),
        "saved": request.args.get("saved") == "lines",
    }
    return page.show("staff/cashier.html", title="staff.nav.cashier", **(around(view) | values | {"picked": visit_id}))


def _made(paper_id: str | None) -> str | None:
    """The id of papers that are there, or None."""
    return paper_id if paper_id and page.deliveries().documents.find(paper_id) else None


def _language(values: Any) -> str | None:
    chosen = values.get("language")
    return chosen if chosen in LANGUAGES else None
