"""`kiosk pair`: brings a device into the store. On the device: its code, or a join file; on the hub: who may come in.

What an administrator does here is done on the hub's devices page too.
"""

from __future__ import annotations

import argparse
import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

from kiosk.commands._stores import add_store, chosen

HELP = "bring a device into the store: its code or a join file; on the hub: list, approve, revoke"
FLEET = "/api/1/fleet"
SEARCH_S = 3.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Without an action: pair this device. The actions are for the hub."""
    from kiosk.join_card import CARD, SETTINGS

    parser.add_argument("--settings", type=Path, metavar="FILE", help="settings of this device, or of the hub")
    parser.add_argument("--join-file", type=Path, metavar="FILE", help="join with this file; it is removed afterwards")
    parser.add_argument("--again", action="store_true", help="forget the token that this device has, and pair anew")
    parser.add_argument("--json", action="store_true", help="print JSON where an action prints results")
    add_store(parser)
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    find = actions.add_parser("find", help="hubs that announce themselves in this network", allow_abbrev=False)
    find.add_argument("--interface", metavar="ADDRESS", help="look from this address of the machine only")
    taken = actions.add_parser(
        "take-join-file", help="on a device: take the join file from its card, and wipe it there", allow_abbrev=False
    )
    taken.add_argument("--card", type=Path, default=CARD, metavar="FILE", help="where it lies (%(default)s)")
    taken.add_argument(
        "--settings-folder", type=Path, default=SETTINGS, metavar="FOLDER", help="of the roles (%(default)s)"
    )
    actions.add_parser("list", help="on the hub: every device, and who wants to join", allow_abbrev=False)
    approve = actions.add_parser("approve", help="on the hub: let in the device that shows CODE", allow_abbrev=False)
    approve.add_argument("code", metavar="CODE", help="such as 7K3M-Q2XD")
    stop = actions.add_parser(
        "stop", help="on the hub: a device that was let in and has not come yet may not come", allow_abbrev=False
    )
    stop.add_argument("name", metavar="NAME", help="such as lane/A, pager/desks, board/hall")
    revoke = actions.add_parser("revoke", help="on the hub: take a device off", allow_abbrev=False)
    revoke.add_argument("name", metavar="NAME", help="such as lane/A, pager/desks, board/hall")
    join = actions.add_parser(
        "make-join-file", help="on the hub: a file for a device without a screen", allow_abbrev=False
    )
    join.add_argument("name", metavar="NAME", help="such as pager/desks")
    join.add_argument("--out", type=Path, required=True, metavar="FILE", help="where to write it")
    actions.add_parser("fingerprint", help="on the hub: the authority's fingerprint, to read out", allow_abbrev=False)
    authority = actions.add_parser(
        "new-authority", help="on the hub: make the authority's successor", allow_abbrev=False
    )
    authority.add_argument("--now", action="store_true", help="it takes over at once, and every device is paired anew")
    announce = actions.add_parser(
        "announce", help="on the hub: tell its address in the network until ended", allow_abbrev=False
    )
    announce.add_argument("--interface", metavar="ADDRESS", help="tell it from this address of the machine only")


def run(arguments: argparse.Namespace) -> int:
    """Do what was asked."""
    if arguments.action is None:
        return _pair(arguments)
    if arguments.action == "find":
        return _find(arguments)
    if arguments.action == "announce":
        return _announce(arguments)
    if arguments.action == "take-join-file":
        return _take(arguments)
    return _on_the_hub(arguments)


# --- on a device


def _pair(arguments: argparse.Namespace) -> int:
    import threading

    from kiosk import join_card
    from kiosk import settings as kiosk_settings
    from kiosk.device_pairing import by_file, joining
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
        join = read_join_file(_content(arguments.join_file))
        trust = by_file(settings, device, join)
        join_card.wipe(arguments.join_file)
    else:
        found = joining(settings, device).by_code(_say_code, threading.Event())
        if found is None:
            return 1
        trust = found
    print(f"{trust.name} is paired with {trust.hub}")
    return 0


def _content(file: Path) -> str:
    from kiosk.errors import KioskError

    try:
        return file.read_text("utf-8", "replace")
    except OSError as error:
        raise KioskError(f"{file}: {(error.strerror or 'unreadable').lower()}; name the join file") from error


def _take(arguments: argparse.Namespace) -> int:
    from kiosk.join_card import take

    print(f"taken to {take(arguments.card, arguments.settings_folder)}; the role joins with it when its hub answers")
    return 0


def _say_code(code: str | None) -> None:
    told = f"compare this code on the hub's devices page: {code}" if code else "no hub answers; trying again"
    print(told, flush=True)


def _find(arguments: argparse.Namespace) -> int:
    from kiosk.joining import find_hubs

    found = find_hubs(SEARCH_S, arguments.interface)
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
            lines += [f"{one['name']}  wants to join: {one['code']}" for one in answer["waiting"]]
            lines += [_expected(one) for one in answer["expected"]]
        case "approve":
            answer = _asking_hub.ask(hub, "POST", f"{FLEET}/approve", {"code": arguments.code})
            lines = [f"{answer['name']} may join now"]
        case "stop":
            answer = _asking_hub.ask(hub, "POST", f"{FLEET}/stop", {"name": arguments.name})
            lines = [f"{arguments.name} may not join any more"]
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
            answer, lines = _new_authority(arguments, hub)
    print(json.dumps(answer, ensure_ascii=False, indent=2) if arguments.json else "\n".join(lines))
    return 0


def _expected(one: dict[str, Any]) -> str:
    from datetime import UTC, datetime

    way = "a join file" if one["by_file"] else "its code was approved"
    until = datetime.fromtimestamp(one["until"] / 1_000_000, UTC)
    return f"{one['name']}  may join until {until:%Y-%m-%d %H:%M} UTC ({way}, by {one['let_in_by']})"


def _new_authority(arguments: argparse.Namespace, hub: str) -> tuple[dict[str, Any], list[str]]:
    """By the running hub; at once also where the hub cannot start, because no name is in its authority's reach."""
    from kiosk.commands import _asking_hub

    try:
        answer = _asking_hub.ask(hub, "POST", f"{FLEET}/authority", {"now": arguments.now})
    except _asking_hub.NoHub:
        if not arguments.now:
            raise
        return _authority_without_hub(arguments)
    if answer["took_over"] and arguments.now:
        return answer, ["the successor has taken over; pair every device that had not heard of it anew"]
    if answer["took_over"]:
        return answer, ["the successor has taken over"]
    return answer, ["the successor is made; it takes over when every device has heard of it"]


def _authority_without_hub(arguments: argparse.Namespace) -> tuple[dict[str, Any], list[str]]:
    from datetime import UTC, datetime

    from kiosk import settings as kiosk_settings
    from kiosk.server.devices.assembly import authority_folder
    from kiosk.server.devices.authority import AuthorityUnusable, replace_now
    from kiosk.server.running import hub_runs_on
    from kiosk.store_file import load_store

    settings = chosen(arguments).settings
    if hub_runs_on(settings.section(kiosk_settings.Hub).database):
        raise AuthorityUnusable(
            "a hub runs with this authority, and does not answer; stop it first: systemctl stop kiosk-hub"
        )
    web = settings.section(kiosk_settings.Web)
    store = load_store(Path(settings.section(kiosk_settings.Hub).store_file))
    made = replace_now(authority_folder(settings), store.store_id, web.names, datetime.now(UTC))
    answer = {"fingerprint": made.signer.fingerprint, "took_over": True}
    return answer, ["the store has a new authority; start the hub and pair every device anew"]


def _write_private(file: Path, text: str) -> None:
    import os

    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write(text)


def _announce(arguments: argparse.Namespace) -> int:
    from kiosk.commands import _asking_hub
    from kiosk.server.announcing import announce
    from kiosk.store_settings import stores_of

    stores = stores_of(arguments.settings or _asking_hub.SETTINGS)
    return announce(stores, partial(print, flush=True), arguments.interface)
