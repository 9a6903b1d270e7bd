"""Shared screens, where a PIN is enough, and browsers in which somebody has signed in before.

A screen is enrolled by an administrator: its browser keeps a token, the hub its hash. Five wrong PINs of one person on
one screen, and that person needs the password there once; nobody else, and nowhere else.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, null, select, update

from kiosk.server.errors import BadRequest
from kiosk.server.prepared import Prepared
from kiosk.server.schema_staff import known_browser, pin_miss, shared_screen
from kiosk.server.staff.sessions import NAME, hash_of, new_token

MOST_MISSES = 5
LONGEST_NAME = 40
_s, _m, _k = shared_screen.c, pin_miss.c, known_browser.c
_OF_TOKEN = Prepared(
    select(_s.screen_id, _s.name, _s.made_at, _s.made_by).where(
        _s.store_id == bindparam("store_id"), _s.token_hash == bindparam("token_hash"), _s.revoked_at.is_(null())
    )
)


@dataclass(frozen=True)
class Screen:
    """A screen that several people use."""

    screen_id: str
    name: str
    made_at: datetime
    made_by: str


def enrol(connection: Connection, store_id: str, name: str, at: datetime, by: str) -> str:
    """Make a browser a shared screen; the token that it keeps.

    Raises:
        BadRequest: bad_screen_name.
    """
    called = " ".join(name.split())
    if not called or len(called) > LONGEST_NAME or not called.isprintable():
        raise BadRequest(f"name: 1 to {LONGEST_NAME} characters", code="bad_screen_name")
    token = new_token()
    row = {"screen_id": secrets.token_hex(8), "name": called, "token_hash": hash_of(token)}
    connection.execute(insert(shared_screen).values(store_id=store_id, **row, made_at=at, made_by=by))
    return token


def screen_of(connection: Connection, store_id: str, token: str) -> Screen | None:
    """The screen whose browser keeps this token, unless it was taken out."""
    row = _OF_TOKEN.first(connection, store_id=store_id, token_hash=hash_of(token))
    return Screen(*row) if row else None


def screens(connection: Connection, store_id: str) -> list[Screen]:
    """All shared screens."""
    rows = connection.execute(
        select(_s.screen_id, _s.name, _s.made_at, _s.made_by)
        .where(_s.store_id == store_id, _s.revoked_at.is_(None))
        .order_by(_s.name)
    )
    return [Screen(*row) for row in rows]


def revoke(connection: Connection, store_id: str, screen_id: str, at: datetime) -> bool:
    """A screen is shared no more, and whoever is signed in there is signed out; whether there was one."""
    if not NAME.fullmatch(screen_id):
        return False
    wanted = (_s.store_id == store_id, _s.screen_id == screen_id, _s.revoked_at.is_(None))
    return bool(connection.execute(update(shared_screen).where(*wanted).values(revoked_at=at)).rowcount)


def misses(connection: Connection, store_id: str, screen_id: str, account_id: str) -> int:
    """How often this person's PIN was wrong on this screen."""
    found = connection.scalar(select(_m.misses).where(*_of(store_id, screen_id, account_id)))
    return int(found or 0)


def missed(connection: Connection, store_id: str, screen_id: str, account_id: str) -> int:
    """Once more; how often by now."""
    count = misses(connection, store_id, screen_id, account_id) + 1
    forgive(connection, store_id, screen_id, account_id)
    row = {"screen_id": screen_id, "account_id": account_id, "misses": count}
    connection.execute(insert(pin_miss).values(store_id=store_id, **row))
    return count


def forgive(connection: Connection, store_id: str, screen_id: str, account_id: str) -> None:
    """The person has signed in there."""
    connection.execute(delete(pin_miss).where(*_of(store_id, screen_id, account_id)))


def remember(connection: Connection, store_id: str, account_id: str, at: datetime) -> str:
    """A token by which this browser is known as one of this person's."""
    token = new_token()
    row = {"token_hash": hash_of(token), "account_id": account_id, "made_at": at}
    connection.execute(insert(known_browser).values(store_id=store_id, **row))
    return token


def is_known(connection: Connection, store_id: str, account_id: str, token: str) -> bool:
    """Whether this person has signed in with this browser before."""
    wanted = (_k.store_id == store_id, _k.token_hash == hash_of(token), _k.account_id == account_id)
    return connection.execute(select(_k.token_hash).where(*wanted)).first() is not None


def forget_browsers(connection: Connection, store_id: str, account_id: str) -> None:
    """No browser is known as this person's any more: the password was changed for safety."""
    connection.execute(delete(known_browser).where(_k.store_id == store_id, _k.account_id == account_id))


def _of(store_id: str, screen_id: str, account_id: str) -> tuple[Any, ...]:
    return (_m.store_id == store_id, _m.screen_id == screen_id, _m.account_id == account_id)
