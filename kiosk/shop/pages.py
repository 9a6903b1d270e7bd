"""What the shop floor's page fetches and does by ordinary requests: Flask, on loopback, for its own page alone."""

from __future__ import annotations

import asyncio
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, Response, abort, jsonify, render_template, request, send_from_directory

from kiosk.display import sounds
from kiosk.errors import KioskError
from kiosk.language import CODES, language
from kiosk.shop.state import FAULTS, words

if TYPE_CHECKING:
    from kiosk.shop.floor import Played

PAGE = Path(__file__).parent / "page"
FONTS = Path(__file__).parent.parent / "fonts"
ACT_WITHIN_S = 40.0
LARGEST_BODY = 16 * 1024
OWN_HOSTS = frozenset({"127.0.0.1", "localhost"})
OWN = ("script-src", "style-src", "img-src", "font-src", "media-src", "connect-src")
NONE = ("default-src", "base-uri", "form-action", "frame-ancestors")
POLICY = "; ".join([f"{one} 'none'" for one in NONE] + [f"{one} 'self'" for one in OWN])


def pages(play: Played, loop: asyncio.AbstractEventLoop) -> Flask:
    """The page's requests as a WSGI application; verbs are done in `loop`."""
    app = Flask("kiosk.shop", static_folder=None, template_folder=str(PAGE))
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.before_request(_only_from_here)
    app.after_request(_guarded)
    _floor(app, play)
    _seen(app, play)
    _done(app, play, loop)
    return app


def _only_from_here() -> None:
    """Another site cannot reach the shop by giving its own name this machine's address."""
    if request.host.partition(":")[0] not in OWN_HOSTS:
        abort(421)


def _guarded(answer: Response) -> Response:
    answer.headers.setdefault("Cache-Control", "no-store")
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _floor(app: Flask, play: Played) -> None:
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


def _seen(app: Flask, play: Played) -> None:
    @app.get("/screen/<device>")
    def screen(device: str) -> Response:
        found = play.picture(device)
        return Response(found[0], mimetype=found[1]) if found else abort(404)

    @app.get("/paper/<int:number>.png")
    def paper(number: int) -> Response:
        found = play.paper(number)
        return Response(found, mimetype="image/png") if found else abort(404)

    @app.get("/sound/<name>.wav")
    def sound(name: str) -> Response:
        return Response(sounds.wav(name), mimetype="audio/wav") if name in sounds.SOUNDS else abort(404)

    @app.get("/code/<key>.svg")
    def code(key: str) -> Response:
        text = play.code(key)
        return Response(_code_svg(text), mimetype="image/svg+xml") if text else abort(404)


def _done(app: Flask, play: Played, loop: asyncio.AbstractEventLoop) -> None:
    @app.post("/do/<verb>")
    def do(verb: str) -> tuple[Response, int]:
        body = request.get_json(silent=True)
        own = request.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}
        if not own or not isinstance(body, dict):
            return jsonify(message="only the shop floor's own page may do this, with a JSON object"), 400
        try:
            asyncio.run_coroutine_threadsafe(play.act(verb, body), loop).result(ACT_WITHIN_S)
        except KioskError as error:
            return jsonify(message=str(error)), 409
        except (KeyError, TypeError, ValueError) as error:
            return jsonify(message=f"{verb}: not understood ({type(error).__name__}: {error})"), 400
        return jsonify(done=True), 200


def _code_svg(text: str) -> bytes:
    from qrcode import QRCode
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.image.svg import SvgPathImage

    code = QRCode(error_correction=ERROR_CORRECT_M, border=1)
    code.add_data(text, optimize=0)
    out = BytesIO()
    code.make_image(image_factory=SvgPathImage).save(out)
    return out.getvalue()
