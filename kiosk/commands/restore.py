"""`kiosk restore FILE --key KEY`: a backup in place of what a lost or damaged machine had."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

HELP = "put a backup in place, on this or on a new machine; the hub must not run"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE and --key."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the backup")
    parser.add_argument("--key", metavar="KEY|FILE", help="the recovery key; without: this machine's own")
    parser.add_argument("--replace", action="store_true", help="there is a database already: keep it aside")
    parser.add_argument(
        "--settings", type=Path, default=Path("/etc/kiosk/hub.toml"), help="the hub's; taken from the backup if missing"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Restore, and say what comes next."""
    from kiosk import settings as kiosk_settings
    from kiosk.commands.backup import key_text
    from kiosk.server.safety.backups import Places
    from kiosk.server.safety.restore import bring_settings, restore

    key = key_text(arguments.key)
    if not arguments.settings.exists():
        bring_settings(arguments.file, arguments.settings, key)
    places = Places.of(kiosk_settings.load(arguments.settings), arguments.settings)
    done = restore(places, arguments.file, datetime.now(UTC), key=key, replaces=arguments.replace)
    if arguments.json:
        told = {"backup_at": done.backup_at.isoformat(), "seqs": done.seqs, "erased_again": done.erased_again}
        print(json.dumps({**told, "kept_aside": done.kept_aside and str(done.kept_aside)}))
        return 0
    print(f"restored: the backup of {done.backup_at:%Y-%m-%d %H:%M:%S} UTC")
    for name, seq in sorted(done.seqs.items()):
        print(f"  store {name}, as it was at {seq}")
    if done.erased_again:
        print(f"  {done.erased_again} rows were erased again: somebody had asked for it after the backup was made")
    if done.kept_aside:
        print(f"  what stood there before lies in {done.kept_aside}; remove it when you miss nothing")
    for path in done.not_replaced:
        print(f"  {path} stays as it is; the backup's own lies beside it as {path.name}.from-backup")
    print("Start the hub. Devices come back by themselves and send their last 24 hours again;")
    print("/manager/restored lists what may be missing.")
    if not places.keys.is_ready:
        print("This machine has no recovery key yet: kiosk backup new-key")
    return 0
