"""nginx's configuration, written from the settings: the one thing of the hub that stands on the network.

It takes whole bodies before the hub hears of them, keeps answers for slow readers, limits rates and connections,
answers to the hub's own names alone and sends files. `kiosk install hub` puts the text in its place; the reasons are in
docs/decisions/nginx.md.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from kiosk.server.devices.assembly import authority_folder
from kiosk.server.errors import HubError
from kiosk.server.nginx_seals import HSTS, PAPER, own_errors, what_is_unsaid, where_unsaid
from kiosk.server.serve import NGINX
from kiosk.settings import Hub, Settings, Web

INSIDE = "/inside/papers/"  # where nginx finds the papers that the hub tells it to send; nobody else can ask for it
CONNECTIONS = 4096
OPEN_FILES = 16384
FROM_ONE_ADDRESS = 256
LONGEST_BODY = "256k"
LONGEST_IMPORT = "5m"
H2_DIRECTIVE = (1, 25, 1)
CIPHERS = ":".join(
    f"ECDHE-{key}-{cipher}"
    for cipher in ("AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305")
    for key in ("ECDSA", "RSA")
)


class NoWeb(HubError):
    """The settings do not say how the network reaches the hub."""


@dataclass(frozen=True)
class Places:
    """Where nginx runs.

    Attributes:
        state: folder for bodies and answers that do not fit into memory.
        pid: of its main process.
        user: under which its workers run, with their group; empty: as whoever starts it.
        address: on which it listens; empty: every one of this machine.
        version: of nginx itself; its ways of saying HTTP/2 differ.
    """

    state: Path = Path("/var/lib/kiosk-nginx")
    pid: Path = Path("/run/kiosk-nginx/nginx.pid")
    user: str = "kiosk-web kiosk-hub"
    address: str = ""
    version: tuple[int, ...] = (1, 22, 1)


def version_of(said: str) -> tuple[int, ...]:
    """The version in what `nginx -v` says."""
    found = re.search(r"nginx/(\d+)\.(\d+)\.(\d+)", said)
    return tuple(int(one) for one in found.groups()) if found else Places.version


@dataclass(frozen=True)
class _Store:
    """One store's sections. `addresses`: those of its names that are no names, for which TLS asks without one."""

    settings: Settings
    hub: Hub
    web: Web

    @property
    def public(self) -> str | None:
        return urlsplit(self.hub.public_url).hostname if self.hub.public_url else None

    @property
    def names(self) -> list[str]:
        """By which devices and staff in the house ask, as `$host` has them."""
        return [_as_host(one) for one in self.web.names]

    @property
    def addresses(self) -> list[str]:
        return [_as_host(one) for one in self.web.names if _is_address(one)]


def configuration(settings: Settings | Sequence[Settings], places: Places | None = None) -> str:
    """The whole nginx.conf for a hub.

    Args:
        settings: the hub's, or where it serves several stores each store's (store_settings.py).

    Raises:
        NoWeb: there is no [web] section.
    """
    places = places or Places()
    stores = [_store(one) for one in ([settings] if isinstance(settings, Settings) else settings)]
    web, is_only = stores[0].web, len(stores) == 1
    parts = [_main(places), _http(stores, places)]
    if not is_only:
        parts.append(_nobody(web, places))
    addresses = [] if is_only else [address for one in stores for address in one.addresses]
    for one in stores:
        parts.append(_house(one, places, None if is_only else addresses))
        if one.web.certificate:
            parts.append(_public(one, places, addresses))
    if web.http_port:
        parts.append(_plain(stores, places))
    return "\n".join(parts) + "}\n"


def _store(settings: Settings) -> _Store:
    if settings.web is None:
        raise NoWeb(f"{settings.source}: no [web] section, so there is nothing for nginx to do; see docs/settings.md")
    return _Store(settings, settings.section(Hub), settings.web)


def _main(places: Places) -> str:
    user = f"user {places.user};\n" if places.user else ""
    return f"""\
# Written by `kiosk install hub` from the hub's settings; change those, not this.
{user}worker_processes 2;
worker_rlimit_nofile {OPEN_FILES};
pid {places.pid};
error_log stderr warn;
events {{ worker_connections {CONNECTIONS}; }}
"""


def _http(stores: Sequence[_Store], places: Places) -> str:
    """What all doors share."""
    state, web = places.state, stores[0].web
    every = dict.fromkeys(name for one in stores for name in (*one.names, *((one.public,) if one.public else ())))
    hosts = "".join(f"    {_quoted(one)} 1;\n" for one in every)
    return f"""\
http {{
  default_type application/octet-stream;
  server_tokens off;
  access_log off; # the hub has its own log, and an address line may hold a customer's code

  client_body_temp_path {state}/bodies;
  proxy_temp_path {state}/answers;
  fastcgi_temp_path {state}/unused;
  uwsgi_temp_path {state}/unused;
  scgi_temp_path {state}/unused;

  # Bodies and heads are taken whole before the hub hears of a request.
  client_header_timeout 10s;
  client_body_timeout 10s;
  client_max_body_size {LONGEST_BODY};
  client_body_buffer_size 64k;
  large_client_header_buffers 4 8k;
  send_timeout 30s;
  keepalive_timeout 75s;
  reset_timedout_connection on;
  sendfile on;

  # Answers are taken from the hub at once and kept for whoever reads slowly.
  proxy_buffering on;
  proxy_request_buffering on;
  proxy_buffers 16 16k;
  proxy_buffer_size 16k;
  proxy_max_temp_file_size 64m;
  proxy_connect_timeout 2s;
  proxy_read_timeout 60s;
  proxy_http_version 1.1;
  # The name that was judged, whatever else the request may say of it; with the port that was asked for.
  proxy_set_header Host $host$asked_port;
  proxy_set_header Connection "";
  proxy_set_header X-Forwarded-For $remote_addr;
  proxy_set_header X-Forwarded-Proto $scheme;
  proxy_set_header X-Forwarded-Host "";
  proxy_set_header Forwarded "";
  proxy_set_header Kiosk-Principal "";
  proxy_intercept_errors off;

  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_ciphers {CIPHERS};
  ssl_prefer_server_ciphers off;
  ssl_session_cache shared:kiosk:2m;
  ssl_session_timeout 1d;
  ssl_session_tickets off;
  ssl_buffer_size 4k;

  limit_conn_zone $binary_remote_addr zone=connections:2m;
  limit_req_zone $binary_remote_addr zone=every:2m rate=100r/s;
  limit_req_zone $binary_remote_addr zone=pairing:2m rate=3r/s;
  limit_req_zone $binary_remote_addr zone=secrets:2m rate=2r/s;
  limit_conn_status 429;
  limit_req_status 429;
  limit_conn connections {FROM_ONE_ADDRESS};
  limit_req zone=every burst=200 nodelay;

  charset utf-8;
{what_is_unsaid()}
{where_unsaid("  ")}

  map $host $is_ours {{
    default 0;
{hosts}  }}
  map $http_host $asked_port {{
    default "";
    "~(:[0-9]{{1,5}})$" $1;
  }}

  upstream hub {{
    server unix:{web.sockets}/{NGINX};
    keepalive 32;
    keepalive_timeout 60s;
  }}
"""


def _nobody(web: Web, places: Places) -> str:
    """Several stores: a name that is none's gets no certificate, and on a connection to another name a sentence."""
    return f"""
  server {{ # no store's name
{_listening(web.https_port, places, "ssl", is_default=True)}
    server_name _;
    ssl_reject_handshake on;
{own_errors()}
    location / {{ return 421; }}
  }}
"""


def _house(one: _Store, places: Places, addresses: Sequence[str] | None) -> str:
    """The door of devices and of staff in the house: the store's own authority.

    Args:
        addresses: every address that some store has for a name; None: there is one store, and all comes in here.
    """
    folder, port = authority_folder(one.settings), one.web.https_port
    is_only = addresses is None
    proxied = [one.public] if one.public and not one.web.certificate else []  # by the operator's own proxy
    names = "_" if is_only else " ".join(_quoted(name) for name in (*one.names, *proxied))
    listening = _listening(port, places, "ssl", is_default=is_only)
    return f"""
  server {{ # devices, and staff in the house
{listening}{_listening_at(addresses or (), port, places, of=one.addresses)}
    server_name {names};
    ssl_certificate {folder}/server.pem;
    ssl_certificate_key {folder}/server.pem;
{_inside(one.hub)}  }}
"""


def _public(one: _Store, places: Places, addresses: Sequence[str]) -> str:
    """The door of customers, and of staff elsewhere: a certificate that every phone trusts."""
    port = one.web.https_port
    return f"""
  server {{ # customers, and staff from elsewhere
{_listening(port, places, "ssl", is_default=False)}{_listening_at(addresses, port, places)}
    server_name {one.public};
    ssl_certificate {one.web.certificate};
    ssl_certificate_key {one.web.key};
{HSTS}
{where_unsaid("    ")}
{_inside(one.hub, more=HSTS)}  }}
"""


def _plain(stores: Sequence[_Store], places: Places) -> str:
    """The plain page from which a tablet fetches the authority; nothing else is answered without TLS."""
    web = stores[0].web
    to_https = ""
    for public in (one.public for one in stores if one.web.certificate):
        port = "" if web.https_port == 443 else f":{web.https_port}"
        to_https += f"""
  server {{
{_listening(web.http_port, places, "", is_default=False)}
    server_name {public};
    return 308 https://{public}{port}$request_uri;
  }}
"""
    return f"""{to_https}
  server {{ # how to trust this store, and nothing else
{_listening(web.http_port, places, "", is_default=True)}
    server_name _;
    if ($is_ours = 0) {{ return 421; }}
{own_errors()}
    location = / {{ proxy_pass http://hub/trust; }}
    location = /store-ca.crt {{ proxy_pass http://hub/trust/store-ca.crt; }}
    location = /trust {{ proxy_pass http://hub; }}
    location = /trust/store-ca.crt {{ proxy_pass http://hub; }}
    location /static/ {{ proxy_pass http://hub; }}
    location /fonts/ {{ proxy_pass http://hub; }}
    location / {{ return 404; }}
  }}
"""


def _inside(hub: Hub, more: str = "") -> str:
    """What both doors answer. `more`: a header of all answers of this door."""
    return f"""\
    if ($is_ours = 0) {{ return 421; }}
{own_errors(more)}
    location / {{ proxy_pass http://hub; }}
    location = /metrics {{ return 404; }}
    location = /api/1/appointments/import {{ client_max_body_size {LONGEST_IMPORT}; proxy_pass http://hub; }}
    location = /api/1/commands/import_appointments {{ client_max_body_size {LONGEST_IMPORT}; proxy_pass http://hub; }}
    location ~ ^/api/1/views/.+/stream$ {{
      # A beat every second: who hears nothing for ten has lost the hub, and who takes nothing for ten is cut.
      proxy_buffering off;
      proxy_read_timeout 10s;
      send_timeout 10s;
      gzip off;
      proxy_pass http://hub;
    }}
    location /api/1/pairing {{ limit_req zone=pairing burst=30 nodelay; proxy_pass http://hub; }}
    location /sign-in {{ limit_req zone=secrets burst=20 nodelay; proxy_pass http://hub; }}
    location = /first {{ limit_req zone=secrets burst=10 nodelay; proxy_pass http://hub; }}
    location ~ ^/[Cc]/ {{
      # A customer's code stands in the address: no fault of this place is written down.
      error_log /dev/null crit;
      limit_req zone=secrets burst=30 nodelay;
      proxy_pass http://hub;
    }}
    location {INSIDE} {{
      internal;
      alias {hub.folder}/papers/;
      types {{ application/pdf pdf; }}
      {PAPER}{more.strip()}
    }}
"""


def _listening(port: int, places: Places, how: str, *, is_default: bool) -> str:
    is_directive = places.version >= H2_DIRECTIVE
    words = [how, "" if is_directive or not how else "http2", "default_server" if is_default else ""]
    if is_default:
        words.append("backlog=1024")
    said = " ".join(one for one in words if one)
    wanted = [places.address] if places.address else ["", "[::]"]
    lines = [f"    listen {f'{one}:' if one else ''}{port} {said}".rstrip() + ";" for one in wanted]
    if is_directive and how:
        lines.append("    http2 on;")
    return "\n".join(lines)


def _listening_at(addresses: Sequence[str], port: int, places: Places, *, of: Sequence[str] = ()) -> str:
    """Several stores: whoever comes to an address without a name is shown the certificate of whose address it is.

    nginx looks at the address first, so every store listens on each of them, and one of them is its default.
    """
    ssl = "ssl" if places.version >= H2_DIRECTIVE else "ssl http2"
    wanted = [one for one in addresses if one != places.address]
    return "".join(f"\n    listen {one}:{port} {ssl}{' default_server' if one in of else ''};" for one in wanted)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _as_host(name: str) -> str:
    return f"[{name}]" if ":" in name else name


def _quoted(host: str) -> str:
    return f'"{host}"' if ":" in host else host
