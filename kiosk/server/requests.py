"""What every request must be before anybody looks into it: for this machine, from our own pages, whole, not endless."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from kiosk.server.errors import Answered, BadRequest, NotAllowed, NotSignedIn, TooLarge
from kiosk.server.json_text import json_bytes
from kiosk.server.stream import Receive, Scope, Send
from kiosk.store_settings import local_name

MOST_BODY = 256 * 1024
MOST_IMPORT = 5 * 1024 * 1024
LONG_BODIES = re.compile(r"/api/1/(commands/import_appointments|appointments/import)")
BODY_TIMEOUT_S = 10.0
PROTOCOLS = frozenset({"1"})
PROTOCOL_HEADER = "Kiosk-Protocol"
PRINCIPAL_HEADER = "Kiosk-Principal"
PRINCIPAL_COOKIE = "kiosk_principal"
OUR_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


def host_of(written: str | None) -> str:
    """The host in a Host header, in small letters and without its port; empty where it is none."""
    try:
        return (urlsplit(f"//{written or ''}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def host_must_be_ours(written: str | None, store_id: str) -> None:
    """Refuse a Host header that is not this machine's own: nobody else's name for this machine opens the hub.

    Args:
        store_id: the store may be asked for by `<store_id>.localhost` too, which is loopback in every browser.
    """
    if host_of(written) not in OUR_HOSTS | {local_name(store_id)}:
        raise NotAllowed("Host: the hub answers to localhost, 127.0.0.1 and [::1] only")


def sender_must_be_ours(header: Callable[[str], str | None], *, must_say: bool = False) -> None:
    """Refuse a change that a page of another site has sent with our cookie.

    Args:
        header: answers a header by its name.
        must_say: the sender is a browser, which says where it comes from; one that does not is refused.
    """
    origin, host, site = header("Origin"), header("Host"), header("Sec-Fetch-Site")
    foreign = (site or "same-origin") not in {"same-origin", "none"}
    is_silent = must_say and not origin and not site
    if foreign or is_silent or (origin and urlsplit(origin).netloc != host):
        raise NotAllowed("Origin: changes come from the hub's own pages only", code="foreign")


def protocol_must_fit(written: str | None) -> None:
    """Raise BadRequest for a protocol that this hub does not speak; none is this one."""
    if written is not None and written not in PROTOCOLS:
        known = ", ".join(sorted(PROTOCOLS))
        raise BadRequest(
            f"{PROTOCOL_HEADER}: this hub speaks {known}, not {written[:16]}; update the older of the two",
            code="other_protocol",
        )


def header(scope: Scope, name: str) -> str | None:
    """A header of an ASGI request."""
    wanted = name.lower().encode()
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == wanted), None)


def cookie(scope: Scope, name: str) -> str | None:
    """A cookie of an ASGI request."""
    try:
        found = SimpleCookie(header(scope, "cookie") or "").get(name)
    except CookieError:
        return None
    return found.value if found else None


class Bodies:
    """Takes a request's whole body before a thread is spent on it: half-sent ones cost nothing but their patience."""

    def __init__(self, application: Any) -> None:
        """`application` gets requests whose body is there."""
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 413 or 400."""
        try:
            body = await whole_body(scope, receive)
        except Answered as answered:
            await refuse(answered, send)
            return
        await self._application(scope, _replayed(body, receive), send)


async def refuse(answered: Answered, send: Send) -> None:
    """A JSON error, outside Flask. A body that was not read is cut off with its connection."""
    more = [(b"connection", b"close")] if isinstance(answered, TooLarge) else []
    more += [(b"retry-after", str(answered.retry_after_s).encode())] if answered.retry_after_s else []
    more += [(b"www-authenticate", b"Bearer")] if isinstance(answered, NotSignedIn) else []
    told = {"error": {"code": answered.code, "message": str(answered)}}
    await send_json(send, answered.status, json_bytes(told), more)


async def send_json(send: Send, status: int, body: bytes, more: Sequence[tuple[bytes, bytes]] = ()) -> None:
    """One JSON answer, outside Flask."""
    await send_bytes(send, status, body, b"application/json", more)


async def send_bytes(
    send: Send, status: int, body: bytes, kind: bytes, more: Sequence[tuple[bytes, bytes]] = ()
) -> None:
    """One answer of this kind, outside Flask."""
    headers = [
        (b"content-type", kind),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"),
        (b"referrer-policy", b"no-referrer"),
        *more,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def whole_body(scope: Scope, receive: Receive) -> bytes:
    """The whole body, before a thread is spent on it.

    Raises:
        TooLarge: longer than the route takes.
        BadRequest: it ended early, or did not come in time.
    """
    most = MOST_IMPORT if LONG_BODIES.fullmatch(scope["path"]) else MOST_BODY
    declared = header(scope, "content-length")
    if declared and declared.isdigit() and int(declared) > most:
        raise TooLarge(f"the body may have {most} bytes at most")
    parts, length = [], 0
    try:
        async with asyncio.timeout(BODY_TIMEOUT_S):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise BadRequest("the request ended before its body")
                parts.append(message.get("body", b""))
                length += len(parts[-1])
                if length > most:
                    raise TooLarge(f"the body may have {most} bytes at most")
                if not message.get("more_body", False):
                    return b"".join(parts)
    except TimeoutError:
        raise BadRequest("the body did not come in time") from None


def _replayed(body: bytes, receive: Receive) -> Receive:
    """The body in one message, then whatever else comes."""
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Any:
        return waiting.pop() if waiting else await receive()

    return replay
