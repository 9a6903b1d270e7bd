"""A group's machine as it runs: one hub for two stores, the real nginx with what is written for it, and the command line."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from noticing import Noticing
from ports import free_port
from web_house import STARTS_WITHIN_S

from kiosk.pairing import certificate_fingerprint
from kiosk.server.nginx import Places, configuration, version_of
from kiosk.store_settings import stores_of

EXAMPLE = (Path(__file__).parents[2] / "examples/store.toml").read_text("utf-8")
KIOSK = (sys.executable, "-m", "kiosk")


class Group:
    """The machine. `hub` and `nginx` are its two processes."""

    def __init__(self, folder, sockets):
        self.folder, self.https, self.http = folder, free_port(), free_port()
        self.settings = folder / "hub.toml"
        self.settings.write_text(
            f'[hub]\nlisten = "127.0.0.1:{free_port()}"\nclock = "trusted"\nstores = ["valley.toml", "hill.toml"]\n'
            f'[web]\nsockets = "{sockets}"\nhttps_port = {self.https}\nhttp_port = {self.http}\n'
        )
        for name, address in (("valley", "127.0.0.2"), ("hill", "127.0.0.3")):
            self._writes(name, address)

    def _writes(self, name, address):
        own = self.folder / name
        own.mkdir()
        (self.folder / f"{name}.toml").write_text(
            f'[hub]\ndatabase = "sqlite:///{own}/hub.db"\nstore_file = "{name}-store.toml"\nfolder = "{own}"\npublic_url = "https://go.{name}.lan"\n'
            f'[web]\nnames = ["{name}.lan", "{address}"]\n'
        )
        (self.folder / f"{name}-store.toml").write_text(EXAMPLE.replace('id = "valley"', f'id = "{name}"'), "utf-8")

    def start(self):
        self.hub = subprocess.Popen([*KIOSK, "hub", "--settings", self.settings], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.said = [self.hub.stdout.readline() for _ in range(5)]
        said = subprocess.run(["nginx", "-v"], capture_output=True, text=True, check=True).stderr
        (self.folder / "nginx").mkdir()
        places = Places(state=self.folder / "nginx", pid=self.folder / "nginx.pid", user="root root" if os.geteuid() == 0 else "", address="127.0.0.1", version=version_of(said))
        config = self.folder / "nginx.conf"
        config.write_text(configuration([one.settings for one in stores_of(self.settings)], places))
        self.nginx = subprocess.Popen(["nginx", "-e", "stderr", "-c", config, "-g", "daemon off;"], stderr=subprocess.PIPE, text=True)
        Noticing().until("nginx does not answer", self.answers)

    def answers(self):
        assert self.nginx.poll() is None, self.nginx.stderr.read()
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.https), 1):
            return True

    def stop(self):
        self.hub.send_signal(signal.SIGTERM)
        self.nginx.terminate()
        ended = self.hub.wait(STARTS_WITHIN_S)
        self.nginx.wait(STARTS_WITHIN_S)
        for one in (self.hub.stdout, self.nginx.stderr):
            one.close()
        return ended

    def trusted(self, store_id):
        return ssl.create_default_context(cadata=(self.folder / store_id / "authority/ca.crt").read_text())

    def asks(self, host, path, *, trust, at="127.0.0.1", **headers):
        """Over TLS, by a name that leads to this machine."""
        with httpx.Client(verify=self.trusted(trust), trust_env=False, timeout=60) as client:
            named = {"sni_hostname": host} if host else {}
            return client.get(f"https://{at}:{self.https}{path}", headers={"Host": f"{host or at}:{self.https}", **headers}, extensions=named)

    def types(self, *words):
        return subprocess.run([*KIOSK, *words], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def group(tmp_path_factory):
    """Both stores served, and nginx before them."""
    with tempfile.TemporaryDirectory(prefix="hub-") as sockets:
        group = Group(tmp_path_factory.mktemp("group"), sockets)
        try:
            group.start()
            yield group
        finally:
            ended = group.stop()
        assert ended == 0


def test_a_name_leads_to_its_store_with_its_certificate(group):
    """Each is signed by its own store's authority, which the other's devices do not trust."""
    for name in ("valley", "hill"):
        assert group.asks(f"{name}.lan", "/healthz", trust=name).json()["store"] == name
    with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
        group.asks("hill.lan", "/healthz", trust="valley")


def test_an_address_leads_to_the_store_that_lists_it(group):
    """Who types an address sends no name along: the certificate is that of whose address it is."""
    for name, address in (("valley", "127.0.0.2"), ("hill", "127.0.0.3")):
        assert group.asks("", "/healthz", trust=name, at=address).json()["store"] == name


def test_a_name_that_is_no_stores_gets_no_certificate_and_a_sentence(group):
    """Not even one that it would not trust; on a connection to a store, 421."""
    with pytest.raises(httpx.ConnectError, match="unrecognized name"):
        group.asks("elsewhere.lan", "/healthz", trust="hill")

    answer = group.asks("hill.lan", "/healthz", trust="hill", Host="elsewhere.lan")

    assert (answer.status_code, answer.json()["error"]["code"]) == (421, "not_ours")


def test_a_tablet_fetches_the_authority_of_the_store_that_it_asks(group):
    """The plain page of each name."""
    told = {name: httpx.get(f"http://127.0.0.1:{group.http}/store-ca.crt", headers={"Host": f"{name}.lan"}, trust_env=False) for name in ("valley", "hill")}

    assert {one.status_code for one in told.values()} == {200}
    assert told["hill"].content != told["valley"].content


def test_the_hub_says_how_each_store_is_reached_and_begun(group):
    """A line a store, and a code for each one's first administrator."""
    said = "".join(group.said)

    for name in ("valley", "hill"):
        assert f"http://{name}.localhost:" in said
        assert f" at https://{name}.lan:{group.https}/first within an hour" in said
    assert said.count("no administrator yet; type ") == 2


def test_the_command_line_asks_for_one_store(group):
    """Somebody who was let in at the hill is nobody at the valley; without --store it is told which ones there are."""
    settings = ("--settings", str(group.settings))
    made = group.types("staff", "add", "ada", "--name", "Ada", "--role", "administrator", "--store", "hill", *settings)
    lists = {name: json.loads(group.types("staff", "list", "--store", name, "--json", *settings).stdout)["staff"] for name in ("hill", "valley")}
    unnamed = group.types("staff", "list", *settings)

    assert made.returncode == 0, made.stderr
    assert [one["user_name"] for one in lists["hill"]] == ["ada"]
    assert lists["valley"] == []
    assert unnamed.returncode == 2
    assert "--store valley or --store hill" in unnamed.stderr


def test_each_store_has_backups_and_a_recovery_key_of_its_own(group):
    """What the hill has made lies in the hill's folder, holds the hill alone, and does not open with the valley's key."""
    settings = ("--settings", str(group.settings))
    keys = {name: json.loads(group.types("backup", "new-key", "--json", "--store", name, *settings).stdout)["key"] for name in ("hill", "valley")}

    made = json.loads(group.types("backup", "now", "--json", "--store", "hill", *settings).stdout)
    good = group.types("backup", "verify", "--json", "--key", keys["hill"], made["file"], "--store", "hill", *settings)
    other = group.types("backup", "verify", "--json", "--key", keys["valley"], made["file"], "--store", "hill", *settings)

    assert made["file"].startswith(str(group.folder / "hill"))
    assert list(json.loads(good.stdout)["stores"]) == ["hill"]
    assert other.returncode == 2


def test_a_device_finds_each_store_by_its_name(group):
    """One announcement a store, with the beginning of its own authority's fingerprint."""
    words = [*KIOSK, "pair", "--settings", str(group.settings), "announce", "--interface", "127.0.0.1"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as announcing:
        for _ in range(2):
            assert "kiosk pair announce:" in announcing.stdout.readline()
        found = json.loads(group.types("pair", "--json", "find", "--interface", "127.0.0.1").stdout)
        announcing.terminate()

    told = {one["hub"]: one["fingerprint"] for one in found}
    for name in ("valley", "hill"):
        whole = certificate_fingerprint((group.folder / name / "authority/ca.crt").read_text())
        assert told[f"https://{name}.lan:{group.https}"] == whole[:8]


def test_the_doctor_looks_at_every_store(group):
    """Each one's parts, under its own file's name."""
    told = group.types("check", "--json", str(group.settings))
    verdicts = json.loads(told.stdout)

    assert {one["file"] for one in verdicts} == {"hub.toml", "valley.toml", "hill.toml"}
    assert [one["words"] for one in verdicts if one["part"] == "database" and one["state"] == "ok"].count("a hub runs on it") == 2
