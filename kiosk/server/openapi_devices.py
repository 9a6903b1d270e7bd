"""Pairing and the fleet in the OpenAPI document (devices/routes.py answers it); docs/wire.md says what is computed."""

from __future__ import annotations

from kiosk.server.access import ROUTES
from kiosk.server.bodies import FLAG, HASH, ID, Schema, fields, text
from kiosk.server.described import CHANGES, answered, asks, in_path, operation, sends, with_fields

PAIRING, FLEET = "/api/1/pairing", "/api/1/fleet"
DEVICE: Schema = {"$ref": "#/components/schemas/Device"}
PUBLIC_KEY: Schema = {"type": "string", "pattern": "^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$"}
ONE = [in_path("pairing_id", {"type": "string", "pattern": "^[0-9a-f]{32}$"})]


def paths() -> Schema:
    """Its paths. A hub without [web] answers all of them with 404."""
    named = fields("name", name=text(64))
    return {
        "/api/1/authority": {"get": _authority()},
        PAIRING: {"post": _begin()},
        f"{PAIRING}/{{pairing_id}}/key": {"post": _of_pairing("key", "a device shows its key", _KEY, with_fields())},
        f"{PAIRING}/{{pairing_id}}/token": {
            "post": _of_pairing("token", "what became of it", fields("signature", signature=text(128)), _STATE)
        },
        f"{PAIRING}/join": {"post": _join()},
        FLEET: {"get": _fleet()},
        f"{FLEET}/approve": {"post": _deed("approve", fields("code", code=text(16), pairing_id=ID), "name")},
        f"{FLEET}/refuse": {"post": _deed("refuse", fields("pairing_id", pairing_id=ID))},
        f"{FLEET}/stop": {"post": _deed("stop", named, "stopped")},
        f"{FLEET}/revoke": {"post": _deed("revoke", named, "held")},
        f"{FLEET}/join-file": {"post": _deed("join-file", fields("name", name=DEVICE), "kiosk_join", "secret")},
        f"{FLEET}/authority": {"post": _deed("authority", fields(now=FLAG), "fingerprint", "took_over")},
    }


_KEY = fields("public_key", "nonce", public_key=PUBLIC_KEY, nonce=HASH)
_STATE: Schema = {
    "type": "object",
    "required": ["state"],
    "properties": {"state": {"type": "string", "enum": ["waiting", "refused", "paired"]}},
}


def _authority() -> Schema:
    told = with_fields("authority", "fingerprint")
    return asks("the stores authority", told, ROUTES["GET", "/api/1/authority"], [], "401", "404")


def _begin() -> Schema:
    told = with_fields("pairing_id", "hub_nonce", "authority", "expires_at")
    body = fields("name", "version", "commitment", name=DEVICE, version=text(64), commitment=HASH)
    answers = answered(told, "400", "401", "404", "413", "503")
    return operation("begin_pairing", "a device asks to be paired", answers, ROUTES["POST", PAIRING]) | sends(body)


def _of_pairing(name: str, summary: str, body: Schema, told: Schema) -> Schema:
    answers = answered(told, "400", "401", "403", "404", "413", "503")
    allowed = ROUTES["POST", f"{PAIRING}/<pairing_id>/{name}"]
    return operation(f"pairing_{name}", summary, answers, allowed) | {"parameters": ONE} | sends(body)


def _join() -> Schema:
    body = fields("secret", "public_key", secret=text(64), public_key=PUBLIC_KEY)
    answers = answered(_STATE, "400", "401", "403", "404", "413", "503")
    return operation("join", "a device with a join file", answers, ROUTES["POST", f"{PAIRING}/join"]) | sends(body)


def _fleet() -> Schema:
    told = with_fields("devices", "waiting", "expected")
    return asks("every device and who wants to join", told, ROUTES["GET", FLEET], [], "401", "403")


def _deed(name: str, body: Schema, *told: str) -> Schema:
    answers = answered(with_fields(*told), *CHANGES)
    return operation(f"fleet_{name}", f"{name}, of one device", answers, ROUTES["POST", f"{FLEET}/{name}"]) | sends(
        body
    )
