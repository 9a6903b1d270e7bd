"""Signing in: by password anywhere, by PIN on a shared screen. Wrong is wrong: nobody learns what was.

An account that is not there, is disabled, or has no PIN is answered like a wrong password, after the same work.
"""

from __future__ import annotations

import ipaddress
import logging
from contextlib import suppress
from dataclasses import dataclass

from kiosk.server.errors import NotSignedIn, TooMany
from kiosk.server.staff import accounts, sessions, shared
from kiosk.server.staff.accounts import Account
from kiosk.server.staff.limits import Attempt
from kiosk.server.staff.people import People
from kiosk.server.staff.sessions import Session, hash_of
from kiosk.server.staff.shared import MOST_MISSES, Screen

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Place:
    """Where somebody signs in.

    Attributes:
        address: the machine that asks.
        browser: in a word or two.
        known: the token of a browser in which somebody has signed in before; empty: none.
        screen: the shared screen that it is, if it is one.
    """

    address: str
    browser: str = ""
    known: str = ""
    screen: Screen | None = None

    @property
    def is_in_the_house(self) -> bool:
        """Whether whoever signs in here stands in the dealership: at a shared screen, or in a network of its own.

        An address of the internet is somebody at home or on the road.
        """
        if self.screen is not None:
            return True
        with suppress(ValueError):
            at = ipaddress.ip_address(self.address.partition("%")[0])
            at = getattr(at, "ipv4_mapped", None) or at
            return at.is_private or at.is_link_local
        return False


@dataclass(frozen=True)
class SignedIn:
    """Somebody is in.

    Attributes:
        token: of the session, for the cookie.
        known: of the browser, where it is to be remembered; else empty.
    """

    account: Account
    token: str
    known: str = ""


class SigningIn:
    """The way in. Thread-safe."""

    def __init__(self, people: People) -> None:
        """Accounts, sessions and delays are those of `people`."""
        self._people = people

    def by_password(self, user_name: str, password: str, place: Place) -> SignedIn:
        """Sign in with user name and password.

        Raises:
            NotSignedIn: wrong; or too_old: a drawn password whose day is over.
            TooMany: not looked at; it has to wait.
        """
        people, now = self._people, self._people.clock.now()
        with people.database.read() as connection:
            found = accounts.find_named(connection, people.store_id, user_name)
            is_known = bool(
                found and place.known and shared.is_known(connection, people.store_id, found.account_id, place.known)
            )
        attempt = Attempt(user_name.strip().casefold()[:64], place.address, hash_of(place.known) if is_known else "")
        self._must_not_wait(attempt)
        fits = people.passwords.fits(password, found.password_hash if found and not found.disabled_at else None)
        if not found or not fits:
            self._missed(attempt, found)
            raise NotSignedIn("user name or password is wrong", code="wrong")
        if found.password_until and now >= found.password_until:
            self._missed(attempt, found)
            raise NotSignedIn("this password was for one day; ask for a new one", code="too_old")
        people.delays.hit(attempt)
        if people.passwords.is_outdated(found.password_hash):
            people.hash_anew(found, password)
        return self._begin(found, place, by_password=True, remember=not is_known and place.screen is None)

    def by_pin(self, account_id: str, pin: str, place: Place) -> SignedIn:
        """Sign in with a PIN, on a shared screen.

        Raises:
            NotSignedIn: wrong; or pin_used_up: five were wrong, so the password is wanted here once.
            TooMany: not looked at; it has to wait.
        """
        people, screen = self._people, place.screen
        if screen is None:
            raise NotSignedIn("a PIN works on a shared screen only", code="wrong")
        with people.database.read() as connection:
            found = accounts.find(connection, people.store_id, account_id)
            misses = shared.misses(connection, people.store_id, screen.screen_id, account_id)
        attempt = Attempt(f"pin {account_id}"[:64], place.address, f"{screen.screen_id} {account_id}"[:64])
        self._must_not_wait(attempt)
        if misses >= MOST_MISSES:
            raise NotSignedIn("five PINs were wrong here; the password is wanted", code="pin_used_up")
        has_pin = found is not None and found.pin_hash and not found.disabled_at and not found.must_change
        fits = people.passwords.fits(pin, found.pin_hash if found and has_pin else None)
        if found is None or not fits:
            self._missed(attempt, found)
            count = self._pin_missed(screen, found)
            code = "pin_used_up" if count >= MOST_MISSES else "wrong_pin"
            raise NotSignedIn("the PIN is wrong", code=code)
        people.delays.hit(attempt)
        return self._begin(found, place, by_password=False, remember=False)

    def again(self, account: Account, session: Session, password: str, address: str) -> str:
        """The password typed once more by who is signed in: good for five minutes.

        Returns:
            The session's new token; the one before opens nothing any more.

        Raises:
            NotSignedIn: wrong. TooMany: it has to wait.
        """
        people = self._people
        attempt = Attempt(account.user_name, address, session.token_hash)
        self._must_not_wait(attempt)
        if not people.passwords.fits(password, account.password_hash):
            self._missed(attempt, account)
            raise NotSignedIn("the password is wrong", code="wrong_password")
        people.delays.hit(attempt)
        with people.database.write() as connection:
            token = sessions.typed_password(connection, people.store_id, session.token_hash, people.clock.now())
        log.info("account %s typed the password once more, from %s", account.account_id, address)
        for one in people.on_change:
            one()
        return token

    def out(self, session: Session) -> None:
        """Sign out."""
        people = self._people
        with people.database.write() as connection:
            sessions.end(connection, people.store_id, session.token_hash, people.clock.now())
        log.info("account %s signed out", session.account_id)
        for one in people.on_change:
            one()

    def needs_password(self, screen: Screen, account_id: str) -> bool:
        """Whether five PINs of this person were wrong on this screen."""
        people = self._people
        with people.database.read() as connection:
            return shared.misses(connection, people.store_id, screen.screen_id, account_id) >= MOST_MISSES

    def _begin(self, found: Account, place: Place, *, by_password: bool, remember: bool) -> SignedIn:
        people, now = self._people, self._people.clock.now()
        screen_id = place.screen.screen_id if place.screen else None
        with people.database.write() as connection:
            if screen_id:
                shared.forgive(connection, people.store_id, screen_id, found.account_id)
            token = sessions.begin(
                connection,
                people.store_id,
                found.account_id,
                now,
                browser=place.browser,
                screen_id=screen_id,
                by_password=by_password,
            )
            known = shared.remember(connection, people.store_id, found.account_id, now) if remember else ""
        how = "password" if by_password else "PIN"
        log.info("account %s signed in with a %s, from %s", found.account_id, how, place.address)
        return SignedIn(found, token, known)

    def _pin_missed(self, screen: Screen, found: Account | None) -> int:
        people = self._people
        if found is None:
            return 0
        with people.database.write() as connection:
            return shared.missed(connection, people.store_id, screen.screen_id, found.account_id)

    def _must_not_wait(self, attempt: Attempt) -> None:
        wait = self._people.delays.wait(attempt, self._people.clock.now())
        if wait:
            raise TooMany("too many tries; wait a moment", int(wait.total_seconds() + 0.999))

    def _missed(self, attempt: Attempt, found: Account | None) -> None:
        self._people.delays.missed(attempt, self._people.clock.now())
        log.warning("sign-in refused: %s, from %s", found.account_id if found else "no such account", attempt.address)
