"""The real nginx: also what it says by itself, and what it sends for the hub, has the headers that every answer has."""

from __future__ import annotations

import http.client
import socket
import ssl

import pytest
from ports import free_port
from web_house import WebHouse, opened

from kiosk.server.devices.authority import Authority
from kiosk.server.nginx import INSIDE

UNREADABLE = {
    "no request": "GARBAGE\r\n",
    "no name": "GET / HTTP/1.1\r\n",
    "a long line": f"GET /{'a' * 9000} HTTP/1.1\r\nHost: 127.0.0.1\r\n",
    "a long header": f"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: {'a' * 9000}\r\n",
    "trace": "TRACE / HTTP/1.1\r\nHost: 127.0.0.1\r\n",
    "another version": "GET / HTTP/9.1\r\nHost: 127.0.0.1\r\n",
    "two lengths": "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    "an unknown coding": "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: gzip\r\n",
    "above the root": "GET /../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\n",
}


def answered(house: WebHouse, head: str, *, tls: bool = True) -> http.client.HTTPResponse:
    """What comes back for a request written by hand."""
    context: ssl.SSLContext = house.context
    with socket.create_connection(("127.0.0.1", house.port), 10) as plain:
        line = context.wrap_socket(plain, server_hostname="127.0.0.1") if tls else plain
        line.sendall(head.encode() + b"\r\n")
        answer = http.client.HTTPResponse(line)
        answer.begin()
        answer.read()
        line.close()
        return answer


def is_sealed(answer: http.client.HTTPResponse) -> bool:
    """Once each: two policies would forbid what either forbids."""
    policy = answer.headers.get_all("Content-Security-Policy", [])
    return (
        answer.headers.get_all("X-Content-Type-Options") == ["nosniff"]
        and len(answer.headers.get_all("Referrer-Policy", [])) == 1
        and len(policy) == 1
        and "frame-ancestors 'none'" in policy[0]
    )


@pytest.mark.parametrize("head", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_refused_under_seal(house, head):
    """No head that is broken is passed on, and the refusal says its type, its encoding, and that nobody keeps it."""
    answer = answered(house, head)

    assert answer.status in {400, 405, 414, 501, 505}
    assert is_sealed(answer)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers.get_all("Cache-Control") == ["no-store"]


def test_words_without_tls_at_the_door_of_tls_get_a_sealed_refusal(house):
    """Whoever writes http:// for https:// is told so, and is led nowhere."""
    answer = answered(house, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n", tls=False)

    assert answer.status == 400
    assert is_sealed(answer)
    assert "Location" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/static/staff.css", "/healthz", "/api/1/authority", "/nothing", "/metrics"])
def test_what_the_hub_has_said_is_not_said_twice(house, path):
    """Pages keep the policy that lets their own styles and scripts in."""
    answer = answered(house, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n")

    assert is_sealed(answer)
    assert len(answer.headers.get_all("Cache-Control")) == 1
    assert ("style-src 'self'" in answer.headers["Content-Security-Policy"]) == (path in {"/", "/nothing"})


def test_a_paper_that_nginx_sends_is_sealed(house):
    """No guessing of its type, no frame around it, no place in a cache; and the name that the hub gave it."""
    name = house.keeps_paper(1000)

    with house.signed_in() as client:
        sent = client.get(f"/papers/{name}")
        part = client.get(f"/papers/{name}", headers={"Range": "bytes=5000-"})
        straight = client.get(f"{INSIDE}{name}")

    assert [one.status_code for one in (sent, part, straight)] == [200, 416, 404]
    for one in (sent, part):  # nginx says the headers of a refused part twice
        assert set(one.headers.get_list("X-Content-Type-Options")) == {"nosniff"}
        assert set(one.headers.get_list("Content-Security-Policy")) == {"base-uri 'none'; frame-ancestors 'none'"}
        assert set(one.headers.get_list("Referrer-Policy")) == {"no-referrer"}
        assert one.headers.get_list("Cache-Control") == ["no-store"]
    assert sent.headers["Content-Type"] == "application/pdf"


@pytest.fixture
def public(shop, tmp_path):
    """A hub with a public name and its certificate, and with a plain page."""
    name = "go.dealer.example"
    signed = str(Authority(tmp_path / "public", "elsewhere", (name,), shop.clock.now()).server_file)
    web = {"certificate": signed, "key": signed, "public_url": f"https://{name}", "http_port": free_port()}
    with opened(WebHouse(tmp_path / "house", shop.database, shop.store, shop.clock, **web)) as house:
        yield house


def test_the_way_from_http_to_https_is_sealed(public):
    """The redirect to the public name says what every answer says."""
    connection = http.client.HTTPConnection("127.0.0.1", public.settings.web.http_port, timeout=60)
    connection.request("GET", "/C/abc", headers={"Host": "go.dealer.example"})
    answer = connection.getresponse()
    answer.read()
    connection.close()

    assert (answer.status, answer.headers["Location"]) == (308, f"https://go.dealer.example:{public.port}/C/abc")
    assert is_sealed(answer)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("head", ["GARBAGE\r\n", "GET / HTTP/1.1\r\nHost: go.dealer.example\r\nConnection: close\r\n"])
def test_the_public_door_says_all_of_it_once(public, head):
    """Its own header for TLS does not take the place of the others, whether nginx answers or the hub."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", public.port), 10) as plain,
        context.wrap_socket(plain, server_hostname="go.dealer.example") as line,
    ):
        line.sendall(head.encode() + b"\r\n")
        answer = http.client.HTTPResponse(line)
        answer.begin()
        answer.read()

    assert is_sealed(answer)
    assert answer.headers.get_all("Strict-Transport-Security") == ["max-age=31536000"]
