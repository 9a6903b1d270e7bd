"""A PostgreSQL server of the tests' own: in a folder of its own, on a Unix socket only, gone with the tests.

It never waits for a disk (fsync off): what is proved with it is what the database does, not what a power cut leaves.
Its words are sorted as people sort them, unlike SQLite's: who relies on an order by accident is found out here.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg

BINARIES = "/usr/lib/postgresql"
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "90",
    "shared_buffers": "32MB",
    "autovacuum": "off",
}
WITHIN_S = 60
# Ends the server when its first line of input does not come any more: with the tests, however they end.
KEEPER = """
"$1/initdb" --no-sync --no-instructions --username=kiosk --auth=trust --encoding=UTF8 --locale=C.UTF-8 \
    --locale-provider=icu --icu-locale=en-US --pgdata="$2/data" >"$2/log" 2>&1 &&
"$1/pg_ctl" --pgdata="$2/data" --log="$2/log" --wait --timeout=50 --options="$3 -k $2" start >>"$2/log" 2>&1 && echo ready
read -r gone
"$1/pg_ctl" --pgdata="$2/data" --mode=immediate stop >>"$2/log" 2>&1
"""


class Server:
    """A running server."""

    def __init__(self, folder: Path, keeper: subprocess.Popen[bytes]) -> None:
        self.folder = folder
        self._keeper = keeper

    def url(self, database: str = "postgres") -> str:
        """The address of one of its databases."""
        return f"postgresql://kiosk@/{database}?host={self.folder}"

    def makes(self, database: str, template: str = "template0", encoding: str = "UTF8") -> str:
        """A new database, as its address."""
        locale = "" if encoding == "UTF8" else " LOCALE_PROVIDER libc LOCALE 'C'"
        self.does(f"CREATE DATABASE {database} TEMPLATE {template} ENCODING '{encoding}'{locale}")
        return self.url(database)

    def drops(self, database: str) -> None:
        """Away with it, and with whoever is connected."""
        self.does(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    def does(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """One statement of its administrator, by itself; the rows that it answers with."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def ends(self) -> None:
        """As a server that is killed: at once."""
        if self._keeper.stdin and not self._keeper.stdin.closed:
            self._keeper.stdin.close()
        self._keeper.wait(WITHIN_S)
        if self._keeper.stdout:
            self._keeper.stdout.close()

    def starts_again(self) -> None:
        """After `ends`, with the same folder."""
        self._keeper = _kept(self.folder, KEEPER.partition("&&\n")[2])


def binaries() -> Path:
    """The newest server's programs on this machine."""
    found = sorted(Path(BINARIES).glob("*/bin/initdb"), key=lambda one: int(one.parts[-3]))
    assert found, f"no PostgreSQL server below {BINARIES}; install the Debian package postgresql"
    return found[-1].parent


@contextlib.contextmanager
def running() -> Iterator[Server]:
    """A server that nobody else knows; it and its folder are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="kiosk-pg-"))
    server = None
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, *_who())
        server = Server(folder, _kept(folder, KEEPER))
        yield server
    finally:
        if server:
            server.ends()
        shutil.rmtree(folder, ignore_errors=True)


def _kept(folder: Path, script: str) -> subprocess.Popen[bytes]:
    settings = " ".join(f"-c {name}={value or chr(39) * 2}" for name, value in SETTINGS.items())
    user = dict(zip(("user", "group"), _who(), strict=True)) | {"extra_groups": []} if os.geteuid() == 0 else {}
    keeper = subprocess.Popen(
        ["/bin/sh", "-c", script, "sh", str(binaries()), str(folder), settings],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TZ": "UTC"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
        **user,
    )
    assert keeper.stdout
    said = keeper.stdout.readline()
    assert said == b"ready\n", f"PostgreSQL does not start: {(folder / 'log').read_text()[-2000:]}"
    return keeper


def _who() -> tuple[str, str]:
    """PostgreSQL does not run as root: the user that its Debian package makes."""
    return "postgres", "postgres"
