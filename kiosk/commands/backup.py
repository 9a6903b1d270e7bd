"""`kiosk backup now | list | verify | new-key`: backups of the hub, encrypted to a recovery key."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.commands._stores import add_store, chosen

if TYPE_CHECKING:
    from kiosk.server.safety.backups import Backup, Places
    from kiosk.settings import Settings

KEY = "the recovery key, or a file that has it; -: it is asked for; without: this machine's own"
HELP = "back up the hub, list and check backups, make the recovery key"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The four actions."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    now = actions.add_parser("now", help="make a backup, whether a hub runs or not", allow_abbrev=False)
    listing = actions.add_parser("list", help="what backups there are", allow_abbrev=False)
    verify = actions.add_parser("verify", help="open a backup and look through everything in it", allow_abbrev=False)
    verify.add_argument("file", nargs="?", type=Path, metavar="FILE", help="without: the newest")
    verify.add_argument("--key", metavar="KEY|FILE|-", help=KEY)
    new_key = actions.add_parser("new-key", help="draw the recovery key and show it once", allow_abbrev=False)
    new_key.add_argument("--replace", action="store_true", help="there is one already: later backups need the new one")
    new_key.add_argument("--print", action="store_true", dest="prints", help="print it on the printer of [papers]")
    new_key.add_argument("--language", choices=("en", "es", "ar"), default="en", help="of the page (%(default)s)")
    for each in (now, listing, verify, new_key):
        each.add_argument("--settings", type=Path, default=Path("/etc/kiosk/hub.toml"), help="the hub's (%(default)s)")
        each.add_argument("--json", action="store_true", help="print JSON")
        add_store(each)


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked."""
    from kiosk.server.safety.backups import Places

    one = chosen(arguments)
    settings, places = one.settings, Places.of(one.settings, one.file, one.group)
    if arguments.action == "now":
        return _now(places, arguments)
    if arguments.action == "list":
        return _list(places, arguments)
    if arguments.action == "verify":
        return _verify(places, arguments)
    return _new_key(places, settings, arguments)


def _now(places: Places, arguments: argparse.Namespace) -> int:
    from kiosk.server.safety.backups import Backups
    from kiosk.server.safety.lists import write_lists

    backups = Backups(places)
    now = datetime.now(UTC)
    write_lists(places)
    backup = backups.make(now)
    gone = backups.rotate(now)
    if arguments.json:
        print(json.dumps({**_as_json(backup), "removed": [one.path.name for one in gone]}))
    else:
        print(f"{backup.path}: {_size(backup)}, opened again and found whole; {len(gone)} old backups removed")
    return 0


def _list(places: Places, arguments: argparse.Namespace) -> int:
    from kiosk.server.safety.backups import Backups

    found = Backups(places).all()
    if arguments.json:
        print(json.dumps([_as_json(one) for one in found], indent=1))
    else:
        for one in found:
            print(f"{one.made_at:%Y-%m-%d %H:%M:%S} UTC  {_size(one):>9}  {one.path}")
        if not found:
            print(f"no backups in {places.backups}")
    return 0


def _verify(places: Places, arguments: argparse.Namespace) -> int:
    from kiosk.server.safety.backups import Backups
    from kiosk.server.safety.errors import BackupDamaged

    backups = Backups(places)
    newest = next((one.path for one in backups.all()), None)
    path = arguments.file or newest
    if path is None:
        raise BackupDamaged(f"no backups in {places.backups}; kiosk backup now makes one")
    manifest = backups.verify(path, key_text(arguments.key))
    stores = ", ".join(f"{name} at {one['seq']}" for name, one in sorted(manifest.stores.items()))
    if arguments.json:
        print(json.dumps({"file": str(path), "files": len(manifest.files), "stores": manifest.stores}))
    else:
        print(f"{path}: whole; {len(manifest.files)} files, {manifest.kind}, {stores or 'no store yet'}")
    return 0


def _new_key(places: Places, settings: Settings, arguments: argparse.Namespace) -> int:
    from kiosk.server.safety import key_sheet
    from kiosk.server.safety.errors import RestoreRefused
    from kiosk.store_file import load_store

    if places.keys.is_ready and not arguments.replace:
        raise RestoreRefused(
            f"there is a recovery key already ({places.keys.fingerprint()}); --replace draws another, and what was"
            " backed up so far still needs the old one"
        )
    key = places.keys.new_recovery_key()
    if arguments.json:
        print(json.dumps({"key": key, "public": places.keys.fingerprint()}))
        return 0
    print(key)
    print()
    print("This is the recovery key. It is shown this once and kept nowhere: without it no backup can be opened on")
    print("another machine. Write it down or print it, and lock it away outside this room.")
    print(f"It belongs to backups for {places.keys.fingerprint()}.")
    if arguments.prints:  # after it was shown: what a printer does cannot lose it
        store = load_store(places.store_file)
        today = datetime.now(UTC).astimezone(store.zone).date()
        sheet = key_sheet.KeySheet(key, places.keys.fingerprint(), store, today, arguments.language)
        print(f"Printed as {key_sheet.print_sheet(sheet, settings.papers, places.folder)}.")
    return 0


def key_text(given: str | None) -> str | None:
    """A key as it was given: itself, the name of a file that has it, or - for one that no list of processes shows."""
    if given == "-":
        return getpass.getpass("Recovery key: ") if sys.stdin.isatty() else sys.stdin.readline()
    if given and not given.upper().startswith("AGE-SECRET-KEY-"):
        return Path(given).read_text("utf-8")
    return given


def _as_json(backup: Backup) -> dict[str, object]:
    return {"file": str(backup.path), "made_at": backup.made_at.isoformat(), "size": backup.size}


def _size(backup: Backup) -> str:
    return f"{backup.size / 1e6:.1f} MB"
