"""The wire of pairing and of the fleet: what a device without a token may ask, and what chiefs may do with devices."""

from __future__ import annotations

import json
import logging
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, request

from kiosk.domain.facts import to_us
from kiosk.pairing import certificate_fingerprint
from kiosk.server.body import Body
from kiosk.server.device_api import as_json, the_hub
from kiosk.server.devices import tokens
from kiosk.server.devices.authority import Authority
from kiosk.server.devices.fleet import as_json as device_as_json
from kiosk.server.devices.fleet import fleet, trusted_by_all
from kiosk.server.devices.pairings import Pairings, end_all
from kiosk.server.errors import BadRequest, NotFound

routes = Blueprint("devices", __name__, url_prefix="/api/1")
log = logging.getLogger(__name__)


def add_devices(flask: Flask, authority: Authority | None, https_port: int) -> None:
    """Register the routes.

    Args:
        authority: None: this hub is on no network and pairs nobody.
        https_port: by which the network reaches it.
    """
    hub = flask.extensions["hub"]
    flask.extensions["authority"] = authority
    flask.extensions["pairings"] = Pairings(hub, authority) if authority else None
    flask.extensions["https_port"] = https_port
    if authority:
        hub.after_commit["report_device"] = lambda _hub, result: result | {"authorities": list(authority.trusted)}
    flask.register_blueprint(routes)


def pairings() -> Pairings:
    """The pairings of this hub.

    Raises:
        NotFound: it is on no network.
    """
    found: Pairings | None = current_app.extensions["pairings"]
    if found is None:
        raise NotFound("this hub pairs no devices: its settings have no [web] section")
    return found


def authority() -> Authority:
    """The store's authority; raises as `pairings`."""
    pairings()
    found: Authority = current_app.extensions["authority"]
    return found


def addresses() -> tuple[str, ...]:
    """By which devices reach the hub now, in the order of the settings; raises as `pairings`."""
    https_port: int = current_app.extensions["https_port"]
    port = "" if https_port == 443 else f":{https_port}"
    return tuple(f"https://{f'[{one}]' if ':' in one else one}{port}" for one in authority().spoken_for)


@routes.get("/authority")
def the_authority() -> Response:
    """The authority's certificate; whoever asks must compare its fingerprint by another way."""
    pem = authority().signer.pem
    return as_json({"authority": pem, "fingerprint": certificate_fingerprint(pem)})


@routes.post("/pairing")
def begin() -> Response:
    """A device asks to be paired."""
    body = _body()
    return as_json(
        pairings().begin(body.text("name", longest=64), body.text("version", longest=64), body.text("commitment"))
    )


@routes.post("/pairing/<pairing_id>/key")
def reveal(pairing_id: str) -> Response:
    """It shows its key."""
    body = _body()
    pairings().reveal(pairing_id, body.text("public_key", longest=64), body.text("nonce", longest=64))
    return as_json({})


@routes.post("/pairing/<pairing_id>/token")
def fetch(pairing_id: str) -> Response:
    """It asks what became of it, and gets its token once approved."""
    told = pairings().fetch(pairing_id, _body().text("signature", longest=128))
    if "token" in told:
        log.info("device paired", extra={"device": told["name"]})
    return as_json(told)


@routes.post("/pairing/join")
def join() -> Response:
    """A device with a join file."""
    body = _body()
    told = pairings().join(body.text("secret", longest=64), body.text("public_key", longest=64))
    log.info("device joined", extra={"device": told["name"]})
    return as_json(told)


@routes.get("/fleet")
def all_devices() -> Response:
    """Every device, and who waits for a comparison of codes."""
    hub = the_hub()
    found: Pairings | None = current_app.extensions["pairings"]
    waiting = (
        [{"pairing_id": one.pairing_id, "name": one.name, "code": one.code} for one in found.waiting()] if found else []
    )
    expected = [
        {"name": one.name, "by_file": one.by_file, "let_in_by": one.let_in_by, "until": to_us(one.until)}
        for one in (found.expected() if found else ())
    ]
    devices = [device_as_json(one) for one in fleet(hub, hub.clock.now())]
    return as_json({"devices": devices, "waiting": waiting, "expected": expected})


@routes.post("/fleet/approve")
def approve() -> Response:
    """The codes are the same."""
    body = _body()
    return as_json({"name": approve_device(body.text("code", longest=16), body.id_or_none("pairing_id"))})


@routes.post("/fleet/refuse")
def refuse() -> Response:
    """They are not, or the device is not ours."""
    refuse_device(_body().id("pairing_id"))
    return as_json({})


@routes.post("/fleet/stop")
def stop() -> Response:
    """A device that was let in, and has not come yet, may not come any more."""
    return as_json({"stopped": stop_device(_body().text("name", longest=64))})


@routes.post("/fleet/revoke")
def revoke() -> Response:
    """A device is taken off; what it had not told yet stays on it."""
    return as_json({"held": revoke_device(_body().text("name", longest=64))})


@routes.post("/fleet/join-file")
def make_join_file() -> Response:
    """A join file for one device."""
    return as_json(json.loads(join_file_for(_body().text("name", longest=64))))


@routes.post("/fleet/authority")
def begin_succession() -> Response:
    """Make the authority's successor; it takes over when every device has it, or `now`, if that is asked for."""
    hub, at_once = the_hub(), _body().flag("now", otherwise=False)
    made = authority().begin_succession(hub.clock.now())
    ready = at_once or authority().is_known_to(trusted_by_all(hub))
    authority().tend(hub.clock.now(), ready=ready)
    log.warning("successor of the authority begun", extra={"actor": str(g.principal)})
    return as_json({"fingerprint": made.fingerprint, "took_over": authority().signer.fingerprint == made.fingerprint})


# --- what the fleet screen does too


def approve_device(code: str, pairing_id: str | None = None) -> str:
    """Approve, and note who did."""
    name = pairings().approve(code, str(g.principal), pairing_id)
    log.warning("pairing approved", extra={"device": name, "actor": str(g.principal)})
    return name


def refuse_device(pairing_id: str) -> None:
    """Refuse, and note who did."""
    pairings().refuse(pairing_id)
    log.warning("pairing refused", extra={"actor": str(g.principal)})


def stop_device(name: str) -> int:
    """Let an expected device in no more, and note who did; how many codes and files of its were good."""
    stopped = pairings().stop(name)
    log.warning("expected device stopped", extra={"device": name, "actor": str(g.principal)})
    return stopped


def revoke_device(name: str) -> int:
    """Revoke, with what else would let the device in; note who did, and tell how many things it had not told.

    Raises:
        NotFound: no device of this name is paired.
    """
    hub = the_hub()
    now = hub.clock.now()
    held = next((one.held for one in fleet(hub, now) if one.name == name), 0)
    with hub.database.write() as connection:
        was_paired = tokens.revoke(connection, hub.store.store_id, name, now, str(g.principal))
        if was_paired:
            end_all(connection, hub.store.store_id, name, now)
    if not was_paired:
        raise NotFound("no device of this name is paired")
    doors = current_app.extensions.get("doors")
    if doors is not None:
        doors.look_again()  # its streams end now
    log.warning("device revoked", extra={"device": name, "actor": str(g.principal)})
    return held


def join_file_for(name: str) -> str:
    """A new join file's text; noted with who made it."""
    made = pairings().make_join_file(name, str(g.principal), addresses())
    log.warning("join file made", extra={"device": name, "actor": str(g.principal)})
    return made.text()


def _body() -> Body:
    sent: Any = request.get_json(silent=True)
    if sent is None:
        raise BadRequest("request: must be JSON")
    return Body(sent)
