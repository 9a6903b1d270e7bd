"""How a device gets its token from a hub that it does not know yet: by a code that people compare, or by a join file.

Nothing is believed of the first answer but through the code or the join file's fingerprint; every later request is
checked against the authority that the first one told. Where the hub is, settings say; `find_hubs` (mDNS) only looks.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import httpx

from kiosk import pairing as shared
from kiosk.errors import KioskError
from kiosk.pairing import JoinFile
from kiosk.trust import DeviceKey, Trust, TrustFolder, clock_is_set, context_for

ANSWER_WITHIN_S = 5.0
ASK_EVERY_S = 1.0
TRY_AGAIN_S = 3.0
SERVICE = "_kiosk-hub._tcp.local."


class NotPaired(KioskError):
    """The hub did not take this device; the message says why and what to do."""


class NotOurHub(NotPaired):
    """Another hub answers than the one that made the join file; it was told nothing."""


class HubAway(KioskError):
    """No hub answers there now."""


@dataclass(frozen=True)
class Begun:
    """A pairing that waits for an administrator.

    Attributes:
        code: what this device shows.
    """

    pairing_id: str
    device_nonce: str
    hub_nonce: str
    authority: str
    code: str


class Joining:
    """One device's way in."""

    def __init__(
        self, hub: str, name: str, folder: TrustFolder, version: str, *, clock: Callable[[], bool] = clock_is_set
    ) -> None:
        """`hub`: an https address. `name`: as which device, such as lane/A. `clock`: whether dates can be judged."""
        self._clock = clock
        self.hub = hub
        self.name = name
        self._folder = folder
        self._version = version

    def by_code(self, show: Callable[[str | None], None], stopping: threading.Event) -> Trust | None:
        """Ask until an administrator has approved; None: `stopping` was set before.

        Args:
            show: called with each new code, and with None while there is none because no hub answers.

        Raises:
            NotPaired: refused, or the hub takes no such device.
        """
        while not stopping.is_set():
            try:
                begun = self.begin()
                show(begun.code)
                while not stopping.wait(ASK_EVERY_S):
                    found = self.outcome(begun)
                    if found:
                        return found
            except _Ended:
                continue
            except HubAway:
                show(None)
                stopping.wait(TRY_AGAIN_S)
        return None

    def begin(self) -> Begun:
        """Ask once, and show key and nonce over a connection that is checked against the authority just told.

        Raises:
            HubAway, NotPaired.
        """
        key = self._folder.key()
        nonce = shared.new_nonce()
        asked = {"name": self.name, "version": self._version, "commitment": shared.commitment(key.public, nonce)}
        told = self._post("", asked, _unchecked())
        begun = Begun(
            pairing_id=_text(told, "pairing_id"),
            device_nonce=nonce,
            hub_nonce=_text(told, "hub_nonce"),
            authority=_text(told, "authority"),
            code="",
        )
        self._post(
            f"/{begun.pairing_id}/key", {"public_key": key.public, "nonce": nonce}, self._checked(begun.authority)
        )
        fingerprint = shared.certificate_fingerprint(begun.authority)
        return replace(begun, code=shared.code(fingerprint, key.public, nonce, begun.hub_nonce))

    def outcome(self, begun: Begun) -> Trust | None:
        """What became of it; None: nobody has compared the codes yet. A token is on the disk when this returns.

        Raises:
            HubAway, NotPaired.
        """
        key = self._folder.key()
        signature = key.signature(shared.to_sign(begun.pairing_id, begun.device_nonce, begun.hub_nonce))
        told = self._post(f"/{begun.pairing_id}/token", {"signature": signature}, self._checked(begun.authority))
        if told.get("state") == "refused":
            raise NotPaired(f"the hub at {self.hub} refused this device; begin again if that was a mistake")
        return self._welcomed(told, begun.authority) if told.get("state") == "paired" else None

    def by_file(self, join: JoinFile) -> Trust:
        """Join with the file's secret, which is told only to a hub with the file's fingerprint.

        Raises:
            NotOurHub: it has another fingerprint. HubAway, NotPaired.
        """
        authority = self._authority(_unchecked())
        if shared.certificate_fingerprint(authority) != join.fingerprint:
            raise NotOurHub(f"what answers at {self.hub} did not make this join file; nothing was told to it")
        key: DeviceKey = self._folder.key()
        told = self._post("/join", {"secret": join.secret, "public_key": key.public}, self._checked(authority))
        return self._welcomed(told, authority)

    def _welcomed(self, told: dict[str, Any], authority: str) -> Trust:
        """Keep what the hub has given. The authority that was compared is trusted whatever the list says."""
        listed = [one for one in told.get("authorities") or () if isinstance(one, str)]
        authorities = (authority, *[one for one in listed if one != authority])
        trust = Trust(authorities, _text(told, "token"), _text(told, "name"), self.hub)
        self._folder.keep(trust)
        return trust

    def _authority(self, context: ssl.SSLContext) -> str:
        return _text(self._asked("GET", "/api/1/authority", None, context), "authority")

    def _post(self, path: str, body: dict[str, Any], context: ssl.SSLContext) -> dict[str, Any]:
        return self._asked("POST", f"/api/1/pairing{path}", body, context)

    def _asked(self, method: str, path: str, body: dict[str, Any] | None, context: ssl.SSLContext) -> dict[str, Any]:
        try:
            with httpx.Client(base_url=self.hub, verify=context, timeout=ANSWER_WITHIN_S, trust_env=False) as client:
                answer = client.request(method, path, json=body)
                told = answer.json()
        except httpx.TransportError as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise NotPaired(
                    f"what answers at {self.hub} has no certificate of the authority that it names ({_reason(error)});"
                    " it is not the hub, or [web] names of the hub's settings lack this address"
                ) from None
            raise HubAway(f"no hub answers at {self.hub}; is it on, and is the address right?") from None
        except ValueError:
            raise HubAway(f"what answers at {self.hub} is no hub of this version") from None
        if not isinstance(told, dict):
            raise HubAway(f"what answers at {self.hub} is no hub of this version")
        if answer.is_success:
            return told
        reason = told.get("error")
        message = reason.get("message") if isinstance(reason, dict) else None
        if answer.is_server_error or answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise HubAway(f"the hub at {self.hub} is busy")
        if answer.status_code == httpx.codes.NOT_FOUND and path.endswith(("/key", "/token")):
            raise _Ended("this pairing has ended")
        raise NotPaired(f"the hub at {self.hub} refuses: {message or answer.status_code}")

    def _checked(self, authority: str) -> ssl.SSLContext:
        try:
            return context_for([authority], clock=self._clock)
        except ssl.SSLError:
            raise NotPaired("what answers names no authority; it is no hub of this version") from None


class _Ended(NotPaired):
    """Ten minutes are over: a new code."""


def find_hubs(seconds: float, interface: str | None = None) -> list[tuple[str, str]]:
    """Hubs that announce themselves in this network: (address, first characters of the fingerprint). Only a hint.

    Args:
        interface: an address of this machine: look there only.
    """
    from zeroconf import InterfaceChoice, ServiceBrowser, ServiceListener, Zeroconf

    found: dict[str, tuple[str, str]] = {}

    class _Listener(ServiceListener):
        def add_service(self, zc: Zeroconf, type_: str, name: str) -> None:
            info = zc.get_service_info(type_, name, timeout=int(seconds * 1000))
            if info is None:
                return
            host = info.decoded_properties.get("name") or (info.parsed_addresses() or [""])[0]
            port = "" if info.port == 443 else f":{info.port}"
            shown = f"[{host}]" if ":" in host else host
            found[name] = (f"https://{shown}{port}", info.decoded_properties.get("fingerprint") or "")

        def update_service(self, zc: Zeroconf, type_: str, name: str) -> None:
            self.add_service(zc, type_, name)

        def remove_service(self, _zc: Zeroconf, _type: str, name: str) -> None:
            found.pop(name, None)

    with Zeroconf(interfaces=[interface] if interface else InterfaceChoice.All) as zeroconf:
        browser = ServiceBrowser(zeroconf, SERVICE, _Listener())
        threading.Event().wait(seconds)
        browser.cancel()
    return sorted(found.values())


def _unchecked() -> ssl.SSLContext:
    """For the one answer that is judged by the code or the fingerprint, and by nothing else."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _text(told: dict[str, Any], key: str) -> str:
    value = told.get(key)
    if not isinstance(value, str) or not value.isascii() or not value:
        raise NotPaired("what answers is no hub of this version")
    return value


def _reason(error: Exception) -> str:
    return str(error).rpartition("verify failed: ")[2].partition(" (_ssl")[0]
