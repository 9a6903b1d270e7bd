"""[web]: how the network reaches the hub, and what nginx is told of it (docs/operations.md)."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from kiosk.tables import Reading, setting, shown

LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
HOST = re.compile(rf"{LABEL}(\.{LABEL})*")
MOST_NAMES = 12
FILE = {"pattern": r"(/[A-Za-z0-9._/+@-]{1,200})?", "says": "an absolute path of letters, digits and . _ - + @"}


def names(raw: object) -> tuple[str, ...]:
    """Host names and addresses, small letters, none twice."""
    if not isinstance(raw, list) or not all(isinstance(one, str) for one in raw) or not 1 <= len(raw) <= MOST_NAMES:
        raise ValueError(f'must be a list such as ["kiosk-hub.local", "192.168.1.10"], not {shown(raw)}')
    found = tuple(dict.fromkeys(_name(one) for one in raw))
    if len(found) < len(raw):
        raise ValueError("names one of them twice")
    return found


def _name(written: str) -> str:
    try:
        return str(ipaddress.ip_address(written))
    except ValueError:
        pass
    if len(written) > 253 or not HOST.fullmatch(written):
        raise ValueError(f"{shown(written)} is no host name and no address; write it without https:// and port")
    return written.lower()


@dataclass(frozen=True, kw_only=True)
class Web:
    """[web]: the way from the network to the hub, through nginx. Without this section there is none."""

    names: tuple[str, ...] = setting(
        "names and addresses by which devices and staff in the house reach the hub; devices try them in order",
        default=("kiosk-hub.local",),
        parse=names,
        says="host names and addresses",
    )
    sockets: str = setting(
        "folder of the hub's sockets, one for nginx and one for the command line", default="/run/kiosk-hub", **FILE
    )
    https_port: int = setting("port of https", default=443, at_least=1, at_most=65535)
    http_port: int = setting(
        "port of the plain page from which a tablet fetches the store's authority; 0: none",
        default=80,
        at_least=0,
        at_most=65535,
    )
    certificate: str = setting(
        "certificate chain for the name in public_url, in PEM; empty: the operator's own proxy serves it",
        default="",
        **FILE,
    )
    key: str = setting("its private key", default="", **FILE)
    announce: bool = setting("tell the hub's address to new devices in the same network (mDNS)", default=True)


def problems_of_web(web: Web | None, public_url: str, reading: Reading) -> None:
    """A certificate has its key, and both serve a public_url."""
    if web is None:
        return
    for one, other in (("certificate", "key"), ("key", "certificate")):
        if getattr(web, other) and not getattr(web, one):
            reading.problem("[web]", one, f"missing; {other} is there, and nginx needs both")
    if web.certificate and not public_url:
        reading.problem("[web]", "certificate", "is for the name in [hub] public_url, and that is empty")
    if web.http_port == web.https_port:
        reading.problem("[web]", "http_port", "is the same as https_port; 0 means no plain page")
