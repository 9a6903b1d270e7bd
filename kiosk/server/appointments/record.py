"""One record of a file as its parser hands it on, and its way to the row that the domain judges."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice, zip_longest
from typing import TYPE_CHECKING

from kiosk.domain.appointment import OperationAsked
from kiosk.domain.judging import RawRow
from kiosk.domain.written import storable
from kiosk.server.appointments.phones import PhoneReader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kiosk.domain.people import Phone
    from kiosk.domain.written import Reason
    from kiosk.server.appointments.profiles import Profile

MOST_OPERATIONS = 100
TOLD_TOGETHER = ("concern",)


@dataclass(frozen=True)
class Record:
    """Texts by column, as the file has them; a column may hold several (a list of services)."""

    line: int
    values: Mapping[str, Sequence[str]]
    fault: Reason | None = None
    start_fault: Reason | None = None
    cancelled_by: str = ""


@dataclass
class Parsed:
    """A file's records, and the columns that it really has for each field, the preferred one first."""

    columns: Mapping[str, tuple[str, ...]]
    records: Iterable[Record] = field(default_factory=tuple)


def rows(parsed: Parsed, profile: Profile) -> Iterator[RawRow]:
    """Each record as a row for the judge."""
    phones = PhoneReader(profile.file.country, profile.words.old_prefixes)
    for record in parsed.records:
        cells = {name: _cell(name, columns, record, profile) for name, columns in parsed.columns.items()}
        yield RawRow(
            line=record.line,
            cells=cells,
            phones=tuple(_phones(parsed.columns.get("phone", ()), record, phones)),
            operations=tuple(_operations(parsed.columns, record, profile)),
            fault=record.fault,
            start_fault=record.start_fault,
            cancelled_by=record.cancelled_by,
        )


def _cell(name: str, columns: tuple[str, ...], record: Record, profile: Profile) -> str:
    for column in columns:
        texts = [text for text in record.values.get(column, ()) if text.strip()]
        if texts:
            text = "\n".join(dict.fromkeys(texts)) if name in TOLD_TOGETHER else texts[0]
            return _last_part(text) if name in profile.file.links else text
    return ""


def _last_part(link: str) -> str:
    return link.strip().rstrip("/").rpartition("/")[2]


def _phones(columns: tuple[str, ...], record: Record, reader: PhoneReader) -> Iterator[Phone]:
    for column in columns:
        for written in record.values.get(column, ()):
            if plain := storable(written):
                yield reader.read(plain, column)


def _operations(columns: Mapping[str, tuple[str, ...]], record: Record, profile: Profile) -> Iterator[OperationAsked]:
    codes, texts = (_first(columns.get(name, ()), record) for name in ("operation_code", "operation"))
    if sign := profile.file.operation_separator:
        codes, texts = ([part for each in several for part in each.split(sign)] for several in (codes, texts))
    for code, text in islice(zip_longest(codes, texts, fillvalue=""), MOST_OPERATIONS):
        plain, words = storable(code), storable(text)
        if "operation_code" in profile.file.links:
            plain = _last_part(plain)
        if profile.file.code_first and not plain:
            plain, _, words = words.partition(" ")
        if plain or words:
            yield OperationAsked(plain, words.strip())


def _first(columns: tuple[str, ...], record: Record) -> Sequence[str]:
    return next((found for column in columns if any(found := record.values.get(column, ()))), ())
