"""The real nginx before the real hub: who gets in, what is kept from the hub, and what comes out as it should."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import subprocess
from dataclasses import replace

import httpx
import pytest
from cryptography import x509
from noticing import Noticing
from ports import free_port
from web_house import WebHouse, error_of, opened

from kiosk.server.devices.authority import Authority
from kiosk.server.nginx import INSIDE, NoWeb, Places, configuration, version_of
from kiosk.settings import Hub, Settings, Web
from kiosk.trust import context_for


def settings(**web):
    return Settings(hub=Hub(folder="/var/lib/kiosk/hub", public_url=web.pop("public_url", "")), web=Web(**web))


# --- the text


def test_without_a_web_section_there_is_nothing_to_write():
    """The sentence says so."""
    with pytest.raises(NoWeb, match=r"\[web\]"):
        configuration(Settings(hub=Hub()))


@pytest.mark.parametrize(("said", "version"), [("nginx version: nginx/1.22.1", (1, 22, 1)), ("nginx version: nginx/1.26.3 (Debian)", (1, 26, 3)), ("", (1, 22, 1))])
def test_nginx_says_which_it_is(said, version):
    """Older and newer ones say HTTP/2 in different words."""
    assert version_of(said) == version


def test_a_newer_nginx_gets_its_own_words():
    """No warning at its start."""
    text = configuration(settings(), Places(version=(1, 26, 0)))

    assert "http2 on;" in text
    assert "ssl http2" not in text


def test_the_one_from_the_settings_is_the_only_name_it_answers():
    """IPv6 addresses as a browser writes them, and the public name beside."""
    text = configuration(settings(names=("hub.local", "fd00::5"), public_url="https://go.dealer.example"))

    assert "    hub.local 1;\n" in text
    assert '    "[fd00::5]" 1;\n' in text
    assert "    go.dealer.example 1;\n" in text


def test_nobody_elses_words_get_into_it():
    """What the settings may say is letters, digits and a few signs; nothing ends a line or a block."""
    from kiosk.web_settings import names

    for evil in ["a; return 200", "a\nb", "{}", "a b", "", "a..b", "*", "https://x", "x:1"]:
        with pytest.raises(ValueError, match="host name"):
            names([evil])


# --- TLS


def test_a_device_by_address_is_shown_the_stores_certificate(house):
    """By TLS 1.3, signed by the store's authority."""
    with house.raw() as connection:
        shown = x509.load_der_x509_certificate(connection.getpeercert(binary_form=True))

        assert connection.version() == "TLSv1.3"
    shown.verify_directly_issued_by(house.authority.signer.certificate)


def test_old_tls_is_refused(house):
    """TLS 1.1 is not spoken any more."""
    asked = ["openssl", "s_client", "-connect", f"127.0.0.1:{house.port}", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]
    said = subprocess.run(asked, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)

    assert "alert protocol version" in said.stderr


def test_dates_are_checked_once_the_clock_is_set(house):
    """The shop's certificate begins tomorrow by this machine's clock: without a set clock that is no reason to stay away."""
    tomorrow = Authority(house.folder / "authority2", "valley", ("127.0.0.1",), house.app.hub.clock.later(days=40_000))
    house.authority.server_file.write_bytes(tomorrow.server_file.read_bytes())
    house.reload_nginx()

    def asked(*, is_set):
        with httpx.Client(verify=context_for(tomorrow.trusted, clock=lambda: is_set)) as client:
            return until(lambda: client.get(f"{house.url}/healthz").status_code)

    assert asked(is_set=False) == 200
    with pytest.raises(httpx.ConnectError, match="not yet valid"):
        httpx.get(f"{house.url}/healthz", verify=context_for(tomorrow.trusted, clock=lambda: True))


def until(ask):
    """nginx takes a new certificate a moment after it was told to."""

    def answer():
        with contextlib.suppress(httpx.ConnectError):
            return ask()

    return Noticing().until("nginx does not show a certificate that fits", answer)


def test_a_certificate_for_another_name_is_refused(house):
    """The name is checked, whatever the clock says."""
    with socket.create_connection(("127.0.0.1", house.port)) as plain, pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        house.context.wrap_socket(plain, server_hostname="other.local")


def test_a_renewed_certificate_is_shown_without_a_break(house):
    """The hub renews it, nginx is told to look again, and an open stream goes on."""
    token = house.token()
    with house.raw() as connection:
        before = connection.getpeercert(binary_form=True)
    with house.client(token) as client, client.stream("GET", "/api/1/views/lane/A/stream") as stream:
        lines = stream.iter_lines()
        next(one for one in lines if one.startswith("data:"))
        house.app.hub.clock.later(days=300)
        house.app.devices.tend()

        house.reload_nginx()

        after = shown_after(house, before)
        assert next(one for one in lines if one.startswith(":"))
    assert x509.load_der_x509_certificate(after).not_valid_after_utc > x509.load_der_x509_certificate(before).not_valid_after_utc


def shown_after(house, before):
    def newer():
        with house.raw() as connection:
            shown = connection.getpeercert(binary_form=True)
        return shown if shown != before else None

    return Noticing().until("still the old certificate", newer)


# --- hosts and headers


def test_another_host_is_answered_by_nobody(house):
    """A name that somebody has pointed at this machine opens nothing; the hub does not hear of it."""
    with house.client() as client:
        answer = client.get("/healthz", headers={"Host": "evil.example"})

    assert (answer.status_code, error_of(answer)) == (421, "not_ours")


def test_headers_of_the_network_are_not_believed(house, monkeypatch):
    """Where a request came from, nginx says, and nobody before it."""
    heard = []
    enter = house.app.doors.enter
    monkeypatch.setattr(house.app.doors, "enter", lambda asking: heard.append((asking.address, asking.is_tls, asking.header("Kiosk-Principal"))) or enter(asking))
    with house.client() as client:
        client.get("/api/1/authority", headers={"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "http", "Kiosk-Principal": "administrator/x"})

    assert heard == [("127.0.0.1", True, None)]


def test_pages_are_sealed(house):
    """What the hub says of a page's safety comes through, and nginx does not tell its version."""
    with house.client() as client:
        answer = client.get("/")

    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Server"] == "nginx"


def test_what_nginx_says_by_itself_is_sealed_too(house):
    """Not found, another name, too long: in the hub's form, with the headers that every answer has."""
    with house.client() as client:
        answers = [client.get("/metrics"), client.get("/", headers={"Host": "evil.example"}), client.post("/api/1/pairing", content=b"x" * 300_000)]

    assert [error_of(one) for one in answers] == ["not_found", "not_ours", "too_large"]
    for one in answers:
        assert one.headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in one.headers["Content-Security-Policy"]
        assert one.headers["Cache-Control"] == "no-store"


def test_only_ciphers_with_forward_secrecy_are_spoken(house):
    """Of TLS 1.2 those with AEAD and a fresh key for each connection; one without is refused."""
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.check_hostname, old.verify_mode, old.maximum_version = False, ssl.CERT_NONE, ssl.TLSVersion.TLSv1_2
    with socket.create_connection(("127.0.0.1", house.port)) as plain, old.wrap_socket(plain) as tls:
        name = tls.cipher()[0]
    old.set_ciphers("AES128-SHA:ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0")

    assert name.startswith("ECDHE-")
    assert name.endswith(("GCM-SHA256", "GCM-SHA384", "POLY1305"))
    with socket.create_connection(("127.0.0.1", house.port)) as plain, pytest.raises(ssl.SSLError):
        old.wrap_socket(plain)


def test_the_metrics_are_not_for_the_network(house):
    """Only the hub's own machine reads them."""
    with house.client() as client:
        assert client.get("/metrics").status_code == 404


# --- what is kept from the hub


def test_a_body_that_does_not_end_never_reaches_the_hub(house, monkeypatch):
    """Whoever sends half and waits holds a place in nginx, and none in the hub."""
    heard = []
    enter = house.app.doors.enter
    monkeypatch.setattr(house.app.doors, "enter", lambda asking: heard.append(asking.method) or enter(asking))
    with contextlib.ExitStack() as stack:
        for _ in range(20):
            half = stack.enter_context(house.raw())
            half.sendall(b"POST /api/1/pairing HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500\r\n\r\n{")
        with house.client() as client:
            assert client.get("/api/1/authority").status_code == 200

    assert heard == ["GET"]


def test_a_body_that_is_too_long_is_refused_at_the_door(house):
    """413 in the hub's own form; an import may be longer."""
    with house.client() as client:
        short = client.post("/api/1/pairing", content=b"x" * 300_000)
        long = client.post("/api/1/appointments/import", content=b"x" * 300_000)

    assert (short.status_code, error_of(short)) == (413, "too_large")
    assert long.status_code == 403  # nobody signed in, but read


def test_too_many_requests_are_told_to_wait(house):
    """429 with Retry-After, as the outbox understands it; a moment later it goes on."""
    with house.client() as client:
        answers = [client.post("/api/1/pairing", json={}) for _ in range(60)]

    late = [one for one in answers if one.status_code == 429]
    assert late
    assert error_of(late[0]) == "too_many"
    assert late[0].headers["Retry-After"] == "1"


def test_a_hub_that_is_away_is_busy(house):
    """503 with Retry-After: devices keep what they have and come again."""
    house.stop_hub()

    with house.client() as client:
        answer = client.get("/healthz")

    assert (answer.status_code, error_of(answer), answer.headers["Retry-After"]) == (503, "busy", "1")


# --- what comes out


def test_a_stream_is_not_held_back(house):
    """Each view comes when it is made: a check-in is heard while the stream is open."""
    token = house.token()
    with house.client(token) as client, client.stream("GET", "/api/1/views/lane/A/stream") as stream:
        lines = stream.iter_lines()
        next(one for one in lines if one.startswith("data:"))

        house.walk_in()

        assert '"A-001"' in next(one for one in lines if one.startswith("data:"))


def test_papers_are_sent_by_nginx(house):
    """The hub names the file, nginx sends it; nobody else can ask for that place."""
    name = house.keeps_paper(100_000)

    with house.signed_in() as client:
        sent = client.get(f"/papers/{name}")
        straight = client.get(f"{INSIDE}{name}")

    assert (sent.status_code, len(sent.content), sent.headers["Content-Type"]) == (200, 100_005, "application/pdf")
    assert "X-Accel-Redirect" not in sent.headers
    assert "inline" in sent.headers["Content-Disposition"]
    assert straight.status_code == 404


# --- the second door, and the plain page


@pytest.fixture
def two_doors(shop, tmp_path):
    """A hub with a public name, whose certificate somebody else has signed, and with a plain page."""
    public = Authority(tmp_path / "public", "elsewhere", ("go.dealer.example",), shop.clock.now())
    web = {"certificate": str(public.server_file), "key": str(public.server_file), "public_url": "https://go.dealer.example", "http_port": free_port()}
    with opened(WebHouse(tmp_path / "house", shop.database, shop.store, shop.clock, **web)) as house:
        yield house, public


def served(house, name):
    """The certificate that is shown to who asks for this name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", house.port)) as plain, context.wrap_socket(plain, server_hostname=name) as tls:
        return x509.load_der_x509_certificate(tls.getpeercert(binary_form=True))


def test_each_door_has_its_own_certificate(two_doors):
    """Customers' phones see the public one, devices the store's."""
    house, public = two_doors

    served(house, "go.dealer.example").verify_directly_issued_by(public.signer.certificate)
    served(house, "localhost").verify_directly_issued_by(house.authority.signer.certificate)


def test_a_renewed_public_certificate_is_read_anew(two_doors, shop):
    """Its file has changed, nginx is told: no restart."""
    house, public = two_doors
    before = served(house, "go.dealer.example").serial_number
    shop.clock.later(days=300)
    public.tend(shop.clock.now(), ready=False)

    house.reload_nginx()

    assert Noticing().until(
        "still the old certificate",
        lambda: served(house, "go.dealer.example").serial_number != before,
    )


def plain(house, path, host="127.0.0.1"):
    connection = http.client.HTTPConnection("127.0.0.1", house.settings.web.http_port, timeout=60)
    connection.request("GET", path, headers={"Host": host})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer, content


def test_the_plain_page_has_the_authority_and_nothing_else(two_doors):
    """The page, the certificate; no sign-in, no wire."""
    house, _ = two_doors
    page, text = plain(house, "/")
    certificate, content = plain(house, "/store-ca.crt")

    assert page.status == 200
    assert house.authority.signer.fingerprint.upper()[:2] in text.decode()
    assert certificate.headers["Content-Type"] == "application/x-x509-ca-cert"
    assert x509.load_der_x509_certificate(content) == house.authority.signer.certificate
    assert [plain(house, path)[0].status for path in ("/sign-in", "/api/1/authority", "/healthz", "/C/abc", "/fleet")] == [404] * 5


def test_the_plain_page_speaks_the_language_that_is_chosen(two_doors):
    """The switch on it leads back to it, and its certificate is where the page says."""
    house, _ = two_doors
    address = f"http://localhost:{house.settings.web.http_port}"
    with httpx.Client(base_url=address, follow_redirects=True, timeout=60, trust_env=False) as tablet:
        page = tablet.get("/?lang=ar")
        link = page.text.partition('class="go" href="')[2].partition('"')[0]
        certificate = tablet.get(link)

    assert (page.status_code, 'lang="ar"' in page.text) == (200, True)
    assert x509.load_der_x509_certificate(certificate.content) == house.authority.signer.certificate


@pytest.mark.parametrize("path", ["/", "/nothing", "/metrics", "/C/nothing", "/static/staff.css"])
def test_the_public_door_is_https_for_a_year(two_doors, path):
    """Whoever was there once comes by TLS from then on, whatever was answered."""
    house, _ = two_doors
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", house.port)) as plain, context.wrap_socket(plain, server_hostname="go.dealer.example") as tls:
        tls.sendall(f"GET {path} HTTP/1.1\r\nHost: go.dealer.example\r\nConnection: close\r\n\r\n".encode())
        head = b"".join(iter(lambda: tls.recv(65536), b"")).partition(b"\r\n\r\n")[0]

    assert b"strict-transport-security: max-age=31536000" in head.lower()


def test_the_plain_door_of_the_public_name_leads_to_https(two_doors):
    """A customer who types the address without https."""
    house, _ = two_doors

    answer, _ = plain(house, "/C/abc", "go.dealer.example")

    assert answer.status == 308
    assert answer.headers["Location"].startswith("https://go.dealer.example")


def test_nginx_itself_finds_no_fault(two_doors):
    """nginx -t says nothing but that it is well."""
    house, _ = two_doors
    said = subprocess.run(["nginx", "-e", "stderr", "-t", "-c", house.config], capture_output=True, text=True, check=False)

    assert said.returncode == 0
    assert "warn" not in said.stderr


def test_settings_with_a_key_alone_are_refused(tmp_path):
    """A certificate wants its key, and both want a public_url."""
    from kiosk.settings import SettingsError, load

    file = tmp_path / "hub.toml"
    file.write_text('[hub]\n[web]\ncertificate = "/etc/x.pem"\nhttp_port = 443\n')

    with pytest.raises(SettingsError) as wrong:
        load(file)

    assert [one.split(":")[0] for one in wrong.value.problems] == ["hub.toml, [web] key", "hub.toml, [web] certificate", "hub.toml, [web] http_port"]


def test_replaced_settings_make_another_text():
    """Ports and names of the settings are in it."""
    first = configuration(settings())

    assert configuration(replace(settings(https_port=8443))) != first
