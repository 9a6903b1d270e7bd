"""The doors: every request gets its principal here, and nowhere else.

In this order: a device's token (`Authorization: Bearer`), a person's session (cookie), and on a hub whose settings say
`sign_in = false` whoever the request says it is. Otherwise it is a customer, who has a code in the path or nothing.
Which door a request came in by is which socket it came in by; nothing in the request itself can say so.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from kiosk.server import access
from kiosk.server.access import ADMINISTRATOR, CUSTOMER, Principal
from kiosk.server.errors import NotAllowed, NotSignedIn, PasswordNeeded
from kiosk.server.requests import (
    PRINCIPAL_COOKIE,
    PRINCIPAL_HEADER,
    host_must_be_ours,
    sender_must_be_ours,
)
from kiosk.server.staff import accounts, sessions
from kiosk.server.staff.accounts import Account
from kiosk.server.staff.sessions import TOUCHED_EVERY, Session, hash_of

if TYPE_CHECKING:
    from kiosk.server.hub import Hub
    from kiosk.server.staff.people import People

SESSION, SCREEN, KNOWN, FORM = "kiosk_session", "kiosk_screen", "kiosk_known", "kiosk_form"
REMEMBERED_S = 2.0
LOOKED_AT_EVERY_S = 2.0
MOST_REMEMBERED = 5_000
READING = frozenset({"GET", "HEAD", "OPTIONS"})
log = logging.getLogger(__name__)


class Door(StrEnum):
    """Where a connection came in."""

    LOOPBACK = "loopback"
    NGINX = "nginx.sock"  # the file's name is what tells it
    COMMAND_LINE = "hub.sock"


@dataclass(frozen=True)
class Asking:
    """A request, before anybody knows whose it is. `header` and `cookie` answer by name, None where there is none."""

    door: Door
    method: str
    header: Callable[[str], str | None]
    cookie: Callable[[str], str | None]
    peer: str = ""

    @property
    def is_tls(self) -> bool:
        """Whether the browser spoke TLS to nginx. Only nginx's own socket is believed."""
        return self.door is Door.NGINX and self.header("X-Forwarded-Proto") == "https"

    @property
    def address(self) -> str:
        """The machine that asks: as nginx says, on its socket; else the other end of the connection."""
        if self.door is Door.NGINX:
            return (self.header("X-Forwarded-For") or "").rpartition(",")[2].strip() or "nginx"
        return self.peer

    def cookie_name(self, name: str) -> str:
        """How a cookie is called here: over TLS no other host and no plain page can have set it."""
        return f"__Host-{name}" if self.is_tls else name

    def secret(self, name: str) -> str:
        """A cookie of ours; empty where there is none. The network's are believed over TLS only."""
        if self.door is Door.NGINX and not self.is_tls:
            return ""
        return self.cookie(self.cookie_name(name)) or ""


@dataclass(frozen=True)
class Entry:
    """A request whose principal is known.

    Attributes:
        by: token, session, word (of a hub without sign-in), machine (the command line) or nobody.
        credential: the hash of what was shown; its streams end when it opens nothing any more.
        good_until: when a session ends if nothing happens.
        token: of the session, from which the forms' token is made.
    """

    who: Principal
    by: str = "nobody"
    credential: str = ""
    session: Session | None = None
    account: Account | None = None
    good_until: datetime | None = None
    token: str = field(default="", repr=False)

    def is_fresh(self, at: datetime) -> bool:
        """Whether the password was typed just now, or need not be."""
        if self.by in {"word", "machine"}:
            return True
        return self.session is not None and self.session.is_fresh(at)


NOBODY = Entry(Principal(CUSTOMER))
MACHINE = Entry(Principal(ADMINISTRATOR, "command-line"), by="machine")


class Doors:
    """The way in of one hub. Thread-safe, but for `streaming` and `watch`, which belong to the loop."""

    def __init__(self, hub: Hub, people: People, *, sign_in: bool) -> None:
        """`sign_in`: as the settings say."""
        self.sign_in = sign_in
        self._hub = hub
        self._people = people
        self._lock = threading.Lock()
        self._remembered: dict[str, tuple[float, Entry]] = {}
        self._streams: dict[int, tuple[Entry, Callable[[], None]]] = {}
        self._drawn = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._look: asyncio.Event | None = None
        people.on_change.append(self.look_again)

    # --- who asks

    def enter(self, asking: Asking) -> Entry:
        """Whose request this is.

        Raises:
            NotAllowed: another host's name, another site's page, or a principal that there is not.
            NotSignedIn: a token that opens nothing.
        """
        return self.at_once(asking) or self._looked_up(asking)

    def at_once(self, asking: Asking) -> Entry | None:
        """As `enter`, but None where the database has to be asked: nothing here waits."""
        if asking.door is Door.COMMAND_LINE:
            return MACHINE
        if asking.door is Door.LOOPBACK:
            host_must_be_ours(asking.header("Host"), self._hub.store.store_id)
        if asking.door is Door.NGINX and not self.sign_in:
            raise NotAllowed("this hub runs without sign-in, and answers on its own machine only", code="foreign")
        credential = self._credential(asking)
        entry = self._recalled(credential) if credential else self._by_word(asking)
        if entry is not None:
            self._sender_must_fit(asking, entry)
        return entry

    def _looked_up(self, asking: Asking) -> Entry:
        bearer = _bearer(asking)
        entry = self._by_token(bearer) if bearer else self._by_session(asking.secret(SESSION))
        if entry is None:
            entry = self._by_word(asking)
        elif entry.credential:
            self._remember(entry)
        self._sender_must_fit(asking, entry)
        return entry

    def _sender_must_fit(self, asking: Asking, entry: Entry) -> None:
        """A change that a browser sends with our cookie comes from our own page."""
        if asking.method not in READING:
            sender_must_be_ours(asking.header, must_say=entry.by == "session")

    def _credential(self, asking: Asking) -> str:
        bearer = _bearer(asking)
        token = bearer or (asking.secret(SESSION) if self.sign_in else "")
        return hash_of(token) if token else ""

    def _by_token(self, token: str) -> Entry:
        from kiosk.server.devices import tokens

        device = tokens.principal_of(self._hub, token, self._hub.clock.now())
        if device is None:
            raise NotSignedIn("this device's token opens nothing here (any more); pair it again", code="not_paired")
        return Entry(device, by="token", credential=hash_of(token))

    def _by_session(self, token: str) -> Entry | None:
        people, now = self._people, self._hub.clock.now()
        with people.database.read() as connection:
            session = sessions.find(connection, people.store_id, hash_of(token), now, people.limits)
            found = accounts.find(connection, people.store_id, session.account_id) if session else None
        if session is None or found is None:
            return None
        until = session.ends_at(people.limits)
        return Entry(found.principal, "session", session.token_hash, session, found, until, token)

    def _by_word(self, asking: Asking) -> Entry:
        if self.sign_in:
            return NOBODY
        written = asking.header(PRINCIPAL_HEADER) or asking.cookie(PRINCIPAL_COOKIE)
        who = access.principal(written)
        return NOBODY if who.kind == CUSTOMER else Entry(who, by="word")

    # --- what was found is good for a moment

    def _recalled(self, credential: str) -> Entry | None:
        with self._lock:
            known = self._remembered.get(credential)
        if known is None or time.monotonic() - known[0] > REMEMBERED_S:
            return None
        entry = known[1]
        return entry if entry.good_until is None or self._hub.clock.now() < entry.good_until else None

    def _remember(self, entry: Entry) -> None:
        with self._lock:
            if len(self._remembered) >= MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[entry.credential] = (time.monotonic(), entry)

    def look_again(self) -> None:
        """Something opens less than before: nothing is remembered, and streams are looked at now. From any thread."""
        with self._lock:
            self._remembered.clear()
        loop, look = self._loop, self._look
        if loop and look and not loop.is_closed():
            loop.call_soon_threadsafe(look.set)

    def touched(self, entry: Entry) -> None:
        """A person has opened a page or pressed a key: the idle time begins anew, written down once a minute."""
        session, now = entry.session, self._hub.clock.now()
        if session is None or now - session.seen_at < TOUCHED_EVERY:
            return
        people = self._people
        with people.database.write() as connection:
            sessions.touch(connection, people.store_id, session.token_hash, now)
        seen = replace(session, seen_at=now)
        self._remember(replace(entry, session=seen, good_until=seen.ends_at(people.limits)))

    # --- what a route may want besides

    def must_be_fresh(self, entry: Entry, method: str, rule: str, command: str = "") -> None:
        """Raise PasswordNeeded where a route or a command wants the password typed just now, and it was not.

        Somebody whose password the hub has drawn chooses one first: nothing else is open until then.
        """
        route = (access.as_read(method), rule)
        if entry.account is not None and entry.account.must_change and route not in access.WITH_A_DRAWN_PASSWORD:
            raise PasswordNeeded("choose a password of your own first", code="change_password")
        if access.wants_password(method, rule, command) and not entry.is_fresh(self._hub.clock.now()):
            raise PasswordNeeded("this wants your password once more; it is asked every five minutes here")

    # --- streams

    def stream_opened(self, entry: Entry, end: Callable[[], None]) -> int:
        """Until `stream_closed`, `end` is called when what opened it opens nothing any more; the stream's number."""
        self._drawn += 1
        if entry.credential:
            self._streams[self._drawn] = (entry, end)
        return self._drawn

    def stream_closed(self, number: int) -> None:
        """It needs no watching any more."""
        self._streams.pop(number, None)

    async def watch(self) -> None:
        """Look at the credentials of open streams every two seconds, and at once where something was taken away."""
        self._loop = asyncio.get_running_loop()
        look = self._look = asyncio.Event()
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOKED_AT_EVERY_S):
                    await look.wait()
            look.clear()
            if not self._streams:
                continue
            try:
                await self._end_what_is_over()
            except Exception:  # a database that is away must not leave streams unwatched for ever
                log.exception("open streams could not be looked at; again in a moment")

    async def _end_what_is_over(self) -> None:
        watched = dict(self._streams)
        devices = {entry.credential for entry, _ in watched.values() if entry.by == "token"}
        people = {entry.credential for entry, _ in watched.values() if entry.by == "session"}
        good = await asyncio.to_thread(self._still_good, devices, people)
        with self._lock:
            for credential in (devices | people) - good:
                self._remembered.pop(credential, None)
        for entry, end in watched.values():
            if entry.credential not in good:
                end()

    def _still_good(self, devices: set[str], people: set[str]) -> frozenset[str]:
        from kiosk.server.devices import tokens

        of, now = self._people, self._hub.clock.now()
        with of.database.read() as connection:
            open_ = sessions.still_open(connection, of.store_id, people, now, of.limits) if people else frozenset()
            living = tokens.still_living(connection, of.store_id, devices) if devices else frozenset()
        return open_ | living


def form_token(secret: str) -> str:
    """What a form of ours carries: made from a secret that only this browser and the hub have."""
    return hmac.new(secret.encode(), b"kiosk form", hashlib.sha256).hexdigest()[:32]


def form_must_be_ours(secret: str, sent: str | None) -> None:
    """Raise NotAllowed for a form that was not made for this browser."""
    wanted = form_token(secret).encode()
    if not secret or not sent or not secrets.compare_digest(wanted, sent.encode("utf-8", "replace")):
        raise NotAllowed("this form is too old; open the page again", code="form_too_old")


def _bearer(asking: Asking) -> str:
    scheme, _, token = (asking.header("Authorization") or "").strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
