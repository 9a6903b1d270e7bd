"""The catalogues: `locale/<language>/*.po` read as they stand, with the plural rule of their headers.

Nothing is compiled and nothing falls back to another language: a message without its text is a broken catalogue.
"""

from __future__ import annotations

import functools
import gettext
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po

from kiosk.errors import KioskError

LOCALE = Path(__file__).parent / "locale"

Text = str | tuple[str, ...]
PluralForm = Callable[[int], int]

_MESSAGE_ID = re.compile(r'^msgid "(.+)"$', re.MULTILINE)


class CatalogueBroken(KioskError):
    """A .po file that cannot be used: unreadable, a message without text, or an id that stands twice."""


@functools.cache
def catalogue(code: str) -> tuple[dict[str, Text], PluralForm]:
    """All messages of a language by id, a tuple of forms where it has plurals, and the form for a number; read once.

    Raises:
        CatalogueBroken: as `read_folder`.
    """
    return read_folder(LOCALE / code)


def read_folder(folder: Path) -> tuple[dict[str, Text], PluralForm]:
    """The messages of all .po files of a folder, which is named after its language.

    Raises:
        CatalogueBroken: names the file and what is wrong with it.
    """
    messages: dict[str, Text] = {}
    rules: set[str] = set()
    for file in sorted(folder.glob("*.po")):
        rule, found = read_file(file)
        rules.add(rule)
        for message_id, text in found:
            if message_id in messages:
                raise CatalogueBroken(f"{file}: {message_id} stands in another file too; take one of the two out")
            messages[message_id] = text
    if len(rules) != 1:
        raise CatalogueBroken(f"{folder}: one Plural-Forms in all .po files, please, not {sorted(rules)}")
    return messages, gettext.c2py(rules.pop())


def read_file(file: Path) -> tuple[str, Iterator[tuple[str, Text]]]:
    """The plural rule in the header of one .po file, and its messages by id.

    Raises:
        CatalogueBroken: names the file and what is wrong with it; a missing text, when the messages are taken.
    """
    try:
        text = file.read_text(encoding="utf-8")
        read = read_po(io.StringIO(text), locale=file.parent.name, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        raise CatalogueBroken(f"{file}: {error}") from error
    # Babel takes the first of two silently.
    message_id, times = (Counter(_MESSAGE_ID.findall(text)).most_common(1) or [("", 0)])[0]
    if times > 1:
        raise CatalogueBroken(f"{file}: {message_id} stands twice; take one of the two out")
    return read.plural_expr, _messages(file, read)


def _messages(file: Path, read: Catalog) -> Iterator[tuple[str, Text]]:
    for message in read:
        if not message.id:
            continue
        message_id = message.id if isinstance(message.id, str) else message.id[0]
        text = message.string if isinstance(message.string, str) else tuple(message.string or ())
        if not text or (isinstance(text, tuple) and (len(text) != read.num_plurals or not all(text))):
            raise CatalogueBroken(f"{file}: {message_id} has no text, or not in all {read.num_plurals} forms")
        yield message_id, text
