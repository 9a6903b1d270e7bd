"""The lists of ids beside the backups as files: written whole wherever there is a folder, read back row by row.

What stands in them is the business of erasure.py and shut_out.py.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from kiosk.server.safety.files import written_whole
from kiosk.server.safety.mounted import missing_mount

Row = list[Any]  # ids, with the instant in microseconds as the fourth
log = logging.getLogger(__name__)
_AT = 3


def as_text(rows: Sequence[Row]) -> str:
    """The list as it is written."""
    return json.dumps(list(rows), indent=0)


def write(name: str, text: str, folders: Iterable[Path]) -> None:
    """Put the list, in full, wherever there is a folder; one that takes nothing stops no other."""
    for folder in folders:
        try:
            if folder.is_dir() and not missing_mount(folder):
                with written_whole(folder / name) as written:
                    written.write(text.encode("ascii"))
        except OSError as error:
            log.warning("%s: the list was not written (%s)", folder / name, (error.strerror or str(error)).lower())


def read(file: Path, width: int) -> list[Row]:
    """Its rows of so many fields; one that is not there is empty, and of one that is damaged what can be used."""
    try:
        found = json.loads(file.read_text("ascii"))
    except FileNotFoundError:
        return []
    except ValueError:
        found = None
    rows = [one for one in found if _is_row(one, width)] if isinstance(found, list) else []
    if not isinstance(found, list) or len(rows) < len(found):
        log.warning("%s: is damaged; what it alone knew is not done again", file)
    return rows


def _is_row(one: Any, width: int) -> bool:
    if not isinstance(one, list) or len(one) != width:
        return False
    return all(isinstance(part, int if n == _AT else str) for n, part in enumerate(one))
