"""`kiosk restore FILE --key KEY`: a backup in place of what a lost or damaged machine had."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from kiosk.server.safety.restore import Restored

HELP = "put a backup in place, on this or on a new machine; the hub must not run"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE and --key."""
    from kiosk.commands._stores import add_store
    from kiosk.commands.backup import KEY

    parser.add_argument("file", type=Path, metavar="FILE", help="the backup")
    parser.add_argument("--key", metavar="KEY|FILE|-", help=KEY)
    parser.add_argument("--replace", action="store_true", help="there is a database already: keep it aside")
    parser.add_argument(
        "--settings",
        type=Path,
        default=Path("/etc/kiosk/hub.toml"),
        help="the hub's; the backup's where nobody wrote them",
    )
    add_store(parser)
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Restore, and say what comes next."""
    from kiosk.commands.backup import key_text
    from kiosk.server.safety.chosen import chosen
    from kiosk.server.safety.restore import restore

    key = key_text(arguments.key)
    with chosen(arguments.file, arguments.settings, key, _is_example, arguments.store) as choice:
        done = restore(choice, arguments.file, datetime.now(UTC), key=key, replaces=arguments.replace)
    if arguments.json:
        again = {"erased_again": done.again.erased, "shut_out_again": done.again.shut_out}
        told = {"backup_at": done.backup_at.isoformat(), "seqs": done.seqs, **again}
        print(json.dumps({**told, "kept_aside": done.kept_aside and str(done.kept_aside)}))
        return 0
    _tell(done)
    if not choice.places.keys.is_ready:
        print("This machine has no recovery key yet: kiosk backup new-key")
    return 0


def _tell(done: Restored) -> None:
    print(f"restored: the backup of {done.backup_at:%Y-%m-%d %H:%M:%S} UTC")
    for name, seq in sorted(done.seqs.items()):
        print(f"  store {name}, as it was at {seq}")
    for path in done.brought:
        print(f"  {path} is the backup's")
    for path in done.stayed:
        print(f"  {path} stays as it is; the backup's own lies beside it as {path.name}.from-backup")
    if done.again.erased:
        print(f"  {done.again.erased} rows were erased again: somebody had asked for it after the backup was made")
    if done.again.shut_out:
        print(f"  {done.again.shut_out} devices, screens or accounts were taken off again, as after the backup")
    if done.kept_aside:
        print(f"  what stood there before lies in {done.kept_aside}; remove it when you miss nothing")
    if done.has_key:
        print("  backups of this machine open with the same recovery key")
    for path in done.waits_for:
        print(f"  {path} is missing, and the hub starts with all of its stores: restore that store too")
    print("Everybody signs in anew. Start the hub, with nginx where the settings have [web]: kiosk install hub --start")
    print("Devices come back by themselves and send their last 24 hours again; /manager/restored lists what may be")
    print("missing. Look there at accounts, their roles and devices: what was taken off since the backup.")


def _is_example(path: Path) -> bool:
    """Whether a file is as `kiosk install` has put it there: nobody's word yet."""
    from kiosk.commands.install import InstallError, source

    try:
        return path.is_file() and path.read_bytes() == source("examples", path.name).read_bytes()
    except InstallError:
        return False
