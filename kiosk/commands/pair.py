"""`kiosk pair`: brings a device into the store. On the device: its code, or a join file; on the hub: who may come in.

What an administrator does here is done on the hub's devices page too.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

HELP = "bring a device into the store: its code or a join file; on the hub: list, approve, revoke"
FLEET = "/api/1/fleet"
SEARCH_S = 3.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Without an action: pair this device. The actions are for the hub."""
    parser.add_argument("--settings", type=Path, metavar="FILE", help="settings of this device, or of the hub")
    parser.add_argument("--join-file", type=Path, metavar="FILE", help="join with this file; it is removed afterwards")
    parser.add_argument("--again", action="store_true", help="forget the token that this device has, and pair anew")
    parser.add_argument("--json", action="store_true", help="print JSON where an action prints results")
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    actions.add_parser("find", help="hubs that announce themselves in this network", allow_abbrev=False)
    actions.add_parser("list", help="on the hub: every device, and who wants to join", allow_abbrev=False)
    approve = actions.add_parser("approve", help="on the hub: let in the device that shows CODE", allow_abbrev=False)
    approve.add_argument("code", metavar="CODE", help="such as 7K3M-Q2XD")
    revoke = actions.add_parser("revoke", help="on the hub: take a device off", allow_abbrev=False)
    revoke.add_argument("name", metavar="NAME", help="such as lane/A, pager/desks, board/hall")
    join = actions.add_parser(
        "make-join-file", help="on the hub: a file for a device without a screen", allow_abbrev=False
    )
    join.add_argument("name", metavar="NAME", help="such as pager/desks")
    join.add_argument("--out", type=Path, required=True, metavar="FILE", help="where to write it")
    actions.add_parser("fingerprint", help="on the hub: the authority's fingerprint, to read out", allow_abbrev=False)
    actions.add_parser("new-authority", help="on the hub: make the authority's successor now", allow_abbrev=False)
    actions.add_parser("announce", help="on the hub: tell its address in the network until ended", allow_abbrev=False)


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked."""
    if arguments.action is None:
        return _pair(arguments)
    if arguments.action == "find":
        return _find(arguments)
    if arguments.action == "announce":
        return _announce(arguments)
    return _on_the_hub(arguments)


# --- on a device


def _pair(arguments: argparse.Namespace) -> int:
    import threading

    from kiosk import settings as kiosk_settings
    from kiosk.device_pairing import joining, principal_of
    from kiosk.errors import KioskError
    from kiosk.pairing import read_join_file
    from kiosk.trust import TrustFolder

    if arguments.settings is None:
        raise KioskError("--settings is missing; name this device's file, such as /etc/kiosk/lane.toml")
    settings = kiosk_settings.load(arguments.settings)
    device = settings.section(kiosk_settings.Device)
    folder = TrustFolder(Path(device.folder))
    if arguments.again:
        folder.forget()
    known = folder.load()
    if known:
        print(f"{known.name} is paired with {known.hub} already; to pair it anew: kiosk pair --again")
        return 0
    if arguments.join_file:
        join = read_join_file(arguments.join_file.read_text("utf-8", "replace"))
        if join.name != principal_of(settings, device):
            raise KioskError(
                f"the join file is for {join.name}, and these settings are of {principal_of(settings, device)}"
            )
        trust = _joined(settings, device, join)
        arguments.join_file.unlink(missing_ok=True)
    else:
        found = joining(settings, device).by_code(_say_code, threading.Event())
        if found is None:
            return 1
        trust = found
    print(f"{trust.name} is paired with {trust.hub}")
    return 0


def _joined(settings: Any, device: Any, join: Any) -> Any:
    """Join at the first of the file's addresses that answers; the settings' own comes first."""
    from importlib.metadata import version

    from kiosk.device_pairing import principal_of
    from kiosk.joining import HubAway, Joining
    from kiosk.trust import TrustFolder

    addresses = dict.fromkeys((*([device.hub] if device.hub.startswith("https:") else []), *join.hub))
    away = HubAway("the join file names no address of a hub")
    for address in addresses:
        try:
            way = Joining(
                address, principal_of(settings, device), TrustFolder(Path(device.folder)), version("service-lane")
            )
            return way.by_file(join)
        except HubAway as error:
            away = error
    raise away


def _say_code(code: str | None) -> None:
    told = f"compare this code on the hub's devices page: {code}" if code else "no hub answers; trying again"
    print(told, flush=True)


def _find(arguments: argparse.Namespace) -> int:
    from kiosk.joining import find_hubs

    found = find_hubs(SEARCH_S)
    if arguments.json:
        print(json.dumps([{"hub": hub, "fingerprint": fingerprint} for hub, fingerprint in found]))
    for hub, fingerprint in found if not arguments.json else ():
        print(f'{hub}  (fingerprint begins {fingerprint}); in the settings: hub = "{hub}"')
    if not found:
        print("no hub announces itself here; write its address into the settings", file=sys.stderr)
    return 0 if found else 1


# --- on the hub


def _on_the_hub(arguments: argparse.Namespace) -> int:
    from kiosk.commands import _asking_hub

    hub = _asking_hub.address(arguments)
    match arguments.action:
        case "list":
            answer = _asking_hub.ask(hub, "GET", FLEET, None)
            lines = [f"{one['name']}  {one['wrong'] or 'fine'}" for one in answer["devices"]]
            lines += [f"{one['name']}  wants to join: {one['code']}" for one in answer["waiting"]] or []
        case "approve":
            answer = _asking_hub.ask(hub, "POST", f"{FLEET}/approve", {"code": arguments.code})
            lines = [f"{answer['name']} may join now"]
        case "revoke":
            answer = _asking_hub.ask(hub, "POST", f"{FLEET}/revoke", {"name": arguments.name})
            lines = [f"{arguments.name} was taken off; it held {answer['held']} things that it had not sent"]
        case "make-join-file":
            answer = _asking_hub.ask(hub, "POST", f"{FLEET}/join-file", {"name": arguments.name})
            _write_private(arguments.out, json.dumps(answer, indent=1) + "\n")
            answer, lines = {"file": str(arguments.out)}, [f"{arguments.out}: good once, for 24 hours"]
        case "fingerprint":
            from kiosk.pairing import in_groups

            answer = _asking_hub.ask(hub, "GET", "/api/1/authority", None)
            lines = [in_groups(answer["fingerprint"])]
        case _:
            answer = _asking_hub.ask(hub, "POST", f"{FLEET}/authority", {})
            lines = ["the successor is made; it takes over when every device has heard of it"]
    print(json.dumps(answer, ensure_ascii=False, indent=2) if arguments.json else "\n".join(lines))
    return 0


def _write_private(file: Path, text: str) -> None:
    import os

    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write(text)


def _announce(arguments: argparse.Namespace) -> int:
    from kiosk import settings as kiosk_settings
    from kiosk.commands import _asking_hub
    from kiosk.server.announcing import announce

    settings = kiosk_settings.load(arguments.settings or _asking_hub.SETTINGS)
    return announce(settings)
