"""What an import says of its files: the JSON report of the command line's contract, and the same for people.

Nothing here that is printed carries control bytes or direction marks, whatever stands in the files.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from kiosk.domain.appointment import Booking, Cancellation, ImportOutcome, Standing, reconcile
from kiosk.server.appointments.reading import FileReading
from kiosk.server.appointments.shown import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kiosk.domain.written import Reason

MOST_LINES_NAMED = 200


@dataclass(frozen=True)
class Rehearsal:
    """Several files, read one after the other as the store would take them; where one appointment is in several, the
    newer export stands.

    Attributes:
        standing: the good appointments that stand in the end, by (source, number).
        unchanged, changed, superseded: how later files stand to earlier ones.
    """

    standing: dict[tuple[str, str], Booking]
    unchanged: int = 0
    changed: int = 0
    superseded: int = 0


def rehearsed(readings: Iterable[FileReading]) -> Rehearsal:
    """What the files amount to when nothing was known before."""
    known: dict[tuple[str, str], Booking | Cancellation] = {}
    counts: dict[Standing, int] = defaultdict(int)
    for reading in readings:
        for each in reading.bookings:
            key = (each.source, each.number)
            stands = reconcile(known.get(key), each)
            counts[stands] += isinstance(each, Booking)
            if stands is not Standing.SUPERSEDED:
                known[key] = each
    standing = {key: each for key, each in known.items() if isinstance(each, Booking)}
    return Rehearsal(standing, counts[Standing.UNCHANGED], counts[Standing.CHANGED], counts[Standing.SUPERSEDED])


def as_json(readings: Sequence[FileReading], outcomes: Sequence[ImportOutcome] | None = None) -> dict[str, Any]:
    """The report of the contract; `outcomes`, one a file, are the store's, and None after a dry run.

    `accepted` is the number of `appointments`: of different ones that are good. `unchanged`, `changed` and `superseded`
    compare them with what was known before. A cancelled row is in `cancelled` and not in `refused`.
    """
    rehearsal = rehearsed(readings)
    compared: Rehearsal | ImportOutcome = rehearsal if outcomes is None else total(outcomes)
    return {
        "profile": ", ".join(dict.fromkeys(reading.profile.name for reading in readings)),
        "accepted": len(rehearsal.standing),
        "unchanged": compared.unchanged,
        "changed": compared.changed,
        "cancelled": [
            {"file": reading.file, "line": one.line, "number": one.number, "reason": one.reason.text}
            for reading in readings
            for one in reading.cancelled
        ],
        "superseded": compared.superseded + sum(len(reading.superseded) for reading in readings),
        "warnings": [
            _told(reading, one.line, reason)
            for reading in readings
            for one in reading.accepted
            for reason in one.warnings
        ],
        "refused": [_told(reading, one.line, one.reason) for reading in readings for one in reading.refused],
        "appointments": [_appointment(each) for each in rehearsal.standing.values()],
    }


def total(outcomes: Iterable[ImportOutcome]) -> ImportOutcome:
    """The sum of several outcomes."""
    found = tuple(outcomes)
    return ImportOutcome(
        accepted=sum(each.accepted for each in found),
        unchanged=sum(each.unchanged for each in found),
        changed=sum(each.changed for each in found),
        cancelled=sum(each.cancelled for each in found),
        superseded=sum(each.superseded for each in found),
    )


def _told(reading: FileReading, line: int, reason: Reason) -> dict[str, Any]:
    return {"file": reading.file, "line": line, "column": reading.column(reason), "reason": reason.text}


def _appointment(booking: Booking) -> dict[str, Any]:
    return {
        "number": booking.number,
        "starts_at": booking.starts_at.astimezone(ZoneInfo(booking.zone)).isoformat(),
        "zone": booking.zone,
        "name": booking.display_name,
        "phone": booking.phone_e164,
        "vin": booking.vehicle.vin,
        "plate": booking.vehicle.plate or None,
    }


def as_lines(readings: Sequence[FileReading], outcomes: Sequence[ImportOutcome] | None = None) -> Iterator[str]:
    """The report for people, a line each: per file what is good, then what is not, then what the store made of it."""
    for reading in readings:
        yield printable(_summary(reading))
        for line, number, said in sorted([*_cancelled(reading), *_refused(reading)]):
            yield printable(f"  line {line:<6}{number or '-'}: {said}")
        for said, lines in _warned(reading).items():
            yield printable(f"  warning: {said}; {_lines(lines)}")
    yield _ending(rehearsed(readings), outcomes)


def _summary(reading: FileReading) -> str:
    parts = [_counted(len(reading.accepted), "good appointment")]
    for count, what in (
        (len(reading.cancelled), "cancelled"),
        (len(reading.refused), "refused"),
        (len(reading.superseded), "superseded"),
    ):
        parts += [f"{count} {what}"] if count else []
    zone = reading.profile.file.zone.key
    return f"{reading.file}: {', '.join(parts)} (profile {reading.profile.name}, times in {zone})"


def _cancelled(reading: FileReading) -> Iterator[tuple[int, str, str]]:
    for one in reading.cancelled:
        yield one.line, one.number, one.reason.text
    for each in reading.superseded:
        yield each.line, each.number, f"superseded by the newer version in line {each.by_line}"


def _refused(reading: FileReading) -> Iterator[tuple[int, str, str]]:
    for one in reading.refused:
        yield one.line, one.number, f"refused, {one.reason.text}"


def _warned(reading: FileReading) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for one in reading.accepted:
        for reason in one.warnings:
            found[reason.text].append(one.line)
    return found


def _lines(lines: list[int]) -> str:
    named = ", ".join(str(line) for line in lines[:MOST_LINES_NAMED])
    more = f" and {len(lines) - MOST_LINES_NAMED} more" if len(lines) > MOST_LINES_NAMED else ""
    return f"line{'s' if len(lines) > 1 else ''} {named}{more}"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _ending(rehearsal: Rehearsal, outcomes: Sequence[ImportOutcome] | None) -> str:
    if outcomes is None:
        return f"Dry run: {_counted(len(rehearsal.standing), 'appointment')} would be stored. Nothing was."
    sums = total(outcomes)
    new = sums.accepted - sums.unchanged - sums.changed
    parts = [f"{new} new", f"{sums.changed} changed", f"{sums.unchanged} unchanged", f"{sums.cancelled} cancelled"]
    parts += [f"{sums.superseded} older than what is stored"] if sums.superseded else []
    return f"Stored: {', '.join(parts)}."
