"""The shop floor's web page: one page, one event stream, the devices' pictures, and verbs for what a hand can do.

Loopback only. The page is served by Flask, its stream natively, as in the hub; what the verbs mean is in play.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from io import BytesIO
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs

from kiosk.errors import KioskError
from kiosk.language import CODES, Language, language
from kiosk.shop.state import FAULTS, words

PAGE = Path(__file__).parent / "page"
FONTS = Path(__file__).parent.parent / "fonts"
JOIN_S = 0.03
BEAT_S = 5.0
ACT_WITHIN_S = 8.0
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Played(Protocol):
    """What the page shows and steers."""

    hub_url: str
    store_name: dict[str, str]

    def state(self, lang: Language) -> dict[str, Any]:
        """The page's state in one language."""

    def lamps(self) -> list[dict[str, Any]]:
        """Every desk's lamp and buzzer at this moment."""

    def picture(self, device: str) -> tuple[bytes, str] | None:
        """The latest picture of a device's screen and its media type."""

    def paper(self, number: int) -> bytes | None:
        """A printed ticket as PNG."""

    def code(self, key: str) -> str | None:
        """The text of a customer's code."""

    def act(self, verb: str, body: dict[str, Any]) -> Coroutine[Any, Any, None]:
        """Do what somebody's hand did. Raises KioskError with a sentence for the page."""


class Floor:
    """The page as an ASGI application."""

    def __init__(self, play: Played, loop: asyncio.AbstractEventLoop) -> None:
        from a2wsgi import WSGIMiddleware  # noqa: PLC0415 - only the shop loads it

        self._play = play
        self._changed: set[asyncio.Event] = set()
        self._lamps: set[asyncio.Queue[dict[str, Any]]] = set()
        self._pages = WSGIMiddleware(_pages(play, loop), workers=4)  # type: ignore[arg-type]
        self.closing = asyncio.Event()

    def changed(self) -> None:
        """Tell every open page to look again. Called in the loop."""
        for event in self._changed:
            event.set()

    def lamp(self, state: dict[str, Any]) -> None:
        """Tell every open page what a lamp does now. Called in the loop."""
        for queue in self._lamps:
            queue.put_nowait(state)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and scope["path"] == "/events":
            await self._events(scope, receive, send)
        elif scope["type"] == "http":
            await self._pages(scope, receive, send)  # type: ignore[arg-type]

    async def _events(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", ["en"])[0]
        lang = language(asked if asked in CODES else "en")
        head = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        changed, lamps = asyncio.Event(), asyncio.Queue[dict[str, Any]]()
        self._changed.add(changed)
        self._lamps.add(lamps)
        ways = [
            asyncio.create_task(self._tell(lang, changed, send)),
            asyncio.create_task(self._tell_lamps(lamps, send)),
        ]
        ends = [asyncio.create_task(_disconnected(receive)), asyncio.create_task(self.closing.wait())]
        try:
            await asyncio.wait([*ways, *ends], return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._changed.discard(changed)
            self._lamps.discard(lamps)
            for task in (*ways, *ends):
                task.cancel()
            await asyncio.gather(*ways, *ends, return_exceptions=True)
        with contextlib.suppress(Exception):
            await send({"type": "http.response.body", "body": b""})

    async def _tell(self, lang: Language, changed: asyncio.Event, send: Send) -> None:
        told = ""
        while True:
            text = json.dumps(self._play.state(lang), ensure_ascii=False)
            body = f"event: state\ndata: {text}\n\n" if text != told else ": beat\n\n"
            told = text
            await send({"type": "http.response.body", "body": body.encode(), "more_body": True})
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), BEAT_S)
                await asyncio.sleep(JOIN_S)
            changed.clear()

    async def _tell_lamps(self, lamps: asyncio.Queue[dict[str, Any]], send: Send) -> None:
        for state in self._play.lamps():
            lamps.put_nowait(state)
        while True:
            body = f"event: lamp\ndata: {json.dumps(await lamps.get())}\n\n"
            await send({"type": "http.response.body", "body": body.encode(), "more_body": True})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _pages(play: Played, loop: asyncio.AbstractEventLoop) -> Any:
    from flask import Flask, Response, abort, jsonify, render_template, request, send_from_directory  # noqa: PLC0415

    app = Flask("kiosk.shop", static_folder=None, template_folder=str(PAGE))
    app.config["MAX_CONTENT_LENGTH"] = 16 * 1024
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.after_request
    def guarded(answer: Response) -> Response:
        answer.headers.setdefault("Cache-Control", "no-store")
        answer.headers["Content-Security-Policy"] = POLICY
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer

    @app.get("/")
    def floor() -> str:
        asked = request.args.get("lang", "")
        code = asked if asked in CODES else request.accept_languages.best_match(CODES) or "en"
        lang = language(code)
        return render_template(
            "floor.html", lang=lang, t=lang.text, words=words(lang), languages=[language(one) for one in CODES],
            store=play.store_name[code], hub=play.hub_url, faults=FAULTS,
        )  # fmt: skip

    @app.get("/page/<name>")
    def page_file(name: str) -> Response:
        return send_from_directory(PAGE, name)

    @app.get("/fonts/<name>")
    def font(name: str) -> Response:
        return send_from_directory(FONTS, name, max_age=86400)

    @app.get("/screen/<device>")
    def screen(device: str) -> Response:
        found = play.picture(device)
        return Response(found[0], mimetype=found[1]) if found else abort(404)

    @app.get("/paper/<int:number>.png")
    def paper(number: int) -> Response:
        found = play.paper(number)
        return Response(found, mimetype="image/png") if found else abort(404)

    @app.get("/code/<key>.svg")
    def code(key: str) -> Response:
        text = play.code(key)
        return Response(_code_svg(text), mimetype="image/svg+xml") if text else abort(404)

    @app.post("/do/<verb>")
    def do(verb: str) -> tuple[Response, int]:
        body = request.get_json(silent=True)
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"} or not isinstance(
            body, dict
        ):
            return jsonify(message="only the shop floor's own page may do this, with a JSON object"), 400
        try:
            asyncio.run_coroutine_threadsafe(play.act(verb, body), loop).result(ACT_WITHIN_S)
        except KioskError as error:
            return jsonify(message=str(error)), 409
        except (KeyError, TypeError, ValueError) as error:
            return jsonify(message=f"{verb}: not understood ({type(error).__name__}: {error})"), 400
        return jsonify(done=True), 200

    return app


def _code_svg(text: str) -> bytes:
    from qrcode import QRCode  # noqa: PLC0415
    from qrcode.constants import ERROR_CORRECT_M  # noqa: PLC0415
    from qrcode.image.svg import SvgPathImage  # noqa: PLC0415

    code = QRCode(error_correction=ERROR_CORRECT_M, border=1)
    code.add_data(text, optimize=0)
    out = BytesIO()
    code.make_image(image_factory=SvgPathImage).save(out)
    return out.getvalue()
