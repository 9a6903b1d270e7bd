"""CSV: the header by which a profile fits, and the records with the lines that a text editor shows.

A quote that is never closed swallows what follows: the reader says which line opened it and which were swallowed, and
goes on behind them.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.domain.people import DIRECTION_MARKS
from kiosk.domain.written import Reason, fold, quoted
from kiosk.server.appointments.errors import NoProfile, Unreadable
from kiosk.server.appointments.profiles import FIELDS, Profile, missing
from kiosk.server.appointments.record import Parsed, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiosk.server.appointments.content import Content

HEADER_WITHIN_ROWS = 20
FULLEST_SUMMARY = 3
NO_APPOINTMENT = ("row.title", "row.header", "row.summary")
SIGN_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True)
class Row:
    """The cells of one record and the lines that it takes, first and last.

    Attributes:
        open_quote: it ends inside a quote.
        is_endless: a cell is longer than the reader takes.
    """

    first_line: int
    last_line: int
    cells: list[str]
    lines: tuple[str, ...] = ()
    open_quote: bool = False
    is_endless: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether it has nothing but delimiters and spaces."""
        return not any(cell.strip() for cell in self.cells)

    @property
    def is_hint(self) -> bool:
        """Whether it only tells a spreadsheet which sign is the delimiter ("sep=;")."""
        return re.fullmatch(r"sep=.\s*", "".join(self.lines), re.IGNORECASE) is not None


def rows_of(text: str, delimiter: str) -> Iterator[Row]:
    """Each record of a CSV text, blank ones too."""
    lines = iter(io.StringIO(text, newline=""))
    pending: list[str] = []

    def numbered() -> Iterator[str]:
        for line in lines:
            pending.append(line)
            yield line

    reader = csv.reader(numbered(), delimiter=delimiter)
    at = 1
    while True:
        pending.clear()
        try:
            cells = next(reader, None)
        except csv.Error:  # a cell beyond the reader's limit, as a quote that nobody closed makes one
            cells = _unquoted(pending[0], delimiter)
            has_quote = '"' in pending[0]
            yield Row(at, at + len(pending) - 1, cells, tuple(pending), open_quote=has_quote, is_endless=not has_quote)
            at += len(pending)
            continue
        if cells is None:
            return
        taken = tuple(pending)
        suspicious = len(taken) > 1 or not taken[-1].endswith(("\n", "\r"))
        broken = suspicious and _has_open_quote(taken, delimiter)
        yield Row(at, at + len(taken) - 1, cells, taken, open_quote=broken)
        at += len(taken)


def _has_open_quote(lines: tuple[str, ...], delimiter: str) -> bool:
    """Whether a quote is still open behind these lines, or was closed by a later one's opening quote."""
    one_more = [line if line.endswith(("\n", "\r")) else line + "\n" for line in lines] + ["end"]
    if len(list(csv.reader(one_more, delimiter=delimiter))) == 1:
        return True
    try:
        list(csv.reader(lines, delimiter=delimiter, strict=len(lines) > 1))
    except csv.Error:
        return True
    return False


def _unquoted(line: str, delimiter: str) -> list[str]:
    """The cells of a line whose quotes mean nothing; good enough to find the appointment's number in it."""
    return line.replace('"', "").rstrip("\r\n").split(delimiter)


def header_key(cell: str) -> str:
    """The form in which headers are compared: case, spacing, underscores and direction marks do not matter."""
    return fold("".join(" " if one == "_" else one for one in cell if one not in DIRECTION_MARKS and one != "\0"))


def found_columns(cells: list[str], profile: Profile) -> dict[str, tuple[str, ...]]:
    """For each field of the profile the headers among `cells` that may hold it, the preferred one first."""
    present = {header_key(cell): cell for cell in reversed(cells) if cell.strip()}
    found = {
        name: tuple(present[header_key(each)] for each in profile.headers(name) if header_key(each) in present)
        for name in FIELDS
    }
    return {name: columns for name, columns in found.items() if columns}


def fits(content: Content, profile: Profile) -> bool:
    """Whether one of the first rows is a header with which rows of this profile can be good."""
    return _header(_first_rows(content.head(profile.file.encoding), profile), profile) is not None


def _first_rows(text: str, profile: Profile) -> list[Row]:
    found = []
    for row in rows_of(text, profile.delimiter):
        if not row.is_blank:
            found.append(row)
        if len(found) == HEADER_WITHIN_ROWS:
            break
    return found


def _header(rows: list[Row], profile: Profile) -> Row | None:
    return next((row for row in rows if not missing(set(found_columns(row.cells, profile)))), None)


def parse(content: Content, profile: Profile) -> Parsed:
    """The records below the header; what stands above it, but for blank lines, is refused as a title.

    Raises:
        Unreadable: it is not in the profile's encoding, or has empty lines only.
        NoProfile: no header of this profile among the first rows.
    """
    text = content.text(profile.file.encoding)
    first = _first_rows(text, profile)
    header = _header(first, profile)
    if not first:
        raise Unreadable(content.file, "has nothing but empty lines")
    if header is None:
        raise NoProfile(content.file, _unfit(first, profile))
    return Parsed(found_columns(header.cells, profile), _records(text, header, profile))


def _unfit(rows: list[Row], profile: Profile) -> str:
    best = min(rows, key=lambda row: len(missing(set(found_columns(row.cells, profile)))))
    field = missing(set(found_columns(best.cells, profile)))[0]
    headers = " or ".join(profile.headers(field)) or field
    seen = quoted(", ".join(cell for cell in best.cells if cell.strip()))
    label = field.replace("_", " ")
    return f"profile {profile.name} needs a column for the {label} ({headers}); line {best.first_line} has: {seen}"


def _records(text: str, header: Row, profile: Profile) -> Iterator[Record]:
    width = len(header.cells)
    for row in rows_of(text, profile.delimiter):
        if (row.is_blank and not row.open_quote) or (row.first_line == 1 and row.is_hint):
            continue
        if row.first_line < header.first_line:
            yield Record(row.first_line, {}, Reason("row.title", "title row"))
        elif row.first_line > header.first_line:
            fault = _fault(row, header, width, profile)
            is_appointment = fault is None or fault.code not in NO_APPOINTMENT
            yield Record(row.first_line, _values(header.cells, row) if is_appointment else {}, fault)
            if row.open_quote:
                yield from _swallowed(row, header, profile)


def _values(header: list[str], row: Row) -> dict[str, list[str]]:
    values: dict[str, list[str]] = defaultdict(list)
    for name, cell in zip(header, row.cells, strict=False):
        values[name].append(cell)
    return values


def _fault(row: Row, header: Row, width: int, profile: Profile) -> Reason | None:
    """Why a row is no record, or None."""
    if row.open_quote:
        return Reason("row.open_quote", "quote is never closed")
    if row.is_endless:
        return Reason("row.endless", f"a cell has more than {csv.field_size_limit()} characters")
    if row.cells[0] == header.cells[0] and _keys(row) == _keys(header):
        return Reason("row.header", "repeated header row")
    filled = [cell for cell in row.cells if cell.strip()]
    if len(filled) <= FULLEST_SUMMARY and fold(filled[0]).startswith(tuple(map(fold, profile.words.summary))):
        return Reason("row.summary", f"summary row ({quoted(filled[0])})")
    return _wrong_width(row, width, profile)


def _wrong_width(row: Row, width: int, profile: Profile) -> Reason | None:
    """Too few columns, or too many that are not empty."""
    runs = f"; the record runs to line {row.last_line}" if row.last_line > row.first_line else ""
    if len(row.cells) < width:
        return Reason("row.narrow", f"too few columns: {len(row.cells)} of {width}{runs}")
    if any(cell.strip() for cell in row.cells[width:]):
        cause = f" ({SIGN_NAMES[profile.delimiter]} not quoted)"
        return Reason("row.wide", f"too many columns: {len(row.cells)} of {width}{cause}{runs}")
    return None


def _keys(row: Row) -> list[str]:
    return [header_key(cell) for cell in row.cells]


def _swallowed(row: Row, header: Row, profile: Profile) -> Iterator[Record]:
    """A refusal for each line after the one with the open quote; its cells only serve to name the appointment."""
    for number, line in enumerate(row.lines[1:], row.first_line + 1):
        cells = _unquoted(line, profile.delimiter)
        if any(cell.strip() for cell in cells):
            fault = Reason("row.swallowed", f"swallowed by the open quote of line {row.first_line}")
            yield Record(number, _values(header.cells, Row(number, number, cells)), fault)
