"""Somebody between device and hub, with an authority and a certificate of his own, on a real socket."""

from __future__ import annotations

import json
import ssl
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from kiosk import pairing as shared
from kiosk.server.devices.authority import Authority
from kiosk.trust import DeviceKey


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

            def do_GET(self):
                self.answers(200, {"authority": middle.authority.signer.pem})

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.answers(*middle.passed_on(self.path, body))

            def answers(self, status, answer):
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
