"""What can be wrong with a whole file or profile; a wrong row is no error but part of the report.

AppointmentsError
├── Unreadable      the file cannot be read at all: nothing of it is imported
├── NoProfile       no profile, or more than one, fits the file, or the named one does not
├── NotStored       the store did not take what was read
└── WrongBooking    a booking that came over the wire is not one
"""

from __future__ import annotations

from kiosk.errors import KioskError
from kiosk.server.appointments.shown import printable


class AppointmentsError(KioskError):
    """Anything that stops an import."""


class Unreadable(AppointmentsError):
    """The file is empty, too large, of another kind, broken or in another encoding."""

    def __init__(self, file: str, what: str) -> None:
        """`what` says what is wrong and what to do."""
        super().__init__(printable(f"{file}: {what}"))


class NoProfile(AppointmentsError):
    """No profile, or more than one, fits a file."""

    def __init__(self, file: str, what: str) -> None:
        """`what` names the profiles."""
        super().__init__(printable(f"{file}: {what}"))


class NotStored(AppointmentsError):
    """The store did not take a file that was read."""

    def __init__(self, what: str) -> None:
        """`what` names the file and the cause."""
        super().__init__(printable(what))


class WrongBooking(AppointmentsError):
    """A booking in JSON lacks something or has it in the wrong form."""

    def __init__(self, what: str) -> None:
        """`what` names the booking and the key."""
        super().__init__(printable(what))
