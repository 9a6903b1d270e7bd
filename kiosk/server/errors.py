"""What can go wrong in the hub.

HubError (a KioskError: the hub does not start)      Answered (a request that gets an error, as docs/wire.md lists them)
    DatabaseUnusable                                     BadRequest 400   NotAllowed 403   NotFound 404
        DatabaseDamaged, DatabaseAway                    RulesRefuse 409  TooLarge 413     IdReused 422
                                                         Fault 500        Busy 503
                                                         NotSignedIn 401  PasswordNeeded 403  TooMany 429
"""

from __future__ import annotations

from pathlib import Path

from kiosk.errors import KioskError


class HubError(KioskError):
    """The hub cannot start or go on; the message names the thing and the remedy."""


class DatabaseUnusable(HubError):
    """The database is damaged, locked, of a newer version or not to be reached."""


class DatabaseDamaged(DatabaseUnusable):
    """A database file whose pages are not where they belong; `path` is the file, which is left as it is."""

    def __init__(self, path: Path, said: str) -> None:
        """`said`: what SQLite found first."""
        super().__init__(
            f"{path}: damaged, or no database of the hub ({said}); keep the file and restore the newest backup"
        )
        self.path = path


class DatabaseAway(DatabaseUnusable):
    """The database's server does not answer; it may in a moment."""


class NotLoopback(HubError):
    """An address on the network, where only nginx stands."""


class PortInUse(HubError):
    """Another program listens on the hub's address."""


class Answered(Exception):
    """A request that is answered with an error. `code` is for machines, the message for the person who asked."""

    status = 400
    code = "bad_request"
    retry_after_s: int | None = None

    def __init__(self, message: str, *, code: str | None = None) -> None:
        """Keep the class's own code unless there is a nearer one. Half a letter that was sent is told as `?`."""
        super().__init__(message.encode(errors="replace").decode())
        self.code = code or self.code


class BadRequest(Answered):
    """A field is missing or cannot be used; the message names it."""


class NotAllowed(Answered):
    """This principal may not do or see that."""

    status = 403
    code = "not_allowed"


class NotFound(Answered):
    """No such visit, page, appointment, view or route."""

    status = 404
    code = "not_found"


class RulesRefuse(Answered):
    """The rules of the domain do not allow it now; the code is theirs."""

    status = 409
    code = "refused"


class TooLarge(Answered):
    """The body is longer than this route takes."""

    status = 413
    code = "too_large"


class IdReused(Answered):
    """The same command id came with another body."""

    status = 422
    code = "id_reused"


class Fault(Answered):
    """A mistake of ours; the log has it."""

    status = 500
    code = "fault"


class Busy(Answered):
    """The database is held by somebody else just now; sent again a little later, the command will pass."""

    status = 503
    code = "busy"
    retry_after_s = 1


class NotSignedIn(Answered):
    """What came with the request to say who asks opens nothing: a wrong password or PIN, a revoked token."""

    status = 401
    code = "not_signed_in"


class PasswordNeeded(NotAllowed):
    """This wants the password typed within the last five minutes."""

    code = "password_needed"


class TooMany(Answered):
    """Too many tries from there; `retry_after_s` says when one more is looked at."""

    status = 429
    code = "too_many"

    def __init__(self, message: str, retry_after_s: int) -> None:
        """`retry_after_s`: at least one second."""
        super().__init__(message)
        self.retry_after_s = max(1, retry_after_s)
