"""The real nginx before the real hub: the hub hears the very name that nginx has judged, and no other."""

from __future__ import annotations

import socket
import ssl

import pytest
from web_house import WebHouse


def hears(house: WebHouse, monkeypatch) -> list[str | None]:
    """The Host header of each request that comes to the hub."""
    heard: list[str | None] = []
    enter = house.app.doors.enter
    monkeypatch.setattr(house.app.doors, "enter", lambda asking: heard.append(asking.header("Host")) or enter(asking))
    return heard


def asked(house: WebHouse, head: str) -> bytes:
    """The first line that comes back for a request written by hand."""
    context: ssl.SSLContext = house.context
    with (
        socket.create_connection(("127.0.0.1", house.settings.web.https_port), 10) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as line,
    ):
        line.sendall(head.encode() + b"Connection: close\r\n\r\n")
        return line.makefile("rb").readline()


def test_the_port_that_was_asked_for_comes_along(house, monkeypatch):
    """A page's own forms are known by it."""
    heard = hears(house, monkeypatch)

    with house.client() as client:
        client.get("/api/1/authority")

    assert heard == [f"127.0.0.1:{house.settings.web.https_port}"]


def test_a_name_beside_the_judged_one_never_comes_to_the_hub(house, monkeypatch):
    """A request line with one of our names and a Host header with another: nginx judges the first, and that goes on."""
    heard = hears(house, monkeypatch)

    line = asked(house, "GET https://127.0.0.1/api/1/authority HTTP/1.1\r\nHost: evil.example\r\n")

    assert b" 200 " in line
    assert heard == ["127.0.0.1"]


@pytest.mark.parametrize(
    "head",
    [
        "GET https://evil.example/api/1/authority HTTP/1.1\r\nHost: 127.0.0.1\r\n",
        "GET /api/1/authority HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n",
        "GET /api/1/authority HTTP/1.1\r\nHost: 127.0.0.1/evil.example\r\n",
        "GET /api/1/authority HTTP/1.1\r\nHost: evil.example:443\r\n",
        "GET /api/1/authority HTTP/1.1\r\n",
    ],
)
def test_a_name_that_is_not_ours_never_comes_to_the_hub(house, monkeypatch, head):
    """By the request line, twice, with a path, with a port, or none at all."""
    heard = hears(house, monkeypatch)

    line = asked(house, head)

    assert line.split()[1] in {b"400", b"421"}
    assert heard == []
