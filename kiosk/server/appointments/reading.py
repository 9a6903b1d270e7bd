"""A file from its bytes to bookings: choose the profile, parse, judge. Nothing is stored here."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from kiosk.domain.judging import Accepted, Cancelled, Refused, Superseded, Verdict, judge_all
from kiosk.domain.written import quoted
from kiosk.server.appointments import calendar_rows, csv_rows, json_rows, star_rows
from kiosk.server.appointments.content import Content, checked, content_of
from kiosk.server.appointments.errors import AppointmentsError, NoProfile, Unreadable
from kiosk.server.appointments.profiles import Profile, built_in
from kiosk.server.appointments.record import rows

if TYPE_CHECKING:
    from pathlib import Path

    from kiosk.domain.appointment import Booking, Cancellation
    from kiosk.domain.written import Reason
    from kiosk.server.appointments.record import Parsed

KINDS = {"csv": "CSV", "json": "JSON", "ics": "a calendar", "star": "XML"}


@dataclass(frozen=True)
class FileReading:
    """What a file says, every row with its verdict.

    Attributes:
        file: as it was named.
        columns: the columns of the file for each field, the preferred one first.
    """

    file: str
    profile: Profile
    verdicts: tuple[Verdict, ...]
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def accepted(self) -> tuple[Accepted, ...]:
        """The good rows."""
        return tuple(one for one in self.verdicts if isinstance(one, Accepted))

    @property
    def refused(self) -> tuple[Refused, ...]:
        """The faulty rows."""
        return tuple(one for one in self.verdicts if isinstance(one, Refused))

    @property
    def cancelled(self) -> tuple[Cancelled, ...]:
        """The rows that say that an appointment is off."""
        return tuple(one for one in self.verdicts if isinstance(one, Cancelled))

    @property
    def superseded(self) -> tuple[Superseded, ...]:
        """The rows that a newer one in the same file replaces."""
        return tuple(one for one in self.verdicts if isinstance(one, Superseded))

    @property
    def bookings(self) -> tuple[Booking | Cancellation, ...]:
        """What the store is to learn, in the order of the file."""
        found: list[Booking | Cancellation] = []
        for one in self.verdicts:
            if isinstance(one, Accepted):
                found.append(one.booking)
            elif isinstance(one, Cancelled):
                found.append(one.cancellation)
        return tuple(found)

    def column(self, reason: Reason) -> str | None:
        """The column that a reason is about, as the file names it."""
        if reason.field is None:
            return None
        return next(iter(self.columns.get(reason.field, (reason.field,))))


def read_file(path: Path | str, profile: Profile | None = None) -> FileReading:
    """Read and judge a file by a profile; without one, by the built-in one that fits.

    Raises:
        Unreadable: the file as a whole cannot be read.
        NoProfile: `profile` does not fit, or none or more than one of the built-in ones does.
    """
    return read(content_of(path), profile)


def read_bytes(file: str, data: bytes, profile: Profile | None = None) -> FileReading:
    """The same for bytes that came another way; `file` is their name in the report."""
    return read(checked(file, data), profile)


def read(content: Content, profile: Profile | None = None) -> FileReading:
    """The same for content that is at hand."""
    profile = profile or chosen(content)
    parsed = _parsed(content, profile)
    verdicts = judge_all(rows(parsed, profile), profile.rules())
    return FileReading(content.file, profile, tuple(verdicts), dict(parsed.columns))


class _Parser(Protocol):
    """What each of the parser modules offers."""

    def fits(self, content: Content, profile: Profile) -> bool:
        """Whether the file is one of this profile's."""

    def parse(self, content: Content, profile: Profile) -> Parsed:
        """Its records."""


def _parser(name: str) -> _Parser:
    parsers: dict[str, _Parser] = {"csv": csv_rows, "json": json_rows, "ics": calendar_rows, "star": star_rows}
    return parsers[name]


def _parsed(content: Content, profile: Profile) -> Parsed:
    kind, wanted = content.looks_like(), profile.file.format
    try:
        return _parser(wanted).parse(content, profile)
    except AppointmentsError:
        if kind in (wanted, "csv"):
            raise
        said = f"looks like {KINDS[kind]}, and profile {profile.name} reads {KINDS[wanted]}"
        raise Unreadable(content.file, said) from None


def chosen(content: Content, profiles: tuple[Profile, ...] | None = None) -> Profile:
    """The one profile (default: of the built-in ones) that fits the file.

    Raises:
        NoProfile: none or more than one; named.
        Unreadable: the file announces a format and is broken.
    """
    known = built_in() if profiles is None else profiles
    kind = content.looks_like()
    candidates = [each for each in known if each.file.format == kind]
    fitting = [each for each in candidates if _parser(kind).fits(content, each)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        names = ", ".join(each.name for each in fitting)
        raise NoProfile(content.file, f"more than one profile fits ({names}); name one with --profile")
    names = ", ".join(each.name for each in candidates)
    raise NoProfile(
        content.file, f"no profile for {KINDS[kind]} fits ({names}){_seen(content, kind)}; see docs/appointments.md"
    )


def _seen(content: Content, kind: str) -> str:
    """The first line, so that whoever reads the error sees what was looked at."""
    if content.is_utf16:
        return "; it is UTF-16, so save it as UTF-8 or name a profile with that encoding"
    if kind != "csv":
        return ""
    first = next((line for line in content.head("utf-8").splitlines() if line.strip()), "")
    return f"; it begins with: {quoted(first)}"
