"""Whether a hub runs on a database, asked from outside: before something is done that a hub must not be doing meanwhile."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.__main__ import main
from kiosk.server.database import Database
from kiosk.server.devices.authority import Authority
from kiosk.server.running import hub_runs_on

NOW = datetime(2026, 11, 24, 17, tzinfo=UTC)
STORE = Path(__file__).parents[2] / "examples/store.toml"


@pytest.fixture(params=["file", pytest.param("server", marks=pytest.mark.storage)])
def address(request, tmp_path):
    """A database of either kind in which no hub has worked yet."""
    if request.param == "file":
        yield f"sqlite:///{tmp_path}/hub.db"
        return
    server = request.getfixturevalue("postgres_server")
    yield server.makes("running")
    server.drops("running")


def test_a_hub_is_seen_while_it_has_its_database_open(address):
    """Before its first start, while it runs, and after it has ended; looking changes nothing."""
    before = hub_runs_on(address)
    with closing(Database(address)):
        during = hub_runs_on(address)

    assert (before, during, hub_runs_on(address)) == (False, True, False)


def test_nobody_knows_of_a_server_that_does_not_answer(tmp_path):
    """It is not taken for running, and what was asked goes on."""
    assert not hub_runs_on(f"postgresql://kiosk@/nothing?host={tmp_path}")


def test_an_authority_is_not_replaced_under_a_hub_that_does_not_answer(tmp_path, capsys):
    """`kiosk pair new-authority --now` finds nobody at the hub's socket, and a hub on its database: it says so."""
    settings = tmp_path / "hub.toml"
    (tmp_path / "store.toml").write_bytes(STORE.read_bytes())
    settings.write_text(
        f'[hub]\ndatabase = "sqlite:///{tmp_path}/hub.db"\nfolder = "{tmp_path}"\nstore_file = "store.toml"\n'
        f'[web]\nnames = ["hub.local"]\nsockets = "{tmp_path}/run"\n'
    )
    before = Authority(tmp_path / "authority", "valley", ("hub.local",), NOW).signer.fingerprint

    with closing(Database(f"sqlite:///{tmp_path}/hub.db")):
        status = main(["pair", "--settings", str(settings), "new-authority", "--now"])

    assert status == 2
    assert "systemctl stop kiosk-hub" in capsys.readouterr().err
    assert Authority(tmp_path / "authority", "valley", ("hub.local",), NOW).signer.fingerprint == before
