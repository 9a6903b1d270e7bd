"""Accounts: who may sign in, in which roles, with which password and PIN. No account is there before somebody makes it.

Everything here is rows in the caller's transaction. How one signs in with them is in signing_in.py.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from kiosk.server.access import ADVISOR, STAFF, Principal
from kiosk.server.errors import BadRequest, NotFound, RulesRefuse
from kiosk.server.prepared import Prepared
from kiosk.server.schema_staff import account

# Whose name a person's deeds stand under, if there are several: what they do at the counter before what they oversee.
RANK = ("advisor", "cashier", "technician", "parts", "quality", "manager", "administrator")
USER_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")
ACCOUNT_ID = re.compile(r"[0-9a-f]{16}")
LONGEST_NAME = 60
_c = account.c
_COLUMNS = (
    _c.account_id,
    _c.user_name,
    _c.display_name,
    _c.advisor_id,
    _c.roles,
    _c.password_hash,
    _c.password_at,
    _c.password_until,
    _c.pin_hash,
    _c.disabled_at,
)
_BY_ID = Prepared(
    select(*_COLUMNS).where(_c.store_id == bindparam("store_id"), _c.account_id == bindparam("account_id"))
)
_BY_NAME = Prepared(
    select(*_COLUMNS).where(_c.store_id == bindparam("store_id"), _c.user_name == bindparam("user_name"))
)


@dataclass(frozen=True)
class Account:
    """One person who may sign in.

    Attributes:
        user_name: what is typed. display_name: what others read.
        advisor_id: which advisor of the store's catalogue this is, if any.
        password_until: the password was drawn by the hub; it must be changed at the first sign-in, before this.
    """

    account_id: str
    user_name: str
    display_name: str
    advisor_id: str | None
    roles: frozenset[str]
    password_hash: str
    password_at: datetime
    password_until: datetime | None
    pin_hash: str | None
    disabled_at: datetime | None

    @property
    def principal(self) -> Principal:
        """As whom this person asks and stands in the log: an advisor by the advisor's id, others by the account's."""
        roles = self.roles - {ADVISOR} if len(self.roles) > 1 and not self.advisor_id else self.roles
        kind = next(one for one in RANK if one in roles)
        name = self.advisor_id if kind == ADVISOR and self.advisor_id else self.account_id
        return Principal(kind, name, self.roles)

    @property
    def must_change(self) -> bool:
        """Whether the first thing to do is to choose a password of one's own."""
        return self.password_until is not None


def find(connection: Connection, store_id: str, account_id: str) -> Account | None:
    """The account of this id, disabled or not."""
    if not ACCOUNT_ID.fullmatch(account_id):
        return None
    return _account(_BY_ID.first(connection, store_id=store_id, account_id=account_id))


def find_named(connection: Connection, store_id: str, user_name: str) -> Account | None:
    """The account of this user name, in capitals or not, disabled or not."""
    plain = user_name.strip().casefold()
    return (
        _account(_BY_NAME.first(connection, store_id=store_id, user_name=plain)) if USER_NAME.fullmatch(plain) else None
    )


def named(connection: Connection, store_id: str, user_name: str) -> Account:
    """As `find_named`.

    Raises:
        NotFound: there is none.
    """
    found = find_named(connection, store_id, user_name)
    if found is None:
        raise NotFound(f"nobody has the user name {user_name[:40]}")
    return found


def everybody(connection: Connection, store_id: str) -> list[Account]:
    """All accounts by name, the disabled ones last."""
    rows = connection.execute(select(*_COLUMNS).where(_c.store_id == store_id))
    found = [one for one in (_account(row) for row in rows) if one]
    return sorted(found, key=lambda one: (one.disabled_at is not None, one.display_name.casefold(), one.user_name))


def has_administrator(connection: Connection, store_id: str, *, other_than: str = "") -> bool:
    """Whether somebody can administer, besides the account `other_than`."""
    return any(
        "administrator" in one.roles and one.disabled_at is None and one.account_id != other_than
        for one in everybody(connection, store_id)
    )


def add(connection: Connection, store_id: str, at: datetime, by: str, **values: Any) -> Account:
    """A new account.

    Args:
        by: the principal who makes it, as the log writes one.
        values: user_name, display_name, roles, advisor_id, password_hash, password_until.

    Raises:
        BadRequest: user_name, display_name or roles cannot be used.
        RulesRefuse: name_taken or advisor_taken.
    """
    user_name = checked_user_name(values["user_name"])
    if find_named(connection, store_id, user_name):
        raise RulesRefuse(f"{user_name} is taken; choose another user name", code="name_taken")
    advisor_id = values.get("advisor_id") or None
    _advisor_is_free(connection, store_id, advisor_id, "")
    made = Account(
        account_id=secrets.token_hex(8),
        user_name=user_name,
        display_name=checked_display_name(values["display_name"]),
        advisor_id=advisor_id,
        roles=checked_roles(values["roles"]),
        password_hash=values["password_hash"],
        password_at=at,
        password_until=values.get("password_until"),
        pin_hash=None,
        disabled_at=None,
    )
    row = {name: getattr(made, name) for name in Account.__dataclass_fields__} | {"roles": sorted(made.roles)}
    connection.execute(insert(account).values(store_id=store_id, made_at=at, made_by=by, **row))
    return made


def change(connection: Connection, store_id: str, account_id: str, **values: Any) -> Account:
    """Change an account.

    Args:
        values: display_name, roles, advisor_id, password_hash, password_at, password_until, pin_hash, disabled_at.

    Raises:
        NotFound: no such account.
        RulesRefuse: last_administrator; nobody could make accounts any more. Or advisor_taken.
    """
    before = find(connection, store_id, account_id)
    if before is None:
        raise NotFound("no such account")
    if "roles" in values:
        values["roles"] = sorted(checked_roles(values["roles"]))
    if "display_name" in values:
        values["display_name"] = checked_display_name(values["display_name"])
    if values.get("advisor_id"):
        _advisor_is_free(connection, store_id, values["advisor_id"], account_id)
    loses = "administrator" not in values.get("roles", ["administrator"]) or values.get("disabled_at") is not None
    if loses and "administrator" in before.roles and not has_administrator(connection, store_id, other_than=account_id):
        raise RulesRefuse("somebody else must be an administrator first", code="last_administrator")
    connection.execute(update(account).where(_c.store_id == store_id, _c.account_id == account_id).values(**values))
    after = find(connection, store_id, account_id)
    assert after is not None  # noqa: S101 - it was there, in the same transaction
    return after


def checked_user_name(written: str) -> str:
    """A user name in small letters.

    Raises:
        BadRequest: bad_user_name.
    """
    user_name = written.strip().casefold()
    if not USER_NAME.fullmatch(user_name):
        raise BadRequest("user_name: 2 to 32 letters a to z, digits, . - or _", code="bad_user_name")
    return user_name


def checked_display_name(written: str) -> str:
    """A name as others read it.

    Raises:
        BadRequest: bad_name.
    """
    name = " ".join(written.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise BadRequest(f"display_name: 1 to {LONGEST_NAME} characters", code="bad_name")
    return name


def checked_roles(written: Iterable[str]) -> frozenset[str]:
    """At least one role of the staff, and no other.

    Raises:
        BadRequest: bad_roles.
    """
    roles = frozenset(written)
    if not roles or roles - STAFF:
        raise BadRequest(f"roles: at least one of {', '.join(RANK)}", code="bad_roles")
    return roles


def _advisor_is_free(connection: Connection, store_id: str, advisor_id: str | None, own: str) -> None:
    taken = (_c.store_id == store_id, _c.advisor_id == advisor_id, _c.account_id != own)
    if advisor_id and connection.execute(select(_c.account_id).where(*taken)).first():
        raise RulesRefuse(f"somebody else is the advisor {advisor_id} already", code="advisor_taken")


def _account(row: Any) -> Account | None:
    if row is None:
        return None
    values = {name: getattr(row, name) for name in Account.__dataclass_fields__}
    return Account(**values | {"roles": frozenset(values["roles"])})
