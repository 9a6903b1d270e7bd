"""Sessions: 256 random bits in a cookie, their hash in the database, an end by idleness, by age, or by anybody's word.

Everything here is rows in the caller's transaction, or values. Which cookie carries a token is in doors.py.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, insert, null, select, update

from kiosk.server.prepared import Prepared
from kiosk.server.schema_staff import account, shared_screen, staff_session
from kiosk.settings import Sessions as Limits

FRESH_FOR = timedelta(minutes=5)
TOUCHED_EVERY = timedelta(minutes=1)
LONGEST_BROWSER = 40
NAME = re.compile(r"[0-9a-f]{16}")
_s = staff_session.c
_OPEN = Prepared(
    select(
        _s.token_hash,
        _s.session_id,
        _s.account_id,
        _s.screen_id,
        _s.browser,
        _s.made_at,
        _s.seen_at,
        _s.password_at,
    )
    .select_from(
        staff_session.join(
            account, (account.c.store_id == _s.store_id) & (account.c.account_id == _s.account_id)
        ).outerjoin(
            shared_screen, (shared_screen.c.store_id == _s.store_id) & (shared_screen.c.screen_id == _s.screen_id)
        )
    )
    .where(
        _s.store_id == bindparam("store_id"),
        _s.token_hash == bindparam("token_hash"),
        _s.ended_at.is_(null()),
        account.c.disabled_at.is_(null()),
        shared_screen.c.revoked_at.is_(null()),
    )
)


@dataclass(frozen=True)
class Session:
    """One person signed in at one browser.

    Attributes:
        session_id: names it, opens nothing.
        screen_id: the shared screen it is at; None: one's own browser.
        password_at: when the password was typed last; None: a PIN was.
    """

    token_hash: str
    session_id: str
    account_id: str
    screen_id: str | None
    browser: str
    made_at: datetime
    seen_at: datetime
    password_at: datetime | None

    def ends_at(self, limits: Limits) -> datetime:
        """When it ends if nobody touches anything."""
        idle_s = limits.shared_idle_s if self.screen_id else limits.idle_s
        return min(self.seen_at + timedelta(seconds=idle_s), self.made_at + timedelta(seconds=limits.absolute_s))

    def is_fresh(self, at: datetime) -> bool:
        """Whether its password was typed within five minutes."""
        return self.password_at is not None and at - self.password_at < FRESH_FOR


def new_token() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What the database keeps of a token. It is random, so nothing slower is wanted."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin(
    connection: Connection,
    store_id: str,
    account_id: str,
    at: datetime,
    *,
    browser: str,
    screen_id: str | None,
    by_password: bool,
) -> str:
    """A new session; its token, which nobody sees again."""
    token = new_token()
    connection.execute(
        insert(staff_session).values(
            store_id=store_id,
            token_hash=hash_of(token),
            session_id=secrets.token_hex(8),
            account_id=account_id,
            screen_id=screen_id,
            browser=browser[:LONGEST_BROWSER],
            made_at=at,
            seen_at=at,
            password_at=at if by_password else None,
        )
    )
    return token


def find(connection: Connection, store_id: str, token_hash: str, at: datetime, limits: Limits) -> Session | None:
    """The session of a token's hash, if it is open: not ended, not too old, its account and its screen not shut out."""
    row = _OPEN.first(connection, store_id=store_id, token_hash=token_hash)
    session = Session(*row) if row else None
    return session if session and at < session.ends_at(limits) else None


def open_of(connection: Connection, store_id: str, account_id: str, at: datetime, limits: Limits) -> list[Session]:
    """Where somebody is signed in, the last first."""
    columns = [_s[name] for name in Session.__dataclass_fields__]
    rows = connection.execute(
        select(*columns)
        .where(_s.store_id == store_id, _s.account_id == account_id, _s.ended_at.is_(None))
        .order_by(_s.seen_at.desc())
    )
    return [one for one in (Session(*row) for row in rows) if at < one.ends_at(limits)]


def touch(connection: Connection, store_id: str, token_hash: str, at: datetime) -> None:
    """Somebody has touched something."""
    _change(connection, store_id, token_hash, seen_at=at)


def typed_password(connection: Connection, store_id: str, token_hash: str, at: datetime) -> str:
    """The password was typed again: the session goes on under another token, which is the answer."""
    token = new_token()
    wanted = (_s.store_id == store_id, _s.token_hash == token_hash, _s.ended_at.is_(None))
    values = {"token_hash": hash_of(token), "seen_at": at, "password_at": at}
    connection.execute(update(staff_session).where(*wanted).values(**values))
    return token


def end(connection: Connection, store_id: str, token_hash: str, at: datetime) -> None:
    """Signed out."""
    _change(connection, store_id, token_hash, ended_at=at)


def end_one(connection: Connection, store_id: str, account_id: str, session_id: str, at: datetime) -> bool:
    """End a session of an account by its name; whether there was one."""
    if not NAME.fullmatch(session_id):
        return False
    wanted = (_s.store_id == store_id, _s.account_id == account_id, _s.session_id == session_id, _s.ended_at.is_(None))
    return bool(connection.execute(update(staff_session).where(*wanted).values(ended_at=at)).rowcount)


def end_all(connection: Connection, store_id: str, account_id: str, at: datetime, *, but: str = "") -> int:
    """Sign somebody out everywhere, but for the session with the hash `but`; how many there were."""
    wanted = (_s.store_id == store_id, _s.account_id == account_id, _s.ended_at.is_(None), _s.token_hash != but)
    return int(connection.execute(update(staff_session).where(*wanted).values(ended_at=at)).rowcount)


def still_open(
    connection: Connection, store_id: str, hashes: Collection[str], at: datetime, limits: Limits
) -> frozenset[str]:
    """Those of these hashes whose sessions still open something."""
    return frozenset(one for one in hashes if find(connection, store_id, one, at, limits))


def _change(connection: Connection, store_id: str, token_hash: str, **values: datetime) -> None:
    wanted = (_s.store_id == store_id, _s.token_hash == token_hash, _s.ended_at.is_(None))
    connection.execute(update(staff_session).where(*wanted).values(**values))
