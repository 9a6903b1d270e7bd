"""Device tokens: 256 bits in `Authorization: Bearer`, of which the hub keeps the hash; revoked ones open nothing.

One name has one living token: a new one for the same name ends the one before. Who ends open streams is doors.py.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, insert, null, select, update

from kiosk.server import access
from kiosk.server.access import DEVICES, Principal
from kiosk.server.errors import BadRequest, NotAllowed
from kiosk.server.prepared import Prepared
from kiosk.server.schema_devices import device_token

if TYPE_CHECKING:
    from kiosk.server.hub import Hub

BITS = 256
_BEARER = re.compile(r"Bearer ([A-Za-z0-9_-]{43})", re.IGNORECASE)
_c = device_token.c
_WHOSE = Prepared(
    select(_c.name).where(
        _c.store_id == bindparam("store_id"), _c.token_hash == bindparam("token_hash"), _c.revoked_at.is_(null())
    )
)


@dataclass(frozen=True)
class Paired:
    """One living token, without it."""

    name: str
    key_fingerprint: str
    made_at: datetime
    made_by: str


def new_token() -> str:
    """256 random bits in 43 characters that a header takes."""
    return secrets.token_urlsafe(BITS // 8)


def hash_of(secret: str) -> str:
    """What the hub keeps of a token or of a join file's secret. They are random, so nothing slower is wanted."""
    return hashlib.sha256(secret.encode()).hexdigest()


def bearer(authorization: str | None) -> str | None:
    """The token of an `Authorization` header, or None: there is none that could be ours."""
    found = _BEARER.fullmatch(authorization.strip()) if authorization else None
    return found[1] if found else None


def principal_of(hub: Hub, token: str, now: datetime) -> Principal | None:
    """The device that this token speaks for, or None: nobody's, or revoked.

    Args:
        hub: of the store whose devices are meant.
        now: a token has no end of its own, so it is not asked; it is here because other credentials have one.
    """
    del now
    with hub.database.read() as connection:
        name = _WHOSE.scalar(connection, store_id=hub.store.store_id, token_hash=hash_of(token))
    return device_called(name) if name else None


def device_called(name: str) -> Principal:
    """The principal of a device's name.

    Raises:
        BadRequest: it is no device's, such as lane/A or pager/desks.
    """
    try:
        who = access.principal(name)
    except NotAllowed:
        who = Principal(access.CUSTOMER)
    if who.kind not in DEVICES:
        raise BadRequest("name: must be a device such as lane/A, pager/desks or board/hall")
    return who


def issue(  # noqa: PLR0917 - a row's parts
    connection: Connection, store_id: str, name: str, key_fingerprint: str, at: datetime, by: str
) -> str:
    """A new token for a device; the only time that anybody sees it. An older one of the same name is revoked."""
    device_called(name)
    revoke(connection, store_id, name, at, by)
    token = new_token()
    row = {"store_id": store_id, "token_hash": hash_of(token), "name": name, "key_fingerprint": key_fingerprint}
    connection.execute(insert(device_token).values(**row, made_at=at, made_by=by))
    return token


def revoke(connection: Connection, store_id: str, name: str, at: datetime, by: str) -> bool:
    """End a device's living token; whether there was one."""
    living = (_c.store_id == store_id, _c.name == name, _c.revoked_at.is_(None))
    done = connection.execute(update(device_token).where(*living).values(revoked_at=at, revoked_by=by))
    return bool(done.rowcount)


def living(connection: Connection, store_id: str) -> dict[str, Paired]:
    """Every device that has a living token, by its name."""
    rows = connection.execute(
        select(_c.name, _c.key_fingerprint, _c.made_at, _c.made_by)
        .where(_c.store_id == store_id, _c.revoked_at.is_(None))
        .order_by(_c.name)
    )
    return {row.name: Paired(row.name, row.key_fingerprint, row.made_at, row.made_by) for row in rows}


def still_living(connection: Connection, store_id: str, hashes: Iterable[str]) -> frozenset[str]:
    """Those of these hashes whose tokens still open something."""
    wanted = _c.token_hash.in_(list(hashes))
    rows = connection.execute(select(_c.token_hash).where(_c.store_id == store_id, wanted, _c.revoked_at.is_(None)))
    return frozenset(rows.scalars())


def revoked(connection: Connection, store_id: str) -> frozenset[str]:
    """Names that had a token once."""
    rows = connection.execute(select(_c.name).where(_c.store_id == store_id, _c.revoked_at.is_not(None)).distinct())
    return frozenset(rows.scalars())
