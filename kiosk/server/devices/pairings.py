"""Pairing a device: it begins and shows its key, an administrator compares codes, it fetches its token. Or a join file.

What is computed on both sides is in kiosk/pairing.py. A pairing lives ten minutes and stands five wrong tries.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from kiosk import pairing as shared
from kiosk.domain.facts import to_us
from kiosk.pairing import JoinFile
from kiosk.server.devices import tokens
from kiosk.server.devices.authority import Authority
from kiosk.server.errors import BadRequest, Busy, NotAllowed, NotFound, RulesRefuse
from kiosk.server.schema_devices import join_file, pairing

if TYPE_CHECKING:
    from kiosk.server.hub import Hub

LASTS = timedelta(minutes=10)
MOST_TRIES = 5
MOST_AT_ONCE = 20
JOIN_LASTS = timedelta(hours=24)
FORGOTTEN_AFTER = timedelta(days=1)
_NONCE = re.compile(r"[0-9a-f]{64}")
_p, _j = pairing.c, join_file.c


@dataclass(frozen=True)
class Waiting:
    """A pairing that waits for somebody to compare codes.

    Attributes:
        replaces: a device of this name is paired already, and will not be any more.
    """

    pairing_id: str
    name: str
    version: str
    code: str
    begun_at: datetime
    expires_at: datetime
    replaces: bool


@dataclass(frozen=True)
class Expected:
    """A device that may come in and has not come yet: somebody approved its code, or made it a join file.

    Attributes:
        by_file: by a join file; else by its code.
        until: nothing comes of it afterwards.
    """

    name: str
    let_in_by: str
    let_in_at: datetime
    until: datetime
    by_file: bool


class Pairings:
    """The pairings of one store."""

    def __init__(self, hub: Hub, authority: Authority) -> None:
        """Nothing is read before it is asked for."""
        self._hub = hub
        self._authority = authority
        self._store_id = hub.store.store_id

    # --- the device

    def begin(self, name: str, version: str, commitment: str) -> dict[str, Any]:
        """A device asks: the hub's nonce and its authority, for a commitment to a key and nonce not yet shown.

        Raises:
            BadRequest: no device's name, or no hash.
            Busy: too many ask at once; some will have ended within ten minutes.
        """
        who = tokens.device_called(name)
        self._must_be_ours(str(who))
        if not _NONCE.fullmatch(commitment):
            raise BadRequest("commitment: must be a SHA-256 in 64 lower-case hex digits")
        now = self._hub.clock.now()
        row = {"pairing_id": secrets.token_hex(16), "hub_nonce": shared.new_nonce(), "name": name, "version": version}
        with self._hub.database.write() as connection:
            self._forget_old(connection, now)
            counted = select(func.count()).select_from(pairing).where(*self._under_way(now))
            if connection.execute(counted).scalar_one() >= MOST_AT_ONCE:
                raise Busy("too many devices ask to be paired; refuse those that are not yours on the fleet screen")
            times = {"begun_at": now, "expires_at": now + LASTS}
            connection.execute(
                insert(pairing).values(store_id=self._store_id, commitment=commitment, tries=0, **row, **times)
            )
        return {
            "pairing_id": row["pairing_id"],
            "hub_nonce": row["hub_nonce"],
            "authority": self._authority.signer.pem,
            "expires_at": to_us(now + LASTS),
        }

    def reveal(self, pairing_id: str, public_key: str, nonce: str) -> None:
        """The device shows its key and nonce; from now on the fleet screen shows the code.

        Raises:
            NotFound: no such pairing, or it has ended. NotAllowed: this is not what it had committed itself to.
        """
        _key_of(public_key)
        if not _NONCE.fullmatch(nonce):
            raise BadRequest("nonce: must be 64 lower-case hex digits")
        with self._hub.database.write() as connection:
            row = self._row(connection, pairing_id)
            fits = secrets.compare_digest(shared.commitment(public_key, nonce), row.commitment)
            if fits and row.public_key is None:
                code = shared.code(self._authority.signer.fingerprint, public_key, nonce, row.hub_nonce)
                self._change(connection, pairing_id, public_key=public_key, code=code, device_nonce=nonce)
            elif not fits:
                self._change(connection, pairing_id, refused_at=self._hub.clock.now())
        if not fits:
            raise NotAllowed("this key does not belong to the pairing; begin again")

    def fetch(self, pairing_id: str, signature: str) -> dict[str, Any]:
        """How the pairing stands; once approved, the token. Only the device that showed its key can ask.

        An answer that was lost may be asked for again: the token before it is revoked.

        Raises:
            NotFound: no such pairing, or it has ended. NotAllowed: the signature is not the device's.
        """
        now = self._hub.clock.now()
        with self._hub.database.write() as connection:
            row = self._row(connection, pairing_id, may_be_refused=True)
            is_device = row.public_key is not None and _is_signed(row, signature)
            if not is_device:
                self._count_try(connection, row)
            elif row.approved_at is not None and row.refused_at is None:
                fingerprint = _fingerprint(row.public_key)
                token = tokens.issue(connection, self._store_id, row.name, fingerprint, now, row.approved_by)
                self._change(connection, pairing_id, ended_at=now)
                return self._welcome(token, row.name)
        if not is_device:
            raise NotAllowed("the signature is not the device's")
        return {"state": "refused" if row.refused_at else "waiting"}

    def join(self, secret: str, public_key: str) -> dict[str, Any]:
        """A device with a join file: its token, once.

        Raises:
            NotAllowed: the file was used, is too old, or is not this hub's.
        """
        _key_of(public_key)
        now = self._hub.clock.now()
        wanted = (_j.store_id == self._store_id, _j.secret_hash == tokens.hash_of(secret))
        with self._hub.database.write() as connection:
            row = connection.execute(select(join_file).where(*wanted)).first()
            if row is None or row.used_at is not None or row.expires_at <= now:
                raise NotAllowed("this join file was used, is too old or belongs to another hub; make a new one")
            connection.execute(update(join_file).where(*wanted).values(used_at=now))
            token = tokens.issue(connection, self._store_id, row.name, _fingerprint(public_key), now, row.made_by)
        return self._welcome(token, row.name)

    # --- people

    def waiting(self) -> list[Waiting]:
        """Devices that show a code now, oldest first."""
        now = self._hub.clock.now()
        asked = select(pairing).where(*self._under_way(now), _p.code.is_not(None)).order_by(_p.begun_at)
        with self._hub.database.read() as connection:
            living = tokens.living(connection, self._store_id)
            return [
                Waiting(
                    one.pairing_id, one.name, one.version, one.code, one.begun_at, one.expires_at, one.name in living
                )
                for one in connection.execute(asked)
            ]

    def approve(self, code: str, by: str, pairing_id: str | None = None) -> str:
        """The codes are the same: the device may fetch its token. The answer is its name.

        Args:
            code: what the person saw on the device, or on the screen beside it.
            by: who approves.
            pairing_id: which pairing is meant; None: the one with this code.

        Raises:
            RulesRefuse: `other_code`, none has it; after five of those the pairing ends.
            NotFound: the pairing has ended.
        """
        now = self._hub.clock.now()
        code = shared.read_code(code)
        with self._hub.database.write() as connection:
            here = (*self._under_way(now), _p.code.is_not(None))
            found = list(connection.execute(select(pairing).where(*here)))
            meant = [one for one in found if pairing_id in {None, one.pairing_id}]
            if pairing_id is not None and not meant:
                raise NotFound("this pairing has ended; let the device begin again")
            right = [one for one in meant if secrets.compare_digest(one.code.encode(), code.encode())]
            for one in meant if not right else ():
                self._count_try(connection, one)
            if right:
                self._change(connection, right[0].pairing_id, approved_at=now, approved_by=by)
        if not right:
            raise RulesRefuse("no device shows this code; if it stays so, somebody is in between", code="other_code")
        return str(right[0].name)

    def refuse(self, pairing_id: str) -> None:
        """It is not ours, or shows another code: this pairing ends.

        Raises:
            NotFound: there is no such pairing. RulesRefuse: `joined`, it was approved and has its token already.
        """
        with self._hub.database.write() as connection:
            here = (_p.store_id == self._store_id, _p.pairing_id == pairing_id)
            row = connection.execute(select(_p.name, _p.ended_at).where(*here)).first()
            if row is not None and row.ended_at is None:
                self._change(connection, pairing_id, refused_at=self._hub.clock.now())
        if row is None:
            raise NotFound("this pairing has ended; let the device begin again")
        if row.ended_at is not None:
            raise _joined(row.name)

    def expected(self) -> list[Expected]:
        """Who may come in and has not come yet, the first that was let in first."""
        now = self._hub.clock.now()
        codes = select(_p.name, _p.approved_by, _p.approved_at, _p.expires_at).where(*self._approved(now))
        files = select(_j.name, _j.made_by, _j.made_at, _j.expires_at).where(*self._unused(now))
        with self._hub.database.read() as connection:
            found = [Expected(*one, by_file=False) for one in connection.execute(codes)]
            found += [Expected(*one, by_file=True) for one in connection.execute(files)]
        return sorted(found, key=lambda one: (one.let_in_at, one.name))

    def stop(self, name: str) -> int:
        """A device that was let in may not come any more: its approved code and its join files open nothing.

        Returns:
            How many there were.

        Raises:
            RulesRefuse: `joined`, it has its token already.
            NotFound: nobody of this name is expected.
        """
        now = self._hub.clock.now()
        with self._hub.database.write() as connection:
            here = (*self._approved(now), _p.name == name)
            codes = connection.execute(update(pairing).where(*here).values(refused_at=now)).rowcount
            unused = (*self._unused(now), _j.name == name)
            files = connection.execute(update(join_file).where(*unused).values(used_at=now)).rowcount
            has_joined = name in tokens.living(connection, self._store_id)
        if not codes + files:
            raise _joined(name) if has_joined else NotFound(f"no device {name} is expected")
        return int(codes + files)

    def make_join_file(self, name: str, by: str, addresses: Sequence[str]) -> JoinFile:
        """A file with which one device joins within 24 hours, once.

        Args:
            addresses: of the hub, in the order in which the device tries them.

        Raises:
            BadRequest: no device's name.
        """
        self._must_be_ours(str(tokens.device_called(name)))
        now = self._hub.clock.now()
        secret, ends_at = tokens.new_token(), now + JOIN_LASTS
        row = {"secret_hash": tokens.hash_of(secret), "name": name, "made_at": now, "made_by": by}
        with self._hub.database.write() as connection:
            self._forget_old(connection, now)
            connection.execute(insert(join_file).values(store_id=self._store_id, expires_at=ends_at, **row))
        return JoinFile(tuple(addresses), self._authority.signer.fingerprint, secret, name, to_us(ends_at))

    # --- rows

    def _welcome(self, token: str, name: str) -> dict[str, Any]:
        return {"state": "paired", "token": token, "name": name, "authorities": list(self._authority.trusted)}

    def _must_be_ours(self, name: str) -> None:
        """A lane must be one of the store's: its letter begins ticket numbers."""
        kind, _, rest = name.partition("/")
        if kind == "lane" and rest not in self._hub.store.lanes:
            lanes = ", ".join(self._hub.store.lanes)
            raise BadRequest(f"name: the store has no lane {rest}; store.toml lists {lanes}")

    def _under_way(self, now: datetime) -> tuple[Any, ...]:
        ended = (_p.refused_at.is_(None), _p.approved_at.is_(None), _p.ended_at.is_(None))
        return (_p.store_id == self._store_id, _p.expires_at > now, *ended)

    def _approved(self, now: datetime) -> tuple[Any, ...]:
        ended = (_p.approved_at.is_not(None), _p.refused_at.is_(None), _p.ended_at.is_(None))
        return (_p.store_id == self._store_id, _p.expires_at > now, *ended)

    def _unused(self, now: datetime) -> tuple[Any, ...]:
        return (_j.store_id == self._store_id, _j.expires_at > now, _j.used_at.is_(None))

    def _row(self, connection: Connection, pairing_id: str, *, may_be_refused: bool = False) -> Row[Any]:
        row = connection.execute(
            select(pairing).where(_p.store_id == self._store_id, _p.pairing_id == pairing_id)
        ).first()
        over = row is None or row.expires_at <= self._hub.clock.now()
        if row is None or over or (row.refused_at is not None and not may_be_refused):
            raise NotFound("this pairing has ended; let the device begin again")
        return row

    def _count_try(self, connection: Connection, row: Row[Any]) -> None:
        refused = {"refused_at": self._hub.clock.now()} if row.tries + 1 >= MOST_TRIES else {}
        self._change(connection, row.pairing_id, tries=row.tries + 1, **refused)

    def _change(self, connection: Connection, pairing_id: str, **values: Any) -> None:
        here = (_p.store_id == self._store_id, _p.pairing_id == pairing_id)
        connection.execute(update(pairing).where(*here).values(**values))

    def _forget_old(self, connection: Connection, now: datetime) -> None:
        before = now - FORGOTTEN_AFTER
        connection.execute(delete(pairing).where(_p.store_id == self._store_id, _p.expires_at < before))
        connection.execute(delete(join_file).where(_j.store_id == self._store_id, _j.expires_at < before))


def end_all(connection: Connection, store_id: str, name: str, at: datetime) -> None:
    """No pairing and no join file of this name gives a token any more."""
    pairings = (_p.store_id == store_id, _p.name == name, _p.refused_at.is_(None))
    connection.execute(update(pairing).where(*pairings).values(refused_at=at))
    files = (_j.store_id == store_id, _j.name == name, _j.used_at.is_(None))
    connection.execute(update(join_file).where(*files).values(used_at=at))


def _joined(name: str) -> RulesRefuse:
    return RulesRefuse(f"{name} has joined already; take it off instead", code="joined")


def _key_of(public_key: str) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
    except (ValueError, binascii.Error):
        raise BadRequest("public_key: must be an Ed25519 key in base64") from None


def _fingerprint(public_key: str) -> str:
    return tokens.hash_of(public_key)


def _is_signed(row: Row[Any], signature: str) -> bool:
    try:
        signed = shared.to_sign(row.pairing_id, row.device_nonce, row.hub_nonce)
        _key_of(row.public_key).verify(base64.b64decode(signature, validate=True), signed)
    except (InvalidSignature, ValueError, binascii.Error):
        return False
    return True
