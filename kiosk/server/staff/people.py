"""Everything that changes people's accounts, sessions and screens, each in one transaction of its own.

What it decides is in accounts.py, sessions.py, shared.py and passwords.py; signing in is in signing_in.py.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from kiosk.domain.store import LANGUAGES, Store
from kiosk.server.clock import Clock
from kiosk.server.database import Database
from kiosk.server.errors import BadRequest, Busy, NotFound, RulesRefuse
from kiosk.server.schema_staff import first_code
from kiosk.server.staff import accounts, sessions, shared
from kiosk.server.staff.accounts import Account
from kiosk.server.staff.limits import Delays
from kiosk.server.staff.passwords import Passwords, check_password, check_pin, drawn, new_password
from kiosk.server.staff.sessions import Session
from kiosk.server.staff.shared import Screen
from kiosk.settings import Sessions as Limits

DRAWN_FOR = timedelta(hours=24)
CODE_FOR = timedelta(hours=1)
MOST_CODE_TRIES = 5
PRODUCT = "kiosk"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Drawn:
    """An account with a password that the hub has drawn: told this once, good for one day."""

    account: Account
    password: str


class People:
    """The people of one store. Thread-safe."""

    def __init__(self, database: Database, store: Store, clock: Clock, limits: Limits | None = None) -> None:
        """`limits`: how long sessions last; None: as the settings' defaults say."""
        self.database = database
        self.store = store
        self.clock = clock
        self.limits = limits or Limits()
        self.passwords = Passwords()
        self.delays = Delays()
        self.on_change: list[Callable[[], None]] = []  # something opens less than before
        self._code_tries = 0

    @property
    def store_id(self) -> str:
        """Whose people they are."""
        return self.store.store_id

    # --- looking

    def everybody(self) -> list[Account]:
        """All accounts, the disabled ones last."""
        with self.database.read() as connection:
            return accounts.everybody(connection, self.store_id)

    def account(self, account_id: str) -> Account:
        """One account.

        Raises:
            NotFound: there is none of this id.
        """
        with self.database.read() as connection:
            found = accounts.find(connection, self.store_id, account_id)
        if found is None:
            raise NotFound("no such account")
        return found

    def named(self, user_name: str) -> Account:
        """One account by its user name; raises as `account`."""
        with self.database.read() as connection:
            return accounts.named(connection, self.store_id, user_name)

    def sessions_of(self, account_id: str) -> list[Session]:
        """Where somebody is signed in."""
        with self.database.read() as connection:
            return sessions.open_of(connection, self.store_id, account_id, self.clock.now(), self.limits)

    def screens(self) -> list[Screen]:
        """The shared screens."""
        with self.database.read() as connection:
            return shared.screens(connection, self.store_id)

    def screen_of(self, token: str) -> Screen | None:
        """The shared screen whose browser keeps this token."""
        with self.database.read() as connection:
            return shared.screen_of(connection, self.store_id, token)

    def has_administrator(self) -> bool:
        """Whether somebody can administer this store."""
        with self.database.read() as connection:
            return accounts.has_administrator(connection, self.store_id)

    # --- accounts

    def add(self, by: str, user_name: str, display_name: str, roles: Iterable[str], advisor_id: str | None) -> Drawn:
        """A new account with a drawn password.

        Raises:
            BadRequest: bad_user_name, bad_name, bad_roles, bad_advisor. RulesRefuse: name_taken, advisor_taken.
        """
        self._advisor_exists(advisor_id)
        values = {
            "user_name": accounts.checked_user_name(user_name),
            "display_name": accounts.checked_display_name(display_name),
            "roles": accounts.checked_roles(roles),
            "advisor_id": advisor_id,
        }
        password, now = new_password(), self.clock.now()
        hashed = self.passwords.hashed(password)
        with self.database.write() as connection:
            made = accounts.add(
                connection, self.store_id, now, by, password_hash=hashed, password_until=now + DRAWN_FOR, **values
            )
        log.info("account %s was made by %s: %s", made.account_id, by, " ".join(sorted(made.roles)))
        return Drawn(made, password)

    def change(self, by: str, account_id: str, **values: Any) -> Account:
        """Change a name, roles or the advisor; raises as `add`, or NotFound, or RulesRefuse last_administrator."""
        self._advisor_exists(values.get("advisor_id"))
        return self._change(by, account_id, **values)

    def draw_password(self, by: str, account_id: str) -> Drawn:
        """Somebody has forgotten the password: a drawn one, the PIN gone, signed out everywhere, no browser known."""
        password, now = new_password(), self.clock.now()
        hashed = self.passwords.hashed(password)
        values = {"password_hash": hashed, "password_at": now, "password_until": now + DRAWN_FOR, "pin_hash": None}
        with self.database.write() as connection:
            changed = accounts.change(connection, self.store_id, account_id, **values)
            sessions.end_all(connection, self.store_id, account_id, now)
            shared.forget_browsers(connection, self.store_id, account_id)
        log.info("account %s got a drawn password from %s", account_id, by)
        self._tell()
        return Drawn(changed, password)

    def disable(self, by: str, account_id: str) -> Account:
        """Shut somebody out, with all sessions.

        Raises:
            NotFound, or RulesRefuse last_administrator.
        """
        now = self.clock.now()
        with self.database.write() as connection:
            changed = accounts.change(connection, self.store_id, account_id, disabled_at=now)
            sessions.end_all(connection, self.store_id, account_id, now)
            shared.forget_browsers(connection, self.store_id, account_id)
        log.info("account %s was disabled by %s", account_id, by)
        self._tell()
        return changed

    def enable(self, by: str, account_id: str) -> Account:
        """Let somebody in again, with the password of before."""
        return self._change(by, account_id, disabled_at=None)

    # --- one's own

    def choose_password(self, account: Account, password: str, *, keep: str = "") -> None:
        """A password of one's own; every session ends but the one with the hash `keep`.

        Raises:
            BadRequest: as passwords.check_password says, or same_password.
        """
        check_password(password, not_in_it=self._names(account))
        if self.passwords.fits(password, account.password_hash):
            raise BadRequest("password: the one there is; choose another", code="same_password")
        hashed, now = self.passwords.hashed(password), self.clock.now()
        with self.database.write() as connection:
            values = {"password_hash": hashed, "password_at": now, "password_until": None}
            accounts.change(connection, self.store_id, account.account_id, **values)
            sessions.end_all(connection, self.store_id, account.account_id, now, but=keep)
        log.info("account %s has a new password", account.account_id)
        self._tell()

    def hash_anew(self, account: Account, password: str) -> None:
        """The same password under today's parameters; not where it has been changed meanwhile, or many are waiting."""
        with suppress(Busy):
            hashed = self.passwords.hashed(password)
            with self.database.write() as connection:
                found = accounts.find(connection, self.store_id, account.account_id)
                if found and found.password_hash == account.password_hash:
                    accounts.change(connection, self.store_id, account.account_id, password_hash=hashed)

    def choose_pin(self, account: Account, pin: str | None) -> None:
        """A PIN for shared screens, or none any more.

        Raises:
            BadRequest: bad_pin or easy_pin.
        """
        if pin is not None:
            check_pin(pin)
        hashed = self.passwords.hashed(pin) if pin is not None else None
        self._change(account.account_id, account.account_id, pin_hash=hashed)

    def end_session(self, account_id: str, session_id: str) -> None:
        """Sign out one browser.

        Raises:
            NotFound: it is not signed in.
        """
        with self.database.write() as connection:
            if not sessions.end_one(connection, self.store_id, account_id, session_id, self.clock.now()):
                raise NotFound("no such session")
        self._tell()

    def end_sessions(self, account_id: str, *, but: str = "") -> int:
        """Sign out everywhere, but for the session with this hash; how many there were."""
        with self.database.write() as connection:
            ended = sessions.end_all(connection, self.store_id, account_id, self.clock.now(), but=but)
        log.info("%d sessions of account %s were ended", ended, account_id)
        self._tell()
        return ended

    # --- shared screens

    def enrol(self, by: str, name: str) -> str:
        """Make a browser a shared screen; the token that it keeps.

        Raises:
            BadRequest: bad_screen_name.
        """
        with self.database.write() as connection:
            token = shared.enrol(connection, self.store_id, name, self.clock.now(), by)
        log.info("a shared screen was enrolled by %s", by)
        return token

    def revoke_screen(self, by: str, screen_id: str) -> None:
        """A screen is shared no more.

        Raises:
            NotFound: there is none of this id.
        """
        with self.database.write() as connection:
            if not shared.revoke(connection, self.store_id, screen_id, self.clock.now()):
                raise NotFound("no such screen")
        log.info("shared screen %s was taken out by %s", screen_id, by)
        self._tell()

    # --- the first administrator

    def new_first_code(self) -> str:
        """A code for the hub's own console, good for an hour: whoever types it makes the first administrator.

        Raises:
            RulesRefuse: has_administrator.
        """
        code, now = drawn(8), self.clock.now()
        hashed = self.passwords.hashed(_as_drawn(code))
        row = {"code_hash": hashed, "made_at": now, "expires_at": now + CODE_FOR, "is_disabled": False}
        with self.database.write() as connection:
            if accounts.has_administrator(connection, self.store_id):
                raise RulesRefuse(
                    "there is an administrator already; kiosk staff password NAME draws a new password for one",
                    code="has_administrator",
                )
            mine = first_code.c.store_id == self.store_id
            connection.execute(update(first_code).where(mine).values(is_disabled=True))
            connection.execute(insert(first_code).values(store_id=self.store_id, **row))
        self._code_tries = 0
        return f"{code[:4]}-{code[4:]}".upper()

    def use_first_code(self, code: str, user_name: str, display_name: str, password: str) -> Account:
        """The first administrator.

        Raises:
            BadRequest: wrong_code; it is not the newest, is used, an hour old, or was guessed at five times. Or a name
                or password that cannot be used; the code stays good then.
        """
        now = self.clock.now()
        names = (accounts.checked_user_name(user_name), accounts.checked_display_name(display_name))
        kept = self._code_must_fit(code, now)
        check_password(password, not_in_it=(names[0], *names[1].split(), *self._words_of_the_house()))
        hashed = self.passwords.hashed(password)
        mine = (first_code.c.store_id == self.store_id, first_code.c.code_hash == kept)
        with self.database.write() as connection:
            if accounts.has_administrator(connection, self.store_id):
                raise BadRequest("code: there is an administrator already", code="wrong_code")
            connection.execute(update(first_code).where(*mine).values(used_at=now, is_disabled=True))
            values = {"user_name": names[0], "display_name": names[1], "roles": {"administrator", "manager"}}
            made = accounts.add(connection, self.store_id, now, "console", password_hash=hashed, **values)
        log.info("the first administrator is account %s", made.account_id)
        return made

    def _code_must_fit(self, code: str, now: datetime) -> str:
        """The hash under which the console's newest code is kept; a code of 40 bits is kept as a password is."""
        c = first_code.c
        wanted = (c.store_id == self.store_id, c.is_disabled == False, c.expires_at > now)  # noqa: E712
        with self.database.read() as connection:
            kept = connection.execute(select(c.code_hash).where(*wanted)).scalar()
        if self.passwords.fits(_as_drawn(code), kept) and kept:
            return str(kept)
        self._code_tries += 1
        if self._code_tries >= MOST_CODE_TRIES:
            with self.database.write() as connection:
                connection.execute(update(first_code).where(c.store_id == self.store_id).values(is_disabled=True))
        raise BadRequest("code: not the code of the hub's console, or too old", code="wrong_code")

    # --- within

    def _change(self, by: str, account_id: str, **values: Any) -> Account:
        with self.database.write() as connection:
            changed = accounts.change(connection, self.store_id, account_id, **values)
        log.info("account %s was changed by %s: %s", account_id, by, " ".join(sorted(values)))
        self._tell()
        return changed

    def _advisor_exists(self, advisor_id: str | None) -> None:
        if advisor_id and self.store.advisor(advisor_id) is None:
            raise BadRequest("advisor_id: nobody of store.toml", code="bad_advisor")

    def _names(self, account: Account) -> tuple[str, ...]:
        return (account.user_name, *account.display_name.split(), *self._words_of_the_house())

    def _words_of_the_house(self) -> tuple[str, ...]:
        """In every language, for nobody chooses a password in one of them alone; and what everybody here is called."""
        names = (word for code in LANGUAGES for word in self.store.name.in_(code).split())
        return (*dict.fromkeys(names), *accounts.RANK, PRODUCT)

    def _tell(self) -> None:
        for one in self.on_change:
            one()


def _as_drawn(code: str) -> str:
    """A code as it was typed: capitals and dashes do not count, and o, i and l are the digits they look like."""
    plain = "".join(one for one in code.casefold() if one.isalnum())
    return plain.replace("o", "0").replace("i", "1").replace("l", "1")
