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
from kiosk.settings import Hub, Web
from kiosk.store_settings import OneStore

SHOWN = 8  # characters of the fingerprint: enough to tell two hubs apart, and not to be taken for a proof
LOOKED_AT_EVERY_S = 600.0
ANSWER_WITHIN_S = 5.0


def announce(stores: Sequence[OneStore], say: Callable[[str], None], interface: str | None = None) -> int:
    """Until SIGTERM or Ctrl-C; at once where the settings want no announcement.

    Args:
        stores: of one hub; each is announced by a name of its own.
        say: told under which name it is announced, or why nothing is.
        interface: an address of this machine: announce there only; None: wherever it has a network.

    Raises:
        HubError: this machine is in no network.
    """
    from zeroconf import InterfaceChoice, ServiceInfo, Zeroconf

    settings, web = stores[0].settings, stores[0].settings.web
    if web is None or not web.announce:
        say(f"{settings.source}: [web] announce is false or the section is missing; nothing is announced")
        return 0
    addresses = [interface] if interface else own_addresses()
    if not addresses:
        raise HubError("this machine is in no network yet; nothing is announced")
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: ending.set())
    host = socket.gethostname().partition(".")[0]
    # two hubs may have one host name: a card's default
    called = {f"{host} {secrets.token_hex(4)}.{SERVICE}": one for one in stores}

    def told(name: str, one: OneStore) -> ServiceInfo:
        return ServiceInfo(
            SERVICE,
            name,
            port=web.https_port,
            properties=properties(one.settings.section(Web), one.hub, "" if one.is_only else one.host),
            server=f"{host}.local.",
            parsed_addresses=addresses,
        )

    with Zeroconf(interfaces=[interface] if interface else InterfaceChoice.All) as zeroconf:
        infos = {name: told(name, one) for name, one in called.items()}
        for name, info in infos.items():
            zeroconf.register_service(info)
            say(f"kiosk pair announce: {name}")
        while not ending.wait(LOOKED_AT_EVERY_S):
            for name, one in called.items():
                fresh = told(name, one)
                if fresh.properties != infos[name].properties:
                    zeroconf.update_service(fresh)
                    infos[name] = fresh
        for info in infos.values():
            zeroconf.unregister_service(info)
    return 0


def properties(web: Web, hub: Hub, host: str = "") -> dict[str, str]:
    """What is told beside the addresses: by which name to ask, and the beginning of the authority's fingerprint.

    Args:
        host: how the store is called on this machine, where the hub serves several.
    """
    authority = _authority(hub.listen, host)
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


def _authority(listen: str, host: str) -> str:
    """The authority as the hub itself tells it; empty while no hub answers."""
    import httpx

    try:
        with httpx.Client(timeout=ANSWER_WITHIN_S, trust_env=False) as client:
            said = {"Host": host} if host else {}
            told = client.get(f"http://{listen}/api/1/authority", headers=said).json()
        return str(told["authority"])
    except (httpx.HTTPError, ValueError, KeyError, TypeError):
        return ""
