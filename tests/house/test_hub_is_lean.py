"""What a hub does not need at once is not loaded: on a Raspberry Pi it shares the memory with a database and nginx."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Each is loaded by the first who needs it: a migration, a paper, a picture, an import, a backup, a search in the network.
LATER = {"alembic", "icalendar", "mako", "numpy", "PIL", "psycopg", "pyrage", "qrcode", "weasyprint", "zeroconf"}
PROGRAM = """
import sys
from contextlib import closing
from pathlib import Path
from kiosk.server.app import create_app
from kiosk.server.database import Database
from kiosk.server.serve import serve
from kiosk.settings import Hub, Settings, load_store

folder = Path(sys.argv[1])
with closing(Database(f"sqlite:///{folder}/hub.db")) as database:
    app = create_app(database, load_store(sys.argv[2]), Settings(hub=Hub(folder=folder)))
    app.hub.viewed("staff")
print(*sorted({name.split(".")[0] for name in sys.modules}))
print(*[name for name in sys.modules if name.startswith("holidays.countries")])
"""


def loaded(folder):
    """The packages of a hub that has opened its database, read its store and shown a view; and countries' holidays."""
    words = [sys.executable, "-c", PROGRAM, str(folder), str(ROOT / "examples/store.toml")]
    packages, countries = subprocess.run(words, check=True, capture_output=True, text=True).stdout.split("\n")[:2]
    return set(packages.split()), countries.split()


def test_a_hub_loads_no_more_than_it_needs(tmp_path):
    """Its second start, for the first makes the tables."""
    loaded(tmp_path)

    packages, countries = loaded(tmp_path)

    assert {"sqlalchemy", "flask", "uvicorn"} <= packages
    assert not packages & LATER
    assert not countries
