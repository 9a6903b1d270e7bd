"""The hub's log: one JSON object a line, with ids of visits and commands; never a name, typed words or a token.

What a message says is fixed text; what belongs to it comes in `extra`, and only the keys that are listed here come out.
While a command is done (`about`) every line carries its ids, whoever writes it.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import TextIO

ABOUT = ("store", "command_id", "visit_id", "kind", "actor")
KEPT = (*ABOUT, "seq", "device", "route", "status", "code", "address", "taken_ms")
NOISY = ("alembic", "uvicorn", "asyncio", "httpx")
# A token, a code or a secret that a library puts into its message: nothing that long and random is anybody's id here.
SECRET = re.compile(r"(?<![A-Za-z0-9_-])(?=[A-Za-z0-9_-]*[g-zG-Z_-])[A-Za-z0-9_-]{26,}(?![A-Za-z0-9_-])")
IN_ADDRESS = re.compile(r"(/[cC]/)[^\s\"'/?]+")

_about: ContextVar[dict[str, str]] = ContextVar("about", default={})  # noqa: B039 - nobody changes it, see `about`


@contextmanager
def about(**ids: str) -> Iterator[None]:
    """Every line that this thread writes meanwhile has these ids, of the keys in ABOUT; empty ones are left out."""
    before = _about.set(_about.get() | {key: value for key, value in ids.items() if value and key in ABOUT})
    try:
        yield
    finally:
        _about.reset(before)


class OneLine(logging.Formatter):
    """A record as one line of JSON, in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        """Nothing in it can begin a line of its own."""
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "from": record.name,
            "says": without_secrets(record.getMessage()),
        }
        told |= _about.get() | {key: getattr(record, key) for key in KEPT if hasattr(record, key)}
        if record.exc_info:
            told["fault"] = without_secrets(fault(record.exc_info[1]))
        return json.dumps(told, ensure_ascii=False, default=str)


def fault(error: BaseException | None) -> str:
    """Where it happened and of which kind: not what it says, for that may be somebody's name."""
    places = []
    trace = error.__traceback__ if error else None
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return f"{type(error).__name__} at {' < '.join(reversed(places[-12:]))}"


def without_secrets(text: str) -> str:
    """The text, with what looks like a token or a code taken out."""
    return SECRET.sub("[secret]", IN_ADDRESS.sub(r"\1[code]", text))


def log_lines(stream: TextIO | None = None) -> None:
    """From now on everything is logged so, to the standard error unless another stream is given."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(OneLine())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    # Nobody asks for these (see OneLine), nor for the calling line, which is looked for at each message.
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    logging._srcfile = None  # noqa: SLF001 - the library's own advice on speed
    for noisy in NOISY:
        logging.getLogger(noisy).setLevel(logging.WARNING)
