"""Tells the hub's address to new devices in the same network (mDNS, RFC 6763), in a process of its own.

It only finds: a device believes the code or its join file, and its settings before anything that is announced.
"""

from __future__ import annotations

import signal
import socket
import threading

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from kiosk.joining import SERVICE
from kiosk.server.devices.assembly import authority_folder
from kiosk.server.errors import HubError
from kiosk.settings import Settings

SHOWN = 8  # characters of the fingerprint: enough to tell two hubs apart, and not to be taken for a proof


def announce(settings: Settings) -> int:
    """Until SIGTERM or Ctrl-C.

    Raises:
        HubError: the settings want no announcement, or the hub has made no certificate yet.
    """
    from zeroconf import ServiceInfo, Zeroconf

    web = settings.web
    if web is None or not web.announce:
        raise HubError(f"{settings.source}: [web] announce is false or the section is missing; nothing is announced")
    try:
        shown = x509.load_pem_x509_certificate((authority_folder(settings) / "ca.crt").read_bytes())
        fingerprint = shown.fingerprint(hashes.SHA256()).hex()[:SHOWN]
    except (OSError, ValueError):
        fingerprint = ""
    properties = {"name": web.names[0], "fingerprint": fingerprint, "protocol": "1"}
    host = socket.gethostname()
    info = ServiceInfo(
        SERVICE, f"{host}.{SERVICE}", port=web.https_port, properties=properties, server=f"{host}.local."
    )
    ending = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda _number, _frame: ending.set())
    with Zeroconf() as zeroconf:
        zeroconf.register_service(info)
        ending.wait()
        zeroconf.unregister_service(info)
    return 0
