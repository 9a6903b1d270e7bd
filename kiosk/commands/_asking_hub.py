"""How a command of the command line asks a running hub: one request, one answer, every failure one clear line.

A hub where people sign in believes the command line on its own socket, where only root and the hub's user get in.

Devices use kiosk.hub_client, which keeps what it could not send; a person at the command line is told instead.
"""

from __future__ import annotations

import argparse
import os
import secrets
import time
from typing import Any

from kiosk.commands import _stores
from kiosk.errors import KioskError

DEFAULT_HUB = "http://127.0.0.1:8080"
SETTINGS = _stores.SETTINGS
SOCKET = "hub.sock"
OF_STORE = "#"  # before the store's host name, where an address leads to several
UNIX = "unix:"
PRINCIPAL = "administrator/command-line"
TIMEOUT_S = 60.0
CONNECT_S = 3.0


class HubAnswered(KioskError):
    """The hub refused, or what answered is no hub."""


class NoHub(KioskError):
    """Nothing listens at the hub's address."""

    def __init__(self, hub: str) -> None:
        """`hub`: its address."""
        super().__init__(f"no hub answers at {hub}; start it with kiosk hub, or name its address with --hub")
        self.hub = hub


def address(arguments: argparse.Namespace) -> str:
    """--hub; else where the settings say (--settings, else those of this machine); else the usual address.

    Where one hub serves several stores, `#` and the store's host name (--store) follow.
    """
    store_id = getattr(arguments, "store", None)
    if getattr(arguments, "hub", None):
        from kiosk.store_settings import local_name

        return f"{arguments.hub}{OF_STORE}{local_name(store_id)}" if store_id else str(arguments.hub)
    if not getattr(arguments, "settings", None) and not os.access(SETTINGS, os.R_OK):
        return DEFAULT_HUB
    one = _stores.chosen(arguments)
    place = f"{UNIX}{one.sockets / SOCKET}" if one.hub.sign_in else f"http://{one.hub.listen}"
    return place if one.is_only else f"{place}{OF_STORE}{one.host}"


def command_id() -> str:
    """A fresh id for a command, drawn before the first try."""
    return secrets.token_hex(16)


def send(hub: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Send one command and return its result.

    Args:
        hub: address such as http://127.0.0.1:8080.
        path: such as /api/1/commands/show_code.
        body: the command's own fields; id and time are put around them.

    Raises:
        NoHub: nothing listens there.
        HubAnswered: it refused, does not answer in time, or is no hub.
    """
    answer = ask(hub, "POST", path, {"id": command_id(), "at": time.time_ns() // 1000, "body": body})
    result = answer.get("result")
    if not isinstance(result, dict):
        raise HubAnswered(f"what answers at {hub} is no hub of this version")
    return result


def get(hub: str, path: str) -> dict[str, Any]:
    """Ask for something; raises as `send`."""
    return ask(hub, "GET", path, None)


def ask(hub: str, method: str, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
    """One request of any kind; raises as `send`.

    Args:
        hub: an http address, or unix: and the path of the hub's socket; perhaps with # and the store's host name.
    """
    import httpx

    place, _, host = hub.partition(OF_STORE)
    headers = {"Kiosk-Principal": PRINCIPAL, **({"Host": host} if host else {})}
    timeout = httpx.Timeout(TIMEOUT_S, connect=CONNECT_S)
    socket = place.removeprefix(UNIX) if place.startswith(UNIX) else None
    if socket and not os.access(socket, os.F_OK):
        raise NoHub(hub)
    transport = httpx.HTTPTransport(uds=socket) if socket else None
    url = ("http://localhost" if socket else place.rstrip("/")) + path
    try:
        with httpx.Client(timeout=timeout, trust_env=False, transport=transport) as client:
            response = client.request(method, url, json=body, headers=headers)
    except (httpx.UnsupportedProtocol, httpx.InvalidURL):
        raise HubAnswered(f"{hub}: is no address; the hub's begins with http://") from None
    except (httpx.ConnectError, httpx.ConnectTimeout):
        raise NoHub(hub) from None
    except httpx.TransportError as error:
        raise HubAnswered(f"the hub at {hub} did not answer ({error}); sending it again does no harm") from None
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise HubAnswered(f"what answers at {hub} is no hub of this version")
    if response.is_error:
        told = answer.get("error")
        message = told.get("message") if isinstance(told, dict) else None
        raise HubAnswered(f"the hub refuses: {message or f'status {response.status_code}'}")
    return answer
