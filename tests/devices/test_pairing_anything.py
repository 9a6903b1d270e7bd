"""Devices and administrators in any order, with repeats, lost answers and restarts: a token opens exactly as long as it should."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from hub_shop import HandClock, Shop
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from kiosk import pairing as shared
from kiosk.server.app import create_app
from kiosk.server.database import Database
from kiosk.server.devices import tokens
from kiosk.server.devices.pairings import JOIN_LASTS, LASTS, MOST_TRIES
from kiosk.settings import Hub, Settings, Web
from kiosk.trust import DeviceKey

MANAGER = {"Kiosk-Principal": "manager/ali"}
NAMES = ("lane/A", "pager/desks", "board/hall")
KEYS = [DeviceKey.new() for _ in range(3)]
TEMPLATE: list[Path] = []


@dataclass
class Asked:
    """One pairing, as it should stand."""

    name: str
    key: DeviceKey
    nonce: str
    pairing_id: str
    hub_nonce: str
    ends_at: object
    code: str = ""
    tries: int = 0
    approved: bool = False
    refused: bool = False
    fetched: bool = False

    def is_under_way(self, now):
        return now < self.ends_at and not (self.approved or self.refused or self.fetched)

    def is_expected(self, now):
        return self.approved and now < self.ends_at and not (self.refused or self.fetched)

    def missed(self):
        self.tries += 1
        self.refused = self.refused or self.tries >= MOST_TRIES


@dataclass
class File:
    """One join file, as it should stand."""

    name: str
    secret: str
    ends_at: object
    is_used: bool = False

    def is_expected(self, now):
        return not self.is_used and now < self.ends_at


@dataclass
class Model:
    """What should be so."""

    asked: list[Asked] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    living: dict[str, str] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)

    def gives(self, name, token):
        if name in self.living:
            self.ended.append(self.living[name])
        self.living[name] = token


class Comings(RuleBasedStateMachine):
    """A week of pairing."""

    pairings = Bundle("pairings")
    files = Bundle("files")

    @initialize()
    def open_the_hub(self):
        self.folder = Path(tempfile.mkdtemp())
        shutil.copyfile(TEMPLATE[0], self.folder / "hub.db")
        self.clock, self.model = HandClock(), Model()
        self.start()

    def start(self):
        self.database = Database(f"sqlite:///{self.folder / 'hub.db'}")
        store = Shop(self.database, self.clock).store
        sets = Settings(hub=Hub(folder=str(self.folder), sign_in=False), web=Web(names=("127.0.0.1",)))
        self.app = create_app(self.database, store, sets, self.clock)
        self.client = self.app.flask.test_client()

    def posts(self, path, body, headers=None):
        answer = self.client.post(f"/api/1/{path}", json=body, headers=headers or {})
        return answer.status_code, answer.get_json()

    # --- devices

    @rule(target=pairings, name=st.sampled_from(NAMES), key=st.sampled_from(KEYS))
    def a_device_asks(self, name, key):
        nonce = shared.new_nonce()
        status, told = self.posts("pairing", {"name": name, "version": "1", "commitment": shared.commitment(key.public, nonce)})
        if sum(one.is_under_way(self.clock.now()) for one in self.model.asked) >= 20:
            assert status == 503
            return None
        assert status == 200
        one = Asked(name, key, nonce, told["pairing_id"], told["hub_nonce"], self.clock.now() + LASTS)
        self.model.asked.append(one)
        return one

    @rule(one=pairings, is_its_own=st.booleans())
    def it_shows_its_key(self, one, is_its_own):
        if one is None:
            return
        key = one.key if is_its_own else DeviceKey.new()
        status, _ = self.posts(f"pairing/{one.pairing_id}/key", {"public_key": key.public, "nonce": one.nonce})
        if one.refused or self.clock.now() >= one.ends_at:
            assert status == 404
        elif is_its_own:
            assert status == 200
            one.code = shared.code(self.app.devices.authority.signer.fingerprint, one.key.public, one.nonce, one.hub_nonce)
        else:
            assert status == 403
            one.refused = True

    @rule(one=pairings, is_its_own=st.booleans(), is_lost=st.booleans())
    def it_fetches_what_it_may(self, one, is_its_own, is_lost):
        """An answer that is lost is as good as none: the device asks once more."""
        if one is None:
            return
        for _ in range(2 if is_lost else 1):
            self._fetches(one, one.key if is_its_own else DeviceKey.new())

    def _fetches(self, one, key):
        signature = key.signature(shared.to_sign(one.pairing_id, one.nonce, one.hub_nonce))
        status, told = self.posts(f"pairing/{one.pairing_id}/token", {"signature": signature})
        if self.clock.now() >= one.ends_at:
            assert status == 404
        elif not one.code or key is not one.key:
            assert status == 403
            one.missed()
        elif one.refused or not one.approved:
            assert (status, told) == (200, {"state": "refused" if one.refused else "waiting"})
        else:
            assert (status, told["state"], told["name"]) == (200, "paired", one.name)
            one.fetched = True
            self.model.gives(one.name, told["token"])

    @rule(file=files, key=st.sampled_from(KEYS))
    def a_device_joins_with_a_file(self, file, key):
        status, told = self.posts("pairing/join", {"secret": file.secret, "public_key": key.public})
        if file.is_expected(self.clock.now()):
            assert (status, told["name"]) == (200, file.name)
            file.is_used = True
            self.model.gives(file.name, told["token"])
        else:
            assert status == 403

    # --- people

    @rule(one=pairings, is_right=st.booleans())
    def somebody_approves(self, one, is_right):
        if one is None or not one.code:
            return
        now = self.clock.now()
        could = one.is_under_way(now)
        code = one.code if is_right else "0000-0000"
        status, _ = self.posts("fleet/approve", {"pairing_id": one.pairing_id, "code": code}, MANAGER)
        assert status == (404 if not could else 200 if is_right else 409)
        if could and is_right:
            one.approved = True
        elif could:
            one.missed()

    @rule(one=pairings)
    def somebody_refuses(self, one):
        if one is None:
            return
        status, _ = self.posts("fleet/refuse", {"pairing_id": one.pairing_id}, MANAGER)
        assert status == (409 if one.fetched else 200)
        one.refused = one.refused or not one.fetched

    @rule(target=files, name=st.sampled_from(NAMES))
    def somebody_makes_a_file(self, name):
        status, told = self.posts("fleet/join-file", {"name": name}, MANAGER)
        assert status == 200
        file = File(name, told["secret"], self.clock.now() + JOIN_LASTS)
        self.model.files.append(file)
        return file

    @rule(name=st.sampled_from(NAMES))
    def somebody_stops(self, name):
        now = self.clock.now()
        asked = [one for one in self.model.asked if one.name == name and one.is_expected(now)]
        files = [one for one in self.model.files if one.name == name and one.is_expected(now)]
        status, told = self.posts("fleet/stop", {"name": name}, MANAGER)
        if asked or files:
            assert (status, told) == (200, {"stopped": len(asked) + len(files)})
        else:
            assert status == (409 if name in self.model.living else 404)
        for one in asked:
            one.refused = True
        for one in files:
            one.is_used = True

    @rule(name=st.sampled_from(NAMES))
    def somebody_takes_off(self, name):
        status, _ = self.posts("fleet/revoke", {"name": name}, MANAGER)
        assert status == (200 if name in self.model.living else 404)
        if name not in self.model.living:
            return
        self.model.ended.append(self.model.living.pop(name))
        for one in self.model.asked:
            one.refused = one.refused or one.name == name
        for one in self.model.files:
            one.is_used = one.is_used or one.name == name

    # --- time and power

    @rule(minutes=st.sampled_from([1, 4, 11, 600, 1500]))
    def time_goes_by(self, minutes):
        self.clock.later(minutes=minutes)

    @rule()
    def the_hub_is_started_again(self):
        self.database.close()
        self.start()

    @invariant()
    def a_token_opens_as_long_as_it_should(self):
        now = self.clock.now()
        for name, token in self.model.living.items():
            assert str(tokens.principal_of(self.app.hub, token, now)) == name
        assert not [one for one in self.model.ended if tokens.principal_of(self.app.hub, one, now)]

    @invariant()
    def who_is_expected_is_who_was_let_in_and_has_not_come(self):
        now = self.clock.now()
        expected = [one.name for one in (*self.model.asked, *self.model.files) if one.is_expected(now)]
        assert sorted(one.name for one in self.app.flask.extensions["pairings"].expected()) == sorted(expected)

    def teardown(self):
        if hasattr(self, "database"):
            self.database.close()
            shutil.rmtree(self.folder)


def test_whatever_devices_and_administrators_do(empty_database):
    """Nobody comes in who was not let in, nobody stays in who was taken off, and everybody else does."""
    TEMPLATE[:] = [empty_database]

    run_state_machine_as_test(Comings, settings=settings(max_examples=6, stateful_step_count=25, deadline=None))


def test_the_model_knows_the_real_limits():
    """Ten minutes, a day, five tries."""
    assert (timedelta(minutes=10), timedelta(hours=24), 5) == (LASTS, JOIN_LASTS, MOST_TRIES)
