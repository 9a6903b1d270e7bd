"""`kiosk outbox`: what waits on this device to be sent, and what the hub could not take. Shows nobody's name."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse

    from kiosk.outbox import Command

HELP = "what this device has not been able to tell the hub, and why"
SHOWN = ("ticket", "visit_id", "state", "lane")
NOT_FOUND = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--settings FILE, --again ID, --json."""
    default = Path("/etc/kiosk/lane.toml")
    parser.add_argument("--settings", type=Path, default=default, metavar="FILE", help=f"default: {default}")
    parser.add_argument("--again", metavar="ID", help="send one that was set aside once more, when the hub is mended")
    parser.add_argument("--json", action="store_true", help="the same for programs")


def run(arguments: argparse.Namespace) -> int:
    """Print how many wait, and a line for each that was set aside."""
    from kiosk.outbox import Outbox
    from kiosk.settings import Device, load

    path = Path(load(arguments.settings).section(Device).folder) / "outbox.db"
    if not path.exists():
        print(f"kiosk: {path}: nothing was ever sent from here", file=sys.stderr)
        return NOT_FOUND
    with contextlib.closing(Outbox(path)) as outbox:
        if arguments.again:
            return _again(outbox.again(arguments.again), arguments.again)
        waiting, aside = outbox.waiting(), [told(one) for one in outbox.quarantined()]
    if arguments.json:
        print(json.dumps({"waiting": waiting, "set_aside": aside}, indent=2))
        return 0
    print(f"{waiting} waiting to be sent, {len(aside)} set aside")
    for one in aside:
        print(f"{one['at']}  {one['kind']}  {one['about']}  {one['reason']}  {one['id']}")
    return 0


def told(command: Command) -> dict[str, Any]:
    """What staff may see of a command: its kind, time, ticket and ids, never what a customer said."""
    from kiosk.domain.facts import from_us

    about = " ".join(str(command.body[name]) for name in SHOWN if isinstance(command.body.get(name), str))
    at = f"{from_us(command.at):%Y-%m-%dT%H:%M:%SZ}"
    return {"id": command.command_id, "kind": command.kind, "at": at, "about": about, "reason": command.reason}


def _again(is_found: bool, command_id: str) -> int:  # noqa: FBT001 - what the outbox has answered
    if is_found:
        print(f"{command_id} waits again; a running device sends it with its next report")
        return 0
    print(f"kiosk: nothing is set aside under {command_id}; see: kiosk outbox", file=sys.stderr)
    return NOT_FOUND
