"""What hub and device compute alike when they are paired: commitment, code, signature, and the join file's fields.

The code stands for the authority's certificate, the device's key and both sides' nonces. The device commits itself to
key and nonce before the hub shows its own nonce: nobody in the middle can search for a pair that shows the same code.
Files and the wire are elsewhere (trust.py, joining.py, the hub's devices/).
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from typing import Any

from kiosk.errors import KioskError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O or U
CODE_LENGTH = 8
NONCE_BYTES = 32
JOIN_FORM = 1
LONGEST_JOIN_FILE = 8192


class JoinFileUnusable(KioskError):
    """A join file that is none, or not whole."""


@dataclass(frozen=True)
class JoinFile:
    """What a device without a screen needs to join, once.

    Attributes:
        hub: addresses to try in order, such as https://192.168.1.10.
        fingerprint: of the authority's certificate, SHA-256 in hex.
        secret: opens the hub's door once.
        name: as which device it joins, such as pager/desks.
        expires_at: microseconds since 1970 in UTC; only told to people, for the hub decides.
    """

    hub: tuple[str, ...]
    fingerprint: str
    secret: str
    name: str
    expires_at: int

    def text(self) -> str:
        """As the file has it."""
        return json.dumps({"kiosk_join": JOIN_FORM} | asdict(self), indent=1) + "\n"


def read_join_file(text: str) -> JoinFile:
    """The join file's content.

    Raises:
        JoinFileUnusable: with what is wrong.
    """
    try:
        fields: Any = json.loads(text[:LONGEST_JOIN_FILE])
        form = fields.pop("kiosk_join", None)
        join = JoinFile(**{**fields, "hub": tuple(fields["hub"])})
    except (ValueError, TypeError, KeyError, AttributeError):
        form, join = None, None
    texts = (*join.hub, join.fingerprint, join.secret, join.name) if join else ()
    if join is None or form != JOIN_FORM or not all(isinstance(one, str) for one in texts):
        raise JoinFileUnusable("this is no join file of this version; make a new one on the fleet screen")
    return join


def new_nonce() -> str:
    """32 random bytes in hex."""
    return secrets.token_hex(NONCE_BYTES)


def commitment(public_key: str, nonce: str) -> str:
    """What the device tells first: a hash of its key (base64) and nonce (hex)."""
    return _digest("commitment", public_key, nonce).hex()


def code(fingerprint: str, public_key: str, device_nonce: str, hub_nonce: str) -> str:
    """The eight characters that both sides show, as `ABCD-EFGH`; 40 bits of a hash.

    Args:
        fingerprint: of the authority's certificate, as this side knows it.
        public_key: the device's, in base64.
    """
    number = int.from_bytes(_digest("code", fingerprint, public_key, device_nonce, hub_nonce)[:5], "big")
    letters = "".join(ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(CODE_LENGTH)))
    return f"{letters[:4]}-{letters[4:]}"


def read_code(written: str) -> str:
    """A code as somebody typed it, in its one form: any case, with or without the dash, `o i l` read as `0 1 1`."""
    bare = written.upper().translate(str.maketrans("OIL", "011", "- "))
    return f"{bare[:4]}-{bare[4:]}"


def to_sign(pairing_id: str, device_nonce: str, hub_nonce: str) -> bytes:
    """What the device signs to fetch its token."""
    return _digest("token", pairing_id, device_nonce, hub_nonce)


def certificate_fingerprint(pem: str) -> str:
    """SHA-256 of a certificate's DER in hex; of the first one, where the text has several."""
    body = pem.partition("-----BEGIN CERTIFICATE-----")[2].partition("-----END CERTIFICATE-----")[0]
    return hashlib.sha256(base64.b64decode("".join(body.split()))).hexdigest()


def in_groups(fingerprint: str) -> str:
    """A fingerprint as people compare it: `AB:CD:...`, as phones and Windows show it."""
    upper = fingerprint.upper()
    return ":".join(upper[at : at + 2] for at in range(0, len(upper), 2))


def _digest(purpose: str, *parts: str) -> bytes:
    """Each part with its length before it: no two lists of parts look alike."""
    whole = "".join(f"{len(one)}:{one}," for one in ("kiosk pairing 1", purpose, *parts))
    return hashlib.sha256(whole.encode()).digest()
