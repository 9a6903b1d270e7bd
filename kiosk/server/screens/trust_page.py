"""How a tablet comes to trust this store: the authority's certificate, its fingerprint, and steps. Open to everybody.

nginx answers this page without TLS, for there is none yet that the tablet could check; it says so itself.
"""

from __future__ import annotations

from flask import Response, make_response

from kiosk.pairing import in_groups
from kiosk.server.devices import routes
from kiosk.server.screens import page

pages = page.staff_pages("trust", __name__)
SYSTEMS = ("android", "ios", "windows")


@pages.get("/trust")
def how() -> str:
    """The page."""
    fingerprint = in_groups(routes.authority().signer.fingerprint)
    return page.show(
        "staff/trust.html",
        title="fleet.trust.title",
        systems=SYSTEMS,
        fingerprint=[fingerprint[at : at + 24].rstrip(":") for at in range(0, len(fingerprint), 24)],
        address=routes.addresses()[0],
        language_path="/",
    )


@pages.get("/trust/store-ca.crt")
def certificate() -> Response:
    """The certificate in DER, as phones and Windows take it."""
    from cryptography.hazmat.primitives.serialization import Encoding

    answer = make_response(routes.authority().signer.certificate.public_bytes(Encoding.DER))
    answer.mimetype = "application/x-x509-ca-cert"
    answer.headers["Content-Disposition"] = 'attachment; filename="store-ca.crt"'
    return answer
