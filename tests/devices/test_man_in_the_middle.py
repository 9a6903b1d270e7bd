"""Somebody between device and hub, with a certificate of his own, on real sockets: whatever he changes, it is seen."""

from __future__ import annotations

import json
import ssl
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from kiosk import pairing as shared
from kiosk.joining import Joining, NotPaired
from kiosk.server.devices import tokens
from kiosk.server.devices.authority import Authority
from kiosk.trust import DeviceKey, TrustFolder, context_for


class Middle:
    """Stands at an address of its own, speaks TLS with its own authority's certificate, and passes on what it likes."""

    def __init__(self, house, folder):
        self.house = house
        self.authority = Authority(folder / "middle", "valley", ("127.0.0.1",), datetime.now(UTC))
        self.key = DeviceKey.new()
        self.nonce = shared.new_nonce()
        self.shows_his_authority = self.puts_in_his_key = False
        self.heard = []
        self.tokens = []
        middle = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, answer = middle.passed_on(self.path, body)
                content = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request, client_address):
                """A device that hangs up in the handshake is what this is about."""

        self.server = Server(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.authority.server_file)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def passed_on(self, path, body):
        self.heard.append(body)
        if self.puts_in_his_key:
            body = self.instead_of(path, body)
        with self.house.client() as client:
            answer = client.post(path, json=body)
        told = answer.json()
        if "hub_nonce" in told:
            self.pairing_id, self.hub_nonce = told["pairing_id"], told["hub_nonce"]
            if self.shows_his_authority:
                told["authority"] = self.authority.signer.pem
        return answer.status_code, told

    def instead_of(self, path, body):
        """His own key, nonce and signature, in the device's name."""
        if path.endswith("/key"):
            return {"public_key": self.key.public, "nonce": self.nonce}
        if path.endswith("/token"):
            return {"signature": self.key.signature(shared.to_sign(self.pairing_id, self.nonce, self.hub_nonce))}
        return body | {"commitment": shared.commitment(self.key.public, self.nonce)}


@pytest.fixture
def middle(house, tmp_path):
    """Somebody whom the device takes for the hub."""
    one = Middle(house, tmp_path)
    yield one
    one.close()


@pytest.fixture
def device(middle, tmp_path):
    """A lane that was told the wrong address."""
    return Joining(middle.url, "lane/A", TrustFolder(tmp_path / "device"), "1.0", clock=lambda: False)


def shown(house):
    return [one.code for one in house.pairings.waiting()]


def test_one_who_only_listens_is_found_out_by_his_certificate(device, house):
    """The authority that the hub names did not sign it: the device shows no code and sends its key to nobody."""
    with pytest.raises(NotPaired, match="no certificate of the authority"):
        device.begin()

    assert shown(house) == []


def test_one_who_shows_his_own_authority_makes_another_code(device, middle, house):
    """What the device shows is not what the hub shows, and the administrator refuses."""
    middle.shows_his_authority = True

    begun = device.begin()

    assert len(shown(house)) == 1
    assert shown(house) != [begun.code]


def test_one_who_plays_both_sides_makes_another_code(device, middle, house):
    """Device to the hub and hub to the device, with keys and nonces of his own on both sides."""
    middle.shows_his_authority = middle.puts_in_his_key = True

    begun = device.begin()

    assert len(shown(house)) == 1
    assert shown(house) != [begun.code]


def test_trying_again_does_not_bring_the_codes_together(device, middle, house):
    """He may try again and again: nothing that he chooses brings the codes together."""
    middle.shows_his_authority = middle.puts_in_his_key = True
    together = 0
    for _ in range(5):
        begun = device.begin()
        together += begun.code in shown(house)
        house.pairings.refuse(house.pairings.waiting()[0].pairing_id)
        middle.key, middle.nonce = DeviceKey.new(), shared.new_nonce()

    assert together == 0


def test_he_learns_nothing_of_a_join_file(device, middle, house):
    """The secret is told to the hub with the file's fingerprint, and to nobody else."""
    join = house.pairings.make_join_file("lane/A", "administrator/ali", (middle.url,))
    middle.shows_his_authority = True

    with pytest.raises(Exception):  # noqa: B017, PT011 - he has no answer to GET, or the wrong fingerprint
        device.by_file(join)

    assert join.secret not in str(middle.heard)


def test_a_device_that_is_paired_does_not_speak_to_him(house, middle, tmp_path):
    """The pin: what it trusts is the store's authority alone, however good his certificate looks."""
    token = house.token()
    with httpx.Client(base_url=middle.url, verify=context_for(house.authority.trusted, clock=lambda: False)) as client, pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        client.post("/api/1/commands/report_device", json={}, headers={"Authorization": f"Bearer {token}"})

    assert middle.heard == []
    assert tokens.principal_of(house.app.hub, token, house.app.hub.clock.now())
