"""A file's bytes before anybody has read a row: size, kind and text. Nothing here knows a profile."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kiosk.server.appointments.errors import Unreadable

LARGEST_BYTES = 20_000_000
SNIFFED_BYTES = 4096
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
FOREIGN_KINDS = (
    (b"PK\x03\x04", "an Excel workbook or another zip archive; save the sheet as CSV"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook; save the sheet as CSV"),
    (b"%PDF", "a PDF; export the appointments as CSV instead"),
    (b"\x1f\x8b", "compressed; unpack it first"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"SQLite format 3", "a database"),
)


@dataclass(frozen=True)
class Content:
    """The bytes of one file that is text, and the name under which the report speaks of it."""

    file: str
    data: bytes

    def looks_like(self) -> str:
        """The format that the first signs announce: "json", "star", "ics", else "csv"."""
        start = self.head("utf-16" if self.is_utf16 else "utf-8").lstrip()
        if start[:1] in ("{", "["):
            return "json"
        if start[:1] == "<":
            return "star"
        return "ics" if start[:15].upper() == "BEGIN:VCALENDAR" else "csv"

    @property
    def is_utf16(self) -> bool:
        """Whether it begins with the byte order mark of UTF-16, as a spreadsheet's "Unicode text" does."""
        return self.data.startswith(UTF16_MARKS)

    def text(self, encoding: str) -> str:
        """All of it as text, without a byte order mark.

        Raises:
            Unreadable: a byte that this encoding does not have: with its line.
        """
        try:
            return self.data.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            line = self.data.count(b"\n", 0, error.start) + 1
            at = error.start
            byte = f" (byte {self.data[at]:02X})" if at < len(self.data) else ""
            remedy = f"save the file as {encoding.upper()} or name a profile with its encoding"
            raise Unreadable(self.file, f"line {line} is not {encoding.upper()}{byte}; {remedy}") from None

    def head(self, encoding: str) -> str:
        """The first lines as text, with U+FFFD for what this encoding does not have: for looking at headers only."""
        return self.data[: 16 * SNIFFED_BYTES].decode(encoding, errors="replace").removeprefix("\ufeff")


def content_of(path: Path | str) -> Content:
    """The content of a file.

    Raises:
        Unreadable: it is not there, not a file, empty, too large or no text.
    """
    file = str(path)
    try:
        if Path(path).is_dir():
            raise Unreadable(file, "is a folder; name the files in it")
        with Path(path).open("rb") as stream:
            data = stream.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise Unreadable(file, (error.strerror or "cannot be read").lower()) from error
    except ValueError:
        raise Unreadable(file, "is no file name") from None
    return checked(file, data)


def checked(file: str, data: bytes) -> Content:
    """The same for bytes that came another way, such as an upload; `file` is the name for the report.

    Raises:
        Unreadable: empty, too large or no text.
    """
    if len(data) > LARGEST_BYTES:
        raise Unreadable(file, f"is larger than {LARGEST_BYTES // 1_000_000} MB; export fewer days at a time")
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise Unreadable(file, "is empty")
    for start, what in FOREIGN_KINDS:
        if data.startswith(start):
            raise Unreadable(file, f"is {what}")
    sample = data[:SNIFFED_BYTES]
    if not data.startswith(UTF16_MARKS) and sample.count(0) * 10 > len(sample):
        raise Unreadable(file, "is no text file: one byte in ten or more is zero")
    return Content(file, data)
