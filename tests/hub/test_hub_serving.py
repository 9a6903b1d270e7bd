"""`kiosk hub` as a process: its one line, its end, its errors."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from kiosk.server.errors import NotLoopback, PortInUse
from kiosk.server.serve import address_of, listen

pytestmark = pytest.mark.storage

ROOT = Path(__file__).parents[2]
LONGEST_S = 60


def settings_in(folder, listen_at="127.0.0.1:0", database=None):
    """A settings file for a hub of its own."""
    file = folder / "hub.toml"
    database = database or f"sqlite:///{folder / 'data' / 'hub.db'}"
    store = ROOT / "examples" / "store.toml"
    file.write_text(f'[hub]\nlisten = "{listen_at}"\ndatabase = "{database}"\nstore_file = "{store}"\nfolder = "{folder}"\nsign_in = false\n')
    return file


def kiosk_hub(settings, **more):
    return subprocess.Popen([sys.executable, "-m", "kiosk", "hub", "--settings", settings], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, **more)


@contextmanager
def running(settings):
    """A hub, and the address that it prints."""
    with kiosk_hub(settings) as hub:
        line = hub.stdout.readline()
        try:
            yield hub, line.split()[-1] if line else ""
        finally:
            hub.kill()


def failed(settings):
    """What a hub that does not start says: one line."""
    with kiosk_hub(settings) as hub:
        said, complaint = hub.communicate(timeout=LONGEST_S)
    assert hub.returncode == 2
    assert said == ""
    assert complaint.count("\n") == 1, complaint
    return complaint


def test_a_fresh_folder_is_all_it_needs(tmp_path):
    """One line with its address; it answers; it ends in order and comes back as it was."""
    settings = settings_in(tmp_path)
    with running(settings) as (hub, address):
        first = httpx.get(f"{address}/healthz").json()
        resident_kb = int(next(line.split()[1] for line in Path(f"/proc/{hub.pid}/status").read_text().splitlines() if line.startswith("VmRSS")))

        hub.send_signal(signal.SIGTERM)

        assert hub.wait(timeout=LONGEST_S) == 0
        assert hub.stderr.read() == ""
    with running(settings) as (hub, address):
        second = httpx.get(f"{address}/healthz").json()

    assert first == second == {"ok": True, "seq": 0, "store": "valley"}
    assert resident_kb < 120 * 1024


def test_a_hub_with_a_hundred_readers_ends_by_itself(tmp_path):
    """SIGTERM: every reader gets the end of its stream, and the process ends with 0, though nobody has hung up. `make bench` has the time."""
    with running(settings_in(tmp_path)) as (hub, address), ExitStack() as open_:
        where = ("127.0.0.1", int(address.rpartition(":")[2]))
        readers = [open_.enter_context(socket.create_connection(where, LONGEST_S)) for _ in range(100)]
        for one in readers:
            one.sendall(b"GET /api/1/views/board/hall/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nKiosk-Principal: board/hall\r\n\r\n")
        for one in readers:
            assert b"data:" in heard(one, b"data:")

        hub.send_signal(signal.SIGTERM)

        assert all(heard(one, b"0\r\n\r\n").endswith(b"0\r\n\r\n") for one in readers)
        assert hub.wait(LONGEST_S) == 0
        assert hub.stderr.read() == ""


def heard(link, until):
    """What comes, until these bytes have."""
    content = b""
    while until not in content:
        part = link.recv(1 << 16)
        assert part, "hung up without an end"
        content += part
    return content


def test_ctrl_c_ends_it_like_any_program(tmp_path):
    """No traceback, no port left behind."""
    with running(settings_in(tmp_path)) as (hub, address):
        hub.send_signal(signal.SIGINT)

        assert hub.wait(timeout=LONGEST_S) in {0, 130}
        assert "Traceback" not in hub.stderr.read()
    with socket.create_server(("127.0.0.1", int(address.rpartition(":")[2]))) as again:
        assert again


def test_a_port_in_use_is_one_line(tmp_path):
    """Which address, and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        complaint = failed(settings_in(tmp_path, f"127.0.0.1:{port}"))

    assert f"127.0.0.1:{port} is in use" in complaint


@pytest.mark.parametrize("address", ["0.0.0.0:8080", "192.168.1.5:8080", "hub.example:8080", "[::]:8080"])
def test_the_network_is_refused(tmp_path, address):
    """One sentence and no listening."""
    assert "network" in failed(settings_in(tmp_path, address))
    with pytest.raises(NotLoopback, match="serves this machine only"):
        listen(address)


def test_a_database_that_cannot_be_used_is_one_line(tmp_path):
    """Not a traceback, and the file is left as it is."""
    (tmp_path / "hub.db").write_text("no database at all, " * 100)

    assert "keep the file" in failed(settings_in(tmp_path, database=f"sqlite:///{tmp_path / 'hub.db'}"))


def test_a_loopback_address_of_either_family_is_served():
    """127.0.0.1, localhost and ::1; port 0 is any free one, and a second listener on it is refused."""
    for address in ("127.0.0.1:0", "localhost:0", "[::1]:0"):
        with listen(address) as listener:
            shown = address_of(listener)
            port = int(shown.rpartition(":")[2])
            assert shown.startswith("http://")
            with pytest.raises(PortInUse):
                listen(f"{address.rpartition(':')[0]}:{port}")
