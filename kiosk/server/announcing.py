"""Tells the hub's address to new devices in the same network (mDNS, RFC 6763), in a process of its own.

It only finds: a device believes the code or its join file, and its settings before anything that is announced. It hears
whoever is in the network, so it has no key of the hub's: what the authority is it asks the hub on this machine.
"""

from __future__ import annotations

import ipaddress
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Sequence

from kiosk.joining import SERVICE
from kiosk.server.errors import HubError
from kiosk.settings import Hub, Settings, Web

SHOWN = 8  # characters of the fingerprint: enough to tell two hubs apart, and not to be taken for a proof
LOOKED_AT_EVERY_S = 600.0
ANSWER_WITHIN_S = 5.0


def announce(settings: Settings, say: Callable[[str], None], interface: str | None = None) -> int:
    """Until SIGTERM or Ctrl-C; at once where the settings want no announcement.

    Args:
        say: told under which name it is announced, or why nothing is.
        interface: an address of this machine: announce there only; None: wherever it has a network.

    Raises:
        HubError: this machine is in no network.
    """
    from zeroconf import InterfaceChoice, ServiceInfo, Zeroconf

    web, hub = settings.web, settings.section(Hub)
    if web is None or not web.announce:
        say(f"{settings.source}: [web] announce is false or the section is missing; nothing is announced")
        return 0
    addresses = [interface] if interface else own_addresses()
    if not addresses:
        raise HubError("this machine is in no network yet; nothing is announced")
    ending = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda _number, _frame: ending.set())
    host = socket.gethostname().partition(".")[0]
    called = f"{host} {secrets.token_hex(4)}.{SERVICE}"  # two hubs may have one host name: a card's default

    def told() -> ServiceInfo:
        return ServiceInfo(
            SERVICE,
            called,
            port=web.https_port,
            properties=properties(web, hub),
            server=f"{host}.local.",
            parsed_addresses=addresses,
        )

    with Zeroconf(interfaces=[interface] if interface else InterfaceChoice.All) as zeroconf:
        info = told()
        zeroconf.register_service(info)
        say(f"kiosk pair announce: {called}")
        while not ending.wait(LOOKED_AT_EVERY_S):
            fresh = told()
            if fresh.properties != info.properties:
                zeroconf.update_service(fresh)
                info = fresh
        zeroconf.unregister_service(info)
    return 0


def properties(web: Web, hub: Hub) -> dict[str, str]:
    """What is told beside the addresses: by which name to ask, and the beginning of the authority's fingerprint."""
    authority = _authority(hub.listen)
    names: Sequence[str] = web.names
    fingerprint = ""
    if authority:
        from cryptography import x509

        from kiosk.pairing import certificate_fingerprint
        from kiosk.server.devices.authority import may_speak_for

        certificate = x509.load_pem_x509_certificate(authority.encode())
        names = [one for one in web.names if may_speak_for(certificate, one)] or web.names
        fingerprint = certificate_fingerprint(authority)[:SHOWN]
    return {"name": names[0], "fingerprint": fingerprint, "protocol": "1"}


def own_addresses() -> list[str]:
    """This machine's addresses in its networks: not loopback, not those of one cable only."""
    import ifaddr  # zeroconf brings it

    found = (ip.ip if isinstance(ip.ip, str) else ip.ip[0] for adapter in ifaddr.get_adapters() for ip in adapter.ips)
    parsed = (ipaddress.ip_address(one) for one in found)
    return [str(one) for one in parsed if not (one.is_loopback or one.is_link_local)]


def _authority(listen: str) -> str:
    """The authority as the hub itself tells it; empty while no hub answers."""
    import httpx

    try:
        with httpx.Client(timeout=ANSWER_WITHIN_S, trust_env=False) as client:
            told = client.get(f"http://{listen}/api/1/authority").json()
        return str(told["authority"])
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return ""
